/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "check.h"

/* Page images: what is known of one (RASTERS), its text (READINGS), and the job that is to read it. The
 * row of an image is derived: its files say which page it is, its reading or job how far it is. */

#define SCANS_MAX 100 /* whole tables looked through for one row: only a few rows are ever broken */

static int get_job(struct zong_txn *txn, const struct zong_id *id, Zong__Job **ret_job)
{
	struct zong_key key;

	zong_row_key_id(&key, id);
	return zong_check_get(
		txn, ZONG_TABLE_JOBS, &key, &zong__job__descriptor, (ProtobufCMessage **)ret_job);
}

/* The job of a raster by its index; ZONG_ENOENT: none. *ret_id also where the job itself is not there. */
static int job_of(struct zong_txn *txn, const struct zong_digest *raster, struct zong_id *ret_id,
	bool *ret_indexed, Zong__Job **ret_job)
{
	const void *bytes;
	struct zong_key key;
	size_t len;
	int err;

	*ret_indexed = false;
	zong_row_key_digest(&key, raster);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_JOBS_BY_RASTER, &key, &bytes, &len);
	if (err)
		return err;
	if (len != sizeof(ret_id->bytes))
		return ZONG_ENOENT;
	memcpy(ret_id->bytes, bytes, len);
	*ret_indexed = true;
	return get_job(txn, ret_id, ret_job);
}

/* The same by looking through all jobs: its index entry may be what is missing. */
static int scan_job(struct zong_check *check, struct zong_txn *txn,
	const struct zong_digest *raster, Zong__Job **ret_job)
{
	struct zong_iter iter = {0};
	Zong__Job *job = NULL;
	int err;

	if (check->scans++ >= SCANS_MAX)
		return ZONG_ENOENT;
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_JOBS, NULL, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		if (zong_iter_sound(&iter))
			job = zong__job__unpack(NULL, iter.value_len, iter.value);
		if (job && job->raster.len == sizeof(raster->bytes) &&
			memcmp(job->raster.data, raster->bytes, sizeof(raster->bytes)) == 0)
			break;
		if (job)
			zong__job__free_unpacked(job, NULL);
		job = NULL;
	}
	zong_iter_end(&iter);
	if (!job)
		return err == ZONG_EEND || !err ? ZONG_ENOENT : err;
	*ret_job = job;
	return 0;
}

/* ---- making the row of an image ---- */

/* Where it was first seen: in the oldest of the materials that use it, on the first of its pages. */
static int first_use(struct zong_txn *txn, const struct zong_digest *raster,
	struct zong_digest *ret_file, uint32_t *ret_page)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	uint64_t oldest = UINT64_MAX;
	int err;

	zong_row_key_digest(&prefix, raster);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_RASTER_USE, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		Zong__Material *material = NULL;
		struct zong_digest digest, file;
		struct zong_id id;
		struct zong_key key;
		uint32_t page;

		if (!zong_key_take_digest(&view, &digest) || !zong_key_take_id(&view, &id) ||
			!zong_key_take_u32(&view, &page))
			continue;
		zong_row_key_id(&key, &id);
		if (zong_check_get(txn, ZONG_TABLE_MATERIALS, &key, &zong__material__descriptor,
			    (ProtobufCMessage **)&material))
			continue;
		if (material->record < oldest && zong_row_digest(&material->file, &file)) {
			oldest = material->record;
			*ret_file = file;
			*ret_page = page;
		}
		zong__material__free_unpacked(material, NULL);
	}
	zong_iter_end(&iter);
	if (err != ZONG_EEND)
		return err;
	return oldest == UINT64_MAX ? ZONG_ENOENT : 0;
}

