/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdbool.h>
#include <string.h>

#include <zong/media.h>

#define PDF_HEADER_WITHIN 1024

static bool starts_with(const void *bytes, size_t len, const char *magic, size_t magic_len)
{
	return len >= magic_len && memcmp(bytes, magic, magic_len) == 0;
}

#define STARTS_WITH(bytes, len, magic) starts_with((bytes), (len), (magic), sizeof(magic) - 1)

enum zong_media zong_media_of(const void *bytes, size_t len)
{
	if (len == 0)
		return ZONG_MEDIA_UNKNOWN;
	if (STARTS_WITH(bytes, len, "II*\0") || STARTS_WITH(bytes, len, "MM\0*") ||
		STARTS_WITH(bytes, len, "II+\0") || STARTS_WITH(bytes, len, "MM\0+"))
		return ZONG_MEDIA_TIFF;
	if (STARTS_WITH(bytes, len, "\xFF\xD8\xFF"))
		return ZONG_MEDIA_JPEG;
	if (STARTS_WITH(bytes, len, "\x89PNG\r\n\x1A\n"))
		return ZONG_MEDIA_PNG;
	if (memmem(bytes, len < PDF_HEADER_WITHIN ? len : PDF_HEADER_WITHIN, "%PDF-", 5))
		return ZONG_MEDIA_PDF;
	return ZONG_MEDIA_UNKNOWN;
}

const char *zong_media_type(enum zong_media media)
{
	switch (media) {
	case ZONG_MEDIA_TIFF:
		return "image/tiff";
	case ZONG_MEDIA_PDF:
		return "application/pdf";
	case ZONG_MEDIA_JPEG:
		return "image/jpeg";
	case ZONG_MEDIA_PNG:
		return "image/png";
	case ZONG_MEDIA_UNKNOWN:
		break;
	}
	return "application/octet-stream";
}

const char *zong_media_ending(enum zong_media media)
{
	switch (media) {
	case ZONG_MEDIA_TIFF:
		return "tif";
	case ZONG_MEDIA_PDF:
		return "pdf";
	case ZONG_MEDIA_JPEG:
		return "jpg";
	case ZONG_MEDIA_PNG:
		return "png";
	case ZONG_MEDIA_UNKNOWN:
		break;
	}
	return "bin";
}
