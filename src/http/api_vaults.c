/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/base64.h>
#include <zong/cleanup.h>
#include <zong/vault_access.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/route.h"
#include "http/server.h"

#define PDF_MOST (8 << 20) /* of a sheet, as text */

/* ---- what is asked ---- */

/* Whoever may not try hears that, before what is wrong with the body. */
static int may(struct zong_request *req)
{
	int err = zong_vault_may(&req->who, (enum zong_verb)req->route->verb, req->param[0]);

	return err ? zong_err_set(&req->err, err, "%s", req->param[0]) : 0;
}

/* The body, of which only @known may be there, and in it who does it. */
static int read_body(struct zong_request *req, const char *const *known, json_t **ret_json,
	struct zong_vault_by *ret_by)
{
	json_t *json;
	int err = may(req);

	if (!err)
		err = zong_request_json(req, false, &json);
	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "member", false, &ret_by->member, &req->err);
	if (!err)
		err = zong_json_text(json, "password", true, &ret_by->password, &req->err);
	if (!err)
		*ret_json = json;
	return err;
}

/* ---- what is answered ---- */

static json_t *paper_json(const struct zong_vault_paper *paper)
{
	_cleanup_(zong_buf_release) struct zong_buf pdf = ZONG_BUF_INIT(PDF_MOST);
	json_t *json;

	if (paper->pdf && zong_base64_add(&pdf, paper->pdf, paper->pdf_len))
		return NULL;
	json = json_pack("{s:s, s:s?}", "sheet", paper->text, "pdf",
		paper->pdf ? zong_buf_str(&pdf) : NULL);
	if (pdf.data)
		explicit_bzero(pdf.data, pdf.len);
	return json;
}

static int reply_paper(struct zong_request *req, struct zong_vault_paper *paper)
{
	json_t *json = paper_json(paper);

	if (json)
		json_object_set_new(json, "department", zong_json_str(req->param[0]));
	zong_vault_paper_release(paper);
	return zong_reply_json(req, MHD_HTTP_CREATED, json);
}

static const char *kind_name(Zong__VaultLockKind kind)
{
	switch (kind) {
	case ZONG__VAULT_LOCK_KIND__VAULT_LOCK_MEMBER:
		return "member";
	case ZONG__VAULT_LOCK_KIND__VAULT_LOCK_SERVICE:
		return "service";
	case ZONG__VAULT_LOCK_KIND__VAULT_LOCK_RECOVERY:
		return "recovery";
	case ZONG__VAULT_LOCK_KIND__VAULT_LOCK_OFFICERS:
		return "officers";
	default:
		return "unknown";
	}
}

static json_t *locks_json(const struct zong_vault_keys *keys)
{
	const Zong__VaultLock *lock;
	json_t *array = json_array();

	for (size_t i = 0; array && (lock = zong_vault_keys_lock(keys, i)) != NULL; i++)
		json_array_append_new(array,
			json_pack("{s:s, s:o, s:o, s:o}", "kind", kind_name(lock->kind), "name",
				zong_json_or_null(lock->who), "since", zong_json_time(lock->since),
				"by", zong_json_or_null(lock->by)));
	return array;
}

/* What a member may do inside, in this session. */
static json_t *verbs_inside(const struct zong_request *req)
{
	struct zong_subject who = req->who;

	who.role = ZONG_ROLE_MEMBER;
	return zong_json_verbs(&who);
}

/* ---- making, unlocking, locking ---- */

int zong_api_make_vault(struct zong_request *req)
{
	static const char *const known[] = {"member", "password", NULL};
	struct zong_vault_paper sheet;
	struct zong_vault_by by;
	json_t *json;
	int err = read_body(req, known, &json, &by);

	if (!err)
		err = zong_vault_make(req->archive, &req->who, req->param[0], by.member,
			by.password, &sheet, &req->err);
	return err ? err : reply_paper(req, &sheet);
}

