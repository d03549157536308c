/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/retention.h>
#include <zong/utf8.h>

#include "journal.h"
#include "retention_look.h"
#include "row.h"
#include "csvtable.h"
#include "unit.h"
#include "unit_columns.h"

#define BATCH_BYTES (8 << 20) /* of its rows in memory, where they are long */

/* A line of the table as it goes into the store. */
struct line {
	uint64_t number;
	union {
		Zong__Unit unit;
		Zong__UnitEvent event;
	};
	struct zong_id id; /* of the event */
	unsigned int oddities;
	int code; /* why it was not taken, decided in the change */
	const char *wrong;
	enum zong_put put;
};

struct import {
	struct zong_archive *archive;
	const struct zong_subject *who;
	enum zong_unit_table what;
	int32_t today;
	struct zong_csvtable *table;
	size_t place[ZONG_COLUMNS_MAX]; /* where a column stands, SIZE_MAX: nowhere */
	struct zong_table_report report;
	struct zong_arena arena; /* of one batch */
	struct line *line;
	size_t lines;
	bool no_memory;
	uint64_t *
		record; /* the log lines of this import: what has one of them stood in the table before */
	size_t records;
};

/* ---- the report ---- */

static int refuse(struct import *import, uint64_t number, int code, const char *text)
{
	struct zong_table_report *report = &import->report;
	struct zong_table_refusal *refusal;

	report->refused++;
	if (report->refusals == ZONG_LIMIT_TABLE_REFUSALS)
		return 0;
	if ((report->refusals & (report->refusals - 1)) == 0) {
		size_t room = report->refusals ? 2 * report->refusals : 1;
		struct zong_table_refusal *grown = realloc(report->refusal, room * sizeof(*grown));

		if (!grown)
			return ZONG_ENOMEM;
		report->refusal = grown;
	}
	refusal = &report->refusal[report->refusals++];
	refusal->line = number;
	refusal->code = code;
	snprintf(refusal->text, sizeof(refusal->text), "%.*s",
		(int)zong_utf8_cut(text, strlen(text), sizeof(refusal->text) - 1), text);
	return 0;
}

void zong_table_report_release(struct zong_table_report *report)
{
	free(report->refusal);
	memset(report, 0, sizeof(*report));
}

/* ---- columns ---- */

static void ignore(struct import *import, const char *name)
{
	char *ignored = import->report.ignored;
	size_t len = strlen(ignored), room = sizeof(import->report.ignored) - len - 1;
	size_t name_len = zong_utf8_cut(name, strlen(name), room > 2 ? room - 2 : 0);

	if (name_len)
		snprintf(ignored + len, room + 1, "%s%.*s", len ? ", " : "", (int)name_len, name);
}

static int find_columns(struct import *import, struct zong_err *err)
{
	const struct zong_csvtable_row *row = zong_csvtable_columns(import->table);
	size_t needed;

	for (size_t i = 0; i < ZONG_COLUMNS_MAX; i++)
		import->place[i] = SIZE_MAX;
	for (size_t i = 0; i < row->count; i++) {
		size_t column = zong_unit_column_of(import->what, row->cell[i]);

		if (column == ZONG_COLUMNS_MAX)
			ignore(import, row->cell[i]);
		else if (import->place[column] == SIZE_MAX)
			import->place[column] = i;
		else
			return zong_err_set(err, ZONG_ETABLE, "1: %.100s", row->cell[i]);
	}
	zong_unit_columns(import->what, &needed);
	for (size_t i = 0; i < needed; i++)
		if (import->place[i] == SIZE_MAX)
			return zong_err_set(
				err, ZONG_ETABLE, "1: %s?", zong_unit_column_name(import->what, i));
	return 0;
}

/* A copy in the arena, "" where there is none; NULL also sets import->no_memory. */
static char *cell(struct import *import, const struct zong_csvtable_row *row, size_t column)
{
	size_t place = import->place[column];
	char *text = zong_arena_str(&import->arena,
		place < row->count && place < ZONG_LIMIT_TABLE_COLUMNS ? row->cell[place] : "");

	import->no_memory = import->no_memory || !text;
	return text;
}

/* ---- one line ---- */

static int read_unit(struct import *import, const struct zong_csvtable_row *row, struct line *line,
	const char **ret_wrong)
{
	Zong__Unit unit = ZONG__UNIT__INIT;

	unit.code = cell(import, row, ZONG_COLUMN_CODE);
	unit.name = cell(import, row, ZONG_COLUMN_NAME);
	unit.address = cell(import, row, ZONG_COLUMN_ADDRESS);
	unit.usage = cell(import, row, ZONG_COLUMN_USAGE);
	unit.area = cell(import, row, ZONG_COLUMN_AREA);
	unit.began = cell(import, row, ZONG_COLUMN_BEGAN);
	unit.ended = cell(import, row, ZONG_COLUMN_ENDED);
	unit.note = cell(import, row, ZONG_COLUMN_NOTE);
	if (import->no_memory)
		return ZONG_ENOMEM;
	return zong_unit_normalise(&unit, &import->arena, &line->unit, &line->oddities, ret_wrong);
}

