/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/pool.h>

#include "batch.h"
#include "filing.h"
#include "inside.h"
#include "intake_entry.h"
#include "journal.h"
#include "row.h"

struct store {
	const struct zong_batch_source *source;
	const struct zong_batch *batch;
	struct zong_filing whole; /* the file that came: its rows but no material */
	struct zong_filing *part;
	Zong__File **file; /* of each part */
	struct zong_probe *probe;
};

static void release(struct store *store)
{
	for (size_t i = 0; store->part && i < store->batch->parts; i++) {
		zong_filing_release(&store->part[i]);
		zong_ingest_free(store->part[i].ingest);
	}
	for (size_t i = 0; store->file && i < store->batch->parts; i++)
		if (store->file[i])
			zong__file__free_unpacked(store->file[i], NULL);
	zong_filing_release(&store->whole);
	zong_ingest_free(store->whole.ingest);
	free(store->probe);
	free(store->part);
	free(store->file);
}

/* Page numbers in verdicts, as the part has them; what they are about may lie in another part. */
static void count_within(Zong__FilePage *page, const struct zong_batch_part *part)
{
	size_t kept = 0;

	for (size_t i = 0; i < page->n_verdicts; i++) {
		Zong__Verdict *verdict = page->verdicts[i];

		if (verdict->page && (verdict->page < part->first ||
					     verdict->page >= part->first + part->count)) {
			zong__verdict__free_unpacked(verdict, NULL);
			continue;
		}
		if (verdict->page)
			verdict->page -= part->first - 1;
		page->verdicts[kept++] = verdict;
	}
	page->n_verdicts = kept;
}

static int copy_pages(
	const Zong__File *rows, const struct zong_batch_part *part, Zong__File **ret_file)
{
	_cleanup_row_ Zong__File *file = zong_row_new(&zong__file__descriptor);
	int err = 0;

	if (!file)
		return ZONG_ENOMEM;
	file->media = rows->media;
	file->pages = calloc(part->count, sizeof(*file->pages));
	if (!file->pages)
		return ZONG_ENOMEM;
	for (uint32_t i = 0; i < part->count && !err; i++) {
		ProtobufCMessage *copy;

		err = zong_row_copy(&rows->pages[part->first - 1 + i]->base, &copy);
		if (err)
			break;
		file->pages[file->n_pages++] = (Zong__FilePage *)copy;
		count_within(file->pages[i], part);
	}
	if (!err)
		*ret_file = take_ptr(file);
	return err;
}

/* -- files -- */

static int ingest(const struct store *store, int fd, uint64_t len, const struct zong_digest *digest,
	struct zong_ingest **ret_ingest)
{
	int err = zong_ingest_begin(store->source->archive->store, fd, len, store->source->media,
		digest, NULL, NULL, ret_ingest);

	return err ? err : zong_ingest_flush(*ret_ingest);
}

static int take_out(struct store *store, size_t i, struct zong_err *err)
{
	const struct zong_batch_source *source = store->source;
	const struct zong_batch_part *part = &store->batch->part[i];
	_cleanup_close_ int fd = -1;
	uint64_t len;
	int code = zong_file_spool(zong_archive_spool(source->archive), &fd);

	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_pool_extract(source->archive->pool, source->digest, source->intake->fd,
		source->media, part->first, part->count, fd, &len, err);
	if (code)
		return code;
	code = ingest(store, fd, len, NULL, &store->part[i].ingest);
	return code ? zong_err_set(err, code, NULL) : 0;
}

static int prepare(struct store *store, struct zong_err *err)
{
	const struct zong_batch_source *source = store->source;
	size_t parts = store->batch->parts;
	int code = 0;

	if (!source->archive->pool)
		return zong_err_set(err, ZONG_EWORKER, NULL);
	store->part = calloc(parts, sizeof(*store->part));
	store->file = calloc(parts, sizeof(*store->file));
	store->probe = calloc(parts, sizeof(*store->probe));
	if (!store->part || !store->file || !store->probe)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	store->whole = (struct zong_filing){.who = source->who, .file = source->file};
	code = ingest(store, source->intake->fd, source->intake->len, source->digest,
		&store->whole.ingest);
	if (code)
		return zong_err_set(err, code, NULL);
	for (size_t i = 0; i < parts && !code; i++) {
		const struct zong_batch_part *part = &store->batch->part[i];

		code = copy_pages(source->rows, part, &store->file[i]);
		if (code)
			return zong_err_set(err, code, NULL);
		store->part[i] = (struct zong_filing){.who = source->who,
			.draft = part->draft,
			.judge = &source->archive->judge,
			.catalogues = source->archive->catalogues,
			.bulk = zong_intake_is_bulk(source->intake, source->rows),
			.file = store->file[i]};
		if (source->probe) {
			store->probe[i] = (struct zong_probe){.media = source->media,
				.pages = part->count,
				.page = source->probe->page + part->first - 1};
			store->part[i].probe = &store->probe[i];
		}
		code = take_out(store, i, err);
	}
	return code;
}

/* -- rows -- */

static int record(struct zong_txn *txn, const struct store *store)
{
	char digest[ZONG_DIGEST_TEXT], object[ZONG_DIGEST_TEXT + 8], detail[512];
	size_t len;

	zong_digest_format(store->source->digest, digest);
	snprintf(object, sizeof(object), "file/%s", digest);
	len = (size_t)snprintf(detail, sizeof(detail), "materials %zu sheets", store->batch->parts);
	for (size_t i = 0; i < store->batch->sheets && len + 24 < sizeof(detail); i++)
		len += (size_t)snprintf(detail + len, sizeof(detail) - len, "%s%u", i ? "," : " ",
			(unsigned int)store->batch->sheet[i].page);
	return zong_journal_add(txn, store->source->who, "batch.add", object, detail, NULL);
}

static int change(struct zong_txn *txn, void *ctx)
{
	struct store *store = ctx;
	bool all_again = true;
	int err = zong_filing_put_file(txn, &store->whole);

	for (size_t i = 0; i < store->batch->parts && !err; i++) {
		err = zong_filing_change(txn, &store->part[i]);
		all_again = all_again && store->part[i].again;
	}
	return err || all_again ? err : record(txn, store);
}

static int tell_failure(const struct store *store, int code, struct zong_err *err)
{
	for (size_t i = 0; i < store->batch->parts; i++)
		if (code == ZONG_ENODEPARTMENT && store->part[i].missing[0])
			return zong_err_set(err, code, "%s", store->part[i].missing);
	return zong_err_set(err, code, NULL);
}

int zong_batch_store(const struct zong_batch_source *source, const struct zong_batch *batch,
	struct zong_receipt *ret_receipts, struct zong_err *err)
{
	struct store store = {.source = source, .batch = batch};
	int code = prepare(&store, err);

	if (!code) {
		code = zong_store_write(source->archive->store, change, &store);
		if (code)
			tell_failure(&store, code, err);
	}
	for (size_t i = 0; i < batch->parts && !code; i++) {
		code = zong_intake_receipt(
			source->archive, source->who, &store.part[i], &ret_receipts[i]);
		if (code)
			zong_err_set(err, code, NULL);
	}
	release(&store);
	return code;
}
