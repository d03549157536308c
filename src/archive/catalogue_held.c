/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalogue_held.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>

#include "index_rows.h"
#include "lineage.h"
#include "row.h"

#define PARCEL 19
#define LINEAGES 20 /* units of the case whose earlier codes are looked for */

struct search {
	struct zong_txn *txn;
	const struct zong_subject *who;
	const struct zong_catalogue *catalogue;
	const Zong__Case *cas;
	struct zong_case_needs *needs;
	size_t scanned;	     /* entries of the index of units */
	const char *code;    /* of the case, or that one of its comes from */
	const char *through; /* NULL: it is the case's own */
};

/* ---- what serves ---- */

/* As the sender or the catalogue of its own time said; of one filed before there was a catalogue, as this one says. */
static Zong__Scope scope_of(
	const Zong__Material *material, const struct zong_catalogue_material *meant)
{
	return material->scope_given || material->scope != ZONG__SCOPE__SCOPE_CASE ? material->scope
										   : meant->scope;
}

/* Is what was filed below @filed, with that scope, about @code too? What was filed for a whole parcel is about all that stands on it. */
static bool is_about(const char *filed, Zong__Scope scope, const char *code)
{
	size_t width = zong_index_scope_width(scope);

	if (!width || strlen(code) < width)
		return false;
	return strncmp(filed, code, strlen(filed) < width ? strlen(filed) : width) == 0;
}

static bool wants(const struct zong_missing *missing, const Zong__Material *material,
	const struct zong_catalogue_material *meant)
{
	if (missing->held && missing->held->received >= material->received)
		return false;
	for (size_t i = 0; i < missing->materials; i++)
		if (missing->material[i] == meant)
			return true;
	return false;
}

static int serve(
	const struct search *search, struct zong_missing *missing, const Zong__Material *material)
{
	ProtobufCMessage *copy;
	char *through = search->through ? strdup(search->through) : NULL;
	int err = search->through && !through ? ZONG_ENOMEM : zong_row_copy(&material->base, &copy);

	if (err) {
		free(through);
		return err;
	}
	zong_row_cleanup(&missing->held);
	free(missing->held_through);
	missing->held = (Zong__Material *)copy;
	missing->held_through = through;
	return 0;
}

static int take_material(struct search *search, const char *filed, const struct zong_id *id)
{
	struct zong_object object = {.txn = search->txn};
	const struct zong_catalogue_material *meant;
	_cleanup_row_ Zong__Material *material = NULL;
	bool wanted = false;
	int err = zong_row_material(search->txn, id, &material);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	meant = zong_catalogue_meant(search->catalogue, material->type);
	if (!meant || material->destroyed || material->superseded.len ||
		strcmp(material->case_no, search->cas->no) == 0 ||
		!is_about(filed, scope_of(material, meant), search->code))
		return 0;
	for (size_t i = 0; i < search->needs->count; i++)
		wanted |= wants(&search->needs->missing[i], material, meant);
	if (!wanted)
		return 0;
	object.material = material;
	err = zong_access_may(search->who, ZONG_VERB_MATERIAL_READ, &object);
	if (err)
		return err == ZONG_ENOENT || err == ZONG_EFORBIDDEN ? 0 : err;
	for (size_t i = 0; i < search->needs->count && !err; i++)
		if (wants(&search->needs->missing[i], material, meant))
			err = serve(search, &search->needs->missing[i], material);
	return err;
}