/* Codes are parted by anything that stands in none. */
static int split_codes(struct import *import, char *text, size_t *ret_count, char ***ret_codes)
{
	static const char parts[] = " ;,|\t\r\n";
	size_t room = 1, count = 0;
	char *next = NULL;
	char **codes;

	if (!text)
		return ZONG_ENOMEM;
	/* Commas and semicolons as they are typed in Chinese, and the mark of a list. */
	for (char *at = text; *at; at++) {
		if (strncmp(at, "；", 3) == 0 || strncmp(at, "，", 3) == 0 ||
			strncmp(at, "、", 3) == 0)
			memcpy(at, "   ", 3);
		room += strchr(parts, *at) != NULL;
	}
	codes = zong_arena_calloc(&import->arena, room, sizeof(*codes));
	if (!codes)
		return ZONG_ENOMEM;
	for (char *code = strtok_r(text, parts, &next); code; code = strtok_r(NULL, parts, &next))
		codes[count++] = code;
	*ret_count = count;
	*ret_codes = codes;
	return 0;
}

static int read_event(struct import *import, const struct zong_csvtable_row *row, struct line *line,
	const char **ret_wrong)
{
	Zong__UnitEvent event = ZONG__UNIT_EVENT__INIT;
	char *kind = cell(import, row, ZONG_COLUMN_KIND);
	char *date = cell(import, row, ZONG_COLUMN_DATE);
	int err;

	event.reason = cell(import, row, ZONG_COLUMN_REASON);
	err = split_codes(
		import, cell(import, row, ZONG_COLUMN_BEFORE), &event.n_before, &event.before);
	if (!err)
		err = split_codes(
			import, cell(import, row, ZONG_COLUMN_AFTER), &event.n_after, &event.after);
	if (err || import->no_memory)
		return ZONG_ENOMEM;
	*ret_wrong = kind;
	if (zong_unit_event_kind_parse(kind, &event.kind))
		return ZONG_EINVAL;
	*ret_wrong = date;
	if (zong_day_parse(date, &event.day))
		return ZONG_EDATE;
	err = zong_unit_event_normalise(
		&event, import->today, &import->arena, &line->event, ret_wrong);
	if (err)
		return err;
	zong_id_new(&line->id);
	line->event.id.data = line->id.bytes;
	line->event.id.len = sizeof(line->id.bytes);
	return 0;
}

static int add_line(struct import *import, const struct zong_csvtable_row *row)
{
	struct line *line = &import->line[import->lines];
	const char *wrong = NULL;
	int err = row->code;

	memset(line, 0, sizeof(*line));
	line->number = row->line;
	import->report.lines++;
	if (!err && row->count > zong_csvtable_columns(import->table)->count) {
		err = ZONG_ETABLE;
		wrong = row->cell[0];
	}
	if (!err)
		err = import->what == ZONG_UNIT_TABLE_EVENTS ? read_event(import, row, line, &wrong)
							     : read_unit(import, row, line, &wrong);
	if (err == ZONG_ENOMEM)
		return err;
	if (err == ZONG_EUNITCODE && import->what == ZONG_UNIT_TABLE_UNITS)
		wrong = row->cell[import->place[ZONG_COLUMN_CODE]];
	if (err)
		return refuse(import, row->line, err, wrong ? wrong : "");
	import->lines++;
	return 0;
}

/* ---- a batch ---- */

/* They ascend: most rows are of before the first of them. */
static bool is_of_this_import(const struct import *import, uint64_t record)
{
	for (size_t i = 0; i < import->records && import->record[i] <= record; i++)
		if (import->record[i] == record)
			return true;
	return false;
}

/* The same code in an earlier line of this table? Then that one stands. */
static int put_unit(struct import *import, struct zong_txn *txn, struct line *line, uint64_t record)
{
	_cleanup_row_ Zong__Unit *before = NULL;
	int err = zong_unit_get(txn, line->unit.code, &before);

	if (err && err != ZONG_ENOENT)
		return err;
	if (before && (before->record == record || is_of_this_import(import, before->record))) {
		line->code = ZONG_EDUPLICATE;
		line->wrong = line->unit.code;
		return 0;
	}
	return zong_unit_put(txn, before, &line->unit, record, &line->put);
}

