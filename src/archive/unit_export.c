/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/cleanup.h>
#include <zong/retention.h>

#include "csvout.h"
#include "journal.h"
#include "row_page.h"
#include "unit.h"
#include "unit_columns.h"

static int add_unit(const struct zong_iter *iter, void *ctx)
{
	Zong__Unit *unit = zong__unit__unpack(NULL, iter->value_len, iter->value);
	int err;

	if (!unit)
		return ZONG_ECORRUPT;
	err = zong_csvout_row(ctx,
		(const char *const[]){unit->code, unit->name, unit->address, unit->usage,
			unit->area, unit->began, unit->ended, unit->note},
		ZONG_COLUMN_NOTE + 1);
	zong__unit__free_unpacked(unit, NULL);
	return err;
}

static void join(struct zong_buf *buf, char *const *codes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			zong_buf_add_char(buf, ';');
		zong_buf_add_str(buf, codes[i]);
	}
}

static int add_event(const struct zong_iter *iter, void *ctx)
{
	_cleanup_(zong_buf_release) struct zong_buf before = ZONG_BUF_INIT(ZONG_LIMIT_TABLE_LINE);
	_cleanup_(zong_buf_release) struct zong_buf after = ZONG_BUF_INIT(ZONG_LIMIT_TABLE_LINE);
	Zong__UnitEvent *event = zong__unit_event__unpack(NULL, iter->value_len, iter->value);
	char day[ZONG_DAY_TEXT];
	int err = 0;

	if (!event)
		return ZONG_ECORRUPT;
	if (!event->withdrawn) {
		join(&before, event->before, event->n_before);
		join(&after, event->after, event->n_after);
		zong_day_format(event->day, day);
		err = before.err ? before.err : after.err;
	}
	if (!err && !event->withdrawn)
		err = zong_csvout_row(ctx,
			(const char *const[]){zong_unit_event_kind_name(event->kind), day,
				zong_buf_str(&before), zong_buf_str(&after), event->reason},
			ZONG_COLUMN_REASON + 1);
	zong__unit_event__free_unpacked(event, NULL);
	return err;
}

static int write_table(struct zong_archive *archive, enum zong_unit_table table, const char *prefix,
	struct zong_csvout *out)
{
	const char *names[ZONG_COLUMNS_MAX];
	size_t needed, count = zong_unit_columns(table, &needed);
	int err;

	for (size_t i = 0; i < count; i++)
		names[i] = zong_unit_column_name(table, i);
	err = zong_csvout_row(out, names, count);
	if (err)
		return err;
	return table == ZONG_UNIT_TABLE_EVENTS
		       ? zong_row_walk(archive, ZONG_TABLE_UNIT_EVENTS, "", add_event, out)
		       : zong_row_walk(archive, ZONG_TABLE_UNITS, prefix, add_unit, out);
}

int zong_unit_export(struct zong_archive *archive, const struct zong_subject *who,
	enum zong_unit_table table, const char *prefix, const char *encoding, int *ret_fd,
	uint64_t *ret_len, struct zong_err *err)
{
	struct zong_unit_code code = {0};
	struct zong_csvout out;
	int r = zong_access_may(who, ZONG_VERB_UNIT_LIST, NULL);

	if (r)
		return zong_err_set(err, r, NULL);
	if (prefix && prefix[0] && zong_unit_code_parse(prefix, strlen(prefix), &code))
		return zong_err_set(err, ZONG_EUNITCODE, "%s", prefix);
	r = zong_csvout_begin(&out, archive->spool, encoding);
	if (!r)
		r = zong_journal_read(archive->journal, who, "unit.export",
			table == ZONG_UNIT_TABLE_EVENTS ? "unit-events" : "units");
	if (!r)
		r = write_table(archive, table, code.text, &out);
	if (!r)
		r = zong_csvout_end(&out, ret_fd, ret_len);
	if (r)
		zong_csvout_release(&out);
	return r ? zong_err_set(err, r, "%s", r == ZONG_EINVAL ? "encoding" : "") : 0;
}
