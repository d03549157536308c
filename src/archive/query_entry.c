/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/utf8.h>

#include "case_entry.h"
#include "query_row.h"
#include "retention_look.h"

/* What a person entered for a query, checked and brought to its normal form. */

struct entering {
	const struct zong_query_entry *entry;
	Zong__Query *query;
	struct zong_warnings *warnings;
	struct zong_err *err;
};

/* NULL counts as "". */
static int set_text(
	struct entering *in, char **member, const char *text, size_t max, const char *what)
{
	int code = zong_retention_text(text ? text : "", max, what, in->err);

	if (!code && zong_row_set(member, text))
		code = zong_err_set(in->err, ZONG_ENOMEM, NULL);
	return code;
}

static int set_needed(
	struct entering *in, char **member, const char *text, size_t max, const char *what)
{
	if (!text || zong_retention_blank(text))
		return zong_err_set(in->err, ZONG_EINVAL, "%s", what);
	return set_text(in, member, text, max, what);
}

static int set_person(struct entering *in, const struct zong_query_person *person, const char *what,
	Zong__QueryPerson **ret_person)
{
	_cleanup_row_ Zong__QueryPerson *row = NULL;
	int code;

	if (!person->name || zong_retention_blank(person->name))
		return 0;
	row = zong_row_new(&zong__query_person__descriptor);
	if (!row)
		return zong_err_set(in->err, ZONG_ENOMEM, NULL);
	code = set_text(in, &row->name, person->name, ZONG_LIMIT_NAME, what);
	if (!code)
		code = set_text(in, &row->id_kind, person->id_kind, ZONG_LIMIT_TYPE, what);
	if (!code)
		code = set_text(in, &row->idno, person->idno, ZONG_LIMIT_TYPE, what);
	if (!code)
		code = set_text(in, &row->phone, person->phone, ZONG_LIMIT_TYPE, what);
	if (!code && row->idno[0] && zong_case_entry_warn_idno(in->warnings, row->idno))
		code = zong_err_set(in->err, ZONG_ENOMEM, NULL);
	if (!code)
		*ret_person = take_ptr(row);
	return code;
}

/* ---- wants ---- */

static int add_want(struct entering *in, const char *want)
{
	Zong__Query *query = in->query;
	size_t sight = 0;

	while (sight < ZONG_QUERY_SIGHTS &&
		strcmp(want, zong_query_sight_name((enum zong_query_sight)sight)) != 0)
		sight++;
	if (sight == ZONG_QUERY_SIGHTS)
		return zong_err_set(in->err, ZONG_EINVAL, "wants: %.40s", want);
	for (size_t i = 0; i < query->n_wants; i++)
		if (strcmp(query->wants[i], want) == 0)
			return 0;
	return zong_row_append(&query->wants, &query->n_wants, want)
		       ? zong_err_set(in->err, ZONG_ENOMEM, NULL)
		       : 0;
}

/* ---- objects ---- */

/* Is it of the form that it is said to be? The value stays as it was entered. */
static int check_value(struct entering *in, Zong__QueryObject *object)
{
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	struct zong_unit_code unit;
	struct zong_cert_no cert;
	const char *value = object->value;
	int code = 0;

	if (strcmp(object->by, "unit") == 0) {
		code = zong_unit_code_parse(value, strlen(value), &unit);
		if (!code && unit.len < 19)
			code = ZONG_EUNITCODE;
		if (!code && zong_row_set(&object->unit, unit.text))
			code = ZONG_ENOMEM;
	} else if (strcmp(object->by, "cert") == 0) {
		code = zong_cert_no_parse(value, strlen(value), &cert);
	} else if (strcmp(object->by, "case") == 0) {
		code = zong_case_no_parse(value, strlen(value), no, sizeof(no));
	} else if (strcmp(object->by, "address") == 0 && !object->unit[0]) {
		return zong_err_set(in->err, ZONG_EINVAL, "objects.unit");
	}
	return code ? zong_err_set(in->err, code, "%s", value) : 0;
}

static int set_unit(struct entering *in, Zong__QueryObject *object, const char *text)
{
	struct zong_unit_code unit;
	int code;

	if (!text || !text[0])
		return 0;
	code = zong_unit_code_parse(text, strlen(text), &unit);
	if (!code && unit.len < 19)
		code = ZONG_EUNITCODE;
	if (code)
		return zong_err_set(in->err, code, "%s", text);
	return zong_row_set(&object->unit, unit.text) ? zong_err_set(in->err, ZONG_ENOMEM, NULL)
						      : 0;
}

