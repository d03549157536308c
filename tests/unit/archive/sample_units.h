/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAMPLE_UNITS_H
#define SAMPLE_UNITS_H

/* Units and what happens to them, for tests on the fixture. Codes are given with single blanks between them. */

#include <string.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/retention.h>
#include <zong/unit.h>

#include "fixture.h"

#define SAMPLE_CODES 16

struct sample_codes {
	char text[1024];
	char *code[SAMPLE_CODES];
	size_t count;
};

static inline void sample_split(const char *codes, struct sample_codes *ret)
{
	char *next = NULL;

	memset(ret, 0, sizeof(*ret));
	assert_true(strlen(codes) < sizeof(ret->text));
	memcpy(ret->text, codes, strlen(codes) + 1);
	for (char *code = strtok_r(ret->text, " ", &next); code;
		code = strtok_r(NULL, " ", &next)) {
		assert_true(ret->count < SAMPLE_CODES);
		ret->code[ret->count++] = code;
	}
}

/* *ret_id may be NULL. */
static inline int sample_event(struct fixture *f, const struct zong_subject *who, const char *kind,
	const char *date, const char *before, const char *after, char *ret_id, bool *ret_again)
{
	static char reason[] = "示例";
	struct sample_codes from, to;
	Zong__UnitEvent wanted = ZONG__UNIT_EVENT__INIT;
	Zong__UnitEvent *event = NULL;
	bool again = false;
	int err;

	sample_split(before, &from);
	sample_split(after, &to);
	assert_int_equal(zong_unit_event_kind_parse(kind, &wanted.kind), 0);
	assert_int_equal(zong_day_parse(date, &wanted.day), 0);
	wanted.before = from.code;
	wanted.n_before = from.count;
	wanted.after = to.code;
	wanted.n_after = to.count;
	wanted.reason = reason;
	err = zong_unit_event_add(f->archive, who, &wanted, &event, &again, &f->err);
	if (!err) {
		if (ret_id)
			snprintf(ret_id, ZONG_ID_TEXT, "%s", fixture_id(&event->id));
		zong__unit_event__free_unpacked(event, NULL);
	}
	if (ret_again)
		*ret_again = again;
	return err;
}

static inline void sample_happened(struct fixture *f, const char *kind, const char *date,
	const char *before, const char *after)
{
	assert_int_equal(sample_event(f, &f->archivist, kind, date, before, after, NULL, NULL), 0);
}

static inline int sample_import(struct fixture *f, enum zong_unit_table table, const char *text,
	size_t len, struct zong_table_report *ret_report)
{
	int fd, err;

	assert_int_equal(zong_file_spool(f->archive->spool, &fd), 0);
	assert_int_equal(zong_file_write_all(fd, text, len), 0);
	err = zong_unit_import(
		f->archive, &f->archivist, table, fd, len, NULL, NULL, NULL, ret_report, &f->err);
	close(fd);
	return err;
}

#endif
