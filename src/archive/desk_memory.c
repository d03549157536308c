/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk_memory.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#define WORD_BYTES 16

struct session {
	char word[ZONG_DESK_SESSION]; /* "": free */
	char key[64];		      /* of the machine */
	int64_t began, touched;
	struct zong_desk_person person;
};

struct zong_desks {
	pthread_mutex_t lock;
	int64_t idle;
	struct session *
		session; /* ZONG_LIMIT_DESKS of them: locked, not in a core file, wiped when freed */
};

int zong_desks_new(int64_t idle, struct zong_desks **ret_desks)
{
	struct zong_desks *desks = calloc(1, sizeof(*desks));

	if (!desks)
		return ZONG_ENOMEM;
	desks->session = sodium_allocarray(ZONG_LIMIT_DESKS, sizeof(*desks->session));
	if (!desks->session) {
		free(desks);
		return ZONG_ENOMEM;
	}
	memset(desks->session, 0, ZONG_LIMIT_DESKS * sizeof(*desks->session));
	desks->idle = idle;
	pthread_mutex_init(&desks->lock, NULL);
	*ret_desks = desks;
	return 0;
}

void zong_desks_free(struct zong_desks *desks)
{
	if (!desks)
		return;
	sodium_free(desks->session);
	pthread_mutex_destroy(&desks->lock);
	free(desks);
}

static void wipe(struct session *session)
{
	sodium_memzero(session, sizeof(*session));
}

static int64_t left_of(const struct zong_desks *desks, const struct session *session, int64_t now)
{
	int64_t idle = session->touched + desks->idle - now;
	int64_t whole = session->began + ZONG_DESK_LONGEST * ZONG_SECOND - now;

	return idle < whole ? idle : whole;
}

static void wipe_old(struct zong_desks *desks, int64_t now)
{
	for (size_t i = 0; i < ZONG_LIMIT_DESKS; i++)
		if (desks->session[i].word[0] && left_of(desks, &desks->session[i], now) <= 0)
			wipe(&desks->session[i]);
}

/* Locked. */
static struct session *find(
	struct zong_desks *desks, const char *key, const char *session, int64_t now)
{
	size_t len = strlen(session);

	wipe_old(desks, now);
	for (size_t i = 0; i < ZONG_LIMIT_DESKS && len == ZONG_DESK_SESSION - 1; i++) {
		struct session *one = &desks->session[i];

		if (one->word[0] && strcmp(one->key, key) == 0 &&
			sodium_memcmp(one->word, session, len) == 0)
			return one;
	}
	return NULL;
}

static struct session *find_free(struct zong_desks *desks, const char *key)
{
	struct session *free = NULL;

	for (size_t i = 0; i < ZONG_LIMIT_DESKS; i++) {
		struct session *one = &desks->session[i];

		if (one->word[0] && strcmp(one->key, key) == 0)
			wipe(one);
		if (!one->word[0] && !free)
			free = one;
	}
	return free;
}

int zong_desks_begin(struct zong_desks *desks, const char *key,
	const struct zong_desk_person *person, int64_t now, char ret_session[ZONG_DESK_SESSION])
{
	uint8_t bytes[WORD_BYTES];
	struct session *session;

	pthread_mutex_lock(&desks->lock);
	wipe_old(desks, now);
	session = find_free(desks, key);
	if (session) {
		randombytes_buf(bytes, sizeof(bytes));
		sodium_bin2hex(session->word, sizeof(session->word), bytes, sizeof(bytes));
		snprintf(session->key, sizeof(session->key), "%s", key);
		session->began = session->touched = now;
		session->person = *person;
		memcpy(ret_session, session->word, ZONG_DESK_SESSION);
	}
	pthread_mutex_unlock(&desks->lock);
	return session ? 0 : ZONG_ELIMIT;
}

int zong_desks_get(struct zong_desks *desks, const char *key, const char *session, bool touch,
	int64_t now, struct zong_desk_person *ret_person, int64_t *ret_left)
{
	struct session *found;

	pthread_mutex_lock(&desks->lock);
	found = find(desks, key, session, now);
	if (found) {
		if (touch)
			found->touched = now;
		*ret_person = found->person;
		*ret_left = left_of(desks, found, now);
	}
	pthread_mutex_unlock(&desks->lock);
	return found ? 0 : ZONG_ENODESK;
}

int zong_desks_count(struct zong_desks *desks, const char *key, const char *session, int64_t now)
{
	struct session *found;
	int err = ZONG_ENODESK;

	pthread_mutex_lock(&desks->lock);
	found = find(desks, key, session, now);
	if (found) {
		err = found->person.questions == ZONG_LIMIT_DESK_QUESTIONS ? ZONG_ELIMIT : 0;
		found->person.questions += !err;
	}
	pthread_mutex_unlock(&desks->lock);
	return err;
}

void zong_desks_answered(struct zong_desks *desks, const char *key, const char *session,
	const char *query, int64_t now)
{
	struct session *found;

	pthread_mutex_lock(&desks->lock);
	found = find(desks, key, session, now);
	if (found) {
		found->touched = now;
		snprintf(found->person.query, sizeof(found->person.query), "%s", query);
	}
	pthread_mutex_unlock(&desks->lock);
}

bool zong_desks_end(struct zong_desks *desks, const char *key, const char *session, int64_t now)
{
	struct session *found;

	pthread_mutex_lock(&desks->lock);
	found = find(desks, key, session, now);
	if (found)
		wipe(found);
	pthread_mutex_unlock(&desks->lock);
	return found;
}

size_t zong_desks_number(struct zong_desks *desks, int64_t now)
{
	size_t count = 0;

	pthread_mutex_lock(&desks->lock);
	wipe_old(desks, now);
	for (size_t i = 0; i < ZONG_LIMIT_DESKS; i++)
		count += desks->session[i].word[0] != '\0';
	pthread_mutex_unlock(&desks->lock);
	return count;
}
