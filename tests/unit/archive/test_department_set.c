/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/time.h>

#include "sample_deliveries.h"

static Zong__Department *row;
static bool secrets;

static int clear(void **state)
{
	if (row)
		zong__department__free_unpacked(row, NULL);
	row = NULL;
	return fixture_clear(state);
}

static int set(struct fixture *f, const struct zong_subject *who, const char *id,
	const struct zong_department_wish *wish)
{
	if (row)
		zong__department__free_unpacked(row, NULL);
	row = NULL;
	return zong_department_set(f->archive, who, id, wish, &row, &secrets, &f->err);
}

static void what_is_not_named_stays_as_it_is(void **state)
{
	struct zong_department_wish wish = ZONG_DEPARTMENT_WISH;
	struct fixture *f = *state;

	wish.rate = 5;
	wish.receipt_hours = 48;
	assert_int_equal(set(f, &f->administrator, "tax", &wish), 0);
	assert_int_equal(row->rate, 5);
	assert_int_equal(row->receipt_hours, 48);
	wish = (struct zong_department_wish)ZONG_DEPARTMENT_WISH;
	wish.name = "示例税务";
	assert_int_equal(set(f, &f->administrator, "tax", &wish), 0);
	assert_string_equal(row->name, "示例税务");
	assert_int_equal(row->rate, 5);
	assert_false(secrets);
	assert_int_equal(fixture_log(f, "department.set", "department/tax", NULL), 2);
}

static void what_cannot_be_is_refused(void **state)
{
	struct zong_department_wish wish = ZONG_DEPARTMENT_WISH;
	struct fixture *f = *state;

	assert_int_equal(set(f, &f->archivist, "tax", &wish), ZONG_EFORBIDDEN);
	assert_int_equal(set(f, &f->administrator, "none", &wish), ZONG_ENODEPARTMENT);
	wish.rate = ZONG_LIMIT_WEBHOOK_RATE + 1;
	assert_int_equal(set(f, &f->administrator, "tax", &wish), ZONG_EINVAL);
	wish = (struct zong_department_wish)ZONG_DEPARTMENT_WISH;
	wish.webhook = "http://127.0.0.1/";
	assert_int_equal(set(f, &f->administrator, "tax", &wish), ZONG_EWEBHOOK);
	wish.webhook = "gopher://example.org/";
	assert_int_equal(set(f, &f->administrator, "tax", &wish), ZONG_EWEBHOOK);
	wish = (struct zong_department_wish)ZONG_DEPARTMENT_WISH;
	wish.name = "";
	assert_int_equal(set(f, &f->administrator, "tax", &wish), ZONG_EINVAL);
}

static size_t in_outbox(struct fixture *f, const char *department)
{
	zong_outbox_release(&f->outbox);
	assert_int_equal(
		zong_outbox_take(f->archive, department, zong_time_now(), NULL, 0, 10, &f->outbox),
		0);
	return f->outbox.count;
}

static void what_is_due_goes_to_the_webhook_that_is_named(void **state)
{
	struct zong_department_wish wish = ZONG_DEPARTMENT_WISH;
	struct fixture *f = *state;

	fixture_case(f, "set-1");
	assert_int_equal(fixture_add(f, "set-1", "", "text 甲\n", "housing", &f->receipt), 0);
	assert_int_equal(in_outbox(f, "housing"), 0);
	wish.webhook = "https://example.org/hook";
	assert_int_equal(set(f, &f->administrator, "housing", &wish), 0);
	assert_true(secrets);
	assert_int_equal(row->secret.len, 32);
	assert_int_equal(in_outbox(f, "housing"), 1);
	/* another address has the same keys */
	wish.webhook = "https://example.org/other";
	assert_int_equal(set(f, &f->administrator, "housing", &wish), 0);
	assert_false(secrets);
	wish.webhook = "";
	assert_int_equal(set(f, &f->administrator, "housing", &wish), 0);
	assert_int_equal(in_outbox(f, "housing"), 0);
	assert_int_equal(sample_feed(f, &f->housing, "housing", 0), 1);
}

