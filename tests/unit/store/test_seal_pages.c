/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>

#include "fixture.h"
#include "seal_pages.h"

/* What somebody with the disk but without the key may do to the boxes, and what is noticed of it. */

static const uint8_t key[ZONG_STORE_KEY] = "a key of thirty-two bytes, fixed";

static int put_rows(struct zong_txn *txn, void *ctx)
{
	const int *value = ctx;
	struct zong_key at;
	uint32_t i;
	int r = 0;

	for (i = 0; !r && i < 2000; i++) {
		zong_key_clear(&at);
		zong_key_u32(&at, i);
		r = zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &at, value, sizeof(*value));
	}
	return r;
}

static int setup(void **state)
{
	struct zong_store_options options = {.key = key};
	struct fixture *f;
	int value = 1;

	if (fixture_setup_closed(state))
		return -1;
	f = *state;
	if (zong_store_create_sealed(f->dir, key, NULL, NULL, NULL) ||
		zong_store_open(f->dir, &options, &f->store, NULL))
		return -1;
	return zong_store_write(f->store, put_rows, &value);
}

/* Reads all rows: 0 and how many have @value, or a code. */
static int read_all(struct fixture *f, int value, size_t *ret_count)
{
	struct zong_iter iter = {0};
	struct zong_txn *txn;
	int r = zong_store_read_begin(f->store, &txn);

	*ret_count = 0;
	if (r)
		return r;
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_USERS, NULL, NULL, false);
	while (!r && (r = zong_iter_next(&iter)) == 0)
		*ret_count += iter.value_len == sizeof(value) &&
			      memcmp(iter.value, &value, sizeof(value)) == 0;
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return r == ZONG_EEND ? 0 : r;
}

/* The same with nothing in memory any more; opening may be what notices. */
static int read_again(struct fixture *f, int value)
{
	struct zong_store_options options = {.key = key};
	size_t count;
	int r;

	zong_store_close(f->store);
	f->store = NULL;
	r = zong_store_open(f->dir, &options, &f->store, NULL);
	if (!r)
		r = read_all(f, value, &count);
	if (!r && count != 2000)
		r = ZONG_EINVAL;
	return r;
}

static MDB_val box_key(uint64_t number, uint8_t room[8])
{
	zong_write_be64(room, number);
	return (MDB_val){.mv_size = 8, .mv_data = room};
}

/* A copy of a box; NULL where there is none. */
static uint8_t *copy_box(struct fixture *f, uint64_t number, size_t *ret_len)
{
	uint8_t room[8], *copy = NULL;
	MDB_val at = box_key(number, room), box;
	MDB_txn *txn;

	assert_int_equal(zong_env_read_begin(&f->store->catalog, &txn), 0);
	if (mdb_get(txn, f->store->catalog.dbis[0], &at, &box) == 0) {
		copy = malloc(box.mv_size);
		assert_non_null(copy);
		memcpy(copy, box.mv_data, box.mv_size);
		*ret_len = box.mv_size;
	}
	zong_env_read_end(&f->store->catalog, txn);
	return copy;
}

