/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static json_t *hits_json(const struct zong_hit *hits, size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < count; i++) {
		if (json_array_append_new(array, zong_json_hit(&hits[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

int zong_api_search(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	struct zong_search search = {0};
	struct zong_hit *hits;
	size_t count, total;
	uint64_t like_page;
	bool more = false;
	json_t *json;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &search.max);
	if (!err)
		err = zong_request_uint(req, "page", ZONG_LIMIT_PAGES, 0, &like_page);
	if (err)
		return err;
	search.words = zong_request_query(req, "q");
	search.case_no = zong_request_query(req, "case");
	search.parcel = zong_request_query(req, "parcel");
	search.cert = zong_request_query(req, "cert");
	search.party = zong_request_query(req, "party");
	search.type = zong_request_query(req, "type");
	search.kind = zong_request_query(req, "kind");
	search.dept = zong_request_query(req, "dept");
	search.from = zong_request_query(req, "from");
	search.to = zong_request_query(req, "to");
	search.like = zong_request_query(req, "like");
	search.like_page = (uint32_t)like_page;
	search.ret_more = &more;
	search.cursor = zong_request_query(req, "cursor");
	err = zong_search_run(
		req->http->archive, &req->who, &search, &hits, &count, &next, &total, &req->err);
	if (err)
		return err;
	json = json_pack("{s:o, s:o, s:I}", "items", hits_json(hits, count), "next",
		zong_json_next(next), "total", (json_int_t)total);
	zong_hits_free(hits, count);
	if (json && search.like && *search.like &&
		json_object_set_new(json, "alike_more", json_boolean(more))) {
		json_decref(json);
		return ZONG_ENOMEM;
	}
	return zong_reply_json(req, MHD_HTTP_OK, json);
}
