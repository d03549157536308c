/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/retention.h>
#include <zong/time.h>

#include "http/api.h"
#include "http/event_text.h"
#include "http/json.h"
#include "http/park.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"
#include "http/spool.h"

#define STREAM_WAIT                                                                                \
	25 /* seconds until a stream that has nothing to tell begins anew: less than what proxies bear */
#define STREAM_RETRY 1000 /* milliseconds after which a client comes again */
#define STREAM_ITEMS 200

struct look {
	uint64_t after, cursor;
	bool open, more;
	size_t max, count;
	struct zong_event *events;
};

/* 0; ZONG_PARKED: nothing yet, come again. */
static int read_feed(struct zong_request *req, struct look *look, uint64_t seconds)
{
	uint64_t number = zong_archive_number(req->archive);
	int err;

	/* who waited may have lost the right meanwhile */
	err = req->park_until ? zong_request_identify(req) : 0;
	if (err)
		return err;
	if (!req->park_until)
		req->park_until =
			zong_time_monotonic() + (int64_t)(seconds * (uint64_t)ZONG_SECOND);
	err = zong_feed_read(req->archive, &req->who, req->param[0], look->after, look->open,
		look->max, &look->events, &look->count, &look->cursor, &look->more, &req->err);
	if (err || look->count || look->more || zong_time_monotonic() >= req->park_until ||
		atomic_load(&req->http->closing) || !zong_park_may(req->http->park))
		return err;
	zong_events_free(look->events, 0);
	req->park_number = number;
	return ZONG_PARKED;
}

/* Here it is the address that names no department. */
static int refuse(struct zong_request *req, int err)
{
	return err == ZONG_ENODEPARTMENT ? zong_reply_problem(req, err, MHD_HTTP_NOT_FOUND) : err;
}

int zong_api_feed(struct zong_request *req)
{
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_LIMIT_EVENTS_TEXT);
	struct look look = {0};
	uint64_t seconds = 0;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit_of(req, ZONG_LIMIT_FEED_ITEMS, &look.max);
	if (!err)
		err = zong_request_uint(req, "after", INT64_MAX, 0, &look.after);
	if (!err)
		err = zong_request_bool(req, "open", &look.open);
	if (!err)
		err = zong_request_uint(req, "wait", ZONG_LIMIT_WAIT, 0, &seconds);
	if (!err)
		err = read_feed(req, &look, seconds);
	if (err)
		return refuse(req, err);
	zong_buf_add_str(&buf, "{\"items\":[");
	zong_events_text(look.events, look.count, &buf);
	zong_events_free(look.events, look.count);
	zong_buf_add_format(&buf, "],\"cursor\":%llu,\"more\":%s}", (unsigned long long)look.cursor,
		look.more ? "true" : "false");
	err = zong_reply_buffer(req, MHD_HTTP_OK, "application/json", &buf);
	zong_buf_release(&buf);
	return err;
}

/* ---- Server-Sent Events (WHATWG HTML, "Server-sent events") ---- */

static int add_event(struct zong_buf *buf, const struct zong_event *event)
{
	zong_buf_add_format(buf,
		"id: %llu\nevent: %s\ndata: ", (unsigned long long)event->delivery->cursor,
		zong_event_type(event->delivery));
	zong_event_text(event, buf);
	return zong_buf_add_str(buf, "\n\n");
}

/* The stream is one page of the feed; a client comes again by itself and says what it has had. Nothing stays open here for it
 * while nothing happens but a parked request. */
int zong_api_events(struct zong_request *req)
{
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_LIMIT_EVENTS_TEXT);
	struct look look = {.max = STREAM_ITEMS};
	const char *last = zong_request_header(req, "Last-Event-ID");
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_uint(req, "after", INT64_MAX, 0, &look.after);
	if (!err && last && *last) {
		char *end;

		look.after = strtoull(last, &end, 10);
		if (*end || *last < '0' || *last > '9' || look.after > INT64_MAX)
			err = zong_err_set(&req->err, ZONG_EHEADER, "Last-Event-ID");
	}
	if (!err)
		err = read_feed(req, &look, STREAM_WAIT);
	if (err)
		return refuse(req, err);
	zong_buf_add_format(&buf, "retry: %d\n\n", look.more ? 1 : STREAM_RETRY);
	for (size_t i = 0; i < look.count && !err; i++)
		err = add_event(&buf, &look.events[i]);
	zong_events_free(look.events, look.count);
	/* where it is, also when all that was looked at is hidden from it */
	zong_buf_add_format(&buf, "id: %llu\n\n", (unsigned long long)look.cursor);
	if (!err)
		err = zong_reply_buffer(req, MHD_HTTP_OK, "text/event-stream", &buf);
	zong_buf_release(&buf);
	return err;
}

/* ---- a day, both sides ---- */

static int take_day(struct zong_request *req, int32_t *ret_day)
{
	return zong_day_parse(req->param[1], ret_day)
		       ? zong_err_set(&req->err, ZONG_EDATE, "%s", req->param[1])
		       : 0;
}

