/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/buffer.h>
#include <zong/file.h>
#include <zong/limits.h>

#include "csvtable.h"

struct opened {
	int fd;
	struct zong_csvtable *table;
	struct zong_csvtable_row row;
	struct zong_buf text;
	struct zong_err err;
};

static int setup(void **state)
{
	struct opened *o = calloc(1, sizeof(*o));

	if (!o)
		return -1;
	o->fd = -1;
	zong_buf_init(&o->text, 64 << 20);
	*state = o;
	return 0;
}

static void close_it(struct opened *o)
{
	zong_csvtable_close(o->table);
	o->table = NULL;
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}

static int teardown(void **state)
{
	struct opened *o = *state;

	close_it(o);
	zong_buf_release(&o->text);
	free(o);
	return 0;
}

static int open_bytes(struct opened *o, const void *bytes, size_t len, const char *encoding)
{
	close_it(o);
	o->fd = memfd_create("table", MFD_CLOEXEC);
	assert_true(o->fd >= 0);
	assert_int_equal(zong_file_write_all(o->fd, bytes, len), 0);
	return zong_csvtable_open(o->fd, len, encoding, &o->table, &o->err);
}

static int open_text(struct opened *o, const char *text)
{
	return open_bytes(o, text, strlen(text), NULL);
}

/* The next row is on @line, has @count cells, and these in the first two. */
static void expect(struct opened *o, uint64_t line, size_t count, const char *a, const char *b)
{
	assert_int_equal(zong_csvtable_next(o->table, &o->row), 0);
	assert_int_equal(o->row.code, 0);
	assert_int_equal(o->row.line, line);
	assert_int_equal(o->row.count, count);
	assert_string_equal(o->row.cell[0], a);
	if (count > 1)
		assert_string_equal(o->row.cell[1], b);
}

static void expect_end(struct opened *o)
{
	assert_int_equal(zong_csvtable_next(o->table, &o->row), ZONG_EEND);
	assert_int_equal(zong_csvtable_next(o->table, &o->row), ZONG_EEND);
}

static void rows_know_their_lines(void **state)
{
	struct opened *o = *state;

	assert_int_equal(open_text(o, "\xEF\xBB\xBF单元号,坐落\r\n"
				      "1,甲\r\n"
				      "\r\n"
				      "   \n"
				      "2,\"乙,\n丙\"\n"
				      ",,\n"
				      " 3 ,\"a \"\"b\"\"\""),
		0);
	assert_string_equal(zong_csvtable_columns(o->table)->cell[0], "单元号");
	assert_int_equal(zong_csvtable_columns(o->table)->count, 2);
	expect(o, 2, 2, "1", "甲");
	expect(o, 5, 2, "2", "乙,\n丙");
	expect(o, 8, 2, "3", "a \"b\"");
	expect_end(o);
	assert_string_equal(zong_csvtable_columns(o->table)->cell[1], "坐落");
	assert_string_equal(zong_csvtable_encoding(o->table), "utf-8");
	assert_true(zong_csvtable_done(o->table) == 1);
}

static void tabs_part_cells_where_there_is_no_comma(void **state)
{
	struct opened *o = *state;

	assert_int_equal(open_text(o, "code\taddress\n1\t甲,乙\n"), 0);
	expect(o, 2, 2, "1", "甲,乙");
	expect_end(o);
}

/* 坐落 and 昌邑 as GBK has them. */
static void gbk_is_found_out(void **state)
{
	static const char gbk[] = "code,\xD7\xF8\xC2\xE4\n1,\xB2\xFD\xD2\xD8\n";
	struct opened *o = *state;

	assert_int_equal(open_bytes(o, gbk, sizeof(gbk) - 1, NULL), 0);
	assert_string_equal(zong_csvtable_encoding(o->table), "gb18030");
	assert_string_equal(zong_csvtable_columns(o->table)->cell[1], "坐落");
	expect(o, 2, 2, "1", "昌邑");
	expect_end(o);
	assert_int_equal(open_bytes(o, gbk, sizeof(gbk) - 1, "GBK"), 0);
	assert_int_equal(open_bytes(o, gbk, sizeof(gbk) - 1, "latin"), ZONG_EINVAL);
}

static void utf16_is_known_by_its_mark(void **state)
{
	static const unsigned char bytes[] = {
		0xFF, 0xFE, 'c', 0, 'o', 0, 'd', 0, 'e', 0, '\n', 0, 0x4C, 0x66, '\n', 0};
	struct opened *o = *state;

	assert_int_equal(open_bytes(o, bytes, sizeof(bytes), NULL), 0);
	assert_string_equal(zong_csvtable_encoding(o->table), "utf-16");
	assert_string_equal(zong_csvtable_columns(o->table)->cell[0], "code");
	expect(o, 2, 1, "晌", NULL);
	expect_end(o);
}

