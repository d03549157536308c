/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

/* What is odd about the code that was asked for. */
static json_t *oddities_json(const struct zong_unit_code *code, const char *language)
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
	size_t i;

	for (i = 0; array && i < sizeof(oddities) / sizeof(oddities[0]); i++) {
		if (code->oddities & oddities[i].bit)
			json_array_append_new(
				array, json_pack("{s:s, s:s, s:s}", "code", oddities[i].name,
					       "subject", code->text, "text",
					       zong_warning_text(oddities[i].name, language)));
	}
	return array;
}

static json_t *cases_json(const struct zong_parcel *parcel)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < parcel->cases; i++) {
		if (json_array_append_new(array, zong_json_case(parcel->cas[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

int zong_api_parcel(struct zong_request *req)
{
	struct zong_archive *archive = req->http->archive;
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
	json = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "code", parcel.code.text,
		"level", zong_unit_level_name(parcel.code.level), "printed", printed, "warnings",
		oddities_json(&parcel.code, req->language), "units",
		zong_json_unit_codes(parcel.unit, parcel.units), "cases", cases_json(&parcel),
		"materials",
		zong_json_material_briefs(archive, &req->who, parcel.material, parcel.materials),
		"next", zong_json_next(parcel.next));
	zong_parcel_release(&parcel);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}
