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
#include "row.h"
#include "search_facets.h"
#include "search_hits.h"
#include "search_log.h"
#include "search_rows.h"
#include "search_text.h"
#include "search_walk.h"

#define ITEMS_UNLESS_SAID 50
#define BEYOND 30 /* looked at behind what is asked for, so that small totals are exact */
/* Hits from which on it is not looked for what is alike but for one character: who has a page of them needs no more. */
#define ALIKE_UNLESS 20
#define VAULT_WAIT (ZONG_LIMIT_SEALED_WAIT_SECONDS * ZONG_SECOND)
#define LEAST_BEGINNING 3 /* characters of a case number in the one box */
#define CURSOR_LEN 12	  /* the query's mark, then the place as a number */

/* ---- what leads to something ---- */

/* The member that leads to the fewest things does; the others are asked of each. */
static int find_members(struct zong_found *found)
{
	const struct zong_query *query = found->query;
	int members = query->cert.given + query->party.given + (query->case_no[0] != '\0') +
		      (query->unit.len > 0);
	int err = members > 1 || query->filters > 0 ? zong_rows_read_sets(found) : 0;

	if (err)
		return err;
	if (members == 0)
		return zong_walk_filters(found);
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
	if (!err && query->words_volume[0])
		err = zong_rows_volume(found, query->words_volume);
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

/* In what the members and filters lead to, or what was delivered to the department, the newest first. */
static int find_within(struct zong_found *found, bool feed)
{
	struct zong_query query = *found->query;
	struct zong_found within;
	int err;

	query.words = NULL;
	query.phrases = 0;
	zong_found_init(&within, found->txn, found->who, &query, found->arena);
	if (feed) {
		within.enough = ZONG_TEXT_PAGES; /* each has a page */
		err = zong_walk_feed(&within, found->who->department);
	} else {
		err = find_members(&within);
		zong_found_sort(&within);
	}
	if (!err)
		err = look_through(found, &within);
	zong_found_release(&within);
	return err;
}

static bool has_members(const struct zong_query *query)
{
	return query->cert.given || query->party.given || query->case_no[0] || query->unit.len > 0;
}

/* Does something besides the words lead to things. */
static bool has_leads(const struct zong_query *query)
{
	if (has_members(query))
		return true;
	for (size_t i = 0; i < query->filters; i++)
		if (!query->filter[i].without)
			return true;
	return false;
}

static int find_more(struct zong_found *found)
{
	found->looked = 0;
	found->partial = true;
	if (has_leads(found->query))
		return find_within(found, false);
	return found->who->role == ZONG_ROLE_DEPARTMENT ? find_within(found, true) : 0;
}

static int find(struct zong_found *found, const struct zong_text_hits *hits,
	const struct zong_text_hits *alike)
{
	const struct zong_query *query = found->query;
	int err;

	if (!query->words)
		return find_members(found);
	err = has_members(query) || query->filters > 0 ? zong_rows_read_sets(found) : 0;
	if (!err)
		err = find_codes_of_words(found);
	if (!err)
		err = zong_text_hits_add(hits, found);
	if (!err && hits->more)
		err = find_more(found);
	if (!err && alike->count > 0)
		err = zong_text_alike_add(alike, found);
	return err;
}

/* ---- cursors, the answer ---- */

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
	struct zong_facets *facets; /* NULL: not wanted */
};

/* What is asked, and how it is gone about. */
struct asking {
	struct zong_archive *archive;
	const struct zong_subject *who;
	struct zong_query *query;
	struct zong_arena *arena;
	size_t at, max;
	size_t enough; /* 0, or the number of things after which looking further only counts */
	bool cut;      /* texts were left out that could not be looked at in time */
	bool alike;    /* words also where one character is another */
	bool again;    /* the answer: it is to be done again, as enough and alike now say */
};

/* It was cut before there was enough: again without cutting. There is little: again with what is alike. */
static bool ask_again(
	struct asking *asking, const struct zong_found *found, const struct zong_text_hits *hits)
{
	if (found->enough && (found->cut || hits->more) &&
		found->count <= asking->at + asking->max) {
		asking->enough = 0;
		return true;
	}
	if (asking->alike || !asking->query->may_be_alike || found->count >= ALIKE_UNLESS)
		return false;
	asking->alike = true;
	return true;
}

static int count_facets(const struct asking *asking, struct zong_found *found,
	const struct zong_text_hits *hits, const struct zong_text_hits *alike,
	struct zong_facets *ret_facets)
{
	int err = zong_facets_count(found, ret_facets);

	if (!err && (asking->cut || found->partial || found->cut || hits->more || alike->more))
		ret_facets->exact = false;
	return err;
}

static int answer_in(struct asking *asking, struct zong_found *found,
	const struct zong_text_hits *hits, const struct zong_text_hits *alike,
	struct answer *ret_answer)
{
	int err = zong_walk_name_departments(found, asking->query);

