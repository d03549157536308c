/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/arena.h>
#include <zong/log.h>
#include <zong/time.h>

#include "alike.h"
#include "correction.h"
#include "deliver.h"
#include "field.h"
#include "filecache.h"
#include "index_rows.h"
#include "inside.h"
#include "names.h"
#include "pace.h"
#include "reader.h"
#include "reading_row.h"
#include "review.h"
#include "row.h"

#define AGAIN_AFTER (2 * ZONG_SECOND) /* within ZONG_LIMIT_JOB_WAIT */
#define PAUSE_FIRST (1 * ZONG_SECOND)
#define PAUSE_LONGEST (30 * ZONG_SECOND)
#define LOOK_EVERY (60 * ZONG_SECOND)

struct thread {
	struct zong_readers *readers;
	pthread_t thread;
	bool busy; /* with job; under the lock */
	struct zong_id job;
	struct zong_pool_call call; /* for it; begun and cancelled under the lock */
	int64_t pause; /* the thread's own: how long after trouble */
};

struct zong_readers {
	struct zong_archive *archive;
	struct zong_pace pace;
	pthread_mutex_t lock;
	pthread_cond_t stop;
	bool stopping;
	unsigned int count;
	struct thread thread[ZONG_LIMIT_WORKERS + 1];
};

struct outcome {
	const Zong__Job *job;
	const struct zong_judge *judge;
	struct zong_digest raster;
	Zong__Reading *reading; /* NULL: it failed with code */
	int code;
	const char *reason;
};

static int put_raster(struct zong_txn *txn, const struct outcome *outcome, Zong__RasterState state)
{
	_cleanup_row_ Zong__Raster *raster = NULL;
	struct zong_key key;
	uint64_t count;
	bool first;
	int err;

	err = zong_row_raster(txn, &outcome->raster, &raster);
	if (err)
		return err; /* ZONG_ENOENT: its last page was destroyed meanwhile */
	first = state == ZONG__RASTER_STATE__RASTER_READ && raster->state != state &&
		raster->state != ZONG__RASTER_STATE__RASTER_BLANK;
	raster->state = state;
	raster->err = outcome->code;
	err = zong_row_set(&raster->reason, outcome->reason);
	if (err)
		return err;
	zong_row_key_digest(&key, &outcome->raster);
	err = zong_txn_put(txn, ZONG_TABLE_RASTERS, &key, &raster->base);
	if (!err && first)
		err = zong_txn_count(txn, ZONG_COUNT_PAGES_READ, 1, &count);
	return err;
}

static int write_reading(struct zong_txn *txn, void *ctx)
{
	const struct outcome *outcome = ctx;
	int err;

	err = put_raster(txn, outcome, ZONG__RASTER_STATE__RASTER_READ);
	if (!err)
		err = zong_correction_apply(txn, &outcome->raster, outcome->reading);
	if (!err)
		err = zong_reading_put(txn, &outcome->raster, outcome->reading);
	if (!err)
		err = zong_index_reading(txn, &outcome->raster, outcome->reading);
	if (!err)
		err = zong_review_raster(txn, outcome->judge, &outcome->raster);
	if (!err)
		err = zong_deliver_read(txn, &outcome->raster);
	return err ? err : zong_job_done(txn, outcome->job);
}

static int write_parked(struct zong_txn *txn, void *ctx)
{
	const struct outcome *outcome = ctx;
	int err = put_raster(txn, outcome, ZONG__RASTER_STATE__RASTER_PARKED);

	if (!err)
		err = zong_review_raster(txn, outcome->judge, &outcome->raster);
	if (!err)
		err = zong_deliver_read(txn, &outcome->raster);
	return err ? err : zong_job_park(txn, outcome->job, outcome->code, outcome->reason);
}

static int write_again(struct zong_txn *txn, void *ctx)
{
	const struct outcome *outcome = ctx;

	return zong_job_again(
		txn, outcome->job, zong_time_now() + AGAIN_AFTER, outcome->code, outcome->reason);
}

/* Tells with the page that names were mended. */
static int tell_mended(Zong__Reading *row, size_t mended)
{
	char *steps;

	if (asprintf(&steps, "%s%snames %zu", row->steps, *row->steps ? "; " : "", mended) < 0)
		return ZONG_ENOMEM;
	free(row->steps);
	row->steps = steps;
	return 0;
}

/* What can be made of a page by what the hall knows, and then its fields. */
static int look_through(const struct zong_archive *archive, Zong__Reading *row)
{
	size_t mended = 0;
	int err = 0;

	if (archive->names)
		err = zong_names_mend(archive->names, row, &mended);
	if (!err && mended)
		err = tell_mended(row, mended);
	return err ? err : zong_fields_find(row);
}

/* Reads the page. 0 with a row that the caller frees. */
static int read_page(struct zong_archive *archive, const Zong__Job *job,
	struct zong_pool_call *call, Zong__Reading **ret_row, struct zong_err *err)
{
	_cleanup_(zong_arena_release) struct zong_arena arena = ZONG_ARENA_INIT;
	const struct zong_filecache_file *file;
	struct zong_reading reading;
	struct zong_digest digest;
	Zong__Reading *row;
	int code;

