/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#include "journal.h"
#include "volume_row.h"

const char *zong_volume_state_name(Zong__VolumeState state)
{
	static const char *const names[] = {"open", "closed", "checked", "annulled"};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

void zong_volume_free(Zong__Volume *volume)
{
	if (volume)
		zong__volume__free_unpacked(volume, NULL);
}

void zong_volumes_free(Zong__Volume **volumes, size_t count)
{
	for (size_t i = 0; volumes && i < count; i++)
		zong_volume_free(volumes[i]);
	free(volumes);
}

uint32_t zong_volume_first_page(const Zong__Volume *volume, size_t item)
{
	uint32_t page = 1;

	for (size_t i = 0; i < item; i++) {
		if (!volume->items[i]->pages)
			return 0;
		page += volume->items[i]->pages;
	}
	return page;
}

uint32_t zong_volume_pages(const Zong__Volume *volume)
{
	uint32_t pages = 0;

	for (size_t i = 0; i < volume->n_items; i++)
		pages += volume->items[i]->pages;
	return pages;
}

bool zong_volume_differs(const Zong__VolumeItem *item)
{
	return item->material.len && item->pages && item->pages != item->scanned;
}

int zong_volume_row(struct zong_txn *txn, const char *no, Zong__Volume **ret_volume)
{
	char normal[ZONG_ARCHIVAL_TEXT];
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	if (zong_archival_normalise(no, strlen(no), normal))
		return ZONG_ENOVOLUME;
	zong_row_key_str(&key, normal);
	err = zong_txn_get(txn, ZONG_TABLE_VOLUMES, &key, &zong__volume__descriptor, &row);
	if (!err)
		*ret_volume = (Zong__Volume *)row;
	return err == ZONG_ENOENT ? ZONG_ENOVOLUME : err;
}

/* What was not delivered to a department is not in the volume for it. */
static int leave_out(struct zong_txn *txn, const struct zong_subject *who, Zong__Volume *volume)
{
	size_t kept = 0;

	for (size_t i = 0; i < volume->n_items; i++) {
		Zong__VolumeItem *item = volume->items[i];
		Zong__Material material = ZONG__MATERIAL__INIT;
		struct zong_object object = {.txn = txn, .material = &material};
		int err;

		material.id = item->material;
		err = item->material.len ? zong_access_may(who, ZONG_VERB_MATERIAL_READ, &object)
					 : ZONG_ENOENT;
		if (err && err != ZONG_ENOENT)
			return err;
		if (err)
			zong__volume_item__free_unpacked(item, NULL);
		else
			volume->items[kept++] = item;
	}
	volume->n_items = kept;
	return 0;
}

int zong_volume_find(struct zong_txn *txn, const struct zong_subject *who, enum zong_verb verb,
	const char *no, Zong__Volume **ret_volume)
{
	_cleanup_row_ Zong__Volume *volume = NULL;
	struct zong_object object = {.txn = txn};
	int err = zong_volume_row(txn, no, &volume);

	if (err)
		return err;
	object.volume = volume;
	err = zong_access_may(who, verb, &object);
	if (!err && who->role == ZONG_ROLE_DEPARTMENT)
		err = leave_out(txn, who, volume);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENOVOLUME : err;
	*ret_volume = take_ptr(volume);
	return 0;
}

/* ---- index rows ---- */

typedef int change_entry(struct zong_txn *txn, enum zong_table table, const struct zong_key *key);

static int put_entry(struct zong_txn *txn, enum zong_table table, const struct zong_key *key)
{
	return zong_txn_put_bytes(txn, table, key, NULL, 0);
}

static int each_entry(struct zong_txn *txn, const Zong__Volume *volume, change_entry *change)
{
	struct zong_key key;
	int err = 0;

	if (volume->state == ZONG__VOLUME_STATE__VOLUME_ANNULLED)
		return 0;
	for (size_t i = 0; i < volume->n_cases && !err; i++) {
		zong_row_key_str(&key, volume->cases[i]);
		zong_key_str(&key, volume->no);
		err = change(txn, ZONG_TABLE_VOLUMES_BY_CASE, &key);
	}
	if (err || !volume->box[0])
		return err;
	zong_row_key_str(&key, volume->box);
	zong_key_u32(&key, volume->position);
	zong_key_str(&key, volume->no);
	return change(txn, ZONG_TABLE_VOLUMES_BY_BOX, &key);
}

int zong_volume_index(struct zong_txn *txn, const Zong__Volume *volume)
{
	return each_entry(txn, volume, put_entry);
}

int zong_volume_unindex(struct zong_txn *txn, const Zong__Volume *volume)
{
	return each_entry(txn, volume, zong_txn_delete);
}

int zong_volume_put(struct zong_txn *txn, Zong__Volume *volume)
{
	struct zong_key key;
	int err;

	volume->revision++;
	zong_row_key_str(&key, volume->no);
	err = zong_txn_put(txn, ZONG_TABLE_VOLUMES, &key, &volume->base);
	return err ? err : zong_volume_index(txn, volume);
}

int zong_volume_step(struct zong_txn *txn, const struct zong_subject *who, const char *no,
	const char *verb, const char *detail, const char *note, Zong__Step **ret_step)
{
	char object[ZONG_ARCHIVAL_TEXT + 16];

	snprintf(object, sizeof(object), "volume/%s", no);
	return zong_journal_step(txn, who, verb, object, detail, note, ret_step);
}

/* ---- by what they stand under ---- */

static int walk(struct zong_txn *txn, enum zong_table table, const char *under, size_t max,
	Zong__Volume ***ret_volumes, size_t *ret_count)
{
	Zong__Volume **volumes = calloc(max, sizeof(*volumes));
	struct zong_iter iter = {0};
	struct zong_key prefix;
	size_t count = 0;
	int err;

	if (!volumes)
		return ZONG_ENOMEM;
	zong_row_key_str(&prefix, under);
	err = zong_iter_begin(&iter, txn, table, &prefix, NULL, false);
	while (!err && count < max && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *first, *no;
		uint32_t position;

		if (!zong_key_take_str(&view, &first) ||
			(table == ZONG_TABLE_VOLUMES_BY_BOX &&
				!zong_key_take_u32(&view, &position)) ||
			!zong_key_take_str(&view, &no))
			err = ZONG_ECORRUPT;
		else
			err = zong_volume_row(txn, no, &volumes[count]);
		if (!err)
			count++;
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND) {
		zong_volumes_free(volumes, count);
		return err;
	}
	*ret_volumes = volumes;
	*ret_count = count;
	return 0;
}

int zong_volume_in_box(struct zong_txn *txn, const char *box, size_t max,
	Zong__Volume ***ret_volumes, size_t *ret_count)
{
	return walk(txn, ZONG_TABLE_VOLUMES_BY_BOX, box, max, ret_volumes, ret_count);
}

int zong_volume_of_case(
	struct zong_txn *txn, const char *case_no, Zong__Volume ***ret_volumes, size_t *ret_count)
{
	return walk(txn, ZONG_TABLE_VOLUMES_BY_CASE, case_no, ZONG_LIMIT_CASE_VOLUMES, ret_volumes,
		ret_count);
}
