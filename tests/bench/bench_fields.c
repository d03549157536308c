/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How exactly the fields of pages are found. One line a figure:
 *
 *     bench_fields [-v] [--worker PROGRAM] DIR     every DIR/NAME.tif against DIR/NAME.json, which mkscan --truth wrote
 *
 * A field is exact when one of its kind with its very value was found on its page and holds for valid. Wrong: valid
 * ones of a kind with a check or a form of its own (id, uscc, unit, certificate, case) whose value is none of the
 * page's. By kind of field, by kind of page, and all. What was read before is taken from DIR/NAME.reading; -v tells what
 * was missed or wrong, and what was found instead. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/code.h>
#include <zong/digest.h>
#include <zong/file.h>
#include <zong/pool.h>
#include <zong/utf8.h>

#include "field.h"
#include "reading_row.h"

#define READING_MAX (64 << 20)
#define TALLIES 32

struct tally {
	const char *what, *name;
	size_t all, exact, wrong;
};

struct bench {
	struct zong_pool *pool;
	const char *dir;
	bool verbose;
	struct tally tally[TALLIES];
	size_t tallies;
};

static struct tally *tally_of(struct bench *bench, const char *what, const char *name)
{
	size_t i;

	for (i = 0; i < bench->tallies; i++)
		if (strcmp(bench->tally[i].what, what) == 0 &&
			strcmp(bench->tally[i].name, name) == 0)
			return &bench->tally[i];
	if (bench->tallies == TALLIES)
		return &bench->tally[TALLIES - 1];
	bench->tally[bench->tallies] = (struct tally){.what = what, .name = strdup(name)};
	return &bench->tally[bench->tallies++];
}

/* mkscan's words for kinds of fields, and ours. */
static const char *kind_of(const char *truth)
{
	if (strcmp(truth, "name") == 0)
		return "party";
	return strcmp(truth, "credit") == 0 ? "uscc" : truth;
}

static bool has_own_form(const char *kind)
{
	return strcmp(kind, "party") != 0 && strcmp(kind, "address") != 0 &&
	       strcmp(kind, "date") != 0 && strcmp(kind, "amount") != 0;
}

/* As fields are normalised: folded, without blanks. */
static bool same(const char *value, const char *truth)
{
	size_t a = 0, b = 0, m = strlen(value), n = strlen(truth);

	for (;;) {
		uint32_t x = 0, y = 0;

		while (a < m && zong_utf8_is_blank(x = zong_utf8_next(value, m, &a)))
			x = 0;
		while (b < n && zong_utf8_is_blank(y = zong_utf8_next(truth, n, &b)))
			y = 0;
		if (zong_utf8_fold(x, true) != zong_utf8_fold(y, true))
			return false;
		if (x == 0)
			return true;
	}
}

static const Zong__Field *find(const Zong__Reading *reading, const char *kind, const char *truth)
{
	for (size_t i = 0; i < reading->n_fields; i++) {
		const Zong__Field *field = reading->fields[i];

		if (field->valid && strcmp(field->kind, kind) == 0 && same(field->value, truth))
			return field;
	}
	return NULL;
}

static bool in_truth(const json_t *truths, const Zong__Field *field)
{
	size_t i;
	const json_t *truth;

	json_array_foreach(truths, i, truth)
	{
		if (strcmp(kind_of(json_string_value(json_object_get(truth, "kind"))),
			    field->kind) == 0 &&
			same(field->value, json_string_value(json_object_get(truth, "value"))))
			return true;
	}
	return false;
}

static void tell(const struct bench *bench, const char *name, const char *what, const char *kind,
	const char *value, const Zong__Reading *reading)
{
	if (!bench->verbose)
		return;
	printf("  %s %s %s %s\n", name, what, kind, value);
	for (size_t i = 0; reading && i < reading->n_fields; i++)
		if (strcmp(reading->fields[i]->kind, kind) == 0)
			printf("      found %s%s [%s] %s\n", reading->fields[i]->value,
				reading->fields[i]->valid ? "" : " (not valid)",
				reading->fields[i]->raw, reading->fields[i]->label);
}

static void compare(
	struct bench *bench, const char *name, const json_t *page, const Zong__Reading *reading)
{
	const json_t *truths = json_object_get(page, "fields");
	const char *paper = json_string_value(json_object_get(page, "kind"));
	const json_t *truth;
	size_t i;

