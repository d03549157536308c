/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/log.h>

#include "kind_rules.h"
#include "review.h"
#include "row.h"

/* Materials that were read before there was a review list, or by other rules, are gone through again by reading threads that
 * have nothing else to do. How far they have come is a row of META: 32 bytes that say by what is judged, the id of the
 * last material, and 1 when it was the last one of all. What comes in meanwhile is judged when it is read. */
#define MARK "reviews"
#define PAGES 200 /* in one change, which holds up the writer */

struct mark {
	struct zong_digest by;
	struct zong_id last;
	uint8_t done;
};

#define MARK_SIZE (ZONG_DIGEST_SIZE + ZONG_ID_SIZE + 1)

struct step {
	const struct zong_judge *judge;
	struct zong_digest by;
	bool ended; /* handed out: there is nothing more to do */
};

static void judged_by(const struct zong_judge *judge, struct zong_digest *ret_by)
{
	struct zong_buf buf = ZONG_BUF_INIT(256);
	char rules[ZONG_DIGEST_TEXT] = "";

	if (judge->kinds)
		zong_digest_format(zong_kind_rules_digest(judge->kinds), rules);
	zong_buf_add_format(&buf, "%s %.4f links", rules, (double)judge->confidence);
	zong_digest_of(zong_buf_str(&buf), buf.len, ret_by);
	zong_buf_release(&buf);
}

static void mark_key(struct zong_key *key)
{
	zong_row_key_str(key, MARK);
}

/* Where to go on; from the beginning where something else was judged by. */
static int recall(struct zong_txn *txn, const struct zong_digest *by, struct mark *ret_mark)
{
	struct mark mark = {.by = *by};
	const uint8_t *at;
	const void *bytes;
	struct zong_key key;
	size_t len;
	int err;

	mark_key(&key);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, &bytes, &len);
	if (err && err != ZONG_ENOENT)
		return err;
	at = bytes;
	if (!err && len == MARK_SIZE && memcmp(at, by->bytes, sizeof(by->bytes)) == 0) {
		memcpy(mark.last.bytes, at + ZONG_DIGEST_SIZE, ZONG_ID_SIZE);
		mark.done = at[MARK_SIZE - 1];
	}
	*ret_mark = mark;
	return 0;
}

static int put_mark(struct zong_txn *txn, const struct mark *mark)
{
	uint8_t bytes[MARK_SIZE];
	struct zong_key key;

	memcpy(bytes, mark->by.bytes, ZONG_DIGEST_SIZE);
	memcpy(bytes + ZONG_DIGEST_SIZE, mark->last.bytes, ZONG_ID_SIZE);
	bytes[MARK_SIZE - 1] = mark->done;
	mark_key(&key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_META, &key, bytes, sizeof(bytes));
}

/* The first material behind @last. ZONG_EEND: there is none. */
static int next_material(struct zong_txn *txn, struct zong_id *last, Zong__Material **ret_material)
{
	struct zong_iter iter = {0};
	struct zong_key from;
	int err;

	zong_row_key_id(&from, last);
	zong_key_u8(&from, 0); /* the first key behind it */
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_MATERIALS, NULL, &from, false);
	if (!err)
		err = zong_iter_next(&iter);
	if (!err) {
		struct zong_key_view view = iter.key;

		if (!zong_key_take_id(&view, last))
			err = ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	return err ? err : zong_row_material(txn, last, ret_material);
}

static int write_step(struct zong_txn *txn, void *ctx)
{
	struct step *step = ctx;
	struct mark mark;
	size_t pages = 0;
	int err = recall(txn, &step->by, &mark);

	step->ended = mark.done;
	while (!err && !mark.done && pages < PAGES) {
		_cleanup_row_ Zong__Material *material = NULL;

		err = next_material(txn, &mark.last, &material);
		if (err == ZONG_EEND) {
			mark.done = 1;
			err = 0;
			break;
		}
		/* what is damaged is told by a check, and keeps nobody from what comes behind it */
		if (!err && zong_review_material(txn, step->judge, material) == ZONG_ECORRUPT)
			zong_log_warning("a material cannot be looked through for review");
		if (!err)
			pages += material->pages + 1;
	}
	return err || step->ended ? err : put_mark(txn, &mark);
}

/* Is there anything to do? A look costs less than a change. */
static int look(struct zong_archive *archive, struct step *step, bool *ret_any)
{
	struct zong_txn *txn;
	struct mark mark;
	uint64_t materials = 0;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	err = recall(txn, &step->by, &mark);
	if (!err)
		err = zong_txn_entries(txn, ZONG_TABLE_MATERIALS, &materials);
	zong_txn_end(txn);
	*ret_any = !mark.done && materials > 0;
	return err;
}

int zong_review_catch_up(struct zong_archive *archive)
{
	struct step step = {.judge = &archive->judge};
	bool any = false;
	int err;

	if (archive->reviewed || atomic_flag_test_and_set(&archive->reviewing))
		return ZONG_EEND;
	judged_by(step.judge, &step.by);
	err = look(archive, &step, &any);
	if (!err && any)
		err = zong_store_write(archive->store, write_step, &step);
	if (!err && (!any || step.ended))
		archive->reviewed = true;
	atomic_flag_clear(&archive->reviewing);
	return err || any ? err : ZONG_EEND;
}
