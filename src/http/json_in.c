/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/utf8.h>

#include "http/json.h"

/* The library quotes what stands there, and cuts it at a byte. */
int zong_json_error(const json_error_t *error, const char *prefix, struct zong_err *err)
{
	_cleanup_(zong_buf_release) struct zong_buf text =
		ZONG_BUF_INIT(4 * JSON_ERROR_TEXT_LENGTH);
	size_t len = strnlen(error->text, sizeof(error->text));
	size_t pos = 0;
	uint32_t c;

	while (pos < len) {
		c = zong_utf8_next(error->text, len, &pos);
		zong_utf8_add(&text, c == ZONG_UTF8_BAD ? 0xFFFD : c);
	}
	return zong_err_set(err, ZONG_EJSON, "%s%d:%d %s", prefix, error->line, error->column,
		zong_buf_str(&text));
}

int zong_json_known(
	const json_t *object, const char *const *known, const char *where, struct zong_err *err)
{
	const char *name;
	json_t *value;
	size_t i;

	json_object_foreach((json_t *)object, name, value)
	{
		for (i = 0; known[i]; i++) {
			if (strcmp(known[i], name) == 0)
				break;
		}
		if (!known[i])
			return zong_err_set(err, ZONG_EJSON, "%s%s: ?", where, name);
	}
	return 0;
}

static int wrong_type(const char *name, const char *wanted, struct zong_err *err)
{
	return zong_err_set(err, ZONG_EJSON, "%s: %s", name, wanted);
}

int zong_json_text(const json_t *object, const char *name, bool needed, const char **ret_text,
	struct zong_err *err)
{
	const json_t *value = json_object_get(object, name);

	if ((!value || json_is_null(value)) && !needed) {
		*ret_text = "";
		return 0;
	}
	if (!json_is_string(value))
		return wrong_type(name, "\"…\"", err);
	*ret_text = json_string_value(value);
	return 0;
}

int zong_json_flag(const json_t *object, const char *name, bool *ret_flag, struct zong_err *err)
{
	const json_t *value = json_object_get(object, name);

	if (value && !json_is_null(value) && !json_is_boolean(value))
		return wrong_type(name, "true | false", err);
	*ret_flag = json_is_true(value);
	return 0;
}

int zong_json_whole(const json_t *object, const char *name, int64_t min, int64_t max,
	int64_t fallback, int64_t *ret_value, struct zong_err *err)
{
	const json_t *value = json_object_get(object, name);

	if (!value || json_is_null(value)) {
		*ret_value = fallback;
		return 0;
	}
	if (!json_is_integer(value) || json_integer_value(value) < min ||
		json_integer_value(value) > max)
		return zong_err_set(
			err, ZONG_EJSON, "%s: %lld … %lld", name, (long long)min, (long long)max);
	*ret_value = json_integer_value(value);
	return 0;
}

/* An absent array counts as an empty one. */
static int take_array(const json_t *object, const char *name, size_t max, const json_t **ret_array,
	size_t *ret_count, struct zong_err *err)
{
	const json_t *array = json_object_get(object, name);

	*ret_array = array;
	*ret_count = 0;
	if (!array || json_is_null(array))
		return 0;
	if (!json_is_array(array))
		return wrong_type(name, "[ … ]", err);
	*ret_count = json_array_size(array);
	if (*ret_count > max)
		return zong_err_set(err, ZONG_ELIMIT, "%s: %zu > %zu", name, *ret_count, max);
	return 0;
}

int zong_json_texts(const json_t *object, const char *name, size_t max, struct zong_arena *arena,
	char ***ret_texts, size_t *ret_count, struct zong_err *err)
{
	const json_t *array;
	char **texts;
	size_t count, i;
	int code = take_array(object, name, max, &array, &count, err);

	if (code)
		return code;
	texts = zong_arena_calloc(arena, count + 1, sizeof(*texts));
	if (!texts)
		return ZONG_ENOMEM;
	for (i = 0; i < count; i++) {
		if (!json_is_string(json_array_get(array, i)))
			return zong_err_set(err, ZONG_EJSON, "%s[%zu]: \"…\"", name, i);
		/* The rows of protobuf-c have no const; nobody writes to these. */
		texts[i] = (char *)json_string_value(json_array_get(array, i));
	}
	*ret_texts = texts;
	*ret_count = count;
	return 0;
}

static int read_party(const json_t *object, Zong__Party *party, struct zong_err *err)
{
	static const char *const known[] = {"name", "idno", "role", NULL};
	const char *name, *idno, *role;
	int code;

	zong__party__init(party);
	if (!json_is_object(object))
		return wrong_type("parties", "[ { … } ]", err);
	code = zong_json_known(object, known, "parties.", err);
	if (!code)
		code = zong_json_text(object, "name", true, &name, err);
	if (!code)
		code = zong_json_text(object, "idno", false, &idno, err);
	if (!code)
		code = zong_json_text(object, "role", false, &role, err);
	if (code)
		return code;
	party->name = (char *)name;
	party->idno = (char *)idno;
	party->role = (char *)role;
	return 0;
}

