/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include <zong/log.h>
#include <zong/time.h>
#include <zong/timestamp.h>
#include <zong/tlog.h>

#include "push/stamper.h"

#define SECONDS 60L		       /* for one request */
#define AGAIN_LEAST ZONG_SECOND	       /* after a failure; doubled each time */
#define AGAIN_MOST (600 * ZONG_SECOND) /* until so much */

struct zong_stamper {
	struct zong_archive *archive;
	pthread_t thread;
	pthread_mutex_t lock; /* guards moved */
	pthread_cond_t moved;
	atomic_bool stopping;
	char error[CURL_ERROR_SIZE];
};

static size_t take_reply(char *bytes, size_t size, size_t count, void *ctx)
{
	struct zong_buf *reply = ctx;

	return zong_buf_add(reply, bytes, size * count) ? 0 : size * count;
}

static int look_around(
	void *ctx, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
	struct zong_stamper *stamper = ctx;

	(void)down_total;
	(void)down;
	(void)up_total;
	(void)up;
	return atomic_load(&stamper->stopping);
}

static CURLcode set_up(struct zong_stamper *stamper, CURL *easy, struct curl_slist *headers,
	const uint8_t *request, size_t len, struct zong_buf *reply)
{
	CURLcode code = curl_easy_setopt(easy, CURLOPT_URL, zong_tlog_stamp_url(stamper->archive));

#define SET(option, value) (code = code ? code : curl_easy_setopt(easy, option, value))
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TIMEOUT, SECONDS);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_POSTFIELDS, (const char *)request);
	SET(CURLOPT_POSTFIELDSIZE, (long)len);
	SET(CURLOPT_WRITEFUNCTION, take_reply);
	SET(CURLOPT_WRITEDATA, reply);
	SET(CURLOPT_NOPROGRESS, 0L);
	SET(CURLOPT_XFERINFOFUNCTION, look_around);
	SET(CURLOPT_XFERINFODATA, stamper);
	SET(CURLOPT_ERRORBUFFER, stamper->error);
#undef SET
	return code;
}

/* One request; its reply, which may be anything. */
static int ask(struct zong_stamper *stamper, const uint8_t *request, size_t len,
	struct zong_buf *reply)
{
	struct curl_slist *headers =
		curl_slist_append(NULL, "Content-Type: " ZONG_TIMESTAMP_QUERY_TYPE);
	CURL *easy = curl_easy_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;
	long status = 0;

	stamper->error[0] = '\0';
	if (headers && easy)
		code = set_up(stamper, easy, headers, request, len, reply);
	if (!code)
		code = curl_easy_perform(easy);
	if (!code)
		code = curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(easy);
	curl_slist_free_all(headers);
	if (atomic_load(&stamper->stopping))
		return ZONG_ECANCELLED;
	if (code)
		zong_log_warning("log: no time-stamp from %s: %s",
			zong_tlog_stamp_url(stamper->archive),
			stamper->error[0] ? stamper->error : curl_easy_strerror(code));
	else if (status != 200)
		zong_log_warning("log: no time-stamp from %s: it answered %ld",
			zong_tlog_stamp_url(stamper->archive), status);
	return code || status != 200 ? ZONG_EIO : 0;
}

/* What came is kept only where it is about what was asked. */
static int stamp(struct zong_stamper *stamper, struct zong_tlog_stamping *stamping)
{
	struct zong_buf reply = ZONG_BUF_INIT(ZONG_TIMESTAMP_MAX);
	uint8_t request[ZONG_TIMESTAMP_REQUEST];
	int64_t time = 0;
	size_t len = zong_timestamp_request(&stamping->imprint, stamping->nonce, request);
	int err = ask(stamper, request, len, &reply);

	if (!err) {
		err = zong_timestamp_read(
			reply.data, reply.len, &stamping->imprint, stamping->nonce, &time);
		if (err)
			zong_log_warning(
				"log: what %s answered is no time-stamp of what was asked: %s",
				zong_tlog_stamp_url(stamper->archive),
				err == ZONG_ECANCELLED ? "it refused" : zong_error_slug(err));
	}
	if (!err)
		err = zong_tlog_stamp_put(stamper->archive, stamping, reply.data, reply.len, time);
	zong_buf_release(&reply);
	return err;
}

/* How long to wait until the next. */
static int64_t run_once(struct zong_stamper *stamper, int64_t *again)
{
	struct zong_tlog_stamping stamping;
	int64_t now = zong_time_now(), due = now;
	int err = zong_tlog_stamp_begin(stamper->archive, now, &stamping, &due);

	if (!err) {
		err = stamp(stamper, &stamping);
		zong_tlog_stamping_release(&stamping);
		due = now;
	}
	if (err && err != ZONG_EEND) {
		*again = *again ? 2 * *again : AGAIN_LEAST;
		if (*again > AGAIN_MOST)
			*again = AGAIN_MOST;
		return *again;
	}
	*again = 0;
	return due - now;
}

static void wait_for(struct zong_stamper *stamper, int64_t wait)
{
	int64_t until = zong_time_monotonic() + wait;
	struct timespec at = {.tv_sec = until / ZONG_SECOND, .tv_nsec = until % ZONG_SECOND * 1000};

	pthread_mutex_lock(&stamper->lock);
	while (!atomic_load(&stamper->stopping))
		if (pthread_cond_timedwait(&stamper->moved, &stamper->lock, &at) != 0)
			break;
	pthread_mutex_unlock(&stamper->lock);
}

static void *run(void *ctx)
{
	struct zong_stamper *stamper = ctx;
	int64_t again = 0;

	while (!atomic_load(&stamper->stopping))
		wait_for(stamper, run_once(stamper, &again));
	return NULL;
}

int zong_stamper_start(struct zong_archive *archive, struct zong_stamper **ret_stamper)
{
	struct zong_stamper *stamper;
	pthread_condattr_t monotonic;

	*ret_stamper = NULL;
	if (!zong_tlog_stamp_url(archive))
		return 0;
	stamper = calloc(1, sizeof(*stamper));
	if (!stamper)
		return ZONG_ENOMEM;
	stamper->archive = archive;
	pthread_mutex_init(&stamper->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&stamper->moved, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&stamper->thread, NULL, run, stamper) != 0) {
		pthread_cond_destroy(&stamper->moved);
		pthread_mutex_destroy(&stamper->lock);
		free(stamper);
		return ZONG_ENOMEM;
	}
	*ret_stamper = stamper;
	return 0;
}

void zong_stamper_stop(struct zong_stamper *stamper)
{
	if (!stamper)
		return;
	pthread_mutex_lock(&stamper->lock);
	atomic_store(&stamper->stopping, true);
	pthread_cond_broadcast(&stamper->moved);
	pthread_mutex_unlock(&stamper->lock);
	pthread_join(stamper->thread, NULL);
	pthread_cond_destroy(&stamper->moved);
	pthread_mutex_destroy(&stamper->lock);
	free(stamper);
}
