/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_catalogue.h"
#include "sample_check.h"

#include <zong/query.h>
#include <zong/retention.h>
#include <zong/search.h>

#include "row.h"

#define UNIT "370786001001GB00001F00010001"

static int change(struct fixture *f, const char *no, const char *kind, const char *cause,
	const char *reason, bool *ret_again)
{
	const struct zong_case_change wanted = {kind, cause, reason};
	Zong__Case *row = NULL;
	bool again = false;
	int err = zong_case_change(f->archive, &f->archivist, no, &wanted, &row,
		ret_again ? ret_again : &again, &f->err);

	if (err)
		return err;
	zong_row_cleanup(&f->cas);
	f->cas = row;
	return 0;
}

/* Department "tax" of the material: its delivery's state, "" where it has none. */
static const char *state_of(struct fixture *f, const char *department)
{
	Zong__Delivery **rows;
	const char *state = "";
	size_t count;

	assert_int_equal(zong_delivery_of_material(
				 f->archive, &f->archivist, f->receipt.material, &rows, &count),
		0);
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i]->department, department) == 0)
			state = zong_delivery_state_name(rows[i]->state);
	for (size_t i = 0; i < count; i++)
		zong__delivery__free_unpacked(rows[i], NULL);
	free(rows);
	return state;
}

static void a_change_is_an_event_and_what_is_missing_follows(void **state)
{
	struct fixture *f = *state;
	Zong__CaseEvent *event;
	bool again;

	sample_catalogue_case(f, "C-1", "转移登记", "买卖", UNIT, NULL, NULL);
	assert_int_equal(change(f, "C-1", NULL, "继承", "受理时录错", &again), 0);
	assert_false(again);
	assert_string_equal(f->cas->cause, "继承");
	assert_int_equal(f->cas->n_events, 1);
	event = f->cas->events[0];
	assert_string_equal(event->kind, ZONG_CASE_CHANGED);
	assert_string_equal(event->cause_before, "买卖");
	assert_string_equal(event->cause_after, "继承");
	assert_string_equal(event->kind_before, "转移登记");
	assert_string_equal(event->reason, "受理时录错");
	assert_true(event->record > 0);
	assert_int_equal(fixture_log(f, "case.change", "case/C-1", NULL), 1);
	assert_string_equal(sample_missing(f, &f->archivist, "C-1"),
		"登记申请书! 身份证明! 授权委托书 营业执照 继承材料!");
	/* the same again changes nothing */
	assert_int_equal(change(f, "C-1", "转移登记", "继承", "再说一次", &again), 0);
	assert_true(again);
	assert_int_equal(f->cas->n_events, 1);
	assert_int_equal(change(f, "C-1", "首次登记", "", "业务也录错", &again), 0);
	assert_string_equal(f->cas->kind, "首次登记");
	assert_string_equal(f->cas->cause, "");
	assert_string_equal(
		sample_missing(f, &f->archivist, "C-1"), "权籍调查表! 测绘报告! 分户图!");
}

static void a_case_that_was_changed_can_still_be_opened_again(void **state)
{
	struct fixture *f = *state;

	sample_catalogue_case(f, "C-2", "转移登记", "买卖", UNIT, NULL, NULL);
	assert_int_equal(change(f, "C-2", "首次登记", "其他", "录错", NULL), 0);
	assert_int_equal(change(f, "C-2", "抵押登记", NULL, "又录错", NULL), 0);
	/* the window sends what it sent at first: no other content */
	sample_catalogue_case(f, "C-2", "转移登记", "买卖", UNIT, NULL, NULL);
	assert_string_equal(f->cas->kind, "抵押登记");
}

static void deliveries_follow(void **state)
{
	struct fixture *f = *state;

	sample_catalogue_case(f, "C-3", "首次登记", "", UNIT, NULL, NULL);
	assert_int_equal(fixture_add(f, "C-3", "买卖合同", "text 一\n", NULL, &f->receipt), 0);
	assert_int_equal(f->receipt.deliveries, 0);
	assert_int_equal(change(f, "C-3", "转移登记", "买卖", "录错", NULL), 0);
	assert_string_equal(state_of(f, "tax"), "due");
	assert_string_equal(state_of(f, "housing"), "due");
	assert_string_equal(state_of(f, "bank"), "");
	zong__material__free_unpacked(f->receipt.material, NULL);
	assert_int_equal(zong_case_materials(f->archive, &f->archivist, "C-3", &f->materials,
				 &f->material_count, &f->err),
		0);
	f->receipt.material = f->materials[0];
	assert_int_equal(f->receipt.material->n_receivers, 2);
	assert_int_equal(f->receipt.material->n_by_catalogue, 2);
	assert_true(f->receipt.material->tax);
	free(f->materials);
	f->materials = NULL;
	f->material_count = 0;
}

