/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/look.h>
#include <zong/limits.h>
#include <zong/pool.h>

#include "fake_pool.h"

#define HEAD "%PDF-1.4\n"

struct zong_pool {
	unsigned int workers;
	bool cancelled;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct fake_pool_counts counts;
	bool closed;
	struct zong_digest killed[64];
	size_t killed_count;
} fake = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

struct fake_pool_counts fake_pool_counts(void)
{
	struct fake_pool_counts counts;

	pthread_mutex_lock(&fake.lock);
	counts = fake.counts;
	pthread_mutex_unlock(&fake.lock);
	return counts;
}

void fake_pool_reset(void)
{
	pthread_mutex_lock(&fake.lock);
	memset(&fake.counts, 0, sizeof(fake.counts));
	fake.killed_count = 0;
	fake.closed = false;
	pthread_cond_broadcast(&fake.changed);
	pthread_mutex_unlock(&fake.lock);
}

void fake_pool_gate(bool open)
{
	pthread_mutex_lock(&fake.lock);
	fake.closed = !open;
	pthread_cond_broadcast(&fake.changed);
	pthread_mutex_unlock(&fake.lock);
}

int zong_pool_start(
	const struct zong_pool_options *options, struct zong_pool **ret_pool, struct zong_err *err)
{
	struct zong_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	pool->workers = options->workers ? options->workers : 2;
	*ret_pool = pool;
	return 0;
}

void zong_pool_cancel(struct zong_pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_lock(&fake.lock);
	pool->cancelled = true;
	pthread_cond_broadcast(&fake.changed);
	pthread_mutex_unlock(&fake.lock);
}

void zong_pool_stop(struct zong_pool *pool)
{
	free(pool);
}

void zong_pool_call_cancel(struct zong_pool *pool, struct zong_pool_call *call)
{
	(void)pool;
	pthread_mutex_lock(&fake.lock);
	call->cancelled_ = true;
	pthread_cond_broadcast(&fake.changed);
	pthread_mutex_unlock(&fake.lock);
}

/* The document as text in the arena; pages begin after its first line. */
static int load(int fd, struct zong_arena *arena, char **ret_pages)
{
	off_t len = lseek(fd, 0, SEEK_END);
	char *text;

	if (len < 0)
		return ZONG_EIO;
	text = zong_arena_alloc(arena, (size_t)len + 1);
	if (!text)
		return ZONG_ENOMEM;
	if (zong_file_read_at(fd, text, (size_t)len, 0))
		return ZONG_EIO;
	text[len] = '\0';
	if (strncmp(text, HEAD, strlen(HEAD)) != 0)
		return ZONG_EDAMAGED;
	*ret_pages = text + strlen(HEAD);
	return strncmp(*ret_pages, "locked", 6) == 0 ? ZONG_EENCRYPTED : 0;
}

/* Line @number of @pages, cut out in place. */
static char *line_of(char *pages, uint32_t number)
{
	for (; number > 1 && pages; number--) {
		pages = strchr(pages, '\n');
		pages = pages ? pages + 1 : NULL;
	}
	if (!pages || !*pages)
		return NULL;
	pages[strcspn(pages, "\n")] = '\0';
	return pages;
}

static uint32_t count_lines(const char *pages)
{
	uint32_t lines = 0;

	for (; *pages; lines++) {
		pages += strcspn(pages, "\n");
		pages += *pages == '\n';
	}
	return lines;
}

static void describe(const char *line, size_t len, struct zong_probe_page *page)
{
	page->width = 2480;
	page->height = 3508;
	page->dpi_x = page->dpi_y = 300;
	page->colour = ZONG_COLOUR_GREY;
	page->bits = 8;
	page->quality = (struct zong_quality){.measured = true,
		.writing = true,
		.dpi = 300,
		.paper = 1,
		.contrast = 0.9f,
		.blur = 0.1f,
		.skew = len > 6 && strncmp(line, "askew ", 6) == 0 ? 5 : 0,
		.margin = 20};
	page->blank = len == 5 && strncmp(line, "blank", 5) == 0;
	if (len == 7 && strncmp(line, "damaged", 7) == 0)
		page->err = ZONG_EDAMAGED;
	else if (len > 5 && strncmp(line, "sick ", 5) == 0 && fake.counts.probes == 1)
		page->err = ZONG_EWORKER;
	else
		zong_digest_of(line, len, &page->raster);
}

