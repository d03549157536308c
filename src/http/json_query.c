/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/retention.h>

#include "http/json.h"

static json_t *person_json(const Zong__QueryPerson *person)
{
	if (!person)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o}", "name", zong_json_str(person->name), "id_kind",
		zong_json_or_null(person->id_kind), "idno", zong_json_or_null(person->idno),
		"phone", zong_json_or_null(person->phone));
}

static json_t *day_json(int32_t day)
{
	char text[ZONG_DAY_TEXT];

	zong_day_format(day, text);
	return json_string(text);
}

/* An array of what @make makes of each; NULL without memory. */
typedef json_t *make_json(const void *rows, size_t at);

static json_t *array_of(const void *rows, size_t count, make_json *make)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < count; i++)
		if (json_array_append_new(array, make(rows, i))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *object_json(const void *rows, size_t at)
{
	const Zong__QueryObject *object = ((Zong__QueryObject *const *)rows)[at];

	return json_pack("{s:o, s:o, s:o}", "by", zong_json_str(object->by), "value",
		zong_json_str(object->value), "unit", zong_json_or_null(object->unit));
}

static json_t *proof_json(const void *rows, size_t at)
{
	const Zong__QueryProof *proof = ((Zong__QueryProof *const *)rows)[at];

	return json_pack("{s:o, s:o}", "kind", zong_json_str(proof->kind), "note",
		zong_json_or_null(proof->note));
}

static json_t *fact_json(const void *rows, size_t at)
{
	const Zong__QueryFact *fact = ((Zong__QueryFact *const *)rows)[at];

	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "what", zong_json_str(fact->what), "text",
		zong_json_str(fact->text), "case", zong_json_or_null(fact->case_no), "material",
		fact->material.len ? zong_json_id(&fact->material) : json_null(), "pages",
		fact->material.len ? json_integer(fact->pages) : json_null());
}

static json_t *found_json(const void *rows, size_t at)
{
	const Zong__QueryFound *found = ((Zong__QueryFound *const *)rows)[at];

	return json_pack("{s:o, s:o, s:b, s:i, s:o}", "unit", zong_json_or_null(found->unit),
		"address", zong_json_or_null(found->address), "found", (int)found->found, "object",
		(int)found->object, "facts", array_of(found->facts, found->n_facts, fact_json));
}

static json_t *copy_json(const void *rows, size_t at)
{
	const Zong__QueryCopy *copy = ((Zong__QueryCopy *const *)rows)[at];

	return json_pack("{s:o, s:o, s:i, s:o, s:o, s:o, s:I}", "material",
		zong_json_id(&copy->material), "title", zong_json_str(copy->title), "pages",
		(int)copy->pages, "time", zong_json_time(copy->time), "by", zong_json_str(copy->by),
		"name", zong_json_str(copy->name), "record", (json_int_t)copy->record);
}

static json_t *scan_json(const void *rows, size_t at)
{
	const Zong__Material *material = ((Zong__Material *const *)rows)[at];

	return json_pack("{s:o, s:o, s:o, s:i}", "material", zong_json_id(&material->id), "type",
		zong_json_or_null(material->type), "title", zong_json_or_null(material->title),
		"pages", (int)material->pages);
}

struct problems {
	const struct zong_query *query;
	const char *language;
};

/* The subject in words: names of the rules as people call them, alternatives with an "or" between. */
static void add_subject(
	struct zong_buf *text, const struct zong_query_problem *problem, const char *language)
{
	const char *between = language && strncmp(language, "en", 2) == 0 ? " or " : " 或 ";
	const char *subject = problem->subject;

	for (size_t i = 0; i < ZONG_QUERY_SIGHTS; i++)
		if (strcmp(problem->code, "sight") == 0 &&
			strcmp(subject, zong_query_sight_name((enum zong_query_sight)i)) == 0)
			subject = zong_query_sight_text((enum zong_query_sight)i, language);
	for (size_t i = 0; i < ZONG_QUERY_INDEXES; i++)
		if (strcmp(problem->code, "index") == 0 &&
			strcmp(subject, zong_query_index_name((enum zong_query_index)i)) == 0)
			subject = zong_query_index_text((enum zong_query_index)i, language);
	while (*subject) {
		size_t len = strcspn(subject, "|");

		zong_buf_add(text, subject, len);
		subject += len;
		if (*subject)
			zong_buf_add_str(text, between);
		subject += *subject == '|';
	}
}

