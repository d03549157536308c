/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/limits.h>
#include <zong/file.h>
#include <zong/pool.h>
#include <zong/utf8.h>

#include "lease.h"
#include "proto.h"

/* -- one request and its answer -- */

struct exchange {
	struct zong_request request;
	int fd;
	int64_t deadline;
	enum zong_message answer; /* expected */
	struct zong_buf *body;	  /* of the answer */
	struct zong_arena *arena;
	char why[ZONG_LEASE_WHY];
};

/* Returns a code of the document (the worker goes on), or, with @ret_lost set, of a lost worker
 * that zong_lease_bury() has to see. */
static int exchange(struct zong_worker *worker, struct exchange *exchange, bool *ret_lost)
{
	struct zong_buf request = ZONG_BUF_INIT(ZONG_PROTO_REQUEST_MAX);
	enum zong_message type = 0;
	const char *text = NULL;
	int err, code = 0;

	zong_proto_add_request(&request, &exchange->request);
	err = request.err;
	if (!err)
		err = zong_proto_send(worker->process.sock, exchange->request.type, request.data,
			request.len, exchange->fd, exchange->deadline);
	zong_buf_release(&request);
	if (!err) {
		zong_buf_clear(exchange->body);
		err = zong_proto_receive(
			worker->process.sock, exchange->deadline, &type, exchange->body, NULL);
	}
	if (!err && type == ZONG_MESSAGE_FAILED) {
		err = zong_proto_parse_failed(
			exchange->body->data, exchange->body->len, exchange->arena, &code, &text);
		if (!err)
			snprintf(exchange->why, sizeof(exchange->why), "%.*s",
				(int)zong_utf8_cut(text, strlen(text), ZONG_LEASE_WHY - 1), text);
	} else if (!err && type != exchange->answer) {
		err = ZONG_EPROTO;
	}
	*ret_lost = err != 0;
	return err ? err : code;
}

static int open_document(struct zong_pool *pool, struct zong_worker *worker,
	const struct zong_digest *key, int fd, enum zong_media media, int64_t deadline,
	struct zong_arena *arena, struct zong_buf *body, char why[ZONG_LEASE_WHY])
{
	struct exchange open = {
		.request = {.type = ZONG_MESSAGE_OPEN, .media = media},
		.fd = fd,
		.deadline = deadline,
		.answer = ZONG_MESSAGE_OPENED,
		.body = body,
		.arena = arena,
	};
	uint32_t pages = 0;
	bool lost;
	int err;

	if (key)
		open.request.key = *key;
	worker->has_key = false;
	err = exchange(worker, &open, &lost);
	if (!err) {
		err = zong_proto_parse_opened(body->data, body->len, &pages);
		lost = err != 0;
	}
	snprintf(why, ZONG_LEASE_WHY, "%s", open.why);
	if (lost)
		return zong_lease_bury(pool, worker, err, why);
	if (err)
		return err;
	worker->pages = pages;
	if (key) {
		worker->key = *key;
		worker->has_key = true;
	}
	return 0;
}

/* A page is asked for; @why in the caller's hands. */
struct task {
	struct zong_pool *pool;
	enum zong_urgency urgency;
	const struct zong_digest *key; /* NULL: the document has no name yet */
	int fd;
	enum zong_media media;
	int64_t milliseconds;
	struct zong_arena *arena;
	struct zong_buf body;
	struct zong_worker *worker;
	bool open; /* the worker has the document open */
	char why[ZONG_LEASE_WHY];
};

static int64_t deadline_of(const struct task *task)
{
	return zong_proto_now() + task->milliseconds;
}

/* Has a worker with the document open; err filled on failure, the worker given back by end_task(). */
static int ready_task(struct task *task, struct zong_err *err)
{
	int r;

	if (task->worker && task->worker->process.pid == 0) {
		zong_lease_give_back(task->pool, task->worker);
		task->worker = NULL;
		task->open = false;
	}
	if (!task->worker) {
		r = zong_lease_take(task->pool, task->urgency, task->key, &task->worker, err);
		if (r)
			return r;
		task->open = task->key && task->worker->has_key &&
			     zong_digest_equal(task->key, &task->worker->key);
	}
	if (task->open)
		return 0;
	r = open_document(task->pool, task->worker, task->key, task->fd, task->media,
		deadline_of(task), task->arena, &task->body, task->why);
	if (r)
		return zong_err_set(err, r, "%s", task->why);
	task->open = true;
	return 0;
}

static void end_task(struct task *task)
{
	if (task->worker)
		zong_lease_give_back(task->pool, task->worker);
	zong_buf_release(&task->body);
	zong_lease_leave(task->pool);
}

static int ask(struct task *task, const struct zong_request *request, enum zong_message answer,
	bool *ret_lost)
{
	struct exchange question = {
		.request = *request,
		.fd = -1,
		.deadline = deadline_of(task),
		.answer = answer,
		.body = &task->body,
		.arena = task->arena,
	};
	int err = exchange(task->worker, &question, ret_lost);

	memcpy(task->why, question.why, sizeof(task->why));
	return err;
}

