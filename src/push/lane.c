/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <sodium.h>

#include <zong/limits.h>
#include <zong/log.h>
#include <zong/time.h>

#include "push/lane.h"
#include "push/retry.h"

#define CONCURRENCY 8
#define LONGEST_WAIT (5 * ZONG_SECOND)
#define IDLE (10 * ZONG_SECOND)
#define AFTER_FAILURE (1 * ZONG_SECOND)
/* How long results are gathered before they are written: a commit costs as much for one as for many. */
#define GATHER (2 * ZONG_SECOND / 1000)

struct zong_lane {
	const struct zong_lane_about *about;
	char department_id[ZONG_LIMIT_DEPARTMENT_ID + 1];
	pthread_t thread;
	atomic_bool stopping;
	pthread_mutex_t lock;
	bool ended, woken; /* under lock */

	/* the thread's own */
	CURLM *multi;
	Zong__Department *department;
	bool fresh; /* the last attempt failed: the next has a connection of its own */
	struct zong_attempt *attempt[ZONG_LIMIT_WEBHOOK_CONCURRENCY];
	size_t attempts;
	struct zong_outbox_result result[ZONG_LIMIT_WEBHOOK_CONCURRENCY * 4];
	size_t results;
	char *unwritten[ZONG_LIMIT_WEBHOOK_CONCURRENCY *
			4]; /* cases of the results, which are still under way for the store */
	int64_t gathered;   /* since when there are results, monotonic */
	double tokens;	    /* that the rate has left */
	int64_t counted;    /* when that was reckoned, monotonic */
	int64_t busy;	    /* when there was last something to do, monotonic */
};

/* ---- results ---- */

static void write_results(struct zong_lane *lane)
{
	int err;

	if (!lane->results)
		return;
	err = zong_outbox_done(lane->about->archive, lane->result, lane->results);
	/* It stays in the outbox as it was, and is sent again: better twice than never. */
	if (err)
		zong_log_error("push: the outcome of attempts could not be kept: %s",
			zong_error_slug(err));
	for (size_t i = 0; i < lane->results; i++)
		free(lane->unwritten[i]);
	lane->results = 0;
}

static int64_t next_time(const struct zong_lane *lane, unsigned int attempts, int64_t retry_after)
{
	int64_t wait = zong_retry_wait(
		attempts + 1, lane->about->first_retry, retry_after, randombytes_random());

	return wait < 0 ? 0 : zong_time_now() + wait;
}

static void add_result(struct zong_lane *lane, const Zong__Delivery *delivery, int status,
	const char *error, int64_t next)
{
	struct zong_outbox_result *result;

	if (lane->results == sizeof(lane->result) / sizeof(lane->result[0]))
		write_results(lane);
	if (!lane->results)
		lane->gathered = zong_time_monotonic();
	lane->unwritten[lane->results] = strdup(delivery->case_no);
	result = &lane->result[lane->results++];
	memcpy(result->delivery.bytes, delivery->id.data, sizeof(result->delivery.bytes));
	result->status = status;
	result->next = next;
	snprintf(result->error, sizeof(result->error), "%s", error);
}

static void forget(struct zong_lane *lane, struct zong_attempt *attempt)
{
	size_t i;

	for (i = 0; i < lane->attempts && lane->attempt[i] != attempt; i++)
		continue;
	lane->attempt[i] = lane->attempt[--lane->attempts];
	zong_attempt_free(attempt);
}

static void finish(struct zong_lane *lane, struct zong_attempt *attempt, CURLcode code)
{
	const Zong__Delivery *delivery = zong_attempt_delivery(attempt);
	struct zong_attempt_result result;
	int64_t next = 0;

	zong_attempt_result(attempt, code, &result);
	lane->fresh = *result.error != '\0';
	if (*result.error) {
		next = next_time(lane, delivery->attempts, result.retry_after);
		zong_log_warning("push: department %s: %s", lane->department_id, result.error);
	}
	add_result(lane, delivery, (int)result.status, result.error, next);
	forget(lane, attempt);
}

static void finish_all(struct zong_lane *lane)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(lane->multi, &left)) != NULL) {
		if (message->msg == CURLMSG_DONE)
			finish(lane, zong_attempt_of(message->easy_handle), message->data.result);
	}
}

/* ---- beginning ---- */