/* The sentence with its subject, which is put in by hand: it comes from outside and is no format. */
static json_t *problem_json(const void *rows, size_t at)
{
	const struct problems *problems = rows;
	const struct zong_query_problem *problem = &problems->query->problem[at];
	const char *text = zong_query_problem_text(problem->code, problems->language);
	const char *place = strstr(text, "%s");
	_cleanup_(zong_buf_release) struct zong_buf whole = ZONG_BUF_INIT(8192);

	zong_buf_add(&whole, text, place ? (size_t)(place - text) : strlen(text));
	if (place) {
		add_subject(&whole, problem, problems->language);
		zong_buf_add_str(&whole, place + 2);
	}
	return json_pack("{s:s, s:o, s:o}", "code", problem->code, "subject",
		zong_json_str(problem->subject), "text", zong_json_str(zong_buf_str(&whole)));
}

json_t *zong_json_query_problems(const struct zong_query *query, const char *language)
{
	struct problems problems = {query, language};

	return array_of(&problems, query->problems, problem_json);
}

json_t *zong_json_query_brief(const Zong__Query *row)
{
	size_t found = 0;

	for (size_t i = 0; i < row->n_found; i++)
		found += row->found[i]->found;
	return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i}", "no",
		zong_json_str(row->no), "state", zong_query_state_name(row->state), "asker",
		zong_json_str(row->asker), "asker_name", zong_json_or_null(row->asker_name),
		"querent", person_json(row->querent), "purpose", zong_json_str(row->purpose),
		"objects", array_of(row->objects, row->n_objects, object_json), "machine",
		zong_json_or_null(row->machine), "due", day_json(row->due), "entered",
		zong_json_step(row->entered), "decided", zong_json_step(row->decided),
		"found_count", (int)found);
}

json_t *zong_json_query_briefs(Zong__Query *const *queries, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < count; i++)
		if (json_array_append_new(array, zong_json_query_brief(queries[i]))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

json_t *zong_json_query(
	const struct zong_archive *archive, const struct zong_query *query, const char *language)
{
	const Zong__Query *row = query->row;
	json_t *json = zong_json_query_brief(row);
	_cleanup_free_ char *url = NULL;

	if (row->check[0]) {
		url = zong_query_check_url(archive, row);
		if (!url)
			goto failed;
	}
	if (!json ||
		json_object_update_new(json,
			json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i}",
				"article", zong_json_or_null(row->article), "proxy",
				person_json(row->proxy), "holder", person_json(row->holder),
				"wants", zong_json_strings(row->wants, row->n_wants), "sees",
				zong_json_strings(row->sees, row->n_sees), "proofs",
				array_of(row->proofs, row->n_proofs, proof_json), "scans",
				array_of(query->scan, query->scans, scan_json), "note",
				zong_json_or_null(row->note), "found",
				array_of(row->found, row->n_found, found_json), "copies",
				array_of(row->copies, row->n_copies, copy_json), "check",
				zong_json_or_null(url), "revision", (int)row->revision)) ||
		json_object_update_new(json,
			json_pack("{s:o, s:o}", "problems",
				zong_json_query_problems(query, language), "paper",
				row->paper ? json_integer((json_int_t)row->paper) : json_null())))
		goto failed;
	if (query->warnings.count && json_object_set_new(json, "warnings",
					     zong_json_warnings(&query->warnings, language)))
		goto failed;
	return json;
failed:
	json_decref(json);
	return NULL;
}

