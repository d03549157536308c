/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/log.h>

#include "writer.h"

#define GROWS_MAX 32 /* a batch that does not fit after so many steps never will */

/* Writes waiting, in the order they came. */
struct queue {
	struct zong_write *first, **last;
};

struct zong_writer {
	struct zong_store *store;
	pthread_t segment_thread, catalog_thread;
	uint64_t stored; /* ZONG_COUNT_BYTES_STORED in the catalog; the catalog thread's own */

	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t queued; /* something to do */
	pthread_cond_t done;   /* some are done, there is room */
	struct queue incoming; /* for the segment thread */
	struct queue ready;    /* for the catalog thread: their segments are done with */
	size_t waiting;	       /* not done yet */
	uint64_t kept;	       /* the total in segments/ */
	bool stopping;	       /* nothing comes any more */
	bool drained;	       /* and nothing becomes ready any more */
};

/* ---- segments ---- */

static int put_segments(struct zong_writer *writer, MDB_txn *txn, struct zong_write *batch,
	uint64_t *ret_kept, bool *ret_any)
{
	struct zong_env *env = &writer->store->segments;
	uint64_t before, kept;
	size_t i;
	int rc = zong_segment_total(env, txn, &before);

	if (rc)
		return rc;
	kept = before;
	for (struct zong_write *write = batch; write; write = write->next)
		for (i = 0; i < write->put_count; i++) {
			rc = zong_segment_put(env, txn, &write->puts[i], &kept);
			if (rc)
				return rc;
		}
	*ret_kept = kept;
	*ret_any = kept != before;
	return *ret_any ? zong_segment_total_set(env, txn, kept) : 0;
}

/* *ret_full: nothing was written, the map is too small. */
static int try_segments(struct zong_writer *writer, struct zong_write *batch, bool *ret_full)
{
	struct zong_env *env = &writer->store->segments;
	uint64_t kept = 0;
	MDB_txn *txn;
	bool any = false;
	int rc;
	int r;

	*ret_full = false;
	r = zong_env_write_begin(env, &txn);
	if (r)
		return r;
	rc = put_segments(writer, txn, batch, &kept, &any);
	if (rc || !any) {
		*ret_full = rc == MDB_MAP_FULL;
		zong_env_abort(txn);
		r = zong_error_from_mdb(rc);
	} else {
		r = zong_env_commit(env, txn, ret_full);
	}
	if (r)
		return r;
	pthread_mutex_lock(&writer->mutex);
	writer->kept = kept;
	pthread_mutex_unlock(&writer->mutex);
	return 0;
}

static void write_segments(struct zong_writer *writer, struct zong_write *batch)
{
	struct zong_write *write;
	bool some = false;
	bool full;
	int grows = 0;
	int r;

	for (write = batch; write; write = write->next)
		some = some || write->put_count > 0;
	if (!some)
		return;
	for (;;) {
		r = try_segments(writer, batch, &full);
		if (!full || ++grows > GROWS_MAX)
			break;
		r = zong_env_grow(&writer->store->segments);
		if (r)
			break;
	}
	for (write = batch; write; write = write->next) {
		if (write->put_count == 0)
			continue;
		write->result = r;
		write->segments_done = r == 0;
	}
}

/* ---- catalog ---- */

/* Runs one change in @mdb. *ret_full: it hit the end of the map. */
static int run_change(
	struct zong_writer *writer, MDB_txn *mdb, struct zong_write *write, bool *ret_full)
{
	struct zong_txn txn = {.store = writer->store, .write = true, .mdb = mdb};
	int r = write->change(&txn, write->ctx);

	*ret_full = txn.full;
	if (!r)
		r = txn.err;
	return txn.full && !r ? ZONG_ENOSPC : r;
}

/* One change in its own transaction within @batch_txn, so that its failure undoes nothing else. */
static int apply(
	struct zong_writer *writer, MDB_txn *batch_txn, struct zong_write *write, bool *ret_full)
{
	MDB_txn *mdb;
	int rc = mdb_txn_begin(writer->store->catalog.mdb, batch_txn, 0, &mdb);
	int r;

	if (rc) {
		*ret_full = rc == MDB_MAP_FULL;
		return zong_error_from_mdb(rc);
	}
	r = run_change(writer, mdb, write, ret_full);
	if (r) {
		mdb_txn_abort(mdb);
		return r;
	}
	rc = mdb_txn_commit(mdb);
	*ret_full = rc == MDB_MAP_FULL;
	return zong_error_from_mdb(rc);
}

/* Does this write of the batch go on to the catalog? */
static bool has_change(const struct zong_write *write)
{
	return write->change && (write->put_count == 0 || write->segments_done);
}

static size_t count_changes(const struct zong_write *batch)
{
	size_t count = 0;

	for (; batch; batch = batch->next)
		count += has_change(batch);
	return count;
}

/* *ret_kept: the total of segments/ as it is now, which is what the catalog shall say. */
static int copy_stored(
	struct zong_writer *writer, MDB_txn *batch_txn, uint64_t *ret_kept, bool *ret_full)
{
	struct zong_txn txn = {.store = writer->store, .write = true, .mdb = batch_txn};
	int r;

