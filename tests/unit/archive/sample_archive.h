/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAMPLE_ARCHIVE_H
#define SAMPLE_ARCHIVE_H

/* A real store in a temporary folder, filled with cases, materials and readings as intake and the
 * reading threads would leave them. Pages of the same text are the same raster. Failing calls fail
 * the test. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/archive.h>
#include <zong/code.h>
#include <zong/identity.h>
#include <zong/store.h>
#include <zong/time.h>

#include "field.h"
#include "index_rows.h"
#include "inside.h"
#include "row.h"
#include "sample_reading.h"

struct sample {
	char dir[64];
	struct zong_archive archive;
	uint64_t cursor;
};

static inline void sample_open(struct sample *sample)
{
	struct zong_store_options options = {0};
	struct zong_err err;

	memset(sample, 0, sizeof(*sample));
	snprintf(sample->dir, sizeof(sample->dir), "/tmp/zong-archive-XXXXXX");
	assert_non_null(mkdtemp(sample->dir));
	assert_int_equal(zong_store_create(sample->dir, &err), 0);
	assert_int_equal(zong_store_open(sample->dir, &options, &sample->archive.store, &err), 0);
	assert_int_equal(zong_text_start(sample->archive.store, zong_index_source, NULL, &err), 0);
	sample->archive.text = true;
}

static inline void sample_close(struct sample *sample)
{
	char command[128];

	if (sample->archive.store) {
		zong_text_stop(sample->archive.store);
		zong_store_close(sample->archive.store);
	}
	sample->archive.store = NULL;
	snprintf(command, sizeof(command), "%s", sample->dir);
	if (strncmp(command, "/tmp/zong-archive-", 18) == 0) {
		pid_t pid = fork();

		if (pid == 0) {
			execlp("rm", "rm", "-rf", command, (char *)NULL);
			_exit(127);
		}
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
}

/* ---- cases ---- */

struct sample_case {
	const char *no, *kind, *unit, *cert, *party, *idno, *address;
	int64_t opened; /* 0: now */
};

static inline int sample_put_case(struct zong_txn *txn, void *ctx)
{
	const struct sample_case *c = ctx;
	Zong__Case row = ZONG__CASE__INIT;
	Zong__Party party = ZONG__PARTY__INIT;
	Zong__Party *parties[] = {&party};
	char *units[] = {(char *)(uintptr_t)c->unit};
	char *certs[] = {(char *)(uintptr_t)c->cert};
	struct zong_key key;

	row.no = (char *)(uintptr_t)c->no;
	row.opened = c->opened ? c->opened : zong_time_now();
	row.kind = (char *)(uintptr_t)(c->kind ? c->kind : "转移登记");
	row.address = (char *)(uintptr_t)(c->address ? c->address : "");
	row.units = units;
	row.n_units = c->unit ? 1 : 0;
	row.certificates = certs;
	row.n_certificates = c->cert ? 1 : 0;
	party.name = (char *)(uintptr_t)(c->party ? c->party : "");
	party.idno = (char *)(uintptr_t)(c->idno ? c->idno : "");
	row.parties = parties;
	row.n_parties = c->party ? 1 : 0;
	zong_row_key_str(&key, row.no);
	zong_txn_put(txn, ZONG_TABLE_CASES, &key, &row.base);
	zong_key_clear(&key);
	zong_key_u64(&key, (uint64_t)row.opened);
	zong_key_str(&key, row.no);
	zong_txn_put_bytes(txn, ZONG_TABLE_CASES_BY_TIME, &key, NULL, 0);
	zong_index_case(txn, &row);
	return zong_txn_err(txn);
}

static inline void sample_case(struct sample *sample, struct sample_case c)
{
	assert_int_equal(zong_store_write(sample->archive.store, sample_put_case, &c), 0);
}

/* ---- materials ---- */

struct sample_material {
	struct zong_id id;
	const char *case_no, *title, *type, *unit;
	const char *page[8]; /* texts of sample_reading */
	size_t pages;
	int64_t received; /* 0: now; its id is of then */
};

static inline int sample_put_page(struct zong_txn *txn, const struct sample_material *m, size_t i)
{
	Zong__Reading *reading = sample_reading(m->page[i]);
	struct zong_digest raster;
	struct zong_key key;
	int err;

	zong_digest_of(m->page[i], strlen(m->page[i]), &raster);
	zong_key_clear(&key);
	zong_key_digest(&key, &raster);
	zong_key_id(&key, &m->id);
	zong_key_u32(&key, (uint32_t)i + 1);
	err = zong_txn_put_bytes(txn, ZONG_TABLE_RASTER_USE, &key, "", 0);
	if (!err)
		err = zong_fields_find(reading);
	if (!err)
		err = zong_reading_put(txn, &raster, reading);
	if (!err)
		err = zong_index_reading(txn, &raster, reading);
	sample_free(reading);
	return err;
}

static inline int sample_put_file(
	struct zong_txn *txn, const struct sample_material *m, struct zong_digest *ret_digest)
{
	Zong__File file = ZONG__FILE__INIT;
	Zong__FilePage page[8];
	Zong__FilePage *pages[8];
	struct zong_digest raster[8];
	struct zong_key key;

