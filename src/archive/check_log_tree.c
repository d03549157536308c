/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/note.h>
#include <zong/time.h>
#include <zong/timestamp.h>

#include "check.h"
#include "log_tree.h"
#include "row.h"

#define STEP_LINES 20000
#define STEP_TIME (5 * ZONG_SECOND)

/* The tree over the log against the lines: every leaf is its line's, every node follows from those below it, nothing is
 * beyond the last line, and the heads that witnesses signed are heads of this tree.
 *
 * Nothing of it is repaired: where a line and its leaf disagree one of both was changed, and the tree may be the only witness. Only
 * what lacks at its end is made anew, as opening the archive does. */
struct walk {
	struct zong_buf entry;
	uint64_t leaf; /* where the step begins, and where the next one does */
	uint64_t next;
	uint64_t size;
	bool ended;
};

static struct zong_finding *wrong(struct zong_check *check, uint64_t line)
{
	return zong_check_add(
		check, ZONG_FINDING_LOG_TREE, "log_tree", "log/%llu", (unsigned long long)line);
}

/* One that is missing or damaged is made anew; one that is sound and another is left as it is. */
static int compare(struct zong_check *check, const struct zong_merkle_store *store, unsigned level,
	uint64_t index, uint64_t line, const struct zong_digest *right)
{
	Zong__LogNode node = ZONG__LOG_NODE__INIT;
	struct zong_finding *finding;
	struct zong_digest hash;
	struct zong_key key;
	int err = store->get(store->ctx, level, index, &hash);

	if (err && err != ZONG_ECORRUPT)
		return err;
	if (!err && zong_digest_equal(&hash, right))
		return 0;
	finding = wrong(check, line);
	if (level)
		zong_check_detail(finding, "%u/%llu", level, (unsigned long long)index);
	if (!err)
		return 0;
	node.hash.data = (uint8_t *)(uintptr_t)right->bytes;
	node.hash.len = sizeof(right->bytes);
	zong_log_tree_key(level, index, &key);
	zong_check_fix_row(check, finding, ZONG_TABLE_LOG_TREE, &key, &node.base);
	return 0;
}

static int check_leaf(struct zong_check *check, struct zong_txn *txn,
	const struct zong_merkle_store *store, struct walk *walk, uint64_t index)
{
	struct zong_digest leaf;
	int err = zong_log_entry_at(txn, index + 1, &walk->entry);

	if (err == ZONG_ENOENT || err == ZONG_ECORRUPT || err == ZONG_ELIMIT) {
		wrong(check, index + 1);
		return 0;
	}
	if (!err)
		err = zong_merkle_leaf(walk->entry.data, walk->entry.len, &leaf);
	return err ? err : compare(check, store, 0, index, index + 1, &leaf);
}

/* The tiles that this leaf completes. */
static int check_tiles(
	struct zong_check *check, const struct zong_merkle_store *store, uint64_t index)
{
	struct zong_digest hash;
	uint64_t size = index + 1;
	int err = 0;

	for (unsigned level = 1; !err && level < ZONG_MERKLE_LEVELS; level++) {
		if (size % ZONG_MERKLE_TILE_WIDTH)
			break;
		size /= ZONG_MERKLE_TILE_WIDTH;
		err = zong_merkle_tile(store, level, size - 1, &hash);
		if (err == ZONG_ECORRUPT)
			return 0; /* one below it is not there: told, and a repair's next round comes by here again */
		if (!err)
			err = compare(check, store, level, size - 1, index + 1, &hash);
	}
	return err;
}

