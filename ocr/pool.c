/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/limits.h>
#include <zong/pool.h>

#include "task.h"

static void count(struct zong_pool *pool, uint64_t *counter)
{
	pthread_mutex_lock(&pool->mutex);
	++*counter;
	pthread_mutex_unlock(&pool->mutex);
}

/* -- probing -- */

static int probe_page(struct zong_task *task, uint32_t page, struct zong_arena *arena,
	struct zong_probe_page *ret_page)
{
	struct zong_request request = {.type = ZONG_MESSAGE_PROBE, .page = page};
	bool lost;
	int err = zong_task_ask(task, &request, ZONG_MESSAGE_PROBED, &lost);

	if (!err) {
		err = zong_proto_parse_page(task->body.data, task->body.len, arena, ret_page);
		lost = err != 0;
	}
	return lost ? zong_lease_bury(task->pool, task->worker, err, task->why) : err;
}

/* Pages cost themselves only: what happens to one goes into its err. */
static int probe_pages(struct zong_task *task, struct zong_arena *arena, zong_pool_progress *progress,
	void *ctx, struct zong_probe *probe, struct zong_err *err)
{
	unsigned int deaths = 0;
	uint32_t i;
	int r = 0;

	for (i = 0; i < probe->pages; i++) {
		struct zong_probe_page *page = &probe->page[i];

		if (deaths < ZONG_LIMIT_PROBE_DEATHS) {
			r = zong_task_ready(task, err);
			if (!r)
				r = probe_page(task, i + 1, arena, page);
			if (r == ZONG_ECANCELLED || r == ZONG_ENOMEM)
				return zong_err_set(err, r, NULL);
			if (task->worker && task->worker->process.pid == 0)
				deaths++;
		}
		if (r)
			page->err = r;
		if (page->err)
			probe->damaged++;
		count(task->pool, &task->pool->stats.pages_probed);
		if (progress && progress(ctx, i + 1, probe->pages))
			return zong_err_set(err, ZONG_ECANCELLED, NULL);
	}
	return 0;
}

/* No page is good: the code of all when they agree. */
static int refusal(const struct zong_probe *probe)
{
	uint32_t i;

	for (i = 1; i < probe->pages; i++)
		if (probe->page[i].err != probe->page[0].err)
			return ZONG_EDAMAGED;
	return probe->page[0].err;
}

int zong_pool_probe(struct zong_pool *pool, int fd, enum zong_media media, struct zong_arena *arena,
	zong_pool_progress *progress, void *ctx, struct zong_probe *ret_probe, struct zong_err *err)
{
	struct zong_task task = {
		.pool = pool,
		.urgency = ZONG_URGENT,
		.fd = fd,
		.media = media,
		.milliseconds = pool->probe_milliseconds,
		.arena = arena,
		.body = ZONG_BUF_INIT(ZONG_LIMIT_WORKER_MESSAGE),
	};
	struct zong_probe probe = {.media = media};
	int r;

	if (media < ZONG_MEDIA_TIFF || media > ZONG_MEDIA_PNG)
		return zong_err_set(err, ZONG_EMEDIA, NULL);
	if (zong_lease_enter(pool))
		return zong_err_set(err, ZONG_ECANCELLED, NULL);
	r = zong_task_ready(&task, err);
	if (!r) {
		probe.pages = task.worker->pages;
		probe.page = zong_arena_calloc(arena, probe.pages, sizeof(*probe.page));
		r = probe.page ? 0 : zong_err_set(err, ZONG_ENOMEM, NULL);
	}
	if (!r)
		r = probe_pages(&task, arena, progress, ctx, &probe, err);
	if (!r && probe.damaged == probe.pages)
		r = zong_err_set(
			err, refusal(&probe), "%s%s", probe.pages == 1 ? "" : "page 1: ", task.why);
	zong_task_end(&task);
	if (!r)
		*ret_probe = probe;
	return r;
}

/* -- reading and rendering -- */

int zong_pool_read(struct zong_pool *pool, const struct zong_digest *key, int fd,
	enum zong_media media, uint32_t page, struct zong_pool_call *call,
	struct zong_arena *arena, struct zong_reading *ret_reading, struct zong_err *err)
{
	struct zong_request request = {.type = ZONG_MESSAGE_READ, .page = page};
	struct zong_task task = {
		.pool = pool,
		.urgency = ZONG_PATIENT,
		.key = key,
		.call = call,
		.fd = fd,
		.media = media,
		.milliseconds = pool->read_milliseconds,
		.arena = arena,
		.body = ZONG_BUF_INIT(ZONG_LIMIT_WORKER_MESSAGE),
	};
	int r;

