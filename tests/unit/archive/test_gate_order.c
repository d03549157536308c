/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <zong/gate.h>

/* The number read on a page of 1000 dots that has @text between running text and @y. */
static unsigned int printed(const char *text, uint32_t y, unsigned int *ret_total)
{
	Zong__Reading reading = ZONG__READING__INIT;
	Zong__Line line = ZONG__LINE__INIT, body = ZONG__LINE__INIT, *lines[] = {&body, &line};
	Zong__Word words[8], *word[8], running = ZONG__WORD__INIT, *running_words[] = {&running};
	Zong__Box box = ZONG__BOX__INIT, middle = ZONG__BOX__INIT;
	char copy[256];
	char *save = NULL;
	unsigned int total, number;

	snprintf(copy, sizeof(copy), "%s", text);
	for (char *at = strtok_r(copy, " ", &save); at; at = strtok_r(NULL, " ", &save)) {
		zong__word__init(&words[line.n_words]);
		words[line.n_words].text = at;
		word[line.n_words] = &words[line.n_words];
		line.n_words++;
	}
	running.text = (char *)(uintptr_t) "见2024年合同第4页所载条款";
	body.words = running_words;
	body.n_words = 1;
	middle.y = 500;
	middle.height = 20;
	body.box = &middle;
	box.y = y;
	box.height = 20;
	line.words = word;
	line.box = &box;
	reading.height = 1000;
	reading.lines = lines;
	reading.n_lines = 2;
	number = zong_gate_printed(&reading, &total);
	if (ret_total)
		*ret_total = total;
	return number;
}

static void numbers_are_found_in_every_form(void **state)
{
	unsigned int total;

	(void)state;
	assert_int_equal(printed("第3页", 970, &total), 3);
	assert_int_equal(total, 0);
	assert_int_equal(printed("第 3 页 共 8 页", 970, &total), 3);
	assert_int_equal(total, 8);
	assert_int_equal(printed("第１２页", 970, NULL), 12);
	assert_int_equal(printed("买卖合同 第 5 页", 20, NULL), 5);
	assert_int_equal(printed("3/8", 970, &total), 3);
	assert_int_equal(total, 8);
	assert_int_equal(printed("- 3 -", 970, NULL), 3);
	assert_int_equal(printed("—14—", 10, NULL), 14);
	assert_int_equal(printed("第7页", 480, NULL), 7);
}

static void what_is_no_page_number_is_none(void **state)
{
	(void)state;
	assert_int_equal(printed("9/8", 970, NULL), 0);
	assert_int_equal(printed("3/8", 480, NULL), 0);
	assert_int_equal(printed("3/8/2024", 970, NULL), 0);
	assert_int_equal(printed("- 3", 970, NULL), 0);
	assert_int_equal(printed("2024", 970, NULL), 0);
	assert_int_equal(printed("第0页", 970, NULL), 0);
	assert_int_equal(printed("第12345页", 970, NULL), 0);
	assert_int_equal(printed("第三条", 970, NULL), 0);
	assert_int_equal(printed("第3页", 480, NULL), 3);
	assert_int_equal(printed("如第3页所示", 480, NULL), 0);
	assert_int_equal(printed("", 970, NULL), 0);
}

static void numbers_follow_by_one_or_begin_again(void **state)
{
	unsigned int expected;

	(void)state;
	assert_true(zong_gate_follows(3, 8, 4, 8, &expected));
	assert_false(zong_gate_follows(3, 8, 5, 8, &expected));
	assert_int_equal(expected, 4);
	assert_false(zong_gate_follows(3, 8, 2, 8, &expected));
	assert_false(zong_gate_follows(3, 8, 3, 8, &expected));
	assert_true(zong_gate_follows(8, 8, 1, 8, &expected));
	assert_true(zong_gate_follows(3, 0, 1, 0, &expected));
	assert_true(zong_gate_follows(3, 8, 1, 5, &expected));
	assert_false(zong_gate_follows(3, 8, 1, 8, &expected));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_found_in_every_form),
		cmocka_unit_test(what_is_no_page_number_is_none),
		cmocka_unit_test(numbers_follow_by_one_or_begin_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
