/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/arena.h>
#include <zong/retention.h>

#include "http/json.h"

json_t *zong_json_oddities(const struct zong_unit_code *code, const char *language)
{
	static const struct {
		unsigned int bit;
		const char *name;
	} oddities[] = {
		{ZONG_UNIT_ODD_OWNERSHIP, "unit-ownership"},
		{ZONG_UNIT_ODD_PAIR, "unit-pair"},
		{ZONG_UNIT_ODD_VIRTUAL, "unit-virtual"},
		{ZONG_UNIT_ODD_SERIAL, "unit-serial"},
	};
	json_t *array = json_array();

	for (size_t i = 0; array && i < sizeof(oddities) / sizeof(oddities[0]); i++)
		if (code->oddities & oddities[i].bit)
			json_array_append_new(
				array, json_pack("{s:s, s:s, s:s}", "code", oddities[i].name,
					       "subject", code->text, "text",
					       zong_warning_text(oddities[i].name, language)));
	return array;
}

json_t *zong_json_printed(const char *code)
{
	char printed[ZONG_UNIT_PRINTED];
	struct zong_unit_code parsed;

	if (zong_unit_code_parse(code, strlen(code), &parsed))
		return zong_json_str(code);
	zong_unit_code_print(&parsed, printed);
	return json_string(printed);
}

/* ---- units ---- */

json_t *zong_json_unit(const Zong__Unit *unit)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "code",
		zong_json_str(unit->code), "printed", zong_json_printed(unit->code), "name",
		zong_json_str(unit->name), "address", zong_json_str(unit->address), "usage",
		zong_json_str(unit->usage), "area", zong_json_str(unit->area), "began",
		zong_json_str(unit->began), "ended", zong_json_str(unit->ended), "note",
		zong_json_str(unit->note), "record", (json_int_t)unit->record);
}

int zong_json_read_unit(
	const json_t *object, const char *code, Zong__Unit *ret_unit, struct zong_err *err)
{
	static const char *const known[] = {
		"name", "address", "usage", "area", "began", "ended", "note", NULL};
	const char *text[sizeof(known) / sizeof(known[0]) - 1];
	Zong__Unit unit = ZONG__UNIT__INIT;
	int r = zong_json_known(object, known, "", err);

	for (size_t i = 0; !r && known[i]; i++)
		r = zong_json_text(object, known[i], false, &text[i], err);
	if (r)
		return r;
	/* The rows of protobuf-c have no const; nobody writes to these. */
	unit.code = (char *)(uintptr_t)code;
	unit.name = (char *)(uintptr_t)text[0];
	unit.address = (char *)(uintptr_t)text[1];
	unit.usage = (char *)(uintptr_t)text[2];
	unit.area = (char *)(uintptr_t)text[3];
	unit.began = (char *)(uintptr_t)text[4];
	unit.ended = (char *)(uintptr_t)text[5];
	unit.note = (char *)(uintptr_t)text[6];
	*ret_unit = unit;
	return 0;
}

/* ---- events ---- */

static json_t *withdrawal_json(const Zong__UnitEvent *event)
{
	if (!event->withdrawn)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:I}", "time", zong_json_time(event->withdrawn),
		"by", zong_json_str(event->withdrawn_by), "name",
		zong_json_str(event->withdrawn_name), "reason",
		zong_json_str(event->withdrawn_reason), "record",
		(json_int_t)event->withdrawn_record);
}

json_t *zong_json_unit_event(const Zong__UnitEvent *event)
{
	struct zong_id id;
	char text[ZONG_ID_TEXT] = "";

	if (event->id.len == sizeof(id.bytes)) {
		memcpy(id.bytes, event->id.data, sizeof(id.bytes));
		zong_id_format(&id, text);
	}
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o}", "id", text,
		"kind", zong_unit_event_kind_name(event->kind), "date", zong_json_day(event->day),
		"before", zong_json_strings(event->before, event->n_before), "after",
		zong_json_strings(event->after, event->n_after), "reason",
		zong_json_str(event->reason), "by", zong_json_str(event->by), "name",
		zong_json_str(event->by_name), "entered", zong_json_time(event->entered), "record",
		(json_int_t)event->record, "withdrawn", withdrawal_json(event));
}

