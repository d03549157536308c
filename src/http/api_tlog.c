/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log as a transparency log: heads, tiles, proofs, cosignatures (zong/tlog.h). */
#include <stdlib.h>
#include <string.h>

#include <zong/base64.h>
#include <zong/cleanup.h>
#include <zong/tlog.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"
#include "http/tile.h"

#define TEXT_TYPE "text/plain; charset=utf-8"
#define BYTES_TYPE "application/octet-stream"
/* A tile never changes; heads may be a few seconds old. */
#define FOR_EVER "public, max-age=31536000, immutable"
#define FOR_EVER_PRIVATE "private, max-age=31536000, immutable"
#define FOR_A_MOMENT "public, max-age=2"
#define BUNDLE_MAX (256 * (2 + 65535))

/* Replies say no-store; these shall not. */
static int reply(
	struct zong_request *req, const char *type, struct zong_buf *buf, const char *cache)
{
	int err = zong_reply_buffer(req, MHD_HTTP_OK, type, buf);

	if (err)
		return err;
	MHD_del_response_header(req->response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	return zong_reply_header(req, MHD_HTTP_HEADER_CACHE_CONTROL, cache);
}

int zong_api_tlog_key(struct zong_request *req)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(2 * ZONG_NOTE_KEY);
	char key[ZONG_NOTE_KEY];

	zong_tlog_key(req->archive, key);
	zong_buf_add_format(&text, "%s\n", key);
	return zong_reply_buffer(req, MHD_HTTP_OK, TEXT_TYPE, &text);
}

int zong_api_tlog_checkpoint(struct zong_request *req)
{
	_cleanup_(zong_buf_release) struct zong_buf note = ZONG_BUF_INIT(2 * ZONG_NOTE_MAX);
	bool witnessed = false, stamped = false;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_bool(req, "witnessed", &witnessed);
	if (!err)
		err = zong_request_bool(req, "stamped", &stamped);
	if (!err && stamped)
		err = zong_tlog_stamped(req->archive, &note, NULL);
	else if (!err)
		err = zong_tlog_checkpoint(req->archive, witnessed, &note);
	return err ? err : reply(req, TEXT_TYPE, &note, FOR_A_MOMENT);
}

int zong_api_tlog_timestamp(struct zong_request *req)
{
	_cleanup_(zong_buf_release) struct zong_buf stamp = ZONG_BUF_INIT(ZONG_TIMESTAMP_MAX);
	int err = zong_tlog_stamped(req->archive, NULL, &stamp);

	return err ? err : reply(req, ZONG_TIMESTAMP_REPLY_TYPE, &stamp, FOR_A_MOMENT);
}

int zong_api_tlog_tile(struct zong_request *req)
{
	_cleanup_(zong_buf_release) struct zong_buf bytes = ZONG_BUF_INIT(64 * 1024);
	struct zong_tile tile;
	int err;

	if (!zong_tile_parse(req->param[0], true, &tile))
		return ZONG_ENOENT;
	err = zong_tlog_tile(req->archive, tile.level, tile.index, tile.width, &bytes);
	return err ? err : reply(req, BYTES_TYPE, &bytes, FOR_EVER);
}

int zong_api_tlog_entries(struct zong_request *req)
{
	_cleanup_(zong_buf_release) struct zong_buf bytes = ZONG_BUF_INIT(BUNDLE_MAX);
	struct zong_tile tile;
	int err;

	if (!zong_tile_parse(req->param[0], false, &tile))
		return ZONG_ENOENT;
	err = zong_tlog_entries(req->archive, &req->who, tile.index, tile.width, &bytes);
	return err ? err : reply(req, BYTES_TYPE, &bytes, FOR_EVER_PRIVATE);
}

/* ---- proofs ---- */

static json_t *base64_json(const void *bytes, size_t len)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(ZONG_BASE64_LEN(len) + 16);

	if (zong_base64_add(&text, bytes, len))
		return NULL;
	return json_stringn(zong_buf_str(&text), text.len);
}

static json_t *hashes_json(const struct zong_merkle_proof *proof)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < proof->count; i++)
		json_array_append_new(array, base64_json(proof->hash[i].bytes, ZONG_DIGEST_SIZE));
	return array;
}

