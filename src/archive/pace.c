/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/time.h>

#include "pace.h"

#define FORGET (1.0 / 64) /* what a page takes away from the weight of those before it */
#define LEAST 4		  /* pages from which one may conclude */

void zong_pace_init(struct zong_pace *pace)
{
	*pace = (struct zong_pace){.busy = 0};
	pthread_mutex_init(&pace->lock, NULL);
}

void zong_pace_release(struct zong_pace *pace)
{
	pthread_mutex_destroy(&pace->lock);
}

static void count_time(struct zong_pace *pace, int64_t now)
{
	if (pace->busy && now > pace->since)
		pace->spent += (double)(now - pace->since);
	pace->since = now;
}

void zong_pace_begin(struct zong_pace *pace, int64_t now)
{
	pthread_mutex_lock(&pace->lock);
	count_time(pace, now);
	pace->busy++;
	pthread_mutex_unlock(&pace->lock);
}

void zong_pace_end(struct zong_pace *pace, int64_t now, bool done)
{
	pthread_mutex_lock(&pace->lock);
	count_time(pace, now);
	pace->busy--;
	if (done) {
		pace->spent *= 1 - FORGET;
		pace->pages = (pace->pages + 1) * (1 - FORGET);
		pace->total++;
	}
	pthread_mutex_unlock(&pace->lock);
}

double zong_pace_rate(struct zong_pace *pace)
{
	double rate = 0;

	pthread_mutex_lock(&pace->lock);
	if (pace->total >= LEAST && pace->spent > 0)
		rate = pace->pages * ZONG_SECOND / pace->spent;
	pthread_mutex_unlock(&pace->lock);
	return rate;
}
