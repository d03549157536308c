/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/gate.h>
#include <zong/media.h>
#include <zong/reading.h>
#include <zong/time.h>

#include "expect.h"
#include "fixture.h"
#include "http/json.h"

#define ID "01000000-0000-0000-0000-000000000000"
#define DIGEST "sha256:ab00000000000000000000000000000000000000000000000000000000000000"
#define SM3 "sm3:ab00000000000000000000000000000000000000000000000000000000000000"

static uint8_t id[16] = {1}, digest[32] = {0xab};
static char *receivers[] = {(char *)"tax", (char *)"housing"};
static char *units[] = {(char *)"370786001001GB00001"};
static const struct zong_subject archivist = {.role = ZONG_ROLE_ARCHIVIST};
static json_t *made;

static int release(void **state)
{
	json_decref(made);
	made = NULL;
	return fixture_clear(state);
}

static void material(Zong__Material *row)
{
	zong__material__init(row);
	row->id = (ProtobufCBinaryData){sizeof(id), id};
	row->file = (ProtobufCBinaryData){sizeof(digest), digest};
	row->sm3 = (ProtobufCBinaryData){sizeof(digest), digest};
	row->case_no = (char *)"202611240001";
	row->type = (char *)"合同";
	row->title = (char *)"买卖合同\U00020BB7";
	row->scope = ZONG__SCOPE__SCOPE_UNIT;
	row->units = units;
	row->n_units = 1;
	row->file_name = (char *)"扫描件.tif";
	row->version = 2;
	row->pages = 5;
	row->media = ZONG_MEDIA_TIFF;
	row->bytes = UINT64_C(17179869184);
	row->receivers = receivers;
	row->n_receivers = 2;
	row->received = 1764000000 * ZONG_SECOND;
	row->received_by = (char *)"token:archivist";
	row->record = 8;
}

#define BRIEF(read, parked, to)                                                                    \
	"\"id\":\"" ID "\",\"case\":\"202611240001\",\"type\":\"合同\","                         \
	"\"title\":\"买卖合同\U00020BB7\",\"scope\":\"unit\",\"name\":\"扫描件.tif\","      \
	"\"version\":2,\"pages\":5,\"pages_read\":" read ",\"pages_parked\":" parked ","           \
	"\"bytes\":17179869184,\"media\":\"image/tiff\",\"digest\":\"" DIGEST "\",\"sm3\":\"" SM3 "\","\
	"\"received\":\"2025-11-24T16:00:00.000Z\",\"received_by\":\"token:archivist\","           \
	"\"to\":" to

static void a_material_without_pages_known_keeps_every_other_member(void **state)
{
	struct zong_material_pages pages = {.read = 3, .parked = 1};
	Zong__Material row;

	(void)state;
	material(&row);
	made = zong_json_material(&archivist, &row, &pages, NULL, 0, "zh");
	expect_json(made,
		"{" BRIEF("3", "1",
			"[\"tax\",\"housing\"]") ",\"units\":[{\"code\":"
						 "\"370786001001GB00001\",\"level\":\"parcel\","
						 "\"printed\":\"370786 001001 "
						 "GB00001\"}],\"record\":8,\"page\":[],\"fields\":["
						 "],\"kind\":null,\"compared\":[],"
						 "\"deliveries\":[]}");
}

static void a_department_does_not_learn_who_else_receives(void **state)
{
	struct zong_subject tax = {.role = ZONG_ROLE_DEPARTMENT, .department = "tax"};
	struct zong_subject other = {.role = ZONG_ROLE_DEPARTMENT, .department = "court"};
	struct zong_material_pages pages = {0};
	Zong__Material row;

	material(&row);
	made = zong_json_material(&tax, &row, &pages, NULL, 0, "zh");
	expect_json(expect_at(made, "to"), "[\"tax\"]");
	expect_nowhere(made, "housing");
	release(state);
	made = zong_json_material(&other, &row, &pages, NULL, 0, "zh");
	expect_json(expect_at(made, "to"), "[]");
}

