/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "fixture.h"
#include "seal_tree.h"

/* A sealed archive does the same as one that is not, step for step: whatever LMDB answers there the tree must answer here. */

static const uint8_t key[ZONG_STORE_KEY] = "a key of thirty-two bytes, fixed";

struct pair {
	struct fixture plain, sealed;
	uint64_t seed;
};

static int setup(void **state)
{
	struct zong_store_options options = {.key = key};
	struct pair *pair = calloc(1, sizeof(*pair));

	if (!pair)
		return -1;
	*state = pair;
	pair->seed = 1;
	snprintf(pair->plain.dir, sizeof(pair->plain.dir), "/tmp/zong-plain.XXXXXX");
	snprintf(pair->sealed.dir, sizeof(pair->sealed.dir), "/tmp/zong-sealed.XXXXXX");
	if (!mkdtemp(pair->plain.dir) || !mkdtemp(pair->sealed.dir) ||
		zong_store_create(pair->plain.dir, NULL) ||
		zong_store_create_sealed(pair->sealed.dir, key, NULL, NULL, NULL) ||
		zong_store_open(pair->plain.dir, NULL, &pair->plain.store, NULL))
		return -1;
	return zong_store_open(pair->sealed.dir, &options, &pair->sealed.store, NULL) ? -1 : 0;
}

static int teardown(void **state)
{
	struct pair *pair = *state;
	void *plain = malloc(sizeof(struct fixture)), *sealed = malloc(sizeof(struct fixture));

	/* each of them frees itself */
	if (!plain || !sealed)
		return -1;
	memcpy(plain, &pair->plain, sizeof(pair->plain));
	memcpy(sealed, &pair->sealed, sizeof(pair->sealed));
	free(pair);
	fixture_teardown(&plain);
	return fixture_teardown(&sealed);
}

static uint64_t draw(uint64_t *seed, uint64_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (*seed >> 11) % below;
}

/* Names that share beginnings of different lengths, now and then as long as a key may be. */
static void draw_key(uint64_t *seed, struct zong_key *ret_key)
{
	uint8_t bytes[ZONG_LIMIT_KEY];
	size_t len = 1 + draw(seed, 12), i;

	if (draw(seed, 40) == 0)
		len = sizeof(bytes) - draw(seed, 3);
	for (i = 0; i < len; i++)
		bytes[i] = (uint8_t)(draw(seed, 8) == 0 ? draw(seed, 256) : 'a' + draw(seed, 3));
	zong_key_clear(ret_key);
	zong_key_bytes(ret_key, bytes, len);
}

static const enum zong_table tables[] = {
	ZONG_TABLE_USERS, ZONG_TABLE_CASES, ZONG_TABLE_CASES_BY_TIME};

struct batch {
	uint64_t seed;
	int steps;
	unsigned int puts; /* of ten steps */
	bool fails;
};

/* The same steps for the same seed. */
static int change(struct zong_txn *txn, void *ctx)
{
	const struct batch *batch = ctx;
	uint64_t seed = batch->seed;
	uint8_t value[9000];
	struct zong_key at;
	const void *bytes;
	size_t len, seen;
	int i, r = 0;

	for (i = 0; !r && i < batch->steps; i++) {
		enum zong_table table = tables[draw(&seed, 3)];
		bool puts = draw(&seed, 10) < batch->puts;

		draw_key(&seed, &at);
		if (!puts) {
			r = zong_txn_delete(txn, table, &at);
			continue;
		}
		len = draw(&seed, 20) == 0 ? draw(&seed, sizeof(value)) : draw(&seed, 120);
		memset(value, (int)draw(&seed, 256), len);
		r = zong_txn_put_bytes(txn, table, &at, value, len);
		if (!r && i % 7 == 0) {
			r = zong_txn_get_bytes(txn, table, &at, &bytes, &seen);
			if (!r && (seen != len || (len && memcmp(bytes, value, len) != 0)))
				r = ZONG_ECORRUPT;
		}
	}
	return !r && batch->fails ? ZONG_ECANCELLED : r;
}

