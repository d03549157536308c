/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zong/error.h>

#include "http/replies.h"

/* 0 users and not in the table: gone. The table itself counts as no user. */
struct entry {
	struct zong_kept kept;
	struct zong_digest digest;
	char name[ZONG_REPLIES_NAME];
	unsigned int users;
	bool listed;
};

struct zong_replies {
	pthread_mutex_t lock;
	struct entry *entry[ZONG_REPLIES_MAX];
};

int zong_replies_new(struct zong_replies **ret_replies)
{
	struct zong_replies *replies = calloc(1, sizeof(*replies));

	if (!replies)
		return ZONG_ENOMEM;
	pthread_mutex_init(&replies->lock, NULL);
	*ret_replies = replies;
	return 0;
}

static void entry_free(struct entry *entry)
{
	MHD_destroy_response(entry->kept.response);
	free(entry);
}

void zong_replies_free(struct zong_replies *replies)
{
	size_t i;

	if (!replies)
		return;
	for (i = 0; i < ZONG_REPLIES_MAX; i++) {
		if (replies->entry[i])
			entry_free(replies->entry[i]);
	}
	pthread_mutex_destroy(&replies->lock);
	free(replies);
}

/* A digest is evenly spread; two files that fall on the same place take turns. */
static size_t place_of(const struct zong_digest *digest)
{
	return digest->bytes[0] % ZONG_REPLIES_MAX;
}

struct zong_kept *zong_replies_get(
	struct zong_replies *replies, const struct zong_digest *digest, const char *name)
{
	struct entry *entry;

	pthread_mutex_lock(&replies->lock);
	entry = replies->entry[place_of(digest)];
	if (entry && memcmp(&entry->digest, digest, sizeof(*digest)) == 0 &&
		strcmp(entry->name, name) == 0)
		entry->users++;
	else
		entry = NULL;
	pthread_mutex_unlock(&replies->lock);
	return entry ? &entry->kept : NULL;
}

void zong_replies_put(struct zong_replies *replies, struct zong_kept *kept)
{
	struct entry *entry = (struct entry *)kept;
	bool gone;

	pthread_mutex_lock(&replies->lock);
	gone = --entry->users == 0 && !entry->listed;
	pthread_mutex_unlock(&replies->lock);
	if (gone)
		entry_free(entry);
}

struct zong_kept *zong_replies_add(struct zong_replies *replies, const struct zong_digest *digest,
	const char *name, uint64_t size, const char *etag, struct MHD_Response *response)
{
	struct entry *entry = calloc(1, sizeof(*entry));
	struct entry *old;

	if (!entry) {
		MHD_destroy_response(response);
		return NULL;
	}
	entry->kept.response = response;
	entry->kept.size = size;
	strncpy(entry->kept.etag, etag, sizeof(entry->kept.etag) - 1);
	entry->digest = *digest;
	strncpy(entry->name, name, sizeof(entry->name) - 1);
	entry->users = 1;
	entry->listed = true;
	pthread_mutex_lock(&replies->lock);
	old = replies->entry[place_of(digest)];
	replies->entry[place_of(digest)] = entry;
	if (old) {
		old->listed = false;
		if (old->users > 0)
			old = NULL;
	}
	pthread_mutex_unlock(&replies->lock);
	if (old)
		entry_free(old);
	return &entry->kept;
}
