/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/arena.h>

#include "http/json.h"

json_t *zong_json_day(int32_t day)
{
	char text[ZONG_DAY_TEXT];

	if (day == ZONG_DAY_NEVER)
		return json_null();
	zong_day_format(day, text);
	return json_string(text);
}

static json_t *event_json(const Zong__CaseEvent *event)
{
	json_t *json = json_pack("{s:o, s:o, s:o, s:o, s:I}", "kind", zong_json_str(event->kind),
		"date", zong_json_day(event->day), "by", zong_json_str(event->by), "entered",
		zong_json_time(event->entered), "record", (json_int_t)event->record);

	if (json && event->reason[0] &&
		json_object_set_new(json, "change",
			json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "kind_before",
				zong_json_str(event->kind_before), "cause_before",
				zong_json_str(event->cause_before), "kind",
				zong_json_str(event->kind_after), "cause",
				zong_json_str(event->cause_after), "reason",
				zong_json_str(event->reason), "name",
				zong_json_str(event->name)))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

json_t *zong_json_events(const Zong__Case *row)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < row->n_events; i++) {
		if (json_array_append_new(array, event_json(row->events[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* ---- rules ---- */

int zong_json_read_rule(const json_t *object, Zong__RetentionRule *ret_rule, struct zong_err *err)
{
	static const char *const known[] = {
		"kind", "type", "event", "permanent", "years", "basis", "set", "set_by", NULL};
	Zong__RetentionRule rule;
	const char *kind, *type, *event, *basis;
	bool permanent;
	int64_t years;
	int code;

	if (!json_is_object(object))
		return zong_err_set(err, ZONG_EJSON, "rules: [ { … } ]");
	code = zong_json_known(object, known, "", err);
	if (!code)
		code = zong_json_text(object, "kind", false, &kind, err);
	if (!code)
		code = zong_json_text(object, "type", false, &type, err);
	if (!code)
		code = zong_json_text(object, "event", false, &event, err);
	if (!code)
		code = zong_json_text(object, "basis", false, &basis, err);
	if (!code)
		code = zong_json_flag(object, "permanent", &permanent, err);
	if (!code)
		code = zong_json_whole(object, "years", 1, ZONG_LIMIT_YEARS, 0, &years, err);
	if (code)
		return code;
	zong__retention_rule__init(&rule);
	rule.kind = (char *)kind;
	rule.type = (char *)type;
	rule.event = (char *)event;
	rule.basis = (char *)basis;
	rule.permanent = permanent;
	rule.years = (uint32_t)years;
	*ret_rule = rule;
	return 0;
}

json_t *zong_json_rule(const Zong__RetentionRule *rule)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "kind",
		zong_json_or_null(rule->kind), "type", zong_json_or_null(rule->type), "event",
		zong_json_or_null(rule->event), "permanent", rule->permanent, "years",
		rule->permanent ? json_null() : json_integer(rule->years), "basis",
		zong_json_or_null(rule->basis), "set", zong_json_time(rule->set), "set_by",
		zong_json_or_null(rule->set_by));
}

json_t *zong_json_verdict(const Zong__Material *material, const struct zong_verdict *verdict)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:i, s:s, s:o, s:o, s:o, s:o}", "material",
		zong_json_id(&material->id), "case", zong_json_str(material->case_no), "type",
		zong_json_str(material->type), "title", zong_json_str(material->title), "pages",
		(int)material->pages, "state", zong_verdict_name(verdict), "until",
		zong_json_day(verdict->due), "rule", zong_json_or_null(verdict->rule), "hold",
		zong_json_or_null(verdict->hold), "hold_reason",
		zong_json_or_null(verdict->hold_reason));
}

/* ---- holds ---- */

json_t *zong_json_hold(const Zong__Hold *hold)
{
	return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o}", "id",
		zong_json_id(&hold->id), "scope", zong_hold_scope_name(hold->scope), "target",
		zong_json_str(hold->target), "reason", zong_json_str(hold->reason), "placed",
		zong_json_time(hold->placed), "placed_by", zong_json_str(hold->placed_by),
		"placed_name", zong_json_str(hold->placed_name), "record", (json_int_t)hold->record,
		"lifted", zong_json_time(hold->lifted), "lifted_by",
		zong_json_or_null(hold->lifted_by), "lifted_name",
		zong_json_or_null(hold->lifted_name), "lifted_reason",
		zong_json_or_null(hold->lifted_reason));
}

/* ---- destruction lists ---- */

json_t *zong_json_destruction_brief(const Zong__DestructionList *list)
{
	return json_pack("{s:o, s:s, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "id",
		zong_json_id(&list->id), "state", zong_destruction_state_name(list->state), "count",
		(int)list->items, "destroyed", (int)list->destroyed, "stayed", (int)list->stayed,
		"proposed", zong_json_step(list->proposal), "approved", zong_json_step(list->approval),
		"executed", zong_json_step(list->execution), "cancelled", zong_json_step(list->cancelling),
		"certificate",
		list->certificate ? json_integer((json_int_t)list->certificate) : json_null());
}

static json_t *item_json(const Zong__DestructionItem *item)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:i, s:I, s:o, s:o, s:s, s:o, s:o}", "material",
		zong_json_id(&item->material), "case", zong_json_str(item->case_no), "type",
		zong_json_str(item->type), "title", zong_json_str(item->title), "digest",
		zong_json_digest(&item->file), "pages", (int)item->pages, "bytes",
		(json_int_t)item->bytes, "rule", zong_json_str(item->rule), "until",
		zong_json_day(item->due), "state", zong_destruction_item_state_name(item->state),
		"why", zong_json_or_null(item->why), "record",
		item->record ? json_integer((json_int_t)item->record) : json_null());
}

json_t *zong_json_destruction(const struct zong_destruction *destruction)
{
	json_t *json = zong_json_destruction_brief(destruction->list);
	json_t *array = json ? json_array() : NULL;

	for (size_t i = 0; array && i < destruction->items; i++)
		if (json_array_append_new(array, item_json(destruction->item[i]))) {
			json_decref(array);
			array = NULL;
		}
	if (!array || json_object_set_new(json, "items", array)) {
		json_decref(json);
		return NULL;
	}
	return json;
}

json_t *zong_json_refusals(const struct zong_refusals *refusals)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < refusals->count; i++) {
		const struct zong_refusal *refusal = &refusals->item[i];

		if (json_array_append_new(array,
			    json_pack("{s:o, s:s, s:o}", "material",
				    zong_json_str(refusal->material), "reason", refusal->reason,
				    "detail", zong_json_str(refusal->detail)))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}
