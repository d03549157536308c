/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "http/json.h"

/* ---- places ---- */

json_t *zong_json_place_row(const Zong__Place *row)
{
	return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:I}", "code",
		zong_json_str(row->code), "level", zong_place_level_name(row->level), "name",
		zong_json_str(row->name), "parent", zong_json_or_null(row->parent), "capacity",
		row->capacity ? json_integer(row->capacity) : json_null(), "made",
		zong_json_time(row->made), "made_by", zong_json_str(row->made_by), "record",
		(json_int_t)row->record);
}

static json_t *path_json(Zong__Place *const *place, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < count; i++)
		if (json_array_append_new(array,
			    json_pack("{s:o, s:s, s:o}", "code", zong_json_str(place[i]->code),
				    "level", zong_place_level_name(place[i]->level), "name",
				    zong_json_str(place[i]->name)))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

json_t *zong_json_place(const struct zong_place_view *place)
{
	json_t *json = zong_json_place_row(place->place);

	if (json &&
		(json_object_set_new(json, "path", path_json(place->above, place->above_count)) ||
			json_object_set_new(
				json, "places", json_integer((json_int_t)place->below)) ||
			json_object_set_new(
				json, "originals", json_integer((json_int_t)place->originals)))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* ---- loans ---- */

static json_t *extensions_json(const Zong__Loan *loan)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < loan->n_extensions; i++) {
		const Zong__LoanExtension *one = loan->extensions[i];

		if (json_array_append_new(array,
			    json_pack("{s:o, s:o, s:o, s:o, s:I}", "due", zong_json_day(one->due),
				    "reason", zong_json_str(one->reason), "time",
				    zong_json_time(one->time), "by", zong_json_str(one->by),
				    "record", (json_int_t)one->record))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *zong_json_loan(const Zong__Loan *loan)
{
	json_t *json = json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:i}", "id",
		zong_json_id(&loan->id), "original", zong_json_str(loan->original), "borrower",
		zong_json_str(loan->borrower), "department", zong_json_or_null(loan->department),
		"purpose", zong_json_str(loan->purpose), "approver", zong_json_str(loan->approver),
		"copy_not_enough", zong_json_or_null(loan->copy_not_enough), "lent",
		zong_json_time(loan->lent), "lent_by", zong_json_str(loan->lent_by), "lent_name",
		zong_json_str(loan->lent_name), "record", (json_int_t)loan->record, "due",
		zong_json_day(loan->due), "extensions", extensions_json(loan), "pages",
		(int)loan->pages);
	json_t *back = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o}", "condition",
		zong_loan_condition_name(loan->condition), "returned",
		zong_json_time(loan->returned), "returned_by", zong_json_or_null(loan->returned_by),
		"returned_name", zong_json_or_null(loan->returned_name), "pages_back",
		loan->returned ? json_integer(loan->pages_back) : json_null(), "note",
		zong_json_or_null(loan->note), "trouble", loan->trouble && !loan->settled,
		"settled", zong_json_time(loan->settled), "settled_name",
		zong_json_or_null(loan->settled_name), "settled_reason",
		zong_json_or_null(loan->settled_reason));

	if (!json || !back || json_object_update(json, back)) {
		json_decref(json);
		json = NULL;
	}
	json_decref(back);
	return json;
}