static void every_scope_has_its_name(void **state)
{
	static const char *const names[] = {"case", "unit", "building", "parcel"};
	struct zong_material_pages pages = {0};
	Zong__Material row;
	int i;

	for (i = 0; i < 4; i++) {
		material(&row);
		row.scope = (Zong__Scope)i;
		release(state);
		made = zong_json_material(&archivist, &row, &pages, NULL, 0, "zh");
		expect_text(made, "scope", names[i]);
	}
}

static void a_page_tells_of_its_picture_and_of_its_text_only_what_there_is(void **state)
{
	Zong__FilePage grey = ZONG__FILE_PAGE__INIT, bare = ZONG__FILE_PAGE__INIT,
		       lost = ZONG__FILE_PAGE__INIT;
	struct zong_page_info page[5] = {
		{&grey, ZONG_PAGE_READ, ZONG_TEXT_OCR, 0.5f, 0, "", ZONG__VERDICT__INIT, 0, ""},
		{&bare, ZONG_PAGE_READ, ZONG_TEXT_LAYER, 1.0f, 0, "", ZONG__VERDICT__INIT, 0, ""},
		{&grey, ZONG_PAGE_BLANK, ZONG_TEXT_NONE, 0, 0, "", ZONG__VERDICT__INIT, 0, ""},
		{&grey, ZONG_PAGE_WAITING, ZONG_TEXT_NONE, 0, 0, "", ZONG__VERDICT__INIT, 0, ""},
		{&lost, ZONG_PAGE_DAMAGED, ZONG_TEXT_NONE, 0, ZONG_EDAMAGED, "", ZONG__VERDICT__INIT, 0, ""},
	};
	struct zong_material_pages pages = {.page = page, .pages = 5, .read = 3, .parked = 1};
	Zong__Material row;

	(void)state;
	material(&row);
	grey.raster = bare.raster = row.file;
	grey.width = bare.width = 2480;
	grey.height = bare.height = 3508;
	grey.dpi_x = 300;
	grey.colour = ZONG_COLOUR_GREY;
	bare.colour = ZONG_COLOUR_BILEVEL; /* a picture that does not say how large it is */
	made = zong_json_material(&archivist, &row, &pages, NULL, 0, "zh");
	expect_count(made, "page", 5);
	expect_json(expect_at(made, "page/0"),
		"{\"n\":1,\"state\":\"read\",\"source\":\"ocr\",\"confidence\":0.5,\"width\":2480,"
		"\"height\":3508,\"dpi\":300.0,\"colour\":\"grey\",\"raster\":\"" DIGEST "\",\"quality\":null}");
	expect_json(expect_at(made, "page/1"),
		"{\"n\":2,\"state\":\"read\",\"source\":\"text-layer\",\"confidence\":1.0,"
		"\"width\":2480,\"height\":3508,\"dpi\":null,\"colour\":\"bilevel\","
		"\"raster\":\"" DIGEST "\",\"quality\":null}");
	expect_json(expect_at(made, "page/2"),
		"{\"n\":3,\"state\":\"blank\",\"source\":null,\"confidence\":null,\"width\":2480,"
		"\"height\":3508,\"dpi\":300.0,\"colour\":\"grey\",\"raster\":\"" DIGEST "\",\"quality\":null}");
	expect_text(made, "page/3/state", "waiting");
	assert_true(json_is_null(expect_at(made, "page/3/confidence")));
	expect_count(made, "page/4", 7);
	expect_text(made, "page/4/state", "damaged");
	expect_text(made, "page/4/code", "damaged-file");
	expect_text(made, "page/4/reason", zong_message_title(ZONG_EDAMAGED, "zh"));
}

