/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/json.h"

json_t *zong_json_handover_brief(const Zong__Handover *row)
{
	return json_pack("{s:o, s:s, s:s, s:o, s:i, s:i, s:i, s:o, s:o, s:o}", "no",
		zong_json_str(row->no), "direction", zong_handover_direction_name(row->direction),
		"state", zong_handover_state_name(row->state), "other", zong_json_str(row->other),
		"count", (int)row->items, "checked", (int)row->checked, "returned",
		(int)row->returned, "given", zong_json_step(row->given), "taken", zong_json_step(row->taken),
		"cancelled", zong_json_step(row->cancelled));
}

static json_t *item_json(const Zong__HandoverItem *item)
{
	return json_pack("{s:o, s:o, s:o, s:i, s:s, s:o, s:o, s:o, s:o}", "original",
		zong_json_str(item->original), "case", zong_json_str(item->case_no), "title",
		zong_json_str(item->title), "pages", (int)item->pages, "state",
		zong_handover_item_state_name(item->state), "reason",
		zong_json_or_null(item->reason), "time", zong_json_time(item->time), "by",
		zong_json_or_null(item->by), "record",
		item->record ? json_integer((json_int_t)item->record) : json_null());
}

json_t *zong_json_handover(const struct zong_handover *handover)
{
	json_t *json = zong_json_handover_brief(handover->handover);
	json_t *array = json ? json_array() : NULL;

	for (size_t i = 0; array && i < handover->items; i++)
		if (json_array_append_new(array, item_json(handover->item[i]))) {
			json_decref(array);
			array = NULL;
		}
	if (!array || json_object_set_new(json, "items", array)) {
		json_decref(json);
		return NULL;
	}
	return json;
}