	json_array_foreach(truths, i, truth)
	{
		const char *kind = kind_of(json_string_value(json_object_get(truth, "kind")));
		const char *value = json_string_value(json_object_get(truth, "value"));
		bool exact = find(reading, kind, value) != NULL;
		struct tally *tallies[] = {tally_of(bench, "field", kind),
			tally_of(bench, "page", paper), tally_of(bench, "all", "fields")};

		for (size_t t = 0; t < 3; t++) {
			tallies[t]->all++;
			tallies[t]->exact += exact;
		}
		if (!exact)
			tell(bench, name, "missed", kind, value, reading);
	}
	for (i = 0; i < reading->n_fields; i++) {
		const Zong__Field *field = reading->fields[i];

		if (!field->valid || !has_own_form(field->kind) || in_truth(truths, field))
			continue;
		tally_of(bench, "field", field->kind)->wrong++;
		tally_of(bench, "page", paper)->wrong++;
		tally_of(bench, "all", "fields")->wrong++;
		tell(bench, name, "wrong", field->kind, field->value, NULL);
	}
}

static Zong__Reading *kept_reading(const char *path)
{
	struct zong_buf bytes = ZONG_BUF_INIT(READING_MAX);
	Zong__Reading *row = NULL;

	if (zong_file_read(path, &bytes) == 0)
		row = zong__reading__unpack(NULL, bytes.len, (const uint8_t *)bytes.data);
	zong_buf_release(&bytes);
	return row;
}

static void keep_reading(const char *path, const Zong__Reading *row)
{
	size_t len = zong__reading__get_packed_size(row);
	uint8_t *bytes = malloc(len + 1);
	FILE *file = fopen(path, "wb");

	if (bytes && file) {
		zong__reading__pack(row, bytes);
		fwrite(bytes, 1, len, file);
	}
	if (file)
		fclose(file);
	free(bytes);
}

static Zong__Reading *read_page(struct bench *bench, const char *name)
{
	_cleanup_(zong_arena_release) struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_reading reading;
	struct zong_err err = {0};
	struct zong_digest key;
	Zong__Reading *row;
	char path[4096], kept[4096];
	_cleanup_close_ int fd = -1;

	snprintf(kept, sizeof(kept), "%s/%s.reading", bench->dir, name);
	row = kept_reading(kept);
	if (row)
		return row;
	snprintf(path, sizeof(path), "%s/%s.tif", bench->dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || zong_digest_of_fd(fd, &key))
		return NULL;
	if (zong_pool_read(bench->pool, &key, fd, ZONG_MEDIA_TIFF, 1, &arena, &reading, &err)) {
		fprintf(stderr, "%s: %s %s\n", path, zong_error_slug(err.code), err.subject);
		return NULL;
	}
	if (zong_reading_row(&reading, &row))
		return NULL;
	keep_reading(kept, row);
	return row;
}

static int one_page(struct bench *bench, const char *name)
{
	Zong__Reading *reading = read_page(bench, name);
	char path[4096];
	json_t *truth;
	int failed = 1;

	snprintf(path, sizeof(path), "%s/%s.json", bench->dir, name);
	truth = json_load_file(path, 0, NULL);
	if (reading && truth && zong_fields_find(reading) == 0) {
		compare(bench, name, json_array_get(json_object_get(truth, "pages"), 0), reading);
		failed = 0;
	} else {
		fprintf(stderr, "%s: not read, or without its truth\n", path);
	}
	if (reading)
		zong__reading__free_unpacked(reading, NULL);
	json_decref(truth);
	return failed;
}

static void print(const struct bench *bench)
{
	for (size_t i = 0; i < bench->tallies; i++) {
		const struct tally *tally = &bench->tally[i];

		printf("%s %s exact %.4f of %zu wrong %zu\n", tally->what, tally->name,
			tally->all ? (double)tally->exact / (double)tally->all : 0, tally->all,
			tally->wrong);
	}
}

static int all_pages(struct bench *bench)
{
	struct dirent **entry;
	int n = scandir(bench->dir, &entry, NULL, alphasort);
	int failed = n <= 0;

	for (int i = 0; i < n; i++) {
		char *dot = strrchr(entry[i]->d_name, '.');

		if (dot && strcmp(dot, ".tif") == 0) {
			*dot = '\0';
			failed |= one_page(bench, entry[i]->d_name);
		}
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	print(bench);
	return failed || bench->tallies == 0;
}

int main(int argc, char **argv)
{
	struct zong_pool_options options = {.worker = "./zong-ocr", .workers = 1};
	struct bench bench = {0};
	struct zong_err err = {0};
	int status;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-v") == 0)
			bench.verbose = true;
		else if (strcmp(argv[i], "--worker") == 0 && i + 1 < argc)
			options.worker = argv[++i];
		else
			bench.dir = argv[i];
	}
	if (!bench.dir) {
		fprintf(stderr, "usage: bench_fields [-v] [--worker PROGRAM] DIR\n");
		return 2;
	}
	if (zong_pool_start(&options, &bench.pool, &err)) {
		fprintf(stderr, "%s: %s\n", zong_error_slug(err.code), err.subject);
		return 1;
	}
	status = all_pages(&bench);
	zong_pool_stop(bench.pool);
	return status;
}
