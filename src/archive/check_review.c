/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "review.h"

/* The review list: every item has its material, and stands among the open ones for as long as nobody has decided it.
 * Corrections: each has a page that somebody has. */

static int check_item(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__Review *row = sound ? zong__review__unpack(NULL, iter->value_len, iter->value) : NULL;
	char id[ZONG_REVIEW_ID_TEXT] = "?";
	struct zong_finding *finding;
	struct zong_id material;
	struct zong_key key;
	bool named = zong_review_key_id(&iter->key, &material, id);

	if (!row || !named) {
		finding =
			zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, "reviews", "review/%s", id);
		if (named)
			zong_check_affects_material(check, txn, finding, &material);
		if (row)
			zong__review__free_unpacked(row, NULL);
		return finding ? 0 : ZONG_ENOMEM;
	}
	zong_row_key_id(&key, &material);
	if (!zong_txn_has(txn, ZONG_TABLE_MATERIALS, &key))
		zong_check_add(
			check, ZONG_FINDING_ROW_MISSING, "materials", "material of review/%s", id);
	zong_key_clear(&key);
	zong_key_bytes(&key, iter->key.bytes, iter->key.len);
	if (row->state == ZONG__REVIEW_STATE__REVIEW_OPEN &&
		!zong_txn_has(txn, ZONG_TABLE_REVIEWS_OPEN, &key)) {
		finding = zong_check_add(
			check, ZONG_FINDING_INDEX_MISSING, "reviews_open", "reviews_open/%s", id);
		zong_check_fix_put(check, finding, ZONG_TABLE_REVIEWS_OPEN, &key, NULL, 0);
	}
	zong__review__free_unpacked(row, NULL);
	return 0;
}

/* What stands among the open ones and is not. */
static int check_open(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__Review *row = NULL;
	char id[ZONG_REVIEW_ID_TEXT] = "?";
	struct zong_finding *finding;
	struct zong_id material;
	struct zong_key key;
	bool open;
	int err;

	(void)sound;
	zong_review_key_id(&iter->key, &material, id);
	zong_key_clear(&key);
	zong_key_bytes(&key, iter->key.bytes, iter->key.len);
	err = zong_check_get(txn, ZONG_TABLE_REVIEWS, &key, &zong__review__descriptor,
		(ProtobufCMessage **)&row);
	if (err && err != ZONG_ENOENT)
		return err == ZONG_ECORRUPT ? 0 : err; /* told with the item */
	open = row && row->state == ZONG__REVIEW_STATE__REVIEW_OPEN;
	if (row)
		zong__review__free_unpacked(row, NULL);
	if (open)
		return 0;
	finding = zong_check_add(
		check, ZONG_FINDING_INDEX_EXTRA, "reviews_open", "reviews_open/%s", id);
	zong_check_fix_delete(check, finding, ZONG_TABLE_REVIEWS_OPEN, &key);
	return 0;
}

static int check_correction(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__Correction *row =
		sound ? zong__correction__unpack(NULL, iter->value_len, iter->value) : NULL;
	struct zong_key_view view = iter->key;
	char text[ZONG_DIGEST_TEXT] = "?";
	struct zong_finding *finding;
	struct zong_digest raster;
	struct zong_key key;
	uint32_t y, x;
	bool named = zong_key_take_digest(&view, &raster) && zong_key_take_u32(&view, &y) &&
		     zong_key_take_u32(&view, &x) && view.len == 0;

	if (named)
		zong_digest_format(&raster, text);
	if (!row || !named || !row->box) {
		finding = zong_check_add(
			check, ZONG_FINDING_ROW_DAMAGED, "corrections", "correction/%s", text);
		if (named)
			zong_check_affects_raster(check, txn, finding, &raster);
	} else {
		zong_row_key_digest(&key, &raster);
		if (!zong_txn_has(txn, ZONG_TABLE_RASTERS, &key))
			zong_check_add(check, ZONG_FINDING_ROW_MISSING, "rasters",
				"raster of correction/%s", text);
	}
	if (row)
		zong__correction__free_unpacked(row, NULL);
	return 0;
}

int zong_check_reviews(struct zong_check *check)
{
	int err = zong_check_table(check, ZONG_TABLE_REVIEWS, check_item);

	if (!err)
		err = zong_check_table(check, ZONG_TABLE_REVIEWS_OPEN, check_open);
	return err ? err : zong_check_table(check, ZONG_TABLE_CORRECTIONS, check_correction);
}
