/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <time.h>

#include "field.h"
#include "sample_reading.h"

static Zong__Reading *reading;

static int forget(void **state)
{
	(void)state;
	sample_free(reading);
	reading = NULL;
	return 0;
}

static void find(const char *text)
{
	sample_free(reading);
	reading = sample_reading(text);
	assert_int_equal(zong_fields_find(reading), 0);
}

static void one(const char *text, const char *kind, const char *value, const char *raw, bool valid)
{
	find(text);
	if (reading->n_fields != 1)
		print_error("in: %s\n", text);
	assert_int_equal(reading->n_fields, 1);
	if (strcmp(reading->fields[0]->kind, kind) != 0)
		print_error("in: %s\n", text);
	assert_string_equal(reading->fields[0]->kind, kind);
	assert_string_equal(reading->fields[0]->value, value);
	assert_string_equal(reading->fields[0]->raw, raw);
	assert_int_equal(reading->fields[0]->valid, valid);
}

static void none(const char *text)
{
	find(text);
	if (reading->n_fields != 0)
		print_error("in: %s\n", text);
	assert_int_equal(reading->n_fields, 0);
}

#define UNIT "370786001001GB00001F00010001"

static void unit_codes_are_found(void **state)
{
	(void)state;
	one(UNIT, "unit", UNIT, UNIT, true);
	one("不|动|产|单|元|号|:|" UNIT "|。", "unit", UNIT, UNIT, true);
	one("不动产单元号370786001001GB00001F00010001等", "unit", UNIT, UNIT, true);
	one("370786 001001 GB00001 F00010001 土地", "unit", UNIT, "370786 001001 GB00001 F00010001",
		true);
	one("370786-001001-GB00001-F00010001", "unit", UNIT, "370786-001001-GB00001-F00010001",
		true);
	one("370786001001gb00001f00010001", "unit", UNIT, "370786001001gb00001f00010001", true);
	one("３７０７８６００１００１ＧＢ００００１Ｆ０００１０００１", "unit", UNIT,
		"３７０７８６００１００１ＧＢ００００１Ｆ０００１０００１", true);
	one("单元号 370786001001GB\n00001F00010001", "unit", UNIT, "370786001001GB 00001F00010001",
		true);
	one("320508055012GB13335W00000000", "unit", "320508055012GB13335W00000000",
		"320508055012GB13335W00000000", true);
}

static void a_slip_in_a_unit_code_is_kept_as_read(void **state)
{
	(void)state;
	one("3707860O1001GB00001F00010001", "unit", "3707860O1001GB00001F00010001",
		"3707860O1001GB00001F00010001", false);
	one("370786001001G800001F0001000l", "unit", "370786001001G800001F0001000L",
		"370786001001G800001F0001000l", false);
	/* Neither one short, nor one long, nor other letters. */
	none("370786001001GB00001F0001000");
	none("370786001001GB00001F000100011");
	none("ABCDEFGHIJKLMNOPQRSTUVWXYZAB");
	/* Another block of the page is another text. */
	none("370786001001GB\n\n00001F00010001");
}

static void id_numbers_are_found_by_their_check_digit(void **state)
{
	(void)state;
	one("公|民|身|份|号|码|11010519491231002X", "id", "11010519491231002X",
		"11010519491231002X", true);
	one("11010519491231002x", "id", "11010519491231002X", "11010519491231002x", true);
	one("110105 19491231 002X", "id", "11010519491231002X", "110105 19491231 002X", true);
	one("身份证号：1101051949\n1231002X", "id", "11010519491231002X", "1101051949 1231002X",
		true);
	one("110105194912310021", "id", "110105194912310021", "110105194912310021", false);
	one("身份证号11010519491331002X", "id", "11010519491331002X", "11010519491331002X", false);
	none("11010519491332002X"); /* a wrong date and no label: any number */
	none("1101051949\n12310021");
	none("12345678901234567"); /* 17 */
	none("123456789012345679");
	none("电话 13800138000 2026010"); /* two numbers */
	none("11010519491231002X1");
}

