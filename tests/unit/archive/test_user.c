/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/user.h>

#include "fixture.h"

static char password[ZONG_PASSWORD_TEXT];

static int add(struct fixture *f, const struct zong_subject *who, const char *name,
	const char *role, const char *department)
{
	Zong__User *user = NULL;
	int err = zong_user_add(f->archive, who, name, role, department, password, &user, &f->err);

	if (!err) {
		assert_string_equal(user->password, "");
		assert_true(user->must_change);
		zong__user__free_unpacked(user, NULL);
	}
	return err;
}

static int set(struct fixture *f, const char *name, const struct zong_user_wish *wish)
{
	Zong__User *user = NULL;
	int err = zong_user_set(f->archive, &f->administrator, name, wish, &user, &f->err);

	if (!err)
		zong__user__free_unpacked(user, NULL);
	return err;
}

static int sign_in(struct fixture *f, const char *name, const char *word, struct zong_subject *who)
{
	char token[ZONG_TOKEN_TEXT];
	int err = zong_identity_sign_in(f->archive, name, word, "192.0.2.1", false, token, who);

	return err ? err : zong_identity_by_token(f->archive, token, who);
}

static void names_roles_and_departments_are_looked_at(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(add(f, &f->archivist, "示例甲", "archivist", NULL), ZONG_EFORBIDDEN);
	assert_int_equal(add(f, &f->administrator, "", "archivist", NULL), ZONG_EUSER);
	assert_int_equal(add(f, &f->administrator, "a b", "archivist", NULL), ZONG_EUSER);
	assert_int_equal(add(f, &f->administrator, "a/b", "archivist", NULL), ZONG_EUSER);
	assert_int_equal(add(f, &f->administrator, "一二三四五六七八九十一二三四五六七八九十",
				 "archivist", NULL),
		ZONG_EUSER);
	assert_int_equal(add(f, &f->administrator, "示例甲", "king", NULL), ZONG_EROLE);
	assert_int_equal(add(f, &f->administrator, "示例甲", "kiosk", NULL), ZONG_EROLE);
	assert_int_equal(add(f, &f->administrator, "示例甲", "local", NULL), ZONG_EROLE);
	assert_int_equal(add(f, &f->administrator, "示例甲", "department", NULL), ZONG_EINVAL);
	assert_int_equal(add(f, &f->administrator, "示例甲", "archivist", "tax"), ZONG_EINVAL);
	assert_int_equal(
		add(f, &f->administrator, "示例甲", "department", "none"), ZONG_ENODEPARTMENT);
	assert_int_equal(add(f, &f->administrator, "示例甲", "department", "tax"), 0);
	assert_int_equal(add(f, &f->administrator, "示例甲", "archivist", NULL), ZONG_EEXIST);
	assert_int_equal(add(f, &f->administrator, "admin", "archivist", NULL), ZONG_EEXIST);
	assert_int_equal(fixture_log(f, "user.add", "user/示例甲", NULL), 1);
}

static void the_first_password_allows_nothing_but_changing_it(void **state)
{
	struct fixture *f = *state;
	struct zong_subject who, other;

	assert_int_equal(add(f, &f->administrator, "示例乙", "archivist", NULL), 0);
	assert_int_equal(sign_in(f, "示例乙", password, &who), 0);
	assert_int_equal(sign_in(f, "示例乙", password, &other), 0);
	assert_true(who.must_change);
	assert_int_equal(
		zong_case_get(f->archive, &who, "none", &f->cas, &f->err), ZONG_EMUSTCHANGE);
	assert_int_equal(zong_password_change(f->archive, &who, "wrong", "a longer word", &f->err),
		ZONG_EPASSWORD);
	assert_string_equal(f->err.subject, "old");
	assert_int_equal(
		zong_password_change(f->archive, &who, password, "short", &f->err), ZONG_EPASSWORD);
	assert_int_equal(
		zong_password_change(f->archive, &who, password, "ababababababab", &f->err),
		ZONG_EPASSWORD);
	assert_int_equal(
		zong_password_change(f->archive, &who, password, "我是示例乙我很长很长", &f->err),
		ZONG_EPASSWORD);
	assert_int_equal(zong_password_change(f->archive, &who, password, password, &f->err),
		ZONG_EPASSWORD);
	assert_int_equal(
		zong_password_change(f->archive, &who, password, "七八个字的新口令一二", &f->err),
		0);
	assert_int_equal(sign_in(f, "示例乙", password, &other), ZONG_EUNAUTHENTICATED);
	assert_int_equal(sign_in(f, "示例乙", "七八个字的新口令一二", &other), 0);
	assert_false(other.must_change);
	assert_int_equal(zong_case_get(f->archive, &other, "none", &f->cas, &f->err), ZONG_ENOCASE);
	/* a token is nobody's password */
	assert_int_equal(zong_password_change(f->archive, &f->archivist, "a", "b", &f->err),
		ZONG_EFORBIDDEN);
}

