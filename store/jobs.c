/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "state.h"

/* The jobs that somebody works on are known in memory only: after a crash they are simply due. */
struct zong_running {
	struct zong_id id;
};

static void id_key(const struct zong_id *id, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_id(ret_key, id);
}

static void ready_key(int64_t due, const struct zong_id *id, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u64(ret_key, due > 0 ? (uint64_t)due : 0);
	zong_key_id(ret_key, id);
}

static bool take_id(const ProtobufCBinaryData *bytes, struct zong_id *ret_id)
{
	if (bytes->len != sizeof(ret_id->bytes))
		return false;
	memcpy(ret_id->bytes, bytes->data, sizeof(ret_id->bytes));
	return true;
}

static int get(struct zong_txn *txn, const struct zong_id *id, Zong__Job **ret_job)
{
	struct zong_key key;

	id_key(id, &key);
	return zong_txn_get(
		txn, ZONG_TABLE_JOBS, &key, &zong__job__descriptor, (ProtobufCMessage **)ret_job);
}

static int put(struct zong_txn *txn, const struct zong_id *id, const Zong__Job *job)
{
	struct zong_key key;
	int r;

	id_key(id, &key);
	r = zong_txn_put(txn, ZONG_TABLE_JOBS, &key, &job->base);
	if (r || job->parked)
		return r;
	ready_key(job->due, id, &key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_JOBS_READY, &key, NULL, 0);
}

int zong_job_add(struct zong_txn *txn, const Zong__Job *job)
{
	struct zong_key key;
	struct zong_id id;
	int r;

	if (!take_id(&job->id, &id))
		return ZONG_EINVAL;
	if (job->raster.len > 0) {
		zong_key_clear(&key);
		zong_key_bytes(&key, job->raster.data, job->raster.len);
		if (zong_txn_has(txn, ZONG_TABLE_JOBS_BY_RASTER, &key))
			return 0;
		r = zong_txn_put_bytes(
			txn, ZONG_TABLE_JOBS_BY_RASTER, &key, id.bytes, sizeof(id.bytes));
		if (r)
			return r;
	}
	r = put(txn, &id, job);
	if (!r && job->parked)
		r = zong_txn_count(txn, ZONG_COUNT_JOBS_PARKED, 1, NULL);
	return r;
}

/* ---- taking ---- */

static size_t find_running(const struct zong_store *store, const struct zong_id *id)
{
	size_t i;

	for (i = 0; i < store->running_count; i++)
		if (zong_id_equal(&store->running[i].id, id))
			break;
	return i;
}

/* 0, ZONG_EBUSY (somebody was faster) or ZONG_ENOMEM. */
static int mark(struct zong_store *store, const struct zong_id *id)
{
	struct zong_running *grown;
	size_t cap;
	int r = 0;

	pthread_mutex_lock(&store->mutex);
	if (find_running(store, id) < store->running_count) {
		r = ZONG_EBUSY;
	} else if (store->running_count == store->running_cap) {
		cap = store->running_cap ? store->running_cap * 2 : 16;
		grown = reallocarray(store->running, cap, sizeof(*grown));
		if (grown) {
			store->running = grown;
			store->running_cap = cap;
		} else {
			r = ZONG_ENOMEM;
		}
	}
	if (!r)
		store->running[store->running_count++].id = *id;
	pthread_mutex_unlock(&store->mutex);
	return r;
}

static void unmark(struct zong_store *store, const struct zong_id *id)
{
	size_t i;

	pthread_mutex_lock(&store->mutex);
	i = find_running(store, id);
	if (i < store->running_count)
		store->running[i] = store->running[--store->running_count];
	pthread_mutex_unlock(&store->mutex);
}

static bool is_marked(struct zong_store *store, const struct zong_id *id)
{
	bool marked;

	pthread_mutex_lock(&store->mutex);
	marked = find_running(store, id) < store->running_count;
	pthread_mutex_unlock(&store->mutex);
	return marked;
}

