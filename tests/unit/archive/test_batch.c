/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/check.h>
#include <zong/retention.h>
#include <zong/sheet.h>

#include "destruction_row.h"
#include "fixture.h"
#include "sample_destruction.h"

static char text[4096];

/* A sheet's line for the pages of a document. */
static const char *cover(const char *case_no, const char *type, const char *receiver)
{
	static char line[2][ZONG_SHEET_TEXT + 16];
	static int turn;
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_SHEET_TEXT);
	struct zong_sheet sheet = {.receivers = receiver ? 1 : 0};

	turn = !turn;
	snprintf(sheet.case_no, sizeof(sheet.case_no), "%s", case_no);
	snprintf(sheet.type, sizeof(sheet.type), "%s", type);
	if (receiver)
		snprintf(sheet.receiver[0], sizeof(sheet.receiver[0]), "%s", receiver);
	assert_int_equal(zong_sheet_write(&sheet, &buf), 0);
	snprintf(line[turn], sizeof(line[turn]), "cover %s\n", zong_buf_str(&buf));
	zong_buf_release(&buf);
	return line[turn];
}

static void assert_part(const struct zong_receipt *receipt, const char *case_no, const char *type,
	unsigned int pages, unsigned int page)
{
	assert_string_equal(receipt->material->case_no, case_no);
	assert_string_equal(receipt->material->type, type);
	assert_int_equal(receipt->material->pages, pages);
	assert_int_equal(receipt->material->batch_page, page);
}

static void assert_sound(struct fixture *f)
{
	struct zong_check_options options = {0};
	struct zong_check_result result = {0};

	assert_int_equal(zong_check_run(f->dir, &options, &result, &f->err), 0);
	assert_int_equal(result.findings, 0);
}

static void a_batch_becomes_materials_in_one_go(void **state)
{
	struct fixture *f = *state;
	uint64_t files = fixture_counter(f, ZONG_COUNT_FILES);
	uint64_t pages = fixture_counter(f, ZONG_COUNT_PAGES);

	fixture_case(f, "one-1");
	fixture_case(f, "one-2");
	snprintf(text, sizeof(text), "text 零\n%stext 壹\ntext 贰\npatch\ntext 叁\n%stext 肆\n",
		cover("one-2", "身份证明", "tax"), cover("one-1", "", NULL));
	assert_int_equal(fixture_add(f, "one-1", "杂项", text, "housing", &f->receipt), 0);
	assert_int_equal(f->receipt.furthers, 3);
	assert_part(&f->receipt, "one-1", "杂项", 1, 1);
	assert_part(&f->receipt.further[0], "one-2", "身份证明", 2, 3);
	assert_part(&f->receipt.further[1], "one-2", "身份证明", 1, 6);
	assert_part(&f->receipt.further[2], "one-1", "杂项", 1, 8);
	assert_int_equal(f->receipt.further[0].deliveries, 1);
	assert_string_equal(f->receipt.further[0].delivery[0]->department, "tax");
	assert_string_equal(f->receipt.further[2].delivery[0]->department, "housing");
	assert_int_equal(f->receipt.sheets, 3);
	assert_int_equal(f->receipt.sheet[0].page, 2);
	assert_string_equal(f->receipt.sheet[0].case_no, "one-2");
	assert_true(f->receipt.sheet[1].patch);
	assert_int_equal(f->receipt.warnings.count, 0);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_FILES), files + 5);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_PAGES), pages + 5);
	assert_int_equal(fixture_log(f, "batch.add", NULL, NULL), 1);
	assert_sound(f);

	assert_int_equal(fixture_add(f, "one-1", "杂项", text, "housing", &f->other), 0);
	assert_true(f->other.again && f->other.further[2].again);
	assert_memory_equal(f->other.material->id.data, f->receipt.material->id.data, 16);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_FILES), files + 5);
	assert_int_equal(fixture_log(f, "batch.add", NULL, NULL), 1);
}

static void a_sheet_that_cannot_be_used_stays_with_its_pages(void **state)
{
	static const char *const codes[] = {
		"sheet-damaged", "sheet-version", "sheet-case", "sheet-department"};
	struct fixture *f = *state;

	fixture_case(f, "odd-1");
	snprintf(text, sizeof(text),
		"cover ZONG1;c=odd-1;00000000\ntext 甲\ncover ZONG2;c=1;x\ntext 乙\n%stext "
		"丙\n%stext 丁\n",
		cover("odd-9", "", NULL), cover("odd-1", "", "nobody"));
	assert_int_equal(fixture_add(f, "odd-1", "杂项", text, NULL, &f->receipt), 0);
	assert_int_equal(f->receipt.furthers, 3);
	assert_part(&f->receipt, "odd-1", "杂项", 2, 1);
	for (size_t i = 0; i < 3; i++)
		assert_part(&f->receipt.further[i], "odd-1", "杂项", 2, (unsigned int)(2 * i + 3));
	assert_int_equal(f->receipt.sheets, 0);
	assert_int_equal(f->receipt.warnings.count, 4);
	for (size_t i = 0; i < 4; i++) {
		char page[16];

		snprintf(page, sizeof(page), "p. %zu", 2 * i + 1);
		assert_string_equal(f->receipt.warnings.item[i].code, codes[i]);
		assert_memory_equal(f->receipt.warnings.item[i].subject, page, strlen(page));
	}
	assert_sound(f);
}

