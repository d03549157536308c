/* SPDX-License-Identifier: GPL-3.0-or-later */
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
		zong_delivery_get(req->http->archive, &req->who, req->param[0], &event, &req->err);

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
	err = zong_delivery_receipt(req->http->archive, &req->who, req->param[0],
		*digest ? digest : NULL, &event, &req->err);
	/* Here it is the department's copy that is not the file, not ours. */
	if (err == ZONG_ECORRUPT)
		return zong_reply_problem(req, err, MHD_HTTP_UNPROCESSABLE_CONTENT);
	return err ? err : reply_event(req, event);
}

int zong_api_return(struct zong_request *req)
{
	static const char *const known[] = {"reason", NULL};
	struct zong_event *event;
	const char *reason;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "reason", false, &reason, &req->err);
	if (!err)
		err = zong_delivery_return(
			req->http->archive, &req->who, req->param[0], reason, &event, &req->err);
	return err ? err : reply_event(req, event);
}
