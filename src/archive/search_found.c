/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_found.h"

#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "row.h"
#include "search_filter.h"

#define SCORE_LATER 0.4 /* of the further uses of one raster */
#define ITEMS_AT_ONCE 256

static const struct zong_id no_id;

const char *zong_why_name(enum zong_why why)
{
	switch (why) {
	case ZONG_WHY_TITLE:
		return "title";
	case ZONG_WHY_CASE:
		return "case";
	case ZONG_WHY_UNIT:
		return "unit";
	case ZONG_WHY_LINEAGE:
		return "lineage";
	case ZONG_WHY_CERT:
		return "certificate";
	case ZONG_WHY_VOLUME:
		return "volume";
	case ZONG_WHY_PARTY:
		return "party";
	case ZONG_WHY_ID:
		return "id";
	case ZONG_WHY_FILTER:
		return "filter";
	case ZONG_WHY_ALIKE:
		return "alike-text";
	case ZONG_WHY_TEXT:
		break;
	}
	return "text";
}

void zong_found_init(struct zong_found *found, struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_query *query, struct zong_arena *arena)
{
	*found = (struct zong_found){.txn = txn, .who = who, .query = query, .arena = arena};
}

void zong_found_release(struct zong_found *found)
{
	free(found->item);
	if (found->cas)
		zong__case__free_unpacked(found->cas, NULL);
	zong_readings_free(found->readings);
	*found = (struct zong_found){0};
}

void zong_found_begin(struct zong_found *found)
{
	found->until = found->count - found->later + found->enough;
}

bool zong_found_full(struct zong_found *found)
{
	bool enough = found->enough && found->count - found->later >= found->until;

	found->cut = found->cut || enough;
	found->partial = found->partial || found->looked >= ZONG_LIMIT_SEARCH_SCAN;
	return enough || found->looked >= ZONG_LIMIT_SEARCH_SCAN;
}

/* The row of a case, kept until another one is asked for. ZONG_ENOENT: *ret_case is NULL, and that
 * is no error. */
static int case_row(struct zong_found *found, const char *no, const Zong__Case **ret_case)
{
	int err;

	*ret_case = found->cas;
	if (found->cas && strcmp(found->cas->no, no) == 0)
		return 0;
	if (found->cas)
		zong__case__free_unpacked(found->cas, NULL);
	found->cas = NULL;
	err = zong_row_case(found->txn, no, &found->cas);
	*ret_case = found->cas;
	return err == ZONG_ENOENT ? 0 : err;
}

static int add(struct zong_found *found, const struct zong_found_item *item)
{
	if (found->count == found->cap) {
		size_t cap = found->cap ? found->cap * 2 : ITEMS_AT_ONCE;
		struct zong_found_item *grown = reallocarray(found->item, cap, sizeof(*grown));

		if (!grown)
			return ZONG_ENOMEM;
		found->item = grown;
		found->cap = cap;
	}
	found->item[found->count] = *item;
	found->item[found->count].order = (uint32_t)found->count;
	found->count++;
	return 0;
}

/* 0: it may be seen. ZONG_ENOENT: not by this subject. */
static int may(const struct zong_found *found, enum zong_verb verb, const Zong__Case *cas,
	const Zong__Material *material)
{
	struct zong_object object = {.txn = found->txn, .cas = cas, .material = material};
	int err = zong_access_may(found->who, verb, &object);

	return err == ZONG_EFORBIDDEN ? ZONG_ENOENT : err;
}

static int look(struct zong_found *found, const Zong__Material *material)
{
	const Zong__Case *cas = NULL;
	int err = may(found, ZONG_VERB_MATERIAL_READ, NULL, material);

	if (err || material->destroyed)
		return err ? err : ZONG_ENOENT;
	if (zong_filter_needs_case(found->query)) {
		err = case_row(found, material->case_no, &cas);
		if (err)
			return err;
	}
	if (!zong_found_holds(found, cas, material))
		return found->err ? found->err : ZONG_ENOENT;
	found->last_case_no = zong_arena_str(found->arena, material->case_no);
	return found->last_case_no ? 0 : ZONG_ENOMEM;
}

/* Pages of one material often come one behind the other: it is looked at once. */
static int look_once(struct zong_found *found, const struct zong_id *id, bool *ret_seen)
{
	Zong__Material *material;
	int err;

	*ret_seen = found->last_seen;
	if (zong_id_equal(id, &found->last))
		return 0;
	found->looked++;
	err = zong_row_material(found->txn, id, &material);
	if (!err) {
		err = look(found, material);
		zong__material__free_unpacked(material, NULL);
	}
	if (err && err != ZONG_ENOENT)
		return err;
	found->last = *id;
	found->last_seen = err == 0;
	*ret_seen = found->last_seen;
	return 0;
}

int zong_found_material(struct zong_found *found, const struct zong_id *id, uint32_t page,
	const struct zong_digest *raster, enum zong_why why, double score, bool *ret_added)
{
	struct zong_found_item item = {.material = *id, .page = page, .why = why, .score = score};
	bool seen;
	int err = look_once(found, id, &seen);

	if (ret_added)
		*ret_added = false;
	if (err || !seen)
		return err;
	if (ret_added)
		*ret_added = true;
	if (raster)
		item.raster = *raster;
	item.case_no = found->last_case_no;
	return add(found, &item);
}

