/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lineage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "row.h"
#include "unit.h"

#define UNIT_LEN 28
#define BUILDING_LEN 24
#define PARCEL_LEN 19
#define AREA_MOST 12
#define AREA_LEAST 6
#define SCAN_MAX 5000 /* index rows looked at for one code */

/* The codes found are also those still to be asked about, in turn. */
struct search {
	struct zong_txn *txn;
	bool back;
	const char *code; /* that is asked for, */
	struct zong_lineage *found;
	size_t at; /* ... at 0; then the steps, from 1 on */
};

static const char *code_at(const struct search *search)
{
	return search->at ? search->found->step[search->at - 1].code : search->code;
}

static bool is_known(const struct search *search, const char *code)
{
	const struct zong_lineage *found = search->found;

	for (size_t i = 0; i < found->count; i++)
		if (strcmp(found->step[i].code, code) == 0)
			return true;
	return strcmp(search->code, code) == 0;
}

static void add(struct search *search, const char *code, const Zong__UnitEvent *event)
{
	struct zong_lineage *found = search->found;
	struct zong_lineage_step *step;

	if (is_known(search, code))
		return;
	if (found->count == ZONG_LIMIT_LINEAGE) {
		found->more = true;
		return;
	}
	step = &found->step[found->count++];
	snprintf(step->code, sizeof(step->code), "%s", code);
	snprintf(step->of, sizeof(step->of), "%s", code_at(search));
	step->kind = event->kind;
	step->day = event->day;
	zong_row_id(&event->id, &step->event);
}

/* Before the event that led to this code, or after it. */
static bool is_in_time(const struct search *search, int32_t day)
{
	int32_t limit;

	if (search->at == 0)
		return true;
	limit = search->found->step[search->at - 1].day;
	return search->back ? day <= limit : day >= limit;
}

static bool is_nearer(const struct search *search, int32_t day, int32_t other)
{
	return search->back ? day > other : day < other;
}

/* The codes on the other side of an event, for a code that has @rest behind the one that stands in it. */
static void follow(struct search *search, const Zong__UnitEvent *event, const char *rest)
{
	char *const *codes = search->back ? event->before : event->after;
	size_t count = search->back ? event->n_before : event->n_after;
	bool carried = event->kind == ZONG__UNIT_EVENT_KIND__UNIT_RENUMBER ||
		       event->kind == ZONG__UNIT_EVENT_KIND__UNIT_AREA;

	for (size_t i = 0; i < count; i++) {
		char code[ZONG_UNIT_TEXT];

		if (strlen(codes[i]) + strlen(rest) >= sizeof(code))
			continue;
		snprintf(code, sizeof(code), "%s%s", codes[i], carried ? rest : "");
		add(search, code, event);
	}
}

