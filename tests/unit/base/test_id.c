/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <pthread.h>

#include <zong/byteorder.h>
#include <zong/error.h>
#include <zong/id.h>
#include <zong/time.h>

#define THREADS 4
#define IDS 5000

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, ZONG_ID_SIZE);
}

static void ids_carry_version_variant_and_time(void **state)
{
	int64_t before = zong_time_now() / 1000;
	struct zong_id id;
	int64_t ms;

	(void)state;
	zong_id_new(&id);
	ms = (int64_t)(zong_read_be64(id.bytes) >> 16);
	assert_int_equal(id.bytes[6] >> 4, 7);
	assert_int_equal(id.bytes[8] >> 6, 2);
	assert_true(ms >= before);
	assert_true(ms <= zong_time_now() / 1000);
}

static void each_id_is_greater_than_the_one_before(void **state)
{
	struct zong_id last;
	struct zong_id id;
	char last_text[ZONG_ID_TEXT];
	char text[ZONG_ID_TEXT];

	(void)state;
	zong_id_new(&last);
	zong_id_format(&last, last_text);
	for (int i = 0; i < 100000; i++) {
		zong_id_new(&id);
		assert_true(compare(&last, &id) < 0);
		assert_int_equal(id.bytes[6] >> 4, 7);
		assert_int_equal(id.bytes[8] >> 6, 2);
		zong_id_format(&id, text);
		assert_true(strcmp(last_text, text) < 0);
		last = id;
		memcpy(last_text, text, sizeof(text));
	}
}

static void *make_ids(void *ids)
{
	struct zong_id *id = ids;

	for (int i = 0; i < IDS; i++)
		zong_id_new(&id[i]);
	return NULL;
}

static void threads_never_get_the_same_id(void **state)
{
	static struct zong_id ids[THREADS * IDS];
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_ids, ids + i * IDS), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (int i = 0; i < THREADS; i++)
		for (int k = 1; k < IDS; k++)
			assert_true(compare(&ids[i * IDS + k - 1], &ids[i * IDS + k]) < 0);
	qsort(ids, THREADS * IDS, sizeof(ids[0]), compare);
	for (int i = 1; i < THREADS * IDS; i++)
		assert_false(zong_id_equal(&ids[i - 1], &ids[i]));
}

static void text_and_bytes_convert_both_ways(void **state)
{
	/* RFC 9562, appendix A.6 */
	static const char example[] = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
	struct zong_id id;
	struct zong_id upper;
	char text[ZONG_ID_TEXT];

	(void)state;
	assert_int_equal(zong_id_parse(example, &id), 0);
	assert_int_equal(id.bytes[0], 0x01);
	assert_int_equal(id.bytes[15], 0x8f);
	zong_id_format(&id, text);
	assert_string_equal(text, example);
	assert_int_equal(zong_id_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", &upper), 0);
	assert_true(zong_id_equal(&id, &upper));
	assert_int_equal(zong_id_parse("00000000-0000-0000-0000-000000000000", &id), 0);
	assert_false(zong_id_equal(&id, &upper));
}

static void what_is_no_id_is_refused_and_changes_nothing(void **state)
{
	static const char *const bad[] = {"", "017f22e2", "017f22e279b07cc398c4dc0c0c07398f",
		"017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
		"017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2-79b0-7cc3-98c40dc0c0c07398f",
		"017f22e27-9b0-7cc3-98c4-dc0c0c07398f", "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
		"宗宗宗宗宗宗宗宗宗宗宗宗"};
	struct zong_id id;
	struct zong_id before;

	(void)state;
	zong_id_new(&id);
	before = id;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(zong_id_parse(bad[i], &id), ZONG_EINVAL);
	assert_true(zong_id_equal(&id, &before));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_carry_version_variant_and_time),
		cmocka_unit_test(each_id_is_greater_than_the_one_before),
		cmocka_unit_test(threads_never_get_the_same_id),
		cmocka_unit_test(text_and_bytes_convert_both_ways),
		cmocka_unit_test(what_is_no_id_is_refused_and_changes_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
