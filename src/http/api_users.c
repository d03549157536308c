/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/user.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static json_t *user_json(const Zong__User *user, const char *password)
{
	json_t *json = json_pack("{s:o, s:s, s:o, s:o, s:b, s:o, s:o}", "name",
		zong_json_str(user->name), "role", user->role, "department",
		zong_json_or_null(user->department), "created", zong_json_time(user->created),
		"must_change", (int)user->must_change, "changed", zong_json_time(user->changed),
		"disabled", zong_json_time(user->disabled));

	if (json && password)
		json_object_set_new(json, "password", json_string(password));
	return json;
}

int zong_api_users(struct zong_request *req)
{
	Zong__User **users;
	json_t *array;
	size_t count;
	int err = zong_user_list(req->archive, &req->who, &users, &count);

	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, user_json(users[i], NULL));
	zong_users_free(users, count);
	return zong_reply_json(req, MHD_HTTP_OK, json_pack("{s:o}", "items", array));
}

int zong_api_add_user(struct zong_request *req)
{
	static const char *const known[] = {"name", "role", "department", NULL};
	const char *name, *role, *department;
	char password[ZONG_PASSWORD_TEXT];
	Zong__User *user;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "name", true, &name, &req->err);
	if (!err)
		err = zong_json_text(json, "role", true, &role, &req->err);
	if (!err)
		err = zong_json_text(json, "department", false, &department, &req->err);
	if (!err)
		err = zong_user_add(req->archive, &req->who, name, role, department, password,
			&user, &req->err);
	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_CREATED, user_json(user, password));
	explicit_bzero(password, sizeof(password));
	zong__user__free_unpacked(user, NULL);
	return err;
}

int zong_api_change_user(struct zong_request *req)
{
	static const char *const known[] = {"role", "department", "disabled", NULL};
	struct zong_user_wish wish = ZONG_USER_WISH;
	bool disabled;
	Zong__User *user;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err && json_object_get(json, "role"))
		err = zong_json_text(json, "role", true, &wish.role, &req->err);
	if (!err && json_object_get(json, "department"))
		err = zong_json_text(json, "department", false, &wish.department, &req->err);
	if (!err)
		err = zong_json_flag(json, "disabled", &disabled, &req->err);
	if (!err && json_object_get(json, "disabled"))
		wish.disabled = disabled;
	if (!err)
		err = zong_user_set(
			req->archive, &req->who, req->param[0], &wish, &user, &req->err);
	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_OK, user_json(user, NULL));
	zong__user__free_unpacked(user, NULL);
	return err;
}

int zong_api_reset_user(struct zong_request *req)
{
	char password[ZONG_PASSWORD_TEXT];
	int err =
		zong_user_reset(req->archive, &req->who, req->param[0], password, &req->err);

	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_OK,
		json_pack(
			"{s:o, s:s}", "name", zong_json_str(req->param[0]), "password", password));
	explicit_bzero(password, sizeof(password));
	return err;
}

int zong_api_change_password(struct zong_request *req)
{
	static const char *const known[] = {"old", "password", NULL};
	const char *old, *password;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "old", true, &old, &req->err);
	if (!err)
		err = zong_json_text(json, "password", true, &password, &req->err);
	if (!err)
		err = zong_password_change(req->archive, &req->who, old, password, &req->err);
	return err ? err : zong_reply_empty(req, MHD_HTTP_NO_CONTENT);
}
