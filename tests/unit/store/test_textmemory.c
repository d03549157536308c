/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "textmemory.h"

static struct zong_textmemory *memory;

static void put(const char *what, const char *text)
{
	assert_int_equal(zong_textmemory_put(memory, what, strlen(what), text, strlen(text)), 0);
}

static size_t ask(const char *words, struct zong_text_hit *hits, size_t max, bool *ret_cut)
{
	const struct zong_text_part part = {ZONG_TEXT_WORDS, words};
	const struct zong_text_query query = {&part, 1, false, ret_cut};
	size_t count, total;

	*ret_cut = false;
	assert_int_equal(zong_textmemory_ask(memory, &query, 0, max, hits, &count, &total), 0);
	return count;
}

static void assert_found(const char *words, const char *what)
{
	struct zong_text_hit hit;
	bool cut;

	assert_int_equal(ask(words, &hit, 1, &cut), what ? 1 : 0);
	assert_false(cut);
	if (what)
		assert_memory_equal(hit.what, what, strlen(what) + 1); /* zeros behind it */
}

static void what_is_put_again_or_taken_away_is_found_as_it_is_now(void **state)
{
	(void)state;
	assert_int_equal(zong_textmemory_new(ZONG_LIMIT_SEALED_TEXT, &memory), 0);
	put("a", "买卖合同");
	put("b", "抵押合同");
	assert_found("买卖", "a");
	put("a", "赠与合同");
	assert_found("买卖", NULL);
	assert_found("赠与", "a");
	assert_int_equal(zong_textmemory_delete(memory, "a", 1), 0);
	assert_int_equal(zong_textmemory_delete(memory, "none", 4), 0);
	assert_found("赠与", NULL);
	assert_found("合同", "b");
	put("c", "");
	put("d", "、。");
	assert_found("合同", "b");
	zong_textmemory_free(memory);
}

static void what_stands_there_often_in_little_text_comes_first_and_the_newest_of_equals(
	void **state)
{
	struct zong_text_hit hit[4];
	bool cut;

	(void)state;
	assert_int_equal(zong_textmemory_new(ZONG_LIMIT_SEALED_TEXT, &memory), 0);
	put("long", "合同 一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十");
	put("old", "合同 一二三四五");
	put("often", "合同 合同 合同 一");
	put("new", "合同 一二三四五");
	put("old", "合同 一二三四五");
	assert_int_equal(ask("合同", hit, 4, &cut), 4);
	assert_string_equal((char *)hit[0].what, "often");
	assert_string_equal((char *)hit[1].what, "new");
	assert_string_equal((char *)hit[2].what, "old");
	assert_string_equal((char *)hit[3].what, "long");
	assert_true(hit[0].score == 1 && hit[3].score < hit[1].score && hit[3].score > 0);
	zong_textmemory_free(memory);
}

#define PAGES 3000
#define LIMIT ((size_t)4 << 20)

/* Of some 2 KB each, more than there is room for. */
static void beyond_the_limit_the_oldest_are_forgotten_and_that_is_told(void **state)
{
	struct zong_buf text = ZONG_BUF_INIT(65536);
	struct zong_text_hit hit;
	char name[16];
	bool cut;

	(void)state;
	assert_int_equal(zong_textmemory_new(LIMIT, &memory), 0);
	for (int i = 0; i < PAGES; i++) {
		zong_buf_clear(&text);
		zong_buf_add_format(&text, "号%07d ", i);
		for (int j = 0; j < 650; j++)
			zong_buf_add_str(&text, "文");
		snprintf(name, sizeof(name), "%d", i);
		put(name, zong_buf_str(&text));
		if (i == 10) {
			assert_int_equal(ask("号0000000", &hit, 1, &cut), 1);
			assert_false(cut);
		}
	}
	assert_int_equal(ask("号0002999", &hit, 1, &cut), 1);
	assert_true(cut);
	assert_int_equal(ask("号0001600", &hit, 1, &cut), 1);
	assert_int_equal(ask("号0000000", &hit, 1, &cut), 0);
	assert_true(cut);
	/* One that is larger than the limit is there by itself. */
	zong_buf_release(&text);
	zong_buf_init(&text, 8 << 20);
	for (int j = 0; j < 600000; j++)
		zong_buf_add_str(&text, "文 a");
	zong_textmemory_free(memory);
	assert_int_equal(zong_textmemory_new(LIMIT / 4, &memory), 0);
	put("small", "书");
	put("large", zong_buf_str(&text));
	assert_int_equal(ask("文", &hit, 1, &cut), 1);
	assert_int_equal(ask("书", &hit, 1, &cut), 0);
	assert_true(cut);
	put("small", "书");
	assert_int_equal(ask("书", &hit, 1, &cut), 1);
	zong_buf_release(&text);
	zong_textmemory_free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_again_or_taken_away_is_found_as_it_is_now),
		cmocka_unit_test(
			what_stands_there_often_in_little_text_comes_first_and_the_newest_of_equals),
		cmocka_unit_test(beyond_the_limit_the_oldest_are_forgotten_and_that_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
