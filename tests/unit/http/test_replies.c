/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/replies.h"

static int alive; /* responses whose bytes were not given back yet */

static void give_back(void *cls)
{
	(void)cls;
	alive--;
}

static struct MHD_Response *response_new(void)
{
	static char bytes[4] = "abc";

	alive++;
	return MHD_create_response_from_buffer_with_free_callback_cls(3, bytes, give_back, bytes);
}

static int setup(void **state)
{
	alive = 0;
	return zong_replies_new((struct zong_replies **)state);
}

static int teardown(void **state)
{
	zong_replies_free(*state);
	return 0;
}

static void a_kept_reply_is_found_by_its_file_and_name(void **state)
{
	struct zong_digest digest = {{1}}, other = {{2}};
	struct zong_kept *kept;

	assert_null(zong_replies_get(*state, &digest, "a"));
	kept = zong_replies_add(*state, &digest, "a", 3, "\"tag\"", response_new());
	assert_non_null(kept);
	assert_string_equal(kept->etag, "\"tag\"");
	assert_ptr_equal(zong_replies_get(*state, &digest, "a"), kept);
	assert_null(zong_replies_get(*state, &digest, "b"));
	assert_null(zong_replies_get(*state, &other, "a"));
	zong_replies_put(*state, kept);
	zong_replies_put(*state, kept);
	assert_int_equal(alive, 1);
}

static void a_reply_that_is_being_sent_outlives_its_place(void **state)
{
	/* Both fall on the same place: it goes by the first byte. */
	struct zong_digest digest = {{1, 1}}, other = {{1, 2}};
	struct zong_kept *first =
		zong_replies_add(*state, &digest, "a", 3, "\"1\"", response_new());
	struct zong_kept *second =
		zong_replies_add(*state, &other, "a", 3, "\"2\"", response_new());

	assert_null(zong_replies_get(*state, &digest, "a"));
	assert_int_equal(alive, 2);
	zong_replies_put(*state, first);
	assert_int_equal(alive, 1);
	zong_replies_put(*state, second);
	assert_int_equal(alive, 1);
}

static void all_bytes_are_given_back_in_the_end(void **state)
{
	struct zong_replies *replies;
	struct zong_digest digest = {{0}};
	int i;

	(void)state;
	assert_int_equal(zong_replies_new(&replies), 0);
	for (i = 0; i < 1000; i++) {
		digest.bytes[0] = (uint8_t)i;
		digest.bytes[1] = (uint8_t)(i >> 8);
		zong_replies_put(
			replies, zong_replies_add(replies, &digest, "", 3, "", response_new()));
	}
	assert_int_equal(alive, ZONG_REPLIES_MAX);
	zong_replies_free(replies);
	assert_int_equal(alive, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_kept_reply_is_found_by_its_file_and_name, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_reply_that_is_being_sent_outlives_its_place, setup, teardown),
		cmocka_unit_test_setup_teardown(
			all_bytes_are_given_back_in_the_end, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
