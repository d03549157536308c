/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static json_t *cases_json(Zong__Case *const *rows, size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < count; i++) {
		if (json_array_append_new(array, zong_json_case(rows[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

int zong_api_cases(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	Zong__Case **rows;
	json_t *json;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_case_list(req->archive, &req->who, zong_request_query(req, "q"),
			zong_request_query(req, "cursor"), max, &rows, &count, &next, &req->err);
	if (err)
		return err;
	json = cases_json(rows, count);
	zong_cases_free(rows, count);
	return zong_reply_page(req, json, next);
}

/* Those volumes of it that the asker may see. */
static int add_volumes(struct zong_request *req, const char *no, json_t *json)
{
	Zong__Volume **volumes;
	size_t count;
	int err = zong_volumes_of_case(
		req->archive, &req->who, no, &volumes, &count, &req->err);

	if (err)
		return err;
	if (count)
		json_object_set_new(json, "volumes", zong_json_volume_briefs(volumes, count));
	zong_volumes_free(volumes, count);
	return 0;
}

/* Where its papers are, as far as the asker may know. */
static int add_originals(struct zong_request *req, const char *no, json_t *json)
{
	Zong__Original **originals;
	size_t count;
	int err = zong_originals_of_case(
		req->archive, &req->who, no, &originals, &count, &req->err);

	if (err)
		return err;
	if (count)
		json_object_set_new(
			json, "originals", zong_json_original_rows(&req->who, originals, count));
	zong_originals_free(originals, count);
	return 0;
}

/* What is still to be handed in, by the catalogue. */
static int add_needs(struct zong_request *req, const Zong__Case *row, json_t *json)
{
	struct zong_case_needs needs;
	int err = zong_case_needs(req->archive, &req->who, row, &needs, &req->err);

	if (err)
		return err;
	err = zong_json_needs(json, &needs);
	zong_case_needs_release(&needs);
	return err;
}

int zong_reply_case(struct zong_request *req, unsigned int status, const Zong__Case *row,
	const struct zong_warnings *warnings)
{
	struct zong_archive *archive = req->archive;
	Zong__Material **materials;
	json_t *json;
	size_t count;
	int err = zong_case_materials(archive, &req->who, row->no, &materials, &count, &req->err);

	if (err)
		return err;
	json = zong_json_case(row);
	if (json)
		json_object_set_new(json, "materials",
			zong_json_material_briefs(archive, &req->who, materials, count));
	if (json && warnings)
		json_object_set_new(json, "warnings", zong_json_warnings(warnings, req->language));
	zong_materials_free(materials, count);
	err = json ? add_volumes(req, row->no, json) : 0;
	if (json && !err)
		err = add_originals(req, row->no, json);
	if (json && !err)
		err = add_needs(req, row, json);
	if (err) {
		json_decref(json);
		return err;
	}
	return zong_reply_json(req, status, json);
}

int zong_api_case(struct zong_request *req)
{
	Zong__Case *row;
	int err = zong_case_get(req->archive, &req->who, req->param[0], &row, &req->err);

	if (err)
		return err;
	err = zong_reply_case(req, MHD_HTTP_OK, row, NULL);
	zong__case__free_unpacked(row, NULL);
	return err;
}

static int add_location(struct zong_request *req, const Zong__Case *row)
{
	_cleanup_(zong_buf_release) struct zong_buf location = ZONG_BUF_INIT(1024);
	const char *p;

	zong_buf_add_format(&location, "%s/cases/", zong_request_base(req));
	for (p = row->no; *p; p++) {
		if ((*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') ||
			(*p >= 'a' && *p <= 'z') || *p == '-')
			zong_buf_add_char(&location, *p);
		else
			zong_buf_add_format(&location, "%%%02X", (unsigned char)*p);
	}
	return location.err
		       ? location.err
		       : zong_reply_header(req, MHD_HTTP_HEADER_LOCATION, zong_buf_str(&location));
}

int zong_api_open_case(struct zong_request *req)
{
	struct zong_warnings warnings = {0};
	Zong__Case wanted;
	Zong__Case *row;
	json_t *json;
	bool again;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_read_case(json, &req->arena, &wanted, &req->err);
	if (!err)
		err = zong_case_open(
			req->archive, &req->who, &wanted, &row, &again, &warnings, &req->err);
	if (err)
		return err;
	err = zong_reply_case(req, again ? MHD_HTTP_OK : MHD_HTTP_CREATED, row, &warnings);
	if (!err && !again)
		err = add_location(req, row);
	zong_warnings_release(&warnings);
	zong__case__free_unpacked(row, NULL);
	return err;
}
