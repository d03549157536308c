/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "unit.h"

/* The table of units and what happened to them: each row under its code, each event filed under every code that stands in
 * it for as long as it counts, and nothing filed that does not. */

static bool key_is(const struct zong_iter *iter, const void *bytes, size_t len)
{
	return iter->key.len == len && memcmp(iter->key.bytes, bytes, len) == 0;
}

static int check_unit(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__Unit *row = sound ? zong__unit__unpack(NULL, iter->value_len, iter->value) : NULL;
	char text[ZONG_FINDING_OBJECT / 2];
	struct zong_finding *finding;

	(void)txn;
	if (row && key_is(iter, row->code, strlen(row->code) + 1)) {
		zong__unit__free_unpacked(row, NULL);
		return 0;
	}
	if (row)
		zong__unit__free_unpacked(row, NULL);
	zong_check_key_text(&iter->key, text, sizeof(text));
	finding = zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, "units", "unit/%s", text);
	return finding ? 0 : ZONG_ENOMEM;
}

static int check_event(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__UnitEvent *row =
		sound ? zong__unit_event__unpack(NULL, iter->value_len, iter->value) : NULL;
	char text[ZONG_ID_TEXT] = "?";
	struct zong_check_wanting wanting = {.check = check, .txn = txn};
	struct zong_finding *finding;
	struct zong_id id;
	int err = 0;

	if (iter->key.len == sizeof(id.bytes)) {
		memcpy(id.bytes, iter->key.bytes, sizeof(id.bytes));
		zong_id_format(&id, text);
	}
	if (!row || !row->n_before || row->id.len != sizeof(id.bytes) ||
		!key_is(iter, row->id.data, row->id.len)) {
		finding = zong_check_add(
			check, ZONG_FINDING_ROW_DAMAGED, "unit_events", "unit-event/%s", text);
		err = finding ? 0 : ZONG_ENOMEM;
	} else if (!row->withdrawn) {
		snprintf(wanting.owner, sizeof(wanting.owner), "unit-event/%s", text);
		zong_txn_capture(txn, zong_check_wanted, &wanting);
		err = zong_unit_event_index(txn, row, false);
		zong_txn_capture(txn, NULL, NULL);
	}
	if (row)
		zong__unit_event__free_unpacked(row, NULL);
	return err;
}

/* 0: the entry is one of the event's. ZONG_ENOENT: it is of none. ZONG_ECORRUPT: the event has been told of. */
static int find_owner(struct zong_txn *txn, struct zong_key_view view)
{
	Zong__UnitEvent *event = NULL;
	struct zong_id id;
	const char *code;
	uint8_t side;
	bool fits;
	int err;

	if (!zong_key_take_str(&view, &code) || !zong_key_take_u8(&view, &side) ||
		!zong_key_take_id(&view, &id) || view.len)
		return ZONG_ENOENT;
	err = zong_unit_event_get(txn, &id, &event);
	if (err)
		return err;
	fits = !event->withdrawn &&
	       (side == 'b' ? zong_unit_stands_in(event->before, event->n_before, code)
			    : side == 'a' &&
				       zong_unit_stands_in(event->after, event->n_after, code));
	zong__unit_event__free_unpacked(event, NULL);
	return fits ? 0 : ZONG_ENOENT;
}

static int check_entry(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	int err = find_owner(txn, iter->key);
	char text[ZONG_FINDING_OBJECT / 2];
	struct zong_finding *finding;
	struct zong_key key;

	(void)sound; /* entries have no checksum: they are compared */
	if (err != ZONG_ENOENT)
		return err == ZONG_ECORRUPT ? 0 : err;
	zong_check_key_text(&iter->key, text, sizeof(text));
	finding = zong_check_add(check, ZONG_FINDING_INDEX_EXTRA, "unit_events_by_code",
		"unit_events_by_code/%s", text);
	if (!finding)
		return ZONG_ENOMEM;
	zong_key_clear(&key);
	zong_key_bytes(&key, iter->key.bytes, iter->key.len);
	zong_check_fix_delete(check, finding, ZONG_TABLE_UNIT_EVENTS_BY_CODE, &key);
	return 0;
}

int zong_check_units(struct zong_check *check)
{
	int err = zong_check_table(check, ZONG_TABLE_UNITS, check_unit);

	if (!err)
		err = zong_check_table(check, ZONG_TABLE_UNIT_EVENTS, check_event);
	return err ? err : zong_check_table(check, ZONG_TABLE_UNIT_EVENTS_BY_CODE, check_entry);
}
