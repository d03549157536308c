/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_UNIT_H
#define ZONG_UNIT_H

/* The table of parcels, buildings and units (宗地, 幢, 单元) that there are, what became of them, and where today's
 * codes come from (GB/T 37346-2019 §9: codes change when units are split, merged, numbered anew, or their district is).
 *
 * Papers stay filed under the code that was right when they came in. What happened to codes is written down as dated
 * events, and whoever asks for a code of today is shown what was filed under those that it came from (zong_parcel_get,
 * zong_search_run). The table itself need not be complete: a code that is not in it is as good as any other.
 *
 * Tables come and go as CSV (RFC 4180): the first line names the columns, in Chinese or English, in any order. Days are
 * "2020-01-31". */

#include <zong/code.h>
#include <zong/digest.h>
#include <zong/identity.h>

/* ---- units ---- */

/* Puts one unit into the table, in place of what is there under its code. @wanted: code, name, address, usage, area (a
 * number with at most four decimals, in square metres), began, ended (days, or empty), note as entered.
 * ZONG_EUNITCODE (also one that ends at no level), ZONG_EDATE, ZONG_EINVAL, ZONG_ELIMIT, ZONG_EENCODING (err names
 * what), ZONG_EFORBIDDEN. *ret_oddities: enum zong_unit_oddity. */
int zong_unit_set(struct zong_archive *archive, const struct zong_subject *who, const Zong__Unit *wanted,
	Zong__Unit **ret_unit, unsigned int *ret_oddities, struct zong_err *err);
/* In the order of codes, from the beginning @prefix on (NULL: all). Cursor as in zong_case_list. ZONG_EUNITCODE,
 * ZONG_ECURSOR, ZONG_EFORBIDDEN. */
int zong_unit_list(struct zong_archive *archive, const struct zong_subject *who, const char *prefix,
	const char *cursor, size_t max, Zong__Unit ***ret_units, size_t *ret_count, char **ret_next,
	struct zong_err *err);
void zong_units_free(Zong__Unit **units, size_t count);

/* ---- events ---- */

/* "split" 分割 (one becomes several), "merge" 合并 (several become one), "renumber" 编码变更 (one, with all below it),
 * "area" 区划调整 (a beginning of 6 to 12 characters, with all below it), "end" 灭失 (nothing comes after). */
const char *zong_unit_event_kind_name(Zong__UnitEventKind kind);
/* The name above, or what a table calls it: 分割 合并 编码变更 区划调整 灭失. ZONG_EINVAL. */
int zong_unit_event_kind_parse(const char *text, Zong__UnitEventKind *ret_kind);

/* @wanted: kind, day, before, after (codes as entered), reason. Codes of one event are of one level, none twice. The
 * codes that come after enter the table, unless they are in it. The same event again is no error (*ret_again).
 * ZONG_EUNITCODE, ZONG_EINVAL (err names what: too few or too many codes, different levels, one twice), ZONG_EDATE (not
 * over yet), ZONG_EUNITENDED (a code before had ended by another event), ZONG_ELIMIT, ZONG_EENCODING, ZONG_EFORBIDDEN. */
int zong_unit_event_add(struct zong_archive *archive, const struct zong_subject *who, const Zong__UnitEvent *wanted,
	Zong__UnitEvent **ret_event, bool *ret_again, struct zong_err *err);
/* One that was entered wrongly: it stays to be seen and counts no more; what it put into the table, and nobody has
 * changed since, goes. ZONG_ENOENT, ZONG_EEXIST (withdrawn before), ZONG_EREASON, ZONG_EFORBIDDEN. */
int zong_unit_event_withdraw(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const char *reason, Zong__UnitEvent **ret_event, struct zong_err *err);
/* Newest entry first; @code NULL: all, else those in which the code stands. ZONG_EUNITCODE, ZONG_ECURSOR. */
int zong_unit_event_list(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	const char *cursor, size_t max, Zong__UnitEvent ***ret_events, size_t *ret_count, char **ret_next,
	struct zong_err *err);
void zong_unit_events_free(Zong__UnitEvent **events, size_t count);

/* ---- tables ---- */

enum zong_unit_table { ZONG_UNIT_TABLE_UNITS, ZONG_UNIT_TABLE_EVENTS };

/* A line that was not taken. */
struct zong_table_refusal {
	uint64_t line;      /* from 1, the line of columns included; where a quoted field goes over lines, the first */
	int code;           /* enum zong_error: why */
	char text[96];      /* what in it, or the code that stands there, cut */
};
struct zong_table_report {
	uint64_t lines;     /* with something in them, without that of the columns */
	uint64_t added, changed, same, refused;
	uint64_t odd[4];    /* taken, with a code that is odd: enum zong_unit_oddity by bits */
	const char *encoding; /* static: "utf-8", "gb18030", "utf-16" */
	char ignored[256];  /* columns that nobody knows, joined by commas, cut */
	struct zong_table_refusal *refusal; /* the first ZONG_LIMIT_TABLE_REFUSALS of them */
	size_t refusals;
	struct zong_digest digest; /* of the table as it came */
};
void zong_table_report_release(struct zong_table_report *report);

/* Takes the table in @fd (at its beginning, @len bytes), line by line: what cannot be taken is in the report with its
 * line and reason, all else is taken. Lines go in by ZONG_TABLE_BATCH, each batch one commit, so that others are not
 * kept waiting; a table that was cut short is simply handed in again: what is there already is the same. A code that
 * stands in the table twice is taken where it stands first. @encoding NULL: found out (UTF-8, else GB 18030, which GBK
 * is a part of; UTF-16 by its mark). @progress: share done, non-zero ends with ZONG_ECANCELLED; may be NULL.
 * ZONG_ETABLE (no table: no column of codes, a line over ZONG_LIMIT_TABLE_LINE; err says what), ZONG_EINVAL (encoding),
 * ZONG_EFORBIDDEN and those of zong_store_write; what was committed before stays. */
int zong_unit_import(struct zong_archive *archive, const struct zong_subject *who, enum zong_unit_table table, int fd,
	uint64_t len, const char *encoding, int (*progress)(void *ctx, double done), void *ctx,
	struct zong_table_report *ret_report, struct zong_err *err);
/* Writes the table into a file without a name, which the caller closes. @encoding "utf-8" (with the mark that
 * spreadsheets want) or "gb18030", NULL: utf-8. Events withdrawn are left out. It can be imported as it is. */
int zong_unit_export(struct zong_archive *archive, const struct zong_subject *who, enum zong_unit_table table,
	const char *prefix, const char *encoding, int *ret_fd, uint64_t *ret_len, struct zong_err *err);

#endif
