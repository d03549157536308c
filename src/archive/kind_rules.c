/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kind_rules.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "code_fold.h"
#include "format.h"
#include "rule_lines.h"

/* A name that people use for a kind. */
struct naming {
	const char *folded, *kind;
};

struct zong_kind_rules {
	struct zong_arena arena; /* everything lies in it */
	const char *file_name;
	struct zong_digest digest;
	struct naming *naming;
	size_t namings;
	struct zong_kind_rule *rule;
	size_t rules;
};

/* As text is compared: folded, without blanks and what is invisible. */
static void add_folded(struct zong_buf *buf, const char *text, size_t len)
{
	size_t pos = 0;

	while (pos < len) {
		uint32_t character = zong_utf8_next(text, len, &pos);

		if (!zong_utf8_is_blank(character) && !zong_code_is_invisible(character))
			zong_utf8_add(buf, zong_utf8_fold(character, true));
	}
}

static const char *folded(struct zong_kind_rules *rules, const char *text, size_t len)
{
	_cleanup_(zong_buf_release) struct zong_buf buf = ZONG_BUF_INIT(ZONG_LIMIT_CONFIG);

	add_folded(&buf, text, len);
	return buf.err ? NULL : zong_arena_str(&rules->arena, zong_buf_str(&buf));
}

static const struct naming *naming_of(const struct zong_kind_rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->namings; i++)
		if (strcmp(rules->naming[i].folded, name) == 0)
			return &rules->naming[i];
	return NULL;
}

static int parse_kind(struct zong_rule_lines *st)
{
	struct zong_kind_rules *rules = st->ctx;
	const char *kind = NULL, *word;
	size_t len;

	while (zong_rule_word(st, &word, &len)) {
		const char *name = folded(rules, word, len);

		if (!kind)
			kind = zong_arena_strn(&rules->arena, word, len);
		if (!name || !kind)
			return zong_err_set(st->err, ZONG_ENOMEM, NULL);
		if (len > ZONG_LIMIT_TYPE || rules->namings == ZONG_LIMIT_KIND_NAMES)
			return zong_rule_wrong(st, "too long, or too many names", word, len);
		if (naming_of(rules, name))
			return zong_rule_wrong(st, "this name is a kind's already", word, len);
		rules->naming[rules->namings++] = (struct naming){name, kind};
	}
	return kind ? 0 : zong_rule_wrong(st, "kind without a name", word, 0);
}

/* A condition: [N:]word|word|… */
static int parse_condition(
	struct zong_rule_lines *st, struct zong_kind_rule *rule, const char *text, size_t len)
{
	struct zong_kind_condition *condition = &rule->condition[rule->conditions];
	struct zong_kind_rules *rules = st->ctx;
	const char *end = text + len, *at = text;

	condition->least = 1;
	if (len > 2 && at[0] >= '1' && at[0] <= '9' && at[1] == ':') {
		condition->least = (size_t)(at[0] - '0');
		at += 2;
	}
	condition->word = zong_arena_calloc(&rules->arena, len, sizeof(*condition->word));
	if (!condition->word)
		return zong_err_set(st->err, ZONG_ENOMEM, NULL);
	for (;;) {
		const char *bar = memchr(at, '|', (size_t)(end - at));
		const char *word = folded(rules, at, (size_t)((bar ? bar : end) - at));

		if (!word)
			return zong_err_set(st->err, ZONG_ENOMEM, NULL);
		if (!*word)
			return zong_rule_wrong(st, "an empty word beside |", text, len);
		condition->word[condition->words++] = word;
		if (!bar)
			break;
		at = bar + 1;
	}
	if (condition->least > condition->words)
		return zong_rule_wrong(st, "asks for more words than it has", text, len);
	rule->conditions++;
	return 0;
}

static int parse_rule(struct zong_rule_lines *st)
{
	struct zong_kind_rules *rules = st->ctx;
	struct zong_kind_rule *rule = &rules->rule[rules->rules];
	const struct naming *naming;
	const char *word, *kind;
	size_t len;
	int err = 0;

	if (rules->rules == ZONG_LIMIT_KIND_RULES)
		return zong_rule_wrong(st, "too many rules", st->at, 0);
	if (!zong_rule_word(st, &word, &len))
		return zong_rule_wrong(st, "rule without a name", word, 0);
	rule->name = zong_arena_strn(&rules->arena, word, len);
	for (size_t i = 0; rule->name && i < rules->rules; i++)
		if (strcmp(rules->rule[i].name, rule->name) == 0)
			return zong_rule_wrong(st, "a second rule of this name", word, len);
	if (!zong_rule_word(st, &word, &len))
		return zong_rule_wrong(st, "rule without a kind", rule->name ? rule->name : "",
			rule->name ? strlen(rule->name) : 0);
	kind = folded(rules, word, len);
	rule->condition = zong_arena_calloc(
		&rules->arena, (size_t)(st->end - st->at) / 2 + 1, sizeof(*rule->condition));
	if (!rule->name || !kind || !rule->condition)
		return zong_err_set(st->err, ZONG_ENOMEM, NULL);
	naming = naming_of(rules, kind);
	if (!naming)
		return zong_rule_wrong(st, "no line says that there is such a kind", word, len);
	rule->kind = naming->kind;
	rule->order = rules->rules;
	while (!err && zong_rule_word(st, &word, &len))
		err = parse_condition(st, rule, word, len);
	if (!err && rule->conditions == 0)
		return zong_rule_wrong(
			st, "rule without a condition", rule->name, strlen(rule->name));
	rules->rules++;
	return err;
}

