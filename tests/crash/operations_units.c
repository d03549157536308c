/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/retention.h>
#include <zong/unit.h>

#include "inside.h"
#include "lineage.h"
#include "steps.h"
#include "unit.h"

#define UNITS 40
#define P "370786001001GB000"

/* A table of units, an event that changes two of them, and one that was wrong and is withdrawn. */

static int import(struct house *house)
{
	struct zong_table_report report;
	struct zong_err err;
	int fd = memfd_create("table", MFD_CLOEXEC);
	int code;

	if (fd < 0)
		abort();
	dprintf(fd, "code,address\n");
	for (int i = 0; i < UNITS; i++)
		dprintf(fd, P "01F0001%04d,示例路%d号\n", i + 1, i + 1);
	do
		code = zong_unit_import(house->open, &house->archivist, ZONG_UNIT_TABLE_UNITS, fd,
			(uint64_t)lseek(fd, 0, SEEK_END), NULL, NULL, NULL, &report, &err);
	while (code && house_trouble(house, code));
	close(fd);
	if (code)
		return code;
	if (report.refused || report.added + report.same != UNITS)
		wrong("of %d units %d were taken", UNITS, (int)(report.added + report.same));
	zong_table_report_release(&report);
	for (int i = 0; i < UNITS; i++)
		house_tell(house, "N " P "01F0001%04d", i + 1);
	return 0;
}

static int happen(struct house *house, Zong__UnitEventKind kind, const char *before,
	const char *after, char ret_id[ZONG_ID_TEXT])
{
	char *from[] = {(char *)(uintptr_t)before}, *to[] = {(char *)(uintptr_t)after};
	Zong__UnitEvent wanted = ZONG__UNIT_EVENT__INIT;
	Zong__UnitEvent *event = NULL;
	struct zong_err err;
	struct zong_id id;
	bool again;
	int code;

	wanted.kind = kind;
	zong_day_parse("2015-06-01", &wanted.day);
	wanted.before = from;
	wanted.n_before = 1;
	wanted.after = to;
	wanted.n_after = 1;
	do
		code = zong_unit_event_add(
			house->open, &house->archivist, &wanted, &event, &again, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	memcpy(id.bytes, event->id.data, sizeof(id.bytes));
	zong_id_format(&id, ret_id);
	zong__unit_event__free_unpacked(event, NULL);
	house_tell(house, "E %s %s", before, after);
	return 0;
}

static int withdraw(struct house *house, const char *id)
{
	Zong__UnitEvent *event = NULL;
	struct zong_err err;
	int code;

	do
		code = zong_unit_event_withdraw(
			house->open, &house->archivist, id, "登记有误", &event, &err);
	while (code && code != ZONG_EEXIST && house_trouble(house, code));
	if (event)
		zong__unit_event__free_unpacked(event, NULL);
	if (!code || code == ZONG_EEXIST)
		house_tell(house, "Y %s", id);
	return code == ZONG_EEXIST ? 0 : code;
}

int run_units(struct house *house)
{
	char id[ZONG_ID_TEXT];
	int code = house_open(house, true);

	if (!code)
		code = import(house);
	if (!code)
		code = happen(house, ZONG__UNIT_EVENT_KIND__UNIT_RENUMBER, P "01F00010001",
			P "02F00010001", id);
	if (!code)
		code = happen(house, ZONG__UNIT_EVENT_KIND__UNIT_RENUMBER, P "03", P "04", id);
	if (!code)
		code = withdraw(house, id);
	house_close(house);
	return code;
}

/* ---- afterwards ---- */

static void check_unit(struct zong_txn *txn, const char *code)
{
	Zong__Unit *unit = NULL;
	int err = zong_unit_get(txn, code, &unit);

	if (err)
		wrong("unit %s was taken: %s", code, zong_error_slug(err));
	else
		zong__unit__free_unpacked(unit, NULL);
}

/* It leads back, unless it was withdrawn later. */
static void check_event(struct zong_txn *txn, const char *codes, bool withdrawn)
{
	struct zong_lineage lineage;
	char before[40], after[40];
	bool leads;

	if (sscanf(codes, "%39s %39s", before, after) != 2 ||
		zong_lineage_find(txn, after, true, &lineage)) {
		wrong("no lineage of %s", codes);
		return;
	}
	leads = lineage.count == 1 && strcmp(lineage.step[0].code, before) == 0;
	free(lineage.step);
	if (!leads && !withdrawn)
		wrong("%s does not lead back", codes);
}

static void check_withdrawn(struct zong_txn *txn, const char *text)
{
	Zong__UnitEvent *event = NULL;
	struct zong_id id;

	if (zong_id_parse(text, &id) || zong_unit_event_get(txn, &id, &event)) {
		wrong("event %s is gone", text);
		return;
	}
	if (!event->withdrawn)
		wrong("event %s was withdrawn", text);
	zong__unit_event__free_unpacked(event, NULL);
}

void house_check_units(struct house *house)
{
	struct zong_txn *txn;
	size_t count;
	char **lines = house_ledger(house, &count);

	if (zong_store_read_begin(house->open->store, &txn))
		abort();
	for (size_t i = 0; i < count; i++) {
		if (lines[i][0] == 'N')
			check_unit(txn, lines[i] + 2);
		else if (lines[i][0] == 'E')
			check_event(txn, lines[i] + 2, strstr(lines[i], P "04") != NULL);
		else if (lines[i][0] == 'Y')
			check_withdrawn(txn, lines[i] + 2);
	}
	zong_txn_end(txn);
	house_ledger_free(lines, count);
}
