/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/time.h>

#include "collect.h"
#include "seal_pages.h"
#include "state.h"
#include "segment.h"
#include "version.h"
#include "writer.h"

/* In the order of enum zong_table. A name is for ever. */
const char *const zong_catalog_tables[ZONG_TABLE_COUNT_] = {
	[ZONG_TABLE_META] = "meta",
	[ZONG_TABLE_CASES] = "cases",
	[ZONG_TABLE_CASES_BY_TIME] = "cases_by_time",
	[ZONG_TABLE_MATERIALS] = "materials",
	[ZONG_TABLE_MATERIALS_BY_CASE] = "materials_by_case",
	[ZONG_TABLE_MATERIALS_BY_FILE] = "materials_by_file",
	[ZONG_TABLE_BY_UNIT] = "by_unit",
	[ZONG_TABLE_BY_CERT] = "by_cert",
	[ZONG_TABLE_BY_CERT_TAIL] = "by_cert_tail",
	[ZONG_TABLE_BY_PARTY] = "by_party",
	[ZONG_TABLE_BY_IDNO] = "by_idno",
	[ZONG_TABLE_BY_UNIT_READ] = "by_unit_read",
	[ZONG_TABLE_FILES] = "files",
	[ZONG_TABLE_RECIPES] = "recipes",
	[ZONG_TABLE_RASTERS] = "rasters",
	[ZONG_TABLE_RASTER_USE] = "raster_use",
	[ZONG_TABLE_READINGS] = "readings",
	[ZONG_TABLE_CHANGES] = "changes",
	[ZONG_TABLE_DEPARTMENTS] = "departments",
	[ZONG_TABLE_DELIVERIES] = "deliveries",
	[ZONG_TABLE_DELIVERIES_BY_MATERIAL] = "deliveries_by_material",
	[ZONG_TABLE_FEED] = "feed",
	[ZONG_TABLE_OUTBOX] = "outbox",
	[ZONG_TABLE_TOKENS] = "tokens",
	[ZONG_TABLE_USERS] = "users",
	[ZONG_TABLE_LOG] = "log",
	[ZONG_TABLE_JOBS] = "jobs",
	[ZONG_TABLE_JOBS_READY] = "jobs_ready",
	[ZONG_TABLE_JOBS_BY_RASTER] = "jobs_by_raster",
	[ZONG_TABLE_PENDING] = "pending",
	[ZONG_TABLE_LOOSE] = "loose",
	[ZONG_TABLE_RETENTION_RULES] = "retention_rules",
	[ZONG_TABLE_HOLDS] = "holds",
	[ZONG_TABLE_HOLDS_ACTIVE] = "holds_active",
	[ZONG_TABLE_DESTRUCTION_LISTS] = "destruction_lists",
	[ZONG_TABLE_DESTRUCTION_ITEMS] = "destruction_items",
	[ZONG_TABLE_LOOKS] = "looks",
	[ZONG_TABLE_REVIEWS] = "reviews",
	[ZONG_TABLE_REVIEWS_OPEN] = "reviews_open",
	[ZONG_TABLE_CORRECTIONS] = "corrections",
	[ZONG_TABLE_UNITS] = "units",
	[ZONG_TABLE_UNIT_EVENTS] = "unit_events",
	[ZONG_TABLE_UNIT_EVENTS_BY_CODE] = "unit_events_by_code",
	[ZONG_TABLE_LOOKS_BY_BAND] = "looks_by_band",
	[ZONG_TABLE_PLACES] = "places",
	[ZONG_TABLE_PLACES_BY_PARENT] = "places_by_parent",
	[ZONG_TABLE_ORIGINALS] = "originals",
	[ZONG_TABLE_ORIGINALS_BY_CASE] = "originals_by_case",
	[ZONG_TABLE_ORIGINALS_BY_PLACE] = "originals_by_place",
	[ZONG_TABLE_ORIGINALS_BY_STATE] = "originals_by_state",
	[ZONG_TABLE_LOANS] = "loans",
	[ZONG_TABLE_LOANS_OPEN] = "loans_open",
	[ZONG_TABLE_RESERVATIONS] = "reservations",
	[ZONG_TABLE_STOCKTAKES] = "stocktakes",
	[ZONG_TABLE_HANDOVERS] = "handovers",
	[ZONG_TABLE_HANDOVER_ITEMS] = "handover_items",
	[ZONG_TABLE_LINKS] = "links",
	[ZONG_TABLE_LINKS_BY_EARLIER] = "links_by_earlier",
	[ZONG_TABLE_LINKS_OPEN] = "links_open",
	[ZONG_TABLE_VOLUMES] = "volumes",
	[ZONG_TABLE_VOLUMES_BY_CASE] = "volumes_by_case",
	[ZONG_TABLE_VOLUMES_BY_BOX] = "volumes_by_box",
	[ZONG_TABLE_VOLUME_SERIES] = "volume_series",
	[ZONG_TABLE_QUERIES] = "queries",
	[ZONG_TABLE_OUTBOX_BY_CASE] = "outbox_by_case",
	[ZONG_TABLE_DELIVERIES_BY_STATE] = "deliveries_by_state",
	[ZONG_TABLE_CODES] = "codes",
	[ZONG_TABLE_RECONCILIATIONS] = "reconciliations",
	[ZONG_TABLE_CATALOGUES] = "catalogues",
	[ZONG_TABLE_MATERIALS_SHARED] = "materials_shared",
	[ZONG_TABLE_LOG_TREE] = "log_tree",
	[ZONG_TABLE_LOG_CHECKPOINTS] = "log_checkpoints",
	[ZONG_TABLE_PROPERTIES] = "properties",
	[ZONG_TABLE_PROPERTIES_FAILED] = "properties_failed",
};

