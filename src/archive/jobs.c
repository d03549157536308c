/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/time.h>

#include "deliver.h"
#include "inside.h"
#include "journal.h"
#include "reader.h"
#include "review.h"
#include "row.h"

#define MATERIALS_MAX 10

void zong_jobs_free(struct zong_job_item *items, size_t count)
{
	for (size_t i = 0; items && i < count; i++)
		if (items[i].job)
			zong__job__free_unpacked(items[i].job, NULL);
	free(items);
}

static const char *state_of(struct zong_archive *archive, const Zong__Job *job)
{
	struct zong_id id;

	if (job->parked)
		return job->cancelled ? "cancelled" : "parked";
	if (zong_row_id(&job->id, &id) && zong_readers_busy(archive->readers, &id))
		return "running";
	return "waiting";
}

static int add_materials(struct zong_txn *txn, struct zong_job_item *item)
{
	struct zong_iter iter = {0};
	struct zong_digest raster;
	struct zong_key prefix;
	int err;

	if (!zong_row_digest(&item->job->raster, &raster))
		return ZONG_ECORRUPT;
	zong_row_key_digest(&prefix, &raster);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_RASTER_USE, &prefix, NULL, false);
	while (!err && item->material_count < MATERIALS_MAX && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		char *text = item->materials[item->material_count];
		struct zong_digest digest;
		struct zong_id id;

		if (!zong_key_take_digest(&view, &digest) || !zong_key_take_id(&view, &id)) {
			err = ZONG_ECORRUPT;
			break;
		}
		zong_id_format(&id, text);
		/* one material that has the page twice comes twice in a row */
		if (!item->material_count ||
			strcmp(text, item->materials[item->material_count - 1]) != 0)
			item->material_count++;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

struct walk {
	struct zong_archive *archive;
	struct zong_txn *txn;
	const char *state;
	struct zong_job_item *item;
	size_t count, max;
	bool more;
};

static int take(struct walk *walk, const struct zong_iter *iter)
{
	struct zong_job_item *item = &walk->item[walk->count];
	Zong__Job *job = zong__job__unpack(NULL, iter->value_len, iter->value);
	int err;

	if (!job)
		return ZONG_ECORRUPT;
	memset(item, 0, sizeof(*item));
	item->state = state_of(walk->archive, job);
	if (walk->state && strcmp(walk->state, item->state) != 0) {
		zong__job__free_unpacked(job, NULL);
		return 0;
	}
	item->job = job;
	err = add_materials(walk->txn, item);
	if (err) {
		zong__job__free_unpacked(job, NULL);
		item->job = NULL;
		return err;
	}
	walk->count++;
	return 0;
}

static int walk_jobs(struct walk *walk, const struct zong_id *after)
{
	struct zong_iter iter = {0};
	struct zong_key from;
	int err;

	if (after)
		zong_row_key_id(&from, after);
	err = zong_iter_begin(&iter, walk->txn, ZONG_TABLE_JOBS, NULL, after ? &from : NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		if (after && iter.key.len == sizeof(after->bytes) &&
			memcmp(iter.key.bytes, after->bytes, sizeof(after->bytes)) == 0)
			continue;
		walk->more = walk->count == walk->max;
		if (walk->more)
			break;
		err = take(walk, &iter);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_jobs_list(struct zong_archive *archive, const struct zong_subject *who, const char *state,
	const char *after, size_t max, struct zong_job_item **ret_items, size_t *ret_count,
	bool *ret_more, struct zong_err *err)
{
	struct walk walk = {.archive = archive, .state = state && state[0] ? state : NULL};
	struct zong_id id;
	int code;

	code = zong_access_may(who, ZONG_VERB_JOB_READ, NULL);
	if (code)
		return zong_err_set(err, code, NULL);
	if (walk.state && strcmp(state, "waiting") != 0 && strcmp(state, "running") != 0 &&
		strcmp(state, "parked") != 0 && strcmp(state, "cancelled") != 0)
		return zong_err_set(err, ZONG_EINVAL, "state");
	if (after && zong_id_parse(after, &id))
		return zong_err_set(err, ZONG_ECURSOR, NULL);
	walk.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	walk.item = calloc(walk.max, sizeof(*walk.item));
	if (!walk.item)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = zong_store_read_begin(archive->store, &walk.txn);
	if (!code) {
		code = walk_jobs(&walk, after ? &id : NULL);
		zong_txn_end(walk.txn);
	}
	if (code) {
		zong_jobs_free(walk.item, walk.count);
		return zong_err_set(err, code, NULL);
	}
	*ret_items = walk.item;
	*ret_count = walk.count;
	*ret_more = walk.more;
	return 0;
}

/* What a person does to a job. */
struct change {
	struct zong_archive *archive;
	const struct zong_subject *who;
	struct zong_id id;
	int64_t now;
	Zong__Job *job;
};

/* By which a person is known to others; what counts is in the log. */
static const char *name_of(const struct zong_subject *who)
{
	return who->name[0] ? who->name : who->key;
}

/* The page's row says what the job's does. */
static int restate_raster(struct zong_txn *txn, const struct change *change)
{
	_cleanup_row_ Zong__Raster *raster = NULL;
	const Zong__Job *job = change->job;
	struct zong_digest digest;
	struct zong_key key;
	int err = ZONG_ECORRUPT;

	if (zong_row_digest(&job->raster, &digest))
		err = zong_row_raster(txn, &digest, &raster);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	raster->state = job->parked ? ZONG__RASTER_STATE__RASTER_PARKED
				    : ZONG__RASTER_STATE__RASTER_WAITING;
	raster->err = job->err;
	raster->cancelled = job->cancelled;
	err = zong_row_set(&raster->reason, NULL);
	if (!err)
		err = zong_row_set(&raster->cancelled_by, job->cancelled_by);
	if (err)
		return err;
	zong_row_key_digest(&key, &digest);
	err = zong_txn_put(txn, ZONG_TABLE_RASTERS, &key, &raster->base);
	/* where no page waits any more, what was read is judged now */
	if (!err && job->parked)
		err = zong_review_raster(txn, &change->archive->judge, &digest);
	if (!err && job->parked)
		err = zong_deliver_read(txn, &digest);
	return err;
}

static int record(struct zong_txn *txn, struct change *change, const char *verb)
{
	char object[64];
	char text[ZONG_ID_TEXT];
	int err = zong_job_get(txn, &change->id, &change->job);

	if (!err)
		err = restate_raster(txn, change);
	if (err)
		return err;
	zong_id_format(&change->id, text);
	snprintf(object, sizeof(object), "job/%s", text);
	return zong_journal_add(txn, change->who, verb, object, NULL, NULL);
}

static void forget_job(struct change *change)
{
	if (change->job)
		zong__job__free_unpacked(change->job, NULL);
	change->job = NULL;
}

static int write_retry(struct zong_txn *txn, void *ctx)
{
	struct change *change = ctx;
	int err;

	forget_job(change);
	err = zong_job_retry(txn, &change->id);
	return err ? err : record(txn, change, "job.retry");
}

static int write_cancel(struct zong_txn *txn, void *ctx)
{
	struct change *change = ctx;
	int err;

	forget_job(change);
	err = zong_job_cancel(txn, &change->id, change->now, name_of(change->who));
	return err ? err : record(txn, change, "job.cancel");
}

static int change_job(struct change *change, enum zong_verb verb, const char *id,
	zong_store_change *write, struct zong_job_item **ret_item, struct zong_err *err)
{
	struct zong_archive *archive = change->archive;
	struct zong_job_item *item;
	struct zong_txn *txn;
	int code;

	code = zong_access_may(change->who, verb, NULL);
	if (code)
		return zong_err_set(err, code, NULL);
	if (zong_id_parse(id, &change->id))
		return zong_err_set(err, ZONG_ENOENT, "%s", id);
	item = calloc(1, sizeof(*item));
	if (!item)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = zong_store_write(archive->store, write, change);
	item->job = change->job;
	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (!code) {
		item->state = item->job->parked ? state_of(archive, item->job) : "waiting";
		code = add_materials(txn, item);
		zong_txn_end(txn);
	}
	if (code) {
		zong_jobs_free(item, 1);
		return zong_err_set(err, code, "%s", id);
	}
	*ret_item = item;
	return 0;
}

int zong_jobs_retry(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_job_item **ret_item, struct zong_err *err)
{
	struct change change = {.archive = archive, .who = who};

	return change_job(&change, ZONG_VERB_JOB_RETRY, id, write_retry, ret_item, err);
}

int zong_jobs_cancel(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_job_item **ret_item, struct zong_err *err)
{
	struct change change = {.archive = archive, .who = who, .now = zong_time_now()};
	int code = change_job(&change, ZONG_VERB_JOB_CANCEL, id, write_cancel, ret_item, err);

	/* after it is on the disk: whatever the thread has, it will not be kept */
	if (!code)
		zong_readers_cancel(archive->readers, &change.id);
	return code;
}
