/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose job is next. The index of what is ready is walked from department to department, not from job to job, so one
 * who has thousands waiting costs the others nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

#define BEHIND 0x01 /* sorts behind all keys of a department and before those of the next one */

/* The jobs that somebody works on are known in memory only: after a crash they are simply due. */
struct zong_running {
	struct zong_id id;
};

/* What was seen when a job was looked for. */
struct view {
	struct zong_turns turns;
	int64_t now;
	int64_t due; /* of the first that is not due yet; 0: none */
	struct zong_id id;
	unsigned queue;
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1];
	bool bulk_waits; /* an urgent one goes before it */
};

/* ---- marks ---- */

static size_t find_running(const struct zong_store *store, const struct zong_id *id)
{
	size_t i;

	for (i = 0; i < store->running_count; i++)
		if (zong_id_equal(&store->running[i].id, id))
			break;
	return i;
}

static void take_turn(struct zong_turns *turns, const struct view *view)
{
	turns->taken++;
	memcpy(turns->served[view->queue], view->department, sizeof(view->department));
	if (view->queue == ZONG__JOB_QUEUE__QUEUE_BULK)
		turns->urgent_in_a_row = 0;
	else if (view->bulk_waits)
		turns->urgent_in_a_row++;
}

/* 0, ZONG_EBUSY (somebody was faster, so that it may be another's turn) or ZONG_ENOMEM. */
static int mark(struct zong_store *store, const struct view *view)
{
	struct zong_running *grown;
	size_t cap;
	int r = 0;

	pthread_mutex_lock(&store->mutex);
	if (store->turns.taken != view->turns.taken ||
		find_running(store, &view->id) < store->running_count) {
		r = ZONG_EBUSY;
	} else if (store->running_count == store->running_cap) {
		cap = store->running_cap ? store->running_cap * 2 : 16;
		grown = reallocarray(store->running, cap, sizeof(*grown));
		if (grown) {
			store->running = grown;
			store->running_cap = cap;
		} else {
			r = ZONG_ENOMEM;
		}
	}
	if (!r) {
		store->running[store->running_count++].id = view->id;
		take_turn(&store->turns, view);
	}
	pthread_mutex_unlock(&store->mutex);
	return r;
}

static void unmark(struct zong_store *store, const struct zong_id *id)
{
	size_t i;

	pthread_mutex_lock(&store->mutex);
	i = find_running(store, id);
	if (i < store->running_count)
		store->running[i] = store->running[--store->running_count];
	pthread_mutex_unlock(&store->mutex);
}

static bool is_marked(struct zong_store *store, const struct zong_id *id)
{
	bool marked;

	pthread_mutex_lock(&store->mutex);
	marked = find_running(store, id) < store->running_count;
	pthread_mutex_unlock(&store->mutex);
	return marked;
}

/* ---- looking ---- */

static void behind(unsigned queue, const char *department, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u8(ret_key, (uint8_t)queue);
	zong_key_str_open(ret_key, department);
	zong_key_u8(ret_key, BEHIND);
}

static int next_ready(struct zong_iter *iter, struct zong_job_ready *ret_ready)
{
	int r = zong_iter_next(iter);

	if (r)
		return r;
	if (!zong_job_ready_parse(iter->key, ret_ready) ||
		strlen(ret_ready->department) > ZONG_LIMIT_DEPARTMENT_ID)
		return ZONG_ECORRUPT;
	return 0;
}

/* Nothing is put off for longer: what says so comes from a clock that was ahead when it was written, and has waited enough. */
static bool is_off(uint64_t due, int64_t now)
{
	return due > (uint64_t)now && due - (uint64_t)now <= ZONG_LIMIT_JOB_WAIT;
}

/* From the first of a department that is put off to behind the last. */
static int skip_off(struct zong_txn *txn, struct zong_iter *iter, const struct view *view,
	struct zong_job_ready *ready)
{
	struct zong_key prefix, from;
	int r;

	zong_key_clear(&prefix);
	zong_key_u8(&prefix, (uint8_t)view->queue);
	from = prefix;
	zong_key_str(&from, view->department);
	zong_key_u64(&from, (uint64_t)view->now + ZONG_LIMIT_JOB_WAIT + 1);
	zong_iter_end(iter);
	r = zong_iter_begin(iter, txn, ZONG_TABLE_JOBS_READY, &prefix, &from, false);
	return r ? r : next_ready(iter, ready);
}

/* The first job, from where @iter stands on, of the same department that is due and that nobody has. ZONG_ENOENT: none. */
static int in_department(struct zong_store *store, struct zong_txn *txn, struct zong_iter *iter,
	struct zong_job_ready *ready, struct view *view)
{
	int r = 0;

