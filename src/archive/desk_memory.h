/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_DESK_MEMORY_H
#define ZONG_ARCHIVE_DESK_MEMORY_H

/* Who stands before which self-service desk: in locked memory, and nowhere else. What is past its time is wiped whenever anything is
 * asked. @now: monotonic. Threads: any. */

#include <zong/desk.h>

struct zong_desks;

struct zong_desk_person {
	char name[ZONG_LIMIT_NAME + 1];
	char idno[ZONG_LIMIT_TYPE + 1];
	char id_kind[ZONG_LIMIT_TYPE + 1];
	char query[ZONG_QUERY_NO];
	unsigned int questions;
};

/* @idle: microseconds. */
int zong_desks_new(int64_t idle, struct zong_desks **ret_desks);
void zong_desks_free(struct zong_desks *desks); /* NULL is fine */
/* Ends what the machine (its key) had before. ZONG_ELIMIT. */
int zong_desks_begin(struct zong_desks *desks, const char *key,
	const struct zong_desk_person *person, int64_t now, char ret_session[ZONG_DESK_SESSION]);
/* A copy, to be wiped by the caller; @touch: the time begins anew. *ret_left: µs. ZONG_ENODESK. */
int zong_desks_get(struct zong_desks *desks, const char *key, const char *session, bool touch,
	int64_t now, struct zong_desk_person *ret_person, int64_t *ret_left);
/* One question more. ZONG_ELIMIT, ZONG_ENODESK. */
int zong_desks_count(struct zong_desks *desks, const char *key, const char *session, int64_t now);
/* What was answered. Nothing happens where it has ended meanwhile. */
void zong_desks_answered(struct zong_desks *desks, const char *key, const char *session,
	const char *query, int64_t now);
/* true: there was one. */
bool zong_desks_end(struct zong_desks *desks, const char *key, const char *session, int64_t now);
/* Those that are not past their time. */
size_t zong_desks_number(struct zong_desks *desks, int64_t now);

#endif
