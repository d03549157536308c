/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <zong/utf8.h>

#include "task.h"

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

	worker->served++;
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
		.request = {.type = media == ZONG_MEDIA_UNKNOWN ? ZONG_MESSAGE_FORM
								: ZONG_MESSAGE_OPEN,
			.media = media},
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

static int64_t deadline_of(const struct zong_task *task)
{
	return zong_proto_now() + task->milliseconds;
}

int zong_task_ready(struct zong_task *task, struct zong_err *err)
{
	int r;

	if (task->worker && task->worker->process.pid == 0) {
		zong_lease_give_back(task->pool, task->worker);
		task->worker = NULL;
		task->open = false;
	}
	if (!task->worker) {
		r = zong_lease_take(task->pool, task->urgency, task->key, task->call,
			&task->worker, err);
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

void zong_task_end(struct zong_task *task)
{
	if (task->worker)
		zong_lease_give_back(task->pool, task->worker);
	zong_buf_release(&task->body);
	zong_lease_leave(task->pool);
}

int zong_task_ask(struct zong_task *task, const struct zong_request *request,
	enum zong_message answer, bool *ret_lost)
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

int zong_task_page(struct zong_task *task, const struct zong_request *request,
	enum zong_message answer, struct zong_err *err)
{
	bool lost = false;
	int r = zong_task_ready(task, err);

	if (!r) {
		r = zong_task_ask(task, request, answer, &lost);
		if (lost)
			r = zong_lease_bury(task->pool, task->worker, r, task->why);
	} else if (!task->worker) {
		return r;
	}
	return r ? zong_err_set(err, r, "page %u: %s", (unsigned int)request->page, task->why) : 0;
}
