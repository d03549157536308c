/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

int zong_api_case_links(struct zong_request *req)
{
	Zong__Link **links;
	json_t *array;
	size_t count;
	int err = zong_link_get(
		req->archive, &req->who, req->param[0], &links, &count, &req->err);

	if (err)
		return err;
	array = zong_json_links(links, count);
	zong_links_free(links, count);
	return zong_reply_json(req, MHD_HTTP_OK, json_pack("{s:o}", "items", array));
}

int zong_api_decide_link(struct zong_request *req)
{
	struct zong_link_wish wish = {.later = req->param[0]};
	Zong__Link *link;
	json_t *body;
	int err = zong_request_json(req, false, &body);

	if (!err)
		err = zong_json_read_link_wish(body, &wish, &req->err);
	if (!err)
		err = zong_link_decide(req->archive, &req->who, &wish, &link, &req->err);
	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_OK, zong_json_link(link));
	zong__link__free_unpacked(link, NULL);
	return err;
}

int zong_api_links(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	const char *doubtful;
	Zong__Link **links;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (err)
		return err;
	doubtful = zong_request_query(req, "doubtful");
	if (doubtful && strcmp(doubtful, "true") != 0 && strcmp(doubtful, "false") != 0)
		return zong_err_set(&req->err, ZONG_EINVAL, "doubtful");
	err = zong_link_list(req->archive, &req->who,
		doubtful && strcmp(doubtful, "true") == 0, zong_request_query(req, "cursor"), max,
		&links, &count, &next, &req->err);
	if (err)
		return err;
	array = zong_json_links(links, count);
	zong_links_free(links, count);
	return zong_reply_page(req, array, next);
}

int zong_api_chain(struct zong_request *req)
{
	struct zong_chain chain;
	json_t *json;
	int err = zong_chain_get(req->archive, &req->who, req->param[0], &chain, &req->err);

	if (err)
		return err;
	json = zong_json_chain(&chain);
	zong_chain_release(&chain);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}
