/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>

#include "day_number.h"
#include "handover_row.h"
#include "journal.h"

const char *zong_handover_direction_name(Zong__HandoverDirection direction)
{
	return direction == ZONG__HANDOVER_DIRECTION__HANDOVER_OUT  ? "out"
	       : direction == ZONG__HANDOVER_DIRECTION__HANDOVER_IN ? "in"
								    : "unknown";
}

const char *zong_handover_state_name(Zong__HandoverState state)
{
	static const char *const names[] = {"open", "taken", "cancelled"};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

const char *zong_handover_item_state_name(Zong__HandoverItemState state)
{
	static const char *const names[] = {"listed", "checked", "returned"};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

void zong_handover_release(struct zong_handover *handover)
{
	zong_row_cleanup(&handover->handover);
	for (size_t i = 0; i < handover->items; i++)
		zong__handover_item__free_unpacked(handover->item[i], NULL);
	free(handover->item);
	memset(handover, 0, sizeof(*handover));
}

void zong_handovers_free(Zong__Handover **handovers, size_t count)
{
	for (size_t i = 0; handovers && i < count; i++)
		zong__handover__free_unpacked(handovers[i], NULL);
	free(handovers);
}

bool zong_handover_no_valid(const char *no)
{
	return zong_day_number_valid(no, "");
}

int zong_handover_row(struct zong_txn *txn, const char *no, Zong__Handover **ret_handover)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_row_key_str(&key, no);
	err = zong_txn_get(txn, ZONG_TABLE_HANDOVERS, &key, &zong__handover__descriptor, &row);
	if (!err)
		*ret_handover = (Zong__Handover *)row;
	return err == ZONG_ENOENT ? ZONG_ENOHANDOVER : err;
}

int zong_handover_put(struct zong_txn *txn, const Zong__Handover *handover)
{
	struct zong_key key;

	zong_row_key_str(&key, handover->no);
	return zong_txn_put(txn, ZONG_TABLE_HANDOVERS, &key, &handover->base);
}

int zong_handover_put_item(struct zong_txn *txn, const char *no, const Zong__HandoverItem *item)
{
	struct zong_key key;

	zong_row_key_str(&key, no);
	zong_key_str(&key, item->original);
	return zong_txn_put(txn, ZONG_TABLE_HANDOVER_ITEMS, &key, &item->base);
}

static int load_items(struct zong_txn *txn, const char *no, struct zong_handover *handover)
{
	uint32_t items = handover->handover->items;
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	handover->item = calloc((size_t)items + 1, sizeof(Zong__HandoverItem *));
	if (!handover->item)
		return ZONG_ENOMEM;
	zong_row_key_str(&prefix, no);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_HANDOVER_ITEMS, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__HandoverItem *item =
			zong__handover_item__unpack(NULL, iter.value_len, iter.value);

		if (!item || handover->items == items) {
			zong_row_cleanup(&item);
			err = ZONG_ECORRUPT;
			break;
		}
		handover->item[handover->items++] = item;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int compare_items(const void *a, const void *b)
{
	const Zong__HandoverItem *first = *(Zong__HandoverItem *const *)a;
	const Zong__HandoverItem *second = *(Zong__HandoverItem *const *)b;

	if (first->position != second->position)
		return first->position < second->position ? -1 : 1;
	return strcmp(first->original, second->original);
}

int zong_handover_load(struct zong_txn *txn, const char *no, struct zong_handover *ret_handover)
{
	struct zong_handover handover = {0};
	int err = zong_handover_row(txn, no, &handover.handover);

	if (!err)
		err = load_items(txn, no, &handover);
	if (err) {
		zong_handover_release(&handover);
		return err;
	}
	qsort(handover.item, handover.items, sizeof(Zong__HandoverItem *), compare_items);
	*ret_handover = handover;
	return 0;
}

int zong_handover_next(struct zong_txn *txn, int32_t today, char ret_no[ZONG_HANDOVER_NO])
{
	return zong_day_number_next(txn, ZONG_TABLE_HANDOVERS, ZONG_TABLE_HANDOVERS, "", today,
		ret_no, ZONG_HANDOVER_NO);
}

int zong_handover_step(struct zong_txn *txn, const struct zong_subject *who, const char *no,
	const char *verb, const char *detail, const char *note, Zong__Step **ret_step)
{
	char object[ZONG_HANDOVER_NO + 16];

	snprintf(object, sizeof(object), "handover/%s", no);
	return zong_journal_step(txn, who, verb, object, detail, note, ret_step);
}
