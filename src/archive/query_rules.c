/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "query_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/utf8.h>

#include "rule_lines.h"

#define PROOFS_MAX 20
#define DAYS_MAX 365

struct parsing {
	struct zong_query_rules *rules;
	struct zong_query_asker *asker; /* that the line is about */
};

/* ---- values ---- */

static int parse_bits(struct zong_rule_lines *st, const char *(*name)(size_t), size_t names,
	unsigned int *bits, const char *what)
{
	const char *word;
	size_t len;
	bool any = false;

	while (zong_rule_word(st, &word, &len)) {
		size_t i = 0;

		while (i < names && !zong_rule_is(word, len, name(i)))
			i++;
		if (i == names)
			return zong_rule_wrong(st, what, word, len);
		*bits |= 1u << i;
		any = true;
	}
	return any ? 0 : zong_rule_wrong(st, what, st->at, 0);
}

static const char *sight_name(size_t i)
{
	return zong_query_sight_name((enum zong_query_sight)i);
}

static const char *index_name(size_t i)
{
	return zong_query_index_name((enum zong_query_index)i);
}

static int parse_number(struct zong_rule_lines *st, unsigned long max, unsigned int *ret_number)
{
	const char *word;
	size_t len;
	unsigned long number;
	char text[16], *end;

	if (!zong_rule_word(st, &word, &len) || len >= sizeof(text))
		return zong_rule_wrong(st, "a whole number is missing", word, len);
	memcpy(text, word, len);
	text[len] = '\0';
	number = strtoul(text, &end, 10);
	if (*end || text[0] < '0' || text[0] > '9' || number > max)
		return zong_rule_wrong(st, "not a whole number, or too great", word, len);
	*ret_number = (unsigned int)number;
	return zong_rule_word(st, &word, &len) ? zong_rule_wrong(st, "one word too many", word, len)
					       : 0;
}

/* A|B: no part of it empty. */
static int parse_choice(struct zong_rule_lines *st, const char **ret_choice)
{
	struct parsing *parsing = st->ctx;
	const char *word, *rest;
	size_t len, more;

	if (!zong_rule_word(st, &word, &len) || word[0] == '|' || word[len - 1] == '|' ||
		memmem(word, len, "||", 2))
		return zong_rule_wrong(st, "what must be shown: A|B", word, len);
	if (zong_rule_word(st, &rest, &more))
		return zong_rule_wrong(st, "one word too many", rest, more);
	*ret_choice = zong_arena_strn(&parsing->rules->arena, word, len);
	return *ret_choice ? 0 : zong_err_set(st->err, ZONG_ENOMEM, NULL);
}

static int parse_proof(struct zong_rule_lines *st)
{
	struct parsing *parsing = st->ctx;
	struct zong_query_asker *asker = parsing->asker;
	const char **proof;

	if (asker->proofs == PROOFS_MAX)
		return zong_rule_wrong(st, "too many proofs", st->at, 0);
	proof = zong_arena_calloc(&parsing->rules->arena, asker->proofs + 1, sizeof(*proof));
	if (!proof)
		return zong_err_set(st->err, ZONG_ENOMEM, NULL);
	if (asker->proofs)
		memcpy(proof, asker->proof, asker->proofs * sizeof(*proof));
	asker->proof = proof;
	return parse_choice(st, &proof[asker->proofs++]);
}

static int parse_rest(struct zong_rule_lines *st, const char **ret_text)
{
	struct parsing *parsing = st->ctx;
	const char *text;
	size_t len;

	zong_rule_rest(st, &text, &len);
	*ret_text = zong_arena_strn(&parsing->rules->arena, text, len);
	if (!*ret_text)
		return zong_err_set(st->err, ZONG_ENOMEM, NULL);
	return len ? 0 : zong_rule_wrong(st, "a text is missing", text, 0);
}

static int parse_asker(struct zong_rule_lines *st)
{
	struct parsing *parsing = st->ctx;
	struct zong_query_rules *rules = parsing->rules;
	struct zong_query_asker *asker = &rules->asker[rules->askers];
	const char *word;
	size_t len;

	if (rules->askers == ZONG_LIMIT_QUERY_RULES)
		return zong_rule_wrong(st, "too many askers", st->at, 0);
	if (!zong_rule_word(st, &word, &len) || len > ZONG_LIMIT_TYPE)
		return zong_rule_wrong(st, "asker without a key", word, len);
	asker->key = zong_arena_strn(&rules->arena, word, len);
	if (!asker->key)
		return zong_err_set(st->err, ZONG_ENOMEM, NULL);
	if (zong_query_rules_asker(rules, asker->key))
		return zong_rule_wrong(st, "a second asker of this key", word, len);
	asker->article = "";
	parsing->asker = asker;
	rules->askers++;
	return parse_rest(st, &asker->name);
}

