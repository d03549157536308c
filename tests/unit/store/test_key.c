/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"

static int order(const struct zong_key *a, const struct zong_key *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int r = memcmp(a->bytes, b->bytes, len);

	return r ? r : (a->len > b->len) - (a->len < b->len);
}

static void byte_order_of_numbers_is_their_order(void **state)
{
	static const uint64_t numbers[] = {
		0, 1, 255, 256, 65535, 1u << 31, UINT64_C(1) << 40, UINT64_MAX};
	struct zong_key a, b;
	size_t i;

	(void)state;
	for (i = 1; i < sizeof(numbers) / sizeof(*numbers); i++) {
		zong_key_clear(&a);
		zong_key_clear(&b);
		zong_key_u64(&a, numbers[i - 1]);
		zong_key_u64(&b, numbers[i]);
		assert_int_equal(a.len, 8);
		assert_true(order(&a, &b) < 0);
	}
}

static void a_string_sorts_before_its_own_extension(void **state)
{
	struct zong_key a, b;

	(void)state;
	zong_key_clear(&a);
	zong_key_clear(&b);
	zong_key_str(&a, "12");
	zong_key_str(&a, "zzz");
	zong_key_str(&b, "123");
	zong_key_str(&b, "aaa");
	assert_true(order(&a, &b) < 0);
}

static void an_open_string_is_a_prefix_of_strings(void **state)
{
	struct zong_key prefix, whole;

	(void)state;
	zong_key_clear(&prefix);
	zong_key_clear(&whole);
	zong_key_str_open(&prefix, "370786001001");
	zong_key_str(&whole, "370786001001GB00001F00010001");
	assert_true(prefix.len < whole.len);
	assert_memory_equal(prefix.bytes, whole.bytes, prefix.len);
}

static void every_part_comes_back(void **state)
{
	struct zong_digest digest = {{1, 2, 3}}, got_digest;
	struct zong_key_view view;
	struct zong_id id, got_id;
	struct zong_key key;
	const char *str;
	uint8_t u8;
	uint32_t u32;
	uint64_t u64;

	(void)state;
	zong_id_new(&id);
	zong_key_clear(&key);
	zong_key_str(&key, "受理号");
	zong_key_u8(&key, 'c');
	zong_key_u32(&key, 0x01020304);
	zong_key_u64(&key, UINT64_MAX - 1);
	zong_key_digest(&key, &digest);
	zong_key_id(&key, &id);
	assert_int_equal(key.err, 0);
	view = (struct zong_key_view){key.bytes, key.len};
	assert_true(zong_key_take_str(&view, &str));
	assert_string_equal(str, "受理号");
	assert_true(zong_key_take_u8(&view, &u8) && u8 == 'c');
	assert_true(zong_key_take_u32(&view, &u32) && u32 == 0x01020304);
	assert_true(zong_key_take_u64(&view, &u64) && u64 == UINT64_MAX - 1);
	assert_true(zong_key_take_digest(&view, &got_digest));
	assert_true(zong_digest_equal(&digest, &got_digest));
	assert_true(zong_key_take_id(&view, &got_id));
	assert_true(zong_id_equal(&id, &got_id));
	assert_int_equal(view.len, 0);
}

static void a_key_of_another_shape_is_refused(void **state)
{
	static const uint8_t bytes[] = {'a', 'b', 'c'};
	struct zong_key_view view = {bytes, sizeof(bytes)};
	struct zong_digest digest;
	struct zong_id id;
	const char *str;
	uint32_t u32;
	uint64_t u64;
	uint8_t u8;

	(void)state;
	assert_false(zong_key_take_str(&view, &str)); /* no end */
	assert_false(zong_key_take_u32(&view, &u32));
	assert_false(zong_key_take_u64(&view, &u64));
	assert_false(zong_key_take_digest(&view, &digest));
	assert_false(zong_key_take_id(&view, &id));
	assert_int_equal(view.len, 3);
	view.len = 0;
	assert_false(zong_key_take_u8(&view, &u8));
	assert_false(zong_key_take_str(&view, &str));
}

static void a_key_that_became_too_long_says_so_for_ever(void **state)
{
	char text[ZONG_LIMIT_KEY + 1];
	struct zong_key key;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	zong_key_clear(&key);
	zong_key_str_open(&key, text);
	assert_int_equal(key.err, 0);
	assert_int_equal(key.len, ZONG_LIMIT_KEY);
	zong_key_u8(&key, 0);
	assert_int_equal(key.err, ZONG_ELIMIT);
	zong_key_bytes(&key, "", 0);
	assert_int_equal(key.err, ZONG_ELIMIT);
	zong_key_clear(&key);
	assert_int_equal(key.err, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(byte_order_of_numbers_is_their_order),
		cmocka_unit_test(a_string_sorts_before_its_own_extension),
		cmocka_unit_test(an_open_string_is_a_prefix_of_strings),
		cmocka_unit_test(every_part_comes_back),
		cmocka_unit_test(a_key_of_another_shape_is_refused),
		cmocka_unit_test(a_key_that_became_too_long_says_so_for_ever),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