/* Lines of characters, drawn by lot from the first word; where the words end is no matter. */
static int give_look(
	const char *line, size_t len, struct zong_arena *arena, struct zong_probe_page *page)
{
	uint8_t packed[ZONG_LOOK_PACKED];
	struct zong_look look = {0};
	uint32_t lot = 1;

	if (len < 6 || strncmp(line, "like ", 5) != 0)
		return 0;
	for (size_t i = 5; i < len && line[i] != ' '; i++)
		lot = lot * 31 + (uint8_t)line[i];
	for (int y = 20; y < 160; y += 5)
		for (int x = 15; x < 110; x++) {
			lot = lot * 1664525 + 1013904223;
			look.cell[y][x] = (uint8_t)(1 + lot % 251 % 14);
		}
	for (size_t i = 0; i < sizeof(look.hash); i++) {
		lot = lot * 1664525 + 1013904223;
		look.hash[i] = (uint8_t)(lot >> 16);
	}
	page->look_len = zong_look_pack(&look, packed);
	page->look = zong_arena_copy(arena, packed, page->look_len);
	return page->look ? 0 : ZONG_ENOMEM;
}

int zong_pool_probe(struct zong_pool *pool, int fd, enum zong_media media, struct zong_arena *arena,
	zong_pool_progress *progress, void *ctx, struct zong_probe *ret_probe, struct zong_err *err)
{
	struct zong_probe probe = {.media = media};
	char *at;
	int code;

	(void)pool;
	pthread_mutex_lock(&fake.lock);
	fake.counts.probes++;
	pthread_mutex_unlock(&fake.lock);
	code = load(fd, arena, &at);
	if (code)
		return zong_err_set(err, code, NULL);
	probe.pages = count_lines(at);
	if (!probe.pages)
		return zong_err_set(err, ZONG_ENOPAGES, NULL);
	probe.page = zong_arena_calloc(arena, probe.pages, sizeof(*probe.page));
	if (!probe.page)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	for (uint32_t i = 0; i < probe.pages; i++) {
		size_t len = strcspn(at, "\n");

		describe(at, len, &probe.page[i]);
		if (give_look(at, len, arena, &probe.page[i]))
			return zong_err_set(err, ZONG_ENOMEM, NULL);
		probe.page[i].patch = len == 5 && strncmp(at, "patch", 5) == 0;
		if (len > 6 && strncmp(at, "cover ", 6) == 0)
			probe.page[i].sheet = zong_arena_strn(arena, at + 6, len - 6);
		probe.damaged += probe.page[i].err != 0;
		at += len + (at[len] == '\n');
		if (progress && progress(ctx, i + 1, probe.pages))
			return zong_err_set(err, ZONG_ECANCELLED, NULL);
	}
	if (probe.damaged == probe.pages)
		return zong_err_set(err, ZONG_EDAMAGED, NULL);
	*ret_probe = probe;
	return 0;
}

/* The lines asked for, under a head of their own. */
int zong_pool_extract(struct zong_pool *pool, const struct zong_digest *key, int fd,
	enum zong_media media, uint32_t first, uint32_t count, int out_fd, uint64_t *ret_len,
	struct zong_err *err)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_buf out = ZONG_BUF_INIT(1 << 20);
	char *at;
	int code = load(fd, &arena, &at);

	(void)pool;
	(void)key;
	(void)media;
	zong_buf_add_str(&out, HEAD);
	for (uint32_t n = 1; !code && n < first + count; n++) {
		size_t len = strcspn(at, "\n");

		if (strncmp(at, "stuck", 5) == 0)
			code = ZONG_EMEDIA;
		if (n >= first) {
			zong_buf_add(&out, at, len);
			zong_buf_add_char(&out, '\n');
		}
		at += len + (at[len] == '\n');
	}
	if (!code)
		code = zong_file_write_all(out_fd, out.data, out.len);
	*ret_len = out.len;
	zong_buf_release(&out);
	zong_arena_release(&arena);
	return code ? zong_err_set(err, code, NULL) : 0;
}

static bool killed_before(const char *line)
{
	struct zong_digest of;

	zong_digest_of(line, strlen(line), &of);
	for (size_t i = 0; i < fake.killed_count; i++)
		if (zong_digest_equal(&fake.killed[i], &of))
			return true;
	if (fake.killed_count < 64)
		fake.killed[fake.killed_count++] = of;
	return false;
}

/* Waits at the gate; what becomes of the attempt. */
static int attempt(struct zong_pool *pool, struct zong_pool_call *call, const char *line)
{
	int code = 0;

	pthread_mutex_lock(&fake.lock);
	while (fake.closed && !pool->cancelled && !call->cancelled_)
		pthread_cond_wait(&fake.changed, &fake.lock);
	fake.counts.reads++;
	if (pool->cancelled || call->cancelled_)
		code = ZONG_ECANCELLED;
	else if (strncmp(line, "kill ", 5) == 0)
		code = ZONG_EWORKER;
	else if (strncmp(line, "killonce ", 9) == 0 && !killed_before(line))
		code = ZONG_EWORKER_TIMEOUT;
	else if (strncmp(line, "late ", 5) == 0 && !killed_before(line))
		code = ZONG_ENOTREADY;
	else if (strncmp(line, "torn ", 5) == 0)
		code = ZONG_EDAMAGED;
	pthread_mutex_unlock(&fake.lock);
	return code;
}

