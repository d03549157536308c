/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "journal.h"
#include "log_tree.h"
#include "row.h"

#define MANY 9000 /* more than catching up does in one transaction, and in two */

/* ---- changes ---- */

struct lines {
	unsigned int count;
	const char *detail;
	int fail; /* what the change ends with */
};

static int write_lines(struct zong_txn *txn, void *ctx)
{
	const struct lines *lines = ctx;
	int err = 0;

	for (unsigned int i = 0; !err && i < lines->count; i++)
		err = zong_journal_add(txn, NULL, "search", "search", lines->detail, NULL);
	return err ? err : lines->fail;
}

static int add(struct fixture *f, unsigned int count)
{
	return zong_store_write(
		f->archive->store, write_lines, &(struct lines){.count = count, .detail = "x"});
}

/* The tree from @ctx's number on goes; with it what is above. */
static int cut_tree(struct zong_txn *txn, void *ctx)
{
	const uint64_t *keep = ctx;
	uint64_t size, index;
	struct zong_key key;
	int err = zong_log_tree_size(txn, &size);

	for (unsigned level = 0; !err && level < 3; level++)
		for (index = zong_merkle_kept(*keep, level);
			!err && index < zong_merkle_kept(size, level); index++) {
			zong_log_tree_key(level, index, &key);
			err = zong_txn_delete(txn, ZONG_TABLE_LOG_TREE, &key);
		}
	return err;
}

static int delete_line(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_u64(&key, *(const uint64_t *)ctx);
	return zong_txn_delete(txn, ZONG_TABLE_LOG, &key);
}

/* As a line was before there were nonces. */
static int strip_line(struct zong_txn *txn, void *ctx)
{
	ProtobufCMessage *row;
	Zong__LogRecord *record;
	struct zong_key key;
	int err;

	zong_key_clear(&key);
	zong_key_u64(&key, *(const uint64_t *)ctx);
	err = zong_txn_get(txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor, &row);
	if (err)
		return err;
	record = (Zong__LogRecord *)row;
	err = zong_row_set_bytes(&record->nonce, NULL, 0);
	if (!err)
		err = zong_txn_put(txn, ZONG_TABLE_LOG, &key, row);
	protobuf_c_message_free_unpacked(row, NULL);
	return err;
}

/* ---- looking ---- */

static uint64_t begin(struct fixture *f, struct zong_merkle_store *ret_store)
{
	uint64_t size = 0;

	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_int_equal(zong_log_tree_size(f->txn, &size), 0);
	zong_log_tree_of(f->txn, ret_store);
	return size;
}

static void end(struct fixture *f)
{
	zong_txn_end(f->txn);
	f->txn = NULL;
}

static uint64_t lines_of(struct fixture *f)
{
	return fixture_counter(f, ZONG_COUNT_LOG);
}

static void root_of(struct fixture *f, uint64_t size, struct zong_digest *ret_root)
{
	struct zong_merkle_store store;

	begin(f, &store);
	assert_int_equal(zong_merkle_root(&store, size, ret_root), 0);
	end(f);
}

static void leaf_of(struct fixture *f, uint64_t seq, struct zong_digest *ret_leaf)
{
	struct zong_buf entry = ZONG_BUF_INIT(2 * ZONG_LOG_ENTRY);
	struct zong_merkle_store store;

	begin(f, &store);
	assert_int_equal(zong_log_entry_at(f->txn, seq, &entry), 0);
	assert_int_equal(zong_merkle_leaf(entry.data, entry.len, ret_leaf), 0);
	end(f);
	zong_buf_release(&entry);
}

static void assert_whole(struct fixture *f)
{
	struct zong_digest leaf, kept;
	struct zong_merkle_store store;
	uint64_t lines = lines_of(f);
	uint64_t size;

	assert_int_equal(begin(f, &store), lines);
	assert_int_equal(zong_log_tree_whole(f->txn, &size), 0);
	assert_int_equal(size, lines);
	end(f);
	for (uint64_t seq = 1; seq <= lines; seq += seq < 600 ? 1 : 97) {
		leaf_of(f, seq, &leaf);
		begin(f, &store);
		assert_int_equal(store.get(store.ctx, 0, seq - 1, &kept), 0);
		end(f);
		assert_memory_equal(leaf.bytes, kept.bytes, sizeof(leaf.bytes));
	}
}

