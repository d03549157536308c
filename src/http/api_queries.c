/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static int reply_query(struct zong_request *req, unsigned int status, struct zong_query *query)
{
	int err = zong_reply_json(
		req, status, zong_json_query(req->archive, query, req->language));

	zong_query_release(query);
	return err;
}

static void read_filter(struct zong_request *req, struct zong_query_filter *filter)
{
	const char *overdue = zong_request_query(req, "overdue");

	filter->from = zong_request_query(req, "from");
	filter->to = zong_request_query(req, "to");
	filter->state = zong_request_query(req, "state");
	filter->asker = zong_request_query(req, "asker");
	filter->name = zong_request_query(req, "name");
	filter->overdue = overdue && strcmp(overdue, "true") == 0;
}

int zong_api_queries(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	struct zong_query_filter filter;
	Zong__Query **queries;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (err)
		return err;
	read_filter(req, &filter);
	err = zong_query_list(req->archive, &req->who, &filter,
		zong_request_query(req, "cursor"), max, &queries, &count, &next, &req->err);
	if (err)
		return err;
	array = zong_json_query_briefs(queries, count);
	zong_queries_free(queries, count);
	return zong_reply_page(req, array, next);
}

int zong_api_query_rules(struct zong_request *req)
{
	const struct zong_query_asker *asker;
	json_t *array = json_array();

	for (size_t i = 0; array && (asker = zong_query_asker_at(req->archive, i)); i++)
		if (json_array_append_new(array, zong_json_query_asker(asker, req->language))) {
			json_decref(array);
			return ZONG_ENOMEM;
		}
	return zong_reply_json(req, MHD_HTTP_OK,
		json_pack("{s:o, s:o, s:i}", "askers", array, "proxy",
			zong_json_or_null(zong_query_rule_proxy(req->archive)), "days",
			(int)zong_query_rule_days(req->archive)));
}

static int read_entry(
	struct zong_request *req, struct zong_query_entry *ret_entry, int64_t *ret_revision)
{
	json_t *json;
	int err = zong_request_json(req, false, &json);

	return err ? err
		   : zong_json_read_query(json, &req->arena, ret_entry, ret_revision, &req->err);
}

int zong_api_enter_query(struct zong_request *req)
{
	struct zong_query_entry entry;
	struct zong_query query;
	int64_t revision;
	int err = read_entry(req, &entry, &revision);

	if (!err)
		err = zong_query_enter(req->archive, &req->who, &entry, &query, &req->err);
	return err ? err : reply_query(req, MHD_HTTP_CREATED, &query);
}

int zong_api_query(struct zong_request *req)
{
	struct zong_query query;
	int err = zong_query_get(req->archive, &req->who, req->param[0], &query, &req->err);

	return err ? err : reply_query(req, MHD_HTTP_OK, &query);
}

int zong_api_change_query(struct zong_request *req)
{
	struct zong_query_entry entry;
	struct zong_query query;
	int64_t revision;
	int err = read_entry(req, &entry, &revision);

	if (!err)
		err = zong_query_change(req->archive, &req->who, req->param[0],
			(uint32_t)revision, &entry, &query, &req->err);
	return err ? err : reply_query(req, MHD_HTTP_OK, &query);
}

typedef int query_step(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *text, struct zong_query *ret_query, struct zong_err *err);

static int take_step(struct zong_request *req, const char *member, query_step *step,
	struct zong_query *ret_query)
{
	const char *const known[] = {member, NULL};
	const char *text;
	json_t *json;
	int err = zong_request_json(req, true, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, member, false, &text, &req->err);
	return err ? err
		   : step(req->archive, &req->who, req->param[0], text, ret_query, &req->err);
}

/* With all that is in the way, each with its sentence. */
int zong_api_grant_query(struct zong_request *req)
{
	struct zong_query query;
	struct zong_err later;
	json_t *problems;
	int err = take_step(req, "note", zong_query_grant, &query);

	if (!err)
		return reply_query(req, MHD_HTTP_OK, &query);
	if (err != ZONG_EQUERYRULE ||
		zong_query_get(req->archive, &req->who, req->param[0], &query, &later))
		return err;
	problems = zong_json_query_problems(&query, req->language);
	zong_query_release(&query);
	return zong_reply_problem_with(req, ZONG_EQUERYRULE, "problems", problems);
}

int zong_api_refuse_query(struct zong_request *req)
{
	struct zong_query query;
	int err = take_step(req, "reason", zong_query_refuse, &query);

	return err ? err : reply_query(req, MHD_HTTP_OK, &query);
}

int zong_api_withdraw_query(struct zong_request *req)
{
	struct zong_query query;
	int err = take_step(req, "reason", zong_query_withdraw, &query);

	return err ? err : reply_query(req, MHD_HTTP_OK, &query);
}

int zong_api_copy_query(struct zong_request *req)
{
	static const char *const known[] = {"materials", NULL};
	struct zong_query query;
	char **materials;
	size_t count;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_texts(json, "materials", ZONG_LIMIT_QUERY_COPIES, &req->arena,
			&materials, &count, &req->err);
	if (!err)
		err = zong_query_copied(req->archive, &req->who, req->param[0],
			(const char *const *)materials, count, &query, &req->err);
	return err ? err : reply_query(req, MHD_HTTP_OK, &query);
}

int zong_api_print_query(struct zong_request *req)
{
	uint64_t len;
	int fd, err = zong_request_read_query(req);

	if (!err)
		err = zong_query_print(req->archive, &req->who, req->param[0],
			zong_request_query(req, "form"), &fd, &len, &req->err);
	return err ? err : zong_reply_form(req, fd, len, "query");
}

/* As a table where an encoding is asked for, else as it is printed. */
int zong_api_query_register(struct zong_request *req)
{
	struct zong_query_filter filter;
	const char *encoding;
	uint64_t len;
	int fd, err = zong_request_read_query(req);

	if (err)
		return err;
	read_filter(req, &filter);
	encoding = zong_request_query(req, "encoding");
	err = zong_query_register(
		req->archive, &req->who, &filter, encoding, &fd, &len, &req->err);
	return err ? err : zong_reply_paper(req, fd, len, encoding, "register");
}

/* What a QR code on paper leads to: whoever holds the paper asks, without signing in. */
int zong_api_check_query(struct zong_request *req)
{
	Zong__Query *query;
	json_t *json;
	int err = zong_query_check(
		req->archive, req->origin, req->param[0], req->param[1], &query, &req->err);

	if (err)
		return err;
	json = zong_json_query_paper(query);
	zong__query__free_unpacked(query, NULL);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}
