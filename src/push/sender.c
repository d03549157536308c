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

#include "push/attempt.h"
#include "push/retry.h"

#define LONGEST_WAIT (30 * ZONG_SECOND)
#define AFTER_FAILURE (1 * ZONG_SECOND)

/* One thread drives all transfers; a second one waits for commits, because only libcurl can wait
 * for the network and only the store can wait for the disk. */
struct zong_push {
	struct zong_archive *archive;
	char archive_id[37];
	int64_t first_retry; /* microseconds, 0: as the schedule says */
	CURLM *multi;
	pthread_t sender, watcher;
	bool sending, watching;
	atomic_bool stopping;
	struct zong_attempt *attempt[ZONG_LIMIT_SENDERS]; /* sender's own */
	size_t attempts;
};

static void *watch(void *arg)
{
	struct zong_push *push = arg;
	uint64_t seen = 0;

	while (!atomic_load(&push->stopping)) {
		zong_archive_wait(push->archive, &seen, LONGEST_WAIT);
		curl_multi_wakeup(push->multi);
	}
	return NULL;
}

/* When to try again; 0: not any more. */
static int64_t next_time(struct zong_push *push, const struct zong_attempt *attempt,
	const struct zong_attempt_result *result)
{
	unsigned int failed = zong_attempt_item(attempt)->event.delivery->attempts + 1;
	int64_t wait = zong_retry_wait(
		failed, push->first_retry, result->retry_after, randombytes_random());

	return wait < 0 ? 0 : zong_time_now() + wait;
}

static void forget(struct zong_push *push, struct zong_attempt *attempt)
{
	size_t i;

	for (i = 0; i < push->attempts && push->attempt[i] != attempt; i++)
		continue;
	push->attempt[i] = push->attempt[--push->attempts];
	zong_attempt_free(attempt);
}

static void finish(struct zong_push *push, struct zong_attempt *attempt, CURLcode code)
{
	const struct zong_outbox_item *item = zong_attempt_item(attempt);
	struct zong_attempt_result result;
	struct zong_id id;
	int64_t next;
	int err;

	zong_attempt_result(attempt, code, &result);
	next = *result.error ? next_time(push, attempt, &result) : 0;
	memcpy(id.bytes, item->event.delivery->id.data, sizeof(id.bytes));
	err = zong_outbox_done(push->archive, &id, (int)result.status, result.error, next);
	if (err)
		zong_log_error("push: the outcome of an attempt could not be kept: %s",
			zong_error_slug(err));
	if (*result.error)
		zong_log_warning("push: department %s: %s", item->department->id, result.error);
	forget(push, attempt);
}

static void finish_all(struct zong_push *push)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(push->multi, &left)) != NULL) {
		if (message->msg == CURLMSG_DONE)
			finish(push, zong_attempt_of(message->easy_handle), message->data.result);
	}
}

/* A delivery that cannot even be begun is put off like one that failed, or it would come again at
 * once. */
static void put_off(
	struct zong_push *push, const struct zong_id *id, unsigned int attempts, int code)
{
	int64_t wait = zong_retry_wait(attempts + 1, push->first_retry, 0, randombytes_random());

	zong_log_error("push: cannot begin: %s", zong_error_slug(code));
	zong_outbox_done(
		push->archive, id, 0, zong_error_slug(code), wait < 0 ? 0 : zong_time_now() + wait);
}

static int begin(struct zong_push *push, struct zong_outbox_item *item)
{
	unsigned int attempts = item->event.delivery->attempts;
	struct zong_attempt *attempt;
	struct zong_id id;
	int err;

	memcpy(id.bytes, item->event.delivery->id.data, sizeof(id.bytes));
	err = zong_attempt_begin(push->multi, item, push->archive_id,
		zong_archive_url(push->archive), zong_time_now(), &attempt);
	if (err) {
		put_off(push, &id, attempts, err);
		return err;
	}
	push->attempt[push->attempts++] = attempt;
	return 0;
}

/* Begins what may be begun; answers how long nothing new will be due, in microseconds. */
static int64_t begin_all(struct zong_push *push)
{
	const char *busy[ZONG_LIMIT_SENDERS];
	struct zong_outbox_item item;
	int64_t due = 0, wait;
	size_t i;
	int err = 0;

	while (push->attempts < ZONG_LIMIT_SENDERS && !atomic_load(&push->stopping)) {
		for (i = 0; i < push->attempts; i++)
			busy[i] = zong_attempt_item(push->attempt[i])->department->id;
		due = 0;
		err = zong_outbox_next(
			push->archive, zong_time_now(), busy, push->attempts, &item, &due);
		if (!err)
			err = begin(push, &item);
		if (err)
			break;
	}
	if (err && err != ZONG_EEND)
		return AFTER_FAILURE;
	wait = due ? due - zong_time_now() : LONGEST_WAIT;
	if (wait < 0)
		wait = 0;
	return wait < LONGEST_WAIT ? wait : LONGEST_WAIT;
}

static void *send_all(void *arg)
{
	struct zong_push *push = arg;
	int running, events;
	int64_t wait;

	while (!atomic_load(&push->stopping)) {
		wait = begin_all(push);
		curl_multi_perform(push->multi, &running);
		curl_multi_poll(push->multi, NULL, 0, (int)(wait / 1000) + 1, &events);
		curl_multi_perform(push->multi, &running);
		finish_all(push);
	}
	return NULL;
}

static int read_first_retry(struct zong_push *push, struct zong_err *err)
{
	const char *text = zong_archive_setting(push->archive, "webhook-first-retry", "");
	char *end;
	long value;

	if (!*text)
		return 0;
	value = strtol(text, &end, 10);
	if (*end || value < 1 || value > 24L * 3600 * 1000)
		return zong_err_set(err, ZONG_EINVAL, "webhook-first-retry = %s", text);
	push->first_retry = (int64_t)value * (ZONG_SECOND / 1000);
	return 0;
}

int zong_push_start(struct zong_archive *archive, struct zong_push **ret_push, struct zong_err *err)
{
	struct zong_push *push = calloc(1, sizeof(*push));
	struct zong_status status;
	int code;

	if (!push)
		return ZONG_ENOMEM;
	push->archive = archive;
	zong_status_peek(archive, &status);
	memcpy(push->archive_id, status.archive, sizeof(push->archive_id));
	code = read_first_retry(push, err);
	if (code) {
		free(push);
		return code;
	}
	if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT)) {
		free(push);
		return zong_err_set(err, ZONG_EIO, "curl");
	}
	push->multi = curl_multi_init();
	if (push->multi)
		push->sending = !pthread_create(&push->sender, NULL, send_all, push);
	if (push->sending)
		push->watching = !pthread_create(&push->watcher, NULL, watch, push);
	if (!push->watching) {
		zong_push_stop(push);
		return zong_err_set(err, ZONG_EIO, "push");
	}
	*ret_push = push;
	return 0;
}

void zong_push_stop(struct zong_push *push)
{
	if (!push)
		return;
	atomic_store(&push->stopping, true);
	if (push->watching)
		zong_archive_wake(push->archive);
	if (push->multi)
		curl_multi_wakeup(push->multi);
	if (push->watching)
		pthread_join(push->watcher, NULL);
	if (push->sending)
		pthread_join(push->sender, NULL);
	while (push->attempts > 0)
		zong_attempt_free(push->attempt[--push->attempts]);
	if (push->multi)
		curl_multi_cleanup(push->multi);
	curl_global_cleanup();
	free(push);
}