static int add_case_alone(struct zong_found *found, const char *no, enum zong_why why, double score)
{
	struct zong_found_item item = {.why = why, .score = score};
	const Zong__Case *cas;
	int err = case_row(found, no, &cas);

	if (err || !cas)
		return err;
	err = may(found, ZONG_VERB_CASE_READ, cas, NULL);
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	if (!zong_found_holds(found, cas, NULL))
		return found->err;
	item.case_no = zong_arena_str(found->arena, no);
	return item.case_no ? add(found, &item) : ZONG_ENOMEM;
}

int zong_found_case(struct zong_found *found, const char *no, enum zong_why why, double score)
{
	struct zong_iter iter;
	struct zong_key prefix;
	/* Where filters leave none of its materials, it is not for that a case without. */
	bool filtered = found->query->filters > 0 || found->query->withouts > 0;
	bool any = false;
	int err;

	found->looked++;
	zong_row_key_str(&prefix, no);
	err = zong_iter_begin(
		&iter, found->txn, ZONG_TABLE_MATERIALS_BY_CASE, &prefix, NULL, false);
	if (err)
		return err;
	while (!zong_found_full(found) && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *case_no;
		struct zong_id id;
		bool added;

		if (!zong_key_take_str(&view, &case_no) || !zong_key_take_id(&view, &id))
			continue;
		err = zong_found_material(found, &id, 0, NULL, why, score, &added);
		if (err)
			break;
		any = any || added || filtered;
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	return any || zong_found_full(found) ? 0 : add_case_alone(found, no, why, score);
}

int zong_found_raster(
	struct zong_found *found, const struct zong_digest *raster, enum zong_why why, double score)
{
	const size_t count = found->count, later = found->later;
	struct zong_iter iter;
	struct zong_key prefix;
	size_t seen = 0;
	size_t uses = 0;
	int err;

	zong_row_key_digest(&prefix, raster);
	err = zong_iter_begin(&iter, found->txn, ZONG_TABLE_RASTER_USE, &prefix, NULL, false);
	if (err)
		return err;
	while (!zong_found_full(found) && uses++ < ZONG_FOUND_USES &&
		(err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_digest same;
		struct zong_id id;
		uint32_t page;
		bool added;

		if (!zong_key_take_digest(&view, &same) || !zong_key_take_id(&view, &id) ||
			!zong_key_take_u32(&view, &page))
			continue;
		err = zong_found_material(found, &id, page, raster, why,
			seen < ZONG_FOUND_FIRST ? score : score * SCORE_LATER, &added);
		if (err)
			break;
		if (added && seen >= ZONG_FOUND_FIRST)
			found->later++;
		seen += added;
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	/* Looked at only when somebody is to see it, and not where the index has done so. */
	if (seen > 0 && why != ZONG_WHY_TEXT && !zong_filter_page_holds(found, raster))
		zong_found_take_back(found, count, later);
	return found->err;
}

int zong_found_reading(struct zong_found *found, const struct zong_digest *raster, bool words,
	const Zong__Reading **ret_reading)
{
	int err = found->readings ? 0 : zong_readings_new(&found->readings);

	if (err)
		return err;
	return words ? zong_readings_words(found->readings, found->txn, raster, ret_reading)
		     : zong_readings_get(found->readings, found->txn, raster, ret_reading);
}

void zong_found_take_back(struct zong_found *found, size_t count, size_t later)
{
	found->count = count;
	found->later = later;
}

int zong_found_compare_ids(const struct zong_id *a, const struct zong_id *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static int by_place(const void *a, const void *b)
{
	const struct zong_found_item *x = a, *y = b;
	int order = zong_found_compare_ids(&x->material, &y->material);

	if (order == 0 && zong_id_equal(&x->material, &no_id))
		order = strcmp(x->case_no, y->case_no);
	if (order == 0 && x->page != y->page)
		order = x->page < y->page ? -1 : 1;
	if (order == 0 && x->score != y->score)
		order = x->score > y->score ? -1 : 1;
	return order ? order : (x->order < y->order ? -1 : 1);
}

static int by_score(const void *a, const void *b)
{
	const struct zong_found_item *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static bool same_place(const struct zong_found_item *x, const struct zong_found_item *y)
{
	return x->page == y->page && zong_id_equal(&x->material, &y->material) &&
	       (!zong_id_equal(&x->material, &no_id) || strcmp(x->case_no, y->case_no) == 0);
}

void zong_found_sort(struct zong_found *found)
{
	size_t kept = 0;

	if (found->count == 0)
		return;
	qsort(found->item, found->count, sizeof(*found->item), by_place);
	for (size_t i = 1; i < found->count; i++) {
		if (!same_place(&found->item[kept], &found->item[i]))
			found->item[++kept] = found->item[i];
	}
	found->count = kept + 1;
	qsort(found->item, found->count, sizeof(*found->item), by_score);
}
