/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <sodium.h>

#include <zong/time.h>

#include "desk_memory.h"

#define IDLE (10 * ZONG_SECOND)
#define WHOLE (ZONG_DESK_LONGEST * ZONG_SECOND)

static struct zong_desks *desks;
static const struct zong_desk_person person = {
	.name = "示例甲", .idno = "11010519491231002X", .id_kind = "身份证"};
static char session[ZONG_DESK_SESSION];

static int setup(void **state)
{
	(void)state;
	if (sodium_init() < 0)
		return -1;
	return zong_desks_new(IDLE, &desks);
}

static int teardown(void **state)
{
	(void)state;
	zong_desks_free(desks);
	return 0;
}

static int look(const char *key, const char *word, bool touch, int64_t now)
{
	struct zong_desk_person found;
	int64_t left;
	int err = zong_desks_get(desks, key, word, touch, now, &found, &left);

	if (!err)
		assert_string_equal(found.idno, person.idno);
	return err;
}

static void it_ends_when_nobody_asks_and_after_the_longest_time(void **state)
{
	int64_t now = 1;

	(void)state;
	assert_int_equal(zong_desks_begin(desks, "a", &person, now, session), 0);
	assert_int_equal(look("a", session, false, now + IDLE - 1), 0);
	assert_int_equal(look("a", session, false, now + IDLE), ZONG_ENODESK);
	assert_int_equal(zong_desks_number(desks, now + IDLE), 0);
	assert_int_equal(zong_desks_begin(desks, "a", &person, now, session), 0);
	for (; now < WHOLE; now += IDLE / 2)
		assert_int_equal(look("a", session, true, now), 0);
	assert_int_equal(look("a", session, true, WHOLE + 1), ZONG_ENODESK);
}

static void it_is_one_machines_and_that_has_one(void **state)
{
	char next[ZONG_DESK_SESSION];

	(void)state;
	assert_int_equal(zong_desks_begin(desks, "a", &person, 1, session), 0);
	assert_int_equal(look("b", session, false, 2), ZONG_ENODESK);
	assert_int_equal(look("a", "", false, 2), ZONG_ENODESK);
	assert_int_equal(zong_desks_begin(desks, "a", &person, 2, next), 0);
	assert_string_not_equal(session, next);
	assert_int_equal(look("a", session, false, 3), ZONG_ENODESK);
	assert_true(zong_desks_end(desks, "a", next, 3));
	assert_false(zong_desks_end(desks, "a", next, 3));
	assert_int_equal(zong_desks_number(desks, 3), 0);
}

static void so_many_questions_and_no_more(void **state)
{
	struct zong_desk_person found;
	int64_t left;

	(void)state;
	assert_int_equal(zong_desks_begin(desks, "a", &person, 1, session), 0);
	for (int i = 0; i < ZONG_LIMIT_DESK_QUESTIONS; i++)
		assert_int_equal(zong_desks_count(desks, "a", session, 1), 0);
	assert_int_equal(zong_desks_count(desks, "a", session, 1), ZONG_ELIMIT);
	assert_int_equal(zong_desks_count(desks, "b", session, 1), ZONG_ENODESK);
	zong_desks_answered(desks, "a", session, "CX2026112700001", 1 + IDLE / 2);
	assert_int_equal(zong_desks_get(desks, "a", session, false, IDLE + 1, &found, &left), 0);
	assert_string_equal(found.query, "CX2026112700001");
	zong_desks_answered(desks, "a", session, "CX2026112700002", WHOLE);
}

static void there_is_room_for_so_many_machines(void **state)
{
	char key[16];

	(void)state;
	for (int i = 0; i < ZONG_LIMIT_DESKS; i++) {
		snprintf(key, sizeof(key), "m%d", i);
		assert_int_equal(zong_desks_begin(desks, key, &person, 1, session), 0);
	}
	assert_int_equal(zong_desks_begin(desks, "more", &person, 2, session), ZONG_ELIMIT);
	assert_int_equal(zong_desks_begin(desks, "m7", &person, 2, session), 0);
	assert_int_equal(zong_desks_begin(desks, "more", &person, 1 + IDLE, session), 0);
	assert_int_equal(zong_desks_number(desks, 1 + IDLE), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			it_ends_when_nobody_asks_and_after_the_longest_time, setup, teardown),
		cmocka_unit_test_setup_teardown(
			it_is_one_machines_and_that_has_one, setup, teardown),
		cmocka_unit_test_setup_teardown(so_many_questions_and_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(
			there_is_room_for_so_many_machines, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
