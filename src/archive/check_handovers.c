/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "handover_row.h"

/* Hand-over lists: what each counts is what its items say, each item has its list and its original, and an original is
 * on an open list exactly where its row says so. Stock-takes can be read. */

static int wrong(struct zong_check *check, const char *no, const char *detail, const char *code)
{
	struct zong_finding *finding =
		zong_check_add(check, ZONG_FINDING_ROW_WRONG, "handovers", "handover/%s", no);

	zong_check_detail(finding, "%s%s", detail, code);
	return finding ? 0 : ZONG_ENOMEM;
}

/* Told with the log, where that says that it was made. */
/* Is it locked by this list where it must be, and free where not? */
static int check_lock(struct zong_check *check, struct zong_txn *txn,
	const Zong__Handover *handover, const Zong__HandoverItem *item)
{
	_cleanup_row_ ProtobufCMessage *row = NULL;
	struct zong_key key;
	bool open = handover->state == ZONG__HANDOVER_STATE__HANDOVER_OPEN &&
		    item->state != ZONG__HANDOVER_ITEM_STATE__HANDOVER_RETURNED;
	int err;

	zong_row_key_str(&key, item->original);
	err = zong_check_get(txn, ZONG_TABLE_ORIGINALS, &key, &zong__original__descriptor, &row);
	if (err == ZONG_ENOENT)
		return zong_check_gone(check, "originals", "original", item->original);
	if (err)
		return err == ZONG_ECORRUPT ? 0 : err; /* told with the row */
	if ((strcmp(((const Zong__Original *)row)->listed, handover->no) == 0) != open)
		return wrong(check, handover->no, open ? "does not hold " : "still holds ",
			item->original);
	return 0;
}

static int check_items(
	struct zong_check *check, struct zong_txn *txn, const Zong__Handover *handover)
{
	uint32_t items = 0, checked = 0, returned = 0;
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_str(&prefix, handover->no);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_HANDOVER_ITEMS, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__HandoverItem *item =
			zong_iter_sound(&iter)
				? zong__handover_item__unpack(NULL, iter.value_len, iter.value)
				: NULL;

		items++;
		if (!item)
			continue; /* told with the items */
		checked += item->state == ZONG__HANDOVER_ITEM_STATE__HANDOVER_CHECKED;
		returned += item->state == ZONG__HANDOVER_ITEM_STATE__HANDOVER_RETURNED;
		err = check_lock(check, txn, handover, item);
	}
	zong_iter_end(&iter);
	if (err != ZONG_EEND)
		return err;
	if (items != handover->items || checked != handover->checked ||
		returned != handover->returned)
		return wrong(check, handover->no, "counts other items than it has", "");
	return 0;
}

static int check_handover(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Handover *row =
		sound ? zong__handover__unpack(NULL, iter->value_len, iter->value) : NULL;

	if (!row || iter->key.len != strlen(row->no) + 1 ||
		memcmp(iter->key.bytes, row->no, iter->key.len) != 0)
		return zong_check_damaged(check, "handovers", iter);
	return check_items(check, txn, row);
}

static int check_item(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__HandoverItem *row =
		sound ? zong__handover_item__unpack(NULL, iter->value_len, iter->value) : NULL;
	struct zong_key_view view = iter->key;
	struct zong_key key;
	const char *no, *code;

	if (!row || !zong_key_take_str(&view, &no) || !zong_key_take_str(&view, &code) ||
		view.len || strcmp(code, row->original) != 0)
		return zong_check_damaged(check, "handover_items", iter);
	zong_row_key_str(&key, no);
	if (zong_txn_has(txn, ZONG_TABLE_HANDOVERS, &key))
		return 0;
	return zong_check_gone(check, "handovers", "handover", no);
}

/* What says that it is on a list is on that list. */
static int check_listed(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Original *row =
		sound ? zong__original__unpack(NULL, iter->value_len, iter->value) : NULL;
	struct zong_key key;

	if (!row || !row->listed[0])
		return 0; /* damaged ones were told with the originals */
	zong_row_key_str(&key, row->listed);
	zong_key_str(&key, row->code);
	if (zong_txn_has(txn, ZONG_TABLE_HANDOVER_ITEMS, &key))
		return 0;
	return zong_check_add(check, ZONG_FINDING_ROW_MISSING, "handover_items",
		       "original/%s on handover/%s", row->code, row->listed)
		       ? 0
		       : ZONG_ENOMEM;
}

static int check_stocktake(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Stocktake *row =
		sound ? zong__stocktake__unpack(NULL, iter->value_len, iter->value) : NULL;

	(void)txn;
	if (!row || iter->key.len != row->id.len ||
		memcmp(iter->key.bytes, row->id.data, row->id.len) != 0)
		return zong_check_damaged(check, "stocktakes", iter);
	return 0;
}

int zong_check_handovers(struct zong_check *check)
{
	int err = zong_check_table(check, ZONG_TABLE_HANDOVERS, check_handover);

	if (!err)
		err = zong_check_table(check, ZONG_TABLE_HANDOVER_ITEMS, check_item);
	if (!err)
		err = zong_check_table(check, ZONG_TABLE_ORIGINALS, check_listed);
	return err ? err : zong_check_table(check, ZONG_TABLE_STOCKTAKES, check_stocktake);
}
