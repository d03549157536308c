/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/byteorder.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/search.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "alike_search.h"
#include "cursor.h"
#include "inside.h"
#include "journal.h"
#include "row.h"
#include "search_hits.h"
#include "search_rows.h"
#include "search_text.h"

#define ITEMS_UNLESS_SAID 50
#define BEYOND 200	  /* looked at behind what is asked for, so that small totals are exact */
#define LEAST_BEGINNING 3 /* characters of a case number in the one box */
#define CURSOR_LEN 12	  /* the query's mark, then the place as a number */

/* ---- what leads to something ---- */

/* The member that leads to the fewest things does; the others are asked of each. */
static int find_members(struct zong_found *found)
{
	const struct zong_query *query = found->query;
	int members = query->cert.given + query->party.given + (query->case_no[0] != '\0') +
		      (query->unit.len > 0);
	int err = members > 1 ? zong_rows_read_sets(found) : 0;

	if (err || members == 0)
		return err;
	if (query->cert.given) {
		found->leads = ZONG_LEADS_CERT;
		return zong_rows_cert(found, &query->cert);
	}
	if (query->party.given) {
		found->leads = ZONG_LEADS_PARTY;
		return zong_rows_party(found, &query->party);
	}
	if (query->case_no[0]) {
		found->leads = ZONG_LEADS_CASE;
		return zong_rows_case(found, query->case_no);
	}
	found->leads = ZONG_LEADS_UNIT;
	return zong_rows_unit(found, &query->unit);
}

static int find_case_of_words(struct zong_found *found)
{
	const char *no = found->query->words_case_no;
	struct zong_key key;

	if (no[0] == '\0')
		return 0;
	if (zong_utf8_count(no, strlen(no)) >= LEAST_BEGINNING)
		return zong_rows_case(found, no);
	zong_row_key_str(&key, no);
	if (!zong_txn_has(found->txn, ZONG_TABLE_CASES, &key))
		return 0;
	return zong_found_case(found, no, ZONG_WHY_CASE, 1);
}

/* What the one box may be besides text. */
static int find_codes_of_words(struct zong_found *found)
{
	const struct zong_query *query = found->query;
	int err = find_case_of_words(found);

	if (!err && query->words_unit.len > 0)
		err = zong_rows_unit(found, &query->words_unit);
	if (!err && query->words_cert.given)
		err = zong_rows_cert(found, &query->words_cert);
	if (!err && (query->words_party.name[0] || query->words_party.idno[0]))
		err = zong_rows_party(found, &query->words_party);
	return err;
}

/* ---- words too common for the index to tell ---- */

static int look_through(struct zong_found *found, const struct zong_found *within)
{
	static const struct zong_id no_id;
	size_t pages = ZONG_TEXT_PAGES;
	struct zong_id last = no_id;

	for (size_t i = 0; i < within->count && pages > 0; i++) {
		const struct zong_id *id = &within->item[i].material;
		int err;

		if (zong_id_equal(id, &no_id) || zong_id_equal(id, &last))
			continue;
		last = *id;
		err = zong_text_material(found, id, &pages);
		if (err)
			return err;
	}
	return 0;
}

static int find_within_members(struct zong_found *found)
{
	struct zong_query query = *found->query;
	struct zong_found within;
	int err;

	query.words = NULL;
	query.phrases = 0;
	zong_found_init(&within, found->txn, found->who, &query, found->arena);
	err = find_members(&within);
	zong_found_sort(&within);
	if (!err)
		err = look_through(found, &within);
	zong_found_release(&within);
	return err;
}

