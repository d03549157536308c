/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>

#include "cursor.h"
#include "index_rows.h"
#include "journal.h"
#include "query_row.h"
#include "query_walk.h"
#include "retention_look.h"

int zong_query_get(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	struct zong_query *ret_query, struct zong_err *err)
{
	struct zong_query query = {0};
	char object[ZONG_QUERY_NO + 16];
	struct zong_txn *txn;
	int code = zong_access_may(who, ZONG_VERB_QUERY_READ, NULL);

	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_query_load(archive, txn, no, &query);
	zong_txn_end(txn);
	if (!code) {
		zong_query_log_object(no, object);
		code = zong_journal_read(archive->journal, who, "query.read", object);
	}
	if (code) {
		zong_query_release(&query);
		return zong_err_set(err, code, "%s", no);
	}
	*ret_query = query;
	return 0;
}

/* ---- what a filter lets through ---- */

static int parse_day(const char *text, const char *what, int32_t *ret_day, struct zong_err *err)
{
	if (!text || !text[0])
		return 0;
	return zong_day_parse(text, ret_day) ? zong_err_set(err, ZONG_EINVAL, "%s", what) : 0;
}

int zong_query_walk_begin(struct zong_archive *archive, const struct zong_query_filter *filter,
	struct zong_query_walk *walk, struct zong_err *err)
{
	int code;

	memset(walk, 0, sizeof(*walk));
	walk->filter = filter;
	walk->today = zong_retention_today(archive);
	walk->from = INT32_MIN;
	walk->to = INT32_MAX;
	walk->state = -1;
	code = parse_day(filter->from, "from", &walk->from, err);
	if (!code)
		code = parse_day(filter->to, "to", &walk->to, err);
	if (code || !filter->state || !filter->state[0])
		return code;
	for (int state = 0; state <= ZONG__QUERY_STATE__QUERY_WITHDRAWN; state++)
		if (strcmp(filter->state, zong_query_state_name((Zong__QueryState)state)) == 0)
			walk->state = state;
	return walk->state < 0 ? zong_err_set(err, ZONG_EINVAL, "state") : 0;
}

static bool is_named(const Zong__QueryPerson *person, const char *name, const char *number)
{
	char folded[ZONG_INDEX_NAME + 1];

	if (!person)
		return false;
	zong_index_fold_name(person->name, folded);
	if (strcmp(folded, name) == 0)
		return true;
	zong_index_fold_idno(person->idno, folded);
	return number[0] && strcmp(folded, number) == 0;
}

static bool names(const Zong__Query *query, const char *text)
{
	char name[ZONG_INDEX_NAME + 1], number[ZONG_INDEX_NAME + 1];

	zong_index_fold_name(text, name);
	zong_index_fold_idno(text, number);
	return is_named(query->querent, name, number) || is_named(query->proxy, name, number) ||
	       is_named(query->holder, name, number);
}

bool zong_query_walk_takes(const struct zong_query_walk *walk, const Zong__Query *query)
{
	const struct zong_query_filter *filter = walk->filter;
	int32_t day = query->entered ? zong_day_of(query->entered->time) : 0;

	if (day < walk->from || day > walk->to)
		return false;
	if (walk->state >= 0 && (int)query->state != walk->state)
		return false;
	if (filter->asker && filter->asker[0] && strcmp(filter->asker, query->asker) != 0)
		return false;
	if (filter->overdue &&
		(query->state != ZONG__QUERY_STATE__QUERY_ENTERED || query->due >= walk->today))
		return false;
	return !filter->name || !filter->name[0] || names(query, filter->name);
}

/* ---- a list ---- */

struct listing {
	struct zong_query_walk walk;
	Zong__Query **query;
	size_t count, max, scanned;
};

static int take_rows(
	struct listing *list, struct zong_txn *txn, const struct zong_key *from, char **ret_next)
{
	struct zong_key last = {0};
	struct zong_iter iter = {0};
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_QUERIES, NULL, from, true);
	bool more = false;

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__Query *query;

		more = list->count == list->max || list->scanned++ == ZONG_LIMIT_SEARCH_SCAN;
		if (more)
			break;
		zong_key_clear(&last);
		zong_key_bytes(&last, iter.key.bytes, iter.key.len);
		query = zong__query__unpack(NULL, iter.value_len, iter.value);
		if (!query)
			err = ZONG_ECORRUPT;
		else if (zong_query_walk_takes(&list->walk, query))
			list->query[list->count++] = query;
		else
			zong__query__free_unpacked(query, NULL);
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	return more ? zong_cursor_make(last.bytes, last.len, ret_next) : 0;
}

int zong_query_list(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_query_filter *filter, const char *cursor, size_t max,
	Zong__Query ***ret_queries, size_t *ret_count, char **ret_next, struct zong_err *err)
{
	struct listing list = {.max = max < ZONG_LIMIT_PAGE_ITEMS ? max : ZONG_LIMIT_PAGE_ITEMS};
	struct zong_key from;
	char *next = NULL;
	struct zong_txn *txn;
	int code = zong_access_may(who, ZONG_VERB_QUERY_READ, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_query_walk_begin(archive, filter, &list.walk, err);
	if (code)
		return code;
	if (cursor && cursor[0] && zong_cursor_take(cursor, &from))
		return zong_err_set(err, ZONG_ECURSOR, NULL);
	list.query = calloc(list.max + 1, sizeof(*list.query));
	code = list.query ? zong_store_read_begin(archive->store, &txn) : ZONG_ENOMEM;
	if (!code) {
		code = take_rows(&list, txn, cursor && cursor[0] ? &from : NULL, &next);
		zong_txn_end(txn);
	}
	if (!code)
		code = zong_journal_read(archive->journal, who, "query.list", "queries");
	if (code) {
		zong_queries_free(list.query, list.count);
		free(next);
		return zong_err_set(err, code, NULL);
	}
	*ret_queries = list.query;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}

/* ---- for whoever holds the paper ---- */

int zong_query_check(struct zong_archive *archive, const char *origin, const char *no,
	const char *word, Zong__Query **ret_query, struct zong_err *err)
{
	struct zong_subject holder = {.key = "paper"};
	_cleanup_row_ Zong__Query *query = NULL;
	char object[ZONG_QUERY_NO + 16];
	struct zong_txn *txn;
	size_t len = strlen(word);
	int code = zong_store_read_begin(archive->store, &txn);

	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_query_row(txn, no, &query);
	zong_txn_end(txn);
	if (!code && (!query->check[0] || strlen(query->check) != len ||
			     sodium_memcmp(query->check, word, len) != 0))
		code = ZONG_ENOQUERY;
	if (!code) {
		snprintf(holder.origin, sizeof(holder.origin), "%s", origin);
		zong_query_log_object(no, object);
		code = zong_journal_read(archive->journal, &holder, "query.check", object);
	}
	if (code)
		return zong_err_set(err, code, "%.40s", no);
	*ret_query = take_ptr(query);
	return 0;
}

char *zong_query_check_url(const struct zong_archive *archive, const Zong__Query *query)
{
	char *url;

	if (asprintf(&url, "%s/#/check/%s/%s", archive->url, query->no, query->check) < 0)
		return NULL;
	return url;
}
