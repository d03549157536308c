/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_RETENTION_H
#define ZONG_RETENTION_H

/* How long materials are kept (保管期限) and how they go: retention rules, legal holds (保全), destruction lists (销毁清册).
 *
 * Rules. A rule speaks of a kind of case and a type of material, either of which may be any, and keeps permanently or for N
 * years after an event: the opening of the case ("opened") or a dated event of it (注销, 解除查封, ...). For a material
 * the most specific pair that has rules counts: kind and type, then kind alone, then type alone, then neither. All
 * rules of that pair are reasons, and the material is kept until the latest of them; an event that has not happened yet
 * keeps it, and of an event that happened several times the last one counts. What has no rule is permanent. A new
 * archive has no rule of its own and one that is built in: everything permanently, as what belongs to the real-estate
 * register is kept (不动产登记暂行条例 第9、13条). 29 February and N years is 1 March where that year has none.
 *
 * Holds. On a case, a material, or a unit code or its beginning. While any covers a material nothing of it goes. A hold
 * on a code covers every material whose unit code begins with it (a parcel: its buildings and units), and the
 * materials of the building and the parcel that it stands on, whose shared papers are evidence for it: those filed under
 * a beginning of it of 19 characters or more, and those of scope building or parcel that were filed under any unit of
 * the same one. A material's unit codes are its own and those of its case.
 *
 * Destruction takes two people: one proposes a list, another one approves it. Then it is executed, and only what is still
 * due and unheld at that moment goes; the rest stays and is named. Of a material that was destroyed the row stays, saying
 * what it was, and a certificate in the log; file, pages, text, fields, index entries and open deliveries are gone. A file
 * goes with its last material, a page image with its last page.
 *
 * Days are counted since 1970-01-01, in the time zone of the server. Threads: any. */

#include <zong/case.h>
#include <zong/identity.h>

#define ZONG_RETENTION_OPENED "opened"
#define ZONG_DAY_TEXT 16
#define ZONG_DAY_NEVER INT32_MAX /* permanent, or waiting for an event */

/* "2020-01-31". ZONG_EINVAL: no such day, or before 1900 or behind 9999. */
int zong_day_parse(const char *text, int32_t *ret_day);
void zong_day_format(int32_t day, char ret_text[ZONG_DAY_TEXT]);
int32_t zong_day_of(int64_t time);
int32_t zong_day_add_years(int32_t day, uint32_t years);

/* ---- events of a case ---- */

/* Adds an event. The same again is no error and adds nothing. A day that is not over yet counts as a slip.
 * ZONG_ENOCASE, ZONG_EDATE, ZONG_EINVAL (kind), ZONG_ELIMIT, ZONG_EENCODING, ZONG_EFORBIDDEN. */
int zong_case_event_add(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *kind, const char *date, Zong__Case **ret_case, bool *ret_again, struct zong_err *err);

/* ---- rules ---- */

struct zong_rules {
	Zong__RetentionRule **rule;
	size_t count;
};
void zong_rules_release(struct zong_rules *rules);
/* All of them, ordered by kind, type, event; the one that is built in where there are none. ZONG_EFORBIDDEN. */
int zong_rules_list(struct zong_archive *archive, const struct zong_subject *who, struct zong_rules *ret_rules);
/* Sets one, in place of the one with the same kind, type and event. @wanted: kind, type, event, permanent, years,
 * basis. ZONG_EINVAL (err names what), ZONG_ELIMIT, ZONG_EENCODING, ZONG_EFORBIDDEN. */
int zong_rules_set(struct zong_archive *archive, const struct zong_subject *who, const Zong__RetentionRule *wanted,
	struct zong_err *err);
/* These in place of all. */
int zong_rules_replace(struct zong_archive *archive, const struct zong_subject *who,
	const Zong__RetentionRule *const *wanted, size_t count, struct zong_err *err);

/* Why a material is kept, or that it need not be. */
struct zong_verdict {
	enum {
		ZONG_KEPT_PERMANENT, /* by its rules, or for want of one */
		ZONG_KEPT_WAITING,   /* for an event of the case that has not happened */
		ZONG_KEPT_RUNNING,   /* until @due */
		ZONG_KEPT_HELD,      /* its time has come, a hold covers it */
		ZONG_KEPT_DUE,       /* nothing keeps it */
		ZONG_KEPT_GONE,      /* destroyed */
	} state;
	int32_t due;             /* ZONG_DAY_NEVER where there is none */
	char rule[ZONG_LIMIT_TYPE * 3 + 64]; /* the one that keeps longest, in words */
	char hold[ZONG_ID_TEXT]; /* one that covers it, whatever the state; or empty */
	char hold_reason[ZONG_LIMIT_RULE_REASON]; /* cut where it is long */
};
/* "permanent", "waiting", "running", "held", "due", "destroyed". */
const char *zong_verdict_name(const struct zong_verdict *verdict);
/* ZONG_ENOENT, ZONG_EFORBIDDEN. */
int zong_retention_of(struct zong_archive *archive, const struct zong_subject *who, const char *material,
	Zong__Material **ret_material, struct zong_verdict *ret_verdict, struct zong_err *err);

