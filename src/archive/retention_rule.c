/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "journal.h"
#include "retention_look.h"
#include "row.h"

static char built_in_basis[] = "不动产登记暂行条例 第9、13条";

void zong_rules_release(struct zong_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		zong__retention_rule__free_unpacked(rules->rule[i], NULL);
	free(rules->rule);
	memset(rules, 0, sizeof(*rules));
}

bool zong_retention_blank(const char *text)
{
	size_t len = strlen(text);
	size_t pos = 0;

	while (pos < len)
		if (!zong_utf8_is_blank(zong_utf8_next(text, len, &pos)))
			return false;
	return true;
}

int zong_retention_text(const char *text, size_t max, const char *what, struct zong_err *err)
{
	size_t len = strlen(text);

	if (len > max)
		return zong_err_set(err, ZONG_ELIMIT, "%s", what);
	if (!zong_utf8_printable(text, len))
		return zong_err_set(err, ZONG_EENCODING, "%s", what);
	return 0;
}

static int append(struct zong_rules *rules, Zong__RetentionRule *rule)
{
	Zong__RetentionRule **grown = realloc(rules->rule, (rules->count + 1) * sizeof(*grown));

	if (!grown) {
		zong__retention_rule__free_unpacked(rule, NULL);
		return ZONG_ENOMEM;
	}
	rules->rule = grown;
	grown[rules->count++] = rule;
	return 0;
}

static int add_built_in(struct zong_rules *rules)
{
	Zong__RetentionRule rule = ZONG__RETENTION_RULE__INIT;
	ProtobufCMessage *copy;
	int err;

	rule.permanent = true;
	rule.basis = built_in_basis;
	err = zong_row_copy(&rule.base, &copy);
	return err ? err : append(rules, (Zong__RetentionRule *)copy);
}