static void count(struct zong_pool *pool, uint64_t *counter)
{
	pthread_mutex_lock(&pool->mutex);
	++*counter;
	pthread_mutex_unlock(&pool->mutex);
}

/* -- probing -- */

static int probe_page(struct task *task, uint32_t page, struct zong_arena *arena,
	struct zong_probe_page *ret_page)
{
	struct zong_request request = {.type = ZONG_MESSAGE_PROBE, .page = page};
	bool lost;
	int err = ask(task, &request, ZONG_MESSAGE_PROBED, &lost);

	if (!err) {
		err = zong_proto_parse_page(task->body.data, task->body.len, arena, ret_page);
		lost = err != 0;
	}
	return lost ? zong_lease_bury(task->pool, task->worker, err, task->why) : err;
}

/* Pages cost themselves only: what happens to one goes into its err. */
static int probe_pages(struct task *task, struct zong_arena *arena, zong_pool_progress *progress,
	void *ctx, struct zong_probe *probe, struct zong_err *err)
{
	unsigned int deaths = 0;
	uint32_t i;
	int r = 0;

	for (i = 0; i < probe->pages; i++) {
		struct zong_probe_page *page = &probe->page[i];

		if (deaths < ZONG_LIMIT_PROBE_DEATHS) {
			r = ready_task(task, err);
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
	struct task task = {
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
	r = ready_task(&task, err);
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
	end_task(&task);
	if (!r)
		*ret_probe = probe;
	return r;
}

/* -- reading and rendering -- */

/* One page, one answer in task->body; err tells the page. */
static int one_page(struct task *task, const struct zong_request *request, enum zong_message answer,
	struct zong_err *err)
{
	bool lost = false;
	int r = ready_task(task, err);

	if (!r) {
		r = ask(task, request, answer, &lost);
		if (lost)
			r = zong_lease_bury(task->pool, task->worker, r, task->why);
	} else if (!task->worker) {
		return r;
	}
	return r ? zong_err_set(err, r, "page %u: %s", (unsigned int)request->page, task->why) : 0;
}

int zong_pool_read(struct zong_pool *pool, const struct zong_digest *key, int fd,
	enum zong_media media, uint32_t page, struct zong_arena *arena,
	struct zong_reading *ret_reading, struct zong_err *err)
{
	struct zong_request request = {.type = ZONG_MESSAGE_READ, .page = page};
	struct task task = {
		.pool = pool,
		.urgency = ZONG_PATIENT,
		.key = key,
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
	r = one_page(&task, &request, ZONG_MESSAGE_READING, err);
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
	end_task(&task);
	return r;
}

int zong_pool_render(struct zong_pool *pool, const struct zong_digest *key, int fd,
	enum zong_media media, uint32_t page, uint32_t max_width, const struct zong_box *part,
	struct zong_buf *ret_png, struct zong_err *err)
{
	struct zong_request request = {
		.type = ZONG_MESSAGE_RENDER, .page = page, .max_width = max_width};
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct task task = {
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
	r = one_page(&task, &request, ZONG_MESSAGE_RENDERED, err);
	if (!r && zong_buf_add(ret_png, task.body.data, task.body.len))
		r = zong_err_set(err, ret_png->err, "page %u", (unsigned int)page);
	if (!r)
		count(pool, &pool->stats.pages_rendered);
	end_task(&task);
	zong_arena_release(&arena);
	return r;
}

/* -- taking pages out -- */

static int extract_all(struct task *task, struct zong_request *request, int out_fd,
	uint64_t *ret_len, struct zong_err *err)
{
	const uint8_t *bytes;
	uint64_t total;
	size_t len;
	int r;

	do {
		r = one_page(task, request, ZONG_MESSAGE_EXTRACTED, err);
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
	struct task task = {
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
	end_task(&task);
	zong_arena_release(&arena);
	return r;
}

int zong_pool_image(struct zong_pool *pool, const struct zong_digest *key, int fd, uint64_t size,
	enum zong_media media, uint32_t page, struct zong_arena *arena,
	struct zong_image *ret_image, struct zong_err *err)
{
	struct zong_request request = {.type = ZONG_MESSAGE_IMAGE, .page = page};
	struct task task = {
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
	r = one_page(&task, &request, ZONG_MESSAGE_IMAGED, err);
	if (!r) {
		r = zong_proto_parse_image(task.body.data, task.body.len, size, arena, ret_image);
		if (r)
			r = zong_err_set(err, zong_lease_bury(pool, task.worker, r, task.why),
				"page %u: %s", (unsigned int)page, task.why);
	}
	if (!r)
		count(pool, &pool->stats.pages_rendered);
	end_task(&task);
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
