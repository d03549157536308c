/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/buffer.h>
#include <zong/byteorder.h>
#include <zong/file.h>
#include <zong/limits.h>
#include <zong/pool.h>

#include "house.h"

/* What stands on the pages is between this and an empty line, a line a page. */
#define PAGES "\nPAGES\n"
#define LARGE 300000
#define PAPERS_UNSURE 600 /* from here on they have a number on them whose check fails */

static void add_noise(struct zong_buf *buf, unsigned seed, size_t len)
{
	uint64_t state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
	size_t i;

	for (i = 0; i < len; i += sizeof(state)) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		zong_buf_add(buf, &state, sizeof(state));
	}
}

static void add_pages(struct zong_buf *buf, unsigned number)
{
	zong_buf_add_format(buf, PAGES "text 文件 w%u 不动产登记\ntext 共同页\n", number);
	if (number % 2)
		zong_buf_add_str(buf, "blank\n");
	if (number >= PAPERS_UNSURE) /* the check digit is 9 */
		zong_buf_add_format(buf, "text 身份证号 37078619000101001%u\n", number % 8);
	zong_buf_add_str(buf, "\n");
}

static void add_le16(struct zong_buf *buf, unsigned value)
{
	uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8)};

	zong_buf_add(buf, bytes, sizeof(bytes));
}

static void add_entry(
	struct zong_buf *buf, unsigned tag, unsigned type, unsigned count, size_t value)
{
	add_le16(buf, tag);
	add_le16(buf, type);
	add_le16(buf, count);
	add_le16(buf, 0);
	add_le16(buf, (unsigned)value & 0xffff);
	add_le16(buf, (unsigned)(value >> 16));
}

/* Two strips, the second the same in every paper. */
static void add_tiff(struct zong_buf *buf, unsigned number)
{
	enum { STRIP = 6000, HEAD = 8, LISTS = 16 };
	size_t first = HEAD + LISTS, second = first + STRIP, directory = second + STRIP;
	size_t lists[] = {first, second, STRIP, STRIP};
	size_t i;

	zong_buf_add(buf, "II*\0", 4);
	add_le16(buf, (unsigned)directory);
	add_le16(buf, 0);
	for (i = 0; i < 4; i++) {
		add_le16(buf, (unsigned)lists[i]);
		add_le16(buf, 0);
	}
	add_noise(buf, number, STRIP);
	add_noise(buf, 0, STRIP);
	add_le16(buf, 8);
	add_entry(buf, 256, 3, 1, 400);
	add_entry(buf, 257, 3, 1, 240);
	add_entry(buf, 258, 3, 1, 1);
	add_entry(buf, 259, 3, 1, 1);
	add_entry(buf, 262, 3, 1, 0);
	add_entry(buf, 273, 4, 2, HEAD);
	add_entry(buf, 278, 3, 1, 120);
	add_entry(buf, 279, 4, 2, HEAD + 8);
	add_le16(buf, 0);
	add_le16(buf, 0);
	add_pages(buf, number);
}

static void make(unsigned number, struct zong_buf *buf)
{
	if (number % 4 == 3) {
		add_tiff(buf, number);
		return;
	}
	zong_buf_add_str(buf, "%PDF-1.4\n");
	add_pages(buf, number);
	if (number % 3 == 0)
		add_noise(buf, number / 6, LARGE); /* two papers share it */
	else
		add_noise(buf, number, 2000 + 500 * (number % 7));
}

int paper_open(unsigned number, size_t *ret_len)
{
	struct zong_buf buf = ZONG_BUF_INIT(4 << 20);
	int fd = memfd_create("paper", MFD_CLOEXEC);

	make(number, &buf);
	if (fd < 0 || buf.err || zong_file_write_all(fd, buf.data, buf.len) != 0)
		abort();
	*ret_len = buf.len;
	zong_buf_release(&buf);
	return fd;
}

void paper_digest(unsigned number, struct zong_digest *ret_digest)
{
	struct zong_buf buf = ZONG_BUF_INIT(4 << 20);

	make(number, &buf);
	zong_digest_of(buf.data, buf.len, ret_digest);
	zong_buf_release(&buf);
}

/* ---- the pool that reads them, in place of the workers ---- */

struct zong_pool {
	unsigned workers;
};

int zong_pool_start(
	const struct zong_pool_options *options, struct zong_pool **ret_pool, struct zong_err *err)
{
	struct zong_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	pool->workers = options->workers;
	*ret_pool = pool;
	return 0;
}

void zong_pool_cancel(struct zong_pool *pool)
{
	(void)pool;
}

void zong_pool_stop(struct zong_pool *pool)
{
	free(pool);
}