/* ---- tests ---- */

static void every_line_is_a_leaf(void **state)
{
	struct fixture *f = *state;
	struct zong_digest tile, kept;
	struct zong_merkle_store store;

	assert_int_equal(add(f, 600), 0);
	assert_whole(f);
	begin(f, &store);
	assert_int_equal(zong_merkle_tile(&store, 1, 1, &tile), 0);
	assert_int_equal(store.get(store.ctx, 1, 1, &kept), 0);
	assert_memory_equal(tile.bytes, kept.bytes, sizeof(tile.bytes));
	assert_int_equal(store.get(store.ctx, 1, 2, &kept), ZONG_ECORRUPT);
	end(f);
}

static void an_entry_is_the_row_to_the_byte_and_ends_with_its_nonce(void **state)
{
	struct fixture *f = *state;
	struct zong_buf entry = ZONG_BUF_INIT(2 * ZONG_LOG_ENTRY);
	struct zong_digest first, second;
	struct zong_merkle_store store;
	Zong__LogRecord *record;
	struct zong_key key;
	const void *row;
	uint64_t seq;
	size_t len;

	assert_int_equal(add(f, 2), 0);
	seq = lines_of(f);
	begin(f, &store);
	assert_int_equal(zong_log_entry_at(f->txn, seq, &entry), 0);
	zong_key_clear(&key);
	zong_key_u64(&key, seq);
	assert_int_equal(zong_txn_get_bytes(f->txn, ZONG_TABLE_LOG, &key, &row, &len), 0);
	assert_int_equal(entry.len, len);
	assert_memory_equal(entry.data, row, len);
	assert_int_equal(zong_log_entry_at(f->txn, seq + 1, &entry), ZONG_ENOENT);
	end(f);
	record = zong__log_record__unpack(NULL, entry.len, entry.data);
	assert_non_null(record);
	assert_int_equal(record->seq, seq);
	assert_int_equal(record->nonce.len, ZONG_LOG_NONCE);
	assert_memory_equal(
		record->nonce.data, entry.data + entry.len - ZONG_LOG_NONCE, ZONG_LOG_NONCE);
	zong__log_record__free_unpacked(record, NULL);
	leaf_of(f, seq - 1, &first);
	leaf_of(f, seq, &second);
	assert_memory_not_equal(first.bytes, second.bytes, sizeof(first.bytes));
	zong_buf_release(&entry);
}

static void a_change_that_fails_leaves_neither_line_nor_leaf(void **state)
{
	struct fixture *f = *state;
	uint64_t lines = lines_of(f);
	struct lines failing = {.count = 300, .detail = "x", .fail = ZONG_EBUSY};

	assert_int_equal(zong_store_write(f->archive->store, write_lines, &failing), ZONG_EBUSY);
	assert_int_equal(lines_of(f), lines);
	assert_whole(f);
}

static void a_line_that_no_bundle_could_hold_is_refused(void **state)
{
	struct fixture *f = *state;
	struct lines lines = {.count = 1};
	char *detail = malloc(ZONG_LOG_ENTRY + 1);

	assert_non_null(detail);
	memset(detail, 'x', ZONG_LOG_ENTRY);
	detail[ZONG_LOG_ENTRY] = '\0';
	lines.detail = detail;
	assert_int_equal(zong_store_write(f->archive->store, write_lines, &lines), ZONG_ELIMIT);
	free(detail);
	assert_whole(f);
}