static void assert_same_walk(struct pair *pair, enum zong_table table,
	const struct zong_key *prefix, const struct zong_key *from, bool backwards)
{
	struct zong_iter plain = {0}, sealed = {0};
	struct zong_txn *plain_txn, *sealed_txn;
	int r;

	assert_int_equal(zong_store_read_begin(pair->plain.store, &plain_txn), 0);
	assert_int_equal(zong_store_read_begin(pair->sealed.store, &sealed_txn), 0);
	assert_int_equal(zong_iter_begin(&plain, plain_txn, table, prefix, from, backwards), 0);
	assert_int_equal(zong_iter_begin(&sealed, sealed_txn, table, prefix, from, backwards), 0);
	do {
		r = zong_iter_next(&plain);
		assert_int_equal(zong_iter_next(&sealed), r);
		if (r)
			continue;
		assert_int_equal(sealed.key.len, plain.key.len);
		assert_memory_equal(sealed.key.bytes, plain.key.bytes, plain.key.len);
		assert_int_equal(sealed.value_kept, plain.value_kept);
		if (plain.value_kept)
			assert_memory_equal(sealed.value, plain.value, plain.value_kept);
	} while (!r);
	assert_int_equal(r, ZONG_EEND);
	assert_int_equal(zong_iter_next(&sealed), ZONG_EEND);
	zong_iter_end(&plain);
	zong_iter_end(&sealed);
	zong_txn_end(plain_txn);
	zong_txn_end(sealed_txn);
}

static void assert_same_counts(struct pair *pair)
{
	struct zong_txn *txn;
	uint64_t plain, sealed;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		assert_int_equal(zong_store_read_begin(pair->plain.store, &txn), 0);
		assert_int_equal(zong_txn_entries(txn, tables[i], &plain), 0);
		zong_txn_end(txn);
		assert_int_equal(zong_store_read_begin(pair->sealed.store, &txn), 0);
		assert_int_equal(zong_txn_entries(txn, tables[i], &sealed), 0);
		zong_txn_end(txn);
		assert_int_equal(sealed, plain);
	}
}

static void assert_same(struct pair *pair)
{
	struct zong_key prefix, from;
	size_t i;
	int k;

	assert_same_counts(pair);
	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		assert_same_walk(pair, tables[i], NULL, NULL, false);
		assert_same_walk(pair, tables[i], NULL, NULL, true);
		for (k = 0; k < 20; k++) {
			draw_key(&pair->seed, &prefix);
			prefix.len = 1 + draw(&pair->seed, prefix.len < 3 ? prefix.len : 3);
			draw_key(&pair->seed, &from);
			assert_same_walk(pair, tables[i], &prefix, NULL, k % 2);
			assert_same_walk(pair, tables[i], NULL, &from, k % 2);
			assert_same_walk(pair, tables[i], &prefix, &from, k % 2);
		}
	}
}

static void both(struct pair *pair, const struct batch *batch)
{
	int r = batch->fails ? ZONG_ECANCELLED : 0;

	assert_int_equal(zong_store_write(pair->plain.store, change, (void *)(uintptr_t)batch), r);
	assert_int_equal(zong_store_write(pair->sealed.store, change, (void *)(uintptr_t)batch), r);
}

static void it_answers_as_an_archive_that_is_not_sealed(void **state)
{
	struct pair *pair = *state;
	int round;

	for (round = 0; round < 40; round++) {
		struct batch batch = {
			.seed = 1000 + (uint64_t)round,
			.steps = round % 5 ? 400 : 3,
			.puts = round < 20   ? 8
				: round < 32 ? 2
					     : 5,
			.fails = round % 6 == 5,
		};

		both(pair, &batch);
		if (round % 4 == 0)
			assert_same(pair);
	}
	assert_same(pair);
}

struct numbers {
	uint64_t from, until, step;
	bool away;
};

static int put_numbers(struct zong_txn *txn, void *ctx)
{
	const struct numbers *numbers = ctx;
	struct zong_key at;
	uint64_t i;
	int r = 0;

	for (i = numbers->from; !r && i < numbers->until; i += numbers->step) {
		zong_key_clear(&at);
		zong_key_u64(&at, i);
		r = numbers->away ? zong_txn_delete(txn, ZONG_TABLE_USERS, &at)
				  : zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &at, &i, sizeof(i));
	}
	return r;
}

static void number_both(struct pair *pair, struct numbers numbers)
{
	assert_int_equal(zong_store_write(pair->plain.store, put_numbers, &numbers), 0);
	assert_int_equal(zong_store_write(pair->sealed.store, put_numbers, &numbers), 0);
	assert_same_walk(pair, ZONG_TABLE_USERS, NULL, NULL, false);
	assert_same_walk(pair, ZONG_TABLE_USERS, NULL, NULL, true);
	assert_same_counts(pair);
}

