/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "textterm.h"

static int add_posting(void *ctx, const char *term, size_t len, uint32_t position)
{
	struct zong_buf *buf = ctx;

	if (buf->len > 0)
		zong_buf_add_char(buf, ' ');
	zong_buf_add(buf, term, len);
	return zong_buf_add_format(buf, "@%u", position);
}

static int add_term(void *ctx, const char *term, size_t len, uint32_t at)
{
	struct zong_buf *buf = ctx;

	if (buf->len > 0)
		zong_buf_add_str(buf, at == 0 ? " | " : " ");
	return zong_buf_add(buf, term, len);
}

static int add_phrase(void *ctx, const struct zong_textterm_phrase *phrase)
{
	return zong_textterm_phrase_terms(phrase, ZONG_TEXTTERM_ALL, add_term, ctx);
}

static int add_term_at(void *ctx, const char *term, size_t len, uint32_t at)
{
	struct zong_buf *buf = ctx;

	zong_buf_add_format(buf, "%s%u", buf->len ? " " : "", at);
	return zong_buf_add(buf, term, len);
}

/* The terms with each token in turn left out, and what is told of the phrase. */
static int add_gaps(void *ctx, const struct zong_textterm_phrase *phrase)
{
	struct zong_buf *buf = ctx;

	for (size_t i = 0; i < phrase->count; i++) {
		zong_textterm_phrase_terms(phrase, i, add_term_at, buf);
		zong_buf_add_str(buf, " /");
	}
	return zong_buf_add_format(buf, " %zu of %zu%s", phrase->grams, phrase->count,
		phrase->quoted ? " quoted" : "");
}

static void assert_document(struct fixture *f, const char *text, const char *expected)
{
	zong_buf_clear(&f->bytes);
	assert_int_equal(zong_textterm_document(text, strlen(text), add_posting, &f->bytes), 0);
	assert_string_equal(zong_buf_str(&f->bytes), expected);
}

static void assert_query(struct fixture *f, const char *query, const char *expected)
{
	zong_buf_clear(&f->bytes);
	assert_int_equal(zong_textterm_phrases(query, strlen(query), add_phrase, &f->bytes), 0);
	assert_string_equal(zong_buf_str(&f->bytes), expected);
}

static void a_text_is_characters_pairs_and_words_with_their_places(void **state)
{
	struct fixture *f = *state;

	assert_document(f, "自然资源", "自@1 自然@1 然@2 然资@2 资@3 资源@3 源@4");
	assert_document(f, "Hello WORLD 2018", "hello@1 world@2 2018@3");
	assert_document(f, "鲁(2018)昌邑", "鲁@1 2018@2 昌@3 昌邑@3 邑@4");
	assert_document(f, "", "");
	assert_document(f, " \n\t　", "");
}

static void blanks_and_line_breaks_between_han_do_not_matter(void **state)
{
	struct fixture *f = *state;

	assert_document(f, "自 然\n资　源", "自@1 自然@1 然@2 然资@2 资@3 资源@3 源@4");
}

static void punctuation_keeps_two_han_from_being_a_pair(void **state)
{
	struct fixture *f = *state;

	assert_document(f, "然，资", "然@1 资@2");
	assert_document(f, "然。资", "然@1 资@2");
	assert_document(f, "然A资", "然@1 a@2 资@3");
}

static void full_width_and_traditional_are_folded(void **state)
{
	struct fixture *f = *state;

	assert_document(f, "２０１８ＡＢｃ", "2018abc@1");
	assert_document(f, "國土後裡", "国@1 国土@1 土@2 土后@2 后@3 后里@3 里@4");
}

static void bytes_that_are_no_text_do_no_harm(void **state)
{
	struct fixture *f = *state;

	assert_document(f, "自\xff\xfe然\xe8\xb5", "自@1 然@2");
	fixture_noise(&f->more, 100000, 1);
	assert_int_equal(zong_textterm_document(
				 (const char *)f->more.data, f->more.len, add_posting, &f->bytes),
		0);
}

static void a_long_word_is_several_terms(void **state)
{
	struct fixture *f = *state;
	char word[151];

	memset(word, 'a', sizeof(word) - 1);
	word[150] = '\0';
	zong_buf_clear(&f->bytes);
	assert_int_equal(zong_textterm_document(word, 150, add_posting, &f->bytes), 0);
	assert_int_equal(f->bytes.len, 150 + 3 * 2 + 2);
	zong_buf_clear(&f->bytes);
	assert_int_equal(zong_textterm_phrases(word, 150, add_phrase, &f->bytes), 0);
	assert_int_equal(f->bytes.len, 150 + 2); /* one phrase of three */
}

static void a_query_is_phrases_of_the_same_terms(void **state)
{
	struct fixture *f = *state;

	assert_query(f, "自然资源", "自然 然资 资源");
	assert_query(f, "局", "局");
	assert_query(f, "自然 资源", "自然 | 资源");
	assert_query(f, "自然，资源；局", "自然 | 资源 | 局");
	assert_query(f, "第0000001号", "第 0000001 号");
	assert_query(f, "第００１号", "第 001 号");
	assert_query(f, "鲁（2018）昌邑市", "鲁 2018 昌邑 邑市");
	assert_query(f, "Hello World", "hello | world");
	assert_query(f, "\"Hello World\" x", "hello world | x");
	assert_query(f, "“自然 资源”", "自然 然资 资源");
	assert_query(f, "\"自然\"资源", "自然 | 资源");
	assert_query(f, "\"自然，资源\"", "自然 然 资源");
	assert_query(f, "\"open", "open");
}

static void assert_gaps(struct fixture *f, const char *query, const char *expected)
{
	zong_buf_clear(&f->bytes);
	assert_int_equal(zong_textterm_phrases(query, strlen(query), add_gaps, &f->bytes), 0);
	assert_string_equal(zong_buf_str(&f->bytes), expected);
}

