/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <zong/file.h>

#include "backup_fixture.h"
#include "backup_lock.h"

static void one_at_a_time_has_it(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_digest mark, other;

	assert_int_equal(zong_backup_lock_take(f->dir, &mark), 0);
	assert_int_equal(zong_backup_lock_take(f->dir, &other), ZONG_EBUSY);
	assert_int_equal(zong_backup_lock_touch(f->dir, &mark), 0);
	zong_backup_lock_give(f->dir, &mark);
	assert_int_equal(zong_backup_lock_take(f->dir, &other), 0);
	/* Who has lost it neither keeps it alive nor takes it away. */
	assert_int_equal(zong_backup_lock_touch(f->dir, &mark), ZONG_EBUSY);
	zong_backup_lock_give(f->dir, &mark);
	assert_int_equal(zong_backup_lock_take(f->dir, &mark), ZONG_EBUSY);
	zong_backup_lock_give(f->dir, &other);
	assert_int_equal(backup_fixture_count(f->base, "packs"), 0);
}

static void one_whose_process_is_gone_is_taken_over(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_digest mark;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(zong_backup_lock_take(f->dir, &mark) ? 1 : 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(backup_fixture_count(f->base, "packs"), 1);
	assert_int_equal(zong_backup_lock_take(f->dir, &mark), 0);
	zong_backup_lock_give(f->dir, &mark);
}

/* Says that it has begun, then takes and gives until it is killed. */
static void take_on(struct backup_fixture *f, int ready)
{
	struct zong_digest mark;

	if (write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		if (zong_backup_lock_take(f->dir, &mark) == 0)
			zong_backup_lock_give(f->dir, &mark);
}

static void one_killed_at_any_moment_is_in_nobody_s_way(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_digest mark;
	int ready[2], i;
	char byte;

	assert_int_equal(pipe(ready), 0);
	for (i = 0; i < 500; i++) {
		struct timespec wait = {.tv_nsec = i * 997};
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0)
			take_on(f, ready[1]);
		assert_int_equal(read(ready[0], &byte, 1), 1);
		nanosleep(&wait, NULL);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
		assert_int_equal(zong_backup_lock_take(f->dir, &mark), 0);
		zong_backup_lock_give(f->dir, &mark);
	}
	close(ready[0]);
	close(ready[1]);
}

/* A lock as another machine writes it, touched @seconds ago. */
static void put_foreign(struct backup_fixture *f, int64_t seconds)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {0}};
	const char *text = "elsewhere 00000000-0000-0000-0000-000000000000 1 1 x\n";
	char path[256];

	snprintf(path, sizeof(path), "%s/lock", f->dir);
	assert_int_equal(zong_file_replace(path, text, strlen(text), 0600), 0);
	times[1].tv_sec = time(NULL) - seconds;
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void one_of_another_machine_is_left_while_it_is_touched(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_digest mark;

	put_foreign(f, 5);
	assert_int_equal(zong_backup_lock_take(f->dir, &mark), ZONG_EBUSY);
	put_foreign(f, ZONG_BACKUP_LOCK_SECONDS + 60);
	assert_int_equal(zong_backup_lock_take(f->dir, &mark), 0);
	zong_backup_lock_give(f->dir, &mark);
	assert_int_equal(backup_fixture_count(f->base, "packs"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name)                                                                                 \
	cmocka_unit_test_setup_teardown(name, backup_fixture_setup, backup_fixture_teardown)
		TEST(one_at_a_time_has_it),
		TEST(one_whose_process_is_gone_is_taken_over),
		TEST(one_killed_at_any_moment_is_in_nobody_s_way),
		TEST(one_of_another_machine_is_left_while_it_is_touched),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
