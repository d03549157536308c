/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_MEDIA_H
#define ZONG_MEDIA_H

/* The kinds of file that zong takes, recognised by their first bytes and never by their name. */

#include <stddef.h>

enum zong_media {
	ZONG_MEDIA_UNKNOWN = 0,
	ZONG_MEDIA_TIFF = 1, /* classic and BigTIFF, either byte order */
	ZONG_MEDIA_PDF = 2,
	ZONG_MEDIA_JPEG = 3,
	ZONG_MEDIA_PNG = 4,
};

/* Needs up to the first 1024 bytes (a PDF header may come late, ISO 32000-1 Annex H note 13). */
enum zong_media zong_media_of(const void *bytes, size_t len);
/* "image/tiff", ...; "application/octet-stream" for unknown. */
const char *zong_media_type(enum zong_media media);
/* "tif", "pdf", "jpg", "png", "bin". */
const char *zong_media_ending(enum zong_media media);

#endif
