/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>

#include "fixture.h"

static void an_archive_is_made_once(void **state)
{
	struct fixture *f = *state;
	char password[ZONG_PASSWORD_TEXT] = "untouched";

	assert_int_equal(strlen(f->password), 23);
	assert_int_equal(zong_archive_create(f->dir, password, &f->err), ZONG_EEXIST);
	assert_string_equal(password, "untouched");
}

static void only_one_has_it_open(void **state)
{
	struct fixture *f = *state;
	struct zong_archive_options options = {.worker = "fake"};
	struct zong_archive *second = NULL;

	assert_int_equal(zong_archive_open(f->dir, &options, &second, &f->err), ZONG_EBUSY);
	assert_null(second);
	assert_int_equal(
		zong_archive_open("/nonexistent", &options, &second, &f->err), ZONG_ENOENT);
}

static void it_knows_where_it_is(void **state)
{
	struct fixture *f = *state;
	char spool[300];

	snprintf(spool, sizeof(spool), "%s/spool", f->dir);
	assert_string_equal(zong_archive_dir(f->archive), f->dir);
	assert_string_equal(zong_archive_spool(f->archive), spool);
	assert_int_equal(access(spool, W_OK), 0);
	assert_string_equal(zong_archive_url(f->archive), "");
	zong_archive_set_url(f->archive, "http://127.0.0.1:8420");
	assert_string_equal(zong_archive_url(f->archive), "http://127.0.0.1:8420");
}

static int open_with(struct fixture *f, const char *conf)
{
	struct zong_archive_options options = {.worker = "fake", .paused = true};
	char path[300];

	zong_archive_close(f->archive);
	f->archive = NULL;
	snprintf(path, sizeof(path), "%s/zong.conf", f->dir);
	assert_int_equal(zong_file_replace(path, conf, strlen(conf), 0600), 0);
	return zong_archive_open(f->dir, &options, &f->archive, &f->err);
}

static void settings_are_read_and_slips_told(void **state)
{
	struct fixture *f = *state;
	struct zong_status status;

	assert_int_equal(open_with(f, "workers = 3\npublic-url = https://example.org\n"), 0);
	assert_string_equal(zong_archive_url(f->archive), "https://example.org");
	assert_string_equal(
		zong_archive_setting(f->archive, "public-url", "-"), "https://example.org");
	assert_string_equal(zong_archive_setting(f->archive, "listen", "-"), "-");
	zong_status_peek(f->archive, &status);
	assert_int_equal(status.workers, 3);
	assert_int_equal(open_with(f, "worker = 3\n"), ZONG_EINVAL);
	assert_non_null(strstr(f->err.subject, "zong.conf:1"));
	assert_int_equal(open_with(f, "workers = many\n"), ZONG_EINVAL);
	assert_int_equal(open_with(f, "workers = 1000\n"), ZONG_EINVAL);
	assert_int_equal(open_with(f, ""), 0);
}

static void without_a_pool_one_may_look_but_not_take_in(void **state)
{
	struct fixture *f = *state;
	struct zong_archive_options options = {0};
	struct zong_buf png = ZONG_BUF_INIT(1000);
	char id[ZONG_ID_TEXT];

	fixture_case(f, "look-1");
	assert_int_equal(fixture_add(f, "look-1", "", "text 甲\n", NULL, &f->receipt), 0);
	memcpy(id, fixture_id(&f->receipt.material->id), sizeof(id));
	zong_archive_close(f->archive);
	f->archive = NULL;
	assert_int_equal(zong_archive_open(f->dir, &options, &f->archive, &f->err), 0);
	assert_int_equal(
		zong_material_get(f->archive, &f->archivist, id, &f->material, &f->err), 0);
	assert_int_equal(zong_material_bytes(f->archive, &f->archivist, id, &f->bytes, &f->err), 0);
	assert_int_equal(zong_material_png(f->archive, &f->archivist, id, 1, 100, &png, &f->err),
		ZONG_EWORKER);
	assert_int_equal(fixture_add(f, "look-1", "", "text 乙\n", NULL, &f->other), ZONG_EWORKER);
	/* what is there already needs no worker */
	assert_int_equal(fixture_add(f, "look-1", "", "text 甲\n", NULL, &f->other), 0);
	assert_true(f->other.again);
	zong_bytes_close(f->bytes);
	f->bytes = NULL;
	fixture_reopen(f, true);
}

static void who_waits_is_woken_by_a_commit_and_by_hand(void **state)
{
	struct fixture *f = *state;
	uint64_t seen = 0;
	int64_t before;

	zong_archive_wait(f->archive, &seen, ZONG_SECOND);
	fixture_case(f, "wait-1");
	before = zong_time_monotonic();
	zong_archive_wait(f->archive, &seen, 10 * ZONG_SECOND);
	zong_archive_wake(f->archive);
	zong_archive_wait(f->archive, &seen, 10 * ZONG_SECOND);
	assert_true(zong_time_monotonic() - before < 5 * ZONG_SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(an_archive_is_made_once, fixture_clear),
		cmocka_unit_test_teardown(only_one_has_it_open, fixture_clear),
		cmocka_unit_test_teardown(it_knows_where_it_is, fixture_clear),
		cmocka_unit_test_teardown(settings_are_read_and_slips_told, fixture_clear),
		cmocka_unit_test_teardown(
			without_a_pool_one_may_look_but_not_take_in, fixture_clear),
		cmocka_unit_test_teardown(
			who_waits_is_woken_by_a_commit_and_by_hand, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
