/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_EXECUTOR_H
#define ZONG_HTTP_EXECUTOR_H

/* Threads for requests that wait for a disk or a worker. At most ZONG_LIMIT_SLOW of them run slow
 * work, so that a hall full of scanners leaves room for whoever signs in or searches. Threads: any.
 */

#include <stdbool.h>

struct zong_executor;
struct zong_request;

/* Does the work of one request; called in one of the executor's threads. */
typedef void zong_executor_work(struct zong_request *req);

/* ZONG_ENOMEM, ZONG_EIO (no thread). */
int zong_executor_start(unsigned int threads, unsigned int slow_threads, zong_executor_work *work,
	struct zong_executor **ret_executor);
/* False: ending, it was not taken. Otherwise there is always room: a connection has one request at
 * a time, and there are only so many connections. */
bool zong_executor_add(struct zong_executor *executor, struct zong_request *req, bool slow);
/* Does what is waiting, then ends the threads; nothing more is taken. */
void zong_executor_stop(struct zong_executor *executor);
/* Stops first. NULL is fine. */
void zong_executor_free(struct zong_executor *executor);

#endif
