/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "writer_state.h"

#define MOVE_AFTER (ZONG_SECOND / 2) /* without an upload: what is pending is moved */

static void queue_init(struct zong_writer_queue *queue)
{
	queue->first = NULL;
	queue->last = &queue->first;
}

static void queue_add(struct zong_writer_queue *queue, struct zong_write *write)
{
	write->next = NULL;
	*queue->last = write;
	queue->last = &write->next;
}

void zong_writer_queue_ready(struct zong_writer *writer, struct zong_write *write)
{
	sem_init(&write->done, 0, 0);
	pthread_mutex_lock(&writer->mutex);
	queue_add(&writer->ready, write);
	writer->waiting++;
	pthread_cond_signal(&writer->ready_queued);
	pthread_mutex_unlock(&writer->mutex);
}

/* What waits, bounded by number and by bytes; at least one, or NULL. */
static struct zong_write *take_batch(struct zong_writer_queue *queue)
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

/* The next batch for the catalog; NULL when nothing becomes ready any more. */
static struct zong_write *await_ready(struct zong_writer *writer)
{
	struct zong_write *batch;

	pthread_mutex_lock(&writer->mutex);
	while (!writer->ready.first && !writer->drained)
		pthread_cond_wait(&writer->ready_queued, &writer->mutex);
	batch = take_batch(&writer->ready);
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

/* Those of @batch that are done, as a list of their own; the others are ready for the catalog. */
static struct zong_write *pass_on(
	struct zong_writer *writer, struct zong_write *batch, uint64_t *ret_count)
{
	struct zong_writer_queue done;
	struct zong_write *next;
	bool passed = false;

	queue_init(&done);
	*ret_count = 0;
	pthread_mutex_lock(&writer->mutex);
	for (; batch; batch = next) {
		next = batch->next;
		if (zong_writer_goes_on(batch)) {
			queue_add(&writer->ready, batch);
			passed = true;
		} else {
			queue_add(&done, batch);
			(*ret_count)++;
		}
	}
	if (passed)
		pthread_cond_signal(&writer->ready_queued);
	pthread_mutex_unlock(&writer->mutex);
	return done.first;
}

/* Wakes the owners, each by itself: were all of them woken at the same door, they would stand in each other's way. */
static void finish(struct zong_writer *writer, struct zong_write *batch, uint64_t count)
{
	struct zong_write *next;

	if (count == 0)
		return;
	count_written(writer->store, count);
	pthread_mutex_lock(&writer->mutex);
	writer->waiting -= count;
	pthread_cond_broadcast(&writer->room);
	pthread_cond_signal(&writer->came); /* something may be pending now, to be moved in a while */
	pthread_mutex_unlock(&writer->mutex);
	for (; batch; batch = next) {
		next = batch->next; /* its owner is gone as soon as it is told */
		sem_post(&batch->done);
	}
}

static uint64_t count_batch(const struct zong_write *batch)
{
	uint64_t count = 0;

	for (; batch; batch = batch->next)
		count++;
	return count;
}

/* The next batch of uploads; moves what is pending when nothing has come for a while. */
static struct zong_write *await_uploads(struct zong_writer *writer)
{
	struct zong_write *batch = NULL;
	struct timespec deadline;
	int timeout;

	zong_deadline_in(MOVE_AFTER, &deadline);
	pthread_mutex_lock(&writer->mutex);
	while (!writer->incoming.first && !writer->stopping) {
		timeout = 0;
		if (atomic_load(&writer->store->pending) > 0)
			timeout = pthread_cond_timedwait(&writer->came, &writer->mutex, &deadline);
		else
			pthread_cond_wait(&writer->came, &writer->mutex);
		if (timeout != ETIMEDOUT)
			continue;
		pthread_mutex_unlock(&writer->mutex);
		zong_writer_move_pending(writer);
		zong_deadline_in(MOVE_AFTER, &deadline);
		pthread_mutex_lock(&writer->mutex);
	}
	batch = take_batch(&writer->incoming);
	pthread_mutex_unlock(&writer->mutex);
	return batch;
}

static void *run_segments(void *arg)
{
	struct zong_writer *writer = arg;
	struct zong_write *batch;
	uint64_t count;

	for (;;) {
		batch = await_uploads(writer);
		if (!batch)
			break;
		zong_writer_write_segments(writer, batch);
		batch = pass_on(writer, batch, &count);
		finish(writer, batch, count);
		if (atomic_load(&writer->store->pending) >= ZONG_PENDING_MOST)
			zong_writer_move_pending(writer);
	}
	pthread_mutex_lock(&writer->mutex);
	writer->drained = true;
	pthread_cond_signal(&writer->ready_queued);
	pthread_mutex_unlock(&writer->mutex);
	return NULL;
}

static void *run_catalog(void *arg)
{
	struct zong_writer *writer = arg;
	struct zong_write *batch;

	for (;;) {
		batch = await_ready(writer);
		if (!batch)
			return NULL;
		zong_writer_write_catalog(writer, batch);
		finish(writer, batch, count_batch(batch));
	}
}

/* What the counters say when the store is opened. */
static int load_totals(struct zong_writer *writer)
{
	struct zong_store *store = writer->store;
	uint64_t pending = 0;
	struct zong_txn *txn;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	r = zong_txn_counter(txn, ZONG_COUNT_BYTES_STORED, &writer->stored);
	if (!r)
		r = zong_pending_bytes(txn, &pending);
	zong_txn_end(txn);
	if (!r)
		atomic_store(&store->pending, pending);
	return r;
}

static void writer_free(struct zong_writer *writer)
{
	pthread_cond_destroy(&writer->room);
	pthread_cond_destroy(&writer->ready_queued);
	pthread_cond_destroy(&writer->came);
	pthread_mutex_destroy(&writer->mutex);
	free(writer);
}

static void stop(struct zong_writer *writer)
{
	pthread_mutex_lock(&writer->mutex);
	writer->stopping = true;
	pthread_cond_signal(&writer->came);
	pthread_cond_broadcast(&writer->room);
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
	zong_cond_init(&writer->came);
	pthread_cond_init(&writer->ready_queued, NULL);
	pthread_cond_init(&writer->room, NULL);
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
	write->pending = false;
	write->segments_done = false;
	write->next = NULL;
	if (!writer)
		return ZONG_EINVAL; /* opened for looking only */
	pthread_mutex_lock(&writer->mutex);
	while (writer->waiting >= ZONG_LIMIT_WRITE_QUEUE && !writer->stopping)
		pthread_cond_wait(&writer->room, &writer->mutex);
	if (writer->stopping) {
		r = ZONG_ECANCELLED;
	} else {
		sem_init(&write->done, 0, 0);
		queue_add(&writer->incoming, write);
		writer->waiting++;
		pthread_cond_signal(&writer->came);
	}
	pthread_mutex_unlock(&writer->mutex);
	return r;
}

int zong_writer_await(struct zong_write *write)
{
	while (sem_wait(&write->done) != 0)
		; /* a signal came between */
	sem_destroy(&write->done);
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

	return r ? r : zong_writer_await(&write);
}
