/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "draft.h"

static struct zong_arena arena;
static struct zong_draft draft;

static int setup(void **state)
{
	(void)state;
	draft = (struct zong_draft){.arena = &arena};
	return zong_draft_begin(&draft);
}

static int teardown(void **state)
{
	(void)state;
	zong_arena_release(&arena);
	return 0;
}

static void add(const char *text, float confidence, struct zong_box box)
{
	draft.reading.word[draft.reading.words++] =
		(struct zong_word){.text = text, .confidence = confidence, .box = box};
}

static void words_become_a_line_that_is_around_them(void **state)
{
	(void)state;
	add("存量房", 0.9f, (struct zong_box){100, 20, 90, 30});
	add("合同", 0.4f, (struct zong_box){200, 16, 60, 32});
	zong_draft_end_line(&draft, true, (struct zong_strip){1, 2, 3, 4});
	zong_draft_end_line(&draft, true, (struct zong_strip){1, 2, 3, 4});
	assert_int_equal(draft.reading.lines, 1);
	assert_int_equal(draft.reading.line[0].first, 0);
	assert_int_equal(draft.reading.line[0].count, 2);
	assert_int_equal(draft.reading.line[0].block, 0);
	assert_int_equal(draft.reading.line[0].box.x, 100);
	assert_int_equal(draft.reading.line[0].box.y, 16);
	assert_int_equal(draft.reading.line[0].box.width, 160);
	assert_int_equal(draft.reading.line[0].box.height, 34);
	assert_int_equal(draft.place[0].bottom, 4);
	assert_in_range((int)(draft.reading.line[0].confidence * 1000), 699, 701);
}

static void lines_know_their_block(void **state)
{
	const struct zong_box box = {0, 0, 1, 1};

	(void)state;
	add("一", 1, box);
	zong_draft_end_line(&draft, true, (struct zong_strip){0});
	add("二", 1, box);
	zong_draft_end_line(&draft, false, (struct zong_strip){0});
	add("三", 1, box);
	zong_draft_end_line(&draft, true, (struct zong_strip){0});
	assert_int_equal(draft.reading.line[1].block, 0);
	assert_int_equal(draft.reading.line[2].block, 1);
	assert_int_equal(draft.reading.line[2].first, 2);
}

static void han_and_characters_are_counted(void **state)
{
	const struct zong_word word[] = {{.text = "第3条"}, {.text = "GB"}};

	(void)state;
	assert_int_equal(zong_draft_han(word, 2), 2);
	assert_true(zong_draft_characters(word, 2) == 5);
	assert_int_equal(zong_draft_han(word, 0), 0);
	assert_true(zong_draft_confidence(word, 0) == 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(words_become_a_line_that_is_around_them),
		TEST(lines_know_their_block),
		TEST(han_and_characters_are_counted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
