/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>

#include "cursor.h"
#include "row.h"
#include "unit.h"

struct listing {
	struct zong_txn *txn;
	bool by_code;
	size_t max, count;
	Zong__UnitEvent **event;
	struct zong_key last;
	bool more;
};

void zong_unit_events_free(Zong__UnitEvent **events, size_t count)
{
	for (size_t i = 0; events && i < count; i++)
		zong__unit_event__free_unpacked(events[i], NULL);
	free(events);
}

/* The row itself, or that of the index row's last part. */
static int event_at(
	const struct listing *list, const struct zong_iter *iter, Zong__UnitEvent **ret_event)
{
	struct zong_key_view view = iter->key;
	struct zong_id id;
	const char *code;
	uint8_t side;
	int err;

	if (!list->by_code) {
		*ret_event = zong__unit_event__unpack(NULL, iter->value_len, iter->value);
		return *ret_event ? 0 : ZONG_ECORRUPT;
	}
	if (!zong_key_take_str(&view, &code) || !zong_key_take_u8(&view, &side) ||
		!zong_key_take_id(&view, &id))
		return ZONG_ECORRUPT;
	err = zong_unit_event_get(list->txn, &id, ret_event);
	return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

static int walk_events(struct listing *list, const char *code, const struct zong_key *from)
{
	enum zong_table table = code ? ZONG_TABLE_UNIT_EVENTS_BY_CODE : ZONG_TABLE_UNIT_EVENTS;
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	list->by_code = code != NULL;
	zong_row_key_str(&prefix, code ? code : "");
	err = zong_iter_begin(&iter, list->txn, table, code ? &prefix : NULL, from, true);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		list->more = list->count == list->max;
		if (list->more)
			break;
		err = event_at(list, &iter, &list->event[list->count]);
		if (err)
			break;
		list->count++;
		zong_key_clear(&list->last);
		zong_key_bytes(&list->last, iter.key.bytes, iter.key.len);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_unit_event_list(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, const char *cursor, size_t max, Zong__UnitEvent ***ret_events,
	size_t *ret_count, char **ret_next, struct zong_err *err)
{
	struct zong_unit_code unit = {0};
	struct listing list = {0};
	struct zong_key from;
	char *next = NULL;
	int r = zong_access_may(who, ZONG_VERB_UNIT_LIST, NULL);

	if (!r && cursor)
		r = zong_cursor_take(cursor, &from);
	if (r)
		return zong_err_set(err, r, NULL);
	if (code && zong_unit_code_parse(code, strlen(code), &unit))
		return zong_err_set(err, ZONG_EUNITCODE, "%s", code);
	list.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	list.event = calloc(list.max, sizeof(*list.event));
	r = list.event ? zong_store_read_begin(archive->store, &list.txn) : ZONG_ENOMEM;
	if (!r) {
		r = walk_events(&list, code ? unit.text : NULL, cursor ? &from : NULL);
		zong_txn_end(list.txn);
	}
	if (!r && list.more)
		r = zong_cursor_make(list.last.bytes, list.last.len, &next);
	if (r) {
		zong_unit_events_free(list.event, list.count);
		return zong_err_set(err, r, NULL);
	}
	*ret_events = list.event;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}
