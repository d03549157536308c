/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/log.h>

#include "version.h"

/* Up to format 3 a job was ready under its time alone. One that was put in then is urgent, as all were. */
static int queue_jobs(struct zong_txn *txn, void *ctx)
{
	struct zong_iter iter;
	struct zong_key key;
	int r;

	(void)ctx;
	r = zong_txn_empty(txn, ZONG_TABLE_JOBS_READY);
	if (r)
		return r;
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_JOBS, NULL, NULL, false);
	while (!r && (r = zong_iter_next(&iter)) == 0) {
		Zong__Job *job = zong__job__unpack(NULL, iter.value_len, iter.value);

		if (!job)
			continue; /* damaged: zong check names it */
		if (!job->parked) {
			r = zong_job_ready_key(job, &key);
			if (!r)
				r = zong_txn_put_bytes(txn, ZONG_TABLE_JOBS_READY, &key, NULL, 0);
		}
		zong__job__free_unpacked(job, NULL);
	}
	zong_iter_end(&iter);
	return r == ZONG_EEND ? 0 : r;
}

static int put_delivery_rows(struct zong_txn *txn, const Zong__Delivery *delivery)
{
	struct zong_key key;
	int r = 0;

	if (zong_delivery_outbox_key(delivery, &key))
		r = zong_txn_put_bytes(txn, ZONG_TABLE_OUTBOX, &key, NULL, 0);
	if (!r && zong_delivery_case_key(delivery, &key))
		r = zong_txn_put_bytes(txn, ZONG_TABLE_OUTBOX_BY_CASE, &key, NULL, 0);
	if (!r && zong_delivery_state_key(delivery, &key))
		r = zong_txn_put_bytes(txn, ZONG_TABLE_DELIVERIES_BY_STATE, &key, NULL, 0);
	return r;
}

struct ids {
	struct zong_id *id;
	size_t count;
};

static int remember(struct ids *ids, const ProtobufCBinaryData *id)
{
	struct zong_id *grown = realloc(ids->id, (ids->count + 1) * sizeof(*grown));

	if (!grown)
		return ZONG_ENOMEM;
	ids->id = grown;
	if (id->len != sizeof(grown->bytes))
		return 0; /* damaged: zong check names it */
	memcpy(grown[ids->count++].bytes, id->data, id->len);
	return 0;
}

/* After the last attempt such a delivery was only left to the feed; now it can be sent again. */
static bool gave_up(struct zong_txn *txn, const Zong__Delivery *delivery)
{
	ProtobufCMessage *row;
	Zong__Department *department;
	struct zong_key key;
	bool works;

	if (delivery->state != ZONG__DELIVERY_STATE__DELIVERY_DUE || delivery->next_attempt ||
		!delivery->attempts)
		return false;
	zong_key_clear(&key);
	zong_key_str(&key, delivery->department);
	if (zong_txn_get(txn, ZONG_TABLE_DEPARTMENTS, &key, &zong__department__descriptor, &row))
		return false;
	department = (Zong__Department *)row;
	works = department->webhook[0] && !department->webhook_disabled[0];
	zong__department__free_unpacked(department, NULL);
	return works;
}

static int put_dead(struct zong_txn *txn, const struct zong_id *id)
{
	ProtobufCMessage *row;
	Zong__Delivery *delivery;
	struct zong_key key;
	int r;

	zong_key_clear(&key);
	zong_key_id(&key, id);
	r = zong_txn_get(txn, ZONG_TABLE_DELIVERIES, &key, &zong__delivery__descriptor, &row);
	if (r)
		return r;
	delivery = (Zong__Delivery *)row;
	delivery->dead = true;
	r = zong_txn_put(txn, ZONG_TABLE_DELIVERIES, &key, row);
	if (!r)
		r = put_delivery_rows(txn, delivery);
	zong__delivery__free_unpacked(delivery, NULL);
	return r;
}

/* Up to format 7 the outbox was one for all departments, and nothing was kept by the state of deliveries. */
static int sort_deliveries(struct zong_txn *txn, void *ctx)
{
	struct zong_iter iter;
	struct ids dead = {0};
	int r;

	(void)ctx;
	r = zong_txn_empty(txn, ZONG_TABLE_OUTBOX);
	if (!r)
		r = zong_txn_empty(txn, ZONG_TABLE_OUTBOX_BY_CASE);
	if (!r)
		r = zong_txn_empty(txn, ZONG_TABLE_DELIVERIES_BY_STATE);
	if (r)
		return r;
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_DELIVERIES, NULL, NULL, false);
	while (!r && (r = zong_iter_next(&iter)) == 0) {
		Zong__Delivery *delivery =
			zong__delivery__unpack(NULL, iter.value_len, iter.value);

		if (!delivery)
			continue; /* damaged: zong check names it */
		if (gave_up(txn, delivery))
			r = remember(&dead, &delivery->id);
		else
			r = put_delivery_rows(txn, delivery);
		zong__delivery__free_unpacked(delivery, NULL);
	}
	zong_iter_end(&iter);
	r = r == ZONG_EEND ? 0 : r;
	for (size_t i = 0; !r && i < dead.count; i++)
		r = put_dead(txn, &dead.id[i]);
	free(dead.id);
	return r;
}

/* What brings the rows of format i to format i + 1; NULL: new tables are all there is to it. */
static zong_store_change *const steps[ZONG_FORMAT] = {
	[1] = NULL,
	[2] = NULL,
	[3] = queue_jobs,
	[4] = NULL,
	[7] = sort_deliveries,
};

static char *path_of(const char *dir)
{
	char *path;

	return asprintf(&path, "%s/format", dir) < 0 ? NULL : path;
}

int zong_version_read(const char *dir, unsigned *ret_format)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(64);
	_cleanup_free_ char *path = path_of(dir);
	unsigned long format;
	char *end;
	int r;

	if (!path)
		return ZONG_ENOMEM;
	r = zong_file_read(path, &text);
	if (r)
		return r == ZONG_ELIMIT ? ZONG_ECORRUPT : r;
	format = strtoul(zong_buf_str(&text), &end, 10);
	if (end == zong_buf_str(&text) || *end != '\n' || format == 0)
		return ZONG_ECORRUPT;
	if (format > ZONG_FORMAT)
		return ZONG_EVERSION;
	*ret_format = (unsigned)format;
	return 0;
}

int zong_version_write(const char *dir)
{
	_cleanup_free_ char *path = path_of(dir);
	char text[32];

	if (!path)
		return ZONG_ENOMEM;
	snprintf(text, sizeof(text), "%u\n", ZONG_FORMAT);
	return zong_file_replace(path, text, strlen(text), 0600);
}

int zong_version_migrate(struct zong_store *store, unsigned format)
{
	int r = 0;

	if (format >= ZONG_FORMAT)
		return 0;
	zong_log_info(
		"store: %s is of format %u and is brought to %u", store->dir, format, ZONG_FORMAT);
	for (; !r && format < ZONG_FORMAT; format++)
		if (steps[format])
			r = zong_store_write(store, steps[format], NULL);
	return r ? r : zong_version_write(store->dir);
}
