/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/cleanup.h>
#include <zong/file.h>

#include "restore.h"
#include "segment.h"

#define UNIT (32 << 20) /* bytes of one pack that are put in one transaction */
#define STEP (1 << 20)	/* read at once */

/* One value of a unit. */
struct value {
	const struct zong_pack_entry *entry;
	const uint8_t *record; /* in the unit's bytes */
	bool bad;
};

/* A stretch of one pack: read and digested by one thread, then put by the other. */
struct unit {
	int fd;
	uint64_t start, end; /* in the pack */
	struct value *values;
	size_t count;
	uint8_t *bytes;
	size_t cap;
	int result;
};

struct fill {
	struct zong_restore *restore;
	struct zong_env env;
	uint8_t **needed; /* a byte an entry of each pack */
	uint64_t kept, done, total;
	struct unit units[2]; /* one is put, the other one read */
	size_t place;	      /* of the pack whose units are read */
	int fd;
	struct zong_pack_entry *entries; /* of that pack */
	struct value *values;		 /* those needed, by place in it */
	size_t value_count, next;
};

/* ---- which values ---- */

/* A list that is damaged cannot say which: then all that is there, but what is known to be no segment. */
static int take_everything(struct fill *fill)
{
	struct zong_restore *restore = fill->restore;
	struct zong_pack_found found;
	struct zong_pack_walk *walk;
	struct zong_digest last = {{0}};
	bool any = false;
	int r = zong_pack_walk_begin(&restore->set, &walk);

	if (r)
		return r;
	while ((r = zong_pack_walk_next(walk, &found)) == 0) {
		bool again =
			any && memcmp(last.bytes, found.entry.digest.bytes, ZONG_DIGEST_SIZE) == 0;

		any = true;
		last = found.entry.digest;
		fill->needed[found.place][found.ordinal] =
			!again && !zong_digest_set_has(&restore->needs.pieces, &last);
	}
	zong_pack_walk_end(walk);
	return r == ZONG_EEND ? 0 : r;
}

static int take_listed(struct fill *fill)
{
	struct zong_restore *restore = fill->restore;
	struct zong_pack_found found;
	struct zong_pack_walk *walk;
	struct zong_digest digest;
	int r = zong_pack_walk_begin(&restore->set, &walk);

	if (r)
		return r;
	r = zong_backup_needs_begin(&restore->needs);
	while (!r && (r = zong_backup_needs_next(&restore->needs, &digest)) == 0) {
		r = zong_pack_walk_to(walk, &digest, &found);
		if (!r)
			fill->needed[found.place][found.ordinal] = 1;
		if (r != ZONG_ENOENT)
			continue;
		r = 0;
		zong_restore_trouble(restore, ZONG_TROUBLE_SNAPSHOT_INCOMPLETE,
			restore->manifest.about.name, &digest);
	}
	zong_pack_walk_end(walk);
	return r == ZONG_EEND ? 0 : r;
}

static int choose(struct fill *fill)
{
	struct zong_restore *restore = fill->restore;
	const struct zong_backup_need *need;
	size_t i;
	int r;

	fill->needed = calloc(restore->set.count ? restore->set.count : 1, sizeof(uint8_t *));
	if (!fill->needed)
		return ZONG_ENOMEM;
	for (i = 0; i < restore->set.count; i++) {
		fill->needed[i] = calloc((size_t)restore->set.packs[i].count + 1, 1);
		if (!fill->needed[i])
			return ZONG_ENOMEM;
	}
	r = take_listed(fill);
	need = restore->needs.all[0];
	if (r || !need->broken)
		return r;
	zong_restore_trouble(restore, ZONG_TROUBLE_SNAPSHOT_INCOMPLETE,
		restore->manifest.about.name, &need->missing);
	return take_everything(fill);
}

/* ---- reading ---- */

static int by_place(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	return x->entry->offset < y->entry->offset ? -1 : x->entry->offset > y->entry->offset;
}

static int by_digest(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	return memcmp(x->entry->digest.bytes, y->entry->digest.bytes, ZONG_DIGEST_SIZE);
}

