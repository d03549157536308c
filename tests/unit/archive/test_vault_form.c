/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <zong/vault.h>

static bool stands_in(const struct zong_form *form, const char *text, size_t len)
{
	return memmem(form->packed.data, form->packed.len, text, len) != NULL;
}

static void a_sheet_has_every_group_and_says_what_it_is_for(void **state)
{
	const struct zong_vault_paper_about about = {.paper = ZONG_VAULT_PAPER_RECOVERY,
		.department = "税务",
		.by = "示例甲",
		.time = 1767225600000000};
	uint8_t sheet[ZONG_VAULT_SHEET] = {9, 8, 7, 6, 5, 4, 3, 2, 1};
	char text[ZONG_VAULT_SHEET_TEXT];
	struct zong_form form;
	size_t i;

	(void)state;
	zong_vault_sheet_print(&form, &about, sheet);
	assert_int_equal(form.packed.err, 0);
	zong_vault_sheet_format(sheet, text);
	for (i = 0; i < ZONG_VAULT_SHEET_GROUPS; i++)
		assert_true(stands_in(&form, text + 6 * i, 5));
	assert_true(stands_in(&form, "13.  ", 5));
	assert_true(stands_in(&form, "税务", strlen("税务")));
	assert_true(stands_in(&form, "示例甲", strlen("示例甲")));
	assert_true(stands_in(&form, "恢复密钥", strlen("恢复密钥")));
	zong_vault_sheet_release(&form);
}

static void the_officers_sheets_tell_each_other_apart(void **state)
{
	struct zong_vault_paper_about about = {
		.paper = ZONG_VAULT_PAPER_OFFICER_ONE, .department = "税务", .by = "示例甲"};
	uint8_t sheet[ZONG_VAULT_SHEET] = {1};
	struct zong_form form;

	(void)state;
	zong_vault_sheet_print(&form, &about, sheet);
	assert_true(stands_in(&form, "（甲）", strlen("（甲）")));
	assert_false(stands_in(&form, "（乙）", strlen("（乙）")));
	zong_vault_sheet_release(&form);
	about.paper = ZONG_VAULT_PAPER_OFFICER_OTHER;
	zong_vault_sheet_print(&form, &about, sheet);
	assert_true(stands_in(&form, "（乙）", strlen("（乙）")));
	zong_vault_sheet_release(&form);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sheet_has_every_group_and_says_what_it_is_for),
		cmocka_unit_test(the_officers_sheets_tell_each_other_apart),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
