/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <strings.h>

#include "http/api.h"
#include "http/cookie.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static int sign_in_by_token(struct zong_request *req, const char *token, bool cookie,
	char ret_token[ZONG_TOKEN_TEXT])
{
	struct zong_subject holder;
	int err = zong_identity_by_token(req->archive, token, &holder);

	if (err)
		return err;
	memcpy(holder.origin, req->origin, sizeof(holder.origin));
	holder.purpose[0] = '\0';
	return zong_identity_session(req->archive, &holder, cookie, ret_token, &req->who);
}

static void add_csrf(json_t *json, const char *token)
{
	char csrf[ZONG_CSRF_TEXT];

	zong_identity_csrf(token, csrf);
	json_object_set_new(json, "csrf", json_string(csrf));
}

static json_t *described(const struct zong_request *req, const char *word)
{
	json_t *json = zong_json_session(&req->who, word);

	if (json && req->who.session)
		json_object_set_new(json, "idle_seconds",
			json_integer(zong_identity_idle_seconds(req->archive)));
	return json;
}

/* A page of another site can have a browser send a form, or text, and so sign it in as somebody else; it cannot have it send JSON. */
static int check_cookie_wanted(struct zong_request *req)
{
	const char *type = zong_request_header(req, MHD_HTTP_HEADER_CONTENT_TYPE);
	size_t len = type ? strcspn(type, "; \t") : 0;

	if (req->local) /* whoever comes through the socket is known already */
		return zong_err_set(&req->err, ZONG_EINVAL, "cookie");
	if (len != strlen("application/json") || strncasecmp(type, "application/json", len) != 0)
		return zong_err_set(&req->err, ZONG_EHEADER, MHD_HTTP_HEADER_CONTENT_TYPE);
	return zong_cookie_check_page(req);
}

/* The session that the browser had before is over: nobody could sign out of it any more. */
static int end_before(struct zong_request *req)
{
	const char *token = zong_cookie_token(req);
	struct zong_subject before;

	if (!token || zong_identity_by_cookie(req->archive, token, &before))
		return 0;
	return zong_identity_sign_out(req->archive, &before);
}

static int reply_signed_in(struct zong_request *req, bool cookie, const char *word)
{
	json_t *json = described(req, cookie ? NULL : word);
	int err;

	if (json && cookie)
		add_csrf(json, word);
	err = zong_reply_json(req, MHD_HTTP_CREATED, json);
	return err || !cookie ? err : zong_cookie_set(req, word);
}

int zong_api_sign_in(struct zong_request *req)
{
	static const char *const known[] = {"user", "password", "token", "cookie", NULL};
	const char *user, *password, *token;
	char word[ZONG_TOKEN_TEXT];
	bool cookie = false;
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
	if (!err)
		err = zong_json_flag(json, "cookie", &cookie, &req->err);
	if (!err && cookie)
		err = check_cookie_wanted(req);
	if (err)
		return err;
	if (!*token && !*user)
		return zong_err_set(&req->err, ZONG_EJSON, "user, password | token");
	if (*token)
		err = sign_in_by_token(req, token, cookie, word);
	else
		err = zong_identity_sign_in(
			req->archive, user, password, req->origin, cookie, word, &req->who);
	if (!err && cookie)
		err = end_before(req);
	if (err)
		return err;
	err = reply_signed_in(req, cookie, word);
	explicit_bzero(word, sizeof(word));
	return err;
}

int zong_api_session(struct zong_request *req)
{
	json_t *json = described(req, NULL);

	if (json && req->cookie)
		add_csrf(json, req->cookie);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}

int zong_api_sign_out(struct zong_request *req)
{
	int err = zong_identity_sign_out(req->archive, &req->who);

	if (!err)
		err = zong_reply_empty(req, MHD_HTTP_NO_CONTENT);
	return err || !req->cookie ? err : zong_cookie_set(req, NULL);
}