/* The papers of one code in the index of those that are shared. */
static int walk_shared(struct search *search, size_t width)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	char code[ZONG_UNIT_TEXT];
	int err;

	if (strlen(search->code) < width)
		return 0;
	snprintf(code, sizeof(code), "%.*s", (int)width, search->code);
	zong_row_key_str(&prefix, code);
	err = zong_iter_begin(
		&iter, search->txn, ZONG_TABLE_MATERIALS_SHARED, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *filed;
		struct zong_id id;

		err = zong_key_take_str(&view, &filed) && zong_key_take_id(&view, &id)
			      ? take_material(search, filed, &id)
			      : ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* What is filed below the parcel of search->code and was filed before there was that index: so far as is looked at for one reply. */
static int walk_parcel(struct search *search)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_key_clear(&prefix);
	zong_key_bytes(&prefix, search->code, PARCEL);
	err = zong_iter_begin(&iter, search->txn, ZONG_TABLE_BY_UNIT, &prefix, NULL, false);
	while (!err && search->scanned < ZONG_LIMIT_SEARCH_SCAN &&
		(err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_id id;
		const char *filed;
		uint8_t kind;

		search->scanned++;
		if (!zong_key_take_str(&view, &filed) || !zong_key_take_u8(&view, &kind))
			err = ZONG_ECORRUPT;
		else if (kind == 'm')
			err = zong_key_take_id(&view, &id) ? take_material(search, filed, &id)
							   : ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int walk_code(struct search *search, const char *code)
{
	int err;

	search->code = code;
	err = walk_shared(search, zong_index_scope_width(ZONG__SCOPE__SCOPE_PARCEL));
	if (!err)
		err = walk_shared(search, zong_index_scope_width(ZONG__SCOPE__SCOPE_BUILDING));
	return err ? err : walk_shared(search, zong_index_scope_width(ZONG__SCOPE__SCOPE_UNIT));
}

/* ---- which codes ---- */

static bool still_wanted(const struct zong_case_needs *needs)
{
	for (size_t i = 0; i < needs->count; i++)
		if (!needs->missing[i].held &&
			needs->missing[i].material[0]->scope != ZONG__SCOPE__SCOPE_CASE)
			return true;
	return false;
}

/* A parcel of units that come one after the other is gone through once. */
static bool is_same_parcel(const Zong__Case *cas, size_t at)
{
	return at && strncmp(cas->units[at - 1], cas->units[at], PARCEL) == 0;
}

/* Of a code that has only another number, or another district, the papers stay true; those of a parcel that was split or merged do not. */
static bool is_renumbered(const struct zong_lineage *lineage, size_t at, const char *own)
{
	const struct zong_lineage_step *step = &lineage->step[at];

	if (step->kind != ZONG__UNIT_EVENT_KIND__UNIT_RENUMBER &&
		step->kind != ZONG__UNIT_EVENT_KIND__UNIT_AREA)
		return false;
	if (strcmp(step->of, own) == 0)
		return true;
	for (size_t i = 0; i < at; i++)
		if (strcmp(lineage->step[i].code, step->of) == 0)
			return is_renumbered(lineage, i, own);
	return false;
}

static int walk_before(struct search *search, const char *own)
{
	struct zong_lineage lineage = {0};
	int err = zong_lineage_find(search->txn, own, true, &lineage);

	for (size_t i = 0; i < lineage.count && !err; i++) {
		if (strlen(lineage.step[i].code) < PARCEL || !is_renumbered(&lineage, i, own))
			continue;
		search->through = lineage.step[i].code;
		err = walk_code(search, lineage.step[i].code);
		if (!err)
			err = walk_parcel(search);
	}
	search->through = NULL;
	free(lineage.step);
	return err;
}

int zong_catalogue_find_held(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_catalogue *catalogue, const Zong__Case *cas,
	struct zong_case_needs *needs)
{
	struct search search = {
		.txn = txn, .who = who, .catalogue = catalogue, .cas = cas, .needs = needs};
	int err = 0;

	if (!still_wanted(needs))
		return 0;
	for (size_t i = 0; i < cas->n_units && !err; i++)
		err = walk_code(&search, cas->units[i]);
	for (size_t i = 0; i < cas->n_units && !err && still_wanted(needs); i++) {
		search.code = cas->units[i];
		if (strlen(cas->units[i]) >= PARCEL && !is_same_parcel(cas, i))
			err = walk_parcel(&search);
	}
	for (size_t i = 0; i < cas->n_units && i < LINEAGES && !err && still_wanted(needs); i++)
		err = walk_before(&search, cas->units[i]);
	return err;
}
