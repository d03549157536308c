/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "state.h"

static void id_key(const struct zong_id *id, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_id(ret_key, id);
}

int zong_job_ready_key(const Zong__Job *job, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u8(ret_key, (uint8_t)job->queue);
	zong_key_str(ret_key, job->department);
	zong_key_u64(ret_key, job->due > 0 ? (uint64_t)job->due : 0);
	zong_key_bytes(ret_key, job->id.data, job->id.len);
	return ret_key->err;
}

bool zong_job_ready_parse(struct zong_key_view view, struct zong_job_ready *ret_ready)
{
	return zong_key_take_u8(&view, &ret_ready->queue) && ret_ready->queue < ZONG_JOB_QUEUES &&
	       zong_key_take_str(&view, &ret_ready->department) &&
	       zong_key_take_u64(&view, &ret_ready->due) &&
	       zong_key_take_id(&view, &ret_ready->id) && view.len == 0;
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
	zong_job_ready_key(job, &key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_JOBS_READY, &key, NULL, 0);
}

int zong_job_add(struct zong_txn *txn, const Zong__Job *job)
{
	struct zong_key key;
	struct zong_id id;
	int r;

	if (!take_id(&job->id, &id) || (unsigned)job->queue >= ZONG_JOB_QUEUES)
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
	zong_job_ready_key(*ret_job, &key);
	return zong_txn_delete(txn, ZONG_TABLE_JOBS_READY, &key);
}

static int end(struct zong_txn *txn, const struct zong_id *id, bool cancelled_too)
{
	Zong__Job *stored = NULL;
	struct zong_key key;
	int r = withdraw(txn, id, &stored);

	if (!r && stored->cancelled && !cancelled_too)
		r = ZONG_ECANCELLED;
	if (!r && stored->raster.len > 0) {
		zong_key_clear(&key);
		zong_key_bytes(&key, stored->raster.data, stored->raster.len);
		r = zong_txn_delete(txn, ZONG_TABLE_JOBS_BY_RASTER, &key);
	}
	if (!r) {
		id_key(id, &key);
		r = zong_txn_delete(txn, ZONG_TABLE_JOBS, &key);
	}
	zong__job__free_unpacked(stored, NULL);
	return r;
}

int zong_job_done(struct zong_txn *txn, const Zong__Job *job)
{
	struct zong_id id;

	return take_id(&job->id, &id) ? end(txn, &id, false) : ZONG_EINVAL;
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
	if (!r && stored->cancelled)
		r = ZONG_ECANCELLED;
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

int zong_job_cancel(struct zong_txn *txn, const struct zong_id *id, int64_t when, const char *by)
{
	Zong__Job *job = NULL;
	char *before[2];
	int r = withdraw(txn, id, &job);

	if (!r && job->cancelled)
		r = ZONG_EINVAL;
	if (!r) {
		before[0] = job->reason;
		before[1] = job->cancelled_by;
		job->parked = true;
		job->err = ZONG_EREADCANCELLED;
		job->reason = (char *)(uintptr_t) "";
		job->cancelled = when;
		job->cancelled_by = (char *)(uintptr_t)by;
		r = put(txn, id, job);
		job->reason = before[0];
		job->cancelled_by = before[1];
	}
	if (!r)
		r = zong_txn_count(txn, ZONG_COUNT_JOBS_PARKED, 1, NULL);
	zong__job__free_unpacked(job, NULL);
	return r;
}

int zong_job_retry(struct zong_txn *txn, const struct zong_id *id)
{
	Zong__Job *job = NULL;
	char *before;
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
		before = job->cancelled_by;
		job->parked = false;
		job->tries = 0;
		job->due = 0; /* before all others: somebody waits for it */
		job->queue = ZONG__JOB_QUEUE__QUEUE_URGENT;
		job->err = 0;
		job->cancelled = 0;
		job->cancelled_by = (char *)(uintptr_t) "";
		r = put(txn, id, job);
		job->cancelled_by = before;
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

int zong_job_of_raster(struct zong_txn *txn, const struct zong_digest *raster, Zong__Job **ret_job)
{
	struct zong_id id;
	int r = find_by_raster(txn, raster, &id);

	return r ? r : get(txn, &id, ret_job);
}

int zong_job_hasten(struct zong_txn *txn, const struct zong_digest *raster, const char *department)
{
	Zong__Job *job = NULL;
	struct zong_id id;
	char *before;
	int r = find_by_raster(txn, raster, &id);

	if (!r)
		r = get(txn, &id, &job);
	if (r)
		return r == ZONG_ENOENT ? 0 : r;
	if (!job->parked && job->queue != ZONG__JOB_QUEUE__QUEUE_URGENT) {
		zong__job__free_unpacked(job, NULL);
		job = NULL;
		r = withdraw(txn, &id, &job);
		if (!r) {
			before = job->department;
			job->queue = ZONG__JOB_QUEUE__QUEUE_URGENT;
			job->department = (char *)(uintptr_t)department;
			r = put(txn, &id, job);
			job->department = before;
		}
	}
	zong__job__free_unpacked(job, NULL);
	return r;
}

int zong_job_drop(struct zong_txn *txn, const struct zong_digest *raster)
{
	struct zong_id id;
	int r = find_by_raster(txn, raster, &id);

	return r ? r : end(txn, &id, true);
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
