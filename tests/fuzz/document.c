/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <allheaders.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/error.h>
#include <zong/file.h>
#include <zong/limits.h>
#include <zong/look.h>

#include "document.h"
#include "fuzz.h"
#include "image.h"
#include "probe.h"
#include "proto.h"

static bool may_answer(int code)
{
	return code == 0 || (code < 0 && zong_proto_may_fail_with((uint32_t)-code));
}

int fuzz_file(const void *bytes, size_t len)
{
	int fd = memfd_create("document", MFD_CLOEXEC);

	if (fd < 0 || zong_file_write_all(fd, bytes, len))
		abort();
	return fd;
}

bool fuzz_open(int fd, enum zong_media media, struct fuzz_document *ret_document)
{
	struct fuzz_document document = {
		.fd = fd,
		.size = zong_decode_size(fd),
		.media = media,
		.decoder = zong_decoder_of(media),
	};
	int err = document.decoder->open(fd, &document.state, &document.pages);

	must_hold(may_answer(err));
	if (err) {
		close(fd);
		return false;
	}
	must_hold(document.pages >= 1 && document.pages <= ZONG_LIMIT_PAGES);
	*ret_document = document;
	return true;
}

void fuzz_close(struct fuzz_document *document)
{
	document->decoder->close(document->state);
	close(document->fd);
}

static bool is_dpi(float dpi)
{
	return dpi == 0 || (isfinite(dpi) && dpi >= 1 && dpi <= 100000);
}

static void check_page(const struct zong_page *page)
{
	const struct zong_raster *raster = &page->raster;

	must_hold(raster->data && raster->width >= 1 && raster->height >= 1);
	must_hold((uint64_t)raster->width * raster->height <= ZONG_LIMIT_PIXELS);
	must_hold(raster->channels == 1 || raster->channels == 3);
	must_hold(raster->bits == 8 || (raster->bits == 1 && raster->channels == 1));
	must_hold(is_dpi(page->dpi_x) && is_dpi(page->dpi_y));
}

/* The answer to PROBE, as the server takes it. */
static void tell_probed(const struct zong_probe_page *probe)
{
	struct zong_buf body = ZONG_BUF_INIT(ZONG_LIMIT_WORKER_MESSAGE);
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_probe_page heard;

	zong_proto_add_page(&body, probe);
	must_hold(body.err == 0);
	must_hold(zong_proto_parse_page(body.data, body.len, &arena, &heard) == 0);
	zong_arena_release(&arena);
	zong_buf_release(&body);
}

int fuzz_raster(struct fuzz_document *document, uint32_t number, struct zong_digest *ret_raster)
{
	struct zong_page page = ZONG_PAGE_INIT;
	int err = document->decoder->page(document->state, number, &page);

	if (err)
		return err;
	zong_raster_reduce(&page.raster);
	err = zong_raster_digest(&page.raster, ret_raster);
	zong_raster_release(&page.raster);
	return err;
}

int fuzz_probe(struct fuzz_document *document, uint32_t number, struct zong_digest *ret_raster)
{
	static struct zong_probe_room room;
	struct zong_page page = ZONG_PAGE_INIT;
	struct zong_probe_page probe = {
		.err = document->decoder->page(document->state, number, &page)};

	setMsgSeverity(L_SEVERITY_NONE);
	must_hold(may_answer(probe.err));
	if (!probe.err) {
		check_page(&page);
		zong_probe_reduce(&page, document->media);
		zong_probe_take(&page, &room, &probe);
	}
	if (!probe.err)
		*ret_raster = probe.raster;
	tell_probed(&probe);
	zong_raster_release(&page.raster);
	return probe.err;
}

int fuzz_text(struct fuzz_document *document, uint32_t number)
{
	struct zong_buf body = ZONG_BUF_INIT(ZONG_LIMIT_WORKER_MESSAGE);
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_reading reading = {0}, heard;
	int err = document->decoder->text
			  ? document->decoder->text(document->state, number, &arena, &reading)
			  : ZONG_EMEDIA;

	must_hold(may_answer(err));
	if (!err && reading.source == ZONG_TEXT_LAYER) {
		zong_proto_add_reading(&body, &reading);
		must_hold(body.err == 0);
		must_hold(zong_proto_parse_reading(body.data, body.len, &arena, &heard) == 0);
		must_hold(heard.words == reading.words && heard.lines == reading.lines);
	}
	zong_buf_release(&body);
	zong_arena_release(&arena);
	return err;
}

bool fuzz_image(struct fuzz_document *document, uint32_t number)
{
	struct zong_buf body = ZONG_BUF_INIT(ZONG_LIMIT_WORKER_MESSAGE);
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_image_maker maker;
	struct zong_image heard;
	bool small;
	int err;

	if (!document->decoder->image)
		return true;
	zong_image_begin(&maker);
	err = document->decoder->image(document->state, number, &maker);
	must_hold(err == ZONG_ENOENT || may_answer(err));
	small = (uint64_t)maker.image.width * maker.image.height <= FUZZ_PIXELS;
	if (!err) {
		zong_proto_add_image(&body, &maker.image);
		must_hold(body.err == 0);
		must_hold(zong_proto_parse_image(
				  body.data, body.len, document->size, &arena, &heard) == 0);
	}
	zong_image_end(&maker);
	zong_buf_release(&body);
	zong_arena_release(&arena);
	return small;
}

int fuzz_hush(void)
{
	int before = -1;
#ifndef ZONG_SANITIZED
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (null < 0 || before < 0 || dup2(null, STDERR_FILENO) < 0)
		abort();
	close(null);
#endif
	return before;
}

void fuzz_speak(int hushed)
{
	if (hushed < 0)
		return;
	if (dup2(hushed, STDERR_FILENO) < 0)
		abort();
	close(hushed);
}
