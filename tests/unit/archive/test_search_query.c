/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>

#include "sample_reading.h"
#include "search_query.h"

static struct zong_arena arena;
static struct zong_query query;
static struct zong_cells cells;
static Zong__Reading *reading;

static int forget(void **state)
{
	(void)state;
	zong_cells_release(&cells);
	sample_free(reading);
	reading = NULL;
	zong_arena_release(&arena);
	return 0;
}

static int parse(struct zong_search search)
{
	struct zong_err err;

	zong_arena_release(&arena);
	return zong_query_parse(&search, &arena, &query, &err);
}

static void words(const char *text)
{
	assert_int_equal(parse((struct zong_search){.words = text}), 0);
}

/* Does the query as asked hold on this page. */
static bool holds(const char *asked, const char *page)
{
	words(asked);
	zong_cells_release(&cells);
	sample_free(reading);
	reading = sample_reading(page);
	assert_int_equal(zong_cells_init(&cells, reading), 0);
	return zong_query_holds(&query, &cells, false);
}

static void words_are_split_as_the_index_splits_them(void **state)
{
	static const struct {
		const char *text;
		size_t phrases, first;
	} cases[] = {{"自然资源", 1, 4}, {"自然 资源", 2, 2}, {"自然，资源", 2, 2},
		{"\"自然 资源\"", 1, 4}, {"a b\"c d\"e", 4, 1}, {"第0000001号", 1, 9},
		{"自然-资源", 1, 4}, {"。", 0, 0}, {"\"", 0, 0}, {"　自然　", 1, 2}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		words(cases[i].text);
		assert_int_equal(query.phrases, cases[i].phrases);
		if (cases[i].phrases)
			assert_int_equal(query.phrase[0].len, cases[i].first);
	}
}

static void a_phrase_is_found_over_blanks_lines_and_widths(void **state)
{
	(void)state;
	assert_true(holds("自然资源", "昌|邑 自 然|资\n源 局"));
	assert_true(holds("自然资源", "自然，资源"));
	assert_true(holds("ABC", "x ａｂｃ y"));
	assert_true(holds("第0000001号", "第|0000001|号"));
	assert_true(holds("2018年", "（2018）年"));
	assert_true(holds("\"land use\"", "the Land\nuse plan"));
	assert_true(holds("use land", "land use"));
	assert_false(holds("\"use land\"", "land use"));
	assert_false(holds("自然源", "自然资源"));
	assert_false(holds("自然 没有", "自然资源"));
}

static void a_word_is_a_whole_word(void **state)
{
	(void)state;
	assert_false(holds("201", "2018"));
	assert_false(holds("018", "2018"));
	assert_false(holds("2018", "20 18"));
	assert_false(holds("\"20 18\"", "2018"));
	assert_true(holds("\"20 18\"", "20-18"));
	assert_true(holds("2018", "20|18")); /* two words of OCR without a blank are one word */
	assert_true(holds("2018", "在2018年"));
}

static void the_box_may_be_a_code_a_number_or_a_name(void **state)
{
	(void)state;
	words(" 202611240001 ");
	assert_string_equal(query.words, "202611240001");
	assert_string_equal(query.words_case_no, "202611240001");
	assert_int_equal(query.words_unit.len, 12);
	assert_true(query.words_cert.given && query.words_cert.tail);
	words("鲁（2018）昌邑市不动产权第0000001号");
	assert_true(query.words_cert.given && !query.words_cert.tail);
	assert_int_equal(query.words_unit.len, 0);
	words("昌房权证字第123号");
	assert_true(query.words_cert.given);
	words("2018年合同");
	assert_false(query.words_cert.given);
	words("12");
	assert_false(query.words_cert.given);
	words("示例 甲");
	assert_string_equal(query.words_party.name, "示例甲");
	assert_string_equal(query.words_case_no, "");
	words("甲");
	assert_string_equal(query.words_party.name, "");
	words("11010519491231002x");
	assert_string_equal(query.words_party.idno, "11010519491231002X");
}

static void members_are_taken_in_their_normal_form(void **state)
{
	(void)state;
	assert_int_equal(parse((struct zong_search){.case_no = "２０２６",
				 .parcel = "370786 001",
				 .cert = "00012",
				 .party = "示例 甲",
				 .words = ""}),
		0);
	assert_null(query.words);
	assert_string_equal(query.case_no, "2026");
	assert_string_equal(query.unit.text, "370786001");
	assert_true(query.cert.tail);
	assert_string_equal(query.cert.digits, "00012");
	assert_string_equal(query.party.name, "示例甲");
}

