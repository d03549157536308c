/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/case.h>

#include "cursor.h"
#include "inside.h"
#include "journal.h"
#include "row.h"

struct walk {
	struct zong_txn *txn;
	const struct zong_subject *who;
	struct zong_parcel *parcel;
	size_t max, scanned;
};

/* A case or material stands once for each of its units; it is shown at the first of those that lie
 * below the parcel, so that no list of what was shown needs to be kept from page to page. */
static bool stands_first_at(
	char *const *units, size_t count, const struct zong_unit_code *parcel, const char *unit)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(units[i], parcel->text, parcel->len) == 0 && strcmp(units[i], unit) < 0)
			return false;
	return true;
}

static int note_unit(struct zong_parcel *parcel, const char *text)
{
	struct zong_unit_code *grown;
	struct zong_unit_code code;

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
	int err;

	err = zong_row_case(walk->txn, no, &cas);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	object.cas = cas;
	err = zong_access_may(walk->who, ZONG_VERB_CASE_READ, &object);
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	err = note_unit(parcel, unit);
	if (err || !stands_first_at(cas->units, cas->n_units, &parcel->code, unit))
		return err;
	grown = realloc(parcel->cas, (parcel->cases + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	parcel->cas = grown;
	grown[parcel->cases++] = take_ptr(cas);
	return 0;
}

static int take_material(struct walk *walk, const char *unit, const struct zong_id *id)
{
	struct zong_parcel *parcel = walk->parcel;
	struct zong_object object = {.txn = walk->txn};
	_cleanup_row_ Zong__Material *material = NULL;
	Zong__Material **grown;
	int err;

	err = zong_row_material(walk->txn, id, &material);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	object.material = material;
	err = zong_access_may(walk->who, ZONG_VERB_MATERIAL_READ, &object);
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	err = note_unit(parcel, unit);
	if (err || !stands_first_at(material->units, material->n_units, &parcel->code, unit))
		return err;
	grown = realloc(parcel->material, (parcel->materials + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	parcel->material = grown;
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

static int walk_units(struct walk *walk, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	struct zong_key last = {0};
	struct zong_key prefix;
	bool more = false;
	int err;

	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, walk->parcel->code.text);
	err = zong_iter_begin(&iter, walk->txn, ZONG_TABLE_BY_UNIT, &prefix, from, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		/* the cursor is the last row taken, so it comes again first */
		if (from && iter.key.len == from->len &&
			memcmp(iter.key.bytes, from->bytes, from->len) == 0)
			continue;
		more = is_full(walk);
		if (more)
			break;
		zong_key_clear(&last);
		zong_key_bytes(&last, iter.key.bytes, iter.key.len);
		err = take_row(walk, iter.key);
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	return more ? zong_cursor_make(last.bytes, last.len, &walk->parcel->next) : 0;
}

static int record(struct zong_archive *archive, const struct walk *walk)
{
	char object[64];

	snprintf(object, sizeof(object), "parcel/%s", walk->parcel->code.text);
	return zong_journal_read(archive->journal, walk->who, "parcel.read", object);
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
		r = walk_units(&walk, cursor ? &from : NULL);
		zong_txn_end(walk.txn);
	}
	if (!r && !cursor && !parcel.next && !parcel.units)
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
	free(parcel->unit);
	free(parcel->next);
	memset(parcel, 0, sizeof(*parcel));
}
