/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zong-ocr: one document at a time, one question at a time. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <allheaders.h>
#include <poppler.h>

#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "decode.h"
#include "extract.h"
#include "form.h"
#include "memory.h"
#include "probe.h"
#include "process.h"
#include "proto.h"
#include "read.h"
#include "render.h"
#include "sandbox.h"

#define SOCKET 3

struct desk {
	struct zong_reader *reader;
	const struct zong_decoder *decoder; /* NULL: nothing open */
	void *document;
	int fd;
	uint32_t pages;
	enum zong_media media;
	struct zong_buf answer;
	struct zong_probe_room probed;
	struct zong_buf extract; /* pages taken out, while they are fetched piece by piece */
	uint32_t extract_first, extract_count;
};

/* -- answers -- */

static void finish_talking(int status)
{
	/* The libraries' own ends of life are not for a process whose sandbox is closed. */
	_exit(status);
}

static void say(struct desk *desk, enum zong_message type)
{
	int err = desk->answer.err;

	if (err)
		finish_talking(
			err == ZONG_ENOMEM ? ZONG_PROCESS_EXIT_MEMORY : ZONG_PROCESS_EXIT_PROTOCOL);
	if (zong_proto_send(SOCKET, type, desk->answer.data, desk->answer.len, -1, -1) != 0)
		finish_talking(EXIT_SUCCESS);
}

static void say_failed(struct desk *desk, int code, const char *why)
{
	zong_buf_clear(&desk->answer);
	zong_proto_add_failed(&desk->answer, code, why);
	say(desk, ZONG_MESSAGE_FAILED);
}

/* -- questions -- */

static void close_document(struct desk *desk)
{
	if (desk->decoder)
		desk->decoder->close(desk->document);
	desk->decoder = NULL;
	zong_buf_release(&desk->extract);
	if (desk->fd >= 0)
		close(desk->fd);
	desk->fd = -1;
}

static void do_open(struct desk *desk, const struct zong_request *request, int fd)
{
	const struct zong_decoder *decoder = zong_decoder_of(request->media);
	int err;

	close_document(desk);
	if (fd < 0)
		finish_talking(ZONG_PROCESS_EXIT_PROTOCOL);
	err = decoder->open(fd, &desk->document, &desk->pages);
	if (err) {
		close(fd);
		say_failed(desk, err, "");
		return;
	}
	desk->decoder = decoder;
	desk->fd = fd;
	desk->media = request->media;
	zong_proto_add_opened(&desk->answer, desk->pages);
	say(desk, ZONG_MESSAGE_OPENED);
}

static void do_form(struct desk *desk, int fd)
{
	struct zong_buf packed = ZONG_BUF_INIT(ZONG_LIMIT_FORM);
	uint64_t size;
	uint8_t *room;
	int err = 0;

	close_document(desk);
	if (fd < 0)
		finish_talking(ZONG_PROCESS_EXIT_PROTOCOL);
	size = zong_decode_size(fd);
	room = size <= ZONG_LIMIT_FORM ? zong_buf_room(&packed, (size_t)size) : NULL;
	if (!room || zong_decode_read(fd, room, (size_t)size, 0) != size)
		err = ZONG_EPROTO;
	desk->fd = fd;
	zong_buf_init(&desk->extract, ZONG_LIMIT_EXTRACT);
	if (!err)
		err = zong_form_draw(room, (size_t)size, &desk->extract, &desk->pages);
	zong_buf_release(&packed);
	if (err) {
		close_document(desk);
		say_failed(desk, err, "");
		return;
	}
	desk->extract_first = 1;
	desk->extract_count = desk->pages;
	zong_proto_add_opened(&desk->answer, desk->pages);
	say(desk, ZONG_MESSAGE_OPENED);
}

static int get_page(struct desk *desk, uint32_t number, struct zong_page *ret_page)
{
	int err = desk->decoder->page(desk->document, number, ret_page);

	if (err)
		return err;
	zong_probe_reduce(ret_page, desk->media);
	return 0;
}

static void do_probe(struct desk *desk, uint32_t number)
{
	struct zong_page page = ZONG_PAGE_INIT;
	struct zong_probe_page probe = {.err = get_page(desk, number, &page)};

	if (!probe.err)
		zong_probe_take(&page, &desk->probed, &probe);
	zong_raster_release(&page.raster);
	zong_proto_add_page(&desk->answer, &probe);
	say(desk, ZONG_MESSAGE_PROBED);
}

static int read_text(struct desk *desk, uint32_t number, struct zong_arena *arena,
	struct zong_reading *ret_reading)
{
	struct zong_page page = ZONG_PAGE_INIT;
	int err;

