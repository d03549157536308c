/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Are scans of the same sheet known again, and told from other pages of the same form?
 *
 *     bench_alike [-v] DIR KIND-NUMBER.tif ...      each a clean grey scan of one sheet at 300 dpi
 *
 * Every sheet is scanned in the ways of alike_scan.c, every scan is read and put into an archive in DIR, and for each scan
 * the archive is asked which others are alike. Recall: of the other scans of its sheet, the share that is told. Precision: of
 * those told, the share that is of its sheet. First by the looks alone, as before a page is read, then with what is
 * read on them. By kind, and by what happened to the second scan when the first one is asked about; then what it costs. KIND
 * photo, plan: drawn here, no file; sparse: nearly empty. These are not in the sums, as their words cannot tell.
 * What was scanned and read before is taken from DIR. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/store.h>
#include <zong/time.h>

#include "alike.h"
#include "bench_alike.h"

#define WORKERS 2

struct bench {
	struct alike_scan *scan;
	size_t count;
	bool *found; /* [count * count]: asked about the row, told the column */
	struct zong_store *store;
	bool verbose;
};

struct score {
	uint64_t same, found, other, wrong;
};

static size_t kind_length(const char *sheet)
{
	return strcspn(alike_name(sheet), "-");
}

static bool same_kind(const struct alike_scan *a, const struct alike_scan *b)
{
	size_t len = kind_length(a->sheet);

	return len == kind_length(b->sheet) &&
	       strncmp(alike_name(a->sheet), alike_name(b->sheet), len) == 0;
}

static bool has_words(const struct alike_scan *scan)
{
	const char *name = alike_name(scan->sheet);

	return !alike_is_drawn(name) && strncmp(name, "sparse-", 7) != 0;
}

/* ---- the archive ---- */

static struct zong_digest raster_of(size_t number)
{
	struct zong_digest digest;
	uint64_t bytes = number;

	zong_digest_of(&bytes, sizeof(bytes), &digest);
	return digest;
}

static int put_looks(struct zong_txn *txn, void *ctx)
{
	static uint8_t packed[ZONG_LOOK_PACKED];
	const struct bench *bench = ctx;
	int err = 0;

	for (size_t i = 0; !err && i < bench->count; i++) {
		struct zong_digest raster = raster_of(i);

		if (bench->scan[i].any)
			err = zong_alike_put(
				txn, &raster, packed, zong_look_pack(&bench->scan[i].look, packed));
	}
	return err;
}

static int put_readings(struct zong_txn *txn, void *ctx)
{
	const struct bench *bench = ctx;
	int err = 0;

	for (size_t i = 0; !err && i < bench->count; i++) {
		struct zong_digest raster = raster_of(i);

		err = zong_reading_put(txn, &raster, bench->scan[i].reading);
	}
	return err;
}

static void mark(struct bench *bench, size_t asked, const struct zong_digest *raster)
{
	for (size_t i = 0; i < bench->count; i++) {
		struct zong_digest digest = raster_of(i);

		if (zong_digest_equal(&digest, raster))
			bench->found[asked * bench->count + i] = true;
	}
}

/* Microseconds a page. */
static int64_t ask_all(struct bench *bench)
{
	int64_t took = 0;

	memset(bench->found, 0, bench->count * bench->count * sizeof(*bench->found));
	for (size_t i = 0; i < bench->count; i++) {
		struct zong_digest raster = raster_of(i);
		struct zong_alike_budget budget = {0};
		struct zong_alike_page *pages;
		int64_t start = zong_time_monotonic();
		struct zong_txn *txn;
		size_t count;

		alike_check(zong_store_read_begin(bench->store, &txn), "the archive");
		alike_check(zong_alike_find(txn, &raster, &budget, &pages, &count), "finding");
		zong_txn_end(txn);
		took += zong_time_monotonic() - start;
		for (size_t j = 0; j < count; j++)
			mark(bench, i, &pages[j].raster);
		free(pages);
	}
	return took / (int64_t)bench->count;
}

/* ---- the figures ---- */

static void add(const struct bench *bench, size_t i, size_t j, struct score *score)
{
	bool found = bench->found[i * bench->count + j];

	if (i == j)
		return;
	if (bench->scan[i].number == bench->scan[j].number) {
		score->same++;
		score->found += found;
	} else {
		score->other += same_kind(&bench->scan[i], &bench->scan[j]);
		score->wrong += found;
	}
}

static void print_score(const char *what, int width, const struct score *score)
{
	printf("  %-*.*s recall %.4f (%llu of %llu)  precision ", 34, width, what,
		(double)score->found / (double)score->same, (unsigned long long)score->found,
		(unsigned long long)score->same);
	if (score->found + score->wrong)
		printf("%.4f", (double)score->found / (double)(score->found + score->wrong));
	else
		printf("-");
	printf(" (%llu wrong; %llu pairs of one form)\n", (unsigned long long)score->wrong,
		(unsigned long long)score->other);
}

