/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_UPLOAD_H
#define ZONG_HTTP_UPLOAD_H

/* An upload while it arrives: multipart/form-data with `meta` (JSON, kept in memory, bounded) and
 * then `file` (written to a file without a name and digested on the way). The case, the departments
 * and the right are asked for when the meta is complete, before the file has come. Memory does not
 * grow with the file. What is not finished leaves nothing. Threads: one at a time. */

#include <stddef.h>

#include <zong/material.h>

struct zong_request;
struct zong_upload;

/* ZONG_EMULTIPART (not a form), ZONG_ENOMEM. */
int zong_upload_begin(struct zong_request *req, struct zong_upload **ret_upload);
/* Also the first code again after a failure. ZONG_EMULTIPART, ZONG_EJSON, ZONG_ELIMIT,
 * ZONG_ETOOBIG, those of zong_intake_check and of writing the file; req->err tells more. */
int zong_upload_add(struct zong_upload *upload, const char *bytes, size_t len);
/* All has come: what is to be taken in. Borrowed of @upload. ZONG_EMULTIPART (cut short, or without
 * a file). */
int zong_upload_end(struct zong_upload *upload, const struct zong_intake **ret_intake);
void zong_upload_free(struct zong_upload *upload);

#endif