	if (desk->decoder->text) {
		err = desk->decoder->text(desk->document, number, arena, ret_reading);
		if (err || ret_reading->source == ZONG_TEXT_LAYER)
			return err;
	}
	err = get_page(desk, number, &page);
	if (!err)
		err = zong_reader_read(desk->reader, &page.raster, page.dpi_x, arena, ret_reading);
	zong_raster_release(&page.raster);
	return err;
}

static void do_read(struct desk *desk, uint32_t number)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_reading reading = {0};
	int err = read_text(desk, number, &arena, &reading);

	if (err) {
		say_failed(desk, err, "");
	} else {
		zong_proto_add_reading(&desk->answer, &reading);
		say(desk, ZONG_MESSAGE_READING);
	}
	zong_arena_release(&arena);
}

static void do_render(struct desk *desk, const struct zong_request *request)
{
	struct zong_page page = ZONG_PAGE_INIT;
	struct zong_raster part;
	int err = get_page(desk, request->page, &page);

	if (!err) {
		part = zong_render_part(&page.raster, &request->part);
		err = zong_render_png(
			&part, request->max_width, page.dpi_x, page.dpi_y, &desk->answer);
	}
	zong_raster_release(&page.raster);
	if (err)
		say_failed(desk, err, "");
	else
		say(desk, ZONG_MESSAGE_RENDERED);
}

static int make_extract(struct desk *desk, uint32_t first, uint32_t count)
{
	int err;

	if (desk->extract.len && desk->extract_first == first && desk->extract_count == count)
		return 0;
	zong_buf_release(&desk->extract);
	zong_buf_init(&desk->extract, ZONG_LIMIT_EXTRACT);
	desk->extract_first = first;
	desk->extract_count = count;
	err = zong_extract(desk->fd, desk->media, first, count, &desk->extract);
	if (err)
		zong_buf_release(&desk->extract);
	return err;
}

static void do_extract(struct desk *desk, const struct zong_request *request)
{
	int err = make_extract(desk, request->page, request->count);
	size_t left;

	if (!err && request->offset > desk->extract.len)
		err = ZONG_EPROTO;
	if (err) {
		say_failed(desk, err, "");
		return;
	}
	left = desk->extract.len - (size_t)request->offset;
	zong_proto_add_extracted(&desk->answer, desk->extract.len,
		desk->extract.data + request->offset,
		left < ZONG_LIMIT_EXTRACT_PIECE ? left : ZONG_LIMIT_EXTRACT_PIECE);
	say(desk, ZONG_MESSAGE_EXTRACTED);
}

/* As the file has it; else what its pixels are, coded anew. */
static int make_image(struct desk *desk, uint32_t number, struct zong_image_maker *maker)
{
	struct zong_page page = ZONG_PAGE_INIT;
	int err = desk->decoder->image ? desk->decoder->image(desk->document, number, maker)
				       : ZONG_ENOENT;

	if (err != ZONG_ENOENT)
		return err;
	err = get_page(desk, number, &page);
	if (!err)
		err = zong_image_of_raster(maker, &page.raster, page.dpi_x, page.dpi_y);
	zong_raster_release(&page.raster);
	return err;
}

static void do_image(struct desk *desk, uint32_t number)
{
	struct zong_image_maker maker;
	int err;

	zong_image_begin(&maker);
	err = make_image(desk, number, &maker);
	if (!err)
		zong_proto_add_image(&desk->answer, &maker.image);
	zong_image_end(&maker);
	if (!err && desk->answer.err == ZONG_ELIMIT)
		err = ZONG_ELIMIT;
	if (err)
		say_failed(desk, err, "");
	else
		say(desk, ZONG_MESSAGE_IMAGED);
}

static bool whole_form(const struct desk *desk, const struct zong_request *request)
{
	return desk->extract.len && request->type == ZONG_MESSAGE_EXTRACT && request->page == 1 &&
	       request->count == desk->pages;
}

