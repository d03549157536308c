/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/bulk.h>
#include <zong/time.h>

#include "check.h"
#include "index_rows.h"

/* The text index against the rows. The two are of different moments while somebody writes: what the index lacks and a
 * later change than its last speaks of is not missing but on its way. Both lists are in the order of their keys, and are
 * walked side by side. What differs is judged afterwards, with an index that was looked at before the rows are: of one that
 * is of a later moment than the rows nothing could be said. */

#define BATCH 4000
#define DOUBTS 20000 /* with more that differ a batch ends early */
#define TRIES 6
#define PAUSE 200000 /* microseconds */
#define AHEAD_MAX                                                                                  \
	(1u << 20) /* changes that the index has not seen: more, and it is simply being made */

struct walk {
	struct zong_textlook *look;
	uint64_t change;
	struct zong_textlook_what from, *docs;
	size_t count;
	bool cut;			  /* the batch has ended early */
	bool last;			  /* no document of the index lies behind these */
	struct zong_textlook_what to;	  /* the end of this batch */
	struct zong_textlook_what *doubt; /* of this batch: the two lists do not agree */
	size_t doubt_count, doubt_room;
	struct zong_textlook_what *ahead; /* sorted */
	size_t ahead_count;
	bool far_ahead;
	bool broken;
};

static int compare(const void *a, const void *b)
{
	const struct zong_textlook_what *left = a, *right = b;
	size_t len = left->len < right->len ? left->len : right->len;
	int order = memcmp(left->bytes, right->bytes, len);

	if (order)
		return order;
	return left->len < right->len ? -1 : left->len > right->len;
}

/* What has changed behind the index's last change. */
static int load_ahead(struct zong_txn *txn, struct walk *walk)
{
	struct zong_iter iter = {0};
	struct zong_key from;
	size_t room = 0;
	int err;

	walk->ahead_count = 0;
	walk->far_ahead = false;
	zong_key_clear(&from);
	zong_key_u64(&from, walk->change + 1);
	free(walk->ahead);
	walk->ahead = NULL;
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_CHANGES, NULL, &from, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_textlook_what *what;

		if (walk->ahead_count >= AHEAD_MAX) {
			walk->far_ahead = true;
			break;
		}
		if (walk->ahead_count == room) {
			room = room ? room * 2 : 64;
			what = realloc(walk->ahead, room * sizeof(*what));
			if (!what) {
				err = ZONG_ENOMEM;
				break;
			}
			walk->ahead = what;
		}
		if (iter.value_len > sizeof(what->bytes))
			continue;
		what = &walk->ahead[walk->ahead_count++];
		memset(what, 0, sizeof(*what));
		what->len = iter.value_len;
		memcpy(what->bytes, iter.value, iter.value_len);
	}
	zong_iter_end(&iter);
	if (walk->ahead_count)
		qsort(walk->ahead, walk->ahead_count, sizeof(*walk->ahead), compare);
	return err == ZONG_EEND ? 0 : err;
}

/* Should there be a document? The rows decide, as they do when the index is made. */
static int wanted(struct zong_txn *txn, const struct zong_textlook_what *what, bool *ret_wanted)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_PAGE_TEXT);
	int err = zong_index_source(NULL, txn, what->bytes, what->len, &text);

	zong_buf_release(&text);
	*ret_wanted = err != ZONG_ENOENT;
	return err == ZONG_ENOMEM ? err : 0;
}

static int doubt(struct walk *walk, const struct zong_textlook_what *what)
{
	if (walk->doubt_count == walk->doubt_room) {
		size_t room = walk->doubt_room ? walk->doubt_room * 2 : 64;
		struct zong_textlook_what *grown = reallocarray(walk->doubt, room, sizeof(*grown));

		if (!grown)
			return ZONG_ENOMEM;
		walk->doubt = grown;
		walk->doubt_room = room;
	}
	walk->doubt[walk->doubt_count++] = *what;
	return 0;
}