static void *read_unit(void *arg)
{
	struct unit *unit = arg;
	struct zong_buf scratch = ZONG_BUF_INIT(ZONG_BACKUP_VALUE);
	uint64_t at, end = unit->end;
	size_t i;
	int r = 0;

	for (at = unit->start; !r && at < end; at += STEP) {
		size_t len = end - at < STEP ? (size_t)(end - at) : STEP;

		r = zong_file_read_at(unit->fd, unit->bytes + (at - unit->start), len, at);
	}
	/* A place that the disk cannot read: each value is tried alone. */
	for (i = 0; i < unit->count; i++) {
		struct value *value = &unit->values[i];
		const struct zong_pack_entry *entry = value->entry;
		uint64_t from = entry->offset - ZONG_PACK_RECORD;
		uint8_t *record = unit->bytes + (from - unit->start);

		value->record = record;
		value->bad = r && zong_file_read_at(
					  unit->fd, record, ZONG_PACK_RECORD + entry->len, from);
		value->bad = value->bad ||
			     memcmp(record, entry->digest.bytes, ZONG_DIGEST_SIZE) != 0 ||
			     zong_pack_check_value(&entry->digest, record + ZONG_PACK_RECORD,
				     entry->len, &scratch);
		if (scratch.err)
			unit->result = ZONG_ENOMEM;
	}
	zong_buf_release(&scratch);
	return NULL;
}

static void close_pack(struct fill *fill)
{
	if (fill->fd >= 0)
		close(fill->fd);
	fill->fd = -1;
	free(fill->entries);
	free(fill->values);
	fill->entries = NULL;
	fill->values = NULL;
	fill->value_count = fill->next = 0;
}

/* Opens the next pack that is needed. *ret_end: there is none. The one before must not be under way any more. */
static int open_pack(struct fill *fill, bool *ret_end)
{
	struct zong_restore *restore = fill->restore;
	const struct zong_pack *pack;
	uint64_t i;
	int r;

	close_pack(fill);
	*ret_end = fill->place == restore->set.count;
	if (*ret_end)
		return 0;
	pack = &restore->set.packs[fill->place++];
	if (restore->set.damaged[fill->place - 1] ||
		!memchr(fill->needed[fill->place - 1], 1, (size_t)pack->count))
		return 0;
	r = zong_pack_fd(restore->set.dir, pack->number, &fill->fd);
	if (!r)
		r = zong_pack_index(pack, fill->fd, &fill->entries);
	if (r == ZONG_ECORRUPT || r == ZONG_EIO || r == ZONG_ENOENT) {
		zong_pack_set_damage(&restore->set, fill->place - 1);
		return 0;
	}
	if (r)
		return r;
	fill->values = calloc((size_t)pack->count + 1, sizeof(*fill->values));
	if (!fill->values)
		return ZONG_ENOMEM;
	for (i = 0; i < pack->count; i++)
		if (fill->needed[fill->place - 1][i])
			fill->values[fill->value_count++].entry = &fill->entries[i];
	qsort(fill->values, fill->value_count, sizeof(*fill->values), by_place);
	return 0;
}

/* The next stretch of the open pack. */
static int plan_unit(struct fill *fill, struct unit *unit)
{
	const struct zong_pack_entry *first = fill->values[fill->next].entry;
	size_t need;

	unit->fd = fill->fd;
	unit->start = unit->end = first->offset - ZONG_PACK_RECORD;
	unit->values = fill->values + fill->next;
	unit->count = 0;
	unit->result = 0;
	while (fill->next < fill->value_count) {
		const struct zong_pack_entry *entry = fill->values[fill->next].entry;

		if (unit->count > 0 && entry->offset + entry->len - unit->start > UNIT)
			break;
		unit->end = entry->offset + entry->len;
		unit->count++;
		fill->next++;
	}
	need = (size_t)(unit->end - unit->start);
	if (need > unit->cap) {
		free(unit->bytes);
		unit->cap = need > UNIT ? need : UNIT;
		unit->bytes = malloc(unit->cap);
		if (!unit->bytes) {
			unit->cap = 0;
			return ZONG_ENOMEM;
		}
	}
	return 0;
}

/* ---- putting ---- */

static void tell_damage(struct fill *fill, const struct unit *unit)
{
	char name[ZONG_PACK_NAME];
	size_t i;

	zong_pack_name(fill->restore->set.packs[fill->place - 1].number, name);
	for (i = 0; i < unit->count; i++)
		if (unit->values[i].bad)
			zong_restore_trouble(fill->restore, ZONG_TROUBLE_VALUE_DAMAGED, name,
				&unit->values[i].entry->digest);
}

static int put_values(struct fill *fill, const struct unit *unit, MDB_txn *txn, uint64_t *ret_kept)
{
	MDB_dbi dbi = fill->env.dbis[ZONG_SEGMENT_TABLE_SEGMENTS];
	MDB_val key, room;
	size_t i;
	int rc;

	*ret_kept = 0;
	for (i = 0; i < unit->count; i++) {
		const struct zong_pack_entry *entry = unit->values[i].entry;

		if (unit->values[i].bad)
			continue;
		key.mv_size = ZONG_DIGEST_SIZE;
		key.mv_data = (void *)(uintptr_t)entry->digest.bytes;
		room.mv_size = entry->len;
		room.mv_data = NULL;
		rc = mdb_put(txn, dbi, &key, &room, MDB_NOOVERWRITE | MDB_RESERVE);
		if (rc)
			return rc;
		memcpy(room.mv_data, unit->values[i].record + ZONG_PACK_RECORD, entry->len);
		*ret_kept += entry->len;
	}
	return 0;
}