/* The newest deliveries of the department first. */
static int find_within_feed(struct zong_found *found)
{
	size_t pages = ZONG_TEXT_PAGES;
	struct zong_iter iter;
	struct zong_key prefix;
	int err;

	zong_row_key_str(&prefix, found->who->department);
	err = zong_iter_begin(&iter, found->txn, ZONG_TABLE_FEED, &prefix, NULL, true);
	if (err)
		return err;
	while (pages > 0 && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__Delivery *delivery = NULL;
		struct zong_id id;

		if (iter.value_len != sizeof(id.bytes))
			continue;
		memcpy(id.bytes, iter.value, sizeof(id.bytes));
		err = zong_row_delivery(found->txn, &id, &delivery);
		if (!err && zong_row_id(&delivery->material, &id))
			err = zong_text_material(found, &id, &pages);
		if (err && err != ZONG_ENOENT)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND || err == ZONG_ENOENT ? 0 : err;
}

static bool has_members(const struct zong_query *query)
{
	return query->cert.given || query->party.given || query->case_no[0] || query->unit.len > 0;
}

static int find(struct zong_found *found, const struct zong_text_hits *hits)
{
	const struct zong_query *query = found->query;
	int err;

	if (!query->words)
		return find_members(found);
	err = has_members(query) ? zong_rows_read_sets(found) : 0;
	if (!err)
		err = find_codes_of_words(found);
	if (!err)
		err = zong_text_hits_add(hits, found);
	if (err || !hits->more)
		return err;
	found->looked = 0;
	if (has_members(query))
		return find_within_members(found);
	return found->who->role == ZONG_ROLE_DEPARTMENT ? find_within_feed(found) : 0;
}

/* ---- cursors, the log, the answer ---- */

static int take_cursor(const char *text, const struct zong_query *query, size_t *ret_at)
{
	struct zong_key key;
	int err;

	*ret_at = 0;
	if (!text || !*text)
		return 0;
	err = zong_cursor_take(text, &key);
	if (err || key.len != CURSOR_LEN ||
		memcmp(key.bytes, query->mark, sizeof(query->mark)) != 0)
		return ZONG_ECURSOR;
	*ret_at = zong_read_be32(key.bytes + sizeof(query->mark));
	return 0;
}

static int make_cursor(const struct zong_query *query, size_t at, char **ret_text)
{
	uint8_t bytes[CURSOR_LEN];

	memcpy(bytes, query->mark, sizeof(query->mark));
	zong_write_be32(bytes + sizeof(query->mark), (uint32_t)at);
	return zong_cursor_make(bytes, sizeof(bytes), ret_text);
}

/* The record tells what was looked for: a name searched is a person's record asked for. */
static int log_search(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_search *search)
{
	const struct {
		const char *name, *value;
	} members[] = {{"q", search->words}, {"case", search->case_no}, {"parcel", search->parcel},
		{"cert", search->cert}, {"party", search->party}};
	struct zong_buf object = ZONG_BUF_INIT(5 * ZONG_LIMIT_QUERY + 100);
	int err;

	zong_buf_add_str(&object, "search/");
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const char *value = members[i].value ? members[i].value : "";

		if (!*value)
			continue;
		zong_buf_add_format(&object, "%s%s=", object.len > 7 ? "&" : "", members[i].name);
		zong_buf_add(&object, value, zong_utf8_cut(value, strlen(value), ZONG_LIMIT_QUERY));
	}
	err = object.err;
	if (!err && archive->journal)
		err = zong_journal_read(archive->journal, who, "search", zong_buf_str(&object));
	zong_buf_release(&object);
	return err;
}

static int fill_hits(struct zong_found *found, size_t at, size_t max, struct zong_hit **ret_hits,
	size_t *ret_count)
{
	struct zong_hit *hits;
	size_t count = 0;

	if (at > found->count)
		at = found->count;
	if (max > found->count - at)
		max = found->count - at;
	hits = calloc(max ? max : 1, sizeof(*hits));
	if (!hits)
		return ZONG_ENOMEM;
	for (size_t i = at; i < at + max; i++) {
		int err = zong_hit_fill(found, &found->item[i], &hits[count]);

		if (err == ZONG_ENOENT)
			continue;
		if (err) {
			zong_hits_free(hits, count);
			return err;
		}
		count++;
	}
	*ret_hits = hits;
	*ret_count = count;
	return 0;
}

struct answer {
	struct zong_hit *hits;
	size_t count, total;
	char *next;
};

