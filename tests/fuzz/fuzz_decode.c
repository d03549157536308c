/* SPDX-License-Identifier: GPL-3.0-or-later */

/* TIFF, JPEG and PNG as a worker is given them: opened, each page decoded, looked at and told, its coded
 * image told too. What is decoded twice is the same twice, since pages are known by their pixels. */

#include <string.h>

#include <zong/byteorder.h>

#include "document.h"
#include "fuzz.h"

#define PAGES 3 /* of one file */

static bool is_small(uint64_t width, uint64_t height)
{
	return width * height <= FUZZ_PIXELS;
}

/* Whatever looks like a frame header counts. */
static bool is_small_jpeg(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i + 9 <= len; i++)
		if (bytes[i] == 0xff && (bytes[i + 1] & 0xf0) == 0xc0 &&
			!is_small(zong_read_be16(bytes + i + 7), zong_read_be16(bytes + i + 5)))
			return false;
	return true;
}

static bool is_small_file(const uint8_t *bytes, size_t len, enum zong_media media)
{
	if (media == ZONG_MEDIA_JPEG)
		return is_small_jpeg(bytes, len);
	return media != ZONG_MEDIA_PNG || len < 24 ||
	       is_small(zong_read_be32(bytes + 16), zong_read_be32(bytes + 20));
}

const unsigned int fuzz_rounds = 120;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	enum zong_media media = zong_media_of(bytes, len);
	struct fuzz_document document;
	uint32_t page;

	if (media == ZONG_MEDIA_UNKNOWN || media == ZONG_MEDIA_PDF ||
		!is_small_file(bytes, len, media) ||
		!fuzz_open(fuzz_file(bytes, len), media, &document))
		return 0;
	for (page = 1; page <= document.pages && page <= PAGES; page++) {
		struct zong_digest one, other;

		if (!fuzz_image(&document, page) || fuzz_probe(&document, page, &one))
			continue;
		must_hold(fuzz_probe(&document, page, &other) == 0);
		must_hold(memcmp(&one, &other, sizeof(one)) == 0);
	}
	fuzz_close(&document);
	return 0;
}