	pthread_mutex_lock(&writer->mutex);
	*ret_kept = writer->kept;
	pthread_mutex_unlock(&writer->mutex);
	if (writer->stored == *ret_kept)
		return 0;
	r = zong_txn_counter_set(&txn, ZONG_COUNT_BYTES_STORED, *ret_kept);
	*ret_full = txn.full;
	return r;
}

/* Runs every change; the results are right only if this returns 0. */
static int try_catalog(struct zong_writer *writer, struct zong_write *batch, bool *ret_full)
{
	struct zong_env *env = &writer->store->catalog;
	struct zong_write *write;
	bool alone = count_changes(batch) == 1;
	uint64_t kept;
	size_t good = 0;
	MDB_txn *txn;
	int r;

	*ret_full = false;
	r = zong_env_write_begin(env, &txn);
	if (r)
		return r;
	r = copy_stored(writer, txn, &kept, ret_full);
	if (r) {
		zong_env_abort(txn);
		return r;
	}
	for (write = batch; write; write = write->next) {
		if (!has_change(write))
			continue;
		/* One that is alone needs no transaction of its own: with it all is undone. */
		if (alone)
			write->result = run_change(writer, txn, write, ret_full);
		else
			write->result = apply(writer, txn, write, ret_full);
		if (*ret_full) {
			zong_env_abort(txn);
			return ZONG_ENOSPC;
		}
		good += write->result == 0;
	}
	if (good == 0) {
		zong_env_abort(txn);
		return 0;
	}
	r = zong_env_commit(env, txn, ret_full);
	if (r)
		return r;
	writer->stored = kept;
	pthread_mutex_lock(&writer->store->mutex);
	writer->store->commits++;
	pthread_mutex_unlock(&writer->store->mutex);
	return 0;
}

static void write_catalog(struct zong_writer *writer, struct zong_write *batch)
{
	struct zong_write *write;
	bool full;
	int grows = 0;
	int r;

	if (count_changes(batch) == 0)
		return;
	for (;;) {
		r = try_catalog(writer, batch, &full);
		if (!full || ++grows > GROWS_MAX)
			break;
		r = zong_env_grow(&writer->store->catalog);
		if (r)
			break;
	}
	if (!r)
		return;
	/* Nothing of the batch is on the disk: also those fail whose change went well. Those whose
	 * change failed by itself keep their own reason, but for a full map, which cut the run
	 * short. */
	for (write = batch; write; write = write->next) {
		if (!has_change(write))
			continue;
		if (write->result == 0 || full)
			write->result = r;
	}
}

/* ---- the threads ---- */

static void queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->last = &queue->first;
}

static void queue_add(struct queue *queue, struct zong_write *write)
{
	write->next = NULL;
	*queue->last = write;
	queue->last = &write->next;
}

/* What waits, bounded by number and by bytes; at least one, or NULL. */
static struct zong_write *take_batch(struct queue *queue)
{
	struct zong_write *batch = queue->first;
	struct zong_write *end = batch;
	size_t bytes, count = 1;

	if (!batch)
		return NULL;
	bytes = batch->put_bytes;
	while (end->next && count < ZONG_LIMIT_GROUP &&
		bytes + end->next->put_bytes <= ZONG_LIMIT_GROUP_BYTES) {
		end = end->next;
		bytes += end->put_bytes;
		count++;
	}
	queue->first = end->next;
	if (!queue->first)
		queue->last = &queue->first;
	end->next = NULL;
	return batch;
}

/* The next batch of @queue; NULL when it is empty and *over. */
static struct zong_write *await_batch(
	struct zong_writer *writer, struct queue *queue, const bool *over)
{
	struct zong_write *batch;

	pthread_mutex_lock(&writer->mutex);
	while (!queue->first && !*over)
		pthread_cond_wait(&writer->queued, &writer->mutex);
	batch = take_batch(queue);
	pthread_mutex_unlock(&writer->mutex);
	return batch;
}

static void count_written(struct zong_store *store, uint64_t count)
{
	pthread_mutex_lock(&store->mutex);
	store->writes += count;
	store->number++;
	pthread_cond_broadcast(&store->moved);
	pthread_mutex_unlock(&store->mutex);
}

/* Wakes the owners of those that have no change; passes the others on where @pass. */
static void finish_batch(struct zong_writer *writer, struct zong_write *batch, bool pass)
{
	struct zong_write *write, *next;
	uint64_t count = 0;

	for (write = batch; write; write = write->next)
		count += !(pass && write->change);
	if (count > 0)
		count_written(writer->store, count);
	pthread_mutex_lock(&writer->mutex);
	for (write = batch; write; write = next) {
		next = write->next; /* its owner may be gone as soon as the lock is open */
		if (pass && write->change)
			queue_add(&writer->ready, write);
		else
			write->done = true;
	}
	writer->waiting -= count;
	pthread_cond_broadcast(&writer->done);
	pthread_cond_broadcast(&writer->queued);
	pthread_mutex_unlock(&writer->mutex);
}

