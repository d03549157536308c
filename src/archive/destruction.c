/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "destruction_row.h"
#include "original_row.h"
#include "row.h"
#include "row_page.h"

/* ---- proposing ---- */

struct proposal {
	const struct zong_subject *who;
	const char *const *material;
	size_t count;
	const char *note;
	int32_t today;
	struct zong_id id;
	struct zong_id *open; /* lists that are neither executed nor cancelled */
	size_t open_count;
	struct zong_refusals refusals;
	struct zong_destruction made;
};

static int refuse(
	struct proposal *proposal, const char *material, const char *reason, const char *detail)
{
	struct zong_refusals *refusals = &proposal->refusals;
	struct zong_refusal *grown =
		realloc(refusals->item, (refusals->count + 1) * sizeof(*grown));
	size_t len;

	if (!grown)
		return ZONG_ENOMEM;
	refusals->item = grown;
	grown += refusals->count++;
	memset(grown, 0, sizeof(*grown));
	len = zong_utf8_cut(material, strlen(material), sizeof(grown->material) - 1);
	memcpy(grown->material, material, len);
	grown->reason = reason;
	len = zong_utf8_cut(detail, strlen(detail), sizeof(grown->detail) - 1);
	memcpy(grown->detail, detail, len);
	return 0;
}

static int refuse_by(
	struct proposal *proposal, const char *material, const struct zong_verdict *verdict)
{
	char detail[1024];
	char day[ZONG_DAY_TEXT];

	zong_day_format(verdict->due, day);
	if (verdict->state == ZONG_KEPT_HELD)
		snprintf(
			detail, sizeof(detail), "hold/%s: %s", verdict->hold, verdict->hold_reason);
	else if (verdict->state == ZONG_KEPT_RUNNING)
		snprintf(detail, sizeof(detail), "%s (%s)", day, verdict->rule);
	else
		snprintf(detail, sizeof(detail), "%s", verdict->rule);
	return refuse(proposal, material, zong_verdict_name(verdict), detail);
}

static bool is_final(Zong__DestructionState state)
{
	return state == ZONG__DESTRUCTION_STATE__DESTRUCTION_EXECUTED ||
	       state == ZONG__DESTRUCTION_STATE__DESTRUCTION_CANCELLED;
}

static int find_open(struct zong_txn *txn, struct proposal *proposal)
{
	struct zong_iter iter = {0};
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_DESTRUCTION_LISTS, NULL, NULL, false);

	proposal->open_count = 0;
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__DestructionList *list =
			zong__destruction_list__unpack(NULL, iter.value_len, iter.value);
		struct zong_id *grown;

		if (!list) {
			err = ZONG_ECORRUPT;
			break;
		}
		grown = is_final(list->state) ? proposal->open
					      : realloc(proposal->open, (proposal->open_count + 1) *
										sizeof(*grown));
		if (!is_final(list->state) && grown) {
			proposal->open = grown;
			if (!zong_row_id(&list->id, &grown[proposal->open_count++]))
				err = ZONG_ECORRUPT;
		} else if (!is_final(list->state)) {
			err = ZONG_ENOMEM;
		}
		zong__destruction_list__free_unpacked(list, NULL);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* On a list that is still open? Its text id in that case. */
static bool is_listed(struct zong_txn *txn, const struct proposal *proposal,
	const struct zong_id *material, char ret_list[ZONG_ID_TEXT])
{
	struct zong_key key;

	for (size_t i = 0; i < proposal->open_count; i++) {
		zong_row_key_id(&key, &proposal->open[i]);
		zong_key_id(&key, material);
		if (zong_txn_has(txn, ZONG_TABLE_DESTRUCTION_ITEMS, &key)) {
			zong_id_format(&proposal->open[i], ret_list);
			return true;
		}
	}
	return false;
}

static int make_item(const Zong__Material *material, const struct zong_verdict *verdict,
	Zong__DestructionItem **ret_item)
{
	_cleanup_row_ Zong__DestructionItem *item =
		zong_row_new(&zong__destruction_item__descriptor);

	if (!item || zong_row_set_bytes(&item->material, material->id.data, material->id.len) ||
		zong_row_set_bytes(&item->file, material->file.data, material->file.len) ||
		zong_row_set(&item->case_no, material->case_no) ||
		zong_row_set(&item->type, material->type) ||
		zong_row_set(&item->title, material->title) ||
		zong_row_set(&item->rule, verdict->rule))
		return ZONG_ENOMEM;
	item->pages = material->pages;
	item->bytes = material->bytes;
	item->due = verdict->due;
	*ret_item = take_ptr(item);
	return 0;
}