	if (!zong_row_digest(&job->file, &digest))
		return zong_err_set(err, ZONG_ECORRUPT, NULL);
	code = zong_filecache_take(archive->files, &digest, &file);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_pool_read(archive->pool, &digest, file->fd, file->media, job->page, call,
		&arena, &reading, err);
	zong_filecache_give(archive->files, file);
	if (code)
		return code;
	code = zong_reading_row(&reading, &row);
	if (code)
		return zong_err_set(err, code, NULL);
	code = look_through(archive, row);
	if (code) {
		zong__reading__free_unpacked(row, NULL);
		return zong_err_set(err, code, NULL);
	}
	*ret_row = row;
	return 0;
}

/* Codes that say something of this machine and nothing of the page. */
static bool is_trouble(int code)
{
	return code == ZONG_EIO || code == ZONG_ENOSPC || code == ZONG_ENOMEM ||
	       code == ZONG_ENOTREADY || code == ZONG_ECANCELLED;
}

static bool is_death(int code)
{
	return code == ZONG_EWORKER || code == ZONG_EWORKER_MEMORY ||
	       code == ZONG_EWORKER_TIMEOUT || code == ZONG_EPROTO;
}

static int settle(struct zong_archive *archive, struct outcome *outcome)
{
	/* ZONG_ECANCELLED of any of these: a person has cancelled it meanwhile, and nothing is kept of it. */
	if (outcome->reading)
		return zong_store_write(archive->store, write_reading, outcome);
	/* A file that is gone: the job has moved to another one that has the page, or is gone too. */
	if (outcome->code == ZONG_ENOENT)
		return zong_store_write(archive->store, write_again, outcome);
	if (is_death(outcome->code) && outcome->job->tries + 1 < ZONG_LIMIT_TRIES)
		return zong_store_write(archive->store, write_again, outcome);
	/* The program's log is for others' eyes: why a page of a vault was put aside tells which file it may be of. */
	if (!zong_store_is_sealed(archive->store))
		zong_log_warning("page %u cannot be read and was put aside: %s %s",
			outcome->job->page, zong_error_slug(outcome->code), outcome->reason);
	return zong_store_write(archive->store, write_parked, outcome);
}

/* 0, or the trouble after which one should pause. */
static int work(
	struct zong_archive *archive, const Zong__Job *job, struct zong_pool_call *call)
{
	struct outcome outcome = {.job = job, .judge = &archive->judge};
	struct zong_err err = {0};
	int code;

	if (!zong_row_digest(&job->raster, &outcome.raster))
		return ZONG_ECORRUPT;
	outcome.code = read_page(archive, job, call, &outcome.reading, &err);
	if (is_trouble(outcome.code))
		return outcome.code;
	outcome.reason = err.subject;
	code = settle(archive, &outcome);
	if (code == ZONG_ENOENT)
		code = 0; /* nobody has the page any more: what was read of it is not kept */
	if (outcome.reading)
		zong__reading__free_unpacked(outcome.reading, NULL);
	return code;
}

static bool wait_stop(struct zong_readers *readers, int64_t pause)
{
	int64_t until = zong_time_monotonic() + pause;
	struct timespec at = {.tv_sec = until / ZONG_SECOND, .tv_nsec = until % ZONG_SECOND * 1000};
	bool stopping;

	pthread_mutex_lock(&readers->lock);
	while (!readers->stopping)
		if (pthread_cond_timedwait(&readers->stop, &readers->lock, &at) != 0)
			break;
	stopping = readers->stopping;
	pthread_mutex_unlock(&readers->lock);
	return stopping;
}

static bool is_stopping(struct zong_readers *readers)
{
	bool stopping;

	pthread_mutex_lock(&readers->lock);
	stopping = readers->stopping;
	pthread_mutex_unlock(&readers->lock);
	return stopping;
}

static void set_busy(struct thread *thread, const Zong__Job *job)
{
	pthread_mutex_lock(&thread->readers->lock);
	thread->call = (struct zong_pool_call)ZONG_POOL_CALL_INIT;
	thread->busy = job && zong_row_id(&job->id, &thread->job);
	if (thread->busy && thread->readers->stopping)
		zong_pool_call_cancel(thread->readers->archive->pool, &thread->call);
	pthread_mutex_unlock(&thread->readers->lock);
}

