/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>

#include "sample_found.h"
#include "search_hits.h"

#define ON "\xEE\x80\x80"
#define OFF "\xEE\x80\x81"
#define UNIT "370786001001GB00001F00010001"

static struct sample sample;
static struct sample_found s;
static struct zong_hit hit;
static struct zong_id one;
static struct zong_digest raster;

static int begin(void **state)
{
	(void)state;
	sample_open(&sample);
	sample_case(&sample, (struct sample_case){.no = "A1",
				     .unit = UNIT,
				     .party = "示例甲",
				     .idno = "11010519491231002X",
				     .cert = "鲁(2018)昌邑市不动产权第0000012号"});
	one = sample_material(&sample, (struct sample_material){.case_no = "A1",
					       .title = "买卖合同",
					       .type = "合同",
					       .unit = UNIT,
					       .page = {"甲 说明\n单元 " UNIT}});
	zong_digest_of("甲 说明\n单元 " UNIT, strlen("甲 说明\n单元 " UNIT), &raster);
	return 0;
}

static int forget(void **state)
{
	(void)state;
	zong_hit_release(&hit);
	memset(&hit, 0, sizeof(hit));
	sample_end(&s);
	return 0;
}

static int end(void **state)
{
	forget(state);
	sample_close(&sample);
	return 0;
}

static int fill(struct zong_search search, struct zong_found_item item)
{
	forget(NULL);
	sample_begin(&s, &sample, ZONG_ROLE_ARCHIVIST, "", search);
	item.case_no = "A1";
	item.score = 0.5;
	return zong_hit_fill(&s.found, &item, &hit);
}

static void a_page_has_its_words_and_boxes(void **state)
{
	char id[ZONG_ID_TEXT];

	(void)state;
	assert_int_equal(
		fill((struct zong_search){.words = "说明"},
			(struct zong_found_item){.material = one, .page = 1, .raster = raster}),
		0);
	zong_id_format(&one, id);
	assert_string_equal(hit.material, id);
	assert_string_equal(hit.title, "买卖合同");
	assert_string_equal(hit.type, "合同");
	assert_string_equal(hit.kind, "转移登记");
	assert_string_equal(hit.snippet, "甲" ON "说明" OFF "单元 370786001001GB0000");
	assert_int_equal(hit.boxes, 1);
	assert_int_equal(hit.box[0].x, 40);
}

static void a_field_is_marked_where_it_was_read(void **state)
{
	(void)state;
	assert_int_equal(fill((struct zong_search){.parcel = "370786001001"},
				 (struct zong_found_item){.material = one,
					 .page = 1,
					 .raster = raster,
					 .why = ZONG_WHY_UNIT}),
		0);
	assert_string_equal(hit.snippet, "甲说明单元 " ON UNIT OFF);
	assert_int_equal(hit.boxes, 1);
	assert_int_equal(hit.box[0].y, 20);
	assert_string_equal(hit.why, "unit");
}

static void a_material_shows_why_it_was_found(void **state)
{
	static const struct {
		struct zong_search search;
		enum zong_why why;
		const char *snippet, *reason;
	} cases[] = {
		{{.words = "合同"}, ZONG_WHY_TITLE, "买卖" ON "合同" OFF, "title"},
		{{.words = "转移"}, ZONG_WHY_TITLE, ON "转移" OFF "登记", "case"},
		{{.words = "示例甲"}, ZONG_WHY_TITLE, ON "示例甲" OFF, "party"},
		{{.words = "示例"}, ZONG_WHY_PARTY, ON "示例甲" OFF, "party"},
		{{.party = "11010519491231002X"}, ZONG_WHY_ID, ON "示例甲" OFF, "id"},
		{{.cert = "12"}, ZONG_WHY_CERT, ON "鲁(2018)昌邑市不动产权第0000012号" OFF,
			"certificate"},
		{{.parcel = "370786"}, ZONG_WHY_UNIT, ON UNIT OFF, "unit"},
		{{.case_no = "A"}, ZONG_WHY_CASE, ON "A1" OFF, "case"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(fill(cases[i].search, (struct zong_found_item){.material = one,
							       .why = cases[i].why}),
			0);
		assert_string_equal(hit.snippet, cases[i].snippet);
		assert_string_equal(hit.why, cases[i].reason);
		assert_int_equal(hit.boxes, 0);
	}
}

static void a_case_alone_has_no_material(void **state)
{
	(void)state;
	assert_int_equal(fill((struct zong_search){.case_no = "A"},
				 (struct zong_found_item){.why = ZONG_WHY_CASE}),
		0);
	assert_string_equal(hit.material, "");
	assert_string_equal(hit.title, "");
	assert_string_equal(hit.case_no, "A1");
}

static void what_is_gone_is_told(void **state)
{
	struct zong_id none = {{1}};

	(void)state;
	assert_int_equal(fill((struct zong_search){.words = "a"},
				 (struct zong_found_item){.material = none}),
		ZONG_ENOENT);
	assert_int_equal(fill((struct zong_search){.words = "a"},
				 (struct zong_found_item){.material = one, .page = 1}),
		ZONG_ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_page_has_its_words_and_boxes, forget),
		cmocka_unit_test_teardown(a_field_is_marked_where_it_was_read, forget),
		cmocka_unit_test_teardown(a_material_shows_why_it_was_found, forget),
		cmocka_unit_test_teardown(a_case_alone_has_no_material, forget),
		cmocka_unit_test_teardown(what_is_gone_is_told, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