static void one_token_may_be_left_out_with_its_pairs(void **state)
{
	struct fixture *f = *state;

	assert_gaps(f, "自然资源", "1然资 2资源 / 0自 2资源 / 0自然 3源 / 0自然 1然资 / 4 of 4");
	assert_gaps(f, "\"第12 号\"", "112 2号 / 0第 2号 / 0第 112 / 2 of 3 quoted");
	assert_gaps(f, "局", " / 1 of 1");
}

static void what_has_no_term_is_no_query(void **state)
{
	struct fixture *f = *state;
	char text[ZONG_LIMIT_QUERY + 2];

	assert_int_equal(zong_textterm_phrases("", 0, add_phrase, &f->bytes), ZONG_EQUERY);
	assert_int_equal(
		zong_textterm_phrases(" ，\"\" ()", 9, add_phrase, &f->bytes), ZONG_EQUERY);
	memset(text, 'x', sizeof(text));
	assert_int_equal(zong_textterm_phrases(text, ZONG_LIMIT_QUERY, add_phrase, &f->bytes), 0);
	assert_int_equal(zong_textterm_phrases(text, ZONG_LIMIT_QUERY + 1, add_phrase, &f->bytes),
		ZONG_ELIMIT);
}

static int refuse(void *ctx, const char *term, size_t len, uint32_t position)
{
	(void)ctx;
	(void)term;
	(void)len;
	return position == 2 ? -77 : 0;
}

static void the_sink_ends_the_walk(void **state)
{
	(void)state;
	assert_int_equal(zong_textterm_document("a b c", 5, refuse, NULL), -77);
	assert_int_equal(zong_textterm_document("a", 1, refuse, NULL), 0);
}

struct standing {
	const char *text, *phrase; /* one phrase */
	bool stands;
	size_t without; /* + 1; 0: none */
	bool begins;
};

static const struct standing *standing;
static struct zong_buf canon;

static int look_for(void *ctx, const struct zong_textterm_phrase *phrase)
{
	bool stands = zong_textterm_stands((const char *)canon.data, canon.len, phrase,
		standing->without ? standing->without - 1 : ZONG_TEXTTERM_ALL, standing->begins);

	(void)ctx;
	if (stands != standing->stands)
		fail_msg("%s in %s: %d", standing->phrase, standing->text, stands);
	return 0;
}

static void a_phrase_is_found_again_in_the_canon(void **state)
{
	static const struct standing samples[] = {
		{"昌邑市自然资源局", "自然资源", true, 0, false},
		{"昌邑市自然 资\n源局", "自然资源", true, 0, false},
		{"资源自然", "自然资源", false, 0, false},
		{"自然、资源", "自然资源", false, 0, false},
		{"自然、资源", "\"自然，资源\"", true, 0, false},
		{"自然资源", "\"自然，资源\"", true, 0, false},
		{"第0000001号文件", "第0000001号", true, 0, false},
		{"第 0000001 号", "第0000001号", true, 0, false},
		{"第00000012号", "第0000001号", false, 0, false},
		{"第10000001号", "0000001号", false, 0, false},
		{"A1b2 编号", "a1b2", true, 0, false},
		{"b a c", "\"a c\"", true, 0, false},
		{"b a xc", "\"a c\"", false, 0, false},
		{"ba c", "\"a c\"", false, 0, false},
		{"国家版權", "国家版权", true, 0, false},
		{"", "国家", false, 0, false},
		/* one of them another: a character, a word, a mark; not none */
		{"昌邑市自燃资源局", "自然资源", true, 2, false},
		{"昌邑市自7资源局", "自然资源", true, 2, false},
		{"昌邑市自、资源局", "自然资源", true, 2, false},
		{"昌邑市自资源局", "自然资源", false, 2, false},
		{"目然资源", "自然资源", true, 1, false},
		{"然资源", "自然资源", false, 1, false},
		{"自然资原", "自然资源", true, 4, false},
		{"自然资", "自然资源", false, 4, false},
		{"自燃资原", "自然资源", false, 2, false},
		/* the last one only begins so */
		{"合同2024年", "合同20", true, 0, true},
		{"合同1920年", "合同20", false, 0, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		standing = &samples[i];
		zong_buf_init(&canon, 1000);
		assert_int_equal(
			zong_textterm_canon(standing->text, strlen(standing->text), &canon), 0);
		assert_int_equal(zong_textterm_phrases(standing->phrase, strlen(standing->phrase),
					 look_for, NULL),
			0);
		zong_buf_release(&canon);
	}
}

static void a_canon_within_its_room_is_whole_or_refused(void **state)
{
	(void)state;
	zong_buf_init(&canon, 10);
	assert_int_equal(
		zong_textterm_canon("自然资源局", strlen("自然资源局"), &canon), ZONG_ELIMIT);
	zong_buf_release(&canon);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_closed, fixture_teardown)
		TEST(a_text_is_characters_pairs_and_words_with_their_places),
		TEST(blanks_and_line_breaks_between_han_do_not_matter),
		TEST(punctuation_keeps_two_han_from_being_a_pair),
		TEST(full_width_and_traditional_are_folded),
		TEST(bytes_that_are_no_text_do_no_harm),
		TEST(a_long_word_is_several_terms),
		TEST(a_query_is_phrases_of_the_same_terms),
		TEST(one_token_may_be_left_out_with_its_pairs),
		TEST(what_has_no_term_is_no_query),
		TEST(the_sink_ends_the_walk),
		cmocka_unit_test(a_phrase_is_found_again_in_the_canon),
		cmocka_unit_test(a_canon_within_its_room_is_whole_or_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
