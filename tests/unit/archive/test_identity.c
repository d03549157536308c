/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "token.h"

static void roles_have_names_and_local_is_not_given_out(void **state)
{
	(void)state;
	for (enum zong_role role = ZONG_ROLE_ADMINISTRATOR; role < ZONG_ROLE_LOCAL; role++)
		assert_int_equal(zong_role_parse(zong_role_name(role)), role);
	assert_string_equal(zong_role_name(ZONG_ROLE_LOCAL), "local");
	assert_string_equal(zong_role_name(99), "none");
	assert_int_equal(zong_role_parse("local"), ZONG_ROLE_NONE);
	assert_int_equal(zong_role_parse("none"), ZONG_ROLE_NONE);
	assert_int_equal(zong_role_parse("Archivist"), ZONG_ROLE_NONE);
	assert_int_equal(zong_role_parse(""), ZONG_ROLE_NONE);
	assert_int_equal(zong_role_parse(NULL), ZONG_ROLE_NONE);
}

static void tokens_are_long_random_and_url_safe(void **state)
{
	char a[ZONG_TOKEN_TEXT];
	char b[ZONG_TOKEN_TEXT];
	struct zong_digest digest;

	(void)state;
	zong_token_make(ZONG_TOKEN_BEARER, a);
	zong_token_make(ZONG_TOKEN_BEARER, b);
	assert_int_equal(strlen(a), 46);
	assert_memory_equal(a, "zt_", 3);
	assert_string_not_equal(a, b);
	assert_int_equal(zong_token_digest(a, ZONG_TOKEN_BEARER, &digest), 0);
}

static void malformed_tokens_are_refused(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = {"", "zt_",
		"zt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",   /* 42 */
		"zt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", /* 44 */
		"zx_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"zt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+A",
		"zt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" /* of the right shape, unknown */};
	struct zong_subject who;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
			zong_identity_by_token(f->archive, bad[i], &who), ZONG_EUNAUTHENTICATED);
	assert_int_equal(zong_identity_by_token(f->archive, NULL, &who), ZONG_EUNAUTHENTICATED);
}

static void a_token_tells_role_department_and_key(void **state)
{
	struct fixture *f = *state;
	char token[ZONG_TOKEN_TEXT];
	struct zong_subject who;
	Zong__Token *row;

	assert_int_equal(zong_token_new(f->archive, &f->administrator, "department", "tax",
				 "窗口一", 0, 0, token, &row, &f->err),
		0);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), 0);
	assert_int_equal(who.role, ZONG_ROLE_DEPARTMENT);
	assert_string_equal(who.department, "tax");
	assert_string_equal(who.name, "窗口一");
	assert_memory_equal(who.key, "token:", 6);
	assert_string_equal(who.key + 6, fixture_id(&row->id));
	assert_int_equal(who.expires, 0);
	assert_false(who.session);
	assert_string_equal(who.purpose, "");
	zong__token__free_unpacked(row, NULL);
}

static void the_socket_trusts_the_own_user_and_root(void **state)
{
	struct fixture *f = *state;
	struct zong_subject who;

	assert_int_equal(zong_identity_local(f->archive, geteuid(), &who), 0);
	assert_int_equal(who.role, ZONG_ROLE_LOCAL);
	assert_memory_equal(who.key, "local:", 6);
	assert_int_equal(zong_identity_local(f->archive, 0, &who), 0);
	assert_string_equal(who.key, "local:0");
	assert_int_equal(
		zong_identity_local(f->archive, geteuid() + 1, &who), ZONG_EUNAUTHENTICATED);
}

static void a_row_that_does_not_fit_its_role_is_nobody(void **state)
{
	Zong__Token row = ZONG__TOKEN__INIT;
	uint8_t id[16] = {1};
	char department[] = "department";
	char lookup[] = "lookup";
	char tax[] = "tax";
	struct zong_subject who;

	(void)state;
	row.id.data = id;
	row.id.len = 16;
	row.role = department;
	assert_int_equal(zong_token_subject(&row, &who), ZONG_ECORRUPT);
	row.department = tax;
	assert_int_equal(zong_token_subject(&row, &who), 0);
	row.role = lookup;
	assert_int_equal(zong_token_subject(&row, &who), ZONG_ECORRUPT);
	row.role = tax;
	assert_int_equal(zong_token_subject(&row, &who), ZONG_ECORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_have_names_and_local_is_not_given_out),
		cmocka_unit_test(tokens_are_long_random_and_url_safe),
		cmocka_unit_test_teardown(malformed_tokens_are_refused, fixture_clear),
		cmocka_unit_test_teardown(a_token_tells_role_department_and_key, fixture_clear),
		cmocka_unit_test_teardown(the_socket_trusts_the_own_user_and_root, fixture_clear),
		cmocka_unit_test(a_row_that_does_not_fit_its_role_is_nobody),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
