/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "query_rules.h"

/* What is said of queries, for programs and for people. */

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
