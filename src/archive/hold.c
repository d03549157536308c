/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/time.h>

#include "cursor.h"
#include "journal.h"
#include "retention_look.h"
#include "row.h"

/* Lengths of unit codes (code.h). */
#define UNIT_LEAST 6 /* a district: the shortest beginning that a hold may have */
#define UNIT_PARCEL 19
#define UNIT_BUILDING 24
#define UNIT_ALL 28

static const struct {
	const char *name;
	uint8_t letter; /* in the keys of ZONG_TABLE_HOLDS_ACTIVE */
} scopes[] = {
	[ZONG__HOLD_SCOPE__HOLD_CASE] = {"case", 'c'},
	[ZONG__HOLD_SCOPE__HOLD_MATERIAL] = {"material", 'm'},
	[ZONG__HOLD_SCOPE__HOLD_UNIT] = {"unit", 'u'},
};

const char *zong_hold_scope_name(Zong__HoldScope scope)
{
	return (size_t)scope < sizeof(scopes) / sizeof(scopes[0]) ? scopes[scope].name : "unknown";
}

static int scope_parse(const char *name, Zong__HoldScope *ret_scope)
{
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
		if (strcmp(scopes[i].name, name) == 0) {
			*ret_scope = (Zong__HoldScope)i;
			return 0;
		}
	return ZONG_EINVAL;
}

static int get_hold(struct zong_txn *txn, const struct zong_id *id, Zong__Hold **ret_hold)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_row_key_id(&key, id);
	err = zong_txn_get(txn, ZONG_TABLE_HOLDS, &key, &zong__hold__descriptor, &row);
	if (!err)
		*ret_hold = (Zong__Hold *)row;
	return err;
}

/* ---- what covers a material ---- */

/* The first hold under @prefix: its id ends the key. */
static int first_under(struct zong_txn *txn, const struct zong_key *prefix, Zong__Hold **ret_hold)
{
	struct zong_iter iter = {0};
	struct zong_id id;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_HOLDS_ACTIVE, prefix, NULL, false);

	if (!err)
		err = zong_iter_next(&iter);
	if (!err && iter.key.len >= prefix->len + sizeof(id.bytes))
		memcpy(id.bytes, iter.key.bytes + iter.key.len - sizeof(id.bytes),
			sizeof(id.bytes));
	else if (!err)
		err = ZONG_ECORRUPT;
	zong_iter_end(&iter);
	if (err)
		return err == ZONG_EEND ? ZONG_ENOENT : err;
	err = get_hold(txn, &id, ret_hold);
	return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

static void target_key(
	Zong__HoldScope scope, const char *target, size_t len, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u8(ret_key, scopes[scope].letter);
	zong_key_bytes(ret_key, target, len);
}

static int on_target(struct zong_txn *txn, Zong__HoldScope scope, const char *target, size_t len,
	Zong__Hold **ret_hold)
{
	struct zong_key key;

	target_key(scope, target, len, &key);
	zong_key_u8(&key, 0); /* as zong_key_str ends */
	return first_under(txn, &key, ret_hold);
}

/* A hold on @unit or on what it lies in; or, @unit being a parcel or part of one, on what stands on it. */
static int on_unit(struct zong_txn *txn, const char *unit, size_t len, Zong__Hold **ret_hold)
{
	struct zong_key key;
	int err = ZONG_ENOENT;

	for (size_t n = UNIT_LEAST; err == ZONG_ENOENT && n <= len; n++)
		err = on_target(txn, ZONG__HOLD_SCOPE__HOLD_UNIT, unit, n, ret_hold);
	if (err != ZONG_ENOENT || len < UNIT_PARCEL)
		return err;
	target_key(ZONG__HOLD_SCOPE__HOLD_UNIT, unit, len, &key);
	return first_under(txn, &key, ret_hold);
}

