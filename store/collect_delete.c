/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <zong/time.h>

#include "collect_run.h"
#include "segment.h"
#include "wipe.h"
#include "writer.h"

#define DELETE_STEP 256	 /* segments deleted in one commit */
#define FORGET_STEP 4096 /* rows of ZONG_TABLE_LOOSE taken out in one commit */
#define BLOCKED_LONGEST (2 * ZONG_LIMIT_READ_SECONDS * ZONG_SECOND)
#define BLOCKED_PAUSE (50 * 1000 * 1000) /* ns */

/* ---- deleting ---- */

struct deletion {
	struct zong_collect_round *run;
	size_t from, until; /* in the list */
	uint64_t kept;	    /* bytes of all segments afterwards */
	uint64_t segments, bytes;
};

static enum zong_fate fate_of(struct zong_collect_round *run, size_t i)
{
	enum zong_fate fate;

	pthread_mutex_lock(&run->collect->mutex);
	fate = run->list[i].fate;
	pthread_mutex_unlock(&run->collect->mutex);
	return fate;
}

/* In the catalog thread: from here on nobody believes in what he finds. */
static int doom(struct zong_txn *txn, void *ctx)
{
	struct deletion *deletion = ctx;
	struct zong_collect_round *run = deletion->run;
	size_t i;

	(void)txn;
	pthread_mutex_lock(&run->collect->mutex);
	for (i = deletion->from; i < deletion->until; i++)
		if (run->list[i].fate == ZONG_FATE_CONDEMNED)
			run->list[i].fate = ZONG_FATE_DOOMED;
	pthread_mutex_unlock(&run->collect->mutex);
	return 0;
}

static int delete_one(struct deletion *deletion, MDB_txn *txn, size_t i)
{
	struct zong_env *env = &deletion->run->store->segments;
	MDB_dbi dbi = env->dbis[ZONG_SEGMENT_TABLE_SEGMENTS];
	MDB_val key = {.mv_size = ZONG_DIGEST_SIZE, .mv_data = deletion->run->list[i].digest.bytes};
	MDB_val value, blank;
	int rc = mdb_get(txn, dbi, &key, &value);

	if (rc)
		return rc == MDB_NOTFOUND ? 0 : rc;
	deletion->segments++;
	deletion->bytes += value.mv_size;
	/* A short value stands in the page of its key, where a deletion only moves what lies around it:
	 * blanked first. A long one has pages of its own, which become free whole. */
	if (value.mv_size < (size_t)ZONG_SEGMENT_HEADER + 4096) {
		blank = (MDB_val){.mv_size = value.mv_size};
		rc = mdb_put(txn, dbi, &key, &blank, MDB_RESERVE);
		if (rc)
			return rc;
		memset(blank.mv_data, 0, blank.mv_size);
	}
	return mdb_del(txn, dbi, &key, NULL);
}

static int delete_all(struct deletion *deletion, MDB_txn *txn)
{
	struct zong_collect_round *run = deletion->run;
	size_t i;
	int rc;

	deletion->segments = 0;
	deletion->bytes = 0;
	rc = zong_segment_total(&run->store->segments, txn, &deletion->kept);
	for (i = deletion->from; !rc && i < deletion->until; i++)
		if (fate_of(run, i) == ZONG_FATE_DOOMED)
			rc = delete_one(deletion, txn, i);
	if (rc)
		return rc;
	deletion->kept -= deletion->bytes < deletion->kept ? deletion->bytes : deletion->kept;
	return zong_segment_total_set(&run->store->segments, txn, deletion->kept);
}

/* In the segment thread, with no transaction open. */
static int delete_segments(void *ctx)
{
	struct deletion *deletion = ctx;
	struct zong_env *env = &deletion->run->store->segments;
	MDB_txn *txn;
	bool full = true;
	int rc;
	int r = 0;

	while (full && !r) {
		r = zong_env_write_begin(env, &txn);
		if (r)
			return r;
		rc = delete_all(deletion, txn);
		if (rc || deletion->segments == 0) {
			full = rc == MDB_MAP_FULL;
			zong_env_abort(txn);
			r = full ? 0 : zong_error_from_mdb(rc);
		} else {
			r = zong_env_commit(env, txn, &full);
			r = full ? 0 : r;
		}
		if (full)
			r = zong_env_grow(env);
	}
	return r;
}

