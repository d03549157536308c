/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>

#include "filecache.h"
#include "fixture.h"
#include "row.h"

#define FILES 8
#define KEPT 3

struct cached {
	struct fixture *f;
	struct zong_filecache *cache;
	struct zong_digest digest[FILES];
};

static struct cached cached;

static int setup(void **state)
{
	char pages[64];

	if (fixture_setup_paused(state))
		return -1;
	cached.f = *state;
	fixture_case(cached.f, "files-1");
	for (int i = 0; i < FILES; i++) {
		snprintf(pages, sizeof(pages), "text %d\n", i);
		if (fixture_add(cached.f, "files-1", "", pages, NULL, &cached.f->receipt) ||
			!zong_row_digest(&cached.f->receipt.material->file, &cached.digest[i]))
			return -1;
	}
	return 0;
}

static int new_cache(void **state)
{
	struct fixture *f = *state;

	return zong_filecache_new(
		f->archive->store, zong_archive_spool(f->archive), KEPT, &cached.cache);
}

static int free_cache(void **state)
{
	(void)state;
	zong_filecache_free(cached.cache);
	return 0;
}

static void a_file_is_put_together_once_and_shared(void **state)
{
	const struct zong_filecache_file *a;
	const struct zong_filecache_file *b;
	char bytes[16] = "";

	(void)state;
	assert_int_equal(zong_filecache_take(cached.cache, &cached.digest[0], &a), 0);
	assert_int_equal(zong_filecache_take(cached.cache, &cached.digest[0], &b), 0);
	assert_ptr_equal(a, b);
	assert_int_equal(a->media, ZONG_MEDIA_PDF);
	assert_int_equal(a->bytes, 16);
	assert_int_equal(zong_file_read_at(a->fd, bytes, 15, 0), 0);
	assert_string_equal(bytes, "%PDF-1.4\ntext 0");
	zong_filecache_give(cached.cache, a);
	zong_filecache_give(cached.cache, b);
	assert_int_equal(zong_filecache_count(cached.cache), 1);
}

static void no_more_are_kept_than_said(void **state)
{
	const struct zong_filecache_file *file;

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < FILES; i++) {
			assert_int_equal(
				zong_filecache_take(cached.cache, &cached.digest[i], &file), 0);
			zong_filecache_give(cached.cache, file);
			assert_true(zong_filecache_count(cached.cache) <= KEPT);
		}
}

static void what_is_in_use_stays_and_goes_later(void **state)
{
	const struct zong_filecache_file *file[FILES];

	(void)state;
	for (int i = 0; i < FILES; i++)
		assert_int_equal(zong_filecache_take(cached.cache, &cached.digest[i], &file[i]), 0);
	assert_int_equal(zong_filecache_count(cached.cache), FILES);
	for (int i = 0; i < FILES; i++) {
		char byte;

		assert_int_equal(zong_file_read_at(file[i]->fd, &byte, 1, 14), 0);
		assert_int_equal(byte, '0' + i);
		zong_filecache_give(cached.cache, file[i]);
	}
	assert_int_equal(zong_filecache_count(cached.cache), KEPT);
}

static void a_file_that_is_not_there_leaves_nothing(void **state)
{
	const struct zong_filecache_file *file;
	struct zong_digest unknown = {{9}};

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(zong_filecache_take(cached.cache, &unknown, &file), ZONG_ENOENT);
	assert_int_equal(zong_filecache_count(cached.cache), 0);
}

static void *hammer(void *ctx)
{
	for (int i = 0; i < 300; i++) {
		const struct zong_filecache_file *file;
		char byte;

		if (zong_filecache_take(cached.cache, &cached.digest[i % FILES], &file))
			return ctx;
		if (zong_file_read_at(file->fd, &byte, 1, 14) || byte != '0' + i % FILES)
			return ctx;
		zong_filecache_give(cached.cache, file);
	}
	return NULL;
}

static void many_threads_get_the_right_file(void **state)
{
	pthread_t thread[4];
	void *failed = NULL;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, hammer, thread), 0);
	for (size_t i = 0; i < 4; i++) {
		void *result;

		pthread_join(thread[i], &result);
		failed = result ? result : failed;
	}
	assert_null(failed);
	assert_true(zong_filecache_count(cached.cache) <= KEPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_file_is_put_together_once_and_shared, new_cache, free_cache),
		cmocka_unit_test_setup_teardown(no_more_are_kept_than_said, new_cache, free_cache),
		cmocka_unit_test_setup_teardown(
			what_is_in_use_stays_and_goes_later, new_cache, free_cache),
		cmocka_unit_test_setup_teardown(
			a_file_that_is_not_there_leaves_nothing, new_cache, free_cache),
		cmocka_unit_test_setup_teardown(
			many_threads_get_the_right_file, new_cache, free_cache),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
