/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_VERSION_H
#define ZONG_STORE_VERSION_H

/* The format of an archive's directory: a number in the file "format", written last when an archive is made.
 *
 *     1   the first
 *     2   retention, holds, destruction lists and looks: more tables
 *     3   the review list and corrections: more tables
 *     4   jobs wait in queues, the departments taking turns: other keys in jobs_ready
 *     5   units and their events, originals, places, loans and hand-over lists: more tables
 *     6   links between cases, volumes: more tables
 *     7   queries: one more table
 *     8   catalogues, the tree over the log, events of deliveries: more tables
 *     9   reports of the four properties: more tables
 *
 * An older archive is brought to today's format when it is opened for writing: tables that are missing are made, then
 * one step after the other is run, each a change that may be run again, and the number is written last. So a crash in between
 * leaves the older number, and the next opening does it once more. A newer archive is refused. */

#include "state.h"

#define ZONG_FORMAT 9u

/* 0, ZONG_ENOENT (no archive), ZONG_ECORRUPT, ZONG_EVERSION (newer than this zong), ZONG_EIO. */
int zong_version_read(const char *dir, unsigned *ret_format);
int zong_version_write(const char *dir);
/* From @format, whose missing tables have been made, to ZONG_FORMAT; the writer is running. */
int zong_version_migrate(struct zong_store *store, unsigned format);

#endif
