/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "handover_row.h"
#include "journal.h"

int zong_handover_get(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	struct zong_handover *ret_handover, struct zong_err *err)
{
	struct zong_handover handover = {0};
	char object[ZONG_HANDOVER_NO + 16];
	struct zong_txn *txn;
	int code = zong_access_may(who, ZONG_VERB_HANDOVER_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (!zong_handover_no_valid(no))
		return zong_err_set(err, ZONG_ENOHANDOVER, "%s", no);
	code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_handover_load(txn, no, &handover);
	zong_txn_end(txn);
	if (!code) {
		snprintf(object, sizeof(object), "handover/%s", no);
		code = zong_journal_read(archive->journal, who, "handover.read", object);
	}
	if (code) {
		zong_handover_release(&handover);
		return zong_err_set(err, code, "%s", no);
	}
	*ret_handover = handover;
	return 0;
}

struct listing {
	Zong__Handover **handover;
	size_t count, max;
	struct zong_key last;
	bool more;
};

static int walk(struct zong_txn *txn, struct listing *list, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_HANDOVERS, NULL, from, true);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__Handover *row;

		list->more = list->count == list->max;
		if (list->more)
			break;
		row = zong__handover__unpack(NULL, iter.value_len, iter.value);
		if (!row) {
			err = ZONG_ECORRUPT;
			break;
		}
		list->handover[list->count++] = row;
		zong_key_clear(&list->last);
		zong_key_bytes(&list->last, iter.key.bytes, iter.key.len);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_handover_list(struct zong_archive *archive, const struct zong_subject *who,
	const char *cursor, size_t max, Zong__Handover ***ret_handovers, size_t *ret_count,
	char **ret_next, struct zong_err *err)
{
	struct listing list = {0};
	struct zong_txn *txn;
	struct zong_key from;
	char *next = NULL;
	int code = zong_access_may(who, ZONG_VERB_HANDOVER_MANAGE, NULL);

	if (!code && cursor)
		code = zong_cursor_take(cursor, &from);
	if (code)
		return zong_err_set(err, code, NULL);
	list.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	list.handover = calloc(list.max, sizeof(Zong__Handover *));
	code = list.handover ? zong_store_read_begin(archive->store, &txn) : ZONG_ENOMEM;
	if (!code) {
		code = walk(txn, &list, cursor ? &from : NULL);
		zong_txn_end(txn);
	}
	if (!code && list.more)
		code = zong_cursor_make(list.last.bytes, list.last.len, &next);
	if (code) {
		zong_handovers_free(list.handover, list.count);
		return zong_err_set(err, code, NULL);
	}
	*ret_handovers = list.handover;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}
