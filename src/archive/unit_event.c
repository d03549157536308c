/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/retention.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "cursor.h"
#include "journal.h"
#include "retention_look.h"
#include "row.h"
#include "unit.h"

#define AREA_LEAST 6 /* a county */
#define AREA_MOST 12 /* a sub-district of the cadastre */
#define MANY SIZE_MAX

/* How many codes come before and after. */
static const struct {
	const char *name, *chinese;
	size_t before_least, before_most, after_least, after_most;
} kinds[] = {
	[ZONG__UNIT_EVENT_KIND__UNIT_SPLIT] = {"split", "分割", 1, 1, 2, MANY},
	[ZONG__UNIT_EVENT_KIND__UNIT_MERGE] = {"merge", "合并", 2, MANY, 1, 1},
	[ZONG__UNIT_EVENT_KIND__UNIT_RENUMBER] = {"renumber", "编码变更", 1, 1, 1, 1},
	[ZONG__UNIT_EVENT_KIND__UNIT_AREA] = {"area", "区划调整", 1, 1, 1, 1},
	[ZONG__UNIT_EVENT_KIND__UNIT_END] = {"end", "灭失", 1, 1, 0, 0},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *zong_unit_event_kind_name(Zong__UnitEventKind kind)
{
	return (size_t)kind < KINDS ? kinds[kind].name : "unknown";
}

int zong_unit_event_kind_parse(const char *text, Zong__UnitEventKind *ret_kind)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(text, kinds[i].name) == 0 || strcmp(text, kinds[i].chinese) == 0) {
			*ret_kind = (Zong__UnitEventKind)i;
			return 0;
		}
	return ZONG_EINVAL;
}

int zong_unit_event_get(struct zong_txn *txn, const struct zong_id *id, Zong__UnitEvent **ret_event)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_row_key_id(&key, id);
	err = zong_txn_get(txn, ZONG_TABLE_UNIT_EVENTS, &key, &zong__unit_event__descriptor, &row);
	if (!err)
		*ret_event = (Zong__UnitEvent *)row;
	return err;
}

/* ---- what a person or a table says ---- */

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int normal_code(const char *text, bool area, struct zong_arena *arena, char **ret_code)
{
	struct zong_unit_code code;

	if (zong_unit_code_parse(text, strlen(text), &code))
		return ZONG_EUNITCODE;
	if (area ? code.len < AREA_LEAST || code.len > AREA_MOST : code.level == ZONG_UNIT_PREFIX)
		return ZONG_EUNITCODE;
	*ret_code = zong_arena_str(arena, code.text);
	return *ret_code ? 0 : ZONG_ENOMEM;
}

/* All of one length, @len (0: not known yet), in order, none twice. */
static int normal_codes(char *const *texts, size_t count, bool area, struct zong_arena *arena,
	size_t *len, char ***ret_codes, const char **ret_wrong)
{
	char **codes = zong_arena_calloc(arena, count + 1, sizeof(*codes));

	if (!codes)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		int err = normal_code(texts[i], area, arena, &codes[i]);

		*ret_wrong = texts[i];
		if (err)
			return err;
		if (*len && strlen(codes[i]) != *len)
			return ZONG_EINVAL;
		*len = strlen(codes[i]);
	}
	qsort(codes, count, sizeof(*codes), compare_texts);
	for (size_t i = 1; i < count; i++) {
		*ret_wrong = codes[i];
		if (strcmp(codes[i - 1], codes[i]) == 0)
			return ZONG_EINVAL;
	}
	*ret_wrong = NULL;
	*ret_codes = codes;
	return 0;
}

static int check_counts(const Zong__UnitEvent *event, const char **ret_wrong)
{
	if (event->n_before > ZONG_LIMIT_EVENT_CODES || event->n_after > ZONG_LIMIT_EVENT_CODES) {
		*ret_wrong = event->n_before > ZONG_LIMIT_EVENT_CODES ? "before" : "after";
		return ZONG_ELIMIT;
	}
	if ((size_t)event->kind >= KINDS) {
		*ret_wrong = "kind";
		return ZONG_EINVAL;
	}
	if (event->n_before < kinds[event->kind].before_least ||
		event->n_before > kinds[event->kind].before_most) {
		*ret_wrong = "before";
		return ZONG_EINVAL;
	}
	if (event->n_after < kinds[event->kind].after_least ||
		event->n_after > kinds[event->kind].after_most) {
		*ret_wrong = "after";
		return ZONG_EINVAL;
	}
	return 0;
}

