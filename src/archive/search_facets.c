/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_facets.h"

#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>
#include <zong/retention.h>

#include "row.h"
#include "search_filter.h"

/* Values of one facet while they are counted. */
struct tally {
	struct zong_facet *facet; /* values in the arena, names not yet */
	size_t count, cap;
};

struct counting {
	struct zong_found *found;
	struct tally tally[ZONG_FACETS];
	/* Of the last material: its pages follow each other often enough. */
	struct zong_id last;
	const char *value[ZONG_FACETS]; /* NULL: it has none */
	const char **departments;
	size_t department_count, department_cap;
	const char *case_no, *kind; /* the last case */
};

static int add(struct counting *counting, enum zong_facet_of of, const char *value)
{
	struct tally *tally = &counting->tally[of];

	if (!value || !*value)
		return 0;
	for (size_t i = 0; i < tally->count; i++) {
		if (strcmp(tally->facet[i].value, value) != 0)
			continue;
		tally->facet[i].count++;
		return 0;
	}
	if (tally->count == tally->cap) {
		size_t cap = tally->cap ? 2 * tally->cap : 16;
		struct zong_facet *grown = reallocarray(tally->facet, cap, sizeof(*grown));

		if (!grown)
			return ZONG_ENOMEM;
		tally->facet = grown;
		tally->cap = cap;
	}
	/* The value is borrowed of the arena until the end. */
	tally->facet[tally->count++] =
		(struct zong_facet){.value = (char *)(uintptr_t)value, .count = 1};
	return 0;
}

static int look_at_case(struct counting *counting, const char *no, Zong__Case **ret_case)
{
	int err = zong_row_case(counting->found->txn, no, ret_case);

	if (err == ZONG_ENOENT)
		return 0;
	if (err)
		return err;
	counting->case_no = zong_arena_str(counting->found->arena, no);
	counting->kind = zong_arena_str(counting->found->arena, (*ret_case)->kind);
	return counting->case_no && counting->kind ? 0 : ZONG_ENOMEM;
}

static int keep_department(struct counting *counting, const char *id)
{
	if (counting->department_count == counting->department_cap) {
		size_t cap = counting->department_cap ? 2 * counting->department_cap : 16;
		const char **grown = reallocarray(counting->departments, cap, sizeof(*grown));

		if (!grown)
			return ZONG_ENOMEM;
		counting->departments = grown;
		counting->department_cap = cap;
	}
	counting->departments[counting->department_count] =
		zong_arena_str(counting->found->arena, id);
	return counting->departments[counting->department_count++] ? 0 : ZONG_ENOMEM;
}

