/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/json.h"

/* 0 or -1 */
static int append(json_t *array, json_t *item)
{
	return array ? json_array_append_new(array, item) : -1;
}

static json_t *finding_json(const Zong__PropertyFinding *finding, const char *language)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "result",
		zong_property_result_slug(finding->result), "object",
		zong_json_str(finding->object), "page",
		finding->page ? json_integer(finding->page) : json_null(), "name",
		zong_json_or_null(finding->name), "element", zong_json_or_null(finding->element),
		"why", zong_json_or_null(finding->why), "text",
		zong_property_why(finding->why, language), "detail",
		zong_json_or_null(finding->detail));
}

static json_t *findings_json(const Zong__PropertyItem *item, const char *language)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < item->n_findings; i++)
		if (append(array, finding_json(item->findings[i], language))) {
			json_decref(array);
			array = NULL;
		}
	return array;
}

static json_t *item_json(const Zong__PropertyItem *item, const char *language)
{
	enum zong_property_item kind = zong_property_parse(item->item);

	if (kind == ZONG_PROPERTY_ITEM_COUNT_) /* of a later version */
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:i}", "item",
		item->item, "code", zong_property_code(kind), "class",
		zong_property_class_slug(zong_property_class(kind)), "name",
		zong_property_name(kind, language), "result",
		zong_property_result_slug(item->result), "looked", (int)item->looked, "why",
		zong_json_or_null(item->why), "text",
		zong_json_or_null(item->why[0] ? zong_property_why(item->why, language) : ""),
		"detail", zong_json_or_null(item->detail), "findings",
		findings_json(item, language), "more", (int)item->more);
}

json_t *zong_json_property_brief(const Zong__PropertyReport *report, const char *language)
{
	return json_pack("{s:o, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:i, s:I, "
			 "s:i, s:i, s:i, s:o, s:I}",
		"case", zong_json_str(report->case_no), "material",
		report->material.len ? zong_json_id(&report->material) : json_null(), "stage",
		zong_property_stage_slug(report->stage), "stage_name",
		zong_property_stage_name(report->stage, language), "occasion",
		zong_json_str(report->occasion), "began", zong_json_time(report->began), "ended",
		zong_json_time(report->ended), "by", zong_json_str(report->by), "name",
		zong_json_str(report->name), "program", zong_json_str(report->program), "materials",
		(int)report->materials, "destroyed", (int)report->destroyed, "pages",
		(int)report->pages, "bytes", (json_int_t)report->bytes, "passed",
		(int)report->passed, "failed", (int)report->failed, "not_run", (int)report->not_run,
		"digest", zong_json_digest(&report->digest), "record", (json_int_t)report->record);
}

json_t *zong_json_property(const Zong__PropertyReport *report, const char *language)
{
	json_t *json = zong_json_property_brief(report, language);
	json_t *array = json ? json_array() : NULL;

	for (size_t i = 0; array && i < report->n_items; i++)
		if (append(array, item_json(report->items[i], language))) {
			json_decref(array);
			array = NULL;
		}
	if (!array || json_object_set_new(json, "items", array) ||
		json_object_set_new(json, "kind", zong_json_str(report->kind)) ||
		json_object_set_new(
			json, "units", zong_json_strings(report->units, report->n_units))) {
		json_decref(json);
		return NULL;
	}
	return json;
}