static void without_a_case_all_pages_need_a_sheet(void **state)
{
	struct fixture *f = *state;
	uint64_t materials, files;

	fixture_case(f, "bare-1");
	fixture_case(f, "bare-2");
	materials = fixture_counter(f, ZONG_COUNT_MATERIALS);
	files = fixture_counter(f, ZONG_COUNT_FILES);
	snprintf(text, sizeof(text), "patch\ntext 前\n%stext 后\n",
		cover("bare-1", "身份证明", NULL));
	assert_int_equal(fixture_add(f, "", "", text, NULL, &f->receipt), ZONG_ENOCOVER);
	assert_string_equal(f->err.subject, "p. 2");
	snprintf(text, sizeof(text), "%stext 一\n%stext 二\n", cover("bare-1", "", NULL),
		cover("bare-9", "", NULL));
	assert_int_equal(fixture_add(f, "", "", text, NULL, &f->receipt), ZONG_ENOCASE);
	assert_string_equal(f->err.subject, "bare-9");
	snprintf(text, sizeof(text), "%stext 一\n%stext 二\n", cover("bare-1", "", NULL),
		cover("bare-2", "", "nobody"));
	assert_int_equal(fixture_add(f, "", "", text, NULL, &f->receipt), ZONG_ENOCOVER);
	assert_string_equal(f->err.subject, "p. 3");
	snprintf(text, sizeof(text), "cover ZONG1;c=bare-1;00000000\ntext 一\n");
	assert_int_equal(fixture_add(f, "", "", text, NULL, &f->receipt), ZONG_ENOCOVER);
	assert_string_equal(f->err.subject, "p. 1");
	assert_int_equal(fixture_add(f, "", "", "patch\n", NULL, &f->receipt), ZONG_ENOCOVER);
	assert_int_equal(fixture_add(f, "", "", "text 一\n", NULL, &f->receipt), ZONG_ENOCOVER);
	snprintf(text, sizeof(text), "%sstuck 一\n", cover("bare-1", "", NULL));
	assert_int_equal(fixture_add(f, "", "", text, NULL, &f->receipt), ZONG_ENOCOVER);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_MATERIALS), materials);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_FILES), files);

	snprintf(text, sizeof(text), "%stext 一\npatch\ntext 二\n%stext 三\n",
		cover("bare-1", "身份证明", NULL), cover("bare-2", "买卖合同", "tax"));
	assert_int_equal(fixture_add(f, "", "", text, NULL, &f->receipt), 0);
	assert_int_equal(f->receipt.furthers, 2);
	assert_part(&f->receipt, "bare-1", "身份证明", 1, 2);
	assert_part(&f->receipt.further[0], "bare-1", "身份证明", 1, 4);
	assert_part(&f->receipt.further[1], "bare-2", "买卖合同", 1, 6);
	assert_string_equal(f->receipt.further[1].delivery[0]->department, "tax");
	assert_sound(f);
}

static void sheets_alone_and_what_cannot_be_taken_apart_are_one_material(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "whole-1");
	snprintf(text, sizeof(text), "%spatch\n", cover("whole-1", "", NULL));
	assert_int_equal(fixture_add(f, "whole-1", "", text, NULL, &f->receipt), 0);
	assert_int_equal(f->receipt.material->pages, 2);
	assert_int_equal(f->receipt.material->batch.len, 0);
	assert_int_equal(f->receipt.furthers, 0);
	assert_int_equal(
		fixture_add(f, "whole-1", "", "stuck 一\npatch\ntext 二\n", NULL, &f->other), 0);
	assert_int_equal(f->other.material->pages, 3);
	assert_int_equal(f->other.warnings.count, 1);
	assert_string_equal(f->other.warnings.item[0].code, "sheet-whole");
	assert_sound(f);
}

static void the_batch_is_for_those_who_may_see_all_of_it(void **state)
{
	struct fixture *f = *state;
	struct zong_digest batch, own;

	fixture_case(f, "see-1");
	assert_int_equal(
		fixture_add(f, "see-1", "", "text 看\npatch\ntext 见\n", "tax", &f->receipt), 0);
	assert_true(zong_row_digest(&f->receipt.material->batch, &batch));
	assert_true(zong_row_digest(&f->receipt.material->file, &own));
	assert_int_equal(zong_file_bytes(f->archive, &f->tax, &own, &f->bytes, &f->err), 0);
	zong_bytes_close(f->bytes);
	f->bytes = NULL;
	assert_int_equal(
		zong_file_bytes(f->archive, &f->tax, &batch, &f->bytes, &f->err), ZONG_ENOENT);
	assert_int_equal(zong_file_bytes(f->archive, &f->archivist, &batch, &f->bytes, &f->err), 0);
	assert_int_equal(zong_bytes_size(f->bytes), 9 + strlen("text 看\npatch\ntext 见\n"));
}

static void the_batch_goes_with_the_last_of_its_materials(void **state)
{
	struct fixture *f = *state;
	uint64_t files;
	char first[ZONG_ID_TEXT], list[ZONG_ID_TEXT];

	due_material(f, "gone-1", "text 一去\npatch\ntext 不返\n", first);
	assert_int_equal(f->receipt.furthers, 1);
	files = fixture_counter(f, ZONG_COUNT_FILES);
	destroy(f, first, list);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_FILES), files - 1);
	assert_sound(f);
	destroy(f, fixture_id(&f->receipt.further[0].material->id), list);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_FILES), files - 3);
	assert_sound(f);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)
	const struct CMUnitTest tests[] = {
		TEST(a_batch_becomes_materials_in_one_go),
		TEST(a_sheet_that_cannot_be_used_stays_with_its_pages),
		TEST(without_a_case_all_pages_need_a_sheet),
		TEST(sheets_alone_and_what_cannot_be_taken_apart_are_one_material),
		TEST(the_batch_is_for_those_who_may_see_all_of_it),
		TEST(the_batch_goes_with_the_last_of_its_materials),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
