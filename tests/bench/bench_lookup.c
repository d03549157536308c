/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills an archive with pages of running text, through the changes that the server makes, and writes the same pages for others
 * to index:
 *
 *	bench_lookup ARCHIVE PAGES SOURCE OUT
 *
 * SOURCE: a text that lines are cut from. OUT.tsv: number, text; OUT.json: the same for groonga's load. Prints how long
 * filling took, and how long the text index took to follow. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <zong/byteorder.h>
#include <zong/file.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "filing.h"
#include "inside.h"
#include "row.h"
#include "scale.h"

#define MATERIAL_PAGES 20
#define CASE_MATERIALS 5
#define BATCH 200 /* materials in one commit */
#define BYTES 1500

struct filling {
	struct zong_archive *archive;
	struct zong_subject who;
	struct scale_page *page;
	uint64_t first; /* material of the batch */
	size_t count;
	struct zong_ingest *ingest[BATCH];
};

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void raster_of(uint64_t page, struct zong_digest *ret_raster)
{
	for (unsigned i = 0; i < 4; i++)
		zong_write_be64(ret_raster->bytes + 8 * (size_t)i, scale_mix(page, 200 + i));
}

static int file_material(struct zong_txn *txn, struct filling *filling, size_t at, const char *no)
{
	static char type[] = "登记材料";
	uint64_t first = (filling->first + at) * MATERIAL_PAGES;
	struct zong_digest raster[MATERIAL_PAGES];
	Zong__FilePage page[MATERIAL_PAGES], *pages[MATERIAL_PAGES];
	Zong__Material draft = ZONG__MATERIAL__INIT;
	Zong__File file = ZONG__FILE__INIT;
	struct zong_filing filing = {.who = &filling->who,
		.draft = &draft,
		.file = &file,
		.ingest = filling->ingest[at]};
	char name[40];
	int r;

	for (unsigned i = 0; i < MATERIAL_PAGES; i++) {
		raster_of(first + i, &raster[i]);
		zong__file_page__init(&page[i]);
		page[i].width = 2480;
		page[i].height = 3508;
		page[i].dpi_x = page[i].dpi_y = 300;
		page[i].colour = page[i].bits = 1;
		page[i].raster.data = raster[i].bytes;
		page[i].raster.len = sizeof(raster[i].bytes);
		pages[i] = &page[i];
	}
	file.media = ZONG_MEDIA_TIFF;
	file.n_pages = MATERIAL_PAGES;
	file.pages = pages;
	snprintf(name, sizeof(name), "scan%08llu.tif", (unsigned long long)(filling->first + at));
	draft.case_no = (char *)(uintptr_t)no;
	draft.type = draft.title = type;
	draft.file_name = name;
	r = zong_filing_change(txn, &filing);
	for (unsigned i = 0; !r && i < MATERIAL_PAGES; i++)
		r = scale_read_page(txn, &raster[i], scale_page_prose(filling->page, first + i));
	zong_filing_release(&filing);
	return r;
}

static int put_batch(struct zong_txn *txn, void *ctx)
{
	struct filling *filling = ctx;
	char no[SCALE_TEXT] = "";
	int r = 0;

	for (size_t i = 0; !r && i < filling->count; i++) {
		uint64_t number = (filling->first + i) / CASE_MATERIALS;

		if (i % CASE_MATERIALS == 0) {
			scale_case_no(number, no);
			r = scale_open_case(txn, filling->archive, &filling->who, no);
		}
		if (!r)
			r = file_material(txn, filling, i, no);
	}
	return r;
}

/* The text of a page in one line, a line feed of it as a blank. */
static void write_page(FILE *tsv, FILE *json, const Zong__Reading *reading, uint64_t number)
{
	fprintf(tsv, "%llu\t", (unsigned long long)number);
	fprintf(json, "%s{\"_key\": %llu, \"text\": \"", number ? ",\n" : "",
		(unsigned long long)number);
	for (size_t i = 0; i < reading->n_lines; i++) {
		for (size_t j = 0; j < reading->lines[i]->n_words; j++) {
			fputs(reading->lines[i]->words[j]->text, tsv);
			fputs(reading->lines[i]->words[j]->text, json);
		}
		if (i + 1 < reading->n_lines) {
			fputc(' ', tsv);
			fputc(' ', json);
		}
	}
	fputc('\n', tsv);
	fputs("\"}", json);
}

static void write_pages(struct scale_page *page, uint64_t pages, const char *out)
{
	char path[BENCH_PATH];
	FILE *tsv, *json;

	snprintf(path, sizeof(path), "%s.tsv", out);
	tsv = bench_must_have(fopen(path, "w"));
	snprintf(path, sizeof(path), "%s.json", out);
	json = bench_must_have(fopen(path, "w"));
	fputs("load --table Pages\n[\n", json);
	for (uint64_t i = 0; i < pages; i++)
		write_page(tsv, json, scale_page_prose(page, i), i);
	fputs("\n]\n", json);
	bench_must(fclose(tsv) || fclose(json) ? ZONG_EIO : 0, out);
}

/* Han and marks of one line; quotes and the like would have to be escaped for others. */
static char *read_source(const char *path)
{
	struct zong_buf text = ZONG_BUF_INIT(64 << 20);
	char *clean;
	size_t len = 0, pos = 0;

	bench_must(zong_file_read(path, &text), path);
	clean = bench_must_have(malloc(text.len + 1));
	while (pos < text.len) {
		size_t at = pos;
		uint32_t c = zong_utf8_next((const char *)text.data, text.len, &pos);

		if (c == ZONG_UTF8_BAD || c < 0x80 || zong_utf8_is_blank(c))
			continue;
		memcpy(clean + len, text.data + at, pos - at);
		len += pos - at;
	}
	clean[len] = '\0';
	zong_buf_release(&text);
	return clean;
}

int main(int argc, char **argv)
{
	struct zong_archive_options options = {0};
	struct filling filling = {.who = {.role = ZONG_ROLE_ARCHIVIST, .key = "token:bench"}};
	uint64_t pages = argc == 5 ? strtoull(argv[2], NULL, 10) : 0;
	double begin, filled;
	char *source;

	if (pages < MATERIAL_PAGES || pages % ((uint64_t)MATERIAL_PAGES * CASE_MATERIALS)) {
		fprintf(stderr,
			"bench_lookup ARCHIVE PAGES SOURCE OUT; whole cases of 100 pages\n");
		return 2;
	}
	source = read_source(argv[3]);
	filling.page = scale_page_new();
	scale_page_source(filling.page, source);
	write_pages(filling.page, pages, argv[4]);
	bench_must(zong_archive_open(argv[1], &options, &filling.archive, NULL), argv[1]);
	begin = now();
	while (filling.first < pages / MATERIAL_PAGES) {
		uint64_t left = pages / MATERIAL_PAGES - filling.first;

		filling.count = left < BATCH ? (size_t)left : BATCH;
		scale_take_in(filling.archive, filling.first, filling.count, BYTES, filling.ingest);
		bench_must(
			zong_store_write(filling.archive->store, put_batch, &filling), "a batch");
		for (size_t i = 0; i < filling.count; i++)
			zong_ingest_free(filling.ingest[i]);
		filling.first += filling.count;
	}
	filled = now();
	bench_must(zong_text_settle(filling.archive->store, INT64_C(7200) * ZONG_SECOND),
		"the text index");
	printf("{\"fill\": %.2f, \"behind\": %.2f}\n", filled - begin, now() - filled);
	zong_archive_close(filling.archive);
	scale_page_free(filling.page);
	free(source);
	return 0;
}
