/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "textindex.h"
#include "textmemory.h"
#include "textsearch.h"
#include "textterm.h"

static struct fixture *f;
static struct zong_textindex *text_index;
static struct zong_textsearch *search;
static struct zong_textmemory *memory; /* the same texts, as a sealed archive has them */

static int setup(void **state)
{
	struct zong_id archive;
	char dir[160];
	uint64_t change;
	int r = fixture_setup_closed(state);

	if (r)
		return r;
	f = *state;
	snprintf(dir, sizeof(dir), "%s/text", f->dir);
	zong_id_new(&archive);
	r = zong_textindex_open(dir, &archive, 0, &text_index, &change);
	if (!r)
		r = zong_textmemory_new(ZONG_LIMIT_SEALED_TEXT, &memory);
	return r ? r : zong_textsearch_new(dir, &search);
}

static int teardown(void **state)
{
	zong_textindex_close(text_index);
	zong_textsearch_free(search);
	zong_textmemory_free(memory);
	memory = NULL;
	text_index = NULL;
	search = NULL;
	return fixture_teardown(state);
}

static void put(const char *what, const char *text)
{
	assert_int_equal(zong_textindex_put(text_index, what, strlen(what), text, strlen(text)), 0);
	assert_int_equal(zong_textmemory_put(memory, what, strlen(what), text, strlen(text)), 0);
}

static void commit(void)
{
	assert_int_equal(zong_textindex_commit(text_index, 1), 0);
}

static int by_what(const void *a, const void *b)
{
	const struct zong_text_hit *one = a, *other = b;
	int order = memcmp(one->what, other->what, sizeof(one->what));

	return order ? order : (int)one->what_len - (int)other->what_len;
}

#define HITS 400

