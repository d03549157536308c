/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>

#include "fixture.h"
#include "row.h"
#include "settle.h"

static void person(
	struct zong_subject *who, enum zong_role role, const char *department, const char *key)
{
	memset(who, 0, sizeof(*who));
	who->role = role;
	snprintf(who->department, sizeof(who->department), "%s", department);
	snprintf(who->name, sizeof(who->name), "%s", key);
	snprintf(who->key, sizeof(who->key), "%s", key);
	snprintf(who->origin, sizeof(who->origin), "192.0.2.1");
}

static int open_archive(struct fixture *f, bool paused)
{
	struct zong_archive_options options = {
		.worker = "fake", .workers = 2, .kinds = ZONG_TEST_KINDS, .paused = paused};

	return zong_archive_open(f->dir, &options, &f->archive, &f->err);
}

static int add_department(struct fixture *f, const char *id, const char *name)
{
	Zong__Department *department;
	int err;

	err = zong_department_add(
		f->archive, &f->local, id, name, NULL, false, &department, &f->err);
	if (!err)
		zong__department__free_unpacked(department, NULL);
	return err;
}

static int setup(void **state, bool paused)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *base = getenv("TMPDIR");

	if (!f)
		return -1;
	*state = f;
	fake_pool_reset();
	person(&f->administrator, ZONG_ROLE_ADMINISTRATOR, "", "user:admin");
	person(&f->archivist, ZONG_ROLE_ARCHIVIST, "", "token:archivist");
	person(&f->lookup, ZONG_ROLE_LOOKUP, "", "token:lookup");
	person(&f->local, ZONG_ROLE_LOCAL, "", "local:0");
	person(&f->tax, ZONG_ROLE_DEPARTMENT, "tax", "token:tax");
	person(&f->housing, ZONG_ROLE_DEPARTMENT, "housing", "token:housing");
	snprintf(f->dir, sizeof(f->dir), "%s/zong-archive.XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(f->dir) || zong_archive_create(f->dir, f->password, &f->err) ||
		open_archive(f, paused))
		return -1;
	return add_department(f, "tax", "税务") || add_department(f, "housing", "住建") ? -1 : 0;
}

int fixture_setup(void **state)
{
	return setup(state, false);
}

int fixture_setup_paused(void **state)
{
	return setup(state, true);
}