/* Does the file have the image on this page? *ret_blank. */
static bool holds(struct zong_txn *txn, const struct zong_digest *file, uint32_t page,
	const struct zong_digest *raster, bool *ret_blank)
{
	Zong__File *row = NULL;
	struct zong_key key;
	bool found;

	zong_row_key_digest(&key, file);
	if (zong_check_get(txn, ZONG_TABLE_FILES, &key, &zong__file__descriptor,
		    (ProtobufCMessage **)&row))
		return false;
	found = page >= 1 && page <= row->n_pages &&
		row->pages[page - 1]->raster.len == sizeof(raster->bytes) &&
		memcmp(row->pages[page - 1]->raster.data, raster->bytes, sizeof(raster->bytes)) ==
			0;
	if (found)
		*ret_blank = row->pages[page - 1]->blank;
	zong__file__free_unpacked(row, NULL);
	return found;
}

static bool has_reading(struct zong_txn *txn, const struct zong_digest *raster)
{
	struct zong_key key;

	zong_row_key_digest(&key, raster);
	return zong_txn_has(txn, ZONG_TABLE_READINGS, &key);
}

int zong_check_build_raster(struct zong_txn *txn, const struct zong_digest *raster,
	const struct zong_digest *file, uint32_t page, Zong__Raster **ret_row)
{
	_cleanup_row_ Zong__Raster *row = zong_row_new(&zong__raster__descriptor);
	_cleanup_row_ Zong__Job *job = NULL;
	struct zong_digest first;
	struct zong_id id;
	bool blank = false, indexed;
	int err;

	if (!row)
		return ZONG_ENOMEM;
	err = job_of(txn, raster, &id, &indexed, &job);
	if (err && err != ZONG_ENOENT && err != ZONG_ECORRUPT)
		return err;
	/* A job was made together with the row and says the same. */
	if (job && zong_row_digest(&job->file, &first) &&
		holds(txn, &first, job->page, raster, &blank))
		row->page = job->page;
	else if (first_use(txn, raster, &first, &row->page) ||
		 !holds(txn, &first, row->page, raster, &blank)) {
		if (!file)
			return ZONG_ENOENT;
		first = *file;
		row->page = page;
		if (!holds(txn, &first, page, raster, &blank))
			return ZONG_ENOENT;
	}
	err = zong_row_set_bytes(&row->file, first.bytes, sizeof(first.bytes));
	if (err)
		return err;
	if (has_reading(txn, raster)) {
		row->state = ZONG__RASTER_STATE__RASTER_READ;
	} else if (blank) {
		row->state = ZONG__RASTER_STATE__RASTER_BLANK;
	} else if (job && job->parked) {
		row->state = ZONG__RASTER_STATE__RASTER_PARKED;
		row->err = job->err;
		row->cancelled = job->cancelled;
		err = zong_row_set(&row->reason, job->reason);
		if (!err)
			err = zong_row_set(&row->cancelled_by, job->cancelled_by);
	}
	if (!err)
		*ret_row = take_ptr(row);
	return err;
}

/* ---- rasters ---- */

/* When the entry that says when it is due is still there, the job gets its time and its place back. */
static void place_of(struct zong_check *check, struct zong_txn *txn, const struct zong_id *id,
	Zong__Job *job, char department[ZONG_LIMIT_DEPARTMENT_ID + 1])
{
	struct zong_job_ready ready;
	struct zong_iter iter = {0};

	if (check->scans++ >= SCANS_MAX ||
		zong_iter_begin(&iter, txn, ZONG_TABLE_JOBS_READY, NULL, NULL, false))
		return;
	while (!job->due && zong_iter_next(&iter) == 0) {
		if (!zong_job_ready_parse(iter.key, &ready) || !zong_id_equal(&ready.id, id) ||
			strlen(ready.department) > ZONG_LIMIT_DEPARTMENT_ID)
			continue;
		job->due = (int64_t)ready.due;
		job->queue = (Zong__JobQueue)ready.queue;
		memcpy(department, ready.department, strlen(ready.department) + 1);
	}
	zong_iter_end(&iter);
}