/* Of what is signed in a note: its text, with its last newline. */
static json_t *text_sm3(const struct zong_buf *buf)
{
	struct zong_digest digest;
	struct zong_note note;
	char text[ZONG_SM3_TEXT];

	if (zong_note_split((const char *)buf->data, buf->len, &note))
		return json_null();
	zong_sm3_of(note.text, note.text_len, &digest);
	zong_sm3_format(&digest, text);
	return json_string(text);
}

/* What the request add-checkpoint to a witness has as its body (c2sp.org/tlog-witness). */
static int reply_text(struct zong_request *req, uint64_t from,
	const struct zong_merkle_proof *proof, const struct zong_buf *note)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(64 * 1024);

	zong_buf_add_format(&text, "old %llu\n", (unsigned long long)from);
	for (size_t i = 0; i < proof->count; i++) {
		zong_base64_add(&text, proof->hash[i].bytes, ZONG_DIGEST_SIZE);
		zong_buf_add_char(&text, '\n');
	}
	zong_buf_add_char(&text, '\n');
	zong_buf_add(&text, note->data, note->len);
	return zong_reply_buffer(req, MHD_HTTP_OK, TEXT_TYPE, &text);
}

int zong_api_tlog_proof(struct zong_request *req)
{
	_cleanup_(zong_buf_release) struct zong_buf note = ZONG_BUF_INIT(2 * ZONG_NOTE_MAX);
	struct zong_merkle_proof proof;
	const char *format;
	uint64_t from, to;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_uint(req, "from", INT64_MAX, 0, &from);
	if (!err)
		err = zong_request_uint(req, "to", INT64_MAX, 0, &to);
	if (err)
		return err;
	format = zong_request_query(req, "format");
	if (format && strcmp(format, "json") != 0 && strcmp(format, "text") != 0)
		return zong_err_set(&req->err, ZONG_EQUERY, "format: json, text");
	err = zong_tlog_consistency(req->archive, from, &to, &proof, &note);
	if (err == ZONG_EINVAL)
		return zong_err_set(&req->err, ZONG_EQUERY, "from > to");
	if (err)
		return err;
	if (format && strcmp(format, "text") == 0)
		return reply_text(req, from, &proof, &note);
	return zong_reply_json(req, MHD_HTTP_OK,
		json_pack("{s:I, s:I, s:o, s:o, s:o}", "from", (json_int_t)from, "to", (json_int_t)to,
			"hashes", hashes_json(&proof), "checkpoint",
			zong_json_str(zong_buf_str(&note)), "checkpoint_sm3", text_sm3(&note)));
}

int zong_api_record_proof(struct zong_request *req)
{
	struct zong_tlog_proof proof;
	const char *text = req->param[0];
	uint64_t seq = 0;
	json_t *json;
	int err;

	/* What is no number is no line, as what is no line's number. */
	for (; *text >= '0' && *text <= '9' && seq < INT64_MAX / 10; text++)
		seq = seq * 10 + (uint64_t)(*text - '0');
	if (*text || seq == 0)
		return zong_err_set(&req->err, ZONG_ENOENT, "%.40s", req->param[0]);
	err = zong_tlog_prove(req->archive, &req->who, seq, &proof, &req->err);
	if (err)
		return err;
	json = json_pack("{s:s, s:I, s:o, s:o, s:o, s:o}", "format", "zong-proof/1", "index",
		(json_int_t)(proof.seq - 1), "record",
		base64_json(proof.entry.data, proof.entry.len), "path", hashes_json(&proof.path),
		"checkpoint", zong_json_str(zong_buf_str(&proof.note)), "checkpoint_sm3",
		text_sm3(&proof.note));
	zong_tlog_proof_release(&proof);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}

/* ---- witnesses ---- */

int zong_api_tlog_cosign(struct zong_request *req)
{
	size_t count;
	int err = zong_tlog_cosign(req->archive, req->origin, zong_buf_str(&req->body),
		req->body.len, &count, &req->err);

	return err ? err
		   : zong_reply_json(req, MHD_HTTP_OK,
			     json_pack("{s:I}", "cosignatures", (json_int_t)count));
}
