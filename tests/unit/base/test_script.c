/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <zong/script.h>
#include <zong/utf8.h>

/* Each pair of characters is one. */
static void assert_pairs(const char *pairs)
{
	size_t len = strlen(pairs), pos = 0;

	while (pos < len) {
		uint32_t a = zong_utf8_next(pairs, len, &pos);
		uint32_t b = zong_utf8_next(pairs, len, &pos);

		assert_int_equal(zong_script_fold(a), zong_script_fold(b));
		assert_int_equal(zong_script_fold(a), b);
	}
}

static void a_traditional_character_is_its_simplified_one(void **state)
{
	(void)state;
	assert_pairs(
		"國国產产權权證证號号區区縣县鄉乡劃划規规與与動动記记錄录買买賣卖戶户張张陳陈劉刘");
}

static void characters_that_became_one_are_one(void **state)
{
	(void)state;
	assert_pairs("後后裡里裏里隻只餘余臺台檯台颱台鐘钟鍾钟乾干幹干麵面鬆松徵征");
	assert_int_equal(zong_script_fold(0x540E), 0x540E); /* 后 */
	assert_int_equal(zong_script_fold(0x91CC), 0x91CC); /* 里 */
}

static void everything_else_is_itself(void **state)
{
	static const uint32_t others[] = {0, 'a', '0', 0xE9, 0x3001, 0x3042, 0x4E00, 0x4EBA, 0xAC00,
		0xFF01, 0x20000, 0x10FFFF, ZONG_UTF8_BAD};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(zong_script_fold(others[i]), others[i]);
}

static void what_is_folded_stays_as_it_is(void **state)
{
	size_t changed = 0;

	(void)state;
	for (uint32_t c = 0x3400; c <= 0x9FFF; c++) {
		uint32_t folded = zong_script_fold(c);

		assert_int_equal(zong_utf8_is_han(folded), zong_utf8_is_han(c));
		assert_int_equal(zong_script_fold(folded), folded);
		changed += folded != c;
	}
	assert_true(changed > 2000 && changed < 6000);
	assert_int_not_equal(zong_script_version(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_traditional_character_is_its_simplified_one),
		cmocka_unit_test(characters_that_became_one_are_one),
		cmocka_unit_test(everything_else_is_itself),
		cmocka_unit_test(what_is_folded_stays_as_it_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