static int add_object(struct entering *in, const struct zong_query_object *wanted)
{
	Zong__Query *query = in->query;
	Zong__QueryObject *object = zong_row_new(&zong__query_object__descriptor);
	size_t by = 0;
	int code;

	if (!object)
		return zong_err_set(in->err, ZONG_ENOMEM, NULL);
	query->objects[query->n_objects++] = object;
	while (by < ZONG_QUERY_INDEXES &&
		(!wanted->by ||
			strcmp(wanted->by, zong_query_index_name((enum zong_query_index)by)) != 0))
		by++;
	if (by == ZONG_QUERY_INDEXES)
		return zong_err_set(in->err, ZONG_EINVAL, "objects.by");
	code = set_needed(in, &object->by, wanted->by, ZONG_LIMIT_TYPE, "objects.by");
	if (!code)
		code = set_needed(
			in, &object->value, wanted->value, ZONG_LIMIT_TITLE, "objects.value");
	if (!code)
		code = set_unit(in, object, wanted->unit);
	return code ? code : check_value(in, object);
}

/* ---- proofs ---- */

static int add_proof(struct entering *in, const struct zong_query_proof *wanted)
{
	Zong__Query *query = in->query;
	Zong__QueryProof *proof = zong_row_new(&zong__query_proof__descriptor);
	int code;

	if (!proof)
		return zong_err_set(in->err, ZONG_ENOMEM, NULL);
	query->proofs[query->n_proofs++] = proof;
	code = set_needed(in, &proof->kind, wanted->kind, ZONG_LIMIT_TYPE, "proofs.kind");
	return code ? code
		    : set_text(in, &proof->note, wanted->note, ZONG_LIMIT_REASON, "proofs.note");
}

static int make_room(struct entering *in)
{
	Zong__Query *query = in->query;

	query->objects = calloc(in->entry->objects + 1, sizeof(*query->objects));
	query->proofs = calloc(in->entry->proofs + 1, sizeof(*query->proofs));
	return query->objects && query->proofs ? 0 : zong_err_set(in->err, ZONG_ENOMEM, NULL);
}

static int check_counts(const struct zong_query_entry *entry, struct zong_err *err)
{
	if (entry->objects > ZONG_LIMIT_QUERY_OBJECTS)
		return zong_err_set(err, ZONG_ELIMIT, "objects");
	if (entry->proofs > ZONG_LIMIT_QUERY_PROOFS)
		return zong_err_set(err, ZONG_ELIMIT, "proofs");
	if (entry->want_count > ZONG_LIMIT_QUERY_PROOFS)
		return zong_err_set(err, ZONG_ELIMIT, "wants");
	return 0;
}

static int fill_in(struct entering *in)
{
	const struct zong_query_entry *entry = in->entry;
	Zong__Query *query = in->query;
	int code = set_needed(in, &query->asker, entry->asker, ZONG_LIMIT_TYPE, "asker");

	if (!code)
		code = set_person(in, &entry->querent, "querent", &query->querent);
	if (!code && !query->querent)
		code = zong_err_set(in->err, ZONG_EINVAL, "querent");
	if (!code)
		code = set_person(in, &entry->proxy, "proxy", &query->proxy);
	if (!code)
		code = set_person(in, &entry->holder, "holder", &query->holder);
	if (!code)
		code = set_needed(
			in, &query->purpose, entry->purpose, ZONG_LIMIT_PURPOSE, "purpose");
	if (!code)
		code = set_text(in, &query->note, entry->note, ZONG_LIMIT_REASON, "note");
	if (!code)
		code = set_text(in, &query->machine, entry->machine, ZONG_LIMIT_TYPE, "machine");
	for (size_t i = 0; i < entry->want_count && !code; i++)
		code = add_want(in, entry->wants[i]);
	for (size_t i = 0; i < entry->objects && !code; i++)
		code = add_object(in, &entry->object[i]);
	for (size_t i = 0; i < entry->proofs && !code; i++)
		code = add_proof(in, &entry->proof[i]);
	return code;
}

int zong_query_fill(const struct zong_query_entry *entry, Zong__Query **ret_query,
	struct zong_warnings *ret_warnings, struct zong_err *err)
{
	_cleanup_row_ Zong__Query *query = NULL;
	struct zong_warnings warnings = {0};
	struct entering in = {.entry = entry, .warnings = &warnings, .err = err};
	int code = check_counts(entry, err);

	if (code)
		return code;
	query = in.query = zong_row_new(&zong__query__descriptor);
	if (!query)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = make_room(&in);
	if (!code)
		code = fill_in(&in);
	if (code) {
		zong_warnings_release(&warnings);
		return code;
	}
	*ret_query = take_ptr(query);
	*ret_warnings = warnings;
	return 0;
}