static void credit_codes_are_found_by_their_check_digit(void **state)
{
	(void)state;
	one("统一社会信用代码 91350100M000100Y43", "uscc", "91350100M000100Y43",
		"91350100M000100Y43", true);
	one("91350100m000100y43", "uscc", "91350100M000100Y43", "91350100m000100y43", true);
	one("91350100 M000100Y43", "uscc", "91350100M000100Y43", "91350100 M000100Y43", true);
	one("91350100M000100Y44", "uscc", "91350100M000100Y44", "91350100M000100Y44", false);
	none("91350100M000100\n\nY43");
	none("91350100M000100Y4");
}

#define CERT "鲁(2018)昌邑市不动产权第0000001号"

static void certificates_are_found_in_every_variant(void **state)
{
	(void)state;
	one(CERT, "certificate", CERT, CERT, true);
	one("证号：鲁（2018）昌邑市不动产权第0000001号。", "certificate", CERT,
		"鲁（2018）昌邑市不动产权第0000001号", true);
	one("鲁|（|2018|）|昌|邑|市|不|动|产|权|第|0000001|号", "certificate", CERT,
		"鲁（2018）昌邑市不动产权第0000001号", true);
	one("鲁 〔 2018 〕 昌 邑 市 不 动 产 权 第 0000001 号", "certificate", CERT,
		"鲁 〔 2018 〕 昌邑市不动产权第 0000001 号", true);
	one("鲁(2018)昌邑市不\n动产权第0000001号", "certificate", CERT, CERT, true);
	one("桂（2017）南宁市不动产证明第0208814号", "certificate",
		"桂(2017)南宁市不动产证明第0208814号", "桂（2017）南宁市不动产证明第0208814号",
		true);
}

static void certificates_of_old_papers_are_found(void **state)
{
	(void)state;
	one("昌国用（2005）第0123号", "certificate", "昌国用(2005)第0123号",
		"昌国用（2005）第0123号", true);
	one("房产证：潍房权证昌邑字第012345号", "certificate", "潍房权证昌邑字第012345号",
		"潍房权证昌邑字第012345号", true);
	one("持有昌邑集用 ( 2010 ) 第 012-3 号土地证", "certificate", "昌邑集用(2010)第012-3号",
		"昌邑集用 ( 2010 ) 第 012-3 号", true);
	one("昌他项（2012）第45号", "certificate", "昌他项(2012)第45号", "昌他项（2012）第45号",
		true);
	none("房权证第号");
	none("国用第一号");
	none("房权证字第0123");
	none("他项权利");
}

static void what_is_wrong_with_a_certificate_is_not_corrected(void **state)
{
	(void)state;
	one("鲁(2018)昌邑市不动产权第OOOO001号", "certificate", "鲁(2018)昌邑市不动产权第OOOO001号",
		"鲁(2018)昌邑市不动产权第OOOO001号", false);
	one("鲁(2O18)昌邑市不动产权第0000001号", "certificate", "鲁(2O18)昌邑市不动产权第0000001号",
		"鲁(2O18)昌邑市不动产权第0000001号", false);
	one("每(2018)昌邑市不动产权第0000001号", "certificate", "每(2018)昌邑市不动产权第0000001号",
		"每(2018)昌邑市不动产权第0000001号", false);
	one("鲁2018昌邑市不动产权第0000001号", "certificate", "鲁2018昌邑市不动产权第0000001号",
		"鲁2018昌邑市不动产权第0000001号", false);
	one("鲁(2018)昌邑市不动产权第0000001 共有", "certificate",
		"鲁(2018)昌邑市不动产权第0000001", "鲁(2018)昌邑市不动产权第0000001", false);
	none("不动产权第一百条");
	none("不动产权第0000001号");
	none("不动产权证书");
	none("（2018）");
}

static void all_fields_of_a_page_come_in_its_order(void **state)
{
	static const char *const kinds[] = {"certificate", "unit", "id", "uscc", "certificate"};

	(void)state;
	find(CERT "，单元 " UNIT "，\n示例甲 11010519491231002X\n"
		  "示例银行 91350100M000100Y43\n\n桂（2017）南宁市不动产证明第0208814号");
	assert_int_equal(reading->n_fields, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(reading->fields[i]->kind, kinds[i]);
		assert_true(reading->fields[i]->valid);
	}
}

