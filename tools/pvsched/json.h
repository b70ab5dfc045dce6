/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json: print an object to standard output. @key is NULL in an array.
 */
#ifndef PVSCHED_JSON_H
#define PVSCHED_JSON_H

#include <stdbool.h>
#include <stdint.h>

/* @bracket is { or [ to open, } or ] to close. The outermost ends with a line. */
void json__open(const char *key, char bracket);
void json__close(char bracket);

/* null where @text is NULL or empty */
void json__text(const char *key, const char *text);
void json__count(const char *key, uint64_t value);
/* null where @value is negative */
void json__decimal(const char *key, double value);
void json__bool(const char *key, bool value);
void json__null(const char *key);

#endif
