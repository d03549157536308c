/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_catalogue.h"
#include "sample_units.h"

#include "index_rows.h"
#include "row.h"

#define PARCEL "370786001001GB00001"
#define UNIT PARCEL "F00010001"
#define NEXT_DOOR PARCEL "F00010002"
#define OTHER_BUILDING PARCEL "F00020001"
#define OTHER_PARCEL "370786001001GB00002F00010001"

static void what_was_handed_in_is_missing_no_more(void **state)
{
	struct fixture *f = *state;

	sample_catalogue_case(f, "N-1", "转移登记", "买卖", UNIT, NULL, NULL);
	assert_string_equal(sample_missing(f, &f->archivist, "N-1"),
		"登记申请书! 身份证明! 授权委托书 营业执照 买卖合同!");
	assert_int_equal(fixture_add(f, "N-1", "身份证", "text 一\n", NULL, &f->receipt), 0);
	assert_int_equal(fixture_add(f, "N-1", "照片", "text 二\n", NULL, &f->receipt), 0);
	assert_string_equal(sample_missing(f, &f->archivist, "N-1"),
		"登记申请书! 授权委托书 营业执照 买卖合同!");
	/* one of several is enough */
	sample_catalogue_case(f, "N-2", "转移登记", "", UNIT, NULL, NULL);
	assert_int_equal(fixture_add(f, "N-2", "遗嘱", "text 三\n", NULL, &f->receipt), 0);
	assert_string_equal(sample_missing(f, &f->archivist, "N-2"),
		"登记申请书! 身份证明! 授权委托书 营业执照");
	/* a kind that the catalogue does not know needs nothing */
	sample_catalogue_case(f, "N-3", "其他登记", "", UNIT, NULL, NULL);
	assert_string_equal(sample_missing(f, &f->archivist, "N-3"), "");
}

static void a_proxy_and_a_company_need_more(void **state)
{
	struct fixture *f = *state;

	sample_catalogue_case(f, "P-1", "转移登记", "继承", UNIT, NULL, "代理人");
	assert_string_equal(sample_missing(f, &f->archivist, "P-1"),
		"登记申请书! 身份证明! 授权委托书! 营业执照 继承材料!");
	sample_catalogue_case(f, "P-2", "转移登记", "继承", UNIT, "91350100M000100Y43", NULL);
	assert_string_equal(sample_missing(f, &f->archivist, "P-2"),
		"登记申请书! 身份证明! 授权委托书 营业执照! 继承材料!");
	sample_catalogue_case(f, "P-3", "转移登记", "继承", UNIT, "11010519491231002X", "义务人");
	assert_string_equal(sample_missing(f, &f->archivist, "P-3"),
		"登记申请书! 身份证明! 授权委托书 营业执照 继承材料!");
}

static void two_kinds_at_once_need_a_paper_once_for_all(void **state)
{
	struct fixture *f = *state;
	struct zong_case_needs needs;

	sample_catalogue_case(f, "T-1", "转移登记及抵押权首次登记", "买卖", UNIT, NULL, NULL);
	assert_string_equal(sample_missing(f, &f->archivist, "T-1"),
		"身份证明! 抵押合同! 登记申请书! 授权委托书 营业执照 买卖合同!");
	assert_int_equal(zong_case_needs(f->archive, &f->archivist, f->cas, &needs, &f->err), 0);
	assert_int_equal(needs.businesses, 2);
	assert_int_equal(needs.missing[0].copies, 2);
	assert_int_equal(needs.missing[0].tos, 3);
	assert_string_equal(needs.missing[0].to[0].id, "housing");
	assert_true(needs.missing[0].to[0].here);
	assert_string_equal(needs.missing[0].to[2].id, "bank");
	assert_false(needs.missing[0].to[2].here);
	zong_case_needs_release(&needs);
}

