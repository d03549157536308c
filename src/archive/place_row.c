/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "original_row.h"

#define LEVELS 5

const char *zong_place_level_name(Zong__PlaceLevel level)
{
	static const char *const names[LEVELS] = {"room", "cabinet", "shelf", "box", "position"};

	return (size_t)level < LEVELS ? names[level] : "unknown";
}

void zong_places_free(Zong__Place **places, size_t count)
{
	for (size_t i = 0; places && i < count; i++)
		zong__place__free_unpacked(places[i], NULL);
	free(places);
}

void zong_place_release(struct zong_place_view *place)
{
	zong_row_cleanup(&place->place);
	zong_places_free(place->above, place->above_count);
	memset(place, 0, sizeof(*place));
}

int zong_place_row(struct zong_txn *txn, const char *code, Zong__Place **ret_place)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_row_key_str(&key, code);
	err = zong_txn_get(txn, ZONG_TABLE_PLACES, &key, &zong__place__descriptor, &row);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENOPLACE : err;
	if (((Zong__Place *)row)->removed) {
		protobuf_c_message_free_unpacked(row, NULL);
		return ZONG_ENOPLACE;
	}
	*ret_place = (Zong__Place *)row;
	return 0;
}

int zong_place_find(struct zong_txn *txn, const char *code, Zong__Place **ret_place)
{
	char normal[ZONG_PLACE_CODE];

	if (zong_place_code_parse(code, normal))
		return ZONG_ENOPLACE;
	return zong_place_row(txn, normal, ret_place);
}

int zong_place_count(struct zong_txn *txn, enum zong_table table, const char *code, uint64_t max,
	uint64_t *ret_count)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	uint64_t count = 0;
	int err;

	zong_row_key_str(&prefix, code);
	err = zong_iter_begin(&iter, txn, table, &prefix, NULL, false);
	while (!err && count < max && (err = zong_iter_next(&iter)) == 0)
		count++;
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	*ret_count = count;
	return 0;
}

int zong_place_room(struct zong_txn *txn, const Zong__Place *place)
{
	uint64_t most = place->capacity ? place->capacity : ZONG_LIMIT_CAPACITY, count;
	int err;

	if (place->level < ZONG__PLACE_LEVEL__PLACE_SHELF)
		return ZONG_EPLACELEVEL;
	err = zong_place_count(txn, ZONG_TABLE_ORIGINALS_BY_PLACE, place->code, most, &count);
	if (err)
		return err;
	return count < most ? 0 : ZONG_EPLACEFULL;
}

int zong_place_path(
	struct zong_txn *txn, const char *code, Zong__Place ***ret_path, size_t *ret_count)
{
	Zong__Place **path = calloc(LEVELS, sizeof(*path));
	size_t count = 0;
	int err = path ? 0 : ZONG_ENOMEM;

	/* Each is on a higher level than the one before: the walk ends. */
	while (!err && code[0]) {
		err = count < LEVELS ? zong_place_row(txn, code, &path[count]) : ZONG_ECORRUPT;
		if (!err)
			code = path[count++]->parent;
	}
	if (err) {
		zong_places_free(path, count);
		return err;
	}
	for (size_t i = 0; i < count / 2; i++) {
		Zong__Place *swap = path[i];

		path[i] = path[count - 1 - i];
		path[count - 1 - i] = swap;
	}
	*ret_path = path;
	*ret_count = count;
	return 0;
}

int zong_place_view(struct zong_txn *txn, const char *code, struct zong_place_view *ret_place)
{
	struct zong_place_view view = {0};
	int err = zong_place_path(txn, code, &view.above, &view.above_count);

	if (!err && view.above_count == 0)
		err = ZONG_ENOPLACE;
	if (!err)
		view.place = view.above[--view.above_count];
	if (!err)
		err = zong_place_count(txn, ZONG_TABLE_PLACES_BY_PARENT, view.place->code,
			UINT64_MAX, &view.below);
	if (!err)
		err = zong_place_count(txn, ZONG_TABLE_ORIGINALS_BY_PLACE, view.place->code,
			UINT64_MAX, &view.originals);
	if (err)
		zong_place_release(&view);
	else
		*ret_place = view;
	return err;
}
