/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/api.h"
#include "http/description.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

int zong_api_status(struct zong_request *req)
{
	struct zong_status status;
	int err = zong_status_get(req->archive, &req->who, &status);

	return err ? err : zong_reply_json(req, MHD_HTTP_OK, zong_json_status(&status));
}

int zong_api_description(struct zong_request *req)
{
	return zong_reply_fixed(
		req, MHD_HTTP_OK, "application/yaml", zong_description, zong_description_size);
}
