/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include <zong/digest.h>
#include <zong/error.h>

#include "throttle.h"

struct attempt {
	struct zong_digest of; /* name and origin: of one length whatever is sent */
	unsigned int failures; /* 0: this place is free */
	int64_t last, closed_until;
};

struct zong_throttle {
	pthread_mutex_t lock;
	sem_t hashes;
	struct attempt attempt[ZONG_THROTTLE_NAMES];
};

int zong_throttle_new(struct zong_throttle **ret_throttle)
{
	struct zong_throttle *throttle = calloc(1, sizeof(*throttle));

	if (!throttle)
		return ZONG_ENOMEM;
	pthread_mutex_init(&throttle->lock, NULL);
	sem_init(&throttle->hashes, 0, ZONG_THROTTLE_HASHES);
	*ret_throttle = throttle;
	return 0;
}

void zong_throttle_free(struct zong_throttle *throttle)
{
	if (!throttle)
		return;
	pthread_mutex_destroy(&throttle->lock);
	sem_destroy(&throttle->hashes);
	free(throttle);
}

static int digest_of(const char *name, const char *origin, struct zong_digest *ret_digest)
{
	struct zong_digest_state *state;
	int err = zong_digest_begin(&state);

	if (err)
		return err;
	zong_digest_add(state, name, strlen(name) + 1);
	zong_digest_add(state, origin, strlen(origin));
	zong_digest_end(state, ret_digest);
	return 0;
}

/* The attempt of @of, or NULL; *ret_place (may be NULL) is where a new one goes. */
static struct attempt *find(
	struct zong_throttle *throttle, const struct zong_digest *of, struct attempt **ret_place)
{
	struct attempt *place = &throttle->attempt[0];

	for (size_t i = 0; i < ZONG_THROTTLE_NAMES; i++) {
		struct attempt *attempt = &throttle->attempt[i];

		if (attempt->failures && memcmp(&attempt->of, of, sizeof(*of)) == 0)
			return attempt;
		if (place->failures && (!attempt->failures || attempt->last < place->last))
			place = attempt;
	}
	if (ret_place)
		*ret_place = place;
	return NULL;
}

int zong_throttle_check(
	struct zong_throttle *throttle, const char *name, const char *origin, int64_t now)
{
	const struct attempt *attempt;
	struct zong_digest of;
	int err;

	err = digest_of(name, origin, &of);
	if (err)
		return err;
	pthread_mutex_lock(&throttle->lock);
	attempt = find(throttle, &of, NULL);
	if (attempt && now < attempt->closed_until)
		err = ZONG_ETHROTTLED;
	pthread_mutex_unlock(&throttle->lock);
	return err;
}

void zong_throttle_failed(
	struct zong_throttle *throttle, const char *name, const char *origin, int64_t now)
{
	struct attempt *attempt;
	struct attempt *place;
	struct zong_digest of;

	if (digest_of(name, origin, &of))
		return;
	pthread_mutex_lock(&throttle->lock);
	attempt = find(throttle, &of, &place);
	if (!attempt) {
		attempt = place;
		memset(attempt, 0, sizeof(*attempt));
		attempt->of = of;
	}
	attempt->failures++;
	attempt->last = now;
	if (attempt->failures >= ZONG_THROTTLE_FREE) {
		unsigned int doublings = attempt->failures - ZONG_THROTTLE_FREE;
		int64_t closed = ZONG_THROTTLE_FIRST << (doublings < 10 ? doublings : 10);

		attempt->closed_until =
			now + (closed < ZONG_THROTTLE_LONGEST ? closed : ZONG_THROTTLE_LONGEST);
	}
	pthread_mutex_unlock(&throttle->lock);
}

void zong_throttle_succeeded(struct zong_throttle *throttle, const char *name, const char *origin)
{
	struct attempt *attempt;
	struct zong_digest of;

	if (digest_of(name, origin, &of))
		return;
	pthread_mutex_lock(&throttle->lock);
	attempt = find(throttle, &of, NULL);
	if (attempt)
		memset(attempt, 0, sizeof(*attempt));
	pthread_mutex_unlock(&throttle->lock);
}

void zong_throttle_enter(struct zong_throttle *throttle)
{
	while (sem_wait(&throttle->hashes) != 0 && errno == EINTR)
		;
}

void zong_throttle_leave(struct zong_throttle *throttle)
{
	sem_post(&throttle->hashes);
}