struct zong_due {
	Zong__Material *material;
	struct zong_verdict verdict; /* due, or held */
};
/* Materials whose time has come, oldest first; those that are held are among them and say so. @case_no NULL: of all cases.
 * @cursor and *ret_next as in zong_case_list; a page may be short or empty and yet have a next one. */
int zong_retention_due(struct zong_archive *archive, const struct zong_subject *who, const char *case_no,
	const char *cursor, size_t max, struct zong_due **ret_due, size_t *ret_count, char **ret_next,
	struct zong_err *err);
void zong_due_free(struct zong_due *due, size_t count);

/* ---- holds ---- */

/* @scope "case", "material" or "unit"; @target accordingly (a unit code's first 6 characters or more; what it
 * covers: above).
 * ZONG_EINVAL (scope), ZONG_ENOCASE, ZONG_ENOENT (material), ZONG_EUNITCODE, ZONG_EREASON, ZONG_ELIMIT, ZONG_EENCODING,
 * ZONG_EFORBIDDEN. */
int zong_hold_place(struct zong_archive *archive, const struct zong_subject *who, const char *scope,
	const char *target, const char *reason, Zong__Hold **ret_hold, struct zong_err *err);
/* ZONG_ENOENT, ZONG_EREASON, ZONG_EEXIST (lifted before), ZONG_EFORBIDDEN. */
int zong_hold_lift(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const char *reason, Zong__Hold **ret_hold, struct zong_err *err);
/* Oldest first. @all: those that were lifted too. */
int zong_hold_list(struct zong_archive *archive, const struct zong_subject *who, bool all, const char *cursor,
	size_t max, Zong__Hold ***ret_holds, size_t *ret_count, char **ret_next, struct zong_err *err);
void zong_holds_free(Zong__Hold **holds, size_t count);
const char *zong_hold_scope_name(Zong__HoldScope scope);

/* ---- destruction lists ---- */

struct zong_destruction {
	Zong__DestructionList *list;
	Zong__DestructionItem **item; /* NULL in lists of lists */
	size_t items;
};
void zong_destruction_release(struct zong_destruction *destruction);
/* A material that cannot be listed. */
struct zong_refusal {
	char material[ZONG_ID_TEXT]; /* as given, cut */
	const char *reason;          /* "not-found", "listed", or zong_verdict_name() */
	char detail[512];            /* until when, which hold or list */
};
struct zong_refusals {
	struct zong_refusal *item;   /* free() */
	size_t count;
};

/* Lists @materials (ids). ZONG_EUNDUE: some cannot be, *ret_refusals names each, nothing was listed.
 * ZONG_EINVAL (none given), ZONG_ELIMIT, ZONG_EFORBIDDEN. */
int zong_destruction_propose(struct zong_archive *archive, const struct zong_subject *who,
	const char *const *materials, size_t count, const char *note, struct zong_destruction *ret_destruction,
	struct zong_refusals *ret_refusals, struct zong_err *err);
/* By another person: ZONG_ESAMEPERSON when key or name are those of who proposed. ZONG_ENOENT, ZONG_ELISTSTATE
 * (not proposed any more). */
int zong_destruction_approve(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_destruction *ret_destruction, struct zong_err *err);
/* Destroys what is still due and unheld, in steps of their own commits; a list that was interrupted goes on. The
 * collection of segments runs afterwards in the background. ZONG_ENOENT, ZONG_ELISTSTATE (not approved). */
int zong_destruction_execute(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_destruction *ret_destruction, struct zong_err *err);
/* ZONG_ENOENT, ZONG_ELISTSTATE (executed, or cancelled before), ZONG_EREASON. */
int zong_destruction_cancel(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const char *reason, struct zong_destruction *ret_destruction, struct zong_err *err);
int zong_destruction_get(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_destruction *ret_destruction, struct zong_err *err);
/* Newest first, without items. */
int zong_destruction_list(struct zong_archive *archive, const struct zong_subject *who, const char *cursor,
	size_t max, Zong__DestructionList ***ret_lists, size_t *ret_count, char **ret_next, struct zong_err *err);
void zong_destruction_lists_free(Zong__DestructionList **lists, size_t count);
const char *zong_destruction_state_name(Zong__DestructionState state);
const char *zong_destruction_item_state_name(Zong__DestructionItemState state);

#endif
