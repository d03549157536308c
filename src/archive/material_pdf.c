/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/material.h>

#include "bytes.h"
#include "filecache.h"
#include "format_pdf.h"
#include "inside.h"
#include "journal.h"
#include "look.h"
#include "row.h"

#define NAME_MAX_BYTES 4096

struct view {
	struct zong_archive *archive;
	Zong__Material *material;
	Zong__File *row;
	struct zong_digest digest; /* of the file */
	const struct zong_filecache_file *file;
	struct zong_err *err;
};

static int look(struct view *view, const struct zong_subject *who, const char *id)
{
	struct zong_txn *txn;
	int err = zong_access_may(who, ZONG_VERB_MATERIAL_READ, NULL);

	if (!err)
		err = zong_store_read_begin(view->archive->store, &txn);
	if (err)
		return err;
	err = zong_look_material(txn, who, id, &view->material);
	if (!err && view->material->destroyed)
		err = ZONG_EDESTROYED;
	if (!err && !zong_row_digest(&view->material->file, &view->digest))
		err = ZONG_ECORRUPT;
	if (!err) {
		err = zong_row_file(txn, &view->digest, &view->row);
		if (err == ZONG_ENOENT)
			err = ZONG_ECORRUPT;
	}
	zong_txn_end(txn);
	return err;
}

static int get_image(
	void *ctx, uint32_t page, struct zong_arena *arena, struct zong_image *ret_image)
{
	struct view *view = ctx;
	int err = zong_pool_image(view->archive->pool, &view->digest, view->file->fd,
		view->file->bytes, view->file->media, page, arena, ret_image, view->err);

	/* Of a page that was taken in as damaged, whatever the worker says now. */
	return err && view->row->pages[page - 1]->err && err != ZONG_ECANCELLED ? ZONG_EDAMAGED
										: err;
}

static int get_reading(void *ctx, uint32_t page, Zong__Reading **ret_reading)
{
	struct view *view = ctx;
	struct zong_digest raster;
	struct zong_txn *txn;
	int err;

	if (!zong_row_digest(&view->row->pages[page - 1]->raster, &raster))
		return ZONG_ENOTREADY;
	err = zong_store_read_begin(view->archive->store, &txn);
	if (err)
		return err;
	err = zong_reading_get(txn, &raster, ret_reading);
	zong_txn_end(txn);
	return err == ZONG_ENOENT ? ZONG_ENOTREADY : err;
}

/* The material's name with another ending. */
static int name_of(const Zong__Material *material, struct zong_buf *buf)
{
	const char *name = material->file_name;
	const char *end = strrchr(name, '.');
	size_t len = end && end > name ? (size_t)(end - name) : strlen(name);

	zong_buf_add(buf, name, len);
	return zong_buf_add_str(buf, len ? ".pdf" : "zong.pdf");
}

static int make(struct view *view, struct zong_bytes **ret_bytes)
{
	_cleanup_(zong_buf_release) struct zong_buf name = ZONG_BUF_INIT(NAME_MAX_BYTES);
	struct zong_format_pdf source = {
		.material = view->material,
		.pages = (uint32_t)view->row->n_pages,
		.image = get_image,
		.reading = get_reading,
		.ctx = view,
	};
	_cleanup_close_ int fd = -1;
	struct zong_digest digest;
	uint64_t size = 0;
	int err;

	err = zong_filecache_take(view->archive->files, &view->digest, &view->file);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	source.fd = view->file->fd;
	err = zong_file_spool(view->archive->spool, &fd);
	if (!err)
		err = zong_format_pdf_write(&source, fd, &size, &digest);
	zong_filecache_give(view->archive->files, view->file);
	if (!err)
		err = name_of(view->material, &name);
	return err ? err
		   : zong_bytes_of_spool(take_fd(fd), size, &digest, ZONG_MEDIA_PDF,
			     zong_buf_str(&name), ret_bytes);
}

int zong_material_pdf(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_bytes **ret_bytes, struct zong_err *err)
{
	struct zong_err inner = {0};
	struct view view = {.archive = archive, .err = &inner};
	char object[ZONG_LOOK_OBJECT];
	int code = look(&view, who, id);

	if (!code) {
		zong_look_object(view.material, object);
		code = zong_journal_read(archive->journal, who, "file.read", object);
	}
	if (!code)
		code = archive->pool ? make(&view, ret_bytes) : ZONG_EWORKER;
	if (view.row)
		zong__file__free_unpacked(view.row, NULL);
	if (view.material)
		zong__material__free_unpacked(view.material, NULL);
	if (code && code == inner.code)
		return zong_err_set(err, code, "%s", inner.subject);
	return code ? zong_err_set(err, code, "%s", id) : 0;
}
