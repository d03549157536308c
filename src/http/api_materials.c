/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"
#include "http/status.h"
#include "http/upload.h"

#define MARKUP_MAX (32 << 20) /* ZONG_LIMIT_WORDS words with their boxes */

struct intake_watch {
	struct zong_http *http;
	struct zong_progress_entry *entry;
};

/* When the server ends and has waited long enough, the intake is given up; nothing of it is kept. */
static int keep_going(void *ctx, double done)
{
	struct intake_watch *watch = ctx;

	zong_progress_set(&watch->http->progress, watch->entry, done);
	return atomic_load(&watch->http->giving_up) ? 1 : 0;
}

/* A problem that says of each page what is wrong with it. */
static int reply_refused(struct zong_request *req, struct zong_receipt *receipt)
{
	json_t *qualities = zong_json_qualities(receipt->file, req->language);

	zong_receipt_release(receipt);
	return zong_reply_problem_with(req, ZONG_EQUALITY, "quality", qualities);
}

int zong_api_add_material(struct zong_request *req)
{
	const char *name = zong_request_header(req, "Zong-Upload");
	struct intake_watch watch = {.http = req->http};
	const struct zong_intake *intake;
	struct zong_receipt receipt;
	struct zong_id id;
	char location[96 + ZONG_LIMIT_DEPARTMENT_ID];
	json_t *json;
	int err;

	if (name && zong_id_parse(name, &id))
		return zong_err_set(&req->err, ZONG_EHEADER, "Zong-Upload");
	err = zong_upload_end(req->upload, &intake);
	if (err)
		return err;
	if (req->entered && *intake->case_no)
		err = zong_vault_bring_case(req->http->archive, &req->outside, &req->inside,
			intake->case_no, &req->err);
	if (err)
		return err;
	if (name)
		watch.entry = zong_progress_begin(&req->http->progress, &id, &req->who);
	err = zong_intake_run(
		req->archive, &req->who, intake, keep_going, &watch, &receipt, &req->err);
	zong_progress_end(&req->http->progress, watch.entry);
	if (err == ZONG_EQUALITY)
		return reply_refused(req, &receipt);
	if (err)
		return err;
	atomic_fetch_add(&req->http->traffic.uploaded, intake->len);
	json = zong_json_receipt(&receipt, req->language);
	snprintf(location, sizeof(location), "%s/materials/%s", zong_request_base(req),
		json ? json_string_value(json_object_get(json, "material")) : "");
	zong_receipt_release(&receipt);
	return zong_reply_created(req, json, location);
}

int zong_api_upload(struct zong_request *req)
{
	char text[ZONG_ID_TEXT];
	struct zong_id id;
	json_t *done;
	double share;

	if (zong_id_parse(req->param[0], &id))
		return ZONG_ENOENT;
	zong_id_format(&id, text);
	done = zong_progress_get(&req->http->progress, &id, &req->who, &share) ? json_null()
									       : json_real(share);
	return zong_reply_json(req, MHD_HTTP_OK, json_pack("{s:s, s:o}", "id", text, "done", done));
}

/* Of a material with many pages in many cases only the nearest are told; a search tells more. */
#define ALIKE_MAX 50

static int add_alike(struct zong_request *req, json_t *json)
{
	struct zong_alike *alike;
	size_t count, total;
	bool more;
	int err = zong_alike_of_material(req->archive, &req->who, req->param[0], 0, ALIKE_MAX,
		&alike, &count, &total, &more, &req->err);

	if (err)
		return err;
	err = json_object_set_new(json, "alike", zong_json_alike(alike, count)) ||
			      json_object_set_new(json, "alike_more", json_boolean(more))
		      ? ZONG_ENOMEM
		      : zong_json_copies(json, alike, count, req->language);
	zong_alike_free(alike, count);
	return err;
}

/* How far reading has come and how long it will take: of the material, and of all that came in the same file. */
static int add_left(struct zong_request *req, const Zong__Material *row, json_t *json)
{
	struct zong_reading_left left;
	int err = zong_material_left(req->archive, row, false, &left);

	if (!err)
		json_object_set_new(json, "reading", zong_json_left(&left));
	if (err || !row->batch.len)
		return err ? zong_err_set(&req->err, err, NULL) : 0;
	err = zong_material_left(req->archive, row, true, &left);
	if (err)
		return zong_err_set(&req->err, err, NULL);
	json_object_set_new(json, "reading_batch", zong_json_left(&left));
	return 0;
}