/* Of the index, when the memory has told the same. */
static int ask(const struct zong_text_query *query, size_t max, struct zong_text_hit *ret_hits,
	size_t *ret_count, size_t *ret_total)
{
	static struct zong_text_hit hits[HITS];
	size_t count = 0, total = 0;
	bool cut = false;
	struct zong_text_query asked = *query;
	int code = zong_textsearch_ask(search, query, 0, max, ret_hits, ret_count, ret_total);
	int other;

	assert_true(max <= HITS);
	asked.ret_cut = &cut;
	other = zong_textmemory_ask(memory, &asked, 0, max, hits, &count, &total);
	assert_false(cut);
	if (code == ZONG_ELIMIT) { /* which is the index's alone */
		assert_int_equal(other, 0);
		return code;
	}
	assert_int_equal(other, code);
	if (code || max < 2)
		return code;
	assert_int_equal(count, *ret_count);
	assert_int_equal(total, *ret_total);
	qsort(ret_hits, count, sizeof(*ret_hits), by_what);
	qsort(hits, count, sizeof(*hits), by_what);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(by_what(&ret_hits[i], &hits[i]), 0);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What is found, by name, parted by blanks. */
static void assert_asked(const struct zong_text_query *query, const char *expected)
{
	struct zong_text_hit hits[20];
	char names[20][16];
	char *sorted[20];
	size_t count, total;

	assert_int_equal(ask(query, 20, hits, &count, &total), 0);
	for (size_t i = 0; i < count; i++) {
		snprintf(names[i], sizeof(names[i]), "%.*s", (int)hits[i].what_len,
			(const char *)hits[i].what);
		sorted[i] = names[i];
	}
	qsort(sorted, count, sizeof(*sorted), by_name);
	zong_buf_clear(&f->bytes);
	for (size_t i = 0; i < count; i++)
		zong_buf_add_format(&f->bytes, "%s%s", i ? " " : "", sorted[i]);
	assert_string_equal(zong_buf_str(&f->bytes), expected);
}

static void assert_alike(const char *words, const char *expected)
{
	const struct zong_text_part part = {ZONG_TEXT_WORDS, words};

	assert_asked(&(struct zong_text_query){&part, 1, true, NULL}, expected);
}

static void assert_begins(const char *beginning, const char *expected)
{
	const struct zong_text_part part = {ZONG_TEXT_BEGINS, beginning};

	assert_asked(&(struct zong_text_query){&part, 1, false, NULL}, expected);
}

static void what_must_not_stand_there_is_left_out(void **state)
{
	static const struct zong_text_part parts[] = {{ZONG_TEXT_WORDS, "合同"},
		{ZONG_TEXT_WITHOUT, "抵押"}, {ZONG_TEXT_WITHOUT, "\"a b\""}};
	struct zong_text_hit hit;
	size_t count, total;

	(void)state;
	put("a", "买卖合同");
	put("b", "抵押合同");
	put("c", "合同 a b");
	put("d", "合同 b a");
	commit();
	assert_asked(&(struct zong_text_query){parts, 3, false, NULL}, "a d");
	assert_asked(&(struct zong_text_query){parts, 2, false, NULL}, "a c d");
	/* Nothing but what must not be there is no question. */
	assert_int_equal(
		ask(&(struct zong_text_query){parts + 1, 2, false, NULL}, 1, &hit, &count, &total),
		ZONG_EQUERY);
}

static void the_beginning_of_a_word_stands_for_the_word(void **state)
{
	(void)state;
	put("a", "编号 A-20240001");
	put("b", "编号 A-20240002");
	put("c", "编号 B-20240003");
	put("d", "编号 A-2025");
	put("e", "编号 20240004年");
	commit();
	assert_begins("2024", "a b c e");
	assert_begins("a-2024", "a b");
	assert_begins("20240002", "b");
	assert_begins("024", "");
	/* Of Han the beginning is a phrase as any. */
	assert_begins("编", "a b c d e");
	assert_begins("第 2025", "");
	assert_begins("编号 2025", "d");
}

static void a_beginning_that_too_many_words_have_is_refused(void **state)
{
	const struct zong_text_part parts[] = {{ZONG_TEXT_BEGINS, "7"}, {ZONG_TEXT_BEGINS, "号7"}};
	struct zong_text_hit hit;
	size_t count, total;
	char text[32];

	(void)state;
	for (int i = 0; i <= ZONG_LIMIT_BEGINNINGS / 10; i++) {
		snprintf(text, sizeof(text), "号7%07d", i);
		put(text, text);
	}
	commit();
	assert_int_equal(
		ask(&(struct zong_text_query){parts, 1, false, NULL}, 1, &hit, &count, &total), 0);
	assert_int_equal(count, 1);
	assert_int_equal(
		ask(&(struct zong_text_query){parts + 1, 1, false, NULL}, 1, &hit, &count, &total),
		ZONG_ELIMIT);
	assert_begins("号7000050", "号70000500");
}

static void one_other_character_is_a_candidate_wherever_it_stands(void **state)
{
	(void)state;
	put("exact", "昌邑市自然资源局");
	put("first", "昌邑市目然资源局");
	put("second", "昌邑市自燃资源局");
	put("third", "昌邑市自然货源局");
	put("last", "昌邑市自然资原局");
	put("two", "昌邑市目然资原局");
	put("mark", "昌邑市自、资源局");
	put("other", "资源自然");
	commit();
	assert_alike("自然资源", "first last mark second third");
	/* Not what is quoted, and not what is short. */
	assert_alike("\"自然资源\"", "");
	assert_alike("自然资", "");
	/* In each of two phrases. */
	assert_alike("自然资源 昌邑市目", "exact first last mark second third");
}

static void numbers_in_a_phrase_are_not_replaced(void **state)
{
	(void)state;
	put("a", "昌邑市第12号文件");
	put("b", "昌邑市第13号文件");
	put("c", "昌邑市弟12号文件");
	commit();
	assert_alike("邑市第12号文", "c");
}

static void of_a_long_phrase_one_half_must_stand_there(void **state)
{
	static const char phrase[] = "申请人应当提交下列材料并且对其真实性负责任";

	(void)state;
	put("a", "申请人应当提交下列材料并且对其真实性负责任");
	put("b", "申清人应当提交下列材料并且对其真实性负责任");
	put("c", "申请人应当提交下列材料并且对其真实性负责住");
	put("d", "申清人应当提交下列材料并且对其真实性负责住");
	commit();
	assert_alike(phrase, "b c");
}

#define TEXTS HITS
#define TOKENS 40
#define PHRASES 600

static uint32_t seed = 1;

static uint32_t random_below(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

/* Of few characters, so that all pairs of a phrase are often there and the phrase is not. */
static void random_text(struct zong_buf *text, uint32_t tokens, bool marks)
{
	static const char *const some[] = {"甲", "乙", "丙", "丁", "甲", "乙", "丙", "丁", " 12 ", " ab "};
	static const char *const mark[] = {"、", "\n", "（", "-"};

	zong_buf_clear(text);
	for (uint32_t i = 0; i < tokens; i++) {
		zong_buf_add_str(text, some[random_below(sizeof(some) / sizeof(some[0]))]);
		if (marks && random_below(6) == 0)
			zong_buf_add_str(text, mark[random_below(sizeof(mark) / sizeof(mark[0]))]);
	}
}

struct expected {
	const char *canon;
	size_t len;
	bool exactly, alike;
};

/* By looking at each place of the text, as the index does not. */
static int look(void *ctx, const struct zong_textterm_phrase *phrase)
{
	struct expected *expected = ctx;

	expected->exactly = zong_textterm_stands(
		expected->canon, expected->len, phrase, ZONG_TEXTTERM_ALL, false);
	for (size_t i = 0; i < phrase->count && phrase->grams >= ZONG_TEXT_ALIKE_LEAST; i++)
		if (phrase->token[i].gram && !expected->exactly &&
			zong_textterm_stands(expected->canon, expected->len, phrase, i, false))
			expected->alike = true;
	return 0;
}

static void assert_all_found(const char *words, struct zong_buf *canon, bool alike)
{
	const struct zong_text_part part = {ZONG_TEXT_WORDS, words};
	static struct zong_text_hit hits[TEXTS];
	bool there[TEXTS] = {false};
	size_t count, total;

	assert_int_equal(
		ask(&(struct zong_text_query){&part, 1, alike, NULL}, TEXTS, hits, &count, &total),
		0);
	assert_int_equal(total, count);
	for (size_t i = 0; i < count; i++)
		there[strtoul((char *)hits[i].what, NULL, 10)] = true;
	for (size_t i = 0; i < TEXTS; i++) {
		struct expected expected = {.canon = zong_buf_str(&canon[i]), .len = canon[i].len};

		assert_int_equal(zong_textterm_phrases(words, strlen(words), look, &expected), 0);
		if (there[i] != (alike ? expected.alike : expected.exactly))
			fail_msg("%s %s in %s", words, there[i] ? "is not" : "is", zong_buf_str(&canon[i]));
	}
}

static void every_phrase_is_found_in_every_text_that_has_it_and_in_no_other(void **state)
{
	static struct zong_buf canon[TEXTS];
	struct zong_buf text = ZONG_BUF_INIT(4096);
	char name[16];

	(void)state;
	for (size_t i = 0; i < TEXTS; i++) {
		zong_buf_init(&canon[i], 4096);
		random_text(&text, 1 + random_below(TOKENS), true);
		assert_int_equal(zong_textterm_canon(zong_buf_str(&text), text.len, &canon[i]), 0);
		snprintf(name, sizeof(name), "%zu", i);
		put(name, zong_buf_str(&text));
	}
	commit();
	for (size_t i = 0; i < PHRASES; i++) {
		struct zong_buf words = ZONG_BUF_INIT(4096);

		random_text(&text, 1 + random_below(7), i % 2 == 0);
		zong_buf_add_format(&words, "\"%s\"", zong_buf_str(&text));
		assert_all_found(zong_buf_str(&words), canon, false);
		zong_buf_release(&words);
		if (!strpbrk(zong_buf_str(&text), " \n") && !strstr(zong_buf_str(&text), "、"))
			assert_all_found(zong_buf_str(&text), canon, true);
	}
	zong_buf_release(&text);
	for (size_t i = 0; i < TEXTS; i++)
		zong_buf_release(&canon[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(what_must_not_stand_there_is_left_out),
		TEST(the_beginning_of_a_word_stands_for_the_word),
		TEST(a_beginning_that_too_many_words_have_is_refused),
		TEST(one_other_character_is_a_candidate_wherever_it_stands),
		TEST(numbers_in_a_phrase_are_not_replaced),
		TEST(of_a_long_phrase_one_half_must_stand_there),
		TEST(every_phrase_is_found_in_every_text_that_has_it_and_in_no_other),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
