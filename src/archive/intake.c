/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/arena.h>
#include <zong/delivery.h>
#include <zong/file.h>
#include <zong/gate.h>

#include "batch.h"
#include "case_entry.h"
#include "filing.h"
#include "inside.h"
#include "intake_entry.h"
#include "row.h"

/* Decoding the pages takes most of the time; storing comes after it. */
#define PROBE_SHARE 0.7
#define LOOKED_AGAIN 8 /* a file that is destroyed whenever it is looked at */

struct run {
	struct zong_archive *archive;
	const struct zong_intake *intake;
	zong_intake_progress *progress;
	void *ctx;
	struct zong_digest digest;
	struct zong_digest sm3; /* of a known file whose row has none */
	bool has_sm3;
	enum zong_media media;
	Zong__File *file;	 /* as probed; NULL: known */
	Zong__File *known;	 /* as the catalog had it */
	size_t warnings;	 /* about what was entered */
	struct zong_arena arena; /* of the probe */
	struct zong_probe probe;
};

static int tell(const struct run *run, double done)
{
	return run->progress ? run->progress(run->ctx, done) : 0;
}

static int on_probe(void *ctx, uint32_t done, uint32_t pages)
{
	return tell(ctx, pages ? PROBE_SHARE * done / pages : 0);
}

static int on_store(void *ctx, uint64_t done, uint64_t total)
{
	return tell(
		ctx, PROBE_SHARE + (1 - PROBE_SHARE) * (total ? (double)done / (double)total : 1));
}

/* What can be seen from outside: size and kind. */
static int look_at(struct run *run, struct zong_err *err)
{
	const struct zong_intake *intake = run->intake;
	uint8_t head[1024];
	size_t len = intake->len < sizeof(head) ? (size_t)intake->len : sizeof(head);
	struct stat st;
	int code;

	if (intake->len == 0)
		return zong_err_set(err, ZONG_EEMPTY, NULL);
	if (intake->len > ZONG_LIMIT_FILE)
		return zong_err_set(err, ZONG_ETOOBIG, NULL);
	if (fstat(intake->fd, &st) != 0)
		return zong_err_set(err, ZONG_EIO, NULL);
	if ((uint64_t)st.st_size < intake->len)
		return zong_err_set(err, ZONG_ETRUNCATED, NULL);
	code = zong_file_read_at(intake->fd, head, len, 0);
	if (code)
		return zong_err_set(err, code, NULL);
	run->media = zong_media_of(head, len);
	return run->media == ZONG_MEDIA_UNKNOWN ? zong_err_set(err, ZONG_EMEDIA, NULL) : 0;
}

/* A file that the catalog has need not be decoded again, unless a worker had died on it: ZONG_ENOENT when it is
 * to be looked at. */
static int find_known(struct run *run)
{
	struct zong_txn *txn;
	Zong__File *file;
	int err = 0;
	size_t i;

	if (run->intake->digest)
		run->digest = *run->intake->digest;
	else
		err = zong_digest_of_fd(run->intake->fd, &run->digest);
	if (!err)
		err = zong_store_read_begin(run->archive->store, &txn);
	if (err)
		return err;
	err = zong_row_file(txn, &run->digest, &file);
	zong_txn_end(txn);
	if (err)
		return err;
	for (i = 0; i < file->n_pages && !err; i++)
		if (zong_filing_page_may_heal(file->pages[i]))
			err = ZONG_ENOENT;
	if (run->intake->gate && !zong_gate_measured(file))
		err = ZONG_ENOENT;
	run->known = file;
	if (run->archive->sm3 && !file->sm3.len && zong_sm3_of_fd(run->intake->fd, &run->sm3) == 0)
		run->has_sm3 = true;
	return err;
}

static int add_quality(Zong__FilePage *page, const struct zong_quality *measured)
{
	Zong__Quality *quality = zong_row_new(&zong__quality__descriptor);

	if (!quality)
		return ZONG_ENOMEM;
	page->quality = quality;
	quality->writing = measured->writing;
	quality->dpi = measured->dpi;
	quality->paper = measured->paper;
	quality->ink = measured->ink;
	quality->skew = measured->skew;
	quality->contrast = measured->contrast;
	quality->dark = measured->dark;
	quality->specks = measured->specks;
	quality->blur = measured->blur;
	quality->margin = measured->margin;
	return 0;
}

