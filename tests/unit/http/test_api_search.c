/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "house.h"

#define GET "GET /api/v1/search"
#define JIA_YI "%E7%94%B2%E4%B9%99" /* 甲乙 */
#define OPEN "\uE000"
#define CLOSE "\uE001"

static char material[64], other[64];

static int setup(void **state)
{
	static const char body[] =
		"{\"no\":\"Q-1\",\"kind\":\"转移登记\",\"units\":[\"370786001001GB00001F00010001\"]"
		","
		"\"parties\":[{\"name\":\"示例甲\",\"idno\":\"11010519491231002X\"}],"
		"\"certificates\":[\"鲁（2026）昌邑市不动产权第0000123号\"]}";
	struct house *h;

	if (house_setup(state))
		return -1;
	h = *state;
	expect_reply(h, "POST /api/v1/cases", h->archivist, body, 201);
	fixture_case(h->f, "Q-2");
	if (fixture_add(h->f, "Q-1", "合同", "text 前面甲乙后面\nblank\n", "tax", &h->f->receipt) ||
		fixture_add(h->f, "Q-2", "表", "text 别的甲乙也有\n", "housing", &h->f->other))
		return -1;
	snprintf(material, sizeof(material), "%s", fixture_id(&h->f->receipt.material->id));
	snprintf(other, sizeof(other), "%s", fixture_id(&h->f->other.material->id));
	return fixture_settle(h->f) ? house_clear(state) : -1;
}

static void words_are_found_on_their_page_with_what_stands_around(void **state)
{
	struct house *h = *state;

	expect_reply(h, GET "?q=" JIA_YI "&case=Q-1", h->lookup, NULL, 200);
	expect_count(h->json, "items", 1);
	expect_text(h->json, "items/0/material", material);
	expect_number(h->json, "items/0/page", 1);
	expect_text(h->json, "items/0/case", "Q-1");
	expect_text(h->json, "items/0/kind", "转移登记");
	expect_text(h->json, "items/0/title", "扫描件");
	expect_text(h->json, "items/0/type", "合同");
	expect_text(h->json, "items/0/why", "text");
	assert_non_null(strstr(
		json_string_value(expect_at(h->json, "items/0/snippet")), OPEN "甲乙" CLOSE));
	expect_count(h->json, "items/0/boxes/0", 4);
	assert_true(json_real_value(expect_at(h->json, "items/0/score")) > 0);
	assert_true(json_real_value(expect_at(h->json, "items/0/score")) <= 1);
	expect_number(h->json, "total", 1);
	assert_true(json_is_null(expect_at(h->json, "next")));
}

static void each_way_of_asking_finds_its_case(void **state)
{
	static const struct {
		const char *query, *why;
	} asked[] = {
		{"case=Q-1", "case"},
		{"cert=123", "certificate"},
		{"party=11010519491231002X", "id"},
		{"party=%E7%A4%BA%E4%BE%8B%E7%94%B2&case=Q-1", "party"},
		{"parcel=370786001001GB00001&case=Q-1", "unit"},
	};
	struct house *h = *state;
	char line[200];
	size_t i;

	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		snprintf(line, sizeof(line), GET "?%s", asked[i].query);
		expect_reply(h, line, h->archivist, NULL, 200);
		assert_true(json_array_size(expect_at(h->json, "items")) > 0);
		expect_text(h->json, "items/0/case", "Q-1");
		if (strchr(asked[i].query, '&') == NULL)
			expect_text(h->json, "items/0/why", asked[i].why);
	}
	expect_reply(h, GET "?party=%E7%A4%BA%E4%BE%8B%E4%B9%99", h->archivist, NULL, 200);
	expect_json(h->json, "{\"items\":[],\"next\":null,\"total\":0}");
}

static void a_department_finds_and_counts_only_what_was_sent_to_it(void **state)
{
	struct house *h = *state;

	expect_reply(h, GET "?q=" JIA_YI, h->tax, NULL, 200);
	expect_count(h->json, "items", 1);
	expect_text(h->json, "items/0/material", material);
	expect_number(h->json, "total", 1);
	expect_nowhere(h->json, "Q-2");
	expect_nowhere(h->json, other);
	expect_reply(h, GET "?case=Q-2", h->tax, NULL, 200);
	expect_count(h->json, "items", 0);
	expect_refusal(h, GET "?q=x", h->administrator, NULL, 403, "forbidden");
	expect_closed(h, GET "?q=x", NULL);
}

