/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_TASK_H
#define ZONG_OCR_TASK_H

/* One thing asked of the pool: a document, and question after question about its pages, each put to a worker that has the
 * document open; where one is lost another takes its place for the next question.
 *
 *     zong_lease_enter(pool);
 *     zong_task_page(&task, &request, answer, err);   the answer is in task.body
 *     zong_task_end(&task);
 *
 * Threads: a task belongs to its caller. */

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/media.h>

#include "lease.h"
#include "proto.h"

struct zong_task {
	struct zong_pool *pool;
	enum zong_urgency urgency;
	const struct zong_digest *key; /* NULL: the document has no name yet */
	struct zong_pool_call *call;   /* by which it may be cancelled; or NULL */
	int fd;
	enum zong_media media; /* ZONG_MEDIA_UNKNOWN: a form (form.h), which is drawn */
	int64_t milliseconds; /* deadline of a question */
	struct zong_arena *arena;
	struct zong_buf body;
	struct zong_worker *worker;
	bool open; /* the worker has the document open */
	char why[ZONG_LEASE_WHY];
};

/* Has a worker with the document open; err filled on failure, the worker given back by zong_task_end. */
int zong_task_ready(struct zong_task *task, struct zong_err *err);
/* The answer to one question in task->body. Returns a code of the document (the worker goes on), or, with @ret_lost set,
 * of a lost worker that zong_lease_bury() has to see. */
int zong_task_ask(struct zong_task *task, const struct zong_request *request,
	enum zong_message answer, bool *ret_lost);
/* All of it for one page; err tells the page. task->worker stays NULL where none came up. */
int zong_task_page(struct zong_task *task, const struct zong_request *request,
	enum zong_message answer, struct zong_err *err);
/* Gives the worker back and leaves the pool. */
void zong_task_end(struct zong_task *task);

#endif