static int add_page(Zong__File *file, const struct zong_probe_page *probed)
{
	Zong__FilePage *page = zong_row_new(&zong__file_page__descriptor);

	if (!page)
		return ZONG_ENOMEM;
	file->pages[file->n_pages++] = page;
	page->width = probed->width;
	page->height = probed->height;
	page->dpi_x = probed->dpi_x;
	page->dpi_y = probed->dpi_y;
	page->colour = probed->colour;
	page->bits = probed->bits;
	page->text_layer = probed->text_layer;
	page->blank = probed->blank;
	page->err = probed->err;
	page->patch = probed->patch;
	if (probed->sheet && zong_row_set(&page->sheet, probed->sheet))
		return ZONG_ENOMEM;
	if (probed->err)
		return 0;
	if (probed->quality.measured && add_quality(page, &probed->quality))
		return ZONG_ENOMEM;
	return zong_row_set_bytes(
		&page->raster, probed->raster.bytes, sizeof(probed->raster.bytes));
}

static int to_file(const struct zong_gate_limits *limits, const struct zong_probe *probe,
	Zong__File **ret_file)
{
	_cleanup_row_ Zong__File *file = zong_row_new(&zong__file__descriptor);
	int err = 0;

	if (!file)
		return ZONG_ENOMEM;
	file->media = probe->media;
	file->pages = calloc(probe->pages, sizeof(*file->pages));
	if (!file->pages)
		return ZONG_ENOMEM;
	for (uint32_t i = 0; i < probe->pages && !err; i++)
		err = add_page(file, &probe->page[i]);
	if (!err)
		err = zong_gate_judge_file(limits, probe, file);
	if (!err)
		*ret_file = take_ptr(file);
	return err;
}

static int probe_file(struct run *run, struct zong_err *err)
{
	int code;

	if (!run->archive->pool)
		return zong_err_set(err, ZONG_EWORKER, NULL);
	code = zong_pool_probe(run->archive->pool, run->intake->fd, run->media, &run->arena,
		on_probe, run, &run->probe, err);
	if (code)
		return code;
	if (run->probe.pages == 0)
		return zong_err_set(err, ZONG_ENOPAGES, NULL);
	if (run->probe.pages > ZONG_LIMIT_PAGES)
		return zong_err_set(err, ZONG_EPAGES, NULL);
	code = to_file(&run->archive->gate, &run->probe, &run->file);
	return code ? zong_err_set(err, code, NULL) : 0;
}

static int add_damaged(const Zong__File *file, struct zong_receipt *receipt)
{
	for (size_t i = 0; i < file->n_pages; i++)
		receipt->pages_damaged += file->pages[i]->err != 0;
	if (!receipt->pages_damaged)
		return 0;
	receipt->page_damaged = calloc(receipt->pages_damaged, sizeof(*receipt->page_damaged));
	if (!receipt->page_damaged)
		return ZONG_ENOMEM;
	receipt->pages_damaged = 0;
	for (size_t i = 0; i < file->n_pages; i++)
		if (file->pages[i]->err)
			receipt->page_damaged[receipt->pages_damaged++] = (uint32_t)(i + 1);
	return 0;
}

int zong_intake_receipt(struct zong_archive *archive, const struct zong_subject *who,
	struct zong_filing *filing, struct zong_receipt *receipt)
{
	int err = add_damaged(filing->stored, receipt);

	receipt->file = take_ptr(filing->stored);
	receipt->material = take_ptr(filing->material);
	receipt->bytes_new = filing->bytes_new;
	receipt->bytes_shared = filing->bytes_shared;
	receipt->again = filing->again;
	if (!err)
		err = zong_delivery_of_material(
			archive, who, receipt->material, &receipt->delivery, &receipt->deliveries);
	return err;
}

