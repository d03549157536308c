/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/query.h>
#include <zong/time.h>

#include "catalogue.h"
#include "chain.h"
#include "deliver.h"
#include "index_rows.h"
#include "journal.h"
#include "opening.h"
#include "receivers.h"
#include "retention_look.h"
#include "review.h"
#include "row.h"

/* The kind or the cause of a case turns out to be another one. */

/* What a department is told: nothing of why, which may be about people. */
#define TAKEN_BACK "业务类型或者登记原因已更改，按材料目录不再送该部门"

struct changing {
	struct zong_archive *archive;
	const struct zong_subject *who;
	const struct zong_case_change *change;
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	const char *wrong; /* with ZONG_EINVAL and ZONG_ELIMIT */
	Zong__Case *cas;   /* as it is afterwards */
	bool again;
};

void zong_case_as_opened(const Zong__Case *cas, char **ret_kind, char **ret_cause)
{
	for (size_t i = 0; i < cas->n_events; i++)
		if (strcmp(cas->events[i]->kind, ZONG_CASE_CHANGED) == 0) {
			*ret_kind = cas->events[i]->kind_before;
			*ret_cause = cas->events[i]->cause_before;
			return;
		}
}

/* ---- the case ---- */

static int note(const struct changing *changing, Zong__CaseEvent *event)
{
	const Zong__Case *cas = changing->cas;
	const struct zong_case_change *change = changing->change;

	event->day = zong_day_of(zong_time_now());
	event->entered = zong_time_now();
	return zong_row_set(&event->kind, ZONG_CASE_CHANGED) ||
			       zong_row_set(&event->by, changing->who->key) ||
			       zong_row_set(&event->name, changing->who->name) ||
			       zong_row_set(&event->reason, change->reason) ||
			       zong_row_set(&event->kind_before, cas->kind) ||
			       zong_row_set(&event->cause_before, cas->cause) ||
			       zong_row_set(&event->kind_after,
				       change->kind ? change->kind : cas->kind) ||
			       zong_row_set(&event->cause_after,
				       change->cause ? change->cause : cas->cause)
		       ? ZONG_ENOMEM
		       : 0;
}

static int add_event(const struct changing *changing, Zong__CaseEvent **ret_event)
{
	Zong__CaseEvent *event = zong_row_new(&zong__case_event__descriptor);
	Zong__Case *cas = changing->cas;
	Zong__CaseEvent **grown =
		event ? realloc(cas->events, (cas->n_events + 1) * sizeof(*grown)) : NULL;

	if (!grown) {
		zong_row_cleanup(&event);
		return ZONG_ENOMEM;
	}
	cas->events = grown;
	grown[cas->n_events++] = event;
	*ret_event = event;
	return note(changing, event);
}

static int record(struct zong_txn *txn, const struct changing *changing, Zong__CaseEvent *event)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(4 * ZONG_LIMIT_LOG_TEXT);
	char object[ZONG_LIMIT_CASE_NO_BYTES + 16];

	snprintf(object, sizeof(object), "case/%s", changing->no);
	zong_buf_add_format(&text, "%s (%s) -> %s (%s): %s", event->kind_before,
		event->cause_before, event->kind_after, event->cause_after, event->reason);
	if (text.err)
		return text.err;
	return zong_journal_add(
		txn, changing->who, "case.change", object, zong_buf_str(&text), &event->record);
}

static int put_case(struct zong_txn *txn, struct changing *changing)
{
	Zong__Case *cas = changing->cas;
	Zong__CaseEvent *event;
	struct zong_key key;
	int err;

	changing->wrong = "events";
	if (cas->n_events >= ZONG_LIMIT_EVENTS)
		return ZONG_ELIMIT;
	err = add_event(changing, &event);
	if (!err)
		err = record(txn, changing, event);
	if (!err && !cas->catalogue) /* it is taken up again */
		err = zong_catalogues_newest(txn, &cas->catalogue);
	if (!err && changing->change->kind)
		err = zong_row_set(&cas->kind, changing->change->kind);
	if (!err && changing->change->cause)
		err = zong_row_set(&cas->cause, changing->change->cause);
	zong_row_key_str(&key, cas->no);
	return err ? err : zong_txn_put(txn, ZONG_TABLE_CASES, &key, &cas->base);
}

