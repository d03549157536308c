/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/delivery.h>
#include <zong/time.h>

#include "inside.h"
#include "row.h"
#include "steps.h"

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
	bool told = false;
	char **lines;
	size_t count, i;
	int code;

	lines = house_ledger(house, &count);
	for (i = 0; i < count; i++)
		told = told || lines[i][0] == 'P';
	house_ledger_free(lines, count);
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
		code = step_case(house, "U1");
	for (i = 0; !code && i < sizeof(papers) / sizeof(*papers); i++)
		code = step_upload(house, "U1", papers[i]);
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
		uploader->code = step_upload(uploader->house, "A0", uploader->first + i);
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
		code = step_read_all(house);
	if (!code)
		step_tell_read(house);
	if (!code)
		code = step_settle_text(house, false);
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
static int send_one(struct house *house, struct zong_outbox *outbox, unsigned number)
{
	const Zong__Delivery *delivery = outbox->event[0].delivery;
	bool refused = delivery->attempts == 0 && number % 2 == 0;
	struct zong_outbox_result result = {.status = refused ? 503 : 200, .error = "busy"};
	char text[ZONG_ID_TEXT];
	int code;

	result.next = refused ? zong_time_now() + ZONG_SECOND : 0;
	zong_row_id(&delivery->id, &result.delivery);
	zong_id_format(&result.delivery, text);
	do
		code = zong_outbox_done(house->open, &result, 1);
	while (code && house_trouble(house, code));
	if (!code)
		house_tell(house, "A %s %u", text, delivery->attempts + 1);
	if (!code && !refused)
		house_tell(house, "D %s 1", text);
	return code;
}

static int send_due(struct house *house)
{
	struct zong_outbox outbox;
	unsigned number;
	int code;

	for (number = 0; number < 20; number++) {
		code = zong_outbox_take(house->open, "bank",
			zong_time_now() + 3600 * ZONG_SECOND, NULL, 0, 1, &outbox);
		if (code)
			return code;
		code = outbox.count ? send_one(house, &outbox, number) : ZONG_EEND;
		zong_outbox_release(&outbox);
		if (code)
			return code == ZONG_EEND ? 0 : code;
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
		code = step_upload(house, "A0", paper);
	house_close(house);
	house_maps(0, 0);
	return code;
}

static int run_catch_up(struct house *house)
{
	int code = house_open(house, true);

	if (!code)
		code = step_settle_text(house, true);
	house_close(house);
	return code;
}

const struct operation operations[] = {
	{"first start", NULL, run_first_start, after_first_start, 55},
	{"upload", "founded", run_upload, NULL, 45},
	{"concurrent uploads", "founded", run_concurrent, NULL, 40},
	{"reading", "unread", run_reading, NULL, 40},
	{"delivery and receipt", "filled", run_delivery, NULL, 35},
	{"map growth", "founded", run_growth, NULL, 90},
	{"text index catch-up", "behind", run_catch_up, NULL, 12},
	{"correction", "unsure", run_correction, NULL, 60},
	{"units", "founded", run_units, NULL, 18},
	{"papers", "founded", run_papers, NULL, 40},
	{"properties", "filled", run_properties, NULL, 30},
	{"desk", "founded", run_desk, NULL, 20},
	{"vault", "founded", run_vault, after_vault, 300},
	{"collection", "littered", run_collection, NULL, 40},
	{"destruction", "condemned", run_destruction, NULL, 45},
	{"backup", "vaulted", run_backup, after_backup, 65},
	{"restore", "backed up", run_restore, after_restore, 80},
	{"reindex", "filled", run_reindex, NULL, 50},
	{"migration", "older", run_migration, NULL, 45},
	{"migration of jobs", "queueless", run_migration, NULL, 45},
	{"tree over an older log", "treeless", run_tree, NULL, 20},
};
const size_t operation_count = sizeof(operations) / sizeof(*operations);