/* For whoever holds the paper: what stands on it, and no number of a person. */
json_t *zong_json_query_paper(const Zong__Query *row)
{
	bool granted = row->state == ZONG__QUERY_STATE__QUERY_GRANTED;

	return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "no",
		zong_json_str(row->no), "paper", granted ? "result" : "refusal", "querent",
		zong_json_str(row->querent ? row->querent->name : ""), "asker_name",
		zong_json_or_null(row->asker_name), "purpose", zong_json_str(row->purpose),
		"decided", zong_json_time(row->decided ? row->decided->time : 0), "reason",
		granted ? json_null() : zong_json_or_null(row->decided ? row->decided->note : ""),
		"found", array_of(row->found, row->n_found, found_json), "article",
		zong_json_or_null(row->article));
}

json_t *zong_json_desk(const struct zong_desk *desk)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:i}", "session", desk->session, "machine",
		zong_json_str(desk->machine), "name", zong_json_str(desk->name), "query",
		zong_json_or_null(desk->query), "seconds", (int)desk->seconds);
}

json_t *zong_json_desk_answer(const Zong__Query *row)
{
	return json_pack("{s:o, s:o, s:o}", "no", zong_json_str(row->no), "decided",
		zong_json_time(row->decided ? row->decided->time : 0), "found",
		array_of(row->found, row->n_found, found_json));
}

static json_t *names_json(unsigned int bits, size_t count, const char *(*name)(size_t),
	const char *(*text)(size_t, const char *), const char *language)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < count; i++)
		if ((bits & 1u << i) &&
			json_array_append_new(array, json_pack("{s:s, s:s}", "key", name(i), "text",
							     text(i, language)))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static const char *sight_name(size_t i)
{
	return zong_query_sight_name((enum zong_query_sight)i);
}

static const char *sight_text(size_t i, const char *language)
{
	return zong_query_sight_text((enum zong_query_sight)i, language);
}

static const char *index_name(size_t i)
{
	return zong_query_index_name((enum zong_query_index)i);
}

static const char *index_text(size_t i, const char *language)
{
	return zong_query_index_text((enum zong_query_index)i, language);
}

static json_t *proof_choices(const struct zong_query_asker *asker)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < asker->proofs; i++)
		if (json_array_append_new(array, zong_json_str(asker->proof[i]))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

json_t *zong_json_query_asker(const struct zong_query_asker *asker, const char *language)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:b, s:b, s:b}", "key",
		zong_json_str(asker->key), "name", zong_json_str(asker->name), "article",
		zong_json_or_null(asker->article), "sees",
		names_json(asker->sees, ZONG_QUERY_SIGHTS, sight_name, sight_text, language), "by",
		names_json(asker->by, ZONG_QUERY_INDEXES, index_name, index_text, language),
		"proofs", proof_choices(asker), "units", (int)asker->units, "own", (int)asker->own,
		"heir", (int)asker->heir, "desk", (int)asker->desk);
}

/* ---- coming in ---- */

static int read_person(const json_t *object, const char *name, bool needed,
	struct zong_query_person *ret_person, struct zong_err *err)
{
	static const char *const known[] = {"name", "id_kind", "idno", "phone", NULL};
	const json_t *json = json_object_get(object, name);
	int code;

	memset(ret_person, 0, sizeof(*ret_person));
	if (!json || json_is_null(json))
		return needed ? zong_err_set(err, ZONG_EJSON, "%s", name) : 0;
	if (!json_is_object(json))
		return zong_err_set(err, ZONG_EJSON, "%s: { … }", name);
	code = zong_json_known(json, known, name, err);
	if (!code)
		code = zong_json_text(json, "name", true, &ret_person->name, err);
	if (!code)
		code = zong_json_text(json, "id_kind", false, &ret_person->id_kind, err);
	if (!code)
		code = zong_json_text(json, "idno", false, &ret_person->idno, err);
	if (!code)
		code = zong_json_text(json, "phone", false, &ret_person->phone, err);
	return code;
}

typedef int read_one(const json_t *json, void *one, struct zong_err *err);

