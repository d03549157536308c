/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <zong/access.h>
#include <zong/digest.h>
#include <zong/file.h>
#include <zong/time.h>

#include "sample_properties.h"

static int has_result(const Zong__PropertyReport *report, enum zong_property_item item)
{
	return (int)sample_item(report, item)->result;
}

#define PASSED ZONG__PROPERTY_RESULT__PROPERTY_PASSED
#define FAILED ZONG__PROPERTY_RESULT__PROPERTY_FAILED
#define NOT_RUN ZONG__PROPERTY_RESULT__PROPERTY_NOT_RUN

static void a_sound_case_passes_what_was_looked_at_and_nothing_else(void **state)
{
	static const enum zong_property_item left[] = {ZONG_PROPERTY_SIGNATURE,
		ZONG_PROPERTY_PACKAGE_FILES, ZONG_PROPERTY_PACKAGE_FOLDERS,
		ZONG_PROPERTY_PACKAGE_SAME, ZONG_PROPERTY_ATTACHMENTS,
		ZONG_PROPERTY_PACKAGE_ELEMENTS, ZONG_PROPERTY_PACKAGE_CONTENT,
		ZONG_PROPERTY_PACKAGE_READABLE, ZONG_PROPERTY_PACKAGE_PLAIN, ZONG_PROPERTY_SCANNER,
		ZONG_PROPERTY_VIRUS, ZONG_PROPERTY_MEDIUM_FILES, ZONG_PROPERTY_MEDIUM_SPEED,
		ZONG_PROPERTY_MEDIUM_LOOKS, ZONG_PROPERTY_MEDIUM_DISC};
	struct fixture *f = *state;
	char no[ZONG_ARCHIVAL_TEXT];
	Zong__PropertyReport *report;

	sample_sound(f, "P-1");
	sample_close(f, "P-1", no);
	report = sample_run(f, "P-1", NULL, false);
	assert_string_equal(sample_failed(report), "");
	assert_int_equal(report->n_items, ZONG_PROPERTY_ITEM_COUNT_);
	assert_int_equal(report->not_run, sizeof(left) / sizeof(left[0]));
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		assert_int_equal(has_result(report, left[i]), NOT_RUN);
		assert_string_not_equal(sample_item(report, left[i])->why, "");
		/* and in words, not as a slug */
		assert_string_not_equal(zong_property_why(sample_item(report, left[i])->why, "en"),
			sample_item(report, left[i])->why);
	}
	assert_int_equal(report->passed + report->not_run, ZONG_PROPERTY_ITEM_COUNT_);
	assert_int_equal(sample_item(report, ZONG_PROPERTY_DIGEST)->looked, 2);
	assert_int_equal(sample_item(report, ZONG_PROPERTY_READABLE)->looked, 3);
	assert_string_equal(sample_item(report, ZONG_PROPERTY_READABLE)->why, "decoded-then");
	assert_int_equal(report->materials, 2);
	assert_int_equal(report->pages, 3);
	zong__property_report__free_unpacked(report, NULL);
}

