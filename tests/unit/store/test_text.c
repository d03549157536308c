/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/time.h>

#include "fixture.h"

#define LONG (60 * ZONG_SECOND) /* a limit, never reached where all is well */

struct document {
	const char *name;
	const char *text; /* NULL: it goes */
};

static void key_of(const void *name, size_t len, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_bytes(ret_key, name, len);
}

/* The documents are rows of ZONG_TABLE_USERS. */
static int source(void *ctx, struct zong_txn *txn, const uint8_t *what, size_t what_len,
	struct zong_buf *ret_text)
{
	struct zong_key key;
	const void *bytes;
	size_t len;
	int r;

	(void)ctx;
	key_of(what, what_len, &key);
	r = zong_txn_get_bytes(txn, ZONG_TABLE_USERS, &key, &bytes, &len);
	return r ? r : zong_buf_add(ret_text, bytes, len);
}

static int change(struct zong_txn *txn, void *ctx)
{
	const struct document *document = ctx;
	struct zong_key key;
	int r;

	key_of(document->name, strlen(document->name), &key);
	if (document->text)
		r = zong_txn_put_bytes(
			txn, ZONG_TABLE_USERS, &key, document->text, strlen(document->text));
	else
		r = zong_txn_delete(txn, ZONG_TABLE_USERS, &key);
	return r ? r : zong_text_changed(txn, document->name, strlen(document->name), NULL);
}

static int put(struct zong_store *store, const char *name, const char *text)
{
	struct document document = {name, text};

	return zong_store_write(store, change, &document);
}

static size_t found(struct zong_store *store, const char *query)
{
	struct zong_text_hit hits[50];
	size_t count = 0, total;

	assert_int_equal(zong_text_search(store, query, 0, 50, hits, &count, &total), 0);
	return count;
}

static void start(struct fixture *f)
{
	struct zong_err err;

	assert_int_equal(zong_text_start(f->store, source, NULL, &err), 0);
}

static void what_is_committed_is_found_after_settling(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_int_equal(put(f->store, "one", "昌邑市自然资源\n和规划局"), 0);
	assert_int_equal(zong_text_settle(f->store, LONG), 0);
	assert_int_equal(found(f->store, "自然资源和规划局"), 1);
	assert_int_equal(put(f->store, "one", "另一份"), 0);
	assert_int_equal(zong_text_settle(f->store, LONG), 0);
	assert_int_equal(found(f->store, "自然资源和规划局"), 0);
	assert_int_equal(found(f->store, "另一份"), 1);
	assert_int_equal(put(f->store, "one", NULL), 0);
	assert_int_equal(zong_text_settle(f->store, LONG), 0);
	assert_int_equal(found(f->store, "另一份"), 0);
	assert_int_equal(zong_text_change(f->store), 3);
}

static void what_came_while_it_was_stopped_is_caught_up(void **state)
{
	struct fixture *f = *state;
	char name[16];
	int i;

	start(f);
	assert_int_equal(put(f->store, "before", "common 早"), 0);
	assert_int_equal(zong_text_settle(f->store, LONG), 0);
	zong_text_stop(f->store);
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "%d", i);
		assert_int_equal(put(f->store, name, "common 晚"), 0);
	}
	assert_int_equal(zong_text_settle(f->store, 1000), ZONG_ETIMEOUT);
	fixture_reopen(f);
	start(f);
	assert_int_equal(zong_text_settle(f->store, LONG), 0);
	assert_int_equal(found(f->store, "common"), 21);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	return ftw->level == 0 ? 0 : remove(path);
}

static void a_deleted_index_is_made_again_from_the_catalog(void **state)
{
	struct fixture *f = *state;
	char path[160];

	start(f);
	assert_int_equal(put(f->store, "a", "文字"), 0);
	assert_int_equal(put(f->store, "b", "文字"), 0);
	assert_int_equal(zong_text_settle(f->store, LONG), 0);
	zong_text_stop(f->store);
	snprintf(path, sizeof(path), "%s/text", f->dir);
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	start(f);
	assert_int_equal(zong_text_settle(f->store, LONG), 0);
	assert_int_equal(found(f->store, "文字"), 2);
}

