/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/digest.h>
#include <zong/error.h>
#include <zong/sheet.h>

static struct zong_buf buf;

static int setup(void **state)
{
	(void)state;
	zong_buf_init(&buf, 4 * ZONG_SHEET_TEXT);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_buf_release(&buf);
	return 0;
}

static struct zong_sheet sheet_of(const char *case_no, const char *type)
{
	struct zong_sheet sheet = {.receivers = 0};

	snprintf(sheet.case_no, sizeof(sheet.case_no), "%s", case_no);
	snprintf(sheet.type, sizeof(sheet.type), "%s", type);
	return sheet;
}

static void add_receiver(struct zong_sheet *sheet, const char *id)
{
	snprintf(sheet->receiver[sheet->receivers++], sizeof(sheet->receiver[0]), "%s", id);
}

/* A text with its check as the header says. */
static const char *checked(const char *text)
{
	struct zong_digest digest;

	zong_digest_of(text, strlen(text), &digest);
	zong_buf_clear(&buf);
	zong_buf_add_format(&buf, "%s;%02x%02x%02x%02x", text, digest.bytes[0], digest.bytes[1],
		digest.bytes[2], digest.bytes[3]);
	return zong_buf_str(&buf);
}

static int parse(const char *text)
{
	struct zong_sheet sheet;

	return zong_sheet_parse(text, strlen(text), &sheet);
}

static void what_is_written_reads_back(void **state)
{
	struct zong_sheet sheet = sheet_of("2026-鲁;1124,0001%", "身份证明 a=b");
	struct zong_sheet back;

	(void)state;
	add_receiver(&sheet, "tax");
	add_receiver(&sheet, "housing-2");
	assert_int_equal(zong_sheet_write(&sheet, &buf), 0);
	for (size_t i = 0; i < buf.len; i++)
		assert_in_range(buf.data[i], 0x21, 0x7e);
	assert_int_equal(zong_sheet_parse(zong_buf_str(&buf), buf.len, &back), 0);
	assert_string_equal(back.case_no, sheet.case_no);
	assert_string_equal(back.type, sheet.type);
	assert_int_equal(back.receivers, 2);
	assert_string_equal(back.receiver[0], "tax");
	assert_string_equal(back.receiver[1], "housing-2");
}

static void type_and_receivers_may_be_missing(void **state)
{
	struct zong_sheet sheet = sheet_of("202611240001", "");
	struct zong_sheet back;

	(void)state;
	assert_int_equal(zong_sheet_write(&sheet, &buf), 0);
	assert_memory_equal(zong_buf_str(&buf), "ZONG1;c=202611240001;", 21);
	assert_int_equal(buf.len, 29);
	assert_int_equal(zong_sheet_parse(zong_buf_str(&buf), buf.len, &back), 0);
	assert_string_equal(back.type, "");
	assert_int_equal(back.receivers, 0);
}

static void the_format_is_the_documented_one(void **state)
{
	(void)state;
	assert_int_equal(parse(checked("ZONG1;c=1;t=%E8%BA%AB;d=tax,housing")), 0);
	assert_int_equal(parse(checked("ZONG1;c=1;d=tax")), 0);
}

static void a_foreign_code_is_not_ours(void **state)
{
	static const char *const foreign[] = {"", "Z", "ZONG", "https://example.cn/ZONG1;c=1",
		"zong1;c=1;00000000", "ZONGX;c=1", "ZONG;c=1", "202611240001"};

	(void)state;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		assert_int_equal(parse(foreign[i]), ZONG_ENOENT);
		assert_false(zong_sheet_is_ours(foreign[i], strlen(foreign[i])));
	}
}

static void a_later_version_is_told_apart_from_damage(void **state)
{
	(void)state;
	assert_int_equal(parse(checked("ZONG2;x=1")), ZONG_EVERSION);
	assert_int_equal(parse("ZONG12"), ZONG_EDAMAGED);
}

static void no_single_changed_byte_goes_unseen(void **state)
{
	struct zong_sheet sheet = sheet_of("202611240001", "买卖合同");
	struct zong_sheet back;

	(void)state;
	add_receiver(&sheet, "tax");
	assert_int_equal(zong_sheet_write(&sheet, &buf), 0);
	for (size_t i = 0; i < buf.len; i++)
		for (int change = 1; change < 256; change++) {
			buf.data[i] ^= (uint8_t)change;
			assert_int_not_equal(
				zong_sheet_parse(zong_buf_str(&buf), buf.len, &back), 0);
			buf.data[i] ^= (uint8_t)change;
		}
	for (size_t len = 0; len < buf.len; len++)
		assert_int_not_equal(zong_sheet_parse(zong_buf_str(&buf), len, &back), 0);
}

static void another_spelling_of_the_same_is_refused(void **state)
{
	static const char *const odd[] = {"ZONG1;c=", "ZONG1;t=a;c=1", "ZONG1;c=%31",
		"ZONG1;c=%e8%ba%ab", "ZONG1;c=1;t=", "ZONG1;c=1;d=", "ZONG1;c=1;d=tax,",
		"ZONG1;c=1;d=Tax", "ZONG1;c=1;d=1", "ZONG1;c=1;x=1", "ZONG1;c=1;", "ZONG1;c=a b",
		"ZONG1;c=%00", "ZONG1;c=%FF", "ZONG1;c=%0", "ZONG1;c=1;d=tax;t=a", "ZONG1"};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		assert_int_equal(parse(checked(odd[i])), ZONG_EDAMAGED);
}

static void what_could_not_be_read_back_is_not_written(void **state)
{
	struct zong_sheet sheet = sheet_of("", "身份证明");

	(void)state;
	assert_int_equal(zong_sheet_write(&sheet, &buf), ZONG_EINVAL);
	sheet = sheet_of("1", "\x01");
	assert_int_equal(zong_sheet_write(&sheet, &buf), ZONG_EINVAL);
	sheet = sheet_of("1", "");
	add_receiver(&sheet, "Tax Office");
	assert_int_equal(zong_sheet_write(&sheet, &buf), ZONG_EINVAL);
	assert_int_equal(buf.len, 0);
}

static void a_text_too_long_for_a_code_is_refused(void **state)
{
	struct zong_sheet sheet = sheet_of("", "");

	(void)state;
	memset(sheet.case_no, '%', sizeof(sheet.case_no) - 1);
	memset(sheet.type, ';', sizeof(sheet.type) - 1);
	assert_int_equal(zong_sheet_write(&sheet, &buf), 0);
	sheet.receivers = 2;
	memset(sheet.receiver, 'a', sizeof(sheet.receiver[0]) - 1);
	memset(sheet.receiver[1], 'b', sizeof(sheet.receiver[0]) - 1);
	zong_buf_clear(&buf);
	assert_int_equal(zong_sheet_write(&sheet, &buf), ZONG_ELIMIT);
	assert_int_equal(buf.len, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_reads_back),
		TEST(type_and_receivers_may_be_missing),
		TEST(the_format_is_the_documented_one),
		TEST(a_foreign_code_is_not_ours),
		TEST(a_later_version_is_told_apart_from_damage),
		TEST(no_single_changed_byte_goes_unseen),
		TEST(another_spelling_of_the_same_is_refused),
		TEST(what_could_not_be_read_back_is_not_written),
		TEST(a_text_too_long_for_a_code_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