static int judge_one(struct zong_check *check, struct zong_txn *txn, struct walk *walk,
	const struct zong_textlook_what *what)
{
	struct zong_finding *finding;
	char text[ZONG_DIGEST_TEXT];
	struct zong_digest raster;
	struct zong_id id;
	bool has, want;
	int err = zong_textlook_has(walk->look, what->bytes, what->len, &has);

	if (!err)
		err = wanted(txn, what, &want);
	if (err || has == want)
		return err;
	if (walk->far_ahead || (walk->ahead_count && bsearch(what, walk->ahead, walk->ahead_count,
							     sizeof(*what), compare)))
		return 0;
	if (what->len == 1 + ZONG_ID_SIZE && what->bytes[0] == 'm') {
		memcpy(id.bytes, what->bytes + 1, sizeof(id.bytes));
		zong_id_format(&id, text);
		finding = zong_check_add(check,
			want ? ZONG_FINDING_TEXT_MISSING : ZONG_FINDING_TEXT_EXTRA, "text",
			"material/%s", text);
		if (want)
			zong_check_affects_material(check, txn, finding, &id);
	} else if (what->len == 1 + ZONG_DIGEST_SIZE && what->bytes[0] == 'r') {
		memcpy(raster.bytes, what->bytes + 1, sizeof(raster.bytes));
		zong_digest_format(&raster, text);
		finding = zong_check_add(check,
			want ? ZONG_FINDING_TEXT_MISSING : ZONG_FINDING_TEXT_EXTRA, "text",
			"raster/%s", text);
		zong_check_affects_raster(check, txn, finding, &raster);
	} else {
		finding = zong_check_add(check, ZONG_FINDING_TEXT_EXTRA, "text", "?");
	}
	if (!finding)
		return ZONG_ENOMEM;
	finding->derived = true;
	finding->repaired = check->repair;
	walk->broken = true;
	return 0;
}

/* @txn was begun after the index was looked at. */
static int judge(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct walk *walk = ctx;
	int err = load_ahead(txn, walk);

	for (size_t i = 0; i < walk->doubt_count && !err; i++)
		err = judge_one(check, txn, walk, &walk->doubt[i]);
	return err;
}

/* Rows of a table whose documents lie between walk->from and walk->to, side by side with the index's. */
static int walk_table(
	struct zong_txn *txn, struct walk *walk, enum zong_table table, char letter, size_t *at)
{
	struct zong_iter iter = {0};
	struct zong_key from;
	struct zong_textlook_what what;
	int err;

