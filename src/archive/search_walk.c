/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_walk.h"

#include <string.h>

#include <zong/code.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "row.h"
#include "search_filter.h"

#define SCORE 0.5
#define DAY_MS (INT64_C(24) * 3600 * 1000)
/* An id is made when a material begins to come in, in any time zone. */
#define SLACK_DAYS 2

/* What does not hold is not counted as looked at: the walk has a limit of its own. */
static int add(struct zong_found *found, const struct zong_id *id)
{
	size_t looked = found->looked;
	bool added;
	int err = zong_found_material(found, id, 0, NULL, ZONG_WHY_FILTER, SCORE, &added);

	if (!added)
		found->looked = looked;
	return err;
}

static bool walk_full(struct zong_found *found, size_t walked)
{
	if (walked >= ZONG_LIMIT_SEARCH_WALK)
		found->partial = true;
	return walked >= ZONG_LIMIT_SEARCH_WALK || zong_found_full(found);
}

/* ---- days ---- */

/* The least id of this day or, with the slack, of one before. Ids begin with their time in ms (RFC 9562 §5.7). */
static void id_of_day(int32_t day, int slack, struct zong_id *ret_id)
{
	int64_t ms = ((int64_t)day + slack) * DAY_MS;

	memset(ret_id, 0, sizeof(*ret_id));
	for (int i = 0; i < 6 && ms > 0; i++)
		ret_id->bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
}

static int walk_newest(struct zong_found *found)
{
	const struct zong_days days = zong_query_days(found->query);
	struct zong_id first, last, id;
	struct zong_key from;
	struct zong_iter iter;
	size_t walked = 0;
	int err;

	id_of_day(days.from == ZONG_DAYS_FIRST ? 0 : days.from, -SLACK_DAYS, &first);
	id_of_day(days.to, SLACK_DAYS, &last);
	zong_row_key_id(&from, &last);
	zong_found_begin(found);
	err = zong_iter_begin(&iter, found->txn, ZONG_TABLE_MATERIALS, NULL,
		days.to == ZONG_DAYS_LAST ? NULL : &from, true);
	if (err)
		return err;
	while (!walk_full(found, walked++) && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;

		if (!zong_key_take_id(&view, &id))
			continue;
		if (zong_found_compare_ids(&id, &first) < 0)
			break;
		err = add(found, &id);
		if (err)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* ---- departments ---- */

int zong_walk_feed(struct zong_found *found, const char *department)
{
	struct zong_iter iter;
	struct zong_key prefix;
	size_t walked = 0;
	int err;

	if (!zong_filter_may_tell(found, department))
		return 0;
	zong_row_key_str(&prefix, department);
	zong_found_begin(found);
	err = zong_iter_begin(&iter, found->txn, ZONG_TABLE_FEED, &prefix, NULL, true);
	if (err)
		return err;
	while (!walk_full(found, walked++) && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__Delivery *delivery = NULL;
		struct zong_id id;

		if (iter.value_len != sizeof(id.bytes))
			continue;
		memcpy(id.bytes, iter.value, sizeof(id.bytes));
		err = zong_row_delivery(found->txn, &id, &delivery);
		if (!err && zong_row_id(&delivery->material, &id))
			err = add(found, &id);
		if (err && err != ZONG_ENOENT)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND || err == ZONG_ENOENT ? 0 : err;
}

/* A department's id cannot be written in Han, its name hardly without. */
static int find_department(struct zong_found *found, struct zong_filter *filter)
{
	char asked[ZONG_INDEX_NAME + 1], name[ZONG_INDEX_NAME + 1];
	struct zong_iter iter;
	int err;

	zong_query_fold_name(filter->text, asked);
	err = zong_iter_begin(&iter, found->txn, ZONG_TABLE_DEPARTMENTS, NULL, NULL, false);
	if (err)
		return err;
	while ((err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__Department *department = NULL;
		struct zong_key_view view = iter.key;
		const char *id;

		if (!zong_key_take_str(&view, &id))
			continue;
		err = zong_row_department(found->txn, id, &department);
		if (err)
			break;
		zong_query_fold_name(department->name, name);
		if (strcmp(name, asked) != 0 || !zong_filter_may_tell(found, id))
			continue;
		filter->text = zong_arena_str(found->arena, id);
		err = filter->text ? ZONG_EEND : ZONG_ENOMEM;
		break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_walk_name_departments(struct zong_found *found, struct zong_query *query)
{
	for (size_t i = 0; i < query->filters; i++) {
		struct zong_filter *filter = &query->filter[i];
		int err;

		if (filter->what != ZONG_FILTER_DEPT || zong_department_id_check(filter->text) == 0)
			continue;
		err = find_department(found, filter);
		if (err)
			return err;
	}
	return 0;
}

/* ---- kinds of cases ---- */

static int add_case(struct zong_found *found, const char *no)
{
	_cleanup_row_ Zong__Case *cas = NULL;
	int err = zong_row_case(found->txn, no, &cas);

	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	if (!zong_filter_kind_holds(found->query, cas))
		return 0;
	return zong_found_case(found, no, ZONG_WHY_FILTER, SCORE);
}

static int walk_cases(struct zong_found *found)
{
	struct zong_iter iter;
	size_t walked = 0;
	int err;

	zong_found_begin(found);
	err = zong_iter_begin(&iter, found->txn, ZONG_TABLE_CASES_BY_TIME, NULL, NULL, true);
	if (err)
		return err;
	while (!walk_full(found, walked++) && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		uint64_t opened;
		const char *no;

		if (!zong_key_take_u64(&view, &opened) || !zong_key_take_str(&view, &no))
			continue;
		err = add_case(found, no);
		if (err)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_walk_filters(struct zong_found *found)
{
	const struct zong_query *query = found->query;

	for (size_t i = 0; i < query->filters; i++) {
		if (query->filter[i].what == ZONG_FILTER_DEPT && !query->filter[i].without)
			return zong_walk_feed(found, query->filter[i].text);
	}
	/* A case without material has a kind and no type. */
	if (zong_query_filters(query, ZONG_FILTER_KIND) &&
		!zong_query_filters(query, ZONG_FILTER_TYPE) &&
		!zong_query_filters(query, ZONG_FILTER_DAYS))
		return walk_cases(found);
	return walk_newest(found);
}
