/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "http/json.h"

/* An array of what @make makes of each; NULL without memory. */
typedef json_t *make_json(const void *rows, size_t at, const void *ctx);

static json_t *array_of(const void *rows, size_t count, make_json *make, const void *ctx)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < count; i++)
		if (json_array_append_new(array, make(rows, i, ctx))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *text_json(const void *rows, size_t at, const void *ctx)
{
	(void)ctx;
	return zong_json_str(((const char *const *)rows)[at]);
}

static json_t *name_json(const void *rows, size_t at, const void *ctx)
{
	(void)ctx;
	return zong_json_str(((const struct zong_catalogue_material *const *)rows)[at]->name);
}

static const char *scope_name(Zong__Scope scope)
{
	static const char *const scopes[] = {"case", "unit", "building", "parcel"};

	return (size_t)scope < sizeof(scopes) / sizeof(scopes[0]) ? scopes[scope] : "case";
}

/* ---- versions ---- */

json_t *zong_json_catalogue_brief(const Zong__Catalogue *row)
{
	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:I}", "version", (int)row->version, "since",
		zong_json_time(row->since), "digest", zong_json_digest(&row->digest), "name",
		zong_json_str(row->name), "by", zong_json_str(row->by), "record",
		(json_int_t)row->record);
}

static json_t *department_json(const void *rows, size_t at, const void *ctx)
{
	const struct zong_catalogue_department *department =
		(const struct zong_catalogue_department *)rows + at;

	(void)ctx;
	return json_pack("{s:o, s:o}", "id", zong_json_str(department->id), "name",
		zong_json_str(department->name));
}

static json_t *receivers_json(const struct zong_catalogue *catalogue, uint32_t bits)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < catalogue->departments; i++)
		if (bits >> i & 1 &&
			json_array_append_new(array, zong_json_str(catalogue->department[i].id))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

struct of_business {
	const struct zong_catalogue *catalogue;
	const struct zong_catalogue_business *business;
};

/* null: of all cases; an empty list: of those that no other cause is of. */
static json_t *causes_json(
	const struct zong_catalogue_business *business, const struct zong_catalogue_row *row)
{
	const struct zong_catalogue_cause *cause;

	if (!row->cause)
		return json_null();
	cause = &business->cause[row->cause - 1];
	return array_of(cause->word, cause->words, text_json, NULL);
}

static json_t *row_json(const void *rows, size_t at, const void *ctx)
{
	const struct zong_catalogue_row *row = (const struct zong_catalogue_row *)rows + at;
	const struct of_business *of = ctx;

	return json_pack("{s:o, s:o, s:s, s:b, s:i, s:o, s:b, s:s, s:o}", "types",
		array_of(row->material, row->materials, name_json, NULL), "text",
		zong_json_str(row->material[0]->say), "need", zong_need_name(row->need), "original",
		(int)row->original, "copies", (int)row->copies, "for",
		receivers_json(of->catalogue, row->departments), "tax", (int)row->tax, "scope",
		scope_name(row->material[0]->scope), "causes", causes_json(of->business, row));
}

static json_t *business_json(const void *rows, size_t at, const void *ctx)
{
	const struct zong_catalogue_business *business =
		(const struct zong_catalogue_business *)rows + at;
	const struct of_business of = {ctx, business};

	return json_pack("{s:o, s:o, s:o, s:o}", "name", zong_json_str(business->name), "words",
		array_of(business->word, business->words, text_json, NULL), "keep",
		zong_json_or_null(business->keep), "needs",
		array_of(business->row, business->rows, row_json, &of));
}

json_t *zong_json_catalogue(const Zong__Catalogue *row, const struct zong_catalogue *catalogue)
{
	json_t *json = zong_json_catalogue_brief(row);

	if (!json ||
		json_object_set_new(json, "departments",
			array_of(catalogue->department, catalogue->departments, department_json,
				NULL)) ||
		json_object_set_new(json, "businesses",
			array_of(catalogue->business, catalogue->businesses, business_json,
				catalogue)) ||
		json_object_set_new(json, "text", zong_json_str(row->text))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* ---- what a case needs ---- */

static json_t *for_json(const void *rows, size_t at, const void *ctx)
{
	const struct zong_missing_for *to = (const struct zong_missing_for *)rows + at;

	(void)ctx;
	return json_pack("{s:o, s:o, s:b}", "id", zong_json_str(to->id), "name",
		zong_json_str(to->name), "here", (int)to->here);
}

static json_t *held_json(const struct zong_missing *missing)
{
	const Zong__Material *held = missing->held;

	if (!held)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "case", zong_json_str(held->case_no),
		"material", zong_json_id(&held->id), "type", zong_json_str(held->type), "title",
		zong_json_str(held->title), "received", zong_json_time(held->received), "through",
		zong_json_or_null(missing->held_through));
}

static json_t *says_json(const void *rows, size_t at, const void *ctx)
{
	(void)ctx;
	return zong_json_str(((const struct zong_catalogue_material *const *)rows)[at]->say);
}

static json_t *missing_json(const void *rows, size_t at, const void *ctx)
{
	const struct zong_missing *missing = (const struct zong_missing *)rows + at;
	bool when = missing->when == ZONG_NEED_PROXY || missing->when == ZONG_NEED_COMPANY;

	(void)ctx;
	return json_pack("{s:o, s:o, s:o, s:b, s:o, s:i, s:b, s:b, s:s, s:o, s:o, s:o}", "type",
		zong_json_str(missing->material[0]->name), "or",
		array_of(missing->material + 1, missing->materials - 1, name_json, NULL), "texts",
		array_of(missing->material, missing->materials, says_json, NULL), "required",
		(int)missing->required, "when",
		when ? json_string(zong_need_name(missing->when)) : json_null(), "copies",
		(int)missing->copies, "original", (int)missing->original, "tax", (int)missing->tax,
		"scope", scope_name(missing->material[0]->scope), "keep",
		zong_json_or_null(missing->keep), "for",
		array_of(missing->to, missing->tos, for_json, NULL), "held", held_json(missing));
}

int zong_json_needs(json_t *json, const struct zong_case_needs *needs)
{
	if (!needs->version)
		return 0;
	if (json_object_set_new(json, "catalogue",
		    json_pack("{s:i, s:b, s:o}", "version", (int)needs->version, "kept",
			    (int)needs->kept, "businesses",
			    array_of(needs->business, needs->businesses, text_json, NULL))) ||
		json_object_set_new(json, "missing",
			array_of(needs->missing, needs->count, missing_json, NULL)))
		return ZONG_ENOMEM;
	return 0;
}
