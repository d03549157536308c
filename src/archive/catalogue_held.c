/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalogue_held.h"

#include <stdlib.h>
#include <string.h>

#include <zong/access.h>

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
	size_t scanned;
	const char *code;    /* of the case, or that one of its comes from */
	const char *through; /* NULL: it is the case's own */
};

/* ---- versions ---- */

struct looking {
	const Zong__Material *material;
	bool found;
};

static int look_at(struct zong_txn *txn, const struct zong_id *id, void *ctx)
{
	_cleanup_row_ Zong__Material *other = NULL;
	struct looking *looking = ctx;
	const ProtobufCBinaryData *own = &looking->material->id;
	int err = zong_row_material(txn, id, &other);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	looking->found = !other->destroyed && other->supersedes.len == own->len && own->len &&
			 memcmp(other->supersedes.data, own->data, own->len) == 0;
	return looking->found ? ZONG_EEND : 0;
}

int zong_catalogue_superseded(
	struct zong_txn *txn, const Zong__Material *material, bool *ret_superseded)
{
	struct looking looking = {.material = material};
	int err = zong_row_materials_of(txn, material->case_no, look_at, &looking);

	*ret_superseded = looking.found;
	return err;
}

/* ---- what serves ---- */

static size_t width_of(Zong__Scope scope)
{
	static const size_t widths[] = {
		[ZONG__SCOPE__SCOPE_CASE] = 0,
		[ZONG__SCOPE__SCOPE_UNIT] = 28,
		[ZONG__SCOPE__SCOPE_BUILDING] = 24,
		[ZONG__SCOPE__SCOPE_PARCEL] = PARCEL,
	};

	return (size_t)scope < sizeof(widths) / sizeof(widths[0]) ? widths[scope] : 0;
}

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
	size_t width = width_of(scope);

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

static int take_material(const struct search *search, const char *filed, const struct zong_id *id)
{
	struct zong_object object = {.txn = search->txn};
	const struct zong_catalogue_material *meant;
	_cleanup_row_ Zong__Material *material = NULL;
	bool wanted = false, superseded;
	int err = zong_row_material(search->txn, id, &material);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	meant = zong_catalogue_meant(search->catalogue, material->type);
	if (!meant || material->destroyed || strcmp(material->case_no, search->cas->no) == 0 ||
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
	err = zong_catalogue_superseded(search->txn, material, &superseded);
	for (size_t i = 0; i < search->needs->count && !err && !superseded; i++)
		if (wants(&search->needs->missing[i], material, meant))
			err = serve(search, &search->needs->missing[i], material);
	return err;
}

/* What is filed below the parcel of search->code. */
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

/* ---- which codes ---- */

static bool still_wanted(const struct zong_case_needs *needs)
{
	for (size_t i = 0; i < needs->count; i++)
		if (!needs->missing[i].held &&
			needs->missing[i].material[0]->scope != ZONG__SCOPE__SCOPE_CASE)
			return true;
	return false;
}

static bool was_before(const Zong__Case *cas, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(cas->units[i], cas->units[at]) == 0)
			return true;
	return false;
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
		search->code = search->through = lineage.step[i].code;
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
	for (size_t i = 0; i < cas->n_units && !err; i++) {
		if (strlen(cas->units[i]) < PARCEL || was_before(cas, i))
			continue;
		search.code = cas->units[i];
		err = walk_parcel(&search);
	}
	for (size_t i = 0; i < cas->n_units && i < LINEAGES && !err && still_wanted(needs); i++)
		err = walk_before(&search, cas->units[i]);
	return err;
}
