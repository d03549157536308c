/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <microhttpd.h>

#include <zong/archive.h>
#include <zong/cleanup.h>

#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/route.h"
#include "http/status.h"

#define JSON_TYPE "application/json"
#define PROBLEM_TYPE "application/problem+json"
#define DETAIL_MAX 4096

void zong_reply_set(struct zong_request *req, unsigned int status, struct MHD_Response *response)
{
	if (req->response)
		MHD_destroy_response(req->response);
	req->response = response;
	req->status = status;
}

int zong_reply_header(struct zong_request *req, const char *name, const char *value)
{
	return MHD_add_response_header(req->response, name, value) == MHD_YES ? 0 : ZONG_ENOMEM;
}

static int finish(struct zong_request *req, unsigned int status, const char *type,
	struct MHD_Response *response)
{
	if (!response)
		return ZONG_ENOMEM;
	if ((type && MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type) !=
			     MHD_YES) ||
		MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") !=
			MHD_YES ||
		MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") != MHD_YES) {
		MHD_destroy_response(response);
		return ZONG_ENOMEM;
	}
	zong_reply_set(req, status, response);
	return 0;
}

static int send_json(struct zong_request *req, unsigned int status, const char *type, json_t *json)
{
	struct MHD_Response *response;
	char *text;

	if (!json)
		return ZONG_ENOMEM;
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	if (!text)
		return ZONG_ENOMEM;
	response = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
	if (!response)
		free(text);
	return finish(req, status, type, response);
}

int zong_reply_json(struct zong_request *req, unsigned int status, json_t *json)
{
	return send_json(req, status, JSON_TYPE, json);
}

int zong_reply_page(struct zong_request *req, json_t *items, const char *next)
{
	return zong_reply_json(req, MHD_HTTP_OK,
		json_pack("{s:o, s:o}", "items", items, "next", zong_json_next(next)));
}

int zong_reply_created(struct zong_request *req, json_t *json, const char *location)
{
	int err = send_json(req, MHD_HTTP_CREATED, JSON_TYPE, json);

	return err ? err : zong_reply_header(req, MHD_HTTP_HEADER_LOCATION, location);
}

int zong_reply_buffer(
	struct zong_request *req, unsigned int status, const char *type, struct zong_buf *buf)
{
	struct MHD_Response *response;
	size_t len = 0;
	char *bytes;

	if (buf->err)
		return buf->err;
	if (buf->len == 0)
		return zong_reply_fixed(req, status, type, "", 0);
	bytes = zong_buf_take(buf, &len);
	if (!bytes)
		return ZONG_ENOMEM;
	response = MHD_create_response_from_buffer(len, bytes, MHD_RESPMEM_MUST_FREE);
	if (!response)
		free(bytes);
	return finish(req, status, type, response);
}

int zong_reply_fixed(struct zong_request *req, unsigned int status, const char *type,
	const void *bytes, size_t len)
{
	return finish(req, status, type,
		MHD_create_response_from_buffer(len, (void *)bytes, MHD_RESPMEM_PERSISTENT));
}

int zong_reply_form(struct zong_request *req, int fd, uint64_t len, const char *name)
{
	struct MHD_Response *response = MHD_create_response_from_fd64(len, fd);
	char disposition[96];
	int err;

	if (!response)
		close(fd);
	err = finish(req, MHD_HTTP_OK, "application/pdf", response);
	if (err)
		return err;
	snprintf(disposition, sizeof(disposition), "inline; filename=\"%s.pdf\"", name);
	return zong_reply_header(req, MHD_HTTP_HEADER_CONTENT_DISPOSITION, disposition);
}

int zong_reply_plain(struct zong_request *req, int fd, uint64_t len, const char *name)
{
	struct MHD_Response *response = MHD_create_response_from_fd64(len, fd);
	char disposition[96];
	int err;

	if (!response)
		close(fd);
	err = finish(req, MHD_HTTP_OK, "text/plain; charset=utf-8", response);
	if (err)
		return err;
	snprintf(disposition, sizeof(disposition), "inline; filename=\"%s.txt\"", name);
	return zong_reply_header(req, MHD_HTTP_HEADER_CONTENT_DISPOSITION, disposition);
}

int zong_reply_table(
	struct zong_request *req, int fd, uint64_t len, const char *encoding, const char *name)
{
	struct MHD_Response *response = MHD_create_response_from_fd64(len, fd);
	bool chinese = encoding && (encoding[0] == 'g' || encoding[0] == 'G');
	char disposition[96];
	int err;