static void papers_of_a_building_or_a_parcel_serve_the_cases_below_it(void **state)
{
	struct fixture *f = *state;
	struct zong_case_needs needs;

	sample_catalogue_case(f, "H-1", "首次登记", "", UNIT, NULL, NULL);
	assert_string_equal(
		sample_missing(f, &f->archivist, "H-1"), "权籍调查表! 测绘报告! 分户图!");
	assert_int_equal(fixture_add(f, "H-1", "权籍调查表", "text 十\n", NULL, &f->receipt), 0);
	assert_int_equal(fixture_add(f, "H-1", "测绘报告", "text 十一\n", NULL, &f->receipt), 0);
	assert_int_equal(fixture_add(f, "H-1", "分户图", "text 十二\n", NULL, &f->receipt), 0);
	assert_string_equal(sample_missing(f, &f->archivist, "H-1"), "");
	sample_catalogue_case(f, "H-2", "首次登记", "", NEXT_DOOR, NULL, NULL);
	assert_string_equal(
		sample_missing(f, &f->archivist, "H-2"), "权籍调查表!=H-1 测绘报告!=H-1 分户图!");
	sample_catalogue_case(f, "H-3", "首次登记", "", OTHER_BUILDING, NULL, NULL);
	assert_string_equal(
		sample_missing(f, &f->archivist, "H-3"), "权籍调查表!=H-1 测绘报告! 分户图!");
	sample_catalogue_case(f, "H-4", "首次登记", "", OTHER_PARCEL, NULL, NULL);
	assert_string_equal(
		sample_missing(f, &f->archivist, "H-4"), "权籍调查表! 测绘报告! 分户图!");
	sample_catalogue_case(f, "H-5", "首次登记", "", UNIT, NULL, NULL);
	assert_string_equal(sample_missing(f, &f->archivist, "H-5"),
		"权籍调查表!=H-1 测绘报告!=H-1 分户图!=H-1");
	assert_int_equal(zong_case_needs(f->archive, &f->archivist, f->cas, &needs, &f->err), 0);
	assert_string_equal(needs.missing[0].held->type, "权籍调查表");
	assert_null(needs.missing[0].held_through);
	zong_case_needs_release(&needs);
	/* the newest one is named; the sender's own word on the scope goes before the catalogue's */
	assert_int_equal(fixture_add(f, "H-3", "权籍调查表", "text 十三\n", NULL, &f->receipt), 0);
	f->scope = "case";
	assert_int_equal(fixture_add(f, "H-3", "测绘报告", "text 十四\n", NULL, &f->receipt), 0);
	f->scope = NULL;
	assert_string_equal(
		sample_missing(f, &f->archivist, "H-2"), "权籍调查表!=H-3 测绘报告!=H-1 分户图!");
}

/* What a destruction or a new version leaves in a row. */
struct marking {
	struct zong_id id;
	const ProtobufCBinaryData *next; /* NULL: it is destroyed */
};

static int mark(struct zong_txn *txn, void *ctx)
{
	const struct marking *marking = ctx;
	_cleanup_row_ Zong__Material *row = NULL;
	struct zong_key key;
	int err = zong_row_material(txn, &marking->id, &row);

	if (err)
		return err;
	if (!marking->next)
		row->destroyed = 1;
	else if (zong_row_set_bytes(&row->superseded, marking->next->data, marking->next->len))
		return ZONG_ENOMEM;
	zong_row_key_id(&key, &marking->id);
	return zong_txn_put(txn, ZONG_TABLE_MATERIALS, &key, &row->base);
}

static void mark_row(struct fixture *f, const Zong__Material *row, const ProtobufCBinaryData *next)
{
	struct marking marking = {.next = next};

	assert_true(zong_row_id(&row->id, &marking.id));
	assert_int_equal(zong_store_write(f->archive->store, mark, &marking), 0);
}

