/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "agree.h"
#include "fixture.h"

#define UNIT "370786001001GB00001F00010001"

static Zong__Party party = ZONG__PARTY__INIT, other = ZONG__PARTY__INIT;
static Zong__Party *parties[] = {&party, &other};
static char *certs[] = {(char *)"鲁（2018）昌邑市不动产权第0000001号"};
static char *units[] = {(char *)UNIT};

/* Compares a case of these numbers with pages that say @text (pages parted as fake_pool.h has them). */
static void compare(struct fixture *f, const char *no, const char *pages)
{
	Zong__Case wanted = ZONG__CASE__INIT;
	bool again;

	party.name = (char *)"示例甲";
	party.idno = (char *)"11010519491231002x";
	other.name = (char *)"示例乙";
	other.idno = (char *)"370786190001010019";
	wanted.no = (char *)(uintptr_t)no;
	wanted.kind = (char *)"转移登记";
	wanted.units = units;
	wanted.n_units = 1;
	wanted.certificates = certs;
	wanted.n_certificates = 1;
	wanted.parties = parties;
	wanted.n_parties = 2;
	assert_int_equal(zong_case_open(f->archive, &f->archivist, &wanted, &f->cas, &again,
				 &f->warnings, &f->err),
		0);
	assert_int_equal(fixture_add(f, no, "权证", pages, "tax", &f->receipt), 0);
	assert_true(fixture_settle(f));
	assert_int_equal(zong_material_pages(
				 f->archive, &f->archivist, f->receipt.material, true, &f->pages),
		0);
}

static const struct zong_compared *of(struct fixture *f, const char *kind, const char *entered)
{
	for (size_t i = 0; i < f->pages.compareds; i++)
		if (strcmp(f->pages.compared[i].kind, kind) == 0 &&
			strcmp(f->pages.compared[i].entered, entered) == 0)
			return &f->pages.compared[i];
	return NULL;
}

static void expect(struct fixture *f, const char *kind, const char *entered,
	enum zong_agreement agrees, const char *read, uint32_t page)
{
	const struct zong_compared *compared = of(f, kind, entered);

	assert_non_null(compared);
	assert_string_equal(zong_agreement_name(compared->agrees), zong_agreement_name(agrees));
	if (read)
		assert_string_equal(compared->read->value, read);
	else
		assert_null(compared->read);
	assert_int_equal(compared->page, page);
}

static void what_stands_on_any_page_agrees(void **state)
{
	struct fixture *f = *state;

	compare(f, "202611240001",
		"text 无\ntext 鲁(2018)昌邑市不动产权第0000001号 " UNIT
		" 受理编号：202611240001，11010519491231002X\n");
	assert_int_equal(f->pages.compareds, 5);
	expect(f, "unit", UNIT, ZONG_AGREEMENT_YES, UNIT, 2);
	expect(f, "certificate", certs[0], ZONG_AGREEMENT_YES, "鲁(2018)昌邑市不动产权第0000001号",
		2);
	expect(f, "case", "202611240001", ZONG_AGREEMENT_YES, "202611240001", 2);
	expect(f, "id", "11010519491231002x", ZONG_AGREEMENT_YES, "11010519491231002X", 2);
	/* the page names one of two persons: of the other it says nothing */
	expect(f, "id", "370786190001010019", ZONG_AGREEMENT_NONE, NULL, 0);
}

static void another_value_of_the_kind_disagrees_and_the_nearest_is_told(void **state)
{
	struct fixture *f = *state;

	compare(f, "202611240002",
		"text 370786001001GB00001F00010007 370786009009GB00999F00010001 "
		"鲁(2018)昌邑市不动产权第0000010号 受理编号：202611240003\n");
	expect(f, "unit", UNIT, ZONG_AGREEMENT_NO, "370786001001GB00001F00010007", 1);
	expect(f, "certificate", certs[0], ZONG_AGREEMENT_NO, "鲁(2018)昌邑市不动产权第0000010号",
		1);
	expect(f, "case", "202611240002", ZONG_AGREEMENT_NO, "202611240003", 1);
	expect(f, "id", "11010519491231002x", ZONG_AGREEMENT_NONE, NULL, 0);
}

static void a_code_that_ends_at_the_parcel_means_all_below_it(void **state)
{
	struct fixture *f = *state;

	units[0] = (char *)"370786001001GB00001";
	compare(f, "202611240004", "text 370786001001GB00001F00010007\n");
	units[0] = (char *)UNIT;
	expect(f, "unit", "370786001001GB00001", ZONG_AGREEMENT_YES, "370786001001GB00001F00010007",
		1);
}

static void the_kind_disagrees_with_another_type_only(void **state)
{
	struct fixture *f = *state;

	compare(f, "202611240005",
		"text 附件 公民身份号码 姓名\ntext 出卖人 买受人 存量房\ntext 出卖人 买受人 "
		"商品房\n");
	assert_string_equal(f->pages.kind.kind, "买卖合同");
	assert_string_equal(f->pages.kind.rule, "sale-contract");
	assert_int_equal(f->pages.kind.page, 2);
	assert_int_equal(f->pages.kind.agrees, ZONG_AGREEMENT_NO);
	assert_int_equal(
		zong_agree_kind(f->archive->judge.kinds, "", "买卖合同"), ZONG_AGREEMENT_NONE);
	assert_int_equal(
		zong_agree_kind(f->archive->judge.kinds, "权证", NULL), ZONG_AGREEMENT_NONE);
	assert_int_equal(
		zong_agree_kind(f->archive->judge.kinds, "合同", "买卖合同"), ZONG_AGREEMENT_YES);
	assert_int_equal(
		zong_agree_kind(f->archive->judge.kinds, "照片", "买卖合同"), ZONG_AGREEMENT_NO);
}

static void the_case_is_compared_only_for_who_may_read_it(void **state)
{
	struct zong_subject none = {.role = ZONG_ROLE_DEPARTMENT, .department = "court"};
	struct fixture *f = *state;

	compare(f, "202611240006", "text 受理编号：202611240006\n");
	zong_material_pages_release(&f->pages);
	assert_int_equal(
		zong_material_pages(f->archive, &f->tax, f->receipt.material, true, &f->pages), 0);
	assert_non_null(of(f, "case", "202611240006"));
	zong_material_pages_release(&f->pages);
	assert_int_equal(
		zong_material_pages(f->archive, &none, f->receipt.material, true, &f->pages),
		ZONG_ENOENT);
}

#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_stands_on_any_page_agrees),
		TEST(another_value_of_the_kind_disagrees_and_the_nearest_is_told),
		TEST(a_code_that_ends_at_the_parcel_means_all_below_it),
		TEST(the_kind_disagrees_with_another_type_only),
		TEST(the_case_is_compared_only_for_who_may_read_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
