/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "row_page.h"

#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "row.h"

struct reading {
	size_t max, count;
	ProtobufCMessage **row;
	struct zong_key last;
	bool more;
};

static int walk(struct zong_txn *txn, const struct zong_row_page *page, const struct zong_key *from,
	struct reading *reading)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, page->prefix ? page->prefix : "");
	err = zong_iter_begin(&iter, txn, page->table, &prefix, from, page->backwards);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		ProtobufCMessage *row;

		/* forwards the walk begins with the cursor, which is the last row given */
		if (from && iter.key.len == from->len &&
			memcmp(iter.key.bytes, from->bytes, from->len) == 0)
			continue;
		reading->more = reading->count == reading->max;
		if (reading->more)
			break;
		row = protobuf_c_message_unpack(page->type, NULL, iter.value_len, iter.value);
		if (!row) {
			err = ZONG_ECORRUPT;
			break;
		}
		reading->row[reading->count++] = row;
		zong_key_clear(&reading->last);
		zong_key_bytes(&reading->last, iter.key.bytes, iter.key.len);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_row_page_read(struct zong_archive *archive, const struct zong_row_page *page,
	const char *cursor, size_t max, ProtobufCMessage ***ret_rows, size_t *ret_count,
	char **ret_next)
{
	struct reading reading = {0};
	struct zong_txn *txn;
	struct zong_key from;
	char *next = NULL;
	int err = cursor ? zong_cursor_take(cursor, &from) : 0;

	if (err)
		return err;
	reading.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	reading.row = calloc(reading.max, sizeof(ProtobufCMessage *));
	err = reading.row ? zong_store_read_begin(archive->store, &txn) : ZONG_ENOMEM;
	if (!err) {
		err = walk(txn, page, cursor ? &from : NULL, &reading);
		zong_txn_end(txn);
	}
	if (!err && reading.more)
		err = zong_cursor_make(reading.last.bytes, reading.last.len, &next);
	if (err) {
		for (size_t i = 0; i < reading.count; i++)
			zong_row_cleanup(&reading.row[i]);
		free(reading.row);
		return err;
	}
	*ret_rows = reading.row;
	*ret_count = reading.count;
	*ret_next = next;
	return 0;
}

/* Some rows behind *last, or from the beginning; *ret_more: there may be others. */
static int walk_some(struct zong_archive *archive, enum zong_table table, const char *prefix,
	struct zong_key *last, zong_row_seen *each, void *ctx, bool *ret_more)
{
	struct zong_iter iter = {0};
	struct zong_key start;
	struct zong_txn *txn;
	size_t rows = 0;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	zong_key_clear(&start);
	zong_key_str_open(&start, prefix);
	err = zong_iter_begin(&iter, txn, table, &start, last->len ? last : NULL, false);
	while (!err && rows < ZONG_ROW_WALK && (err = zong_iter_next(&iter)) == 0) {
		if (iter.key.len == last->len &&
			memcmp(iter.key.bytes, last->bytes, last->len) == 0)
			continue;
		zong_key_clear(last);
		zong_key_bytes(last, iter.key.bytes, iter.key.len);
		rows++;
		err = each(&iter, ctx);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	*ret_more = !err;
	return err == ZONG_EEND ? 0 : err;
}

int zong_row_walk(struct zong_archive *archive, enum zong_table table, const char *prefix,
	zong_row_seen *each, void *ctx)
{
	struct zong_key last = {0};
	bool more = true;
	int err = 0;

	while (!err && more)
		err = walk_some(archive, table, prefix, &last, each, ctx, &more);
	return err;
}