	zong_key_clear(&from);
	if (walk->from.len && walk->from.bytes[0] > (uint8_t)letter)
		return 0;
	if (walk->from.len && walk->from.bytes[0] == (uint8_t)letter)
		zong_key_bytes(&from, walk->from.bytes + 1, walk->from.len - 1);
	err = zong_iter_begin(&iter, txn, table, NULL, from.len ? &from : NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		memset(&what, 0, sizeof(what));
		if (iter.key.len + 1 > sizeof(what.bytes))
			continue;
		what.bytes[0] = (uint8_t)letter;
		memcpy(what.bytes + 1, iter.key.bytes, iter.key.len);
		what.len = iter.key.len + 1;
		if (compare(&what, &walk->from) <= 0)
			continue;
		if (!walk->last && compare(&what, &walk->to) > 0)
			break;
		for (; !err && *at < walk->count && compare(&walk->docs[*at], &what) < 0; ++*at)
			err = doubt(walk, &walk->docs[*at]);
		if (err)
			break;
		if (*at < walk->count && compare(&walk->docs[*at], &what) == 0) {
			++*at;
			continue;
		}
		err = doubt(walk, &what);
		if (!err && walk->doubt_count >= DOUBTS) { /* the next batch goes on behind it */
			walk->to = what;
			walk->last = false;
			walk->cut = true;
			walk->count = *at;
			break;
		}
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int run_batch(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct walk *walk = ctx;
	size_t at = 0;
	int err;

	(void)check;
	walk->doubt_count = 0;
	walk->cut = false;
	err = zong_textlook_list(
		walk->look, walk->from.len ? &walk->from : NULL, BATCH, walk->docs, &walk->count);

	if (err)
		return err;
	walk->last = walk->count < BATCH;
	if (walk->count)
		walk->to = walk->docs[walk->count - 1];
	err = walk_table(txn, walk, ZONG_TABLE_MATERIALS, 'm', &at);
	if (!err && !walk->cut)
		err = walk_table(txn, walk, ZONG_TABLE_READINGS, 'r', &at);
	for (; !err && at < walk->count; at++)
		err = doubt(walk, &walk->docs[at]);
	return err;
}

static int last_change(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	(void)check;
	return zong_txn_counter(txn, ZONG_COUNT_CHANGE, ctx);
}

static int tell_broken(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct zong_finding *finding =
		zong_check_add(check, ZONG_FINDING_TEXT_BROKEN, "text", "text");

	(void)txn;
	(void)ctx;
	if (!finding)
		return ZONG_ENOMEM;
	finding->derived = true;
	finding->repaired = check->repair;
	return 0;
}

static int compare_all(struct zong_check *check, struct walk *walk)
{
	uint64_t last = 0, documents = 0, done = 0;
	int err = zong_textlook_open(check->store, &walk->look);

	if (err == ZONG_ENOENT) { /* not made yet, or taken away to be made anew */
		err = zong_check_run_step(check, last_change, &last);
		check->result.documents_waiting = last;
		return err;
	}
	if (!err)
		err = zong_textlook_refresh(walk->look, &walk->change, &documents);
	if (!err)
		err = zong_check_run_step(check, last_change, &last);
	if (err)
		return err;
	if (walk->change > last)
		return ZONG_ECORRUPT; /* of a later state than the rows */
	check->result.documents = documents;
	check->result.documents_waiting = last - walk->change;
	if (walk->change == 0 && documents == 0)
		return 0;
	walk->docs = calloc(BATCH, sizeof(*walk->docs));
	if (!walk->docs)
		return ZONG_ENOMEM;
	do {
		err = zong_check_run_step(check, run_batch, walk);
		if (!err && walk->doubt_count)
			err = zong_textlook_refresh(walk->look, &walk->change, &documents);
		if (!err && walk->doubt_count)
			err = zong_check_run_step(check, judge, walk);
		walk->from = walk->to;
		done += walk->count;
		if (!err)
			err = zong_check_progress(check, done, documents > done ? documents : done);
	} while (!err && !walk->last);
	return err;
}

/* Made anew from the rows. Interrupted, it is found empty or half made by whoever opens it next, and gone on with. */
static int make_anew(struct zong_check *check)
{
	struct zong_err err = {0};
	uint64_t last = 0;
	int code = zong_textlook_remove(check->store);

	if (!code)
		code = zong_check_run_step(check, last_change, &last);
	if (!code)
		code = zong_text_start(check->store, zong_index_source, NULL, &err);
	if (code)
		return code;
	do {
		code = zong_text_settle(check->store, ZONG_SECOND / 4);
		if (zong_check_progress(check, zong_text_change(check->store), last))
			code = ZONG_ECANCELLED;
	} while (code == ZONG_ETIMEOUT);
	zong_text_stop(check->store);
	return code;
}

int zong_check_textindex(struct zong_check *check)
{
	struct walk walk = {0};
	int tries;
	int err = 0;

	if (zong_store_is_sealed(check->store)) /* it has none on the disk */
		return 0;
	/* While somebody writes, also what cannot be read is looked at again before it counts as broken. */
	for (tries = 0; !check->options->reindex && tries < TRIES; tries++) {
		if (tries)
			usleep(PAUSE);
		memset(&walk, 0, sizeof(walk));
		err = compare_all(check, &walk);
		zong_textlook_close(walk.look);
		free(walk.docs);
		free(walk.doubt);
		free(walk.ahead);
		if (err != ZONG_ECORRUPT && err != ZONG_EBUSY)
			break;
	}
	if (err == ZONG_EBUSY) /* overtaken again and again: no word on it */
		err = 0;
	if (err == ZONG_ECORRUPT) {
		walk.broken = true;
		err = zong_check_run_step(check, tell_broken, NULL);
	}
	if (!err && check->repair && (walk.broken || check->options->reindex))
		err = make_anew(check);
	return err;
}