static void a_private_address_that_was_allowed_can_be_named_again(void **state)
{
	struct zong_department_wish wish = ZONG_DEPARTMENT_WISH;
	struct fixture *f = *state;

	wish.webhook = "http://10.0.0.1/";
	assert_int_equal(set(f, &f->administrator, "tax", &wish), ZONG_EWEBHOOK);
	wish.allow_private = 1;
	assert_int_equal(set(f, &f->administrator, "tax", &wish), 0);
	wish.allow_private = -1;
	assert_int_equal(set(f, &f->administrator, "tax", &wish), 0);
	wish.webhook = NULL;
	wish.allow_private = 0; /* then the address that is there is not allowed */
	assert_int_equal(set(f, &f->administrator, "tax", &wish), ZONG_EWEBHOOK);
	wish.webhook = "";
	assert_int_equal(set(f, &f->administrator, "tax", &wish), 0);
}

static void a_certificate_is_that_of_one_department(void **state)
{
	struct zong_department_wish wish = ZONG_DEPARTMENT_WISH;
	struct fixture *f = *state;
	struct zong_digest certificate = {{1, 2, 3}};
	struct zong_subject who;

	assert_int_equal(zong_identity_by_certificate(f->archive, &certificate, &who),
		ZONG_EUNAUTHENTICATED);
	wish.certificates = &certificate;
	wish.certificates_count = 1;
	assert_int_equal(set(f, &f->administrator, "tax", &wish), 0);
	assert_int_equal(zong_identity_by_certificate(f->archive, &certificate, &who), 0);
	assert_int_equal(who.role, ZONG_ROLE_DEPARTMENT);
	assert_string_equal(who.department, "tax");
	assert_int_equal(set(f, &f->administrator, "housing", &wish), ZONG_EEXIST);
	wish.certificates_count = 0;
	assert_int_equal(set(f, &f->administrator, "tax", &wish), 0);
	assert_int_equal(zong_identity_by_certificate(f->archive, &certificate, &who),
		ZONG_EUNAUTHENTICATED);
}

static void a_rotation_keeps_the_keys_of_before_for_a_while(void **state)
{
	struct zong_department_wish wish = ZONG_DEPARTMENT_WISH;
	struct fixture *f = *state;
	uint8_t secret[32];

	assert_int_equal(
		zong_department_rotate(f->archive, &f->administrator, "tax", 1, &row, &f->err),
		ZONG_ENOENT);
	wish.webhook = "https://example.org/hook";
	assert_int_equal(set(f, &f->administrator, "tax", &wish), 0);
	memcpy(secret, row->secret.data, sizeof(secret));
	zong__department__free_unpacked(row, NULL);
	row = NULL;
	assert_int_equal(
		zong_department_rotate(f->archive, &f->administrator, "tax", 1, &row, &f->err), 0);
	assert_memory_equal(row->old_secret.data, secret, sizeof(secret));
	assert_memory_not_equal(row->secret.data, secret, sizeof(secret));
	assert_int_equal(row->old_seed.len, 32);
	assert_true(row->old_until > zong_time_now());
	zong__department__free_unpacked(row, NULL);
	row = NULL;
	assert_int_equal(zong_department_rotate(f->archive, &f->administrator, "tax",
				 ZONG_LIMIT_ROTATION_HOURS + 1, &row, &f->err),
		ZONG_EINVAL);
	assert_int_equal(zong_department_rotate(f->archive, &f->archivist, "tax", 1, &row, &f->err),
		ZONG_EFORBIDDEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_is_not_named_stays_as_it_is, clear),
		cmocka_unit_test_teardown(what_cannot_be_is_refused, clear),
		cmocka_unit_test_teardown(what_is_due_goes_to_the_webhook_that_is_named, clear),
		cmocka_unit_test_teardown(a_rotation_keeps_the_keys_of_before_for_a_while, clear),
		cmocka_unit_test_teardown(
			a_private_address_that_was_allowed_can_be_named_again, clear),
		cmocka_unit_test_teardown(a_certificate_is_that_of_one_department, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
