/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/proof.h>
#include <zong/store.h>
#include <zong/time.h>

#include "journal.h"
#include "log_tree.h"
#include "row.h"

#define STEP_LINES 20000
#define STEP_TIME (5 * ZONG_SECOND)
#define HEIGHTS 64
#define NAMED 1000 /* lines that are missing at the end */

/* A tree of which only the roots of its complete subtrees are kept, at most one of each height. */
struct frontier {
	struct zong_digest hash[HEIGHTS];
	uint64_t size;
};

struct walk {
	const struct zong_checkpoint *head;
	void (*told)(void *ctx, uint64_t seq, enum zong_proof_fault fault);
	void *ctx;
	struct zong_proof_log result;
	struct zong_buf entry;
	struct frontier frontier;
	struct zong_digest previous;
	uint64_t next; /* the line that comes next */
	bool broken;   /* a line is missing: there is no root behind it */
	uint64_t tree; /* leaves that the archive keeps */
};

static void grow(struct frontier *frontier, const struct zong_digest *leaf)
{
	struct zong_digest hash = *leaf;
	unsigned height = 0;

	for (; frontier->size >> height & 1; height++)
		zong_merkle_node(&frontier->hash[height], &hash, &hash);
	frontier->hash[height] = hash;
	frontier->size++;
}

static void root_of(const struct frontier *frontier, struct zong_digest *ret_root)
{
	struct zong_digest hash;
	bool begun = false;

	zong_merkle_empty(&hash);
	for (unsigned height = 0; frontier->size >> height; height++) {
		if (!(frontier->size >> height & 1))
			continue;
		if (begun)
			zong_merkle_node(&frontier->hash[height], &hash, &hash);
		else
			hash = frontier->hash[height];
		begun = true;
	}
	*ret_root = hash;
}

static void tell(struct walk *walk, uint64_t seq, enum zong_proof_fault fault)
{
	walk->result.faults++;
	if (walk->told)
		walk->told(walk->ctx, seq, fault);
}

static void compare(struct walk *walk)
{
	struct zong_digest root;

	if (!walk->head || walk->broken || walk->frontier.size != walk->head->size)
		return;
	root_of(&walk->frontier, &root);
	walk->result.same = zong_digest_equal(&root, &walk->head->root);
}

static int check_leaf(struct walk *walk, struct zong_txn *txn, uint64_t seq,
	const Zong__LogRecord *line, const struct zong_iter *iter)
{
	struct zong_merkle_store store;
	struct zong_digest leaf, kept;
	int err = zong_log_entry(txn, seq, line, iter->value, iter->value_len, &walk->entry);

	if (err == ZONG_ECORRUPT && seq > walk->tree) {
		walk->broken =
			true; /* of an archive that no server has opened since there is a tree */
		return 0;
	}
	if (err)
		return err;
	err = zong_merkle_leaf(walk->entry.data, walk->entry.len, &leaf);
	if (err)
		return err;
	grow(&walk->frontier, &leaf);
	compare(walk);
	if (seq > walk->tree)
		return 0;
	zong_log_tree_of(txn, &store);
	err = store.get(store.ctx, 0, seq - 1, &kept);
	if (err && err != ZONG_ECORRUPT)
		return err;
	if (err || !zong_digest_equal(&leaf, &kept))
		tell(walk, seq, ZONG_PROOF_TREE);
	return 0;
}

static int check_line(struct walk *walk, struct zong_txn *txn, const struct zong_iter *iter)
{
	_cleanup_row_ Zong__LogRecord *line =
		zong__log_record__unpack(NULL, iter->value_len, iter->value);
	struct zong_key_view view = iter->key;
	uint64_t seq = 0;
	bool follows = false;
	int err;

	if (!zong_key_take_u64(&view, &seq) || view.len || seq < walk->next)
		seq = 0;
	while (seq > walk->next) {
		tell(walk, walk->next++, ZONG_PROOF_MISSING);
		walk->broken = true;
		/* behind a gap the line's own word is the best there is */
		if (line)
			zong_row_digest(&line->previous, &walk->previous);
	}
	if (!line || seq == 0) {
		tell(walk, walk->next, ZONG_PROOF_MISSING);
		walk->broken = true;
		walk->next += seq != 0;
		return 0;
	}
	err = zong_journal_follows(line, seq, &walk->previous, &follows);
	if (err)
		return err;
	if (!follows) {
		tell(walk, seq, ZONG_PROOF_CHAIN);
		zong_row_digest(&line->hash, &walk->previous);
	}
	walk->next++;
	return check_leaf(walk, txn, seq, line, iter);
}

/* ZONG_EEND: that was the last one. */
static int step(struct walk *walk, struct zong_store *store)
{
	int64_t until = zong_time_monotonic() + STEP_TIME;
	struct zong_iter iter = {0};
	struct zong_key from;
	struct zong_txn *txn;
	int err = zong_store_read_begin(store, &txn);

	if (err)
		return err;
	zong_key_clear(&from);
	zong_key_u64(&from, walk->next);
	err = zong_log_tree_size(txn, &walk->tree);
	if (!err)
		err = zong_txn_counter(txn, ZONG_COUNT_LOG, &walk->result.lines);
	if (!err)
		err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOG, NULL, &from, false);
	for (unsigned lines = 0; !err && lines < STEP_LINES && zong_time_monotonic() < until;
		lines++) {
		err = zong_iter_next(&iter);
		if (!err)
			err = check_line(walk, txn, &iter);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return err;
}

int zong_proof_log(const char *dir, const struct zong_checkpoint *head,
	void (*told)(void *ctx, uint64_t seq, enum zong_proof_fault fault), void *ctx,
	struct zong_proof_log *ret_result, struct zong_err *err)
{
	const struct zong_store_options options = {.read_only = true};
	struct walk walk = {.head = head,
		.told = told,
		.ctx = ctx,
		.next = 1,
		.entry = ZONG_BUF_INIT(2 * ZONG_LOG_ENTRY)};
	struct zong_store *store;
	int code = zong_store_open(dir, &options, &store, err);

	if (code)
		return code;
	compare(&walk); /* a head of nothing */
	while (!code)
		code = step(&walk, store);
	zong_store_close(store);
	zong_buf_release(&walk.entry);
	if (code != ZONG_EEND)
		return zong_err_set(err, code, "%s", dir);
	/* The last lines are gone. A counter that is far off is no gap but a wrong counter, and tells as much. */
	for (int i = 0; i < NAMED && walk.next <= walk.result.lines; i++)
		tell(&walk, walk.next++, ZONG_PROOF_MISSING);
	*ret_result = walk.result;
	return 0;
}
