/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>

#include "opening.h"
#include "original_row.h"
#include "query_row.h"
#include "retention_look.h"

struct entering {
	struct zong_archive *archive;
	const struct zong_subject *who;
	enum zong_verb verb;
	const Zong__Query *draft;
	const char *no;	   /* to change; NULL: a new one */
	uint32_t revision; /* that was read; 0: whichever */
	int32_t today;
	char subject[ZONG_ABOUT];
	struct zong_query made;
};

/* @days working days later: Saturdays and Sundays are none. Holidays are not known here; where a day is moved the hall is early. */
static int32_t due_day(int32_t today, unsigned int days)
{
	int32_t day = today;

	while (days) {
		int32_t weekday =
			(day + 5) % 7; /* of the next one; 0: Sunday; 1970-01-01 was a Thursday */

		day++;
		days -= weekday != 0 && weekday != 6;
	}
	return day;
}

/* The case that the scans of what was shown are filed under. It names nobody: the application does. */
static int open_case(struct zong_txn *txn, struct entering *in, const char *no)
{
	_cleanup_row_ Zong__Case *entry = zong_row_new(&zong__case__descriptor);
	struct zong_opening opening = {
		.who = in->who, .judge = &in->archive->judge, .entry = entry};
	int err;

	if (!entry || zong_row_set(&entry->no, no) || zong_row_set(&entry->kind, ZONG_QUERY_KIND))
		return ZONG_ENOMEM;
	err = zong_opening_change(txn, &opening);
	zong_opening_release(&opening);
	return err;
}

static int copy_draft(const struct entering *in, Zong__Query **ret_query)
{
	ProtobufCMessage *copy;
	int err = zong_row_copy(&in->draft->base, &copy);

	if (!err)
		*ret_query = (Zong__Query *)copy;
	return err;
}

/* Who asks, in the words of the rules. */
static int name_asker(const struct entering *in, Zong__Query *query)
{
	const struct zong_query_asker *asker =
		zong_query_rules_asker(in->archive->query_rules, query->asker);

	return asker ? zong_row_set(&query->asker_name, asker->name) : 0;
}

static int write_new(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Query *query = NULL;
	struct entering *in = ctx;
	const struct zong_query_rules *rules = in->archive->query_rules;
	char no[ZONG_QUERY_NO];
	int err;

	zong_query_release(&in->made);
	err = copy_draft(in, &query);
	if (!err)
		err = name_asker(in, query);
	if (!err)
		err = zong_query_next(txn, in->today, no);
	if (!err)
		err = zong_row_set(&query->no, no);
	if (!err)
		err = open_case(txn, in, no);
	if (!err)
		err = zong_query_step(
			txn, in->who, no, "query.enter", query->asker, "", &query->entered);
	if (err)
		return err;
	query->due = due_day(in->today, rules ? rules->days : 0);
	err = zong_query_put(txn, query);
	return err ? err : zong_query_load(in->archive, txn, no, &in->made);
}

static int write_change(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Query *old = NULL, *query = NULL;
	struct entering *in = ctx;
	int err;

	zong_query_release(&in->made);
	zong_paper_about(in->subject, in->no);
	err = zong_query_row(txn, in->no, &old);
	if (err)
		return err;
	if (old->state != ZONG__QUERY_STATE__QUERY_ENTERED) {
		zong_paper_about(in->subject, zong_query_state_name(old->state));
		return ZONG_EQUERYSTATE;
	}
	if (in->revision && in->revision != old->revision)
		return ZONG_ECHANGED;
	err = copy_draft(in, &query);
	if (!err)
		err = name_asker(in, query);
	if (!err &&
		(zong_row_set(&query->no, old->no) || zong_row_set(&query->machine, old->machine)))
		err = ZONG_ENOMEM;
	if (!err)
		err = zong_query_step(txn, in->who, in->no, "query.change", query->asker, "", NULL);
	if (err)
		return err;
	query->entered = take_ptr(old->entered);
	query->due = old->due;
	query->revision = old->revision;
	err = zong_query_put(txn, query);
	return err ? err : zong_query_load(in->archive, txn, in->no, &in->made);
}

static int run(struct entering *in, const struct zong_query_entry *entry, zong_store_change *write,
	struct zong_query *ret_query, struct zong_err *err)
{
	_cleanup_row_ Zong__Query *draft = NULL;
	struct zong_warnings warnings = {0};
	int code = zong_access_may(in->who, in->verb, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_query_fill(entry, &draft, &warnings, err);
	if (code)
		return code;
	in->draft = draft;
	in->today = zong_retention_today(in->archive);
	code = zong_store_write(in->archive->store, write, in);
	if (code) {
		zong_query_release(&in->made);
		zong_warnings_release(&warnings);
		return zong_err_set(err, code, "%s", in->subject);
	}
	*ret_query = in->made;
	ret_query->warnings = warnings;
	return 0;
}

int zong_query_enter_as(struct zong_archive *archive, const struct zong_subject *who,
	enum zong_verb verb, const struct zong_query_entry *entry, struct zong_query *ret_query,
	struct zong_err *err)
{
	struct entering in = {.archive = archive, .who = who, .verb = verb};

	return run(&in, entry, write_new, ret_query, err);
}

int zong_query_enter(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_query_entry *entry, struct zong_query *ret_query, struct zong_err *err)
{
	return zong_query_enter_as(archive, who, ZONG_VERB_QUERY_ENTER, entry, ret_query, err);
}

int zong_query_change(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	uint32_t revision, const struct zong_query_entry *entry, struct zong_query *ret_query,
	struct zong_err *err)
{
	struct entering in = {.archive = archive,
		.who = who,
		.verb = ZONG_VERB_QUERY_ENTER,
		.no = no,
		.revision = revision};

	return run(&in, entry, write_change, ret_query, err);
}
