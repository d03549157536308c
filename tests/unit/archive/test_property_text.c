/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <zong/buffer.h>
#include <zong/property.h>

static void each_item_has_its_words_and_is_found_by_its_slug(void **state)
{
	(void)state;
	for (int i = 0; i < ZONG_PROPERTY_ITEM_COUNT_; i++) {
		enum zong_property_item item = (enum zong_property_item)i;
		const char *code = zong_property_code(item);

		assert_int_equal(zong_property_parse(zong_property_slug(item)), i);
		assert_string_not_equal(
			zong_property_name(item, "zh"), zong_property_name(item, "en"));
		/* the first digit is that of its property */
		assert_int_equal(code[0] - '1', (int)zong_property_class(item));
	}
	assert_int_equal(zong_property_parse("none"), ZONG_PROPERTY_ITEM_COUNT_);
}

static void numbers_that_nobody_has_seen_are_marked(void **state)
{
	(void)state;
	assert_string_equal(zong_property_code(ZONG_PROPERTY_DIGEST), "1-1");
	assert_string_equal(zong_property_code(ZONG_PROPERTY_LENGTH), "1-2*");
	assert_string_equal(zong_property_code(ZONG_PROPERTY_VALUES), "1-4*");
	assert_string_equal(zong_property_code(ZONG_PROPERTY_ATTACHMENTS), "2-8*");
	assert_string_equal(zong_property_code(ZONG_PROPERTY_READABLE), "3-4*");
	assert_string_equal(zong_property_code(ZONG_PROPERTY_MEDIUM_DISC), "4-6*");
}

static void stages_go_by_the_letters_of_the_standard(void **state)
{
	Zong__PropertyStage stage;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(zong_property_stage_parse(
					 zong_property_stage_slug((Zong__PropertyStage)i), &stage),
			0);
		assert_int_equal(stage, i);
	}
	assert_int_equal(zong_property_stage_parse("gd", &stage), ZONG_EINVAL);
	assert_string_equal(zong_property_stage_name((Zong__PropertyStage)9, "zh"), "?");
	assert_string_equal(zong_property_result_slug((Zong__PropertyResult)9), "not-run");
	assert_string_equal(zong_property_why("a reason of a later version", "zh"),
		"a reason of a later version");
}

/* Digests of reports made by this version must be those of its text in each later one. */
static void the_text_of_a_row_is_the_same_for_ever(void **state)
{
	char no[] = "202611300001", kind[] = "转移登记", unit[] = "370786001001GB00001F00010001";
	char hand[] = "hand", by[] = "user:a", name[] = "示例\n甲", program[] = "zong 0.1.0";
	char item_name[] = "digest", object[] = "case/202611300001", why[] = "bytes-changed",
	     element[] = "file", detail[] = "x";
	char *units[] = {unit};
	Zong__PropertyReport report = ZONG__PROPERTY_REPORT__INIT;
	Zong__PropertyItem item = ZONG__PROPERTY_ITEM__INIT, *items[] = {&item};
	Zong__PropertyFinding finding = ZONG__PROPERTY_FINDING__INIT, *findings[] = {&finding};
	struct zong_buf text = ZONG_BUF_INIT(10000);

	(void)state;
	report.case_no = no;
	report.kind = kind;
	report.units = units;
	report.n_units = 1;
	report.stage = ZONG__PROPERTY_STAGE__PROPERTY_TRANSFER;
	report.occasion = hand;
	report.began = 1;
	report.ended = 2000000;
	report.by = by;
	report.name = name;
	report.program = program;
	report.items = items;
	report.n_items = 1;
	report.failed = 1;
	item.item = item_name;
	item.result = ZONG__PROPERTY_RESULT__PROPERTY_FAILED;
	item.looked = 2;
	item.findings = findings;
	item.n_findings = 1;
	item.more = 3;
	finding.result = ZONG__PROPERTY_RESULT__PROPERTY_FAILED;
	finding.object = object;
	finding.page = 4;
	finding.why = why;
	finding.element = element;
	finding.detail = detail;
	assert_int_equal(zong_property_text(&report, &text), 0);
	assert_string_equal(zong_buf_str(&text),
		"zong report of the four properties, form 1\n"
		"case: 202611300001\n"
		"kind: 转移登记\n"
		"unit: 370786001001GB00001F00010001\n"
		"stage: YJ\n"
		"occasion: hand\n"
		"began: 1970-01-01T00:00:00.000Z\n"
		"ended: 1970-01-01T00:00:02.000Z\n"
		"by: user:a\n"
		"name: 示例 甲\n"
		"program: zong 0.1.0\n"
		"materials: 0\n"
		"destroyed: 0\n"
		"pages: 0\n"
		"bytes: 0\n"
		"passed: 0\n"
		"failed: 1\n"
		"not-run: 0\n"
		"\n"
		"digest: failed looked=2\n"
		"\tfailed case/202611300001 page=4 why=bytes-changed element=file detail=x\n"
		"\tmore=3\n");
	zong_buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_item_has_its_words_and_is_found_by_its_slug),
		cmocka_unit_test(numbers_that_nobody_has_seen_are_marked),
		cmocka_unit_test(stages_go_by_the_letters_of_the_standard),
		cmocka_unit_test(the_text_of_a_row_is_the_same_for_ever),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
