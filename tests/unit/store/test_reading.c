/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"

static const struct zong_digest raster = {{5}};

static int put(struct zong_txn *txn, void *ctx)
{
	return zong_reading_put(txn, &raster, ctx);
}

static void a_reading_comes_back_and_is_kept_small(void **state)
{
	struct fixture *f = *state;
	Zong__Reading reading = ZONG__READING__INIT;
	Zong__Line line = ZONG__LINE__INIT;
	Zong__Word word = ZONG__WORD__INIT;
	Zong__Line *lines[200];
	Zong__Word *words[20];
	Zong__Reading *got = NULL;
	char text[] = "不动产登记";
	struct zong_key key;
	struct zong_txn *txn;
	const void *bytes;
	size_t len, i;

	word.text = text;
	word.confidence = 0.5F;
	for (i = 0; i < 20; i++)
		words[i] = &word;
	line.words = words;
	line.n_words = 20;
	for (i = 0; i < 200; i++)
		lines[i] = &line;
	reading.lines = lines;
	reading.n_lines = 200;
	reading.width = 2480;
	assert_int_equal(zong_store_write(f->store, put, &reading), 0);
	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(zong_reading_get(txn, &raster, &got), 0);
	assert_int_equal(got->width, 2480);
	assert_int_equal(got->n_lines, 200);
	assert_string_equal(got->lines[199]->words[19]->text, text);
	zong__reading__free_unpacked(got, NULL);
	zong_key_clear(&key);
	zong_key_digest(&key, &raster);
	assert_int_equal(zong_txn_get_bytes(txn, ZONG_TABLE_READINGS, &key, &bytes, &len), 0);
	assert_true(len * 4 < zong__reading__get_packed_size(&reading));
	zong_txn_end(txn);
}

static int put_bytes(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_digest(&key, &raster);
	return zong_txn_put_bytes(txn, ZONG_TABLE_READINGS, &key, ctx, strlen(ctx));
}

static void what_is_no_reading_is_corrupt(void **state)
{
	struct fixture *f = *state;
	Zong__Reading *got = NULL;
	struct zong_txn *txn;
	char garbage[] = "this is no zstd frame";

	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(zong_reading_get(txn, &raster, &got), ZONG_ENOENT);
	zong_txn_end(txn);
	assert_int_equal(zong_store_write(f->store, put_bytes, garbage), 0);
	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(zong_reading_get(txn, &raster, &got), ZONG_ECORRUPT);
	zong_txn_end(txn);
	assert_null(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(a_reading_comes_back_and_is_kept_small),
		TEST(what_is_no_reading_is_corrupt),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
