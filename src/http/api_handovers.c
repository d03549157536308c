/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static int reply_handover(
	struct zong_request *req, unsigned int status, struct zong_handover *handover)
{
	int err = zong_reply_json(req, status, zong_json_handover(handover));

	zong_handover_release(handover);
	return err;
}

int zong_api_handovers(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	Zong__Handover **handovers;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_handover_list(req->archive, &req->who,
			zong_request_query(req, "cursor"), max, &handovers, &count, &next,
			&req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_handover_brief(handovers[i]));
	zong_handovers_free(handovers, count);
	return zong_reply_page(req, array, next);
}

int zong_api_make_handover(struct zong_request *req)
{
	static const char *const known[] = {"direction", "other", "note", "codes", NULL};
	struct zong_new_handover wanted;
	struct zong_handover handover;
	char **codes;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "direction", true, &wanted.direction, &req->err);
	if (!err)
		err = zong_json_text(json, "other", true, &wanted.other, &req->err);
	if (!err)
		err = zong_json_text(json, "note", false, &wanted.note, &req->err);
	if (!err)
		err = zong_json_texts(json, "codes", ZONG_LIMIT_HANDOVER, &req->arena, &codes,
			&wanted.count, &req->err);
	if (err)
		return err;
	wanted.codes = (const char *const *)codes;
	err = zong_handover_make(req->archive, &req->who, &wanted, &handover, &req->err);
	return err ? err : reply_handover(req, MHD_HTTP_CREATED, &handover);
}

int zong_api_handover(struct zong_request *req)
{
	struct zong_handover handover;
	int err = zong_handover_get(
		req->archive, &req->who, req->param[0], &handover, &req->err);

	return err ? err : reply_handover(req, MHD_HTTP_OK, &handover);
}

int zong_api_check_handover(struct zong_request *req)
{
	static const char *const known[] = {"codes", NULL};
	struct zong_handover handover;
	char **codes;
	json_t *json;
	size_t count;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_texts(
			json, "codes", ZONG_LIMIT_HANDOVER, &req->arena, &codes, &count, &req->err);
	if (!err)
		err = zong_handover_check(req->archive, &req->who, req->param[0],
			(const char *const *)codes, count, &handover, &req->err);
	return err ? err : reply_handover(req, MHD_HTTP_OK, &handover);
}

int zong_api_return_handover(struct zong_request *req)
{
	static const char *const known[] = {"codes", "reason", NULL};
	struct zong_handover handover;
	const char *reason;
	char **codes;
	json_t *json;
	size_t count;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "reason", false, &reason, &req->err);
	if (!err)
		err = zong_json_texts(
			json, "codes", ZONG_LIMIT_HANDOVER, &req->arena, &codes, &count, &req->err);
	if (!err)
		err = zong_handover_return(req->archive, &req->who, req->param[0],
			(const char *const *)codes, count, reason, &handover, &req->err);
	return err ? err : reply_handover(req, MHD_HTTP_OK, &handover);
}

/* All that the body may say. */
static int read_reason(struct zong_request *req, const char **ret_reason)
{
	static const char *const known[] = {"reason", NULL};
	json_t *json;
	int err = zong_request_json(req, true, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	return err ? err : zong_json_text(json, "reason", false, ret_reason, &req->err);
}

int zong_api_take_handover(struct zong_request *req)
{
	struct zong_handover handover;
	const char *reason;
	int err = read_reason(req, &reason);

	if (!err)
		err = zong_handover_take(
			req->archive, &req->who, req->param[0], reason, &handover, &req->err);
	return err ? err : reply_handover(req, MHD_HTTP_OK, &handover);
}

int zong_api_cancel_handover(struct zong_request *req)
{
	struct zong_handover handover;
	const char *reason;
	int err = read_reason(req, &reason);

	if (!err)
		err = zong_handover_cancel(
			req->archive, &req->who, req->param[0], reason, &handover, &req->err);
	return err ? err : reply_handover(req, MHD_HTTP_OK, &handover);
}

/* As a table where an encoding is asked for, else as it is signed. */
int zong_api_print_handover(struct zong_request *req)
{
	const char *encoding;
	uint64_t len;
	int fd, err = zong_request_read_query(req);

	if (err)
		return err;
	encoding = zong_request_query(req, "encoding");
	err = zong_handover_print(
		req->archive, &req->who, req->param[0], encoding, &fd, &len, &req->err);
	return err ? err : zong_reply_paper(req, fd, len, encoding, "handover");
}
