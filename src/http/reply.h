/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_REPLY_H
#define ZONG_HTTP_REPLY_H

/* Replies. Each function puts one into the request and returns 0, or ZONG_ENOMEM and leaves the
 * request without one. All but files say `Cache-Control: no-store`. */

#include <stdint.h>

#include <jansson.h>

#include <zong/buffer.h>

struct zong_request;
struct MHD_Response;

/* @json: reference is taken over, also on failure; NULL counts as no memory. */
int zong_reply_json(struct zong_request *req, unsigned int status, json_t *json);
/* 200 with one page of a list; @items as @json above, @next: the next cursor or NULL. */
int zong_reply_page(struct zong_request *req, json_t *items, const char *next);
/* As zong_reply_json, with 201 and a Location. */
int zong_reply_created(struct zong_request *req, json_t *json, const char *location);
/* The buffer's bytes are taken out of it. @type: static. */
int zong_reply_buffer(
	struct zong_request *req, unsigned int status, const char *type, struct zong_buf *buf);
/* Bytes that live for ever. */
int zong_reply_fixed(struct zong_request *req, unsigned int status, const char *type,
	const void *bytes, size_t len);
/* A table in a file, which is taken over, also on failure; @encoding as it was asked for, NULL: UTF-8. Saved by a browser as
 * @name.csv. */
int zong_reply_table(
	struct zong_request *req, int fd, uint64_t len, const char *encoding, const char *name);
/* A printed form as PDF in a file, which is taken over, also on failure. Saved by a browser as @name.pdf. */
int zong_reply_form(struct zong_request *req, int fd, uint64_t len, const char *name);
/* Text in a file, likewise. Saved by a browser as @name.txt. */
int zong_reply_plain(struct zong_request *req, int fd, uint64_t len, const char *name);
/* What is printed, or with an encoding a table: one of the above. */
int zong_reply_paper(
	struct zong_request *req, int fd, uint64_t len, const char *encoding, const char *name);
int zong_reply_empty(struct zong_request *req, unsigned int status);
/* 304; @size: of what is not sent. */
int zong_reply_not_modified(struct zong_request *req, uint64_t size, const char *etag);
/* RFC 9457 of a code, the subject from req->err; with what the status asks for: WWW-Authenticate,
 * Allow, Retry-After. @status 0: that of the code. */
int zong_reply_problem(struct zong_request *req, int code, unsigned int status);
/* The same of a code whose status is its own, with one member more; @value as @json above. */
int zong_reply_problem_with(struct zong_request *req, int code, const char *member, json_t *value);
/* Adds a header to the reply that is there. */
int zong_reply_header(struct zong_request *req, const char *name, const char *value);
/* Ours to give, from the caller. */
void zong_reply_set(struct zong_request *req, unsigned int status, struct MHD_Response *response);

/* The body of a problem, for those who write it themselves. */
json_t *zong_problem_json(int code, unsigned int status, const char *subject, const char *language);

#endif
