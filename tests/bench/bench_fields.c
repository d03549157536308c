/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How exactly the fields of pages are found, and how often the kind of their material is judged right. One line a figure:
 *
 *     bench_fields [-v] [--worker PROGRAM] [--kinds FILE] [--names FILE] DIR
 *
 * takes every DIR/NAME.tif against DIR/NAME.json, which mkscan --truth wrote, or, where there is a DIR/truth.json of
 * mkscan --truth-set, the pages that it names.
 *
 * A field is exact when one of its kind with its very value was found on its page and holds for valid. Wrong: valid
 * ones of a kind with a check or a form of its own (id, uscc, unit, certificate, case) whose value is none of the
 * page's. By kind of field, by kind of page, and all. With --kinds, the kind of each page by these rules: exact where it is
 * right, or running text is left alone; wrong where it is taken for something else. With --names, names are mended first.
 * And by confidence, in steps: how
 * many of the fields that a person would be asked about are right. What was read before is taken from DIR/NAME.reading; -v tells what
 * was missed or wrong, and what was found instead. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
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
#include "kind_rules.h"
#include "names.h"
#include "reading_row.h"

#define READING_MAX (64 << 20)
#define TALLIES 48

struct tally {
	const char *what, *name;
	size_t all, exact, wrong;
};

