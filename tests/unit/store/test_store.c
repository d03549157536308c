/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>

#include "fixture.h"

static void path_in(const struct fixture *f, const char *name, char *ret_path, size_t size)
{
	snprintf(ret_path, size, "%s/%s", f->dir, name);
}

static void a_new_archive_has_its_folders_and_an_id_that_stays(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {"catalog", "segments", "text", "spool"};
	struct zong_id id;
	struct stat st;
	char path[512];
	size_t i;

	assert_int_equal(zong_store_create(f->dir, NULL), 0);
	for (i = 0; i < 4; i++) {
		path_in(f, names[i], path, sizeof(path));
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0700);
	}
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), 0);
	assert_string_equal(zong_store_dir(f->store), f->dir);
	id = *zong_store_id(f->store);
	fixture_reopen(f);
	assert_true(zong_id_equal(&id, zong_store_id(f->store)));
}

static void nothing_is_made_where_something_is(void **state)
{
	struct fixture *f = *state;
	struct zong_err err;
	char path[512];

	path_in(f, "file", path, sizeof(path));
	assert_int_equal(zong_file_replace(path, "x", 1, 0600), 0);
	assert_int_equal(zong_store_create(f->dir, &err), ZONG_EEXIST);
	assert_string_equal(err.subject, f->dir);
	path_in(f, "new", path, sizeof(path));
	assert_int_equal(zong_store_create(path, NULL), 0);
	assert_int_equal(zong_store_create(path, NULL), ZONG_EEXIST);
	path_in(f, "no/such/folder", path, sizeof(path));
	assert_int_equal(zong_store_create(path, NULL), ZONG_ENOENT);
}

static void what_cannot_be_opened_says_why(void **state)
{
	struct fixture *f = *state;
	struct zong_store *second = NULL;
	char path[512];

	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), ZONG_ENOENT);
	assert_int_equal(zong_store_create(f->dir, NULL), 0);
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), 0);
	assert_int_equal(zong_store_open(f->dir, NULL, &second, NULL), ZONG_EBUSY);
	zong_store_close(f->store);
	f->store = NULL;
	path_in(f, "format", path, sizeof(path));
	assert_int_equal(zong_file_replace(path, "99\n", 3, 0600), 0);
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), ZONG_EVERSION);
	assert_int_equal(zong_file_replace(path, "one\n", 4, 0600), 0);
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), ZONG_ECORRUPT);
	assert_int_equal(zong_file_replace(path, "3\n", 2, 0600), 0);
	path_in(f, "catalog/data.mdb", path, sizeof(path));
	assert_int_equal(truncate(path, 8192 + 4096), 0);
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), ZONG_ECORRUPT);
	assert_int_equal(zong_file_replace(path, "no database", 11, 0600), 0);
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), ZONG_ECORRUPT);
}

static void a_spool_file_that_a_crash_left_is_swept(void **state)
{
	struct fixture *f = *state;
	char path[512];

	assert_int_equal(zong_store_create(f->dir, NULL), 0);
	path_in(f, "spool/spool.abc", path, sizeof(path));
	assert_int_equal(zong_file_replace(path, "x", 1, 0600), 0);
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), 0);
	assert_int_equal(access(path, F_OK), -1);
}

static void each_table_has_a_name_of_its_own(void **state)
{
	int a, b;

	(void)state;
	for (a = 0; a < ZONG_TABLE_COUNT_; a++) {
		assert_non_null(zong_table_name((enum zong_table)a));
		for (b = 0; b < a; b++)
			assert_string_not_equal(zong_table_name((enum zong_table)a),
				zong_table_name((enum zong_table)b));
	}
}

static void *wake_later(void *arg)
{
	usleep(20000);
	zong_store_wake(arg);
	return NULL;
}

static void waiting_ends_with_a_commit_a_wake_or_the_time(void **state)
{
	struct fixture *f = *state;
	uint64_t seen = 0, before;
	pthread_t thread;
	int64_t start;

	assert_int_equal(zong_store_create(f->dir, NULL), 0);
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), 0);
	zong_store_wait(f->store, &seen, 60 * ZONG_SECOND); /* from 0: at once */
	assert_true(seen > 0);
	before = seen;
	start = zong_time_monotonic();
	zong_store_wait(f->store, &seen, 30000);
	assert_int_equal(seen, before);
	assert_true(zong_time_monotonic() - start >= 30000);
	assert_int_equal(fixture_put(f->store, "x", "1"), 0);
	zong_store_wait(f->store, &seen, 60 * ZONG_SECOND);
	assert_true(seen > before);
	zong_store_wake(f->store); /* before the wait: not lost */
	zong_store_wait(f->store, &seen, 60 * ZONG_SECOND);
	assert_int_equal(pthread_create(&thread, NULL, wake_later, f->store), 0);
	zong_store_wait(f->store, &seen, 60 * ZONG_SECOND);
	pthread_join(thread, NULL);
}

static int flag(struct zong_txn *txn, void *ctx)
{
	struct zong_ingest *ingest = ctx;
	bool known;

	return zong_ingest_put(ingest, txn, &known);
}

/* Stores files in a process of its own until it is killed; tells each digest once it is
 * acknowledged. */