json_t *zong_json_loan_item(const struct zong_loan_item *item)
{
	json_t *json = zong_json_loan(item->loan);

	if (json &&
		(json_object_set_new(json, "case", zong_json_str(item->original->case_no)) ||
			json_object_set_new(json, "title", zong_json_str(item->original->title)) ||
			json_object_set_new(json, "overdue", json_boolean(item->overdue)))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* ---- originals ---- */

static json_t *materials_json(const Zong__Original *row)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < row->n_materials; i++)
		if (json_array_append_new(array, zong_json_id(&row->materials[i]))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

/* Where it is, each member null where it says nothing. */
static json_t *where_json(const Zong__Original *row, bool names)
{
	const Zong__OriginalLent *lent =
		names && row->where_case == ZONG__ORIGINAL__WHERE_LENT ? row->lent : NULL;
	const Zong__OriginalMissing *missing =
		row->where_case == ZONG__ORIGINAL__WHERE_MISSING ? row->missing : NULL;
	const Zong__OriginalHanded *handed =
		row->where_case == ZONG__ORIGINAL__WHERE_HANDED ? row->handed : NULL;

	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "state",
		zong_original_state_name(row), "place",
		row->where_case == ZONG__ORIGINAL__WHERE_SHELVED
			? zong_json_str(row->shelved->place)
			: json_null(),
		"home", zong_json_or_null(row->home), "borrower",
		lent ? zong_json_str(lent->borrower) : json_null(), "department",
		lent ? zong_json_or_null(lent->department) : json_null(), "due",
		row->where_case == ZONG__ORIGINAL__WHERE_LENT ? zong_json_day(row->lent->due)
							      : json_null(),
		"missing_since", missing ? zong_json_time(missing->time) : json_null(),
		"missing_note", missing ? zong_json_or_null(missing->note) : json_null(),
		"handover", handed ? zong_json_str(handed->handover) : json_null(), "handed_to",
		handed ? zong_json_str(handed->to) : json_null(), "listed",
		zong_json_or_null(row->listed));
}

json_t *zong_json_original_row(const Zong__Original *row, bool names)
{
	json_t *json = json_pack("{s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:I}", "code",
		zong_json_str(row->code), "case", zong_json_str(row->case_no), "materials",
		materials_json(row), "title", zong_json_str(row->title), "pages", (int)row->pages,
		"note", zong_json_or_null(row->note), "made", zong_json_time(row->made), "record",
		(json_int_t)row->record);
	json_t *where = where_json(row, names);

	if (!json || !where || json_object_update(json, where)) {
		json_decref(json);
		json = NULL;
	}
	json_decref(where);
	return json;
}

json_t *zong_json_original_rows(
	const struct zong_subject *who, Zong__Original *const *rows, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < count; i++)
		if (json_array_append_new(array,
			    zong_json_original_row(rows[i], zong_original_names(who, rows[i])))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

json_t *zong_json_copies_of(const struct zong_original *original)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < original->copy_count; i++) {
		const struct zong_copy *copy = &original->copy[i];
		char file[96], pdf[96];

		snprintf(file, sizeof(file), "/api/v1/materials/%s/file", copy->material);
		snprintf(pdf, sizeof(pdf), "/api/v1/materials/%s/pdf", copy->material);
		if (json_array_append_new(
			    array, json_pack("{s:s, s:o, s:i, s:s, s:s}", "material",
					   copy->material, "title", zong_json_str(copy->title),
					   "pages", (int)copy->pages, "file", file, "pdf", pdf))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *waiting_json(const struct zong_original *original)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < original->waiting_count; i++) {
		const Zong__Reservation *row = original->waiting[i];

		if (json_array_append_new(
			    array, json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:o}", "id",
					   zong_json_id(&row->id), "borrower",
					   zong_json_str(row->borrower), "department",
					   zong_json_or_null(row->department), "made",
					   zong_json_time(row->made), "made_name",
					   zong_json_str(row->made_name), "record",
					   (json_int_t)row->record, "kept_until",
					   row->kept_until ? zong_json_day(row->kept_until)
							   : json_null()))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *zong_json_original(const struct zong_original *original)
{
	json_t *json = zong_json_original_row(original->original, original->names);

	if (json &&
		(json_object_set_new(
			 json, "path", path_json(original->place, original->place_count)) ||
			json_object_set_new(json, "loan",
				original->loan && original->names ? zong_json_loan(original->loan)
								  : json_null()) ||
			json_object_set_new(json, "waiting", waiting_json(original)) ||
			json_object_set_new(json, "copy", zong_json_copies_of(original)) ||
			json_object_set_new(
				json, "copy_more", json_boolean(original->copy_more)))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* ---- stock-takes ---- */

json_t *zong_json_stocktake_brief(const Zong__Stocktake *row)
{
	size_t count[3] = {0};

	for (size_t i = 0; i < row->n_items; i++)
		if ((size_t)row->items[i]->kind < 3)
			count[row->items[i]->kind]++;
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:i, s:i, s:i, s:i, s:i, s:o, s:o}", "id",
		zong_json_id(&row->id), "place", zong_json_str(row->place), "time",
		zong_json_time(row->time), "by", zong_json_str(row->by), "name",
		zong_json_str(row->name), "record", (json_int_t)row->record, "expected",
		(int)row->expected, "found", (int)row->found, "missing", (int)count[0], "misplaced",
		(int)count[1], "extra", (int)count[2], "marked", zong_json_time(row->marked),
		"marked_name", zong_json_or_null(row->marked_name));
}

json_t *zong_json_stocktake(const Zong__Stocktake *row)
{
	json_t *json = zong_json_stocktake_brief(row);
	json_t *array = json ? json_array() : NULL;

	for (size_t i = 0; array && i < row->n_items; i++) {
		const Zong__StocktakeItem *item = row->items[i];

		if (json_array_append_new(
			    array, json_pack("{s:s, s:o, s:o, s:s, s:o}", "kind",
					   zong_stocktake_kind_name(item->kind), "code",
					   zong_json_str(item->code), "place",
					   zong_json_or_null(item->place), "state", item->state,
					   "marked", zong_json_time(item->marked)))) {
			json_decref(array);
			array = NULL;
		}
	}
	if (!array || json_object_set_new(json, "items", array)) {
		json_decref(json);
		return NULL;
	}
	return json;
}
