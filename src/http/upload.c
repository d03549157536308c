/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/utf8.h>

#include "http/json.h"
#include "http/request.h"
#include "http/server.h"
#include "http/upload.h"

#define PARSER_MEMORY (16 * 1024)

enum part { PART_NONE, PART_META, PART_FILE };

struct zong_upload {
	struct zong_request *req;
	struct MHD_PostProcessor *parser;
	int err; /* first failure */
	unsigned int parts;
	enum part part; /* coming now */
	bool have_meta, have_file;
	struct zong_buf meta;
	json_t *json;
	char *file_name; /* of the part, where the meta names none */
	int fd;
	uint64_t memory; /* of the bytes, those that lie in memory */
	struct zong_digest_state *digesting;
	struct zong_digest digest;
	struct zong_intake intake;
};

/* The meta is complete: what it asks for, may it be done? */
static int check_meta(struct zong_upload *upload)
{
	struct zong_request *req = upload->req;
	bool there = true;
	int err;

	err = zong_json_parse_intake(zong_buf_str(&upload->meta), upload->meta.len, &req->arena,
		&upload->intake, &upload->json, &req->err);
	if (err)
		return err;
	if (!*upload->intake.file_name && upload->file_name)
		upload->intake.file_name = upload->file_name;
	if (req->entered && *upload->intake.case_no) {
		err = zong_vault_sees_case(req->http->archive, &req->outside, &req->inside,
			upload->intake.case_no, &there, &req->err);
		if (err || !there) /* it is brought when all has come, and the rest looked at then */
			return err;
	}
	return zong_intake_check(req->archive, &req->who, &upload->intake, &req->err);
}

/* What goes into a vault comes to no disk unsealed: it waits in memory, of which there is only so much for all. */
static int take_memory(struct zong_upload *upload, size_t len)
{
	struct zong_request *req = upload->req;
	uint64_t taken;

	if (!req->entered)
		return 0;
	if (len > ZONG_LIMIT_VAULT_FILE - upload->intake.len)
		return zong_err_set(&req->err, ZONG_ETOOBIG, NULL);
	taken = atomic_fetch_add(&req->http->in_memory, len);
	upload->memory += len;
	return taken + len > ZONG_LIMIT_VAULT_MEMORY ? ZONG_ENOMEM : 0;
}

static int begin_file(struct zong_upload *upload, const char *file_name)
{
	struct zong_request *req = upload->req;
	int err;

	if (upload->have_file)
		return zong_err_set(&req->err, ZONG_EMULTIPART, "file, file");
	if (!upload->have_meta)
		return zong_err_set(&req->err, ZONG_EMULTIPART, "meta");
	upload->have_file = true;
	if (file_name && zong_utf8_printable(file_name, strlen(file_name))) {
		upload->file_name = zong_arena_str(&req->arena, file_name);
		if (!upload->file_name)
			return ZONG_ENOMEM;
	}
	err = check_meta(upload);
	if (!err)
		err = zong_file_spool(zong_archive_spool(req->archive), &upload->fd);
	if (!err)
		err = zong_digest_begin(&upload->digesting);
	return err;
}

static int begin_part(struct zong_upload *upload, const char *key, const char *file_name)
{
	struct zong_request *req = upload->req;

	if (++upload->parts > ZONG_LIMIT_FORM_FIELDS)
		return zong_err_set(&req->err, ZONG_EMULTIPART, "%u > %d", upload->parts,
			ZONG_LIMIT_FORM_FIELDS);
	if (key && strcmp(key, "file") == 0) {
		upload->part = PART_FILE;
		return begin_file(upload, file_name);
	}
	if (key && strcmp(key, "meta") == 0) {
		upload->part = PART_META;
		if (upload->have_meta)
			return zong_err_set(&req->err, ZONG_EMULTIPART, "meta, meta");
		upload->have_meta = true;
		return 0;
	}
	return zong_err_set(&req->err, ZONG_EMULTIPART, "%.80s: meta | file", key ? key : "");
}

