/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_CASE_H
#define ZONG_CASE_H

/* Cases (案件) and what lies under a parcel, building or unit, or did when it had another code. */

#include <zong/code.h>
#include <zong/identity.h>

/* What is odd about something a person entered, without refusing it. */
struct zong_warning {
	const char *code;            /* static: "unit-ownership", "unit-pair", "unit-virtual", "unit-serial", "id-number", "credit-code",
	                                "sheet-damaged", "sheet-version", "sheet-case", "sheet-department", "sheet-whole" */
	char subject[ZONG_LIMIT_CERT + 1];
};
struct zong_warnings {
	struct zong_warning *item;   /* free with zong_warnings_release */
	size_t count;
};
void zong_warnings_release(struct zong_warnings *warnings);
/* The sentence for it, "zh" or "en"; static. */
const char *zong_warning_text(const char *code, const char *language);

/* Opens a case. @wanted: no, kind, cause, units, parties, certificates, address, note as entered; the rest is filled in. The
 * same content again is no error (*ret_again). Writes the case, its index rows and the log in one commit.
 * 0, ZONG_ECASENO, ZONG_ECASEEXISTS (other content), ZONG_EUNITCODE, ZONG_ECERTNO, ZONG_EINVAL (err names what),
 * ZONG_ELIMIT, ZONG_EENCODING, ZONG_EFORBIDDEN and those of zong_store_write. */
int zong_case_open(struct zong_archive *archive, const struct zong_subject *who, const Zong__Case *wanted,
	Zong__Case **ret_case, bool *ret_again, struct zong_warnings *ret_warnings, struct zong_err *err);
/* ZONG_ENOCASE. A read is logged when the case names persons. */
int zong_case_get(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	Zong__Case **ret_case, struct zong_err *err);
/* Newest first; @prefix of the number or NULL (then highest number first, which is the newest where
 * numbers begin with the date); @cursor from before or NULL. *ret_next: text to give as the next cursor
 * (caller frees), NULL at the end. ZONG_ECURSOR. */
int zong_case_list(struct zong_archive *archive, const struct zong_subject *who, const char *prefix,
	const char *cursor, size_t max, Zong__Case ***ret_cases, size_t *ret_count, char **ret_next,
	struct zong_err *err);
/* Materials of a case, oldest first; all of them (a case holds some dozens). */
int zong_case_materials(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	Zong__Material ***ret_materials, size_t *ret_count, struct zong_err *err);

/* One code that another comes from, or has become (unit.h). */
struct zong_lineage_step {
	char code[ZONG_UNIT_TEXT];
	char of[ZONG_UNIT_TEXT];     /* the code that it led to, or came of */
	Zong__UnitEventKind kind;
	int32_t day;
	struct zong_id event;
};
struct zong_lineage {
	struct zong_lineage_step *step; /* owned, nearest first */
	size_t count;
	bool more;                   /* a limit was reached: there are others */
};

struct zong_parcel {
	struct zong_unit_code code;
	Zong__Unit *table;           /* its row in the table of units, NULL: none */
	bool ended;                  /* ... by this event, unless the row says so: */
	struct zong_lineage_step end;
	struct zong_lineage before, after;
	struct zong_unit_code *unit; /* distinct codes filed below it */
	size_t units;
	Zong__Case **cas;
	const char **cas_via;        /* of each the code in before, NULL: it is filed below the code that was asked for */
	size_t cases;
	Zong__Material **material;
	const char **material_via;
	size_t materials;
	char *next;                  /* cursor of the materials and cases, NULL at the end */
};
/* What is filed below a code, and then below those that it comes from. What is filed under both comes once, where it
 * comes first. A department is told of the table and of other codes only where it may see something that is filed there.
 * ZONG_EUNITCODE (shorter than 6 or malformed), ZONG_ENOENT (nothing there that the subject may see), ZONG_ECURSOR. */
int zong_parcel_get(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	const char *cursor, size_t max, struct zong_parcel *ret_parcel, struct zong_err *err);
void zong_parcel_release(struct zong_parcel *parcel);

void zong_cases_free(Zong__Case **cases, size_t count);
void zong_materials_free(Zong__Material **materials, size_t count);

#endif