static void put_box(struct fixture *f, uint64_t number, const void *bytes, size_t len)
{
	uint8_t room[8];
	MDB_val at = box_key(number, room);
	MDB_val box = {.mv_size = len, .mv_data = (void *)(uintptr_t)bytes};
	MDB_txn *txn;
	MDB_env *env;
	MDB_dbi dbi;
	char path[200];

	/* As somebody else would, with nobody there. */
	zong_store_close(f->store);
	f->store = NULL;
	snprintf(path, sizeof(path), "%s/catalog", f->dir);
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 4), 0);
	assert_int_equal(mdb_env_open(env, path, 0, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, "sealed", 0, &dbi), 0);
	assert_int_equal(mdb_put(txn, dbi, &at, &box, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

/* The first page from @number on. */
static uint64_t next_page(struct fixture *f, uint64_t number)
{
	size_t len = 0;

	for (; number < 1000; number++) {
		free(copy_box(f, number, &len));
		if (len == ZONG_PAGE_BOX)
			return number;
	}
	fail();
	return 0;
}

static void rows_are_there_after_opening_again_and_all_boxes_have_one_length(void **state)
{
	struct fixture *f = *state;
	size_t len = 0;
	uint64_t number;

	assert_int_equal(read_again(f, 1), 0);
	for (number = 1; number < 1000; number++) {
		uint8_t *box = copy_box(f, number, &len);

		if (box)
			assert_int_equal(len, ZONG_PAGE_BOX);
		free(box);
	}
}

static void a_bit_that_was_turned_is_noticed(void **state)
{
	struct fixture *f = *state;
	size_t len = 0, at;
	uint64_t number = next_page(f, 1);
	uint8_t *box = copy_box(f, number, &len);

	for (at = 0; at < len; at += len / 5) {
		box[at] ^= 1;
		put_box(f, number, box, len);
		assert_int_equal(read_again(f, 1), ZONG_ECORRUPT);
		box[at] ^= 1;
		put_box(f, number, box, len);
	}
	assert_int_equal(read_again(f, 1), 0);
	put_box(f, number, box, len - 1);
	assert_int_equal(read_again(f, 1), ZONG_ECORRUPT);
	put_box(f, number, box, 0);
	assert_int_equal(read_again(f, 1), ZONG_ECORRUPT);
	free(box);
}

static void boxes_that_changed_places_are_noticed(void **state)
{
	struct fixture *f = *state;
	size_t len = 0;
	uint64_t one = next_page(f, 1), two = next_page(f, one + 1);
	uint8_t *first = copy_box(f, one, &len), *second = copy_box(f, two, &len);

	put_box(f, one, second, len);
	put_box(f, two, first, len);
	assert_int_equal(read_again(f, 1), ZONG_ECORRUPT);
	free(first);
	free(second);
}

static void an_older_box_put_back_is_noticed(void **state)
{
	struct fixture *f = *state;
	size_t page_len = 0, len = 0;
	uint64_t number = next_page(f, 1);
	uint8_t *old = copy_box(f, number, &page_len), *now, *head;
	int value = 2;

	assert_int_equal(zong_store_write(f->store, put_rows, &value), 0);
	assert_int_equal(read_again(f, 2), 0);
	now = copy_box(f, number, &page_len);
	assert_memory_not_equal(old, now, page_len);
	put_box(f, number, old, page_len);
	assert_int_equal(read_again(f, 2), ZONG_ECORRUPT);
	put_box(f, number, now, page_len);
	assert_int_equal(read_again(f, 2), 0);
	/* And an older head, which leads to versions that are no more. */
	head = copy_box(f, 0, &len);
	value = 3;
	assert_int_equal(zong_store_write(f->store, put_rows, &value), 0);
	put_box(f, 0, head, len);
	assert_int_equal(read_again(f, 3), ZONG_ECORRUPT);
	free(head);
	free(old);
	free(now);
}

static void a_reader_sees_what_was_there_when_it_began(void **state)
{
	struct fixture *f = *state;
	struct zong_iter iter = {0};
	struct zong_txn *txn;
	int value = 2, one = 1;
	size_t count = 0;

	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(zong_iter_begin(&iter, txn, ZONG_TABLE_USERS, NULL, NULL, false), 0);
	assert_int_equal(zong_iter_next(&iter), 0);
	assert_int_equal(zong_store_write(f->store, put_rows, &value), 0);
	do {
		assert_memory_equal(iter.value, &one, sizeof(one));
		count++;
	} while (zong_iter_next(&iter) == 0);
	zong_iter_end(&iter);
	assert_int_equal(zong_txn_err(txn), 0);
	zong_txn_end(txn);
	assert_int_equal(count, 2000);
	assert_int_equal(read_all(f, 2, &count), 0);
	assert_int_equal(count, 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
		TEST(rows_are_there_after_opening_again_and_all_boxes_have_one_length),
		TEST(a_bit_that_was_turned_is_noticed),
		TEST(boxes_that_changed_places_are_noticed),
		TEST(an_older_box_put_back_is_noticed),
		TEST(a_reader_sees_what_was_there_when_it_began),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
