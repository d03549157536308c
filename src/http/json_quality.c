/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the quality gate has measured and found, for programs and in words. */
#include <string.h>

#include <zong/gate.h>
#include <zong/look.h>

#include "http/json.h"

#define TEXT_MAX 512

static json_t *verdict_json(const Zong__Verdict *verdict, const char *language)
{
	struct zong_buf text = ZONG_BUF_INIT(TEXT_MAX);
	json_t *json = NULL;

	if (!zong_gate_text(verdict, language, &text))
		json = json_pack("{s:s, s:f, s:f, s:o, s:s}", "fault",
			zong_fault_name(verdict->fault), "figure", (double)verdict->figure, "limit",
			(double)verdict->limit, "page",
			verdict->page ? json_integer(verdict->page) : json_null(), "text",
			zong_buf_str(&text));
	zong_buf_release(&text);
	return json;
}

static json_t *verdicts_json(
	const Zong__FilePage *page, const Zong__Verdict *order, const char *language)
{
	json_t *array = json_array();
	int err = array ? 0 : -1;

	for (size_t i = 0; i < page->n_verdicts && !err; i++)
		err = json_array_append_new(array, verdict_json(page->verdicts[i], language));
	if (!err && order && order->fault)
		err = json_array_append_new(array, verdict_json(order, language));
	if (!err)
		return array;
	json_decref(array);
	return NULL;
}

static void set_figure(json_t *json, const char *name, bool known, float figure)
{
	json_object_set_new(json, name, known ? json_real((double)figure) : json_null());
}

json_t *zong_json_quality(
	const Zong__FilePage *page, const Zong__Verdict *order, const char *language)
{
	static const Zong__Quality none = ZONG__QUALITY__INIT;
	const Zong__Quality *quality = page->quality ? page->quality : &none;
	json_t *json;

	if (!page->quality && !page->n_verdicts && !(order && order->fault))
		return json_null();
	json = json_pack("{s:o}", "verdicts", verdicts_json(page, order, language));
	if (!json)
		return NULL;
	set_figure(json, "dpi", page->quality, quality->dpi);
	set_figure(json, "paper", page->quality, quality->paper);
	set_figure(json, "ink", page->quality, quality->ink);
	set_figure(json, "skew", quality->writing, quality->skew);
	set_figure(json, "contrast", quality->writing, quality->contrast);
	set_figure(json, "dark", quality->writing, quality->dark);
	set_figure(json, "specks", page->quality, quality->specks);
	set_figure(json, "blur", quality->writing && quality->blur > 0, quality->blur);
	set_figure(json, "margin", quality->writing, quality->margin);
	return json;
}

json_t *zong_json_qualities(const Zong__File *file, const char *language)
{
	json_t *array = json_array();

	for (size_t i = 0; array && file && i < file->n_pages; i++) {
		json_t *page = zong_json_quality(file->pages[i], NULL, language);

		if (json_is_null(page))
			continue;
		if (!page || json_object_set_new(page, "n", json_integer((json_int_t)i + 1)) ||
			json_array_append_new(array, page)) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static bool is_told(const json_t *verdicts)
{
	const char *name = zong_fault_name(ZONG_FAULT_DUPLICATE);
	const json_t *verdict;
	size_t i;

	json_array_foreach(verdicts, i,
		verdict) if (strcmp(json_string_value(json_object_get(verdict, "fault")), name) ==
			     0) return true;
	return false;
}

int zong_json_copies(
	json_t *material, const struct zong_alike *alike, size_t count, const char *language)
{
	const char *id = json_string_value(json_object_get(material, "id"));
	const json_t *pages = json_object_get(material, "page");

	for (size_t i = 0; id && i < count; i++) {
		const json_t *page = json_array_get(pages, alike[i].page - 1);
		json_t *verdicts = json_object_get(json_object_get(page, "quality"), "verdicts");
		Zong__Verdict verdict = ZONG__VERDICT__INIT;

		if (strcmp(alike[i].material, id) != 0 || alike[i].other_page >= alike[i].page ||
			!verdicts || is_told(verdicts))
			continue;
		verdict.fault = ZONG_FAULT_DUPLICATE;
		verdict.figure = 100 * alike[i].distance;
		verdict.limit = 100 * ZONG_LOOK_SAME_READ;
		verdict.page = alike[i].other_page;
		if (json_array_append_new(verdicts, verdict_json(&verdict, language)))
			return ZONG_ENOMEM;
	}
	return 0;
}
