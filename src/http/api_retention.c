/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/arena.h>
#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

int zong_api_add_event(struct zong_request *req)
{
	static const char *const known[] = {"kind", "date", NULL};
	const char *kind, *date;
	Zong__Case *row;
	json_t *json;
	bool again;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "kind", true, &kind, &req->err);
	if (!err)
		err = zong_json_text(json, "date", true, &date, &req->err);
	if (!err)
		err = zong_case_event_add(req->archive, &req->who, req->param[0], kind, date,
			&row, &again, &req->err);
	if (err)
		return err;
	err = zong_reply_json(req, again ? MHD_HTTP_OK : MHD_HTTP_CREATED,
		json_pack("{s:o, s:o}", "case", zong_json_str(row->no), "events",
			zong_json_events(row)));
	zong__case__free_unpacked(row, NULL);
	return err;
}

/* ---- rules ---- */

static int reply_rules(struct zong_request *req)
{
	struct zong_rules rules;
	json_t *array;
	int err = zong_rules_list(req->archive, &req->who, &rules);

	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < rules.count; i++)
		json_array_append_new(array, zong_json_rule(rules.rule[i]));
	zong_rules_release(&rules);
	return zong_reply_json(req, MHD_HTTP_OK, json_pack("{s:o}", "rules", array));
}

int zong_api_rules(struct zong_request *req)
{
	return reply_rules(req);
}

int zong_api_set_rule(struct zong_request *req)
{
	Zong__RetentionRule rule;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_read_rule(json, &rule, &req->err);
	if (!err)
		err = zong_rules_set(req->archive, &req->who, &rule, &req->err);
	return err ? err : reply_rules(req);
}

int zong_api_replace_rules(struct zong_request *req)
{
	static const char *const known[] = {"rules", NULL};
	const Zong__RetentionRule **list;
	Zong__RetentionRule *rules;
	const json_t *array;
	json_t *json;
	size_t count;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (err)
		return err;
	array = json_object_get(json, "rules");
	if (!json_is_array(array))
		return zong_err_set(&req->err, ZONG_EJSON, "rules: [ … ]");
	count = json_array_size(array);
	if (count > ZONG_LIMIT_RULES)
		return zong_err_set(&req->err, ZONG_ELIMIT, "rules");
	rules = zong_arena_calloc(&req->arena, count + 1, sizeof(*rules));
	list = zong_arena_calloc(&req->arena, count + 1, sizeof(*list));
	if (!rules || !list)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		err = zong_json_read_rule(json_array_get(array, i), &rules[i], &req->err);
		if (err)
			return err;
		list[i] = &rules[i];
	}
	err = zong_rules_replace(req->archive, &req->who, list, count, &req->err);
	return err ? err : reply_rules(req);
}

int zong_api_due(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	struct zong_due *due;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_retention_due(req->archive, &req->who,
			zong_request_query(req, "case"), zong_request_query(req, "cursor"), max,
			&due, &count, &next, &req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_verdict(due[i].material, &due[i].verdict));
	zong_due_free(due, count);
	return zong_reply_page(req, array, next);
}

int zong_api_material_retention(struct zong_request *req)
{
	struct zong_verdict verdict;
	Zong__Material *material;
	int err = zong_retention_of(
		req->archive, &req->who, req->param[0], &material, &verdict, &req->err);

	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_OK, zong_json_verdict(material, &verdict));
	zong__material__free_unpacked(material, NULL);
	return err;
}

/* ---- holds ---- */

int zong_api_holds(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	const char *all;
	Zong__Hold **holds;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (err)
		return err;
	all = zong_request_query(req, "all");
	err = zong_hold_list(req->archive, &req->who, all && strcmp(all, "true") == 0,
		zong_request_query(req, "cursor"), max, &holds, &count, &next, &req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_hold(holds[i]));
	zong_holds_free(holds, count);
	return zong_reply_page(req, array, next);
}

static int reply_hold(struct zong_request *req, unsigned int status, Zong__Hold *hold)
{
	int err = zong_reply_json(req, status, zong_json_hold(hold));

	zong__hold__free_unpacked(hold, NULL);
	return err;
}

int zong_api_place_hold(struct zong_request *req)
{
	static const char *const known[] = {"scope", "target", "reason", NULL};
	const char *scope, *target, *reason;
	Zong__Hold *hold;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "scope", true, &scope, &req->err);
	if (!err)
		err = zong_json_text(json, "target", true, &target, &req->err);
	if (!err)
		err = zong_json_text(json, "reason", false, &reason, &req->err);
	if (!err)
		err = zong_hold_place(
			req->archive, &req->who, scope, target, reason, &hold, &req->err);
	return err ? err : reply_hold(req, MHD_HTTP_CREATED, hold);
}

/* The member `reason` of a body that may be left out. */
static int read_reason(struct zong_request *req, const char **ret_reason)
{
	static const char *const known[] = {"reason", NULL};
	json_t *json;
	int err = zong_request_json(req, true, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	return err ? err : zong_json_text(json, "reason", false, ret_reason, &req->err);
}

int zong_api_lift_hold(struct zong_request *req)
{
	const char *reason;
	Zong__Hold *hold;
	int err = read_reason(req, &reason);

	if (!err)
		err = zong_hold_lift(
			req->archive, &req->who, req->param[0], reason, &hold, &req->err);
	return err ? err : reply_hold(req, MHD_HTTP_OK, hold);
}
