/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <string.h>

#include "fixture.h"

static void key_of(const char *name, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_str(ret_key, name);
}

static int write_named(struct fixture *f, zong_store_change *change, const char *name)
{
	return zong_store_write(f->store, change, (void *)(uintptr_t)name);
}

static int put_case(struct zong_txn *txn, void *ctx)
{
	Zong__Case row = ZONG__CASE__INIT;
	char kind[] = "转移登记";
	struct zong_key key;

	row.no = ctx;
	row.kind = kind;
	row.opened = 42;
	key_of(ctx, &key);
	return zong_txn_put(txn, ZONG_TABLE_CASES, &key, &row.base);
}

static void a_row_comes_back_as_it_was_put(void **state)
{
	struct fixture *f = *state;
	struct zong_txn *txn;
	struct zong_key key;
	Zong__Case *row = NULL;
	uint64_t entries;

	assert_int_equal(write_named(f, put_case, "202611240001"), 0);
	fixture_reopen(f);
	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	key_of("202611240001", &key);
	assert_int_equal(zong_txn_get(txn, ZONG_TABLE_CASES, &key, &zong__case__descriptor,
				 (ProtobufCMessage **)&row),
		0);
	assert_string_equal(row->kind, "转移登记");
	assert_int_equal(row->opened, 42);
	zong__case__free_unpacked(row, NULL);
	assert_int_equal(zong_txn_entries(txn, ZONG_TABLE_CASES, &entries), 0);
	assert_int_equal(entries, 1);
	key_of("none", &key);
	assert_int_equal(zong_txn_get(txn, ZONG_TABLE_CASES, &key, &zong__case__descriptor,
				 (ProtobufCMessage **)&row),
		ZONG_ENOENT);
	assert_int_equal(zong_txn_err(txn), 0);
	zong_txn_end(txn);
}

static int put_garbage(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	key_of(ctx, &key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_CASES, &key, "\xff\xff\xff", 3);
}

static void bytes_that_are_no_such_row_are_corrupt_and_the_error_sticks(void **state)
{
	struct fixture *f = *state;
	struct zong_txn *txn;
	struct zong_key key;
	Zong__Case *row = NULL;

	assert_int_equal(write_named(f, put_garbage, "x"), 0);
	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	key_of("x", &key);
	assert_int_equal(zong_txn_get(txn, ZONG_TABLE_CASES, &key, &zong__case__descriptor,
				 (ProtobufCMessage **)&row),
		ZONG_ECORRUPT);
	assert_true(zong_txn_has(txn, ZONG_TABLE_CASES, &key));
	assert_int_equal(zong_txn_err(txn), ZONG_ECORRUPT);
	zong_txn_end(txn);
}

static int ignore_a_bad_key(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;
	char text[2 * ZONG_LIMIT_KEY];

	(void)ctx;
	memset(text, 'x', sizeof(text));
	zong_key_clear(&key);
	zong_key_bytes(&key, text, sizeof(text));
	zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &key, "", 0);
	key_of("after", &key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &key, "1", 1);
}

static void a_failure_that_the_change_overlooked_undoes_it(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(zong_store_write(f->store, ignore_a_bad_key, NULL), ZONG_ELIMIT);
	assert_false(fixture_has(f->store, "after", "1"));
}

static int delete_row(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	key_of(ctx, &key);
	return zong_txn_delete(txn, ZONG_TABLE_USERS, &key);
}

static void deleting_what_is_not_there_is_no_error(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(write_named(f, delete_row, "nobody"), 0);
	assert_int_equal(fixture_put(f->store, "示例甲", "1"), 0);
	assert_true(fixture_has(f->store, "示例甲", "1"));
	assert_int_equal(write_named(f, delete_row, "示例甲"), 0);
	assert_false(fixture_has(f->store, "示例甲", "1"));
}

static void a_read_sees_one_state_and_cannot_write(void **state)
{
	struct fixture *f = *state;
	struct zong_txn *txn;
	struct zong_key key;

	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(fixture_put(f->store, "later", "1"), 0);
	key_of("later", &key);
	assert_false(zong_txn_has(txn, ZONG_TABLE_USERS, &key));
	assert_int_equal(zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &key, "2", 1), ZONG_EINVAL);
	assert_int_equal(zong_txn_delete(txn, ZONG_TABLE_USERS, &key), ZONG_EINVAL);
	zong_txn_end(txn);
	assert_true(fixture_has(f->store, "later", "1"));
}

static void an_empty_key_is_refused(void **state)
{
	struct fixture *f = *state;
	struct zong_key key = {0};
	struct zong_txn *txn;
	const void *bytes;
	size_t len;

	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(
		zong_txn_get_bytes(txn, ZONG_TABLE_USERS, &key, &bytes, &len), ZONG_EINVAL);
	zong_txn_end(txn);
}

static void *end_txn(void *arg)
{
	zong_txn_end(arg);
	return NULL;
}

static void another_thread_may_end_a_read(void **state)
{
	struct fixture *f = *state;
	struct zong_txn *txn;
	pthread_t thread;

	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(pthread_create(&thread, NULL, end_txn, txn), 0);
	pthread_join(thread, NULL);
	assert_int_equal(fixture_put(f->store, "x", "1"), 0);
	zong_txn_end(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(a_row_comes_back_as_it_was_put),
		TEST(bytes_that_are_no_such_row_are_corrupt_and_the_error_sticks),
		TEST(a_failure_that_the_change_overlooked_undoes_it),
		TEST(deleting_what_is_not_there_is_no_error),
		TEST(a_read_sees_one_state_and_cannot_write),
		TEST(an_empty_key_is_refused),
		TEST(another_thread_may_end_a_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