static void a_page_tells_how_well_it_was_scanned_and_what_is_wrong(void **state)
{
	Zong__FilePage scanned = ZONG__FILE_PAGE__INIT;
	Zong__Quality quality = ZONG__QUALITY__INIT;
	Zong__Verdict skew = ZONG__VERDICT__INIT, *verdicts[] = {&skew};
	struct zong_page_info page = {.page = &scanned, .state = ZONG_PAGE_READ};
	struct zong_material_pages pages = {.page = &page, .pages = 1, .read = 1};
	struct zong_alike alike = {.page = 1, .other_page = 2, .distance = 0.25f};
	Zong__Material row;

	(void)state;
	material(&row);
	quality.writing = true;
	quality.dpi = 300;
	quality.skew = 4.5f;
	skew.fault = ZONG_FAULT_SKEW;
	skew.figure = 4.5f;
	skew.limit = 2;
	scanned.quality = &quality;
	scanned.verdicts = verdicts;
	scanned.n_verdicts = 1;
	page.order.fault = ZONG_FAULT_ORDER;
	page.order.figure = 7;
	page.order.limit = 3;
	page.order.page = 2;
	made = zong_json_material(&archivist, &row, &pages, NULL, 0, "zh");
	assert_true(json_number_value(expect_at(made, "page/0/quality/skew")) == 4.5);
	assert_true(json_is_null(expect_at(made, "page/0/quality/blur")));
	expect_count(made, "page/0/quality/verdicts", 2);
	expect_text(made, "page/0/quality/verdicts/0/fault", "skew");
	expect_text(made, "page/0/quality/verdicts/0/text", "歪斜 4.5°，不应超过 2.0°");
	expect_text(made, "page/0/quality/verdicts/1/text",
		"页序不对：印的是第 7 页，接在第 2 页后面的应是第 3 页");
	/* A page before it is the original, one behind it the copy; another material's is neither. */
	snprintf(alike.material, sizeof(alike.material), "%s",
		json_string_value(expect_at(made, "id")));
	assert_int_equal(zong_json_copies(made, &alike, 1, "en"), 0);
	expect_count(made, "page/0/quality/verdicts", 2);
	alike.other_page = 0;
	assert_int_equal(zong_json_copies(made, &alike, 1, "en"), 0);
	expect_count(made, "page/0/quality/verdicts", 3);
	assert_int_equal(zong_json_copies(made, &alike, 1, "en"), 0);
	expect_count(made, "page/0/quality/verdicts", 3);
	alike.material[0] ^= 1;
	json_array_remove(expect_at(made, "page/0/quality/verdicts"), 2);
	assert_int_equal(zong_json_copies(made, &alike, 1, "en"), 0);
	expect_count(made, "page/0/quality/verdicts", 2);
}

static void a_parked_page_says_why_in_the_language_asked_for_and_what_more_is_known(void **state)
{
	Zong__FilePage bilevel = ZONG__FILE_PAGE__INIT;
	struct zong_page_info page[3] = {
		{&bilevel, ZONG_PAGE_PARKED, ZONG_TEXT_NONE, 0, ZONG_EWORKER,
			"page 1: killed by signal 11 (SEGV)", ZONG__VERDICT__INIT, 0, ""},
		{&bilevel, ZONG_PAGE_PARKED, ZONG_TEXT_NONE, 0, ZONG_EWORKER_TIMEOUT, "", ZONG__VERDICT__INIT, 0, ""},
		{&bilevel, ZONG_PAGE_PARKED, ZONG_TEXT_NONE, 0, ZONG_EDAMAGED, "page 1: ", ZONG__VERDICT__INIT, 0, ""},
	};
	struct zong_material_pages pages = {.page = page, .pages = 3, .parked = 3};
	Zong__Material row;

	(void)state;
	material(&row);
	made = zong_json_material(&archivist, &row, &pages, NULL, 0, "en");
	expect_text(made, "page/0/code", "worker-died");
	expect_text(made, "page/0/reason",
		"The reading program died (page 1: killed by signal 11 (SEGV))");
	expect_text(made, "page/1/code", "worker-deadline");
	expect_text(made, "page/1/reason", zong_message_title(ZONG_EWORKER_TIMEOUT, "en"));
	expect_text(made, "page/2/reason", zong_message_title(ZONG_EDAMAGED, "en"));
	assert_null(expect_at(made, "page/0/width"));
	json_decref(made);
	made = zong_json_material(&archivist, &row, &pages, NULL, 0, "zh");
	expect_text(made, "page/0/reason", "识别程序中断（page 1: killed by signal 11 (SEGV)）");
}

