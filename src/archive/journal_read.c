/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <zong/log.h>
#include <zong/time.h>

#include "journal.h"
#include "row.h"

#define SHARDS 16
#define SLOTS 64
#define SHARD_READS (ZONG_JOURNAL_READS / SHARDS)
#define PARTS 6 /* subject, its name, purpose, verb, object, origin */

/* One object read by one subject for one purpose from one place. */
struct read {
	struct read *next;
	uint64_t hash;
	int64_t began;	  /* monotonic; of the window */
	uint64_t repeats; /* not written yet */
	bool writing;	  /* its first line is on the way to the disk */
	size_t len;
	char text[]; /* the parts, each with its NUL */
};

struct shard {
	pthread_mutex_t lock;
	pthread_cond_t written;
	struct read *slot[SLOTS];
	size_t reads;
};

struct zong_journal {
	struct zong_store *store;
	int64_t window;
	struct shard shard[SHARDS];
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stop;
	bool stopping;
};

struct question {
	const char *part[PARTS]; /* as in read.text */
	size_t len[PARTS];
	size_t total;
	uint64_t hash;
};

static void ask(const struct zong_subject *who, const char *verb, const char *object,
	struct question *ret_question)
{
	struct question *q = ret_question;

	q->part[0] = who->key;
	q->part[1] = who->name;
	q->part[2] = who->purpose;
	q->part[3] = verb;
	q->part[4] = object;
	q->part[5] = who->origin;
	q->total = 0;
	q->hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
	for (size_t i = 0; i < PARTS; i++) {
		q->len[i] = strlen(q->part[i]) + 1;
		q->total += q->len[i];
		for (size_t j = 0; j < q->len[i]; j++)
			q->hash = (q->hash ^ (uint8_t)q->part[i][j]) * UINT64_C(0x100000001b3);
	}
}

static bool matches(const struct read *read, const struct question *q)
{
	const char *at = read->text;

	if (read->hash != q->hash || read->len != q->total)
		return false;
	for (size_t i = 0; i < PARTS; i++) {
		if (memcmp(at, q->part[i], q->len[i]) != 0)
			return false;
		at += q->len[i];
	}
	return true;
}

static struct read **find(struct shard *shard, const struct question *q)
{
	struct read **at = &shard->slot[(q->hash >> 8) % SLOTS];

	while (*at && !matches(*at, q))
		at = &(*at)->next;
	return at;
}

static struct read *read_new(const struct question *q, int64_t now)
{
	struct read *read = malloc(sizeof(*read) + q->total);
	char *at;

	if (!read)
		return NULL;
	memset(read, 0, sizeof(*read));
	at = read->text;
	for (size_t i = 0; i < PARTS; i++) {
		memcpy(at, q->part[i], q->len[i]);
		at += q->len[i];
	}
	read->hash = q->hash;
	read->len = q->total;
	read->began = now;
	return read;
}

static int append(struct zong_txn *txn, const struct read *read, uint64_t count)
{
	struct zong_journal_line line = {.time = zong_time_now(), .count = count};
	const char **part[PARTS] = {&line.subject, &line.name, &line.purpose, &line.verb,
		&line.object, &line.origin};
	const char *at = read->text;

	for (size_t i = 0; i < PARTS; i++) {
		*part[i] = at;
		at += strlen(at) + 1;
	}
	return zong_journal_append(txn, &line, NULL);
}

struct writing {
	const struct read *first;    /* or NULL */
	const struct read *repeated; /* list */
};

static int write_lines(struct zong_txn *txn, void *ctx)
{
	const struct writing *writing = ctx;
	int err = 0;

	for (const struct read *read = writing->repeated; read && !err; read = read->next)
		if (read->repeats)
			err = append(txn, read, read->repeats);
	if (!err && writing->first)
		err = append(txn, writing->first, 1);
	return err;
}

static void free_list(struct read *list)
{
	while (list) {
		struct read *next = list->next;

		free(list);
		list = next;
	}
}

/* Takes out what can go: whose window has ended, or (where there must be room) the oldest. */
static struct read *take_out(struct shard *shard, int64_t began_before, bool room)
{
	struct read **oldest = NULL;
	struct read *out = NULL;

	for (size_t i = 0; i < SLOTS; i++) {
		struct read **at = &shard->slot[i];

		while (*at) {
			struct read *read = *at;

			if (!read->writing && read->began <= began_before) {
				*at = read->next;
				shard->reads--;
				read->next = out;
				out = read;
				oldest = NULL; /* may have pointed into the one just taken out */
				continue;
			}
			if (!read->writing && (!oldest || read->began < (*oldest)->began))
				oldest = at;
			at = &read->next;
		}
	}
	if (room && !out && oldest) {
		out = *oldest;
		*oldest = out->next;
		out->next = NULL;
		shard->reads--;
	}
	return out;
}

static void take_away(struct shard *shard, struct read *read)
{
	struct read **at = &shard->slot[(read->hash >> 8) % SLOTS];

	while (*at != read)
		at = &(*at)->next;
	*at = read->next;
	shard->reads--;
}

/* The read is new, or its window has ended: its line must be on the disk before we go on. Called
 * with the shard locked, and comes back with it unlocked. */
static int begin_window(
	struct zong_journal *journal, struct shard *shard, struct read *read, struct read *evicted)
{
	struct writing writing = {.first = read, .repeated = evicted};
	int err;