	if (page == 0)
		return zong_err_set(err, ZONG_EPAGENO, "page 0");
	if (zong_lease_enter(pool))
		return zong_err_set(err, ZONG_ECANCELLED, NULL);
	r = zong_task_page(&task, &request, ZONG_MESSAGE_READING, err);
	if (r == ZONG_EWORKER && !task.worker)
		r = zong_err_set(err, ZONG_ENOTREADY, "%s", err ? err->subject : "");
	if (!r) {
		r = zong_proto_parse_reading(task.body.data, task.body.len, arena, ret_reading);
		if (r)
			r = zong_err_set(err, zong_lease_bury(pool, task.worker, r, task.why),
				"page %u: %s", (unsigned int)page, task.why);
	}
	if (!r)
		count(pool, &pool->stats.pages_read);
	zong_task_end(&task);
	return r;
}

int zong_pool_render(struct zong_pool *pool, const struct zong_digest *key, int fd,
	enum zong_media media, uint32_t page, uint32_t max_width, const struct zong_box *part,
	struct zong_buf *ret_png, struct zong_err *err)
{
	struct zong_request request = {
		.type = ZONG_MESSAGE_RENDER, .page = page, .max_width = max_width};
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_task task = {
		.pool = pool,
		.urgency = ZONG_URGENT,
		.key = key,
		.fd = fd,
		.media = media,
		.milliseconds = pool->probe_milliseconds,
		.arena = &arena,
		.body = ZONG_BUF_INIT(ZONG_LIMIT_RENDER),
	};
	int r;

	if (page == 0)
		return zong_err_set(err, ZONG_EPAGENO, "page 0");
	if (part)
		request.part = *part;
	if (zong_lease_enter(pool))
		return zong_err_set(err, ZONG_ECANCELLED, NULL);
	r = zong_task_page(&task, &request, ZONG_MESSAGE_RENDERED, err);
	if (!r && zong_buf_add(ret_png, task.body.data, task.body.len))
		r = zong_err_set(err, ret_png->err, "page %u", (unsigned int)page);
	if (!r)
		count(pool, &pool->stats.pages_rendered);
	zong_task_end(&task);
	zong_arena_release(&arena);
	return r;
}

/* -- taking pages out -- */

static int extract_all(struct zong_task *task, struct zong_request *request, int out_fd,
	uint64_t *ret_len, struct zong_err *err)
{
	const uint8_t *bytes;
	uint64_t total;
	size_t len;
	int r;

	do {
		r = zong_task_page(task, request, ZONG_MESSAGE_EXTRACTED, err);
		if (r)
			return r;
		r = zong_proto_parse_extracted(
			task->body.data, task->body.len, &total, &bytes, &len);
		if (!r && (len == 0 || len > total - request->offset))
			r = ZONG_EPROTO;
		if (r)
			return zong_err_set(err,
				zong_lease_bury(task->pool, task->worker, r, task->why), "%s",
				task->why);
		r = zong_file_write_all(out_fd, bytes, len);
		if (r)
			return zong_err_set(err, r, NULL);
		request->offset += len;
	} while (request->offset < total);
	*ret_len = total;
	return 0;
}

int zong_pool_extract(struct zong_pool *pool, const struct zong_digest *key, int fd,
	enum zong_media media, uint32_t first, uint32_t count, int out_fd, uint64_t *ret_len,
	struct zong_err *err)
{
	struct zong_request request = {.type = ZONG_MESSAGE_EXTRACT, .page = first, .count = count};
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_task task = {
		.pool = pool,
		.urgency = ZONG_URGENT,
		.key = key,
		.fd = fd,
		.media = media,
		.milliseconds = pool->probe_milliseconds,
		.arena = &arena,
		.body = ZONG_BUF_INIT(ZONG_LIMIT_WORKER_MESSAGE),
	};
	int r;

	if (first == 0 || count == 0)
		return zong_err_set(err, ZONG_EPAGENO, "page %u", (unsigned int)first);
	if (zong_lease_enter(pool))
		return zong_err_set(err, ZONG_ECANCELLED, NULL);
	r = extract_all(&task, &request, out_fd, ret_len, err);
	zong_task_end(&task);
	zong_arena_release(&arena);
	return r;
}

/* -- drawing -- */

static int file_of(const struct zong_buf *packed, int *ret_fd)
{
	*ret_fd = memfd_create("form", MFD_CLOEXEC);
	if (*ret_fd < 0)
		return ZONG_EIO;
	return zong_file_write_all(*ret_fd, packed->data, packed->len);
}