static void do_job(struct thread *thread, Zong__Job *job)
{
	struct zong_archive *archive = thread->readers->archive;
	int err;

	set_busy(thread, job);
	zong_pace_begin(&thread->readers->pace, zong_time_monotonic());
	err = work(archive, job, &thread->call);
	zong_pace_end(&thread->readers->pace, zong_time_monotonic(), err == 0);
	set_busy(thread, NULL);
	/* while a job is still marked as taken nobody else finds it, so the pause comes first */
	if (err && err != ZONG_ECANCELLED) {
		thread->pause = thread->pause ? thread->pause * 2 : PAUSE_FIRST;
		if (thread->pause > PAUSE_LONGEST)
			thread->pause = PAUSE_LONGEST;
		zong_log_error("reading waits for %d s: %s", (int)(thread->pause / ZONG_SECOND),
			zong_error_slug(err));
		wait_stop(thread->readers, thread->pause);
	} else {
		thread->pause = 0;
	}
	zong_job_release(archive->store, job);
	zong__job__free_unpacked(job, NULL);
}

static void *run(void *ctx)
{
	struct thread *thread = ctx;
	struct zong_store *store = thread->readers->archive->store;
	uint64_t seen = 0;

	while (!is_stopping(thread->readers)) {
		int64_t now = zong_time_now();
		int64_t wait = LOOK_EVERY;
		int64_t due;
		Zong__Job *job;
		int err;

		err = zong_job_take(store, now, &job, &due);
		if (!err) {
			do_job(thread, job);
			continue;
		}
		if (err != ZONG_EEND) {
			zong_log_error("no reading job can be taken: %s", zong_error_slug(err));
			wait_stop(thread->readers, PAUSE_LONGEST);
			continue;
		}
		err = zong_review_catch_up(thread->readers->archive);
		if (!err)
			continue;
		if (err != ZONG_EEND && err != ZONG_ECANCELLED)
			zong_log_warning("materials wait for review: %s", zong_error_slug(err));
		err = zong_alike_catch_up(thread->readers->archive);
		if (!err)
			continue;
		if (err != ZONG_EEND && err != ZONG_ECANCELLED)
			zong_log_warning("pages wait for their look: %s", zong_error_slug(err));
		if (due && due - now < wait)
			wait = due > now ? due - now : 1;
		zong_store_wait(store, &seen, wait);
	}
	return NULL;
}

int zong_readers_start(
	struct zong_archive *archive, unsigned int workers, struct zong_readers **ret_readers)
{
	struct zong_readers *readers = calloc(1, sizeof(*readers));
	pthread_condattr_t monotonic;

	if (!readers)
		return ZONG_ENOMEM;
	if (workers > ZONG_LIMIT_WORKERS)
		workers = ZONG_LIMIT_WORKERS;
	readers->archive = archive;
	zong_pace_init(&readers->pace);
	pthread_mutex_init(&readers->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&readers->stop, &monotonic);
	pthread_condattr_destroy(&monotonic);
	for (unsigned int i = 0; i <= workers; i++) {
		struct thread *thread = &readers->thread[i];

		thread->readers = readers;
		if (pthread_create(&thread->thread, NULL, run, thread) != 0)
			break;
		readers->count++;
	}
	if (readers->count == 0) {
		free(readers);
		return ZONG_ENOMEM;
	}
	*ret_readers = readers;
	return 0;
}

void zong_readers_ask(struct zong_readers *readers)
{
	if (!readers)
		return;
	pthread_mutex_lock(&readers->lock);
	readers->stopping = true;
	for (unsigned int i = 0; i < readers->count; i++)
		if (readers->thread[i].busy)
			zong_pool_call_cancel(readers->archive->pool, &readers->thread[i].call);
	pthread_cond_broadcast(&readers->stop);
	pthread_mutex_unlock(&readers->lock);
	zong_store_wake(readers->archive->store);
}

void zong_readers_stop(struct zong_readers *readers)
{
	if (!readers)
		return;
	zong_readers_ask(readers);
	for (unsigned int i = 0; i < readers->count; i++)
		pthread_join(readers->thread[i].thread, NULL);
	pthread_mutex_destroy(&readers->lock);
	pthread_cond_destroy(&readers->stop);
	zong_pace_release(&readers->pace);
	free(readers);
}

void zong_readers_cancel(struct zong_readers *readers, const struct zong_id *job)
{
	if (!readers)
		return;
	pthread_mutex_lock(&readers->lock);
	for (unsigned int i = 0; i < readers->count; i++)
		if (readers->thread[i].busy && zong_id_equal(&readers->thread[i].job, job))
			zong_pool_call_cancel(readers->archive->pool, &readers->thread[i].call);
	pthread_mutex_unlock(&readers->lock);
}

unsigned int zong_readers_workers(const struct zong_readers *readers)
{
	return readers->count > 1 ? readers->count - 1 : 1;
}

double zong_readers_rate(struct zong_readers *readers)
{
	return readers ? zong_pace_rate(&readers->pace) : 0;
}

bool zong_readers_busy(struct zong_readers *readers, const struct zong_id *job)
{
	bool busy = false;

	if (!readers)
		return false;
	pthread_mutex_lock(&readers->lock);
	for (unsigned int i = 0; i < readers->count && !busy; i++)
		busy = readers->thread[i].busy && zong_id_equal(&readers->thread[i].job, job);
	pthread_mutex_unlock(&readers->lock);
	return busy;
}
