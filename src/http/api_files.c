/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/gnutls.h>

#include <zong/cleanup.h>
#include <zong/material.h>
#include <zong/media.h>

#include "http/api.h"
#include "http/range.h"
#include "http/replies.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

#define BLOCK (128 * 1024)
#define IMMUTABLE "private, max-age=31536000, immutable"
#define ASK_AGAIN "private, no-cache" /* what is read later changes it */
#define KEEP_NONE "no-store"          /* a browser at a desk that many use, and each reading is to be asked for */

/* What a reply gives out of a file that is read piece by piece. */
struct reader {
	struct zong_bytes *bytes;
	uint64_t first;
};

static ssize_t read_block(void *cls, uint64_t position, char *buf, size_t max)
{
	struct reader *reader = cls;
	size_t got = 0;

	if (zong_bytes_read(reader->bytes, reader->first + position, buf, max, &got))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	return got ? (ssize_t)got : MHD_CONTENT_READER_END_OF_STREAM;
}

static void close_reader(void *cls)
{
	struct reader *reader = cls;

	zong_bytes_close(reader->bytes);
	free(reader);
}

static void close_bytes(void *cls)
{
	zong_bytes_close(cls);
}

/* A reply with @len bytes from @first on; @bytes are taken over, also on failure. */
static struct MHD_Response *body_of(struct zong_bytes *bytes, uint64_t first, uint64_t len)
{
	const char *whole = zong_bytes_whole(bytes);
	struct MHD_Response *response;
	struct reader *reader;

	if (whole) {
		response = MHD_create_response_from_buffer_with_free_callback_cls(
			(size_t)len, (void *)(whole + first), close_bytes, bytes);
		if (!response)
			zong_bytes_close(bytes);
		return response;
	}
	reader = malloc(sizeof(*reader));
	if (!reader) {
		zong_bytes_close(bytes);
		return NULL;
	}
	reader->bytes = bytes;
	reader->first = first;
	response = MHD_create_response_from_callback(len, BLOCK, read_block, reader, close_reader);
	if (!response)
		close_reader(reader);
	return response;
}

static void format_etag(const struct zong_digest *digest, char ret_etag[72])
{
	char text[ZONG_DIGEST_TEXT];

	zong_digest_format(digest, text);
	snprintf(ret_etag, 72, "\"%.64s\"", text + strlen("sha256:"));
}

static int add(struct MHD_Response *response, const char *name, const char *value)
{
	return MHD_add_response_header(response, name, value) == MHD_YES ? 0 : ZONG_ENOMEM;
}

/* RFC 9530 §3: of the whole file, also where a part is sent. */
static int add_digest(struct MHD_Response *response, const struct zong_digest *digest)
{
	const gnutls_datum_t raw = {(unsigned char *)digest->bytes, ZONG_DIGEST_SIZE};
	gnutls_datum_t encoded;
	char value[80];

	if (gnutls_base64_encode2(&raw, &encoded))
		return ZONG_ENOMEM;
	snprintf(value, sizeof(value), "sha-256=:%.*s:", (int)encoded.size, encoded.data);
	gnutls_free(encoded.data);
	return add(response, "Repr-Digest", value);
}

