/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_LEASE_H
#define ZONG_OCR_LEASE_H

/* Who has which worker. One thread, the keeper, starts workers and starts them again when they have
 * died; callers wait for a free one, have it alone, and give it back alive or dead.
 *
 *     zong_lease_take(pool, ZONG_URGENT, key, &worker, err);
 *     ... talk to worker->process.sock; when that fails: zong_lease_bury(...) ...
 *     zong_lease_give_back(pool, worker);
 *
 * No lock is held while anything is read or written. Threads: any; a taken worker belongs to its
 * taker until given back. */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/digest.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/pool.h>

#include "process.h"

#define ZONG_LEASE_WHY 96 /* room for why a worker died */

enum zong_worker_state {
	ZONG_WORKER_DEAD,
	ZONG_WORKER_STARTING,
	ZONG_WORKER_FREE,
	ZONG_WORKER_BUSY,
};

enum zong_urgency { ZONG_URGENT, ZONG_PATIENT, ZONG_URGENCIES };

struct zong_worker {
	struct zong_process
		process; /* the keeper's while dead or starting, the taker's while busy */
	enum zong_worker_state state;
	bool has_key;
	struct zong_digest key; /* the document it has open */
	uint32_t pages;		/* of that document */
	uint64_t used;		/* the pool's clock when it was last given back */
	bool patient;		/* busy for a patient caller */
	unsigned int served;	/* questions since it was started; its taker's */
	struct zong_pool_call *call; /* that it works for; or NULL */
};

struct zong_pool {
	char *program;
	int64_t read_milliseconds, probe_milliseconds;
	unsigned int worn_pages;
	uint64_t worn_bytes;
	bool allow_no_landlock;

	pthread_mutex_t mutex; /* over all that follows */
	pthread_cond_t changed;
	pthread_t keeper;
	bool stopping;
	unsigned int count;
	unsigned int spare;   /* of them, never for patient callers all at once */
	unsigned int patient; /* busy for patient callers */
	unsigned int waiting[ZONG_URGENCIES];
	unsigned int calls;	  /* under way */
	unsigned int bad_starts;  /* in a row */
	int64_t not_before;	  /* of the next start */
	char why[ZONG_LEASE_WHY]; /* the last start failed */
	uint64_t clock;
	struct zong_pool_stats stats;
	struct zong_worker workers[ZONG_LIMIT_WORKERS];
};

/* Starts the keeper and waits until every worker is up. Returns 0, ZONG_EWORKER, ZONG_ENOMEM. */
int zong_lease_open(struct zong_pool *pool, struct zong_err *err);
/* Refuses calls from now on and ends those under way. */
void zong_lease_cancel(struct zong_pool *pool);
/* Kills the workers, waits for calls under way. */
void zong_lease_close(struct zong_pool *pool);

/* Around everything a caller does with the pool, so that closing waits for it. ZONG_ECANCELLED when
 * the pool stops; then leave() is not called. */
int zong_lease_enter(struct zong_pool *pool);
void zong_lease_leave(struct zong_pool *pool);

/* @key: prefer a worker that has this document open; NULL: none. @call: by which it may be cancelled; or NULL.
 * Returns 0, ZONG_EWORKER (none comes up), ZONG_ECANCELLED (the pool stops, or @call is cancelled). */
int zong_lease_take(struct zong_pool *pool, enum zong_urgency urgency,
	const struct zong_digest *key, struct zong_pool_call *call, struct zong_worker **ret_worker,
	struct zong_err *err);
/* A worker that has served its time is ended here, and the keeper starts another. */
void zong_lease_give_back(struct zong_pool *pool, struct zong_worker *worker);
/* See zong_pool_call_cancel. */
void zong_lease_cancel_call(struct zong_pool *pool, struct zong_pool_call *call);
/* Ends a worker that can no longer be talked to (@cause: what talking to it returned). Returns
 * ZONG_EWORKER, ZONG_EWORKER_MEMORY, ZONG_EWORKER_TIMEOUT, ZONG_EPROTO, ZONG_ENOMEM or, when the pool
 * stops or its call was cancelled, ZONG_ECANCELLED. */
int zong_lease_bury(struct zong_pool *pool, struct zong_worker *worker, int cause,
	char ret_why[ZONG_LEASE_WHY]);

#endif