static void killed_at_any_moment_no_page_is_lost_from_the_index(void **state)
{
	struct zong_store_options options = {.key = fixture_key()};
	struct fixture *f = *state;
	int pipes[2], status, round;
	unsigned count = 0, i;
	char name[16], byte;
	pid_t child;

	zong_store_close(f->store);
	f->store = NULL;
	for (round = 0; round < 5; round++) {
		assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
		child = fork();
		if (child == 0) {
			struct zong_store *store;

			if (zong_store_open(f->dir, &options, &store, NULL) ||
				zong_text_start(store, source, NULL, NULL))
				_exit(1);
			for (i = count;; i++) {
				snprintf(name, sizeof(name), "%u", i);
				if (put(store, name, "common 页") || write(pipes[1], "", 1) != 1)
					_exit(1);
			}
		}
		close(pipes[1]);
		assert_int_equal(read(pipes[0], &byte, 1), 1);
		count++;
		usleep(10000 + 17000 * (unsigned)round);
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		assert_true(WIFSIGNALED(status));
		while (read(pipes[0], &byte, 1) == 1)
			count++;
		close(pipes[0]);
	}
	assert_int_equal(zong_store_open(f->dir, &options, &f->store, NULL), 0);
	start(f);
	assert_int_equal(zong_text_settle(f->store, LONG), 0);
	for (i = 0; i < count; i++) {
		struct zong_text_hit hit;
		size_t hits, total;

		assert_int_equal(
			zong_text_search(f->store, "common", i, 1, &hit, &hits, &total), 0);
		assert_int_equal(hits, 1);
	}
}

static void an_index_broken_while_it_is_used_heals(void **state)
{
	struct fixture *f = *state;
	struct zong_text_hit hits[5];
	size_t count, total;
	struct dirent *entry;
	char path[160];
	int fd, r, i;
	DIR *dir;

	if (fixture_key()) /* there is none on the disk */
		return;
	start(f);
	for (i = 0; i < 30; i++) {
		snprintf(path, sizeof(path), "%d", i);
		assert_int_equal(put(f->store, path, "文字 common"), 0);
	}
	assert_int_equal(zong_text_settle(f->store, LONG), 0);
	snprintf(path, sizeof(path), "%s/text", f->dir);
	dir = opendir(path);
	assert_non_null(dir);
	for (entry = readdir(dir); entry; entry = readdir(dir)) {
		if (!strstr(entry->d_name, ".glass"))
			continue;
		fd = openat(dirfd(dir), entry->d_name, O_WRONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		for (i = 0; i < 4096; i++)
			assert_int_equal(pwrite(fd, "\xa5", 1, i * 2), 1);
		close(fd);
	}
	closedir(dir);
	/* Found broken by a search or by the next commit, whichever comes first. */
	for (i = 0; i < 600; i++) {
		r = zong_text_search(f->store, "文字", 0, 5, hits, &count, &total);
		if (r == 0 && count == 5 && i > 0)
			break;
		assert_true(r == 0 || r == ZONG_EIO);
		zong_store_wake(f->store);
		usleep(20000);
	}
	assert_int_equal(r, 0);
	assert_int_equal(put(f->store, "new", "新"), 0);
	assert_int_equal(zong_text_settle(f->store, LONG), 0);
	assert_int_equal(found(f->store, "新"), 1);
}

static void without_the_index_there_is_a_clear_answer(void **state)
{
	struct fixture *f = *state;
	struct zong_text_hit hit;
	size_t count, total;

	assert_int_equal(zong_text_search(f->store, "x", 0, 1, &hit, &count, &total), ZONG_EIO);
	assert_int_equal(zong_text_change(f->store), 0);
	assert_int_equal(zong_text_settle(f->store, 1000), 0);
	start(f);
	assert_int_equal(zong_text_start(f->store, source, NULL, NULL), ZONG_EINVAL);
	assert_int_equal(found(f->store, "x"), 0);
	assert_int_equal(zong_text_search(f->store, "  ", 0, 1, &hit, &count, &total), ZONG_EQUERY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(what_is_committed_is_found_after_settling),
		TEST(what_came_while_it_was_stopped_is_caught_up),
		TEST(a_deleted_index_is_made_again_from_the_catalog),
		TEST(killed_at_any_moment_no_page_is_lost_from_the_index),
		TEST(an_index_broken_while_it_is_used_heals),
		TEST(without_the_index_there_is_a_clear_answer),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
