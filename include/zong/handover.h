/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HANDOVER_H
#define ZONG_HANDOVER_H

/* Hand-over lists (移交单): originals go out to another office, or come in from one, on a list that two people sign.
 *
 *     zong_handover_make()     who gives signs; the papers are on the list and can neither be lent nor moved
 *     zong_handover_check()    each by its code
 *     zong_handover_return()   what is not taken goes back, with the reason
 *     zong_handover_take()     another person signs, when all was looked at: now they are there
 *     zong_handover_cancel()   nothing was handed over
 *
 * The number is the day and five digits (yyyyMMddNNNNN), counted anew each day. What goes out must be in the house and
 * nobody may wait for it; what comes in was handed over before, or is registered and was never shelved. Threads: any. */

#include <zong/original.h>

#define ZONG_HANDOVER_NO 14 /* with its end */

struct zong_handover {
	Zong__Handover *handover;
	Zong__HandoverItem **item; /* in the order in which they were scanned; NULL in lists of lists */
	size_t items;
};
void zong_handover_release(struct zong_handover *handover);
const char *zong_handover_direction_name(Zong__HandoverDirection direction); /* "out", "in" */
const char *zong_handover_state_name(Zong__HandoverState state); /* "open", "taken", "cancelled" */
const char *zong_handover_item_state_name(Zong__HandoverItemState state); /* "listed", "checked", "returned" */

struct zong_new_handover {
	const char *direction;
	const char *other; /* the office that it goes to or comes from */
	const char *note;
	const char *const *codes;
	size_t count;
};
/* All of them or none (err names the one in the way). ZONG_EINVAL (direction, other, no codes), ZONG_ELIMIT,
 * ZONG_ENOORIGINAL, ZONG_EORIGINALCODE, ZONG_EONLIST, ZONG_ELENT, ZONG_EMISSING, ZONG_EHANDED, ZONG_ERESERVED (going out),
 * ZONG_EINHOUSE (coming in), ZONG_EFORBIDDEN. */
int zong_handover_make(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_new_handover *wanted, struct zong_handover *ret_handover, struct zong_err *err);
/* ZONG_ENOHANDOVER, ZONG_EHANDOVERSTATE (not open), ZONG_ENOORIGINAL (not on it), ZONG_EDECIDED (it went back). */
int zong_handover_check(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *const *codes, size_t count, struct zong_handover *ret_handover, struct zong_err *err);
/* The same and ZONG_EREASON. What goes back is free again. */
int zong_handover_return(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *const *codes, size_t count, const char *reason, struct zong_handover *ret_handover,
	struct zong_err *err);
/* The four properties (property.h, stage YJ) are run of each case whose papers are taken, and that has scans. Where an item of them fails the list is not taken,
 * unless there is a @reason (or NULL) why it is all the same; it is kept with the signature, and in the log beside the cases. ZONG_ESAMEPERSON (key or
 * name are those of who gives), ZONG_EUNCHECKED, ZONG_EHANDOVERSTATE, ZONG_EPROPERTIES (err names the cases, and how many items: "20261130001 (2)"). */
int zong_handover_take(struct zong_archive *archive, const struct zong_subject *who, const char *no, const char *reason,
	struct zong_handover *ret_handover, struct zong_err *err);
/* ZONG_EREASON, ZONG_EHANDOVERSTATE. */
int zong_handover_cancel(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *reason, struct zong_handover *ret_handover, struct zong_err *err);
int zong_handover_get(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	struct zong_handover *ret_handover, struct zong_err *err);
/* As PDF, to be signed by two, or with @encoding ("utf-8", "gb18030", "gbk") as a table. ZONG_ENOHANDOVER, ZONG_EINVAL, and those of
 * zong_pool_draw. */
int zong_handover_print(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *encoding, int *ret_fd, uint64_t *ret_len, struct zong_err *err);
/* Newest first. */
int zong_handover_list(struct zong_archive *archive, const struct zong_subject *who, const char *cursor, size_t max,
	Zong__Handover ***ret_handovers, size_t *ret_count, char **ret_next, struct zong_err *err);
void zong_handovers_free(Zong__Handover **handovers, size_t count);

#endif
