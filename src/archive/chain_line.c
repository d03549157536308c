/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>

#include "chain.h"
#include "journal.h"
#include "lineage.h"
#include "look.h"
#include "row.h"

struct walk {
	struct zong_txn *txn;
	const struct zong_subject *who;
	struct zong_chain *chain;
	size_t scanned;
};

void zong_chain_release(struct zong_chain *chain)
{
	for (size_t i = 0; i < chain->count; i++)
		zong_row_cleanup(&chain->item[i].cas);
	free(chain->item);
	zong_links_free(chain->link, chain->links);
	free(chain->before.step);
	memset(chain, 0, sizeof(*chain));
}

/* ---- which cases ---- */

static struct zong_chain_case *find(const struct zong_chain *chain, const char *no)
{
	for (size_t i = 0; i < chain->count; i++)
		if (strcmp(chain->item[i].cas->no, no) == 0)
			return &chain->item[i];
	return NULL;
}

/* *ret_item NULL: it is not the subject's to see, or there is no room. */
static int add_case(struct walk *walk, const char *no, struct zong_chain_case **ret_item)
{
	struct zong_chain *chain = walk->chain;
	struct zong_chain_case *item = find(chain, no);
	struct zong_chain_day day;
	Zong__Case *cas;
	int err;

	*ret_item = item;
	if (item)
		return 0;
	err = zong_look_case(walk->txn, walk->who, no, &cas);
	if (err)
		return err == ZONG_ENOCASE ? 0 : err;
	if (chain->count == ZONG_LIMIT_CHAIN) {
		zong__case__free_unpacked(cas, NULL);
		chain->more = true;
		return 0;
	}
	item = *ret_item = &chain->item[chain->count++];
	item->cas = cas;
	item->role = zong_chain_kind(zong_chain_roles(cas->kind));
	zong_chain_day_of(cas, &day);
	item->day = day.day;
	item->day_known = day.known;
	return 0;
}

static int take_row(struct walk *walk, struct zong_key_view key, const char *via)
{
	struct zong_chain_case *item;
	const char *unit, *no;
	uint8_t kind;
	int err;

	if (!zong_key_take_str(&key, &unit) || !zong_key_take_u8(&key, &kind))
		return ZONG_ECORRUPT;
	if (kind != 'c')
		return 0;
	if (!zong_key_take_str(&key, &no))
		return ZONG_ECORRUPT;
	err = add_case(walk, no, &item);
	if (!err && item && !item->here) {
		item->here = true;
		item->via = via;
	}
	return err;
}

/* What is filed at and below a code; and, of a unit, what is filed at the parcel and the building that it is a part of: the
 * first registration of the land. */
static int take_below(struct walk *walk, const char *code, bool below, const char *via)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_key_clear(&prefix);
	if (below)
		zong_key_str_open(&prefix, code);
	else
		zong_key_str(&prefix, code);
	err = zong_iter_begin(&iter, walk->txn, ZONG_TABLE_BY_UNIT, &prefix, NULL, false);
	while (!err && !walk->chain->more && (err = zong_iter_next(&iter)) == 0) {
		walk->chain->more = walk->scanned++ == ZONG_LIMIT_SEARCH_SCAN;
		err = take_row(walk, iter.key, via);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int take_filed(struct walk *walk)
{
	static const size_t levels[] = {19, 24};
	struct zong_chain *chain = walk->chain;
	char code[ZONG_UNIT_TEXT];
	int err = take_below(walk, chain->code.text, true, NULL);

	for (size_t i = 0; i < chain->before.count && !err; i++)
		err = take_below(
			walk, chain->before.step[i].code, true, chain->before.step[i].code);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]) && !err; i++) {
		if (strlen(chain->code.text) <= levels[i])
			break;
		snprintf(code, sizeof(code), "%.*s", (int)levels[i], chain->code.text);
		err = take_below(walk, code, false, NULL);
	}
	return err;
}

/* ---- links ---- */

static int keep_link(struct zong_chain *chain, Zong__Link **link)
{
	Zong__Link **grown = realloc(chain->link, (chain->links + 1) * sizeof(Zong__Link *));

	if (!grown)
		return ZONG_ENOMEM;
	chain->link = grown;
	grown[chain->links++] = *link;
	*link = NULL;
	return 0;
}

