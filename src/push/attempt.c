/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/limits.h>
#include <zong/time.h>

#include "push/attempt.h"
#include "push/event.h"
#include "push/webhook.h"

#define CONNECT_SECONDS 10L
#define CONNECTION_SECONDS 300L
#define HEADER_MAX 1024

struct zong_attempt {
	const Zong__Department *department; /* NULL as soon as it has begun */
	bool allow_private;
	struct zong_event event;
	CURLM *multi;
	CURL *easy;
	struct curl_slist *headers;
	struct zong_buf body;
	size_t replied; /* bytes */
	bool refused;	/* resolved to an address that is not allowed */
	bool added;
};

/* Asked with the very address that is about to be connected to, so that no second resolution can
 * tell another one. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct zong_attempt *attempt = ctx;
	const void *bytes = NULL;

	(void)purpose;
	if (address->family == AF_INET)
		bytes = &((struct sockaddr_in *)(void *)&address->addr)->sin_addr;
	if (address->family == AF_INET6)
		bytes = &((struct sockaddr_in6 *)(void *)&address->addr)->sin6_addr;
	if (!bytes || (!attempt->allow_private && zong_webhook_private(address->family, bytes))) {
		attempt->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* What a webhook says is not read, only counted: its status is all that matters. */
static size_t take_reply(char *bytes, size_t size, size_t count, void *ctx)
{
	struct zong_attempt *attempt = ctx;

	(void)bytes;
	attempt->replied += size * count;
	return attempt->replied > ZONG_LIMIT_WEBHOOK_REPLY ? 0 : size * count;
}

static int add_header(struct zong_attempt *attempt, const char *line)
{
	struct curl_slist *list = curl_slist_append(attempt->headers, line);

	if (!list)
		return ZONG_ENOMEM;
	attempt->headers = list;
	return 0;
}

static const uint8_t *seed_of(const ProtobufCBinaryData *seed)
{
	return seed->len == ZONG_WEBHOOK_SEED ? seed->data : NULL;
}

static int add_signature(struct zong_attempt *attempt, const char *id, int64_t now)
{
	_cleanup_(zong_buf_release) struct zong_buf line = ZONG_BUF_INIT(HEADER_MAX);
	const Zong__Department *department = attempt->department;
	struct zong_webhook_keys keys[2] = {
		{
			.secret = department->secret.data,
			.secret_len = department->secret.len,
			.seed = seed_of(&department->signing_seed),
		},
		{
			.secret = department->old_secret.data,
			.secret_len = department->old_secret.len,
			.seed = seed_of(&department->old_seed),
		},
	};
	/* after a rotation both sign, so that the receiver may change over when it likes */
	size_t count = department->old_secret.len && now < department->old_until ? 2 : 1;

	zong_buf_add_str(&line, "webhook-signature: ");
	if (zong_webhook_sign(keys, count, id, now / ZONG_SECOND, attempt->body.data,
		    attempt->body.len, &line))
		return line.err;
	return add_header(attempt, zong_buf_str(&line));
}

static int add_headers(struct zong_attempt *attempt, int64_t now)
{
	const int64_t timestamp = now / ZONG_SECOND;
	const ProtobufCBinaryData *bytes = &attempt->event.delivery->id;
	char id[ZONG_ID_TEXT], line[128];
	struct zong_id value;
	int err;

	if (bytes->len != ZONG_ID_SIZE)
		return ZONG_ECORRUPT;
	memcpy(value.bytes, bytes->data, ZONG_ID_SIZE);
	zong_id_format(&value, id);
	err = add_header(attempt, "Content-Type: " ZONG_EVENT_CONTENT_TYPE);
	if (!err)
		err = add_header(attempt, "Expect:");
	snprintf(line, sizeof(line), "webhook-id: %s", id);
	if (!err)
		err = add_header(attempt, line);
	snprintf(line, sizeof(line), "webhook-timestamp: %" PRId64, timestamp);
	if (!err)
		err = add_header(attempt, line);
	return err ? err : add_signature(attempt, id, now);
}

