/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <zong/file.h>

#include "backup_fixture.h"

static size_t len_of(uint64_t seed)
{
	return (size_t)(700 + seed * 7919 % 300000);
}

static void add_some(struct backup_fixture *f, uint64_t from, uint64_t to)
{
	uint64_t i;

	for (i = from; i < to; i++)
		backup_fixture_add(f, i, len_of(i));
	backup_fixture_settle(f);
}

/* Everything in [0, count) is there, and nothing of [count, count + 3). */
static void assert_holds(struct backup_fixture *f, struct zong_store *store, uint64_t count)
{
	uint64_t files, broken, i;

	for (i = 0; i < count; i++)
		assert_true(backup_fixture_has(f, store, i, len_of(i)));
	for (; i < count + 3; i++)
		assert_false(backup_fixture_has(f, store, i, len_of(i)));
	assert_int_equal(zong_store_verify(store, &files, &broken), 0);
	assert_int_equal(files, count);
	assert_int_equal(broken, 0);
}

static void assert_sound(struct backup_fixture *f, uint64_t snapshots)
{
	struct zong_backup_options options = {.watch = backup_fixture_watch(f)};
	struct zong_backup_check_result result;
	struct zong_err err;

	assert_int_equal(zong_backup_check(f->backup, &options, &result, &err), 0);
	assert_int_equal(result.snapshots, snapshots);
	assert_int_equal(result.troubles, 0);
	assert_int_equal(backup_fixture_told(f), 0);
}

static void a_snapshot_gives_the_archive_back(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result result;
	struct zong_store *store;
	char path[256];
	struct zong_buf conf = ZONG_BUF_INIT(100);

	backup_fixture_create(f);
	add_some(f, 0, 20);
	snprintf(path, sizeof(path), "%s/zong.conf", f->archive);
	assert_int_equal(zong_file_replace(path, "workers = 1\n", 12, 0600), 0);
	backup_fixture_run(f, NULL, 1 << 20, 0, &result);
	assert_int_equal(result.troubles, 0);
	assert_int_equal(result.snapshot.files, 20);
	assert_int_equal(result.segments_new, result.snapshot.segments);
	assert_true(backup_fixture_count(f->backup, "packs") > 1);
	assert_sound(f, 1);
	store = backup_fixture_restore(f, NULL);
	assert_holds(f, store, 20);
	assert_true(zong_id_equal(zong_store_id(store), zong_store_id(f->store)));
	zong_store_close(store);
	snprintf(path, sizeof(path), "%s/zong.conf", f->restored);
	assert_int_equal(zong_file_read(path, &conf), 0);
	assert_string_equal(zong_buf_str(&conf), "workers = 1\n");
	zong_buf_release(&conf);
}

static void an_empty_archive_has_a_backup_too(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_store *store;

	backup_fixture_create(f);
	backup_fixture_run(f, NULL, 0, 0, NULL);
	assert_sound(f, 1);
	store = backup_fixture_restore(f, NULL);
	assert_holds(f, store, 0);
	zong_store_close(store);
}

static void a_further_snapshot_costs_what_is_new(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result first, second, third;
	size_t packs;

	backup_fixture_create(f);
	add_some(f, 0, 30);
	backup_fixture_run(f, NULL, 0, 0, &first);
	packs = backup_fixture_count(f->backup, "packs");
	backup_fixture_run(f, NULL, 0, 0, &second);
	assert_int_equal(second.segments_new, 0);
	assert_int_equal(backup_fixture_count(f->backup, "packs"), packs);
	assert_true(second.bytes_written < 1000); /* a manifest */
	add_some(f, 30, 31);
	backup_fixture_run(f, NULL, 0, 0, &third);
	assert_true(third.segments_new > 0);
	assert_true(third.bytes_written < first.bytes_written / 10);
	assert_sound(f, 3);
}

struct writing {
	struct backup_fixture *f;
	atomic_uint_fast64_t acknowledged;
	atomic_bool stop;
	struct zong_buf raw, value;
};

static void *keep_writing(void *arg)
{
	struct writing *writing = arg;
	/* Buffers of its own beside the test's. */
	struct backup_fixture own = {.store = writing->f->store};
	uint64_t i;

	zong_buf_init(&own.raw, 1 << 20);
	zong_buf_init(&own.value, 1 << 20);
	for (i = 0; !writing->stop; i++) {
		backup_fixture_add(&own, i, len_of(i) / 8 + 600);
		writing->acknowledged = i + 1;
	}
	zong_buf_release(&own.raw);
	zong_buf_release(&own.value);
	return NULL;
}