static void what_is_destroyed_or_superseded_does_not_count(void **state)
{
	struct fixture *f = *state;
	const char *unit = "370786001001GB00003F00010001";
	const char *next = "370786001001GB00003F00010002";

	sample_catalogue_case(f, "D-1", "首次登记", "", unit, NULL, NULL);
	assert_int_equal(fixture_add(f, "D-1", "权籍调查表", "text 二十\n", NULL, &f->receipt), 0);
	assert_int_equal(fixture_add(f, "D-1", "测绘报告", "text 二一\n", NULL, &f->other), 0);
	sample_catalogue_case(f, "D-2", "首次登记", "", next, NULL, NULL);
	assert_string_equal(
		sample_missing(f, &f->archivist, "D-2"), "权籍调查表!=D-1 测绘报告!=D-1 分户图!");
	/* the next version of the survey turns out to be something else: the old one serves nobody */
	mark_row(f, f->receipt.material, &f->other.material->id);
	assert_string_equal(
		sample_missing(f, &f->archivist, "D-2"), "权籍调查表! 测绘报告!=D-1 分户图!");
	assert_string_equal(sample_missing(f, &f->archivist, "D-1"), "权籍调查表! 分户图!");
	mark_row(f, f->other.material, NULL);
	assert_string_equal(
		sample_missing(f, &f->archivist, "D-2"), "权籍调查表! 测绘报告! 分户图!");
	assert_string_equal(
		sample_missing(f, &f->archivist, "D-1"), "权籍调查表! 测绘报告! 分户图!");
}

/* More entries of the index of units than are looked at for one reply, before all others of the parcel. */
static int crowd(struct zong_txn *txn, void *ctx)
{
	const char *parcel = ctx;
	char code[ZONG_UNIT_TEXT], no[32];
	struct zong_key key;
	int err = 0;

	snprintf(code, sizeof(code), "%sF00000001", parcel);
	for (int i = 0; i <= ZONG_LIMIT_SEARCH_SCAN && !err; i++) {
		snprintf(no, sizeof(no), "crowd-%d", i);
		zong_row_key_str(&key, code);
		zong_key_u8(&key, 'c');
		zong_key_str(&key, no);
		err = zong_txn_put_bytes(txn, ZONG_TABLE_BY_UNIT, &key, NULL, 0);
	}
	return err;
}

/* As it was filed before there were catalogues: nothing says what it is about. */
static int age(struct zong_txn *txn, void *ctx)
{
	const struct zong_id *id = ctx;
	_cleanup_row_ Zong__Material *row = NULL;
	struct zong_key key;
	int err = zong_row_material(txn, id, &row);

	if (!err)
		err = zong_index_material_gone(txn, row);
	if (err)
		return err;
	row->shared = false;
	row->scope = ZONG__SCOPE__SCOPE_CASE;
	zong_row_key_id(&key, id);
	err = zong_txn_put(txn, ZONG_TABLE_MATERIALS, &key, &row->base);
	return err ? err : zong_index_material(txn, row);
}

static void papers_are_found_below_a_parcel_of_thousands_and_old_ones_so_far_as_is_looked(
	void **state)
{
	struct fixture *f = *state;
	char parcel[] = "370786001001GB00009";
	struct zong_id id;

	sample_catalogue_case(f, "M-1", "首次登记", "", "370786001001GB00009F00010001", NULL, NULL);
	assert_int_equal(fixture_add(f, "M-1", "权籍调查表", "text 五十\n", NULL, &f->receipt), 0);
	assert_int_equal(fixture_add(f, "M-1", "测绘报告", "text 五一\n", NULL, &f->other), 0);
	sample_catalogue_case(f, "M-2", "首次登记", "", "370786001001GB00009F00010002", NULL, NULL);
	assert_true(zong_row_id(&f->other.material->id, &id));
	assert_int_equal(zong_store_write(f->archive->store, age, &id), 0);
	assert_string_equal(
		sample_missing(f, &f->archivist, "M-2"), "权籍调查表!=M-1 测绘报告!=M-1 分户图!");
	assert_int_equal(zong_store_write(f->archive->store, crowd, parcel), 0);
	assert_string_equal(
		sample_missing(f, &f->archivist, "M-2"), "权籍调查表!=M-1 测绘报告! 分户图!");
}

