/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zong/bulk.h>
#include <zong/byteorder.h>
#include <zong/time.h>

#include "seal_pages.h"
#include "seal_raw.h"

#define STEP_BYTES (16u << 20)
#define STEP_TIME (2 * ZONG_SECOND)
#define STRETCH 64 /* so many bytes alike, one after the other: by chance in one of 2^500 boxes */
#define DETAIL 200

struct look {
	const struct zong_sealed_options *options;
	struct zong_sealed_result result;
	struct zong_seal_raw raw;
	uint64_t total;
	int64_t began;
	/* the table being walked */
	const char *name;
	bool begun;
	uint8_t at[ZONG_LIMIT_KEY]; /* the last key seen */
	size_t at_len;
};

static int tell(struct look *look, const char *what, const char *problem)
{
	char detail[DETAIL];

	snprintf(detail, sizeof(detail), "%s: %s", what, problem);
	return look->options->found && look->options->found(look->options->ctx, detail)
		       ? ZONG_ECANCELLED
		       : 0;
}

/* Goes over all of it, so that what the disk does not give back shows here. */
static bool has_blank(const MDB_val *box)
{
	const uint8_t *bytes = box->mv_data;
	size_t at;

	for (at = 0; at + STRETCH <= box->mv_size; at += STRETCH)
		if (memcmp(bytes + at, bytes + at + 1, STRETCH - 1) == 0)
			return true;
	return false;
}

/* ---- one box ---- */

static int look_at_row(struct look *look, const MDB_val *key, const MDB_val *box)
{
	char what[DETAIL / 2];
	uint64_t number;

	if (key->mv_size != sizeof(number))
		return tell(look, look->name, "a box stands under a name that is no number");
	number = zong_read_be64(key->mv_data);
	snprintf(what, sizeof(what), "%s, box %" PRIu64, look->name, number);
	if (!zong_pages_is_box(number, box->mv_size))
		return tell(look, what, "it has a length that no box has");
	return has_blank(box) ? tell(look, what, "part of it is blank") : 0;
}

static int look_at_segment(struct look *look, const MDB_val *key, const MDB_val *box)
{
	char what[DETAIL / 2], text[ZONG_DIGEST_TEXT];
	struct zong_digest name;

	if (key->mv_size != sizeof(name.bytes))
		return tell(look, look->name, "a box stands under a name that is none");
	memcpy(name.bytes, key->mv_data, sizeof(name.bytes));
	zong_digest_format(&name, text);
	snprintf(what, sizeof(what), "%s, box %s", look->name, strchr(text, ':') + 1);
	if (box->mv_size < ZONG_BOX_MORE || !zong_seal_is_room(box->mv_size - ZONG_BOX_MORE))
		return tell(look, what, "it has a length that no box has");
	return has_blank(box) ? tell(look, what, "part of it is blank") : 0;
}

/* ---- all of them ---- */

typedef int look_at(struct look *look, const MDB_val *key, const MDB_val *box);

static int to_next(struct look *look, MDB_cursor *cursor, MDB_val *key, MDB_val *box)
{
	MDB_val from = {.mv_data = look->at, .mv_size = look->at_len};
	int rc;

	if (!look->begun)
		return mdb_cursor_get(cursor, key, box, MDB_FIRST);
	*key = from;
	rc = mdb_cursor_get(cursor, key, box, MDB_SET_RANGE);
	if (!rc && key->mv_size == from.mv_size &&
		memcmp(key->mv_data, from.mv_data, from.mv_size) == 0)
		rc = mdb_cursor_get(cursor, key, box, MDB_NEXT);
	return rc;
}

/* In pages that are damaged a walk may lead back. */
static bool goes_on(const struct look *look, const MDB_val *key)
{
	return key->mv_size <= sizeof(look->at) &&
	       (!look->begun ||
		       zong_page_compare(key->mv_data, key->mv_size, look->at, look->at_len) > 0);
}

