/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/time.h>

#include "fixture.h"
#include "idle.h"
#include "session.h"
#include "throttle.h"
#include "token.h"

static void passwords_can_be_read_out_loud(void **state)
{
	char password[ZONG_PASSWORD_TEXT];

	(void)state;
	for (int i = 0; i < 100; i++) {
		zong_password_make(password);
		assert_int_equal(strlen(password), 23);
		for (int at = 0; at < 23; at++)
			assert_int_equal(password[at] == '-', at % 6 == 5);
		assert_null(strpbrk(password, "ilo01"));
	}
}

static void the_administrator_signs_in_and_out(void **state)
{
	struct fixture *f = *state;
	char token[ZONG_TOKEN_TEXT];
	struct zong_subject who;
	struct zong_subject again;

	assert_int_equal(
		zong_identity_sign_in(f->archive, "admin", f->password, "192.0.2.9", false, token, &who),
		0);
	assert_int_equal(who.role, ZONG_ROLE_ADMINISTRATOR);
	assert_string_equal(who.key, "user:admin");
	assert_true(who.session);
	assert_true(who.expires > zong_time_now() &&
		    who.expires <= zong_time_now() + ZONG_SESSION_TIME);
	assert_int_equal(zong_identity_by_token(f->archive, token, &again), 0);
	assert_string_equal(again.key, "user:admin");
	assert_int_equal(zong_identity_sign_out(f->archive, &again), 0);
	assert_int_equal(zong_identity_by_token(f->archive, token, &again), ZONG_EUNAUTHENTICATED);
	assert_int_equal(fixture_log(f, "session.open", "user:admin", NULL), 1);
}

/* With a limit below nothing whatever is seen a second time is over. */
static void a_session_that_nobody_uses_is_over_and_on_record(void **state)
{
	struct fixture *f = *state;
	struct zong_idle *usual = f->archive->idle;
	char token[ZONG_TOKEN_TEXT];
	struct zong_subject who;
	size_t logged = fixture_log(f, "session.idle", "user:admin", NULL);
	int first, second, ended, third;

	assert_int_equal(zong_identity_idle_seconds(f->archive), ZONG_IDLE_MINUTES * 60);
	assert_int_equal(
		zong_identity_sign_in(f->archive, "admin", f->password, "192.0.2.9", false, token, &who),
		0);
	assert_int_equal(zong_idle_new(-1, &f->archive->idle), 0);
	first = zong_identity_by_token(f->archive, token, &who);
	second = zong_identity_by_token(f->archive, token, &who);
	ended = zong_sessions_end_idle(f->archive);
	/* gone for good, also where nobody remembers it */
	zong_idle_free(f->archive->idle);
	f->archive->idle = usual;
	third = zong_identity_by_token(f->archive, token, &who);
	assert_int_equal(first, 0);
	assert_int_equal(second, ZONG_EUNAUTHENTICATED);
	assert_int_equal(ended, 0);
	assert_int_equal(third, ZONG_EUNAUTHENTICATED);
	assert_int_equal(fixture_log(f, "session.idle", "user:admin", NULL), logged + 1);
}

static void a_wrong_password_and_an_unknown_name_are_alike_and_on_record(void **state)
{
	struct fixture *f = *state;
	char token[ZONG_TOKEN_TEXT];
	struct zong_subject who;

	assert_int_equal(
		zong_identity_sign_in(f->archive, "admin", "wrong", "192.0.2.10", false, token, &who),
		ZONG_EUNAUTHENTICATED);
	assert_int_equal(
		zong_identity_sign_in(f->archive, "nobody", f->password, "192.0.2.10", false, token, &who),
		ZONG_EUNAUTHENTICATED);
	assert_int_equal(zong_identity_sign_in(f->archive, "", "", "192.0.2.10", false, token, &who),
		ZONG_EUNAUTHENTICATED);
	assert_int_equal(zong_identity_sign_in(f->archive, NULL, NULL, NULL, false, token, &who),
		ZONG_EUNAUTHENTICATED);
	assert_int_equal(fixture_log(f, "session.refused", "user:admin", NULL), 1);
	assert_int_equal(fixture_log(f, "session.refused", "user:nobody", NULL), 1);
}

static void names_that_are_no_text_are_refused_without_harm(void **state)
{
	struct fixture *f = *state;
	char token[ZONG_TOKEN_TEXT];
	struct zong_subject who;
	char name[5000];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(zong_identity_sign_in(f->archive, name, "x", "192.0.2.11", false, token, &who),
		ZONG_EUNAUTHENTICATED);
	assert_int_equal(
		zong_identity_sign_in(f->archive, "\xff\x01", "x", "192.0.2.11", false, token, &who),
		ZONG_EUNAUTHENTICATED);
	assert_int_equal(
		zong_identity_sign_in(f->archive, "admin", name, "192.0.2.11", false, token, &who),
		ZONG_EUNAUTHENTICATED);
}

