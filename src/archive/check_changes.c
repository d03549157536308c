/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/bulk.h>
#include <zong/time.h>

#include "check.h"

/* The numbered changes that the text index follows: no number is missing, and each leads to something that is there or
 * was taken away. What is missing is put again in the order of time in which the documents came. */

#define GAPS_MAX 10000
#define DOCUMENTS_MAX (16u << 20)

struct document {
	struct zong_textlook_what what;
	int64_t time;
	bool seen; /* a change speaks of it */
};

struct walk {
	uint64_t expected, next, last;
	bool ended;
	uint64_t *gaps; /* numbers without an entry, or with one that is none */
	size_t gap_count;
	struct document *documents;
	size_t count, room;
	struct zong_textlook_what before; /* the entry in front of the first gap */
};

static void number_key(uint64_t number, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u64(ret_key, number);
}

static int add_gap(struct zong_check *check, struct walk *walk, uint64_t number, bool wrong)
{
	struct zong_finding *finding;
	uint64_t *grown;

	finding =
		zong_check_add(check, wrong ? ZONG_FINDING_INDEX_WRONG : ZONG_FINDING_INDEX_MISSING,
			"changes", "changes/%llu", (unsigned long long)number);
	if (!finding)
		return ZONG_ENOMEM;
	finding->derived = true;
	finding->repaired = check->repair && walk->gap_count < GAPS_MAX;
	if (walk->gap_count == GAPS_MAX)
		return 0;
	grown = realloc(walk->gaps, (walk->gap_count + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	walk->gaps = grown;
	grown[walk->gap_count++] = number;
	return 0;
}

/* Is this a document that there is, or was? One that was taken away has its row's id in the log alone, which is not
 * looked through for it; its shape must do. */
static bool leads_somewhere(
	struct zong_check *check, struct zong_txn *txn, const uint8_t *what, size_t len)
{
	char text[ZONG_ID_TEXT], object[64];
	struct zong_key key;
	struct zong_id id;

	zong_key_clear(&key);
	if (len == 1 + ZONG_DIGEST_SIZE && what[0] == 'r') {
		zong_key_bytes(&key, what + 1, len - 1);
		return zong_txn_has(txn, ZONG_TABLE_READINGS, &key) ||
		       zong_txn_has(txn, ZONG_TABLE_RASTERS, &key) || check->options->skip ||
		       check->taken_away;
	}
	if (len == 1 + ZONG_ID_SIZE && what[0] == 'm') {
		memcpy(id.bytes, what + 1, sizeof(id.bytes));
		zong_row_key_id(&key, &id);
		if (zong_txn_has(txn, ZONG_TABLE_MATERIALS, &key))
			return true;
		zong_id_format(&id, text);
		snprintf(object, sizeof(object), "material/%s", text);
		return zong_check_names_has(&check->lost, object) || check->taken_away;
	}
	return false;
}

static int run_step(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct walk *walk = ctx;
	int64_t until = zong_time_monotonic() + 5 * ZONG_SECOND;
	struct zong_iter iter = {0};
	struct zong_key from;
	uint64_t counter, number;
	size_t gaps = walk->gap_count;
	unsigned int rows;
	int err = zong_txn_counter(txn, ZONG_COUNT_CHANGE, &counter);

	walk->next = walk->expected;
	number_key(walk->expected, &from);
	if (!err)
		err = zong_iter_begin(&iter, txn, ZONG_TABLE_CHANGES, NULL, &from, false);
	for (rows = 0; !err && rows < 20000 && zong_time_monotonic() < until; rows++) {
		struct zong_key_view view;

		err = zong_iter_next(&iter);
		if (err)
			break;
		view = iter.key;
		if (!zong_key_take_u64(&view, &number) || view.len || number < walk->next)
			continue;
		for (; !err && walk->next < number && walk->gap_count < gaps + 2000; walk->next++)
			err = add_gap(check, walk, walk->next, false);
		if (err || walk->next < number)
			break;
		walk->next = number + 1;
		if (!leads_somewhere(check, txn, iter.value, iter.value_len)) {
			err = add_gap(check, walk, number, true);
			continue;
		}
		if (!walk->gap_count && iter.value_len <= sizeof(walk->before.bytes)) {
			walk->before.len = iter.value_len;
			memcpy(walk->before.bytes, iter.value, iter.value_len);
		}
	}
	zong_iter_end(&iter);
	walk->ended = err == ZONG_EEND;
	if (!walk->ended)
		return err;
	walk->last = walk->next - 1;
	/* The end, in the same snapshot. A counter that is far off is a wrong counter. */
	err = 0;
	if (counter >= walk->next && counter - walk->next < 1000)
		for (; !err && walk->next <= counter; walk->next++)
			err = add_gap(check, walk, walk->next, false);
	return err;
}

/* ---- what belongs into the gaps ---- */

static int add_document(struct walk *walk, char letter, const void *name, size_t len, int64_t time)
{
	struct document *document;

	if (walk->count == walk->room) {
		size_t room = walk->room ? walk->room * 2 : 1024;
		struct document *grown = realloc(walk->documents, room * sizeof(*grown));

		if (!grown || room > DOCUMENTS_MAX)
			return ZONG_ENOMEM;
		walk->documents = grown;
		walk->room = room;
	}
	document = &walk->documents[walk->count++];
	memset(document, 0, sizeof(*document));
	document->what.bytes[0] = (uint8_t)letter;
	memcpy(document->what.bytes + 1, name, len);
	document->what.len = len + 1;
	document->time = time;
	return 0;
}

static int by_what(const void *a, const void *b)
{
	const struct document *left = a, *right = b;
	int order = memcmp(left->what.bytes, right->what.bytes, sizeof(left->what.bytes));

	return order;
}

static int by_time(const void *a, const void *b)
{
	const struct document *left = a, *right = b;

	if (left->seen != right->seen)
		return left->seen ? 1 : -1;
	return left->time < right->time ? -1 : left->time > right->time;
}

static int gather(struct zong_txn *txn, struct walk *walk)
{
	struct zong_iter iter = {0};
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_MATERIALS, NULL, NULL, false);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__Material *row = zong__material__unpack(NULL, iter.value_len, iter.value);

		if (row && iter.key.len == ZONG_ID_SIZE)
			err = add_document(walk, 'm', iter.key.bytes, iter.key.len, row->received);
		if (row)
			zong__material__free_unpacked(row, NULL);
	}
	zong_iter_end(&iter);
	if (err != ZONG_EEND)
		return err;
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_READINGS, NULL, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__Reading *row = NULL;
		struct zong_digest digest;

		if (iter.key.len != sizeof(digest.bytes))
			continue;
		memcpy(digest.bytes, iter.key.bytes, sizeof(digest.bytes));
		if (zong_reading_get(txn, &digest, &row))
			continue;
		err = add_document(walk, 'r', digest.bytes, sizeof(digest.bytes), row->read);
		zong__reading__free_unpacked(row, NULL);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int mark_seen(struct zong_txn *txn, struct walk *walk)
{
	struct zong_iter iter = {0};
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_CHANGES, NULL, NULL, false);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct document key = {0}, *found;

		if (!iter.value_len || iter.value_len > sizeof(key.what.bytes))
			continue;
		memcpy(key.what.bytes, iter.value, iter.value_len);
		found = bsearch(&key, walk->documents, walk->count, sizeof(key), by_what);
		if (found)
			found->seen = true;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* In one change: nobody else writes during a repair. */
static int fill(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct walk *walk = ctx;
	struct zong_key key;
	size_t i;
	int err;

	walk->count = 0;
	err = gather(txn, walk);
	if (err)
		return err;
	if (walk->count)
		qsort(walk->documents, walk->count, sizeof(*walk->documents), by_what);
	err = mark_seen(txn, walk);
	if (err)
		return err;
	if (walk->count)
		qsort(walk->documents, walk->count, sizeof(*walk->documents), by_time);
	for (i = 0; i < walk->gap_count; i++) {
		const struct zong_textlook_what *what = &walk->before;

		if (i < walk->count && !walk->documents[i].seen)
			what = &walk->documents[i].what;
		else if (!what->len && walk->count)
			what = &walk->documents[0].what; /* to index one again does no harm */
		number_key(walk->gaps[i], &key);
		if (what->len)
			zong_check_fix_put(
				check, NULL, ZONG_TABLE_CHANGES, &key, what->bytes, what->len);
		else
			zong_check_fix_put(check, NULL, ZONG_TABLE_CHANGES, &key, "m", 1);
	}
	return 0;
}

int zong_check_changes(struct zong_check *check)
{
	struct walk walk = {.expected = 1};
	int err = 0;

	while (!err && !walk.ended) {
		err = zong_check_run_step(check, run_step, &walk);
		walk.expected = walk.next;
		if (!err)
			err = zong_check_progress(check, walk.expected, 0);
	}
	if (!err && check->repair && walk.gap_count)
		err = zong_check_run_step(check, fill, &walk);
	free(walk.gaps);
	free(walk.documents);
	return err;
}
