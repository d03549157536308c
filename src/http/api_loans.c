/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

/* The usual problem, and the copy that comes first. */
static int reply_copy(struct zong_request *req, struct zong_original *original)
{
	json_t *copies = zong_json_copies_of(original);

	zong_original_release(original);
	return zong_reply_problem_with(req, ZONG_ECOPYFIRST, "copy", copies);
}

int zong_api_lend(struct zong_request *req)
{
	static const char *const known[] = {
		"borrower", "department", "purpose", "approver", "due", "copy_not_enough", NULL};
	struct zong_new_loan wanted;
	struct zong_original original;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "borrower", true, &wanted.borrower, &req->err);
	if (!err)
		err = zong_json_text(json, "department", false, &wanted.department, &req->err);
	if (!err)
		err = zong_json_text(json, "purpose", true, &wanted.purpose, &req->err);
	if (!err)
		err = zong_json_text(json, "approver", true, &wanted.approver, &req->err);
	if (!err)
		err = zong_json_text(json, "due", true, &wanted.due, &req->err);
	if (!err)
		err = zong_json_text(
			json, "copy_not_enough", false, &wanted.copy_not_enough, &req->err);
	if (err)
		return err;
	err = zong_original_lend(
		req->archive, &req->who, req->param[0], &wanted, &original, &req->err);
	if (err == ZONG_ECOPYFIRST)
		return reply_copy(req, &original);
	return err ? err : zong_api_reply_original(req, MHD_HTTP_CREATED, &original);
}

int zong_api_extend(struct zong_request *req)
{
	static const char *const known[] = {"due", "reason", NULL};
	struct zong_original original;
	const char *due, *reason;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "due", true, &due, &req->err);
	if (!err)
		err = zong_json_text(json, "reason", false, &reason, &req->err);
	if (!err)
		err = zong_original_extend(req->archive, &req->who, req->param[0], due,
			reason, &original, &req->err);
	return err ? err : zong_api_reply_original(req, MHD_HTTP_OK, &original);
}

int zong_api_return_original(struct zong_request *req)
{
	static const char *const known[] = {"pages", "damaged", "note", "place", NULL};
	struct zong_return back = {0};
	struct zong_original original;
	int64_t pages;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_whole(
			json, "pages", 0, ZONG_LIMIT_ORIGINAL_PAGES, -1, &pages, &req->err);
	if (!err && pages < 0) /* counting is what this is about */
		err = zong_err_set(&req->err, ZONG_EINVAL, "pages");
	if (!err)
		err = zong_json_flag(json, "damaged", &back.damaged, &req->err);
	if (!err)
		err = zong_json_text(json, "note", false, &back.note, &req->err);
	if (!err)
		err = zong_json_text(json, "place", false, &back.place, &req->err);
	if (err)
		return err;
	back.pages = (uint32_t)pages;
	err = zong_original_return(
		req->archive, &req->who, req->param[0], &back, &original, &req->err);
	return err ? err : zong_api_reply_original(req, MHD_HTTP_OK, &original);
}

int zong_api_settle(struct zong_request *req)
{
	static const char *const known[] = {"reason", "pages", NULL};
	struct zong_original original;
	const char *reason;
	int64_t pages;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "reason", false, &reason, &req->err);
	if (!err)
		err = zong_json_whole(
			json, "pages", 1, ZONG_LIMIT_ORIGINAL_PAGES, 0, &pages, &req->err);
	if (!err)
		err = zong_original_settle(req->archive, &req->who, req->param[0], reason,
			(uint32_t)pages, &original, &req->err);
	return err ? err : zong_api_reply_original(req, MHD_HTTP_OK, &original);
}

int zong_api_loans(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	struct zong_loan_item *items;
	const char *state;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (err)
		return err;
	state = zong_request_query(req, "state");
	err = zong_loan_list(req->archive, &req->who, state ? state : "out",
		zong_request_query(req, "cursor"), max, &items, &count, &next, &req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_loan_item(&items[i]));
	zong_loans_free(items, count);
	return zong_reply_page(req, array, next);
}

int zong_api_loan_history(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	Zong__Loan **loans;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_loan_history(req->archive, &req->who, req->param[0],
			zong_request_query(req, "cursor"), max, &loans, &count, &next, &req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_loan(loans[i]));
	zong_loan_rows_free(loans, count);
	return zong_reply_page(req, array, next);
}