static int put_event(
	struct import *import, struct zong_txn *txn, struct line *line, uint64_t record)
{
	bool again = false;
	int err = zong_unit_event_put(txn, import->who, &line->event, record, &again, &line->wrong);

	line->put = again ? ZONG_PUT_SAME : ZONG_PUT_ADDED;
	if (err != ZONG_EUNITENDED)
		return err;
	line->code = err;
	return 0;
}

static int write_batch(struct zong_txn *txn, void *ctx)
{
	struct import *import = ctx;
	const char *object = import->what == ZONG_UNIT_TABLE_EVENTS ? "unit-events" : "units";
	uint64_t record;
	size_t puts = 0;
	char detail[128];
	int err = zong_txn_counter(txn, ZONG_COUNT_LOG, &record);

	record++;
	for (size_t i = 0; !err && i < import->lines; i++) {
		struct line *line = &import->line[i];

		line->code = 0;
		err = import->what == ZONG_UNIT_TABLE_EVENTS ? put_event(import, txn, line, record)
							     : put_unit(import, txn, line, record);
		puts += !line->code && line->put != ZONG_PUT_SAME;
	}
	if (err || !puts)
		return err;
	snprintf(detail, sizeof(detail), "lines %" PRIu64 "-%" PRIu64 ": %zu",
		import->line[0].number, import->line[import->lines - 1].number, puts);
	err = zong_journal_add(
		txn, import->who, "unit.import", object, detail, &import->record[import->records]);
	return !err && import->record[import->records] != record ? ZONG_ECORRUPT : err;
}

static int count_batch(struct import *import)
{
	struct zong_table_report *report = &import->report;
	int err = 0;

	for (size_t i = 0; !err && i < import->lines; i++) {
		const struct line *line = &import->line[i];

		if (line->code) {
			err = refuse(
				import, line->number, line->code, line->wrong ? line->wrong : "");
			continue;
		}
		report->added += line->put == ZONG_PUT_ADDED;
		report->changed += line->put == ZONG_PUT_CHANGED;
		report->same += line->put == ZONG_PUT_SAME;
		for (size_t bit = 0; bit < sizeof(report->odd) / sizeof(report->odd[0]); bit++)
			report->odd[bit] += line->oddities >> bit & 1;
	}
	return err;
}

static int end_batch(struct import *import)
{
	uint64_t *grown;
	int err;

	if (import->lines == 0)
		return 0;
	grown = realloc(import->record, (import->records + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	import->record = grown;
	grown[import->records] = 0;
	err = zong_store_write(import->archive->store, write_batch, import);
	import->records += !err && import->record[import->records];
	if (!err)
		err = count_batch(import);
	import->lines = 0;
	zong_arena_release(&import->arena);
	return err;
}

static int take_lines(struct import *import, int (*progress)(void *, double), void *ctx)
{
	struct zong_csvtable_row row;
	int err;

	while ((err = zong_csvtable_next(import->table, &row)) == 0) {
		err = add_line(import, &row);
		if (!err &&
			(import->lines == ZONG_TABLE_BATCH || import->arena.used > BATCH_BYTES)) {
			err = end_batch(import);
			if (!err && progress && progress(ctx, zong_csvtable_done(import->table)))
				err = ZONG_ECANCELLED;
		}
		if (err)
			return err;
	}
	return err == ZONG_EEND ? end_batch(import) : err;
}

int zong_unit_import(struct zong_archive *archive, const struct zong_subject *who,
	enum zong_unit_table table, int fd, uint64_t len, const char *encoding,
	int (*progress)(void *ctx, double done), void *ctx, struct zong_table_report *ret_report,
	struct zong_err *err)
{
	struct import import = {.archive = archive, .who = who, .what = table};
	int code = zong_access_may(who, ZONG_VERB_UNIT_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	import.today = zong_retention_today(archive);
	import.line = calloc(ZONG_TABLE_BATCH, sizeof(*import.line));
	code = import.line ? zong_csvtable_open(fd, len, encoding, &import.table, err)
			   : ZONG_ENOMEM;
	if (!code)
		code = find_columns(&import, err);
	if (!code) {
		code = take_lines(&import, progress, ctx);
		if (code)
			zong_err_set(err, code, NULL);
	}
	if (!code) {
		import.report.encoding = zong_csvtable_encoding(import.table);
		zong_csvtable_digest(import.table, &import.report.digest);
	}
	zong_csvtable_close(import.table);
	zong_arena_release(&import.arena);
	free(import.line);
	free(import.record);
	if (code) {
		zong_table_report_release(&import.report);
		return code;
	}
	*ret_report = import.report;
	return 0;
}
