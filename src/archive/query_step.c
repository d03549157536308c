/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "journal.h"
#include "original_row.h"
#include "query_row.h"
#include "retention_look.h"

#define WORD_BYTES 16

struct step {
	struct zong_archive *archive;
	const struct zong_subject *who;
	enum zong_verb verb;
	const char *no, *text;
	Zong__QueryState state; /* that it comes to */
	const char *const *materials;
	size_t count;
	char subject[ZONG_ABOUT];
	struct zong_query made;
};

static int begin(
	struct zong_txn *txn, struct step *step, Zong__QueryState needed, Zong__Query **ret_query)
{
	_cleanup_row_ Zong__Query *query = NULL;
	int err;

	zong_query_release(&step->made);
	zong_paper_about(step->subject, step->no);
	err = zong_query_row(txn, step->no, &query);
	if (err)
		return err;
	if (query->state != needed) {
		zong_paper_about(step->subject, zong_query_state_name(query->state));
		return ZONG_EQUERYSTATE;
	}
	*ret_query = take_ptr(query);
	return 0;
}

static int finish(struct zong_txn *txn, struct step *step, Zong__Query *query)
{
	int err = zong_query_put(txn, query);

	return err ? err : zong_query_load(step->archive, txn, query->no, &step->made);
}

static int run(struct step *step, zong_store_change *write, struct zong_query *ret_query,
	struct zong_err *err)
{
	int code = zong_access_may(step->who, step->verb, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_store_write(step->archive->store, write, step);
	if (code) {
		zong_query_release(&step->made);
		return zong_err_set(err, code, "%s", step->subject);
	}
	*ret_query = step->made;
	return 0;
}

/* ---- 准予 ---- */

/* The word by which the paper is known again. */
static int set_word(Zong__Query *query)
{
	char word[2 * WORD_BYTES + 1];
	uint8_t bytes[WORD_BYTES];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2hex(word, sizeof(word), bytes, sizeof(bytes));
	return zong_row_set(&query->check, word);
}

/* All that is in the way, as far as there is room. */
static int name_problems(struct step *step, const struct zong_query_problem *problem, size_t count)
{
	size_t len = 0;

	step->subject[0] = '\0';
	for (size_t i = 0; i < count && len < ZONG_ABOUT; i++) {
		char one[ZONG_ABOUT];

		snprintf(one, sizeof(one), "%s%s%s%s", len ? "; " : "", problem[i].code,
			problem[i].subject[0] ? " " : "", problem[i].subject);
		if (len + strlen(one) + 1 > ZONG_ABOUT)
			break;
		len += (size_t)snprintf(step->subject + len, ZONG_ABOUT - len, "%s", one);
	}
	return ZONG_EQUERYRULE;
}

static int keep_sees(Zong__Query *query, unsigned int sees)
{
	int err = 0;

	for (size_t sight = 0; sight < ZONG_QUERY_SIGHTS && !err; sight++)
		if (sees & 1u << sight)
			err = zong_row_append(&query->sees, &query->n_sees,
				zong_query_sight_name((enum zong_query_sight)sight));
	return err;
}

static size_t count_found(const Zong__Query *query)
{
	size_t count = 0;

	for (size_t i = 0; i < query->n_found; i++)
		count += query->found[i]->found;
	return count;
}

static int answer_it(struct zong_txn *txn, struct step *step, Zong__Query *query,
	const struct zong_query_asker *asker)
{
	struct zong_answer answer = {
		.txn = txn, .clerk = *step->who, .asker = asker, .query = query};
	int err;

	/* the machine itself sees nothing: it is looked up as the window would, and the rules say what is told */
	if (step->who->role == ZONG_ROLE_KIOSK)
		answer.clerk.role = ZONG_ROLE_LOOKUP;
	answer.sees = zong_query_rules_sees(asker, query);
	answer.holder = asker->own ? query->querent : asker->heir ? query->holder : NULL;
	err = zong_query_answer(&answer);
	if (err == ZONG_EQUERYRULE || err == ZONG_ELIMIT)
		zong_paper_about(step->subject, answer.wrong);
	return err ? err : keep_sees(query, answer.sees);
}

static int write_grant(struct zong_txn *txn, void *ctx)
{
	struct zong_query_problem problem[ZONG_QUERY_PROBLEMS];
	_cleanup_row_ Zong__Query *query = NULL;
	const struct zong_query_asker *asker;
	struct step *step = ctx;
	char detail[96];
	size_t problems;
	int err = begin(txn, step, ZONG__QUERY_STATE__QUERY_ENTERED, &query);

	if (err)
		return err;
	problems = zong_query_rules_judge(step->archive->query_rules, query, problem);
	if (problems)
		return name_problems(step, problem, problems);
	asker = zong_query_rules_asker(step->archive->query_rules, query->asker);
	err = answer_it(txn, step, query, asker);
	if (!err)
		err = set_word(query);
	if (!err && (zong_row_set(&query->asker_name, asker->name) ||
			    zong_row_set(&query->article, asker->article)))
		err = ZONG_ENOMEM;
	if (err)
		return err;
	snprintf(detail, sizeof(detail), "%s: %zu found", query->asker, count_found(query));
	err = zong_query_step(
		txn, step->who, query->no, "query.grant", detail, step->text, &query->decided);
	query->state = ZONG__QUERY_STATE__QUERY_GRANTED;
	return err ? err : finish(txn, step, query);
}

int zong_query_grant_as(struct zong_archive *archive, const struct zong_subject *who,
	enum zong_verb verb, const char *no, const char *note, struct zong_query *ret_query,
	struct zong_err *err)
{
	struct step step = {
		.archive = archive, .who = who, .verb = verb, .no = no, .text = note ? note : ""};
	int code = zong_retention_text(step.text, ZONG_LIMIT_REASON, "note", err);

