/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>

#include "fixture.h"
#include "seal_tree.h"

/* How a walk behaves as such; that it sees the same as LMDB's is in test_seal_tree.c. */

static const uint8_t key[ZONG_STORE_KEY] = "a key of thirty-two bytes, fixed";

#define ROWS 2000 /* 0, 10, 20 ...: more than a page, on two levels */

static int put_rows(struct zong_txn *txn, void *ctx)
{
	struct zong_key at;
	uint32_t i;
	int r = 0;

	(void)ctx;
	for (i = 0; !r && i < ROWS; i++) {
		zong_key_clear(&at);
		zong_key_u32(&at, i * 10);
		r = zong_txn_put_bytes(txn, ZONG_TABLE_FILES, &at, &i, sizeof(i));
		if (!r) /* neighbours on both sides: "cases" before it, "materials" behind */
			r = zong_txn_put_bytes(
				txn, i % 2 ? ZONG_TABLE_CASES : ZONG_TABLE_MATERIALS, &at, "x", 1);
	}
	return r;
}

static int setup(void **state)
{
	struct zong_store_options options = {.key = key};
	struct fixture *f;

	if (fixture_setup_closed(state))
		return -1;
	f = *state;
	if (zong_store_create_sealed(f->dir, key, NULL, NULL, NULL) ||
		zong_store_open(f->dir, &options, &f->store, NULL))
		return -1;
	return zong_store_write(f->store, put_rows, NULL);
}

struct walk {
	struct zong_txn *txn;
	struct zong_tree_cursor cursor;
	MDB_val key, value;
};

static void begin(struct fixture *f, struct walk *walk)
{
	struct zong_tree *tree;

	assert_int_equal(zong_store_read_begin(f->store, &walk->txn), 0);
	assert_int_equal(zong_txn_tree(walk->txn, &tree), 0);
	zong_tree_cursor_init(&walk->cursor, tree, ZONG_TABLE_FILES);
}

static void end(struct walk *walk)
{
	zong_tree_cursor_release(&walk->cursor);
	zong_txn_end(walk->txn);
}

static int step(struct walk *walk, enum zong_tree_step how)
{
	return zong_tree_cursor_step(&walk->cursor, how, &walk->key, &walk->value);
}

static int seek(struct walk *walk, uint32_t number)
{
	uint8_t at[4];

	zong_write_be32(at, number);
	return zong_tree_cursor_seek(&walk->cursor, at, sizeof(at), &walk->key, &walk->value);
}

static void assert_at(const struct walk *walk, uint32_t number)
{
	uint32_t row;

	assert_int_equal(walk->key.mv_size, 4);
	assert_int_equal(zong_read_be32(walk->key.mv_data), number);
	assert_int_equal(walk->value.mv_size, sizeof(row));
	memcpy(&row, walk->value.mv_data, sizeof(row));
	assert_int_equal(row, number / 10);
}

static void a_walk_turns_round_wherever_it_is(void **state)
{
	struct fixture *f = *state;
	struct walk walk;
	uint32_t i;

	begin(f, &walk);
	for (i = 0; i < ROWS; i++) {
		assert_int_equal(step(&walk, i ? ZONG_TREE_NEXT : ZONG_TREE_FIRST), 0);
		assert_at(&walk, i * 10);
	}
	for (i = ROWS - 1; i > 0; i--) {
		assert_int_equal(step(&walk, ZONG_TREE_PREV), 0);
		assert_at(&walk, (i - 1) * 10);
	}
	for (i = 1; i < 400; i++) {
		assert_int_equal(step(&walk, ZONG_TREE_NEXT), 0);
		assert_int_equal(step(&walk, ZONG_TREE_NEXT), 0);
		assert_int_equal(step(&walk, ZONG_TREE_PREV), 0);
		assert_at(&walk, i * 10);
	}
	end(&walk);
}

static void it_ends_at_the_borders_of_its_table_and_stays_ended(void **state)
{
	struct fixture *f = *state;
	struct walk walk;
	int i;

	begin(f, &walk);
	assert_int_equal(step(&walk, ZONG_TREE_LAST), 0);
	assert_at(&walk, (ROWS - 1) * 10);
	for (i = 0; i < 3; i++)
		assert_int_equal(step(&walk, ZONG_TREE_NEXT), ZONG_EEND);
	assert_int_equal(step(&walk, ZONG_TREE_FIRST), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(step(&walk, ZONG_TREE_PREV), ZONG_EEND);
	end(&walk);
}

static void it_is_placed_at_a_key_or_behind_where_it_would_be(void **state)
{
	struct fixture *f = *state;
	struct walk walk;
	uint32_t i;

	begin(f, &walk);
	for (i = 0; i < ROWS; i += 7) {
		assert_int_equal(seek(&walk, i * 10), 0);
		assert_at(&walk, i * 10);
		if (i == 0)
			continue;
		assert_int_equal(seek(&walk, i * 10 - 5), 0);
		assert_at(&walk, i * 10);
		assert_int_equal(step(&walk, ZONG_TREE_PREV), 0);
		assert_at(&walk, (i - 1) * 10);
	}
	assert_int_equal(seek(&walk, (ROWS - 1) * 10 + 1), ZONG_EEND);
	assert_int_equal(step(&walk, ZONG_TREE_NEXT), ZONG_EEND);
	end(&walk);
}

/* Rows of other tables go in and out between two steps, whole pages of them. */
static int walk_among_changes(struct zong_txn *txn, void *ctx)
{
	struct zong_tree_cursor cursor;
	struct zong_tree *tree;
	MDB_val at, value;
	uint32_t seen = 0, i;
	struct zong_key other;
	char filling[700];
	int r = zong_txn_tree(txn, &tree);

	if (r)
		return r;
	memset(filling, 'f', sizeof(filling));
	zong_tree_cursor_init(&cursor, tree, ZONG_TABLE_FILES);
	r = zong_tree_cursor_step(&cursor, ZONG_TREE_FIRST, &at, &value);
	while (!r) {
		if (zong_read_be32(at.mv_data) != seen * 10)
			r = ZONG_ECORRUPT;
		for (i = 0; !r && i < 3; i++) {
			zong_key_clear(&other);
			zong_key_u32(&other, seen * 7919 + i);
			r = seen % 3 == 2 ? zong_txn_delete(txn, ZONG_TABLE_MATERIALS, &other)
					  : zong_txn_put_bytes(txn,
						    i % 2 ? ZONG_TABLE_CASES : ZONG_TABLE_MATERIALS,
						    &other, filling, sizeof(filling));
		}
		if (!r && memcmp(value.mv_data, &seen, sizeof(seen)) != 0)
			r = ZONG_ECORRUPT; /* it is borrowed until the next step */
		seen++;
		if (!r)
			r = zong_tree_cursor_step(&cursor, ZONG_TREE_NEXT, &at, &value);
	}
	zong_tree_cursor_release(&cursor);
	*(uint32_t *)ctx = seen;
	return r == ZONG_EEND ? 0 : r;
}

static void it_finds_its_place_again_when_pages_move(void **state)
{
	struct fixture *f = *state;
	uint32_t seen = 0;

	assert_int_equal(zong_store_write(f->store, walk_among_changes, &seen), 0);
	assert_int_equal(seen, ROWS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
		TEST(a_walk_turns_round_wherever_it_is),
		TEST(it_ends_at_the_borders_of_its_table_and_stays_ended),
		TEST(it_is_placed_at_a_key_or_behind_where_it_would_be),
		TEST(it_finds_its_place_again_when_pages_move),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