/* From the case at @at on, in one direction: what it is linked with comes in. Only what was confirmed leads on to cases
 * of other units, or one wrong number would bring in a stranger's. */
static int follow(struct walk *walk, size_t at, bool back, bool keep)
{
	struct zong_chain *chain = walk->chain;
	Zong__Link **links = NULL;
	size_t count = 0;
	int err = zong_chain_links(walk->txn, chain->item[at].cas->no, back, &links, &count);

	for (size_t i = 0; i < count && !err; i++) {
		const char *other = back ? links[i]->earlier : links[i]->later;
		struct zong_chain_case *item = find(chain, other);

		if (links[i]->state == ZONG__LINK_STATE__LINK_REFUSED)
			continue;
		if (!item && links[i]->state == ZONG__LINK_STATE__LINK_CONFIRMED)
			err = add_case(walk, other, &item);
		if (!err && item && keep)
			err = keep_link(chain, &links[i]);
	}
	for (size_t i = 0; i < count; i++)
		zong_row_cleanup(&links[i]);
	free(links);
	return err;
}

static void note_end(const struct zong_chain *chain, const Zong__Link *link)
{
	struct zong_chain_case *burden = find(chain, link->earlier);
	const struct zong_chain_case *end = find(chain, link->later);

	if (link->kind != ZONG__LINK_KIND__LINK_DISCHARGE &&
		link->kind != ZONG__LINK_KIND__LINK_LIFTING)
		return;
	if (burden && end && burden->role != ZONG__LINK_KIND__LINK_TITLE &&
		link->state == ZONG__LINK_STATE__LINK_CONFIRMED)
		burden->ended_by = end->cas->no;
}

static int compare_items(const void *a, const void *b)
{
	const struct zong_chain_case *first = a, *second = b;
	bool sure;

	return zong_chain_compare(first->cas, second->cas, &sure);
}

static int gather(struct walk *walk)
{
	struct zong_chain *chain = walk->chain;
	int err = zong_lineage_find(walk->txn, chain->code.text, true, &chain->before);

	if (!err)
		err = take_filed(walk);
	for (size_t i = 0; i < chain->count && !err; i++) {
		err = follow(walk, i, false, false);
		if (!err)
			err = follow(walk, i, true, false);
	}
	/* now that all are there, each link once: from its later end */
	for (size_t i = 0, count = chain->count; i < count && !err; i++)
		err = follow(walk, i, true, true);
	if (err)
		return err;
	qsort(chain->item, chain->count, sizeof(*chain->item), compare_items);
	for (size_t i = 0; i < chain->links; i++)
		note_end(chain, chain->link[i]);
	return 0;
}

int zong_chain_gather(
	struct zong_txn *txn, const struct zong_subject *who, struct zong_chain *chain)
{
	struct walk walk = {.txn = txn, .who = who, .chain = chain};
	int err;

	chain->item = calloc(ZONG_LIMIT_CHAIN, sizeof(*chain->item));
	if (!chain->item)
		return ZONG_ENOMEM;
	err = gather(&walk);
	return !err && !chain->count ? ZONG_ENOENT : err;
}

int zong_chain_get(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	struct zong_chain *ret_chain, struct zong_err *err)
{
	struct zong_chain chain = {0};
	struct zong_txn *txn;
	char object[64];
	int r = zong_access_may(who, ZONG_VERB_CASE_READ, NULL);

	if (r)
		return zong_err_set(err, r, NULL);
	r = zong_unit_code_parse(code, strlen(code), &chain.code);
	if (r)
		return zong_err_set(err, r, "%s", code);
	r = zong_store_read_begin(archive->store, &txn);
	if (!r) {
		r = zong_chain_gather(txn, who, &chain);
		zong_txn_end(txn);
	}
	if (!r) {
		snprintf(object, sizeof(object), "parcel/%s", chain.code.text);
		r = zong_journal_read(archive->journal, who, "parcel.read", object);
	}
	if (r) {
		zong_chain_release(&chain);
		return zong_err_set(err, r, "%s", code);
	}
	*ret_chain = chain;
	return 0;
}