static void store_until_killed(const char *dir, int tell, uint64_t seed)
{
	struct zong_buf bytes = ZONG_BUF_INIT(8 << 20);
	struct zong_store *store;
	struct zong_ingest *ingest;
	int fd;

	if (zong_store_open(dir, NULL, &store, NULL))
		_exit(1);
	for (;; seed++) {
		zong_buf_clear(&bytes);
		fixture_noise(&bytes, 1000 + seed % 7 * 300000, seed);
		fd = fixture_file(bytes.data, bytes.len);
		if (zong_ingest_begin(
			    store, fd, bytes.len, ZONG_MEDIA_UNKNOWN, NULL, NULL, NULL, &ingest) ||
			zong_store_write_file(store, ingest, flag, ingest))
			_exit(1);
		if (write(tell, &zong_ingest_result(ingest)->digest, ZONG_DIGEST_SIZE) < 0)
			_exit(1);
		zong_ingest_free(ingest);
		close(fd);
	}
}

static void killed_in_the_middle_every_acknowledged_file_is_whole(void **state)
{
	struct fixture *f = *state;
	struct zong_digest digests[4096];
	uint64_t files, broken;
	struct zong_reader *reader;
	size_t count = 0, i;
	int pipes[2];
	int round, status;
	pid_t child;

	assert_int_equal(zong_store_create(f->dir, NULL), 0);
	for (round = 0; round < 8; round++) {
		assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
		child = fork();
		if (child == 0)
			store_until_killed(f->dir, pipes[1], (uint64_t)round * 1000);
		close(pipes[1]);
		/* At least one is through, then at some moment. */
		assert_int_equal(
			read(pipes[0], &digests[count++], ZONG_DIGEST_SIZE), ZONG_DIGEST_SIZE);
		usleep(1000 * (unsigned)(round * 13 % 37));
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		assert_true(WIFSIGNALED(status));
		while (count < 4096 && read(pipes[0], &digests[count], ZONG_DIGEST_SIZE) > 0)
			count++;
		close(pipes[0]);
		assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), 0);
		for (i = 0; i < count; i++) {
			assert_int_equal(zong_reader_open(f->store, &digests[i], &reader), 0);
			zong_reader_close(reader);
		}
		assert_int_equal(zong_store_verify(f->store, &files, &broken), 0);
		assert_true(files >= count);
		assert_int_equal(broken, 0);
		zong_store_close(f->store);
		f->store = NULL;
	}
}

/* Writes until it is killed, with maps so small that they grow; tells each file's digest. */
static void grow_until_killed(const char *dir, int tell)
{
	const struct zong_store_maps maps = {.catalog = 1 << 20, .segments = 4 << 20};
	struct zong_buf bytes = ZONG_BUF_INIT(8 << 20);
	struct zong_ingest_result result;
	struct zong_store *store;
	uint64_t seed;

	if (zong_store_open_sized(dir, NULL, &maps, &store, NULL))
		_exit(1);
	for (seed = 1;; seed++) {
		zong_buf_clear(&bytes);
		fixture_noise(&bytes, 700000, seed);
		if (fixture_store_bytes(
			    store, bytes.data, bytes.len, ZONG_MEDIA_UNKNOWN, &result) ||
			write(tell, &result.digest, ZONG_DIGEST_SIZE) < 0)
			_exit(1);
	}
}

static void one_that_only_looks_sees_what_another_process_writes(void **state)
{
	const struct zong_store_maps maps = {.catalog = 1 << 20, .segments = 4 << 20};
	const struct zong_store_options looking = {.read_only = true};
	struct fixture *f = *state;
	struct zong_digest digest;
	struct zong_reader *reader;
	int pipes[2], sink, i, status;
	pid_t child;

	assert_int_equal(zong_store_create_sized(f->dir, &maps, NULL), 0);
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	child = fork();
	if (child == 0)
		grow_until_killed(f->dir, pipes[1]);
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &digest, ZONG_DIGEST_SIZE), ZONG_DIGEST_SIZE);
	assert_int_equal(zong_store_open_sized(f->dir, &looking, &maps, &f->store, NULL), 0);
	assert_int_equal(fixture_put(f->store, "x", "1"), ZONG_EINVAL);
	sink = open("/dev/null", O_WRONLY | O_CLOEXEC);
	for (i = 0; i < 30; i++) { /* 20 MB: over the first map of segments/ several times */
		assert_int_equal(read(pipes[0], &digest, ZONG_DIGEST_SIZE), ZONG_DIGEST_SIZE);
		assert_int_equal(zong_reader_open(f->store, &digest, &reader), 0);
		assert_int_equal(zong_reader_copy(reader, sink), 0);
		zong_reader_close(reader);
	}
	close(sink);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	close(pipes[0]);
	assert_true(WIFSIGNALED(status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_closed, fixture_teardown)
		TEST(a_new_archive_has_its_folders_and_an_id_that_stays),
		TEST(nothing_is_made_where_something_is),
		TEST(what_cannot_be_opened_says_why),
		TEST(a_spool_file_that_a_crash_left_is_swept),
		TEST(each_table_has_a_name_of_its_own),
		TEST(waiting_ends_with_a_commit_a_wake_or_the_time),
		TEST(one_that_only_looks_sees_what_another_process_writes),
		TEST(killed_in_the_middle_every_acknowledged_file_is_whole),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