/* Boxes on the disk. */
static size_t boxes(struct pair *pair)
{
	MDB_stat stat;
	MDB_txn *txn;

	assert_int_equal(zong_env_read_begin(&pair->sealed.store->catalog, &txn), 0);
	assert_int_equal(mdb_stat(txn, pair->sealed.store->catalog.dbis[0], &stat), 0);
	zong_env_read_end(&pair->sealed.store->catalog, txn);
	return stat.ms_entries;
}

static void what_comes_in_order_fills_its_pages_and_what_goes_leaves_none(void **state)
{
	struct pair *pair = *state;
	size_t before = boxes(pair);

	number_both(pair, (struct numbers){0, 50000, 1, false});
	/* 23 bytes and a slot each, the name of the table and all: 130 to a page */
	assert_true(boxes(pair) - before < 50000 / 100);
	number_both(pair, (struct numbers){0, 50000, 2, true});
	number_both(pair, (struct numbers){1, 40001, 2, true});
	assert_true(boxes(pair) - before < 20000 / 50);
	number_both(pair, (struct numbers){50000, 0 + 60000, 3, false});
	number_both(pair, (struct numbers){0, 60000, 1, true});
	assert_true(boxes(pair) <= before + 1);
}

static int walk_and_change(struct zong_txn *txn, void *ctx)
{
	struct zong_iter iter = {0};
	struct zong_key at;
	uint64_t *seen = ctx;
	int r;

	*seen = 0;
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_USERS, NULL, NULL, false);
	while (!r && (r = zong_iter_next(&iter)) == 0) {
		uint8_t copy[8];

		memcpy(copy, iter.key.bytes, sizeof(copy));
		zong_key_clear(&at);
		zong_key_bytes(&at, iter.key.bytes, iter.key.len);
		r = zong_txn_put_bytes(txn, ZONG_TABLE_CASES, &at, iter.value, iter.value_len);
		if (!r)
			r = zong_txn_put_bytes(
				txn, ZONG_TABLE_UNITS, &at, iter.value, iter.value_len);
		if (!r && memcmp(copy, iter.key.bytes, sizeof(copy)) != 0)
			r = ZONG_ECORRUPT; /* it is borrowed until the next step */
		++*seen;
	}
	zong_iter_end(&iter);
	return r == ZONG_EEND ? 0 : r;
}

static void rows_of_other_tables_may_be_put_while_one_is_walked_over(void **state)
{
	struct pair *pair = *state;
	uint64_t plain, sealed;

	number_both(pair, (struct numbers){0, 3000, 1, false});
	assert_int_equal(zong_store_write(pair->plain.store, walk_and_change, &plain), 0);
	assert_int_equal(zong_store_write(pair->sealed.store, walk_and_change, &sealed), 0);
	assert_int_equal(plain, 3000);
	assert_int_equal(sealed, 3000);
	assert_same_walk(pair, ZONG_TABLE_CASES, NULL, NULL, false);
	assert_same_walk(pair, ZONG_TABLE_UNITS, NULL, NULL, true);
}

static int empty_users(struct zong_txn *txn, void *ctx)
{
	(void)ctx;
	return zong_txn_empty(txn, ZONG_TABLE_USERS);
}

static void a_table_is_emptied_alone(void **state)
{
	struct pair *pair = *state;
	uint64_t seen;

	number_both(pair, (struct numbers){0, 3000, 1, false});
	assert_int_equal(zong_store_write(pair->plain.store, walk_and_change, &seen), 0);
	assert_int_equal(zong_store_write(pair->sealed.store, walk_and_change, &seen), 0);
	assert_int_equal(zong_store_write(pair->plain.store, empty_users, NULL), 0);
	assert_int_equal(zong_store_write(pair->sealed.store, empty_users, NULL), 0);
	assert_same_walk(pair, ZONG_TABLE_USERS, NULL, NULL, false);
	assert_same_walk(pair, ZONG_TABLE_CASES, NULL, NULL, false);
	assert_same_counts(pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(it_answers_as_an_archive_that_is_not_sealed),
		TEST(what_comes_in_order_fills_its_pages_and_what_goes_leaves_none),
		TEST(rows_of_other_tables_may_be_put_while_one_is_walked_over),
		TEST(a_table_is_emptied_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