/* Of an index row; *ret_side: 'b' or 'a'. */
static int event_of(struct zong_txn *txn, struct zong_key_view view, const char **ret_code,
	uint8_t *ret_side, Zong__UnitEvent **ret_event)
{
	struct zong_id id;
	int err;

	if (!zong_key_take_str(&view, ret_code) || !zong_key_take_u8(&view, ret_side) ||
		!zong_key_take_id(&view, &id))
		return ZONG_ECORRUPT;
	err = zong_unit_event_get(txn, &id, ret_event);
	return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

/* Events in which exactly the first @len characters of the code stand. @after: only what is nearer than that day;
 * *ret_day: that of the nearest one that counted. */
static int look_at(
	struct search *search, size_t len, const int32_t *after, int32_t *ret_day, bool *ret_any)
{
	const char *code = code_at(search);
	char text[ZONG_UNIT_TEXT];
	struct zong_iter iter = {0};
	struct zong_key prefix;
	size_t scanned = 0;
	int err;

	snprintf(text, sizeof(text), "%.*s", (int)len, code);
	zong_row_key_str(&prefix, text);
	zong_key_u8(&prefix, search->back ? 'a' : 'b');
	err = zong_iter_begin(
		&iter, search->txn, ZONG_TABLE_UNIT_EVENTS_BY_CODE, &prefix, NULL, false);
	while (!err && scanned++ < SCAN_MAX && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__UnitEvent *event = NULL;
		const char *same;
		uint8_t side;

		err = event_of(search->txn, iter.key, &same, &side, &event);
		if (err)
			break;
		if (!is_in_time(search, event->day) ||
			(after && !is_nearer(search, event->day, *after)))
			continue;
		follow(search, event, code + len);
		if (!*ret_any || is_nearer(search, event->day, *ret_day))
			*ret_day = event->day;
		*ret_any = true;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* What lies below a building or parcel may have come from elsewhere. */
static int look_below(struct search *search)
{
	const char *upper = code_at(search); /* adding moves nothing */
	size_t len = strlen(upper);
	struct zong_iter iter = {0};
	struct zong_key prefix;
	size_t scanned = 0;
	int err;

	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, upper);
	err = zong_iter_begin(
		&iter, search->txn, ZONG_TABLE_UNIT_EVENTS_BY_CODE, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__UnitEvent *event = NULL;
		const char *code;
		uint8_t side;

		if (scanned++ == SCAN_MAX) {
			search->found->more = true;
			break;
		}
		err = event_of(search->txn, iter.key, &code, &side, &event);
		if (err)
			break;
		if (strlen(code) == len || side != (search->back ? 'a' : 'b') ||
			!is_in_time(search, event->day))
			continue;
		for (size_t i = 0; i < (search->back ? event->n_before : event->n_after); i++) {
			const char *other = search->back ? event->before[i] : event->after[i];

			if (strncmp(other, upper, len) != 0)
				add(search, other, event);
		}
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int ask(struct search *search)
{
	static const size_t levels[] = {UNIT_LEN, BUILDING_LEN, PARCEL_LEN, 12, 11, 10, 9, 8, 7, 6};
	size_t len = strlen(code_at(search));
	int32_t day = 0, nearest = 0;
	bool any = false;
	int err = look_at(search, len, NULL, &day, &any);

	for (size_t i = 0; !err && i < sizeof(levels) / sizeof(levels[0]); i++) {
		bool one = false;

		if (levels[i] >= len)
			continue;
		nearest = day;
		err = look_at(search, levels[i], any ? &nearest : NULL, &day, &one);
		any = any || one;
	}
	if (!err && len >= PARCEL_LEN && len < UNIT_LEN)
		err = look_below(search);
	return err;
}

int zong_lineage_find(
	struct zong_txn *txn, const char *code, bool back, struct zong_lineage *ret_lineage)
{
	struct zong_lineage found = {0};
	struct search search = {.txn = txn, .back = back, .code = code, .found = &found};
	int err = 0;

	found.step = calloc(ZONG_LIMIT_LINEAGE, sizeof(*found.step));
	if (!found.step)
		return ZONG_ENOMEM;
	for (; !err && search.at <= found.count; search.at++)
		err = ask(&search);
	if (err) {
		free(found.step);
		return err;
	}
	*ret_lineage = found;
	return 0;
}

/* The last one that ended just this code. */
static int ended_at(
	struct zong_txn *txn, const char *code, struct zong_lineage_step *step, bool *found)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_str(&prefix, code);
	zong_key_u8(&prefix, 'b');
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_UNIT_EVENTS_BY_CODE, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__UnitEvent *event = NULL;
		const char *same;
		uint8_t side;

		err = event_of(txn, iter.key, &same, &side, &event);
		if (err)
			break;
		if (zong_unit_stands_in(event->after, event->n_after, code) ||
			(*found && event->day <= step->day))
			continue;
		*found = true;
		step->kind = event->kind;
		step->day = event->day;
		snprintf(step->of, sizeof(step->of), "%s", code);
		zong_row_id(&event->id, &step->event);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_lineage_ended(struct zong_txn *txn, const char *code, struct zong_lineage_step *ret_step)
{
	size_t len = strlen(code);
	struct zong_lineage_step step = {0};
	bool found = false;
	int err = 0;

	for (size_t n = len; !err && !found && n >= AREA_LEAST; n--) {
		char text[ZONG_UNIT_TEXT];

		if (n != len && n != BUILDING_LEN && n != PARCEL_LEN && n > AREA_MOST)
			continue;
		snprintf(text, sizeof(text), "%.*s", (int)n, code);
		err = ended_at(txn, text, &step, &found);
	}
	if (err)
		return err;
	if (!found)
		return ZONG_ENOENT;
	*ret_step = step;
	return 0;
}