/* One line with the words behind the first one. */
static int say(char *line, struct zong_arena *arena, struct zong_reading *reading)
{
	char *at = line + strcspn(line, " ");

	reading->line = zong_arena_calloc(arena, 1, sizeof(*reading->line));
	reading->word = zong_arena_calloc(arena, strlen(line) + 1, sizeof(*reading->word));
	if (!reading->line || !reading->word)
		return ZONG_ENOMEM;
	reading->lines = 1;
	while (*at) {
		struct zong_word *word = &reading->word[reading->words];
		size_t len;

		*at++ = '\0';
		len = strcspn(at, " ");
		word->text = at;
		word->confidence = 0.9f;
		word->blank_before = reading->words > 0;
		word->box = (struct zong_box){100 + 300 * reading->words, 200, 280, 40};
		at += len;
		reading->words++;
	}
	reading->line->count = reading->words;
	reading->line->confidence = 0.9f;
	reading->line->box = (struct zong_box){100, 200, 300 * reading->words + 1, 40};
	return 0;
}

int zong_pool_read(struct zong_pool *pool, const struct zong_digest *key, int fd,
	enum zong_media media, uint32_t page, struct zong_pool_call *call, struct zong_arena *arena,
	struct zong_reading *ret_reading, struct zong_err *err)
{
	struct zong_reading reading = {
		.width = 2480,
		.height = 3508,
		.source = ZONG_TEXT_OCR,
		.confidence = 0.9f,
		.engine = "fake",
		.steps = "",
	};
	char *pages;
	char *line;
	int code;

	(void)key;
	(void)media;
	code = load(fd, arena, &pages);
	line = code ? NULL : line_of(pages, page);
	if (!code && !line)
		code = ZONG_EPAGENO;
	if (!code)
		code = attempt(pool, call, line);
	if (!code)
		code = say(line, arena, &reading);
	if (code)
		return zong_err_set(err, code, "page %u", page);
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
	pthread_mutex_lock(&fake.lock);
	fake.counts.renders++;
	pthread_mutex_unlock(&fake.lock);
	zong_buf_add_format(ret_png, "picture of page %u, %u wide", page, max_width);
	if (part)
		zong_buf_add_format(ret_png, ", from %u,%u, %ux%u", part->x, part->y, part->width,
			part->height);
	return ret_png->err ? zong_err_set(err, ret_png->err, NULL) : 0;
}

/* The file itself, said to be one row of T.6. */
int zong_pool_image(struct zong_pool *pool, const struct zong_digest *key, int fd, uint64_t size,
	enum zong_media media, uint32_t page, struct zong_arena *arena,
	struct zong_image *ret_image, struct zong_err *err)
{
	struct zong_image image = {.width = 2480,
		.height = 3508,
		.dpi_x = 300,
		.dpi_y = 300,
		.orientation = 1,
		.coding = ZONG_IMAGE_FAX,
		.channels = 1,
		.bits = 1,
		.fax = ZONG_IMAGE_FAX_T6,
		.as_stored = true,
		.strips = 1,
		.pieces = 1};
	char *pages;
	char *line;
	int code;

	(void)pool;
	(void)key;
	(void)media;
	code = load(fd, arena, &pages);
	line = code ? NULL : line_of(pages, page);
	if (!code && !line)
		code = ZONG_EPAGENO;
	if (!code && strncmp(line, "torn ", 5) == 0)
		code = ZONG_EDAMAGED;
	if (code)
		return zong_err_set(err, code, "page %u", page);
	image.strip = zong_arena_calloc(arena, 1, sizeof(*image.strip));
	image.piece = zong_arena_calloc(arena, 1, sizeof(*image.piece));
	if (!image.strip || !image.piece)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	*image.strip = (struct zong_image_strip){.rows = image.height, .count = 1};
	*image.piece = (struct zong_image_piece){.len = size};
	*ret_image = image;
	return 0;
}

void zong_pool_stats(struct zong_pool *pool, struct zong_pool_stats *ret_stats)
{
	struct fake_pool_counts counts = fake_pool_counts();

	*ret_stats = (struct zong_pool_stats){
		.workers = pool->workers,
		.pages_read = counts.reads,
		.pages_probed = counts.probes,
		.pages_rendered = counts.renders,
	};
}

/* What the form says, as it goes to a worker. */
int zong_pool_draw(struct zong_pool *pool, const struct zong_form *form, int out_fd,
	uint64_t *ret_len, struct zong_err *err)
{
	int code = form->packed.err;

	(void)pool;
	if (!code &&
		write(out_fd, form->packed.data, form->packed.len) != (ssize_t)form->packed.len)
		code = ZONG_EIO;
	if (code)
		return zong_err_set(err, code, NULL);
	*ret_len = form->packed.len;
	return 0;
}
