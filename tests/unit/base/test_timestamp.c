/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/file.h>
#include <zong/timestamp.h>

/* What openssl ts -reply answered: granted, over "hello", and refused. */
static void load(const char *name, struct zong_buf *buf)
{
	const char *sources = getenv("ZONG_SRCDIR");
	char path[1024];

	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/timestamp/%s", sources ? sources : ".",
		name);
	assert_int_equal(zong_file_read(path, buf), 0);
}

static void a_request_is_as_the_standard_has_it(void **state)
{
	uint8_t nonce[ZONG_TIMESTAMP_NONCE] = {0xff, 2, 3, 4, 5, 6, 7, 8};
	uint8_t request[ZONG_TIMESTAMP_REQUEST];
	struct zong_imprint imprint = {.digest = {{0xaa}}};

	(void)state;
	assert_int_equal(
		zong_timestamp_request(&imprint, nonce, request), ZONG_TIMESTAMP_REQUEST);
	assert_int_equal(nonce[0], 0x7f);
	assert_int_equal(request[0], 0x30);
	assert_int_equal(request[1], ZONG_TIMESTAMP_REQUEST - 2);
	assert_memory_equal(request + 24, imprint.digest.bytes, 32);
	assert_memory_equal(request + 58, nonce, sizeof(nonce));
	assert_int_equal(request[68], 0xff);
	nonce[0] = 0;
	zong_timestamp_request(&imprint, nonce, request);
	assert_int_equal(nonce[0], 0x40);
}

/* As openssl ts -query -sm3 -cert makes it for "hello". */
static void one_by_sm3_names_it_so(void **state)
{
	static const uint8_t before[] = {0x30, 0x42, 0x02, 0x01, 0x01, 0x30, 0x30, 0x30, 0x0c, 0x06,
		0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x11, 0x05, 0x00, 0x04, 0x20};
	uint8_t nonce[ZONG_TIMESTAMP_NONCE] = {0x41, 2, 3, 4, 5, 6, 7, 8};
	uint8_t request[ZONG_TIMESTAMP_REQUEST];
	struct zong_imprint imprint;
	struct zong_digest hello;

	(void)state;
	assert_int_equal(zong_sm3_parse("sm3:becbbfaae6548b8bf0cfcad5a27183cd1be6093b1cceccc3"
					"03d9c61d0a645268",
				 &hello),
		0);
	zong_imprint_of(ZONG_TIMESTAMP_SM3, "hello", 5, &imprint);
	assert_true(zong_digest_equal(&imprint.digest, &hello));
	assert_int_equal(
		zong_timestamp_request(&imprint, nonce, request), ZONG_TIMESTAMP_REQUEST - 1);
	assert_memory_equal(request, before, sizeof(before));
	assert_memory_equal(request + sizeof(before), hello.bytes, sizeof(hello.bytes));
	assert_int_equal(request[1], ZONG_TIMESTAMP_REQUEST - 1 - 2);
	assert_memory_equal(request + 57, nonce, sizeof(nonce));
	assert_int_equal(request[67], 0xff);
}

static void an_answer_is_read(void **state)
{
	struct zong_buf reply = ZONG_BUF_INIT(ZONG_TIMESTAMP_MAX);
	uint8_t nonce[ZONG_TIMESTAMP_NONCE] = {0x41};
	struct zong_imprint imprint;
	int64_t time = 0;

	(void)state;
	load("granted", &reply);
	zong_imprint_of(ZONG_TIMESTAMP_SHA256, "hello", 5, &imprint);
	assert_int_equal(zong_timestamp_read(reply.data, reply.len, &imprint, NULL, &time), 0);
	assert_true(time > INT64_C(1790000000000000) && time < INT64_C(1800000000000000));
	assert_int_equal(
		zong_timestamp_read(reply.data, reply.len, &imprint, nonce, &time), ZONG_ECORRUPT);
	imprint.hash = ZONG_TIMESTAMP_SM3; /* the same bytes by another name */
	assert_int_equal(
		zong_timestamp_read(reply.data, reply.len, &imprint, NULL, &time), ZONG_ECORRUPT);
	imprint.hash = ZONG_TIMESTAMP_SHA256;
	imprint.digest.bytes[31] ^= 1;
	assert_int_equal(
		zong_timestamp_read(reply.data, reply.len, &imprint, NULL, &time), ZONG_ECORRUPT);
	zong_buf_release(&reply);
}

static void what_is_kept_is_known_by_either_hash(void **state)
{
	struct zong_buf reply = ZONG_BUF_INIT(ZONG_TIMESTAMP_MAX);
	enum zong_timestamp_hash hash;
	int64_t time = 0;

	(void)state;
	load("granted", &reply);
	assert_int_equal(
		zong_timestamp_about(reply.data, reply.len, "hello", 5, &hash, &time), 0);
	assert_int_equal(hash, ZONG_TIMESTAMP_SHA256);
	zong_buf_clear(&reply);
	load("granted-sm3", &reply);
	assert_int_equal(
		zong_timestamp_about(reply.data, reply.len, "hello", 5, &hash, &time), 0);
	assert_int_equal(hash, ZONG_TIMESTAMP_SM3);
	assert_true(time > INT64_C(1790000000000000) && time < INT64_C(1800000000000000));
	assert_int_equal(zong_timestamp_about(reply.data, reply.len, "hellp", 5, &hash, &time),
		ZONG_ECORRUPT);
	assert_int_equal(zong_timestamp_about(reply.data, reply.len - 1, "hello", 5, &hash, &time),
		ZONG_EINVAL);
	zong_buf_release(&reply);
}

static void a_refusal_is_known(void **state)
{
	struct zong_buf reply = ZONG_BUF_INIT(ZONG_TIMESTAMP_MAX);
	struct zong_imprint imprint = {.hash = ZONG_TIMESTAMP_SHA256};
	int64_t time;

	(void)state;
	load("refused", &reply);
	assert_int_equal(
		zong_timestamp_read(reply.data, reply.len, &imprint, NULL, &time), ZONG_ECANCELLED);
	zong_buf_release(&reply);
}

/* Cut short anywhere, and with any one byte another: never more than was there is read, and what is cut is no answer. */
static void what_is_cut_or_changed_is_none(void **state)
{
	struct zong_buf reply = ZONG_BUF_INIT(ZONG_TIMESTAMP_MAX);
	struct zong_imprint imprint;
	int64_t time;

	(void)state;
	load("granted", &reply);
	zong_imprint_of(ZONG_TIMESTAMP_SHA256, "hello", 5, &imprint);
	for (size_t len = 0; len < reply.len; len++) {
		uint8_t *copy = malloc(len + 1);

		assert_non_null(copy);
		memcpy(copy, reply.data, len);
		assert_int_equal(
			zong_timestamp_read(copy, len, &imprint, NULL, &time), ZONG_EINVAL);
		free(copy);
	}
	for (size_t i = 0; i < 200; i++) {
		reply.data[i] ^= 0xff;
		zong_timestamp_read(reply.data, reply.len, &imprint, NULL, &time);
		reply.data[i] ^= 0xff;
	}
	zong_buf_release(&reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_as_the_standard_has_it),
		cmocka_unit_test(one_by_sm3_names_it_so),
		cmocka_unit_test(an_answer_is_read),
		cmocka_unit_test(what_is_kept_is_known_by_either_hash),
		cmocka_unit_test(a_refusal_is_known),
		cmocka_unit_test(what_is_cut_or_changed_is_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