struct bench {
	struct zong_pool *pool;
	struct zong_kind_rules *kinds; /* NULL: the kind of the material is not judged */
	struct zong_names *names;      /* NULL: none are mended */
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

/* Is a person asked about it? */
static bool is_asked(const char *kind)
{
	return strcmp(kind, "date") != 0 && strcmp(kind, "amount") != 0 &&
	       strcmp(kind, "area") != 0;
}

static bool has_own_form(const char *kind)
{
	return is_asked(kind) && strcmp(kind, "party") != 0 && strcmp(kind, "address") != 0;
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

/* A field says dates and numbers in one form, however they are written on the page. */
static bool says(const char *kind, const char *value, const char *truth)
{
	int year, month, day;
	char normal[48];

	if (strcmp(kind, "date") == 0 && sscanf(truth, "%d年%d月%d日", &year, &month, &day) == 3) {
		snprintf(normal, sizeof(normal), "%04d-%02d-%02d", year, month, day);
		return strcmp(value, normal) == 0;
	}
	if (strcmp(kind, "amount") == 0 || strcmp(kind, "area") == 0)
		return fabs(strtod(value, NULL) - strtod(truth, NULL)) < 0.001;
	return same(value, truth);
}

static const Zong__Field *find(const Zong__Reading *reading, const char *kind, const char *truth)
{
	for (size_t i = 0; i < reading->n_fields; i++) {
		const Zong__Field *field = reading->fields[i];

		if (field->valid && strcmp(field->kind, kind) == 0 &&
			says(kind, field->value, truth))
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

/* What a page of mkscan is; NULL: running text, which no rule should take for anything. */
static const char *kind_of_paper(const char *paper)
{
	static const char *const kinds[][2] = {
		{"contract", "买卖合同"},
		{"form", "登记申请书"},
		{"idcard", "身份证明"},
		{"certificate", "不动产权证书"},
		{"tax", "完税凭证"},
		{"letter", "公函"},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i][0], paper) == 0)
			return kinds[i][1];
	return NULL;
}

/* What a share of confidence says: of the fields below it, how many are wrong, and of those above. */
static void tally_confidence(
	struct bench *bench, const json_t *truths, const Zong__Reading *reading)
{
	static const int percents[] = {50, 60, 70, 80, 100};

	for (size_t i = 0; i < reading->n_fields; i++) {
		const Zong__Field *field = reading->fields[i];
		char name[16];
		size_t p = 0;

		if (!is_asked(field->kind))
			continue;
		while (p < 4 && field->confidence * 100 >= (float)percents[p])
			p++;
		snprintf(name, sizeof(name), "below-%d", percents[p]);
		tally_of(bench, "confidence", name)->all++;
		tally_of(bench, "confidence", name)->exact += in_truth(truths, field);
		tally_of(bench, "confidence", name)->wrong += !in_truth(truths, field);
	}
}

/* Exact: judged right, and running text not at all. Wrong: judged to be something else. */
static int judge(
	struct bench *bench, const char *name, const json_t *page, const Zong__Reading *reading)
{
	const char *paper = json_string_value(json_object_get(page, "kind"));
	const char *truth = kind_of_paper(paper);
	const struct zong_kind_rule *rule = NULL;
	struct tally *tallies[] = {tally_of(bench, "kind", paper), tally_of(bench, "all", "kinds")};
	bool exact;

	if (zong_kind_rules_judge(bench->kinds, reading, &rule))
		return 1;
	exact = rule ? truth && strcmp(rule->kind, truth) == 0 : !truth;
	for (size_t t = 0; t < 2; t++) {
		tallies[t]->all++;
		tallies[t]->exact += exact;
		tallies[t]->wrong += rule && !exact;
	}
	if (!exact && bench->verbose)
		printf("  %s kind %s judged %s by %s\n", name, truth ? truth : "none",
			rule ? rule->kind : "none", rule ? rule->name : "no rule");
	return 0;
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

static enum zong_media media_of(const char *file)
{
	const char *dot = strrchr(file, '.');

	if (dot && strcmp(dot, ".jpg") == 0)
		return ZONG_MEDIA_JPEG;
	return dot && strcmp(dot, ".png") == 0 ? ZONG_MEDIA_PNG : ZONG_MEDIA_TIFF;
}

static Zong__Reading *read_page(struct bench *bench, const char *file)
{
	_cleanup_(zong_arena_release) struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_reading reading;
	struct zong_err err = {0};
	struct zong_digest key;
	Zong__Reading *row;
	char path[4096], kept[4096];
	_cleanup_close_ int fd = -1;

	snprintf(kept, sizeof(kept), "%s/%.*s.reading", bench->dir, (int)strcspn(file, "."), file);
	row = kept_reading(kept);
	if (row)
		return row;
	snprintf(path, sizeof(path), "%s/%s", bench->dir, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || zong_digest_of_fd(fd, &key))
		return NULL;
	if (zong_pool_read(
		    bench->pool, &key, fd, media_of(file), 1, NULL, &arena, &reading, &err)) {
		fprintf(stderr, "%s: %s %s\n", path, zong_error_slug(err.code), err.subject);
		return NULL;
	}
	if (zong_reading_row(&reading, &row))
		return NULL;
	keep_reading(kept, row);
	return row;
}

static int one_page(struct bench *bench, const char *file, const json_t *page)
{
	Zong__Reading *reading = read_page(bench, file);
	size_t mended;
	int failed = 1;

	if (reading && page &&
		(!bench->names || zong_names_mend(bench->names, reading, &mended) == 0) &&
		zong_fields_find(reading) == 0) {
		compare(bench, file, page, reading);
		tally_confidence(bench, json_object_get(page, "fields"), reading);
		failed = bench->kinds ? judge(bench, file, page, reading) : 0;
	} else {
		fprintf(stderr, "%s/%s: not read, or without its truth\n", bench->dir, file);
	}
	if (reading)
		zong__reading__free_unpacked(reading, NULL);
	return failed;
}

static int single_page(struct bench *bench, const char *file)
{
	char path[4096];
	json_t *truth;
	int failed;

	snprintf(path, sizeof(path), "%s/%.*s.json", bench->dir, (int)strcspn(file, "."), file);
	truth = json_load_file(path, 0, NULL);
	failed = one_page(bench, file, json_array_get(json_object_get(truth, "pages"), 0));
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

static int pages_of_set(struct bench *bench, const json_t *pages)
{
	const json_t *page;
	int failed = 0;
	size_t i;

	json_array_foreach(pages, i, page)
	{
		failed |= one_page(bench, json_string_value(json_object_get(page, "file")), page);
	}
	return failed;
}

static int pages_of_folder(struct bench *bench)
{
	struct dirent **entry;
	int n = scandir(bench->dir, &entry, NULL, alphasort);
	int failed = n <= 0;

	for (int i = 0; i < n; i++) {
		char *dot = strrchr(entry[i]->d_name, '.');

		if (dot && strcmp(dot, ".tif") == 0)
			failed |= single_page(bench, entry[i]->d_name);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	return failed;
}

static int all_pages(struct bench *bench)
{
	char path[4096];
	json_t *set;
	int failed;

	snprintf(path, sizeof(path), "%s/truth.json", bench->dir);
	set = json_load_file(path, 0, NULL);
	failed = set ? pages_of_set(bench, json_object_get(set, "pages")) : pages_of_folder(bench);
	json_decref(set);
	print(bench);
	return failed || bench->tallies == 0;
}

int main(int argc, char **argv)
{
	struct zong_pool_options options = {.worker = "./zong-ocr", .workers = 1};
	struct bench bench = {0};
	struct zong_err err = {0};
	const char *kinds = NULL, *names = NULL;
	int status;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-v") == 0)
			bench.verbose = true;
		else if (strcmp(argv[i], "--worker") == 0 && i + 1 < argc)
			options.worker = argv[++i];
		else if (strcmp(argv[i], "--kinds") == 0 && i + 1 < argc)
			kinds = argv[++i];
		else if (strcmp(argv[i], "--names") == 0 && i + 1 < argc)
			names = argv[++i];
		else
			bench.dir = argv[i];
	}
	if (!bench.dir) {
		fprintf(stderr, "usage: bench_fields [-v] [--worker PROGRAM] [--kinds FILE] "
				"[--names FILE] DIR\n");
		return 2;
	}
	if ((kinds && zong_kind_rules_load(kinds, &bench.kinds, &err)) ||
		(names && zong_names_load(names, &bench.names, &err)) ||
		zong_pool_start(&options, &bench.pool, &err)) {
		fprintf(stderr, "%s: %s\n", zong_error_slug(err.code), err.subject);
		return 1;
	}
	status = all_pages(&bench);
	zong_pool_stop(bench.pool);
	zong_kind_rules_free(bench.kinds);
	zong_names_free(bench.names);
	return status;
}