static int on_units(
	struct zong_txn *txn, char *const *units, size_t count, size_t most, Zong__Hold **ret_hold)
{
	int err = ZONG_ENOENT;

	for (size_t i = 0; units && i < count && err == ZONG_ENOENT; i++)
		err = on_unit(txn, units[i], strnlen(units[i], most), ret_hold);
	return err;
}

/* How much of its unit codes says what a material speaks of: a paper of the whole parcel is handed in with one of
 * its units, and is evidence for each. */
static size_t reach(const Zong__Material *material)
{
	switch (material->scope) {
	case ZONG__SCOPE__SCOPE_PARCEL:
		return UNIT_PARCEL;
	case ZONG__SCOPE__SCOPE_BUILDING:
		return UNIT_BUILDING;
	default:
		return UNIT_ALL;
	}
}

static bool any_on_units(struct zong_txn *txn)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_key_clear(&prefix);
	zong_key_u8(&prefix, scopes[ZONG__HOLD_SCOPE__HOLD_UNIT].letter);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_HOLDS_ACTIVE, &prefix, NULL, false);
	if (!err)
		err = zong_iter_next(&iter);
	zong_iter_end(&iter);
	return err != ZONG_EEND;
}

int zong_hold_covering(struct zong_txn *txn, const Zong__Material *material, const Zong__Case *cas,
	Zong__Hold **ret_hold)
{
	char text[ZONG_ID_TEXT];
	struct zong_id id;
	int err;

	if (!zong_row_id(&material->id, &id))
		return ZONG_ECORRUPT;
	zong_id_format(&id, text);
	err = on_target(txn, ZONG__HOLD_SCOPE__HOLD_MATERIAL, text, strlen(text), ret_hold);
	if (err == ZONG_ENOENT)
		err = on_target(
			txn, ZONG__HOLD_SCOPE__HOLD_CASE, cas->no, strlen(cas->no), ret_hold);
	if (err != ZONG_ENOENT || !any_on_units(txn))
		return err;
	err = on_units(txn, material->units, material->n_units, UNIT_ALL, ret_hold);
	if (err == ZONG_ENOENT)
		err = on_units(txn, cas->units, cas->n_units, UNIT_ALL, ret_hold);
	if (err == ZONG_ENOENT && reach(material) < UNIT_ALL)
		err = on_units(txn, material->units, material->n_units, reach(material), ret_hold);
	return err;
}

/* ---- placing and lifting ---- */

struct change {
	const struct zong_subject *who;
	Zong__HoldScope scope;
	char target[ZONG_LIMIT_CASE_NO_BYTES + 1];
	const char *reason;
	struct zong_id id; /* of the hold */
	Zong__Hold *hold;
};

static void active_key(const Zong__Hold *hold, const struct zong_id *id, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u8(ret_key, scopes[hold->scope].letter);
	zong_key_str(ret_key, hold->target);
	zong_key_id(ret_key, id);
}

static int record(
	struct zong_txn *txn, const struct change *change, const char *verb, uint64_t *ret_record)
{
	char detail[ZONG_LIMIT_REASON + ZONG_LIMIT_CASE_NO_BYTES + 32];
	char object[64];
	char text[ZONG_ID_TEXT];

	zong_id_format(&change->id, text);
	snprintf(object, sizeof(object), "hold/%s", text);
	snprintf(detail, sizeof(detail), "%s/%s: %s", zong_hold_scope_name(change->hold->scope),
		change->hold->target, change->reason);
	return zong_journal_add(txn, change->who, verb, object, detail, ret_record);
}

static int put_hold(struct zong_txn *txn, const struct change *change)
{
	struct zong_key key;

	zong_row_key_id(&key, &change->id);
	return zong_txn_put(txn, ZONG_TABLE_HOLDS, &key, &change->hold->base);
}