	for (size_t i = 0; i < m->pages; i++) {
		zong__file_page__init(&page[i]);
		zong_digest_of(m->page[i], strlen(m->page[i]), &raster[i]);
		page[i].raster.data = raster[i].bytes;
		page[i].raster.len = sizeof(raster[i].bytes);
		pages[i] = &page[i];
	}
	file.pages = pages;
	file.n_pages = m->pages;
	zong_digest_of(m->id.bytes, sizeof(m->id.bytes), ret_digest);
	zong_row_key_digest(&key, ret_digest);
	return zong_txn_put(txn, ZONG_TABLE_FILES, &key, &file.base);
}

static inline int sample_put_material(struct zong_txn *txn, void *ctx)
{
	struct sample_material *m = ctx;
	Zong__Material row = ZONG__MATERIAL__INIT;
	char *units[] = {(char *)(uintptr_t)m->unit};
	struct zong_digest digest;
	struct zong_key key;

	row.id.data = m->id.bytes;
	row.id.len = sizeof(m->id.bytes);
	row.case_no = (char *)(uintptr_t)m->case_no;
	row.title = (char *)(uintptr_t)m->title;
	row.type = (char *)(uintptr_t)(m->type ? m->type : "");
	row.units = units;
	row.n_units = m->unit ? 1 : 0;
	row.pages = (uint32_t)m->pages;
	row.received = m->received ? m->received : zong_time_now();
	sample_put_file(txn, m, &digest);
	row.file.data = digest.bytes;
	row.file.len = sizeof(digest.bytes);
	zong_row_key_id(&key, &m->id);
	zong_txn_put(txn, ZONG_TABLE_MATERIALS, &key, &row.base);
	zong_row_key_str(&key, m->case_no);
	zong_key_id(&key, &m->id);
	zong_txn_put_bytes(txn, ZONG_TABLE_MATERIALS_BY_CASE, &key, "", 0);
	zong_index_material(txn, &row);
	for (size_t i = 0; i < m->pages; i++) {
		int err = sample_put_page(txn, m, i);

		if (err)
			return err;
	}
	return zong_txn_err(txn);
}

static inline struct zong_id sample_material(struct sample *sample, struct sample_material m)
{
	while (m.pages < 8 && m.page[m.pages])
		m.pages++;
	zong_id_new(&m.id);
	for (int i = 0; m.received && i < 6; i++)
		m.id.bytes[i] = (uint8_t)(m.received / 1000 >> (40 - 8 * i));
	assert_int_equal(zong_store_write(sample->archive.store, sample_put_material, &m), 0);
	return m.id;
}

/* ---- deliveries ---- */

struct sample_delivery {
	const struct zong_id *material;
	const char *department;
	Zong__DeliveryState state;
	uint64_t cursor;
};

static inline int sample_put_delivery(struct zong_txn *txn, void *ctx)
{
	const struct sample_delivery *d = ctx;
	Zong__Delivery row = ZONG__DELIVERY__INIT;
	struct zong_id id = *d->material;
	struct zong_key key;

	id.bytes[15] ^= (uint8_t)d->department[0];
	row.id.data = id.bytes;
	row.id.len = sizeof(id.bytes);
	row.material.data = (uint8_t *)(uintptr_t)d->material->bytes;
	row.material.len = sizeof(d->material->bytes);
	row.department = (char *)(uintptr_t)d->department;
	row.state = d->state;
	zong_row_key_id(&key, &id);
	zong_txn_put(txn, ZONG_TABLE_DELIVERIES, &key, &row.base);
	zong_row_key_id(&key, d->material);
	zong_key_str(&key, d->department);
	zong_txn_put_bytes(
		txn, ZONG_TABLE_DELIVERIES_BY_MATERIAL, &key, id.bytes, sizeof(id.bytes));
	zong_row_key_str(&key, d->department);
	zong_key_u64(&key, d->cursor);
	zong_txn_put_bytes(txn, ZONG_TABLE_FEED, &key, id.bytes, sizeof(id.bytes));
	return zong_txn_err(txn);
}

static inline void sample_deliver(struct sample *sample, const struct zong_id *material,
	const char *department, Zong__DeliveryState state)
{
	struct sample_delivery d = {material, department, state, ++sample->cursor};

	assert_int_equal(zong_store_write(sample->archive.store, sample_put_delivery, &d), 0);
}

static inline int sample_put_department(struct zong_txn *txn, void *ctx)
{
	const char *const *id_and_name = ctx;
	Zong__Department row = ZONG__DEPARTMENT__INIT;
	struct zong_key key;

	row.id = (char *)(uintptr_t)id_and_name[0];
	row.name = (char *)(uintptr_t)id_and_name[1];
	zong_row_key_str(&key, row.id);
	return zong_txn_put(txn, ZONG_TABLE_DEPARTMENTS, &key, &row.base);
}

static inline void sample_department(struct sample *sample, const char *id, const char *name)
{
	const char *id_and_name[] = {id, name};

	assert_int_equal(
		zong_store_write(sample->archive.store, sample_put_department, id_and_name), 0);
}

/* ---- subjects ---- */

static inline struct zong_subject sample_subject(enum zong_role role, const char *department)
{
	struct zong_subject who = {.role = role};

	snprintf(who.department, sizeof(who.department), "%s", department);
	snprintf(who.key, sizeof(who.key), "token:sample");
	return who;
}

#endif
