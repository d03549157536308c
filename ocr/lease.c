/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/log.h>

#include "lease.h"
#include "proto.h"

#define READY_MILLISECONDS 60000 /* three models from a cold disk */
#define BACKOFF_FIRST 200	 /* milliseconds after a worker that did not come up; doubles */
#define BACKOFF_MOST 30000
#define GIVE_UP_STARTS 2 /* so many bad starts in a row: callers get told */

/* -- the keeper: the one thread that starts workers -- */

static int handshake(struct zong_pool *pool, struct zong_worker *worker)
{
	struct zong_buf body = ZONG_BUF_INIT(ZONG_PROTO_REQUEST_MAX);
	enum zong_message type = 0;
	uint32_t landlock = 0;
	int err;

	err = zong_proto_receive(
		worker->process.sock, zong_proto_now() + READY_MILLISECONDS, &type, &body, NULL);
	if (!err && type != ZONG_MESSAGE_READY)
		err = ZONG_EPROTO;
	if (!err)
		err = zong_proto_parse_ready(body.data, body.len, &landlock);
	zong_buf_release(&body);
	if (!err && landlock == 0 && !pool->allow_no_landlock)
		err = ZONG_EWORKER;
	if (!err && landlock == 0)
		zong_log_warning("zong-ocr %ld runs without Landlock: this kernel has none",
			(long)worker->process.pid);
	return err;
}

/* Without the lock: nobody else touches a worker that is starting. */
static int bring_up(struct zong_pool *pool, struct zong_worker *worker, char why[ZONG_LEASE_WHY])
{
	int err, ended;

	if (worker->process.pid == 0) {
		err = zong_process_start(pool->program, pool->allow_no_landlock, &worker->process);
		if (err) {
			snprintf(why, ZONG_LEASE_WHY, "no process could be made");
			return err;
		}
	}
	err = handshake(pool, worker);
	if (!err)
		return 0;
	ended = zong_process_end(&worker->process, why, ZONG_LEASE_WHY);
	if (!ended)
		snprintf(why, ZONG_LEASE_WHY,
			err == ZONG_ETIMEOUT ? "was not ready in time" : "broke the protocol");
	return ZONG_EWORKER;
}

static struct zong_worker *in_state(struct zong_pool *pool, enum zong_worker_state state)
{
	unsigned int i;

	for (i = 0; i < pool->count; i++)
		if (pool->workers[i].state == state)
			return &pool->workers[i];
	return NULL;
}

static void note_start(struct zong_pool *pool, struct zong_worker *worker, int err, const char *why)
{
	int64_t wait = BACKOFF_FIRST;
	unsigned int i;

	if (!err) {
		worker->state = ZONG_WORKER_FREE;
		worker->has_key = false;
		worker->served = 0;
		pool->bad_starts = 0;
	} else {
		worker->state = ZONG_WORKER_DEAD;
		for (i = 0; i < pool->bad_starts && wait < BACKOFF_MOST; i++)
			wait *= 2;
		pool->bad_starts++;
		pool->not_before = zong_proto_now() + (wait < BACKOFF_MOST ? wait : BACKOFF_MOST);
		snprintf(pool->why, sizeof(pool->why), "%s", why);
	}
	pthread_cond_broadcast(&pool->changed);
}

static void wait_until(struct zong_pool *pool, int64_t milliseconds)
{
	struct timespec when = {
		.tv_sec = milliseconds / 1000,
		.tv_nsec = milliseconds % 1000 * 1000000,
	};

	pthread_cond_timedwait(&pool->changed, &pool->mutex, &when);
}

static void start_dead_ones(struct zong_pool *pool)
{
	struct zong_worker *worker;
	unsigned int i;

	/* All programs first, so that they load their models at the same time. */
	for (i = 0; i < pool->count && pool->bad_starts == 0; i++) {
		worker = &pool->workers[i];
		if (worker->state != ZONG_WORKER_DEAD)
			continue;
		worker->state = ZONG_WORKER_STARTING;
		pthread_mutex_unlock(&pool->mutex);
		zong_process_start(pool->program, pool->allow_no_landlock, &worker->process);
		pthread_mutex_lock(&pool->mutex);
	}
	for (;;) {
		char why[ZONG_LEASE_WHY] = "";
		int err;

		worker = in_state(pool, ZONG_WORKER_STARTING);
		if (!worker)
			worker = in_state(pool, ZONG_WORKER_DEAD);
		if (!worker || pool->stopping ||
			(worker->state == ZONG_WORKER_DEAD && zong_proto_now() < pool->not_before))
			return;
		worker->state = ZONG_WORKER_STARTING;
		pthread_mutex_unlock(&pool->mutex);
		err = bring_up(pool, worker, why);
		if (err)
			zong_log_error("zong-ocr did not come up: %s", why);
		pthread_mutex_lock(&pool->mutex);
		note_start(pool, worker, err, why);
	}
}

