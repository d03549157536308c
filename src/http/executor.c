/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdlib.h>

#include <zong/error.h>

#include "http/executor.h"
#include "http/request.h"

struct queue {
	struct zong_request *first, **last;
};

struct zong_executor {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct queue quick, slow;
	unsigned int slow_running, slow_max;
	bool stopping;
	zong_executor_work *work;
	unsigned int threads;
	pthread_t thread[];
};

static void queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->last = &queue->first;
}

static struct zong_request *queue_take(struct queue *queue)
{
	struct zong_request *req = queue->first;

	queue->first = req->next;
	if (!queue->first)
		queue->last = &queue->first;
	req->next = NULL;
	return req;
}

/* The next request that may run now; with the lock held. */
static struct zong_request *take_work(struct zong_executor *executor, bool *ret_slow)
{
	*ret_slow = false;
	if (executor->quick.first)
		return queue_take(&executor->quick);
	if (executor->slow.first && executor->slow_running < executor->slow_max) {
		*ret_slow = true;
		executor->slow_running++;
		return queue_take(&executor->slow);
	}
	return NULL;
}

static void *run(void *arg)
{
	struct zong_executor *executor = arg;
	struct zong_request *req;
	bool slow;

	pthread_mutex_lock(&executor->lock);
	for (;;) {
		req = take_work(executor, &slow);
		if (!req && executor->stopping && !executor->slow.first)
			break;
		if (!req) {
			pthread_cond_wait(&executor->changed, &executor->lock);
			continue;
		}
		pthread_mutex_unlock(&executor->lock);
		executor->work(req);
		pthread_mutex_lock(&executor->lock);
		if (slow) {
			executor->slow_running--;
			if (executor->slow.first || executor->stopping)
				pthread_cond_broadcast(&executor->changed);
		}
	}
	pthread_mutex_unlock(&executor->lock);
	return NULL;
}

int zong_executor_start(unsigned int threads, unsigned int slow_threads, zong_executor_work *work,
	struct zong_executor **ret_executor)
{
	struct zong_executor *executor = calloc(1, sizeof(*executor) + threads * sizeof(pthread_t));

	if (!executor)
		return ZONG_ENOMEM;
	pthread_mutex_init(&executor->lock, NULL);
	pthread_cond_init(&executor->changed, NULL);
	queue_init(&executor->quick);
	queue_init(&executor->slow);
	executor->slow_max = slow_threads;
	executor->work = work;
	while (executor->threads < threads) {
		if (pthread_create(&executor->thread[executor->threads], NULL, run, executor)) {
			zong_executor_free(executor);
			return ZONG_EIO;
		}
		executor->threads++;
	}
	*ret_executor = executor;
	return 0;
}

bool zong_executor_add(struct zong_executor *executor, struct zong_request *req, bool slow)
{
	struct queue *queue = slow ? &executor->slow : &executor->quick;
	bool taken;

	req->next = NULL;
	pthread_mutex_lock(&executor->lock);
	taken = !executor->stopping;
	if (taken) {
		*queue->last = req;
		queue->last = &req->next;
		pthread_cond_signal(&executor->changed);
	}
	pthread_mutex_unlock(&executor->lock);
	return taken;
}

void zong_executor_stop(struct zong_executor *executor)
{
	unsigned int i;

	pthread_mutex_lock(&executor->lock);
	executor->stopping = true;
	pthread_cond_broadcast(&executor->changed);
	pthread_mutex_unlock(&executor->lock);
	for (i = 0; i < executor->threads; i++)
		pthread_join(executor->thread[i], NULL);
	executor->threads = 0;
}

void zong_executor_free(struct zong_executor *executor)
{
	if (!executor)
		return;
	zong_executor_stop(executor);
	pthread_cond_destroy(&executor->changed);
	pthread_mutex_destroy(&executor->lock);
	free(executor);
}