static int add_file(struct zong_upload *upload, const char *bytes, size_t len)
{
	int err;

	if (len > ZONG_LIMIT_FILE - upload->intake.len)
		return zong_err_set(&upload->req->err, ZONG_ETOOBIG, NULL);
	err = take_memory(upload, len);
	if (!err)
		err = zong_file_write_all(upload->fd, bytes, len);
	if (err)
		return err;
	zong_digest_add(upload->digesting, bytes, len);
	upload->intake.len += len;
	return 0;
}

static int add_part(struct zong_upload *upload, const char *key, const char *file_name,
	const char *bytes, uint64_t offset, size_t len)
{
	int err;

	if (offset == 0) {
		err = begin_part(upload, key, file_name);
		if (err)
			return err;
	}
	if (upload->part == PART_FILE)
		return add_file(upload, bytes, len);
	err = zong_buf_add(&upload->meta, bytes, len);
	if (err == ZONG_ELIMIT)
		return zong_err_set(&upload->req->err, ZONG_ELIMIT, "meta");
	return err;
}

static enum MHD_Result take_part(void *cls, enum MHD_ValueKind kind, const char *key,
	const char *file_name, const char *type, const char *encoding, const char *bytes,
	uint64_t offset, size_t len)
{
	struct zong_upload *upload = cls;

	(void)kind;
	(void)type;
	(void)encoding;
	if (!upload->err)
		upload->err = add_part(upload, key, file_name, bytes, offset, len);
	return upload->err ? MHD_NO : MHD_YES;
}

int zong_upload_begin(struct zong_request *req, struct zong_upload **ret_upload)
{
	static const char form[] = "multipart/form-data";
	const char *type = zong_request_header(req, MHD_HTTP_HEADER_CONTENT_TYPE);
	struct zong_upload *upload;

	if (!type || strncasecmp(type, form, sizeof(form) - 1) != 0)
		return zong_err_set(&req->err, ZONG_EMULTIPART, "Content-Type: %s", form);
	upload = calloc(1, sizeof(*upload));
	if (!upload)
		return ZONG_ENOMEM;
	upload->req = req;
	upload->fd = -1;
	upload->intake.fd = -1;
	upload->intake.file_name = "";
	zong_buf_init(&upload->meta, ZONG_LIMIT_META);
	upload->parser =
		MHD_create_post_processor(req->connection, PARSER_MEMORY, take_part, upload);
	if (!upload->parser) {
		zong_upload_free(upload);
		return zong_err_set(&req->err, ZONG_EMULTIPART, "boundary");
	}
	*ret_upload = upload;
	return 0;
}

int zong_upload_add(struct zong_upload *upload, const char *bytes, size_t len)
{
	if (!upload->err && MHD_post_process(upload->parser, bytes, len) != MHD_YES && !upload->err)
		upload->err = zong_err_set(&upload->req->err, ZONG_EMULTIPART, NULL);
	return upload->err;
}

int zong_upload_end(struct zong_upload *upload, const struct zong_intake **ret_intake)
{
	enum MHD_Result whole = MHD_destroy_post_processor(upload->parser);
	struct zong_err *err = &upload->req->err;

	upload->parser = NULL;
	if (upload->err)
		return upload->err;
	if (whole != MHD_YES)
		return zong_err_set(err, ZONG_EMULTIPART, "…");
	if (!upload->have_file)
		return zong_err_set(
			err, ZONG_EMULTIPART, upload->have_meta ? "file" : "meta, file");
	zong_digest_end(take_ptr(upload->digesting), &upload->digest);
	upload->intake.digest = &upload->digest;
	upload->intake.fd = upload->fd;
	*ret_intake = &upload->intake;
	return 0;
}

void zong_upload_free(struct zong_upload *upload)
{
	if (!upload)
		return;
	if (upload->parser)
		MHD_destroy_post_processor(upload->parser);
	if (upload->digesting)
		zong_digest_abandon(upload->digesting);
	if (upload->json)
		json_decref(upload->json);
	if (upload->fd >= 0)
		close(upload->fd);
	atomic_fetch_sub(&upload->req->http->in_memory, upload->memory);
	zong_buf_release(&upload->meta);
	free(upload);
}
