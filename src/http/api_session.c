/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static int sign_in_by_token(
	struct zong_request *req, const char *token, char ret_token[ZONG_TOKEN_TEXT])
{
	struct zong_subject holder;
	int err = zong_identity_by_token(req->http->archive, token, &holder);

	if (err)
		return err;
	memcpy(holder.origin, req->origin, sizeof(holder.origin));
	holder.purpose[0] = '\0';
	return zong_identity_session(req->http->archive, &holder, ret_token, &req->who);
}

static json_t *described(const struct zong_request *req, const char *word)
{
	json_t *json = zong_json_session(&req->who, word);

	if (json && req->who.session)
		json_object_set_new(json, "idle_seconds",
			json_integer(zong_identity_idle_seconds(req->http->archive)));
	return json;
}

int zong_api_sign_in(struct zong_request *req)
{
	static const char *const known[] = {"user", "password", "token", NULL};
	const char *user, *password, *token;
	char word[ZONG_TOKEN_TEXT];
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "user", false, &user, &req->err);
	if (!err)
		err = zong_json_text(json, "password", false, &password, &req->err);
	if (!err)
		err = zong_json_text(json, "token", false, &token, &req->err);
	if (err)
		return err;
	if (!*token && !*user)
		return zong_err_set(&req->err, ZONG_EJSON, "user, password | token");
	if (*token)
		err = sign_in_by_token(req, token, word);
	else
		err = zong_identity_sign_in(
			req->http->archive, user, password, req->origin, word, &req->who);
	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_CREATED, described(req, word));
	explicit_bzero(word, sizeof(word));
	return err;
}

int zong_api_session(struct zong_request *req)
{
	return zong_reply_json(req, MHD_HTTP_OK, described(req, NULL));
}

int zong_api_sign_out(struct zong_request *req)
{
	int err = zong_identity_sign_out(req->http->archive, &req->who);

	return err ? err : zong_reply_empty(req, MHD_HTTP_NO_CONTENT);
}