/* RFC 6266, RFC 8187: the name as it came, percent-encoded, which holds for every character. */
static int add_name(struct MHD_Response *response, const char *name)
{
	_cleanup_(zong_buf_release) struct zong_buf value = ZONG_BUF_INIT(4096);
	const char *p;

	zong_buf_add_str(&value, "inline; filename*=UTF-8''");
	for (p = name; *p; p++) {
		if ((*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') ||
			(*p >= 'a' && *p <= 'z') || *p == '.' || *p == '-' || *p == '_')
			zong_buf_add_char(&value, *p);
		else
			zong_buf_add_format(&value, "%%%02X", (unsigned char)*p);
	}
	return value.err ? value.err : add(response, "Content-Disposition", zong_buf_str(&value));
}

static int add_file_headers(struct MHD_Response *response, const struct zong_digest *digest,
	enum zong_media media, const char *name, const char *etag, const char *cache)
{
	int err = add(response, MHD_HTTP_HEADER_ETAG, etag);

	if (!err)
		err = add(response, MHD_HTTP_HEADER_CACHE_CONTROL, cache);
	if (!err)
		err = add(response, MHD_HTTP_HEADER_CONTENT_TYPE, zong_media_type(media));
	if (!err)
		err = add(response, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
	if (!err)
		err = add(response, "X-Content-Type-Options", "nosniff");
	if (!err)
		err = add_digest(response, digest);
	if (!err && name && *name)
		err = add_name(response, name);
	return err;
}

static int reply_not_modified(
	struct zong_request *req, uint64_t size, const char *etag, const char *cache)
{
	int err = zong_reply_not_modified(req, size, etag);

	return err ? err : zong_reply_header(req, MHD_HTTP_HEADER_CACHE_CONTROL, cache);
}

static int reply_outside(struct zong_request *req, uint64_t size)
{
	char value[48];
	int err = zong_reply_problem(req, ZONG_ERANGE, 0);

	snprintf(value, sizeof(value), "bytes */%llu", (unsigned long long)size);
	return err ? err : zong_reply_header(req, MHD_HTTP_HEADER_CONTENT_RANGE, value);
}

/* Replies that are ready say how long a program may keep them; and nothing that comes out of a vault is kept for the next one who asks. */
static bool takes_ready(const struct zong_request *req)
{
	return !req->cookie && !req->entered &&
	       !zong_request_header(req, MHD_HTTP_HEADER_RANGE) &&
	       !zong_request_header(req, MHD_HTTP_HEADER_IF_NONE_MATCH);
}

/* Sends the file or the part of it that was asked for; @bytes are taken over. */
static int reply_bytes(struct zong_request *req, struct zong_bytes *bytes,
	const struct zong_range *range, const char *etag, const char *cache)
{
	const struct zong_digest digest = *zong_bytes_digest(bytes);
	const enum zong_media media = zong_bytes_media(bytes);
	const char *name =
		zong_arena_str(&req->arena, zong_bytes_name(bytes) ? zong_bytes_name(bytes) : "");
	const uint64_t size = zong_bytes_size(bytes);
	const bool part = range->kind == ZONG_RANGE_PART;
	const bool keep = !part && !req->cookie && !req->entered && size <= ZONG_REPLIES_BYTES && zong_bytes_whole(bytes) && name &&
			  strlen(name) < ZONG_REPLIES_NAME;
	const uint64_t len = part ? range->last - range->first + 1 : size;
	struct MHD_Response *response = body_of(bytes, part ? range->first : 0, len);
	char value[80];

	if (!response)
		return ZONG_ENOMEM;
	if (!name || add_file_headers(response, &digest, media, name, etag, cache)) {
		MHD_destroy_response(response);
		return ZONG_ENOMEM;
	}
	atomic_fetch_add_explicit(&req->http->traffic.fetched, len, memory_order_relaxed);
	if (keep) {
		req->kept =
			zong_replies_add(req->http->replies, &digest, name, size, etag, response);
		req->status = MHD_HTTP_OK;
		return req->kept ? 0 : ZONG_ENOMEM;
	}
	zong_reply_set(req, part ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK, response);
	if (!part)
		return 0;
	snprintf(value, sizeof(value), "bytes %llu-%llu/%llu", (unsigned long long)range->first,
		(unsigned long long)range->last, (unsigned long long)size);
	return zong_reply_header(req, MHD_HTTP_HEADER_CONTENT_RANGE, value);
}

/* @bytes are taken over. */
static int reply_file(struct zong_request *req, struct zong_bytes *bytes, const char *cache)
{
	const char *wanted = zong_request_header(req, MHD_HTTP_HEADER_RANGE);
	const char *known = zong_request_header(req, MHD_HTTP_HEADER_IF_NONE_MATCH);
	const struct zong_digest *digest = zong_bytes_digest(bytes);
	const char *name = zong_bytes_name(bytes);
	struct zong_range range = {.kind = ZONG_RANGE_WHOLE};
	uint64_t size = zong_bytes_size(bytes);
	char etag[72];

	if (req->cookie || req->entered)
		cache = KEEP_NONE;
	if (takes_ready(req)) {
		req->kept = zong_replies_get(req->http->replies, digest, name ? name : "");
		if (req->kept) {
			req->status = MHD_HTTP_OK;
			atomic_fetch_add_explicit(
				&req->http->traffic.fetched, req->kept->size, memory_order_relaxed);
			zong_bytes_close(bytes);
			return 0;
		}
	}
	format_etag(digest, etag);
	if (zong_etag_matches(known, etag)) {
		zong_bytes_close(bytes);
		return reply_not_modified(req, size, etag, cache);
	}
	if (wanted && zong_if_range_holds(zong_request_header(req, MHD_HTTP_HEADER_IF_RANGE), etag))
		zong_range_parse(wanted, size, &range);
	if (range.kind == ZONG_RANGE_OUTSIDE) {
		zong_bytes_close(bytes);
		return reply_outside(req, size);
	}
	return reply_bytes(req, bytes, &range, etag, cache);
}

/* The same connection asks for what it was given before, by the same token and with nothing
 * committed since: the decision is the same, only the reading is counted. ZONG_ENOTREADY where that
 * does not hold. */
static int reply_again(struct zong_request *req, bool by_digest)
{
	const struct zong_given *given = &req->given;
	struct zong_kept *kept;

	if (given->number == 0 || given->number != req->known_number ||
		given->by_digest != by_digest || strcmp(given->path, req->param[0]) != 0 ||
		!takes_ready(req))
		return ZONG_ENOTREADY;
	kept = zong_replies_get(req->http->replies, &given->digest, given->name);
	if (!kept)
		return ZONG_ENOTREADY;
	if (zong_bytes_again(req->archive, &req->who, by_digest ? NULL : req->param[0],
		    &given->digest)) {
		zong_replies_put(req->http->replies, kept);
		return ZONG_ENOTREADY;
	}
	req->kept = kept;
	req->status = MHD_HTTP_OK;
	atomic_fetch_add_explicit(&req->http->traffic.fetched, kept->size, memory_order_relaxed);
	return 0;
}

/* Only what a token of this connection was given; known_number is 0 for others. */
static void remember(struct zong_request *req, bool by_digest, const struct zong_bytes *bytes)
{
	const char *name = zong_bytes_name(bytes) ? zong_bytes_name(bytes) : "";
	struct zong_given *given = &req->given;

	given->number = 0;
	if (req->entered || strlen(req->param[0]) >= sizeof(given->path) || strlen(name) >= sizeof(given->name))
		return;
	memcpy(given->path, req->param[0], strlen(req->param[0]) + 1);
	memcpy(given->name, name, strlen(name) + 1);
	given->by_digest = by_digest;
	given->digest = *zong_bytes_digest(bytes);
	given->number = req->known_number;
}

int zong_api_material_file_quick(struct zong_request *req)
{
	struct zong_bytes *bytes;
	int err = reply_again(req, false);

	if (!err)
		return 0;
	err = zong_material_bytes_now(req->archive, &req->who, req->param[0], &bytes);
	if (err)
		return zong_err_set(&req->err, err, "%s", req->param[0]);
	remember(req, false, bytes);
	return reply_file(req, bytes, IMMUTABLE);
}

int zong_api_material_file(struct zong_request *req)
{
	struct zong_bytes *bytes;
	int err = zong_material_bytes(
		req->archive, &req->who, req->param[0], &bytes, &req->err);

	return err ? err : reply_file(req, bytes, IMMUTABLE);
}

int zong_api_material_pdf(struct zong_request *req)
{
	struct zong_bytes *bytes;
	int err =
		zong_material_pdf(req->archive, &req->who, req->param[0], &bytes, &req->err);

	return err ? err : reply_file(req, bytes, ASK_AGAIN);
}

/* A name that is no digest names nothing. */
static int file_digest(struct zong_request *req, struct zong_digest *ret_digest)
{
	if (strncmp(req->param[0], "sha256:", 7) != 0 ||
		zong_digest_parse(req->param[0], ret_digest))
		return zong_err_set(&req->err, ZONG_ENOENT, "%.80s", req->param[0]);
	return 0;
}

int zong_api_file_quick(struct zong_request *req)
{
	struct zong_digest digest;
	struct zong_bytes *bytes;
	int err = reply_again(req, true);

	if (!err)
		return 0;
	err = file_digest(req, &digest);
	if (!err)
		err = zong_file_bytes_now(req->archive, &req->who, &digest, &bytes);
	if (err)
		return zong_err_set(&req->err, err, "%s", req->param[0]);
	remember(req, true, bytes);
	return reply_file(req, bytes, IMMUTABLE);
}

int zong_api_file(struct zong_request *req)
{
	struct zong_digest digest;
	struct zong_bytes *bytes;
	int err = file_digest(req, &digest);

	if (!err)
		err = zong_file_bytes(req->archive, &req->who, &digest, &bytes, &req->err);
	return err ? err : reply_file(req, bytes, IMMUTABLE);
}