/* The lines of the pages, in the arena; NULL where there are none. */
static char *load(int fd, struct zong_arena *arena)
{
	off_t len = lseek(fd, 0, SEEK_END);
	char *bytes = zong_arena_alloc(arena, (size_t)len + 1);
	char *pages, *end;

	if (!bytes || zong_file_read_at(fd, bytes, (size_t)len, 0) != 0)
		return NULL;
	pages = memmem(bytes, (size_t)len, PAGES, strlen(PAGES));
	if (!pages)
		return NULL;
	pages += strlen(PAGES);
	end = memmem(pages, (size_t)(bytes + len - pages), "\n\n", 2);
	if (!end)
		return NULL;
	end[1] = '\0';
	return pages;
}

int zong_pool_probe(struct zong_pool *pool, int fd, enum zong_media media, struct zong_arena *arena,
	zong_pool_progress *progress, void *ctx, struct zong_probe *ret_probe, struct zong_err *err)
{
	struct zong_probe probe = {.media = media};
	char *line = load(fd, arena);
	char *end;

	(void)pool;
	(void)progress;
	(void)ctx;
	if (!line)
		return zong_err_set(err, ZONG_EDAMAGED, NULL);
	probe.page = zong_arena_calloc(arena, 8, sizeof(*probe.page));
	for (; *line && probe.pages < 8; line = end + 1) {
		struct zong_probe_page *page = &probe.page[probe.pages++];

		end = strchr(line, '\n');
		page->width = 2480;
		page->height = 3508;
		page->dpi_x = page->dpi_y = 300;
		page->colour = ZONG_COLOUR_BILEVEL;
		page->bits = 1;
		page->blank = strncmp(line, "blank", 5) == 0;
		zong_digest_of(line, (size_t)(end - line), &page->raster);
	}
	*ret_probe = probe;
	return 0;
}

int zong_pool_draw(struct zong_pool *pool, const struct zong_form *form, int out_fd,
	uint64_t *ret_len, struct zong_err *err)
{
	(void)pool;
	(void)form;
	(void)out_fd;
	(void)ret_len;
	return zong_err_set(err, ZONG_EWORKER, NULL); /* nobody prints here */
}

void zong_pool_call_cancel(struct zong_pool *pool, struct zong_pool_call *call)
{
	(void)pool;
	call->cancelled_ = true;
}

int zong_pool_read(struct zong_pool *pool, const struct zong_digest *key, int fd,
	enum zong_media media, uint32_t page, struct zong_pool_call *call,
	struct zong_arena *arena, struct zong_reading *ret_reading, struct zong_err *err)
{
	struct zong_reading reading = {
		.width = 2480,
		.height = 3508,
		.source = ZONG_TEXT_OCR,
		.confidence = 0.9f,
		.engine = "none",
		.steps = "",
	};
	char *line = load(fd, arena);
	char *save = NULL, *word;

	(void)pool;
	(void)key;
	(void)media;
	(void)call;
	for (; line && page > 1; page--)
		line = strchr(line, '\n') + 1;
	if (!line)
		return zong_err_set(err, ZONG_EDAMAGED, NULL);
	line[strcspn(line, "\n")] = '\0';
	reading.line = zong_arena_calloc(arena, 1, sizeof(*reading.line));
	reading.word = zong_arena_calloc(arena, 16, sizeof(*reading.word));
	reading.lines = 1;
	for (word = strtok_r(line, " ", &save); word && reading.words < 16;
		word = strtok_r(NULL, " ", &save)) {
		reading.word[reading.words].text = word;
		reading.word[reading.words].confidence = 0.9f;
		reading.word[reading.words].blank_before = true;
		reading.word[reading.words].box =
			(struct zong_box){100 + 100 * reading.words, 200, 80, 40};
		reading.words++;
	}
	reading.line->count = reading.words;
	reading.line->box = (struct zong_box){100, 200, 2000, 40};
	*ret_reading = reading;
	return 0;
}

int zong_pool_render(struct zong_pool *pool, const struct zong_digest *key, int fd,
	enum zong_media media, uint32_t page, uint32_t max_width, const struct zong_box *part,
	struct zong_buf *ret_png, struct zong_err *err)
{
	(void)pool;
	(void)key;
	(void)fd;
	(void)media;
	(void)page;
	(void)max_width;
	(void)part;
	(void)ret_png;
	return zong_err_set(err, ZONG_EWORKER, NULL);
}

/* No paper of these is a separator sheet, so nothing is taken apart. */
int zong_pool_extract(struct zong_pool *pool, const struct zong_digest *key, int fd,
	enum zong_media media, uint32_t first, uint32_t count, int out_fd, uint64_t *ret_len,
	struct zong_err *err)
{
	(void)pool;
	(void)key;
	(void)fd;
	(void)media;
	(void)first;
	(void)count;
	(void)out_fd;
	(void)ret_len;
	return zong_err_set(err, ZONG_EMEDIA, NULL);
}

void zong_pool_stats(struct zong_pool *pool, struct zong_pool_stats *ret_stats)
{
	*ret_stats = (struct zong_pool_stats){.workers = pool->workers};
}
