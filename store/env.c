/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/log.h>
#include <zong/time.h>

#include "state.h"

#define GATE_SHUT (ZONG_SECOND / 5)  /* longest time that a read is kept waiting */
#define GATE_OPEN (ZONG_SECOND / 20) /* time for those who waited to get in */
#define STALE_EVERY 1000	     /* commits between two looks for dead readers */
#define RESERVE_LEAST (1u << 20)
#define RESERVE_MOST (64u << 20)

int zong_error_from_mdb(int rc)
{
	switch (rc) {
	case 0:
		return 0;
	case MDB_NOTFOUND:
		return ZONG_ENOENT;
	case MDB_KEYEXIST:
		return ZONG_EEXIST;
	case MDB_MAP_FULL:
	case EFBIG:
		return ZONG_ENOSPC;
	case MDB_READERS_FULL:
	case MDB_TXN_FULL:
	case MDB_BAD_VALSIZE:
		return ZONG_ELIMIT;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
		return ZONG_ECORRUPT;
	case MDB_VERSION_MISMATCH:
		return ZONG_EVERSION;
	default:
		return rc > 0 ? zong_error_from_errno(rc) : ZONG_EIO;
	}
}

/* ---- the gate ---- */

static void gate_enter(struct zong_env *env)
{
	pthread_mutex_lock(&env->mutex);
	while (env->shut)
		pthread_cond_wait(&env->moved, &env->mutex);
	env->readers++;
	pthread_mutex_unlock(&env->mutex);
}

static void gate_leave(struct zong_env *env)
{
	pthread_mutex_lock(&env->mutex);
	env->readers--;
	if (env->readers == 0)
		pthread_cond_broadcast(&env->moved);
	pthread_mutex_unlock(&env->mutex);
}

static void gate_open(struct zong_env *env)
{
	pthread_mutex_lock(&env->mutex);
	env->shut = false;
	pthread_cond_broadcast(&env->moved);
	pthread_mutex_unlock(&env->mutex);
}

/* Shuts the gate with nobody behind it. On failure it is open again. */
static int gate_shut(struct zong_env *env)
{
	int64_t give_up = zong_time_monotonic() + 2 * ZONG_LIMIT_READ_SECONDS * ZONG_SECOND;
	struct timespec deadline;

	pthread_mutex_lock(&env->mutex);
	while (zong_time_monotonic() < give_up) {
		env->shut = true;
		zong_deadline_in(GATE_SHUT, &deadline);
		while (env->readers > 0 &&
			pthread_cond_timedwait(&env->moved, &env->mutex, &deadline) == 0)
			;
		if (env->readers == 0) {
			pthread_mutex_unlock(&env->mutex);
			return 0;
		}
		env->shut = false;
		pthread_cond_broadcast(&env->moved);
		zong_deadline_in(GATE_OPEN, &deadline);
		while (pthread_cond_timedwait(&env->moved, &env->mutex, &deadline) == 0)
			;
	}
	pthread_mutex_unlock(&env->mutex);
	zong_log_error(
		"store: a read transaction has been open too long, %s cannot grow", env->dir);
	return ZONG_ETIMEOUT;
}

/* ---- opening ---- */

static int open_tables(struct zong_env *env, bool create)
{
	MDB_txn *txn = NULL;
	size_t i;
	int rc = mdb_txn_begin(env->mdb, NULL, create ? 0 : MDB_RDONLY, &txn);

	if (rc)
		return zong_error_from_mdb(rc);
	for (i = 0; i < env->table_count; i++) {
		rc = mdb_dbi_open(txn, env->tables[i], create ? MDB_CREATE : 0, &env->dbis[i]);
		if (rc) {
			mdb_txn_abort(txn);
			return zong_error_from_mdb(rc);
		}
	}
	return zong_error_from_mdb(mdb_txn_commit(txn));
}

/* A data file shorter than what its meta page says would be a bus error at the first read. */
static int check_size(MDB_env *mdb)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	mdb_filehandle_t fd;

	if (mdb_env_info(mdb, &info) || mdb_env_stat(mdb, &stat) || mdb_env_get_fd(mdb, &fd))
		return ZONG_EIO;
	if (fstat(fd, &st) != 0)
		return zong_error_from_errno(errno);
	if ((uint64_t)st.st_size < ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize)
		return ZONG_ECORRUPT;
	return 0;
}