static void who_is_disabled_or_reset_is_out_at_once(void **state)
{
	struct zong_user_wish wish = ZONG_USER_WISH;
	struct fixture *f = *state;
	struct zong_subject who;
	char token[ZONG_TOKEN_TEXT], fresh[ZONG_PASSWORD_TEXT], none[ZONG_PASSWORD_TEXT];

	assert_int_equal(add(f, &f->administrator, "示例丙", "lookup", NULL), 0);
	assert_int_equal(
		zong_identity_sign_in(f->archive, "示例丙", password, "192.0.2.1", false, token, &who), 0);
	wish.disabled = 1;
	assert_int_equal(set(f, "示例丙", &wish), 0);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), ZONG_EUNAUTHENTICATED);
	assert_int_equal(sign_in(f, "示例丙", password, &who), ZONG_EUNAUTHENTICATED);
	wish.disabled = 0;
	assert_int_equal(set(f, "示例丙", &wish), 0);
	assert_int_equal(
		zong_identity_sign_in(f->archive, "示例丙", password, "192.0.2.2", false, token, &who), 0);
	assert_int_equal(
		zong_user_reset(f->archive, &f->administrator, "示例丙", fresh, &f->err), 0);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), ZONG_EUNAUTHENTICATED);
	assert_int_equal(sign_in(f, "示例丙", fresh, &who), 0);
	assert_int_equal(zong_user_reset(f->archive, &f->administrator, "nobody", none, &f->err),
		ZONG_ENOUSER);
	/* another role: the windows of the old one are closed */
	assert_int_equal(
		zong_identity_sign_in(f->archive, "示例丙", fresh, "192.0.2.3", false, token, &who), 0);
	wish = (struct zong_user_wish)ZONG_USER_WISH;
	wish.role = "department";
	wish.department = "housing";
	assert_int_equal(set(f, "示例丙", &wish), 0);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), ZONG_EUNAUTHENTICATED);
	assert_int_equal(sign_in(f, "示例丙", fresh, &who), 0);
	assert_string_equal(who.department, "housing");
}

static void one_administrator_is_always_left(void **state)
{
	struct zong_user_wish wish = ZONG_USER_WISH;
	struct fixture *f = *state;
	Zong__User **users;
	size_t count;

	wish.disabled = 1;
	assert_int_equal(set(f, "admin", &wish), ZONG_ELASTADMIN);
	wish = (struct zong_user_wish)ZONG_USER_WISH;
	wish.role = "archivist";
	assert_int_equal(set(f, "admin", &wish), ZONG_ELASTADMIN);
	assert_int_equal(add(f, &f->administrator, "示例丁", "administrator", NULL), 0);
	assert_int_equal(set(f, "admin", &wish), 0);
	assert_int_equal(set(f, "示例丁", &wish), ZONG_ELASTADMIN);
	wish.role = "administrator";
	assert_int_equal(set(f, "admin", &wish), 0);
	assert_int_equal(zong_user_list(f->archive, &f->administrator, &users, &count), 0);
	assert_true(count >= 2);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(users[i]->password, "");
	zong_users_free(users, count);
	assert_int_equal(
		zong_user_list(f->archive, &f->archivist, &users, &count), ZONG_EFORBIDDEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(names_roles_and_departments_are_looked_at, fixture_clear),
		cmocka_unit_test_teardown(
			the_first_password_allows_nothing_but_changing_it, fixture_clear),
		cmocka_unit_test_teardown(who_is_disabled_or_reset_is_out_at_once, fixture_clear),
		cmocka_unit_test_teardown(one_administrator_is_always_left, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