/* A new number must be one. */
static bool is_change(const Zong__UnitEvent *event)
{
	return event->n_before != 1 || event->n_after != 1 ||
	       strcmp(event->before[0], event->after[0]) != 0;
}

int zong_unit_event_normalise(const Zong__UnitEvent *wanted, int32_t today,
	struct zong_arena *arena, Zong__UnitEvent *ret_event, const char **ret_wrong)
{
	bool area = wanted->kind == ZONG__UNIT_EVENT_KIND__UNIT_AREA;
	Zong__UnitEvent event = *wanted;
	size_t len = 0;
	int err = check_counts(wanted, ret_wrong);

	if (err)
		return err;
	*ret_wrong = "date";
	if (wanted->day > today)
		return ZONG_EDATE;
	*ret_wrong = "reason";
	if (strlen(wanted->reason) > ZONG_LIMIT_REASON)
		return ZONG_ELIMIT;
	if (!zong_utf8_printable(wanted->reason, strlen(wanted->reason)))
		return ZONG_EENCODING;
	err = normal_codes(
		wanted->before, wanted->n_before, area, arena, &len, &event.before, ret_wrong);
	if (!err)
		err = normal_codes(
			wanted->after, wanted->n_after, area, arena, &len, &event.after, ret_wrong);
	if (err)
		return err;
	if (!is_change(&event)) {
		*ret_wrong = "after";
		return ZONG_EINVAL;
	}
	*ret_wrong = NULL;
	*ret_event = event;
	return 0;
}

/* ---- putting it down ---- */

static void code_key(const char *code, char side, struct zong_key *ret_key)
{
	zong_row_key_str(ret_key, code);
	zong_key_u8(ret_key, (uint8_t)side);
}

