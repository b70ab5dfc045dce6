// SPDX-License-Identifier: GPL-2.0
/*
 * Replaces the tables of a text. What stands between two markers is dropped and
 * made again; everything else stays as it is, to the byte.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler.h"
#include "readme.h"

#define BEGIN	"<!-- table: "
#define END	"<!-- end -->"

static int fail(const struct readme *readme, const char *what)
{
	fprintf(stderr, "pvtables: %s: %s\n", readme->path, what);
	return -1;
}

static FILE *must(FILE *f)
{
	if (!f)
		abort();
	return f;
}

/* The name between the marker's words, or NULL if @line is no marker. */
static char *marker__name(const char *line)
{
	const char *name = line + strlen(BEGIN), *end;

	if (strncmp(line, BEGIN, strlen(BEGIN)))
		return NULL;
	end = strstr(name, " -->");
	return end ? strndup(name, end - name) : NULL;
}

/* Copy a table of @in as far as its end. */
static int section__skip(const struct readme *readme, struct section *section, FILE *in)
{
	char *line = NULL;
	size_t size = 0, length;
	FILE *shown = must(open_memstream(&section->shown, &length));
	bool ended = false;

	while (!ended && getline(&line, &size, in) >= 0) {
		ended = !strncmp(line, END, strlen(END));
		if (!ended && !strncmp(line, BEGIN, strlen(BEGIN)))
			break;
		if (!ended)
			fputs(line, shown);
	}
	fclose(shown);
	free(line);
	return ended ? 0 : fail(readme, "a table without an end");
}

/* A refused table stays as it was. */
static void section__make(struct section *section)
{
	size_t length;
	FILE *wanted = must(open_memstream(&section->wanted, &length));

	section->made = figures__print(section->name, wanted);
	fclose(wanted);
}

static int section__read(struct readme *readme, char *name, FILE *in, FILE *out)
{
	struct section *section;

	readme->section = realloc(readme->section,
				  (readme->count + 1) * sizeof(*readme->section));
	if (!readme->section)
		abort();
	section = &readme->section[readme->count++];
	*section = (struct section){ .name = name };
	if (section__skip(readme, section, in))
		return -1;
	section__make(section);
	fputs(section->made == FIGURES_REFUSED ? section->shown : section->wanted, out);
	fputs(END "\n", out);
	return 0;
}

static int text__read(struct readme *readme, FILE *in, FILE *out)
{
	char *line = NULL, *name;
	size_t size = 0;
	int ret = 0;

	while (!ret && getline(&line, &size, in) >= 0) {
		fputs(line, out);
		name = marker__name(line);
		if (name)
			ret = section__read(readme, name, in, out);
		else if (!strncmp(line, END, strlen(END)))
			ret = fail(readme, "the end of a table that did not begin");
	}
	free(line);
	return ret;
}

int readme__read(struct readme *readme, const char *path)
{
	FILE *in = fopen(path, "r"), *out;
	size_t length;
	int ret;

	*readme = (struct readme){ .path = path };
	if (!in)
		return fail(readme, strerror(errno));
	out = must(open_memstream(&readme->text, &length));
	ret = text__read(readme, in, out);
	fclose(out);
	fclose(in);
	return ret;
}

/* Never leave half a text under the name of a whole one. */
int readme__write(const struct readme *readme)
{
	char part[PATH_MAX];
	FILE *f;
	int bad;

	snprintf(part, sizeof(part), "%s.part", readme->path);
	f = fopen(part, "w");
	if (!f)
		return fail(readme, strerror(errno));
	fputs(readme->text, f);
	bad = ferror(f);
	if (fclose(f) || bad || rename(part, readme->path)) {
		remove(part);
		return fail(readme, "cannot write it");
	}
	return 0;
}

/* A plot is not there before its results are. */
static bool plot__is_to_come(const char *path)
{
	const char *ending = strrchr(path, '.');
	char results[PATH_MAX];

	if (!ending || strcmp(ending, ".svg"))
		return false;
	snprintf(results, sizeof(results), "%.*s.jsonl", (int)(ending - path), path);
	return access(results, F_OK);
}

/* @link is relative to the folder of the text, and may name a place in a file. */
static bool link__leads(const struct readme *readme, const char *link, int length)
{
	const char *slash = strrchr(readme->path, '/');
	char path[PATH_MAX];

	if (!strncmp(link, "http", 4) || *link == '#')
		return true;
	snprintf(path, sizeof(path), "%.*s%.*s", slash ? (int)(slash - readme->path) + 1 : 0,
		 readme->path, length, link);
	return !access(path, F_OK) || plot__is_to_come(path);
}

int readme__check_links(const struct readme *readme)
{
	const char *link = readme->text;
	int broken = 0;

	while ((link = strstr(link, "]("))) {
		int length = strcspn(link + 2, ")#\n");

		link += 2;
		if (link__leads(readme, link, length))
			continue;
		printf("# %s: a link leads to nothing: %.*s\n", readme->path, length, link);
		broken++;
	}
	return broken;
}

void readme__free(struct readme *readme)
{
	for (int i = 0; i < readme->count; i++) {
		free(readme->section[i].name);
		free(readme->section[i].shown);
		free(readme->section[i].wanted);
	}
	free(readme->section);
	free(readme->text);
}