	snprintf(view->department, sizeof(view->department), "%s", ready->department);
	while (!r && strcmp(ready->department, view->department) == 0) {
		if (is_off(ready->due, view->now)) {
			if (!view->due || (int64_t)ready->due < view->due)
				view->due = (int64_t)ready->due;
			r = skip_off(txn, iter, view, ready);
			continue;
		}
		if (!is_marked(store, &ready->id)) {
			view->id = ready->id;
			return 0;
		}
		r = next_ready(iter, ready);
	}
	return r && r != ZONG_EEND ? r : ZONG_ENOENT;
}

/* The departments from @from on, up to @last (NULL: to the end). ZONG_EEND: none has a job that is due and free. */
static int among(struct zong_store *store, struct zong_txn *txn, struct zong_key from,
	const char *last, struct view *view)
{
	struct zong_job_ready ready;
	struct zong_key prefix;
	struct zong_iter iter;
	int r;

	zong_key_clear(&prefix);
	zong_key_u8(&prefix, (uint8_t)view->queue);
	for (;;) {
		r = zong_iter_begin(&iter, txn, ZONG_TABLE_JOBS_READY, &prefix, &from, false);
		if (!r)
			r = next_ready(&iter, &ready);
		if (!r && last && strcmp(ready.department, last) > 0)
			r = ZONG_EEND;
		if (!r)
			r = in_department(store, txn, &iter, &ready, view);
		zong_iter_end(&iter);
		if (r != ZONG_ENOENT)
			return r;
		behind(view->queue, view->department, &from);
	}
}

/* From the department behind the one served last around to that one itself. */
static int in_queue(
	struct zong_store *store, struct zong_txn *txn, unsigned queue, struct view *view)
{
	const char *served = view->turns.served[queue];
	struct zong_key from;
	int r;

	view->queue = queue;
	behind(queue, served, &from);
	r = among(store, txn, from, NULL, view);
	if (r != ZONG_EEND)
		return r;
	zong_key_clear(&from);
	zong_key_u8(&from, (uint8_t)queue);
	return among(store, txn, from, served, view);
}

static bool has_any(struct zong_txn *txn, unsigned queue)
{
	struct zong_key prefix;
	struct zong_iter iter;
	int r;

	zong_key_clear(&prefix);
	zong_key_u8(&prefix, (uint8_t)queue);
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_JOBS_READY, &prefix, NULL, false);
	if (!r)
		r = zong_iter_next(&iter);
	zong_iter_end(&iter);
	return r == 0;
}

/* The job whose turn it is. ZONG_EEND: none. */
static int find_due(struct zong_store *store, int64_t now, struct view *ret_view)
{
	unsigned first = ZONG__JOB_QUEUE__QUEUE_URGENT, second = ZONG__JOB_QUEUE__QUEUE_BULK;
	struct view view = {.now = now};
	struct zong_txn *txn;
	int r;

	pthread_mutex_lock(&store->mutex);
	view.turns = store->turns;
	pthread_mutex_unlock(&store->mutex);
	if (view.turns.urgent_in_a_row >= ZONG_JOBS_URGENT_IN_A_ROW) {
		first = ZONG__JOB_QUEUE__QUEUE_BULK;
		second = ZONG__JOB_QUEUE__QUEUE_URGENT;
	}
	r = zong_store_read_begin(store, &txn);
	if (r)
		return r;
	r = in_queue(store, txn, first, &view);
	if (r == ZONG_EEND)
		r = in_queue(store, txn, second, &view);
	if (!r && view.queue == ZONG__JOB_QUEUE__QUEUE_URGENT)
		view.bulk_waits = has_any(txn, ZONG__JOB_QUEUE__QUEUE_BULK);
	zong_txn_end(txn);
	*ret_view = view;
	return r;
}

/* ---- taking ---- */

/* The job as it is now that it is marked: what find_due saw may be older than somebody's
 * zong_job_done. */
static int load_due(
	struct zong_store *store, const struct zong_id *id, int64_t now, Zong__Job **ret_job)
{
	struct zong_txn *txn;
	Zong__Job *job;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	r = zong_job_get(txn, id, &job);
	zong_txn_end(txn);
	if (r)
		return r;
	if (job->parked || (job->due > 0 && is_off((uint64_t)job->due, now))) {
		zong__job__free_unpacked(job, NULL);
		return ZONG_ENOENT;
	}
	*ret_job = job;
	return 0;
}

int zong_job_take(struct zong_store *store, int64_t now, Zong__Job **ret_job, int64_t *ret_due)
{
	struct view view;
	int r;

	for (;;) {
		r = find_due(store, now, &view);
		if (r == ZONG_EEND)
			*ret_due = view.due;
		if (r)
			return r;
		r = mark(store, &view);
		if (r == ZONG_EBUSY)
			continue;
		if (r)
			return r;
		r = load_due(store, &view.id, now, ret_job);
		if (!r)
			return 0;
		unmark(store, &view.id);
		if (r != ZONG_ENOENT)
			return r;
	}
}