/* The first one that is due and free. ZONG_EEND: none, and *ret_due. */
static int find_due(struct zong_store *store, int64_t now, struct zong_id *ret_id, int64_t *ret_due)
{
	struct zong_key_view view;
	struct zong_iter iter;
	struct zong_txn *txn;
	uint64_t due;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	*ret_due = 0;
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_JOBS_READY, NULL, NULL, false);
	while (!r) {
		r = zong_iter_next(&iter);
		if (r)
			break;
		view = iter.key;
		if (!zong_key_take_u64(&view, &due) || !zong_key_take_id(&view, ret_id)) {
			r = ZONG_ECORRUPT;
			break;
		}
		if (is_marked(store, ret_id))
			continue;
		if (due > (uint64_t)now) {
			*ret_due = (int64_t)due;
			r = ZONG_EEND;
		}
		break;
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return r;
}

/* The job as it is now that it is marked: what find_due saw may be older than somebody's
 * zong_job_done. */
static int load_due(
	struct zong_store *store, const struct zong_id *id, int64_t now, Zong__Job **ret_job)
{
	Zong__Job *job;
	struct zong_txn *txn;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	r = get(txn, id, &job);
	zong_txn_end(txn);
	if (r)
		return r;
	if (job->parked || job->due > now) {
		zong__job__free_unpacked(job, NULL);
		return ZONG_ENOENT;
	}
	*ret_job = job;
	return 0;
}

int zong_job_take(struct zong_store *store, int64_t now, Zong__Job **ret_job, int64_t *ret_due)
{
	struct zong_id id;
	int r;

	for (;;) {
		r = find_due(store, now, &id, ret_due);
		if (r)
			return r;
		r = mark(store, &id);
		if (r == ZONG_EBUSY)
			continue;
		if (r)
			return r;
		r = load_due(store, &id, now, ret_job);
		if (!r)
			return 0;
		unmark(store, &id);
		if (r != ZONG_ENOENT)
			return r;
	}
}

void zong_job_release(struct zong_store *store, const Zong__Job *job)
{
	struct zong_id id;

	if (take_id(&job->id, &id))
		unmark(store, &id);
	/* Whoever waits for a job may have passed over this one while it was marked. */
	zong_store_wake(store);
}

/* ---- ending ---- */

/* Takes the job's rows away but for its own; what is stored counts, not what the caller holds. */
static int withdraw(struct zong_txn *txn, const struct zong_id *id, Zong__Job **ret_job)
{
	struct zong_key key;
	int r = get(txn, id, ret_job);

	if (r)
		return r;
	if ((*ret_job)->parked)
		return zong_txn_count(txn, ZONG_COUNT_JOBS_PARKED, -1, NULL);
	ready_key((*ret_job)->due, id, &key);
	return zong_txn_delete(txn, ZONG_TABLE_JOBS_READY, &key);
}

int zong_job_done(struct zong_txn *txn, const Zong__Job *job)
{
	Zong__Job *stored = NULL;
	struct zong_key key;
	struct zong_id id;
	int r;

	if (!take_id(&job->id, &id))
		return ZONG_EINVAL;
	r = withdraw(txn, &id, &stored);
	if (!r && stored->raster.len > 0) {
		zong_key_clear(&key);
		zong_key_bytes(&key, stored->raster.data, stored->raster.len);
		r = zong_txn_delete(txn, ZONG_TABLE_JOBS_BY_RASTER, &key);
	}
	if (!r) {
		id_key(&id, &key);
		r = zong_txn_delete(txn, ZONG_TABLE_JOBS, &key);
	}
	zong__job__free_unpacked(stored, NULL);
	return r;
}

/* Stores it again with a new state. @reason is borrowed. */
static int restate(struct zong_txn *txn, const Zong__Job *job, bool parked, int64_t due,
	uint32_t tries_more, int code, const char *reason)
{
	Zong__Job *stored = NULL;
	struct zong_id id;
	char *owned;
	int r;

	if (!take_id(&job->id, &id))
		return ZONG_EINVAL;
	r = withdraw(txn, &id, &stored);
	if (!r) {
		owned = stored->reason;
		stored->parked = parked;
		stored->due = due;
		stored->tries += tries_more;
		stored->err = code;
		stored->reason = (char *)(uintptr_t)(reason ? reason : "");
		r = put(txn, &id, stored);
		stored->reason = owned;
	}
	if (!r && parked)
		r = zong_txn_count(txn, ZONG_COUNT_JOBS_PARKED, 1, NULL);
	zong__job__free_unpacked(stored, NULL);
	return r;
}