static int read_parties(
	const json_t *object, struct zong_arena *arena, Zong__Case *row, struct zong_err *err)
{
	const json_t *array;
	Zong__Party *parties;
	size_t count, i;
	int code = take_array(object, "parties", ZONG_LIMIT_PARTIES, &array, &count, err);

	if (code)
		return code;
	parties = zong_arena_calloc(arena, count + 1, sizeof(*parties));
	row->parties = zong_arena_calloc(arena, count + 1, sizeof(*row->parties));
	if (!parties || !row->parties)
		return ZONG_ENOMEM;
	for (i = 0; i < count; i++) {
		code = read_party(json_array_get(array, i), &parties[i], err);
		if (code)
			return code;
		row->parties[i] = &parties[i];
	}
	row->n_parties = count;
	return 0;
}

int zong_json_read_case(
	const json_t *object, struct zong_arena *arena, Zong__Case *ret_case, struct zong_err *err)
{
	static const char *const known[] = {
		"no", "kind", "cause", "units", "parties", "certificates", "address", "note", NULL};
	const char *no, *kind, *cause, *address, *note;
	Zong__Case row;
	int code = zong_json_known(object, known, "", err);

	zong__case__init(&row);
	if (!code)
		code = zong_json_text(object, "no", true, &no, err);
	if (!code)
		code = zong_json_text(object, "kind", true, &kind, err);
	if (!code)
		code = zong_json_text(object, "cause", false, &cause, err);
	if (!code)
		code = zong_json_text(object, "address", false, &address, err);
	if (!code)
		code = zong_json_text(object, "note", false, &note, err);
	if (!code)
		code = zong_json_texts(
			object, "units", ZONG_LIMIT_UNITS, arena, &row.units, &row.n_units, err);
	if (!code)
		code = zong_json_texts(object, "certificates", ZONG_LIMIT_UNITS, arena,
			&row.certificates, &row.n_certificates, err);
	if (!code)
		code = read_parties(object, arena, &row, err);
	if (code)
		return code;
	row.no = (char *)no;
	row.kind = (char *)kind;
	row.cause = (char *)cause;
	row.address = (char *)address;
	row.note = (char *)note;
	*ret_case = row;
	return 0;
}

int zong_json_read_intake(const json_t *object, struct zong_arena *arena,
	struct zong_intake *ret_intake, struct zong_err *err)
{
	static const char *const known[] = {
		"case", "type", "title", "scope", "units", "to", "name", "split", "gate",
		"bulk", "replaces", "only", NULL};
	const json_t *split = json_object_get(object, "split");
	struct zong_intake intake = *ret_intake;
	char **units = NULL, **receivers = NULL;
	int code = zong_json_known(object, known, "meta.", err);

	if (!code)
		code = zong_json_text(object, "case", false, &intake.case_no, err);
	if (!code)
		code = zong_json_text(object, "type", false, &intake.type, err);
	if (!code)
		code = zong_json_text(object, "title", false, &intake.title, err);
	if (!code)
		code = zong_json_text(object, "scope", false, &intake.scope, err);
	if (!code)
		code = zong_json_text(object, "name", false, &intake.file_name, err);
	if (!code)
		code = zong_json_text(object, "replaces", false, &intake.replaces, err);
	if (!code)
		code = zong_json_texts(
			object, "units", ZONG_LIMIT_UNITS, arena, &units, &intake.units_count, err);
	if (!code)
		code = zong_json_texts(object, "to", ZONG_LIMIT_RECEIVERS, arena, &receivers,
			&intake.receivers_count, err);
	if (!code && split && !json_is_boolean(split))
		code = zong_err_set(err, ZONG_EINVAL, "split");
	if (!code)
		code = zong_json_flag(object, "gate", &intake.gate, err);
	if (!code)
		code = zong_json_flag(object, "bulk", &intake.bulk, err);
	if (!code)
		code = zong_json_flag(object, "only", &intake.only, err);
	if (code)
		return code;
	intake.whole = json_is_false(split) || intake.replaces[0];
	intake.units = (const char *const *)units;
	intake.receivers = (const char *const *)receivers;
	*ret_intake = intake;
	return 0;
}

static int parse_object(
	const char *bytes, size_t len, const char *prefix, json_t **ret_json, struct zong_err *err)
{
	json_error_t error;
	json_t *json = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		return zong_json_error(&error, prefix, err);
	if (!json_is_object(json)) {
		json_decref(json);
		return zong_err_set(err, ZONG_EJSON, "%s1:1 { … }", prefix);
	}
	*ret_json = json;
	return 0;
}

int zong_json_parse_intake(const char *bytes, size_t len, struct zong_arena *arena,
	struct zong_intake *ret_intake, json_t **ret_json, struct zong_err *err)
{
	json_t *json;
	int code = parse_object(bytes, len, "meta ", &json, err);

	if (code)
		return code;
	code = zong_json_read_intake(json, arena, ret_intake, err);
	if (code) {
		json_decref(json);
		return code;
	}
	*ret_json = json;
	return 0;
}

int zong_json_parse_case(const char *bytes, size_t len, struct zong_arena *arena,
	Zong__Case *ret_case, json_t **ret_json, struct zong_err *err)
{
	json_t *json;
	int code = parse_object(bytes, len, "", &json, err);

	if (code)
		return code;
	code = zong_json_read_case(json, arena, ret_case, err);
	if (code) {
		json_decref(json);
		return code;
	}
	*ret_json = json;
	return 0;
}
