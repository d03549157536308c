/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

int zong_api_catalogues(struct zong_request *req)
{
	Zong__Catalogue **rows;
	json_t *array;
	size_t count;
	int err = zong_catalogue_list(req->archive, &req->who, &rows, &count, &req->err);

	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		if (json_array_append_new(array, zong_json_catalogue_brief(rows[i]))) {
			json_decref(array);
			array = NULL;
		}
	zong_catalogues_free_rows(rows, count);
	return array ? zong_reply_json(req, MHD_HTTP_OK, json_pack("{s:o}", "items", array))
		     : ZONG_ENOMEM;
}

/* A number, or "current". */
static int read_version(struct zong_request *req, uint32_t *ret_version)
{
	const char *text = req->param[0];
	size_t digits = strspn(text, "0123456789");

	*ret_version = 0;
	if (strcmp(text, "current") == 0)
		return 0;
	if (digits && digits <= 9 && !text[digits])
		*ret_version = (uint32_t)strtoul(text, NULL, 10);
	return *ret_version ? 0 : zong_err_set(&req->err, ZONG_ENOCATALOGUE, "%s", text);
}

int zong_api_catalogue(struct zong_request *req)
{
	const struct zong_catalogue *catalogue;
	Zong__Catalogue *row;
	uint32_t version;
	json_t *json;
	int err = read_version(req, &version);

	if (!err)
		err = zong_catalogue_get(
			req->archive, &req->who, version, &row, &catalogue, &req->err);
	if (err)
		return err;
	json = zong_json_catalogue(row, catalogue);
	zong__catalogue__free_unpacked(row, NULL);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}

int zong_api_case_notice(struct zong_request *req)
{
	uint64_t len;
	int fd, err = zong_case_notice(
			req->archive, &req->who, req->param[0], &fd, &len, &req->err);

	return err ? err : zong_reply_form(req, fd, len, "notice");
}

/* Left out, a member stays as it is; null is that, too. */
static int read_kept(
	const json_t *json, const char *name, const char **ret_text, struct zong_err *err)
{
	int code = zong_json_text(json, name, false, ret_text, err);

	if (!code && !json_is_string(json_object_get(json, name)))
		*ret_text = NULL;
	return code;
}

int zong_api_change_case(struct zong_request *req)
{
	static const char *const known[] = {"kind", "cause", "reason", NULL};
	struct zong_case_change change;
	Zong__Case *row;
	json_t *json;
	bool again;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = read_kept(json, "kind", &change.kind, &req->err);
	if (!err)
		err = read_kept(json, "cause", &change.cause, &req->err);
	if (!err)
		err = zong_json_text(json, "reason", false, &change.reason, &req->err);
	if (!err)
		err = zong_case_change(req->archive, &req->who, req->param[0], &change, &row,
			&again, &req->err);
	if (err)
		return err;
	err = zong_reply_case(req, MHD_HTTP_OK, row, NULL);
	zong__case__free_unpacked(row, NULL);
	return err;
}
