/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#include <zong/cleanup.h>
#include <zong/time.h>

#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"
#include "http/status.h"
#include "http/upload.h"

/* Refusing a request whose body is still on its way. The library sends a reply only before the
 * first or after the last byte of the body, and it closes a connection with bytes unread, which
 * takes the reply away from a sender that has not read it yet. So:
 *   - who waits for `100 Continue` gets the reply at once and sends nothing;
 *   - a short body is thrown away, then the reply goes out as usual;
 *   - for a long one the reply is written to the socket here, our side of the connection is closed,
 * and what still comes is thrown away for a while: long enough for every sender to look up and
 * read. */

#define SHORT_BODY ZONG_LIMIT_JSON
#define REPLY_MAX 8192

static int connection_fd(struct zong_request *req)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(req->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? info->connect_fd : -1;
}

static int format_reply(
	struct zong_request *req, int code, unsigned int status, struct zong_buf *buf)
{
	_cleanup_free_ char *body = NULL;
	char date[40];
	time_t now = time(NULL);
	struct tm parts;
	json_t *json = zong_problem_json(
		code, status, req->err.code == code ? req->err.subject : "", req->language);

	if (!json)
		return ZONG_ENOMEM;
	body = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	if (!body)
		return ZONG_ENOMEM;
	/* The process keeps to the locale "C", whose names of days are those of HTTP. */
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &parts));
	return zong_buf_add_format(buf,
		"HTTP/1.1 %u %s\r\nDate: %s\r\nConnection: close\r\nContent-Type: "
		"application/problem+json\r\n"
		"Content-Language: %s\r\nCache-Control: no-store\r\nX-Content-Type-Options: "
		"nosniff\r\n"
		"Content-Length: %zu\r\n%s\r\n%s",
		status, MHD_get_reason_phrase_for(status), date, req->language, strlen(body),
		status == MHD_HTTP_UNAUTHORIZED ? "WWW-Authenticate: Bearer realm=\"zong\"\r\n"
						: "",
		body);
}

/* A few kilobytes fit into the socket of a connection on which nothing was sent yet. */
static enum MHD_Result answer_now(struct zong_request *req, int code, unsigned int status)
{
	_cleanup_(zong_buf_release) struct zong_buf buf = ZONG_BUF_INIT(REPLY_MAX);
	int fd = connection_fd(req);

	if (fd < 0 || format_reply(req, code, status, &buf))
		return MHD_NO;
	if (send(fd, buf.data, buf.len, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)buf.len)
		return MHD_NO;
	shutdown(fd, SHUT_WR);
	req->status = status;
	req->phase = ZONG_PHASE_DRAIN;
	req->drain_until = zong_time_monotonic() + ZONG_LIMIT_REFUSED_SECONDS * ZONG_SECOND;
	req->received = 0;
	return MHD_YES;
}

enum MHD_Result zong_refuse(
	struct zong_request *req, int code, unsigned int status, uint64_t received)
{
	const char *expect = zong_request_header(req, MHD_HTTP_HEADER_EXPECT);
	bool known = req->expected != UINT64_MAX;
	uint64_t left = known && req->expected > received ? req->expected - received : 0;

	if (!status)
		status = zong_status_of(code);
	if (req->upload) {
		zong_upload_free(req->upload);
		req->upload = NULL;
	}
	zong_buf_release(&req->body);
	if (expect && strcasecmp(expect, "100-continue") == 0 && req->phase == ZONG_PHASE_NEW &&
		(left > 0 || !known)) {
		if (zong_reply_problem(req, code, status))
			return MHD_NO;
		req->phase = ZONG_PHASE_REPLY;
		return MHD_queue_response(req->connection, req->status, req->response);
	}
	if (!known || left > SHORT_BODY)
		return answer_now(req, code, status);
	if (zong_reply_problem(req, code, status))
		return MHD_NO;
	req->phase = ZONG_PHASE_SKIP;
	return MHD_YES;
}
