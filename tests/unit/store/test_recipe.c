/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"
#include "recipe.h"

struct recipe_write {
	struct zong_digest file;
	struct zong_recipe recipe;
};

static int put(struct zong_txn *txn, void *ctx)
{
	struct recipe_write *write = ctx;

	return zong_recipe_put(txn, &write->file, &write->recipe);
}

static void a_long_recipe_has_several_rows_and_every_byte_is_found(void **state)
{
	struct fixture *f = *state;
	struct recipe_write write = {.file = {{7}}};
	struct zong_digest neighbour = {{8}};
	struct zong_digest segment = {{1}};
	uint64_t size, start, entries;
	Zong__Recipe *row;
	struct zong_txn *txn;
	size_t i;

	zong_recipe_init(&write.recipe);
	for (i = 0; i < 2500; i++) {
		if (i % 2)
			assert_int_equal(zong_recipe_add_inline(&write.recipe, "inline", 6), 0);
		else
			assert_int_equal(zong_recipe_add_segment(&write.recipe, &segment, 1000), 0);
	}
	assert_int_equal(zong_store_write(f->store, put, &write), 0);
	write.file = neighbour;
	assert_int_equal(zong_store_write(f->store, put, &write), 0);
	zong_recipe_release(&write.recipe);
	write.file.bytes[0] = 7;
	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(zong_txn_entries(txn, ZONG_TABLE_RECIPES, &entries), 0);
	assert_int_equal(entries, 6);
	assert_true(zong_recipe_exists(txn, &write.file));
	assert_int_equal(zong_recipe_size(txn, &write.file, &size), 0);
	assert_int_equal(size, 1250 * 1006);
	assert_int_equal(zong_recipe_get(txn, &write.file, 0, &row, &start), 0);
	assert_int_equal(start, 0);
	assert_int_equal(row->n_pieces, ZONG_RECIPE_CHUNK);
	assert_int_equal(row->pieces[1]->inline_bytes.len, 6);
	zong__recipe__free_unpacked(row, NULL);
	assert_int_equal(zong_recipe_get(txn, &write.file, 512 * 1006 - 1, &row, &start), 0);
	assert_int_equal(start, 0);
	zong__recipe__free_unpacked(row, NULL);
	assert_int_equal(zong_recipe_get(txn, &write.file, 512 * 1006, &row, &start), 0);
	assert_int_equal(start, 512 * 1006);
	zong__recipe__free_unpacked(row, NULL);
	write.file.bytes[0] = 6;
	assert_false(zong_recipe_exists(txn, &write.file));
	assert_int_equal(zong_recipe_size(txn, &write.file, &size), ZONG_ENOENT);
	assert_int_equal(zong_recipe_get(txn, &write.file, 0, &row, &start), ZONG_ENOENT);
	zong_txn_end(txn);
}

static int put_row(struct zong_txn *txn, void *ctx)
{
	struct zong_digest file = {{7}};
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_digest(&key, &file);
	zong_key_u64(&key, 0);
	return zong_txn_put(txn, ZONG_TABLE_RECIPES, &key, ctx);
}

static void a_row_with_an_impossible_piece_is_corrupt(void **state)
{
	struct fixture *f = *state;
	struct zong_digest file = {{7}};
	Zong__Recipe row = ZONG__RECIPE__INIT;
	Zong__Piece piece = ZONG__PIECE__INIT;
	Zong__Piece *list[] = {&piece};
	uint8_t digest[ZONG_DIGEST_SIZE] = {0};
	static const struct {
		size_t digest_len, inline_len;
		uint32_t length;
	} bad[] = {{31, 0, 10}, {0, 9, 10}, {32, 0, 0}, {32, 0, ZONG_SEGMENT_MAX + 1}, {0, 0, 1}};
	struct zong_txn *txn;
	uint64_t size;
	size_t i;

	row.n_pieces = 0;
	assert_int_equal(zong_store_write(f->store, put_row, &row), 0);
	for (i = 0; i <= sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
		assert_int_equal(zong_recipe_size(txn, &file, &size), ZONG_ECORRUPT);
		zong_txn_end(txn);
		if (i == sizeof(bad) / sizeof(*bad))
			break;
		piece.digest.data = digest;
		piece.digest.len = bad[i].digest_len;
		piece.inline_bytes.data = digest;
		piece.inline_bytes.len = bad[i].inline_len;
		piece.length = bad[i].length;
		row.pieces = list;
		row.n_pieces = 1;
		assert_int_equal(zong_store_write(f->store, put_row, &row), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(a_long_recipe_has_several_rows_and_every_byte_is_found),
		TEST(a_row_with_an_impossible_piece_is_corrupt),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
