/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/digest.h>

#include "backup_rows.h"

#define MOST 4096

struct pieces {
	struct zong_buf stream; /* put together again */
	struct zong_digest digests[MOST];
	size_t count;
	uint64_t rows, tables, bytes; /* as read */
};

static int keep(void *ctx, const void *piece, size_t len)
{
	struct pieces *pieces = ctx;

	assert_true(len <= ZONG_BACKUP_PIECE_MAX && pieces->count < MOST);
	zong_digest_of(piece, len, &pieces->digests[pieces->count++]);
	return zong_buf_add(&pieces->stream, piece, len);
}

static int see_table(void *ctx, const char *name)
{
	struct pieces *pieces = ctx;

	assert_string_equal(name, pieces->tables++ ? "second" : "first");
	return 0;
}

static int see_row(void *ctx, const void *key, size_t key_len, const void *value, size_t value_len)
{
	struct pieces *pieces = ctx;

	(void)key;
	(void)value;
	pieces->rows++;
	pieces->bytes += key_len + value_len;
	return 0;
}

/* Two tables of rows that are noise; row @other of the first has another value. */
static void write(struct pieces *pieces, uint64_t rows, uint64_t other)
{
	struct zong_rows_writer writer;
	uint8_t value[300];
	char key[32];
	uint64_t i;
	size_t j;

	memset(pieces, 0, sizeof(*pieces));
	zong_buf_init(&pieces->stream, 64 << 20);
	zong_rows_write_begin(&writer, keep, pieces);
	assert_int_equal(zong_rows_write_table(&writer, "first"), 0);
	for (i = 0; i < rows; i++) {
		uint64_t x = (i + 1 + (i == other ? rows : 0)) * UINT64_C(0x9e3779b97f4a7c15);

		for (j = 0; j < sizeof(value); j++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			value[j] = (uint8_t)(x >> 32);
		}
		snprintf(key, sizeof(key), "%08llu", (unsigned long long)i);
		assert_int_equal(
			zong_rows_write_row(&writer, key, 8, value, 1 + i % sizeof(value)), 0);
	}
	assert_int_equal(zong_rows_write_table(&writer, "second"), 0);
	assert_int_equal(zong_rows_write_row(&writer, "k", 1, "", 0), 0);
	assert_int_equal(zong_rows_write_end(&writer), 0);
	assert_int_equal(writer.rows, rows + 1);
	assert_int_equal(writer.bytes, pieces->stream.len);
	zong_rows_write_release(&writer);
}

static int read(struct pieces *pieces, size_t len, size_t step)
{
	const struct zong_rows_calls calls = {see_table, see_row, pieces};
	struct zong_rows_reader reader;
	size_t at;
	int r = 0;

	pieces->rows = pieces->tables = pieces->bytes = 0;
	zong_rows_read_begin(&reader, &calls);
	for (at = 0; !r && at < len; at += step)
		r = zong_rows_read_feed(
			&reader, pieces->stream.data + at, len - at < step ? len - at : step);
	if (!r)
		r = zong_rows_read_end(&reader);
	zong_rows_read_release(&reader);
	return r;
}

static void rows_come_back_however_the_stream_is_cut(void **state)
{
	struct pieces *pieces = *state;

	write(pieces, 3000, 3000);
	assert_int_equal(read(pieces, pieces->stream.len, pieces->stream.len), 0);
	assert_int_equal(pieces->rows, 3001);
	assert_int_equal(pieces->tables, 2);
	assert_int_equal(read(pieces, pieces->stream.len, 4097), 0);
	assert_int_equal(pieces->rows, 3001);
	zong_buf_release(&pieces->stream);
}

static void a_stream_that_ends_early_or_goes_on_is_damaged(void **state)
{
	struct pieces *pieces = *state;
	size_t len;

	write(pieces, 5, 5);
	for (len = 0; len < pieces->stream.len; len++)
		assert_int_equal(read(pieces, len, len ? len : 1), ZONG_ECORRUPT);
	assert_int_equal(zong_buf_add_str(&pieces->stream, "x"), 0);
	assert_int_equal(read(pieces, pieces->stream.len, 100), ZONG_ECORRUPT);
	zong_buf_release(&pieces->stream);
}

static void a_row_that_changed_changes_few_pieces(void **state)
{
	struct pieces *pieces = *state;
	struct pieces *other = malloc(sizeof(*other));
	size_t shared = 0, i, j;

	assert_non_null(other);
	write(pieces, 20000, 20000);
	write(other, 20000, 7000);
	for (i = 0; i < pieces->count; i++)
		for (j = 0; j < other->count; j++)
			if (zong_digest_equal(&pieces->digests[i], &other->digests[j])) {
				shared++;
				break;
			}
	assert_true(pieces->count > 40);
	assert_true(shared + 3 >= pieces->count);
	zong_buf_release(&pieces->stream);
	zong_buf_release(&other->stream);
	free(other);
}

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct pieces));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(rows_come_back_however_the_stream_is_cut),
		TEST(a_stream_that_ends_early_or_goes_on_is_damaged),
		TEST(a_row_that_changed_changes_few_pieces),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