int zong_pool_draw(struct zong_pool *pool, const struct zong_form *form, int out_fd,
	uint64_t *ret_len, struct zong_err *err)
{
	struct zong_request request = {.type = ZONG_MESSAGE_EXTRACT, .page = 1};
	struct zong_arena arena = ZONG_ARENA_INIT;
	_cleanup_close_ int fd = -1;
	struct zong_task task = {
		.pool = pool,
		.urgency = ZONG_URGENT,
		.milliseconds = pool->probe_milliseconds,
		.arena = &arena,
		.body = ZONG_BUF_INIT(ZONG_LIMIT_WORKER_MESSAGE),
	};
	int r = form->packed.err ? form->packed.err : file_of(&form->packed, &fd);

	if (r)
		return zong_err_set(err, r, NULL);
	if (zong_lease_enter(pool))
		return zong_err_set(err, ZONG_ECANCELLED, NULL);
	task.fd = fd;
	r = zong_task_ready(&task, err);
	if (!r) {
		request.count = task.worker->pages;
		r = extract_all(&task, &request, out_fd, ret_len, err);
	}
	zong_task_end(&task);
	zong_arena_release(&arena);
	return r;
}

int zong_pool_image(struct zong_pool *pool, const struct zong_digest *key, int fd, uint64_t size,
	enum zong_media media, uint32_t page, struct zong_arena *arena,
	struct zong_image *ret_image, struct zong_err *err)
{
	struct zong_request request = {.type = ZONG_MESSAGE_IMAGE, .page = page};
	struct zong_task task = {
		.pool = pool,
		.urgency = ZONG_URGENT,
		.key = key,
		.fd = fd,
		.media = media,
		.milliseconds = pool->probe_milliseconds,
		.arena = arena,
		.body = ZONG_BUF_INIT(ZONG_LIMIT_RENDER),
	};
	int r;

	if (page == 0)
		return zong_err_set(err, ZONG_EPAGENO, "page 0");
	if (zong_lease_enter(pool))
		return zong_err_set(err, ZONG_ECANCELLED, NULL);
	r = zong_task_page(&task, &request, ZONG_MESSAGE_IMAGED, err);
	if (!r) {
		r = zong_proto_parse_image(task.body.data, task.body.len, size, arena, ret_image);
		if (r)
			r = zong_err_set(err, zong_lease_bury(pool, task.worker, r, task.why),
				"page %u: %s", (unsigned int)page, task.why);
	}
	if (!r)
		count(pool, &pool->stats.pages_rendered);
	zong_task_end(&task);
	return r;
}

/* -- life -- */

static unsigned int usable_cores(void)
{
	cpu_set_t cores;

	if (sched_getaffinity(0, sizeof(cores), &cores) != 0)
		return 1;
	return (unsigned int)CPU_COUNT(&cores);
}

static void free_pool(struct zong_pool *pool)
{
	free(pool->program);
	free(pool);
}

int zong_pool_start(
	const struct zong_pool_options *options, struct zong_pool **ret_pool, struct zong_err *err)
{
	unsigned int workers =
		(options->workers ? options->workers : usable_cores()) + options->spare;
	struct zong_pool *pool;
	int r;

	if (access(options->worker, X_OK) != 0)
		return zong_err_set(err, ZONG_ENOENT, "%s", options->worker);
	pool = calloc(1, sizeof(*pool));
	if (!pool)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	pool->program = strdup(options->worker);
	if (!pool->program) {
		free_pool(pool);
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	}
	pool->count = workers < ZONG_LIMIT_WORKERS ? workers : ZONG_LIMIT_WORKERS;
	pool->spare = options->spare < pool->count ? options->spare : pool->count - 1;
	pool->allow_no_landlock = options->allow_no_landlock;
	pool->worn_pages = options->recycle_pages ? options->recycle_pages : ZONG_WORKER_PAGES;
	pool->worn_bytes = options->recycle_bytes ? options->recycle_bytes : ZONG_WORKER_WORN;
	pool->read_milliseconds =
		INT64_C(1000) *
		(options->read_seconds ? options->read_seconds : ZONG_WORKER_READ_SECONDS);
	pool->probe_milliseconds =
		INT64_C(1000) *
		(options->probe_seconds ? options->probe_seconds : ZONG_WORKER_PROBE_SECONDS);
	r = zong_lease_open(pool, err);
	if (r) {
		free_pool(pool);
		return r;
	}
	*ret_pool = pool;
	return 0;
}

void zong_pool_cancel(struct zong_pool *pool)
{
	if (pool)
		zong_lease_cancel(pool);
}

void zong_pool_call_cancel(struct zong_pool *pool, struct zong_pool_call *call)
{
	zong_lease_cancel_call(pool, call);
}

void zong_pool_stop(struct zong_pool *pool)
{
	if (!pool)
		return;
	zong_lease_close(pool);
	free_pool(pool);
}

void zong_pool_stats(struct zong_pool *pool, struct zong_pool_stats *ret_stats)
{
	unsigned int i;

	pthread_mutex_lock(&pool->mutex);
	*ret_stats = pool->stats;
	ret_stats->workers = pool->count;
	ret_stats->busy = 0;
	for (i = 0; i < pool->count; i++)
		if (pool->workers[i].state == ZONG_WORKER_BUSY)
			ret_stats->busy++;
	pthread_mutex_unlock(&pool->mutex);
}