static void what_was_acknowledged_before_a_backup_began_is_in_it(void **state)
{
	struct backup_fixture *f = *state;
	struct writing writing = {.f = f};
	uint64_t before[3], files, broken;
	char names[3][ZONG_BACKUP_NAME];
	pthread_t thread;
	size_t i, j;

	backup_fixture_create(f);
	assert_int_equal(pthread_create(&thread, NULL, keep_writing, &writing), 0);
	for (i = 0; i < 3; i++) {
		struct zong_backup_result result;

		while (writing.acknowledged < (i + 1) * 8)
			sched_yield();
		before[i] = writing.acknowledged;
		backup_fixture_run(f, NULL, 300000, 0, &result);
		memcpy(names[i], result.snapshot.name, sizeof(names[i]));
		assert_int_equal(result.troubles, 0);
		assert_true(result.snapshot.files >= before[i]);
	}
	writing.stop = true;
	pthread_join(thread, NULL);
	assert_sound(f, 3);
	for (i = 0; i < 3; i++) {
		struct zong_store *store = backup_fixture_restore(f, names[i]);

		for (j = 0; j < before[i]; j++)
			assert_true(backup_fixture_has(f, store, j, len_of(j) / 8 + 600));
		assert_int_equal(zong_store_verify(store, &files, &broken), 0);
		assert_int_equal(broken, 0);
		zong_store_close(store);
	}
}

static void an_interrupted_backup_is_gone_on_with(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result result;
	struct zong_store *store;
	uint64_t finished, at;

	backup_fixture_create(f);
	add_some(f, 0, 120);
	/* Each look at the caller is a place where it may end. */
	for (at = 1; at < 50; at++) {
		int r;

		f->progress = 0;
		f->cancel_at = at;
		r = backup_fixture_try(f, NULL, 2 << 20);
		if (!r)
			break;
		assert_int_equal(r, ZONG_ECANCELLED);
		assert_int_equal(backup_fixture_count(f->backup, "snapshots"), 0);
	}
	assert_true(at > 2 && at < 50);
	result = f->result;
	finished = result.segments_new;
	assert_true(finished < result.snapshot.segments / 2);
	f->cancel_at = 0;
	assert_sound(f, 1);
	store = backup_fixture_restore(f, NULL);
	assert_holds(f, store, 120);
	zong_store_close(store);
}

/* The backup in a process of its own, which is killed. */
static void kill_one(struct backup_fixture *f, long micros)
{
	struct timespec wait = {.tv_nsec = micros * 1000};
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct zong_backup_options options = {.pack_bytes = 1 << 20};
		struct zong_backup_result result;
		struct zong_err err;

		_exit(zong_backup_run(f->archive, f->backup, &options, &result, &err) ? 1 : 0);
	}
	nanosleep(&wait, NULL);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void a_killed_backup_leaves_nothing_in_the_way(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result result;
	struct zong_store *store;
	size_t i, snapshots;

	backup_fixture_create(f);
	add_some(f, 0, 60);
	zong_store_close(f->store); /* LMDB is never used across fork */
	f->store = NULL;
	for (i = 0; i < 12; i++)
		kill_one(f, 500 + (long)i * i * 600);
	backup_fixture_run(f, NULL, 1 << 20, 0, &result);
	assert_int_equal(result.troubles, 0);
	snapshots = backup_fixture_count(f->backup, "snapshots");
	assert_sound(f, snapshots);
	store = backup_fixture_restore(f, NULL);
	assert_holds(f, store, 60);
	zong_store_close(store);
}

static void a_broken_segment_is_named_and_the_rest_is_backed_up(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result result;
	struct zong_store *store;
	struct zong_digest digest;
	struct zong_err err;
	char path[256];
	uint64_t at = 0, i;
	struct zong_buf file = ZONG_BUF_INIT(64 << 20);
	const uint8_t *found;

	backup_fixture_create(f);
	add_some(f, 0, 5);
	backup_fixture_add(f, 9, 50000); /* one segment */
	backup_fixture_settle(f);
	zong_store_close(f->store);
	f->store = NULL;
	backup_fixture_value(f, 9, 50000, &digest);
	snprintf(path, sizeof(path), "%s/segments/data.mdb", f->archive);
	assert_int_equal(zong_file_read(path, &file), 0);
	found = memmem(file.data, file.len, f->raw.data + 100, 1000);
	assert_non_null(found);
	at = (uint64_t)(found - file.data);
	zong_buf_release(&file);
	backup_fixture_flip_path(path, at);
	backup_fixture_run(f, NULL, 0, 0, &result);
	assert_int_equal(result.troubles, 1);
	assert_int_equal(f->told[ZONG_TROUBLE_SEGMENT_BROKEN], 1);
	assert_memory_equal(&f->last, &digest, sizeof(digest));
	assert_int_equal(result.snapshot.broken, 1);
	backup_fixture_forget(f);
	store = backup_fixture_restore(f, NULL);
	assert_int_equal(f->told[ZONG_TROUBLE_SNAPSHOT_INCOMPLETE], 1);
	for (i = 0; i < 5; i++)
		assert_true(backup_fixture_has(f, store, i, len_of(i)));
	assert_false(backup_fixture_has(f, store, 9, 50000));
	zong_store_close(store);
	/* Whole again, it is brought by the next one. */
	backup_fixture_flip_path(path, at);
	backup_fixture_forget(f);
	backup_fixture_run(f, NULL, 0, 0, &result);
	assert_int_equal(result.troubles, 0);
	assert_int_equal(result.segments_new, 1);
	assert_int_equal(zong_store_open(f->archive, NULL, &f->store, &err), 0);
	assert_sound(f, 2);
}

