/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "collect_run.h"
#include "recipe.h"

/* ---- what ingests see ---- */

int zong_collect_new(struct zong_collect **ret_collect)
{
	struct zong_collect *collect = calloc(1, sizeof(*collect));

	if (!collect)
		return ZONG_ENOMEM;
	pthread_mutex_init(&collect->run, NULL);
	pthread_mutex_init(&collect->mutex, NULL);
	zong_cond_init(&collect->left);
	*ret_collect = collect;
	return 0;
}

void zong_collect_free(struct zong_collect *collect)
{
	if (!collect)
		return;
	pthread_cond_destroy(&collect->left);
	pthread_mutex_destroy(&collect->mutex);
	pthread_mutex_destroy(&collect->run);
	free(collect->open);
	free(collect);
}

uint64_t zong_collect_enter(struct zong_collect *collect)
{
	uint64_t ticket = 0;
	uint64_t *grown;
	size_t cap;

	if (!collect)
		return 0;
	pthread_mutex_lock(&collect->mutex);
	if (collect->open_count == collect->open_cap) {
		cap = collect->open_cap ? collect->open_cap * 2 : 64;
		grown = reallocarray(collect->open, cap, sizeof(*grown));
		if (grown) {
			collect->open = grown;
			collect->open_cap = cap;
		}
	}
	if (collect->open_count < collect->open_cap) {
		ticket = ++collect->tickets;
		collect->open[collect->open_count++] = ticket;
	}
	pthread_mutex_unlock(&collect->mutex);
	return ticket;
}

void zong_collect_leave(struct zong_collect *collect, uint64_t ticket)
{
	size_t i;

	if (!collect || ticket == 0)
		return;
	pthread_mutex_lock(&collect->mutex);
	for (i = 0; i < collect->open_count; i++)
		if (collect->open[i] == ticket)
			break;
	if (i < collect->open_count) {
		memmove(collect->open + i, collect->open + i + 1,
			(collect->open_count - i - 1) * sizeof(*collect->open));
		collect->open_count--;
	}
	pthread_cond_broadcast(&collect->left);
	pthread_mutex_unlock(&collect->mutex);
}

static int compare(const void *key, const void *item)
{
	const struct zong_condemned *condemned = item;

	return memcmp(key, condemned->digest.bytes, sizeof(condemned->digest.bytes));
}

struct zong_condemned *zong_collect_find(
	struct zong_condemned *list, size_t count, const uint8_t *digest)
{
	return count ? bsearch(digest, list, count, sizeof(*list), compare) : NULL;
}

bool zong_collect_believe(struct zong_collect *collect, const struct zong_digest *digest)
{
	struct zong_condemned *condemned;
	bool stays = true;

	if (!collect || !atomic_load(&collect->active))
		return true;
	pthread_mutex_lock(&collect->mutex);
	condemned = zong_collect_find(collect->list, collect->count, digest->bytes);
	if (condemned && condemned->fate == ZONG_FATE_DOOMED)
		stays = false;
	else if (condemned && condemned->fate == ZONG_FATE_CONDEMNED)
		condemned->fate = ZONG_FATE_SAVED;
	pthread_mutex_unlock(&collect->mutex);
	return stays;
}

void zong_collect_put(struct zong_collect *collect, const struct zong_digest *digest)
{
	struct zong_condemned *condemned;

	if (!collect || !atomic_load(&collect->active))
		return;
	pthread_mutex_lock(&collect->mutex);
	condemned = zong_collect_find(collect->list, collect->count, digest->bytes);
	if (condemned && condemned->fate != ZONG_FATE_NAMED)
		condemned->fate = ZONG_FATE_SAVED;
	pthread_mutex_unlock(&collect->mutex);
}

/* ---- becoming loose ---- */

static void key_of(const uint8_t *digest, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_bytes(ret_key, digest, ZONG_DIGEST_SIZE);
}

static int loosen(struct zong_txn *txn, const Zong__Recipe *row, const struct zong_id *why)
{
	struct zong_key key;
	size_t i;
	int r = 0;

	for (i = 0; !r && i < row->n_pieces; i++) {
		if (row->pieces[i]->digest.len != ZONG_DIGEST_SIZE)
			continue;
		key_of(row->pieces[i]->digest.data, &key);
		r = zong_txn_put_bytes(txn, ZONG_TABLE_LOOSE, &key, why->bytes, sizeof(why->bytes));
	}
	return r;
}

int zong_store_forget_file(struct zong_txn *txn, const struct zong_digest *file)
{
	Zong__Recipe *row;
	struct zong_key key;
	struct zong_id why;
	uint64_t start;
	int r;

	zong_id_new(&why);
	/* From the last row to the first. */
	for (;;) {
		r = zong_recipe_get(txn, file, UINT64_MAX - 1, &row, &start);
		if (r)
			return r == ZONG_ENOENT ? 0 : r;
		r = loosen(txn, row, &why);
		zong__recipe__free_unpacked(row, NULL);
		if (r)
			return r;
		zong_key_clear(&key);
		zong_key_digest(&key, file);
		zong_key_u64(&key, start);
		r = zong_txn_delete(txn, ZONG_TABLE_RECIPES, &key);
		if (r)
			return r;
	}
}
