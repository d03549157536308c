/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_BACKUP_ROWS_H
#define ZONG_STORE_BACKUP_ROWS_H

/* The catalog as a stream of bytes, and out of one again; the format stands in include/zong/backup.h.
 *
 *     zong_rows_write_begin(&writer, emit, ctx);
 *     zong_rows_write_table(&writer, "cases"); zong_rows_write_row(&writer, key, ...); ...
 *     zong_rows_write_end(&writer); zong_rows_write_release(&writer);
 *
 *     zong_rows_read_begin(&reader, &calls);
 *     zong_rows_read_feed(&reader, piece, len); ...
 *     zong_rows_read_end(&reader); zong_rows_read_release(&reader);
 *
 * Threads: one at a time each. */

#include <stdbool.h>

#include <zong/buffer.h>
#include <zong/error.h>
#include <zong/limits.h>

/* One piece of the stream, cut by content. */
typedef int zong_rows_emit(void *ctx, const void *piece, size_t len);

struct zong_rows_writer {
	zong_rows_emit *emit;
	void *ctx;
	struct zong_buf pending;
	size_t taken; /* of ->pending: gone out already */
	uint64_t rows, bytes;
};

void zong_rows_write_begin(struct zong_rows_writer *writer, zong_rows_emit *emit, void *ctx);
/* Each: 0, ZONG_ENOMEM, ZONG_ELIMIT, or what @emit returned. */
int zong_rows_write_table(struct zong_rows_writer *writer, const char *name);
int zong_rows_write_row(struct zong_rows_writer *writer, const void *key, size_t key_len,
	const void *value, size_t value_len);
int zong_rows_write_end(struct zong_rows_writer *writer);
void zong_rows_write_release(struct zong_rows_writer *writer);

struct zong_rows_calls {
	int (*table)(void *ctx, const char *name);
	int (*row)(void *ctx, const void *key, size_t key_len, const void *value, size_t value_len);
	void *ctx;
};

struct zong_rows_reader {
	const struct zong_rows_calls *calls;
	struct zong_buf pending; /* the part of an item that has come */
	uint64_t rows;
	bool in_table, ended;
};

void zong_rows_read_begin(struct zong_rows_reader *reader, const struct zong_rows_calls *calls);
/* 0, ZONG_ECORRUPT, ZONG_ENOMEM, or what a call returned. */
int zong_rows_read_feed(struct zong_rows_reader *reader, const void *bytes, size_t len);
/* ZONG_ECORRUPT: it is not at its end. */
int zong_rows_read_end(const struct zong_rows_reader *reader);
void zong_rows_read_release(struct zong_rows_reader *reader);

#endif