int zong_rules_load(struct zong_txn *txn, struct zong_rules *ret_rules)
{
	struct zong_rules rules = {0};
	struct zong_iter iter = {0};
	int err;

	err = zong_iter_begin(&iter, txn, ZONG_TABLE_RETENTION_RULES, NULL, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__RetentionRule *rule =
			zong__retention_rule__unpack(NULL, iter.value_len, iter.value);

		err = rule ? append(&rules, rule) : ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	if (err == ZONG_EEND)
		err = rules.count ? 0 : add_built_in(&rules);
	if (err)
		zong_rules_release(&rules);
	else
		*ret_rules = rules;
	return err;
}

int zong_rules_list(
	struct zong_archive *archive, const struct zong_subject *who, struct zong_rules *ret_rules)
{
	struct zong_txn *txn;
	int err = zong_access_may(who, ZONG_VERB_RETENTION_READ, NULL);

	if (!err)
		err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = zong_rules_load(txn, ret_rules);
	zong_txn_end(txn);
	return err;
}

static int check(const Zong__RetentionRule *rule, struct zong_err *err)
{
	int code = zong_retention_text(rule->kind, ZONG_LIMIT_TYPE, "kind", err);

	if (!code)
		code = zong_retention_text(rule->type, ZONG_LIMIT_TYPE, "type", err);
	if (!code)
		code = zong_retention_text(rule->event, ZONG_LIMIT_TYPE, "event", err);
	if (!code)
		code = zong_retention_text(rule->basis, ZONG_LIMIT_TITLE, "basis", err);
	if (code)
		return code;
	/* Years without an event, or an event without years, is a slip. */
	if (rule->permanent && (rule->event[0] || rule->years))
		return zong_err_set(err, ZONG_EINVAL, "permanent");
	if (!rule->permanent && zong_retention_blank(rule->event))
		return zong_err_set(err, ZONG_EINVAL, "event");
	if (!rule->permanent && (rule->years < 1 || rule->years > ZONG_LIMIT_YEARS))
		return zong_err_set(err, ZONG_EINVAL, "years");
	return 0;
}

struct setting {
	const struct zong_subject *who;
	const Zong__RetentionRule *const *rule;
	size_t count;
	bool replace; /* all that is there goes */
};

static int describe(const Zong__RetentionRule *rule, char *text, size_t size)
{
	const char *kind = rule->kind[0] ? rule->kind : "*";
	const char *type = rule->type[0] ? rule->type : "*";

	if (rule->permanent)
		snprintf(text, size, "%s / %s: permanent", kind, type);
	else
		snprintf(text, size, "%s / %s: %u years after %s", kind, type, rule->years,
			rule->event);
	return 0;
}

static int put(struct zong_txn *txn, const struct setting *setting, const Zong__RetentionRule *rule)
{
	Zong__RetentionRule row = *rule; /* shares its texts; only packed */
	char detail[ZONG_LIMIT_TYPE * 3 + 64];
	struct zong_key key;
	int err;

	row.set = zong_time_now();
	row.set_by = (char *)(uintptr_t)setting->who->key;
	zong_key_clear(&key);
	zong_key_str(&key, rule->kind);
	zong_key_str(&key, rule->type);
	zong_key_str(&key, rule->event);
	err = zong_txn_put(txn, ZONG_TABLE_RETENTION_RULES, &key, &row.base);
	describe(rule, detail, sizeof(detail));
	return err ? err
		   : zong_journal_add(
			     txn, setting->who, "retention.set", "retention/rules", detail, NULL);
}

/* Takes all rules out, each with its line in the log. */
static int clear(struct zong_txn *txn, const struct setting *setting)
{
	struct zong_rules rules = {0};
	int err = zong_rules_load(txn, &rules);

	for (size_t i = 0; !err && i < rules.count; i++) {
		const Zong__RetentionRule *rule = rules.rule[i];
		char detail[ZONG_LIMIT_TYPE * 3 + 64];
		struct zong_key key;

		zong_key_clear(&key);
		zong_key_str(&key, rule->kind);
		zong_key_str(&key, rule->type);
		zong_key_str(&key, rule->event);
		if (!zong_txn_has(txn, ZONG_TABLE_RETENTION_RULES, &key))
			continue;
		describe(rule, detail, sizeof(detail));
		err = zong_txn_delete(txn, ZONG_TABLE_RETENTION_RULES, &key);
		if (!err)
			err = zong_journal_add(txn, setting->who, "retention.unset",
				"retention/rules", detail, NULL);
	}
	zong_rules_release(&rules);
	return err;
}

static int write_rules(struct zong_txn *txn, void *ctx)
{
	const struct setting *setting = ctx;
	uint64_t entries;
	int err = setting->replace ? clear(txn, setting) : 0;

	for (size_t i = 0; !err && i < setting->count; i++)
		err = put(txn, setting, setting->rule[i]);
	if (!err)
		err = zong_txn_entries(txn, ZONG_TABLE_RETENTION_RULES, &entries);
	return !err && entries > ZONG_LIMIT_RULES ? ZONG_ELIMIT : err;
}

static int set(struct zong_archive *archive, const struct setting *setting, struct zong_err *err)
{
	int code = zong_access_may(setting->who, ZONG_VERB_RETENTION_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (setting->count > ZONG_LIMIT_RULES)
		return zong_err_set(err, ZONG_ELIMIT, "rules");
	for (size_t i = 0; i < setting->count; i++) {
		code = check(setting->rule[i], err);
		if (code)
			return code;
	}
	code = zong_store_write(archive->store, write_rules, (void *)(uintptr_t)setting);
	return code ? zong_err_set(err, code, "rules") : 0;
}

int zong_rules_set(struct zong_archive *archive, const struct zong_subject *who,
	const Zong__RetentionRule *wanted, struct zong_err *err)
{
	struct setting setting = {.who = who, .rule = &wanted, .count = 1};

	return set(archive, &setting, err);
}

int zong_rules_replace(struct zong_archive *archive, const struct zong_subject *who,
	const Zong__RetentionRule *const *wanted, size_t count, struct zong_err *err)
{
	struct setting setting = {.who = who, .rule = wanted, .count = count, .replace = true};

	return set(archive, &setting, err);
}
