/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "idle.h"
#include "token.h"

static void the_word_of_a_token_is_always_the_same_and_of_no_other_token(void **state)
{
	char token[ZONG_TOKEN_TEXT], other[ZONG_TOKEN_TEXT];
	char word[ZONG_CSRF_TEXT], again[ZONG_CSRF_TEXT];

	(void)state;
	zong_token_make(ZONG_TOKEN_COOKIE, token);
	zong_token_make(ZONG_TOKEN_COOKIE, other);
	zong_identity_csrf(token, word);
	zong_identity_csrf(token, again);
	assert_int_equal(strlen(word), ZONG_CSRF_TEXT - 1);
	assert_string_equal(word, again);
	assert_null(strstr(token, word));
	zong_identity_csrf(other, again);
	assert_string_not_equal(word, again);
}

static void only_the_whole_word_fits(void **state)
{
	char token[ZONG_TOKEN_TEXT], word[ZONG_CSRF_TEXT + 1];

	(void)state;
	zong_token_make(ZONG_TOKEN_COOKIE, token);
	zong_identity_csrf(token, word);
	assert_true(zong_identity_csrf_fits(token, word));
	for (size_t i = 0; i < ZONG_CSRF_TEXT - 1; i++) {
		word[i] ^= 1;
		assert_false(zong_identity_csrf_fits(token, word));
		word[i] ^= 1;
	}
	assert_true(zong_identity_csrf_fits(token, word));
	assert_false(zong_identity_csrf_fits(token, NULL));
	assert_false(zong_identity_csrf_fits(token, ""));
	memcpy(word + ZONG_CSRF_TEXT - 1, "x", 2);
	assert_false(zong_identity_csrf_fits(token, word));
	word[ZONG_CSRF_TEXT - 2] = '\0';
	assert_false(zong_identity_csrf_fits(token, word));
	assert_false(zong_identity_csrf_fits(token, token));
}

static void the_tokens_of_cookies_and_of_headers_are_not_taken_for_each_other(void **state)
{
	struct fixture *f = *state;
	char token[ZONG_TOKEN_TEXT];
	struct zong_subject who, session;

	assert_int_equal(zong_identity_sign_in(f->archive, "admin", f->password, "192.0.2.9", true,
				 token, &who),
		0);
	assert_memory_equal(token, "zc_", 3);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), ZONG_EUNAUTHENTICATED);
	assert_int_equal(zong_identity_by_cookie(f->archive, token, &who), 0);
	assert_string_equal(who.key, "user:admin");
	/* nor is one made the other by its beginning */
	token[1] = 't';
	assert_int_equal(zong_identity_by_token(f->archive, token, &session), ZONG_EUNAUTHENTICATED);
	assert_int_equal(zong_identity_session(f->archive, &who, false, token, &session), 0);
	assert_memory_equal(token, "zt_", 3);
	assert_int_equal(
		zong_identity_by_cookie(f->archive, token, &session), ZONG_EUNAUTHENTICATED);
	assert_int_equal(zong_identity_by_token(f->archive, token, &session), 0);
}

/* Whatever asks by it, there is one session: nobody's use of another one keeps it. */
static void a_session_in_a_cookie_ends_when_nobody_uses_it(void **state)
{
	struct fixture *f = *state;
	struct zong_idle *usual = f->archive->idle;
	char token[ZONG_TOKEN_TEXT];
	struct zong_subject who;
	int first, second;

	assert_int_equal(zong_identity_sign_in(f->archive, "admin", f->password, "192.0.2.9", true,
				 token, &who),
		0);
	assert_int_equal(zong_identity_by_cookie(f->archive, token, &who), 0);
	assert_int_equal(zong_idle_new(-1, &f->archive->idle), 0);
	first = zong_identity_by_cookie(f->archive, token, &who);
	second = zong_identity_by_cookie(f->archive, token, &who);
	zong_idle_free(f->archive->idle);
	f->archive->idle = usual;
	assert_int_equal(first, 0);
	assert_int_equal(second, ZONG_EUNAUTHENTICATED);
}

#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_word_of_a_token_is_always_the_same_and_of_no_other_token),
		TEST(only_the_whole_word_fits),
		TEST(the_tokens_of_cookies_and_of_headers_are_not_taken_for_each_other),
		TEST(a_session_in_a_cookie_ends_when_nobody_uses_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