/* A page that waits to be read, or is parked, has no job. */
static int make_job(struct zong_check *check, struct zong_txn *txn, struct zong_finding *finding,
	const struct zong_digest *digest, const Zong__Raster *raster, const struct zong_id *known)
{
	Zong__Job job = ZONG__JOB__INIT;
	struct zong_check_puts puts = {0};
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1] = "";
	struct zong_id id;
	struct zong_key key;
	int err;

	if (known)
		id = *known;
	else
		zong_id_new(&id);
	job.id = (ProtobufCBinaryData){.data = id.bytes, .len = sizeof(id.bytes)};
	job.kind = (char *)(uintptr_t) "read";
	job.file = raster->file;
	job.page = raster->page;
	job.raster = (ProtobufCBinaryData){
		.data = (uint8_t *)(uintptr_t)digest->bytes, .len = sizeof(digest->bytes)};
	job.parked = raster->state == ZONG__RASTER_STATE__RASTER_PARKED;
	job.department = department;
	job.queue = ZONG__JOB_QUEUE__QUEUE_BULK;
	if (known)
		place_of(check, txn, known, &job, department);
	if (!job.due)
		job.due = zong_time_now();
	job.created = job.due;
	if (job.parked) {
		job.tries = ZONG_LIMIT_TRIES;
		job.err = raster->err;
		job.reason = raster->reason;
		job.cancelled = raster->cancelled;
		job.cancelled_by = raster->cancelled_by;
	}
	zong_row_key_id(&key, &id);
	zong_check_fix_row(check, finding, ZONG_TABLE_JOBS, &key, &job.base);
	err = zong_check_expect_job(txn, &job, &puts);
	for (size_t i = 0; !err && i < puts.count; i++)
		zong_check_fix_put(check, finding, puts.put[i].table, &puts.put[i].key,
			puts.put[i].value, puts.put[i].len);
	zong_check_puts_release(&puts);
	return err;
}

static int check_job_of(struct zong_check *check, struct zong_txn *txn,
	const struct zong_digest *digest, const Zong__Raster *raster, const char *text)
{
	Zong__Job *job = NULL;
	struct zong_finding *finding;
	struct zong_id id;
	bool indexed;
	int err = job_of(txn, digest, &id, &indexed, &job);

	if (err == ZONG_ECORRUPT)
		return 0; /* the job's row is damaged: told there */
	if (err == ZONG_ENOENT && !indexed)
		err = scan_job(check, txn, digest, &job);
	if (!err) {
		zong__job__free_unpacked(job, NULL);
		return 0;
	}
	if (err != ZONG_ENOENT)
		return err;
	finding = zong_check_add(check, ZONG_FINDING_ROW_MISSING, "jobs", "job of raster/%s", text);
	if (!finding)
		return ZONG_ENOMEM;
	zong_check_affects_raster(check, txn, finding, digest);
	return make_job(check, txn, finding, digest, raster, indexed ? &id : NULL);
}

/* Is there anything that may have this page, so that not to find it says something of the finder alone? */
static bool may_be_used(
	struct zong_txn *txn, const struct zong_digest *digest, const Zong__Raster *row)
{
	struct zong_iter iter = {0};
	Zong__File *stored = NULL;
	struct zong_digest file;
	struct zong_key key;
	bool used;

	zong_row_key_digest(&key, digest);
	used = zong_iter_begin(&iter, txn, ZONG_TABLE_RASTER_USE, &key, NULL, false) == 0 &&
	       zong_iter_next(&iter) == 0;
	zong_iter_end(&iter);
	if (used || !row || !zong_row_digest(&row->file, &file))
		return used;
	zong_row_key_digest(&key, &file);
	if (zong_check_get(txn, ZONG_TABLE_FILES, &key, &zong__file__descriptor,
		    (ProtobufCMessage **)&stored))
		return true; /* the file's row is gone: told there */
	zong__file__free_unpacked(stored, NULL);
	return false;
}

