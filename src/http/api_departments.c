/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

int zong_api_departments(struct zong_request *req)
{
	Zong__Department **rows;
	json_t *array;
	size_t count, i;
	int err = zong_department_list(req->http->archive, &req->who, &rows, &count);

	if (err)
		return err;
	array = json_array();
	for (i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_department(rows[i], false));
	zong_departments_free(rows, count);
	return zong_reply_json(req, MHD_HTTP_OK, json_pack("{s:o}", "items", array));
}

int zong_api_add_department(struct zong_request *req)
{
	static const char *const known[] = {"id", "name", "webhook", "allow_private", NULL};
	const char *id, *name, *webhook;
	Zong__Department *row;
	bool allow_private;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "id", true, &id, &req->err);
	if (!err)
		err = zong_json_text(json, "name", true, &name, &req->err);
	if (!err)
		err = zong_json_text(json, "webhook", false, &webhook, &req->err);
	if (!err)
		err = zong_json_flag(json, "allow_private", &allow_private, &req->err);
	if (!err)
		err = zong_department_add(req->http->archive, &req->who, id, name,
			*webhook ? webhook : NULL, allow_private, &row, &req->err);
	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_CREATED, zong_json_department(row, true));
	zong__department__free_unpacked(row, NULL);
	return err;
}

int zong_api_feed(struct zong_request *req)
{
	struct zong_event *events;
	uint64_t after, cursor;
	size_t count, max, i;
	json_t *array, *json;
	bool open, more;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_request_uint(req, "after", INT64_MAX, 0, &after);
	if (!err)
		err = zong_request_bool(req, "open", &open);
	if (!err)
		err = zong_feed_read(req->http->archive, &req->who, req->param[0], after, open, max,
			&events, &count, &cursor, &more, &req->err);
	/* Here it is the address that names no department. */
	if (err == ZONG_ENODEPARTMENT)
		return zong_reply_problem(req, err, MHD_HTTP_NOT_FOUND);
	if (err)
		return err;
	array = json_array();
	for (i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_event(&events[i]));
	zong_events_free(events, count);
	json = json_pack(
		"{s:o, s:I, s:b}", "items", array, "cursor", (json_int_t)cursor, "more", (int)more);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}
