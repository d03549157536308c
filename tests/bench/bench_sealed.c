/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searching a sealed archive, which has no text index: how long its text is read into memory after it was opened, and
 * how long a search looks through it.
 *
 *     bench_sealed DIR PAGES...
 *
 * Pages of 1,000 characters of running text. For each number: sealed_read (pages a second until all can be searched),
 * sealed_ask_rare, _common, _two and _alike (ms, the slowest of 20). */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/digest.h>
#include <zong/time.h>

#include "index_rows.h"
#include "scale.h"

#define CHANGE 200 /* pages in one change */
#define ASKED 20

struct batch {
	struct scale_page *page;
	uint64_t first, end;
};

static void raster_of(uint64_t number, struct zong_digest *ret_raster)
{
	zong_digest_of(&number, sizeof(number), ret_raster);
}

static int put_pages(struct zong_txn *txn, void *ctx)
{
	const struct batch *batch = ctx;
	struct zong_digest raster;
	uint8_t what[1 + ZONG_DIGEST_SIZE] = {'r'};
	uint64_t i;
	int r = 0;

	for (i = batch->first; !r && i < batch->end; i++) {
		raster_of(i, &raster);
		memcpy(what + 1, raster.bytes, ZONG_DIGEST_SIZE);
		r = zong_reading_put(txn, &raster, scale_page_prose(batch->page, i));
		if (!r)
			r = zong_text_changed(txn, what, sizeof(what), NULL);
	}
	return r;
}

static void fill(struct zong_store *store, struct scale_page *page, uint64_t from, uint64_t to)
{
	struct batch batch = {.page = page};

	for (; from < to; from = batch.end) {
		batch.first = from;
		batch.end = from + CHANGE < to ? from + CHANGE : to;
		bench_must(zong_store_write(store, put_pages, &batch), "filling");
	}
}

static void ask(
	struct zong_store *store, uint64_t pages, const char *name, const char *words, bool alike)
{
	const struct zong_text_part part = {ZONG_TEXT_WORDS, words};
	bool cut = false;
	const struct zong_text_query query = {&part, 1, alike, &cut};
	struct zong_text_hit *hits = bench_must_have(calloc(50, sizeof(*hits)));
	size_t count = 0, total = 0;
	double slowest = 0;

	for (int i = 0; i < ASKED; i++) {
		int64_t start = zong_time_monotonic();
		double took;

		bench_must(zong_text_ask(store, &query, 0, 50, hits, &count, &total), words);
		took = (double)(zong_time_monotonic() - start) / 1000;
		slowest = took > slowest ? took : slowest;
	}
	printf("%s\t%llu pages\t%.1f ms\t%zu hits%s\n", name, (unsigned long long)pages, slowest,
		total, cut ? ", cut" : "");
	free(hits);
}

/* Eight Han that stand in one page, or in few. */
static void rare_words(struct scale_page *page, char ret_words[64])
{
	const Zong__Reading *reading = scale_page_prose(page, 1);
	size_t len = 0;

	for (size_t i = 0; i < 8 && i < reading->lines[20]->n_words; i++) {
		const char *text = reading->lines[20]->words[i]->text;

		if (len + strlen(text) < 63) {
			memcpy(ret_words + len, text, strlen(text));
			len += strlen(text);
		}
	}
	ret_words[len] = '\0';
}

int main(int argc, char **argv)
{
	static const uint8_t key[ZONG_STORE_KEY] = "thirty-two bytes for a benchmark";
	struct zong_store_options options = {.key = key};
	struct scale_page *page = scale_page_new();
	struct zong_store *store;
	char words[64], two[160];
	uint64_t from = 0;

	if (argc < 3) {
		fprintf(stderr, "bench_sealed DIR PAGES...\n");
		return 2;
	}
	rare_words(page, words);
	snprintf(two, sizeof(two), "%s 登记", words);
	bench_must(zong_store_create_sealed(argv[1], key, NULL, NULL, NULL), argv[1]);
	for (int i = 2; i < argc; i++) {
		uint64_t to = strtoull(argv[i], NULL, 10);
		int64_t start;

		bench_must(zong_store_open(argv[1], &options, &store, NULL), argv[1]);
		fill(store, page, from, to);
		zong_store_close(store);
		from = to > from ? to : from;
		bench_must(zong_store_open(argv[1], &options, &store, NULL), argv[1]);
		start = zong_time_monotonic();
		bench_must(zong_text_start(store, zong_index_source, NULL, NULL), "text");
		bench_must(zong_text_settle(store, 600 * ZONG_SECOND), "text");
		printf("sealed_read\t%llu pages\t%.0f pages/s\n", (unsigned long long)from,
			(double)from * 1e6 / (double)(zong_time_monotonic() - start));
		ask(store, from, "sealed_ask_rare", words, false);
		ask(store, from, "sealed_ask_common", "登记", false);
		ask(store, from, "sealed_ask_two", two, false);
		ask(store, from, "sealed_ask_alike", words, true);
		zong_store_close(store);
	}
	scale_page_free(page);
	return 0;
}
