/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/check.h>

#include "row.h"
#include "sample_units.h"

#define P "370786007001GB000"

/* What a check found, one line each; static, until the next check. */
static char found[4000];

static int note(void *ctx, const struct zong_finding *finding)
{
	size_t len = strlen(found);

	(void)ctx;
	snprintf(found + len, sizeof(found) - len, "%s %.30s%s\n", zong_finding_slug(finding->kind),
		finding->object, finding->repaired ? " repaired" : "");
	return 0;
}

static const char *check(struct fixture *f, bool repair)
{
	struct zong_check_options options = {.repair = repair, .found = note};
	struct zong_check_result result;

	found[0] = '\0';
	zong_archive_close(f->archive);
	f->archive = NULL;
	assert_int_equal(zong_check_run(f->dir, &options, &result, &f->err), 0);
	fixture_reopen(f, true);
	return found;
}

static int setup(void **state)
{
	static const char table[] = "code,name\n" P "01F00010001,示例\n";
	struct zong_table_report report;
	struct fixture *f;

	if (fixture_setup(state))
		return -1;
	f = *state;
	if (sample_import(f, ZONG_UNIT_TABLE_UNITS, table, sizeof(table) - 1, &report))
		return -1;
	zong_table_report_release(&report);
	return sample_event(
		f, &f->archivist, "split", "2010-01-01", P "02", P "03 " P "04", NULL, NULL);
}

/* To the first row of a table. */
struct harm {
	enum zong_table table;
	const void *bytes; /* NULL: taken away */
	size_t len;
};

static int harm_first(struct zong_txn *txn, void *ctx)
{
	const struct harm *harm = ctx;
	struct zong_iter iter = {0};
	struct zong_key key;
	int err = zong_iter_begin(&iter, txn, harm->table, NULL, NULL, false);

	if (!err)
		err = zong_iter_next(&iter);
	if (!err) {
		zong_key_clear(&key);
		zong_key_bytes(&key, iter.key.bytes, iter.key.len);
	}
	zong_iter_end(&iter);
	if (err)
		return err;
	if (harm->bytes)
		return zong_txn_put_bytes(txn, harm->table, &key, harm->bytes, harm->len);
	return zong_txn_delete(txn, harm->table, &key);
}

static void do_harm(struct fixture *f, struct harm harm)
{
	assert_int_equal(zong_store_write(f->archive->store, harm_first, &harm), 0);
}

static void a_sound_table_is_found_sound(void **state)
{
	assert_string_equal(check(*state, false), "");
}

static void an_event_that_is_not_filed_is_filed_again(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_UNIT_EVENTS_BY_CODE});
	assert_non_null(strstr(check(f, false), "index-missing unit_events_by_code/"));
	assert_non_null(strstr(check(f, true), " repaired"));
	assert_string_equal(check(f, false), "");
}

static void what_is_filed_without_an_event_is_taken_out(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_UNIT_EVENTS});
	assert_non_null(strstr(check(f, false), "index-extra unit_events_by_code/"));
	assert_non_null(strstr(check(f, true), " repaired"));
	assert_string_equal(check(f, false), "");
}

static void damaged_rows_are_named(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_UNITS, .bytes = "\x0f\xff", .len = 2});
	assert_non_null(strstr(check(f, false), "row-damaged unit/"));
	do_harm(f, (struct harm){.table = ZONG_TABLE_UNIT_EVENTS, .bytes = "\x0f\xff", .len = 2});
	assert_non_null(strstr(check(f, false), "row-damaged unit-event/"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_sound_table_is_found_sound),
		TEST(an_event_that_is_not_filed_is_filed_again),
		TEST(what_is_filed_without_an_event_is_taken_out),
		TEST(damaged_rows_are_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
