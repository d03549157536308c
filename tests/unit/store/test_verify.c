/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"

static int put_file_row(struct zong_txn *txn, void *ctx)
{
	Zong__File row = ZONG__FILE__INIT;
	struct zong_key key;

	row.bytes = 5;
	zong_key_clear(&key);
	zong_key_digest(&key, ctx);
	return zong_txn_put(txn, ZONG_TABLE_FILES, &key, &row.base);
}

static void a_whole_archive_has_nothing_broken(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;
	uint64_t files, broken;
	uint64_t i;

	assert_int_equal(zong_store_verify(f->store, &files, &broken), 0);
	assert_int_equal(files, 0);
	assert_int_equal(broken, 0);
	for (i = 0; i < 5; i++) {
		zong_buf_clear(&f->bytes);
		fixture_noise(&f->bytes, 200 + i * 600000, i);
		assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
					 ZONG_MEDIA_UNKNOWN, &result),
			0);
		assert_int_equal(zong_store_write(f->store, put_file_row, &result.digest), 0);
	}
	assert_int_equal(zong_store_verify(f->store, &files, &broken), 0);
	assert_int_equal(files, 5);
	assert_int_equal(broken, 0);
}

static void a_file_without_a_recipe_is_broken(void **state)
{
	struct fixture *f = *state;
	struct zong_digest digest = {{3}};
	uint64_t files, broken;

	assert_int_equal(fixture_store_bytes(f->store, "small", 5, ZONG_MEDIA_UNKNOWN, NULL), 0);
	assert_int_equal(zong_store_write(f->store, put_file_row, &digest), 0);
	assert_int_equal(zong_store_verify(f->store, &files, &broken), 0);
	assert_int_equal(files, 2);
	assert_int_equal(broken, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(a_whole_archive_has_nothing_broken),
		TEST(a_file_without_a_recipe_is_broken),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