/* *ret_short: it was cut before there was enough, and is to be done again without cutting. */
static int answer_in(struct zong_found *found, const struct zong_text_hits *hits, size_t at,
	size_t max, struct answer *ret_answer, bool *ret_short)
{
	bool cut;
	int err = find(found, hits);

	if (err)
		return err;
	zong_found_sort(found);
	cut = found->enough && (found->cut || hits->more);
	*ret_short = cut && found->count <= at + max;
	if (*ret_short)
		return 0;
	ret_answer->total = found->count;
	err = fill_hits(found, at, max, &ret_answer->hits, &ret_answer->count);
	if (err || at >= found->count || max >= found->count - at)
		return err;
	err = make_cursor(found->query, at + max, &ret_answer->next);
	if (err)
		zong_hits_free(ret_answer->hits, ret_answer->count);
	return err;
}

/* The index is asked before the transaction begins, and that after all waiting. @enough: 0, or the number of things
 * after which looking further only counts. */
static int answer_with(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_query *query, struct zong_arena *arena, size_t at, size_t max,
	size_t enough, struct answer *ret_answer, bool *ret_short)
{
	struct zong_text_hits hits = {0};
	struct zong_found found;
	struct zong_txn *txn;
	int err = 0;

	if (query->words && archive->text)
		err = zong_text_hits_ask(
			&hits, archive->store, query, enough ? enough : ZONG_LIMIT_SEARCH_SCAN);
	if (!err)
		err = zong_store_read_begin(archive->store, &txn);
	if (!err) {
		zong_found_init(&found, txn, who, query, arena);
		found.enough = enough;
		err = answer_in(&found, &hits, at, max, ret_answer, ret_short);
		zong_found_release(&found);
		zong_txn_end(txn);
	}
	zong_text_hits_release(&hits);
	return err;
}

/* In a large archive most searches lead to far more than anybody wants to see. For one who may see all of it, so
 * that what was looked at is what is shown, looking ends soon behind the last hit asked for. */
static int answer(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_query *query, struct zong_arena *arena, size_t at, size_t max,
	struct answer *ret_answer)
{
	bool sees_all = who->role != ZONG_ROLE_DEPARTMENT && !(query->words && has_members(query));
	size_t enough = at + max + BEYOND;
	bool is_short = false;
	int err;

	if (query->words && archive->text)
		zong_text_settle(archive->store, ZONG_SECOND);
	if (!sees_all || enough >= ZONG_LIMIT_SEARCH_SCAN)
		enough = 0;
	err = answer_with(archive, who, query, arena, at, max, enough, ret_answer, &is_short);
	if (!err && is_short)
		err = answer_with(archive, who, query, arena, at, max, 0, ret_answer, &is_short);
	return err;
}

int zong_search_run(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_search *search, struct zong_hit **ret_hits, size_t *ret_count,
	char **ret_next, size_t *ret_total, struct zong_err *err)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	size_t max = search->max ? search->max : ITEMS_UNLESS_SAID;
	struct answer found = {0};
	struct zong_query query;
	size_t at = 0;
	int r = zong_access_may(who, ZONG_VERB_SEARCH, NULL);

	if (r)
		return zong_err_set(err, r, NULL);
	if (max > ZONG_LIMIT_PAGE_ITEMS)
		max = ZONG_LIMIT_PAGE_ITEMS;
	if (search->like && *search->like)
		return zong_alike_search(archive, who, search, max, ret_hits, ret_count, ret_next,
			ret_total, err);
	r = zong_query_parse(search, &arena, &query, err);
	if (!r) {
		r = take_cursor(search->cursor, &query, &at);
		if (!r)
			r = log_search(archive, who, search);
		if (!r)
			r = answer(archive, who, &query, &arena, at, max, &found);
		if (r)
			zong_err_set(err, r, NULL);
	}
	zong_arena_release(&arena);
	if (r)
		return r;
	*ret_hits = found.hits;
	*ret_count = found.count;
	*ret_next = found.next;
	*ret_total = found.total;
	return 0;
}

void zong_hits_free(struct zong_hit *hits, size_t count)
{
	for (size_t i = 0; i < count; i++)
		zong_hit_release(&hits[i]);
	free(hits);
}
