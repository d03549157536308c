/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "cursor.h"
#include "journal.h"
#include "original_row.h"
#include "retention_look.h"

struct change {
	const struct zong_subject *who;
	const struct zong_new_place *wanted;
	Zong__PlaceLevel level;
	char code[ZONG_PLACE_CODE], parent[ZONG_PLACE_CODE];
	bool make_code;
	struct zong_place_view made;
};

static int record(struct zong_txn *txn, const struct change *change, const char *verb,
	const char *detail, uint64_t *ret_record)
{
	char object[ZONG_PLACE_CODE + 8];

	snprintf(object, sizeof(object), "place/%s", change->code);
	return zong_journal_add(txn, change->who, verb, object, detail, ret_record);
}

static int put_place(struct zong_txn *txn, const Zong__Place *place)
{
	struct zong_key key;
	int err;

	zong_row_key_str(&key, place->code);
	err = zong_txn_put(txn, ZONG_TABLE_PLACES, &key, &place->base);
	if (err)
		return err;
	zong_row_key_str(&key, place->parent);
	zong_key_str(&key, place->code);
	if (place->removed)
		return zong_txn_delete(txn, ZONG_TABLE_PLACES_BY_PARENT, &key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_PLACES_BY_PARENT, &key, NULL, 0);
}

/* ---- adding ---- */

static int check_parent(struct zong_txn *txn, const struct change *change)
{
	_cleanup_row_ Zong__Place *parent = NULL;
	int err;

	if (!change->parent[0])
		return change->level == ZONG__PLACE_LEVEL__PLACE_ROOM ? 0 : ZONG_EPLACELEVEL;
	err = zong_place_row(txn, change->parent, &parent);
	if (err)
		return err;
	return parent->level < change->level ? 0 : ZONG_EPLACELEVEL;
}

static int check_code(struct zong_txn *txn, struct change *change)
{
	_cleanup_row_ Zong__Place *place = NULL;
	int err;

	if (change->make_code)
		return zong_paper_code_next(txn, ZONG_TABLE_PLACES, 'W', change->code);
	err = zong_place_row(txn, change->code, &place);
	return err == ZONG_ENOPLACE ? 0 : err ? err : ZONG_EEXIST;
}

static int write_add(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Place *place = zong_row_new(&zong__place__descriptor);
	struct change *change = ctx;
	char detail[ZONG_LIMIT_PLACE_NAME + 2 * ZONG_PLACE_CODE];
	int err;

	zong_place_release(&change->made);
	err = check_parent(txn, change);
	if (!err)
		err = check_code(txn, change);
	if (err)
		return err;
	if (!place || zong_row_set(&place->code, change->code) ||
		zong_row_set(&place->parent, change->parent) ||
		zong_row_set(&place->name, change->wanted->name) ||
		zong_row_set(&place->made_by, change->who->key))
		return ZONG_ENOMEM;
	place->level = change->level;
	place->capacity = change->wanted->capacity;
	place->made = zong_time_now();
	snprintf(detail, sizeof(detail), "%s %s: %s", zong_place_level_name(place->level),
		place->parent, place->name);
	err = record(txn, change, "place.add", detail, &place->record);
	if (!err)
		err = put_place(txn, place);
	return err ? err : zong_place_view(txn, change->code, &change->made);
}

static int read_wanted(struct change *change, struct zong_err *err)
{
	const struct zong_new_place *wanted = change->wanted;
	int level, code;

	for (level = 0; level <= ZONG__PLACE_LEVEL__PLACE_POSITION; level++)
		if (wanted->level &&
			strcmp(zong_place_level_name((Zong__PlaceLevel)level), wanted->level) == 0)
			break;
	if (level > ZONG__PLACE_LEVEL__PLACE_POSITION)
		return zong_err_set(err, ZONG_EINVAL, "level");
	change->level = (Zong__PlaceLevel)level;
	code = zong_person_says(wanted->name, ZONG_LIMIT_PLACE_NAME, "name", err);
	if (code)
		return code;
	if (wanted->capacity > ZONG_LIMIT_CAPACITY)
		return zong_err_set(err, ZONG_ELIMIT, "capacity");
	change->make_code = !wanted->code || !wanted->code[0];
	if (!change->make_code && zong_place_code_parse(wanted->code, change->code))
		return zong_err_set(err, ZONG_EPLACECODE, "%s", wanted->code);
	if (wanted->parent && wanted->parent[0] &&
		zong_place_code_parse(wanted->parent, change->parent))
		return zong_err_set(err, ZONG_ENOPLACE, "%s", wanted->parent);
	return 0;
}

