/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

int zong_api_reviews(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	struct zong_review_item *items;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_review_list(req->archive, &req->who,
			zong_request_query(req, "cursor"), max, &items, &count, &next, &req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_review(&items[i]));
	zong_review_free(items, count);
	return zong_reply_page(req, array, next);
}

int zong_api_review_strip(struct zong_request *req)
{
	_cleanup_(zong_buf_release) struct zong_buf png = ZONG_BUF_INIT(ZONG_LIMIT_RENDER);
	int err = zong_review_strip(req->archive, &req->who, req->param[0], &png, &req->err);

	return err ? err : zong_reply_buffer(req, MHD_HTTP_OK, "image/png", &png);
}

/* The only member of the body, @name; NULL: the body has none. */
static int decide(struct zong_request *req, enum zong_review_decision decision, const char *name)
{
	const char *const known[] = {name, NULL};
	struct zong_review_item *item;
	const char *text = "";
	json_t *json;
	int err = zong_request_json(req, true, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err && name)
		err = zong_json_text(json, name, false, &text, &req->err);
	if (err)
		return err;
	item = calloc(1, sizeof(*item));
	if (!item)
		return ZONG_ENOMEM;
	err = zong_review_decide(
		req->archive, &req->who, req->param[0], decision, text, item, &req->err);
	if (!err)
		err = zong_reply_json(req, MHD_HTTP_OK, zong_json_review(item));
	zong_review_free(item, 1);
	return err;
}

int zong_api_review_accept(struct zong_request *req)
{
	return decide(req, ZONG_REVIEW_ACCEPT, NULL);
}

int zong_api_review_correct(struct zong_request *req)
{
	return decide(req, ZONG_REVIEW_CORRECT, "text");
}

int zong_api_review_dismiss(struct zong_request *req)
{
	return decide(req, ZONG_REVIEW_DISMISS, "reason");
}