	return code ? code : run(&step, write_grant, ret_query, err);
}

int zong_query_grant(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *note, struct zong_query *ret_query, struct zong_err *err)
{
	return zong_query_grant_as(archive, who, ZONG_VERB_QUERY_DECIDE, no, note, ret_query, err);
}

/* ---- 不予查询, and withdrawn ---- */

static int write_end(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Query *query = NULL;
	const struct zong_query_asker *asker;
	struct step *step = ctx;
	bool refused = step->state == ZONG__QUERY_STATE__QUERY_REFUSED;
	int err = begin(txn, step, ZONG__QUERY_STATE__QUERY_ENTERED, &query);

	if (err)
		return err;
	asker = zong_query_rules_asker(step->archive->query_rules, query->asker);
	if (asker && zong_row_set(&query->article, asker->article))
		return ZONG_ENOMEM;
	if (refused)
		err = set_word(query);
	if (!err)
		err = zong_query_step(txn, step->who, query->no,
			refused ? "query.refuse" : "query.withdraw", step->text, step->text,
			&query->decided);
	query->state = step->state;
	return err ? err : finish(txn, step, query);
}

static int end_it(struct step *step, struct zong_query *ret_query, struct zong_err *err)
{
	int code;

	if (!step->text || zong_retention_blank(step->text))
		return zong_err_set(err, ZONG_EREASON, NULL);
	code = zong_retention_text(step->text, ZONG_LIMIT_REASON, "reason", err);
	return code ? code : run(step, write_end, ret_query, err);
}

int zong_query_refuse(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *reason, struct zong_query *ret_query, struct zong_err *err)
{
	struct step step = {.archive = archive,
		.who = who,
		.verb = ZONG_VERB_QUERY_DECIDE,
		.no = no,
		.text = reason,
		.state = ZONG__QUERY_STATE__QUERY_REFUSED};

	return end_it(&step, ret_query, err);
}

int zong_query_withdraw(struct zong_archive *archive, const struct zong_subject *who,
	const char *no, const char *reason, struct zong_query *ret_query, struct zong_err *err)
{
	struct step step = {.archive = archive,
		.who = who,
		.verb = ZONG_VERB_QUERY_DECIDE,
		.no = no,
		.text = reason,
		.state = ZONG__QUERY_STATE__QUERY_WITHDRAWN};

	return end_it(&step, ret_query, err);
}

/* ---- copies ---- */

static const Zong__QueryFact *find_material(const Zong__Query *query, const struct zong_id *id)
{
	for (size_t i = 0; i < query->n_found; i++)
		for (size_t f = 0; f < query->found[i]->n_facts; f++) {
			const Zong__QueryFact *fact = query->found[i]->facts[f];
			struct zong_id other;

			if (fact->material.len && zong_row_id(&fact->material, &other) &&
				memcmp(&other, id, sizeof(other)) == 0)
				return fact;
		}
	return NULL;
}

static int add_copy(struct zong_txn *txn, struct step *step, Zong__Query *query, const char *text)
{
	_cleanup_row_ Zong__QueryCopy *copy = zong_row_new(&zong__query_copy__descriptor);
	_cleanup_row_ Zong__Step *line = NULL;
	const Zong__QueryFact *fact;
	struct zong_id id;
	int err;

	zong_paper_about(step->subject, text);
	if (zong_id_parse(text, &id))
		return ZONG_ENOENT;
	fact = find_material(query, &id);
	if (!fact)
		return ZONG_ENOENT;
	err = zong_query_step(txn, step->who, query->no, "query.copy", text, "", &line);
	if (err)
		return err;
	if (!copy || zong_row_set_bytes(&copy->material, fact->material.data, fact->material.len) ||
		zong_row_set(&copy->title, fact->text) || zong_row_set(&copy->by, line->by) ||
		zong_row_set(&copy->name, line->name))
		return ZONG_ENOMEM;
	copy->pages = fact->pages;
	copy->time = line->time;
	copy->record = line->record;
	query->copies[query->n_copies++] = take_ptr(copy);
	return 0;
}

static int write_copies(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Query *query = NULL;
	struct step *step = ctx;
	Zong__QueryCopy **grown;
	int err = begin(txn, step, ZONG__QUERY_STATE__QUERY_GRANTED, &query);

	if (err)
		return err;
	if (query->n_copies + step->count > ZONG_LIMIT_QUERY_COPIES) {
		zong_paper_about(step->subject, "materials");
		return ZONG_ELIMIT;
	}
	grown = realloc(query->copies, (query->n_copies + step->count) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	query->copies = grown;
	for (size_t i = 0; i < step->count && !err; i++)
		err = add_copy(txn, step, query, step->materials[i]);
	return err ? err : finish(txn, step, query);
}

int zong_query_copied(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *const *materials, size_t count, struct zong_query *ret_query,
	struct zong_err *err)
{
	struct step step = {.archive = archive,
		.who = who,
		.verb = ZONG_VERB_QUERY_DECIDE,
		.no = no,
		.materials = materials,
		.count = count};

	if (!count)
		return zong_err_set(err, ZONG_EINVAL, "materials");
	if (count > ZONG_LIMIT_QUERY_COPIES)
		return zong_err_set(err, ZONG_ELIMIT, "materials");
	return run(&step, write_copies, ret_query, err);
}