/* The map to begin with: what is used and a step on top, at least @map. */
static int fit_map(struct zong_env *env, size_t map)
{
	uint64_t used = zong_env_bytes(env);
	MDB_envinfo info;

	if (mdb_env_info(env->mdb, &info))
		return ZONG_EIO;
	env->map = info.me_mapsize;
	if (used <= env->map - env->map / 8)
		return 0;
	map = used + (used / 4 > ZONG_MAP_STEP ? used / 4 : ZONG_MAP_STEP);
	if (map <= env->map)
		return 0;
	env->map = map;
	return zong_error_from_mdb(mdb_env_set_mapsize(env->mdb, env->map));
}

static int open_mdb(struct zong_env *env, size_t map, bool create)
{
	int dead;
	int r;
	int rc = mdb_env_create(&env->mdb);

	if (rc) {
		env->mdb = NULL;
		return zong_error_from_mdb(rc);
	}
	rc = mdb_env_set_maxdbs(env->mdb, ZONG_TABLE_COUNT_);
	if (!rc)
		rc = mdb_env_set_maxreaders(env->mdb, ZONG_LIMIT_READERS);
	if (!rc)
		rc = mdb_env_set_mapsize(env->mdb, map);
	if (!rc)
		rc = mdb_env_open(env->mdb, env->dir, env->flags | MDB_NOTLS, 0600);
	if (!rc)
		rc = mdb_reader_check(env->mdb, &dead);
	r = zong_error_from_mdb(rc);
	if (!r)
		r = check_size(env->mdb);
	if (!r)
		r = fit_map(env, map);
	if (!r)
		r = open_tables(env, create);
	if (r) {
		mdb_env_close(env->mdb);
		env->mdb = NULL;
	}
	return r;
}

int zong_env_open(struct zong_env *env, const char *dir, const char *const *tables,
	size_t table_count, unsigned flags, size_t map, bool create)
{
	int r;

	memset(env, 0, sizeof(*env));
	env->dir = strdup(dir);
	if (!env->dir)
		return ZONG_ENOMEM;
	env->tables = tables;
	env->table_count = table_count;
	env->flags = flags;
	pthread_mutex_init(&env->remap, NULL);
	pthread_mutex_init(&env->mutex, NULL);
	zong_cond_init(&env->moved);
	r = open_mdb(env, map, create);
	if (!r && create)
		r = zong_file_sync_dir(dir);
	if (r)
		zong_env_close(env);
	return r;
}

/* Allots the data file in steps ahead of what is written. A commit that makes the file longer costs the file system
 * an entry in its journal, which is the greater part of a small commit. What cannot be had is no error here: the
 * commit that needs it will say so. */
static void reserve(struct zong_env *env)
{
	uint64_t used = zong_env_bytes(env);
	uint64_t step = used / 16;
	mdb_filehandle_t fd;

	if (step < RESERVE_LEAST)
		step = RESERVE_LEAST;
	if (step > RESERVE_MOST)
		step = RESERVE_MOST;
	step &= ~(uint64_t)(RESERVE_LEAST - 1);
	if (used + step / 2 <= env->reserved || mdb_env_get_fd(env->mdb, &fd))
		return;
	if (env->reserved < used)
		env->reserved = used;
	fallocate(fd, 0, (off_t)env->reserved, (off_t)step);
	/* Also after a failure: to be tried once a step, not at every commit. */
	env->reserved += step;
}

/* Gives back what was allotted and not needed. Nobody else writes: the store's lock is held until after this. */
static void trim(struct zong_env *env)
{
	uint64_t used = zong_env_bytes(env);
	mdb_filehandle_t fd;
	struct stat st;

	if (env->reserved == 0 || used == 0 || mdb_env_get_fd(env->mdb, &fd) || fstat(fd, &st) != 0)
		return;
	if ((uint64_t)st.st_size > used && ftruncate(fd, (off_t)used) != 0)
		zong_log_debug("store: %s keeps what was allotted to it", env->dir);
}

void zong_env_close(struct zong_env *env)
{
	if (!env->dir)
		return;
	if (env->mdb) {
		trim(env);
		mdb_env_close(env->mdb);
	}
	pthread_cond_destroy(&env->moved);
	pthread_mutex_destroy(&env->mutex);
	pthread_mutex_destroy(&env->remap);
	free(env->dir);
	memset(env, 0, sizeof(*env));
}

