/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pages taken out of a TIFF or a PDF: what comes out is a document of that kind with just these pages, and
 * taking them out again changes nothing more. A page that could be decoded is the same page as before. */

#include <string.h>
#include <unistd.h>

#include <zong/buffer.h>
#include <zong/error.h>

#include "document.h"
#include "extract.h"
#include "fuzz.h"
#include "proto.h"

#define OUT (4 << 20)
#define PAGES 3

const unsigned int fuzz_rounds = 80;

static bool take_out(
	int fd, enum zong_media media, uint32_t first, uint32_t count, struct zong_buf *out)
{
	int err = zong_extract(fd, media, first, count, out);

	must_hold(err == 0 || (err < 0 && zong_proto_may_fail_with((uint32_t)-err)));
	return err == 0;
}

/* @first of @document is page 1 of what was taken out. */
static void same_pages(
	struct fuzz_document *document, uint32_t first, const struct zong_buf *out, uint32_t count)
{
	struct fuzz_document taken;

	must_hold(fuzz_open(fuzz_file(out->data, out->len), document->media, &taken));
	must_hold(taken.pages == count);
	for (uint32_t i = 0; i < count; i++) {
		struct zong_digest before, after;

		if (!fuzz_image(document, first + i) || fuzz_raster(document, first + i, &before))
			continue;
		must_hold(fuzz_raster(&taken, i + 1, &after) == 0);
		must_hold(memcmp(&before, &after, sizeof(before)) == 0);
	}
	fuzz_close(&taken);
}

static void take_out_again(const struct zong_buf *out, enum zong_media media, uint32_t count)
{
	struct zong_buf again = ZONG_BUF_INIT(OUT);
	int fd = fuzz_file(out->data, out->len);

	must_hold(zong_media_of(out->data, out->len) == media);
	must_hold(take_out(fd, media, 1, count, &again));
	if (media == ZONG_MEDIA_TIFF)
		must_hold(again.len == out->len && !memcmp(again.data, out->data, out->len));
	must_hold(zong_extract(fd, media, 1, count + 1, &again) == ZONG_EPAGENO);
	zong_buf_release(&again);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	enum zong_media media = zong_media_of(bytes, len);
	struct zong_buf out = ZONG_BUF_INIT(OUT);
	struct fuzz_document document;
	bool tiff = media == ZONG_MEDIA_TIFF;
	int fd, hushed;

	if (media != ZONG_MEDIA_TIFF && media != ZONG_MEDIA_PDF)
		return 0;
	fd = fuzz_file(bytes, len);
	if (tiff && !fuzz_open(dup(fd), media, &document)) {
		close(fd);
		return 0;
	}
	hushed = fuzz_hush();
	for (uint32_t first = 1; first <= PAGES; first++) {
		for (uint32_t count = 1; first + count <= PAGES + 1; count++) {
			zong_buf_clear(&out);
			if (take_out(fd, media, first, count, &out)) {
				take_out_again(&out, media, count);
				if (tiff)
					same_pages(&document, first, &out, count);
			}
			zong_buf_release(&out);
			zong_buf_init(&out, OUT);
		}
	}
	fuzz_speak(hushed);
	if (tiff)
		fuzz_close(&document);
	zong_buf_release(&out);
	close(fd);
	return 0;
}
