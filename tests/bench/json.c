// SPDX-License-Identifier: GPL-2.0
/*
 * JSON, as far as results need it: flat objects of strings, numbers and null.
 * Whatever else JSON allows is refused, so that a damaged line cannot pass for
 * a measurement. A number keeps its spelling: results are compared as text.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static void skip__space(const char **at)
{
	while (**at == ' ' || **at == '\t' || **at == '\r' || **at == '\n')
		(*at)++;
}

static bool take(const char **at, char c)
{
	skip__space(at);
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static char *utf8__put(char *to, unsigned int code)
{
	if (code < 0x80) {
		*to++ = code;
	} else if (code < 0x800) {
		*to++ = 0xc0 | code >> 6;
		*to++ = 0x80 | (code & 0x3f);
	} else {
		*to++ = 0xe0 | code >> 12;
		*to++ = 0x80 | (code >> 6 & 0x3f);
		*to++ = 0x80 | (code & 0x3f);
	}
	return to;
}

/* The four digits after \u; surrogates and NUL have no use here. */
static bool string__unicode(const char **at, char **to)
{
	unsigned int code = 0;

	for (int i = 0; i < 4; i++, (*at)++) {
		if (!isxdigit((unsigned char)**at))
			return false;
		code = code * 16 + (isdigit((unsigned char)**at) ? **at - '0' :
				    tolower((unsigned char)**at) - 'a' + 10);
	}
	if (!code || (code >= 0xd800 && code < 0xe000))
		return false;
	*to = utf8__put(*to, code);
	return true;
}

static bool string__escape(const char **at, char **to)
{
	static const char from[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
	const char *which;
	char c = *(*at)++;

	if (c == 'u')
		return string__unicode(at, to);
	which = c ? strchr(from, c) : NULL;
	if (!which)
		return false;
	*(*to)++ = meaning[which - from];
	return true;
}

static char *string__parse(const char **at)
{
	char *text, *to;

	if (!take(at, '"'))
		return NULL;
	text = malloc(strlen(*at) + 1);
	to = text;
	while (text && **at != '"') {
		if ((unsigned char)**at < ' ')
			goto bad;
		if (**at != '\\') {
			*to++ = *(*at)++;
			continue;
		}
		(*at)++;
		if (!string__escape(at, &to))
			goto bad;
	}
	if (text) {
		*to = 0;
		(*at)++;
	}
	return text;
bad:
	free(text);
	return NULL;
}

static bool digits__skip(const char **at)
{
	const char *start = *at;

	while (isdigit((unsigned char)**at))
		(*at)++;
	return *at != start;
}

static char *number__parse(const char **at)
{
	const char *start = *at;

	if (**at == '-')
		(*at)++;
	if (**at == '0')
		(*at)++;
	else if (!digits__skip(at))
		return NULL;
	if (**at == '.') {
		(*at)++;
		if (!digits__skip(at))
			return NULL;
	}
	if (**at == 'e' || **at == 'E') {
		(*at)++;
		if (**at == '+' || **at == '-')
			(*at)++;
		if (!digits__skip(at))
			return NULL;
	}
	return strndup(start, *at - start);
}

static bool value__parse(const char **at, struct json_pair *pair)
{
	skip__space(at);
	if (**at == '"') {
		pair->type = JSON_STRING;
		pair->text = string__parse(at);
	} else if (!strncmp(*at, "null", 4)) {
		pair->type = JSON_NULL;
		pair->text = strdup("null");
		*at += 4;
	} else {
		pair->type = JSON_NUMBER;
		pair->text = number__parse(at);
	}
	return pair->text;
}

static const char *pair__parse(struct json_object *object, const char **at)
{
	struct json_pair *pair = &object->pair[object->count];

	if (object->count == JSON_MAX_PAIRS)
		return "too many keys";
	*pair = (struct json_pair){ .key = string__parse(at) };
	if (!pair->key)
		return "a key in double quotes is missing";
	object->count++;
	if (!take(at, ':'))
		return "a key without ':'";
	if (!value__parse(at, pair))
		return "a value that is no string, number or null";
	for (int i = 0; i < object->count - 1; i++)
		if (!strcmp(object->pair[i].key, pair->key))
			return "a key twice";
	return NULL;
}

static const char *object__parse(struct json_object *object, const char *at)
{
	const char *error;

	if (!take(&at, '{'))
		return "no '{' at its start";
	do {
		error = pair__parse(object, &at);
		if (error)
			return error;
	} while (take(&at, ','));
	if (!take(&at, '}'))
		return "no '}' at its end";
	skip__space(&at);
	return *at ? "text after its end" : NULL;
}

const char *json__parse(struct json_object *object, const char *line)
{
	const char *error;

	object->count = 0;
	error = object__parse(object, line);
	if (error)
		json__free(object);
	return error;
}

void json__free(struct json_object *object)
{
	for (int i = 0; i < object->count; i++) {
		free(object->pair[i].key);
		free(object->pair[i].text);
	}
	object->count = 0;
}

void json__write_string(FILE *f, const char *text)
{
	fputc('"', f);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(f, "\\%c", *text);
		else if ((unsigned char)*text < ' ')
			fprintf(f, "\\u%04x", *text);
		else
			fputc(*text, f);
	}
	fputc('"', f);
}