static void a_field_has_a_box_only_where_it_has_a_place(void **state)
{
	Zong__Box box = ZONG__BOX__INIT;
	Zong__Field placed = ZONG__FIELD__INIT, loose = ZONG__FIELD__INIT;
	struct zong_material_field field[] = {{&placed, 2}, {&loose, 3}};
	struct zong_material_pages pages = {.field = field, .fields = 2};
	Zong__Material row;

	(void)state;
	material(&row);
	box.x = 1;
	box.y = 2;
	box.width = 3;
	box.height = 4;
	placed.kind = (char *)"id";
	placed.value = (char *)"11010519491231002X";
	placed.raw = (char *)"１１010519491231002x";
	placed.box = &box;
	placed.confidence = 0.25f;
	placed.valid = true;
	placed.repaired = true;
	placed.label = (char *)"证件号码";
	loose.kind = (char *)"unit";
	made = zong_json_material(&archivist, &row, &pages, NULL, 0, "zh");
	expect_json(expect_at(made, "fields"),
		"[{\"kind\":\"id\",\"value\":\"11010519491231002X\",\"raw\":"
		"\"１１010519491231002x\",\"page\":2,\"confidence\":0.25,\"valid\":true,"
		"\"repaired\":true,\"label\":\"证件号码\",\"box\":[1,2,3,4]},"
		"{\"kind\":\"unit\",\"value\":\"\",\"raw\":\"\",\"page\":3,\"confidence\":0.0,"
		"\"valid\":false,\"repaired\":false,\"label\":\"\"}]");
}

static void kind_and_comparison_say_what_agrees_what_not_and_what_was_not_read(void **state)
{
	Zong__Box box = ZONG__BOX__INIT;
	Zong__Field read = ZONG__FIELD__INIT;
	struct zong_compared compared[] = {
		{"unit", "370786001001GB00001", ZONG_AGREEMENT_YES, &read, 2},
		{"id", "1", ZONG_AGREEMENT_NO, &read, 3},
		{"case", "O-1", ZONG_AGREEMENT_NONE, NULL, 0},
	};
	struct zong_material_pages pages = {
		.kind = {"买卖合同", "sale-contract", 4, ZONG_AGREEMENT_NO},
		.compared = compared,
		.compareds = 3,
	};
	Zong__Material row;

	(void)state;
	material(&row);
	box.width = 9;
	read.value = (char *)"370786001001GB00001F00010001";
	made = zong_json_material(&archivist, &row, &pages, NULL, 0, "zh");
	expect_json(expect_at(made, "kind"), "{\"suggested\":\"买卖合同\",\"rule\":\"sale-"
					     "contract\",\"page\":4,\"agrees\":false}");
	expect_json(expect_at(made, "compared/0"),
		"{\"kind\":\"unit\",\"entered\":\"370786001001GB00001\",\"agrees\":true,"
		"\"read\":\"370786001001GB00001F00010001\",\"page\":2}");
	expect_json(expect_at(made, "compared/2"),
		"{\"kind\":\"case\",\"entered\":\"O-1\",\"agrees\":null,\"read\":null}");
	release(state);
	read.box = &box;
	pages.kind.agrees = ZONG_AGREEMENT_NONE;
	made = zong_json_material(&archivist, &row, &pages, NULL, 0, "zh");
	assert_true(json_is_null(expect_at(made, "kind/agrees")));
	assert_true(json_is_false(expect_at(made, "compared/1/agrees")));
	expect_json(expect_at(made, "compared/1/box"), "[0,0,9,0]");
}

