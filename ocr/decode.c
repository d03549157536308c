/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decode.h"

const struct zong_decoder *zong_decoder_of(enum zong_media media)
{
	switch (media) {
	case ZONG_MEDIA_TIFF:
		return &zong_decoder_tiff;
	case ZONG_MEDIA_PDF:
		return &zong_decoder_pdf;
	case ZONG_MEDIA_JPEG:
		return &zong_decoder_jpeg;
	case ZONG_MEDIA_PNG:
		return &zong_decoder_png;
	default:
		return NULL;
	}
}

size_t zong_decode_read(int fd, void *ret_bytes, size_t len, uint64_t offset)
{
	uint8_t *bytes = ret_bytes;
	size_t done = 0;

	while (done < len && offset + done <= INT64_MAX) {
		ssize_t n = pread(fd, bytes + done, len - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	return done;
}

uint64_t zong_decode_size(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && status.st_size > 0 ? (uint64_t)status.st_size : 0;
}

float zong_decode_dpi(double dpi)
{
	return dpi >= 1 && dpi <= 100000 ? (float)dpi : 0;
}