static void filing_is_run_when_a_volume_is_closed_and_the_report_is_proven_by_the_log(void **state)
{
	struct fixture *f = *state;
	struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_PROPERTY_TEXT);
	char digest[ZONG_DIGEST_TEXT], object[ZONG_ARCHIVAL_TEXT + 16], no[ZONG_ARCHIVAL_TEXT];
	Zong__PropertyReport **reports;
	struct zong_digest of;
	Zong__LogRecord *line;
	struct zong_key key;
	size_t count;

	sample_sound(f, "P-2");
	assert_int_equal(zong_property_list(
				 f->archive, &f->archivist, "P-2", NULL, &reports, &count, &f->err),
		0);
	assert_int_equal(count, 0);
	zong_property_free(reports, count);
	sample_close(f, "P-2", no);
	assert_int_equal(zong_property_list(
				 f->archive, &f->archivist, "P-2", NULL, &reports, &count, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_int_equal(reports[0]->stage, ZONG__PROPERTY_STAGE__PROPERTY_FILING);
	snprintf(object, sizeof(object), "volume/%s", no);
	assert_string_equal(reports[0]->occasion, object);
	assert_int_equal(zong_property_text(reports[0], &text), 0);
	zong_digest_of(text.data, text.len, &of);
	zong_digest_format(&of, digest);
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	zong_key_clear(&key);
	zong_key_u64(&key, reports[0]->record);
	assert_int_equal(zong_txn_get(f->txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor,
				 (ProtobufCMessage **)&line),
		0);
	zong_txn_end(f->txn);
	f->txn = NULL;
	assert_string_equal(line->verb, "property.run");
	assert_non_null(strstr(line->detail, digest));
	zong__log_record__free_unpacked(line, NULL);
	zong_buf_release(&text);
	zong_property_free(reports, count);
}

/* ---- metadata ---- */

static void edit_kind_long(ProtobufCMessage *row)
{
	char text[ZONG_LIMIT_TYPE + 2];

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(zong_row_set(&((Zong__Material *)row)->type, text), 0);
}

static void edit_control(ProtobufCMessage *row)
{
	assert_int_equal(zong_row_set(&((Zong__Material *)row)->title, "合\x01同"), 0);
}

static void edit_unit(ProtobufCMessage *row)
{
	assert_int_equal(
		zong_row_set(&((Zong__Material *)row)->units[0], "370786001001gb00001F"), 0);
}

static void edit_pair(ProtobufCMessage *row)
{
	assert_int_equal(
		zong_row_set(&((Zong__Material *)row)->units[0], "370786001001GC00001W00000000"),
		0);
}

static void edit_received(ProtobufCMessage *row)
{
	((Zong__Material *)row)->received = ZONG_SECOND;
}

static void edit_future(ProtobufCMessage *row)
{
	((Zong__Material *)row)->received = zong_time_now() + 3600 * ZONG_SECOND;
}

static void edit_by(ProtobufCMessage *row)
{
	assert_int_equal(zong_row_set(&((Zong__Material *)row)->received_by, ""), 0);
}

static void edit_untitled(ProtobufCMessage *row)
{
	assert_int_equal(zong_row_set(&((Zong__Material *)row)->type, ""), 0);
	assert_int_equal(zong_row_set(&((Zong__Material *)row)->title, ""), 0);
}

static void edit_bytes(ProtobufCMessage *row)
{
	((Zong__Material *)row)->bytes++;
}

static void edit_media(ProtobufCMessage *row)
{
	((Zong__Material *)row)->media = ZONG_MEDIA_JPEG;
}

static void edit_name(ProtobufCMessage *row)
{
	assert_int_equal(zong_row_set(&((Zong__Material *)row)->file_name, "合同.TIF"), 0);
}

static void edit_pages(ProtobufCMessage *row)
{
	((Zong__Material *)row)->pages++;
}

static void edit_version(ProtobufCMessage *row)
{
	((Zong__Material *)row)->version = 3;
}

static void edit_record(ProtobufCMessage *row)
{
	((Zong__Material *)row)->record--;
}

static void edit_no_record(ProtobufCMessage *row)
{
	((Zong__Material *)row)->record += 100000;
}

static void a_row_that_is_wrong_fails_the_item_that_it_is_wrong_for(void **state)
{
	static const struct {
		sample_edit *edit;
		const char *failed;
	} harms[] = {
		{edit_kind_long, "length too-long\n"},
		{edit_control, "characters bad-character\n"},
		{edit_unit, "format bad-format\n"},
		{edit_pair, "values not-in-list\n"},
		{edit_received, "sense time-order\n"},
		{edit_future, "sense time-future\n"},
		{edit_by, "elements empty\n"},
		{edit_untitled, "required empty\n"},
		{edit_bytes, "attributes size-differs\nbytes size-differs\n"},
		{edit_media, "attributes media-differs\n"},
		{edit_name, "attributes name-ending\n"},
		{edit_pages, "content pages-differ\n"},
		{edit_version, "sequence version-gap\n"},
		{edit_record, "process other-line\n"},
		{edit_no_record, "process no-line\ntrail no-line\n"},
	};
	struct fixture *f = *state;
	char no[24];

	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++) {
		const char *failed, *at;

		snprintf(no, sizeof(no), "M-%zu", i);
		sample_sound(f, no);
		sample_edit_material(f, harms[i].edit);
		failed = sample_faults(f, no);
		for (at = harms[i].failed; *at; at = strchr(at, '\n') + 1) {
			char line[64];

			snprintf(line, sizeof(line), "%.*s", (int)(strchr(at, '\n') + 1 - at), at);
			if (!strstr(failed, line))
				fail_msg("%zu: %s not in %s", i, line, failed);
		}
		/* what else follows from it is an index that has the row otherwise */
		if (!strstr(failed, "accessible"))
			assert_string_equal(failed, harms[i].failed);
	}
}

static void edit_party(ProtobufCMessage *row)
{
	assert_int_equal(zong_row_set(&((Zong__Case *)row)->parties[0]->name, ""), 0);
}