static void papers_follow_a_new_number_and_not_a_split(void **state)
{
	struct fixture *f = *state;
	struct zong_case_needs needs;

	sample_catalogue_case(f, "L-1", "首次登记", "", "370786001001GB00004F00010001", NULL, NULL);
	assert_int_equal(fixture_add(f, "L-1", "权籍调查表", "text 三十\n", NULL, &f->receipt), 0);
	assert_int_equal(sample_event(f, &f->archivist, "renumber", "2020-01-01",
				 "370786001001GB00004", "370786001001GB00005", NULL, NULL),
		0);
	assert_int_equal(
		sample_event(f, &f->archivist, "split", "2021-01-01", "370786001001GB00005",
			"370786001001GB00006 370786001001GB00007", NULL, NULL),
		0);
	sample_catalogue_case(f, "L-2", "首次登记", "", "370786001001GB00005F00010001", NULL, NULL);
	assert_string_equal(
		sample_missing(f, &f->archivist, "L-2"), "权籍调查表!=L-1 测绘报告! 分户图!");
	assert_int_equal(zong_case_needs(f->archive, &f->archivist, f->cas, &needs, &f->err), 0);
	assert_string_equal(needs.missing[0].held_through, "370786001001GB00004F00010001");
	zong_case_needs_release(&needs);
	sample_catalogue_case(f, "L-3", "首次登记", "", "370786001001GB00006F00010001", NULL, NULL);
	assert_string_equal(
		sample_missing(f, &f->archivist, "L-3"), "权籍调查表! 测绘报告! 分户图!");
}

static void a_department_is_told_of_what_is_its_own(void **state)
{
	struct fixture *f = *state;
	struct zong_case_needs needs;
	Zong__Case *cas;
	const char *unit = "370786001001GB00008F00010001";

	sample_catalogue_case(f, "A-0", "首次登记", "", unit, NULL, NULL);
	assert_int_equal(fixture_add(f, "A-0", "权籍调查表", "text 四十\n", NULL, &f->receipt), 0);
	f->only = true;
	assert_int_equal(
		fixture_add(f, "A-0", "测绘报告", "text 四一\n", "housing", &f->receipt), 0);
	f->only = false;
	sample_catalogue_case(f, "A-1", "首次登记", "", unit, NULL, NULL);
	assert_int_equal(
		fixture_add(f, "A-1", "照片", "text 四二\n", "tax,housing", &f->receipt), 0);
	assert_string_equal(
		sample_missing(f, &f->archivist, "A-1"), "权籍调查表!=A-0 测绘报告!=A-0 分户图!");
	assert_string_equal(
		sample_missing(f, &f->housing, "A-1"), "权籍调查表!=A-0 测绘报告!=A-0 分户图!");
	/* the tax office is to receive the one, and does not know of the other case */
	assert_string_equal(sample_missing(f, &f->tax, "A-1"), "测绘报告!");
	assert_int_equal(zong_case_get(f->archive, &f->tax, "A-1", &cas, &f->err), 0);
	assert_int_equal(zong_case_needs(f->archive, &f->tax, cas, &needs, &f->err), 0);
	assert_int_equal(needs.missing[0].tos, 1);
	assert_string_equal(needs.missing[0].to[0].id, "tax");
	zong_case_needs_release(&needs);
	zong__case__free_unpacked(cas, NULL);
	/* of a case that it may not see it is told nothing */
	sample_catalogue_case(f, "A-2", "首次登记", "", unit, NULL, NULL);
	assert_int_equal(
		zong_case_needs(f->archive, &f->tax, f->cas, &needs, &f->err), ZONG_ENOCASE);
}

#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_handed_in_is_missing_no_more),
		TEST(a_proxy_and_a_company_need_more),
		TEST(two_kinds_at_once_need_a_paper_once_for_all),
		TEST(papers_of_a_building_or_a_parcel_serve_the_cases_below_it),
		TEST(what_is_destroyed_or_superseded_does_not_count),
		TEST(papers_are_found_below_a_parcel_of_thousands_and_old_ones_so_far_as_is_looked),
		TEST(papers_follow_a_new_number_and_not_a_split),
		TEST(a_department_is_told_of_what_is_its_own),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_catalogue_setup, fixture_teardown);
}