static bool same_codes(char *const *a, size_t a_count, char *const *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

static bool same_event(const Zong__UnitEvent *a, const Zong__UnitEvent *b)
{
	return a->kind == b->kind && a->day == b->day &&
	       same_codes(a->before, a->n_before, b->before, b->n_before) &&
	       same_codes(a->after, a->n_after, b->after, b->n_after);
}

bool zong_unit_stands_in(char *const *codes, size_t count, const char *code)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

/* Does what @code came before let this event be? A code ends once; one that goes on under its own number, when a part
 * was cut off, has not ended. */
static int check_before(struct zong_txn *txn, const Zong__UnitEvent *event, const char *code,
	Zong__UnitEvent **ret_same)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	code_key(code, 'b', &prefix);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_UNIT_EVENTS_BY_CODE, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__UnitEvent *other = NULL;
		struct zong_key_view view = iter.key;
		struct zong_id id;
		const char *text;
		uint8_t side;

		if (!zong_key_take_str(&view, &text) || !zong_key_take_u8(&view, &side) ||
			!zong_key_take_id(&view, &id))
			err = ZONG_ECORRUPT;
		else
			err = zong_unit_event_get(txn, &id, &other);
		if (err) {
			err = err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
			break;
		}
		if (same_event(other, event)) {
			*ret_same = take_ptr(other);
			break;
		}
		if (!zong_unit_stands_in(other->after, other->n_after, code) &&
			!zong_unit_stands_in(event->after, event->n_after, code)) {
			err = ZONG_EUNITENDED;
			break;
		}
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int index_codes(struct zong_txn *txn, char *const *codes, size_t count, char side,
	const struct zong_id *id, bool gone)
{
	int err = 0;

	for (size_t i = 0; !err && i < count; i++) {
		struct zong_key key;

		code_key(codes[i], side, &key);
		zong_key_id(&key, id);
		err = gone ? zong_txn_delete(txn, ZONG_TABLE_UNIT_EVENTS_BY_CODE, &key)
			   : zong_txn_put_bytes(txn, ZONG_TABLE_UNIT_EVENTS_BY_CODE, &key, NULL, 0);
	}
	return err;
}

int zong_unit_event_index(struct zong_txn *txn, const Zong__UnitEvent *event, bool gone)
{
	struct zong_id id;
	int err;

	if (!zong_row_id(&event->id, &id))
		return ZONG_ECORRUPT;
	err = index_codes(txn, event->before, event->n_before, 'b', &id, gone);
	return err ? err : index_codes(txn, event->after, event->n_after, 'a', &id, gone);
}

/* What comes after is in the table from then on. */
static int add_units(struct zong_txn *txn, const Zong__UnitEvent *event, uint64_t record)
{
	char day[ZONG_DAY_TEXT];
	int err = 0;

	zong_day_format(event->day, day);
	for (size_t i = 0; !err && i < event->n_after; i++) {
		Zong__Unit unit = ZONG__UNIT__INIT;
		struct zong_key key;

		zong_row_key_str(&key, event->after[i]);
		if (event->kind == ZONG__UNIT_EVENT_KIND__UNIT_AREA ||
			zong_txn_has(txn, ZONG_TABLE_UNITS, &key))
			continue;
		unit.code = event->after[i];
		unit.began = day;
		unit.event = event->id;
		unit.record = record;
		err = zong_txn_put(txn, ZONG_TABLE_UNITS, &key, &unit.base);
	}
	return err;
}

static void describe(const Zong__UnitEvent *event, char *ret_text, size_t size)
{
	char day[ZONG_DAY_TEXT];

	zong_day_format(event->day, day);
	snprintf(ret_text, size, "%s %s: %zu -> %zu, %s", zong_unit_event_kind_name(event->kind),
		day, event->n_before, event->n_after, event->before[0]);
}

int zong_unit_event_put(struct zong_txn *txn, const struct zong_subject *who,
	Zong__UnitEvent *event, uint64_t record, bool *ret_again, const char **ret_wrong)
{
	Zong__UnitEvent *known = NULL;
	char object[64], detail[128], text[ZONG_ID_TEXT];
	struct zong_key key;
	struct zong_id id;
	int err = 0;

	for (size_t i = 0; !err && !known && i < event->n_before; i++) {
		*ret_wrong = event->before[i];
		err = check_before(txn, event, event->before[i], &known);
	}
	*ret_again = known != NULL;
	if (known) {
		if (zong_row_id(&known->id, &id))
			memcpy(event->id.data, id.bytes, sizeof(id.bytes));
		event->entered = known->entered;
		event->record = known->record;
		zong__unit_event__free_unpacked(known, NULL);
		return 0;
	}
	if (err)
		return err;
	*ret_wrong = NULL;
	if (!zong_row_id(&event->id, &id))
		return ZONG_EINVAL;
	zong_id_format(&id, text);
	snprintf(object, sizeof(object), "unit-event/%s", text);
	describe(event, detail, sizeof(detail));
	event->by = (char *)(uintptr_t)who->key;
	event->by_name = (char *)(uintptr_t)who->name;
	event->entered = zong_time_now();
	event->record = record;
	if (!record)
		err = zong_journal_add(txn, who, "unit.event", object, detail, &event->record);
	zong_row_key_id(&key, &id);
	if (!err)
		err = zong_txn_put(txn, ZONG_TABLE_UNIT_EVENTS, &key, &event->base);
	if (!err)
		err = zong_unit_event_index(txn, event, false);
	return err ? err : add_units(txn, event, event->record);
}

/* ---- one ---- */

struct adding {
	const struct zong_subject *who;
	Zong__UnitEvent event;
	bool again;
	const char *wrong;
};

static int write_event(struct zong_txn *txn, void *ctx)
{
	struct adding *adding = ctx;

	return zong_unit_event_put(
		txn, adding->who, &adding->event, 0, &adding->again, &adding->wrong);
}

int zong_unit_event_add(struct zong_archive *archive, const struct zong_subject *who,
	const Zong__UnitEvent *wanted, Zong__UnitEvent **ret_event, bool *ret_again,
	struct zong_err *err)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct adding adding = {.who = who};
	struct zong_id id;
	int code = zong_access_may(who, ZONG_VERB_UNIT_MANAGE, NULL);

	if (!code)
		code = zong_unit_event_normalise(wanted, zong_retention_today(archive), &arena,
			&adding.event, &adding.wrong);
	if (!code) {
		zong_id_new(&id);
		adding.event.id.data = id.bytes;
		adding.event.id.len = sizeof(id.bytes);
		code = zong_store_write(archive->store, write_event, &adding);
	}
	if (!code)
		code = zong_row_copy(&adding.event.base, (ProtobufCMessage **)ret_event);
	if (code)
		zong_err_set(err, code, "%s", adding.wrong ? adding.wrong : "");
	zong_arena_release(&arena);
	if (!code)
		*ret_again = adding.again;
	return code;
}

