/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <unistd.h>

#include <zong/digest.h>
#include <zong/error.h>
#include <zong/file.h>

#define EMPTY "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
/* FIPS 180-4, the example of one block and of a million letters a */
#define ABC "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define MILLION "sha256:cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

static int open_fd = -1;

static int close_file(void **state)
{
	(void)state;
	if (open_fd >= 0)
		close(open_fd);
	open_fd = -1;
	return 0;
}

static void assert_digest(const struct zong_digest *digest, const char *expected)
{
	char text[ZONG_DIGEST_TEXT];

	zong_digest_format(digest, text);
	assert_string_equal(text, expected);
}

static void the_standard_examples_come_out(void **state)
{
	struct zong_digest digest;

	(void)state;
	zong_digest_of("", 0, &digest);
	assert_digest(&digest, EMPTY);
	zong_digest_of(NULL, 0, &digest);
	assert_digest(&digest, EMPTY);
	zong_digest_of("abc", 3, &digest);
	assert_digest(&digest, ABC);
}

static void a_running_digest_equals_the_digest_of_all(void **state)
{
	struct zong_digest_state *running = NULL;
	struct zong_digest digest;
	char bytes[1000];

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	assert_int_equal(zong_digest_begin(&running), 0);
	for (int i = 0; i < 1000; i++)
		zong_digest_add(running, bytes, sizeof(bytes));
	zong_digest_add(running, NULL, 0);
	zong_digest_end(running, &digest);
	assert_digest(&digest, MILLION);
}

static void an_abandoned_digest_leaks_nothing(void **state)
{
	struct zong_digest_state *running = NULL;

	(void)state;
	assert_int_equal(zong_digest_begin(&running), 0);
	zong_digest_add(running, "abc", 3);
	zong_digest_abandon(running);
	zong_digest_abandon(NULL);
}

static void the_digest_of_a_file_leaves_its_offset(void **state)
{
	struct zong_digest digest;
	char bytes[1000];

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	assert_int_equal(zong_file_spool("/tmp", &open_fd), 0);
	assert_int_equal(zong_digest_of_fd(open_fd, &digest), 0);
	assert_digest(&digest, EMPTY);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(zong_file_write_all(open_fd, bytes, sizeof(bytes)), 0);
	assert_int_equal(lseek(open_fd, 500, SEEK_SET), 500);
	assert_int_equal(zong_digest_of_fd(open_fd, &digest), 0);
	assert_digest(&digest, MILLION);
	assert_int_equal(lseek(open_fd, 0, SEEK_CUR), 500);
}

static void a_file_that_cannot_be_read_is_an_error(void **state)
{
	struct zong_digest digest;

	(void)state;
	assert_int_equal(zong_digest_of_fd(-1, &digest), ZONG_EIO);
}

static void a_keyed_digest_follows_rfc_4231(void **state)
{
	struct zong_digest mac;
	uint8_t key[131];

	(void)state;
	zong_digest_hmac("Jefe", 4, "what do ya want for nothing?", 28, &mac);
	assert_digest(
		&mac, "sha256:5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	zong_digest_hmac(key, sizeof(key), "Test Using Larger Than Block-Size Key - Hash Key First",
		54, &mac);
	assert_digest(
		&mac, "sha256:60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	zong_digest_hmac(NULL, 0, NULL, 0, &mac);
	assert_digest(
		&mac, "sha256:b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void text_is_read_with_and_without_prefix_in_either_case(void **state)
{
	struct zong_digest digest;

	(void)state;
	assert_int_equal(zong_digest_parse(ABC, &digest), 0);
	assert_digest(&digest, ABC);
	assert_int_equal(zong_digest_parse(&ABC[7], &digest), 0);
	assert_digest(&digest, ABC);
	assert_int_equal(zong_digest_parse(
				 "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
				 &digest),
		0);
	assert_digest(&digest, ABC);
}

static void what_is_no_digest_is_refused_and_changes_nothing(void **state)
{
	static const char *const bad[] = {"", "sha256:", "sha256:ba", "sha512:ba78", ABC "0",
		"sha256:sha256:ba",
		"sha256:ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"sha256: a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"SHA256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a"};
	struct zong_digest digest;

	(void)state;
	zong_digest_of("abc", 3, &digest);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(zong_digest_parse(bad[i], &digest), ZONG_EINVAL);
	assert_digest(&digest, ABC);
}

static void equality_looks_at_every_byte(void **state)
{
	struct zong_digest a;
	struct zong_digest b;

	(void)state;
	zong_digest_of("abc", 3, &a);
	b = a;
	assert_true(zong_digest_equal(&a, &b));
	for (size_t i = 0; i < ZONG_DIGEST_SIZE; i++) {
		b = a;
		b.bytes[i] ^= 0x80;
		assert_false(zong_digest_equal(&a, &b));
	}
	assert_true(zong_equal_secret(NULL, NULL, 0));
	assert_true(zong_equal_secret("abc", "abd", 2));
	assert_false(zong_equal_secret("abc", "abd", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standard_examples_come_out),
		cmocka_unit_test(a_running_digest_equals_the_digest_of_all),
		cmocka_unit_test(an_abandoned_digest_leaks_nothing),
		cmocka_unit_test_teardown(the_digest_of_a_file_leaves_its_offset, close_file),
		cmocka_unit_test(a_file_that_cannot_be_read_is_an_error),
		cmocka_unit_test(a_keyed_digest_follows_rfc_4231),
		cmocka_unit_test(text_is_read_with_and_without_prefix_in_either_case),
		cmocka_unit_test(what_is_no_digest_is_refused_and_changes_nothing),
		cmocka_unit_test(equality_looks_at_every_byte),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
