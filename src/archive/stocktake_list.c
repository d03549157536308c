/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "original_row.h"

const char *zong_stocktake_kind_name(Zong__StocktakeKind kind)
{
	static const char *const names[] = {"missing", "misplaced", "extra"};

	return (size_t)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "unknown";
}

void zong_stocktakes_free(Zong__Stocktake **stocktakes, size_t count)
{
	for (size_t i = 0; stocktakes && i < count; i++)
		zong__stocktake__free_unpacked(stocktakes[i], NULL);
	free(stocktakes);
}

int zong_stocktake_get(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	Zong__Stocktake **ret_stocktake, struct zong_err *err)
{
	struct zong_txn *txn;
	struct zong_id parsed;
	int code = zong_access_may(who, ZONG_VERB_ORIGINAL_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (zong_id_parse(id, &parsed))
		return zong_err_set(err, ZONG_ENOENT, "%s", id);
	code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_stocktake_row(txn, &parsed, ret_stocktake);
	zong_txn_end(txn);
	return code ? zong_err_set(err, code, "%s", id) : 0;
}

struct listing {
	Zong__Stocktake **stocktake;
	size_t count, max;
	struct zong_key last;
	bool more;
};

static int walk(struct zong_txn *txn, struct listing *list, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_STOCKTAKES, NULL, from, true);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__Stocktake *row;

		list->more = list->count == list->max;
		if (list->more)
			break;
		row = zong__stocktake__unpack(NULL, iter.value_len, iter.value);
		if (!row) {
			err = ZONG_ECORRUPT;
			break;
		}
		list->stocktake[list->count++] = row;
		zong_key_clear(&list->last);
		zong_key_bytes(&list->last, iter.key.bytes, iter.key.len);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_stocktake_list(struct zong_archive *archive, const struct zong_subject *who,
	const char *cursor, size_t max, Zong__Stocktake ***ret_stocktakes, size_t *ret_count,
	char **ret_next, struct zong_err *err)
{
	struct listing list = {0};
	struct zong_txn *txn;
	struct zong_key from;
	char *next = NULL;
	int code = zong_access_may(who, ZONG_VERB_ORIGINAL_MANAGE, NULL);

	if (!code && cursor)
		code = zong_cursor_take(cursor, &from);
	if (code)
		return zong_err_set(err, code, NULL);
	list.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	list.stocktake = calloc(list.max, sizeof(Zong__Stocktake *));
	code = list.stocktake ? zong_store_read_begin(archive->store, &txn) : ZONG_ENOMEM;
	if (!code) {
		code = walk(txn, &list, cursor ? &from : NULL);
		zong_txn_end(txn);
	}
	if (!code && list.more)
		code = zong_cursor_make(list.last.bytes, list.last.len, &next);
	if (code) {
		zong_stocktakes_free(list.stocktake, list.count);
		return zong_err_set(err, code, NULL);
	}
	*ret_stocktakes = list.stocktake;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}
