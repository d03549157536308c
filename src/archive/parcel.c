/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/case.h>

#include "cursor.h"
#include "inside.h"
#include "journal.h"
#include "lineage.h"
#include "row.h"
#include "unit.h"

struct walk {
	struct zong_txn *txn;
	const struct zong_subject *who;
	struct zong_parcel *parcel;
	const char **range; /* the code asked for, then those before it, none below another one */
	size_t ranges, at;
	size_t max, scanned;
	struct zong_key last;
	bool more;
};

static bool lies_below(const char *unit, const char *code)
{
	return strncmp(unit, code, strlen(code)) == 0;
}

/* A case or material stands once for each of its units; it is shown at the first of those that lie
 * below the first code, so that no list of what was shown needs to be kept from page to page. */
static bool stands_first_at(
	const struct walk *walk, char *const *units, size_t count, const char *unit)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < walk->at; j++)
			if (lies_below(units[i], walk->range[j]))
				return false;
		if (lies_below(units[i], walk->range[walk->at]) && strcmp(units[i], unit) < 0)
			return false;
	}
	return true;
}

/* NULL: the code that was asked for. */
static const char *via(const struct walk *walk)
{
	return walk->at ? walk->range[walk->at] : NULL;
}

static int note_unit(struct walk *walk, const char *text)
{
	struct zong_parcel *parcel = walk->parcel;
	struct zong_unit_code *grown;
	struct zong_unit_code code;

	if (walk->at) /* of the codes before, the lineage tells */
		return 0;
	/* codes come in order */
	if (parcel->units && strcmp(parcel->unit[parcel->units - 1].text, text) == 0)
		return 0;
	if (zong_unit_code_parse(text, strlen(text), &code))
		return ZONG_ECORRUPT;
	grown = realloc(parcel->unit, (parcel->units + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	parcel->unit = grown;
	grown[parcel->units++] = code;
	return 0;
}

static int take_case(struct walk *walk, const char *unit, const char *no)
{
	struct zong_parcel *parcel = walk->parcel;
	struct zong_object object = {.txn = walk->txn};
	_cleanup_row_ Zong__Case *cas = NULL;
	Zong__Case **grown;
	const char **vias;
	int err;

	err = zong_row_case(walk->txn, no, &cas);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	object.cas = cas;
	err = zong_access_may(walk->who, ZONG_VERB_CASE_READ, &object);
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	err = note_unit(walk, unit);
	if (err || !stands_first_at(walk, cas->units, cas->n_units, unit))
		return err;
	vias = realloc(parcel->cas_via, (parcel->cases + 1) * sizeof(*vias));
	if (!vias)
		return ZONG_ENOMEM;
	parcel->cas_via = vias;
	grown = realloc(parcel->cas, (parcel->cases + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	parcel->cas = grown;
	vias[parcel->cases] = via(walk);
	grown[parcel->cases++] = take_ptr(cas);
	return 0;
}

static int take_material(struct walk *walk, const char *unit, const struct zong_id *id)
{
	struct zong_parcel *parcel = walk->parcel;
	struct zong_object object = {.txn = walk->txn};
	_cleanup_row_ Zong__Material *material = NULL;
	Zong__Material **grown;
	const char **vias;
	int err;

	err = zong_row_material(walk->txn, id, &material);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	object.material = material;
	err = zong_access_may(walk->who, ZONG_VERB_MATERIAL_READ, &object);
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	err = note_unit(walk, unit);
	if (err || !stands_first_at(walk, material->units, material->n_units, unit))
		return err;
	vias = realloc(parcel->material_via, (parcel->materials + 1) * sizeof(*vias));
	if (!vias)
		return ZONG_ENOMEM;
	parcel->material_via = vias;
	grown = realloc(parcel->material, (parcel->materials + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	parcel->material = grown;
	vias[parcel->materials] = via(walk);
	grown[parcel->materials++] = take_ptr(material);
	return 0;
}

static int take_row(struct walk *walk, struct zong_key_view key)
{
	struct zong_id id;
	const char *unit;
	const char *no;
	uint8_t kind;

	walk->scanned++;
	if (!zong_key_take_str(&key, &unit) || !zong_key_take_u8(&key, &kind))
		return ZONG_ECORRUPT;
	if (kind == 'c')
		return zong_key_take_str(&key, &no) ? take_case(walk, unit, no) : ZONG_ECORRUPT;
	if (kind == 'm')
		return zong_key_take_id(&key, &id) ? take_material(walk, unit, &id) : ZONG_ECORRUPT;
	return ZONG_ECORRUPT;
}

static bool is_full(const struct walk *walk)
{
	const struct zong_parcel *parcel = walk->parcel;

	return parcel->cases + parcel->materials >= walk->max || parcel->units >= walk->max ||
	       walk->scanned >= ZONG_LIMIT_SEARCH_SCAN;
}

static int walk_range(struct walk *walk, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, walk->range[walk->at]);
	err = zong_iter_begin(&iter, walk->txn, ZONG_TABLE_BY_UNIT, &prefix, from, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		/* the cursor is the last row taken, so it comes again first */
		if (from && iter.key.len == from->len &&
			memcmp(iter.key.bytes, from->bytes, from->len) == 0)
			continue;
		walk->more = is_full(walk);
		if (walk->more)
			break;
		zong_key_clear(&walk->last);
		zong_key_str(&walk->last, walk->range[walk->at]);
		zong_key_bytes(&walk->last, iter.key.bytes, iter.key.len);
		err = take_row(walk, iter.key);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* Where the page before ended: a code, and a row below it. ZONG_ECURSOR: the history was changed meanwhile. */
static int go_on_from(struct walk *walk, const struct zong_key *cursor, struct zong_key *ret_from)
{
	struct zong_key_view view = {.bytes = cursor->bytes, .len = cursor->len};
	const char *code;

	if (!zong_key_take_str(&view, &code))
		return ZONG_ECURSOR;
	while (walk->at < walk->ranges && strcmp(walk->range[walk->at], code) != 0)
		walk->at++;
	zong_key_clear(ret_from);
	zong_key_bytes(ret_from, view.bytes, view.len);
	return walk->at < walk->ranges ? 0 : ZONG_ECURSOR;
}

static int walk_ranges(struct walk *walk, const struct zong_key *cursor)
{
	struct zong_key from;
	int err = cursor ? go_on_from(walk, cursor, &from) : 0;

	for (; !err && walk->at < walk->ranges && !walk->more; walk->at++) {
		err = walk_range(walk, cursor ? &from : NULL);
		cursor = NULL;
		if (walk->more)
			break;
	}
	if (err || !walk->more)
		return err;
	return zong_cursor_make(walk->last.bytes, walk->last.len, &walk->parcel->next);
}

/* The code and those before it; what lies below one that is there already adds nothing. */
static int set_ranges(struct walk *walk)
{
	const struct zong_lineage *before = &walk->parcel->before;

	walk->range = calloc(before->count + 1, sizeof(*walk->range));
	if (!walk->range)
		return ZONG_ENOMEM;
	walk->range[walk->ranges++] = walk->parcel->code.text;
	for (size_t i = 0; i < before->count; i++) {
		const char *code = before->step[i].code;
		bool covered = false;

		for (size_t j = 0; j < walk->ranges && !covered; j++)
			covered = lies_below(code, walk->range[j]);
		for (size_t j = 0; j < before->count && !covered; j++)
			covered = strlen(before->step[j].code) < strlen(code) &&
				  lies_below(code, before->step[j].code);
		if (!covered)
			walk->range[walk->ranges++] = code;
	}
	return 0;
}

/* What the table and the events know. */
static int look_up(struct walk *walk)
{
	struct zong_parcel *parcel = walk->parcel;
	int err = zong_unit_get(walk->txn, parcel->code.text, &parcel->table);

	if (!err || err == ZONG_ENOENT)
		err = zong_lineage_ended(walk->txn, parcel->code.text, &parcel->end);
	parcel->ended = !err;
	if (!err || err == ZONG_ENOENT)
		err = zong_lineage_find(walk->txn, parcel->code.text, true, &parcel->before);
	if (!err)
		err = zong_lineage_find(walk->txn, parcel->code.text, false, &parcel->after);
	return err ? err : set_ranges(walk);
}

/* A department learns of codes only what leads to something that it may see. */
static void hide(struct zong_parcel *parcel)
{
	zong_row_cleanup(&parcel->table);
	parcel->table = NULL;
	parcel->ended = false;
	parcel->before.count = parcel->after.count = 0;
	parcel->before.more = parcel->after.more = false;
}

static int record(struct zong_archive *archive, const struct walk *walk)
{
	char object[64];

	snprintf(object, sizeof(object), "parcel/%s", walk->parcel->code.text);
	return zong_journal_read(archive->journal, walk->who, "parcel.read", object);
}

static bool knows(const struct zong_parcel *parcel)
{
	return parcel->table || parcel->ended || parcel->before.count || parcel->after.count;
}

int zong_parcel_get(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	const char *cursor, size_t max, struct zong_parcel *ret_parcel, struct zong_err *err)
{
	struct zong_parcel parcel = {0};
	struct walk walk = {.who = who, .parcel = &parcel};
	struct zong_key from;
	int r;

	r = zong_access_may(who, ZONG_VERB_CASE_READ, NULL);
	if (r)
		return zong_err_set(err, r, NULL);
	r = zong_unit_code_parse(code, strlen(code), &parcel.code);
	if (r)
		return zong_err_set(err, r, "%s", code);
	if (cursor && zong_cursor_take(cursor, &from))
		return zong_err_set(err, ZONG_ECURSOR, NULL);
	walk.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	r = zong_store_read_begin(archive->store, &walk.txn);
	if (!r) {
		r = look_up(&walk);
		if (!r)
			r = walk_ranges(&walk, cursor ? &from : NULL);
		zong_txn_end(walk.txn);
	}
	free(walk.range);
	if (!r && who->role == ZONG_ROLE_DEPARTMENT && !parcel.cases && !parcel.materials)
		hide(&parcel);
	if (!r && !cursor && !parcel.next && !parcel.units && !parcel.cases && !parcel.materials &&
		!knows(&parcel))
		r = ZONG_ENOENT;
	if (!r)
		r = record(archive, &walk);
	if (r) {
		zong_parcel_release(&parcel);
		return zong_err_set(err, r, "%s", code);
	}
	*ret_parcel = parcel;
	return 0;
}

void zong_parcel_release(struct zong_parcel *parcel)
{
	zong_cases_free(parcel->cas, parcel->cases);
	zong_materials_free(parcel->material, parcel->materials);
	zong_row_cleanup(&parcel->table);
	free(parcel->cas_via);
	free(parcel->material_via);
	free(parcel->before.step);
	free(parcel->after.step);
	free(parcel->unit);
	free(parcel->next);
	memset(parcel, 0, sizeof(*parcel));
}