static size_t free_places(const struct zong_lane *lane)
{
	size_t most = lane->department && lane->department->concurrency
			      ? lane->department->concurrency
			      : CONCURRENCY;

	if (most > ZONG_LIMIT_WEBHOOK_CONCURRENCY)
		most = ZONG_LIMIT_WEBHOOK_CONCURRENCY;
	return lane->attempts < most ? most - lane->attempts : 0;
}

/* How many may begin by the rate; *ret_wait: microseconds until one more may, 0 where there is no rate. */
static size_t allowed(struct zong_lane *lane, size_t wanted, int64_t *ret_wait)
{
	int64_t now = zong_time_monotonic();
	double rate = lane->department ? lane->department->rate : 0;

	*ret_wait = 0;
	if (rate <= 0)
		return wanted;
	lane->tokens += (double)(now - lane->counted) / ZONG_SECOND * rate;
	lane->counted = now;
	if (lane->tokens > rate) /* a second's worth is saved up at most */
		lane->tokens = rate;
	if (lane->tokens < 1) {
		*ret_wait = (int64_t)((1 - lane->tokens) / rate * ZONG_SECOND) + 1;
		return 0;
	}
	return (double)wanted < lane->tokens ? wanted : (size_t)lane->tokens;
}

/* A delivery that cannot even be begun is put off like one that failed, or it would come again at once. */
static void put_off(struct zong_lane *lane, const Zong__Delivery *delivery, int code)
{
	zong_log_error("push: cannot begin: %s", zong_error_slug(code));
	add_result(
		lane, delivery, 0, zong_error_slug(code), next_time(lane, delivery->attempts, 0));
}

static void begin(struct zong_lane *lane, struct zong_event *event)
{
	Zong__Delivery delivery = *event->delivery; /* what is needed of it where it is not begun */
	struct zong_attempt *attempt;
	uint8_t id[ZONG_ID_SIZE];
	char *case_no = strdup(delivery.case_no);
	int err = case_no && delivery.id.len == sizeof(id) ? 0 : ZONG_ENOMEM;

	if (err) {
		free(case_no);
		return; /* it stays in the outbox */
	}
	memcpy(id, delivery.id.data, sizeof(id));
	err = zong_attempt_begin(lane->multi, &lane->about->attempt, lane->department, event,
		zong_time_now(), lane->fresh, &attempt);
	if (err) {
		delivery.id.data = id;
		delivery.case_no = case_no;
		put_off(lane, &delivery, err);
	} else {
		lane->attempt[lane->attempts++] = attempt;
		lane->tokens -= 1;
	}
	free(case_no);
}

static bool same_department(const Zong__Department *a, const Zong__Department *b)
{
	return a && strcmp(a->webhook, b->webhook) == 0 && a->allow_private == b->allow_private;
}

/* False: what is under way goes where the department is no longer; it must end before anything goes to the new place. */
static bool take_department(struct zong_lane *lane, struct zong_outbox *outbox)
{
	bool same = same_department(lane->department, outbox->department);

	if (lane->attempts)
		return same;
	if (!same) {
		pthread_mutex_lock(&lane->lock); /* somebody may be waking it */
		curl_multi_cleanup(lane->multi);
		lane->multi = curl_multi_init();
		pthread_mutex_unlock(&lane->lock);
		if (!lane->multi)
			return false;
	}
	if (lane->department)
		zong__department__free_unpacked(lane->department, NULL);
	lane->department = outbox->department;
	outbox->department = NULL;
	return true;
}

static size_t busy_cases(const struct zong_lane *lane, const char **ret_busy)
{
	size_t count = 0;

	for (size_t i = 0; i < lane->attempts; i++)
		ret_busy[count++] = zong_attempt_delivery(lane->attempt[i])->case_no;
	for (size_t i = 0; i < lane->results; i++)
		if (lane->unwritten[i])
			ret_busy[count++] = lane->unwritten[i];
	return count;
}