int fixture_clear(void **state)
{
	struct fixture *f = *state;

	fake_pool_reset();
	zong_row_cleanup(&f->cas);
	f->cas = NULL;
	zong_cases_free(f->cases, f->case_count);
	f->cases = NULL;
	f->case_count = 0;
	zong_row_cleanup(&f->material);
	f->material = NULL;
	zong_materials_free(f->materials, f->material_count);
	f->materials = NULL;
	f->material_count = 0;
	zong_row_cleanup(&f->reading);
	f->reading = NULL;
	zong_receipt_release(&f->receipt);
	zong_receipt_release(&f->other);
	zong_events_free(f->event, 1);
	f->event = NULL;
	zong_events_free(f->events, f->event_count);
	f->events = NULL;
	f->event_count = 0;
	zong_bytes_close(f->bytes);
	f->bytes = NULL;
	zong_material_pages_release(&f->pages);
	zong_jobs_free(f->jobs, f->job_count);
	f->jobs = NULL;
	f->job_count = 0;
	zong_parcel_release(&f->parcel);
	zong_warnings_release(&f->warnings);
	zong_outbox_release(&f->outbox);
	zong_txn_end(f->txn);
	f->txn = NULL;
	free(f->next);
	f->next = NULL;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	fixture_clear(state);
	zong_archive_close(f->archive);
	nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

void fixture_reopen(struct fixture *f, bool paused)
{
	zong_archive_close(f->archive);
	f->archive = NULL;
	assert_int_equal(open_archive(f, paused), 0);
}

void fixture_case(struct fixture *f, const char *no)
{
	char unit[] = "370786001001GB00001F00010001";
	char name[] = "示例甲";
	char kind[] = "转移登记";
	char *units[] = {unit};
	Zong__Party party = ZONG__PARTY__INIT;
	Zong__Party *parties[] = {&party};
	Zong__Case wanted = ZONG__CASE__INIT;
	bool again;

	party.name = name;
	wanted.no = (char *)(uintptr_t)no;
	wanted.kind = kind;
	wanted.n_units = 1;
	wanted.units = units;
	wanted.n_parties = 1;
	wanted.parties = parties;
	zong_row_cleanup(&f->cas);
	f->cas = NULL;
	zong_warnings_release(&f->warnings);
	assert_int_equal(zong_case_open(f->archive, &f->archivist, &wanted, &f->cas, &again,
				 &f->warnings, &f->err),
		0);
}

int fixture_add(struct fixture *f, const char *no, const char *type, const char *pages,
	const char *to, struct zong_receipt *receipt)
{
	struct zong_intake intake = {
		.case_no = no, .type = type, .file_name = "扫描件.pdf", .bulk = f->bulk,
		.only = f->only, .scope = f->scope, .replaces = f->replaces};
	const char *receivers[8];
	char names[256];
	char *save = NULL;
	int err;

	snprintf(names, sizeof(names), "%s", to ? to : "");
	for (char *name = strtok_r(names, ",", &save); name; name = strtok_r(NULL, ",", &save))
		receivers[intake.receivers_count++] = name;
	intake.receivers = receivers;
	intake.fd = memfd_create("document", MFD_CLOEXEC);
	if (intake.fd < 0 || zong_file_write_all(intake.fd, "%PDF-1.4\n", 9) ||
		zong_file_write_all(intake.fd, pages, strlen(pages)))
		return ZONG_EIO;
	intake.len = 9 + strlen(pages);
	zong_receipt_release(receipt);
	err = zong_intake_run(f->archive, &f->archivist, &intake, NULL, NULL, receipt, &f->err);
	close(intake.fd);
	return err;
}

const char *fixture_id(const ProtobufCBinaryData *bytes)
{
	static __thread char text[ZONG_ID_TEXT];
	struct zong_id id;

	assert_true(zong_row_id(bytes, &id));
	zong_id_format(&id, text);
	return text;
}

struct begun {
	const char *department, *webhook;
	unsigned int what;
};

static int write_begun(struct zong_txn *txn, void *ctx)
{
	const struct begun *begun = ctx;
	_cleanup_row_ Zong__Department *row = NULL;
	struct zong_key key;
	int err = zong_row_department(txn, begun->department, &row);

	if (!err)
		err = zong_row_set(&row->webhook, begun->webhook);
	if (!err)
		row->allow_private = true;
	zong_row_key_str(&key, begun->department);
	if (!err)
		err = zong_txn_put(txn, ZONG_TABLE_DEPARTMENTS, &key, &row->base);
	return err ? err : zong_settle_begin(txn, begun->department, begun->what);
}

void fixture_webhook_begun(
	struct fixture *f, const char *department, const char *webhook, unsigned int what)
{
	struct begun begun = {department, webhook, what};

	assert_int_equal(zong_store_write(f->archive->store, write_begun, &begun), 0);
}

bool fixture_settle(struct fixture *f)
{
	int64_t until = zong_time_monotonic() + 10 * ZONG_SECOND;
	struct zong_status status;
	uint64_t seen = 0;

	do {
		zong_status_peek(f->archive, &status);
		if (!status.jobs_waiting && !status.jobs_running)
			return true;
		zong_archive_wait(f->archive, &seen, ZONG_SECOND / 20);
	} while (zong_time_monotonic() < until);
	return false;
}

uint64_t fixture_counter(struct fixture *f, enum zong_counter counter)
{
	struct zong_txn *txn;
	uint64_t value = 0;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	zong_txn_counter(txn, counter, &value);
	zong_txn_end(txn);
	return value;
}

size_t fixture_log(struct fixture *f, const char *verb, const char *object, uint64_t *ret_sum)
{
	struct zong_iter iter = {0};
	struct zong_txn *txn;
	uint64_t sum = 0;
	size_t lines = 0;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_iter_begin(&iter, txn, ZONG_TABLE_LOG, NULL, NULL, false), 0);
	while (zong_iter_next(&iter) == 0) {
		Zong__LogRecord *record =
			zong__log_record__unpack(NULL, iter.value_len, iter.value);

		if (record && strcmp(record->verb, verb) == 0 &&
			(!object || strcmp(record->object, object) == 0)) {
			lines++;
			sum += record->count;
		}
		if (record)
			zong__log_record__free_unpacked(record, NULL);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	if (ret_sum)
		*ret_sum = sum;
	return lines;
}