static void a_case_without_its_own_metadata_fails(void **state)
{
	struct fixture *f = *state;

	sample_sound(f, "C-1");
	assert_string_equal(sample_faults(f, "C-1"), "");
	sample_edit_case(f, "C-1", edit_party);
	assert_string_equal(sample_faults(f, "C-1"), "required empty\n");
}

/* ---- contents ---- */

static void edit_page_lost(ProtobufCMessage *row)
{
	((Zong__File *)row)->pages[0]->raster.data[0] ^= 1;
}

static void edit_page_damaged(ProtobufCMessage *row)
{
	((Zong__File *)row)->pages[0]->err = ZONG_EDAMAGED;
}

static void a_page_that_leads_nowhere_or_does_not_decode_fails(void **state)
{
	struct fixture *f = *state;
	Zong__PropertyReport *report;
	struct sample_change gone = {.table = ZONG_TABLE_FILES};
	struct zong_digest digest;

	sample_sound(f, "F-1");
	sample_edit_file(f, edit_page_lost);
	assert_non_null(strstr(sample_faults(f, "F-1"), "linked row-missing\n"));
	/* decoded anew it has other pixels than those that are recorded */
	report = sample_run(f, "F-1", NULL, true);
	assert_non_null(strstr(sample_failed(report), "readable raster-differs\n"));
	assert_string_equal(sample_item(report, ZONG_PROPERTY_READABLE)->why, "decoded-now");
	assert_int_equal(sample_item(report, ZONG_PROPERTY_READABLE)->findings[0]->page, 1);
	assert_string_equal(
		sample_item(report, ZONG_PROPERTY_READABLE)->findings[0]->name, "扫描件.pdf");
	zong__property_report__free_unpacked(report, NULL);

	sample_sound(f, "F-2");
	sample_edit_file(f, edit_page_damaged);
	assert_non_null(strstr(sample_faults(f, "F-2"), "content page-damaged\n"));
	assert_non_null(strstr(sample_faults(f, "F-2"), "readable page-damaged\n"));

	sample_sound(f, "F-3");
	assert_true(zong_row_digest(&f->receipt.material->file, &digest));
	zong_row_key_digest(&gone.key, &digest);
	sample_do(f, &gone);
	assert_non_null(strstr(sample_faults(f, "F-3"), "linked row-missing\n"));
	assert_non_null(strstr(sample_faults(f, "F-3"), "content file-gone\n"));
}

/* Turns a byte of what is stored. */
static int spoil(struct zong_txn *txn, void *ctx)
{
	struct zong_iter iter = {0};
	struct zong_key key;
	uint8_t *copy = NULL;
	size_t len = 0;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_PENDING, NULL, NULL, false);

	(void)ctx;
	if (!err)
		err = zong_iter_next(&iter);
	if (!err) {
		zong_key_clear(&key);
		zong_key_bytes(&key, iter.key.bytes, iter.key.len);
		len = iter.value_len;
		copy = malloc(len);
		assert_non_null(copy);
		memcpy(copy, iter.value, len);
		copy[len - 1] ^= 1;
	}
	zong_iter_end(&iter);
	if (!err)
		err = zong_txn_put_bytes(txn, ZONG_TABLE_PENDING, &key, copy, len);
	free(copy);
	return err;
}

/* So many letters that they do not stand in the recipe, and do not become less. */
static void write_page(char *page, size_t size)
{
	uint32_t seed = 12345;
	size_t len = (size_t)snprintf(page, size, "text ");

	while (len + 2 < size) {
		seed = seed * 1664525 + 1013904223;
		page[len++] = (char)('a' + (seed >> 24) % 26);
	}
	page[len++] = '\n';
	page[len] = '\0';
}

static void a_byte_that_changed_is_found_and_what_depends_on_it_does_not_pass(void **state)
{
	struct fixture *f = *state;
	Zong__PropertyReport *report;
	const Zong__PropertyItem *item;
	char page[9000];

	write_page(page, sizeof(page));
	sample_catalogue_case(f, "D-1", "转移登记", "", SAMPLE_UNIT, "11010519491231002X", "");
	assert_int_equal(fixture_add(f, "D-1", "申请书", page, "", &f->receipt), 0);
	/* small files lie with their rows until they are moved */
	assert_int_equal(zong_store_write(f->archive->store, spoil, NULL), 0);
	report = sample_run(f, "D-1", NULL, false);
	item = sample_item(report, ZONG_PROPERTY_DIGEST);
	assert_int_equal(item->result, FAILED);
	assert_string_equal(item->findings[0]->why, "bytes-changed");
	assert_string_equal(item->findings[0]->element, "file");
	assert_int_equal(has_result(report, ZONG_PROPERTY_CONTENT), FAILED);
	assert_int_equal(has_result(report, ZONG_PROPERTY_BYTES), FAILED);
	assert_int_equal(has_result(report, ZONG_PROPERTY_READABLE), NOT_RUN);
	assert_int_equal(has_result(report, ZONG_PROPERTY_ATTRIBUTES), NOT_RUN);
	zong__property_report__free_unpacked(report, NULL);
}

