/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/byteorder.h>

#include "backup_rows.h"
#include "cut.h"

#define TABLE_HEAD 2
#define ROW_HEAD 7
#define END_SIZE 9
#define KEEP (1 << 20) /* gathered before it is cut */
#define ITEM_MAX (ROW_HEAD + UINT16_MAX + ZONG_LIMIT_VALUE)

/* ---- writing ---- */

void zong_rows_write_begin(struct zong_rows_writer *writer, zong_rows_emit *emit, void *ctx)
{
	memset(writer, 0, sizeof(*writer));
	writer->emit = emit;
	writer->ctx = ctx;
	zong_buf_init(&writer->pending, KEEP + ITEM_MAX);
}

void zong_rows_write_release(struct zong_rows_writer *writer)
{
	zong_buf_release(&writer->pending);
}

/* Cuts what is gathered; unless @all, only where the cut does not depend on what is still to come. */
static int cut(struct zong_rows_writer *writer, bool all)
{
	struct zong_buf *pending = &writer->pending;
	size_t left = pending->len - writer->taken;

	while (left >= ZONG_BACKUP_PIECE_MAX || (all && left > 0)) {
		const uint8_t *at = pending->data + writer->taken;
		size_t len = zong_fastcdc_by(at, left, ZONG_BACKUP_PIECE_MIN,
			ZONG_BACKUP_PIECE_AVG_BITS, ZONG_BACKUP_PIECE_MAX);
		int r = writer->emit(writer->ctx, at, len);

		if (r)
			return r;
		writer->taken += len;
		left -= len;
	}
	if (left > 0)
		memmove(pending->data, pending->data + writer->taken, left);
	pending->len = left;
	writer->taken = 0;
	return 0;
}

static int gathered(struct zong_rows_writer *writer, size_t len)
{
	writer->bytes += len;
	if (writer->pending.err)
		return writer->pending.err;
	return writer->pending.len >= KEEP ? cut(writer, false) : 0;
}

int zong_rows_write_table(struct zong_rows_writer *writer, const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > UINT8_MAX)
		return ZONG_ELIMIT;
	zong_buf_add_char(&writer->pending, 'T');
	zong_buf_add_char(&writer->pending, (char)len);
	zong_buf_add(&writer->pending, name, len);
	return gathered(writer, TABLE_HEAD + len);
}

int zong_rows_write_row(struct zong_rows_writer *writer, const void *key, size_t key_len,
	const void *value, size_t value_len)
{
	uint8_t head[ROW_HEAD] = {'R'};

	if (key_len == 0 || key_len > UINT16_MAX || value_len > ZONG_LIMIT_VALUE)
		return ZONG_ELIMIT;
	zong_write_be16(head + 1, (uint16_t)key_len);
	zong_write_be32(head + 3, (uint32_t)value_len);
	zong_buf_add(&writer->pending, head, sizeof(head));
	zong_buf_add(&writer->pending, key, key_len);
	zong_buf_add(&writer->pending, value, value_len);
	writer->rows++;
	return gathered(writer, ROW_HEAD + key_len + value_len);
}

int zong_rows_write_end(struct zong_rows_writer *writer)
{
	uint8_t end[END_SIZE] = {'E'};
	int r;

	zong_write_be64(end + 1, writer->rows);
	zong_buf_add(&writer->pending, end, sizeof(end));
	r = gathered(writer, sizeof(end));
	return r ? r : cut(writer, true);
}

/* ---- reading ---- */

void zong_rows_read_begin(struct zong_rows_reader *reader, const struct zong_rows_calls *calls)
{
	memset(reader, 0, sizeof(*reader));
	reader->calls = calls;
	zong_buf_init(&reader->pending, ITEM_MAX + ZONG_BACKUP_PIECE_MAX);
}

void zong_rows_read_release(struct zong_rows_reader *reader)
{
	zong_buf_release(&reader->pending);
}

static int take_table(
	struct zong_rows_reader *reader, const uint8_t *at, size_t left, size_t *ret_used)
{
	char name[UINT8_MAX + 1];
	size_t len;

	if (left < TABLE_HEAD)
		return ZONG_EEND;
	len = at[1];
	if (len == 0)
		return ZONG_ECORRUPT;
	if (left < TABLE_HEAD + len)
		return ZONG_EEND;
	if (memchr(at + TABLE_HEAD, 0, len))
		return ZONG_ECORRUPT;
	memcpy(name, at + TABLE_HEAD, len);
	name[len] = '\0';
	reader->in_table = true;
	*ret_used = TABLE_HEAD + len;
	return reader->calls->table(reader->calls->ctx, name);
}

static int take_row(
	struct zong_rows_reader *reader, const uint8_t *at, size_t left, size_t *ret_used)
{
	size_t key_len, value_len;

	if (left < ROW_HEAD)
		return ZONG_EEND;
	key_len = zong_read_be16(at + 1);
	value_len = zong_read_be32(at + 3);
	if (!reader->in_table || key_len == 0 || value_len > ZONG_LIMIT_VALUE)
		return ZONG_ECORRUPT;
	if (left < ROW_HEAD + key_len + value_len)
		return ZONG_EEND;
	reader->rows++;
	*ret_used = ROW_HEAD + key_len + value_len;
	return reader->calls->row(
		reader->calls->ctx, at + ROW_HEAD, key_len, at + ROW_HEAD + key_len, value_len);
}

static int take_end(
	struct zong_rows_reader *reader, const uint8_t *at, size_t left, size_t *ret_used)
{
	if (left < END_SIZE)
		return ZONG_EEND;
	if (zong_read_be64(at + 1) != reader->rows)
		return ZONG_ECORRUPT;
	reader->ended = true;
	*ret_used = END_SIZE;
	return 0;
}

/* One item. ZONG_EEND: it has not come whole yet. */
static int take_item(
	struct zong_rows_reader *reader, const uint8_t *at, size_t left, size_t *ret_used)
{
	if (left == 0)
		return ZONG_EEND;
	if (reader->ended)
		return ZONG_ECORRUPT;
	switch (at[0]) {
	case 'T':
		return take_table(reader, at, left, ret_used);
	case 'R':
		return take_row(reader, at, left, ret_used);
	case 'E':
		return take_end(reader, at, left, ret_used);
	default:
		return ZONG_ECORRUPT;
	}
}

int zong_rows_read_feed(struct zong_rows_reader *reader, const void *bytes, size_t len)
{
	struct zong_buf *pending = &reader->pending;
	size_t done = 0, used = 0;
	int r = zong_buf_add(pending, bytes, len);

	while (!r) {
		r = take_item(reader, pending->data + done, pending->len - done, &used);
		if (!r)
			done += used;
	}
	if (r != ZONG_EEND)
		return r;
	if (done > 0 && done < pending->len)
		memmove(pending->data, pending->data + done, pending->len - done);
	pending->len -= done;
	return 0;
}

int zong_rows_read_end(const struct zong_rows_reader *reader)
{
	return reader->ended && reader->pending.len == 0 ? 0 : ZONG_ECORRUPT;
}
