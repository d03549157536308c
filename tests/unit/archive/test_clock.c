/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A clock that was ahead and is set back, as the archive sees it: the program is linked so that all of it asks here what time it is. */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <time.h>

#include <zong/time.h>

#include "fixture.h"
#include "row.h"
#include "scrub.h"

#define PATIENCE (20 * ZONG_SECOND)
#define AHEAD (8 * 3600 * ZONG_SECOND) /* of who takes the local time for UTC */

int64_t __real_zong_time_now(void);
int64_t __wrap_zong_time_now(void);

static _Atomic int64_t ahead;
static struct zong_scrub *scrub; /* so that a failing test's teardown ends it */

int64_t __wrap_zong_time_now(void)
{
	return __real_zong_time_now() + atomic_load(&ahead);
}

static int clear(void **state)
{
	atomic_store(&ahead, 0);
	zong_scrub_stop(scrub);
	scrub = NULL;
	return fixture_clear(state);
}

static void tick(int64_t until)
{
	const struct timespec pause = {0, 5000000};

	assert_true(zong_time_monotonic() < until);
	nanosleep(&pause, NULL);
}

static void pages_that_came_while_it_was_ahead_are_read(void **state)
{
	struct fixture *f = *state;

	fixture_reopen(f, true);
	atomic_store(&ahead, 24 * 365 * AHEAD);
	fixture_case(f, "clock-3");
	assert_int_equal(fixture_add(f, "clock-3", "", "text 乙\n", NULL, &f->receipt), 0);
	atomic_store(&ahead, 0);
	fixture_reopen(f, false);
	assert_true(fixture_settle(f));
}

static void a_session_of_then_is_over(void **state)
{
	char token[ZONG_TOKEN_TEXT], later[ZONG_TOKEN_TEXT];
	struct fixture *f = *state;
	struct zong_subject who;

	atomic_store(&ahead, AHEAD);
	assert_int_equal(
		zong_identity_sign_in(f->archive, "admin", f->password, NULL, false, token, &who),
		0);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), 0);
	atomic_store(&ahead, AHEAD - 30 * ZONG_SECOND); /* what a time server may correct */
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), 0);
	atomic_store(&ahead, 0);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), ZONG_EUNAUTHENTICATED);
	assert_int_equal(
		zong_identity_sign_in(f->archive, "admin", f->password, NULL, false, later, &who),
		0);
	assert_int_equal(zong_identity_by_token(f->archive, later, &who), 0);
	/* and it is gone for good: the clock may go wrong again */
	atomic_store(&ahead, AHEAD);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), ZONG_EUNAUTHENTICATED);
}

static struct zong_scrub_state scrubbed(struct fixture *f)
{
	struct zong_scrub_state state;
	struct zong_txn *txn;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_scrub_read(txn, &state), 0);
	zong_txn_end(txn);
	return state;
}

static int forget_round(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	(void)ctx;
	zong_row_key_str(&key, "scrub");
	return zong_txn_delete(txn, ZONG_TABLE_META, &key);
}

static void a_round_of_reading_again_that_began_then_goes_on(void **state)
{
	int64_t until = zong_time_monotonic() + PATIENCE;
	struct fixture *f = *state;

	fixture_reopen(f, true); /* its own scrub rests */
	assert_int_equal(zong_store_write(f->archive->store, forget_round, NULL), 0);
	atomic_store(&ahead, AHEAD);
	assert_int_equal(zong_scrub_start(f->archive, 4 * ZONG_SECOND, &scrub), 0);
	while (!scrubbed(f).began)
		tick(until);
	zong_scrub_stop(scrub);
	scrub = NULL;
	assert_true(scrubbed(f).began > __real_zong_time_now());
	assert_int_equal(scrubbed(f).last_ended, 0);
	atomic_store(&ahead, 0);
	assert_int_equal(zong_scrub_start(f->archive, 4 * ZONG_SECOND, &scrub), 0);
	while (!scrubbed(f).last_ended)
		tick(until);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(pages_that_came_while_it_was_ahead_are_read, clear),
		cmocka_unit_test_teardown(a_session_of_then_is_over, clear),
		cmocka_unit_test_teardown(a_round_of_reading_again_that_began_then_goes_on, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
