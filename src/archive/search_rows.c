/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_rows.h"

#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "lineage.h"
#include "row.h"

/* How near to what was asked: 1 is the thing itself. Text is below 0.8 (search_text.c). */
#define SCORE_WHOLE 0.97
#define SCORE_NAME 0.95
#define SCORE_NAME_BEGINS 0.84
#define SCORE_READ 0.03 /* less, where OCR read it and no one entered it */
#define SCORE_BEFORE 0.1 /* less, where the code is one before */
#define SERIAL_DIGITS 7

/* A walk over one table: where it leads, and what for. */
struct walk {
	struct zong_found *found;
	enum zong_why why;
	double less;	     /* than the code itself, where it is one before */
	struct id_list *set; /* not NULL: only the materials on whose pages it was read */
};

struct id_list {
	struct zong_id *id;
	size_t count;
};

static int collect(struct walk *walk, const struct zong_digest *raster)
{
	struct id_list *set = walk->set;
	struct zong_iter iter;
	struct zong_key prefix;
	int err;

	zong_row_key_digest(&prefix, raster);
	err = zong_iter_begin(&iter, walk->found->txn, ZONG_TABLE_RASTER_USE, &prefix, NULL, false);
	if (err)
		return err;
	while (set->count < ZONG_LIMIT_SEARCH_SCAN && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_digest same;

		if (zong_key_take_digest(&view, &same) &&
			zong_key_take_id(&view, &set->id[set->count]))
			set->count++;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* The last part of a key: 'c' case no | 'm' id | 'r' raster. */
static int follow(struct walk *walk, struct zong_key_view *view, double score)
{
	struct zong_digest raster;
	struct zong_id id;
	const char *no;
	uint8_t tag;

	if (!zong_key_take_u8(view, &tag))
		return 0;
	if (tag == 'r' && zong_key_take_digest(view, &raster))
		return walk->set ? collect(walk, &raster)
				 : zong_found_raster(
					   walk->found, &raster, walk->why, score - SCORE_READ);
	if (walk->set)
		return 0;
	if (tag == 'm' && zong_key_take_id(view, &id))
		return zong_found_material(walk->found, &id, 0, NULL, walk->why, score, NULL);
	if (tag == 'c' && zong_key_take_str(view, &no))
		return zong_found_case(walk->found, no, walk->why, score);
	return 0;
}

static bool walk_full(const struct walk *walk)
{
	return walk->set ? walk->set->count >= ZONG_LIMIT_SEARCH_SCAN
			 : zong_found_full(walk->found);
}

/* ---- cases ---- */

int zong_rows_case(struct zong_found *found, const char *no)
{
	double len = (double)strlen(no);
	struct zong_iter iter;
	struct zong_key prefix;
	int err;

	zong_found_begin(found);
	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, no);
	err = zong_iter_begin(&iter, found->txn, ZONG_TABLE_CASES, &prefix, NULL, false);
	if (err)
		return err;
	while (!zong_found_full(found) && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *whole;

		if (!zong_key_take_str(&view, &whole))
			continue;
		err = zong_found_case(
			found, whole, ZONG_WHY_CASE, 0.6 + 0.4 * len / (double)strlen(whole));
		if (err)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* ---- volumes ---- */

static int take_volume(struct zong_found *found, const Zong__Volume *volume, double score)
{
	bool scans = false;
	int err = 0;

	if (volume->state == ZONG__VOLUME_STATE__VOLUME_ANNULLED)
		return 0;
	for (size_t i = 0; i < volume->n_items && !err && !zong_found_full(found); i++) {
		struct zong_id id;

		if (!zong_row_id(&volume->items[i]->material, &id))
			continue;
		scans = true;
		err = zong_found_material(found, &id, 0, NULL, ZONG_WHY_VOLUME, score, NULL);
	}
	for (size_t i = 0; i < volume->n_cases && !scans && !err && !zong_found_full(found); i++)
		err = zong_found_case(found, volume->cases[i], ZONG_WHY_VOLUME, score);
	return err;
}

int zong_rows_volume(struct zong_found *found, const char *no)
{
	double len = (double)strlen(no);
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_found_begin(found);
	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, no);
	err = zong_iter_begin(&iter, found->txn, ZONG_TABLE_VOLUMES, &prefix, NULL, false);
	while (!err && !zong_found_full(found) && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__Volume *volume =
			zong__volume__unpack(NULL, iter.value_len, iter.value);

		err = volume ? take_volume(found, volume,
				       0.6 + 0.4 * len / (double)strlen(volume->no))
			     : ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* ---- codes ---- */

static double unit_score(size_t len)
{
	return len >= 19 ? 0.96 + 0.02 * (double)(len - 19) / 9 : 0.5 + 0.4 * (double)len / 19;
}

static int walk_unit(struct walk *walk, enum zong_table table, const struct zong_unit_code *unit)
{
	struct zong_iter iter;
	struct zong_key prefix;
	int err;

	zong_found_begin(walk->found);
	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, unit->text);
	err = zong_iter_begin(&iter, walk->found->txn, table, &prefix, NULL, false);
	if (err)
		return err;
	while (!walk_full(walk) && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_digest raster;
		const char *code;

		if (!zong_key_take_str(&view, &code))
			continue;
		if (table == ZONG_TABLE_BY_UNIT)
			err = follow(walk, &view, unit_score(unit->len) - walk->less);
		else if (!zong_key_take_digest(&view, &raster))
			continue;
		else if (walk->set)
			err = collect(walk, &raster);
		else
			err = zong_found_raster(walk->found, &raster, walk->why,
				unit_score(unit->len) - SCORE_READ - walk->less);
		if (err)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* What is filed under the codes that it comes from, after all that is filed under itself. */
static int walk_lineage(struct zong_found *found, const struct zong_unit_code *unit)
{
	struct walk walk = {.found = found, .why = ZONG_WHY_LINEAGE, .less = SCORE_BEFORE};
	struct zong_lineage before = {0};
	int err = zong_lineage_find(found->txn, unit->text, true, &before);

	for (size_t i = 0; !err && i < before.count && !zong_found_full(found); i++) {
		struct zong_unit_code code;

		if (zong_unit_code_parse(
			    before.step[i].code, strlen(before.step[i].code), &code) == 0)
			err = walk_unit(&walk, ZONG_TABLE_BY_UNIT, &code);
	}
	free(before.step);
	return err;
}

int zong_rows_unit(struct zong_found *found, const struct zong_unit_code *unit)
{
	struct walk walk = {.found = found, .why = ZONG_WHY_UNIT};
	int err = walk_unit(&walk, ZONG_TABLE_BY_UNIT, unit);

	if (!err)
		err = walk_unit(&walk, ZONG_TABLE_BY_UNIT_READ, unit);
	return err ? err : walk_lineage(found, unit);
}

/* ---- certificates ---- */

static int walk_cert_text(struct walk *walk, const char *text)
{
	struct zong_iter iter;
	struct zong_key prefix;
	int err;

	zong_found_begin(walk->found);
	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, text);
	err = zong_iter_begin(&iter, walk->found->txn, ZONG_TABLE_BY_CERT, &prefix, NULL, false);
	if (err)
		return err;
	while (!walk_full(walk) && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *whole;

		if (!zong_key_take_str(&view, &whole))
			continue;
		err = follow(walk, &view,
			SCORE_WHOLE - 0.1 * (1 - (double)strlen(text) / (double)strlen(whole)));
		if (err)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* @prefix: over reversed serials. */
static int walk_cert_tail(struct walk *walk, const struct zong_key *prefix, double score)
{
	struct zong_iter iter;
	int err;

	zong_found_begin(walk->found);
	err = zong_iter_begin(
		&iter, walk->found->txn, ZONG_TABLE_BY_CERT_TAIL, prefix, NULL, false);
	if (err)
		return err;
	while (!walk_full(walk) && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *tail, *whole;

		if (!zong_key_take_str(&view, &tail) || !zong_key_take_str(&view, &whole))
			continue;
		err = follow(walk, &view, score);
		if (err)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int walk_cert_digits(struct walk *walk, const char *digits)
{
	size_t len = strlen(digits);
	double share = len < SERIAL_DIGITS ? (double)len / SERIAL_DIGITS : 1;
	char tail[ZONG_CERT_TEXT];
	struct zong_key prefix;
	int err;

	/* As it stands: serials that end in these very digits, zeros and all. */
	for (size_t i = 0; i < len; i++)
		tail[i] = digits[len - 1 - i];
	tail[len] = '\0';
	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, tail);
	err = walk_cert_tail(walk, &prefix, 0.6 + 0.3 * share);
	if (err || digits[0] != '0')
		return err;
	/* With zeros in front it may also be the whole serial, which has lost them in the index. */
	zong_index_tail(digits, tail, sizeof(tail));
	zong_row_key_str(&prefix, tail);
	return walk_cert_tail(walk, &prefix, 0.6 + 0.3 * share);
}

static int walk_cert(struct walk *walk, const struct zong_cert_wish *wish)
{
	return wish->tail ? walk_cert_digits(walk, wish->digits) : walk_cert_text(walk, wish->text);
}

int zong_rows_cert(struct zong_found *found, const struct zong_cert_wish *wish)
{
	struct walk walk = {.found = found, .why = ZONG_WHY_CERT};

	return walk_cert(&walk, wish);
}

/* ---- parties ---- */

static int walk_name(struct zong_found *found, const char *name)
{
	struct zong_iter iter;
	struct zong_key prefix;
	int err;

	zong_found_begin(found);
	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, name);
	err = zong_iter_begin(&iter, found->txn, ZONG_TABLE_BY_PARTY, &prefix, NULL, false);
	if (err)
		return err;
	while (!zong_found_full(found) && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *whole, *no;

		if (!zong_key_take_str(&view, &whole) || !zong_key_take_str(&view, &no))
			continue;
		err = zong_found_case(found, no, ZONG_WHY_PARTY,
			strcmp(whole, name) == 0 ? SCORE_NAME : SCORE_NAME_BEGINS);
		if (err)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int walk_idno(struct walk *walk, const char *idno)
{
	struct zong_iter iter;
	struct zong_key prefix;
	int err;

	zong_found_begin(walk->found);
	zong_row_key_str(&prefix, idno);
	err = zong_iter_begin(&iter, walk->found->txn, ZONG_TABLE_BY_IDNO, &prefix, NULL, false);
	if (err)
		return err;
	while (!walk_full(walk) && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *whole;

		if (!zong_key_take_str(&view, &whole))
			continue;
		err = follow(walk, &view, SCORE_WHOLE);
		if (err)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_rows_party(struct zong_found *found, const struct zong_party_wish *wish)
{
	struct walk walk = {.found = found, .why = ZONG_WHY_ID};
	int err = wish->idno[0] ? walk_idno(&walk, wish->idno) : 0;

	if (!err && wish->name[0])
		err = walk_name(found, wish->name);
	/* The table has names as they were entered, which is in simplified characters as a rule. */
	if (!err && wish->name[0] && strcmp(wish->name, wish->simple) != 0)
		err = walk_name(found, wish->simple);
	return err;
}

/* ---- sets ---- */

static int compare_ids(const void *a, const void *b)
{
	return zong_found_compare_ids(a, b);
}

static int begin_set(struct zong_found *found, struct id_list *list)
{
	list->count = 0;
	list->id = zong_arena_calloc(found->arena, ZONG_LIMIT_SEARCH_SCAN, sizeof(*list->id));
	return list->id ? 0 : ZONG_ENOMEM;
}

static void end_set(struct id_list *list, struct zong_found_set *ret_set)
{
	qsort(list->id, list->count, sizeof(*list->id), compare_ids);
	ret_set->id = list->id;
	ret_set->count = list->count;
}

static int read_unit(
	struct zong_found *found, const struct zong_unit_code *unit, struct zong_found_set *ret_set)
{
	struct id_list list;
	struct walk walk = {.found = found, .set = &list};
	int err = begin_set(found, &list);

	if (!err)
		err = walk_unit(&walk, ZONG_TABLE_BY_UNIT_READ, unit);
	if (!err)
		end_set(&list, ret_set);
	return err;
}

static int read_cert(
	struct zong_found *found, const struct zong_cert_wish *cert, struct zong_found_set *ret_set)
{
	struct id_list list;
	struct walk walk = {.found = found, .set = &list};
	int err = begin_set(found, &list);

	if (!err)
		err = walk_cert(&walk, cert);
	if (!err)
		end_set(&list, ret_set);
	return err;
}

static int read_party(struct zong_found *found, const struct zong_party_wish *party,
	struct zong_found_set *ret_set)
{
	struct id_list list;
	struct walk walk = {.found = found, .set = &list};
	int err;

	if (!party->idno[0])
		return 0;
	err = begin_set(found, &list);
	if (!err)
		err = walk_idno(&walk, party->idno);
	if (!err)
		end_set(&list, ret_set);
	return err;
}

static int read_filters(struct zong_found *found)
{
	const struct zong_query *query = found->query;
	int err = 0;

	if (query->filters == 0)
		return 0;
	found->filter_read =
		zong_arena_calloc(found->arena, query->filters, sizeof(*found->filter_read));
	if (!found->filter_read)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < query->filters && !err; i++) {
		const struct zong_filter *filter = &query->filter[i];
		struct zong_found_set *set = &found->filter_read[i];

		if (filter->what == ZONG_FILTER_UNIT)
			err = read_unit(found, &filter->unit, set);
		else if (filter->what == ZONG_FILTER_CERT)
			err = read_cert(found, &filter->cert, set);
		else if (filter->what == ZONG_FILTER_PARTY)
			err = read_party(found, &filter->party, set);
	}
	return err;
}

int zong_rows_read_sets(struct zong_found *found)
{
	const struct zong_query *query = found->query;
	int err = query->unit.len > 0 ? read_unit(found, &query->unit, &found->unit_read) : 0;

	if (!err && query->cert.given)
		err = read_cert(found, &query->cert, &found->cert_read);
	if (!err && query->party.given)
		err = read_party(found, &query->party, &found->party_read);
	return err ? err : read_filters(found);
}
