/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "journal.h"
#include "log_tree.h"
#include "row.h"
#include "sample_check.h"

static int write_lines(struct zong_txn *txn, void *ctx)
{
	int err = 0;

	(void)ctx;
	for (int i = 0; !err && i < 600; i++)
		err = zong_journal_add(txn, NULL, "search", "search", "示例", NULL);
	return err;
}

static int setup(void **state)
{
	struct fixture *f;

	if (fixture_setup_paused(state))
		return -1;
	f = *state;
	return zong_store_write(f->archive->store, write_lines, NULL);
}

struct change {
	unsigned level;
	uint64_t index;
	uint64_t seq;  /* of a line whose detail becomes another */
	int what;      /* 'd' damage, 't' take away, 'o' another hash, 'l' the line, 'h' a head */
	uint64_t size; /* of the head */
	bool right;    /* it is one of this tree */
	bool stamped;  /* with a time-stamp that is none */
};

static int change_line(struct zong_txn *txn, uint64_t seq)
{
	ProtobufCMessage *row;
	Zong__LogRecord *record;
	struct zong_key key;
	int err;

	zong_key_clear(&key);
	zong_key_u64(&key, seq);
	err = zong_txn_get(txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor, &row);
	if (err)
		return err;
	record = (Zong__LogRecord *)row;
	record->nonce.data[0] ^= 1;
	err = zong_txn_put(txn, ZONG_TABLE_LOG, &key, row);
	protobuf_c_message_free_unpacked(row, NULL);
	return err;
}

static int put_head(struct zong_txn *txn, const struct change *change)
{
	Zong__LogCheckpoint row = ZONG__LOG_CHECKPOINT__INIT;
	struct zong_merkle_store store;
	struct zong_digest root;
	struct zong_key key;
	int err;

	zong_log_tree_of(txn, &store);
	err = zong_merkle_root(&store, change->right ? change->size : 1, &root);
	if (err)
		return err;
	row.size = change->size;
	row.root.data = root.bytes;
	row.root.len = sizeof(root.bytes);
	if (change->stamped) {
		row.stamp.data = root.bytes;
		row.stamp.len = sizeof(root.bytes);
	}
	zong_key_clear(&key);
	zong_key_u64(&key, change->size);
	return zong_txn_put(txn, ZONG_TABLE_LOG_CHECKPOINTS, &key, &row.base);
}

static int apply(struct zong_txn *txn, void *ctx)
{
	const struct change *change = ctx;
	struct zong_digest other = {{7}};
	struct zong_merkle_store store;
	struct zong_key key;

	zong_log_tree_key(change->level, change->index, &key);
	zong_log_tree_of(txn, &store);
	switch (change->what) {
	case 'd':
		return zong_txn_put_bytes(txn, ZONG_TABLE_LOG_TREE, &key, "\x0f\xff", 2);
	case 't':
		return zong_txn_delete(txn, ZONG_TABLE_LOG_TREE, &key);
	case 'o':
		return store.put(store.ctx, change->level, change->index, &other);
	case 'h':
		return put_head(txn, change);
	default:
		return change_line(txn, change->seq);
	}
}

static void harm(struct fixture *f, struct change change)
{
	assert_int_equal(zong_store_write(f->archive->store, apply, &change), 0);
}

static void assert_told(const char *found, const char *what)
{
	if (!strstr(found, what))
		fail_msg("%s is not among: %s", what, found);
}

/* ---- tests ---- */

static void a_sound_tree_is_found_sound(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(sample_check(f, false), "");
	harm(f, (struct change){.what = 'h', .size = 77, .right = true});
	assert_string_equal(sample_check(f, false), "");
}

/* The check is of the line's bytes, not of what they say: the nonce is looked at by nobody else. */
static void a_line_that_was_changed_is_named(void **state)
{
	struct fixture *f = *state;
	const char *found;

	harm(f, (struct change){.what = 'l', .seq = 321});
	found = sample_check(f, false);
	assert_told(found, "log-broken log/321\n");
	assert_told(found, "log-tree log/321\n");
	/* and stays named: a repair does not make the tree fit it */
	assert_told(sample_check(f, true), "log-tree log/321\n");
	assert_told(sample_check(f, false), "log-tree log/321\n");
}

static void a_hash_that_was_changed_is_named(void **state)
{
	struct fixture *f = *state;

	harm(f, (struct change){.what = 'o', .index = 4});
	assert_told(sample_check(f, false), "log-tree log/5\n");
	harm(f, (struct change){.what = 'o', .level = 1, .index = 1});
	assert_told(sample_check(f, false), "log-tree log/512\n");
}

static void what_is_damaged_or_gone_is_made_anew(void **state)
{
	struct fixture *f = *state;

	harm(f, (struct change){.what = 'd', .index = 10});
	harm(f, (struct change){.what = 't', .index = 11});
	harm(f, (struct change){.what = 'd', .level = 1, .index = 0});
	assert_told(sample_check(f, false), "log-tree log/11\n");
	assert_told(sample_check(f, true), "log-tree log/11 repaired\n");
	assert_string_equal(sample_check(f, false), "");
}

static void a_node_beyond_the_log_is_named(void **state)
{
	struct fixture *f = *state;

	harm(f, (struct change){.what = 'o', .level = 1, .index = 9});
	assert_told(sample_check(f, false), "row-damaged ");
}

static void a_head_of_another_log_is_named(void **state)
{
	struct fixture *f = *state;

	harm(f, (struct change){.what = 'h', .size = 300});
	assert_told(sample_check(f, false), "log-head log/300\n");
}

static void a_time_stamp_of_something_else_is_named(void **state)
{
	struct fixture *f = *state;

	harm(f, (struct change){.what = 'h', .size = 300, .right = true, .stamped = true});
	assert_told(sample_check(f, false), "log-head log/300\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_sound_tree_is_found_sound),
		TEST(a_line_that_was_changed_is_named),
		TEST(a_hash_that_was_changed_is_named),
		TEST(what_is_damaged_or_gone_is_made_anew),
		TEST(a_node_beyond_the_log_is_named),
		TEST(a_head_of_another_log_is_named),
		TEST(a_time_stamp_of_something_else_is_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
