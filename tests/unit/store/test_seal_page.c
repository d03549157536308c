/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "seal_page.h"

static bool insert(uint8_t *page, const char *key, const char *value)
{
	struct zong_page_cell cell = {.key = (const uint8_t *)key,
		.key_len = strlen(key),
		.value = (const uint8_t *)value,
		.value_len = strlen(value)};
	bool equal;

	return zong_page_insert(page, zong_page_find(page, key, strlen(key), &equal), &cell);
}

static void assert_cell(const uint8_t *page, size_t index, const char *key, const char *value)
{
	struct zong_page_cell cell;

	zong_page_get(page, index, &cell);
	assert_int_equal(cell.key_len, strlen(key));
	assert_memory_equal(cell.key, key, cell.key_len);
	assert_int_equal(cell.value_len, strlen(value));
	assert_memory_equal(cell.value, value, cell.value_len);
}

static void cells_stand_in_the_order_of_their_keys(void **state)
{
	uint8_t page[ZONG_PAGE_BODY];
	bool equal;

	(void)state;
	zong_page_clear(page, ZONG_PAGE_LEAF);
	assert_true(insert(page, "bb", "2"));
	assert_true(insert(page, "a", "1"));
	assert_true(insert(page, "bbb", "3"));
	assert_true(zong_page_sound(page));
	assert_cell(page, 0, "a", "1");
	assert_cell(page, 1, "bb", "2");
	assert_cell(page, 2, "bbb", "3");
	assert_int_equal(zong_page_find(page, "bb", 2, &equal), 1);
	assert_true(equal);
	assert_int_equal(zong_page_find(page, "b", 1, &equal), 1);
	assert_false(equal);
	assert_int_equal(zong_page_find(page, "c", 1, &equal), 3);
	zong_page_remove(page, 1);
	assert_true(zong_page_sound(page));
	assert_cell(page, 1, "bbb", "3");
}

static void room_that_was_given_back_is_used_again_and_holds_nothing(void **state)
{
	uint8_t page[ZONG_PAGE_BODY];
	char value[301], key[16];
	size_t count = 0, turn;

	(void)state;
	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = 0;
	zong_page_clear(page, ZONG_PAGE_LEAF);
	for (;;) {
		snprintf(key, sizeof(key), "%04zu", count);
		if (!insert(page, key, value))
			break;
		count++;
	}
	assert_true(count >= 12);
	for (turn = 0; turn < 50; turn++) {
		zong_page_remove(page, (turn * 7) % count);
		snprintf(key, sizeof(key), "x%03zu", turn);
		assert_true(insert(page, key, value));
		assert_true(zong_page_sound(page));
		assert_int_equal(zong_page_count(page), count);
	}
	while (zong_page_count(page) > 0)
		zong_page_remove(page, 0);
	assert_null(memchr(page + 8, 'v', sizeof(page) - 8));
	assert_int_equal(zong_page_used(page), 0);
}

static void a_full_page_is_halved_and_joined_again(void **state)
{
	uint8_t page[ZONG_PAGE_BODY], right[ZONG_PAGE_BODY], part[ZONG_PAGE_KEY];
	struct zong_page_cell cell = {.key = (const uint8_t *)"0042x", .key_len = 5};
	struct zong_page_cell last, first;
	size_t part_len, all, i;
	char key[16], before[16];
	bool equal;

	(void)state;
	zong_page_clear(page, ZONG_PAGE_LEAF);
	for (i = 0;; i++) {
		snprintf(key, sizeof(key), "%04zu", i);
		if (!insert(page, key, "value"))
			break;
	}
	all = zong_page_count(page) + 1;
	zong_page_split(page, zong_page_find(page, cell.key, cell.key_len, &equal), &cell, right,
		part, &part_len);
	assert_true(zong_page_sound(page) && zong_page_sound(right));
	assert_int_equal(zong_page_count(page) + zong_page_count(right), all);
	assert_in_range(zong_page_count(page), all / 3, all - all / 3);
	zong_page_get(page, zong_page_count(page) - 1, &last);
	zong_page_get(right, 0, &first);
	assert_true(zong_page_compare(last.key, last.key_len, part, part_len) < 0);
	assert_true(zong_page_compare(first.key, first.key_len, part, part_len) >= 0);
	assert_false(
		zong_page_join(page, right, part, part_len)); /* one more than there is room for */
	while (zong_page_count(right) > all / 4)
		zong_page_remove(right, 0);
	assert_true(zong_page_join(page, right, part, part_len));
	assert_true(zong_page_sound(page));
	before[0] = 0;
	for (i = 0; i < zong_page_count(page); i++) {
		zong_page_get(page, i, &first);
		assert_true(
			zong_page_compare(before, strlen(before), first.key, first.key_len) < 0);
		memcpy(before, first.key, first.key_len);
		before[first.key_len] = 0;
	}
}

static void the_first_cell_of_a_branch_is_less_than_all(void **state)
{
	uint8_t page[ZONG_PAGE_BODY];
	struct zong_page_cell cell = {.ref = {.number = 7, .version = 1}};

	(void)state;
	zong_page_clear(page, ZONG_PAGE_BRANCH);
	assert_true(zong_page_insert(page, 0, &cell));
	cell = (struct zong_page_cell){
		.key = (const uint8_t *)"m", .key_len = 1, .ref = {.number = 8, .version = 2}};
	assert_true(zong_page_insert(page, 1, &cell));
	assert_int_equal(zong_page_down(page, "a", 1), 0);
	assert_int_equal(zong_page_down(page, "m", 1), 1);
	assert_int_equal(zong_page_down(page, "z", 1), 1);
	zong_page_set_version(page, 1, UINT64_C(0x1122334455667788));
	zong_page_get(page, 1, &cell);
	assert_int_equal(cell.ref.number, 8);
	assert_int_equal(cell.ref.version, UINT64_C(0x1122334455667788));
	assert_true(zong_page_sound(page));
}

static void what_cannot_be_a_page_is_seen(void **state)
{
	uint8_t page[ZONG_PAGE_BODY], bad[ZONG_PAGE_BODY];

	(void)state;
	zong_page_clear(page, ZONG_PAGE_LEAF);
	assert_true(insert(page, "a", "1"));
	assert_true(insert(page, "b", "2"));
	memcpy(bad, page, sizeof(bad));
	bad[0] = 3;
	assert_false(zong_page_sound(bad)); /* kind */
	memcpy(bad, page, sizeof(bad));
	bad[2] = 0xff;
	assert_false(zong_page_sound(bad)); /* count */
	memcpy(bad, page, sizeof(bad));
	bad[8] = 0xff;
	assert_false(zong_page_sound(bad)); /* a slot behind the end */
	memcpy(bad, page, sizeof(bad));
	bad[8] = page[10];
	bad[9] = page[11];
	assert_false(zong_page_sound(bad)); /* the same cell twice */
	memcpy(bad, page, sizeof(bad));
	bad[7] = 9;
	assert_false(zong_page_sound(bad)); /* waste that is not there */
	memcpy(bad, page, sizeof(bad));
	bad[ZONG_PAGE_BODY - 9] = 0xff;
	assert_false(zong_page_sound(bad)); /* length of a key */
	memset(bad, 0, sizeof(bad));
	assert_false(zong_page_sound(bad));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_stand_in_the_order_of_their_keys),
		cmocka_unit_test(room_that_was_given_back_is_used_again_and_holds_nothing),
		cmocka_unit_test(a_full_page_is_halved_and_joined_again),
		cmocka_unit_test(the_first_cell_of_a_branch_is_less_than_all),
		cmocka_unit_test(what_cannot_be_a_page_is_seen),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