static int run_step(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct walk *walk = ctx;
	int64_t until = zong_time_monotonic() + STEP_TIME;
	struct zong_merkle_store store;
	struct zong_finding *finding;
	uint64_t lines, end;
	int err = zong_log_tree_size(txn, &walk->size);

	if (!err)
		err = zong_txn_counter(txn, ZONG_COUNT_LOG, &lines);
	if (err)
		return err;
	zong_log_tree_of(txn, &store);
	walk->next = walk->leaf;
	end = walk->leaf + STEP_LINES < walk->size ? walk->leaf + STEP_LINES : walk->size;
	while (!err && walk->next < end && zong_time_monotonic() < until) {
		err = check_leaf(check, txn, &store, walk, walk->next);
		if (!err)
			err = check_tiles(check, &store, walk->next);
		walk->next++;
	}
	walk->ended = walk->next == walk->size;
	/* One that was never begun belongs to an archive that no server has opened since it was brought to this format. */
	if (!err && walk->ended && walk->size && walk->size < lines) {
		finding = wrong(check, walk->size + 1);
		if (finding) {
			finding->derived = true;
			finding->repaired = check->repair;
		}
	}
	return err;
}

/* ---- nodes that should not be there ---- */

static int check_node(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	struct zong_key_view view = iter->key;
	uint64_t index, size;
	uint8_t level;
	int err = zong_log_tree_size(txn, &size);

	if (err)
		return err;
	if (!sound || !zong_key_take_u8(&view, &level) || !zong_key_take_u64(&view, &index) ||
		view.len || level >= ZONG_MERKLE_LEVELS)
		return zong_check_damaged(check, "log_tree", iter);
	if (level && index >= zong_merkle_kept(size, level))
		return zong_check_damaged(check, "log_tree", iter);
	return 0;
}

/* ---- heads that witnesses signed ---- */

/* A time-stamp is about the head that is kept with it, and that about this size. */
static bool is_stamped(const Zong__LogCheckpoint *row)
{
	struct zong_checkpoint head;
	enum zong_timestamp_hash hash;
	struct zong_digest root;
	struct zong_note note;
	int64_t time;

	if (!row->stamp.len)
		return true;
	return zong_timestamp_about(row->stamp.data, row->stamp.len, row->stamp_note,
		       strlen(row->stamp_note), &hash, &time) == 0 &&
	       zong_note_split(row->stamp_note, strlen(row->stamp_note), &note) == 0 &&
	       zong_checkpoint_parse(note.text, note.text_len, &head) == 0 &&
	       head.size == row->size && zong_row_digest(&row->root, &root) &&
	       zong_digest_equal(&head.root, &root);
}

static int check_checkpoint(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__LogCheckpoint *row =
		sound ? zong__log_checkpoint__unpack(NULL, iter->value_len, iter->value) : NULL;
	struct zong_key_view view = iter->key;
	struct zong_merkle_store store;
	struct zong_digest root, computed;
	uint64_t size, whole;
	int err;

	if (!row || !zong_key_take_u64(&view, &size) || view.len || size != row->size ||
		!zong_row_digest(&row->root, &root))
		return zong_check_damaged(check, "log_checkpoints", iter);
	err = zong_log_tree_size(txn, &whole);
	if (err)
		return err;
	zong_log_tree_of(txn, &store);
	err = size > whole ? ZONG_ECORRUPT : zong_merkle_root(&store, size, &computed);
	if (err && err != ZONG_ECORRUPT)
		return err;
	if (err || !zong_digest_equal(&root, &computed) || !is_stamped(row))
		zong_check_add(check, ZONG_FINDING_LOG_HEAD, "log_checkpoints", "log/%llu",
			(unsigned long long)size);
	return 0;
}

int zong_check_log_tree(struct zong_check *check)
{
	struct walk walk = {.entry = ZONG_BUF_INIT(2 * ZONG_LOG_ENTRY)};
	int err = 0;

	while (!err && !walk.ended) {
		err = zong_check_run_step(check, run_step, &walk);
		walk.leaf = walk.next;
		if (!err)
			err = zong_check_progress(check, walk.leaf, walk.size);
	}
	zong_buf_release(&walk.entry);
	if (!err && check->repair)
		err = zong_log_tree_catch_up(check->store);
	if (!err)
		err = zong_check_table(check, ZONG_TABLE_LOG_TREE, check_node);
	return err ? err : zong_check_table(check, ZONG_TABLE_LOG_CHECKPOINTS, check_checkpoint);
}
