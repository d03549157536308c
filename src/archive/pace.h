/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_PACE_H
#define ZONG_ARCHIVE_PACE_H

/* How many pages a second this server has read lately, while it had any to read: what an estimate is made from. The last
 * pages count most; an hour without work counts nothing. In memory only: after a start nothing is known until some
 * pages have been read.
 *
 *     zong_pace_begin(pace, zong_time_monotonic());
 *     ... read a page ...
 *     zong_pace_end(pace, zong_time_monotonic(), true);
 *
 * Threads: any. */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct zong_pace {
	pthread_mutex_t lock;
	unsigned int busy; /* threads that read */
	int64_t since;	   /* counted up to here */
	double spent;	   /* microseconds in which anybody read, the longer ago the less */
	double pages;	   /* in that time, likewise */
	uint64_t total;
};

void zong_pace_init(struct zong_pace *pace);
void zong_pace_release(struct zong_pace *pace);
void zong_pace_begin(struct zong_pace *pace, int64_t now);
/* @done: the page is read, or it is known that it cannot be. */
void zong_pace_end(struct zong_pace *pace, int64_t now, bool done);
/* Pages a second; 0: not known yet. */
double zong_pace_rate(struct zong_pace *pace);

#endif
