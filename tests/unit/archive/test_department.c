/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <string.h>

#include "fixture.h"

static int add(struct fixture *f, const struct zong_subject *who, const char *id, const char *name,
	const char *webhook, bool allow_private)
{
	Zong__Department *department;
	int err;

	memset(&f->err, 0, sizeof(f->err));
	err = zong_department_add(
		f->archive, who, id, name, webhook, allow_private, &department, &f->err);
	if (!err)
		zong__department__free_unpacked(department, NULL);
	return err;
}

static void a_department_with_a_webhook_gets_its_keys(void **state)
{
	struct fixture *f = *state;
	struct zong_buf secret = ZONG_BUF_INIT(200);
	struct zong_buf public = ZONG_BUF_INIT(200);
	uint8_t key[64];
	Zong__Department *bank;
	size_t len = 0;

	assert_int_equal(zong_department_add(f->archive, &f->administrator, "bank", "示例银行",
				 "https://example.org/hook", false, &bank, &f->err),
		0);
	assert_int_equal(zong_department_secret(bank, &secret), 0);
	assert_int_equal(zong_department_public_key(bank, &public), 0);
	assert_memory_equal(zong_buf_str(&secret), "whsec_", 6);
	assert_memory_equal(zong_buf_str(&public), "whpk_", 5);
	assert_int_equal(sodium_base642bin(key, sizeof(key), zong_buf_str(&secret) + 6,
				 secret.len - 6, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL),
		0);
	assert_int_equal(len, 32);
	assert_int_equal(sodium_base642bin(key, sizeof(key), zong_buf_str(&public) + 5,
				 public.len - 5, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL),
		0);
	assert_int_equal(len, 32);
	zong__department__free_unpacked(bank, NULL);
	zong_buf_release(&secret);
	zong_buf_release(&public);
}

static void one_without_a_webhook_has_no_keys(void **state)
{
	struct fixture *f = *state;
	struct zong_buf buf = ZONG_BUF_INIT(200);
	Zong__Department *court;

	assert_int_equal(zong_department_add(f->archive, &f->administrator, "court", "法院", "",
				 true, &court, &f->err),
		0);
	assert_string_equal(court->webhook, "");
	assert_false(court->allow_private);
	assert_int_equal(zong_department_secret(court, &buf), ZONG_ENOENT);
	assert_int_equal(zong_department_public_key(court, &buf), ZONG_ENOENT);
	zong__department__free_unpacked(court, NULL);
	zong_buf_release(&buf);
}

static void bad_departments_say_why(void **state)
{
	struct fixture *f = *state;
	char long_name[ZONG_LIMIT_NAME + 2];
	const struct {
		const char *id, *name, *webhook;
		int err;
	} bad[] = {
		{"", "甲", NULL, ZONG_EDEPARTMENT},
		{NULL, "甲", NULL, ZONG_EDEPARTMENT},
		{"Tax", "甲", NULL, ZONG_EDEPARTMENT},
		{"1tax", "甲", NULL, ZONG_EDEPARTMENT},
		{"a23456789012345678901234567890123", "甲", NULL, ZONG_EDEPARTMENT},
		{"police", "", NULL, ZONG_EINVAL},
		{"police", "a\x02", NULL, ZONG_EENCODING},
		{"police", long_name, NULL, ZONG_ELIMIT},
		{"police", "甲", "ftp://example.org", ZONG_EWEBHOOK},
		{"police", "甲", "http://127.0.0.1:1/", ZONG_EWEBHOOK},
		{"tax", "甲", NULL, ZONG_EEXIST},
	};

	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
			add(f, &f->administrator, bad[i].id, bad[i].name, bad[i].webhook, false),
			bad[i].err);
		assert_int_equal(f->err.code, bad[i].err);
	}
	assert_int_equal(add(f, &f->administrator, "police", "甲", "http://127.0.0.1:1/", true), 0);
	assert_int_equal(fixture_log(f, "department.add", "department/police", NULL), 1);
}

static void only_administrators_and_the_owner_add_departments(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(add(f, &f->archivist, "school", "甲", NULL, false), ZONG_EFORBIDDEN);
	assert_int_equal(add(f, &f->tax, "school", "甲", NULL, false), ZONG_EFORBIDDEN);
	assert_int_equal(add(f, &f->lookup, "school", "甲", NULL, false), ZONG_EFORBIDDEN);
	assert_int_equal(add(f, &f->nobody, "school", "甲", NULL, false), ZONG_EUNAUTHENTICATED);
	assert_int_equal(add(f, &f->local, "school", "甲", NULL, false), 0);
}

static void a_department_lists_only_itself(void **state)
{
	struct fixture *f = *state;
	Zong__Department **list;
	size_t count;

	assert_int_equal(zong_department_list(f->archive, &f->tax, &list, &count), 0);
	assert_int_equal(count, 1);
	assert_string_equal(list[0]->id, "tax");
	zong_departments_free(list, count);
	assert_int_equal(zong_department_list(f->archive, &f->archivist, &list, &count), 0);
	assert_true(count >= 2);
	zong_departments_free(list, count);
	assert_int_equal(
		zong_department_list(f->archive, &f->lookup, &list, &count), ZONG_EFORBIDDEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_department_with_a_webhook_gets_its_keys, fixture_clear),
		cmocka_unit_test_teardown(one_without_a_webhook_has_no_keys, fixture_clear),
		cmocka_unit_test_teardown(bad_departments_say_why, fixture_clear),
		cmocka_unit_test_teardown(
			only_administrators_and_the_owner_add_departments, fixture_clear),
		cmocka_unit_test_teardown(a_department_lists_only_itself, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