static int add_material(struct zong_txn *txn, struct proposal *proposal,
	const struct zong_rules *rules, const char *text)
{
	_cleanup_row_ Zong__Material *material = NULL;
	_cleanup_row_ Zong__DestructionItem *item = NULL;
	struct zong_verdict verdict;
	char list[ZONG_ID_TEXT];
	struct zong_key key;
	struct zong_id id;
	int err = zong_id_parse(text, &id) ? ZONG_ENOENT : zong_row_material(txn, &id, &material);

	if (err == ZONG_ENOENT)
		return refuse(proposal, text, "not-found", "");
	if (!err)
		err = zong_retention_judge(txn, rules, proposal->today, material, &verdict);
	if (err)
		return err;
	if (verdict.state != ZONG_KEPT_DUE)
		return refuse_by(proposal, text, &verdict);
	if (is_listed(txn, proposal, &id, list))
		return refuse(proposal, text, "listed", list);
	zong_row_key_id(&key, &proposal->id);
	zong_key_id(&key, &id);
	if (zong_txn_has(txn, ZONG_TABLE_DESTRUCTION_ITEMS, &key))
		return 0; /* named twice */
	err = make_item(material, &verdict, &item);
	if (!err)
		err = zong_destruction_put_item(txn, &proposal->id, item);
	if (!err)
		proposal->made.list->items++;
	return err;
}

static int write_proposal(struct zong_txn *txn, void *ctx)
{
	struct proposal *proposal = ctx;
	struct zong_rules rules = {0};
	Zong__DestructionList *list;
	char detail[ZONG_LIMIT_REASON + 64];
	int err;

	zong_destruction_release(&proposal->made);
	proposal->refusals.count = 0;
	list = proposal->made.list = zong_row_new(&zong__destruction_list__descriptor);
	if (!list || zong_row_set_bytes(&list->id, proposal->id.bytes, sizeof(proposal->id.bytes)))
		return ZONG_ENOMEM;
	err = find_open(txn, proposal);
	if (!err)
		err = zong_rules_load(txn, &rules);
	for (size_t i = 0; !err && i < proposal->count; i++)
		err = add_material(txn, proposal, &rules, proposal->material[i]);
	zong_rules_release(&rules);
	if (!err && proposal->refusals.count)
		err = ZONG_EUNDUE;
	if (err)
		return err;
	snprintf(detail, sizeof(detail), "%u materials: %s", list->items, proposal->note);
	err = zong_destruction_step(txn, proposal->who, &proposal->id, "destruction.propose",
		detail, proposal->note, &list->proposal);
	if (!err)
		err = zong_destruction_put(txn, list);
	if (err)
		return err;
	zong_destruction_release(&proposal->made);
	return zong_destruction_load(txn, &proposal->id, &proposal->made);
}