int zong_api_vault(struct zong_request *req)
{
	struct zong_vault_entered entered;
	struct zong_vault_keys *keys;
	json_t *json;
	int err = zong_vault_keys_of(req->archive, &req->who, req->param[0], &keys);

	if (!err)
		err = zong_vault_enter(req->archive, &req->who, req->param[0], &entered);
	if (err)
		return zong_err_set(&req->err, err, "%s", req->param[0]);
	json = json_pack("{s:o, s:o, s:I, s:o, s:o}", "department", zong_json_str(req->param[0]),
		"member", zong_json_str(entered.use.member), "generation",
		(json_int_t)zong_vault_keys_generation(keys), "keys", locks_json(keys), "may",
		verbs_inside(req));
	zong_vault_leave(req->archive, &entered);
	zong_vault_keys_free(keys);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}

static int unlock(struct zong_request *req, const char **ret_member)
{
	static const char *const known[] = {"member", "password", "service", "secret", NULL};
	const char *member, *password, *service, *secret;
	json_t *json;
	int err = may(req);

	if (!err)
		err = zong_request_json(req, false, &json);
	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "service", false, &service, &req->err);
	if (!err)
		err = zong_json_text(json, "secret", *service != 0, &secret, &req->err);
	if (!err)
		err = zong_json_text(json, "member", false, &member, &req->err);
	if (!err)
		err = zong_json_text(json, "password", *service == 0, &password, &req->err);
	if (err)
		return err;
	*ret_member = *service ? service : *member ? member : req->who.name;
	if (*service)
		return zong_vault_unlock_service(req->archive, &req->who, req->param[0], service,
			secret, &req->err);
	return zong_vault_unlock(
		req->archive, &req->who, req->param[0], member, password, &req->err);
}

int zong_api_unlock_vault(struct zong_request *req)
{
	const char *member = "";
	int err = unlock(req, &member);

	if (err)
		return err;
	return zong_reply_json(req, MHD_HTTP_OK,
		json_pack("{s:o, s:o, s:I, s:o}", "department", zong_json_str(req->param[0]), "member",
			zong_json_str(member), "idle_seconds",
			(json_int_t)zong_identity_idle_seconds(req->archive), "may",
			verbs_inside(req)));
}

int zong_api_lock_vault(struct zong_request *req)
{
	int err = zong_vault_lock(req->archive, &req->who, req->param[0]);

	return err ? err : zong_reply_empty(req, MHD_HTTP_NO_CONTENT);
}

/* ---- who comes to the key ---- */

int zong_api_vault_member(struct zong_request *req)
{
	static const char *const known[] = {"member", "password", "name", "new_password", NULL};
	const char *name, *password;
	struct zong_vault_by by;
	json_t *json;
	int err = read_body(req, known, &json, &by);

	if (!err)
		err = zong_json_text(json, "name", true, &name, &req->err);
	if (!err)
		err = zong_json_text(json, "new_password", true, &password, &req->err);
	if (!err)
		err = zong_vault_set_member(req->archive, &req->who, req->param[0], &by, name,
			password, &req->err);
	return err ? err : zong_reply_empty(req, MHD_HTTP_NO_CONTENT);
}

int zong_api_vault_service(struct zong_request *req)
{
	static const char *const known[] = {"member", "password", "name", NULL};
	char secret[ZONG_VAULT_SECRET_TEXT];
	struct zong_vault_by by;
	const char *name;
	json_t *json;
	int err = read_body(req, known, &json, &by);

	if (!err)
		err = zong_json_text(json, "name", true, &name, &req->err);
	if (!err)
		err = zong_vault_set_service(req->archive, &req->who, req->param[0], &by, name,
			secret, &req->err);
	if (err)
		return err;
	json = json_pack("{s:o, s:s}", "name", zong_json_str(name), "secret", secret);
	explicit_bzero(secret, sizeof(secret));
	return zong_reply_json(req, MHD_HTTP_CREATED, json);
}

