/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "original_row.h"
#include "row_page.h"

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

int zong_stocktake_list(struct zong_archive *archive, const struct zong_subject *who,
	const char *cursor, size_t max, Zong__Stocktake ***ret_stocktakes, size_t *ret_count,
	char **ret_next, struct zong_err *err)
{
	struct zong_row_page page = {.table = ZONG_TABLE_STOCKTAKES,
		.type = &zong__stocktake__descriptor,
		.backwards = true};
	int r = zong_access_may(who, ZONG_VERB_ORIGINAL_MANAGE, NULL);

	if (!r)
		r = zong_row_page_read(archive, &page, cursor, max,
			(ProtobufCMessage ***)ret_stocktakes, ret_count, ret_next);
	return r ? zong_err_set(err, r, NULL) : 0;
}
