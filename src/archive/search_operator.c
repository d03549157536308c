/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_operator.h"

#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>

static struct zong_filter *add_filter(
	struct zong_query *query, enum zong_filter_what what, const struct zong_box_token *token)
{
	struct zong_filter *filter = &query->filter[query->filters++];

	filter->what = what;
	filter->without = token->without;
	filter->whole = token->quoted;
	filter->text = "";
	return filter;
}

/* Also for parts of a name: 存量房买卖合同 is found by 合同. */
static int name_filter(struct zong_query *query, enum zong_filter_what what,
	const struct zong_box_token *token, struct zong_arena *arena)
{
	struct zong_filter *filter = add_filter(query, what, token);
	char folded[ZONG_INDEX_NAME + 1];

	zong_query_fold_name(token->text, folded);
	filter->text = zong_arena_str(arena, folded);
	if (!filter->text)
		return ZONG_ENOMEM;
	return folded[0] ? 0 : ZONG_EQUERY;
}

/* An id, or a name, which search_walk.c turns into the id of whoever is called so. */
static int dept_filter(
	struct zong_query *query, const struct zong_box_token *token, struct zong_arena *arena)
{
	char name[ZONG_INDEX_NAME + 1];

	zong_index_fold_name(token->text, name);
	if (name[0] == '\0')
		return ZONG_EQUERY;
	add_filter(query, ZONG_FILTER_DEPT, token)->text = zong_arena_str(arena, name);
	return query->filter[query->filters - 1].text ? 0 : ZONG_ENOMEM;
}

static int days_filter(struct zong_query *query, const struct zong_box_token *token)
{
	struct zong_days days;

	if (zong_days_parse(token->text, &days))
		return ZONG_EQUERY;
	if (token->op == ZONG_BOX_FROM)
		days.to = ZONG_DAYS_LAST;
	if (token->op == ZONG_BOX_TO || token->op == ZONG_BOX_BEFORE) {
		if (token->op == ZONG_BOX_BEFORE)
			days.to = days.from == ZONG_DAYS_FIRST ? days.from : days.from - 1;
		days.from = ZONG_DAYS_FIRST;
	}
	add_filter(query, ZONG_FILTER_DAYS, token)->days = days;
	return 0;
}

static int case_operator(
	struct zong_query *query, const struct zong_box_token *token, struct zong_arena *arena)
{
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];

	if (zong_case_no_parse(token->text, strlen(token->text), no, sizeof(no)))
		return ZONG_EQUERY;
	if (!token->without && !query->case_no[0]) {
		memcpy(query->case_no, no, sizeof(no));
		return 0;
	}
	add_filter(query, ZONG_FILTER_CASE, token)->text = zong_arena_str(arena, no);
	return query->filter[query->filters - 1].text ? 0 : ZONG_ENOMEM;
}

static int unit_operator(struct zong_query *query, const struct zong_box_token *token)
{
	struct zong_unit_code unit;

	if (zong_unit_code_parse(token->text, strlen(token->text), &unit))
		return ZONG_EQUERY;
	if (!token->without && query->unit.len == 0)
		query->unit = unit;
	else
		add_filter(query, ZONG_FILTER_UNIT, token)->unit = unit;
	return 0;
}

static int cert_operator(struct zong_query *query, const struct zong_box_token *token)
{
	struct zong_cert_wish cert = {0};

	if (!zong_cert_wish_parse(token->text, &cert))
		return ZONG_EQUERY;
	if (!token->without && !query->cert.given)
		query->cert = cert;
	else
		add_filter(query, ZONG_FILTER_CERT, token)->cert = cert;
	return 0;
}

static int party_operator(struct zong_query *query, const struct zong_box_token *token)
{
	struct zong_party_wish party = {0};

	if (!zong_party_wish_parse(token->text, &party))
		return ZONG_EQUERY;
	if (!token->without && !query->party.given)
		query->party = party;
	else
		add_filter(query, ZONG_FILTER_PARTY, token)->party = party;
	return 0;
}

int zong_operator_add(
	struct zong_query *query, const struct zong_box_token *token, struct zong_arena *arena)
{
	switch (token->op) {
	case ZONG_BOX_TYPE:
		return name_filter(query, ZONG_FILTER_TYPE, token, arena);
	case ZONG_BOX_KIND:
		return name_filter(query, ZONG_FILTER_KIND, token, arena);
	case ZONG_BOX_DEPT:
		return dept_filter(query, token, arena);
	case ZONG_BOX_CASE:
		return case_operator(query, token, arena);
	case ZONG_BOX_UNIT:
		return unit_operator(query, token);
	case ZONG_BOX_CERT:
		return cert_operator(query, token);
	case ZONG_BOX_PARTY:
		return party_operator(query, token);
	case ZONG_BOX_DATE:
	case ZONG_BOX_FROM:
	case ZONG_BOX_TO:
	case ZONG_BOX_BEFORE:
		return days_filter(query, token);
	case ZONG_BOX_TEXT:
		break;
	}
	return 0;
}
