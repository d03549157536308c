/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static int reply_event(struct zong_request *req, struct zong_event *event)
{
	int err = zong_reply_json(req, MHD_HTTP_OK, zong_json_event(event));

	zong_events_free(event, 1);
	return err;
}

int zong_api_delivery(struct zong_request *req)
{
	struct zong_event *event;
	int err =
		zong_delivery_get(req->archive, &req->who, req->param[0], &event, &req->err);

	return err ? err : reply_event(req, event);
}

int zong_api_receipt(struct zong_request *req)
{
	static const char *const known[] = {"digest", NULL};
	struct zong_event *event;
	const char *digest;
	json_t *json;
	int err = zong_request_json(req, true, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "digest", false, &digest, &req->err);
	if (err)
		return err;
	err = zong_delivery_receipt(req->archive, &req->who, req->param[0],
		*digest ? digest : NULL, &event, &req->err);
	/* Here it is the department's copy that is not the file, not ours. */
	if (err == ZONG_ECORRUPT)
		return zong_reply_problem(req, err, MHD_HTTP_UNPROCESSABLE_CONTENT);
	return err ? err : reply_event(req, event);
}

static int take_reason(struct zong_request *req, const char **ret_reason)
{
	static const char *const known[] = {"reason", NULL};
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	return err ? err : zong_json_text(json, "reason", false, ret_reason, &req->err);
}

int zong_api_return(struct zong_request *req)
{
	struct zong_event *event;
	const char *reason;
	int err = take_reason(req, &reason);

	if (!err)
		err = zong_delivery_return(
			req->archive, &req->who, req->param[0], reason, &event, &req->err);
	return err ? err : reply_event(req, event);
}

int zong_api_withdraw_delivery(struct zong_request *req)
{
	struct zong_event *event;
	const char *reason;
	int err = take_reason(req, &reason);

	if (!err)
		err = zong_delivery_withdraw(
			req->archive, &req->who, req->param[0], reason, &event, &req->err);
	return err ? err : reply_event(req, event);
}

int zong_api_replay_delivery(struct zong_request *req)
{
	struct zong_event *event;
	int err = zong_delivery_replay(
		req->archive, &req->who, req->param[0], &event, &req->err);

	return err ? err : reply_event(req, event);
}

int zong_api_deliveries(struct zong_request *req)
{
	const char *state, *department;
	struct zong_event *events;
	size_t count, max;
	json_t *array;
	char *next;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (err)
		return err;
	state = zong_request_query(req, "state");
	department = zong_request_query(req, "department");
	err = zong_delivery_list(req->archive, &req->who, state ? state : "overdue",
		department && *department ? department : NULL, zong_request_query(req, "cursor"),
		max, &events, &count, &next, &req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_event(&events[i]));
	zong_events_free(events, count);
	err = zong_reply_page(req, array, next);
	free(next);
	return err;
}