/* What is held must be there, or a slip of the pen would hold nothing. */
static int check_target(struct zong_txn *txn, const struct change *change)
{
	struct zong_key key;
	struct zong_id id;

	switch (change->scope) {
	case ZONG__HOLD_SCOPE__HOLD_CASE:
		zong_row_key_str(&key, change->target);
		return zong_txn_has(txn, ZONG_TABLE_CASES, &key) ? 0 : ZONG_ENOCASE;
	case ZONG__HOLD_SCOPE__HOLD_MATERIAL:
		if (zong_id_parse(change->target, &id))
			return ZONG_ENOENT;
		zong_row_key_id(&key, &id);
		return zong_txn_has(txn, ZONG_TABLE_MATERIALS, &key) ? 0 : ZONG_ENOENT;
	default:
		return 0;
	}
}

static int write_place(struct zong_txn *txn, void *ctx)
{
	struct change *change = ctx;
	struct zong_key key;
	Zong__Hold *hold;
	int err = check_target(txn, change);

	zong_row_cleanup(&change->hold);
	change->hold = NULL;
	if (err)
		return err;
	hold = change->hold = zong_row_new(&zong__hold__descriptor);
	if (!hold || zong_row_set_bytes(&hold->id, change->id.bytes, sizeof(change->id.bytes)) ||
		zong_row_set(&hold->target, change->target) ||
		zong_row_set(&hold->reason, change->reason) ||
		zong_row_set(&hold->placed_by, change->who->key) ||
		zong_row_set(&hold->placed_name, change->who->name))
		return ZONG_ENOMEM;
	hold->scope = change->scope;
	hold->placed = zong_time_now();
	err = record(txn, change, "hold.place", &hold->record);
	if (!err)
		err = put_hold(txn, change);
	if (err)
		return err;
	active_key(hold, &change->id, &key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_HOLDS_ACTIVE, &key, NULL, 0);
}

static int check_reason(const char *reason, struct zong_err *err)
{
	if (!reason || zong_retention_blank(reason))
		return zong_err_set(err, ZONG_EREASON, NULL);
	return zong_retention_text(reason, ZONG_LIMIT_REASON, "reason", err);
}

/* The target in its normal form. */
static int read_target(struct change *change, const char *target, struct zong_err *err)
{
	struct zong_unit_code unit;
	struct zong_id id;

	switch (change->scope) {
	case ZONG__HOLD_SCOPE__HOLD_CASE:
		if (zong_case_no_parse(
			    target, strlen(target), change->target, sizeof(change->target)))
			return zong_err_set(err, ZONG_ENOCASE, "%s", target);
		return 0;
	case ZONG__HOLD_SCOPE__HOLD_MATERIAL:
		if (zong_id_parse(target, &id))
			return zong_err_set(err, ZONG_ENOENT, "%s", target);
		zong_id_format(&id, change->target);
		return 0;
	default:
		if (zong_unit_code_parse(target, strlen(target), &unit))
			return zong_err_set(err, ZONG_EUNITCODE, "%s", target);
		snprintf(change->target, sizeof(change->target), "%s", unit.text);
		return 0;
	}
}

