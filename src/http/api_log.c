/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/audit.h>
#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static json_t *line_json(const Zong__LogRecord *line)
{
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o}", "seq",
		(json_int_t)line->seq, "time", zong_json_time(line->time), "subject",
		zong_json_str(line->subject), "name", zong_json_str(line->name), "verb",
		zong_json_str(line->verb), "object", zong_json_str(line->object), "detail",
		zong_json_str(line->detail), "purpose", zong_json_str(line->purpose), "origin",
		zong_json_str(line->origin), "count", (json_int_t)line->count, "hash",
		zong_json_digest(&line->hash));
}

static int read_audit(struct zong_request *req, struct zong_audit *ret_audit)
{
	int err = zong_request_read_query(req);

	if (err)
		return err;
	ret_audit->subject = zong_request_query(req, "subject");
	ret_audit->verb = zong_request_query(req, "verb");
	ret_audit->object = zong_request_query(req, "object");
	ret_audit->origin = zong_request_query(req, "origin");
	ret_audit->words = zong_request_query(req, "words");
	ret_audit->from = zong_request_query(req, "from");
	ret_audit->to = zong_request_query(req, "to");
	return 0;
}

int zong_api_log(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	struct zong_audit audit;
	Zong__LogRecord **lines;
	json_t *array;
	size_t count, max;
	int err = read_audit(req, &audit);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_audit_list(req->archive, &req->who, &audit,
			zong_request_query(req, "cursor"), max, &lines, &count, &next, &req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, line_json(lines[i]));
	zong_audit_free(lines, count);
	return zong_reply_page(req, array, next);
}

int zong_api_export_log(struct zong_request *req)
{
	struct zong_audit audit;
	const char *encoding;
	uint64_t len;
	int fd;
	int err = read_audit(req, &audit);

	if (err)
		return err;
	encoding = zong_request_query(req, "encoding");
	err = zong_audit_export(
		req->archive, &req->who, &audit, encoding, &fd, &len, &req->err);
	return err ? err : zong_reply_table(req, fd, len, encoding, "log");
}
