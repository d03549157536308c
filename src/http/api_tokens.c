/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

int zong_api_tokens(struct zong_request *req)
{
	Zong__Token **rows;
	json_t *array;
	size_t count, i;
	int err = zong_token_list(req->archive, &req->who, &rows, &count);

	if (err)
		return err;
	array = json_array();
	for (i = 0; i < count; i++) {
		if (array)
			json_array_append_new(array, zong_json_token(rows[i], NULL));
		zong__token__free_unpacked(rows[i], NULL);
	}
	free(rows);
	return zong_reply_json(req, MHD_HTTP_OK, json_pack("{s:o}", "items", array));
}

static int limits(struct zong_request *req, const json_t *json, uint64_t *ret_may)
{
	uint64_t may = 0;
	size_t count = 0;
	char **names = NULL;
	int err = zong_json_texts(
		json, "may", ZONG_VERB_COUNT_, &req->arena, &names, &count, &req->err);

	for (size_t i = 0; i < count && !err; i++) {
		enum zong_verb verb = zong_verb_parse(names[i]);

		if (verb == ZONG_VERB_COUNT_)
			err = zong_err_set(&req->err, ZONG_EINVAL, "may: %s", names[i]);
		else
			may |= UINT64_C(1) << verb;
	}
	if (!err && !may && json_is_array(json_object_get(json, "may"))) /* not: all of its role */
		err = zong_err_set(&req->err, ZONG_EINVAL, "may");
	*ret_may = may;
	return err;
}

int zong_api_add_token(struct zong_request *req)
{
	static const char *const known[] = {"role", "department", "name", "days", "may", NULL};
	const char *role, *department, *name;
	char word[ZONG_TOKEN_TEXT];
	Zong__Token *row;
	json_t *json;
	int64_t days;
	uint64_t may = 0;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "role", true, &role, &req->err);
	if (!err)
		err = zong_json_text(json, "department", false, &department, &req->err);
	if (!err)
		err = zong_json_text(json, "name", false, &name, &req->err);
	if (!err)
		err = zong_json_whole(json, "days", 1, 3650, 0, &days, &req->err);
	if (!err)
		err = limits(req, json, &may);
	if (!err)
		err = zong_token_new(req->archive, &req->who, role,
			*department ? department : NULL, name, (int)days, may, word, &row, &req->err);
	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_CREATED, zong_json_token(row, word));
	explicit_bzero(word, sizeof(word));
	zong__token__free_unpacked(row, NULL);
	return err;
}

int zong_api_revoke_token(struct zong_request *req)
{
	int err = zong_token_revoke(req->archive, &req->who, req->param[0]);

	return err ? err : zong_reply_empty(req, MHD_HTTP_NO_CONTENT);
}
