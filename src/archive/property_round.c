/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <zong/log.h>
#include <zong/time.h>

#include "property.h"

/* The schedule: goes through the cases by their numbers and runs what is due. What was run is a row, so a restart finds by itself
 * where it was. */

#define CASES_AT_ONCE 500	  /* looked at in one transaction */
#define REST (3600 * ZONG_SECOND) /* when all was looked at */
#define RESTS 10		  /* in a short round: the rest is shorter there */
#define SHARE 3			  /* rests so many times as long as a run took */
#define NICE 10

struct zong_property_round {
	struct zong_archive *archive;
	int64_t every;
	atomic_bool stopping;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t stop;
	/* the thread's own */
	char last[ZONG_LIMIT_CASE_NO_BYTES +
		  1]; /* the case looked at last; "": from the beginning */
	bool failing; /* the last run could not be made, and that was said */
};

/* ---- what is due ---- */

static bool is_due(const struct zong_property_round *round, struct zong_txn *txn,
	const Zong__Case *cas, int64_t now)
{
	_cleanup_row_ Zong__PropertyReport *report = NULL;
	int64_t since = cas->opened;

	if (zong_property_row(
		    txn, cas->no, ZONG__PROPERTY_STAGE__PROPERTY_KEEPING, NULL, &report) == 0)
		since = report->ended;
	return since > now ||
	       now - since >= round->every; /* the clock was set back: counted anew */
}

/* The next case that is due, after the one looked at last, in round->last. ZONG_EEND: none of the others is; ZONG_ENOENT: not among
 * those that one transaction looks at. */
static int find_due(struct zong_property_round *round)
{
	int64_t now = zong_time_now();
	struct zong_iter iter = {0};
	struct zong_key after;
	struct zong_txn *txn;
	size_t looked = 0;
	bool due = false;
	int err = zong_store_read_begin(round->archive->store, &txn);

	if (err)
		return err;
	zong_row_key_str(&after, round->last);
	zong_key_u8(&after, 0); /* behind it */
	err = zong_iter_begin(
		&iter, txn, ZONG_TABLE_CASES, NULL, round->last[0] ? &after : NULL, false);
	while (!err && !due && looked++ < CASES_AT_ONCE && (err = zong_iter_next(&iter)) == 0) {
		Zong__Case *cas = zong_iter_sound(&iter)
					  ? zong__case__unpack(NULL, iter.value_len, iter.value)
					  : NULL;
		struct zong_key_view view = iter.key;
		const char *no;

		if (zong_key_take_str(&view, &no) && strlen(no) < sizeof(round->last)) {
			memcpy(round->last, no, strlen(no) + 1);
			due = cas && is_due(round, txn, cas, now);
		}
		if (cas)
			zong__case__free_unpacked(cas, NULL);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return due ? 0 : err ? err : ZONG_ENOENT;
}

/* ---- the thread ---- */

/* False: it is to end. */
static bool rest(struct zong_property_round *round, int64_t micros)
{
	int64_t until = zong_time_monotonic() + (micros > 1000 ? micros : 1000);
	struct timespec at = {.tv_sec = until / ZONG_SECOND, .tv_nsec = until % ZONG_SECOND * 1000};

	pthread_mutex_lock(&round->mutex);
	while (!atomic_load(&round->stopping) &&
		pthread_cond_timedwait(&round->stop, &round->mutex, &at) == 0)
		;
	pthread_mutex_unlock(&round->mutex);
	return !atomic_load(&round->stopping);
}

/* How long it took. */
static int64_t run_one(struct zong_property_round *round)
{
	const struct zong_property_order order = {
		.case_no = round->last,
		.stage = ZONG__PROPERTY_STAGE__PROPERTY_KEEPING,
		.decode = true,
		.occasion = "schedule",
	};
	int64_t began = zong_time_monotonic();
	Zong__PropertyReport *report;
	int err = zong_property_run_inside(
		round->archive, NULL, &order, &round->stopping, &report, NULL);

	if (!err) {
		if (report->failed)
			zong_log_warning("properties: case %s: %u items failed", round->last,
				report->failed);
		zong__property_report__free_unpacked(report, NULL);
	} else if (err != ZONG_ECANCELLED && !round->failing) {
		zong_log_error("properties: case %s could not be looked at: %s", round->last,
			zong_error_slug(err));
	}
	round->failing = err != 0;
	return zong_time_monotonic() - began;
}

static int64_t step(struct zong_property_round *round)
{
	int64_t full = round->every / RESTS < REST ? round->every / RESTS : REST;
	int err = find_due(round);

	if (!err)
		return run_one(round) * SHARE;
	if (err == ZONG_ENOENT)
		return 0;
	if (err != ZONG_EEND)
		zong_log_error(
			"properties: cases cannot be gone through: %s", zong_error_slug(err));
	round->last[0] = '\0';
	return full;
}

static void *go(void *ctx)
{
	const struct sched_param none = {0};
	struct zong_property_round *round = ctx;

	/* As in scrub.c: not SCHED_IDLE, since it takes the store's locks for moments. */
	pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
	setpriority(PRIO_PROCESS, 0, NICE);
	while (rest(round, step(round)))
		;
	return NULL;
}

static void release(struct zong_property_round *round)
{
	pthread_cond_destroy(&round->stop);
	pthread_mutex_destroy(&round->mutex);
	free(round);
}

int zong_property_round_start(
	struct zong_archive *archive, int64_t every, struct zong_property_round **ret_round)
{
	struct zong_property_round *round = calloc(1, sizeof(*round));
	pthread_condattr_t monotonic;

	if (!round)
		return ZONG_ENOMEM;
	round->archive = archive;
	round->every = every;
	pthread_mutex_init(&round->mutex, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&round->stop, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&round->thread, NULL, go, round) != 0) {
		release(round);
		return ZONG_ENOMEM;
	}
	*ret_round = round;
	return 0;
}

void zong_property_round_ask(struct zong_property_round *round)
{
	if (!round)
		return;
	pthread_mutex_lock(&round->mutex);
	atomic_store(&round->stopping, true);
	pthread_cond_broadcast(&round->stop);
	pthread_mutex_unlock(&round->mutex);
}

void zong_property_round_stop(struct zong_property_round *round)
{
	if (!round)
		return;
	zong_property_round_ask(round);
	pthread_join(round->thread, NULL);
	release(round);
}