static void operators_and_parameters_narrow_alike(void **state)
{
	static const char *const narrow[] = {"?q=" JIA_YI "%20type:%E5%90%88%E5%90%8C",
		"?q=" JIA_YI "&type=%E5%90%88%E5%90%8C", "?q=" JIA_YI "%20dept:tax",
		"?q=" JIA_YI "&dept=tax&from=2026&to=2999-12-31", "?q=" JIA_YI "%20-case:Q-2",
		"?q=" JIA_YI "%20-%E5%88%AB%E7%9A%84"};
	struct house *h = *state;
	char line[300];

	for (size_t i = 0; i < sizeof(narrow) / sizeof(narrow[0]); i++) {
		snprintf(line, sizeof(line), GET "%s", narrow[i]);
		expect_reply(h, line, h->archivist, NULL, 200);
		expect_count(h->json, "items", 1);
		expect_text(h->json, "items/0/material", material);
	}
	expect_reply(h, GET "?dept=housing", h->tax, NULL, 200);
	expect_json(h->json, "{\"items\":[],\"next\":null,\"total\":0}");
	expect_refusal(h, GET "?q=date:2026-13", h->archivist, NULL, 400, "bad-query");
	assert_non_null(strstr(json_string_value(expect_at(h->json, "detail")), "date:2026-13"));
	expect_refusal(h, GET "?q=-x", h->archivist, NULL, 400, "bad-query");
	expect_refusal(h, GET "?q=x&to=never", h->archivist, NULL, 400, "bad-query");
}

static void facets_count_what_the_asker_sees(void **state)
{
	struct house *h = *state;

	expect_reply(h, GET "?q=" JIA_YI "&facets=1", h->archivist, NULL, 200);
	expect_text(h->json, "facets/type/0/value", "合同");
	expect_number(h->json, "facets/type/0/count", 1);
	expect_count(h->json, "facets/department", 2);
	expect_count(h->json, "facets/year", 1);
	assert_true(json_is_true(expect_at(h->json, "facets_exact")));
	expect_reply(h, GET "?q=" JIA_YI "&facets=true", h->tax, NULL, 200);
	expect_count(h->json, "facets/department", 1);
	expect_text(h->json, "facets/department/0/value", "tax");
	expect_count(h->json, "facets/type", 1);
	expect_nowhere(h->json, "housing");
	expect_refusal(h, GET "?q=x&facets=2", h->archivist, NULL, 400, "bad-query");
}

static void suggestions_say_what_the_box_should_hold(void **state)
{
	struct house *h = *state;

	expect_reply(h, GET "/suggest?q=x%20Q-", h->archivist, NULL, 200);
	expect_count(h->json, "items", 2);
	expect_json(expect_at(h->json, "items/0"),
		"{\"value\":\"Q-1\",\"kind\":\"case\",\"q\":\"x 案件:Q-1\"}");
	expect_reply(h, GET "/suggest?q=Q-", h->tax, NULL, 200);
	expect_count(h->json, "items", 1);
	expect_reply(h, GET "/suggest", h->archivist, NULL, 200);
	expect_count(h->json, "items", 0);
	expect_refusal(h, GET "/suggest?q=x", h->administrator, NULL, 403, "forbidden");
	expect_closed(h, GET "/suggest?q=x", NULL);
}

static void hits_come_page_by_page_and_each_once(void **state)
{
	struct house *h = *state;
	char first[64], line[512];

	expect_reply(h, GET "?q=" JIA_YI "&limit=1", h->lookup, NULL, 200);
	expect_count(h->json, "items", 1);
	snprintf(first, sizeof(first), "%s",
		json_string_value(expect_at(h->json, "items/0/material")));
	snprintf(line, sizeof(line), GET "?q=%s&limit=1&cursor=%.300s", JIA_YI,
		house_text(h, "next"));
	expect_reply(h, line, h->lookup, NULL, 200);
	expect_count(h->json, "items", 1);
	expect_text(h->json, "items/0/material", strcmp(first, material) ? material : other);
}

static void asking_nothing_or_nonsense_is_told_so(void **state)
{
	static const char *const wrong[] = {
		"", "?q=", "?q=%20", "?limit=3", "?q=x&limit=0", "?q=%c3%28", "?parcel=37"};
	struct house *h = *state;
	char line[1600];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(line, sizeof(line), GET "%s", wrong[i]);
		expect_refusal(h, line, h->archivist, NULL, 400, "bad-query");
	}
	expect_refusal(h, GET "?q=x&cursor=!", h->archivist, NULL, 400, "bad-cursor");
	i = (size_t)snprintf(line, sizeof(line), GET "?q=");
	memset(line + i, 'x', 1001);
	line[i + 1001] = '\0';
	expect_refusal(h, line, h->archivist, NULL, 400, "bad-query");
	line[i + 1000] = '\0';
	expect_reply(h, line, h->archivist, NULL, 200);
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(words_are_found_on_their_page_with_what_stands_around),
		TEST(each_way_of_asking_finds_its_case),
		TEST(a_department_finds_and_counts_only_what_was_sent_to_it),
		TEST(operators_and_parameters_narrow_alike),
		TEST(facets_count_what_the_asker_sees),
		TEST(suggestions_say_what_the_box_should_hold),
		TEST(hits_come_page_by_page_and_each_once),
		TEST(asking_nothing_or_nonsense_is_told_so),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, house_teardown);
}
