/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_bulk.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <zong/time.h>

#define THREADS_MAX 64
#define TELL_EVERY (ZONG_SECOND / 10)

int zong_bulk_new(struct zong_store *store, const struct zong_bulk_options *options,
	struct zong_bulk **ret_bulk)
{
	struct zong_bulk *bulk = calloc(1, sizeof(*bulk));
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (!bulk)
		return ZONG_ENOMEM;
	bulk->store = store;
	bulk->options = *options;
	bulk->threads = options->threads ? options->threads : cores > 0 ? (unsigned int)cores : 1;
	if (bulk->threads > THREADS_MAX)
		bulk->threads = THREADS_MAX;
	pthread_mutex_init(&bulk->tell, NULL);
	pthread_mutex_init(&bulk->mutex, NULL);
	zong_named_init(&bulk->named);
	*ret_bulk = bulk;
	return 0;
}

void zong_bulk_free(struct zong_bulk *bulk)
{
	if (!bulk)
		return;
	zong_named_release(&bulk->named);
	free(bulk->slots);
	pthread_mutex_destroy(&bulk->mutex);
	pthread_mutex_destroy(&bulk->tell);
	free(bulk);
}

void zong_bulk_result(const struct zong_bulk *bulk, struct zong_bulk_result *ret_result)
{
	struct zong_bulk_result result = {
		.segments = bulk->segments,
		.segment_bytes = bulk->segment_bytes,
		.files = bulk->files,
		.file_bytes = bulk->file_bytes,
		.time = bulk->time,
	};

	result.garbage_known =
		zong_named_garbage(&bulk->named, &result.garbage, &result.garbage_bytes);
	*ret_result = result;
}

struct thread {
	struct zong_bulk *bulk;
	int (*work)(struct zong_bulk *bulk, struct zong_value_reader *reader);
	pthread_t id;
};

static int failed(struct zong_bulk *bulk)
{
	int err;

	pthread_mutex_lock(&bulk->mutex);
	err = bulk->err;
	pthread_mutex_unlock(&bulk->mutex);
	return err;
}

static void *run(void *ctx)
{
	struct thread *thread = ctx;
	struct zong_bulk *bulk = thread->bulk;
	struct zong_value_reader reader;
	int r = zong_value_reader_init(&reader, bulk->store);

	while (!r && !failed(bulk))
		r = thread->work(bulk, &reader);
	if (r && r != ZONG_EEND) {
		pthread_mutex_lock(&bulk->mutex);
		if (!bulk->err)
			bulk->err = r;
		pthread_mutex_unlock(&bulk->mutex);
	}
	zong_value_reader_release(&reader);
	return NULL;
}

int zong_bulk_run(struct zong_bulk *bulk,
	int (*work)(struct zong_bulk *bulk, struct zong_value_reader *reader))
{
	struct thread threads[THREADS_MAX];
	int64_t start = zong_time_monotonic();
	unsigned int i, count = 0;

	bulk->begun = bulk->ended = false;
	bulk->slot_count = bulk->next = 0;
	bulk->done = 0;
	bulk->allowed = bulk->told = 0;
	/* The caller's own thread is one of them. */
	for (i = 1; i < bulk->threads; i++) {
		threads[count] = (struct thread){.bulk = bulk, .work = work};
		if (pthread_create(&threads[count].id, NULL, run, &threads[count]) != 0)
			break;
		count++;
	}
	run(&(struct thread){.bulk = bulk, .work = work});
	for (i = 0; i < count; i++)
		pthread_join(threads[i].id, NULL);
	bulk->time += zong_time_monotonic() - start;
	return bulk->err;
}

static int tell_progress(struct zong_bulk *bulk, uint64_t done, uint64_t total)
{
	int r = 0;

	pthread_mutex_lock(&bulk->tell);
	if (bulk->options.progress && bulk->options.progress(bulk->options.ctx, done, total))
		r = ZONG_ECANCELLED;
	pthread_mutex_unlock(&bulk->tell);
	return r;
}

static void sleep_until(int64_t moment)
{
	struct timespec at = {
		.tv_sec = moment / ZONG_SECOND,
		.tv_nsec = moment % ZONG_SECOND * 1000,
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) != 0)
		;
}

int zong_bulk_count(struct zong_bulk *bulk, uint64_t bytes)
{
	int64_t now = zong_time_monotonic();
	int64_t wait = 0;
	uint64_t done, total;
	bool tell;
	int err;

	pthread_mutex_lock(&bulk->mutex);
	bulk->done += bytes;
	done = bulk->done;
	total = bulk->total;
	err = bulk->err;
	tell = now - bulk->told >= TELL_EVERY;
	if (tell)
		bulk->told = now;
	if (bulk->options.rate) {
		if (bulk->allowed < now)
			bulk->allowed = now;
		bulk->allowed +=
			(int64_t)((double)bytes * (double)ZONG_SECOND / (double)bulk->options.rate);
		wait = bulk->allowed;
	}
	pthread_mutex_unlock(&bulk->mutex);
	if (!err && tell)
		err = tell_progress(bulk, done, total > done ? total : done);
	if (!err && wait)
		sleep_until(wait);
	return err;
}

int zong_bulk_tell(struct zong_bulk *bulk, enum zong_bulk_kind kind,
	const struct zong_digest *segment, const struct zong_digest *file)
{
	const struct zong_bulk_found found = {.kind = kind, .segment = segment, .file = file};
	int r;

	pthread_mutex_lock(&bulk->tell);
	r = bulk->options.found(bulk->options.ctx, &found) ? ZONG_ECANCELLED : 0;
	pthread_mutex_unlock(&bulk->tell);
	return r;
}
