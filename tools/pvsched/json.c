// SPDX-License-Identifier: GPL-2.0
/*
 * Print an object to standard output, on one line.
 */
#include <inttypes.h>
#include <stdio.h>

#include "json.h"

static bool needs_comma;
static int depth;

static void string__print(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void key__print(const char *key)
{
	if (needs_comma)
		putchar(',');
	needs_comma = true;
	if (!key)
		return;
	string__print(key);
	putchar(':');
}

void json__open(const char *key, char bracket)
{
	key__print(key);
	putchar(bracket);
	needs_comma = false;
	depth++;
}

void json__close(char bracket)
{
	putchar(bracket);
	needs_comma = --depth;
	if (!depth)
		putchar('\n');
}

void json__text(const char *key, const char *text)
{
	if (!text || !*text) {
		json__null(key);
		return;
	}
	key__print(key);
	string__print(text);
}

void json__count(const char *key, uint64_t value)
{
	key__print(key);
	printf("%" PRIu64, value);
}

void json__decimal(const char *key, double value)
{
	if (value < 0) {
		json__null(key);
		return;
	}
	key__print(key);
	printf("%.3f", value);
}

void json__bool(const char *key, bool value)
{
	key__print(key);
	printf("%s", value ? "true" : "false");
}

void json__null(const char *key)
{
	key__print(key);
	printf("null");
}