void zong_job_release(struct zong_store *store, const Zong__Job *job)
{
	struct zong_id id;

	if (job->id.len == sizeof(id.bytes)) {
		memcpy(id.bytes, job->id.data, sizeof(id.bytes));
		unmark(store, &id);
	}
	/* Whoever waits for a job may have passed over this one while it was marked. */
	zong_store_wake(store);
}

/* ---- how many before it ---- */

/* Entries of the index from @prefix on, up to @last (NULL: all), at most @max. */
static int count_ready(struct zong_txn *txn, const struct zong_key *prefix,
	const struct zong_key *last, uint64_t max, uint64_t *ret_count)
{
	struct zong_iter iter;
	uint64_t count = 0;
	int r = zong_iter_begin(&iter, txn, ZONG_TABLE_JOBS_READY, prefix, NULL, false);

	while (!r && count < max) {
		r = zong_iter_next(&iter);
		if (r)
			break;
		count++;
		if (last && iter.key.len == last->len &&
			memcmp(iter.key.bytes, last->bytes, last->len) == 0)
			break;
	}
	zong_iter_end(&iter);
	if (r && r != ZONG_EEND)
		return r;
	*ret_count = count;
	return 0;
}

/* Of each other department of the queue as many as come in turn before the @own-th job of @department. */
static int count_others(struct zong_txn *txn, unsigned queue, const char *department, uint64_t own,
	uint64_t *ret_count)
{
	struct zong_job_ready ready;
	struct zong_key prefix, from, of;
	struct zong_iter iter;
	uint64_t count;
	int r = 0;

	zong_key_clear(&prefix);
	zong_key_u8(&prefix, (uint8_t)queue);
	from = prefix;
	*ret_count = 0;
	while (!r && *ret_count < ZONG_JOBS_COUNTED) {
		char other[ZONG_LIMIT_DEPARTMENT_ID + 1] = "";

		r = zong_iter_begin(&iter, txn, ZONG_TABLE_JOBS_READY, &prefix, &from, false);
		if (!r)
			r = next_ready(&iter, &ready);
		if (!r)
			snprintf(other, sizeof(other), "%s", ready.department);
		zong_iter_end(&iter);
		if (r)
			break;
		if (strcmp(other, department) != 0) {
			of = prefix;
			zong_key_str(&of, other);
			r = count_ready(txn, &of, NULL, own, &count);
			*ret_count += r ? 0 : count;
		}
		behind(queue, other, &from);
	}
	return r == ZONG_EEND ? 0 : r;
}

int zong_job_before(struct zong_txn *txn, const Zong__Job *job, uint64_t *ret_before)
{
	uint64_t own = 0, others = 0, between = 0, all, most;
	struct zong_key key, prefix;
	int r = zong_job_ready_key(job, &key);

	if (r)
		return r;
	if (job->parked || !zong_txn_has(txn, ZONG_TABLE_JOBS_READY, &key))
		return ZONG_ENOENT;
	zong_key_clear(&prefix);
	zong_key_u8(&prefix, (uint8_t)job->queue);
	zong_key_str(&prefix, job->department);
	r = count_ready(txn, &prefix, &key, ZONG_JOBS_COUNTED, &own);
	if (!r)
		r = count_others(txn, job->queue, job->department, own, &others);
	if (!r) { /* those of the other queue, of which take_turn() lets so many go between */
		bool bulk = job->queue == ZONG__JOB_QUEUE__QUEUE_BULK;

		most = bulk ? (own + others) * ZONG_JOBS_URGENT_IN_A_ROW
			    : (own + others) / ZONG_JOBS_URGENT_IN_A_ROW;
		zong_key_clear(&prefix);
		zong_key_u8(&prefix, bulk ? ZONG__JOB_QUEUE__QUEUE_URGENT
					  : ZONG__JOB_QUEUE__QUEUE_BULK);
		r = count_ready(txn, &prefix, NULL,
			most < ZONG_JOBS_COUNTED ? most : ZONG_JOBS_COUNTED, &between);
	}
	if (!r)
		r = zong_txn_entries(txn, ZONG_TABLE_JOBS_READY, &all);
	if (r)
		return r;
	/* so many that they were not counted to the end: at most all of them */
	if (own >= ZONG_JOBS_COUNTED || others >= ZONG_JOBS_COUNTED || between >= ZONG_JOBS_COUNTED)
		*ret_before = all;
	else
		*ret_before = own + others + between;
	return 0;
}
