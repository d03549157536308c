/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static int reply_volume(struct zong_request *req, unsigned int status, Zong__Volume *volume)
{
	int err = zong_reply_json(req, status, zong_json_volume(volume));

	zong_volume_free(volume);
	return err;
}

int zong_api_volumes(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	struct zong_volume_filter filter;
	Zong__Volume **volumes;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (err)
		return err;
	filter.prefix = zong_request_query(req, "prefix");
	filter.case_no = zong_request_query(req, "case");
	filter.box = zong_request_query(req, "box");
	err = zong_volume_list(req->archive, &req->who, &filter,
		zong_request_query(req, "cursor"), max, &volumes, &count, &next, &req->err);
	if (err)
		return err;
	array = zong_json_volume_briefs(volumes, count);
	zong_volumes_free(volumes, count);
	return zong_reply_page(req, array, next);
}

int zong_api_new_volume(struct zong_request *req)
{
	static const char *const known[] = {"no", "fonds", "category", "year", "retention",
		"office", "list", "cases", "title", "responsible", "secrecy", "keywords", "summary",
		"note", "situation", "items", NULL};
	struct zong_new_volume wanted = {0};
	Zong__Volume *volume;
	char **cases;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "no", false, &wanted.no, &req->err);
	if (!err)
		err = zong_json_text(json, "fonds", false, &wanted.fonds, &req->err);
	if (!err)
		err = zong_json_text(json, "category", false, &wanted.category, &req->err);
	if (!err)
		err = zong_json_text(json, "year", false, &wanted.year, &req->err);
	if (!err)
		err = zong_json_text(json, "retention", false, &wanted.retention, &req->err);
	if (!err)
		err = zong_json_text(json, "office", false, &wanted.office, &req->err);
	if (!err)
		err = zong_json_text(json, "list", false, &wanted.list, &req->err);
	if (!err)
		err = zong_json_texts(json, "cases", ZONG_LIMIT_VOLUME_CASES, &req->arena, &cases,
			&wanted.case_count, &req->err);
	if (!err)
		err = zong_json_read_volume(json, &req->arena, &wanted.entry, &req->err);
	if (err)
		return err;
	wanted.cases = (const char *const *)cases;
	err = zong_volume_new(req->archive, &req->who, &wanted, &volume, &req->err);
	return err ? err : reply_volume(req, MHD_HTTP_CREATED, volume);
}

int zong_api_volume(struct zong_request *req)
{
	Zong__Volume *volume;
	int err = zong_volume_get(req->archive, &req->who, req->param[0], &volume, &req->err);

	return err ? err : reply_volume(req, MHD_HTTP_OK, volume);
}

int zong_api_set_volume(struct zong_request *req)
{
	static const char *const known[] = {"title", "responsible", "secrecy", "keywords",
		"summary", "note", "situation", "items", "revision", NULL};
	struct zong_volume_entry entry;
	Zong__Volume *volume;
	int64_t revision;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_whole(json, "revision", 0, INT32_MAX, 0, &revision, &req->err);
	if (!err)
		err = zong_json_read_volume(json, &req->arena, &entry, &req->err);
	if (!err)
		err = zong_volume_set(req->archive, &req->who, req->param[0],
			(uint32_t)revision, &entry, &volume, &req->err);
	return err ? err : reply_volume(req, MHD_HTTP_OK, volume);
}

typedef int volume_step(struct zong_archive *archive, const struct zong_subject *who,
	const char *no, const char *text, Zong__Volume **ret_volume, struct zong_err *err);

static int take_step(struct zong_request *req, const char *member, volume_step *step)
{
	const char *const known[] = {member, NULL};
	Zong__Volume *volume;
	const char *text;
	json_t *json;
	int err = zong_request_json(req, true, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, member, false, &text, &req->err);
	if (!err)
		err = step(req->archive, &req->who, req->param[0], text, &volume, &req->err);
	return err ? err : reply_volume(req, MHD_HTTP_OK, volume);
}

int zong_api_close_volume(struct zong_request *req)
{
	return take_step(req, "reason", zong_volume_close);
}

int zong_api_check_volume(struct zong_request *req)
{
	return take_step(req, "note", zong_volume_check);
}

int zong_api_reopen_volume(struct zong_request *req)
{
	return take_step(req, "reason", zong_volume_reopen);
}

int zong_api_annul_volume(struct zong_request *req)
{
	return take_step(req, "reason", zong_volume_annul);
}

int zong_api_shelve_volumes(struct zong_request *req)
{
	static const char *const known[] = {"volumes", NULL};
	size_t count, moved;
	char **nos;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_texts(
			json, "volumes", ZONG_LIMIT_SHELVE, &req->arena, &nos, &count, &req->err);
	if (!err)
		err = zong_volume_shelve(req->archive, &req->who, req->param[0],
			(const char *const *)nos, count, &moved, &req->err);
	return err ? err
		   : zong_reply_json(req, MHD_HTTP_OK, json_pack("{s:i}", "moved", (int)moved));
}

int zong_api_export_volumes(struct zong_request *req)
{
	const char *encoding;
	uint64_t len;
	int fd, err = zong_request_read_query(req);

	if (err)
		return err;
	encoding = zong_request_query(req, "encoding");
	err = zong_volume_export(req->archive, &req->who, zong_request_query(req, "prefix"),
		encoding, &fd, &len, &req->err);
	return err ? err : zong_reply_table(req, fd, len, encoding, "volumes");
}

int zong_api_print_volume(struct zong_request *req)
{
	const char *form;
	uint64_t len;
	int fd, err = zong_request_read_query(req);

	if (err)
		return err;
	form = zong_request_query(req, "form");
	err = zong_volume_print(req->archive, &req->who, req->param[0], form ? form : "all",
		&fd, &len, &req->err);
	return err ? err : zong_reply_form(req, fd, len, "volume");
}

int zong_api_label_box(struct zong_request *req)
{
	uint64_t len;
	int fd, err = zong_volume_label(
			req->archive, &req->who, req->param[0], &fd, &len, &req->err);

	return err ? err : zong_reply_form(req, fd, len, "box");
}
