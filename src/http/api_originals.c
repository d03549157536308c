/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

int zong_api_reply_original(
	struct zong_request *req, unsigned int status, struct zong_original *original)
{
	int err = zong_reply_json(req, status, zong_json_original(original));

	zong_original_release(original);
	return err;
}

int zong_api_originals(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	struct zong_original_filter filter;
	Zong__Original **originals;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (err)
		return err;
	filter = (struct zong_original_filter){
		.case_no = zong_request_query(req, "case"),
		.material = zong_request_query(req, "material"),
		.place = zong_request_query(req, "place"),
		.state = zong_request_query(req, "state"),
	};
	err = zong_original_list(req->archive, &req->who, &filter,
		zong_request_query(req, "cursor"), max, &originals, &count, &next, &req->err);
	if (err)
		return err;
	array = zong_json_original_rows(&req->who, originals, count);
	zong_originals_free(originals, count);
	return zong_reply_page(req, array, next);
}

int zong_api_new_original(struct zong_request *req)
{
	static const char *const known[] = {
		"case", "materials", "title", "pages", "note", "place", NULL};
	struct zong_new_original wanted = {0};
	struct zong_original original;
	char **materials;
	int64_t pages;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "case", true, &wanted.case_no, &req->err);
	if (!err)
		err = zong_json_text(json, "title", false, &wanted.title, &req->err);
	if (!err)
		err = zong_json_text(json, "note", false, &wanted.note, &req->err);
	if (!err)
		err = zong_json_text(json, "place", false, &wanted.place, &req->err);
	if (!err)
		err = zong_json_whole(
			json, "pages", 1, ZONG_LIMIT_ORIGINAL_PAGES, 0, &pages, &req->err);
	if (!err)
		err = zong_json_texts(json, "materials", ZONG_LIMIT_ORIGINAL_MATERIALS, &req->arena,
			&materials, &wanted.material_count, &req->err);
	if (err)
		return err;
	wanted.pages = (uint32_t)pages;
	wanted.materials = (const char *const *)materials;
	err = zong_original_new(req->archive, &req->who, &wanted, &original, &req->err);
	return err ? err : zong_api_reply_original(req, MHD_HTTP_CREATED, &original);
}

int zong_api_original(struct zong_request *req)
{
	struct zong_original original;
	int err = zong_original_get(
		req->archive, &req->who, req->param[0], &original, &req->err);

	return err ? err : zong_api_reply_original(req, MHD_HTTP_OK, &original);
}

int zong_api_original_missing(struct zong_request *req)
{
	static const char *const known[] = {"note", NULL};
	struct zong_original original;
	const char *note;
	json_t *json;
	int err = zong_request_json(req, true, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "note", false, &note, &req->err);
	if (!err)
		err = zong_original_missing(
			req->archive, &req->who, req->param[0], note, &original, &req->err);
	return err ? err : zong_api_reply_original(req, MHD_HTTP_OK, &original);
}

int zong_api_original_found(struct zong_request *req)
{
	static const char *const known[] = {"place", "note", NULL};
	struct zong_original original;
	const char *place, *note;
	json_t *json;
	int err = zong_request_json(req, true, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "place", false, &place, &req->err);
	if (!err)
		err = zong_json_text(json, "note", false, &note, &req->err);
	if (!err)
		err = zong_original_found(req->archive, &req->who, req->param[0], place, note,
			&original, &req->err);
	return err ? err : zong_api_reply_original(req, MHD_HTTP_OK, &original);
}

/* ---- who waits ---- */

int zong_api_reserve(struct zong_request *req)
{
	static const char *const known[] = {"borrower", "department", NULL};
	const char *borrower, *department;
	struct zong_original original;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "borrower", true, &borrower, &req->err);
	if (!err)
		err = zong_json_text(json, "department", false, &department, &req->err);
	if (!err)
		err = zong_original_reserve(req->archive, &req->who, req->param[0], borrower,
			department, &original, &req->err);
	return err ? err : zong_api_reply_original(req, MHD_HTTP_CREATED, &original);
}

int zong_api_unreserve(struct zong_request *req)
{
	struct zong_original original;
	int err = zong_original_unreserve(
		req->archive, &req->who, req->param[0], req->param[1], &original, &req->err);

	return err ? err : zong_api_reply_original(req, MHD_HTTP_OK, &original);
}
