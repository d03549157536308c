/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_search.h"

/* The whole search by what may stand in the one box besides words. */

static void operators_narrow_what_the_words_find(void **state)
{
	(void)state;
	find((struct zong_search){.words = "业务 案件:202611240002"});
	assert_int_equal(count, 1);
	hit_of(&id_copy, 1);
	find((struct zong_search){.words = "业务 -案件:202611240002"});
	assert_int_equal(count, 1);
	hit_of(&letter, 2);
	find((struct zong_search){.words = "业务 -身份证明"});
	assert_int_equal(count, 1);
	find((struct zong_search){.words = "业务 -号码"});
	assert_int_equal(count, 1);
	hit_of(&letter, 2);
	find((struct zong_search){.words = "示例 类型:合同"});
	assert_int_equal(count, 2); /* its names, and its first page */
	hit_of(&contract, 1);
	find((struct zong_search){.words = "类型:合同"});
	assert_int_equal(count, 1);
	assert_string_equal(hit_of(&contract, 0)->why, "filter");
	find((struct zong_search){.words = "业务", .from = "2999"});
	assert_int_equal(count, 0);
	find((struct zong_search){.words = "12:30"});
	assert_int_equal(count, 0);
	find((struct zong_search){.words = "业务", .to = "2999", .kind = "转移"});
	assert_int_equal(count, 2);
	find((struct zong_search){.words = "GB000*"});
	assert_int_equal(hit_of(&contract, 2)->page, 2);
}

static void traditional_and_simplified_are_one_and_the_page_stays_as_it_is(void **state)
{
	struct zong_id old;

	(void)state;
	old = sample_material(&sample,
		(struct sample_material){
			.case_no = "202611240002", .title = "舊契", .page = {"買賣房屋後 ＡＢ"}});
	find((struct zong_search){.words = "买卖房屋后 ab"});
	assert_int_equal(count, 1);
	assert_string_equal(hit_of(&old, 1)->snippet, ON "買賣房屋後" OFF " " ON "ＡＢ" OFF);
	find((struct zong_search){.words = "存量房買賣合同"});
	hit_of(&contract, 0);
	find((struct zong_search){.words = "類型:買賣"});
	hit_of(&contract, 0);
	find((struct zong_search){.words = "示例乙公司 -舊契"});
	assert_int_equal(count, 2);
	/* Names are entered simplified; who writes them otherwise finds them, too. */
	find((struct zong_search){.words = "姓名:示例丙", .party = "示例甲"});
	assert_int_equal(count, 0);
}

static void pages_of_what_is_walked_follow_each_other(void **state)
{
	char first[64];
	char *cursor;

	(void)state;
	find((struct zong_search){.words = "业务:转移登记", .max = 3});
	assert_int_equal(count, 3);
	assert_int_equal(total, 4);
	memcpy(first, hits[0].material, sizeof(hits[0].material));
	cursor = strdup(next);
	find((struct zong_search){.words = "业务:转移登记", .max = 3, .cursor = cursor});
	free(cursor);
	assert_int_equal(count, 1);
	assert_null(next);
	assert_string_not_equal(hits[0].material, first);
}

static void one_misread_character_is_found_below_the_exact(void **state)
{
	const struct zong_hit *hit;
	struct zong_id misread, twice;

	(void)state;
	misread = sample_material(&sample,
		(struct sample_material){.case_no = "202611250001",
			.title = "自然贵源和规划局函",
			.page = {"昌邑市\n自然资源和规\n戈局 答复", "昌邑市目然资源和规划局"}});
	twice = sample_material(&sample, (struct sample_material){.case_no = "202611250001",
						 .title = "另",
						 .page = {"昌邑市目然资源和规戈局"}});
	find((struct zong_search){.words = "自然资源和规划局"});
	assert_int_equal(total, 4);
	assert_true(is(&hits[0], &letter));
	hit = hit_of(&misread, 1);
	assert_string_equal(hit->why, "alike-text");
	assert_string_equal(hit->snippet, "昌邑市" ON "自然资源和规戈局" OFF "答复");
	assert_int_equal(hit->boxes, 2);
	assert_true(hit->score < hits[0].score && hit->score < 0.3);
	assert_string_equal(hit_of(&misread, 2)->why, "alike-text");
	assert_string_equal(hit_of(&misread, 0)->snippet, ON "自然贵源和规划局" OFF "函");
	for (size_t i = 0; i < count; i++)
		assert_false(is(&hits[i], &twice));
	/* In quotes it is exact, and with a member it holds as all do. */
	find((struct zong_search){.words = "\"自然资源和规划局\""});
	assert_int_equal(total, 1);
	find((struct zong_search){.words = "自然资源和规划局 -答复"});
	assert_int_equal(total, 3);
	find((struct zong_search){.words = "自然资源和规划局 案件:202611250001"});
	assert_int_equal(total, 3);
}

static void a_department_is_told_nothing_by_what_is_alike(void **state)
{
	struct zong_subject tax = sample_subject(ZONG_ROLE_DEPARTMENT, "tax");

	(void)state;
	assert_int_equal(run_as(&tax, (struct zong_search){.words = "自然资源和规戈局"}), 0);
	assert_int_equal(total, 0);
	sample_deliver(&sample, &letter, "tax", ZONG__DELIVERY_STATE__DELIVERY_DUE);
	assert_int_equal(run_as(&tax, (struct zong_search){.words = "自然资源和规戈局"}), 0);
	assert_int_equal(total, 1);
	assert_string_equal(hit_of(&letter, 2)->why, "alike-text");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(pages_of_what_is_walked_follow_each_other, forget),
		cmocka_unit_test_teardown(operators_narrow_what_the_words_find, forget),
		cmocka_unit_test_teardown(
			traditional_and_simplified_are_one_and_the_page_stays_as_it_is, forget),
		cmocka_unit_test_teardown(one_misread_character_is_found_below_the_exact, forget),
		cmocka_unit_test_teardown(a_department_is_told_nothing_by_what_is_alike, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