static void too_many_failures_close_the_door_for_that_origin_only(void **state)
{
	struct fixture *f = *state;
	char token[ZONG_TOKEN_TEXT];
	struct zong_subject who;

	for (int i = 0; i < ZONG_THROTTLE_FREE; i++)
		assert_int_equal(zong_identity_sign_in(
					 f->archive, "admin", "wrong", "192.0.2.12", false, token, &who),
			ZONG_EUNAUTHENTICATED);
	assert_int_equal(
		zong_identity_sign_in(f->archive, "admin", f->password, "192.0.2.12", false, token, &who),
		ZONG_ETHROTTLED);
	assert_int_equal(
		zong_identity_sign_in(f->archive, "admin", f->password, "192.0.2.13", false, token, &who),
		0);
}

static void a_session_lasts_no_longer_than_its_token(void **state)
{
	struct fixture *f = *state;
	char token[ZONG_TOKEN_TEXT];
	Zong__Token *row;
	struct zong_subject who;
	struct zong_subject session;
	char id[ZONG_ID_TEXT];

	assert_int_equal(zong_token_new(f->archive, &f->administrator, "archivist", NULL, "示例", 1, 0,
				 token, &row, &f->err),
		0);
	memcpy(id, fixture_id(&row->id), sizeof(id));
	zong__token__free_unpacked(row, NULL);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), 0);
	who.expires = zong_time_now() + 60 * ZONG_SECOND;
	assert_int_equal(zong_identity_session(f->archive, &who, false, token, &session), 0);
	assert_int_equal(session.expires, who.expires);
	/* one that was revoked meanwhile opens none */
	assert_int_equal(zong_token_revoke(f->archive, &f->administrator, id), 0);
	assert_int_equal(
		zong_identity_session(f->archive, &who, false, token, &session), ZONG_EUNAUTHENTICATED);
	assert_int_equal(zong_identity_session(f->archive, &f->local, false, token, &session),
		ZONG_EUNAUTHENTICATED);
	assert_int_equal(
		zong_identity_session(f->archive, NULL, false, token, &session), ZONG_EUNAUTHENTICATED);
	assert_int_equal(zong_identity_sign_out(f->archive, &f->local), 0);
}

static void users_need_a_role_a_name_and_a_password(void **state)
{
	struct fixture *f = *state;
	struct zong_store *store = f->archive->store;
	char token[ZONG_TOKEN_TEXT];
	struct zong_subject who;
	Zong__User *user;

	assert_int_equal(zong_user_make("a", ZONG_ROLE_LOCAL, "", "longenough", &user), ZONG_EROLE);
	assert_int_equal(zong_user_make("a", ZONG_ROLE_NONE, "", "longenough", &user), ZONG_EROLE);
	assert_int_equal(zong_user_make("", ZONG_ROLE_LOOKUP, "", "longenough", &user), ZONG_EINVAL);
	assert_int_equal(zong_user_make("a", ZONG_ROLE_LOOKUP, "", "short", &user), ZONG_EINVAL);
	assert_int_equal(
		zong_user_make("clerk", ZONG_ROLE_DEPARTMENT, "tax", "longenough", &user), 0);
	assert_int_equal(zong_store_write(store, zong_user_change, user), 0);
	zong__user__free_unpacked(user, NULL);
	assert_int_equal(
		zong_identity_sign_in(f->archive, "clerk", "longenough", "", false, token, &who), 0);
	assert_string_equal(who.department, "tax");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords_can_be_read_out_loud),
		cmocka_unit_test_teardown(the_administrator_signs_in_and_out, fixture_clear),
		cmocka_unit_test_teardown(
			a_wrong_password_and_an_unknown_name_are_alike_and_on_record,
			fixture_clear),
		cmocka_unit_test_teardown(
			names_that_are_no_text_are_refused_without_harm, fixture_clear),
		cmocka_unit_test_teardown(
			too_many_failures_close_the_door_for_that_origin_only, fixture_clear),
		cmocka_unit_test_teardown(a_session_lasts_no_longer_than_its_token, fixture_clear),
		cmocka_unit_test_teardown(users_need_a_role_a_name_and_a_password, fixture_clear),
		cmocka_unit_test_teardown(
			a_session_that_nobody_uses_is_over_and_on_record, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