static int try_put(struct fill *fill, const struct unit *unit, uint64_t *ret_kept, bool *ret_full)
{
	MDB_txn *txn;
	int rc, r = zong_env_write_begin(&fill->env, &txn);

	*ret_full = false;
	if (r)
		return r;
	rc = put_values(fill, unit, txn, ret_kept);
	if (!rc)
		return zong_env_commit(&fill->env, txn, ret_full);
	*ret_full = rc == MDB_MAP_FULL;
	zong_env_abort(txn);
	return zong_error_from_mdb(rc);
}

static int put_unit(struct fill *fill, struct unit *unit)
{
	uint64_t kept = 0;
	bool full;
	size_t i;
	int r = unit->result;

	if (r)
		return r;
	tell_damage(fill, unit);
	qsort(unit->values, unit->count, sizeof(*unit->values), by_digest);
	for (;;) {
		r = try_put(fill, unit, &kept, &full);
		if (!full)
			break;
		r = zong_env_grow(&fill->env);
		if (r)
			break;
	}
	if (r)
		return r;
	fill->kept += kept;
	fill->done += kept;
	for (i = 0; i < unit->count; i++)
		fill->restore->result.segments += !unit->values[i].bad;
	return zong_restore_progress(fill->restore, ZONG_BACKUP_SEGMENTS, fill->done, fill->total);
}

/* Reads one unit of the open pack while the one before is put. */
static int fill_pack(struct fill *fill)
{
	struct unit *unit = &fill->units[0], *other = &fill->units[1], *swap;
	pthread_t thread;
	bool beside, more = fill->next < fill->value_count;
	int r = more ? plan_unit(fill, unit) : 0;

	if (!more || r)
		return r;
	read_unit(unit);
	for (;;) {
		more = fill->next < fill->value_count;
		r = more ? plan_unit(fill, other) : 0;
		if (r)
			return r;
		beside = more && pthread_create(&thread, NULL, read_unit, other) == 0;
		r = put_unit(fill, unit);
		if (beside)
			pthread_join(thread, NULL);
		else if (more)
			read_unit(other);
		if (r || !more)
			return r;
		swap = unit;
		unit = other;
		other = swap;
	}
}

static int put_total(struct fill *fill)
{
	MDB_txn *txn;
	bool full;
	int rc, r = zong_env_write_begin(&fill->env, &txn);

	if (r)
		return r;
	rc = zong_segment_total_set(&fill->env, txn, fill->kept);
	if (!rc)
		return zong_env_commit(&fill->env, txn, &full);
	zong_env_abort(txn);
	return zong_error_from_mdb(rc);
}

static int fill_all(struct fill *fill)
{
	bool end = false;
	int r = choose(fill);

	while (!r && !end) {
		r = open_pack(fill, &end);
		if (!r && !end)
			r = fill_pack(fill);
	}
	close_pack(fill);
	if (!r)
		r = put_total(fill);
	if (!r)
		r = zong_restore_progress(fill->restore, ZONG_BACKUP_SYNC, fill->done, fill->total);
	return r ? r : zong_error_from_mdb(mdb_env_sync(fill->env.mdb, 1));
}

int zong_restore_segments(struct zong_restore *restore)
{
	const struct zong_backup_snapshot *about = &restore->manifest.about;
	struct fill fill = {.restore = restore, .fd = -1, .total = about->segment_bytes};
	_cleanup_free_ char *path = NULL;
	uint64_t map;
	size_t i;
	int r;

	if (about->segment_bytes > UINT64_C(1) << 46 || about->segments > UINT64_C(1) << 36)
		return ZONG_ECORRUPT;
	map = about->segment_bytes / 4096 * 4096 + about->segments * 8192 + (UINT64_C(1) << 30);
	if (asprintf(&path, "%s/segments", restore->dir) < 0) {
		path = NULL;
		return ZONG_ENOMEM;
	}
	r = zong_env_open(&fill.env, path, zong_segment_tables, ZONG_SEGMENT_TABLE_COUNT_,
		MDB_NOSYNC | MDB_NORDAHEAD, (size_t)map, true);
	if (r)
		return r;
	r = fill_all(&fill);
	restore->result.segment_bytes = fill.kept;
	zong_env_close(&fill.env);
	for (i = 0; fill.needed && i < restore->set.count; i++)
		free(fill.needed[i]);
	free(fill.needed);
	for (i = 0; i < 2; i++)
		free(fill.units[i].bytes);
	return r;
}