static void what_is_no_text_costs_its_own_line(void **state)
{
	static const char bytes[] = "code,b\n1,\xD7\xF8\n2,x\0y\n3,z\n";
	struct opened *o = *state;

	assert_int_equal(open_bytes(o, bytes, sizeof(bytes) - 1, "utf-8"), 0);
	assert_int_equal(zong_csvtable_next(o->table, &o->row), 0);
	assert_int_equal(o->row.code, ZONG_EENCODING);
	assert_int_equal(o->row.line, 2);
	assert_string_equal(o->row.cell[0], "1");
	assert_int_equal(zong_csvtable_next(o->table, &o->row), 0);
	assert_int_equal(o->row.code, ZONG_EENCODING);
	expect(o, 4, 2, "3", "z");
	expect_end(o);
}

static void a_quote_that_is_never_closed_costs_its_own_line(void **state)
{
	struct opened *o = *state;
	size_t i, rows = 0;

	zong_buf_add_str(&o->text, "code,b\n1,\"open\n");
	for (i = 0; i < 20000; i++)
		zong_buf_add_format(&o->text, "%zu,text of a line\n", i + 10);
	assert_int_equal(o->text.err, 0);
	assert_int_equal(open_bytes(o, o->text.data, o->text.len, NULL), 0);
	assert_int_equal(zong_csvtable_next(o->table, &o->row), 0);
	assert_int_equal(o->row.code, ZONG_ETABLE);
	assert_int_equal(o->row.line, 2);
	expect(o, 3, 2, "10", "text of a line");
	while (zong_csvtable_next(o->table, &o->row) == 0) {
		assert_int_equal(o->row.line, 4 + rows);
		assert_int_equal(o->row.code, 0);
		rows++;
	}
	assert_int_equal(rows, 19999);
	/* The same in a table that ends soon. */
	assert_int_equal(open_text(o, "code,b\n1,\"open\n2,x\n"), 0);
	assert_int_equal(zong_csvtable_next(o->table, &o->row), 0);
	assert_int_equal(o->row.code, ZONG_ETABLE);
	expect(o, 3, 2, "2", "x");
	expect_end(o);
}

static void long_tables_are_read_to_their_end(void **state)
{
	struct opened *o = *state;
	uint64_t i;

	zong_buf_add_str(&o->text, "code,b\n");
	for (i = 0; i < 100000; i++)
		zong_buf_add_format(&o->text, "%llu,示例%llu号\r\n", (unsigned long long)i,
			(unsigned long long)(i * 7919));
	assert_int_equal(open_bytes(o, o->text.data, o->text.len, NULL), 0);
	for (i = 0; i < 100000; i++) {
		char a[32], b[64];

		snprintf(a, sizeof(a), "%llu", (unsigned long long)i);
		snprintf(b, sizeof(b), "示例%llu号", (unsigned long long)(i * 7919));
		expect(o, i + 2, 2, a, b);
	}
	expect_end(o);
}

static void a_line_without_end_is_given_up(void **state)
{
	struct opened *o = *state;

	zong_buf_add_str(&o->text, "code,b\n");
	for (int i = 0; i < 20 * ZONG_LIMIT_TABLE_LINE; i++)
		zong_buf_add_str(&o->text, "xy");
	zong_buf_add_str(&o->text, "\n1,z\n");
	assert_int_equal(open_bytes(o, o->text.data, o->text.len, NULL), 0);
	assert_int_equal(zong_csvtable_next(o->table, &o->row), 0);
	assert_int_equal(o->row.code, ZONG_ETABLE);
	expect(o, 3, 2, "1", "z");
	expect_end(o);
}

static void what_is_no_table_is_refused(void **state)
{
	static const char *const texts[] = {"", "\n\n", "\"open", "  "};
	struct opened *o = *state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(open_text(o, texts[i]), ZONG_ETABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(rows_know_their_lines),
		TEST(tabs_part_cells_where_there_is_no_comma),
		TEST(gbk_is_found_out),
		TEST(utf16_is_known_by_its_mark),
		TEST(what_is_no_text_costs_its_own_line),
		TEST(a_quote_that_is_never_closed_costs_its_own_line),
		TEST(long_tables_are_read_to_their_end),
		TEST(a_line_without_end_is_given_up),
		TEST(what_is_no_table_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
