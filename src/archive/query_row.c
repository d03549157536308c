/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>
#include <zong/time.h>

#include "journal.h"
#include "query_row.h"

#define LETTERS "CX"
#define LETTERS_LEN 2
#define DAY_DIGITS 8
#define NUMBER_DIGITS 5

/* ---- names ---- */

struct word {
	const char *name, *chinese, *english;
};

static const struct word sights[ZONG_QUERY_SIGHTS] = {
	[ZONG_QUERY_RESULTS] = {"results", "登记结果", "what is registered"},
	[ZONG_QUERY_ORIGINALS] = {"originals", "登记原始资料", "original materials"},
	[ZONG_QUERY_NATURE] = {"nature", "自然状况", "code and place"},
	[ZONG_QUERY_COOWNED] = {"coowned", "是否共有", "co-owned or not"},
	[ZONG_QUERY_BURDENED] = {"burdened", "抵押权、预告、异议登记",
		"mortgage, notice, objection"},
	[ZONG_QUERY_LIMITED] = {"limited", "查封或其他限制", "seizure or other limits"},
	[ZONG_QUERY_MATCH] = {"match", "权利人姓名是否一致", "is this the owner's name"},
	[ZONG_QUERY_COFORM] = {"coform", "共有形式", "form of co-ownership"},
	[ZONG_QUERY_ORGAN] = {"organ", "查封机关", "who had it seized"},
};
static const struct word indexes[ZONG_QUERY_INDEXES] = {
	[ZONG_QUERY_BY_UNIT] = {"unit", "不动产单元号", "unit code"},
	[ZONG_QUERY_BY_CERT] = {"cert", "不动产权证号", "certificate"},
	[ZONG_QUERY_BY_CASE] = {"case", "受理号", "case"},
	[ZONG_QUERY_BY_ADDRESS] = {"address", "坐落", "address"},
	[ZONG_QUERY_BY_NAME] = {"name", "权利人姓名", "name"},
};
/* one %s: the subject */
static const struct word problems[] = {
	{"asker", "查询规则中没有这一类查询人：%s", "the rules know no such asker: %s"},
	{"proof", "还没有出示：%s", "not shown: %s"},
	{"proxy", "代理人还没有出示：%s", "the proxy has not shown: %s"},
	{"index", "这一类查询人不能按此项查询：%s", "this asker may not ask by: %s"},
	{"sight", "这一类查询人无权查询：%s", "this asker may not see: %s"},
	{"units", "一次申请只能查询 %s 个不动产单元",
		"one application may ask about %s units only"},
	{"holder", "须写明被查询人的姓名和证件号码%s",
		"name the holder and the holder's ID number%s"},
	{"own", "权利人只能查询本人的登记资料，不能查询：%s",
		"an owner sees what is the owner's own, not of: %s"},
	{"identity", "姓名和证件号码没有填全%s", "name and ID number are not complete%s"},
};

static const char *text_of(const struct word *word, const char *language)
{
	return language && strncmp(language, "en", 2) == 0 ? word->english : word->chinese;
}

const char *zong_query_sight_name(enum zong_query_sight sight)
{
	return (size_t)sight < ZONG_QUERY_SIGHTS ? sights[sight].name : "unknown";
}

const char *zong_query_sight_text(enum zong_query_sight sight, const char *language)
{
	return (size_t)sight < ZONG_QUERY_SIGHTS ? text_of(&sights[sight], language) : "";
}

const char *zong_query_index_name(enum zong_query_index index)
{
	return (size_t)index < ZONG_QUERY_INDEXES ? indexes[index].name : "unknown";
}

const char *zong_query_index_text(enum zong_query_index index, const char *language)
{
	return (size_t)index < ZONG_QUERY_INDEXES ? text_of(&indexes[index], language) : "";
}

const char *zong_query_problem_text(const char *code, const char *language)
{
	for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++)
		if (strcmp(problems[i].name, code) == 0)
			return text_of(&problems[i], language);
	return "%s";
}

const char *zong_query_state_name(Zong__QueryState state)
{
	static const char *const names[] = {"entered", "granted", "refused", "withdrawn"};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

const struct zong_query_asker *zong_query_asker_at(const struct zong_archive *archive, size_t at)
{
	const struct zong_query_rules *rules = archive->query_rules;

	return rules && at < rules->askers ? &rules->asker[at] : NULL;
}

/* ---- lifecycle ---- */

void zong_query_release(struct zong_query *query)
{
	zong_row_cleanup(&query->row);
	zong_materials_free(query->scan, query->scans);
	zong_warnings_release(&query->warnings);
	memset(query, 0, sizeof(*query));
}

void zong_queries_free(Zong__Query **queries, size_t count)
{
	for (size_t i = 0; queries && i < count; i++)
		zong__query__free_unpacked(queries[i], NULL);
	free(queries);
}

/* ---- rows ---- */

bool zong_query_no_valid(const char *no)
{
	return strlen(no) == ZONG_QUERY_NO - 1 && strncmp(no, LETTERS, LETTERS_LEN) == 0 &&
	       strspn(no + LETTERS_LEN, "0123456789") == DAY_DIGITS + NUMBER_DIGITS;
}

void zong_query_log_object(const char *no, char ret_object[ZONG_QUERY_NO + 16])
{
	snprintf(ret_object, ZONG_QUERY_NO + 16, "query/%s", no);
}

int zong_query_row(struct zong_txn *txn, const char *no, Zong__Query **ret_query)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	if (!zong_query_no_valid(no))
		return ZONG_ENOQUERY;
	zong_row_key_str(&key, no);
	err = zong_txn_get(txn, ZONG_TABLE_QUERIES, &key, &zong__query__descriptor, &row);
	if (!err)
		*ret_query = (Zong__Query *)row;
	return err == ZONG_ENOENT ? ZONG_ENOQUERY : err;
}