static void a_page_that_waits_to_be_read_does_not_pass_and_one_that_failed_fails(void **state)
{
	struct fixture *f = *state;
	Zong__PropertyReport *report;

	sample_catalogue_case(f, "R-1", "转移登记", "", SAMPLE_UNIT, "11010519491231002X", "");
	assert_int_equal(fixture_add(f, "R-1", "申请书", "kill 第一页\n", "", &f->receipt), 0);
	report = sample_run(f, "R-1", NULL, false);
	assert_string_equal(sample_failed(report), "");
	assert_int_equal(has_result(report, ZONG_PROPERTY_PROCESS), NOT_RUN);
	assert_string_equal(
		sample_item(report, ZONG_PROPERTY_PROCESS)->findings[0]->why, "not-read");
	zong__property_report__free_unpacked(report, NULL);
	fixture_reopen(f, false);
	assert_true(fixture_settle(f));
	assert_string_equal(sample_faults(f, "R-1"), "process read-failed\n");
	fixture_reopen(f, true);
}

static void what_the_catalogue_asks_for_and_is_not_there_fails(void **state)
{
	struct fixture *f = *state;
	Zong__PropertyReport *report;

	sample_catalogue_case(f, "S-1", "转移登记", "", SAMPLE_UNIT, "11010519491231002X", "");
	assert_int_equal(fixture_add(f, "S-1", "合同", "blank\n", "", &f->receipt), 0);
	report = sample_run(f, "S-1", NULL, false);
	assert_string_equal(sample_failed(report), "scope material-missing\n");
	assert_string_equal(sample_item(report, ZONG_PROPERTY_SCOPE)->findings[0]->name, "申请书");
	zong__property_report__free_unpacked(report, NULL);
	sample_catalogue_case(f, "S-2", "别的事", "", SAMPLE_UNIT, "11010519491231002X", "");
	report = sample_run(f, "S-2", NULL, false);
	assert_int_equal(has_result(report, ZONG_PROPERTY_SCOPE), NOT_RUN);
	assert_string_equal(sample_item(report, ZONG_PROPERTY_SCOPE)->why, "no-catalogue");
	/* and where there is no material, nothing about materials passes */
	assert_int_equal(has_result(report, ZONG_PROPERTY_DIGEST), NOT_RUN);
	assert_int_equal(has_result(report, ZONG_PROPERTY_READABLE), NOT_RUN);
	assert_int_equal(has_result(report, ZONG_PROPERTY_CONTENT), NOT_RUN);
	zong__property_report__free_unpacked(report, NULL);
}

/* ---- the record ---- */

static void edit_detail(ProtobufCMessage *row)
{
	assert_int_equal(zong_row_set(&((Zong__LogRecord *)row)->name, "别人"), 0);
}

static void a_line_of_the_log_that_was_changed_is_found(void **state)
{
	struct fixture *f = *state;
	struct sample_change gone = {.table = ZONG_TABLE_LOG};
	const char *failed;

	sample_sound(f, "L-1");
	fixture_case(f, "L-1-behind");
	sample_edit_line(f, f->receipt.material->record, edit_detail);
	failed = sample_faults(f, "L-1");
	assert_string_equal(failed, "trail line-changed\n");
	sample_sound(f, "L-2");
	fixture_case(f, "L-2-behind");
	zong_key_clear(&gone.key);
	zong_key_u64(&gone.key, f->receipt.material->record);
	sample_do(f, &gone);
	failed = sample_faults(f, "L-2");
	assert_string_equal(failed, "process no-line\ntrail no-line\n");
}

/* ---- reports ---- */

