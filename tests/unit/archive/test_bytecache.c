/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bytecache.h"

#define MAX (16 * 4096)

static int setup(void **state)
{
	struct zong_bytecache *cache;
	int err = zong_bytecache_new(MAX, &cache);

	*state = cache;
	return err;
}

static int teardown(void **state)
{
	zong_bytecache_free(*state);
	return 0;
}

static struct zong_digest digest_of(unsigned int n)
{
	struct zong_digest digest;

	zong_digest_of(&n, sizeof(n), &digest);
	return digest;
}

static struct zong_bytecache_item *put(struct zong_bytecache *cache, unsigned int n, size_t len)
{
	struct zong_digest digest = digest_of(n);
	void *bytes = malloc(len);

	memset(bytes, (int)(n & 0xff), len);
	return zong_bytecache_put(cache, &digest, bytes, len);
}

static void what_was_put_is_taken_again(void **state)
{
	struct zong_digest digest = digest_of(7);
	struct zong_bytecache_item *item;
	const uint8_t *bytes;
	size_t len;

	assert_null(zong_bytecache_take(*state, &digest));
	zong_bytecache_give(put(*state, 7, 100));
	item = zong_bytecache_take(*state, &digest);
	assert_non_null(item);
	bytes = zong_bytecache_bytes(item, &len);
	assert_int_equal(len, 100);
	assert_int_equal(bytes[99], 7);
	zong_bytecache_give(item);
	assert_int_equal(zong_bytecache_size(*state), 100);
}

static void it_never_holds_more_than_its_share(void **state)
{
	for (unsigned int n = 0; n < 1000; n++) {
		zong_bytecache_give(put(*state, n, 1000));
		assert_true(zong_bytecache_size(*state) <= MAX);
	}
	assert_true(zong_bytecache_size(*state) > MAX / 4);
}

static void what_is_in_use_outlives_its_place(void **state)
{
	struct zong_bytecache_item *item = put(*state, 1, 3000);
	struct zong_digest digest = digest_of(1);
	const uint8_t *bytes;
	size_t len;

	for (unsigned int n = 2; n < 1000; n++)
		zong_bytecache_give(put(*state, n, 3000));
	assert_null(zong_bytecache_take(*state, &digest));
	bytes = zong_bytecache_bytes(item, &len);
	assert_int_equal(bytes[len - 1], 1);
	zong_bytecache_give(item);
}

static void what_is_larger_than_a_share_is_not_kept(void **state)
{
	struct zong_digest digest = digest_of(5);
	struct zong_bytecache_item *item = put(*state, 5, 5000);

	assert_non_null(item);
	assert_null(zong_bytecache_take(*state, &digest));
	assert_int_equal(zong_bytecache_size(*state), 0);
	zong_bytecache_give(item);
}

static void the_least_used_goes_first(void **state)
{
	struct zong_digest kept = {{3, 1}};
	struct zong_digest gone = {{3, 2}};
	struct zong_digest next = {{3, 3}};
	struct zong_bytecache_item *item;

	zong_bytecache_give(zong_bytecache_put(*state, &kept, calloc(1, 2000), 2000));
	zong_bytecache_give(zong_bytecache_put(*state, &gone, calloc(1, 2000), 2000));
	zong_bytecache_give(zong_bytecache_take(*state, &kept));
	zong_bytecache_give(zong_bytecache_put(*state, &next, calloc(1, 2000), 2000));
	assert_null(zong_bytecache_take(*state, &gone));
	item = zong_bytecache_take(*state, &kept);
	assert_non_null(item);
	zong_bytecache_give(item);
}

static void *hammer(void *cache)
{
	for (unsigned int n = 0; n < 20000; n++) {
		struct zong_digest digest = digest_of(n % 97);
		struct zong_bytecache_item *item = zong_bytecache_take(cache, &digest);
		const uint8_t *bytes;
		size_t len;

		if (!item)
			item = put(cache, n % 97, 900);
		bytes = zong_bytecache_bytes(item, &len);
		if (len != 900 || bytes[0] != n % 97 || bytes[899] != n % 97)
			return cache;
		zong_bytecache_give(item);
	}
	return NULL;
}

static void many_threads_get_the_right_bytes(void **state)
{
	pthread_t thread[4];
	void *failed = NULL;

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, hammer, *state), 0);
	for (size_t i = 0; i < 4; i++) {
		void *result;

		pthread_join(thread[i], &result);
		failed = result ? result : failed;
	}
	assert_null(failed);
	assert_true(zong_bytecache_size(*state) <= MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_put_is_taken_again, setup, teardown),
		cmocka_unit_test_setup_teardown(
			it_never_holds_more_than_its_share, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_in_use_outlives_its_place, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_larger_than_a_share_is_not_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(the_least_used_goes_first, setup, teardown),
		cmocka_unit_test_setup_teardown(many_threads_get_the_right_bytes, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