/* After a failed commit. Where the meta page could not be written, LMDB refuses every further
 * transaction and has put the old meta page back into the page cache; the disk may hold either.
 * Were the next batch to overwrite pages that the failed meta page points to, and the power to go
 * before its own meta page is out, the file would be damaged. So: open afresh, and go on only when
 * a sync has brought the old meta page to the disk. */
static int reopen(struct zong_env *env)
{
	int r = gate_shut(env);

	if (r)
		return r;
	if (env->mdb)
		mdb_env_close(env->mdb);
	r = open_mdb(env, env->map, false);
	if (!r)
		r = zong_error_from_mdb(mdb_env_sync(env->mdb, 1));
	env->doubtful = r != 0;
	gate_open(env);
	return r;
}

/* ---- transactions ---- */

static int read_begin(struct zong_env *env, MDB_txn **ret_txn)
{
	int rc = MDB_PANIC;

	gate_enter(env);
	if (env->mdb)
		rc = mdb_txn_begin(env->mdb, NULL, MDB_RDONLY, ret_txn);
	if (rc)
		gate_leave(env);
	return rc;
}

/* The process that writes has made the map larger than ours: as large as it says. */
static int follow_map(struct zong_env *env)
{
	MDB_envinfo info;
	int r = gate_shut(env);

	if (r)
		return r;
	r = zong_error_from_mdb(mdb_env_set_mapsize(env->mdb, 0));
	if (!r && mdb_env_info(env->mdb, &info) == 0)
		env->map = info.me_mapsize;
	gate_open(env);
	return r;
}

int zong_env_read_begin(struct zong_env *env, MDB_txn **ret_txn)
{
	int rc = read_begin(env, ret_txn);
	int r = 0;

	if (rc != MDB_MAP_RESIZED)
		return zong_error_from_mdb(rc);
	pthread_mutex_lock(&env->remap);
	rc = read_begin(env, ret_txn); /* perhaps somebody else has seen to it */
	while (!r && rc == MDB_MAP_RESIZED) {
		r = follow_map(env);
		if (!r)
			rc = read_begin(env, ret_txn);
	}
	pthread_mutex_unlock(&env->remap);
	return r ? r : zong_error_from_mdb(rc);
}

void zong_env_read_end(struct zong_env *env, MDB_txn *txn)
{
	mdb_txn_abort(txn);
	gate_leave(env);
}

int zong_env_write_begin(struct zong_env *env, MDB_txn **ret_txn)
{
	int dead;
	int r;

	if (env->doubtful) {
		r = reopen(env);
		if (r)
			return r;
	}
	if (++env->commits >= STALE_EVERY) {
		env->commits = 0;
		mdb_reader_check(env->mdb, &dead);
	}
	return zong_error_from_mdb(mdb_txn_begin(env->mdb, NULL, 0, ret_txn));
}

int zong_env_commit(struct zong_env *env, MDB_txn *txn, bool *ret_full)
{
	int rc = mdb_txn_commit(txn);

	*ret_full = rc == MDB_MAP_FULL;
	if (rc == 0)
		reserve(env);
	if (rc == 0 || rc == MDB_MAP_FULL)
		return zong_error_from_mdb(rc);
	zong_log_error("store: commit in %s failed: %s", env->dir, mdb_strerror(rc));
	env->doubtful = true;
	/* Now rather than at the next write: until then readers would be refused too. */
	reopen(env);
	return zong_error_from_mdb(rc);
}

void zong_env_abort(MDB_txn *txn)
{
	mdb_txn_abort(txn);
}

int zong_env_grow(struct zong_env *env)
{
	size_t step = env->map / 4 > ZONG_MAP_STEP ? env->map / 4 : ZONG_MAP_STEP;
	int r = gate_shut(env);

	if (r)
		return r;
	r = env->mdb ? zong_error_from_mdb(mdb_env_set_mapsize(env->mdb, env->map + step))
		     : ZONG_EIO;
	if (!r)
		env->map += step;
	else
		env->doubtful = true; /* unmapped and not mapped again: only opening afresh helps */
	gate_open(env);
	return r;
}

uint64_t zong_env_bytes(struct zong_env *env)
{
	MDB_envinfo info;
	MDB_stat stat;

	if (!env->mdb || mdb_env_info(env->mdb, &info) || mdb_env_stat(env->mdb, &stat))
		return 0;
	return ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
}
