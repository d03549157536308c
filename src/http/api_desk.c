/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/desk.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static int reply_desk(struct zong_request *req, unsigned int status, const struct zong_desk *desk)
{
	return zong_reply_json(req, status, zong_json_desk(desk));
}

int zong_api_begin_desk(struct zong_request *req)
{
	static const char *const known[] = {"name", "idno", "id_kind", "until", NULL};
	struct zong_desk_card card;
	struct zong_desk desk;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "name", true, &card.name, &req->err);
	if (!err)
		err = zong_json_text(json, "idno", true, &card.idno, &req->err);
	if (!err)
		err = zong_json_text(json, "id_kind", false, &card.id_kind, &req->err);
	if (!err)
		err = zong_json_text(json, "until", false, &card.until, &req->err);
	if (!err)
		err = zong_desk_begin(req->archive, &req->who, &card, &desk, &req->err);
	return err ? err : reply_desk(req, MHD_HTTP_CREATED, &desk);
}

int zong_api_desk(struct zong_request *req)
{
	struct zong_desk desk;
	int err = zong_desk_look(req->archive, &req->who, req->param[0], &desk, &req->err);

	return err ? err : reply_desk(req, MHD_HTTP_OK, &desk);
}

int zong_api_ask_desk(struct zong_request *req)
{
	static const char *const known[] = {"purpose", "objects", NULL};
	struct zong_query_entry entry = {0};
	struct zong_query query;
	const char *purpose;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "purpose", true, &purpose, &req->err);
	if (!err)
		err = zong_json_read_objects(json, &req->arena, &entry, &req->err);
	if (!err)
		err = zong_desk_ask(req->archive, &req->who, req->param[0], purpose,
			entry.object, entry.objects, &query, &req->err);
	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_OK, zong_json_desk_answer(query.row));
	zong_query_release(&query);
	return err;
}

int zong_api_print_desk(struct zong_request *req)
{
	uint64_t len;
	int fd, err = zong_desk_print(
			req->archive, &req->who, req->param[0], &fd, &len, &req->err);

	return err ? err : zong_reply_form(req, fd, len, "result");
}

int zong_api_end_desk(struct zong_request *req)
{
	int err = zong_desk_end(req->archive, &req->who, req->param[0], &req->err);

	return err ? err : zong_reply_empty(req, MHD_HTTP_NO_CONTENT);
}
