/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#include "destruction_row.h"
#include "journal.h"
#include "row.h"

const char *zong_destruction_state_name(Zong__DestructionState state)
{
	static const char *const names[] = {
		"proposed", "approved", "executing", "executed", "cancelled"};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

const char *zong_destruction_item_state_name(Zong__DestructionItemState state)
{
	static const char *const names[] = {"listed", "destroyed", "stayed"};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

void zong_destruction_release(struct zong_destruction *destruction)
{
	zong_row_cleanup(&destruction->list);
	for (size_t i = 0; i < destruction->items; i++)
		zong__destruction_item__free_unpacked(destruction->item[i], NULL);
	free(destruction->item);
	memset(destruction, 0, sizeof(*destruction));
}

void zong_destruction_lists_free(Zong__DestructionList **lists, size_t count)
{
	for (size_t i = 0; lists && i < count; i++)
		zong__destruction_list__free_unpacked(lists[i], NULL);
	free(lists);
}

int zong_destruction_row(
	struct zong_txn *txn, const struct zong_id *id, Zong__DestructionList **ret_list)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_row_key_id(&key, id);
	err = zong_txn_get(
		txn, ZONG_TABLE_DESTRUCTION_LISTS, &key, &zong__destruction_list__descriptor, &row);
	if (!err)
		*ret_list = (Zong__DestructionList *)row;
	return err;
}

int zong_destruction_put(struct zong_txn *txn, const Zong__DestructionList *list)
{
	struct zong_key key;
	struct zong_id id;

	if (!zong_row_id(&list->id, &id))
		return ZONG_ECORRUPT;
	zong_row_key_id(&key, &id);
	return zong_txn_put(txn, ZONG_TABLE_DESTRUCTION_LISTS, &key, &list->base);
}

int zong_destruction_put_item(
	struct zong_txn *txn, const struct zong_id *list, const Zong__DestructionItem *item)
{
	struct zong_key key;

	zong_row_key_id(&key, list);
	zong_key_bytes(&key, item->material.data, item->material.len);
	return zong_txn_put(txn, ZONG_TABLE_DESTRUCTION_ITEMS, &key, &item->base);
}

static int load_items(
	struct zong_txn *txn, const struct zong_id *id, struct zong_destruction *destruction)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	destruction->item = calloc(destruction->list->items + 1, sizeof(*destruction->item));
	if (!destruction->item)
		return ZONG_ENOMEM;
	zong_row_key_id(&prefix, id);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_DESTRUCTION_ITEMS, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__DestructionItem *item =
			zong__destruction_item__unpack(NULL, iter.value_len, iter.value);

		if (!item || destruction->items == destruction->list->items) {
			zong__destruction_item__free_unpacked(item, NULL);
			err = ZONG_ECORRUPT;
			break;
		}
		destruction->item[destruction->items++] = item;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_destruction_load(
	struct zong_txn *txn, const struct zong_id *id, struct zong_destruction *ret_destruction)
{
	struct zong_destruction destruction = {0};
	int err = zong_destruction_row(txn, id, &destruction.list);

	if (!err)
		err = load_items(txn, id, &destruction);
	if (err)
		zong_destruction_release(&destruction);
	else
		*ret_destruction = destruction;
	return err;
}

int zong_destruction_step(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_id *list, const char *verb, const char *detail, const char *note,
	Zong__Step **ret_step)
{
	char object[64], text[ZONG_ID_TEXT];

	zong_id_format(list, text);
	snprintf(object, sizeof(object), "destruction/%s", text);
	return zong_journal_step(txn, who, verb, object, detail, note, ret_step);
}
