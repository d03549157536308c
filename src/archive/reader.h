/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_READER_H
#define ZONG_ARCHIVE_READER_H

/* The threads that work off the reading jobs: take a job, put its file together, have a worker read
 * the page, find the fields, and write reading, index rows and the job's end in one change. A page
 * that kills its worker is tried ZONG_LIMIT_TRIES times, then parked with its reason; one that
 * cannot be decoded is parked at once. Trouble with the disk or memory parks nothing: the thread
 * waits and the job comes again. A job whose thread was stopped is simply due again. */

#include <zong/archive.h>
#include <zong/id.h>

struct zong_readers;

/* One thread more than @workers, so that no worker waits while a result is being written. */
int zong_readers_start(
	struct zong_archive *archive, unsigned int workers, struct zong_readers **ret_readers);
/* As it was started with. */
unsigned int zong_readers_workers(const struct zong_readers *readers);
/* Two steps: ask to stop, by which the pages that are being read are given up (they are due again); wait until all threads have
 * ended. NULL is fine. */
void zong_readers_ask(struct zong_readers *readers);
void zong_readers_stop(struct zong_readers *readers);
/* Ends the work on this job, if a thread does any: nobody wants it any more. Nothing is blamed for it. */
void zong_readers_cancel(struct zong_readers *readers, const struct zong_id *job);
/* Pages a second lately (pace.h); 0: not known. NULL is fine. */
double zong_readers_rate(struct zong_readers *readers);
/* Does a thread work on this job just now. */
bool zong_readers_busy(struct zong_readers *readers, const struct zong_id *job);

#endif