static void what_the_catalogue_sent_and_asks_for_no_more_is_taken_back(void **state)
{
	struct fixture *f = *state;

	sample_catalogue_case(f, "C-33", "转移登记", "买卖", UNIT, NULL, NULL);
	assert_int_equal(
		fixture_add(f, "C-33", "买卖合同", "text 六\n", "housing", &f->receipt), 0);
	assert_string_equal(state_of(f, "tax"), "due");
	/* the tax office has no part in it, the housing office was named by a person */
	assert_int_equal(change(f, "C-33", "首次登记", NULL, "录错", NULL), 0);
	assert_string_equal(state_of(f, "tax"), "withdrawn");
	assert_string_equal(state_of(f, "housing"), "due");
	assert_string_equal(sample_check(f, false), "");
	/* asked for again, it stands again */
	assert_int_equal(change(f, "C-33", "转移登记", NULL, "没有录错", NULL), 0);
	assert_string_equal(state_of(f, "tax"), "due");
	assert_string_equal(sample_check(f, false), "");
	/* of two causes that both ask for it nothing is taken back between */
	assert_int_equal(change(f, "C-33", NULL, "买卖（司法拍卖）", "补充", NULL), 0);
	assert_string_equal(state_of(f, "tax"), "due");
}

static void what_a_person_took_back_stays_with_nobody(void **state)
{
	struct fixture *f = *state;
	struct zong_event *event = NULL;
	Zong__Delivery **rows;
	size_t count;

	sample_catalogue_case(f, "C-34", "转移登记", "买卖", UNIT, NULL, NULL);
	assert_int_equal(fixture_add(f, "C-34", "买卖合同", "text 七\n", NULL, &f->receipt), 0);
	assert_int_equal(zong_delivery_of_material(
				 f->archive, &f->archivist, f->receipt.material, &rows, &count),
		0);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i]->department, "tax") == 0)
			assert_int_equal(zong_delivery_withdraw(f->archive, &f->archivist,
						 fixture_id(&rows[i]->id), "误送", &event, &f->err),
				0);
		zong__delivery__free_unpacked(rows[i], NULL);
	}
	free(rows);
	zong_events_free(event, 1);
	assert_string_equal(state_of(f, "tax"), "withdrawn");
	/* neither the same file again, nor another cause, nor a newer version sends it */
	assert_int_equal(fixture_add(f, "C-34", "买卖合同", "text 七\n", NULL, &f->other), 0);
	assert_true(f->other.again);
	assert_string_equal(state_of(f, "tax"), "withdrawn");
	assert_int_equal(change(f, "C-34", NULL, "商品房买卖", "补充", NULL), 0);
	assert_string_equal(state_of(f, "tax"), "withdrawn");
	f->replaces = fixture_id(&f->receipt.material->id);
	assert_int_equal(fixture_add(f, "C-34", "买卖合同", "text 七之二\n", NULL, &f->receipt), 0);
	f->replaces = NULL;
	assert_int_equal(f->receipt.material->version, 2);
	assert_string_equal(state_of(f, "tax"), "");
	assert_string_equal(state_of(f, "housing"), "due");
}

static void a_newer_version_is_whose_the_old_one_was(void **state)
{
	struct fixture *f = *state;

	sample_catalogue_case(f, "C-35", "转移登记", "买卖", UNIT, NULL, NULL);
	f->only = true;
	assert_int_equal(fixture_add(f, "C-35", "买卖合同", "text 八\n", "tax", &f->receipt), 0);
	f->only = false;
	f->replaces = fixture_id(&f->receipt.material->id);
	assert_int_equal(fixture_add(f, "C-35", "买卖合同", "text 八之二\n", NULL, &f->other), 0);
	f->replaces = NULL;
	assert_true(f->other.material->only);
	assert_int_equal(f->other.deliveries, 1);
	assert_string_equal(f->other.delivery[0]->department, "tax");
	assert_int_equal(f->other.material->n_by_catalogue, 0);
	/* what was superseded is left alone by a change, what took its place follows it */
	assert_int_equal(change(f, "C-35", "首次登记", NULL, "录错", NULL), 0);
	assert_string_equal(state_of(f, "tax"), "superseded");
	assert_string_equal(sample_check(f, false), "");
}

static void what_a_paper_is_about_follows_too(void **state)
{
	struct fixture *f = *state;
	const char *unit = "370786001001GB00002F00010001";

	sample_catalogue_case(f, "C-31", "首次登记", "", unit, NULL, NULL);
	assert_int_equal(fixture_add(f, "C-31", "权籍调查表", "text 五\n", NULL, &f->receipt), 0);
	sample_catalogue_case(f, "C-32", "首次登记", "", unit, NULL, NULL);
	assert_string_equal(
		sample_missing(f, &f->archivist, "C-32"), "权籍调查表!=C-31 测绘报告! 分户图!");
	/* a transfer has no such paper: what was filed with it is about its case */
	assert_int_equal(change(f, "C-31", "转移登记", NULL, "录错", NULL), 0);
	assert_string_equal(sample_check(f, false), "");
	assert_int_equal(change(f, "C-31", "首次登记", NULL, "没有录错", NULL), 0);
	assert_string_equal(
		sample_missing(f, &f->archivist, "C-32"), "权籍调查表!=C-31 测绘报告! 分户图!");
	assert_string_equal(sample_check(f, false), "");
}

