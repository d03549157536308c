/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "http/json.h"

static json_t *unit_json(const struct zong_unit_code *unit)
{
	char printed[ZONG_UNIT_PRINTED];

	zong_unit_code_print(unit, printed);
	return json_pack("{s:s, s:s, s:s}", "code", unit->text, "level",
		zong_unit_level_name(unit->level), "printed", printed);
}

json_t *zong_json_unit_codes(const struct zong_unit_code *units, size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < count; i++) {
		if (json_array_append_new(array, unit_json(&units[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *zong_json_units(char *const *units, size_t count)
{
	json_t *array = json_array();
	struct zong_unit_code unit;
	size_t i;

	for (i = 0; array && i < count; i++) {
		/* What the archive keeps was parsed before; a row that does not parse is left out.
		 */
		if (zong_unit_code_parse(units[i], strlen(units[i]), &unit))
			continue;
		if (json_array_append_new(array, unit_json(&unit))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *zong_json_warnings(const struct zong_warnings *warnings, const char *language)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < warnings->count; i++) {
		if (json_array_append_new(array,
			    json_pack("{s:s, s:o, s:s}", "code", warnings->item[i].code, "subject",
				    zong_json_str(warnings->item[i].subject), "text",
				    zong_warning_text(warnings->item[i].code, language)))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *parties_json(const Zong__Case *row)
{
	json_t *array = json_array();
	json_t *party;
	size_t i;

	for (i = 0; array && i < row->n_parties; i++) {
		party = json_pack("{s:o}", "name", zong_json_str(row->parties[i]->name));
		if (party && *row->parties[i]->idno)
			json_object_set_new(party, "idno", zong_json_str(row->parties[i]->idno));
		if (party && *row->parties[i]->role)
			json_object_set_new(party, "role", zong_json_str(row->parties[i]->role));
		if (json_array_append_new(array, party)) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *zong_json_case(const Zong__Case *row)
{
	json_t *json = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "no",
		zong_json_str(row->no), "kind", zong_json_str(row->kind), "cause",
		zong_json_str(row->cause), "units", zong_json_units(row->units, row->n_units),
		"parties", parties_json(row), "certificates",
		zong_json_strings(row->certificates, row->n_certificates), "address",
		zong_json_str(row->address), "note", zong_json_str(row->note), "opened",
		zong_json_time(row->opened), "opened_by", zong_json_str(row->opened_by), "record",
		(json_int_t)row->record);

	if (json && row->n_events && json_object_set_new(json, "events", zong_json_events(row))) {
		json_decref(json);
		return NULL;
	}
	return json;
}