static void answer(struct desk *desk, const struct zong_request *request, int fd)
{
	zong_buf_clear(&desk->answer);
	if (request->type == ZONG_MESSAGE_OPEN) {
		do_open(desk, request, fd);
		return;
	}
	if (request->type == ZONG_MESSAGE_FORM) {
		do_form(desk, fd);
		return;
	}
	/* of a form nothing can be asked but all of its pages */
	if ((!desk->decoder && !whole_form(desk, request)) || fd >= 0)
		finish_talking(ZONG_PROCESS_EXIT_PROTOCOL);
	if (request->page > desk->pages) {
		say_failed(desk, ZONG_EPAGENO, "");
		return;
	}
	if (request->type == ZONG_MESSAGE_PROBE)
		do_probe(desk, request->page);
	else if (request->type == ZONG_MESSAGE_READ)
		do_read(desk, request->page);
	else if (request->type == ZONG_MESSAGE_EXTRACT)
		do_extract(desk, request);
	else if (request->type == ZONG_MESSAGE_IMAGE)
		do_image(desk, request->page);
	else
		do_render(desk, request);
}

static int listen_to_server(struct desk *desk)
{
	struct zong_buf body = ZONG_BUF_INIT(ZONG_PROTO_REQUEST_MAX);
	struct zong_request request;
	enum zong_message type;
	int fd, err;

	for (;;) {
		fd = -1;
		zong_buf_clear(&body);
		err = zong_proto_receive(SOCKET, -1, &type, &body, &fd);
		if (!err)
			err = zong_proto_parse_request(type, body.data, body.len, &request);
		if (err)
			return err == ZONG_EEND ? EXIT_SUCCESS : ZONG_PROCESS_EXIT_PROTOCOL;
		answer(desk, &request, fd);
	}
}

/* -- getting ready -- */

static void on_glib(const char *domain, GLogLevelFlags level, const char *text, void *data)
{
	(void)domain;
	(void)text;
	(void)data;
	/* glib ends the process when it gets no memory, and hardly for anything else. */
	if (level & (G_LOG_FLAG_FATAL | G_LOG_LEVEL_ERROR))
		_exit(ZONG_PROCESS_EXIT_MEMORY);
}

/* A page of one word makes poppler and fontconfig load what they will need later. */
static void warm_up(void)
{
	static const char pdf[] =
		"%PDF-1.4\n"
		"1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
		"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n"
		"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] /Contents 4 0 R "
		"/Resources <</Font <</F <</Type /Font /Subtype /Type1 /BaseFont "
		"/Helvetica>>>>>>>> endobj\n"
		"4 0 obj <</Length 38>> stream\n"
		"BT /F 12 Tf 10 10 Td (zong) Tj ET     \n"
		"endstream endobj\n"
		"trailer <</Root 1 0 R>>\n";
	GBytes *bytes = g_bytes_new_static(pdf, sizeof(pdf) - 1);
	PopplerDocument *document = poppler_document_new_from_bytes(bytes, NULL, NULL);
	PopplerPage *page = document ? poppler_document_get_page(document, 0) : NULL;
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 72, 72);
	cairo_t *cairo = cairo_create(surface);

	if (page) {
		poppler_page_render(page, cairo);
		g_object_unref(page);
	}
	if (document)
		g_object_unref(document);
	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
	g_bytes_unref(bytes);
}

static void silence(void)
{
	g_log_set_default_handler(on_glib, NULL);
	setMsgSeverity(L_SEVERITY_NONE);
#ifndef ZONG_SANITIZED
	{
		_cleanup_close_ int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		/* What poppler has to say about a broken file fills logs; the answer says it in a code. */
		if (null < 0 || dup2(null, STDERR_FILENO) < 0)
			finish_talking(ZONG_PROCESS_EXIT_SANDBOX);
	}
#endif
}

int main(int argc, char **argv)
{
	static struct desk desk = {.fd = -1, .answer = ZONG_BUF_INIT(ZONG_LIMIT_RENDER)};
	bool allow_no_landlock = argc == 2 && strcmp(argv[1], "--allow-no-landlock") == 0;
	uint32_t landlock;

	if ((argc != 1 && !allow_no_landlock) || fcntl(SOCKET, F_SETFD, FD_CLOEXEC) != 0) {
		fprintf(stderr, "zong-ocr is started by zongd; it does nothing by itself.\n");
		return 2;
	}
	zong_memory_exit_when_short();
	if (zong_sandbox_limit())
		return ZONG_PROCESS_EXIT_SANDBOX;
	silence();
	if (zong_reader_open(&desk.reader))
		finish_talking(ZONG_PROCESS_EXIT_MODEL);
	warm_up();
	if (zong_sheet_warm_up())
		finish_talking(ZONG_PROCESS_EXIT_MEMORY);
	if (zong_sandbox_close(allow_no_landlock, &landlock))
		finish_talking(ZONG_PROCESS_EXIT_SANDBOX);
	zong_proto_add_ready(&desk.answer, landlock);
	say(&desk, ZONG_MESSAGE_READY);
	finish_talking(listen_to_server(&desk));
}