/* Some of a table, behind where the last step ended. ZONG_EEND: there is no more. */
static int step(struct look *look, MDB_txn *txn, MDB_dbi dbi, look_at *each)
{
	int64_t until = zong_time_monotonic() + STEP_TIME;
	uint64_t most = look->result.bytes + STEP_BYTES;
	MDB_cursor *cursor;
	MDB_val key, box;
	int rc = mdb_cursor_open(txn, dbi, &cursor);
	int r = zong_error_from_mdb(rc);

	if (r)
		return r;
	rc = to_next(look, cursor, &key, &box);
	while (!rc && !r) {
		if (!goes_on(look, &key)) {
			r = ZONG_ECORRUPT;
			break;
		}
		memcpy(look->at, key.mv_data, key.mv_size);
		look->at_len = key.mv_size;
		look->begun = true;
		r = each(look, &key, &box);
		look->result.boxes++;
		look->result.bytes += box.mv_size;
		if (look->result.bytes >= most || zong_time_monotonic() >= until)
			break;
		rc = mdb_cursor_get(cursor, &key, &box, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	if (r || !rc)
		return r;
	return rc == MDB_NOTFOUND ? ZONG_EEND : zong_error_from_mdb(rc);
}

static void hold_to_rate(const struct look *look)
{
	int64_t due, now = zong_time_monotonic();

	if (!look->options->rate)
		return;
	due = look->began + (int64_t)((double)look->result.bytes * (double)ZONG_SECOND /
				      (double)look->options->rate);
	if (due > now)
		usleep((useconds_t)(due - now));
}

static int between(struct look *look)
{
	if (look->options->progress &&
		look->options->progress(look->options->ctx, look->result.bytes,
			look->total > look->result.bytes ? look->total : look->result.bytes))
		return ZONG_ECANCELLED;
	hold_to_rate(look);
	return zong_seal_raw_again(&look->raw);
}

static int walk(struct look *look, const char *name, look_at *each, bool rows)
{
	int r = 0;

	look->name = name;
	look->begun = false;
	while (!r) {
		r = rows ? step(look, look->raw.rows, look->raw.catalog.dbis[0], each)
			 : step(look, look->raw.bulk,
				   look->raw.segments.dbis[ZONG_SEGMENT_TABLE_SEGMENTS], each);
		if (!r)
			r = between(look);
	}
	return r == ZONG_EEND ? 0 : r;
}

/* Rows without what leads to them. */
static int look_for_head(struct look *look)
{
	uint8_t none[sizeof(uint64_t)] = {0};
	MDB_val key = {.mv_data = none, .mv_size = sizeof(none)}, box;
	MDB_stat stat;
	int rc = mdb_get(look->raw.rows, look->raw.catalog.dbis[0], &key, &box);

	if (rc != MDB_NOTFOUND)
		return zong_error_from_mdb(rc);
	rc = mdb_stat(look->raw.rows, look->raw.catalog.dbis[0], &stat);
	if (rc || stat.ms_entries == 0)
		return zong_error_from_mdb(rc);
	return tell(look, "catalog, box 0", "it is missing");
}

int zong_sealed_look(const char *dir, const struct zong_sealed_options *options,
	struct zong_sealed_result *ret_result)
{
	struct look look = {.options = options, .began = zong_time_monotonic()};
	int r = zong_seal_raw_open(dir, &look.raw);

	if (!r) {
		look.total = zong_env_bytes(&look.raw.catalog) + zong_env_bytes(&look.raw.segments);
		r = look_for_head(&look);
	}
	if (!r)
		r = walk(&look, "catalog", look_at_row, true);
	if (!r)
		r = zong_seal_raw_again(&look.raw);
	if (!r)
		r = walk(&look, "segments", look_at_segment, false);
	zong_seal_raw_close(&look.raw);
	*ret_result = look.result;
	return r == ZONG_EINVAL ? ZONG_ECORRUPT : r; /* its mark is gone or is none */
}
