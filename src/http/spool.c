/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <unistd.h>

#include <zong/archive.h>
#include <zong/file.h>
#include <zong/limits.h>

#include "http/request.h"
#include "http/server.h"
#include "http/spool.h"

int zong_spool_begin(struct zong_request *req, struct zong_spool **ret_spool)
{
	struct zong_spool *spool = calloc(1, sizeof(*spool));
	int err;

	if (!spool)
		return ZONG_ENOMEM;
	err = zong_file_spool(zong_archive_spool(req->archive), &spool->fd);
	if (err) {
		free(spool);
		return err;
	}
	*ret_spool = spool;
	return 0;
}

int zong_spool_add(struct zong_spool *spool, const char *bytes, size_t len)
{
	int err;

	if (len > ZONG_LIMIT_TABLE - spool->len)
		return ZONG_ELIMIT;
	err = zong_file_write_all(spool->fd, bytes, len);
	if (!err)
		spool->len += len;
	return err;
}

void zong_spool_free(struct zong_spool *spool)
{
	if (!spool)
		return;
	close(spool->fd);
	free(spool);
}