/* All that the catalog of a sealed archive has. */
static const char *const sealed_tables[] = {"sealed"};

const char *const zong_segment_tables[ZONG_SEGMENT_TABLE_COUNT_] = {
	[ZONG_SEGMENT_TABLE_SEGMENTS] = "segments",
	[ZONG_SEGMENT_TABLE_TOTALS] = "totals",
};

const struct zong_store_maps zong_store_usual_maps = {
	.catalog = (size_t)1 << 30,
	.segments = (size_t)4 << 30,
};

void zong_deadline_in(int64_t micros, struct timespec *ret_deadline)
{
	if (micros < 0)
		micros = 0;
	clock_gettime(CLOCK_MONOTONIC, ret_deadline);
	ret_deadline->tv_sec += micros / ZONG_SECOND;
	ret_deadline->tv_nsec += (micros % ZONG_SECOND) * 1000;
	if (ret_deadline->tv_nsec >= 1000000000) {
		ret_deadline->tv_sec++;
		ret_deadline->tv_nsec -= 1000000000;
	}
}

void zong_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
}

static char *path_in(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

static int open_env(const char *dir, const char *folder, struct zong_env *env,
	const char *const *tables, size_t count, unsigned flags, size_t map, bool create)
{
	_cleanup_free_ char *path = path_in(dir, folder);

	if (!path)
		return ZONG_ENOMEM;
	return zong_env_open(env, path, tables, count, flags, map, create);
}

int zong_store_open_envs(struct zong_store *store, const struct zong_store_maps *maps, bool create)
{
	unsigned flags = store->read_only ? MDB_RDONLY : 0;
	int r = open_env(store->dir, "catalog", &store->catalog,
		store->seal ? sealed_tables : zong_catalog_tables,
		store->seal ? 1 : ZONG_TABLE_COUNT_, flags, maps->catalog, create);

	if (r)
		return r;
	/* Segments are read here and there, never one behind the other: reading ahead is for
	 * nothing. */
	return open_env(store->dir, "segments", &store->segments, zong_segment_tables,
		ZONG_SEGMENT_TABLE_COUNT_, flags | MDB_NORDAHEAD, maps->segments, create);
}

void zong_store_id_key(struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_str(ret_key, "id");
}

/* ---- opening ---- */

static int take_lock(struct zong_store *store)
{
	_cleanup_free_ char *path = path_in(store->dir, "lock");

	if (!path)
		return ZONG_ENOMEM;
	store->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (store->lock_fd < 0)
		return zong_error_from_errno(errno);
	if (flock(store->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? ZONG_EBUSY : zong_error_from_errno(errno);
	return 0;
}

static int read_id(struct zong_store *store)
{
	struct zong_key key;
	struct zong_txn *txn;
	const void *bytes;
	size_t len;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	zong_store_id_key(&key);
	r = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, &bytes, &len);
	if (r == ZONG_ENOENT || (!r && len != sizeof(store->id.bytes)))
		r = ZONG_ECORRUPT;
	if (!r)
		memcpy(store->id.bytes, bytes, sizeof(store->id.bytes));
	zong_txn_end(txn);
	return r;
}

/* Spool files have no names, but where a file system cannot do that a crash may leave one. */
static void sweep_spool(const char *dir)
{
	_cleanup_free_ char *path = path_in(dir, "spool");
	const struct dirent *entry;
	DIR *handle = path ? opendir(path) : NULL;

	if (!handle)
		return;
	for (;;) {
		entry = readdir(handle);
		if (!entry)
			break;
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(handle), entry->d_name, 0);
	}
	closedir(handle);
}

/* One who only looks cannot make the tables that an older archive lacks: opened once for writing. Nobody
 * serves it, or it would be of today's format. */
static int bring_up(const char *dir, const uint8_t *key, const struct zong_store_maps *maps)
{
	struct zong_store_options options = {.key = key};
	struct zong_store *store;
	int r = zong_store_open_sized(dir, &options, maps, &store, NULL);

	if (!r)
		zong_store_close(store);
	return r;
}

static int open_seal(struct zong_store *store, const uint8_t *key)
{
	int r = 0;

	if (key)
		r = zong_seal_new(key, &store->seal);
	if (!r)
		r = zong_seal_check_mark(store->seal, store->dir);
	if (!r && key)
		r = zong_pages_new(store->seal, &store->pages);
	return r;
}

static int open_all(
	struct zong_store *store, const uint8_t *key, const struct zong_store_maps *maps)
{
	unsigned format = ZONG_FORMAT;
	int r = zong_version_read(store->dir, &format);

	if (!r)
		r = open_seal(store, key);
	if (r)
		return r;
	if (!store->read_only)
		r = take_lock(store);
	else if (format < ZONG_FORMAT)
		r = bring_up(store->dir, key, maps);
	if (!r)
		r = zong_store_open_envs(store, maps, !store->read_only && format < ZONG_FORMAT);
	if (r == ZONG_ENOENT)
		r = ZONG_ECORRUPT; /* it is an archive, so its parts must be there */
	if (!r)
		r = read_id(store);
	if (!r && !store->read_only)
		r = zong_writer_start(store, &store->writer);
	if (!r && !store->read_only)
		r = zong_version_migrate(store, format);
	return r;
}

int zong_store_open_sized(const char *dir, const struct zong_store_options *options,
	const struct zong_store_maps *maps, struct zong_store **ret_store, struct zong_err *err)
{
	struct zong_store *store = calloc(1, sizeof(*store));
	int r;

	if (!store)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	store->lock_fd = -1;
	store->number = 1;
	store->read_only = options && options->read_only;
	store->read_only_index = options && (options->read_only_index || options->read_only);
	pthread_mutex_init(&store->mutex, NULL);
	zong_cond_init(&store->moved);
	store->dir = strdup(dir);
	r = store->dir ? zong_collect_new(&store->collect) : ZONG_ENOMEM;
	if (!r)
		r = open_all(store, options ? options->key : NULL,
			maps ? maps : &zong_store_usual_maps);
	if (r) {
		zong_store_close(store);
		return zong_err_set(err, r, "%s", dir);
	}
	if (!store->read_only)
		sweep_spool(dir);
	*ret_store = store;
	return 0;
}

int zong_store_open(const char *dir, const struct zong_store_options *options,
	struct zong_store **ret_store, struct zong_err *err)
{
	return zong_store_open_sized(dir, options, NULL, ret_store, err);
}

void zong_store_close(struct zong_store *store)
{
	if (!store)
		return;
	zong_text_stop(store);
	zong_writer_stop(store->writer);
	zong_collect_free(store->collect);
	zong_env_close(&store->segments);
	zong_env_close(&store->catalog);
	zong_pages_free(store->pages);
	zong_seal_free(store->seal);
	if (store->lock_fd >= 0)
		close(store->lock_fd);
	pthread_cond_destroy(&store->moved);
	pthread_mutex_destroy(&store->mutex);
	zong_segment_drop_rooms(store);
	while (store->idle_zstd_count > 0)
		ZSTD_freeCCtx(store->idle_zstd[--store->idle_zstd_count]);
	free(store->running);
	free(store->dir);
	free(store);
}

/* ---- the rest ---- */

const char *zong_table_name(enum zong_table table)
{
	return zong_catalog_tables[table];
}

const char *zong_store_dir(const struct zong_store *store)
{
	return store->dir;
}

bool zong_store_is_sealed(const struct zong_store *store)
{
	return store->seal != NULL;
}

const struct zong_id *zong_store_id(const struct zong_store *store)
{
	return &store->id;
}

void zong_store_wait(struct zong_store *store, uint64_t *seen, int64_t timeout)
{
	struct timespec deadline;

	zong_deadline_in(timeout, &deadline);
	pthread_mutex_lock(&store->mutex);
	while (store->number <= *seen)
		if (pthread_cond_timedwait(&store->moved, &store->mutex, &deadline) != 0)
			break;
	*seen = store->number;
	pthread_mutex_unlock(&store->mutex);
}

uint64_t zong_store_number(struct zong_store *store)
{
	uint64_t number;

	pthread_mutex_lock(&store->mutex);
	number = store->number;
	pthread_mutex_unlock(&store->mutex);
	return number;
}

void zong_store_wake(struct zong_store *store)
{
	/* Counts like a commit, so that one who looks at his flag and then waits does not miss it.
	 */
	pthread_mutex_lock(&store->mutex);
	store->number++;
	pthread_cond_broadcast(&store->moved);
	pthread_mutex_unlock(&store->mutex);
}

void zong_store_stats(struct zong_store *store, struct zong_store_stats *ret_stats)
{
	struct zong_store_stats stats = {0};
	struct zong_txn *rows;
	MDB_stat entries;
	MDB_txn *txn;
	uint64_t count;

	if (zong_store_read_begin(store, &rows) == 0) {
		stats.catalog_bytes = zong_env_bytes(&store->catalog);
		if (zong_txn_entries(rows, ZONG_TABLE_PENDING, &count) == 0)
			stats.segments += count;
		zong_txn_end(rows);
	}
	if (zong_env_read_begin(&store->segments, &txn) == 0) {
		stats.segments_bytes = zong_env_bytes(&store->segments);
		if (mdb_stat(txn, store->segments.dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &entries) == 0)
			stats.segments += entries.ms_entries;
		zong_env_read_end(&store->segments, txn);
	}
	stats.text_change = zong_text_change(store);
	pthread_mutex_lock(&store->mutex);
	stats.commits = store->commits;
	stats.writes = store->writes;
	pthread_mutex_unlock(&store->mutex);
	*ret_stats = stats;
}