int zong_api_vault_remove(struct zong_request *req)
{
	static const char *const known[] = {"member", "password", "kind", "name", NULL};
	const char *kind, *name;
	struct zong_vault_by by;
	json_t *json;
	int err = read_body(req, known, &json, &by);

	if (!err)
		err = zong_json_text(json, "kind", true, &kind, &req->err);
	if (!err)
		err = zong_json_text(json, "name", false, &name, &req->err);
	if (!err)
		err = zong_vault_remove(
			req->archive, &req->who, req->param[0], &by, kind, name, &req->err);
	return err ? err : zong_reply_empty(req, MHD_HTTP_NO_CONTENT);
}

int zong_api_vault_sheet(struct zong_request *req)
{
	static const char *const known[] = {"member", "password", NULL};
	struct zong_vault_paper sheet;
	struct zong_vault_by by;
	json_t *json;
	int err = read_body(req, known, &json, &by);

	if (!err)
		err = zong_vault_new_sheet(
			req->archive, &req->who, req->param[0], &by, &sheet, &req->err);
	return err ? err : reply_paper(req, &sheet);
}

int zong_api_vault_officers(struct zong_request *req)
{
	static const char *const known[] = {"member", "password", NULL};
	struct zong_vault_paper one, other;
	struct zong_vault_by by;
	json_t *json;
	int err = read_body(req, known, &json, &by);

	if (!err)
		err = zong_vault_new_officers(
			req->archive, &req->who, req->param[0], &by, &one, &other, &req->err);
	if (err)
		return err;
	json = json_pack("{s:o, s:o, s:o}", "department", zong_json_str(req->param[0]), "one",
		paper_json(&one), "other", paper_json(&other));
	zong_vault_paper_release(&one);
	zong_vault_paper_release(&other);
	return zong_reply_json(req, MHD_HTTP_CREATED, json);
}

int zong_api_vault_recover(struct zong_request *req)
{
	static const char *const known[] = {"sheet", "other", "name", "password", NULL};
	const char *sheet, *other, *name, *password;
	json_t *json;
	int err = may(req);

	if (!err)
		err = zong_request_json(req, false, &json);
	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "sheet", true, &sheet, &req->err);
	if (!err)
		err = zong_json_text(json, "other", false, &other, &req->err);
	if (!err)
		err = zong_json_text(json, "name", true, &name, &req->err);
	if (!err)
		err = zong_json_text(json, "password", true, &password, &req->err);
	if (!err)
		err = zong_vault_recover(req->archive, &req->who, req->param[0], sheet,
			*other ? other : NULL, name, password, &req->err);
	return err ? err : zong_reply_empty(req, MHD_HTTP_NO_CONTENT);
}

int zong_api_renew_vault(struct zong_request *req)
{
	static const char *const known[] = {"member", "password", NULL};
	struct zong_vault_by by;
	json_t *json;
	int err = read_body(req, known, &json, &by);

	if (!err)
		err = zong_vault_renew(req->archive, &req->who, req->param[0], &by, &req->err);
	return err ? err : zong_reply_empty(req, MHD_HTTP_NO_CONTENT);
}

/* ---- out of it ---- */

int zong_api_share_material(struct zong_request *req)
{
	static const char *const known[] = {"to", "reason", NULL};
	struct zong_vault_entered entered;
	struct zong_receipt receipt;
	const char *reason;
	char **to = NULL;
	size_t count = 0;
	json_t *json;
	int err = may(req);

	if (!err)
		err = zong_request_json(req, false, &json);
	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "reason", true, &reason, &req->err);
	if (!err)
		err = zong_json_texts(json, "to", ZONG_LIMIT_RECEIVERS, &req->arena, &to, &count,
			&req->err);
	if (err)
		return err;
	err = zong_vault_enter(req->archive, &req->who, req->param[0], &entered);
	if (err)
		return zong_err_set(&req->err, err, "%s", req->param[0]);
	err = zong_vault_share(req->archive, &req->who, &entered, req->param[0], req->param[1],
		(const char *const *)to, count, reason, &receipt, &req->err);
	zong_vault_leave(req->archive, &entered);
	if (err)
		return err;
	json = zong_json_receipt(&receipt, req->language);
	zong_receipt_release(&receipt);
	return zong_reply_json(req, MHD_HTTP_CREATED, json);
}