struct withdrawal {
	const struct zong_subject *who;
	const char *reason;
	struct zong_id id;
	Zong__UnitEvent *event;
};

/* What it put into the table and nobody has changed since. */
static int remove_units(struct zong_txn *txn, const Zong__UnitEvent *event)
{
	for (size_t i = 0; i < event->n_after; i++) {
		_cleanup_row_ Zong__Unit *unit = NULL;
		struct zong_key key;
		int err = zong_unit_get(txn, event->after[i], &unit);

		if (err == ZONG_ENOENT)
			continue;
		if (!err && (unit->event.len != event->id.len ||
				    memcmp(unit->event.data, event->id.data, event->id.len) != 0))
			continue;
		zong_row_key_str(&key, event->after[i]);
		if (!err)
			err = zong_txn_delete(txn, ZONG_TABLE_UNITS, &key);
		if (err)
			return err;
	}
	return 0;
}

static int write_withdrawal(struct zong_txn *txn, void *ctx)
{
	struct withdrawal *change = ctx;
	char object[64], text[ZONG_ID_TEXT];
	Zong__UnitEvent *event;
	struct zong_key key;
	int err;

	zong_row_cleanup(&change->event);
	change->event = NULL;
	err = zong_unit_event_get(txn, &change->id, &change->event);
	if (err)
		return err;
	event = change->event;
	if (event->withdrawn)
		return ZONG_EEXIST;
	event->withdrawn = zong_time_now();
	if (zong_row_set(&event->withdrawn_by, change->who->key) ||
		zong_row_set(&event->withdrawn_name, change->who->name) ||
		zong_row_set(&event->withdrawn_reason, change->reason))
		return ZONG_ENOMEM;
	zong_id_format(&change->id, text);
	snprintf(object, sizeof(object), "unit-event/%s", text);
	err = zong_journal_add(txn, change->who, "unit.withdraw", object, change->reason,
		&event->withdrawn_record);
	zong_row_key_id(&key, &change->id);
	if (!err)
		err = zong_txn_put(txn, ZONG_TABLE_UNIT_EVENTS, &key, &event->base);
	if (!err)
		err = zong_unit_event_index(txn, event, true);
	return err ? err : remove_units(txn, event);
}

int zong_unit_event_withdraw(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, const char *reason, Zong__UnitEvent **ret_event, struct zong_err *err)
{
	struct withdrawal change = {.who = who, .reason = reason};
	int code = zong_access_may(who, ZONG_VERB_UNIT_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (zong_id_parse(id, &change.id))
		return zong_err_set(err, ZONG_ENOENT, "%s", id);
	if (!reason || zong_retention_blank(reason))
		return zong_err_set(err, ZONG_EREASON, NULL);
	code = zong_retention_text(reason, ZONG_LIMIT_REASON, "reason", err);
	if (code)
		return code;
	code = zong_store_write(archive->store, write_withdrawal, &change);
	if (code) {
		zong_row_cleanup(&change.event);
		return zong_err_set(err, code, "%s", id);
	}
	*ret_event = change.event;
	return 0;
}