static void print_kinds(const struct bench *bench)
{
	for (size_t first = 0; first < bench->count; first++) {
		const struct alike_scan *scan = &bench->scan[first];
		struct score score = {0};

		if (first && same_kind(scan, scan - 1))
			continue;
		for (size_t i = first; i < bench->count; i++)
			for (size_t j = 0; same_kind(scan, &bench->scan[i]) && j < bench->count;
				j++)
				add(bench, i, j, &score);
		print_score(alike_name(scan->sheet), (int)kind_length(scan->sheet), &score);
	}
}

static void print_ways(const struct bench *bench)
{
	for (unsigned int way = 1; way < alike_way_count; way++) {
		struct score score = {0};

		for (size_t i = 0; i < bench->count; i++)
			for (size_t j = 0; j < bench->count; j++)
				if (bench->scan[i].way == 0 && bench->scan[j].way == way &&
					has_words(&bench->scan[i]))
					add(bench, i, j, &score);
		print_score(alike_ways[way].name, 99, &score);
	}
}

static void print_sum(const struct bench *bench, const char *name)
{
	struct score score = {0};

	for (size_t i = 0; i < bench->count; i++)
		for (size_t j = 0; has_words(&bench->scan[i]) && j < bench->count; j++)
			add(bench, i, j, &score);
	printf("alike_%s_precision %.4f  (%llu right, %llu wrong among %llu pairs of one form)\n",
		name,
		score.found + score.wrong
			? (double)score.found / (double)(score.found + score.wrong)
			: 0,
		(unsigned long long)score.found, (unsigned long long)score.wrong,
		(unsigned long long)score.other);
	printf("alike_%s_recall %.4f  (%llu of %llu)\n", name,
		(double)score.found / (double)score.same, (unsigned long long)score.found,
		(unsigned long long)score.same);
}

static void print_all(const struct bench *bench, const char *name)
{
	print_sum(bench, name);
	print_kinds(bench);
	print_ways(bench);
	for (size_t i = 0; bench->verbose && i < bench->count; i++)
		for (size_t j = 0; j < bench->count; j++) {
			const struct alike_scan *a = &bench->scan[i], *b = &bench->scan[j];
			bool same = a->number == b->number;

			if (i != j && same != bench->found[i * bench->count + j])
				printf("  %s %s: %s | %s: %s\n", same ? "missed" : "wrong",
					alike_name(a->sheet), alike_ways[a->way].name,
					alike_name(b->sheet), alike_ways[b->way].name);
		}
}

static void print_cost(const struct bench *bench, int64_t find_time)
{
	int64_t survey = 0, blank = 0;
	size_t packed = 0;

	for (size_t i = 0; i < bench->count; i++) {
		survey += bench->scan[i].survey_time;
		blank += bench->scan[i].blank_time;
		packed += bench->scan[i].packed;
	}
	printf("alike_cost %.2f  (%.1f ms to see whether a page is blank and what it looks like, "
	       "%.1f "
	       "ms for the former; %zu bytes a look; %.1f ms to find what looks like a page)\n",
		(double)survey / (double)blank, (double)survey / (double)bench->count / 1000,
		(double)blank / (double)bench->count / 1000, packed / bench->count,
		(double)find_time / 1000);
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	struct bench bench = {.verbose = verbose};
	struct zong_store_options options = {0};
	_cleanup_free_ char *dir = NULL;
	struct zong_err err = {0};
	int64_t find_time;

	argv += verbose;
	argc -= verbose;
	if (argc < 3 || asprintf(&dir, "%s/archive-XXXXXX", argv[1]) < 0 || !mkdtemp(dir)) {
		fprintf(stderr, "bench_alike [-v] DIR KIND-NUMBER.tif ...\n");
		return 2;
	}
	alike_scan_all(argv + 2, (unsigned int)argc - 2, WORKERS, argv[1], &bench.scan);
	bench.count = (size_t)(argc - 2) * alike_way_count;
	bench.found = calloc(bench.count * bench.count, sizeof(*bench.found));
	alike_check(bench.found ? 0 : ZONG_ENOMEM, "memory");
	alike_check(zong_store_create(dir, &err), err.subject);
	alike_check(zong_store_open(dir, &options, &bench.store, &err), err.subject);
	alike_check(zong_store_write(bench.store, put_looks, &bench), "looks");
	ask_all(&bench);
	print_all(&bench, "looks");
	alike_check(zong_store_write(bench.store, put_readings, &bench), "readings");
	find_time = ask_all(&bench);
	print_all(&bench, "read");
	print_cost(&bench, find_time);
	zong_store_close(bench.store);
	free(bench.found);
	free(bench.scan);
	return 0;
}
