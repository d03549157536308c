/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"
#include "sum.h"

static void key_of(struct zong_key *key)
{
	zong_key_clear(key);
	zong_key_str(key, "A-1");
}

static int put_case(struct zong_txn *txn, void *ctx)
{
	Zong__Case cas = ZONG__CASE__INIT;
	struct zong_key key;

	(void)ctx;
	cas.no = (char *)(uintptr_t) "A-1";
	cas.kind = (char *)(uintptr_t) "转移登记";
	cas.note = (char *)(uintptr_t) "示例甲";
	key_of(&key);
	return zong_txn_put(txn, ZONG_TABLE_CASES, &key, &cas.base);
}

struct flip {
	size_t bit;
	size_t len;
	bool old; /* without its checksum */
};

/* Turns one bit of the row as it is kept, or takes its checksum off. */
static int put_flipped(struct zong_txn *txn, void *ctx)
{
	struct flip *flip = ctx;
	struct zong_iter iter;
	struct zong_key key;
	uint8_t row[256];
	int r = zong_iter_begin(&iter, txn, ZONG_TABLE_CASES, NULL, NULL, false);

	if (!r)
		r = zong_iter_next(&iter);
	if (r)
		return r;
	assert_true(iter.value_kept <= sizeof(row));
	memcpy(row, iter.value, iter.value_kept);
	flip->len = iter.value_kept;
	zong_iter_end(&iter);
	if (flip->old)
		flip->len -= ZONG_SUM_SIZE;
	else
		row[flip->bit / 8] ^= (uint8_t)(1 << flip->bit % 8);
	key_of(&key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_CASES, &key, row, flip->len);
}

static int get_case(struct fixture *f, bool *ret_sound)
{
	ProtobufCMessage *row = NULL;
	struct zong_iter iter;
	struct zong_txn *txn;
	struct zong_key key;
	int r;

	key_of(&key);
	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	r = zong_txn_get(txn, ZONG_TABLE_CASES, &key, &zong__case__descriptor, &row);
	if (!r) {
		assert_string_equal(((Zong__Case *)row)->note, "示例甲");
		protobuf_c_message_free_unpacked(row, NULL);
	}
	assert_int_equal(zong_iter_begin(&iter, txn, ZONG_TABLE_CASES, NULL, NULL, false), 0);
	assert_int_equal(zong_iter_next(&iter), 0);
	*ret_sound = zong_iter_sound(&iter);
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return r;
}

static void any_bit_that_turns_in_a_row_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct flip flip = {.len = 1};
	bool sound;

	for (flip.bit = 0; flip.bit < flip.len * 8; flip.bit++) {
		assert_int_equal(zong_store_write(f->store, put_case, NULL), 0);
		assert_int_equal(get_case(f, &sound), 0);
		assert_true(sound);
		assert_int_equal(zong_store_write(f->store, put_flipped, &flip), 0);
		assert_int_equal(get_case(f, &sound), ZONG_ECORRUPT);
		assert_false(sound);
	}
	assert_true(flip.bit > 100);
}

static void a_row_from_before_there_were_checksums_is_taken_as_it_is(void **state)
{
	struct fixture *f = *state;
	struct flip flip = {.old = true};
	bool sound;

	assert_int_equal(zong_store_write(f->store, put_case, NULL), 0);
	assert_int_equal(zong_store_write(f->store, put_flipped, &flip), 0);
	assert_int_equal(get_case(f, &sound), 0);
	assert_true(sound);
}

static void the_sum_is_that_of_everybody_else(void **state)
{
	uint8_t row[9 + ZONG_SUM_SIZE] = "123456789";
	const uint8_t crc[] = {0x83, 0x92, 0x06, 0xe3}; /* CRC-32C's check value, e3069283 */

	(void)state;
	zong_sum_put("", 0, row, 9);
	assert_memory_equal(row + 9 + 5, crc, sizeof(crc));
	assert_int_equal(zong_sum_skip(row, sizeof(row)), 9);
	assert_int_equal(zong_sum_skip(row, 9), 9);
	assert_int_equal(zong_sum_skip(row, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(any_bit_that_turns_in_a_row_is_noticed),
		TEST(a_row_from_before_there_were_checksums_is_taken_as_it_is),
		cmocka_unit_test(the_sum_is_that_of_everybody_else),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
