/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_PROGRESS_H
#define ZONG_HTTP_PROGRESS_H

/* How far uploads are whose bytes have all come: decoding every page of a long file takes a while, and whoever handed
 * it in sees it go on. An upload takes part when its sender gave it a name, a UUID in the header Zong-Upload; it is
 * forgotten as soon as it has been answered. Kept in memory only, at most one an executor place. Threads: any. */

#include <pthread.h>

#include <zong/id.h>
#include <zong/identity.h>
#include <zong/limits.h>

struct zong_progress_entry {
	bool used;
	struct zong_id id;
	char key[64]; /* of the subject who handed it in: nobody else may ask */
	double done;  /* 0..1 */
};

struct zong_progress {
	pthread_mutex_t mutex;
	struct zong_progress_entry entry[ZONG_LIMIT_EXECUTOR];
};

void zong_progress_init(struct zong_progress *progress);
void zong_progress_release(struct zong_progress *progress);
/* NULL when there is no room or the name is in use: then the upload goes on without telling. */
struct zong_progress_entry *zong_progress_begin(
	struct zong_progress *progress, const struct zong_id *id, const struct zong_subject *who);
void zong_progress_set(
	struct zong_progress *progress, struct zong_progress_entry *entry, double done);
void zong_progress_end(
	struct zong_progress *progress, struct zong_progress_entry *entry); /* NULL is fine */
/* ZONG_ENOENT: none of that name by that subject under way. */
int zong_progress_get(struct zong_progress *progress, const struct zong_id *id,
	const struct zong_subject *who, double *ret_done);

#endif