static json_t *reconciliation_json(const Zong__Reconciliation *row)
{
	if (!row)
		return json_null();
	return json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:I}", "day",
		zong_json_day(row->day), "ours", (json_int_t)row->ours, "theirs",
		(json_int_t)row->theirs, "missing", (json_int_t)row->missing, "unknown",
		(json_int_t)row->unknown, "differing", (json_int_t)row->differing, "time",
		zong_json_time(row->time), "by", zong_json_str(row->by), "record",
		(json_int_t)row->record);
}

int zong_api_day(struct zong_request *req)
{
	char digest[ZONG_DIGEST_TEXT];
	struct zong_day day;
	int32_t number;
	json_t *json;
	int err = take_day(req, &number);

	if (!err)
		err = zong_day_get(
			req->archive, &req->who, req->param[0], number, &day, &req->err);
	if (err)
		return refuse(req, err);
	zong_digest_format(&day.digest, digest);
	json = json_pack("{s:o, s:I, s:I, s:I, s:I, s:s, s:o}", "day", zong_json_day(day.day),
		"deliveries", (json_int_t)day.deliveries, "sent", (json_int_t)day.sent, "received",
		(json_int_t)day.received, "superseded", (json_int_t)day.superseded, "digest",
		digest, "last", reconciliation_json(day.last));
	zong_day_release(&day);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}

static int take_item(const json_t *json, struct zong_day_item *item, struct zong_err *err)
{
	static const char *const known[] = {"delivery", "digest", NULL};
	const char *id, *digest;
	int code;

	if (!json_is_object(json))
		return zong_err_set(err, ZONG_EJSON, "items");
	code = zong_json_known(json, known, "items.", err);
	if (!code)
		code = zong_json_text(json, "delivery", true, &id, err);
	if (!code)
		code = zong_json_text(json, "digest", true, &digest, err);
	if (code)
		return code;
	if (zong_id_parse(id, &item->delivery))
		return zong_err_set(err, ZONG_EINVAL, "delivery %s", id);
	if (zong_digest_parse(digest, &item->file))
		return zong_err_set(err, ZONG_EINVAL, "digest %s", digest);
	return 0;
}

static int take_items(const json_t *json, struct zong_day_item **ret_items, size_t *ret_count,
	struct zong_err *err)
{
	static const char *const known[] = {"items", NULL};
	const json_t *array = json_object_get(json, "items");
	struct zong_day_item *items;
	int code = zong_json_known(json, known, "", err);

	if (!code && !json_is_array(array))
		code = zong_err_set(err, ZONG_EJSON, "items");
	if (!code && json_array_size(array) > ZONG_LIMIT_DAY_ITEMS)
		code = zong_err_set(err, ZONG_ELIMIT, "items");
	if (code)
		return code;
	items = calloc(json_array_size(array) + 1, sizeof(*items));
	if (!items)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < json_array_size(array) && !code; i++)
		code = take_item(json_array_get(array, i), &items[i], err);
	if (code) {
		free(items);
		return code;
	}
	*ret_items = items;
	*ret_count = json_array_size(array);
	return 0;
}

static json_t *differences_json(const struct zong_day_reply *reply)
{
	static const char *const how[] = {"missing", "unknown", "differs"};
	json_t *array = json_array();

	for (size_t i = 0; array && i < reply->differences; i++) {
		char id[ZONG_ID_TEXT];

		zong_id_format(&reply->difference[i].delivery, id);
		json_array_append_new(array, json_pack("{s:s, s:s}", "delivery", id, "how",
						     how[reply->difference[i].how]));
	}
	return array;
}

/* A day may have more than fits a body that is kept in memory as it comes. */
static int read_body(struct zong_request *req, json_t **ret_body)
{
	json_error_t error;

	if (lseek(req->spool->fd, 0, SEEK_SET))
		return ZONG_EIO;
	*ret_body = json_loadfd(req->spool->fd, JSON_REJECT_DUPLICATES, &error);
	if (*ret_body && json_is_object(*ret_body))
		return 0;
	return *ret_body ? zong_err_set(&req->err, ZONG_EJSON, "1:1 { … }")
			 : zong_json_error(&error, "", &req->err);
}

int zong_api_reconcile(struct zong_request *req)
{
	struct zong_day_item *items = NULL;
	struct zong_day_reply reply;
	json_t *body = NULL, *json;
	int32_t day;
	size_t count = 0;
	int err = take_day(req, &day);

	if (!err)
		err = read_body(req, &body);
	if (!err)
		err = take_items(body, &items, &count, &req->err);
	json_decref(body);
	if (!err)
		err = zong_day_reconcile(req->archive, &req->who, req->param[0], day, items,
			count, &reply, &req->err);
	free(items);
	if (err)
		return refuse(req, err);
	json = reconciliation_json(reply.row);
	if (json)
		json_object_set_new(json, "differences", differences_json(&reply));
	zong_day_reply_release(&reply);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}