static void a_field_has_the_box_around_its_words_and_their_mean_confidence(void **state)
{
	(void)state;
	find("身份 110105 19491231 002X");
	/* The first word has 6 bytes, then a blank: x = 70. The last ends at byte 27. */
	assert_int_equal(reading->fields[0]->box->x, 70);
	assert_int_equal(reading->fields[0]->box->y, 0);
	assert_int_equal(reading->fields[0]->box->width, 200);
	assert_int_equal(reading->fields[0]->box->height, 10);
	assert_float_equal(reading->fields[0]->confidence, 0.9, 0.001);
	find("?110105|19491231002X");
	assert_float_equal(reading->fields[0]->confidence, 0.7, 0.001);
	find("甲\n乙1101051949\n1231002X丙");
	assert_int_equal(reading->fields[0]->box->x, 0);
	assert_int_equal(reading->fields[0]->box->y, 20);
	assert_int_equal(reading->fields[0]->box->width, 130);
	assert_int_equal(reading->fields[0]->box->height, 30);
}

static void looking_again_replaces_what_was_found(void **state)
{
	(void)state;
	find(UNIT);
	assert_int_equal(zong_fields_find(reading), 0);
	assert_int_equal(reading->n_fields, 1);
	find("");
	assert_int_equal(reading->n_fields, 0);
}

static void rows_without_boxes_and_with_bad_text_are_lived_with(void **state)
{
	(void)state;
	find(UNIT " \xFF\xFE \xE9");
	assert_int_equal(reading->n_fields, 1);
	zong__box__free_unpacked(reading->lines[0]->words[0]->box, NULL);
	reading->lines[0]->words[0]->box = NULL;
	assert_int_equal(zong_fields_find(reading), 0);
	assert_int_equal(reading->n_fields, 1);
	assert_int_equal(reading->fields[0]->box->width, 0);
}

static void a_page_full_of_digits_is_looked_through_at_once(void **state)
{
	size_t len = 1 << 20;
	char *text = malloc(len + 1);
	clock_t start, spent;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = "1|1 11不(2018)"[i % 16];
	text[len] = '\0';
	sample_free(reading);
	reading = sample_reading(text);
	free(text);
	start = clock();
	assert_int_equal(zong_fields_find(reading), 0);
	spent = clock() - start;
	/* A quadratic search would need minutes. */
	assert_true(spent < 10 * CLOCKS_PER_SEC);
	assert_true(reading->n_fields <= ZONG_FIELD_MAX);
}

static void not_more_fields_are_kept_than_a_page_can_have(void **state)
{
	size_t each = strlen("11010519491231002X\n");
	char *text = malloc(700 * each + 1);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < 700; i++)
		memcpy(text + i * each, "11010519491231002X\n", each + 1);
	sample_free(reading);
	reading = sample_reading(text);
	free(text);
	assert_int_equal(zong_fields_find(reading), 0);
	assert_int_equal(reading->n_fields, ZONG_FIELD_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(unit_codes_are_found, forget),
		cmocka_unit_test_teardown(a_slip_in_a_unit_code_is_kept_as_read, forget),
		cmocka_unit_test_teardown(id_numbers_are_found_by_their_check_digit, forget),
		cmocka_unit_test_teardown(credit_codes_are_found_by_their_check_digit, forget),
		cmocka_unit_test_teardown(certificates_are_found_in_every_variant, forget),
		cmocka_unit_test_teardown(certificates_of_old_papers_are_found, forget),
		cmocka_unit_test_teardown(
			what_is_wrong_with_a_certificate_is_not_corrected, forget),
		cmocka_unit_test_teardown(all_fields_of_a_page_come_in_its_order, forget),
		cmocka_unit_test_teardown(
			a_field_has_the_box_around_its_words_and_their_mean_confidence, forget),
		cmocka_unit_test_teardown(looking_again_replaces_what_was_found, forget),
		cmocka_unit_test_teardown(
			rows_without_boxes_and_with_bad_text_are_lived_with, forget),
		cmocka_unit_test_teardown(a_page_full_of_digits_is_looked_through_at_once, forget),
		cmocka_unit_test_teardown(not_more_fields_are_kept_than_a_page_can_have, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
