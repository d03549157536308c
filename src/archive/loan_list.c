/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "journal.h"
#include "original_row.h"
#include "retention_look.h"

void zong_loans_free(struct zong_loan_item *items, size_t count)
{
	for (size_t i = 0; items && i < count; i++) {
		zong_row_cleanup(&items[i].original);
		zong_row_cleanup(&items[i].loan);
	}
	free(items);
}

void zong_loan_rows_free(Zong__Loan **loans, size_t count)
{
	for (size_t i = 0; loans && i < count; i++)
		zong__loan__free_unpacked(loans[i], NULL);
	free(loans);
}

/* ---- what is out, overdue, or came back otherwise ---- */

struct listing {
	uint8_t letter;
	int32_t before; /* days from this one on are left out */
	int32_t today;
	struct zong_loan_item *item;
	size_t count, max;
	struct zong_key last;
	bool more;
};

static int take_item(struct zong_txn *txn, struct listing *list, struct zong_key_view view)
{
	struct zong_loan_item *item = &list->item[list->count];
	ProtobufCBinaryData bytes;
	struct zong_id id;
	const char *code;
	int err;

	if (!zong_key_take_str(&view, &code) || !zong_key_take_id(&view, &id))
		return ZONG_ECORRUPT;
	bytes = (ProtobufCBinaryData){.len = sizeof(id.bytes), .data = id.bytes};
	list->count++; /* so that what is half there is freed */
	err = zong_original_row(txn, code, &item->original);
	if (!err)
		err = zong_loan_row(txn, code, &bytes, &item->loan);
	if (!err)
		item->overdue = !item->loan->returned && item->loan->due < list->today;
	return err;
}

static int walk(struct zong_txn *txn, struct listing *list, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_key_clear(&prefix);
	zong_key_u8(&prefix, list->letter);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOANS_OPEN, &prefix, from, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		uint8_t letter;
		uint32_t day;

		if (from && iter.key.len == from->len &&
			memcmp(iter.key.bytes, from->bytes, from->len) == 0)
			continue;
		if (!zong_key_take_u8(&view, &letter) || !zong_key_take_u32(&view, &day)) {
			err = ZONG_ECORRUPT;
			break;
		}
		if (list->before && (int32_t)day >= list->before)
			break;
		list->more = list->count == list->max;
		if (list->more)
			break;
		zong_key_clear(&list->last);
		zong_key_bytes(&list->last, iter.key.bytes, iter.key.len);
		err = take_item(txn, list, view);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int read_list(struct zong_archive *archive, const struct zong_subject *who,
	struct listing *list, const struct zong_key *from)
{
	struct zong_txn *txn;
	int err;

	list->item = calloc(list->max, sizeof(*list->item));
	err = list->item ? zong_store_read_begin(archive->store, &txn) : ZONG_ENOMEM;
	if (err)
		return err;
	err = walk(txn, list, from);
	zong_txn_end(txn);
	if (!err && list->count)
		err = zong_journal_read(archive->journal, who, "loan.list", "originals");
	return err;
}

static bool read_what(const char *what, struct listing *list)
{
	list->letter = 'o';
	if (strcmp(what, "out") == 0)
		return true;
	if (strcmp(what, "overdue") == 0) {
		list->before = list->today;
		return true;
	}
	list->letter = 't';
	return strcmp(what, "trouble") == 0;
}

int zong_loan_list(struct zong_archive *archive, const struct zong_subject *who, const char *what,
	const char *cursor, size_t max, struct zong_loan_item **ret_items, size_t *ret_count,
	char **ret_next, struct zong_err *err)
{
	struct listing list = {.today = zong_retention_today(archive)};
	struct zong_key from;
	char *next = NULL;
	int code = zong_access_may(who, ZONG_VERB_ORIGINAL_LEND, NULL);

	if (!code && cursor)
		code = zong_cursor_take(cursor, &from);
	if (code)
		return zong_err_set(err, code, NULL);
	if (!read_what(what, &list))
		return zong_err_set(err, ZONG_EINVAL, "state");
	list.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	code = read_list(archive, who, &list, cursor ? &from : NULL);
	if (!code && list.more)
		code = zong_cursor_make(list.last.bytes, list.last.len, &next);
	if (code) {
		zong_loans_free(list.item, list.count);
		return zong_err_set(err, code, NULL);
	}
	*ret_items = list.item;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}

/* ---- who ever had it ---- */

struct history {
	Zong__Loan **loan;
	size_t count, max;
	struct zong_key last;
	bool more;
};

static int walk_history(struct zong_txn *txn, struct history *history, const char *code,
	const struct zong_key *from)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_str(&prefix, code);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOANS, &prefix, from, true);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__Loan *loan;

		history->more = history->count == history->max;
		if (history->more)
			break;
		loan = zong__loan__unpack(NULL, iter.value_len, iter.value);
		if (!loan) {
			err = ZONG_ECORRUPT;
			break;
		}
		history->loan[history->count++] = loan;
		zong_key_clear(&history->last);
		zong_key_bytes(&history->last, iter.key.bytes, iter.key.len);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int read_history(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, struct history *history, const struct zong_key *from)
{
	_cleanup_row_ Zong__Original *original = NULL;
	struct zong_txn *txn;
	int err;

	history->loan = calloc(history->max, sizeof(Zong__Loan *));
	err = history->loan ? zong_store_read_begin(archive->store, &txn) : ZONG_ENOMEM;
	if (err)
		return err;
	err = zong_original_find(txn, who, ZONG_VERB_ORIGINAL_LEND, code, &original);
	if (!err)
		err = walk_history(txn, history, original->code, from);
	zong_txn_end(txn);
	if (!err) {
		char object[ZONG_PLACE_CODE + 16];

		snprintf(object, sizeof(object), "original/%s", original->code);
		err = zong_journal_read(archive->journal, who, "loan.list", object);
	}
	return err;
}

int zong_loan_history(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, const char *cursor, size_t max, Zong__Loan ***ret_loans,
	size_t *ret_count, char **ret_next, struct zong_err *err)
{
	struct history history = {0};
	struct zong_key from;
	char *next = NULL;
	int result = zong_access_may(who, ZONG_VERB_ORIGINAL_LEND, NULL);

	if (!result && cursor)
		result = zong_cursor_take(cursor, &from);
	if (result)
		return zong_err_set(err, result, NULL);
	history.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	result = read_history(archive, who, code, &history, cursor ? &from : NULL);
	if (!result && history.more)
		result = zong_cursor_make(history.last.bytes, history.last.len, &next);
	if (result) {
		zong_loan_rows_free(history.loan, history.count);
		return zong_err_set(err, result, "%s", code);
	}
	*ret_loans = history.loan;
	*ret_count = history.count;
	*ret_next = next;
	return 0;
}
