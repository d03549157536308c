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
#define STATUS_TOO_MANY 429
#define STATUS_UNAVAILABLE 503
#define LONGEST_WAIT (5 * ZONG_SECOND)
#define IDLE (10 * ZONG_SECOND)
#define AFTER_FAILURE (1 * ZONG_SECOND)
/* How long results are gathered before they are written: a commit costs as much for one as for many. */
#define GATHER (2 * ZONG_SECOND / 1000)
/* How long a receiver that says so, or does not answer, is left alone with all that is for it. */
#define LONGEST_ASKED (60 * ZONG_SECOND)
#define LONGEST_SILENT 30 /* seconds: one for each failure in a row */
/* An outcome that the damaged archive cannot take. */
#define AFTER_DAMAGE (30 * ZONG_SECOND)
#define DAMAGED_AGAIN (3600 * ZONG_SECOND)
#define RESULTS (ZONG_LIMIT_WEBHOOK_CONCURRENCY * 4)

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
	char webhook[ZONG_LIMIT_URL + 1]; /* where all goes that is under way or not written yet */
	bool fresh; /* the last attempt failed: the next has a connection of its own */
	struct zong_attempt *attempt[ZONG_LIMIT_WEBHOOK_CONCURRENCY];
	size_t attempts;
	struct zong_outbox_result result[RESULTS]; /* each attempt under way has its place kept */
	size_t results;
	char *unwritten
		[RESULTS];   /* cases of the results, which are still under way for the store */
	bool stuck;	     /* they could not be written: nothing begins until they are */
	int64_t write_again; /* not sooner than this, monotonic */
	int64_t gathered;    /* since when there are results, monotonic */
	double tokens;	     /* that the rate has left */
	int64_t counted;     /* when that was reckoned, monotonic */
	int64_t paused;	     /* nothing begins until then, monotonic */
	int64_t silent;	     /* attempts in a row that got no answer */
	int64_t busy;	     /* when there was last something to do, monotonic */
};

/* ---- results ---- */