static int store(struct run *run, struct zong_filing *filing, struct zong_err *err)
{
	int code;

	code = zong_ingest_begin(run->archive->store, run->intake->fd, run->intake->len, run->media,
		&run->digest, on_store, run, &filing->ingest);
	if (code)
		return zong_err_set(err, code, NULL);
	filing->file = run->file;
	filing->probe = run->file ? &run->probe : NULL;
	filing->sm3 = run->has_sm3 ? &run->sm3 : NULL;
	code = zong_store_write_file(
		run->archive->store, filing->ingest, zong_filing_change, filing);
	if (!code || code == ZONG_ENOENT)
		return code;
	if (code == ZONG_ENODEPARTMENT)
		return zong_err_set(err, code, "%s", filing->missing);
	if (code == ZONG_ENOCASE)
		return zong_err_set(err, code, "%s", filing->draft->case_no);
	return zong_err_set(err, code, NULL);
}

/* One material of all of the file. */
static int file_whole(struct run *run, const struct zong_subject *who, const Zong__Material *draft,
	struct zong_receipt *receipt, struct zong_err *err)
{
	struct zong_filing filing = {.who = who, .draft = draft, .judge = &run->archive->judge,
		.catalogues = run->archive->catalogues};
	int code;

	filing.bulk = zong_intake_is_bulk(run->intake, run->file ? run->file : run->known);
	code = store(run, &filing, err);
	if (!code) {
		code = zong_intake_receipt(run->archive, who, &filing, receipt);
		if (code)
			zong_err_set(err, code, NULL);
	}
	zong_filing_release(&filing);
	zong_ingest_free(filing.ingest);
	return code;
}

static int plan(struct run *run, const Zong__Material *draft, struct zong_batch *ret_batch,
	struct zong_receipt *receipt, struct zong_err *err)
{
	struct zong_txn *txn;
	int code;

	memset(ret_batch, 0, sizeof(*ret_batch));
	if (run->intake->whole)
		return 0;
	code = zong_store_read_begin(run->archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_batch_plan(txn, run->file ? run->file : run->known, &run->digest, draft,
		ret_batch, &receipt->warnings, err);
	zong_txn_end(txn);
	return code == ZONG_ENOCOVER || code == ZONG_ENOCASE || !code
		       ? code
		       : zong_err_set(err, code, NULL);
}

static int file_batch(struct run *run, const struct zong_subject *who, struct zong_batch *batch,
	struct zong_receipt *receipt, struct zong_err *err)
{
	const struct zong_batch_source source = {.archive = run->archive,
		.who = who,
		.intake = run->intake,
		.digest = &run->digest,
		.media = run->media,
		.rows = run->file ? run->file : run->known,
		.file = run->file,
		.probe = run->file ? &run->probe : NULL};
	struct zong_receipt *all = calloc(batch->parts, sizeof(*all));
	struct zong_warnings warnings = receipt->warnings;
	int code = all ? zong_batch_store(&source, batch, all, err)
		       : zong_err_set(err, ZONG_ENOMEM, NULL);

	if (code) {
		for (size_t i = 0; all && i < batch->parts; i++)
			zong_receipt_release(&all[i]);
		free(all);
		return code;
	}
	*receipt = all[0];
	receipt->warnings = warnings;
	receipt->furthers = batch->parts - 1;
	memmove(all, all + 1, receipt->furthers * sizeof(*all));
	receipt->further = all;
	receipt->sheet = take_ptr(batch->sheet);
	receipt->sheets = batch->sheets;
	return 0;
}

static bool cannot_be_split(int code)
{
	return code == ZONG_EMEDIA || code == ZONG_ELIMIT || code == ZONG_EDAMAGED;
}

static int file_it(struct run *run, const struct zong_subject *who, const Zong__Material *draft,
	struct zong_receipt *receipt, struct zong_err *err)
{
	struct zong_batch batch;
	int code;

