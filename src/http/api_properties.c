/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

/* The four properties of a case, and of a material: the same addresses below each. */

static bool is_material(const struct zong_request *req)
{
	return strstr(req->path, "/materials/") != NULL;
}

static const char *case_of(const struct zong_request *req)
{
	return is_material(req) ? NULL : req->param[0];
}

static const char *material_of(const struct zong_request *req)
{
	return is_material(req) ? req->param[0] : NULL;
}

static json_t *reports_json(
	Zong__PropertyReport *const *reports, size_t count, const char *language, bool brief)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < count; i++)
		if (json_array_append_new(
			    array, brief ? zong_json_property_brief(reports[i], language)
					 : zong_json_property(reports[i], language))) {
			json_decref(array);
			array = NULL;
		}
	return array;
}

int zong_api_properties(struct zong_request *req)
{
	Zong__PropertyReport **reports;
	json_t *array;
	size_t count;
	int err = zong_property_list(req->archive, &req->who, case_of(req), material_of(req),
		&reports, &count, &req->err);

	if (err)
		return err;
	array = reports_json(reports, count, req->language, false);
	zong_property_free(reports, count);
	return zong_reply_json(req, MHD_HTTP_OK, array ? json_pack("{s:o}", "items", array) : NULL);
}

int zong_api_run_properties(struct zong_request *req)
{
	static const char *const known[] = {"stage", "decode", NULL};
	struct zong_property_order order = {.case_no = case_of(req), .material = material_of(req)};
	Zong__PropertyReport *report;
	const char *stage;
	json_t *json;
	int err = zong_request_json(req, true, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "stage", false, &stage, &req->err);
	if (!err)
		err = zong_json_flag(json, "decode", &order.decode, &req->err);
	if (!err && zong_property_stage_parse(stage[0] ? stage : "CQ", &order.stage))
		err = zong_err_set(&req->err, ZONG_EINVAL, "stage: GD, YJ, CQ");
	if (!err)
		err = zong_property_run(req->archive, &req->who, &order, &report, &req->err);
	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_CREATED, zong_json_property(report, req->language));
	zong__property_report__free_unpacked(report, NULL);
	return err;
}

static int print(struct zong_request *req, bool text, int *ret_fd, uint64_t *ret_len)
{
	Zong__PropertyStage stage;
	const char *wanted;
	int err = zong_request_read_query(req);

	if (err)
		return err;
	wanted = zong_request_query(req, "stage");
	if (zong_property_stage_parse(wanted ? wanted : "CQ", &stage))
		return zong_err_set(&req->err, ZONG_EINVAL, "stage: GD, YJ, CQ");
	return zong_property_print(req->archive, &req->who, case_of(req), material_of(req), stage,
		text, ret_fd, ret_len, &req->err);
}

int zong_api_print_properties(struct zong_request *req)
{
	uint64_t len;
	int fd, err = print(req, false, &fd, &len);

	return err ? err : zong_reply_form(req, fd, len, "properties");
}

int zong_api_text_properties(struct zong_request *req)
{
	uint64_t len;
	int fd, err = print(req, true, &fd, &len);

	return err ? err : zong_reply_plain(req, fd, len, "properties");
}

int zong_api_failed_properties(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	Zong__PropertyReport **reports;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_property_failed(req->archive, &req->who,
			zong_request_query(req, "cursor"), max, &reports, &count, &next, &req->err);
	if (err)
		return err;
	array = reports_json(reports, count, req->language, true);
	zong_property_free(reports, count);
	return zong_reply_page(req, array, next);
}
