/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "row.h"
#include "row_page.h"
#include "sample_units.h"

#define P "370786008001GB000"

/* Units 1 to 7, and one that lies elsewhere. */
static void fill(struct fixture *f)
{
	static const char text[] =
		"code\n" P "01\n" P "02\n" P "03\n" P "04\n" P "05\n" P "06\n" P "07\n"
		"370786009001GB00001\n";
	struct zong_table_report report;

	assert_int_equal(
		sample_import(f, ZONG_UNIT_TABLE_UNITS, text, sizeof(text) - 1, &report), 0);
	zong_table_report_release(&report);
}

/* The last digits of what comes on pages of @max, joined. */
static void expect(
	struct fixture *f, const struct zong_row_page *page, size_t max, const char *digits)
{
	char text[32] = "";
	char *cursor = NULL;

	do {
		ProtobufCMessage **rows;
		size_t count;

		assert_int_equal(
			zong_row_page_read(f->archive, page, cursor, max, &rows, &count, &f->next),
			0);
		free(cursor);
		assert_true(count <= max);
		for (size_t i = 0; i < count; i++) {
			const char *code = ((Zong__Unit *)rows[i])->code;

			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s",
				code + strlen(code) - 1);
			zong_row_cleanup(&rows[i]);
		}
		free(rows);
		cursor = f->next;
		f->next = NULL;
	} while (cursor);
	assert_string_equal(text, digits);
}

static void pages_give_each_row_once_in_both_directions(void **state)
{
	struct fixture *f = *state;
	struct zong_row_page page = {
		.table = ZONG_TABLE_UNITS, .type = &zong__unit__descriptor, .prefix = "370786008"};

	fill(f);
	expect(f, &page, 3, "1234567");
	expect(f, &page, 7, "1234567");
	expect(f, &page, 50, "1234567");
	page.backwards = true;
	expect(f, &page, 3, "7654321");
	expect(f, &page, 1, "7654321");
	page.prefix = NULL;
	expect(f, &page, 4, "17654321");
}

static void a_cursor_of_nobody_is_refused(void **state)
{
	struct fixture *f = *state;
	struct zong_row_page page = {.table = ZONG_TABLE_UNITS, .type = &zong__unit__descriptor};
	ProtobufCMessage **rows;
	size_t count;

	assert_int_equal(zong_row_page_read(f->archive, &page, "x", 3, &rows, &count, &f->next),
		ZONG_ECURSOR);
}

/* ---- a whole table ---- */

#define MANY (2 * ZONG_ROW_WALK + 1)

struct walked {
	size_t count, stop; /* 0: not before the end */
	bool in_order;
};

static int see(const struct zong_iter *iter, void *ctx)
{
	struct walked *walked = ctx;
	struct zong_key_view key = iter->key;
	const char *no;
	char wanted[16];

	snprintf(wanted, sizeof(wanted), "w%06zu", walked->count++);
	walked->in_order &= zong_key_take_str(&key, &no) && strcmp(no, wanted) == 0;
	return walked->count == walked->stop ? ZONG_ELIMIT : 0;
}

static int put_many(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;
	char no[16];
	int err = 0;

	(void)ctx;
	for (size_t i = 0; i < MANY && !err; i++) {
		snprintf(no, sizeof(no), "w%06zu", i);
		zong_row_key_str(&key, no);
		err = zong_txn_put_bytes(txn, ZONG_TABLE_QUERIES, &key, "", 0);
	}
	zong_row_key_str(&key, "x");
	return err ? err : zong_txn_put_bytes(txn, ZONG_TABLE_QUERIES, &key, "", 0);
}

static void a_walk_sees_each_row_once_whatever_the_table_holds(void **state)
{
	struct walked all = {.in_order = true},
		      some = {.stop = ZONG_ROW_WALK + 5, .in_order = true};
	struct walked none = {0};
	struct fixture *f = *state;

	assert_int_equal(zong_row_walk(f->archive, ZONG_TABLE_QUERIES, "", see, &none), 0);
	assert_int_equal(none.count, 0);
	assert_int_equal(zong_store_write(f->archive->store, put_many, NULL), 0);
	assert_int_equal(zong_row_walk(f->archive, ZONG_TABLE_QUERIES, "w", see, &all), 0);
	assert_int_equal(all.count, MANY);
	assert_true(all.in_order);
	/* what ends it is answered */
	assert_int_equal(
		zong_row_walk(f->archive, ZONG_TABLE_QUERIES, "", see, &some), ZONG_ELIMIT);
	assert_int_equal(some.count, some.stop);
	assert_true(some.in_order);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			pages_give_each_row_once_in_both_directions, fixture_clear),
		cmocka_unit_test_teardown(a_cursor_of_nobody_is_refused, fixture_clear),
		cmocka_unit_test_teardown(
			a_walk_sees_each_row_once_whatever_the_table_holds, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