	receipt->warnings.count = run->warnings;
	code = plan(run, draft, &batch, receipt, err);
	if (code)
		return code;
	if (batch.parts)
		code = file_batch(run, who, &batch, receipt, err);
	if (batch.parts && cannot_be_split(code)) {
		receipt->warnings.count = run->warnings;
		if (!draft->case_no[0])
			code = zong_err_set(err, ZONG_ENOCOVER, "%s",
				draft->file_name[0] ? draft->file_name : "p. 1");
		else
			code = zong_case_entry_warn(
				&receipt->warnings, "sheet-whole", draft->file_name);
	}
	if (!code && !receipt->material)
		code = file_whole(run, who, draft, receipt, err);
	zong_batch_release(&batch);
	return code;
}

/* Names the pages, as many as there is room for. */
static int refuse_pages(const Zong__File *file, struct zong_err *err)
{
	char pages[200] = "";
	size_t len = 0;

	for (size_t i = 0; i < file->n_pages && len + 16 < sizeof(pages); i++)
		if (file->pages[i]->n_verdicts)
			len += (size_t)snprintf(
				pages + len, sizeof(pages) - len, "%s%zu", len ? ", " : "", i + 1);
	return zong_err_set(
		err, ZONG_EQUALITY, "%s%s", pages, len + 16 < sizeof(pages) ? "" : " ...");
}

static int pass_gate(struct run *run, struct zong_receipt *receipt, struct zong_err *err)
{
	Zong__File **file = run->file ? &run->file : &run->known;

	if (!zong_gate_finds(*file))
		return 0;
	receipt->file = take_ptr(*file);
	return refuse_pages(receipt->file, err);
}

static int take_in(struct run *run, const struct zong_subject *who, const Zong__Material *draft,
	struct zong_receipt *receipt, struct zong_err *err)
{
	int code;

	code = look_at(run, err);
	if (code)
		return code;
	code = find_known(run);
	if (code == ZONG_ENOENT)
		code = probe_file(run, err);
	else if (code)
		zong_err_set(err, code, NULL);
	run->warnings = receipt->warnings.count;
	if (!code && run->intake->gate)
		code = pass_gate(run, receipt, err);
	if (!code)
		code = file_it(run, who, draft, receipt, err);
	for (int again = 0; code == ZONG_ENOENT && again < LOOKED_AGAIN;
		again++) { /* known when we looked, destroyed since */
		code = run->file ? 0 : probe_file(run, err);
		if (!code)
			code = file_it(run, who, draft, receipt, err);
	}
	if (!code)
		tell(run, 1);
	return code;
}

int zong_intake_run(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_intake *intake, zong_intake_progress *progress, void *ctx,
	struct zong_receipt *ret_receipt, struct zong_err *err)
{
	struct run run = {.archive = archive, .intake = intake, .progress = progress, .ctx = ctx};
	_cleanup_row_ Zong__Material *draft = NULL;
	struct zong_receipt receipt = {0};
	int code;

	code = zong_intake_entry_check(archive, who, intake, &draft, &receipt.warnings, err);
	if (code)
		return code;
	code = take_in(&run, who, draft, &receipt, err);
	if (run.file)
		zong__file__free_unpacked(run.file, NULL);
	if (run.known)
		zong__file__free_unpacked(run.known, NULL);
	zong_arena_release(&run.arena);
	if (code && code != ZONG_EQUALITY)
		zong_receipt_release(&receipt);
	else
		*ret_receipt = receipt;
	return code;
}

int zong_intake_check(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_intake *intake, struct zong_err *err)
{
	_cleanup_row_ Zong__Material *draft = NULL;
	struct zong_warnings warnings = {0};
	int code;

	code = zong_intake_entry_check(archive, who, intake, &draft, &warnings, err);
	zong_warnings_release(&warnings);
	return code;
}

void zong_receipt_release(struct zong_receipt *receipt)
{
	if (receipt->material)
		zong__material__free_unpacked(receipt->material, NULL);
	if (receipt->file)
		zong__file__free_unpacked(receipt->file, NULL);
	for (size_t i = 0; i < receipt->deliveries; i++)
		zong__delivery__free_unpacked(receipt->delivery[i], NULL);
	free(receipt->delivery);
	free(receipt->page_damaged);
	for (size_t i = 0; i < receipt->furthers; i++)
		zong_receipt_release(&receipt->further[i]);
	free(receipt->further);
	free(receipt->sheet);
	zong_warnings_release(&receipt->warnings);
	memset(receipt, 0, sizeof(*receipt));
}
