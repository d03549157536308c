/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/backup.h>
#include <zong/bulk.h>

#include "check.h"

/* Stored bytes: what the store finds is gathered, so that a damaged segment is told of once with every file that
 * holds it, and put back from a backup where that has it. */

#define SEGMENTS_MAX 100000

static const enum zong_finding_kind kinds[] = {
	[ZONG_BULK_SEGMENT_DAMAGED] = ZONG_FINDING_SEGMENT_DAMAGED,
	[ZONG_BULK_SEGMENT_MISSING] = ZONG_FINDING_SEGMENT_MISSING,
	[ZONG_BULK_FILE_DAMAGED] = ZONG_FINDING_FILE_DAMAGED,
	[ZONG_BULK_RECIPE_DAMAGED] = ZONG_FINDING_RECIPE_DAMAGED,
	[ZONG_BULK_SM3_WRONG] = ZONG_FINDING_SM3_WRONG,
};

struct file_finding {
	struct zong_digest file;
	enum zong_finding_kind kind;
};

struct gathered {
	struct zong_check *check;
	struct file_finding *files;
	size_t file_count;
	size_t nameless; /* segments under keys that are no digests */
};

static struct zong_check_segment *segment_of(
	struct zong_check *check, const struct zong_digest *digest, enum zong_finding_kind kind)
{
	struct zong_check_segment *grown;
	size_t i;

	for (i = 0; i < check->segment_count; i++)
		if (zong_digest_equal(&check->segments[i].digest, digest))
			return &check->segments[i];
	if (check->segment_count >= SEGMENTS_MAX)
		return NULL;
	grown = realloc(check->segments, (check->segment_count + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	check->segments = grown;
	grown += check->segment_count++;
	memset(grown, 0, sizeof(*grown));
	grown->digest = *digest;
	grown->kind = kind;
	return grown;
}

static int found(void *ctx, const struct zong_bulk_found *found)
{
	struct gathered *gathered = ctx;
	struct zong_check_segment *segment;
	struct zong_digest *files;
	struct file_finding *grown;

	if (found->segment) {
		segment = segment_of(gathered->check, found->segment, kinds[found->kind]);
		if (!segment)
			return ZONG_ENOMEM;
		if (!found->file)
			return 0;
		files = realloc(segment->files, (segment->file_count + 1) * sizeof(*files));
		if (!files)
			return ZONG_ENOMEM;
		segment->files = files;
		files[segment->file_count++] = *found->file;
		return 0;
	}
	if (!found->file) {
		gathered->nameless++;
		return 0;
	}
	grown = realloc(gathered->files, (gathered->file_count + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	gathered->files = grown;
	grown[gathered->file_count++] =
		(struct file_finding){.file = *found->file, .kind = kinds[found->kind]};
	return 0;
}

static int progress(void *ctx, uint64_t done, uint64_t total)
{
	struct gathered *gathered = ctx;

	return zong_check_progress(gathered->check, done, total);
}

/* ---- telling ---- */

static int tell_files(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct gathered *gathered = ctx;
	char text[ZONG_DIGEST_TEXT];
	struct zong_finding *finding;
	size_t i;

	for (i = 0; i < gathered->nameless; i++)
		zong_check_add(check, ZONG_FINDING_SEGMENT_DAMAGED, "segments", "segment/?");
	for (i = 0; i < gathered->file_count; i++) {
		zong_digest_format(&gathered->files[i].file, text);
		finding = zong_check_add(check, gathered->files[i].kind, "files", "file/%s", text);
		zong_check_affects_file(check, txn, finding, &gathered->files[i].file);
	}
	return 0;
}

struct telling {
	const struct zong_check_segment *segment;
	bool restored;
};

static int tell_segment(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	const struct telling *telling = ctx;
	char text[ZONG_DIGEST_TEXT];
	struct zong_finding *finding;
	size_t i;

	zong_digest_format(&telling->segment->digest, text);
	finding = zong_check_add(check, telling->segment->kind, "segments", "segment/%s", text);
	if (!finding)
		return ZONG_ENOMEM;
	finding->repaired = telling->restored;
	for (i = 0; i < telling->segment->file_count; i++)
		zong_check_affects_file(check, txn, finding, &telling->segment->files[i]);
	return 0;
}

/* ---- putting back ---- */

/* 0: it is sound again; ZONG_ENOENT, ZONG_ECORRUPT: the backup cannot help. */
static int put_back(struct zong_check *check, struct zong_backup *backup,
	const struct zong_digest *digest, struct zong_buf *value)
{
	int err = zong_backup_segment(backup, digest, value);

	return err ? err : zong_bulk_restore(check->store, digest, value->data, value->len);
}

static int settle(struct zong_check *check)
{
	struct zong_buf value = ZONG_BUF_INIT(ZONG_BACKUP_VALUE);
	struct zong_backup *backup = NULL;
	struct zong_err reason = {0};
	struct telling telling;
	size_t i;
	int err = 0;

	if (check->repair && check->options->from && check->segment_count)
		err = zong_backup_open(check->options->from, &backup, &reason);
	for (i = 0; !err && i < check->segment_count; i++) {
		telling = (struct telling){.segment = &check->segments[i]};
		if (backup) {
			int code = put_back(check, backup, &check->segments[i].digest, &value);

			telling.restored = code == 0;
			if (code && code != ZONG_ENOENT && code != ZONG_ECORRUPT)
				err = code;
		}
		if (!err)
			err = zong_check_run_step(check, tell_segment, &telling);
	}
	zong_backup_close(backup);
	zong_buf_release(&value);
	return err;
}

static bool skipped(const struct zong_check *check, enum zong_check_part part)
{
	return check->options->skip >> part & 1;
}

static void take_result(struct zong_check *check, const struct zong_bulk *bulk)
{
	struct zong_check_result *to = &check->result;
	struct zong_bulk_result from;

	zong_bulk_result(bulk, &from);
	to->segments = from.segments;
	to->segment_bytes = from.segment_bytes;
	to->files = from.files;
	to->file_bytes = from.file_bytes;
	to->garbage = from.garbage;
	to->garbage_bytes = from.garbage_bytes;
	to->bulk_time = from.time;
	to->garbage_known = from.garbage_known && !skipped(check, ZONG_CHECK_SEGMENTS) &&
			    !skipped(check, ZONG_CHECK_FILES);
}

int zong_check_bulk(struct zong_check *check)
{
	struct gathered gathered = {.check = check};
	const struct zong_bulk_options options = {
		.threads = check->options->threads,
		.rate = check->options->rate,
		.quick = check->options->quick,
		.found = found,
		.progress = progress,
		.ctx = &gathered,
	};
	struct zong_bulk *bulk;
	int err = zong_bulk_new(check->store, &options, &bulk);

	if (err)
		return err;
	if (!skipped(check, ZONG_CHECK_SEGMENTS)) {
		zong_check_enter(check, ZONG_CHECK_SEGMENTS);
		err = zong_bulk_segments(bulk);
	}
	if (!err && !skipped(check, ZONG_CHECK_FILES)) {
		zong_check_enter(check, ZONG_CHECK_FILES);
		err = zong_bulk_files(bulk);
	}
	take_result(check, bulk);
	zong_bulk_free(bulk);
	if (!err)
		err = zong_check_run_step(check, tell_files, &gathered);
	if (!err)
		err = settle(check);
	free(gathered.files);
	return err;
}