/* Paths of the packs, as a walk over the folder gives them. */
static size_t list_packs(struct backup_fixture *f, char (*ret_paths)[256], size_t most)
{
	const struct dirent *entry;
	size_t count = 0;
	char path[200];
	DIR *handle;

	snprintf(path, sizeof(path), "%s/packs", f->backup);
	handle = opendir(path);
	assert_non_null(handle);
	while ((entry = readdir(handle)) != NULL && count < most)
		if (entry->d_name[0] != '.')
			snprintf(ret_paths[count++], 256, "%s/%.40s", path, entry->d_name);
	closedir(handle);
	return count;
}

static void damage_in_a_pack_is_found_and_healed_by_the_next_backup(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_options options = {.watch = backup_fixture_watch(f)};
	struct zong_backup_check_result check;
	struct zong_backup_result result;
	struct zong_err err;
	char paths[64][256];
	struct zong_store *store;
	size_t count;

	backup_fixture_create(f);
	add_some(f, 0, 25);
	backup_fixture_run(f, NULL, 1 << 20, 0, NULL);
	count = list_packs(f, paths, 64);
	assert_true(count > 2);
	backup_fixture_flip_path(paths[1], 5000);
	assert_int_equal(zong_backup_check(f->backup, &options, &check, &err), 0);
	assert_true(check.troubles >= 2);
	assert_true(f->told[ZONG_TROUBLE_VALUE_DAMAGED] == 1);
	assert_true(f->told[ZONG_TROUBLE_SNAPSHOT_INCOMPLETE] == 1);
	backup_fixture_forget(f);
	/* Its place taken, the next backup brings what it held. */
	assert_int_equal(unlink(paths[1]), 0);
	assert_int_equal(zong_backup_check(f->backup, &options, &check, &err), 0);
	assert_int_equal(f->told[ZONG_TROUBLE_PACK_MISSING], 1);
	assert_true(f->told[ZONG_TROUBLE_SNAPSHOT_INCOMPLETE] > 0);
	backup_fixture_forget(f);
	backup_fixture_run(f, NULL, 1 << 20, 0, &result);
	assert_true(result.segments_new > 0);
	assert_int_equal(backup_fixture_told(f), 0);
	store = backup_fixture_restore(f, NULL);
	assert_holds(f, store, 25);
	zong_store_close(store);
}

static void a_folder_of_something_else_is_left_alone(void **state)
{
	struct backup_fixture *f = *state;
	struct backup_fixture *other;
	char path[256];
	void *more;

	backup_fixture_create(f);
	assert_int_equal(mkdir(f->backup, 0700), 0);
	snprintf(path, sizeof(path), "%s/letters", f->backup);
	assert_int_equal(mkdir(path, 0700), 0);
	backup_fixture_run(f, NULL, 0, ZONG_EEXIST, NULL);
	assert_int_equal(backup_fixture_count(f->base, "backup"), 1);
	assert_int_equal(rmdir(path), 0);
	backup_fixture_run(f, NULL, 0, 0, NULL);
	/* Nor is another archive's backup written to. */
	assert_int_equal(backup_fixture_setup(&more), 0);
	other = more;
	backup_fixture_create(other);
	memcpy(other->backup, f->backup, sizeof(other->backup));
	backup_fixture_run(other, NULL, 0, ZONG_EEXIST, NULL);
	backup_fixture_teardown(&more);
	assert_sound(f, 1);
}

static int count_one(void *ctx, const struct zong_backup_snapshot *snapshot)
{
	size_t *count = ctx;

	assert_true(snapshot->time != 0);
	(*count)++;
	return 0;
}

static void snapshots_are_listed(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_err err;
	size_t count = 0;

	assert_int_equal(zong_backup_list(f->backup, count_one, &count, &err), ZONG_ENOENT);
	backup_fixture_create(f);
	backup_fixture_run(f, NULL, 0, 0, NULL);
	backup_fixture_run(f, NULL, 0, 0, NULL);
	assert_int_equal(zong_backup_list(f->backup, count_one, &count, &err), 0);
	assert_int_equal(count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name)                                                                                 \
	cmocka_unit_test_setup_teardown(name, backup_fixture_setup, backup_fixture_teardown)
		TEST(a_snapshot_gives_the_archive_back),
		TEST(an_empty_archive_has_a_backup_too),
		TEST(a_further_snapshot_costs_what_is_new),
		TEST(what_was_acknowledged_before_a_backup_began_is_in_it),
		TEST(an_interrupted_backup_is_gone_on_with),
		TEST(a_killed_backup_leaves_nothing_in_the_way),
		TEST(a_broken_segment_is_named_and_the_rest_is_backed_up),
		TEST(damage_in_a_pack_is_found_and_healed_by_the_next_backup),
		TEST(a_folder_of_something_else_is_left_alone),
		TEST(snapshots_are_listed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
