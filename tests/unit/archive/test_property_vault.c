/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>
#include <zong/vault_access.h>

#include "sample_properties.h"

#define MEMBER "示例税务甲"
#define PASSWORD "correct horse battery"

static void file(struct fixture *f, const struct zong_vault_entered *entered)
{
	struct zong_intake intake = {
		.case_no = "V-1", .type = "申报表", .file_name = "扫描件.pdf", .scope = ""};
	static const char text[] = "%PDF-1.4\ntext 契税申报表\ntext 第二页\n";

	intake.fd = memfd_create("document", MFD_CLOEXEC);
	assert_true(intake.fd >= 0);
	assert_int_equal(zong_file_write_all(intake.fd, text, sizeof(text) - 1), 0);
	intake.len = sizeof(text) - 1;
	zong_receipt_release(&f->receipt);
	assert_int_equal(zong_intake_run(entered->archive, &entered->who, &intake, NULL, NULL,
				 &f->receipt, &f->err),
		0);
	close(intake.fd);
}

static void settle(struct zong_archive *archive)
{
	struct zong_status status;
	uint64_t seen = 0;

	do {
		zong_status_peek(archive, &status);
		zong_archive_wait(archive, &seen, ZONG_SECOND / 20);
	} while (status.jobs_waiting || status.jobs_running);
}

/* The scanner leaves a mark where it was run. */
static void set_scanner(struct fixture *f, char mark[300])
{
	char path[300];
	FILE *script;

	snprintf(mark, 300, "%s/scanned", f->dir);
	snprintf(path, sizeof(path), "%s/scanner", f->dir);
	script = fopen(path, "w");
	assert_non_null(script);
	fprintf(script, "#!/bin/sh\n: > %s\n", mark);
	assert_int_equal(fchmod(fileno(script), 0700), 0);
	assert_int_equal(fclose(script), 0);
	zong_scanner_release(&f->archive->property.scanner);
	assert_int_equal(zong_scanner_init(&f->archive->property.scanner, path, 10), 0);
}

static void a_vault_is_tested_inside_and_its_files_go_to_no_other_program(void **state)
{
	const struct zong_property_order order = {
		.case_no = "V-1", .stage = ZONG__PROPERTY_STAGE__PROPERTY_KEEPING, .decode = true};
	struct fixture *f = *state;
	struct zong_vault_entered entered;
	struct zong_vault_paper sheet;
	Zong__PropertyReport *report, **reports;
	char mark[300];
	uint64_t len;
	size_t count;
	int fd;

	assert_int_equal(
		zong_vault_make(f->archive, &f->tax, "tax", MEMBER, PASSWORD, &sheet, &f->err), 0);
	zong_vault_paper_release(&sheet);
	set_scanner(f, mark);
	assert_int_equal(
		zong_vault_unlock(f->archive, &f->tax, "tax", MEMBER, PASSWORD, &f->err), 0);
	assert_int_equal(zong_vault_enter(f->archive, &f->tax, "tax", &entered), 0);
	sample_catalogue_case(f, "V-1", "转移登记", "", SAMPLE_UNIT, "11010519491231002X", "权利人");
	assert_int_equal(fixture_add(f, "V-1", "申请书", "text 申请\n", "tax", &f->receipt), 0);
	assert_int_equal(
		zong_vault_bring_case(f->archive, &f->tax, &entered, "V-1", &f->err), 0);
	file(f, &entered);
	settle(entered.archive);
	assert_int_equal(
		zong_property_run(entered.archive, &entered.who, &order, &report, &f->err), 0);
	assert_string_equal(sample_failed(report), "");
	assert_int_equal(report->materials, 1);
	assert_string_equal(sample_item(report, ZONG_PROPERTY_READABLE)->why, "decoded-now");
	assert_int_equal(sample_item(report, ZONG_PROPERTY_MEDIA)->result,
		ZONG__PROPERTY_RESULT__PROPERTY_PASSED);
	assert_int_equal(sample_item(report, ZONG_PROPERTY_VIRUS)->result,
		ZONG__PROPERTY_RESULT__PROPERTY_NOT_RUN);
	assert_string_equal(sample_item(report, ZONG_PROPERTY_VIRUS)->why, "in-vault");
	assert_int_equal(access(mark, F_OK), -1);
	zong__property_report__free_unpacked(report, NULL);
	assert_int_equal(zong_property_print(entered.archive, &entered.who, "V-1", NULL,
				 order.stage, true, &fd, &len, &f->err),
		0);
	assert_true(len > 0);
	close(fd);
	/* outside nothing of it is known */
	assert_int_equal(zong_property_list(
				 f->archive, &f->archivist, "V-1", NULL, &reports, &count, &f->err),
		0);
	assert_int_equal(count, 0);
	zong_property_free(reports, count);
	zong_vault_leave(f->archive, &entered);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vault_is_tested_inside_and_its_files_go_to_no_other_program),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