/* Begins what may be begun; answers how long nothing new will be due, in microseconds. */
static int64_t begin_all(struct zong_lane *lane)
{
	const char *busy[ZONG_LIMIT_WEBHOOK_CONCURRENCY * 5];
	struct zong_outbox outbox;
	int64_t wait, rate_wait;
	size_t most = free_places(lane);
	int err;

	if (!most)
		return LONGEST_WAIT; /* until one ends */
	most = allowed(lane, most, &rate_wait);
	if (!most)
		return rate_wait;
	err = zong_outbox_take(lane->about->archive, lane->department_id, zong_time_now(), busy,
		busy_cases(lane, busy), most, &outbox);
	if (err)
		return AFTER_FAILURE;
	if (!outbox.department) { /* has no webhook that works */
		zong_outbox_release(&outbox);
		return LONGEST_WAIT;
	}
	if (outbox.count && take_department(lane, &outbox)) {
		lane->busy = zong_time_monotonic();
		for (size_t i = 0; i < outbox.count; i++)
			begin(lane, &outbox.event[i]);
	}
	/* more is due now: it comes when a place is free, a case is done, or at once */
	wait = outbox.due ? outbox.due - zong_time_now() : LONGEST_WAIT;
	if (wait <= 0)
		wait = outbox.count < most ? LONGEST_WAIT : 0;
	zong_outbox_release(&outbox);
	return wait < LONGEST_WAIT ? wait : LONGEST_WAIT;
}

/* ---- the thread ---- */

static bool idle(struct zong_lane *lane)
{
	bool ends;

	if (lane->attempts || lane->results || zong_time_monotonic() - lane->busy < IDLE)
		return false;
	pthread_mutex_lock(&lane->lock);
	ends = !lane->woken;
	lane->woken = false;
	lane->ended = lane->ended || ends;
	pthread_mutex_unlock(&lane->lock);
	return ends;
}

static bool results_ripe(const struct zong_lane *lane)
{
	return lane->results && (!lane->attempts || lane->results >= CONCURRENCY ||
					zong_time_monotonic() - lane->gathered >= GATHER);
}

static void *run(void *arg)
{
	struct zong_lane *lane = arg;
	int running, events;
	int64_t wait;

	lane->busy = lane->counted = zong_time_monotonic();
	while (!atomic_load(&lane->stopping) && lane->multi && !idle(lane)) {
		wait = begin_all(lane);
		if (!lane->multi)
			break;
		if (lane->results && wait > GATHER)
			wait = GATHER;
		curl_multi_perform(lane->multi, &running);
		curl_multi_poll(lane->multi, NULL, 0, (int)((wait + 999) / 1000), &events);
		curl_multi_perform(lane->multi, &running);
		finish_all(lane);
		if (results_ripe(lane))
			write_results(lane);
	}
	write_results(lane);
	while (lane->attempts > 0)
		zong_attempt_free(lane->attempt[--lane->attempts]);
	pthread_mutex_lock(&lane->lock);
	lane->ended = true;
	pthread_mutex_unlock(&lane->lock);
	return NULL;
}

int zong_lane_start(
	const struct zong_lane_about *about, const char *department, struct zong_lane **ret_lane)
{
	struct zong_lane *lane = calloc(1, sizeof(*lane));

	if (!lane)
		return ZONG_ENOMEM;
	lane->about = about;
	snprintf(lane->department_id, sizeof(lane->department_id), "%s", department);
	lane->multi = curl_multi_init();
	pthread_mutex_init(&lane->lock, NULL);
	if (!lane->multi || pthread_create(&lane->thread, NULL, run, lane)) {
		if (lane->multi)
			curl_multi_cleanup(lane->multi);
		pthread_mutex_destroy(&lane->lock);
		free(lane);
		return ZONG_EIO;
	}
	*ret_lane = lane;
	return 0;
}

const char *zong_lane_department(const struct zong_lane *lane)
{
	return lane->department_id;
}

bool zong_lane_wake(struct zong_lane *lane)
{
	bool lives;

	pthread_mutex_lock(&lane->lock);
	lives = !lane->ended;
	lane->woken = true;
	if (lives && lane->multi)
		curl_multi_wakeup(lane->multi);
	pthread_mutex_unlock(&lane->lock);
	return lives;
}

void zong_lane_stop(struct zong_lane *lane)
{
	atomic_store(&lane->stopping, true);
	zong_lane_wake(lane);
}

void zong_lane_free(struct zong_lane *lane)
{
	pthread_join(lane->thread, NULL);
	if (lane->multi)
		curl_multi_cleanup(lane->multi);
	if (lane->department)
		zong__department__free_unpacked(lane->department, NULL);
	pthread_mutex_destroy(&lane->lock);
	free(lane);
}