static void who_may_run_and_who_may_read_is_not_the_same(void **state)
{
	const struct zong_property_order order = {
		.case_no = "P-1", .stage = ZONG__PROPERTY_STAGE__PROPERTY_KEEPING};
	struct fixture *f = *state;
	struct zong_subject auditor = {.role = ZONG_ROLE_AUDITOR, .key = "user:audit"};
	Zong__PropertyReport *report, **reports;
	size_t count;

	assert_int_equal(
		zong_property_run(f->archive, &f->tax, &order, &report, &f->err), ZONG_EFORBIDDEN);
	assert_int_equal(
		zong_property_run(f->archive, &auditor, &order, &report, &f->err), ZONG_EFORBIDDEN);
	assert_int_equal(
		zong_property_list(f->archive, &f->tax, "P-1", NULL, &reports, &count, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(
		zong_property_list(f->archive, &auditor, "P-1", NULL, &reports, &count, &f->err),
		0);
	assert_true(count > 0);
	zong_property_free(reports, count);
	assert_int_equal(zong_property_list(f->archive, &f->archivist, "none", NULL, &reports,
				 &count, &f->err),
		ZONG_ENOCASE);
	assert_true(fixture_log(f, "property.read", "case/P-1", NULL) > 0);
}

static void a_material_has_reports_of_its_own(void **state)
{
	struct fixture *f = *state;
	Zong__PropertyReport *report, **reports;
	char id[ZONG_ID_TEXT];
	size_t count;
	char *next;

	sample_sound(f, "O-1");
	snprintf(id, sizeof(id), "%s", fixture_id(&f->receipt.material->id));
	sample_edit_material(f, edit_bytes);
	report = sample_run(f, NULL, id, false);
	assert_int_equal(report->materials, 1);
	assert_int_equal(has_result(report, ZONG_PROPERTY_ATTRIBUTES), FAILED);
	assert_int_equal(has_result(report, ZONG_PROPERTY_SCOPE), NOT_RUN);
	assert_string_equal(sample_item(report, ZONG_PROPERTY_SCOPE)->why, "of-case");
	zong__property_report__free_unpacked(report, NULL);
	assert_int_equal(
		zong_property_list(f->archive, &f->archivist, NULL, id, &reports, &count, &f->err),
		0);
	assert_int_equal(count, 1);
	zong_property_free(reports, count);
	assert_int_equal(zong_property_list(
				 f->archive, &f->archivist, "O-1", NULL, &reports, &count, &f->err),
		0);
	assert_int_equal(count, 0);
	zong_property_free(reports, count);
	/* the newest of those with a failure */
	assert_int_equal(zong_property_failed(f->archive, &f->archivist, NULL, 1, &reports, &count,
				 &next, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_string_equal(reports[0]->case_no, "O-1");
	assert_int_equal(reports[0]->material.len, ZONG_ID_SIZE);
	assert_non_null(next);
	free(next);
	zong_property_free(reports, count);
}

static void set_conf(struct fixture *f, const char *more)
{
	char path[300], text[800];

	snprintf(path, sizeof(path), "%s/zong.conf", f->dir);
	snprintf(text, sizeof(text), "catalogue = %s/hall.rules\n%s", f->dir, more);
	sample_write(path, text);
}

static void the_hall_says_which_formats_it_keeps(void **state)
{
	static const char *const wrong[] = {"property-media = tiff gif\n", "property-media = ,\n",
		"virus-scanner = clamscan -\n", "virus-seconds = 0\n"};
	struct fixture *f = *state;
	struct zong_archive_options options = {.paused = true};
	struct zong_archive *archive;

	sample_sound(f, "H-1");
	set_conf(f, "property-media = tiff, jpeg\n");
	fixture_reopen(f, true);
	assert_string_equal(sample_faults(f, "H-1"), "media media-not-allowed\n");
	zong_archive_close(f->archive);
	f->archive = NULL;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		set_conf(f, wrong[i]);
		assert_int_equal(
			zong_archive_open(f->dir, &options, &archive, &f->err), ZONG_EINVAL);
	}
	set_conf(f, "");
	fixture_reopen(f, true);
	assert_string_equal(sample_faults(f, "H-1"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)
		TEST(a_sound_case_passes_what_was_looked_at_and_nothing_else),
		TEST(filing_is_run_when_a_volume_is_closed_and_the_report_is_proven_by_the_log),
		TEST(a_row_that_is_wrong_fails_the_item_that_it_is_wrong_for),
		TEST(a_case_without_its_own_metadata_fails),
		TEST(a_page_that_leads_nowhere_or_does_not_decode_fails),
		TEST(a_byte_that_changed_is_found_and_what_depends_on_it_does_not_pass),
		TEST(a_page_that_waits_to_be_read_does_not_pass_and_one_that_failed_fails),
		TEST(what_the_catalogue_asks_for_and_is_not_there_fails),
		TEST(a_line_of_the_log_that_was_changed_is_found),
		TEST(who_may_run_and_who_may_read_is_not_the_same),
		TEST(a_material_has_reports_of_its_own),
		TEST(the_hall_says_which_formats_it_keeps),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_properties_setup, fixture_teardown);
}
