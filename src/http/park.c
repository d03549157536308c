/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include <zong/error.h>
#include <zong/limits.h>
#include <zong/time.h>

#include "http/executor.h"
#include "http/park.h"
#include "http/request.h"

#define LONGEST_WAIT (1 * ZONG_SECOND) /* how late a deadline may be seen */
/* Many commits close together send those who wait back once. */
#define BREATH 10000000L /* nanoseconds */

struct zong_park {
	struct zong_archive *archive;
	struct zong_executor *executor;
	pthread_t thread;
	pthread_mutex_t lock;
	struct zong_request *first; /* linked by ->next */
	size_t count; /* that wait, or have been sent back and have not been answered */
	bool stopping;
};

static void send_back(struct zong_park *park, struct zong_request *list)
{
	while (list) {
		struct zong_request *req = list;

		list = req->next;
		zong_executor_add(park->executor, req, false); /* stopped after us */
	}
}

/* Those whose time is over, or all. */
static struct zong_request *take(struct zong_park *park, bool all)
{
	struct zong_request **at = &park->first, *taken = NULL;
	int64_t now = zong_time_monotonic();

	while (*at) {
		struct zong_request *req = *at;

		if (!all && req->park_until > now) {
			at = &req->next;
			continue;
		}
		*at = req->next;
		req->next = taken;
		taken = req;
		park->count--;
	}
	return taken;
}

static void *run(void *arg)
{
	const struct timespec breath = {0, BREATH};
	struct zong_park *park = arg;
	uint64_t seen = zong_archive_number(park->archive), before;
	bool stopping = false;

	while (!stopping) {
		struct zong_request *list;

		before = seen;
		zong_archive_wait(park->archive, &seen, LONGEST_WAIT);
		pthread_mutex_lock(&park->lock);
		stopping = park->stopping;
		list = take(park, stopping || seen != before);
		pthread_mutex_unlock(&park->lock);
		if (list)
			send_back(park, list);
		if (!stopping)
			nanosleep(&breath, NULL);
	}
	return NULL;
}

int zong_park_start(
	struct zong_archive *archive, struct zong_executor *executor, struct zong_park **ret_park)
{
	struct zong_park *park = calloc(1, sizeof(*park));

	if (!park)
		return ZONG_ENOMEM;
	park->archive = archive;
	park->executor = executor;
	pthread_mutex_init(&park->lock, NULL);
	if (pthread_create(&park->thread, NULL, run, park)) {
		pthread_mutex_destroy(&park->lock);
		free(park);
		return ZONG_EIO;
	}
	*ret_park = park;
	return 0;
}

bool zong_park_may(struct zong_park *park)
{
	bool may;

	pthread_mutex_lock(&park->lock);
	may = !park->stopping && park->count < ZONG_LIMIT_PARKED;
	pthread_mutex_unlock(&park->lock);
	return may;
}

void zong_park_add(struct zong_park *park, struct zong_request *req)
{
	bool parked;

	pthread_mutex_lock(&park->lock);
	/* what was committed since it looked would not be told of again */
	parked = !park->stopping && zong_archive_number(park->archive) == req->park_number;
	if (parked) {
		req->next = park->first;
		park->first = req;
		park->count++;
	}
	pthread_mutex_unlock(&park->lock);
	if (!parked)
		zong_executor_add(park->executor, req, false);
}

void zong_park_stop(struct zong_park *park)
{
	pthread_mutex_lock(&park->lock);
	park->stopping = true;
	pthread_mutex_unlock(&park->lock);
	zong_archive_wake(park->archive);
	pthread_join(park->thread, NULL);
	send_back(park, take(park, true));
}

void zong_park_free(struct zong_park *park)
{
	if (!park)
		return;
	pthread_mutex_destroy(&park->lock);
	free(park);
}