int zong_json_read_unit_event(const json_t *object, struct zong_arena *arena,
	Zong__UnitEvent *ret_event, struct zong_err *err)
{
	static const char *const known[] = {"kind", "date", "before", "after", "reason", NULL};
	Zong__UnitEvent event = ZONG__UNIT_EVENT__INIT;
	const char *kind, *date, *reason;
	int r = zong_json_known(object, known, "", err);

	if (!r)
		r = zong_json_text(object, "kind", true, &kind, err);
	if (!r)
		r = zong_json_text(object, "date", true, &date, err);
	if (!r)
		r = zong_json_text(object, "reason", false, &reason, err);
	if (!r)
		r = zong_json_texts(object, "before", ZONG_LIMIT_EVENT_CODES, arena, &event.before,
			&event.n_before, err);
	if (!r)
		r = zong_json_texts(object, "after", ZONG_LIMIT_EVENT_CODES, arena, &event.after,
			&event.n_after, err);
	if (!r && zong_unit_event_kind_parse(kind, &event.kind))
		r = zong_err_set(err, ZONG_EINVAL, "kind");
	if (!r && zong_day_parse(date, &event.day))
		r = zong_err_set(err, ZONG_EDATE, "%s", date);
	if (r)
		return r;
	event.reason = (char *)(uintptr_t)reason;
	*ret_event = event;
	return 0;
}

static json_t *step_json(const struct zong_lineage_step *step)
{
	char id[ZONG_ID_TEXT];

	zong_id_format(&step->event, id);
	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:s}", "code", zong_json_str(step->code),
		"printed", zong_json_printed(step->code), "of", zong_json_str(step->of), "kind",
		zong_unit_event_kind_name(step->kind), "date", zong_json_day(step->day), "event",
		id);
}

json_t *zong_json_lineage(const struct zong_lineage *lineage)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < lineage->count; i++)
		json_array_append_new(array, step_json(&lineage->step[i]));
	return array;
}

json_t *zong_json_lineage_end(const struct zong_lineage_step *step)
{
	char id[ZONG_ID_TEXT];

	zong_id_format(&step->event, id);
	return json_pack("{s:s, s:o, s:o, s:s}", "kind", zong_unit_event_kind_name(step->kind),
		"date", zong_json_day(step->day), "of", zong_json_str(step->of), "event", id);
}

/* ---- tables ---- */

static json_t *refusal_json(const struct zong_table_refusal *refusal, const char *language)
{
	return json_pack("{s:I, s:s, s:o, s:o}", "line", (json_int_t)refusal->line, "reason",
		zong_error_slug(refusal->code), "subject", zong_json_str(refusal->text), "text",
		zong_json_str(zong_message_title(refusal->code, language)));
}

json_t *zong_json_table_report(const struct zong_table_report *report, const char *language)
{
	static const char *const odd[] = {
		"unit-ownership", "unit-pair", "unit-virtual", "unit-serial"};
	json_t *refused = json_array(), *warnings = json_array();
	char digest[ZONG_DIGEST_TEXT];

	for (size_t i = 0; refused && i < report->refusals; i++)
		json_array_append_new(refused, refusal_json(&report->refusal[i], language));
	for (size_t i = 0; warnings && i < sizeof(odd) / sizeof(odd[0]); i++)
		if (report->odd[i])
			json_array_append_new(
				warnings, json_pack("{s:s, s:I, s:s}", "code", odd[i], "lines",
						  (json_int_t)report->odd[i], "text",
						  zong_warning_text(odd[i], language)));
	zong_digest_format(&report->digest, digest);
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:o, s:o}", "lines",
		(json_int_t)report->lines, "added", (json_int_t)report->added, "changed",
		(json_int_t)report->changed, "same", (json_int_t)report->same, "refused_count",
		(json_int_t)report->refused, "encoding", report->encoding, "ignored",
		report->ignored, "digest", digest, "refused", refused, "warnings", warnings);
}
