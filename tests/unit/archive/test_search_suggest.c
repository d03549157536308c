/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <zong/buffer.h>

#include "journal.h"
#include "sample_search.h"

static struct zong_buf told = ZONG_BUF_INIT(1 << 20);

static int forget_told(void **state)
{
	(void)state;
	zong_buf_release(&told);
	return 0;
}

/* kind:value -> what the box should hold, one a line; and that there are no more than may be. */
static const char *suggested_to(const struct zong_subject *who, const char *box)
{
	struct zong_suggestion *list;
	struct zong_err err;
	size_t found;

	zong_buf_clear(&told);
	assert_int_equal(
		zong_search_suggest(&sample.archive, who, box, true, &list, &found, &err), 0);
	assert_true(found <= ZONG_LIMIT_SUGGESTIONS);
	for (size_t i = 0; i < found; i++)
		zong_buf_add_format(&told, "%s|%s|%s\n", list[i].kind, list[i].value, list[i].q);
	zong_suggestions_free(list, found);
	return zong_buf_str(&told);
}

static const char *suggested(const char *box)
{
	struct zong_subject who = sample_subject(ZONG_ROLE_ARCHIVIST, "");

	return suggested_to(&who, box);
}

static void what_was_begun_is_completed(void **state)
{
	(void)state;
	assert_string_equal(suggested("20261125"), "case|202611250001|案件:202611250001\n");
	assert_string_equal(suggested("示例乙"), "party|示例乙公司|姓名:示例乙公司\n");
	assert_string_equal(suggested("370786001002"), "unit|" UNIT_C "|单元:" UNIT_C "\n");
	assert_string_equal(suggested("鲁(2018)昌邑市不动产权第0001"),
		"certificate|鲁(2018)昌邑市不动产权第0001012号|证号:鲁(2018)昌邑市不动产权第0001012"
		"号\n");
	/* By its tail. */
	assert_string_equal(suggested("1012"),
		"certificate|鲁(2018)昌邑市不动产权第0001012号|证号:鲁(2018)昌邑市不动产权第0001012"
		"号\n");
	assert_string_equal(suggested("没有这样的"), "");
}

static void the_last_word_is_completed_and_what_stands_before_it_stays(void **state)
{
	(void)state;
	assert_string_equal(suggested("合同 \"a b\" 示例乙"),
		"party|示例乙公司|合同 \"a b\" 姓名:示例乙公司\n");
	assert_string_equal(
		suggested("业务 姓名:示例乙"), "party|示例乙公司|业务 姓名:示例乙公司\n");
	assert_string_equal(suggested("案件:20261125"), "case|202611250001|案件:202611250001\n");
	assert_string_equal(suggested("案件:示例乙"), "");
	assert_string_equal(suggested("示例乙 "), "");
	assert_string_equal(suggested("-示例乙"), "");
	assert_string_equal(suggested("姓名:"), "");
	assert_string_equal(suggested(""), "");
	assert_string_equal(suggested("\""), "");
}

static void names_in_traditional_characters_are_completed_too(void **state)
{
	(void)state;
	sample_case(&sample, (struct sample_case){.no = "B-1", .party = "张国示例"});
	assert_string_equal(suggested("張國"), "party|张国示例|姓名:张国示例\n");
}

static void a_department_is_told_only_what_leads_to_what_it_may_see(void **state)
{
	struct zong_subject tax = sample_subject(ZONG_ROLE_DEPARTMENT, "tax");
	static const char *const hidden[] = {
		"2026", "示例", "370786", "鲁(2018)", "1012", "案件:2026", "姓名:示例"};

	(void)state;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		assert_string_equal(suggested_to(&tax, hidden[i]), "");
	sample_deliver(&sample, &id_copy, "tax", ZONG__DELIVERY_STATE__DELIVERY_DUE);
	assert_string_equal(suggested_to(&tax, "示例"), "party|示例乙公司|姓名:示例乙公司\n");
	assert_string_equal(suggested_to(&tax, "2026112"), "case|202611240002|案件:202611240002\n");
	assert_string_equal(suggested_to(&tax, "1012"),
		"certificate|鲁(2018)昌邑市不动产权第0001012号|证号:鲁(2018)昌邑市不动产权第0001012"
		"号\n");
	assert_string_equal(suggested_to(&tax, "012"), suggested_to(&tax, "1012"));
	assert_string_equal(
		suggested_to(&tax, "370786001001"), "unit|" UNIT_B "|单元:" UNIT_B "\n");
}

static void who_may_not_search_is_told_nothing(void **state)
{
	struct zong_subject administrator = sample_subject(ZONG_ROLE_ADMINISTRATOR, "");
	struct zong_subject who = sample_subject(ZONG_ROLE_ARCHIVIST, "");
	char longest[ZONG_LIMIT_QUERY + 2];
	struct zong_suggestion *list;
	struct zong_err err;
	size_t found;

	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(zong_search_suggest(&sample.archive, &administrator, "示例", true, &list,
				 &found, &err),
		ZONG_EFORBIDDEN);
	assert_int_equal(
		zong_search_suggest(&sample.archive, &who, longest, true, &list, &found, &err),
		ZONG_EQUERY);
	assert_int_equal(
		zong_search_suggest(&sample.archive, &who, "\xff", true, &list, &found, &err),
		ZONG_EQUERY);
	longest[ZONG_LIMIT_QUERY] = '\0';
	assert_string_equal(suggested(longest), "");
}

static void names_that_are_told_are_on_record(void **state)
{
	struct zong_iter iter;
	struct zong_txn *txn;
	size_t lines = 0;

	(void)state;
	assert_int_equal(
		zong_journal_open(sample.archive.store, ZONG_SECOND, &sample.archive.journal), 0);
	suggested("示例乙");
	suggested("没有这样的");
	zong_journal_close(sample.archive.journal);
	sample.archive.journal = NULL;
	assert_int_equal(zong_store_read_begin(sample.archive.store, &txn), 0);
	assert_int_equal(zong_iter_begin(&iter, txn, ZONG_TABLE_LOG, NULL, NULL, false), 0);
	while (zong_iter_next(&iter) == 0)
		lines += memmem(iter.value, iter.value_len,
				 "search/suggest=", strlen("search/suggest=")) != NULL;
	zong_iter_end(&iter);
	zong_txn_end(txn);
	assert_int_equal(lines, 1);
}

#define TEST(name) cmocka_unit_test_teardown(name, forget_told)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_begun_is_completed),
		TEST(the_last_word_is_completed_and_what_stands_before_it_stays),
		TEST(names_in_traditional_characters_are_completed_too),
		TEST(a_department_is_told_only_what_leads_to_what_it_may_see),
		TEST(who_may_not_search_is_told_nothing),
		TEST(names_that_are_told_are_on_record),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