/* ---- its materials ---- */

struct following {
	struct changing *changing;
	bool renamed; /* the kind is another: it stands in the text that materials are found by */
	bool linked;  /* ... and does something else to the title */
	struct zong_id *id;
	size_t count;
};

static int gather(struct zong_txn *txn, const struct zong_id *id, void *ctx)
{
	struct following *following = ctx;
	struct zong_id *grown = realloc(following->id, (following->count + 1) * sizeof(*grown));

	(void)txn;
	if (!grown)
		return ZONG_ENOMEM;
	following->id = grown;
	grown[following->count++] = *id;
	return 0;
}

/* To departments that it goes to now and did not before. */
static int send(struct zong_txn *txn, const struct changing *changing, const char *object,
	const Zong__Material *before, const Zong__Material *material)
{
	bool made;
	int err = 0;

	for (size_t i = 0; i < material->n_by_catalogue && !err; i++) {
		const char *department = material->by_catalogue[i];

		if (zong_receivers_have(before, department))
			continue;
		err = zong_deliver_new(txn, material, department, &made);
		if (!err && made)
			err = zong_journal_add(
				txn, changing->who, "delivery.add", object, department, NULL);
	}
	return err;
}

/* From departments that only the catalogue had named and does not any more. */
static int take_back(struct zong_txn *txn, const struct changing *changing,
	const struct zong_id *id, const Zong__Material *before, const Zong__Material *material)
{
	int err = 0;

	for (size_t i = 0; i < before->n_by_catalogue && !err; i++) {
		_cleanup_row_ Zong__Delivery *delivery = NULL;
		const char *department = before->by_catalogue[i];

		if (zong_receivers_have(material, department))
			continue;
		err = zong_row_delivery_to(txn, id, department, &delivery);
		if (!err)
			err = zong_deliver_withdraw(txn, changing->who, delivery, TAKEN_BACK);
		err = err == ZONG_ENOENT ? 0 : err;
	}
	return err;
}

static int follow_rows(struct zong_txn *txn, const struct following *following,
	const Zong__Material *before, Zong__Material *material)
{
	bool moved = before->scope != material->scope || before->shared != material->shared;
	int err = moved ? zong_index_material_gone(txn, before) : 0;

	if (!err && (following->renamed || moved))
		err = zong_index_material(txn, material);
	if (!err && following->linked)
		err = zong_review_material(txn, &following->changing->archive->judge, material);
	return err;
}

static int follow(struct zong_txn *txn, const struct following *following, const struct zong_id *id)
{
	const struct changing *changing = following->changing;
	_cleanup_row_ Zong__Material *before = NULL;
	_cleanup_row_ Zong__Material *material = NULL;
	char object[64], text[ZONG_ID_TEXT];
	ProtobufCMessage *copy;
	struct zong_key key;
	int err = zong_row_material(txn, id, &before);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	if (before->destroyed)
		return 0;
	if (before->superseded.len) /* its deliveries have ended; the newer version's follow */
		return following->renamed ? zong_index_material(txn, before) : 0;
	err = zong_row_copy(&before->base, &copy);
	if (err)
		return err;
	material = (Zong__Material *)copy;
	zong_receivers_forget_catalogue(material);
	err = zong_catalogue_send(changing->archive->catalogues, txn, changing->cas, material);
	if (err)
		return err;
	zong_id_format(id, text);
	snprintf(object, sizeof(object), "material/%s", text);
	err = take_back(txn, changing, id, before, material);
	if (!err)
		err = send(txn, changing, object, before, material);
	zong_row_key_id(&key, id);
	if (!err)
		err = zong_txn_put(txn, ZONG_TABLE_MATERIALS, &key, &material->base);
	return err ? err : follow_rows(txn, following, before, material);
}