int zong_destruction_propose(struct zong_archive *archive, const struct zong_subject *who,
	const char *const *materials, size_t count, const char *note,
	struct zong_destruction *ret_destruction, struct zong_refusals *ret_refusals,
	struct zong_err *err)
{
	struct proposal proposal = {.who = who,
		.material = materials,
		.count = count,
		.note = note ? note : "",
		.today = zong_retention_today(archive)};
	int code = zong_access_may(who, ZONG_VERB_DESTRUCTION_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (count == 0)
		return zong_err_set(err, ZONG_EINVAL, "materials");
	if (count > ZONG_LIMIT_DESTRUCTION)
		return zong_err_set(err, ZONG_ELIMIT, "materials");
	code = zong_retention_text(proposal.note, ZONG_LIMIT_REASON, "note", err);
	if (code)
		return code;
	zong_id_new(&proposal.id);
	code = zong_store_write(archive->store, write_proposal, &proposal);
	free(proposal.open);
	if (code) {
		zong_destruction_release(&proposal.made);
		if (code == ZONG_EUNDUE)
			*ret_refusals = proposal.refusals;
		else
			free(proposal.refusals.item);
		return zong_err_set(
			err, code, "%zu", code == ZONG_EUNDUE ? proposal.refusals.count : count);
	}
	free(proposal.refusals.item);
	*ret_destruction = proposal.made;
	return 0;
}

/* ---- approving and cancelling ---- */

struct step {
	const struct zong_subject *who;
	struct zong_id id;
	const char *reason;
	Zong__DestructionState state; /* that it stood in, with ZONG_ELISTSTATE */
	struct zong_destruction made;
};

static int finish(struct zong_txn *txn, struct step *step, Zong__DestructionList *list)
{
	int err = zong_destruction_put(txn, list);

	return err ? err : zong_destruction_load(txn, &step->id, &step->made);
}

static int write_approval(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__DestructionList *list = NULL;
	struct step *step = ctx;
	int err;

	zong_destruction_release(&step->made);
	err = zong_destruction_row(txn, &step->id, &list);
	if (err)
		return err;
	step->state = list->state;
	if (list->state != ZONG__DESTRUCTION_STATE__DESTRUCTION_PROPOSED)
		return ZONG_ELISTSTATE;
	if (!list->proposal || zong_person_is(list->proposal->by, list->proposal->name, step->who))
		return ZONG_ESAMEPERSON;
	list->state = ZONG__DESTRUCTION_STATE__DESTRUCTION_APPROVED;
	err = zong_destruction_step(
		txn, step->who, &step->id, "destruction.approve", "", "", &list->approval);
	return err ? err : finish(txn, step, list);
}

static int write_cancel(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__DestructionList *list = NULL;
	struct step *step = ctx;
	int err;

	zong_destruction_release(&step->made);
	err = zong_destruction_row(txn, &step->id, &list);
	if (err)
		return err;
	step->state = list->state;
	if (list->state != ZONG__DESTRUCTION_STATE__DESTRUCTION_PROPOSED &&
		list->state != ZONG__DESTRUCTION_STATE__DESTRUCTION_APPROVED)
		return ZONG_ELISTSTATE;
	list->state = ZONG__DESTRUCTION_STATE__DESTRUCTION_CANCELLED;
	err = zong_destruction_step(txn, step->who, &step->id, "destruction.cancel", step->reason,
		step->reason, &list->cancelling);
	return err ? err : finish(txn, step, list);
}

static int take_step(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const char *reason, zong_store_change *change, struct zong_destruction *ret_destruction,
	struct zong_err *err)
{
	struct step step = {.who = who, .reason = reason};
	int code;

	if (zong_id_parse(id, &step.id))
		return zong_err_set(err, ZONG_ENOENT, "%s", id);
	code = zong_store_write(archive->store, change, &step);
	if (!code) {
		*ret_destruction = step.made;
		return 0;
	}
	zong_destruction_release(&step.made);
	return zong_err_set(err, code, "%s",
		code == ZONG_ELISTSTATE ? zong_destruction_state_name(step.state) : id);
}

int zong_destruction_approve(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, struct zong_destruction *ret_destruction, struct zong_err *err)
{
	int code = zong_access_may(who, ZONG_VERB_DESTRUCTION_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	return take_step(archive, who, id, NULL, write_approval, ret_destruction, err);
}

int zong_destruction_cancel(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, const char *reason, struct zong_destruction *ret_destruction,
	struct zong_err *err)
{
	int code = zong_access_may(who, ZONG_VERB_DESTRUCTION_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (!reason || zong_retention_blank(reason))
		return zong_err_set(err, ZONG_EREASON, NULL);
	code = zong_retention_text(reason, ZONG_LIMIT_REASON, "reason", err);
	if (code)
		return code;
	return take_step(archive, who, id, reason, write_cancel, ret_destruction, err);
}

/* ---- looking ---- */

int zong_destruction_get(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, struct zong_destruction *ret_destruction, struct zong_err *err)
{
	struct zong_txn *txn;
	struct zong_id parsed;
	int code = zong_access_may(who, ZONG_VERB_RETENTION_READ, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (zong_id_parse(id, &parsed))
		return zong_err_set(err, ZONG_ENOENT, "%s", id);
	code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_destruction_load(txn, &parsed, ret_destruction);
	zong_txn_end(txn);
	return code ? zong_err_set(err, code, "%s", id) : 0;
}

int zong_destruction_list(struct zong_archive *archive, const struct zong_subject *who,
	const char *cursor, size_t max, Zong__DestructionList ***ret_lists, size_t *ret_count,
	char **ret_next, struct zong_err *err)
{
	struct zong_row_page page = {.table = ZONG_TABLE_DESTRUCTION_LISTS,
		.type = &zong__destruction_list__descriptor,
		.backwards = true};
	int r = zong_access_may(who, ZONG_VERB_RETENTION_READ, NULL);

	if (!r)
		r = zong_row_page_read(archive, &page, cursor, max, (ProtobufCMessage ***)ret_lists,
			ret_count, ret_next);
	return r ? zong_err_set(err, r, NULL) : 0;
}