int zong_api_material(struct zong_request *req)
{
	struct zong_archive *archive = req->archive;
	struct zong_material_pages pages;
	Zong__Delivery **deliveries = NULL;
	Zong__Material *row;
	json_t *json = NULL;
	size_t count = 0, i;
	int err = zong_material_get(archive, &req->who, req->param[0], &row, &req->err);

	if (err)
		return err;
	err = zong_material_pages(archive, &req->who, row, true, &pages);
	if (!err) {
		err = zong_delivery_of_material(archive, &req->who, row, &deliveries, &count);
		if (!err)
			json = zong_json_material(
				&req->who, row, &pages, deliveries, count, req->language);
		for (i = 0; i < count; i++)
			zong__delivery__free_unpacked(deliveries[i], NULL);
		free(deliveries);
		zong_material_pages_release(&pages);
	}
	if (!err && json)
		err = add_left(req, row, json);
	zong__material__free_unpacked(row, NULL);
	if (!err && json)
		err = add_alike(req, json);
	if (err)
		json_decref(json);
	return err ? err : zong_reply_json(req, MHD_HTTP_OK, json);
}

static int page_number(struct zong_request *req, uint32_t *ret_page)
{
	const char *text = req->param[1];
	size_t digits = strspn(text, "0123456789");
	unsigned long page;

	if (text[digits] || digits == 0 || digits > 9)
		return zong_err_set(&req->err, ZONG_EPAGENO, "%.40s", text);
	page = strtoul(text, NULL, 10);
	if (page == 0)
		return zong_err_set(&req->err, ZONG_EPAGENO, "0");
	*ret_page = (uint32_t)page;
	return 0;
}

static int write_text(const Zong__Material *material, const Zong__Reading *reading, uint32_t page,
	struct zong_buf *buf)
{
	(void)material;
	(void)page;
	return zong_reading_text(reading, buf);
}

static int write_alto(const Zong__Material *material, const Zong__Reading *reading, uint32_t page,
	struct zong_buf *buf)
{
	return zong_reading_alto(reading, material->file_name, page, buf);
}

static int write_hocr(const Zong__Material *material, const Zong__Reading *reading, uint32_t page,
	struct zong_buf *buf)
{
	return zong_reading_hocr(reading, material->title, page, buf);
}

static int reply_reading(struct zong_request *req, const char *type,
	int (*write)(const Zong__Material *, const Zong__Reading *, uint32_t, struct zong_buf *))
{
	_cleanup_(zong_buf_release) struct zong_buf buf = ZONG_BUF_INIT(MARKUP_MAX);
	Zong__Material *material;
	Zong__Reading *reading;
	uint32_t page;
	int err = page_number(req, &page);

	if (!err)
		err = zong_material_reading(req->archive, &req->who, req->param[0], page,
			&material, &reading, &req->err);
	if (err)
		return err;
	err = write(material, reading, page, &buf);
	zong__reading__free_unpacked(reading, NULL);
	zong__material__free_unpacked(material, NULL);
	return err ? err : zong_reply_buffer(req, MHD_HTTP_OK, type, &buf);
}

int zong_api_page_text(struct zong_request *req)
{
	return reply_reading(req, "text/plain; charset=utf-8", write_text);
}

int zong_api_page_alto(struct zong_request *req)
{
	return reply_reading(req, "application/xml; charset=utf-8", write_alto);
}

int zong_api_page_hocr(struct zong_request *req)
{
	return reply_reading(req, "text/html; charset=utf-8", write_hocr);
}

int zong_api_page_png(struct zong_request *req)
{
	_cleanup_(zong_buf_release) struct zong_buf png = ZONG_BUF_INIT(ZONG_LIMIT_RENDER);
	uint64_t width;
	uint32_t page;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_uint(req, "width", 20000, 0, &width);
	if (!err && width < 16 && zong_request_query(req, "width"))
		err = zong_err_set(&req->err, ZONG_EQUERY, "width=%u", (unsigned int)width);
	if (!err)
		err = page_number(req, &page);
	if (!err)
		err = zong_material_png(req->archive, &req->who, req->param[0], page,
			(uint32_t)width, &png, &req->err);
	return err ? err : zong_reply_buffer(req, MHD_HTTP_OK, "image/png", &png);
}