static void *keep(void *data)
{
	struct zong_pool *pool = data;
	unsigned int i;

	pthread_mutex_lock(&pool->mutex);
	while (!pool->stopping) {
		start_dead_ones(pool);
		if (pool->stopping)
			break;
		if (in_state(pool, ZONG_WORKER_DEAD))
			wait_until(pool, pool->not_before);
		else
			pthread_cond_wait(&pool->changed, &pool->mutex);
	}
	/* A busy worker was killed by stop() and is reaped by the caller that has it. */
	while (pool->calls > 0)
		pthread_cond_wait(&pool->changed, &pool->mutex);
	for (i = 0; i < pool->count; i++)
		zong_process_end(&pool->workers[i].process, NULL, 0);
	pthread_mutex_unlock(&pool->mutex);
	return NULL;
}

/* -- having a worker -- */

int zong_lease_enter(struct zong_pool *pool)
{
	bool stopping;

	pthread_mutex_lock(&pool->mutex);
	stopping = pool->stopping;
	if (!stopping)
		pool->calls++;
	pthread_mutex_unlock(&pool->mutex);
	return stopping ? ZONG_ECANCELLED : 0;
}

void zong_lease_leave(struct zong_pool *pool)
{
	pthread_mutex_lock(&pool->mutex);
	pool->calls--;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->mutex);
}

static struct zong_worker *choose(struct zong_pool *pool, const struct zong_digest *key)
{
	struct zong_worker *best = NULL;
	unsigned int i;

	for (i = 0; i < pool->count; i++) {
		struct zong_worker *worker = &pool->workers[i];

		if (worker->state != ZONG_WORKER_FREE)
			continue;
		if (key && worker->has_key && zong_digest_equal(key, &worker->key))
			return worker;
		/* The one idle longest: its document is the least likely to be wanted again. */
		if (!best || worker->used < best->used)
			best = worker;
	}
	return best;
}

int zong_lease_take(struct zong_pool *pool, enum zong_urgency urgency,
	const struct zong_digest *key, struct zong_pool_call *call, struct zong_worker **ret_worker,
	struct zong_err *err)
{
	struct zong_worker *worker = NULL;
	char why[ZONG_LEASE_WHY] = "";
	int r = 0;

	pthread_mutex_lock(&pool->mutex);
	pool->waiting[urgency]++;
	for (;;) {
		if (pool->stopping || (call && call->cancelled_)) {
			r = ZONG_ECANCELLED;
			break;
		}
		if (urgency == ZONG_URGENT || (pool->waiting[ZONG_URGENT] == 0 &&
						      pool->patient < pool->count - pool->spare))
			worker = choose(pool, key);
		if (worker)
			break;
		if (pool->bad_starts >= GIVE_UP_STARTS && !in_state(pool, ZONG_WORKER_BUSY) &&
			!in_state(pool, ZONG_WORKER_FREE)) {
			snprintf(why, sizeof(why), "%s", pool->why);
			r = ZONG_EWORKER;
			break;
		}
		pthread_cond_wait(&pool->changed, &pool->mutex);
	}
	pool->waiting[urgency]--;
	if (worker) {
		worker->state = ZONG_WORKER_BUSY;
		worker->patient = urgency == ZONG_PATIENT;
		pool->patient += worker->patient;
		worker->call = call;
	}
	/* Patient callers look again when the last urgent one has been served. */
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->mutex);
	if (r)
		return zong_err_set(err, r, r == ZONG_EWORKER ? "zong-ocr: %s" : NULL, why);
	*ret_worker = worker;
	return 0;
}

/* Has it served so long that what its libraries have leaked may matter? Not all of a pool at the same time. */
static bool is_worn(const struct zong_pool *pool, const struct zong_worker *worker)
{
	unsigned int place = (unsigned int)(worker - pool->workers);

	return worker->served >= pool->worn_pages + pool->worn_pages / 16 * place ||
	       zong_process_memory(&worker->process) > pool->worn_bytes;
}

void zong_lease_give_back(struct zong_pool *pool, struct zong_worker *worker)
{
	struct zong_process ended = ZONG_PROCESS_INIT;
	bool died = worker->process.pid == 0;
	bool worn = !died && is_worn(pool, worker);
	bool cancelled;

	pthread_mutex_lock(&pool->mutex);
	cancelled = worker->call && worker->call->cancelled_;
	worker->call = NULL;
	if (worn || cancelled) {
		/* Cancelled when it had answered already, it may have been killed after that. */
		ended = worker->process;
		worker->process = (struct zong_process)ZONG_PROCESS_INIT;
	}
	pthread_mutex_unlock(&pool->mutex);
	zong_process_end(&ended, NULL, 0);
	pthread_mutex_lock(&pool->mutex);
	pool->patient -= worker->patient;
	worker->patient = false;
	worker->state = worker->process.pid ? ZONG_WORKER_FREE : ZONG_WORKER_DEAD;
	if (worker->process.pid == 0) {
		worker->has_key = false;
		pool->stats.recycled += worn && !cancelled;
		pool->stats.restarts += died || cancelled;
	}
	worker->used = ++pool->clock;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->mutex);
}

