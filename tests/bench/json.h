/* SPDX-License-Identifier: GPL-2.0 */
/* One flat JSON object on one line: what a measurement is. */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include <stdio.h>

enum json_type {
	JSON_STRING,
	JSON_NUMBER,
	JSON_NULL,
};

#define JSON_MAX_PAIRS	32

/* @text is a string decoded, or a number as it was written. */
struct json_pair {
	enum json_type type;
	char *key;
	char *text;
};

struct json_object {
	int count;
	struct json_pair pair[JSON_MAX_PAIRS];
};

/* Returns NULL, or what is wrong with @line; the object is then empty. */
const char *json__parse(struct json_object *object, const char *line);
void json__free(struct json_object *object);
void json__write_string(FILE *f, const char *text);

#endif /* BENCH_JSON_H */