static void a_receipt_tells_what_was_kept_and_what_was_there_before(void **state)
{
	uint32_t damaged[] = {2, 5};
	struct zong_warning warning = {.code = "unit-pair", .subject = "370786001001GB00001"};
	Zong__Delivery delivery = ZONG__DELIVERY__INIT;
	Zong__Delivery *deliveries[] = {&delivery};
	Zong__Material row;
	Zong__FilePage good = ZONG__FILE_PAGE__INIT, lost = ZONG__FILE_PAGE__INIT;
	Zong__FilePage *rows[] = {&good, &lost};
	Zong__Verdict verdict = ZONG__VERDICT__INIT, *verdicts[] = {&verdict};
	Zong__File file = ZONG__FILE__INIT;
	struct zong_receipt receipt = {
		.material = &row,
		.file = &file,
		.delivery = deliveries,
		.deliveries = 1,
		.page_damaged = damaged,
		.pages_damaged = 2,
		.bytes_new = 5,
		.bytes_shared = UINT64_C(17179869179),
		.again = true,
		.warnings = {&warning, 1},
	};

	(void)state;
	material(&row);
	delivery.id = row.id;
	delivery.department = (char *)"tax";
	delivery.created = row.received;
	file.pages = rows;
	file.n_pages = 2;
	verdict.fault = ZONG_FAULT_DAMAGED;
	lost.verdicts = verdicts;
	lost.n_verdicts = 1;
	made = zong_json_receipt(&receipt, "en");
	expect_count(made, "quality", 1);
	assert_int_equal(json_integer_value(expect_at(made, "quality/0/n")), 2);
	assert_true(json_is_null(expect_at(made, "quality/0/dpi")));
	expect_text(made, "quality/0/verdicts/0/text", "cannot be shown");
	json_object_del(made, "quality");
	expect_text(made, "warnings/0/text", zong_warning_text("unit-pair", "en"));
	json_object_del(made, "warnings");
	expect_json(made,
		"{\"material\":\"" ID "\",\"case\":\"202611240001\","
		"\"title\":\"买卖合同\U00020BB7\",\"type\":\"合同\",\"version\":2,"
		"\"digest\":\"" DIGEST "\",\"sm3\":\"" SM3 "\",\"media\":\"image/tiff\",\"pages\":5,"
		"\"pages_damaged\":[2,5],\"bytes\":17179869184,\"bytes_new\":5,"
		"\"bytes_shared\":17179869179,\"time\":\"2025-11-24T16:00:00.000Z\",\"record\":8,"
		"\"again\":true,\"deliveries\":[{\"id\":\"" ID "\",\"department\":\"tax\","
		"\"state\":\"due\",\"attempts\":0,\"created\":\"2025-11-24T16:00:00.000Z\","
		"\"ended\":null}]}");
}

static void a_list_counts_the_pages_that_the_archive_has_read(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "J-1");
	assert_int_equal(
		fixture_add(f, "J-1", "t", "text 甲\nblank\ndamaged\n", "tax", &f->receipt), 0);
	assert_true(fixture_settle(f));
	made = zong_json_material_briefs(f->archive, &f->archivist, &f->receipt.material, 1);
	expect_count(made, "", 1);
	expect_count(made, "0", 17);
	expect_number(made, "0/pages", 3);
	expect_number(made, "0/pages_read", 2);
	expect_number(made, "0/pages_parked", 1);
	expect_text(made, "0/id", fixture_id(&f->receipt.material->id));
	expect_text(made, "0/scope", "case");
	json_decref(made);
	made = zong_json_material_briefs(f->archive, &f->archivist, NULL, 0);
	expect_json(made, "[]");
}

#define TEST(name) cmocka_unit_test_teardown(name, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_material_without_pages_known_keeps_every_other_member),
		TEST(a_department_does_not_learn_who_else_receives),
		TEST(every_scope_has_its_name),
		TEST(a_page_tells_of_its_picture_and_of_its_text_only_what_there_is),
		TEST(a_page_tells_how_well_it_was_scanned_and_what_is_wrong),
		TEST(a_parked_page_says_why_in_the_language_asked_for_and_what_more_is_known),
		TEST(a_field_has_a_box_only_where_it_has_a_place),
		TEST(kind_and_comparison_say_what_agrees_what_not_and_what_was_not_read),
		TEST(a_receipt_tells_what_was_kept_and_what_was_there_before),
		TEST(a_list_counts_the_pages_that_the_archive_has_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
