/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

/* Under which code it is filed, where that is one before. */
static json_t *with_via(json_t *json, const char *via)
{
	if (json && via)
		json_object_set_new(json, "via", zong_json_str(via));
	return json;
}

static json_t *cases_json(const struct zong_parcel *parcel)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < parcel->cases; i++) {
		if (json_array_append_new(
			    array, with_via(zong_json_case(parcel->cas[i]), parcel->cas_via[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *materials_json(struct zong_request *req, const struct zong_parcel *parcel)
{
	json_t *array = zong_json_material_briefs(
		req->archive, &req->who, parcel->material, parcel->materials);

	for (size_t i = 0; array && i < parcel->materials; i++)
		with_via(json_array_get(array, i), parcel->material_via[i]);
	return array;
}

static const char *state_of(const struct zong_parcel *parcel)
{
	if (parcel->ended || (parcel->table && parcel->table->ended[0]))
		return "ended";
	return parcel->table ? "current" : "unknown";
}

int zong_api_parcel(struct zong_request *req)
{
	struct zong_archive *archive = req->archive;
	char printed[ZONG_UNIT_PRINTED];
	struct zong_parcel parcel;
	json_t *json;
	size_t max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_parcel_get(archive, &req->who, req->param[0],
			zong_request_query(req, "cursor"), max, &parcel, &req->err);
	if (err)
		return err;
	zong_unit_code_print(&parcel.code, printed);
	json = json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}",
		"code", parcel.code.text, "level", zong_unit_level_name(parcel.code.level),
		"printed", printed, "warnings", zong_json_oddities(&parcel.code, req->language),
		"unit", parcel.table ? zong_json_unit(parcel.table) : json_null(), "state",
		state_of(&parcel), "end",
		parcel.ended ? zong_json_lineage_end(&parcel.end) : json_null(), "before",
		zong_json_lineage(&parcel.before), "after", zong_json_lineage(&parcel.after),
		"lineage_more", parcel.before.more || parcel.after.more, "units",
		zong_json_unit_codes(parcel.unit, parcel.units), "cases", cases_json(&parcel),
		"materials", materials_json(req, &parcel), "next", zong_json_next(parcel.next));
	zong_parcel_release(&parcel);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}
