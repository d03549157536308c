/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_LOG_H
#define ZONG_ARCHIVE_SEARCH_LOG_H

/* The line of the log that tells what was looked for: a name searched is a person's record asked for. It has to be on the disk before
 * the answer goes out, and that takes as long as the search: so it is written beside it.
 *
 *     zong_search_log_begin(&log, archive, who, search)
 *     ... the search ...
 *     zong_search_log_end(&log)      also where begin failed; not 0: what was found must not be answered
 *
 * Threads: that of the search, and one of its own in between. */

#include <pthread.h>
#include <stdbool.h>

#include <zong/buffer.h>
#include <zong/identity.h>
#include <zong/search.h>

struct zong_search_log {
	struct zong_journal *journal; /* NULL: nothing is written */
	const struct zong_subject *who;
	struct zong_buf object;
	pthread_t thread;
	bool aside; /* the thread is on it */
	int err;
};

int zong_search_log_begin(struct zong_search_log *log, struct zong_archive *archive,
	const struct zong_subject *who, const struct zong_search *search);
int zong_search_log_end(struct zong_search_log *log);

#endif