/* The array of that name, each read into @size bytes of the arena; null counts as none. */
static int read_list(const json_t *object, const char *name, size_t max, size_t size,
	read_one *read, struct zong_arena *arena, void **ret_list, size_t *ret_count,
	struct zong_err *err)
{
	const json_t *array = json_object_get(object, name);
	size_t count = json_array_size(array);
	char *list;
	int code = 0;

	*ret_count = 0;
	if (!array || json_is_null(array))
		return 0;
	if (!json_is_array(array))
		return zong_err_set(err, ZONG_EJSON, "%s: [ { … } ]", name);
	if (count > max)
		return zong_err_set(err, ZONG_ELIMIT, "%s", name);
	list = zong_arena_calloc(arena, count + 1, size);
	if (!list)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < count && !code; i++) {
		const json_t *json = json_array_get(array, i);

		code = json_is_object(json) ? read(json, list + i * size, err)
					    : zong_err_set(err, ZONG_EJSON, "%s: [ { … } ]", name);
	}
	*ret_list = list;
	*ret_count = count;
	return code;
}

static int read_object(const json_t *json, void *one, struct zong_err *err)
{
	static const char *const known[] = {"by", "value", "unit", NULL};
	struct zong_query_object *object = one;
	int code = zong_json_known(json, known, "objects.", err);

	if (!code)
		code = zong_json_text(json, "by", true, &object->by, err);
	if (!code)
		code = zong_json_text(json, "value", true, &object->value, err);
	return code ? code : zong_json_text(json, "unit", false, &object->unit, err);
}

int zong_json_read_objects(const json_t *object, struct zong_arena *arena,
	struct zong_query_entry *entry, struct zong_err *err)
{
	void *list = NULL;
	int code = read_list(object, "objects", ZONG_LIMIT_QUERY_OBJECTS, sizeof(*entry->object),
		read_object, arena, &list, &entry->objects, err);

	entry->object = list;
	return code;
}

static int read_proof(const json_t *json, void *one, struct zong_err *err)
{
	static const char *const known[] = {"kind", "note", NULL};
	struct zong_query_proof *proof = one;
	int code = zong_json_known(json, known, "proofs.", err);

	if (!code)
		code = zong_json_text(json, "kind", true, &proof->kind, err);
	return code ? code : zong_json_text(json, "note", false, &proof->note, err);
}

static int read_proofs(const json_t *object, struct zong_arena *arena,
	struct zong_query_entry *entry, struct zong_err *err)
{
	void *list = NULL;
	int code = read_list(object, "proofs", ZONG_LIMIT_QUERY_PROOFS, sizeof(*entry->proof),
		read_proof, arena, &list, &entry->proofs, err);

	entry->proof = list;
	return code;
}

int zong_json_read_query(const json_t *object, struct zong_arena *arena,
	struct zong_query_entry *ret_entry, int64_t *ret_revision, struct zong_err *err)
{
	static const char *const known[] = {"asker", "querent", "proxy", "holder", "purpose",
		"wants", "objects", "proofs", "note", "revision", NULL};
	struct zong_query_entry entry = {0};
	char **wants;
	int code = zong_json_known(object, known, "", err);

	if (!code)
		code = zong_json_text(object, "asker", true, &entry.asker, err);
	if (!code)
		code = read_person(object, "querent", true, &entry.querent, err);
	if (!code)
		code = read_person(object, "proxy", false, &entry.proxy, err);
	if (!code)
		code = read_person(object, "holder", false, &entry.holder, err);
	if (!code)
		code = zong_json_text(object, "purpose", true, &entry.purpose, err);
	if (!code)
		code = zong_json_texts(object, "wants", ZONG_LIMIT_QUERY_PROOFS, arena, &wants,
			&entry.want_count, err);
	if (!code)
		code = zong_json_read_objects(object, arena, &entry, err);
	if (!code)
		code = read_proofs(object, arena, &entry, err);
	if (!code)
		code = zong_json_text(object, "note", false, &entry.note, err);
	if (!code)
		code = zong_json_whole(object, "revision", 0, INT32_MAX, 0, ret_revision, err);
	if (code)
		return code;
	entry.wants = (const char *const *)wants;
	*ret_entry = entry;
	return 0;
}
