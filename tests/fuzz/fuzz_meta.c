/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What src/http reads from outside: the JSON of an upload and of a case, the query of an address,
 * Range and If-None-Match, Accept-Language. The first byte says which. */

#include <string.h>

#include <zong/arena.h>
#include <zong/utf8.h>

#include "fuzz.h"
#include "json.h"
#include "params.h"
#include "range.h"
#include "request.h"

static void check_err(int code, const struct zong_err *err)
{
	must_hold(code == ZONG_EJSON || code == ZONG_ELIMIT || code == ZONG_ENOMEM);
	must_hold(strlen(err->subject) < sizeof(err->subject));
	must_hold(zong_utf8_valid(err->subject, strlen(err->subject)));
}

static void check_intake(const char *text, size_t len)
{
	struct zong_intake intake = {.file_name = ""};
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_err err = {0};
	json_t *json = NULL;
	int code = zong_json_parse_intake(text, len, &arena, &intake, &json, &err);
	size_t i;

	if (code) {
		check_err(code, &err);
	} else {
		must_hold(intake.case_no && intake.type && intake.title && intake.scope &&
			  intake.file_name);
		must_hold(intake.receivers_count <= ZONG_LIMIT_RECEIVERS &&
			  intake.units_count <= ZONG_LIMIT_UNITS);
		for (i = 0; i < intake.receivers_count; i++)
			must_hold(
				zong_utf8_valid(intake.receivers[i], strlen(intake.receivers[i])));
	}
	json_decref(json);
	zong_arena_release(&arena);
}

static void check_case(const char *text, size_t len)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_err err = {0};
	json_t *json = NULL;
	Zong__Case row;
	int code = zong_json_parse_case(text, len, &arena, &row, &json, &err);

	if (code)
		check_err(code, &err);
	else
		must_hold(zong__case__get_packed_size(&row) < 2 * len + 16);
	json_decref(json);
	zong_arena_release(&arena);
}

static void check_query(char *text)
{
	size_t len = strlen(text);
	struct zong_params params;
	size_t i;

	if (zong_params_parse(text, &params))
		return;
	must_hold(params.count <= ZONG_LIMIT_QUERY_ITEMS);
	for (i = 0; i < params.count; i++) {
		must_hold(zong_utf8_valid(params.item[i].name, strlen(params.item[i].name)));
		must_hold(strlen(params.item[i].value) <= len);
		must_hold(zong_params_get(&params, params.item[i].name) != NULL);
	}
}

static void check_range(const char *text)
{
	static const uint64_t sizes[] = {0, 1, 100, UINT64_C(16) << 30, UINT64_MAX};
	struct zong_range range;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		zong_range_parse(text, sizes[i], &range);
		if (range.kind == ZONG_RANGE_PART)
			must_hold(range.first <= range.last && range.last < sizes[i]);
	}
	zong_etag_matches(text, "\"abc\"");
	must_hold(strlen(zong_language_of(text)) == 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text;

	if (len == 0)
		return 0;
	text = malloc(len);
	if (!text)
		return 0;
	memcpy(text, bytes + 1, len - 1);
	text[len - 1] = '\0';
	switch (bytes[0]) {
	case 'm':
		check_intake(text, len - 1);
		break;
	case 'c':
		check_case(text, len - 1);
		break;
	case 'q':
		check_query(text);
		break;
	case 'r':
		check_range(text);
		break;
	default:
		break;
	}
	free(text);
	return 0;
}
