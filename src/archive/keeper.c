/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdlib.h>

#include <zong/log.h>
#include <zong/time.h>

#include "destruction_row.h"
#include "keeper.h"
#include "session.h"

#define AGAIN_SECONDS 60

struct zong_keeper {
	struct zong_archive *archive;
	pthread_t thread;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t moved;
	bool asked, stopping;
};

static bool is_stopping(void *ctx)
{
	struct zong_keeper *keeper = ctx;
	bool stopping;

	pthread_mutex_lock(&keeper->lock);
	stopping = keeper->stopping;
	pthread_mutex_unlock(&keeper->lock);
	return stopping;
}

static int collect(struct zong_keeper *keeper)
{
	struct zong_collect_result result;
	struct zong_store *store = keeper->archive->store;
	uint64_t loose;
	int err = zong_collect_waiting(store, &loose);

	if (err || loose == 0)
		return err;
	err = zong_collect_run(store, ZONG_COLLECT_LOOSE, is_stopping, keeper, &result);
	if (!err)
		zong_log_info("collection: %llu segments deleted, %llu bytes; %llu free pages "
			      "wiped",
			(unsigned long long)result.deleted, (unsigned long long)result.bytes,
			(unsigned long long)result.wiped);
	return err;
}

/* Until asked, or for a while; *ret_asked says which. False: it ends. */
static bool wait_asked(struct zong_keeper *keeper, bool *ret_asked)
{
	int64_t until = zong_time_monotonic() + AGAIN_SECONDS * ZONG_SECOND;
	struct timespec at = {.tv_sec = until / ZONG_SECOND, .tv_nsec = until % ZONG_SECOND * 1000};
	bool stopping;
	int late = 0;

	pthread_mutex_lock(&keeper->lock);
	while (!keeper->stopping && !keeper->asked && !late)
		late = pthread_cond_timedwait(&keeper->moved, &keeper->lock, &at);
	*ret_asked = keeper->asked;
	keeper->asked = false;
	stopping = keeper->stopping;
	pthread_mutex_unlock(&keeper->lock);
	return !stopping;
}

static void *run(void *ctx)
{
	struct zong_keeper *keeper = ctx;
	bool asked = true;
	int err = 0;
	int ended;

	do {
		if (asked || err) {
			err = zong_destruction_resume(keeper->archive);
			if (!err)
				err = collect(keeper);
		}
		if (err && err != ZONG_ECANCELLED)
			zong_log_warning(
				"what was destroyed is not collected yet: %s, trying again",
				zong_error_slug(err));
		ended = zong_sessions_end_idle(keeper->archive);
		if (ended)
			zong_log_warning("idle sessions are not removed yet: %s, trying again",
				zong_error_slug(ended));
	} while (wait_asked(keeper, &asked));
	return NULL;
}

int zong_keeper_start(struct zong_archive *archive, struct zong_keeper **ret_keeper)
{
	struct zong_keeper *keeper = calloc(1, sizeof(*keeper));
	pthread_condattr_t monotonic;

	if (!keeper)
		return ZONG_ENOMEM;
	keeper->archive = archive;
	pthread_mutex_init(&keeper->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&keeper->moved, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&keeper->thread, NULL, run, keeper) != 0) {
		pthread_cond_destroy(&keeper->moved);
		pthread_mutex_destroy(&keeper->lock);
		free(keeper);
		return ZONG_ENOMEM;
	}
	*ret_keeper = keeper;
	return 0;
}

void zong_keeper_ask(struct zong_keeper *keeper)
{
	if (!keeper)
		return;
	pthread_mutex_lock(&keeper->lock);
	keeper->asked = true;
	pthread_cond_broadcast(&keeper->moved);
	pthread_mutex_unlock(&keeper->lock);
}

void zong_keeper_stop(struct zong_keeper *keeper)
{
	if (!keeper)
		return;
	pthread_mutex_lock(&keeper->lock);
	keeper->stopping = true;
	pthread_cond_broadcast(&keeper->moved);
	pthread_mutex_unlock(&keeper->lock);
	pthread_join(keeper->thread, NULL);
	pthread_cond_destroy(&keeper->moved);
	pthread_mutex_destroy(&keeper->lock);
	free(keeper);
}