/* Runs @work in one of the writer's threads. */
static int run_work(
	struct zong_collect_round *run, zong_write_work *work, bool in_catalog, void *ctx)
{
	struct zong_write write = {.work = work, .work_in_catalog = in_catalog, .ctx = ctx};
	int r = zong_writer_submit(run->store->writer, &write);

	return r ? r : zong_writer_await(&write);
}

static size_t next_step(struct zong_collect_round *run, size_t from)
{
	size_t i, count = 0;

	for (i = from; i < run->count && count < DELETE_STEP; i++)
		count += fate_of(run, i) == ZONG_FATE_CONDEMNED;
	return i;
}

int zong_collect_delete(struct zong_collect_round *run)
{
	struct deletion deletion = {.run = run};
	int r = 0;

	for (; !r && deletion.from < run->count; deletion.from = deletion.until) {
		if (zong_collect_stopped(run))
			return ZONG_ECANCELLED;
		deletion.until = next_step(run, deletion.from);
		r = zong_store_write(run->store, doom, &deletion);
		if (!r)
			r = run_work(run, delete_segments, false, &deletion);
		if (r)
			break;
		run->result.deleted += deletion.segments;
		run->result.bytes += deletion.bytes;
	}
	return r;
}

/* ---- wiping ---- */

struct wiping {
	struct zong_env *env;
	struct zong_wipe wipe;
};

static int wipe_step(void *ctx)
{
	struct wiping *wiping = ctx;

	return zong_wipe_step(wiping->env, &wiping->wipe);
}

static int wipe_env(struct zong_collect_round *run, struct zong_env *env, bool in_catalog)
{
	int64_t until = zong_time_monotonic() + BLOCKED_LONGEST;
	struct wiping wiping = {.env = env};
	struct timespec pause = {.tv_nsec = BLOCKED_PAUSE};
	int r = 0;

	for (;;) {
		while (!r && !wiping.wipe.done) {
			r = zong_collect_stopped(run)
				    ? ZONG_ECANCELLED
				    : run_work(run, wipe_step, in_catalog, &wiping);
		}
		run->result.wiped += wiping.wipe.wiped;
		/* Pages freed just now may still be seen by a reader. */
		if (r || wiping.wipe.blocked == 0)
			return r;
		if (zong_time_monotonic() > until)
			return ZONG_ETIMEOUT;
		nanosleep(&pause, NULL);
		memset(&wiping.wipe, 0, sizeof(wiping.wipe));
	}
}

int zong_collect_wipe(struct zong_collect_round *run)
{
	int r = wipe_env(run, &run->store->segments, false);

	return r ? r : wipe_env(run, &run->store->catalog, true);
}

/* ---- the end of a round ---- */

struct forgetting {
	struct zong_collect_round *run;
	size_t from, until;
};

/* Of those that were deleted or are named again; one that was saved is looked at again by the next run, for its ingest
 * may have failed. */
static int forget(struct zong_txn *txn, void *ctx)
{
	struct forgetting *forgetting = ctx;
	struct zong_collect_round *run = forgetting->run;
	struct zong_key key;
	const void *why;
	size_t i, len;
	int r;

	for (i = forgetting->from; i < forgetting->until; i++) {
		struct zong_condemned *condemned = &run->list[i];

		if (condemned->fate == ZONG_FATE_SAVED || condemned->fate == ZONG_FATE_CONDEMNED)
			continue;
		zong_key_clear(&key);
		zong_key_digest(&key, &condemned->digest);
		r = zong_txn_get_bytes(txn, ZONG_TABLE_LOOSE, &key, &why, &len);
		if (!r && len == sizeof(condemned->why.bytes) &&
			memcmp(why, condemned->why.bytes, len) == 0)
			r = zong_txn_delete(txn, ZONG_TABLE_LOOSE, &key);
		if (r && r != ZONG_ENOENT)
			return r;
	}
	return 0;
}

int zong_collect_forget(struct zong_collect_round *run)
{
	struct forgetting forgetting = {.run = run};
	int r = 0;

	for (; !r && forgetting.from < run->count; forgetting.from = forgetting.until) {
		forgetting.until = forgetting.from + FORGET_STEP;
		if (forgetting.until > run->count)
			forgetting.until = run->count;
		r = zong_store_write(run->store, forget, &forgetting);
	}
	return r;
}