static int parse_flag(struct zong_rule_lines *st, bool *flag)
{
	const char *word;
	size_t len;

	*flag = true;
	return zong_rule_word(st, &word, &len) ? zong_rule_wrong(st, "one word too many", word, len)
					       : 0;
}

static int parse_about_asker(struct zong_rule_lines *st, const char *word, size_t len)
{
	struct parsing *parsing = st->ctx;
	struct zong_query_asker *asker = parsing->asker;

	if (!asker)
		return zong_rule_wrong(
			st, "a line begins with asker, days or proxy, not with", word, len);
	if (zong_rule_is(word, len, "sees"))
		return parse_bits(
			st, sight_name, ZONG_QUERY_SIGHTS, &asker->sees, "nothing to see");
	if (zong_rule_is(word, len, "by"))
		return parse_bits(
			st, index_name, ZONG_QUERY_INDEXES, &asker->by, "nothing to ask by");
	if (zong_rule_is(word, len, "proof"))
		return parse_proof(st);
	if (zong_rule_is(word, len, "units"))
		return parse_number(st, ZONG_LIMIT_QUERY_UNITS, &asker->units);
	if (zong_rule_is(word, len, "own"))
		return parse_flag(st, &asker->own);
	if (zong_rule_is(word, len, "heir"))
		return parse_flag(st, &asker->heir);
	if (zong_rule_is(word, len, "desk"))
		return parse_flag(st, &asker->desk);
	if (zong_rule_is(word, len, "article"))
		return parse_rest(st, &asker->article);
	return zong_rule_wrong(st, "no such statement", word, len);
}

static int parse_line(struct zong_rule_lines *st, const char *word, size_t len)
{
	struct parsing *parsing = st->ctx;

	if (zong_rule_is(word, len, "asker"))
		return parse_asker(st);
	if (zong_rule_is(word, len, "days"))
		return parse_number(st, DAYS_MAX, &parsing->rules->days);
	if (zong_rule_is(word, len, "proxy"))
		return parse_choice(st, &parsing->rules->proxy);
	return parse_about_asker(st, word, len);
}

/* Whoever may see nothing, or ask by nothing, is a slip of the pen. */
static int check_askers(
	const struct zong_query_rules *rules, const char *name, struct zong_err *err)
{
	for (size_t i = 0; i < rules->askers; i++) {
		const struct zong_query_asker *asker = &rules->asker[i];

		if (!asker->sees || !asker->by || (asker->own && asker->heir) ||
			(asker->desk && !asker->own))
			return zong_err_set(err, ZONG_EINVAL,
				"%s %s: sees and by are needed, own and heir exclude each other, "
				"desk needs own",
				name, asker->key);
	}
	return rules->askers ? 0 : zong_err_set(err, ZONG_EINVAL, "%s: no asker", name);
}

/* ---- a file ---- */

int zong_query_rules_parse(const char *text, size_t len, const char *name,
	struct zong_query_rules **ret_rules, struct zong_err *err)
{
	struct zong_query_rules *rules = calloc(1, sizeof(*rules));
	struct parsing parsing = {.rules = rules};
	int code;

	if (!rules)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	rules->proxy = "";
	code = zong_rule_lines_each(text, len, name, parse_line, &parsing, err);
	if (!code)
		code = check_askers(rules, name, err);
	if (code)
		zong_query_rules_free(rules);
	else
		*ret_rules = rules;
	return code;
}

int zong_query_rules_load(
	const char *path, struct zong_query_rules **ret_rules, struct zong_err *err)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_CONFIG);
	const char *slash = strrchr(path, '/');
	int code = zong_file_read(path, &text);

	if (code == ZONG_ELIMIT)
		return zong_err_set(
			err, ZONG_EINVAL, "%s: longer than %d bytes", path, ZONG_LIMIT_CONFIG);
	if (code)
		return zong_err_set(err, code, "%s", path);
	return zong_query_rules_parse(
		zong_buf_str(&text), text.len, slash ? slash + 1 : path, ret_rules, err);
}

void zong_query_rules_free(struct zong_query_rules *rules)
{
	if (!rules)
		return;
	zong_arena_release(&rules->arena);
	free(rules);
}

const struct zong_query_asker *zong_query_rules_asker(
	const struct zong_query_rules *rules, const char *key)
{
	for (size_t i = 0; rules && i < rules->askers; i++)
		if (strcmp(rules->asker[i].key, key) == 0)
			return &rules->asker[i];
	return NULL;
}