	if (!response)
		close(fd);
	err = finish(req, MHD_HTTP_OK,
		chinese ? "text/csv; charset=gb18030" : "text/csv; charset=utf-8", response);
	if (err)
		return err;
	snprintf(disposition, sizeof(disposition), "attachment; filename=\"%s.csv\"", name);
	return zong_reply_header(req, MHD_HTTP_HEADER_CONTENT_DISPOSITION, disposition);
}

int zong_reply_paper(
	struct zong_request *req, int fd, uint64_t len, const char *encoding, const char *name)
{
	return encoding ? zong_reply_table(req, fd, len, encoding, name)
			: zong_reply_form(req, fd, len, name);
}

int zong_reply_empty(struct zong_request *req, unsigned int status)
{
	return finish(req, status, NULL,
		MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT));
}

/* Never called: a 304 has no body. It is only there because a length wants a body to the library.
 */
static ssize_t read_nothing(void *cls, uint64_t position, char *buf, size_t max)
{
	(void)cls;
	(void)position;
	(void)buf;
	(void)max;
	return MHD_CONTENT_READER_END_WITH_ERROR;
}

int zong_reply_not_modified(struct zong_request *req, uint64_t size, const char *etag)
{
	struct MHD_Response *response =
		MHD_create_response_from_callback(size, 1, read_nothing, NULL, NULL);

	if (!response)
		return ZONG_ENOMEM;
	zong_reply_set(req, MHD_HTTP_NOT_MODIFIED, response);
	return zong_reply_header(req, MHD_HTTP_HEADER_ETAG, etag);
}

json_t *zong_problem_json(int code, unsigned int status, const char *subject, const char *language)
{
	_cleanup_(zong_buf_release) struct zong_buf detail = ZONG_BUF_INIT(DETAIL_MAX);
	char type[128];
	json_t *json, *clean;

	snprintf(type, sizeof(type), "urn:zong:problem:%s", zong_error_slug(code));
	json = json_pack("{s:s, s:s, s:s, s:i}", "type", type, "code", zong_error_slug(code),
		"title", zong_message_title(code, language), "status", (int)status);
	if (!json)
		return NULL;
	/* A subject may have been cut at a byte on its way. */
	clean = zong_json_str(subject);
	if (clean && zong_message_detail(&detail, code, json_string_value(clean), language) == 0 &&
		detail.len > 0)
		json_object_set_new(json, "detail", json_string(zong_buf_str(&detail)));
	if (*subject)
		json_object_set_new(json, "subject", clean);
	else
		json_decref(clean);
	return json;
}

static int add_problem_headers(struct zong_request *req, int code, unsigned int status)
{
	char allow[128];
	int err = zong_reply_header(req, MHD_HTTP_HEADER_CONTENT_LANGUAGE, req->language);

	if (!err && status == MHD_HTTP_UNAUTHORIZED)
		err = zong_reply_header(
			req, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer realm=\"zong\"");
	if (!err && status == MHD_HTTP_TOO_MANY_REQUESTS)
		err = zong_reply_header(req, MHD_HTTP_HEADER_RETRY_AFTER, "60");
	if (!err && (status == MHD_HTTP_SERVICE_UNAVAILABLE || code == ZONG_ENOTREADY))
		err = zong_reply_header(req, MHD_HTTP_HEADER_RETRY_AFTER, "5");
	if (!err && code == ZONG_EMETHOD && zong_route_allow(req->path, allow, sizeof(allow)))
		err = zong_reply_header(req, MHD_HTTP_HEADER_ALLOW, allow);
	return err;
}

int zong_reply_problem(struct zong_request *req, int code, unsigned int status)
{
	const char *subject = req->err.code == code ? req->err.subject : "";
	int err;

	if (!status)
		status = zong_status_of(code);
	err = send_json(
		req, status, PROBLEM_TYPE, zong_problem_json(code, status, subject, req->language));
	return err ? err : add_problem_headers(req, code, status);
}

int zong_reply_problem_with(struct zong_request *req, int code, const char *member, json_t *value)
{
	unsigned int status = zong_status_of(code);
	json_t *json = zong_problem_json(code, status, req->err.subject, req->language);

	if (!json) {
		json_decref(value);
		return ZONG_ENOMEM;
	}
	if (json_object_set_new(json, member, value)) {
		json_decref(json);
		return ZONG_ENOMEM;
	}
	return send_json(req, status, PROBLEM_TYPE, json);
}
