/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_UNIT_H
#define ZONG_ARCHIVE_UNIT_H

/* What the files of the table of units share. Threads: those of the txn. */

#include <zong/arena.h>
#include <zong/store.h>
#include <zong/unit.h>

#include "inside.h"

int zong_unit_get(struct zong_txn *txn, const char *code, Zong__Unit **ret_unit);
int zong_unit_event_get(
	struct zong_txn *txn, const struct zong_id *id, Zong__UnitEvent **ret_event);

/* Makes a row of what a person or a table says: @ret_unit borrows of @arena. Errors of zong_unit_set; @ret_wrong: a
 * static name of the member that is, or NULL. */
int zong_unit_normalise(const Zong__Unit *wanted, struct zong_arena *arena, Zong__Unit *ret_unit,
	unsigned int *ret_oddities, const char **ret_wrong);

enum zong_put { ZONG_PUT_ADDED, ZONG_PUT_CHANGED, ZONG_PUT_SAME };
/* In a change, in place of @before (NULL: there is none); the row gets @record. */
int zong_unit_put(struct zong_txn *txn, const Zong__Unit *before, Zong__Unit *unit, uint64_t record,
	enum zong_put *ret_put);

/* Checks an event and brings its codes into their normal form, in order, in @arena. As above. */
int zong_unit_event_normalise(const Zong__UnitEvent *wanted, int32_t today,
	struct zong_arena *arena, Zong__UnitEvent *ret_event, const char **ret_wrong);
/* In a change: puts a normalised event with its rows, ends it in the log under @record or, 0, a line of its own. *ret_wrong
 * a code, borrowed of the event, with ZONG_EUNITENDED. */
int zong_unit_event_put(struct zong_txn *txn, const struct zong_subject *who,
	Zong__UnitEvent *event, uint64_t record, bool *ret_again, const char **ret_wrong);

/* Puts, or with @gone takes out, the index rows of an event. */
int zong_unit_event_index(struct zong_txn *txn, const Zong__UnitEvent *event, bool gone);

/* Is @code one of them? */
bool zong_unit_stands_in(char *const *codes, size_t count, const char *code);

#endif
