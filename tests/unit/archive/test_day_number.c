/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "day_number.h"
#include "fixture.h"
#include "row.h"

#define DAY 20784 /* 2026-11-27 */

static int put(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	zong_row_key_str(&key, ctx);
	return zong_txn_put_bytes(txn, ZONG_TABLE_QUERIES, &key, "", 0);
}

static const char *next(struct fixture *f, const char *letters, int32_t day, int *ret_err)
{
	static char no[20];
	struct zong_txn *txn;

	no[0] = '\0';
	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	*ret_err = zong_day_number_next(
		txn, ZONG_TABLE_QUERIES, ZONG_TABLE_CASES, letters, day, no, sizeof(no));
	zong_txn_end(txn);
	return no;
}

static void each_day_begins_anew_and_what_another_has_is_passed_over(void **state)
{
	char taken[] = "Q2026112700041", last[] = "Q2026112799999";
	struct fixture *f = *state;
	int err;

	assert_string_equal(next(f, "Q", DAY, &err), "Q2026112700001");
	assert_int_equal(zong_store_write(f->archive->store, put, taken), 0);
	assert_string_equal(next(f, "Q", DAY, &err), "Q2026112700042");
	fixture_case(f, "Q2026112700042");
	assert_string_equal(next(f, "Q", DAY, &err), "Q2026112700043");
	assert_string_equal(next(f, "Q", DAY + 1, &err), "Q2026112800001");
	assert_string_equal(next(f, "", DAY, &err), "2026112700001");
	assert_int_equal(zong_store_write(f->archive->store, put, last), 0);
	next(f, "Q", DAY, &err);
	assert_int_equal(err, ZONG_ELIMIT);
}

static void a_number_is_letters_and_thirteen_digits(void **state)
{
	(void)state;
	assert_true(zong_day_number_valid("CX2026112700001", "CX"));
	assert_true(zong_day_number_valid("2026112700001", ""));
	assert_false(zong_day_number_valid("CX202611270000", "CX"));
	assert_false(zong_day_number_valid("CX20261127000011", "CX"));
	assert_false(zong_day_number_valid("cx2026112700001", "CX"));
	assert_false(zong_day_number_valid("CX202611270000x", "CX"));
	assert_false(zong_day_number_valid("", "CX"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			each_day_begins_anew_and_what_another_has_is_passed_over, fixture_clear),
		cmocka_unit_test(a_number_is_letters_and_thirteen_digits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
