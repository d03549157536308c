/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/error.h>
#include <zong/file.h>

#include "temp_dir.h"

static struct zong_buf buf;
static int fd = -1;

static int setup(void **state)
{
	zong_buf_init(&buf, 1000000);
	return make_temp_dir(state);
}

static int teardown(void **state)
{
	zong_buf_release(&buf);
	if (fd >= 0)
		close(fd);
	fd = -1;
	return remove_temp_dir(state);
}

static void a_replaced_file_holds_the_new_bytes_and_mode(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(zong_file_replace(in_temp_dir("a"), "old", 3, 0644), 0);
	assert_int_equal(zong_file_replace(in_temp_dir("a"), "newer\0", 6, 0600), 0);
	assert_int_equal(zong_file_read(in_temp_dir("a"), &buf), 0);
	assert_int_equal(buf.len, 6);
	assert_memory_equal(buf.data, "newer\0", 6);
	assert_int_equal(stat(in_temp_dir("a"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(each_in_temp_dir(NULL), 1);
	assert_int_equal(zong_file_replace(in_temp_dir("a"), NULL, 0, 0600), 0);
	assert_int_equal(zong_file_read(in_temp_dir("a"), &buf), 0);
	assert_int_equal(buf.len, 0);
}

static void a_reader_of_the_old_file_keeps_the_old_bytes(void **state)
{
	char bytes[4] = "";

	(void)state;
	assert_int_equal(zong_file_replace(in_temp_dir("a"), "old", 3, 0644), 0);
	fd = open(in_temp_dir("a"), O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(zong_file_replace(in_temp_dir("a"), "new", 3, 0644), 0);
	assert_int_equal(zong_file_read_at(fd, bytes, 3, 0), 0);
	assert_string_equal(bytes, "old");
}

static void a_failed_replace_leaves_the_old_file_and_nothing_else(void **state)
{
	struct rlimit before;
	struct rlimit small;
	char bytes[8192];
	int r;

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(zong_file_replace(in_temp_dir("a"), "old", 3, 0644), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 4096;
	/* a file that may not grow: EFBIG where a full disk gives ENOSPC */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	r = zong_file_replace(in_temp_dir("a"), bytes, sizeof(bytes), 0644);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(r, ZONG_EIO);
	assert_int_equal(each_in_temp_dir(NULL), 1);
	assert_int_equal(zong_file_read(in_temp_dir("a"), &buf), 0);
	assert_string_equal(zong_buf_str(&buf), "old");
}

static void a_folder_in_the_way_is_not_replaced(void **state)
{
	(void)state;
	assert_int_equal(zong_file_make_dir(in_temp_dir("d"), 0700), 0);
	assert_int_equal(zong_file_replace(in_temp_dir("d"), "x", 1, 0600), ZONG_EIO);
	assert_int_equal(each_in_temp_dir(NULL), 1);
	assert_int_equal(zong_file_replace(in_temp_dir("no/a"), "x", 1, 0600), ZONG_ENOENT);
}

static void a_full_disk_is_said_to_be_full(void **state)
{
	(void)state;
	fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(zong_file_write_all(fd, "x", 1), ZONG_ENOSPC);
	assert_int_equal(zong_file_write_all(fd, NULL, 0), 0);
}

static void folders_are_made_once(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(zong_file_make_dir(in_temp_dir("d"), 0700), 0);
	assert_int_equal(stat(in_temp_dir("d"), &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(zong_file_make_dir(in_temp_dir("d"), 0700), ZONG_EEXIST);
	assert_int_equal(zong_file_make_dir(in_temp_dir("d///"), 0700), ZONG_EEXIST);
	assert_int_equal(zong_file_make_dir(in_temp_dir("e//"), 0700), 0);
	assert_int_equal(zong_file_make_dir(in_temp_dir("no/d"), 0700), ZONG_ENOENT);
}

static void names_without_a_folder_are_in_the_current_one(void **state)
{
	char *before = getcwd(NULL, 0);
	int made;
	int replaced;

	(void)state;
	assert_non_null(before);
	assert_int_equal(chdir(temp_dir), 0);
	made = zong_file_make_dir("d", 0700);
	replaced = zong_file_replace("a", "x", 1, 0600);
	assert_int_equal(chdir(before), 0);
	free(before);
	assert_int_equal(made, 0);
	assert_int_equal(replaced, 0);
	assert_int_equal(each_in_temp_dir(NULL), 2);
}

static void syncing_a_folder_that_is_none_fails(void **state)
{
	(void)state;
	assert_int_equal(zong_file_sync_dir(temp_dir), 0);
	assert_int_equal(zong_file_sync_dir(in_temp_dir("no")), ZONG_ENOENT);
	assert_int_equal(zong_file_replace(in_temp_dir("a"), "x", 1, 0600), 0);
	assert_int_equal(zong_file_sync_dir(in_temp_dir("a")), ZONG_EIO);
}

static void reading_stops_at_the_limit_of_the_buffer(void **state)
{
	char bytes[1000];

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(zong_file_replace(in_temp_dir("a"), bytes, sizeof(bytes), 0600), 0);
	zong_buf_init(&buf, 1000);
	assert_int_equal(zong_file_read(in_temp_dir("a"), &buf), 0);
	assert_int_equal(buf.len, 1000);
	zong_buf_release(&buf);
	zong_buf_init(&buf, 999);
	assert_int_equal(zong_file_read(in_temp_dir("a"), &buf), ZONG_ELIMIT);
	assert_int_equal(zong_file_read("/dev/zero", &buf), ZONG_ELIMIT);
}

static void reading_replaces_what_the_buffer_held(void **state)
{
	(void)state;
	zong_buf_add_str(&buf, "before");
	assert_int_equal(zong_file_replace(in_temp_dir("a"), "x", 1, 0600), 0);
	assert_int_equal(zong_file_read(in_temp_dir("a"), &buf), 0);
	assert_string_equal(zong_buf_str(&buf), "x");
}

static void reading_what_is_no_file_fails(void **state)
{
	(void)state;
	assert_int_equal(zong_file_read(in_temp_dir("no"), &buf), ZONG_ENOENT);
	assert_int_equal(zong_file_read(temp_dir, &buf), ZONG_EIO);
}

static void a_spool_file_has_no_name(void **state)
{
	char bytes[4] = "";

	(void)state;
	assert_int_equal(zong_file_spool(temp_dir, &fd), 0);
	assert_int_equal(each_in_temp_dir(NULL), 0);
	assert_int_equal(zong_file_write_all(fd, "abc", 3), 0);
	assert_int_equal(zong_file_read_at(fd, bytes, 3, 0), 0);
	assert_string_equal(bytes, "abc");
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

static void a_spool_without_a_folder_fails(void **state)
{
	(void)state;
	assert_int_equal(zong_file_spool(in_temp_dir("no"), &fd), ZONG_ENOENT);
	assert_int_equal(fd, -1);
}

static void reading_beyond_the_end_is_truncated(void **state)
{
	char bytes[8] = "";

	(void)state;
	assert_int_equal(zong_file_spool(temp_dir, &fd), 0);
	assert_int_equal(zong_file_write_all(fd, "abcdef", 6), 0);
	assert_int_equal(zong_file_read_at(fd, bytes, 3, 2), 0);
	assert_memory_equal(bytes, "cde", 3);
	assert_int_equal(zong_file_read_at(fd, bytes, 3, 4), ZONG_ETRUNCATED);
	assert_int_equal(zong_file_read_at(fd, bytes, 1, 6), ZONG_ETRUNCATED);
	assert_int_equal(zong_file_read_at(fd, bytes, 0, 6), 0);
	assert_int_equal(zong_file_read_at(fd, bytes, 1, UINT64_MAX), ZONG_ETRUNCATED);
	assert_int_equal(zong_file_read_at(-1, bytes, 1, 0), ZONG_EIO);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_replaced_file_holds_the_new_bytes_and_mode),
		TEST(a_reader_of_the_old_file_keeps_the_old_bytes),
		TEST(a_failed_replace_leaves_the_old_file_and_nothing_else),
		TEST(a_folder_in_the_way_is_not_replaced),
		TEST(a_full_disk_is_said_to_be_full),
		TEST(folders_are_made_once),
		TEST(names_without_a_folder_are_in_the_current_one),
		TEST(syncing_a_folder_that_is_none_fails),
		TEST(reading_stops_at_the_limit_of_the_buffer),
		TEST(reading_replaces_what_the_buffer_held),
		TEST(reading_what_is_no_file_fails),
		TEST(a_spool_file_has_no_name),
		TEST(a_spool_without_a_folder_fails),
		TEST(reading_beyond_the_end_is_truncated),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