static void what_cannot_be_is_refused(void **state)
{
	(void)state;
	assert_int_equal(parse((struct zong_search){0}), ZONG_EQUERY);
	assert_int_equal(parse((struct zong_search){.words = "  "}), ZONG_EQUERY);
	assert_int_equal(parse((struct zong_search){.words = "\xC0\x80"}), ZONG_EQUERY);
	assert_int_equal(parse((struct zong_search){.words = "a", .parcel = "xyz"}), ZONG_EQUERY);
	assert_int_equal(parse((struct zong_search){.words = "a", .cert = "x"}), ZONG_EQUERY);
	assert_int_equal(parse((struct zong_search){.words = "a", .case_no = "/"}), ZONG_EQUERY);
	assert_int_equal(parse((struct zong_search){.words = "a", .party = " "}), ZONG_EQUERY);
}

static void the_mark_tells_queries_apart(void **state)
{
	uint8_t mark[8];

	(void)state;
	assert_int_equal(parse((struct zong_search){.words = "12"}), 0);
	memcpy(mark, query.mark, sizeof(mark));
	assert_int_equal(parse((struct zong_search){.words = "12", .max = 7}), 0);
	assert_memory_equal(mark, query.mark, sizeof(mark));
	assert_int_equal(parse((struct zong_search){.cert = "12"}), 0);
	assert_memory_not_equal(mark, query.mark, sizeof(mark));
	assert_int_equal(parse((struct zong_search){.words = "1"}), 0);
	assert_memory_not_equal(mark, query.mark, sizeof(mark));
}

static void a_certificate_is_wished_whole_begun_or_by_its_tail(void **state)
{
	static const char cert[] = "鲁（2018）昌邑市不动产权第0001012号";
	static const struct {
		const char *wish;
		bool wished;
	} cases[] = {{"鲁(2018)昌邑市不动产权第0001012号", true},
		{"鲁(2018)昌邑市不动产权第0001", true},
		{"鲁(2018)昌邑市不动产权第0001013号", false}, {"12", true}, {"012", true},
		{"1012", true}, {"01012", true}, {"0001012", true}, {"2012", false},
		{"0012", false}, {"91012", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(parse((struct zong_search){.cert = cases[i].wish}), 0);
		assert_int_equal(zong_cert_wished(&query.cert, cert), cases[i].wished);
	}
	assert_false(zong_cert_wished(&query.cert, "无号"));
}

static void a_party_is_wished_by_the_beginning_of_the_name_or_the_whole_number(void **state)
{
	(void)state;
	assert_int_equal(parse((struct zong_search){.party = "示例"}), 0);
	assert_true(zong_party_wished(&query.party, "示 例 甲", ""));
	assert_false(zong_party_wished(&query.party, "甲示例", ""));
	assert_int_equal(parse((struct zong_search){.party = "張國"}), 0);
	assert_string_equal(query.party.name, "張國");
	assert_true(zong_party_wished(&query.party, "张国示例", ""));
	assert_int_equal(parse((struct zong_search){.party = "张国"}), 0);
	assert_true(zong_party_wished(&query.party, "張國示例", ""));
	assert_int_equal(parse((struct zong_search){.party = "11010519491231002x"}), 0);
	assert_true(zong_party_wished(&query.party, "甲", "11010519491231002X"));
	assert_false(zong_party_wished(&query.party, "甲", "110105194912310021"));
	assert_false(zong_party_wished(&query.party, "甲", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(words_are_split_as_the_index_splits_them, forget),
		cmocka_unit_test_teardown(a_phrase_is_found_over_blanks_lines_and_widths, forget),
		cmocka_unit_test_teardown(a_word_is_a_whole_word, forget),
		cmocka_unit_test_teardown(the_box_may_be_a_code_a_number_or_a_name, forget),
		cmocka_unit_test_teardown(members_are_taken_in_their_normal_form, forget),
		cmocka_unit_test_teardown(what_cannot_be_is_refused, forget),
		cmocka_unit_test_teardown(the_mark_tells_queries_apart, forget),
		cmocka_unit_test_teardown(
			a_certificate_is_wished_whole_begun_or_by_its_tail, forget),
		cmocka_unit_test_teardown(
			a_party_is_wished_by_the_beginning_of_the_name_or_the_whole_number, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
