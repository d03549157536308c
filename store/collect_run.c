/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "collect_run.h"
#include "recipe.h"
#include "writer_state.h"

#define SCAN_ROWS 512 /* recipes looked at in one read transaction */
#define WAIT_STEP (ZONG_SECOND / 5)

bool zong_collect_stopped(const struct zong_collect_round *run)
{
	return run->stop && run->stop(run->ctx);
}

static void key_of(const uint8_t *digest, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_bytes(ret_key, digest, ZONG_DIGEST_SIZE);
}

static void add(struct zong_collect_round *run, const void *digest, const void *why)
{
	struct zong_condemned *condemned = &run->list[run->count++];

	memset(condemned, 0, sizeof(*condemned));
	memcpy(condemned->digest.bytes, digest, sizeof(condemned->digest.bytes));
	if (why)
		memcpy(condemned->why.bytes, why, sizeof(condemned->why.bytes));
}

/* The next ones of ZONG_TABLE_LOOSE. */
static int load_loose(struct zong_collect_round *run)
{
	struct zong_iter iter = {0};
	struct zong_key from;
	struct zong_txn *txn;
	int r = zong_store_read_begin(run->store, &txn);

	if (r)
		return r;
	key_of(run->after.bytes, &from);
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_LOOSE, NULL, run->first ? NULL : &from, false);
	while (!r && run->count < ZONG_COLLECT_ROUND) {
		r = zong_iter_next(&iter);
		if (r)
			break;
		if (iter.key.len != ZONG_DIGEST_SIZE || iter.value_len != ZONG_ID_SIZE)
			r = ZONG_ECORRUPT;
		else if (run->first ||
			 memcmp(iter.key.bytes, run->after.bytes, ZONG_DIGEST_SIZE) != 0)
			add(run, iter.key.bytes, iter.value);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return r == ZONG_EEND ? 0 : r;
}

/* The next ones of all segments. */
static int load_all(struct zong_collect_round *run)
{
	MDB_val key = {.mv_size = ZONG_DIGEST_SIZE, .mv_data = run->after.bytes};
	struct zong_env *env = &run->store->segments;
	MDB_cursor *cursor;
	MDB_val value;
	MDB_txn *txn;
	int rc;
	int r = zong_env_read_begin(env, &txn);

	if (r)
		return r;
	rc = mdb_cursor_open(txn, env->dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &cursor);
	if (!rc) {
		rc = mdb_cursor_get(cursor, &key, &value, run->first ? MDB_FIRST : MDB_SET_RANGE);
		while (!rc && run->count < ZONG_COLLECT_ROUND) {
			if (key.mv_size != ZONG_DIGEST_SIZE) {
				rc = MDB_CORRUPTED;
				break;
			}
			if (run->first || memcmp(key.mv_data, run->after.bytes, key.mv_size) != 0)
				add(run, key.mv_data, NULL);
			rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
		}
		mdb_cursor_close(cursor);
	}
	zong_env_read_end(env, txn);
	return rc == MDB_NOTFOUND ? 0 : zong_error_from_mdb(rc);
}

static int load(struct zong_collect_round *run)
{
	int r;

	run->count = 0;
	r = run->mode == ZONG_COLLECT_LOOSE ? load_loose(run) : load_all(run);
	if (r)
		return r;
	run->last = run->count < ZONG_COLLECT_ROUND;
	run->first = false;
	if (run->count > 0)
		run->after = run->list[run->count - 1].digest;
	return 0;
}

static void publish(struct zong_collect_round *run)
{
	struct zong_collect *collect = run->collect;

	pthread_mutex_lock(&collect->mutex);
	collect->list = run->list;
	collect->count = run->count;
	atomic_store(&collect->active, true);
	pthread_mutex_unlock(&collect->mutex);
}

static void withdraw(struct zong_collect_round *run)
{
	struct zong_collect *collect = run->collect;

	pthread_mutex_lock(&collect->mutex);
	atomic_store(&collect->active, false);
	collect->list = NULL;
	collect->count = 0;
	pthread_mutex_unlock(&collect->mutex);
}

/* Until no ingest is under way that began before this call. */
static int await_ingests(struct zong_collect_round *run)
{
	struct zong_collect *collect = run->collect;
	struct timespec deadline;
	uint64_t until;
	bool stopped = false;

	pthread_mutex_lock(&collect->mutex);
	until = collect->tickets;
	while (!stopped && collect->open_count > 0 && collect->open[0] <= until) {
		zong_deadline_in(WAIT_STEP, &deadline);
		pthread_cond_timedwait(&collect->left, &collect->mutex, &deadline);
		pthread_mutex_unlock(&collect->mutex);
		stopped = zong_collect_stopped(run);
		pthread_mutex_lock(&collect->mutex);
	}
	pthread_mutex_unlock(&collect->mutex);
	return stopped ? ZONG_ECANCELLED : 0;
}

/* In the segment thread. */
static int move_pending(void *ctx)
{
	struct zong_store *store = ctx;
	int r = 0;

	while (!r && atomic_load(&store->pending) > 0)
		r = zong_writer_move_pending(store->writer);
	return r;
}

/* What waits in the catalog for its way to segments/ goes there now. What comes to wait from here on is being put, and so
 * is saved: nothing that is doomed waits. */
static int settle_pending(struct zong_collect_round *run)
{
	struct zong_write write = {.work = move_pending, .ctx = run->store};
	int r = zong_writer_submit(run->store->writer, &write);

	return r ? r : zong_writer_await(&write);
}