static int set_options(struct zong_attempt *attempt, const char *ca, bool fresh)
{
	CURL *easy = attempt->easy;
	CURLcode code = curl_easy_setopt(easy, CURLOPT_URL, attempt->department->webhook);

#define SET(option, value) (code = code ? code : curl_easy_setopt(easy, option, value))
	SET(CURLOPT_PRIVATE, attempt);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TIMEOUT, (long)ZONG_LIMIT_WEBHOOK_SECONDS);
	SET(CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	/* Connections are kept by the multi handle, which is one department's: what was allowed for it is not
	 * another's. A failed attempt is not made again over the connection that may be the reason. */
	SET(CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
	SET(CURLOPT_MAXLIFETIME_CONN, CONNECTION_SECONDS);
	if (ca)
		SET(CURLOPT_CAINFO, ca);
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, attempt);
	SET(CURLOPT_WRITEFUNCTION, take_reply);
	SET(CURLOPT_WRITEDATA, attempt);
	SET(CURLOPT_USERAGENT, "zong");
	SET(CURLOPT_HTTPHEADER, attempt->headers);
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_POSTFIELDS, (char *)attempt->body.data);
	SET(CURLOPT_POSTFIELDSIZE, (long)attempt->body.len);
#undef SET
	return code ? ZONG_ENOMEM : 0;
}

int zong_attempt_begin(CURLM *multi, const struct zong_attempt_about *about,
	const Zong__Department *department, struct zong_event *event, int64_t now, bool fresh,
	struct zong_attempt **ret_attempt)
{
	struct zong_attempt *attempt = calloc(1, sizeof(*attempt));
	int err;

	if (!attempt) {
		zong_events_free_one(event);
		return ZONG_ENOMEM;
	}
	attempt->department = department;
	attempt->allow_private = department->allow_private;
	attempt->event = *event;
	memset(event, 0, sizeof(*event));
	zong_buf_init(&attempt->body, ZONG_LIMIT_WEBHOOK_BODY);
	attempt->multi = multi;
	attempt->easy = curl_easy_init();
	err = attempt->easy ? 0 : ZONG_ENOMEM;
	if (!err)
		err = zong_event_format(
			&attempt->event, about->archive, about->base, &attempt->body);
	if (!err)
		err = add_headers(attempt, now);
	if (!err)
		err = set_options(attempt, about->ca, fresh);
	if (!err && curl_multi_add_handle(multi, attempt->easy))
		err = ZONG_ENOMEM;
	if (err) {
		zong_attempt_free(attempt);
		return err;
	}
	attempt->added = true;
	attempt->department = NULL;
	*ret_attempt = attempt;
	return 0;
}

struct zong_attempt *zong_attempt_of(CURL *easy)
{
	char *attempt = NULL;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &attempt);
	return (struct zong_attempt *)(void *)attempt;
}

const Zong__Delivery *zong_attempt_delivery(const struct zong_attempt *attempt)
{
	return attempt->event.delivery;
}

void zong_attempt_result(
	struct zong_attempt *attempt, CURLcode code, struct zong_attempt_result *ret_result)
{
	struct zong_attempt_result result = {0};
	curl_off_t retry_after = 0;

	curl_easy_getinfo(attempt->easy, CURLINFO_RESPONSE_CODE, &result.status);
	curl_easy_getinfo(attempt->easy, CURLINFO_RETRY_AFTER, &retry_after);
	result.retry_after = retry_after > 0 ? (int64_t)retry_after : 0;
	/* A name with several addresses may have had one that is not allowed and been reached at
	 * another. */
	if (attempt->refused && !result.status)
		snprintf(result.error, sizeof(result.error),
			"private address: not allowed for this department");
	else if (code && attempt->replied <= ZONG_LIMIT_WEBHOOK_REPLY)
		snprintf(result.error, sizeof(result.error), "%s", curl_easy_strerror(code));
	else if (result.status < 200 || result.status > 299)
		snprintf(result.error, sizeof(result.error), "HTTP %ld", result.status);
	if (*result.error && code && result.status >= 200 && result.status <= 299)
		result.status = 0;
	*ret_result = result;
}

void zong_attempt_free(struct zong_attempt *attempt)
{
	if (!attempt)
		return;
	if (attempt->added)
		curl_multi_remove_handle(attempt->multi, attempt->easy);
	curl_easy_cleanup(attempt->easy);
	curl_slist_free_all(attempt->headers);
	zong_buf_release(&attempt->body);
	zong_events_free_one(&attempt->event);
	free(attempt);
}