static int look_at_departments(struct counting *counting, const Zong__Material *material)
{
	struct zong_found *found = counting->found;
	struct zong_iter iter;
	struct zong_key prefix;
	int err;

	counting->department_count = 0;
	zong_row_key_id(&prefix, &counting->last);
	err = zong_iter_begin(
		&iter, found->txn, ZONG_TABLE_DELIVERIES_BY_MATERIAL, &prefix, NULL, false);
	if (err)
		return err;
	while ((err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_id id;
		const char *department;

		if (!zong_key_take_id(&view, &id) || !zong_key_take_str(&view, &department) ||
			!zong_filter_may_tell(found, department) ||
			!zong_filter_delivered(found, material, department))
			continue;
		err = keep_department(counting, department);
		if (err)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? found->err : err;
}

static int set_year(struct counting *counting, int32_t day)
{
	char text[ZONG_DAY_TEXT];

	zong_day_format(day, text);
	text[4] = '\0';
	counting->value[ZONG_FACET_YEAR] = zong_arena_str(counting->found->arena, text);
	return counting->value[ZONG_FACET_YEAR] ? 0 : ZONG_ENOMEM;
}

/* What the next things to be counted have. */
static int look_at(struct counting *counting, const struct zong_found_item *item)
{
	static const struct zong_id no_id;
	struct zong_found *found = counting->found;
	_cleanup_row_ Zong__Material *material = NULL;
	_cleanup_row_ Zong__Case *cas = NULL;
	bool alone = zong_id_equal(&item->material, &no_id);
	int err = 0;

	if (!alone && zong_id_equal(&item->material, &counting->last))
		return 0;
	memset(counting->value, 0, sizeof(counting->value));
	counting->department_count = 0;
	counting->last = item->material;
	if (alone || !counting->case_no || strcmp(counting->case_no, item->case_no) != 0) {
		counting->kind = NULL;
		err = look_at_case(counting, item->case_no, &cas);
	}
	counting->value[ZONG_FACET_KIND] = counting->kind;
	if (err)
		return err;
	if (alone)
		return cas ? set_year(counting, zong_filter_day(cas, NULL)) : 0;
	err = zong_row_material(found->txn, &item->material, &material);
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	counting->value[ZONG_FACET_TYPE] = zong_arena_str(found->arena, material->type);
	if (!counting->value[ZONG_FACET_TYPE])
		return ZONG_ENOMEM;
	err = set_year(counting, zong_filter_day(NULL, material));
	return err ? err : look_at_departments(counting, material);
}

static int count_one(struct counting *counting, const struct zong_found_item *item)
{
	int err = look_at(counting, item);

	for (int of = 0; of < ZONG_FACETS && !err; of++)
		err = add(counting, (enum zong_facet_of)of, counting->value[of]);
	for (size_t i = 0; i < counting->department_count && !err; i++)
		err = add(counting, ZONG_FACET_DEPARTMENT, counting->departments[i]);
	return err;
}

static int most_first(const void *a, const void *b)
{
	const struct zong_facet *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->value, y->value);
}

static int name_department(struct zong_found *found, struct zong_facet *facet)
{
	_cleanup_row_ Zong__Department *department = NULL;
	int err = zong_row_department(found->txn, facet->value, &department);

	if (err && err != ZONG_ENOENT)
		return err;
	facet->name = strdup(err ? facet->value : department->name);
	return facet->name ? 0 : ZONG_ENOMEM;
}

static int hand_out(struct counting *counting, enum zong_facet_of of, struct zong_facets *facets)
{
	struct tally *tally = &counting->tally[of];
	int err = 0;

	if (tally->count == 0)
		return 0;
	qsort(tally->facet, tally->count, sizeof(*tally->facet), most_first);
	for (size_t i = 0; i < tally->count && i < ZONG_LIMIT_FACETS && !err; i++) {
		struct zong_facet *facet = &facets->facet[of][i];

		*facet = tally->facet[i];
		facet->value = strdup(tally->facet[i].value);
		facets->count[of]++;
		if (!facet->value)
			err = ZONG_ENOMEM;
		else if (of == ZONG_FACET_DEPARTMENT)
			err = name_department(counting->found, facet);
	}
	return err;
}

int zong_facets_count(struct zong_found *found, struct zong_facets *ret_facets)
{
	struct counting counting = {.found = found};
	int err = 0;

	*ret_facets = (struct zong_facets){.exact = found->count <= ZONG_LIMIT_FACET_HITS};
	for (size_t i = 0; i < found->count && i < ZONG_LIMIT_FACET_HITS && !err; i++)
		err = count_one(&counting, &found->item[i]);
	for (int of = 0; of < ZONG_FACETS && !err; of++)
		err = hand_out(&counting, (enum zong_facet_of)of, ret_facets);
	for (int of = 0; of < ZONG_FACETS; of++)
		free(counting.tally[of].facet);
	free(counting.departments);
	if (err)
		zong_facets_release(ret_facets);
	return err;
}

void zong_facets_release(struct zong_facets *facets)
{
	for (int of = 0; of < ZONG_FACETS; of++) {
		for (size_t i = 0; i < facets->count[of]; i++) {
			free(facets->facet[of][i].value);
			free(facets->facet[of][i].name);
		}
	}
	*facets = (struct zong_facets){0};
}
