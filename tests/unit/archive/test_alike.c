/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zong/alike.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "alike.h"

struct change {
	struct zong_digest raster;
	uint8_t packed[ZONG_LOOK_PACKED];
	size_t len;
};

static struct zong_look look;

static int put(struct zong_txn *txn, void *ctx)
{
	const struct change *change = ctx;

	return zong_alike_put(txn, &change->raster, change->packed, change->len);
}

static int take_away(struct zong_txn *txn, void *ctx)
{
	return zong_alike_remove(txn, ctx);
}

/* @flips: bits of each band that are turned over, from its end. */
static void put_look(struct fixture *f, const struct zong_digest *raster, unsigned int flips)
{
	struct zong_look other = look;
	struct change change = {.raster = *raster};

	for (unsigned int band = 0; band < ZONG_ALIKE_BANDS; band++)
		for (unsigned int bit = 0; bit < flips; bit++)
			other.hash[4 * band + 3 - bit / 8] ^= (uint8_t)(1 << bit % 8);
	change.len = zong_look_pack(&other, change.packed);
	assert_int_equal(zong_store_write(f->archive->store, put, &change), 0);
}

static bool more;

static size_t find(struct fixture *f, const struct zong_digest *raster)
{
	struct zong_alike_page *pages;
	struct zong_txn *txn;
	struct zong_alike_budget budget = {0};
	size_t count;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_alike_find(txn, raster, &budget, &pages, &count), 0);
	zong_txn_end(txn);
	more = budget.more;
	for (size_t i = 0; i < count; i++)
		assert_false(zong_digest_equal(&pages[i].raster, raster));
	free(pages);
	return count;
}

static uint64_t rows(struct fixture *f, enum zong_table table)
{
	struct zong_txn *txn;
	uint64_t count;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_txn_entries(txn, table, &count), 0);
	zong_txn_end(txn);
	return count;
}

static void a_hash_two_bits_away_in_each_band_is_found(void **state)
{
	struct fixture *f = *state;
	struct zong_digest a = {{1}}, near = {{2}}, far = {{3}};

	for (size_t y = 30; y < 150; y += 4)
		for (size_t x = 20; x < 100; x++)
			look.cell[y][x] = (uint8_t)((x * y) % 13);
	memset(look.hash, 0x5a, sizeof(look.hash));
	put_look(f, &a, 0);
	assert_int_equal(find(f, &a), 0);
	put_look(f, &near, 2);
	assert_int_equal(find(f, &a), 1);
	assert_int_equal(find(f, &near), 1);
	put_look(f, &far, 16);
	assert_int_equal(find(f, &a), 1);
	assert_int_equal(find(f, &far), 0);
	assert_int_equal(zong_store_write(f->archive->store, take_away, &far), 0);
	assert_int_equal(zong_store_write(f->archive->store, take_away, &near), 0);
	assert_int_equal(find(f, &a), 0);
	assert_int_equal(zong_store_write(f->archive->store, take_away, &a), 0);
}

/* @weak: of each band those six bits whose wave is the nearest to zero; else the six farthest from it. */
static void put_turned(struct fixture *f, const struct zong_digest *raster, bool weak)
{
	struct zong_look other = look;
	struct change change = {.raster = *raster};
	float waves[ZONG_LOOK_BITS];

	zong_look_waves(&look, waves);
	for (int band = 0; band < ZONG_ALIKE_BANDS; band++)
		for (int n = 0; n < 6; n++) {
			int best = -1;

			for (int bit = 32 * band; bit < 32 * band + 32; bit++) {
				bool turned =
					(other.hash[bit / 8] ^ look.hash[bit / 8]) >> bit % 8 & 1;

				if (!turned && (best < 0 || (fabsf(waves[bit]) <
								    fabsf(waves[best])) == weak))
					best = bit;
			}
			other.hash[best / 8] ^= (uint8_t)(1 << best % 8);
		}
	change.len = zong_look_pack(&other, change.packed);
	assert_int_equal(zong_store_write(f->archive->store, put, &change), 0);
}

