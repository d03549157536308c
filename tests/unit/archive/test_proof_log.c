/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/proof.h>
#include <zong/tlog.h>

#include "fixture.h"
#include "journal.h"
#include "log_tree.h"
#include "row.h"

#define LINES 600

static int write_lines(struct zong_txn *txn, void *ctx)
{
	int err = 0;

	(void)ctx;
	for (int i = 0; !err && i < LINES; i++)
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

static void keep_head(struct fixture *f, struct zong_checkpoint *ret_head)
{
	struct zong_buf note = ZONG_BUF_INIT(ZONG_NOTE_MAX);
	struct zong_note parts;

	assert_int_equal(zong_tlog_checkpoint(f->archive, false, &note), 0);
	assert_int_equal(zong_note_split(zong_buf_str(&note), note.len, &parts), 0);
	assert_int_equal(zong_checkpoint_parse(parts.text, parts.text_len, ret_head), 0);
	zong_buf_release(&note);
}

struct told {
	char text[4000];
};

static void tell(void *ctx, uint64_t seq, enum zong_proof_fault fault)
{
	static const char *const names[] = {"missing", "chain", "tree"};
	struct told *told = ctx;
	size_t len = strlen(told->text);

	snprintf(told->text + len, sizeof(told->text) - len, "%llu %s\n", (unsigned long long)seq,
		names[fault]);
}

/* The archive is closed meanwhile. */
static struct zong_proof_log look(
	struct fixture *f, const struct zong_checkpoint *head, struct told *ret_told)
{
	struct zong_proof_log result;

	ret_told->text[0] = '\0';
	zong_archive_close(f->archive);
	f->archive = NULL;
	assert_int_equal(zong_proof_log(f->dir, head, tell, ret_told, &result, &f->err), 0);
	fixture_reopen(f, true);
	return result;
}

/* ---- what somebody does to it who can write the files ---- */

static int forge(struct zong_txn *txn, void *ctx)
{
	uint64_t seq = *(const uint64_t *)ctx;
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_key_clear(&key);
	zong_key_u64(&key, seq);
	err = zong_txn_get(txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor, &row);
	if (err)
		return err;
	((Zong__LogRecord *)row)->count = 7;
	err = zong_txn_put(txn, ZONG_TABLE_LOG, &key, row);
	protobuf_c_message_free_unpacked(row, NULL);
	return err;
}

static int take_out(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_u64(&key, *(const uint64_t *)ctx);
	return zong_txn_delete(txn, ZONG_TABLE_LOG, &key);
}

/* Everything anew from line @ctx on: lines, hashes and tree, so that all of it fits together. */
static int rewrite(struct zong_txn *txn, void *ctx)
{
	uint64_t first = *(const uint64_t *)ctx, lines, seq;
	struct zong_key key;
	int err = zong_txn_counter(txn, ZONG_COUNT_LOG, &lines);

	for (seq = first; !err && seq <= lines; seq++) {
		zong_key_clear(&key);
		zong_key_u64(&key, seq);
		err = zong_txn_delete(txn, ZONG_TABLE_LOG, &key);
		for (unsigned level = 0; !err && level < 2; level++) {
			zong_log_tree_key(level, level ? seq / 256 : seq - 1, &key);
			err = zong_txn_delete(txn, ZONG_TABLE_LOG_TREE, &key);
		}
	}
	if (!err)
		err = zong_txn_count(txn, ZONG_COUNT_LOG, -(int64_t)(lines - first + 1), NULL);
	for (seq = first; !err && seq <= lines; seq++)
		err = zong_journal_add(txn, NULL, "search", "search", "示例", NULL);
	return err;
}

/* ---- tests ---- */

static void a_log_is_the_one_whose_head_was_kept(void **state)
{
	struct fixture *f = *state;
	struct zong_proof_log result;
	struct zong_checkpoint head;
	struct told told;

	keep_head(f, &head);
	assert_int_equal(zong_store_write(f->archive->store, write_lines, NULL), 0);
	result = look(f, &head, &told);
	assert_string_equal(told.text, "");
	assert_true(result.same);
	assert_int_equal(result.lines, head.size + LINES);
	head.root.bytes[31] ^= 1;
	assert_false(look(f, &head, &told).same);
	head.root.bytes[31] ^= 1;
	head.size--;
	assert_false(look(f, &head, &told).same);
	head.size = 99999;
	assert_false(look(f, &head, &told).same);
	zong_merkle_empty(&head.root);
	head.size = 0;
	assert_true(look(f, &head, &told).same);
	assert_int_equal(look(f, NULL, &told).faults, 0);
}

static void a_changed_line_is_named(void **state)
{
	struct fixture *f = *state;
	struct zong_proof_log result;
	struct zong_checkpoint head;
	struct told told;
	uint64_t seq = 123;

	keep_head(f, &head);
	assert_int_equal(zong_store_write(f->archive->store, forge, &seq), 0);
	result = look(f, &head, &told);
	assert_false(result.same);
	assert_string_equal(told.text, "123 chain\n123 tree\n");
}

static void a_missing_line_is_named(void **state)
{
	struct fixture *f = *state;
	struct zong_proof_log result;
	struct zong_checkpoint head;
	struct told told;
	uint64_t seq = 200;

	keep_head(f, &head);
	assert_int_equal(zong_store_write(f->archive->store, take_out, &seq), 0);
	result = look(f, &head, &told);
	assert_false(result.same);
	assert_string_equal(told.text, "200 missing\n");
	seq = head.size;
	assert_int_equal(zong_store_write(f->archive->store, take_out, &seq), 0);
	assert_int_equal(look(f, &head, &told).faults, 2);
}

/* Nothing in the archive contradicts anything else; the head that was kept does. */
static void a_log_written_anew_is_found_by_its_head_alone(void **state)
{
	struct fixture *f = *state;
	struct zong_proof_log result;
	struct zong_checkpoint head;
	struct told told;
	uint64_t first = 590;

	keep_head(f, &head);
	assert_int_equal(zong_store_write(f->archive->store, rewrite, &first), 0);
	result = look(f, &head, &told);
	assert_string_equal(told.text, "");
	assert_false(result.same);
	assert_int_equal(result.lines, head.size);
}

static void what_is_no_archive_is_said(void **state)
{
	struct zong_proof_log result;
	struct zong_err err = {0};

	(void)state;
	assert_int_equal(
		zong_proof_log("/nonexistent", NULL, NULL, NULL, &result, &err), ZONG_ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_log_is_the_one_whose_head_was_kept),
		TEST(a_changed_line_is_named),
		TEST(a_missing_line_is_named),
		TEST(a_log_written_anew_is_found_by_its_head_alone),
		cmocka_unit_test(what_is_no_archive_is_said),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