static void an_older_log_gets_its_tree_when_it_is_opened(void **state)
{
	struct fixture *f = *state;
	struct zong_digest root, again, leaf;
	uint64_t keep = 0, lines, seq;

	assert_int_equal(add(f, MANY), 0);
	for (seq = 1; seq < 9; seq++)
		assert_int_equal(zong_store_write(f->archive->store, strip_line, &seq), 0);
	assert_int_equal(zong_store_write(f->archive->store, cut_tree, &keep), 0);
	lines = lines_of(f);
	fixture_reopen(f, true);
	assert_int_equal(lines_of(f), lines);
	assert_whole(f);
	root_of(f, lines, &root);
	leaf_of(f, 1, &leaf);
	/* the same again: the salt stays */
	assert_int_equal(zong_store_write(f->archive->store, cut_tree, &keep), 0);
	fixture_reopen(f, true);
	root_of(f, lines, &again);
	assert_memory_equal(root.bytes, again.bytes, sizeof(root.bytes));
}

static void a_tree_left_in_the_middle_is_gone_on_with(void **state)
{
	struct fixture *f = *state;
	struct zong_merkle_store store;
	struct zong_digest root, again;
	uint64_t keep = 300, lines, size;

	assert_int_equal(add(f, 500), 0);
	lines = lines_of(f);
	root_of(f, lines, &root);
	assert_int_equal(zong_store_write(f->archive->store, cut_tree, &keep), 0);
	/* what comes meanwhile is not put behind a hole */
	assert_int_equal(add(f, 1), 0);
	assert_int_equal(begin(f, &store), keep);
	assert_int_equal(zong_log_tree_whole(f->txn, &size), ZONG_ECORRUPT);
	end(f);
	assert_int_equal(zong_log_tree_catch_up(f->archive->store), 0);
	assert_whole(f);
	root_of(f, lines, &again);
	assert_memory_equal(root.bytes, again.bytes, sizeof(root.bytes));
}

static void behind_a_gap_there_is_no_tree_and_work_goes_on(void **state)
{
	struct fixture *f = *state;
	struct zong_merkle_store store;
	uint64_t keep = 100, gone = 150;

	assert_int_equal(add(f, 300), 0);
	assert_int_equal(zong_store_write(f->archive->store, cut_tree, &keep), 0);
	assert_int_equal(zong_store_write(f->archive->store, delete_line, &gone), 0);
	assert_int_equal(zong_log_tree_catch_up(f->archive->store), 0);
	assert_int_equal(begin(f, &store), gone - 1);
	end(f);
	assert_int_equal(add(f, 1), 0);
	fixture_reopen(f, true);
	assert_int_equal(begin(f, &store), gone - 1);
	end(f);
}

static int damage_leaf(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	zong_log_tree_key(0, *(const uint64_t *)ctx, &key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_LOG_TREE, &key, "\x0f\xff", 2);
}

static void nobody_waits_for_a_damaged_leaf(void **state)
{
	struct fixture *f = *state;
	uint64_t lines = lines_of(f), leaf;
	struct zong_merkle_store store;
	struct zong_digest root;

	assert_int_equal(add(f, 256 - (unsigned int)(lines % 256) + 10), 0);
	leaf = lines_of(f) - 3;
	assert_int_equal(zong_store_write(f->archive->store, damage_leaf, &leaf), 0);
	assert_int_equal(add(f, 256), 0); /* its tile is full, and cannot be hashed */
	assert_int_equal(begin(f, &store), lines_of(f));
	assert_int_equal(zong_merkle_root(&store, lines_of(f), &root), ZONG_ECORRUPT);
	end(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_paused, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_line_is_a_leaf),
		TEST(an_entry_is_the_row_to_the_byte_and_ends_with_its_nonce),
		TEST(a_change_that_fails_leaves_neither_line_nor_leaf),
		TEST(a_line_that_no_bundle_could_hold_is_refused),
		TEST(an_older_log_gets_its_tree_when_it_is_opened),
		TEST(a_tree_left_in_the_middle_is_gone_on_with),
		TEST(behind_a_gap_there_is_no_tree_and_work_goes_on),
		TEST(nobody_waits_for_a_damaged_leaf),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