static int64_t shorter(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void pause_lane(struct zong_lane *lane, int64_t wait)
{
	int64_t until = zong_time_monotonic() + wait;

	if (until > lane->paused)
		lane->paused = until;
}

static void drop_results(struct zong_lane *lane, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(lane->unwritten[i]);
	lane->results -= count;
	memmove(lane->result, lane->result + count, lane->results * sizeof(lane->result[0]));
	memmove(lane->unwritten, lane->unwritten + count,
		lane->results * sizeof(lane->unwritten[0]));
}

static bool is_of_one(int err)
{
	return err == ZONG_ENODELIVERY || err == ZONG_ECORRUPT;
}

/* Where the outcome cannot be written, the attempt may still be written as a failed one that is made again much later; where
 * that cannot be either, nothing at all is sent for a while, or it would go out again at once and without end. */
static int write_one(struct zong_lane *lane, const struct zong_outbox_result *result)
{
	struct zong_archive *archive = lane->about->archive;
	struct zong_outbox_result failed = *result;
	int err = zong_outbox_done(archive, result, 1);

	if (!is_of_one(err))
		return err;
	zong_log_error("push: department %s: the outcome of an attempt was dropped: %s",
		lane->department_id, zong_error_slug(err));
	if (err == ZONG_ENODELIVERY)
		return 0;
	failed.status = 0;
	failed.next = zong_time_now() + DAMAGED_AGAIN;
	snprintf(failed.error, sizeof(failed.error), "%s", zong_error_slug(err));
	err = zong_outbox_done(archive, &failed, 1);
	if (is_of_one(err)) {
		pause_lane(lane, AFTER_DAMAGE);
		err = 0;
	}
	return err;
}

/* One that cannot be written must not keep the others from it. */
static int write_each(struct zong_lane *lane)
{
	size_t i = 0;
	int err = 0;

	while (i < lane->results && !err) {
		err = write_one(lane, &lane->result[i]);
		i += !err;
	}
	drop_results(lane, i);
	return err;
}

/* Results that cannot be written are kept: were they forgotten, the same events would go out again at once. */
static void write_results(struct zong_lane *lane)
{
	int err;

	if (!lane->results)
		return;
	err = zong_outbox_done(lane->about->archive, lane->result, lane->results);
	if (is_of_one(err))
		err = write_each(lane);
	lane->stuck = err != 0;
	if (err) {
		zong_log_error("push: the outcome of attempts could not be kept: %s",
			zong_error_slug(err));
		lane->write_again = zong_time_monotonic() + AFTER_FAILURE;
	} else {
		drop_results(lane, lane->results);
	}
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

	if (!lane->results)
		lane->gathered = zong_time_monotonic();
	lane->unwritten[lane->results] = strdup(delivery->case_no);
	result = &lane->result[lane->results++];
	memcpy(result->delivery.bytes, delivery->id.data, sizeof(result->delivery.bytes));
	result->status = status;
	result->next = next;
	result->webhook = lane->webhook;
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

/* A receiver in trouble is in it for all that it is sent. */
static void mind(struct zong_lane *lane, const struct zong_attempt_result *result)
{
	bool asks = result->status == STATUS_TOO_MANY || result->status == STATUS_UNAVAILABLE;

	if (!*result->error || result->status) {
		lane->silent = 0;
	} else {
		lane->silent += lane->silent < LONGEST_SILENT;
		pause_lane(lane, lane->silent * ZONG_SECOND);
	}
	if (asks && result->retry_after)
		pause_lane(lane, result->retry_after < LONGEST_ASKED / ZONG_SECOND
					 ? result->retry_after * ZONG_SECOND
					 : LONGEST_ASKED);
}

static void finish(struct zong_lane *lane, struct zong_attempt *attempt, CURLcode code)
{
	const Zong__Delivery *delivery = zong_attempt_delivery(attempt);
	struct zong_attempt_result result;
	int64_t next = 0;

	zong_attempt_result(attempt, code, &result);
	lane->fresh = *result.error != '\0';
	mind(lane, &result);
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

	size_t places = RESULTS - lane->results; /* for what comes of them */

	if (most > ZONG_LIMIT_WEBHOOK_CONCURRENCY)
		most = ZONG_LIMIT_WEBHOOK_CONCURRENCY;
	if (most > places)
		most = places;
	return lane->attempts < most ? most - lane->attempts : 0;
}

/* How many may begin by the rate; *ret_wait: microseconds until one more may, 0 where there is no rate. */
static size_t allowed(struct zong_lane *lane, size_t wanted, int64_t *ret_wait)
{
	int64_t now = zong_time_monotonic();
	double rate = lane->department ? lane->department->rate : 0;

	*ret_wait = 0;
	if (rate <= 0) {
		lane->tokens = 0; /* a rate that is set later begins here */
		lane->counted = now;
		return wanted;
	}
	lane->tokens += (double)(now - lane->counted) / ZONG_SECOND * rate;
	lane->counted = now;
	if (lane->tokens > rate) /* a second's worth is saved up at most */
		lane->tokens = rate;
	if (lane->tokens < 1) {
		*ret_wait = shorter(
			(int64_t)((1 - lane->tokens) / rate * ZONG_SECOND) + 1, LONGEST_WAIT);
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
		lane->tokens = lane->tokens > 1 ? lane->tokens - 1 : 0;
	}
	free(case_no);
}

static bool same_department(const struct zong_lane *lane, const Zong__Department *department)
{
	return lane->department && strcmp(lane->webhook, department->webhook) == 0 &&
	       lane->department->allow_private == department->allow_private;
}

/* Connections to the place of before are not used for the new one, nor is what is known of it. */
static bool change_place(struct zong_lane *lane, const char *webhook)
{
	pthread_mutex_lock(&lane->lock); /* somebody may be waking it */
	curl_multi_cleanup(lane->multi);
	lane->multi = curl_multi_init();
	pthread_mutex_unlock(&lane->lock);
	lane->paused = lane->silent = 0;
	snprintf(lane->webhook, sizeof(lane->webhook), "%s", webhook);
	return lane->multi != NULL;
}

/* Takes what the department is set to now. False: what is under way goes where the department is no longer; it must end, and
 * be written, before anything goes to the new place. */
static bool take_department(struct zong_lane *lane, struct zong_outbox *outbox)
{
	if (!same_department(lane, outbox->department)) {
		if (lane->attempts || lane->results)
			return false;
		if (!change_place(lane, outbox->department->webhook))
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

static int64_t still_paused(const struct zong_lane *lane)
{
	int64_t wait = lane->paused - zong_time_monotonic();

	return wait > 0 ? shorter(wait, LONGEST_WAIT) : 0;
}

/* Begins of what was taken as many as the department, as it is set now, lets begin; answers how long nothing more may, 0: more may. */
static int64_t begin_taken(struct zong_lane *lane, struct zong_outbox *outbox)
{
	int64_t wait;
	size_t most;

	if (!take_department(lane, outbox))
		return LONGEST_WAIT; /* until what is under way has ended */
	wait = still_paused(lane);
	if (wait)
		return wait;
	most = free_places(lane);
	if (!most)
		return LONGEST_WAIT;
	most = allowed(lane, most, &wait);
	for (size_t i = 0; i < outbox->count && i < most; i++)
		begin(lane, &outbox->event[i]);
	return wait;
}

/* Begins what may be begun; answers how long nothing new will be due, in microseconds. */
static int64_t begin_all(struct zong_lane *lane)
{
	const char *busy[ZONG_LIMIT_WEBHOOK_CONCURRENCY + RESULTS];
	struct zong_outbox outbox;
	int64_t now, wait, held = 0;
	size_t most = free_places(lane);
	int err;

	if (!most || lane->stuck)
		return LONGEST_WAIT; /* until one ends, or is written */
	most = allowed(lane, most, &wait);
	if (!most)
		return wait;
	now = zong_time_now();
	err = zong_outbox_take(lane->about->archive, lane->department_id, now, busy,
		busy_cases(lane, busy), most, &outbox);
	if (err)
		return AFTER_FAILURE;
	if (!outbox.department) { /* has no webhook that works */
		zong_outbox_release(&outbox);
		return LONGEST_WAIT;
	}
	if (outbox.count) {
		lane->busy = zong_time_monotonic();
		held = begin_taken(lane, &outbox);
	}
	/* more is due now: it comes when a place is free, a case is done, or at once */
	wait = outbox.due ? outbox.due - now : LONGEST_WAIT;
	if (wait <= 0)
		wait = outbox.count < most ? LONGEST_WAIT : 0;
	zong_outbox_release(&outbox);
	return held ? held : shorter(wait, LONGEST_WAIT);
}

/* ---- the thread ---- */

static bool idle(struct zong_lane *lane)
{
	bool ends;

	if (lane->attempts || lane->results || still_paused(lane) ||
		zong_time_monotonic() - lane->busy < IDLE)
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
	int64_t now = zong_time_monotonic();

	if (lane->stuck)
		return now >= lane->write_again;
	return lane->results &&
	       (!lane->attempts || lane->results >= CONCURRENCY || now - lane->gathered >= GATHER);
}

/* How long results may lie before they are looked at again. */
static int64_t results_wait(const struct zong_lane *lane)
{
	int64_t wait;

	if (!lane->results)
		return LONGEST_WAIT;
	wait = lane->stuck ? lane->write_again - zong_time_monotonic() : GATHER;
	return wait > 0 ? wait : 0;
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
		wait = shorter(wait, results_wait(lane));
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
	drop_results(lane, lane->results); /* sent again: better twice than never */
	if (lane->department)
		zong__department__free_unpacked(lane->department, NULL);
	pthread_mutex_destroy(&lane->lock);
	free(lane);
}