	if (!err)
		err = find(found, hits, alike);
	if (err)
		return err;
	zong_found_sort(found);
	asking->again = ask_again(asking, found, hits);
	if (asking->again)
		return 0;
	ret_answer->total = found->count;
	/* Who does not see all may not be told how much there is. */
	if (found->enough && hits->more && hits->total > found->count)
		ret_answer->total = hits->total;
	if (ret_answer->facets)
		err = count_facets(asking, found, hits, alike, ret_answer->facets);
	if (!err)
		err = fill_hits(found, asking->at, asking->max, &ret_answer->hits, &ret_answer->count);
	if (err && ret_answer->facets)
		zong_facets_release(ret_answer->facets);
	if (err || asking->at >= found->count || asking->max >= found->count - asking->at)
		return err;
	err = make_cursor(found->query, asking->at + asking->max, &ret_answer->next);
	if (err && ret_answer->facets)
		zong_facets_release(ret_answer->facets);
	if (err)
		zong_hits_free(ret_answer->hits, ret_answer->count);
	return err;
}

/* The index is asked before the transaction begins, and that after all waiting. */
static int answer_once(struct asking *asking, struct answer *ret_answer)
{
	struct zong_text_hits hits = {0}, alike = {0};
	bool ask = asking->query->words && asking->archive->text;
	struct zong_found found;
	struct zong_txn *txn;
	int err = 0;

	if (ask)
		err = zong_text_hits_ask(&hits, asking->archive->store, asking->query, false,
			asking->enough ? asking->enough : ZONG_LIMIT_SEARCH_SCAN);
	if (!err && ask && asking->alike)
		err = zong_text_hits_ask(&alike, asking->archive->store, asking->query, true,
			ZONG_LIMIT_SEARCH_SCAN);
	asking->cut = asking->cut || hits.cut || alike.cut;
	if (!err)
		err = zong_store_read_begin(asking->archive->store, &txn);
	if (!err) {
		zong_found_init(&found, txn, asking->who, asking->query, asking->arena);
		found.enough = asking->enough;
		err = answer_in(asking, &found, &hits, &alike, ret_answer);
		zong_found_release(&found);
		zong_txn_end(txn);
	}
	zong_text_hits_release(&hits);
	zong_text_hits_release(&alike);
	return err;
}

/* In a large archive most searches lead to far more than anybody wants to see. For one who may see all of it, so
 * that what was looked at is what is shown, looking ends soon behind the last hit asked for. */
static int answer(struct asking *asking, struct answer *ret_answer)
{
	const struct zong_query *query = asking->query;
	bool narrowed =
		query->words && (has_members(query) || query->filters > 0 || query->withouts > 0);
	size_t enough = asking->at + asking->max + BEYOND;
	size_t counted = ret_answer->facets ? ZONG_LIMIT_FACET_HITS : 0;
	int err;

	if (query->words && asking->archive->text)
		asking->cut = zong_text_settle(asking->archive->store,
				      asking->archive->common ? VAULT_WAIT : ZONG_SECOND) != 0;
	if (asking->who->role != ZONG_ROLE_DEPARTMENT && !narrowed &&
		enough < ZONG_LIMIT_SEARCH_SCAN)
		asking->enough = enough > counted ? enough : counted;
	do
		err = answer_once(asking, ret_answer);
	while (!err && asking->again);
	return err;
}

static void free_answer(struct answer *answer)
{
	zong_hits_free(answer->hits, answer->count);
	free(answer->next);
	if (answer->facets)
		zong_facets_release(answer->facets);
}

static int answer_on_record(struct asking *asking, const struct zong_search *search, struct answer *ret_answer)
{
	struct zong_search_log log;
	int err = zong_search_log_begin(&log, asking->archive, asking->who, search);
	int logged;

	if (!err)
		err = answer(asking, ret_answer);
	if (!err && search->ret_more)
		*search->ret_more = asking->cut;
	logged = zong_search_log_end(&log);
	if (!err && logged)
		free_answer(ret_answer);
	return err ? err : logged;
}

/* What begins so does in too many ways. */
static const char *beginning_of(const struct zong_query *query)
{
	for (size_t i = 0; i < query->parts; i++)
		if (query->part[i].how == ZONG_TEXT_BEGINS)
			return query->part[i].text;
	return "";
}

int zong_search_run(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_search *search, struct zong_hit **ret_hits, size_t *ret_count,
	char **ret_next, size_t *ret_total, struct zong_err *err)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	size_t max = search->max ? search->max : ITEMS_UNLESS_SAID;
	struct answer found = {.facets = search->ret_facets};
	struct zong_query query;
	size_t at = 0;
	int r = zong_access_may(who, ZONG_VERB_SEARCH, NULL);

	if (r)
		return zong_err_set(err, r, NULL);
	if (max > ZONG_LIMIT_PAGE_ITEMS)
		max = ZONG_LIMIT_PAGE_ITEMS;
	if (search->like && *search->like)
		return zong_alike_search(
			archive, who, search, max, ret_hits, ret_count, ret_next, ret_total, err);
	if (search->ret_facets)
		*search->ret_facets = (struct zong_facets){0};
	r = zong_query_parse(search, &arena, &query, err);
	if (!r) {
		r = take_cursor(search->cursor, &query, &at);
		if (!r)
			r = answer_on_record(&(struct asking){.archive = archive,
						     .who = who,
						     .query = &query,
						     .arena = &arena,
						     .at = at,
						     .max = max},
				search, &found);
		if (r == ZONG_EQUERY)
			zong_err_set(err, r, "%s*", beginning_of(&query));
		else if (r)
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
