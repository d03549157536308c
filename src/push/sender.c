/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <sodium.h>

#include <zong/archive.h>
#include <zong/delivery.h>
#include <zong/limits.h>
#include <zong/log.h>
#include <zong/push.h>
#include <zong/time.h>

#include "push/lane.h"
#include "push/stamper.h"

#define LONGEST_WAIT (30 * ZONG_SECOND)
#define AFTER_FAILURE (1 * ZONG_SECOND)
#define SET_BACK (1 * ZONG_SECOND) /* of a clock: less makes no difference */

/* One thread waits for commits and for the clock, and sees to it that each department for which something is due has its lane. */
struct zong_push {
	struct zong_lane_about about;
	char archive_id[37];
	pthread_t watcher;
	bool watching;
	atomic_bool stopping;
	bool looked;	 /* watcher's own, as is the next */
	int64_t started; /* what the clock said when the monotonic one began, as it was last seen */
	struct zong_lane *lane[ZONG_LIMIT_SENDERS]; /* watcher's own */
	size_t lanes;
	struct zong_stamper *stamper;
};

static void free_lane(struct zong_push *push, size_t i)
{
	zong_lane_free(push->lane[i]);
	push->lane[i] = push->lane[--push->lanes];
}

static bool has_lane(const struct zong_push *push, const char *department)
{
	for (size_t i = 0; i < push->lanes; i++)
		if (strcmp(zong_lane_department(push->lane[i]), department) == 0)
			return true;
	return false;
}

static int start_lane(struct zong_push *push, const char *department)
{
	int err;

	if (push->lanes == ZONG_LIMIT_SENDERS)
		return ZONG_ELIMIT; /* its turn comes when another has nothing to do */
	err = zong_lane_start(&push->about, department, &push->lane[push->lanes]);
	push->lanes += !err;
	return err;
}

static int64_t shorter(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* A step for each department that was left with something to do; while steps are made nothing is waited for. */
static int64_t settle(struct zong_push *push)
{
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1] = "";
	int64_t wait = LONGEST_WAIT;
	int err = 0;

	while (!err && !atomic_load(&push->stopping)) {
		err = zong_outbox_settle(push->about.archive, department, department);
		if (!err)
			wait = 0;
	}
	return err == ZONG_EEND ? wait : shorter(wait, AFTER_FAILURE);
}

/* Both clocks go on alike but where the one is set. False: what has to be done about it could not be, and is tried again. */
static bool mind_clock(struct zong_push *push, int64_t now)
{
	int64_t started = now - zong_time_monotonic();
	bool back = push->looked && started < push->started - SET_BACK;
	int err = 0;

	if (!push->looked)
		err = zong_outbox_ahead(push->about.archive, now, &back);
	if (!err && back) {
		zong_log_warning("the clock was set back: what waits to be sent is sent now");
		err = zong_outbox_hasten(push->about.archive);
	}
	if (err)
		return false;
	push->looked = true;
	push->started = started;
	return true;
}

/* Answers how long nobody new will have something due, in microseconds. */
static int64_t look(struct zong_push *push)
{
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1] = "";
	int64_t wait, due, now = zong_time_now();
	int err = 0;

	wait = mind_clock(push, now) ? LONGEST_WAIT : AFTER_FAILURE;
	wait = shorter(wait, settle(push));
	for (size_t i = push->lanes; i-- > 0;)
		if (!zong_lane_wake(push->lane[i]))
			free_lane(push, i);
	while (!err) {
		err = zong_outbox_department(push->about.archive, department, department, &due);
		if (err)
			continue;
		/* also where there is a lane: it may have ended by then */
		if (due > now)
			wait = shorter(wait, due - now);
		else if (!has_lane(push, department) && start_lane(push, department))
			wait = shorter(wait, AFTER_FAILURE);
	}
	return err == ZONG_EEND ? wait : shorter(wait, AFTER_FAILURE);
}

static void *watch(void *arg)
{
	struct zong_push *push = arg;
	uint64_t seen = 0;

	while (!atomic_load(&push->stopping)) {
		int64_t wait = look(push);

		zong_archive_wait(push->about.archive, &seen, wait);
	}
	return NULL;
}

static int read_settings(struct zong_push *push, struct zong_err *err)
{
	struct zong_archive *archive = push->about.archive;
	const char *text = zong_archive_setting(archive, "webhook-first-retry", "");
	const char *ca = zong_archive_setting(archive, "webhook-ca", "");
	char *end;
	long value;

	push->about.attempt.ca = *ca ? ca : NULL;
	if (!*text)
		return 0;
	value = strtol(text, &end, 10);
	if (*end || value < 1 || value > 24L * 3600 * 1000)
		return zong_err_set(err, ZONG_EINVAL, "webhook-first-retry = %s", text);
	push->about.first_retry = (int64_t)value * (ZONG_SECOND / 1000);
	return 0;
}

int zong_push_start(struct zong_archive *archive, struct zong_push **ret_push, struct zong_err *err)
{
	struct zong_push *push = calloc(1, sizeof(*push));
	struct zong_status status;
	int code;

	if (!push)
		return ZONG_ENOMEM;
	push->about.archive = archive;
	zong_status_peek(archive, &status);
	memcpy(push->archive_id, status.archive, sizeof(push->archive_id));
	push->about.attempt.archive = push->archive_id;
	push->about.attempt.base = zong_archive_url(archive);
	code = read_settings(push, err);
	if (code) {
		free(push);
		return code;
	}
	if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT)) {
		free(push);
		return zong_err_set(err, ZONG_EIO, "curl");
	}
	push->watching = !pthread_create(&push->watcher, NULL, watch, push);
	if (!push->watching) {
		zong_push_stop(push);
		return zong_err_set(err, ZONG_EIO, "push");
	}
	code = zong_stamper_start(archive, &push->stamper);
	if (code) {
		zong_push_stop(push);
		return zong_err_set(err, code, NULL);
	}
	*ret_push = push;
	return 0;
}

void zong_push_stop(struct zong_push *push)
{
	if (!push)
		return;
	atomic_store(&push->stopping, true);
	zong_stamper_stop(push->stamper);
	if (push->watching) {
		zong_archive_wake(push->about.archive);
		pthread_join(push->watcher, NULL);
	}
	for (size_t i = 0; i < push->lanes; i++)
		zong_lane_stop(push->lane[i]);
	while (push->lanes > 0)
		free_lane(push, push->lanes - 1);
	curl_global_cleanup();
	free(push);
}