static bool same_raster(const Zong__Raster *a, const Zong__Raster *b)
{
	return a->state == b->state && a->err == b->err && strcmp(a->reason, b->reason) == 0 &&
	       a->cancelled == b->cancelled && strcmp(a->cancelled_by, b->cancelled_by) == 0;
}

/* The row as it should be in place of what is there. */
static int rebuild(struct zong_check *check, struct zong_txn *txn, struct zong_finding *finding,
	const struct zong_digest *digest)
{
	Zong__Raster *right = NULL;
	struct zong_key key;
	int err = zong_check_build_raster(txn, digest, NULL, 0, &right);

	zong_row_key_digest(&key, digest);
	if (err == ZONG_ENOENT) { /* nobody has this page */
		if (!has_reading(txn, digest) && !may_be_used(txn, digest, NULL))
			zong_check_fix_delete(check, finding, ZONG_TABLE_RASTERS, &key);
		return 0;
	}
	if (err)
		return err;
	zong_check_fix_row(check, finding, ZONG_TABLE_RASTERS, &key, &right->base);
	zong__raster__free_unpacked(right, NULL);
	return 0;
}

static int check_raster(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Raster *row =
		sound ? zong__raster__unpack(NULL, iter->value_len, iter->value) : NULL;
	_cleanup_row_ Zong__Raster *right = NULL;
	char text[ZONG_DIGEST_TEXT];
	struct zong_finding *finding;
	struct zong_digest digest, file;
	struct zong_key key;
	bool blank;
	int err;

	if (iter->key.len != sizeof(digest.bytes)) {
		zong_key_clear(&key);
		zong_key_bytes(&key, iter->key.bytes, iter->key.len);
		finding = zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, "rasters", "raster/?");
		zong_check_fix_delete(check, finding, ZONG_TABLE_RASTERS, &key);
		return 0;
	}
	memcpy(digest.bytes, iter->key.bytes, sizeof(digest.bytes));
	zong_digest_format(&digest, text);
	if (!row) {
		finding = zong_check_add(
			check, ZONG_FINDING_ROW_DAMAGED, "rasters", "raster/%s", text);
		if (!finding)
			return ZONG_ENOMEM;
		zong_check_affects_raster(check, txn, finding, &digest);
		return rebuild(check, txn, finding, &digest);
	}
	err = zong_check_build_raster(
		txn, &digest, zong_row_digest(&row->file, &file) ? &file : NULL, row->page, &right);
	if (err && err != ZONG_ENOENT)
		return err;
	if (err == ZONG_ENOENT && may_be_used(txn, &digest, row))
		return 0;
	/* Waiting and parked differ by a job, which may be what is wrong. */
	if (!err && right->state == ZONG__RASTER_STATE__RASTER_WAITING &&
		row->state == ZONG__RASTER_STATE__RASTER_PARKED)
		return check_job_of(check, txn, &digest, row, text);
	if (err || !same_raster(row, right) || !zong_row_digest(&row->file, &file) ||
		!holds(txn, &file, row->page, &digest, &blank)) {
		finding =
			zong_check_add(check, ZONG_FINDING_ROW_WRONG, "rasters", "raster/%s", text);
		if (!finding)
			return ZONG_ENOMEM;
		zong_check_affects_raster(check, txn, finding, &digest);
		err = rebuild(check, txn, finding, &digest);
		if (err || !right)
			return err;
	}
	if (right && right->state == ZONG__RASTER_STATE__RASTER_WAITING)
		return check_job_of(check, txn, &digest, right, text);
	return 0;
}

int zong_check_rasters(struct zong_check *check)
{
	return zong_check_table(check, ZONG_TABLE_RASTERS, check_raster);
}

/* ---- readings ---- */