int zong_hold_place(struct zong_archive *archive, const struct zong_subject *who, const char *scope,
	const char *target, const char *reason, Zong__Hold **ret_hold, struct zong_err *err)
{
	struct change change = {.who = who, .reason = reason};
	int code = zong_access_may(who, ZONG_VERB_HOLD_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (scope_parse(scope, &change.scope))
		return zong_err_set(err, ZONG_EINVAL, "scope");
	code = read_target(&change, target, err);
	if (!code)
		code = check_reason(reason, err);
	if (code)
		return code;
	zong_id_new(&change.id);
	code = zong_store_write(archive->store, write_place, &change);
	if (code) {
		zong_row_cleanup(&change.hold);
		return zong_err_set(err, code, "%s", change.target);
	}
	*ret_hold = change.hold;
	return 0;
}

static int write_lift(struct zong_txn *txn, void *ctx)
{
	struct change *change = ctx;
	struct zong_key key;
	Zong__Hold *hold;
	int err;

	zong_row_cleanup(&change->hold);
	change->hold = NULL;
	err = get_hold(txn, &change->id, &change->hold);
	if (err)
		return err;
	hold = change->hold;
	if (hold->lifted)
		return ZONG_EEXIST;
	hold->lifted = zong_time_now();
	if (zong_row_set(&hold->lifted_by, change->who->key) ||
		zong_row_set(&hold->lifted_name, change->who->name) ||
		zong_row_set(&hold->lifted_reason, change->reason))
		return ZONG_ENOMEM;
	err = record(txn, change, "hold.lift", &hold->lifted_record);
	if (!err)
		err = put_hold(txn, change);
	if (err)
		return err;
	active_key(hold, &change->id, &key);
	return zong_txn_delete(txn, ZONG_TABLE_HOLDS_ACTIVE, &key);
}

int zong_hold_lift(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const char *reason, Zong__Hold **ret_hold, struct zong_err *err)
{
	struct change change = {.who = who, .reason = reason};
	int code = zong_access_may(who, ZONG_VERB_HOLD_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (zong_id_parse(id, &change.id))
		return zong_err_set(err, ZONG_ENOENT, "%s", id);
	code = check_reason(reason, err);
	if (code)
		return code;
	code = zong_store_write(archive->store, write_lift, &change);
	if (code) {
		zong_row_cleanup(&change.hold);
		return zong_err_set(err, code, "%s", id);
	}
	*ret_hold = change.hold;
	return 0;
}

/* ---- the list ---- */

void zong_holds_free(Zong__Hold **holds, size_t count)
{
	for (size_t i = 0; holds && i < count; i++)
		zong__hold__free_unpacked(holds[i], NULL);
	free(holds);
}

struct listing {
	bool all;
	size_t max, count;
	Zong__Hold **hold;
	struct zong_key last;
	bool more;
};

static int walk_holds(struct zong_txn *txn, struct listing *list, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_HOLDS, NULL, from, false);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__Hold *hold;

		if (from && iter.key.len == from->len &&
			memcmp(iter.key.bytes, from->bytes, from->len) == 0)
			continue;
		list->more = list->count == list->max;
		if (list->more)
			break;
		hold = zong__hold__unpack(NULL, iter.value_len, iter.value);
		if (!hold) {
			err = ZONG_ECORRUPT;
			break;
		}
		zong_key_clear(&list->last);
		zong_key_bytes(&list->last, iter.key.bytes, iter.key.len);
		if (list->all || !hold->lifted)
			list->hold[list->count++] = hold;
		else
			zong__hold__free_unpacked(hold, NULL);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_hold_list(struct zong_archive *archive, const struct zong_subject *who, bool all,
	const char *cursor, size_t max, Zong__Hold ***ret_holds, size_t *ret_count, char **ret_next,
	struct zong_err *err)
{
	struct listing list = {.all = all};
	struct zong_txn *txn;
	struct zong_key from;
	char *next = NULL;
	int code = zong_access_may(who, ZONG_VERB_RETENTION_READ, NULL);

	if (!code && cursor)
		code = zong_cursor_take(cursor, &from);
	if (code)
		return zong_err_set(err, code, NULL);
	list.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	list.hold = calloc(list.max, sizeof(*list.hold));
	code = list.hold ? zong_store_read_begin(archive->store, &txn) : ZONG_ENOMEM;
	if (!code) {
		code = walk_holds(txn, &list, cursor ? &from : NULL);
		zong_txn_end(txn);
	}
	if (!code && list.more)
		code = zong_cursor_make(list.last.bytes, list.last.len, &next);
	if (code) {
		zong_holds_free(list.hold, list.count);
		return zong_err_set(err, code, NULL);
	}
	*ret_holds = list.hold;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}
