/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/case.h>
#include <zong/delivery.h>
#include <zong/file.h>
#include <zong/material.h>
#include <zong/time.h>

#include "house.h"
#include "inside.h"
#include "row.h"
#include "tree.h"

#define LONG (20 * ZONG_SECOND)

/* ---- steps ---- */

static int open_case(struct house *house, const char *no)
{
	char unit[] = "370786001001GB00001F00010001";
	char name[] = "示例甲";
	char kind[] = "转移登记";
	char *units[] = {unit};
	Zong__Party party = ZONG__PARTY__INIT;
	Zong__Party *parties[] = {&party};
	Zong__Case wanted = ZONG__CASE__INIT;
	struct zong_warnings warnings;
	Zong__Case *cas;
	struct zong_err err;
	bool again;
	int code;

	party.name = name;
	wanted.no = (char *)(uintptr_t)no;
	wanted.kind = kind;
	wanted.n_units = 1;
	wanted.units = units;
	wanted.n_parties = 1;
	wanted.parties = parties;
	do
		code = zong_case_open(
			house->open, &house->archivist, &wanted, &cas, &again, &warnings, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	house_tell(house, "C %s", no);
	zong__case__free_unpacked(cas, NULL);
	zong_warnings_release(&warnings);
	return 0;
}

static int upload(struct house *house, const char *no, unsigned paper)
{
	const char *receivers[] = {"tax", "bank"};
	char type[32], id[ZONG_ID_TEXT], digest[ZONG_DIGEST_TEXT];
	struct zong_intake intake = {
		.case_no = no, .type = type, .file_name = "扫描件.pdf", .receivers = receivers};
	struct zong_receipt receipt;
	struct zong_digest file;
	struct zong_id parsed;
	struct zong_err err;
	size_t len, i;
	int code;

	snprintf(type, sizeof(type), "t%u", paper);
	intake.receivers_count = paper % 5 == 4 ? 0 : 1 + paper % 2;
	intake.fd = paper_open(paper, &len);
	intake.len = len;
	do
		code = zong_intake_run(
			house->open, &house->archivist, &intake, NULL, NULL, &receipt, &err);
	while (code && house_trouble(house, code));
	close(intake.fd);
	if (code)
		return code;
	if (!zong_row_id(&receipt.material->id, &parsed) ||
		!zong_row_digest(&receipt.material->file, &file))
		abort();
	zong_id_format(&parsed, id);
	zong_digest_format(&file, digest);
	house_tell(house, "M %s %s %u %s", id, digest, paper, no);
	if (receipt.deliveries != intake.receivers_count)
		wrong("the receipt for %s names %zu deliveries", id, receipt.deliveries);
	for (i = 0; i < receipt.deliveries; i++) {
		zong_row_id(&receipt.delivery[i]->id, &parsed);
		zong_id_format(&parsed, id);
		house_tell(house, "D %s 0", id);
	}
	zong_receipt_release(&receipt);
	return 0;
}

static int add_department(struct house *house, const char *id, const char *webhook)
{
	Zong__Department *department;
	struct zong_err err;
	int code = zong_department_add(
		house->open, &house->local, id, id, webhook, true, &department, &err);

	if (!code)
		zong__department__free_unpacked(department, NULL);
	return code;
}

/* Waits until the text index has all; opens again where its thread has met trouble and waits. */
static int settle_text(struct house *house, bool paused)
{
	int code;

	for (;;) {
		code = zong_text_settle(house->open->store, house->calm ? LONG : ZONG_SECOND / 5);
		if (code != ZONG_ETIMEOUT || house->calm)
			break;
		if (!house_trouble(house, ZONG_EIO))
			return code;
		house_close(house);
		code = house_open(house, paused);
		if (code)
			return code;
	}
	if (!code)
		house_tell(
			house, "X %llu", (unsigned long long)zong_text_change(house->open->store));
	return code;
}

/* Tells of each page that is read, until none waits. */
static int read_all(struct house *house)
{
	int64_t began = zong_time_monotonic();
	struct zong_status status;
	uint64_t seen = 0;

	for (;;) {
		zong_status_peek(house->open, &status);
		if (!status.jobs_waiting && !status.jobs_running)
			return 0;
		zong_archive_wait(house->open, &seen, ZONG_SECOND / 50);
		if (zong_time_monotonic() - began < (house->calm ? LONG : ZONG_SECOND / 5))
			continue;
		if (!house_trouble(house, ZONG_EIO))
			return ZONG_ETIMEOUT;
		/* its threads rest for a while after trouble */
		house_close(house);
		if (house_open(house, false))
			return ZONG_EIO;
		began = zong_time_monotonic();
	}
}

static void tell_read(struct house *house)
{
	char text[ZONG_DIGEST_TEXT];
	struct zong_key_view view;
	struct zong_digest digest;
	struct zong_iter iter = {0};
	struct zong_txn *txn;

	if (zong_store_read_begin(house->open->store, &txn))
		return;
	zong_iter_begin(&iter, txn, ZONG_TABLE_READINGS, NULL, NULL, false);
	while (zong_iter_next(&iter) == 0) {
		view = iter.key;
		if (!zong_key_take_digest(&view, &digest))
			continue;
		zong_digest_format(&digest, text);
		house_tell(house, "T %s", text);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
}

/* ---- prepared states ---- */

static int make_founded(struct house *house)
{
	char password[ZONG_PASSWORD_TEXT];
	struct zong_err err;
	int code = zong_archive_create(house->archive, password, &err);

	if (!code)
		code = house_open(house, true);
	if (!code)
		code = add_department(house, "tax", NULL);
	if (!code)
		code = add_department(house, "bank", "http://127.0.0.1:9/hook");
	if (!code)
		code = open_case(house, "A0");
	if (!code)
		code = settle_text(house, true);
	house_close(house);
	return code;
}

static int make_unread(struct house *house)
{
	unsigned paper;
	int code = house_open(house, true);

	for (paper = 100; !code && paper < 106; paper++)
		code = upload(house, "A0", paper);
	if (!code)
		code = settle_text(house, true);
	house_close(house);
	return code;
}

static int make_filled(struct house *house)
{
	int code = house_open(house, false);

	if (!code)
		code = read_all(house);
	if (!code)
		code = settle_text(house, false);
	if (!code)
		tell_read(house);
	house_close(house);
	return code;
}

/* More is in the catalog than in the text index: it was kept from before. */
static int make_behind(struct house *house)
{
	char text[1200], kept[1200];
	unsigned paper;
	int code;

	snprintf(text, sizeof(text), "%s/text", house->archive);
	snprintf(kept, sizeof(kept), "%s/kept", house->root);
	tree_copy(text, kept);
	code = house_open(house, false);
	for (paper = 200; !code && paper < 204; paper++)
		code = upload(house, "A0", paper);
	if (!code)
		code = read_all(house);
	if (!code)
		tell_read(house);
	house_close(house);
	tree_remove(text);
	if (!code && rename(kept, text) != 0)
		code = ZONG_EIO;
	return code;
}

static int refuse(struct zong_txn *txn, void *ctx)
{
	(void)txn;
	(void)ctx;
	return ZONG_EINVAL;
}

/* Segments without a file, as uploads leave them that are cut short. */
static int make_littered(struct house *house)
{
	struct zong_ingest *ingest;
	unsigned paper;
	size_t len;
	int code = house_open(house, true);

	for (paper = 300; !code && paper < 304; paper++) {
		int fd = paper_open(paper, &len);

		code = zong_ingest_begin(
			house->open->store, fd, len, ZONG_MEDIA_PDF, NULL, NULL, NULL, &ingest);
		close(fd);
		if (code)
			break;
		if (zong_store_write_file(house->open->store, ingest, refuse, NULL) != ZONG_EINVAL)
			code = ZONG_EIO;
		zong_ingest_free(ingest);
	}
	house_close(house);
	return code;
}

const struct prepared prepared_states[] = {
	{"founded", NULL, make_founded},
	{"unread", "founded", make_unread},
	{"filled", "unread", make_filled},
	{"behind", "filled", make_behind},
	{"littered", "filled", make_littered},
};
const size_t prepared_count = sizeof(prepared_states) / sizeof(*prepared_states);

/* ---- operations ---- */

static int run_first_start(struct house *house)
{
	char password[ZONG_PASSWORD_TEXT];
	char format[1200];
	struct zong_err err;
	int code;

	snprintf(format, sizeof(format), "%s/format", house->archive);
	if (house->calm && access(format, F_OK) == 0)
		return 0; /* the attempt before was good to the end */
	do
		code = zong_archive_create(house->archive, password, &err);
	while (code && !(code == ZONG_EEXIST && house->troubles > 1) && house_trouble(house, code));
	/* The last step of an attempt was done, and neither its sync nor undoing it: no promise. */
	if (code && code != ZONG_EEXIST)
		return code;
	if (!code)
		house_tell(house, "P %s", password);
	code = house_open(house, true);
	house_close(house);
	return code;
}

static int after_first_start(struct house *house)
{
	struct zong_store *store;
	struct zong_err err;
	char line[256];
	FILE *ledger;
	bool told = false;
	int code;

	ledger = fdopen(dup(house->ledger), "r");
	rewind(ledger);
	while (fgets(line, sizeof(line), ledger))
		told = told || line[0] == 'P';
	fclose(ledger);
	if (told)
		return house_check(house);
	/* Nothing was promised: then it is whole, or no archive, and can be made. */
	code = zong_store_open(house->archive, NULL, &store, &err);
	if (code == ZONG_ENOENT)
		return 0;
	if (code) {
		wrong("half made, and cannot be opened: %s", zong_error_slug(code));
		return code;
	}
	zong_store_close(store);
	return house_check(house);
}

static int run_upload(struct house *house)
{
	static const unsigned papers[] = {1, 3, 6, 4, 3};
	size_t i;
	int code = house_open(house, true);

	if (!code)
		code = open_case(house, "U1");
	for (i = 0; !code && i < sizeof(papers) / sizeof(*papers); i++)
		code = upload(house, "U1", papers[i]);
	house_close(house);
	return code;
}

struct uploader {
	struct house *house;
	unsigned first;
	int code;
	pthread_t thread;
};

static void *run_uploader(void *arg)
{
	struct uploader *uploader = arg;
	unsigned i;

	for (i = 0; !uploader->code && i < 2; i++)
		uploader->code = upload(uploader->house, "A0", uploader->first + i);
	return NULL;
}

static int run_concurrent(struct house *house)
{
	struct uploader uploaders[6];
	size_t i;
	int code = house_open(house, true);

	if (code)
		return code;
	for (i = 0; i < 6; i++) {
		/* each paper comes twice */
		uploaders[i] =
			(struct uploader){.house = house, .first = 20 + (unsigned)(i / 2) * 2};
		if (pthread_create(&uploaders[i].thread, NULL, run_uploader, &uploaders[i]) != 0)
			abort();
	}
	for (i = 0; i < 6; i++) {
		pthread_join(uploaders[i].thread, NULL);
		if (!code)
			code = uploaders[i].code;
	}
	house_close(house);
	return code;
}

static int run_reading(struct house *house)
{
	int code = house_open(house, false);

	if (!code)
		code = read_all(house);
	if (!code)
		tell_read(house);
	if (!code)
		code = settle_text(house, false);
	house_close(house);
	return code;
}

static int end_delivery(struct house *house, const struct zong_event *event, bool send_back)
{
	struct zong_event *ended;
	char text[ZONG_ID_TEXT];
	struct zong_id id;
	struct zong_err err;
	int code;

	zong_row_id(&event->delivery->id, &id);
	zong_id_format(&id, text);
	do
		code = send_back ? zong_delivery_return(
					   house->open, &house->tax, text, "缺页", &ended, &err)
				 : zong_delivery_receipt(
					   house->open, &house->tax, text, NULL, &ended, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	house_tell(house, "D %s %d", text, (int)ended->delivery->state);
	zong_events_free(ended, 1);
	return 0;
}

static int read_feed(struct house *house)
{
	struct zong_event *events;
	uint64_t cursor;
	struct zong_err err;
	size_t count, i;
	bool more;
	int code;

	do
		code = zong_feed_read(house->open, &house->tax, "tax", 0, false, 100, &events,
			&count, &cursor, &more, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	for (i = 0; i < count && !code; i++) {
		char text[ZONG_ID_TEXT];
		struct zong_id id;

		zong_row_id(&events[i].delivery->id, &id);
		zong_id_format(&id, text);
		house_tell(house, "D %s 1", text);
		if (i < 3)
			code = end_delivery(house, &events[i], i == 2);
	}
	zong_events_free(events, count);
	return code;
}

/* One attempt at each webhook delivery that is due; every second is refused once. */
static int send_due(struct house *house)
{
	struct zong_outbox_item item;
	char text[ZONG_ID_TEXT];
	struct zong_id id;
	unsigned number;
	int64_t due;
	int code;

	for (number = 0; number < 20; number++) {
		bool refused;

		code = zong_outbox_next(
			house->open, zong_time_now() + 3600 * ZONG_SECOND, NULL, 0, &item, &due);
		if (code == ZONG_EEND)
			return 0;
		if (code)
			return code;
		refused = item.event.delivery->attempts == 0 && number % 2 == 0;
		zong_row_id(&item.event.delivery->id, &id);
		zong_id_format(&id, text);
		do
			code = zong_outbox_done(house->open, &id, refused ? 503 : 200, "busy",
				refused ? zong_time_now() + ZONG_SECOND : 0);
		while (code && house_trouble(house, code));
		if (!code)
			house_tell(house, "A %s %u", text, item.event.delivery->attempts + 1);
		if (!code && !refused)
			house_tell(house, "D %s 1", text);
		zong_outbox_item_release(&item);
		if (code)
			return code;
	}
	return 0;
}

static int run_delivery(struct house *house)
{
	int code = house_open(house, true);

	if (!code)
		code = read_feed(house);
	if (!code)
		code = send_due(house);
	house_close(house);
	return code;
}

/* Maps so small that both are full at once; each grows in the middle of a batch. */
static int run_growth(struct house *house)
{
	unsigned paper;
	int code;

	house_maps(400 << 10, 400 << 10);
	code = house_open(house, true);
	for (paper = 40; !code && paper < 48; paper++)
		code = upload(house, "A0", paper);
	house_close(house);
	house_maps(0, 0);
	return code;
}

static int run_catch_up(struct house *house)
{
	int code = house_open(house, true);

	if (!code)
		code = settle_text(house, true);
	house_close(house);
	return code;
}

static int collect(struct house *house, enum zong_collect_mode mode)
{
	struct zong_collect_result result;
	int code;

	do
		code = zong_collect_run(house->open->store, mode, NULL, NULL, &result);
	while (code && house_trouble(house, code));
	return code;
}

/* What nobody names goes, while a paper comes in that brings a part of it again. */
static int run_collection(struct house *house)
{
	int code = house_open(house, true);

	if (!code)
		code = upload(house, "A0", 300);
	if (!code)
		code = collect(house, ZONG_COLLECT_ALL);
	if (!code)
		code = upload(house, "A0", 301);
	house_close(house);
	if (!code)
		house_tell(house, "K");
	return code;
}

const struct operation operations[] = {
	{"first start", NULL, run_first_start, after_first_start, 50},
	{"upload", "founded", run_upload, NULL, 30},
	{"concurrent uploads", "founded", run_concurrent, NULL, 20},
	{"reading", "unread", run_reading, NULL, 40},
	{"delivery and receipt", "filled", run_delivery, NULL, 30},
	{"map growth", "founded", run_growth, NULL, 30},
	{"text index catch-up", "behind", run_catch_up, NULL, 10},
	{"collection", "littered", run_collection, NULL, 20},
};
const size_t operation_count = sizeof(operations) / sizeof(*operations);
