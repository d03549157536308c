/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/utf8.h>

#include "journal.h"
#include "look.h"
#include "retention_look.h"
#include "row.h"

const char *zong_verdict_name(const struct zong_verdict *verdict)
{
	switch (verdict->state) {
	case ZONG_KEPT_PERMANENT:
		return "permanent";
	case ZONG_KEPT_WAITING:
		return "waiting";
	case ZONG_KEPT_RUNNING:
		return "running";
	case ZONG_KEPT_HELD:
		return "held";
	case ZONG_KEPT_DUE:
		return "due";
	case ZONG_KEPT_GONE:
		break;
	}
	return "destroyed";
}

/* How near a rule is to the material: 3 for its very kind and type, 0 for any; -1: it speaks of another one. */
static int nearness(
	const Zong__RetentionRule *rule, const Zong__Case *cas, const Zong__Material *material)
{
	if (rule->kind[0] && strcmp(rule->kind, cas->kind) != 0)
		return -1;
	if (rule->type[0] && strcmp(rule->type, material->type) != 0)
		return -1;
	return (rule->kind[0] ? 2 : 0) + (rule->type[0] ? 1 : 0);
}

/* The last day on which the event happened; ZONG_DAY_NEVER: it has not. */
static int32_t event_day(const Zong__Case *cas, const char *event)
{
	int32_t last = ZONG_DAY_NEVER;

	if (strcmp(event, ZONG_RETENTION_OPENED) == 0)
		return zong_day_of(cas->opened);
	for (size_t i = 0; i < cas->n_events; i++)
		if (strcmp(cas->events[i]->kind, event) == 0 &&
			(last == ZONG_DAY_NEVER || cas->events[i]->day > last))
			last = cas->events[i]->day;
	return last;
}

static void describe(const Zong__RetentionRule *rule, struct zong_verdict *verdict)
{
	const char *kind = rule->kind[0] ? rule->kind : "*";
	const char *type = rule->type[0] ? rule->type : "*";

	if (rule->permanent)
		snprintf(verdict->rule, sizeof(verdict->rule), "%s / %s: permanent", kind, type);
	else
		snprintf(verdict->rule, sizeof(verdict->rule), "%s / %s: %u years after %s", kind,
			type, rule->years, rule->event);
}

/* One reason; the verdict becomes that of the latest one. */
static void weigh(const Zong__RetentionRule *rule, const Zong__Case *cas, bool first,
	struct zong_verdict *verdict)
{
	int32_t day = rule->permanent ? ZONG_DAY_NEVER : event_day(cas, rule->event);
	int state = ZONG_KEPT_RUNNING;

	if (rule->permanent)
		state = ZONG_KEPT_PERMANENT;
	else if (day == ZONG_DAY_NEVER)
		state = ZONG_KEPT_WAITING;
	else
		day = zong_day_add_years(day, rule->years);
	/* In the order of the states: permanent before waiting before a day. */
	if (!first && (state > (int)verdict->state ||
			      (state == (int)verdict->state && day <= verdict->due)))
		return;
	verdict->state = state;
	verdict->due = day;
	describe(rule, verdict);
}

static void apply_rules(const struct zong_rules *rules, const Zong__Case *cas,
	const Zong__Material *material, struct zong_verdict *verdict)
{
	bool first = true;
	int nearest = -1;

	for (size_t i = 0; i < rules->count; i++) {
		int near = nearness(rules->rule[i], cas, material);

		if (near > nearest)
			nearest = near;
	}
	for (size_t i = 0; nearest >= 0 && i < rules->count; i++) {
		if (nearness(rules->rule[i], cas, material) != nearest)
			continue;
		weigh(rules->rule[i], cas, first, verdict);
		first = false;
	}
}

static int apply_hold(struct zong_txn *txn, const Zong__Case *cas, const Zong__Material *material,
	struct zong_verdict *verdict)
{
	_cleanup_row_ Zong__Hold *hold = NULL;
	struct zong_id id;
	size_t len;
	int err = zong_hold_covering(txn, material, cas, &hold);

	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	if (!zong_row_id(&hold->id, &id))
		return ZONG_ECORRUPT;
	zong_id_format(&id, verdict->hold);
	len = zong_utf8_cut(hold->reason, strlen(hold->reason), sizeof(verdict->hold_reason) - 1);
	memcpy(verdict->hold_reason, hold->reason, len);
	if (verdict->state == ZONG_KEPT_DUE)
		verdict->state = ZONG_KEPT_HELD;
	return 0;
}

int zong_retention_judge(struct zong_txn *txn, const struct zong_rules *rules, int32_t today,
	const Zong__Material *material, struct zong_verdict *ret_verdict)
{
	struct zong_verdict verdict = {.state = ZONG_KEPT_PERMANENT, .due = ZONG_DAY_NEVER};
	_cleanup_row_ Zong__Case *cas = NULL;
	int err;

	if (material->destroyed) {
		verdict.state = ZONG_KEPT_GONE;
		*ret_verdict = verdict;
		return 0;
	}
	err = zong_row_case(txn, material->case_no, &cas);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	apply_rules(rules, cas, material, &verdict);
	if (verdict.state == ZONG_KEPT_RUNNING && verdict.due <= today)
		verdict.state = ZONG_KEPT_DUE;
	err = apply_hold(txn, cas, material, &verdict);
	if (!err)
		*ret_verdict = verdict;
	return err;
}

int zong_retention_of(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	Zong__Material **ret_material, struct zong_verdict *ret_verdict, struct zong_err *err)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct zong_rules rules = {0};
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
	code = zong_row_material(txn, &parsed, &material);
	if (!code)
		code = zong_rules_load(txn, &rules);
	if (!code)
		code = zong_retention_judge(
			txn, &rules, zong_retention_today(archive), material, ret_verdict);
	zong_txn_end(txn);
	zong_rules_release(&rules);
	if (code)
		return zong_err_set(err, code, "%s", id);
	*ret_material = take_ptr(material);
	return 0;
}
