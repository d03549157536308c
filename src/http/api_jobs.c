/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/id.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

/* The next page starts behind the last item, whose id is the cursor. */
static json_t *next_json(const struct zong_job_item *items, size_t count, bool more)
{
	return more && count > 0 ? zong_json_id(&items[count - 1].job->id) : json_null();
}

int zong_api_jobs(struct zong_request *req)
{
	static const char *const states[] = {"waiting", "running", "parked", "cancelled"};
	const char *state, *cursor;
	struct zong_job_item *items;
	struct zong_id id;
	json_t *array, *json;
	size_t count, max, i;
	const size_t known = sizeof(states) / sizeof(*states);
	bool more;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (err)
		return err;
	state = zong_request_query(req, "state");
	for (i = 0; state && i < known && strcmp(states[i], state) != 0; i++)
		continue;
	if (state && i == known)
		return zong_err_set(&req->err, ZONG_EQUERY, "state=%.40s", state);
	cursor = zong_request_query(req, "cursor");
	if (cursor && zong_id_parse(cursor, &id))
		return zong_err_set(&req->err, ZONG_ECURSOR, "%.40s", cursor);
	err = zong_jobs_list(req->archive, &req->who, state, cursor, max, &items, &count,
		&more, &req->err);
	if (err)
		return err;
	array = json_array();
	for (i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_job(&items[i], req->language));
	json = json_pack("{s:o, s:o}", "items", array, "next", next_json(items, count, more));
	zong_jobs_free(items, count);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}

static int answer_changed(struct zong_request *req, int err, struct zong_job_item *item)
{
	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_OK, zong_json_job(item, req->language));
	zong_jobs_free(item, 1);
	return err;
}

int zong_api_retry_job(struct zong_request *req)
{
	struct zong_job_item *item = NULL;
	int err = zong_jobs_retry(req->archive, &req->who, req->param[0], &item, &req->err);

	return answer_changed(req, err, item);
}

int zong_api_cancel_job(struct zong_request *req)
{
	struct zong_job_item *item = NULL;
	int err = zong_jobs_cancel(req->archive, &req->who, req->param[0], &item, &req->err);

	return answer_changed(req, err, item);
}