static void *run_segments(void *arg)
{
	struct zong_writer *writer = arg;
	struct zong_write *batch;

	for (;;) {
		batch = await_batch(writer, &writer->incoming, &writer->stopping);
		if (!batch)
			break;
		write_segments(writer, batch);
		finish_batch(writer, batch, true);
	}
	pthread_mutex_lock(&writer->mutex);
	writer->drained = true;
	pthread_cond_broadcast(&writer->queued);
	pthread_mutex_unlock(&writer->mutex);
	return NULL;
}

static void *run_catalog(void *arg)
{
	struct zong_writer *writer = arg;
	struct zong_write *batch;

	for (;;) {
		batch = await_batch(writer, &writer->ready, &writer->drained);
		if (!batch)
			return NULL;
		write_catalog(writer, batch);
		finish_batch(writer, batch, false);
	}
}

/* What the counters say when the store is opened. */
static int load_totals(struct zong_writer *writer)
{
	struct zong_store *store = writer->store;
	struct zong_txn *txn;
	MDB_txn *mdb;
	int r = zong_env_read_begin(&store->segments, &mdb);

	if (r)
		return r;
	r = zong_error_from_mdb(zong_segment_total(&store->segments, mdb, &writer->kept));
	zong_env_read_end(&store->segments, mdb);
	if (!r)
		r = zong_store_read_begin(store, &txn);
	if (r)
		return r;
	r = zong_txn_counter(txn, ZONG_COUNT_BYTES_STORED, &writer->stored);
	zong_txn_end(txn);
	return r;
}

static void writer_free(struct zong_writer *writer)
{
	pthread_cond_destroy(&writer->done);
	pthread_cond_destroy(&writer->queued);
	pthread_mutex_destroy(&writer->mutex);
	free(writer);
}

static void stop(struct zong_writer *writer)
{
	pthread_mutex_lock(&writer->mutex);
	writer->stopping = true;
	pthread_cond_broadcast(&writer->queued);
	pthread_cond_broadcast(&writer->done);
	pthread_mutex_unlock(&writer->mutex);
}

int zong_writer_start(struct zong_store *store, struct zong_writer **ret_writer)
{
	struct zong_writer *writer = calloc(1, sizeof(*writer));
	int r;

	if (!writer)
		return ZONG_ENOMEM;
	writer->store = store;
	queue_init(&writer->incoming);
	queue_init(&writer->ready);
	pthread_mutex_init(&writer->mutex, NULL);
	pthread_cond_init(&writer->queued, NULL);
	pthread_cond_init(&writer->done, NULL);
	r = load_totals(writer);
	if (!r && pthread_create(&writer->segment_thread, NULL, run_segments, writer) != 0)
		r = ZONG_ENOMEM;
	if (!r && pthread_create(&writer->catalog_thread, NULL, run_catalog, writer) != 0) {
		r = ZONG_ENOMEM;
		stop(writer);
		pthread_join(writer->segment_thread, NULL);
	}
	if (r) {
		writer_free(writer);
		return r;
	}
	*ret_writer = writer;
	return 0;
}

void zong_writer_stop(struct zong_writer *writer)
{
	if (!writer)
		return;
	stop(writer);
	pthread_join(writer->segment_thread, NULL);
	pthread_join(writer->catalog_thread, NULL);
	writer_free(writer);
}

int zong_writer_submit(struct zong_writer *writer, struct zong_write *write)
{
	int r = 0;

	write->result = 0;
	write->segments_done = false;
	write->done = false;
	write->next = NULL;
	if (!writer)
		return ZONG_EINVAL; /* opened for looking only */
	pthread_mutex_lock(&writer->mutex);
	while (writer->waiting >= ZONG_LIMIT_WRITE_QUEUE && !writer->stopping)
		pthread_cond_wait(&writer->done, &writer->mutex);
	if (writer->stopping) {
		r = ZONG_ECANCELLED;
	} else {
		queue_add(&writer->incoming, write);
		writer->waiting++;
		pthread_cond_broadcast(&writer->queued);
	}
	pthread_mutex_unlock(&writer->mutex);
	return r;
}

int zong_writer_await(struct zong_writer *writer, struct zong_write *write)
{
	pthread_mutex_lock(&writer->mutex);
	while (!write->done)
		pthread_cond_wait(&writer->done, &writer->mutex);
	pthread_mutex_unlock(&writer->mutex);
	return write->result;
}

size_t zong_writer_ready(struct zong_writer *writer)
{
	const struct zong_write *write;
	size_t count = 0;

	pthread_mutex_lock(&writer->mutex);
	for (write = writer->ready.first; write; write = write->next)
		count++;
	pthread_mutex_unlock(&writer->mutex);
	return count;
}

int zong_store_write(struct zong_store *store, zong_store_change *change, void *ctx)
{
	struct zong_write write = {.change = change, .ctx = ctx};
	int r = zong_writer_submit(store->writer, &write);

	return r ? r : zong_writer_await(store->writer, &write);
}