	pthread_mutex_unlock(&shard->lock);
	err = zong_store_write(journal->store, write_lines, &writing);
	pthread_mutex_lock(&shard->lock);
	read->writing = false;
	pthread_cond_broadcast(&shard->written);
	if (err) {
		take_away(shard, read);
		free(read);
	}
	pthread_mutex_unlock(&shard->lock);
	free_list(evicted);
	return err;
}

int zong_journal_read(struct zong_journal *journal, const struct zong_subject *who,
	const char *verb, const char *object)
{
	int64_t now = zong_time_monotonic();
	struct read *evicted = NULL;
	struct read **at;
	struct read *read;
	struct shard *shard;
	struct question q;

	ask(who, verb, object, &q);
	shard = &journal->shard[q.hash % SHARDS];
	pthread_mutex_lock(&shard->lock);
	at = find(shard, &q);
	while (*at && (*at)->writing) {
		pthread_cond_wait(&shard->written, &shard->lock);
		at = find(shard, &q);
	}
	if (*at && now - (*at)->began < journal->window) {
		(*at)->repeats++;
		pthread_mutex_unlock(&shard->lock);
		return 0;
	}
	if (*at) { /* what was counted goes along with the new line */
		evicted = *at;
		*at = evicted->next;
		evicted->next = NULL;
		shard->reads--;
	} else if (shard->reads >= SHARD_READS) {
		evicted = take_out(shard, now - journal->window, true);
	}
	read = read_new(&q, now);
	if (!read) {
		pthread_mutex_unlock(&shard->lock);
		free_list(evicted);
		return ZONG_ENOMEM;
	}
	read->writing = true;
	at = &shard->slot[(q.hash >> 8) % SLOTS];
	read->next = *at;
	*at = read;
	shard->reads++;
	return begin_window(journal, shard, read, evicted);
}

int zong_journal_repeat(struct zong_journal *journal, const struct zong_subject *who,
	const char *verb, const char *object)
{
	int64_t now = zong_time_monotonic();
	int err = ZONG_ENOTREADY;
	struct shard *shard;
	struct question q;
	struct read *read;

	ask(who, verb, object, &q);
	shard = &journal->shard[q.hash % SHARDS];
	pthread_mutex_lock(&shard->lock);
	read = *find(shard, &q);
	if (read && !read->writing && now - read->began < journal->window) {
		read->repeats++;
		err = 0;
	}
	pthread_mutex_unlock(&shard->lock);
	return err;
}

/* Writes the repeats of all windows that began until @began_before. */
static void flush(struct zong_journal *journal, int64_t began_before)
{
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &journal->shard[i];
		struct writing writing = {0};
		struct read *out;
		uint64_t repeats = 0;
		int err = 0;

		pthread_mutex_lock(&shard->lock);
		out = take_out(shard, began_before, false);
		pthread_mutex_unlock(&shard->lock);
		for (const struct read *read = out; read; read = read->next)
			repeats += read->repeats;
		writing.repeated = out;
		if (repeats)
			err = zong_store_write(journal->store, write_lines, &writing);
		if (err)
			zong_log_warning(
				"the number of %llu repeated reads could not be recorded: %s",
				(unsigned long long)repeats, zong_error_slug(err));
		free_list(out);
	}
}

static void *follow(void *ctx)
{
	struct zong_journal *journal = ctx;
	int64_t pause = journal->window / 4 + 1;

	pthread_mutex_lock(&journal->lock);
	while (!journal->stopping) {
		struct timespec until;
		int64_t at = zong_time_monotonic() + pause;

		until.tv_sec = at / ZONG_SECOND;
		until.tv_nsec = at % ZONG_SECOND * 1000;
		pthread_cond_timedwait(&journal->stop, &journal->lock, &until);
		if (journal->stopping)
			break;
		pthread_mutex_unlock(&journal->lock);
		flush(journal, zong_time_monotonic() - journal->window);
		pthread_mutex_lock(&journal->lock);
	}
	pthread_mutex_unlock(&journal->lock);
	return NULL;
}

int zong_journal_open(struct zong_store *store, int64_t window, struct zong_journal **ret_journal)
{
	struct zong_journal *journal = calloc(1, sizeof(*journal));
	pthread_condattr_t monotonic;

	if (!journal)
		return ZONG_ENOMEM;
	journal->store = store;
	journal->window = window;
	for (size_t i = 0; i < SHARDS; i++) {
		pthread_mutex_init(&journal->shard[i].lock, NULL);
		pthread_cond_init(&journal->shard[i].written, NULL);
	}
	pthread_mutex_init(&journal->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&journal->stop, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&journal->thread, NULL, follow, journal) != 0) {
		free(journal);
		return ZONG_ENOMEM;
	}
	*ret_journal = journal;
	return 0;
}

void zong_journal_close(struct zong_journal *journal)
{
	if (!journal)
		return;
	pthread_mutex_lock(&journal->lock);
	journal->stopping = true;
	pthread_cond_signal(&journal->stop);
	pthread_mutex_unlock(&journal->lock);
	pthread_join(journal->thread, NULL);
	flush(journal, INT64_MAX);
	for (size_t i = 0; i < SHARDS; i++) {
		pthread_mutex_destroy(&journal->shard[i].lock);
		pthread_cond_destroy(&journal->shard[i].written);
	}
	pthread_mutex_destroy(&journal->lock);
	pthread_cond_destroy(&journal->stop);
	free(journal);
}
