/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

int zong_api_destructions(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	Zong__DestructionList **lists;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_destruction_list(req->archive, &req->who,
			zong_request_query(req, "cursor"), max, &lists, &count, &next, &req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_destruction_brief(lists[i]));
	zong_destruction_lists_free(lists, count);
	return zong_reply_page(req, array, next);
}

static int reply_destruction(
	struct zong_request *req, unsigned int status, struct zong_destruction *destruction)
{
	int err = zong_reply_json(req, status, zong_json_destruction(destruction));

	zong_destruction_release(destruction);
	return err;
}

int zong_api_propose_destruction(struct zong_request *req)
{
	static const char *const known[] = {"materials", "note", NULL};
	struct zong_destruction destruction;
	struct zong_refusals refusals = {0};
	const char *note;
	char **materials;
	json_t *json;
	size_t count;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "note", false, &note, &req->err);
	if (!err)
		err = zong_json_texts(json, "materials", ZONG_LIMIT_DESTRUCTION, &req->arena,
			&materials, &count, &req->err);
	if (!err)
		err = zong_destruction_propose(req->archive, &req->who,
			(const char *const *)materials, count, note, &destruction, &refusals,
			&req->err);
	if (err == ZONG_EUNDUE)
		err = zong_reply_problem_with(
			req, ZONG_EUNDUE, "refused", zong_json_refusals(&refusals));
	else if (!err)
		err = reply_destruction(req, MHD_HTTP_CREATED, &destruction);
	free(refusals.item);
	return err;
}

int zong_api_destruction(struct zong_request *req)
{
	struct zong_destruction destruction;
	int err = zong_destruction_get(
		req->archive, &req->who, req->param[0], &destruction, &req->err);

	return err ? err : reply_destruction(req, MHD_HTTP_OK, &destruction);
}

int zong_api_approve_destruction(struct zong_request *req)
{
	struct zong_destruction destruction;
	int err = zong_destruction_approve(
		req->archive, &req->who, req->param[0], &destruction, &req->err);

	return err ? err : reply_destruction(req, MHD_HTTP_OK, &destruction);
}

int zong_api_execute_destruction(struct zong_request *req)
{
	struct zong_destruction destruction;
	int err = zong_destruction_execute(
		req->archive, &req->who, req->param[0], &destruction, &req->err);

	return err ? err : reply_destruction(req, MHD_HTTP_OK, &destruction);
}

int zong_api_cancel_destruction(struct zong_request *req)
{
	static const char *const known[] = {"reason", NULL};
	struct zong_destruction destruction;
	const char *reason;
	json_t *json;
	int err = zong_request_json(req, true, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "reason", false, &reason, &req->err);
	if (!err)
		err = zong_destruction_cancel(req->archive, &req->who, req->param[0], reason,
			&destruction, &req->err);
	return err ? err : reply_destruction(req, MHD_HTTP_OK, &destruction);
}
