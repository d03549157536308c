/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_SPOOL_H
#define ZONG_HTTP_SPOOL_H

/* A body that goes into a file without a name as it comes: a table, which may be larger than what is kept in memory.
 * What is not finished leaves nothing. Threads: one at a time. */

#include <stddef.h>
#include <stdint.h>

struct zong_request;

struct zong_spool {
	int fd;
	uint64_t len;
};

/* ZONG_ENOMEM, and those of zong_file_spool. */
int zong_spool_begin(struct zong_request *req, struct zong_spool **ret_spool);
/* ZONG_ELIMIT: over ZONG_LIMIT_TABLE; ZONG_ENOSPC, ZONG_EIO. */
int zong_spool_add(struct zong_spool *spool, const char *bytes, size_t len);
void zong_spool_free(struct zong_spool *spool); /* NULL is fine */

#endif