void zong_lease_cancel_call(struct zong_pool *pool, struct zong_pool_call *call)
{
	unsigned int i;

	pthread_mutex_lock(&pool->mutex);
	call->cancelled_ = true;
	for (i = 0; i < pool->count; i++)
		if (pool->workers[i].call == call && pool->workers[i].process.pid)
			kill(pool->workers[i].process.pid, SIGKILL);
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->mutex);
}

/* Does nobody want the answer of this worker any more? */
static bool is_cancelled(struct zong_pool *pool, const struct zong_worker *worker)
{
	bool cancelled;

	pthread_mutex_lock(&pool->mutex);
	cancelled = pool->stopping || (worker->call && worker->call->cancelled_);
	pthread_mutex_unlock(&pool->mutex);
	return cancelled;
}

/* Ends a worker that can no longer be talked to; tells why in the words of the contract. */
int zong_lease_bury(
	struct zong_pool *pool, struct zong_worker *worker, int cause, char ret_why[ZONG_LEASE_WHY])
{
	struct zong_process process;
	long pid = (long)worker->process.pid;
	int ended;

	/* Taken out under the lock: stop() must never signal a number that is no longer ours. */
	pthread_mutex_lock(&pool->mutex);
	process = worker->process;
	worker->process = (struct zong_process)ZONG_PROCESS_INIT;
	pthread_mutex_unlock(&pool->mutex);
	ended = zong_process_end(&process, ret_why, ZONG_LEASE_WHY);
	if (is_cancelled(pool, worker)) {
		snprintf(ret_why, ZONG_LEASE_WHY, "cancelled");
		return ZONG_ECANCELLED;
	}
	if (cause == ZONG_ETIMEOUT) {
		snprintf(ret_why, ZONG_LEASE_WHY, "over its deadline");
		ended = ZONG_EWORKER_TIMEOUT;
	} else if (cause == ZONG_EPROTO) {
		snprintf(ret_why, ZONG_LEASE_WHY, "broke the protocol");
		ended = ZONG_EPROTO;
	} else if (cause == ZONG_ENOMEM) {
		snprintf(ret_why, ZONG_LEASE_WHY, "its answer found no memory");
		ended = ZONG_ENOMEM;
	} else if (!ended) {
		ended = ZONG_EWORKER;
	}
	zong_log_warning("zong-ocr %ld: %s", pid, ret_why);
	return ended;
}

/* -- life -- */

static int init_locks(struct zong_pool *pool)
{
	pthread_condattr_t attributes;
	int err;

	if (pthread_condattr_init(&attributes) != 0)
		return ZONG_ENOMEM;
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	err = pthread_cond_init(&pool->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	if (err)
		return ZONG_ENOMEM;
	if (pthread_mutex_init(&pool->mutex, NULL) != 0) {
		pthread_cond_destroy(&pool->changed);
		return ZONG_ENOMEM;
	}
	return 0;
}

int zong_lease_open(struct zong_pool *pool, struct zong_err *err)
{
	char why[ZONG_LEASE_WHY];
	bool bad;

	if (init_locks(pool))
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	if (pthread_create(&pool->keeper, NULL, keep, pool) != 0) {
		pthread_cond_destroy(&pool->changed);
		pthread_mutex_destroy(&pool->mutex);
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	}
	pthread_mutex_lock(&pool->mutex);
	while (pool->bad_starts == 0 &&
		(in_state(pool, ZONG_WORKER_DEAD) || in_state(pool, ZONG_WORKER_STARTING)))
		pthread_cond_wait(&pool->changed, &pool->mutex);
	bad = pool->bad_starts > 0;
	snprintf(why, sizeof(why), "%s", pool->why);
	pthread_mutex_unlock(&pool->mutex);
	if (!bad)
		return 0;
	zong_lease_close(pool);
	return zong_err_set(err, ZONG_EWORKER, "zong-ocr: %s", why);
}

void zong_lease_cancel(struct zong_pool *pool)
{
	unsigned int i;

	pthread_mutex_lock(&pool->mutex);
	pool->stopping = true;
	for (i = 0; i < pool->count; i++)
		if (pool->workers[i].state == ZONG_WORKER_BUSY && pool->workers[i].process.pid)
			kill(pool->workers[i].process.pid, SIGKILL);
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->mutex);
}

void zong_lease_close(struct zong_pool *pool)
{
	zong_lease_cancel(pool);
	pthread_join(pool->keeper, NULL);
	pthread_cond_destroy(&pool->changed);
	pthread_mutex_destroy(&pool->mutex);
}
