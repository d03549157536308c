/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/time.h>

#include "sample_destruction.h"
#include "sample_properties.h"

#define WAIT (60 * ZONG_SECOND)

/* A sound case that is over since long, and its application, which the catalogue requires. */
static void old_case(struct fixture *f, const char *no, char ret_application[ZONG_ID_TEXT])
{
	Zong__RetentionRule rule = ZONG__RETENTION_RULE__INIT;
	char event[] = "注销";
	Zong__Material **materials;
	Zong__Case *row;
	size_t count;
	bool again;

	rule.event = event;
	rule.years = 1;
	assert_int_equal(zong_rules_set(f->archive, &f->administrator, &rule, &f->err), 0);
	sample_sound(f, no);
	assert_int_equal(zong_case_event_add(f->archive, &f->archivist, no, event, "2010-01-31",
				 &row, &again, &f->err),
		0);
	zong__case__free_unpacked(row, NULL);
	assert_int_equal(
		zong_case_materials(f->archive, &f->archivist, no, &materials, &count, &f->err), 0);
	assert_string_equal(materials[0]->type, "申请书");
	snprintf(ret_application, ZONG_ID_TEXT, "%s", fixture_id(&materials[0]->id));
	zong_materials_free(materials, count);
}

static void what_was_filed_and_then_destroyed_by_the_rules_was_not_left_out(void **state)
{
	struct fixture *f = *state;
	char id[ZONG_ID_TEXT], list[ZONG_ID_TEXT];
	Zong__PropertyReport *report;

	old_case(f, "G-1", id);
	destroy(f, id, list);
	report = sample_run(f, "G-1", NULL, true);
	assert_string_equal(sample_failed(report), "");
	assert_int_equal(report->materials, 1);
	assert_int_equal(report->destroyed, 1);
	assert_string_equal(sample_item(report, ZONG_PROPERTY_SCOPE)->why, "was-destroyed");
	assert_string_equal(sample_item(report, ZONG_PROPERTY_SCOPE)->detail, "申请书");
	zong__property_report__free_unpacked(report, NULL);
}

static void edit_certificate(ProtobufCMessage *row)
{
	((Zong__Material *)row)->destroyed_record--;
}

static void a_material_that_is_gone_without_a_certificate_fails(void **state)
{
	struct fixture *f = *state;
	struct sample_change change = {.table = ZONG_TABLE_MATERIALS,
		.type = &zong__material__descriptor,
		.edit = edit_certificate};
	char id[ZONG_ID_TEXT], list[ZONG_ID_TEXT];
	struct zong_id of;

	old_case(f, "G-2", id);
	destroy(f, id, list);
	assert_int_equal(zong_id_parse(id, &of), 0);
	zong_row_key_id(&change.key, &of);
	sample_do(f, &change);
	assert_string_equal(sample_faults(f, "G-2"), "process other-line\n");
}

/* ---- while it is looked at ---- */

struct waiting_run {
	struct fixture *f;
	Zong__PropertyReport *report;
};

static void *run_it(void *ctx)
{
	struct waiting_run *run = ctx;

	run->report = sample_run(run->f, "G-4", NULL, false);
	return NULL;
}

static void write_script(const char *path, const char *dir)
{
	FILE *script = fopen(path, "w");

	assert_non_null(script);
	fprintf(script, "#!/bin/sh\n: > %s/began\nwhile ! test -e %s/go; do sleep 0.01; done\n",
		dir, dir);
	assert_int_equal(fclose(script), 0);
	assert_int_equal(chmod(path, 0700), 0);
}

static void wait_for(const char *path)
{
	int64_t until = zong_time_monotonic() + WAIT;

	while (access(path, F_OK) != 0) {
		assert_true(zong_time_monotonic() < until);
		usleep(1000);
	}
}

/* The scanner holds the run while the material goes. */
static void what_is_destroyed_meanwhile_is_not_told_to_be_damaged(void **state)
{
	struct fixture *f = *state;
	struct waiting_run run = {.f = f};
	char path[300], began[300], go[300], id[ZONG_ID_TEXT], list[ZONG_ID_TEXT];
	pthread_t thread;
	FILE *file;

	old_case(f, "G-4", id);
	snprintf(path, sizeof(path), "%s/scanner", f->dir);
	snprintf(began, sizeof(began), "%s/began", f->dir);
	snprintf(go, sizeof(go), "%s/go", f->dir);
	write_script(path, f->dir);
	zong_scanner_release(&f->archive->property.scanner);
	assert_int_equal(zong_scanner_init(&f->archive->property.scanner, path, 60), 0);
	assert_int_equal(pthread_create(&thread, NULL, run_it, &run), 0);
	wait_for(began);
	destroy(f, id, list);
	file = fopen(go, "w");
	assert_non_null(file);
	fclose(file);
	pthread_join(thread, NULL);
	assert_string_equal(sample_failed(run.report), "");
	assert_int_equal(run.report->materials, 1);
	assert_int_equal(run.report->destroyed, 1);
	assert_int_equal(sample_item(run.report, ZONG_PROPERTY_VIRUS)->result,
		ZONG__PROPERTY_RESULT__PROPERTY_PASSED);
	zong__property_report__free_unpacked(run.report, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)
		TEST(what_was_filed_and_then_destroyed_by_the_rules_was_not_left_out),
		TEST(a_material_that_is_gone_without_a_certificate_fails),
		TEST(what_is_destroyed_meanwhile_is_not_told_to_be_damaged),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_properties_setup, fixture_teardown);
}