int zong_place_add(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_new_place *wanted, struct zong_place_view *ret_place,
	struct zong_err *err)
{
	struct change change = {.who = who, .wanted = wanted};
	int code = zong_access_may(who, ZONG_VERB_ORIGINAL_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	code = read_wanted(&change, err);
	if (code)
		return code;
	code = zong_store_write(archive->store, write_add, &change);
	if (code) {
		zong_place_release(&change.made);
		return zong_err_set(err, code, "%s",
			code == ZONG_ENOPLACE || code == ZONG_EPLACELEVEL ? change.parent
									  : change.code);
	}
	*ret_place = change.made;
	return 0;
}

/* ---- removing ---- */

static int write_remove(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Place *place = NULL;
	struct change *change = ctx;
	uint64_t below, originals = 0, volumes = 0;
	int err = zong_place_row(txn, change->code, &place);

	if (!err)
		err = zong_place_count(txn, ZONG_TABLE_PLACES_BY_PARENT, change->code, 1, &below);
	if (!err)
		err = zong_place_count(
			txn, ZONG_TABLE_ORIGINALS_BY_PLACE, change->code, 1, &originals);
	if (!err)
		err = zong_place_count(txn, ZONG_TABLE_VOLUMES_BY_BOX, change->code, 1, &volumes);
	if (err)
		return err;
	if (below || originals || volumes)
		return ZONG_EPLACEUSED;
	place->removed = zong_time_now();
	if (zong_row_set(&place->removed_by, change->who->key))
		return ZONG_ENOMEM;
	err = record(txn, change, "place.remove", place->name, &place->removed_record);
	return err ? err : put_place(txn, place);
}

int zong_place_remove(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, struct zong_err *err)
{
	struct change change = {.who = who};
	int result = zong_access_may(who, ZONG_VERB_ORIGINAL_MANAGE, NULL);

	if (result)
		return zong_err_set(err, result, NULL);
	if (zong_place_code_parse(code, change.code))
		return zong_err_set(err, ZONG_ENOPLACE, "%s", code);
	result = zong_store_write(archive->store, write_remove, &change);
	return result ? zong_err_set(err, result, "%s", change.code) : 0;
}

/* ---- looking ---- */

int zong_place_get(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	struct zong_place_view *ret_place, struct zong_err *err)
{
	char normal[ZONG_PLACE_CODE];
	struct zong_txn *txn;
	int result = zong_access_may(who, ZONG_VERB_PLACE_READ, NULL);

	if (result)
		return zong_err_set(err, result, NULL);
	if (zong_place_code_parse(code, normal))
		return zong_err_set(err, ZONG_ENOPLACE, "%s", code);
	result = zong_store_read_begin(archive->store, &txn);
	if (result)
		return zong_err_set(err, result, NULL);
	result = zong_place_view(txn, normal, ret_place);
	zong_txn_end(txn);
	return result ? zong_err_set(err, result, "%s", normal) : 0;
}

struct listing {
	Zong__Place **place;
	size_t count, max;
	struct zong_key last;
	bool more;
};

static int walk(
	struct zong_txn *txn, struct listing *list, const char *parent, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_str(&prefix, parent);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_PLACES_BY_PARENT, &prefix, from, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *above, *code;

		if (from && iter.key.len == from->len &&
			memcmp(iter.key.bytes, from->bytes, from->len) == 0)
			continue;
		list->more = list->count == list->max;
		if (list->more)
			break;
		zong_key_clear(&list->last);
		zong_key_bytes(&list->last, iter.key.bytes, iter.key.len);
		if (!zong_key_take_str(&view, &above) || !zong_key_take_str(&view, &code))
			err = ZONG_ECORRUPT;
		else
			err = zong_place_row(txn, code, &list->place[list->count]);
		if (!err)
			list->count++;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int read_list(struct zong_archive *archive, struct listing *list, const char *parent,
	const struct zong_key *from)
{
	_cleanup_row_ Zong__Place *place = NULL;
	struct zong_txn *txn;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	if (parent[0])
		err = zong_place_find(txn, parent, &place);
	if (!err)
		err = walk(txn, list, place ? place->code : "", from);
	zong_txn_end(txn);
	return err;
}

int zong_place_list(struct zong_archive *archive, const struct zong_subject *who,
	const char *parent, const char *cursor, size_t max, Zong__Place ***ret_places,
	size_t *ret_count, char **ret_next, struct zong_err *err)
{
	struct listing list = {0};
	struct zong_key from;
	char *next = NULL;
	int code = zong_access_may(who, ZONG_VERB_PLACE_READ, NULL);

	if (!code && cursor)
		code = zong_cursor_take(cursor, &from);
	if (code)
		return zong_err_set(err, code, NULL);
	list.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	list.place = calloc(list.max, sizeof(Zong__Place *));
	code = list.place ? read_list(archive, &list, parent ? parent : "", cursor ? &from : NULL)
			  : ZONG_ENOMEM;
	if (!code && list.more)
		code = zong_cursor_make(list.last.bytes, list.last.len, &next);
	if (code) {
		zong_places_free(list.place, list.count);
		return zong_err_set(err, code, "%s", parent ? parent : "");
	}
	*ret_places = list.place;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}