int zong_query_put(struct zong_txn *txn, Zong__Query *query)
{
	struct zong_key key;

	query->revision++;
	zong_row_key_str(&key, query->no);
	return zong_txn_put(txn, ZONG_TABLE_QUERIES, &key, &query->base);
}

/* The last number of the day; a case may have been given the next one by hand. */
int zong_query_next(struct zong_txn *txn, int32_t today, char ret_no[ZONG_QUERY_NO])
{
	char day[ZONG_DAY_TEXT], prefix[LETTERS_LEN + DAY_DIGITS + 1];
	struct zong_iter iter = {0};
	struct zong_key key;
	unsigned long number = 0;
	const char *last;
	size_t len;
	int err;

	zong_day_format(today, day);
	snprintf(prefix, sizeof(prefix), LETTERS "%.4s%.2s%.2s", day, day + 5, day + 8);
	len = strlen(prefix);
	zong_key_clear(&key);
	zong_key_str_open(&key, prefix);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_QUERIES, &key, NULL, true);
	if (!err)
		err = zong_iter_next(&iter);
	if (!err && zong_key_take_str(&iter.key, &last))
		number = strtoul(last + len, NULL, 10);
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	do {
		if (++number > 99999)
			return ZONG_ELIMIT;
		snprintf(ret_no, ZONG_QUERY_NO, "%s%05lu", prefix, number % 100000);
		zong_row_key_str(&key, ret_no);
	} while (zong_txn_has(txn, ZONG_TABLE_CASES, &key));
	return 0;
}

int zong_query_step(struct zong_txn *txn, const struct zong_subject *who, const char *no,
	const char *verb, const char *detail, const char *note, Zong__QueryStep **ret_step)
{
	_cleanup_row_ Zong__QueryStep *step = zong_row_new(&zong__query_step__descriptor);
	char object[ZONG_QUERY_NO + 16];
	int err;

	if (!step || zong_row_set(&step->by, who->key) || zong_row_set(&step->name, who->name) ||
		zong_row_set(&step->note, note))
		return ZONG_ENOMEM;
	step->time = zong_time_now();
	zong_query_log_object(no, object);
	err = zong_journal_add(txn, who, verb, object, detail, &step->record);
	if (err)
		return err;
	zong_row_cleanup(ret_step);
	*ret_step = take_ptr(step);
	return 0;
}

/* ---- with what belongs to it ---- */

static int load_scans(struct zong_txn *txn, struct zong_query *query)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	query->scan = calloc(ZONG_LIMIT_QUERY_PROOFS, sizeof(*query->scan));
	if (!query->scan)
		return ZONG_ENOMEM;
	zong_row_key_str(&prefix, query->row->no);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_MATERIALS_BY_CASE, &prefix, NULL, false);
	while (!err && query->scans < ZONG_LIMIT_QUERY_PROOFS &&
		(err = zong_iter_next(&iter)) == 0) {
		ProtobufCBinaryData bytes = {
			.len = iter.key.len - prefix.len,
			.data = (uint8_t *)(uintptr_t)iter.key.bytes + prefix.len,
		};
		struct zong_id id;

		if (!zong_row_id(&bytes, &id))
			err = ZONG_ECORRUPT;
		else
			err = zong_row_material(txn, &id, &query->scan[query->scans]);
		if (!err)
			query->scans++;
		else if (err == ZONG_ENOENT)
			err = 0; /* destroyed by the rules */
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_query_load(struct zong_archive *archive, struct zong_txn *txn, const char *no,
	struct zong_query *ret_query)
{
	struct zong_query query = {0};
	int err = zong_query_row(txn, no, &query.row);

	if (!err)
		err = load_scans(txn, &query);
	if (err) {
		zong_query_release(&query);
		return err;
	}
	if (query.row->state == ZONG__QUERY_STATE__QUERY_ENTERED)
		query.problems =
			zong_query_rules_judge(archive->query_rules, query.row, query.problem);
	*ret_query = query;
	return 0;
}
