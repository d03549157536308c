/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "volume_row.h"

/* Volumes: each under its number, with the index rows that it asks for and none besides; every number of a series that was
 * given out has its volume. */

/* Is it one of those that the volume puts? */
struct entry {
	const struct zong_key_view *key;
	enum zong_table table;
	bool found;
};

static int compare(
	void *ctx, enum zong_table table, const struct zong_key *key, const void *value, size_t len)
{
	struct entry *entry = ctx;

	(void)value;
	(void)len;
	entry->found |= table == entry->table && key->len == entry->key->len &&
			memcmp(key->bytes, entry->key->bytes, key->len) == 0;
	return 0;
}

static int each_put(
	struct zong_txn *txn, const Zong__Volume *volume, zong_txn_seen *seen, void *ctx)
{
	int err;

	zong_txn_capture(txn, seen, ctx);
	err = zong_volume_index(txn, volume);
	zong_txn_capture(txn, NULL, NULL);
	return err;
}

static int check_cases(struct zong_check *check, struct zong_txn *txn, const Zong__Volume *volume)
{
	struct zong_key key;
	int err = 0;

	for (size_t i = 0; i < volume->n_cases && !err; i++) {
		zong_row_key_str(&key, volume->cases[i]);
		if (zong_txn_has(txn, ZONG_TABLE_CASES, &key))
			continue;
		err = zong_check_gone(check, "cases", "case", volume->cases[i]);
	}
	if (err || !volume->box[0])
		return err;
	zong_row_key_str(&key, volume->box);
	return zong_txn_has(txn, ZONG_TABLE_PLACES, &key)
		       ? 0
		       : zong_check_gone(check, "places", "place", volume->box);
}

static int check_volume(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Volume *row =
		sound ? zong__volume__unpack(NULL, iter->value_len, iter->value) : NULL;
	struct zong_check_wanting wanting = {.check = check, .txn = txn};
	int err;

	if (!row || iter->key.len != strlen(row->no) + 1 ||
		memcmp(iter->key.bytes, row->no, iter->key.len) != 0)
		return zong_check_damaged(check, "volumes", iter);
	snprintf(wanting.owner, sizeof(wanting.owner), "volume/%s", row->no);
	err = each_put(txn, row, zong_check_wanted, &wanting);
	return err ? err : check_cases(check, txn, row);
}

/* The number ends the key; that volume puts it there or not. */
static int check_entry(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ ProtobufCMessage *row = NULL;
	bool by_box = check->walked == ZONG_TABLE_VOLUMES_BY_BOX;
	struct zong_key_view view = iter->key;
	struct entry entry = {.key = &iter->key, .table = check->walked};
	char object[ZONG_FINDING_OBJECT], text[ZONG_FINDING_OBJECT / 2];
	struct zong_finding *finding;
	struct zong_key key;
	const char *under, *no = "";
	uint32_t position;
	int err = ZONG_ENOENT;

	(void)sound;
	if (zong_key_take_str(&view, &under) && (!by_box || zong_key_take_u32(&view, &position)) &&
		zong_key_take_str(&view, &no) && !view.len) {
		zong_row_key_str(&key, no);
		err = zong_check_get(
			txn, ZONG_TABLE_VOLUMES, &key, &zong__volume__descriptor, &row);
	}
	if (err == ZONG_ECORRUPT)
		return 0; /* told with the row */
	snprintf(object, sizeof(object), "volume/%s", no);
	if (err == ZONG_ENOENT && zong_check_names_has(&check->lost, object))
		return 0; /* right again when the row comes back */
	if (!err)
		err = each_put(txn, (const Zong__Volume *)row, compare, &entry);
	if (err && err != ZONG_ENOENT)
		return err;
	if (entry.found)
		return 0;
	zong_check_key_text(&iter->key, text, sizeof(text));
	finding = zong_check_add(check, ZONG_FINDING_INDEX_EXTRA, zong_table_name(check->walked),
		"%s/%s", zong_table_name(check->walked), text);
	if (!finding)
		return ZONG_ENOMEM;
	zong_key_clear(&key);
	zong_key_bytes(&key, iter->key.bytes, iter->key.len);
	zong_check_fix_delete(check, finding, check->walked, &key);
	return 0;
}

static int check_series(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__VolumeSeries *row =
		sound ? zong__volume_series__unpack(NULL, iter->value_len, iter->value) : NULL;
	char no[ZONG_ARCHIVAL_TEXT];
	struct zong_key key;
	int err = 0;

	if (row) {
		zong_row_key_str(&key, row->before);
		zong_key_str(&key, row->after);
	}
	if (!row || key.len != iter->key.len || memcmp(key.bytes, iter->key.bytes, key.len) != 0)
		return zong_check_damaged(check, "volume_series", iter);
	for (uint32_t number = 1; number <= row->last && !err; number++) {
		if (zong_archival_join(row->before, number, row->width, row->after, no))
			return zong_check_damaged(check, "volume_series", iter);
		zong_row_key_str(&key, no);
		if (zong_txn_has(txn, ZONG_TABLE_VOLUMES, &key))
			continue;
		err = zong_check_gone(check, "volumes", "volume", no);
	}
	return err;
}

int zong_check_volumes(struct zong_check *check)
{
	int err = zong_check_table(check, ZONG_TABLE_VOLUMES, check_volume);

	check->walked = ZONG_TABLE_VOLUMES_BY_CASE;
	if (!err)
		err = zong_check_table(check, ZONG_TABLE_VOLUMES_BY_CASE, check_entry);
	check->walked = ZONG_TABLE_VOLUMES_BY_BOX;
	if (!err)
		err = zong_check_table(check, ZONG_TABLE_VOLUMES_BY_BOX, check_entry);
	return err ? err : zong_check_table(check, ZONG_TABLE_VOLUME_SERIES, check_series);
}