static int strike_off(struct zong_collect_round *run, const uint8_t *value, size_t len)
{
	Zong__Recipe *row = zong__recipe__unpack(NULL, len, value);
	struct zong_condemned *condemned;
	size_t i;

	/* What cannot be read may name anything: nothing is deleted then. */
	if (!row || zong_recipe_check(row)) {
		zong__recipe__free_unpacked(row, NULL);
		return ZONG_ECORRUPT;
	}
	pthread_mutex_lock(&run->collect->mutex);
	for (i = 0; i < row->n_pieces; i++) {
		if (row->pieces[i]->digest.len != ZONG_DIGEST_SIZE)
			continue;
		condemned = zong_collect_find(run->list, run->count, row->pieces[i]->digest.data);
		if (condemned)
			condemned->fate = ZONG_FATE_NAMED;
	}
	pthread_mutex_unlock(&run->collect->mutex);
	zong__recipe__free_unpacked(row, NULL);
	return 0;
}

/* One step of the look through all recipes: those behind @last. ZONG_EEND behind the last one. */
static int scan_step(struct zong_collect_round *run, struct zong_key *last)
{
	struct zong_iter iter = {0};
	struct zong_txn *txn;
	size_t rows;
	int r = zong_store_read_begin(run->store, &txn);

	if (r)
		return r;
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_RECIPES, NULL, last->len ? last : NULL, false);
	for (rows = 0; !r && rows < SCAN_ROWS; rows++) {
		r = zong_iter_next(&iter);
		if (r)
			break;
		r = strike_off(run, iter.value, iter.value_len);
		zong_key_clear(last);
		zong_key_bytes(last, iter.key.bytes, iter.key.len);
		/* the least key behind it */
		zong_key_u8(last, 0);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return r;
}

/* Recipes that come while this runs name what is new, or was saved by their ingest. */
static int scan(struct zong_collect_round *run)
{
	struct zong_key last = {0};
	int r = 0;

	while (!r) {
		r = scan_step(run, &last);
		if (!r && zong_collect_stopped(run))
			r = ZONG_ECANCELLED;
	}
	return r == ZONG_EEND ? 0 : r;
}

static void count_fates(struct zong_collect_round *run)
{
	size_t i;

	run->result.looked += run->count;
	for (i = 0; i < run->count; i++) {
		run->result.named += run->list[i].fate == ZONG_FATE_NAMED;
		run->result.saved += run->list[i].fate == ZONG_FATE_SAVED;
		run->result.loose += run->list[i].fate == ZONG_FATE_CONDEMNED ||
				     run->list[i].fate == ZONG_FATE_DOOMED;
	}
}

/* Bytes of those that no recipe names. */
static int measure(struct zong_collect_round *run)
{
	struct zong_env *env = &run->store->segments;
	MDB_txn *txn;
	size_t i;
	int r = zong_env_read_begin(env, &txn);

	if (r)
		return r;
	for (i = 0; i < run->count; i++) {
		MDB_val key = {.mv_size = ZONG_DIGEST_SIZE, .mv_data = run->list[i].digest.bytes};
		MDB_val value;

		if (run->list[i].fate == ZONG_FATE_CONDEMNED &&
			mdb_get(txn, env->dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &key, &value) == 0)
			run->result.bytes += value.mv_size;
	}
	zong_env_read_end(env, txn);
	return 0;
}

static int round_once(struct zong_collect_round *run)
{
	int r;

	if (run->mode == ZONG_COLLECT_COUNT) {
		r = scan(run);
		if (!r)
			r = measure(run);
		if (!r)
			count_fates(run);
		return r;
	}
	publish(run);
	r = await_ingests(run);
	if (!r)
		r = settle_pending(run);
	if (!r)
		r = scan(run);
	if (!r)
		r = zong_collect_delete(run);
	withdraw(run);
	if (r)
		return r;
	count_fates(run);
	r = zong_collect_wipe(run);
	if (!r && run->mode == ZONG_COLLECT_LOOSE)
		r = zong_collect_forget(run);
	return r;
}

int zong_collect_run(struct zong_store *store, enum zong_collect_mode mode, zong_collect_stop *stop,
	void *ctx, struct zong_collect_result *ret_result)
{
	struct zong_collect_round run = {.store = store,
		.collect = store->collect,
		.mode = mode,
		.stop = stop,
		.ctx = ctx,
		.first = true};
	int r = 0;

	if (store->read_only && mode != ZONG_COLLECT_COUNT)
		return ZONG_EINVAL;
	if (pthread_mutex_trylock(&run.collect->run) != 0)
		return ZONG_EBUSY;
	run.list = calloc(ZONG_COLLECT_ROUND, sizeof(*run.list));
	if (!run.list)
		r = ZONG_ENOMEM;
	/* What waits in the catalog is not in the list of all segments yet. */
	if (!r && mode == ZONG_COLLECT_ALL)
		r = settle_pending(&run);
	while (!r && !run.last) {
		r = load(&run);
		if (!r && run.count > 0)
			r = round_once(&run);
	}
	free(run.list);
	pthread_mutex_unlock(&run.collect->run);
	if (!r && ret_result)
		*ret_result = run.result;
	return r;
}

int zong_collect_waiting(struct zong_store *store, uint64_t *ret_loose)
{
	struct zong_txn *txn;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	r = zong_txn_entries(txn, ZONG_TABLE_LOOSE, ret_loose);
	zong_txn_end(txn);
	return r;
}