static void six_weak_bits_of_each_band_are_turned_over(void **state)
{
	struct fixture *f = *state;
	struct zong_digest a = {{11}}, weak = {{12}}, strong = {{13}};
	float waves[ZONG_LOOK_BITS];

	for (size_t y = 30; y < 150; y += 4)
		for (size_t x = 20; x < 100; x++)
			look.cell[y][x] = (uint8_t)((x * y) % 13);
	zong_look_waves(&look, waves);
	zong_look_hash(waves, look.hash);
	put_look(f, &a, 0);
	put_turned(f, &weak, true);
	put_turned(f, &strong, false);
	assert_int_equal(find(f, &a), 1);
	assert_false(more);
	assert_int_equal(zong_store_write(f->archive->store, take_away, &a), 0);
	assert_int_equal(zong_store_write(f->archive->store, take_away, &weak), 0);
	assert_int_equal(zong_store_write(f->archive->store, take_away, &strong), 0);
}

static void a_limit_that_was_reached_is_told(void **state)
{
	struct fixture *f = *state;
	struct zong_alike_budget budget = {.compared = ZONG_LIMIT_ALIKE_COMPARED};
	struct zong_digest a = {{21}}, b = {{22}};
	struct zong_alike_page *pages;
	struct zong_txn *txn;
	size_t count;

	for (size_t y = 30; y < 150; y += 4)
		for (size_t x = 20; x < 100; x++)
			look.cell[y][x] = (uint8_t)((x * y) % 13);
	put_look(f, &a, 0);
	put_look(f, &b, 0);
	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_alike_find(txn, &a, &budget, &pages, &count), 0);
	assert_int_equal(count, 0);
	assert_true(budget.more);
	free(pages);
	budget = (struct zong_alike_budget){.pages = ZONG_LIMIT_ALIKE_PAGES};
	assert_int_equal(zong_alike_find(txn, &a, &budget, &pages, &count), 0);
	assert_int_equal(count, 0);
	assert_true(budget.more);
	free(pages);
	zong_txn_end(txn);
	assert_int_equal(find(f, &a), 1);
	assert_false(more);
	assert_int_equal(zong_store_write(f->archive->store, take_away, &a), 0);
	assert_int_equal(zong_store_write(f->archive->store, take_away, &b), 0);
}

static void what_is_put_twice_stands_once_and_goes_without_a_trace(void **state)
{
	struct fixture *f = *state;
	struct zong_digest a = {{9}}, same_beginning = {{9}};

	same_beginning.bytes[31] = 1;
	put_look(f, &a, 0);
	put_look(f, &a, 5);
	assert_int_equal(rows(f, ZONG_TABLE_LOOKS), 1);
	assert_int_equal(rows(f, ZONG_TABLE_LOOKS_BY_BAND), ZONG_ALIKE_BANDS);
	/* their rows of the index are the same */
	put_look(f, &same_beginning, 0);
	assert_int_equal(rows(f, ZONG_TABLE_LOOKS_BY_BAND), ZONG_ALIKE_BANDS);
	assert_int_equal(find(f, &a), 1);
	assert_int_equal(zong_store_write(f->archive->store, take_away, &a), 0);
	assert_int_equal(rows(f, ZONG_TABLE_LOOKS_BY_BAND), ZONG_ALIKE_BANDS);
	assert_int_equal(zong_store_write(f->archive->store, take_away, &same_beginning), 0);
	assert_int_equal(rows(f, ZONG_TABLE_LOOKS), 0);
	assert_int_equal(rows(f, ZONG_TABLE_LOOKS_BY_BAND), 0);
	assert_int_equal(zong_store_write(f->archive->store, take_away, &a), 0);
}

static void what_is_no_look_is_not_put(void **state)
{
	struct fixture *f = *state;
	struct change change = {.len = 3};

	assert_int_equal(zong_store_write(f->archive->store, put, &change), ZONG_ECORRUPT);
	assert_int_equal(find(f, &change.raster), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_hash_two_bits_away_in_each_band_is_found, fixture_clear),
		cmocka_unit_test_teardown(
			six_weak_bits_of_each_band_are_turned_over, fixture_clear),
		cmocka_unit_test_teardown(a_limit_that_was_reached_is_told, fixture_clear),
		cmocka_unit_test_teardown(
			what_is_put_twice_stands_once_and_goes_without_a_trace, fixture_clear),
		cmocka_unit_test_teardown(what_is_no_look_is_not_put, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
