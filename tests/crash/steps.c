/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/case.h>
#include <zong/delivery.h>
#include <zong/material.h>
#include <zong/time.h>

#include "inside.h"
#include "row.h"
#include "steps.h"

#define LONG (20 * ZONG_SECOND)

int step_case(struct house *house, const char *no)
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

int step_upload(struct house *house, const char *no, unsigned paper)
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

int step_department(struct house *house, const char *id, const char *webhook)
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
int step_settle_text(struct house *house, bool paused)
{
	int code;

	for (;;) {
		code = zong_text_settle(house->open->store, house->calm ? LONG : ZONG_SECOND / 5);
		if (!code || house->calm)
			break;
		if (!house_trouble(house, code == ZONG_ETIMEOUT ? ZONG_EIO : code))
			return code;
		if (code != ZONG_ETIMEOUT)
			continue; /* what it has to read could not be, just then */
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
int step_read_all(struct house *house)
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

void step_tell_read(struct house *house)
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