/* ---- judging ---- */

struct judging {
	const struct zong_query_asker *asker;
	const Zong__Query *query;
	struct zong_query_problem *problem;
	size_t problems;
};

static void tell(struct judging *judging, const char *code, const char *subject)
{
	struct zong_query_problem *problem;
	size_t len = zong_utf8_cut(subject, strlen(subject), sizeof(problem->subject) - 1);

	if (judging->problems == ZONG_QUERY_PROBLEMS)
		return;
	problem = &judging->problem[judging->problems++];
	problem->code = code;
	memcpy(problem->subject, subject, len);
	problem->subject[len] = '\0';
}

/* Is one of A|B what was shown? What people write says more: 张某的结婚证 is a 结婚证. */
static bool is_shown(const Zong__Query *query, const char *choice)
{
	for (size_t i = 0; i < query->n_proofs; i++)
		for (const char *at = choice; *at;) {
			size_t len = strcspn(at, "|");

			if (memmem(query->proofs[i]->kind, strlen(query->proofs[i]->kind), at, len))
				return true;
			at += len + (at[len] == '|');
		}
	return false;
}

static bool names_person(const Zong__QueryPerson *person)
{
	return person && person->name[0] && person->idno[0];
}

static void judge_persons(struct judging *judging)
{
	const struct zong_query_asker *asker = judging->asker;
	const Zong__Query *query = judging->query;

	if (!names_person(query->querent))
		tell(judging, "identity", "");
	if (query->proxy && !names_person(query->proxy))
		tell(judging, "identity", query->proxy->name);
	if (asker->heir && !names_person(query->holder))
		tell(judging, "holder", "");
	if (asker->own && query->holder)
		tell(judging, "own", query->holder->name);
	if ((asker->sees & 1u << ZONG_QUERY_MATCH) && !query->holder)
		for (size_t i = 0; i < query->n_wants; i++)
			if (strcmp(query->wants[i], "match") == 0)
				tell(judging, "holder", "");
}

static void judge_sights(struct judging *judging)
{
	for (size_t i = 0; i < judging->query->n_wants; i++)
		for (size_t sight = 0; sight < ZONG_QUERY_SIGHTS; sight++)
			if (strcmp(judging->query->wants[i], sight_name(sight)) == 0 &&
				!(judging->asker->sees & 1u << sight))
				tell(judging, "sight", judging->query->wants[i]);
}

/* Of an owner without an object it is asked by name. */
static void judge_objects(struct judging *judging)
{
	const struct zong_query_asker *asker = judging->asker;
	const Zong__Query *query = judging->query;
	bool by_name = query->n_objects == 0;

	for (size_t i = 0; i < query->n_objects; i++)
		for (size_t by = 0; by < ZONG_QUERY_INDEXES; by++)
			if (strcmp(query->objects[i]->by, index_name(by)) == 0 &&
				!(asker->by & 1u << by))
				tell(judging, "index", query->objects[i]->by);
	if (by_name && !(asker->by & 1u << ZONG_QUERY_BY_NAME))
		tell(judging, "index", "name");
	if (asker->units && query->n_objects > asker->units) {
		char text[16];

		snprintf(text, sizeof(text), "%u", asker->units);
		tell(judging, "units", text);
	}
}

size_t zong_query_rules_judge(const struct zong_query_rules *rules, const Zong__Query *query,
	struct zong_query_problem problem[ZONG_QUERY_PROBLEMS])
{
	struct judging judging = {.query = query, .problem = problem};

	judging.asker = zong_query_rules_asker(rules, query->asker);
	if (!judging.asker) {
		tell(&judging, "asker", query->asker);
		return judging.problems;
	}
	judge_persons(&judging);
	for (size_t i = 0; i < judging.asker->proofs; i++)
		if (!is_shown(query, judging.asker->proof[i]))
			tell(&judging, "proof", judging.asker->proof[i]);
	if (query->proxy && rules->proxy[0] && !is_shown(query, rules->proxy))
		tell(&judging, "proxy", rules->proxy);
	judge_sights(&judging);
	judge_objects(&judging);
	return judging.problems;
}

unsigned int zong_query_rules_sees(const struct zong_query_asker *asker, const Zong__Query *query)
{
	unsigned int wanted = 0;

	for (size_t i = 0; i < query->n_wants; i++)
		for (size_t sight = 0; sight < ZONG_QUERY_SIGHTS; sight++)
			if (strcmp(query->wants[i], sight_name(sight)) == 0)
				wanted |= 1u << sight;
	return query->n_wants ? asker->sees & wanted : asker->sees;
}
