/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/time.h>

#include "chain.h"
#include "deliver.h"
#include "journal.h"
#include "look.h"
#include "retention_look.h"
#include "review.h"
#include "row.h"

/* ---- circles ---- */

struct search {
	struct zong_txn *txn;
	char *no[ZONG_LIMIT_CHAIN];
	size_t count;
};

static int reach(struct search *search, const char *no)
{
	for (size_t i = 0; i < search->count; i++)
		if (strcmp(search->no[i], no) == 0)
			return 0;
	if (search->count == ZONG_LIMIT_CHAIN)
		return 0;
	search->no[search->count] = strdup(no);
	return search->no[search->count++] ? 0 : ZONG_ENOMEM;
}

static int reach_from(struct search *search, const char *no)
{
	Zong__Link **links;
	size_t count;
	int err = zong_chain_links(search->txn, no, true, &links, &count);

	for (size_t i = 0; !err && i < count; i++)
		if (links[i]->state == ZONG__LINK_STATE__LINK_CONFIRMED)
			err = reach(search, links[i]->earlier);
	if (!err || count)
		zong_links_free(links, count);
	return err;
}

/* Does @earlier itself go on from @later, by what was confirmed? */
static int goes_on_from(
	struct zong_txn *txn, const char *earlier, const char *later, bool *ret_circle)
{
	struct search search = {.txn = txn};
	int err = reach(&search, earlier);

	*ret_circle = false;
	for (size_t i = 0; i < search.count && !err && !*ret_circle; i++) {
		*ret_circle = strcmp(search.no[i], later) == 0;
		err = reach_from(&search, search.no[i]);
	}
	for (size_t i = 0; i < search.count; i++)
		free(search.no[i]);
	return err;
}

/* ---- in a change ---- */

static int look_at(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_link_wish *wish, Zong__Link **ret_link, const char **ret_wrong)
{
	_cleanup_row_ Zong__Case *later = NULL;
	_cleanup_row_ Zong__Case *earlier = NULL;
	int err;

	*ret_wrong = wish->later;
	err = zong_look_case(txn, who, wish->later, &later);
	if (err)
		return err;
	*ret_wrong = wish->earlier;
	err = zong_look_case(txn, who, wish->earlier, &earlier);
	if (err)
		return err;
	*ret_wrong = "earlier";
	if (strcmp(later->no, earlier->no) == 0)
		return ZONG_EINVAL;
	err = zong_chain_row(txn, later->no, earlier->no, ret_link);
	if (err == ZONG_ENOENT && wish->decision == ZONG_LINK_CONFIRM) {
		*ret_wrong = "links";
		err = zong_chain_new(txn, later, earlier, ret_link);
		if (!err)
			(*ret_link)->by_hand = true;
	}
	return err;
}

static int record(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_link_wish *wish, Zong__Link *link)
{
	char object[ZONG_LIMIT_CASE_NO_BYTES + 16];
	char detail[ZONG_LIMIT_REASON + ZONG_LIMIT_CASE_NO_BYTES + 64];

	snprintf(object, sizeof(object), "case/%s", link->later);
	snprintf(detail, sizeof(detail), "%s %s: %s", zong_link_kind_name(link->kind),
		link->earlier, wish->reason ? wish->reason : "");
	return zong_journal_add(txn, who,
		wish->decision == ZONG_LINK_CONFIRM ? "link.confirm" : "link.refuse", object,
		detail, &link->record);
}

/* What stands against the decision. */
static int check(struct zong_txn *txn, const struct zong_link_wish *wish, const Zong__Link *link,
	const char **ret_wrong)
{
	bool anew = link->state != ZONG__LINK_STATE__LINK_PROPOSED;
	bool circle;
	int err;

	*ret_wrong = "reason";
	if ((wish->decision == ZONG_LINK_REFUSE || anew) &&
		(!wish->reason || zong_retention_blank(wish->reason)))
		return ZONG_EREASON;
	if (wish->decision == ZONG_LINK_REFUSE)
		return 0;
	*ret_wrong = "circle";
	err = goes_on_from(txn, link->earlier, link->later, &circle);
	return err ? err : circle ? ZONG_EINVAL : 0;
}

int zong_chain_decide(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_link_wish *wish, Zong__Link **ret_link, const char **ret_wrong)
{
	Zong__LinkState state = wish->decision == ZONG_LINK_CONFIRM
					? ZONG__LINK_STATE__LINK_CONFIRMED
					: ZONG__LINK_STATE__LINK_REFUSED;
	_cleanup_row_ Zong__Link *link = NULL;
	Zong__LinkKind kind;
	int err = look_at(txn, who, wish, &link, ret_wrong);

	if (err)
		return err;
	kind = link->kind;
	*ret_wrong = "kind";
	if (wish->kind && zong_link_kind_parse(wish->kind, &kind))
		return ZONG_EINVAL;
	/* a link made by hand is new: it is proposed by its maker, and confirmed at once */
	if (link->state == state && link->kind == kind) {
		*ret_link = take_ptr(link);
		return 0;
	}
	err = check(txn, wish, link, ret_wrong);
	if (err)
		return err;
	link->kind = kind;
	link->state = state;
	link->decided = zong_time_now();
	if (zong_row_set(&link->decided_by, who->key) ||
		zong_row_set(&link->decided_name, who->name) ||
		zong_row_set(&link->reason, wish->reason))
		return ZONG_ENOMEM;
	err = record(txn, who, wish, link);
	if (!err)
		err = zong_chain_put(txn, link);
	/* somebody may wait for the earlier case to be there first */
	if (!err)
		err = zong_deliver_case(txn, link->later, NULL);
	if (!err)
		*ret_link = take_ptr(link);
	return err;
}

/* ---- by itself ---- */

struct deciding {
	const struct zong_subject *who;
	const struct zong_judge *judge;
	const struct zong_link_wish *wish;
	Zong__Link *link; /* handed out; made anew by each run of the change */
	const char *wrong;
};

/* What stood in the review list because of it is settled. */
static int settle(struct zong_txn *txn, const struct zong_judge *judge, const Zong__Link *link)
{
	struct zong_id id[ZONG_LIMIT_LINKS];
	struct zong_touched touched = {.id = id};

	for (size_t i = 0; i < link->n_evidence && touched.count < ZONG_LIMIT_LINKS; i++)
		touched.count += zong_row_id(&link->evidence[i]->material, &id[touched.count]);
	return zong_review_touched(txn, judge, &touched);
}

static int change(struct zong_txn *txn, void *ctx)
{
	struct deciding *deciding = ctx;
	int err;

	zong_row_cleanup(&deciding->link);
	deciding->link = NULL;
	err = zong_chain_decide(
		txn, deciding->who, deciding->wish, &deciding->link, &deciding->wrong);
	return err ? err : settle(txn, deciding->judge, deciding->link);
}

int zong_link_decide(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_link_wish *wish, Zong__Link **ret_link, struct zong_err *err)
{
	struct deciding deciding = {.who = who, .judge = &archive->judge, .wish = wish};
	int r = zong_access_may(who, ZONG_VERB_LINK_DECIDE, NULL);

	if (r)
		return zong_err_set(err, r, NULL);
	if (wish->reason) {
		r = zong_retention_text(wish->reason, ZONG_LIMIT_REASON, "reason", err);
		if (r)
			return r;
	}
	r = zong_store_write(archive->store, change, &deciding);
	if (r) {
		zong_row_cleanup(&deciding.link);
		return zong_err_set(err, r, "%s", deciding.wrong ? deciding.wrong : "");
	}
	*ret_link = deciding.link;
	return 0;
}