static int parse_line(struct zong_rule_lines *st, const char *word, size_t len)
{
	if (zong_rule_is(word, len, "kind"))
		return parse_kind(st);
	if (zong_rule_is(word, len, "rule"))
		return parse_rule(st);
	return zong_rule_wrong(st, "a line begins with kind or rule, not with", word, len);
}

int zong_kind_rules_load(const char *path, struct zong_kind_rules **ret_rules, struct zong_err *err)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_CONFIG);
	struct zong_kind_rules *rules = calloc(1, sizeof(*rules));
	const char *slash = strrchr(path, '/');
	int code;

	if (!rules)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	rules->file_name = zong_arena_str(&rules->arena, slash ? slash + 1 : path);
	rules->naming =
		zong_arena_calloc(&rules->arena, ZONG_LIMIT_KIND_NAMES, sizeof(*rules->naming));
	rules->rule = zong_arena_calloc(&rules->arena, ZONG_LIMIT_KIND_RULES, sizeof(*rules->rule));
	code = rules->file_name && rules->naming && rules->rule
		       ? zong_file_read(path, &text)
		       : zong_err_set(err, ZONG_ENOMEM, NULL);
	if (code == ZONG_ELIMIT)
		code = zong_err_set(err, ZONG_EINVAL, "%s:1 longer than %d bytes", rules->file_name,
			ZONG_LIMIT_CONFIG);
	else if (code)
		zong_err_set(err, code, "%s", path);
	else
		code = zong_rule_lines_each(
			zong_buf_str(&text), text.len, rules->file_name, parse_line, rules, err);
	zong_digest_of(zong_buf_str(&text), text.len, &rules->digest);
	if (code)
		zong_kind_rules_free(rules);
	else
		*ret_rules = rules;
	return code;
}

const struct zong_digest *zong_kind_rules_digest(const struct zong_kind_rules *rules)
{
	return &rules->digest;
}

void zong_kind_rules_free(struct zong_kind_rules *rules)
{
	if (!rules)
		return;
	zong_arena_release(&rules->arena);
	free(rules);
}

/* The text of a page as the words of the rules are: a line end only between blocks. */
static int page_text(const Zong__Reading *reading, struct zong_buf *buf)
{
	for (size_t i = 0; i < reading->n_lines; i++) {
		const Zong__Line *line = reading->lines[i];

		if (i > 0 && reading->lines[i - 1]->block != line->block)
			zong_buf_add_char(buf, '\n');
		for (size_t w = 0; w < line->n_words; w++) {
			const char *word = zong_format_word(line->words[w]);

			add_folded(buf, word, strlen(word));
		}
	}
	return buf->err;
}

static bool holds(const struct zong_kind_rule *rule, const char *text)
{
	for (size_t i = 0; i < rule->conditions; i++) {
		const struct zong_kind_condition *condition = &rule->condition[i];
		size_t found = 0;

		for (size_t w = 0; w < condition->words && found < condition->least; w++)
			found += strstr(text, condition->word[w]) != NULL;
		if (found < condition->least)
			return false;
	}
	return true;
}

int zong_kind_rules_judge(const struct zong_kind_rules *rules, const Zong__Reading *reading,
	const struct zong_kind_rule **rule)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(2 * ZONG_LIMIT_PAGE_TEXT);
	size_t before = *rule ? (*rule)->order : rules->rules;

	if (page_text(reading, &text))
		return ZONG_ENOMEM;
	for (size_t i = 0; i < before; i++)
		if (holds(&rules->rule[i], zong_buf_str(&text))) {
			*rule = &rules->rule[i];
			break;
		}
	return 0;
}

const char *zong_kind_rules_name(const struct zong_kind_rules *rules, size_t at)
{
	return at < rules->namings ? rules->naming[at].kind : NULL;
}

const char *zong_kind_rules_meant(const struct zong_kind_rules *rules, const char *type)
{
	_cleanup_(zong_buf_release) struct zong_buf buf = ZONG_BUF_INIT(2 * ZONG_LIMIT_TYPE);
	const struct naming *longest = NULL;

	add_folded(&buf, type, strlen(type));
	for (size_t i = 0; i < rules->namings; i++) {
		const struct naming *naming = &rules->naming[i];

		if (strstr(zong_buf_str(&buf), naming->folded) &&
			(!longest || strlen(naming->folded) > strlen(longest->folded)))
			longest = naming;
	}
	return longest ? longest->kind : NULL;
}
