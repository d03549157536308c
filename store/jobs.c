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

int zong_job_get(struct zong_txn *txn, const struct zong_id *id, Zong__Job **ret_job)
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

/* Takes away what is said of the stored job elsewhere. */
static int take_out(struct zong_txn *txn, const Zong__Job *job)
{
	struct zong_key key;

	if (job->parked)
		return zong_txn_count(txn, ZONG_COUNT_JOBS_PARKED, -1, NULL);
	zong_job_ready_key(job, &key);
	return zong_txn_delete(txn, ZONG_TABLE_JOBS_READY, &key);
}

static int end(struct zong_txn *txn, const struct zong_id *id, bool cancelled_too)
{
	Zong__Job *stored = NULL;
	struct zong_key key;
	int r = zong_job_get(txn, id, &stored);

	if (r)
		return r;
	r = stored->cancelled && !cancelled_too ? ZONG_ECANCELLED : take_out(txn, stored);
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

/* @job takes the place of @stored, of which it is a copy with other values; what they point to stays its owners'. */
static int restate(struct zong_txn *txn, const struct zong_id *id, const Zong__Job *stored,
	const Zong__Job *job)
{
	int r = take_out(txn, stored);

	if (!r)
		r = put(txn, id, job);
	if (!r && job->parked)
		r = zong_txn_count(txn, ZONG_COUNT_JOBS_PARKED, 1, NULL);
	return r;
}

/* After a try that came to nothing; what is stored counts, not what the caller holds. */
static int put_off(struct zong_txn *txn, const Zong__Job *job, bool parked, int64_t due, int code,
	const char *reason)
{
	Zong__Job *stored;
	Zong__Job other;
	struct zong_id id;
	int r;

	if (!take_id(&job->id, &id))
		return ZONG_EINVAL;
	r = zong_job_get(txn, &id, &stored);
	if (r)
		return r;
	other = *stored;
	other.parked = parked;
	other.due = due;
	other.tries++;
	other.err = code;
	other.reason = (char *)(uintptr_t)(reason ? reason : "");
	r = stored->cancelled ? ZONG_ECANCELLED : restate(txn, &id, stored, &other);
	zong__job__free_unpacked(stored, NULL);
	return r;
}

int zong_job_again(
	struct zong_txn *txn, const Zong__Job *job, int64_t due, int code, const char *reason)
{
	return put_off(txn, job, false, due, code, reason);
}

int zong_job_park(struct zong_txn *txn, const Zong__Job *job, int code, const char *reason)
{
	return put_off(txn, job, true, job->due, code, reason);
}

int zong_job_cancel(struct zong_txn *txn, const struct zong_id *id, int64_t when, const char *by)
{
	Zong__Job *stored;
	Zong__Job other;
	int r = zong_job_get(txn, id, &stored);

	if (r)
		return r;
	other = *stored;
	other.parked = true;
	other.err = ZONG_EREADCANCELLED;
	other.reason = (char *)(uintptr_t) "";
	other.cancelled = when;
	other.cancelled_by = (char *)(uintptr_t)by;
	r = stored->cancelled ? ZONG_EINVAL : restate(txn, id, stored, &other);
	zong__job__free_unpacked(stored, NULL);
	return r;
}

int zong_job_retry(struct zong_txn *txn, const struct zong_id *id)
{
	Zong__Job *stored;
	Zong__Job other;
	int r = zong_job_get(txn, id, &stored);

	if (r)
		return r;
	other = *stored;
	other.parked = false;
	other.tries = 0;
	other.due = 0; /* before all others: somebody waits for it */
	other.queue = ZONG__JOB_QUEUE__QUEUE_URGENT;
	other.err = 0;
	other.cancelled = 0;
	other.cancelled_by = (char *)(uintptr_t) "";
	r = stored->parked ? restate(txn, id, stored, &other) : ZONG_EINVAL;
	zong__job__free_unpacked(stored, NULL);
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

	return r ? r : zong_job_get(txn, &id, ret_job);
}

int zong_job_hasten(struct zong_txn *txn, const struct zong_digest *raster, const char *department)
{
	Zong__Job *stored;
	Zong__Job other;
	struct zong_id id;
	int r = find_by_raster(txn, raster, &id);

	if (!r)
		r = zong_job_get(txn, &id, &stored);
	if (r)
		return r == ZONG_ENOENT ? 0 : r;
	other = *stored;
	other.queue = ZONG__JOB_QUEUE__QUEUE_URGENT;
	other.department = (char *)(uintptr_t)department;
	if (!stored->parked && stored->queue != ZONG__JOB_QUEUE__QUEUE_URGENT)
		r = restate(txn, &id, stored, &other);
	zong__job__free_unpacked(stored, NULL);
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
	Zong__Job *stored;
	Zong__Job other;
	struct zong_key key;
	struct zong_id id;
	int r = find_by_raster(txn, raster, &id);

	if (!r)
		r = zong_job_get(txn, &id, &stored);
	if (r)
		return r;
	other = *stored;
	other.file.data = (uint8_t *)(uintptr_t)file->bytes;
	other.file.len = sizeof(file->bytes);
	other.page = page;
	id_key(&id, &key);
	r = zong_txn_put(txn, ZONG_TABLE_JOBS, &key, &other.base);
	zong__job__free_unpacked(stored, NULL);
	return r;
}
