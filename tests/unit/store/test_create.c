/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/file.h>

#include "fixture.h"

/* What every crash leaves is in tests/crash. */

static void path_in(const struct fixture *f, const char *name, char *ret_path, size_t size)
{
	snprintf(ret_path, size, "%s/%s", f->dir, name);
}

static void put_file(const struct fixture *f, const char *name)
{
	char path[512];

	path_in(f, name, path, sizeof(path));
	assert_int_equal(zong_file_replace(path, "x", 1, 0600), 0);
}

static void put_folder(const struct fixture *f, const char *name)
{
	char path[512];

	path_in(f, name, path, sizeof(path));
	assert_int_equal(mkdir(path, 0700), 0);
}

static bool is_there(const struct fixture *f, const char *name)
{
	char path[512];

	path_in(f, name, path, sizeof(path));
	return access(path, F_OK) == 0;
}

static int put_first(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_str(&key, ctx);
	return zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &key, "value", 5);
}

static int refuse(struct zong_txn *txn, void *ctx)
{
	(void)txn;
	(void)ctx;
	return ZONG_EINVAL;
}

static void an_archive_is_made_with_its_first_change(void **state)
{
	struct fixture *f = *state;
	char name[] = "first";

	assert_int_equal(zong_store_create_with(f->dir, put_first, name, NULL), 0);
	assert_false(is_there(f, "unfinished"));
	fixture_reopen(f);
	assert_true(fixture_has(f->store, "first", "value"));
}

static void without_its_first_change_there_is_none(void **state)
{
	struct fixture *f = *state;
	char name[] = "first";

	assert_int_equal(zong_store_create_with(f->dir, refuse, NULL, NULL), ZONG_EINVAL);
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), ZONG_ENOENT);
	assert_int_equal(zong_store_create_with(f->dir, put_first, name, NULL), 0);
}

static void what_an_attempt_has_left_is_cleared_away(void **state)
{
	struct fixture *f = *state;

	put_file(f, "unfinished");
	put_folder(f, "catalog");
	put_file(f, "catalog/data.mdb"); /* no database at all */
	put_folder(f, "text");
	assert_int_equal(zong_store_create(f->dir, NULL), 0);
	fixture_reopen(f);
}

static void the_beginning_of_an_attempt_is_no_hindrance(void **state)
{
	struct fixture *f = *state;

	put_file(f, "unfinished.Ab3xYz");
	assert_int_equal(zong_store_create(f->dir, NULL), 0);
	assert_false(is_there(f, "unfinished.Ab3xYz"));
}

static void what_is_not_of_an_attempt_is_left_alone(void **state)
{
	struct fixture *f = *state;

	put_file(f, "unfinished");
	put_folder(f, "text");
	put_file(f, "text/letter");
	assert_int_equal(zong_store_create(f->dir, NULL), ZONG_EEXIST);
	assert_true(is_there(f, "text/letter"));
}

static void an_archive_without_its_format_is_left_alone(void **state)
{
	struct fixture *f = *state;
	char path[512];

	assert_int_equal(zong_store_create(f->dir, NULL), 0);
	path_in(f, "format", path, sizeof(path));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(zong_store_create(f->dir, NULL), ZONG_EEXIST);
	assert_true(is_there(f, "catalog/data.mdb"));
}

static void two_do_not_make_one_at_the_same_time(void **state)
{
	struct fixture *f = *state;
	int fd = open(f->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(zong_store_create(f->dir, NULL), ZONG_EBUSY);
	close(fd);
	assert_int_equal(zong_store_create(f->dir, NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_closed, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_archive_is_made_with_its_first_change),
		TEST(without_its_first_change_there_is_none),
		TEST(what_an_attempt_has_left_is_cleared_away),
		TEST(the_beginning_of_an_attempt_is_no_hindrance),
		TEST(what_is_not_of_an_attempt_is_left_alone),
		TEST(an_archive_without_its_format_is_left_alone),
		TEST(two_do_not_make_one_at_the_same_time),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
