/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <ctype.h>
#include <string.h>
#include <cmocka.h>

#include <zong/vault.h>

static void make(uint8_t sheet[ZONG_VAULT_SHEET], uint8_t seed)
{
	size_t i;

	for (i = 0; i < ZONG_VAULT_SHEET; i++)
		sheet[i] = (uint8_t)(seed * 31 + i * i * 7 + i);
}

static void a_sheet_comes_back_from_its_text(void **state)
{
	uint8_t sheet[ZONG_VAULT_SHEET], seen[ZONG_VAULT_SHEET];
	char text[ZONG_VAULT_SHEET_TEXT];
	unsigned int group, seed;

	(void)state;
	for (seed = 0; seed < 256; seed++) {
		make(sheet, (uint8_t)seed);
		zong_vault_sheet_format(sheet, text);
		assert_int_equal(strlen(text), ZONG_VAULT_SHEET_TEXT - 1);
		assert_int_equal(zong_vault_sheet_parse(text, seen, &group), 0);
		assert_memory_equal(seen, sheet, sizeof(sheet));
	}
	memset(sheet, 0, sizeof(sheet));
	zong_vault_sheet_format(sheet, text);
	assert_memory_equal(text, "00000-00001-00002-", 18);
}

static void it_may_be_typed_as_people_type(void **state)
{
	uint8_t sheet[ZONG_VAULT_SHEET], seen[ZONG_VAULT_SHEET];
	char text[ZONG_VAULT_SHEET_TEXT], typed[3 * ZONG_VAULT_SHEET_TEXT];
	unsigned int group;
	size_t i, n = 0;

	(void)state;
	make(sheet, 9);
	zong_vault_sheet_format(sheet, text);
	for (i = 0; text[i]; i++) {
		char c = text[i] == '-' ? ' ' : (char)tolower(text[i]);

		if (c == '0')
			c = 'o';
		if (c == '1')
			c = i % 2 ? 'l' : 'I';
		typed[n++] = c;
		if (i % 9 == 8)
			typed[n++] = '\n';
	}
	typed[n] = 0;
	assert_int_equal(zong_vault_sheet_parse(typed, seen, &group), 0);
	assert_memory_equal(seen, sheet, sizeof(sheet));
}

static void every_mistake_in_one_letter_and_every_exchange_is_seen_in_its_group(void **state)
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint8_t sheet[ZONG_VAULT_SHEET], seen[ZONG_VAULT_SHEET];
	char text[ZONG_VAULT_SHEET_TEXT], wrong[ZONG_VAULT_SHEET_TEXT];
	unsigned int group;
	size_t i, k;

	(void)state;
	make(sheet, 77);
	zong_vault_sheet_format(sheet, text);
	for (i = 0; text[i]; i++) {
		if (text[i] == '-')
			continue;
		for (k = 0; letters[k]; k++) {
			if (letters[k] == text[i])
				continue;
			memcpy(wrong, text, sizeof(text));
			wrong[i] = letters[k];
			assert_int_equal(zong_vault_sheet_parse(wrong, seen, &group), ZONG_EINVAL);
			assert_int_equal(group, i / 6 + 1);
		}
		if (i % 6 < 3 && text[i] != text[i + 1]) {
			memcpy(wrong, text, sizeof(text));
			wrong[i] = text[i + 1];
			wrong[i + 1] = text[i];
			assert_int_equal(zong_vault_sheet_parse(wrong, seen, &group), ZONG_EINVAL);
			assert_int_equal(group, i / 6 + 1);
		}
	}
	/* Whole groups that changed places. */
	memcpy(wrong, text, sizeof(text));
	memcpy(wrong, text + 6, 5);
	memcpy(wrong + 6, text, 5);
	assert_int_equal(zong_vault_sheet_parse(wrong, seen, &group), ZONG_EINVAL);
	assert_int_equal(group, 1);
}

static void what_is_missing_or_too_much_is_said(void **state)
{
	uint8_t sheet[ZONG_VAULT_SHEET], seen[ZONG_VAULT_SHEET];
	char text[ZONG_VAULT_SHEET_TEXT + 8];
	unsigned int group;
	size_t i;

	(void)state;
	make(sheet, 3);
	for (i = 0; i < ZONG_VAULT_SHEET_TEXT - 1; i++) {
		zong_vault_sheet_format(sheet, text);
		text[i] = 0;
		assert_int_equal(zong_vault_sheet_parse(text, seen, &group), ZONG_EINVAL);
		assert_in_range(group, i / 6 + 1, i / 6 + 2);
	}
	zong_vault_sheet_format(sheet, text);
	strncat(text, "-0", 3);
	assert_int_equal(zong_vault_sheet_parse(text, seen, &group), ZONG_EINVAL);
	assert_int_equal(group, ZONG_VAULT_SHEET_GROUPS + 1);
	assert_int_equal(zong_vault_sheet_parse("示例甲", seen, &group), ZONG_EINVAL);
	assert_int_equal(group, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sheet_comes_back_from_its_text),
		cmocka_unit_test(it_may_be_typed_as_people_type),
		cmocka_unit_test(
			every_mistake_in_one_letter_and_every_exchange_is_seen_in_its_group),
		cmocka_unit_test(what_is_missing_or_too_much_is_said),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
