/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_BATCH_H
#define ZONG_ARCHIVE_BATCH_H

/* A file of many papers with separator sheets (zong/sheet.h) between them: which pages become which material.
 * Each material has a file of its own, its pages taken out of the batch with their encoded pixels as they were, so
 * that it shares its segments; the batch itself is kept as it came and belongs to all of its materials (field
 * batch of their rows, and the index of materials by file). */

#include <zong/material.h>
#include <zong/store.h>

struct zong_batch_part {
	uint32_t first, count; /* pages of the batch */
	Zong__Material *draft; /* as that of the upload, with what the sheet before it says */
};

struct zong_batch {
	struct zong_batch_part *part; /* none: nothing to take apart */
	size_t parts;
	struct zong_receipt_sheet *sheet;
	size_t sheets;
};

/* Pages before the first sheet, and those behind one that cannot be used (damaged, of a later version, an unknown
 * case or department), go where the upload says, that sheet with them, with a warning that names its page.
 * Where the upload names no case: ZONG_ENOCASE (err names it) when a sheet's case is not there, ZONG_ENOCOVER (err names
 * the page) for all else of that kind. Returns 0, ZONG_ENOMEM and those of the store. */
int zong_batch_plan(struct zong_txn *txn, const Zong__File *file, const struct zong_digest *digest,
	const Zong__Material *draft, struct zong_batch *ret_batch, struct zong_warnings *warnings,
	struct zong_err *err);
void zong_batch_release(struct zong_batch *batch);

/* What intake has found out of a batch. */
struct zong_batch_source {
	struct zong_archive *archive;
	const struct zong_subject *who;
	const struct zong_intake *intake;
	const struct zong_digest *digest;
	enum zong_media media;
	const Zong__File *rows;		/* its pages */
	const Zong__File *file;		/* the same where it was probed; NULL: the catalog has it */
	const struct zong_probe *probe; /* or NULL */
};
/* Takes the pages out, stores all files and writes all rows in one commit. Hands out one receipt a part.
 * ZONG_EMEDIA, ZONG_ELIMIT, ZONG_EDAMAGED: pages cannot be taken out of this file, nothing is stored; ZONG_ENOENT: the
 * file was known and was destroyed meanwhile; others as zong_intake_run. */
int zong_batch_store(const struct zong_batch_source *source, const struct zong_batch *batch,
	struct zong_receipt *ret_receipts, struct zong_err *err);

#endif
