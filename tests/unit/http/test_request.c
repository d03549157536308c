/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/request.h"

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct zong_request));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	zong_request_clear(*state);
	free(*state);
	return 0;
}

static void the_language_goes_by_weight_and_is_chinese_when_in_doubt(void **state)
{
	(void)state;
	assert_string_equal(zong_language_of(NULL), "zh");
	assert_string_equal(zong_language_of(""), "zh");
	assert_string_equal(zong_language_of("en"), "en");
	assert_string_equal(zong_language_of("fr, de;q=0.7"), "zh");
	assert_string_equal(zong_language_of("zh-CN,zh;q=0.9,en;q=0.8"), "zh");
	assert_string_equal(zong_language_of("zh;q=0.2, EN-us;q=0.25"), "en");
	assert_string_equal(zong_language_of("en;q=0, zh;q=0.001"), "zh");
	assert_string_equal(zong_language_of("en ; q=1.0"), "en");
	assert_string_equal(zong_language_of(",,;q=,en;q="), "en");
}

static void an_address_is_cut_at_its_question_mark(void **state)
{
	struct zong_request *req = *state;

	assert_int_equal(zong_request_set_uri(req, "/a%20b?x=1&y=a+b"), 0);
	assert_string_equal(req->path, "/a b");
	assert_int_equal(zong_request_read_query(req), 0);
	assert_string_equal(zong_request_query(req, "y"), "a b");
	assert_null(zong_request_query(req, "z"));
}

static void a_long_address_is_kept_whole(void **state)
{
	struct zong_request *req = *state;
	char uri[5000];

	memset(uri, 'a', sizeof(uri) - 1);
	uri[0] = '/';
	uri[sizeof(uri) - 1] = '\0';
	assert_int_equal(zong_request_set_uri(req, uri), 0);
	assert_int_equal(strlen(req->path), sizeof(uri) - 1);
	zong_request_clear(req);
	assert_int_equal(zong_request_set_uri(req, "/short"), 0);
	assert_string_equal(req->path, "/short");
}

static void numbers_in_a_query_are_whole_and_bounded(void **state)
{
	struct zong_request *req = *state;
	uint64_t value;
	size_t max;
	bool flag;

	assert_int_equal(zong_request_set_uri(req, "/?a=7&b=-1&c=1x&d=&e=18446744073709551616&f="
						   "9223372036854775807&limit=201&g=yes"),
		0);
	assert_int_equal(zong_request_uint(req, "a", 10, 0, &value), 0);
	assert_int_equal(value, 7);
	assert_int_equal(zong_request_uint(req, "a", 6, 0, &value), ZONG_EQUERY);
	assert_int_equal(zong_request_uint(req, "a", 3, 0, &value), ZONG_EQUERY);
	assert_int_equal(zong_request_uint(req, "none", 10, 5, &value), 0);
	assert_int_equal(value, 5);
	assert_int_equal(zong_request_uint(req, "b", 10, 0, &value), ZONG_EQUERY);
	assert_int_equal(zong_request_uint(req, "c", 10, 0, &value), ZONG_EQUERY);
	assert_int_equal(zong_request_uint(req, "d", 10, 0, &value), ZONG_EQUERY);
	assert_int_equal(zong_request_uint(req, "e", UINT64_MAX, 0, &value), ZONG_EQUERY);
	assert_int_equal(zong_request_uint(req, "f", INT64_MAX, 0, &value), 0);
	assert_true(value == INT64_MAX);
	assert_int_equal(zong_request_limit(req, &max), ZONG_EQUERY);
	assert_int_equal(zong_request_bool(req, "g", &flag), ZONG_EQUERY);
	assert_int_equal(zong_request_bool(req, "h", &flag), 0);
	assert_false(flag);
}

static void a_body_must_be_an_object(void **state)
{
	struct zong_request *req = *state;
	json_t *json;

	zong_buf_init(&req->body, 100);
	assert_int_equal(zong_request_json(req, true, &json), 0);
	assert_int_equal(json_object_size(json), 0);
	json_decref(req->json);
	req->json = NULL;
	assert_int_equal(zong_request_json(req, false, &json), ZONG_EJSON);
	zong_buf_add_str(&req->body, "[1]");
	assert_int_equal(zong_request_json(req, true, &json), ZONG_EJSON);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_language_goes_by_weight_and_is_chinese_when_in_doubt),
		cmocka_unit_test_setup_teardown(
			an_address_is_cut_at_its_question_mark, setup, teardown),
		cmocka_unit_test_setup_teardown(a_long_address_is_kept_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(
			numbers_in_a_query_are_whole_and_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(a_body_must_be_an_object, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
