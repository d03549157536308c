/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "http/progress.h"

void zong_progress_init(struct zong_progress *progress)
{
	memset(progress, 0, sizeof(*progress));
	pthread_mutex_init(&progress->mutex, NULL);
}

void zong_progress_release(struct zong_progress *progress)
{
	pthread_mutex_destroy(&progress->mutex);
}

static struct zong_progress_entry *find(struct zong_progress *progress, const struct zong_id *id)
{
	size_t i;

	for (i = 0; i < ZONG_LIMIT_EXECUTOR; i++)
		if (progress->entry[i].used && zong_id_equal(&progress->entry[i].id, id))
			return &progress->entry[i];
	return NULL;
}

struct zong_progress_entry *zong_progress_begin(
	struct zong_progress *progress, const struct zong_id *id, const struct zong_subject *who)
{
	struct zong_progress_entry *entry = NULL;
	size_t i;

	pthread_mutex_lock(&progress->mutex);
	for (i = 0; i < ZONG_LIMIT_EXECUTOR && !entry && !find(progress, id); i++)
		if (!progress->entry[i].used)
			entry = &progress->entry[i];
	if (entry) {
		entry->used = true;
		entry->id = *id;
		entry->done = 0;
		snprintf(entry->key, sizeof(entry->key), "%s", who->key);
	}
	pthread_mutex_unlock(&progress->mutex);
	return entry;
}

void zong_progress_set(
	struct zong_progress *progress, struct zong_progress_entry *entry, double done)
{
	if (!entry)
		return;
	pthread_mutex_lock(&progress->mutex);
	entry->done = done < 0 ? 0 : done > 1 ? 1 : done;
	pthread_mutex_unlock(&progress->mutex);
}

void zong_progress_end(struct zong_progress *progress, struct zong_progress_entry *entry)
{
	if (!entry)
		return;
	pthread_mutex_lock(&progress->mutex);
	entry->used = false;
	pthread_mutex_unlock(&progress->mutex);
}

int zong_progress_get(struct zong_progress *progress, const struct zong_id *id,
	const struct zong_subject *who, double *ret_done)
{
	struct zong_progress_entry *entry;
	int err = ZONG_ENOENT;

	pthread_mutex_lock(&progress->mutex);
	entry = find(progress, id);
	if (entry && strcmp(entry->key, who->key) == 0) {
		*ret_done = entry->done;
		err = 0;
	}
	pthread_mutex_unlock(&progress->mutex);
	return err;
}
