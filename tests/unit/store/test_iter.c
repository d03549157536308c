/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"

static const char *const names[] = {"a", "b1", "b2", "b3", "b\xff", "b\xff\xff", "c"};

static int put_all(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;
	size_t i;

	(void)ctx;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		zong_key_clear(&key);
		zong_key_str_open(&key, names[i]);
		zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &key, names[i], strlen(names[i]));
	}
	return zong_txn_err(txn);
}

/* The keys that a walk meets, parted by blanks, against @expected. */
static void assert_walk(struct fixture *f, const char *prefix, const char *from, bool backwards,
	const char *expected)
{
	struct zong_key prefix_key, from_key;
	struct zong_iter iter;
	struct zong_txn *txn;
	int r;

	zong_key_clear(&prefix_key);
	zong_key_clear(&from_key);
	if (prefix)
		zong_key_str_open(&prefix_key, prefix);
	if (from)
		zong_key_str_open(&from_key, from);
	zong_buf_clear(&f->bytes);
	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_USERS, prefix ? &prefix_key : NULL,
		from ? &from_key : NULL, backwards);
	while (!r) {
		r = zong_iter_next(&iter);
		if (r)
			break;
		if (f->bytes.len > 0)
			zong_buf_add_char(&f->bytes, ' ');
		zong_buf_add(&f->bytes, iter.key.bytes, iter.key.len);
		if (iter.value_len != iter.key.len ||
			memcmp(iter.value, iter.key.bytes, iter.key.len) != 0)
			r = ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	assert_int_equal(r, ZONG_EEND);
	assert_string_equal(zong_buf_str(&f->bytes), expected);
}

static void a_walk_keeps_to_its_prefix_and_order(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(zong_store_write(f->store, put_all, NULL), 0);
	assert_walk(f, NULL, NULL, false, "a b1 b2 b3 b\xff b\xff\xff c");
	assert_walk(f, NULL, NULL, true, "c b\xff\xff b\xff b3 b2 b1 a");
	assert_walk(f, "b", NULL, false, "b1 b2 b3 b\xff b\xff\xff");
	assert_walk(f, "b", NULL, true, "b\xff\xff b\xff b3 b2 b1");
	assert_walk(f, "b\xff", NULL, false, "b\xff b\xff\xff");
	assert_walk(f, "b\xff", NULL, true, "b\xff\xff b\xff");
	assert_walk(f, "\xff", NULL, true, "");
	assert_walk(f, "d", NULL, false, "");
	assert_walk(f, "d", NULL, true, "");
}

static void a_walk_begins_where_it_is_told(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(zong_store_write(f->store, put_all, NULL), 0);
	assert_walk(f, "b", "b2", false, "b2 b3 b\xff b\xff\xff");
	assert_walk(f, "b", "b2", true, "b1");
	assert_walk(f, "b", "b", true, "");
	assert_walk(f, "b", "a", false, "b1 b2 b3 b\xff b\xff\xff");
	assert_walk(f, "b", "zzz", true, "b\xff\xff b\xff b3 b2 b1");
	assert_walk(f, "b", "zzz", false, "");
	assert_walk(f, NULL, "b3", true, "b2 b1 a");
	assert_walk(f, NULL, "b21", false, "b3 b\xff b\xff\xff c");
}

static void an_empty_table_ends_at_once(void **state)
{
	struct fixture *f = *state;
	struct zong_iter iter = {0};

	assert_walk(f, NULL, NULL, false, "");
	assert_walk(f, NULL, NULL, true, "");
	assert_walk(f, "x", "y", true, "");
	zong_iter_end(&iter);
	assert_int_equal(zong_iter_next(&iter), ZONG_EEND);
}

static void a_walk_begins_again_at_another_prefix(void **state)
{
	struct fixture *f = *state;
	struct zong_key b, nothing, a;
	struct zong_iter iter;
	struct zong_txn *txn;

	assert_int_equal(zong_store_write(f->store, put_all, NULL), 0);
	zong_key_clear(&a);
	zong_key_clear(&b);
	zong_key_clear(&nothing);
	zong_key_bytes(&a, "a", 1);
	zong_key_bytes(&b, "b", 1);
	zong_key_bytes(&nothing, "zzz", 3);
	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(zong_iter_begin(&iter, txn, ZONG_TABLE_USERS, NULL, NULL, true), 0);
	assert_int_equal(zong_iter_again(&iter, &b), 0);
	assert_int_equal(zong_iter_next(&iter), 0);
	assert_memory_equal(iter.key.bytes, "b1", 2);
	assert_int_equal(zong_iter_again(&iter, &nothing), 0);
	assert_int_equal(zong_iter_next(&iter), ZONG_EEND);
	assert_int_equal(zong_iter_again(&iter, &a), 0);
	assert_int_equal(zong_iter_next(&iter), 0);
	assert_memory_equal(iter.key.bytes, "a", 1);
	assert_int_equal(zong_iter_next(&iter), ZONG_EEND);
	zong_iter_end(&iter);
	zong_txn_end(txn);
}

static int walk_in_write(struct zong_txn *txn, void *ctx)
{
	struct zong_iter iter;
	size_t *count = ctx;
	int r = put_all(txn, NULL);

	*count = 0;
	if (!r)
		r = zong_iter_begin(&iter, txn, ZONG_TABLE_USERS, NULL, NULL, false);
	if (r)
		return r;
	while (zong_iter_next(&iter) == 0)
		(*count)++;
	zong_iter_end(&iter);
	return 0;
}

static void a_change_sees_what_it_put(void **state)
{
	struct fixture *f = *state;
	size_t count;

	assert_int_equal(zong_store_write(f->store, walk_in_write, &count), 0);
	assert_int_equal(count, sizeof(names) / sizeof(*names));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(a_walk_keeps_to_its_prefix_and_order),
		TEST(a_walk_begins_where_it_is_told),
		TEST(an_empty_table_ends_at_once),
		TEST(a_walk_begins_again_at_another_prefix),
		TEST(a_change_sees_what_it_put),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