int zong_job_again(
	struct zong_txn *txn, const Zong__Job *job, int64_t due, int code, const char *reason)
{
	return restate(txn, job, false, due, 1, code, reason);
}

int zong_job_park(struct zong_txn *txn, const Zong__Job *job, int code, const char *reason)
{
	return restate(txn, job, true, job->due, 1, code, reason);
}

int zong_job_retry(struct zong_txn *txn, const struct zong_id *id)
{
	Zong__Job *job = NULL;
	int r = get(txn, id, &job);

	if (r)
		return r;
	if (!job->parked) {
		zong__job__free_unpacked(job, NULL);
		return ZONG_EINVAL;
	}
	zong__job__free_unpacked(job, NULL);
	job = NULL;
	r = withdraw(txn, id, &job);
	if (!r) {
		job->parked = false;
		job->tries = 0;
		job->due = 0; /* before all others: somebody waits for it */
		job->err = 0;
		r = put(txn, id, job);
	}
	zong__job__free_unpacked(job, NULL);
	return r;
}

void zong_job_counts(struct zong_store *store, uint64_t *ret_waiting, uint64_t *ret_running,
	uint64_t *ret_parked)
{
	uint64_t ready = 0, running, parked = 0;
	struct zong_txn *txn;

	if (zong_store_read_begin(store, &txn) == 0) {
		zong_txn_entries(txn, ZONG_TABLE_JOBS_READY, &ready);
		zong_txn_counter(txn, ZONG_COUNT_JOBS_PARKED, &parked);
		zong_txn_end(txn);
	}
	pthread_mutex_lock(&store->mutex);
	running = store->running_count;
	pthread_mutex_unlock(&store->mutex);
	*ret_running = running;
	*ret_waiting = ready > running ? ready - running : 0;
	*ret_parked = parked;
}

/* ---- of a raster ---- */

static int find_by_raster(
	struct zong_txn *txn, const struct zong_digest *raster, struct zong_id *ret_id)
{
	struct zong_key key;
	const void *bytes;
	size_t len;
	int r;

	zong_key_clear(&key);
	zong_key_digest(&key, raster);
	r = zong_txn_get_bytes(txn, ZONG_TABLE_JOBS_BY_RASTER, &key, &bytes, &len);
	if (r)
		return r;
	if (len != sizeof(ret_id->bytes))
		return ZONG_ECORRUPT;
	memcpy(ret_id->bytes, bytes, len);
	return 0;
}

int zong_job_drop(struct zong_txn *txn, const struct zong_digest *raster)
{
	Zong__Job job = ZONG__JOB__INIT;
	struct zong_id id;
	int r = find_by_raster(txn, raster, &id);

	if (r)
		return r;
	job.id.data = id.bytes;
	job.id.len = sizeof(id.bytes);
	return zong_job_done(txn, &job);
}

int zong_job_move(struct zong_txn *txn, const struct zong_digest *raster,
	const struct zong_digest *file, uint32_t page)
{
	ProtobufCBinaryData before;
	Zong__Job *job = NULL;
	struct zong_key key;
	struct zong_id id;
	int r = find_by_raster(txn, raster, &id);

	if (!r)
		r = get(txn, &id, &job);
	if (r)
		return r;
	before = job->file;
	job->file.data = (uint8_t *)(uintptr_t)file->bytes;
	job->file.len = sizeof(file->bytes);
	job->page = page;
	id_key(&id, &key);
	r = zong_txn_put(txn, ZONG_TABLE_JOBS, &key, &job->base);
	job->file = before;
	zong__job__free_unpacked(job, NULL);
	return r;
}
