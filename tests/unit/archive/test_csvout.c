/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/file.h>

#include "csvout.h"

/* One row; *ret_text is freed by the caller. */
static size_t write_one(
	const char *encoding, const char *const *cells, size_t count, char **ret_text)
{
	struct zong_csvout out;
	uint64_t len;
	int fd;

	assert_int_equal(zong_csvout_begin(&out, "/tmp", encoding), 0);
	assert_int_equal(zong_csvout_row(&out, cells, count), 0);
	assert_int_equal(zong_csvout_end(&out, &fd, &len), 0);
	*ret_text = calloc(1, (size_t)len + 1);
	assert_non_null(*ret_text);
	assert_int_equal(zong_file_read_at(fd, *ret_text, (size_t)len, 0), 0);
	close(fd);
	return (size_t)len;
}

static void cells_are_quoted_where_they_must_be(void **state)
{
	static const char *const cells[] = {"a", "", "b,c", "d\"e", "f\ng", "示例"};
	char *text;
	int differs;

	(void)state;
	write_one(NULL, cells, 6, &text);
	differs = strcmp(text, "\xEF\xBB\xBF"
			       "a,,\"b,c\",\"d\"\"e\",\"f\ng\",示例\r\n");
	free(text);
	assert_int_equal(differs, 0);
}

static void all_of_unicode_goes_into_gb18030(void **state)
{
	static const char *const cells[] = {"坐落", "\xF0\xA0\xAE\xB7"};
	char *text;
	size_t len;
	int differs;

	(void)state;
	len = write_one("GB18030", cells, 2, &text);
	differs = memcmp(text, "\xD7\xF8\xC2\xE4,", 5);
	free(text);
	assert_int_equal(differs, 0);
	assert_int_equal(len, 4 + 1 + 4 + 2);
}

static void long_tables_go_out_piece_by_piece(void **state)
{
	static char cell[1000];
	const char *const cells[] = {cell, cell};
	struct zong_csvout out;
	uint64_t len;
	int fd;

	(void)state;
	memset(cell, 'x', sizeof(cell) - 1);
	assert_int_equal(zong_csvout_begin(&out, "/tmp", "utf-8"), 0);
	for (int i = 0; i < 2000; i++)
		assert_int_equal(zong_csvout_row(&out, cells, 2), 0);
	assert_int_equal(zong_csvout_end(&out, &fd, &len), 0);
	assert_int_equal(len, 3 + 2000 * (2 * 999 + 3));
	assert_int_equal(lseek(fd, 0, SEEK_END), (off_t)len);
	close(fd);
}

static void another_encoding_is_refused(void **state)
{
	struct zong_csvout out;

	(void)state;
	assert_int_equal(zong_csvout_begin(&out, "/tmp", "latin1"), ZONG_EINVAL);
	zong_csvout_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_quoted_where_they_must_be),
		cmocka_unit_test(all_of_unicode_goes_into_gb18030),
		cmocka_unit_test(long_tables_go_out_piece_by_piece),
		cmocka_unit_test(another_encoding_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