/* The links that it was proposed with, by the numbers entered with it. */
static int propose(struct zong_txn *txn, const struct changing *changing)
{
	const struct zong_judge *judge = &changing->archive->judge;
	struct zong_touched touched = {0};
	int err = zong_chain_propose_case(txn, changing->cas, judge->confidence, &touched);

	if (!err)
		err = zong_review_touched(txn, judge, &touched);
	zong_touched_release(&touched);
	return err;
}

/* ---- all of it ---- */

static bool is_same(const struct changing *changing)
{
	const struct zong_case_change *change = changing->change;
	const Zong__Case *cas = changing->cas;

	return (!change->kind || strcmp(change->kind, cas->kind) == 0) &&
	       (!change->cause || strcmp(change->cause, cas->cause) == 0);
}

static int change_it(struct zong_txn *txn, struct changing *changing)
{
	const char *kind = changing->change->kind;
	struct following following = {.changing = changing};
	int err;

	following.renamed = kind && strcmp(kind, changing->cas->kind) != 0;
	following.linked = following.renamed &&
			   zong_chain_roles(kind) != zong_chain_roles(changing->cas->kind);
	err = put_case(txn, changing);
	if (!err && following.linked)
		err = propose(txn, changing);
	if (!err)
		err = zong_row_materials_of(txn, changing->no, gather, &following);
	for (size_t i = 0; i < following.count && !err; i++)
		err = follow(txn, &following, &following.id[i]);
	free(following.id);
	return err;
}

static int write_change(struct zong_txn *txn, void *ctx)
{
	struct changing *changing = ctx;
	struct zong_object object = {.txn = txn};
	int err;

	zong_row_cleanup(&changing->cas);
	changing->cas = NULL;
	err = zong_row_case(txn, changing->no, &changing->cas);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENOCASE : err;
	object.cas = changing->cas;
	err = zong_access_may(changing->who, ZONG_VERB_CASE_CHANGE, &object);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENOCASE : err;
	changing->again = is_same(changing);
	if (changing->again)
		return 0;
	changing->wrong = "kind"; /* who may see what hangs on it */
	if (strcmp(changing->cas->kind, ZONG_QUERY_KIND) == 0)
		return ZONG_EINVAL;
	return change_it(txn, changing);
}

static int check_entry(const struct zong_case_change *change, struct zong_err *err)
{
	int code = 0;

	if (!change->kind && !change->cause)
		return zong_err_set(err, ZONG_EINVAL, "kind");
	if (change->kind) {
		code = zong_retention_text(change->kind, ZONG_LIMIT_TYPE, "kind", err);
		if (!code && (zong_retention_blank(change->kind) ||
				     strcmp(change->kind, ZONG_QUERY_KIND) == 0))
			code = zong_err_set(err, ZONG_EINVAL, "kind");
	}
	if (!code && change->cause)
		code = zong_retention_text(change->cause, ZONG_LIMIT_REASON, "cause", err);
	if (!code && (!change->reason || zong_retention_blank(change->reason)))
		code = zong_err_set(err, ZONG_EREASON, NULL);
	return code ? code : zong_retention_text(change->reason, ZONG_LIMIT_REASON, "reason", err);
}

int zong_case_change(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const struct zong_case_change *change, Zong__Case **ret_case, bool *ret_again,
	struct zong_err *err)
{
	struct changing changing = {.archive = archive, .who = who, .change = change};
	int code = zong_access_may(who, ZONG_VERB_CASE_CHANGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (zong_case_no_parse(no, strlen(no), changing.no, sizeof(changing.no)))
		return zong_err_set(err, ZONG_ENOCASE, "%s", no);
	code = check_entry(change, err);
	if (code)
		return code;
	code = zong_store_write(archive->store, write_change, &changing);
	if (code) {
		zong_row_cleanup(&changing.cas);
		return zong_err_set(err, code, "%s",
			code == ZONG_ELIMIT || code == ZONG_EINVAL ? changing.wrong : changing.no);
	}
	*ret_case = changing.cas;
	*ret_again = changing.again;
	return 0;
}
