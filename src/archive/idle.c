/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdlib.h>

#include <zong/error.h>

#include "idle.h"

struct place {
	struct zong_id session;
	int64_t seen;
};

struct zong_idle {
	int64_t limit;
	pthread_mutex_t lock; /* guards what follows */
	size_t count;
	struct place place[ZONG_IDLE_SESSIONS];
};

int zong_idle_new(int64_t limit, struct zong_idle **ret_idle)
{
	struct zong_idle *idle = calloc(1, sizeof(*idle));

	if (!idle)
		return ZONG_ENOMEM;
	idle->limit = limit;
	pthread_mutex_init(&idle->lock, NULL);
	*ret_idle = idle;
	return 0;
}

void zong_idle_free(struct zong_idle *idle)
{
	if (!idle)
		return;
	pthread_mutex_destroy(&idle->lock);
	free(idle);
}

int64_t zong_idle_limit(const struct zong_idle *idle)
{
	return idle->limit;
}

/* Where it is; where it is not, the place of the one longest unused. */
static size_t find(const struct zong_idle *idle, const struct zong_id *session)
{
	size_t oldest = 0;

	for (size_t i = 0; i < idle->count; i++) {
		if (zong_id_equal(&idle->place[i].session, session))
			return i;
		if (idle->place[i].seen < idle->place[oldest].seen)
			oldest = i;
	}
	return oldest;
}

int zong_idle_seen(struct zong_idle *idle, const struct zong_id *session, int64_t now)
{
	struct place *place;
	int err = 0;
	size_t at;

	pthread_mutex_lock(&idle->lock);
	at = find(idle, session);
	place = &idle->place[at];
	if (at < idle->count && zong_id_equal(&place->session, session)) {
		if (now - place->seen > idle->limit)
			err = ZONG_EUNAUTHENTICATED;
		else
			place->seen = now;
	} else {
		if (idle->count < ZONG_IDLE_SESSIONS)
			place = &idle->place[idle->count++];
		*place = (struct place){*session, now};
	}
	pthread_mutex_unlock(&idle->lock);
	return err;
}

size_t zong_idle_over(struct zong_idle *idle, int64_t now, struct zong_id *ret_sessions, size_t max)
{
	size_t count = 0;

	pthread_mutex_lock(&idle->lock);
	for (size_t i = 0; i < idle->count && count < max; i++)
		if (now - idle->place[i].seen > idle->limit)
			ret_sessions[count++] = idle->place[i].session;
	pthread_mutex_unlock(&idle->lock);
	return count;
}

void zong_idle_forget(struct zong_idle *idle, const struct zong_id *session)
{
	size_t at;

	pthread_mutex_lock(&idle->lock);
	at = find(idle, session);
	if (at < idle->count && zong_id_equal(&idle->place[at].session, session))
		idle->place[at] = idle->place[--idle->count];
	pthread_mutex_unlock(&idle->lock);
}
