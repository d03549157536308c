/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BENCH_SCALE_H
#define ZONG_BENCH_SCALE_H

/* The parts of bench_scale: an archive of a county with many materials and no pixels, and what is measured on
 * it. What is in it follows from numbers: case i, unit u, certificate i are the same texts whenever they are
 * asked for, so that whoever measures knows what to look for. */

#include <stdbool.h>
#include <stdio.h>

#include <zong/archive.h>
#include <zong/identity.h>
#include <zong/store.h>

#include "bench.h"

#define SCALE_SIZES 3 /* measured at a hundredth, a tenth, and all */
#define SCALE_CASE_MATERIALS 10
#define SCALE_UNIT_MATERIALS 40 /* of each unit over the years */
#define SCALE_PAGES 2		/* of a material, in the mean */
#define SCALE_TEXT 32		/* room of the short texts below, or more where said */

struct scale {
	const char *dir; /* the archive */
	uint64_t total;	 /* materials in the end */
	bool no_text;	 /* the text index is left behind, and not measured */
	uint64_t filled;
	struct zong_archive *archive; /* NULL while zongd has it */
	struct zong_subject who;
};

/* ---- scale_names.c: what things are called ---- */
#define SCALE_NAME 64
struct scale_party {
	char name[SCALE_NAME];
	char idno[19];
};
void scale_case_no(uint64_t number, char ret_text[SCALE_TEXT]);
void scale_cert(uint64_t number, char ret_text[96]);
void scale_cert_serial(uint64_t number, char ret_digits[SCALE_TEXT]);
/* Of the unit of case @number in a county of so many materials. */
void scale_unit(uint64_t number, uint64_t total, char ret_code[SCALE_TEXT]);
void scale_address(uint64_t number, uint64_t total, char ret_text[160]);
void scale_party(uint64_t number, unsigned which, struct scale_party *ret_party);
/* Mixes a number: the same bits for the same number and @stream. */
uint64_t scale_mix(uint64_t number, uint64_t stream);

/* ---- scale_text.c: a page of running text ---- */
struct scale_page;
struct scale_page *scale_page_new(void);
void scale_page_free(struct scale_page *page);
/* The text of case @number's contract, with the words, boxes and fields of a read page; borrowed until the next. */
const Zong__Reading *scale_page_read(struct scale_page *page, uint64_t number, uint64_t total);
/* From now on lines are cut from this text, at least some thousand characters without line feeds. */
void scale_page_source(struct scale_page *page, const char *text);
/* A page of 40 lines of 25 characters each, in an order of its own; borrowed until the next. */
const Zong__Reading *scale_page_prose(struct scale_page *page, uint64_t number);
/* Something that stands in pages: @rank 0 in nearly every one, 1 in some, 2 in a few (two names met). */
void scale_words(unsigned rank, uint64_t number, char ret_words[SCALE_NAME]);

/* ---- scale_read.c ---- */
/* In a change, as the reader does it when a page has come back. */
int scale_read_page(
	struct zong_txn *txn, const struct zong_digest *raster, const Zong__Reading *reading);

/* ---- scale_case.c ---- */
/* In a change, as the server does it: opens case @no, of one kind. */
int scale_open_case(struct zong_txn *txn, const struct zong_archive *archive,
	const struct zong_subject *who, const char *no);
/* Takes in the files of the materials from @first on, each of @len bytes that no other has. */
void scale_take_in(struct zong_archive *archive, uint64_t first, size_t count, size_t len,
	struct zong_ingest **ret_ingest);

/* ---- scale_fill.c: putting it there ---- */
/* Opens or makes the archive in scale->dir, and says how far it is filled. */
void scale_open(struct scale *scale);
void scale_close(struct scale *scale);
/* Brings it to @materials; goes on where it was left. */
void scale_fill(struct scale *scale, uint64_t materials);

/* ---- what is measured ---- */

/* A figure at one size: microseconds, bytes, ... */
struct scale_figures;
struct scale_figures *scale_figures_new(void);
void scale_figures_free(struct scale_figures *figures);
/* @unit static. @grows: it must not grow faster than log n. */
void scale_figure(struct scale_figures *figures, unsigned size, const char *name, double value,
	const char *unit, bool grows);
double scale_figure_of(const struct scale_figures *figures, unsigned size, const char *name);
void scale_figures_print(const struct scale_figures *figures, const uint64_t sizes[SCALE_SIZES]);
/* p50 and p99 of @took (microseconds). */
void scale_times(
	struct scale_figures *figures, unsigned size, const char *name, double *took, size_t count);

/* In the process: scale_look.c. */
void scale_look(struct scale *scale, struct scale_figures *figures, unsigned size);
/* A token for scale_serve. */
void scale_token(struct scale *scale, char ret_token[ZONG_TOKEN_TEXT]);
/* By zongd, the archive being closed here: scale_serve.c. */
void scale_serve(const struct scale *scale, const char *zongd, const char *token,
	struct scale_figures *figures, unsigned size);

/* Bytes on disk: scale_disk.c. */
void scale_sizes(struct scale *scale, struct scale_figures *figures, unsigned size);
#define SCALE_PAGE_SIZES 8
struct scale_page_size {
	const char *name;
	double bytes;
};
/* What 200 million pages would need, reckoned from what was measured at @size. */
void scale_city(const struct scale_figures *figures, unsigned size, uint64_t materials,
	const struct scale_page_size *page, size_t pages);

#endif