static int check_reading(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__Reading *reading = NULL;
	struct zong_check_puts puts = {0};
	char text[ZONG_DIGEST_TEXT] = "?", object[ZONG_DIGEST_TEXT + 8];
	struct zong_digest digest;
	struct zong_finding *finding;
	struct zong_key key;
	int err = ZONG_ECORRUPT;

	(void)sound; /* a reading has zstd's checksum */
	zong_key_clear(&key);
	zong_key_bytes(&key, iter->key.bytes, iter->key.len);
	if (iter->key.len == sizeof(digest.bytes)) {
		memcpy(digest.bytes, iter->key.bytes, sizeof(digest.bytes));
		zong_digest_format(&digest, text);
		err = zong_reading_get(txn, &digest, &reading);
	}
	snprintf(object, sizeof(object), "raster/%s", text);
	if (err == ZONG_ECORRUPT) {
		/* Its page is read again: the image says that it has no text, and then that it has no job. */
		finding = zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, "readings", "%s", object);
		if (iter->key.len == sizeof(digest.bytes))
			zong_check_affects_raster(check, txn, finding, &digest);
		zong_check_fix_delete(check, finding, ZONG_TABLE_READINGS, &key);
		return 0;
	}
	if (err)
		return err;
	err = zong_check_expect_reading(txn, &digest, reading, &puts);
	if (!err)
		err = zong_check_compare(check, txn, &puts, object);
	zong_row_key_digest(&key, &digest);
	if (!err && !zong_txn_has(txn, ZONG_TABLE_RASTERS, &key)) {
		finding = zong_check_add(check, ZONG_FINDING_ROW_MISSING, "rasters", "%s", object);
		zong_check_affects_raster(check, txn, finding, &digest);
	}
	zong_check_puts_release(&puts);
	zong__reading__free_unpacked(reading, NULL);
	return err;
}

int zong_check_readings(struct zong_check *check)
{
	return zong_check_table(check, ZONG_TABLE_READINGS, check_reading);
}

/* ---- jobs ---- */

static int check_job(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Job *job =
		sound ? zong__job__unpack(NULL, iter->value_len, iter->value) : NULL;
	_cleanup_row_ Zong__Raster *raster = NULL;
	struct zong_check_puts puts = {0};
	char object[64], text[ZONG_ID_TEXT] = "?";
	struct zong_finding *finding;
	struct zong_digest digest;
	struct zong_id id;
	struct zong_key key, own;
	int err;

	zong_key_clear(&own);
	zong_key_bytes(&own, iter->key.bytes, iter->key.len);
	if (iter->key.len == sizeof(id.bytes)) {
		memcpy(id.bytes, iter->key.bytes, sizeof(id.bytes));
		zong_id_format(&id, text);
	}
	snprintf(object, sizeof(object), "job/%s", text);
	if (!job || job->id.len != iter->key.len ||
		memcmp(job->id.data, iter->key.bytes, iter->key.len) != 0) {
		/* Made anew with the image that has no job then. */
		finding = zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, "jobs", "%s", object);
		zong_check_fix_delete(check, finding, ZONG_TABLE_JOBS, &own);
		return 0;
	}
	err = zong_check_expect_job(txn, job, &puts);
	if (!err)
		err = zong_check_compare(check, txn, &puts, object);
	zong_check_puts_release(&puts);
	if (err || !zong_row_digest(&job->raster, &digest))
		return err;
	zong_row_key_digest(&key, &digest);
	err = zong_check_get(txn, ZONG_TABLE_RASTERS, &key, &zong__raster__descriptor,
		(ProtobufCMessage **)&raster);
	if (err)
		return err == ZONG_ENOENT || err == ZONG_ECORRUPT ? 0 : err;
	if ((raster->state == ZONG__RASTER_STATE__RASTER_READ && has_reading(txn, &digest)) ||
		raster->state == ZONG__RASTER_STATE__RASTER_BLANK) {
		finding = zong_check_add(check, ZONG_FINDING_INDEX_EXTRA, "jobs", "%s", object);
		zong_check_fix_delete(check, finding, ZONG_TABLE_JOBS, &own);
	}
	return 0;
}

int zong_check_jobs(struct zong_check *check)
{
	return zong_check_table(check, ZONG_TABLE_JOBS, check_job);
}
