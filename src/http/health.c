/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/api.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

#define TEXT_TYPE "text/plain; charset=utf-8"

int zong_api_healthz(struct zong_request *req)
{
	return zong_reply_fixed(req, MHD_HTTP_OK, TEXT_TYPE, "ok\n", 3);
}

int zong_api_readyz(struct zong_request *req)
{
	static const char waiting[] = "no worker\n", closing[] = "closing\n";
	struct zong_status status;

	if (atomic_load(&req->http->closing))
		return zong_reply_fixed(
			req, MHD_HTTP_SERVICE_UNAVAILABLE, TEXT_TYPE, closing, sizeof(closing) - 1);
	zong_status_peek(req->http->archive, &status);
	if (status.workers == 0)
		return zong_reply_fixed(
			req, MHD_HTTP_SERVICE_UNAVAILABLE, TEXT_TYPE, waiting, sizeof(waiting) - 1);
	return zong_reply_fixed(req, MHD_HTTP_OK, TEXT_TYPE, "ready\n", 6);
}
