/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/json.h"

static void set(json_t *json, const char *name, json_t *value, bool *ok)
{
	*ok = json_object_set_new(json, name, value) == 0 && *ok;
}

/* By whom and how, of what is decided. */
static void add_decision(json_t *json, const Zong__Review *review, bool *ok)
{
	set(json, "decided", zong_json_time(review->decided), ok);
	set(json, "decided_by", zong_json_str(review->decided_by), ok);
	set(json, "decided_name", zong_json_str(review->decided_name), ok);
	set(json, "text", zong_json_str(review->text), ok);
	set(json, "record", json_integer((json_int_t)review->record), ok);
}

json_t *zong_json_review(const struct zong_review_item *item)
{
	const Zong__Review *review = item->review;
	json_t *json = json_pack(
		"{s:s, s:s, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:f, s:o}", "id", item->id,
		"state", zong_review_state_name(review->state), "material",
		zong_json_id(&item->material->id), "case", zong_json_str(item->material->case_no),
		"title", zong_json_str(item->material->title), "page", (int)review->page, "what",
		zong_json_str(review->what), "why", zong_json_str(review->why), "read",
		zong_json_str(review->read), "raw", zong_json_str(review->raw), "entered",
		zong_json_or_null(review->entered), "confidence", (double)review->confidence,
		"found", zong_json_time(review->found));
	bool ok = json != NULL;

	if (json && review->box)
		set(json, "box",
			json_pack("[i, i, i, i]", (int)review->box->x, (int)review->box->y,
				(int)review->box->width, (int)review->box->height),
			&ok);
	if (json && review->state != ZONG__REVIEW_STATE__REVIEW_OPEN)
		add_decision(json, review, &ok);
	if (json && !ok) {
		json_decref(json);
		return NULL;
	}
	return json;
}