static void what_goes_to_nobody_but_those_named_stays_so(void **state)
{
	struct fixture *f = *state;

	sample_catalogue_case(f, "C-4", "首次登记", "", UNIT, NULL, NULL);
	f->only = true;
	assert_int_equal(fixture_add(f, "C-4", "买卖合同", "text 二\n", "tax", &f->receipt), 0);
	f->only = false;
	assert_int_equal(change(f, "C-4", "转移登记", "买卖", "录错", NULL), 0);
	assert_string_equal(state_of(f, "tax"), "due");
	assert_string_equal(state_of(f, "housing"), "");
}

static void what_a_person_sent_stays(void **state)
{
	struct fixture *f = *state;

	sample_catalogue_case(f, "C-5", "转移登记", "买卖", UNIT, NULL, NULL);
	assert_int_equal(fixture_add(f, "C-5", "买卖合同", "text 三\n", "tax", &f->receipt), 0);
	assert_int_equal(change(f, "C-5", "首次登记", NULL, "录错", NULL), 0);
	assert_string_equal(state_of(f, "tax"), "due");
}

static void the_text_index_has_the_new_kind(void **state)
{
	struct fixture *f = *state;
	uint64_t before;

	sample_catalogue_case(f, "C-6", "转移登记", "买卖", UNIT, NULL, NULL);
	assert_int_equal(fixture_add(f, "C-6", "照片", "text 四\n", NULL, &f->receipt), 0);
	before = fixture_counter(f, ZONG_COUNT_CHANGE);
	assert_int_equal(change(f, "C-6", NULL, "继承", "录错", NULL), 0);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_CHANGE), before);
	assert_int_equal(change(f, "C-6", "首次登记", NULL, "录错", NULL), 0);
	assert_true(fixture_counter(f, ZONG_COUNT_CHANGE) > before);
}

static void a_case_keeps_its_version_when_it_is_changed(void **state)
{
	struct fixture *f = *state;

	sample_catalogue_case(f, "C-7", "转移登记", "买卖", UNIT, NULL, NULL);
	assert_int_equal(f->cas->catalogue, 1);
	sample_catalogue_set(f, "department H housing 住建\nmaterial 甲\nbusiness 转移登记\n"
				"needs 甲 required copy 1 H\n");
	assert_int_equal(change(f, "C-7", NULL, "继承", "录错", NULL), 0);
	assert_int_equal(f->cas->catalogue, 1); /* it keeps its own */
}

static void slips_are_named_and_change_nothing(void **state)
{
	struct fixture *f = *state;
	struct zong_case_change wanted = {"首次登记", NULL, "录错"};
	char longer[ZONG_LIMIT_TYPE + 2];
	Zong__Case *row;
	bool again;

	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	sample_catalogue_case(f, "C-8", "转移登记", "买卖", UNIT, NULL, NULL);
	assert_int_equal(change(f, "C-8", NULL, NULL, "录错", NULL), ZONG_EINVAL);
	assert_int_equal(change(f, "C-8", "", NULL, "录错", NULL), ZONG_EINVAL);
	assert_int_equal(change(f, "C-8", " 　", NULL, "录错", NULL), ZONG_EINVAL);
	assert_int_equal(change(f, "C-8", ZONG_QUERY_KIND, NULL, "录错", NULL), ZONG_EINVAL);
	assert_int_equal(change(f, "C-8", longer, NULL, "录错", NULL), ZONG_ELIMIT);
	assert_int_equal(change(f, "C-8", "首\x01次", NULL, "录错", NULL), ZONG_EENCODING);
	assert_int_equal(change(f, "C-8", "首次登记", NULL, " ", NULL), ZONG_EREASON);
	assert_int_equal(change(f, "C-8", "首次登记", NULL, NULL, NULL), ZONG_EREASON);
	assert_int_equal(change(f, "C-none", "首次登记", NULL, "录错", NULL), ZONG_ENOCASE);
	assert_int_equal(
		zong_case_change(f->archive, &f->lookup, "C-8", &wanted, &row, &again, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(fixture_log(f, "case.change", "case/C-8", NULL), 0);
	/* nobody can enter by hand what a change leaves */
	assert_int_equal(zong_case_event_add(f->archive, &f->archivist, "C-8", ZONG_CASE_CHANGED,
				 "2020-01-01", &row, &again, &f->err),
		ZONG_EINVAL);
}

#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_is_an_event_and_what_is_missing_follows),
		TEST(a_case_that_was_changed_can_still_be_opened_again),
		TEST(deliveries_follow),
		TEST(what_the_catalogue_sent_and_asks_for_no_more_is_taken_back),
		TEST(what_a_person_took_back_stays_with_nobody),
		TEST(a_newer_version_is_whose_the_old_one_was),
		TEST(what_a_paper_is_about_follows_too),
		TEST(what_goes_to_nobody_but_those_named_stays_so),
		TEST(what_a_person_sent_stays),
		TEST(the_text_index_has_the_new_kind),
		TEST(slips_are_named_and_change_nothing),
		TEST(a_case_keeps_its_version_when_it_is_changed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_catalogue_setup, fixture_teardown);
}
