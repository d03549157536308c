/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "house.h"

/* Says which member it is, as a whole reply is long. */
static bool same(const json_t *have, const json_t *want, const char *where)
{
	char path[256];
	const char *name;
	const json_t *value;
	char *shown;
	bool equal = true;

	if (json_is_object(have) && json_is_object(want)) {
		json_object_foreach((json_t *)have, name, value)
		{
			snprintf(path, sizeof(path), "%.100s/%.100s", where, name);
			equal &= same(value, json_object_get(want, name), path);
		}
		json_object_foreach((json_t *)want, name, value)
		{
			snprintf(path, sizeof(path), "%.100s/%.100s", where, name);
			if (!json_object_get(have, name))
				equal &= same(NULL, value, path);
		}
		return equal;
	}
	if (have && want && json_equal(have, want))
		return true;
	shown = have ? json_dumps(have, JSON_ENCODE_ANY) : NULL;
	print_message("# %s is %s\n", where, shown ? shown : "not there");
	free(shown);
	shown = want ? json_dumps(want, JSON_ENCODE_ANY) : NULL;
	print_message("#   expected: %s\n", shown ? shown : "not there");
	free(shown);
	return false;
}

void expect_json(const json_t *have, const char *want)
{
	json_error_t error;
	json_t *json = json_loads(want, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
	bool equal;

	if (!json)
		fail_msg("the test's own JSON: %s at %d", error.text, error.position);
	equal = same(have, json, "");
	json_decref(json);
	assert_true(equal);
}

json_t *expect_at(json_t *json, const char *path)
{
	char name[64];

	while (json && *path) {
		size_t len = strcspn(path, "/");

		assert_true(len < sizeof(name));
		memcpy(name, path, len);
		name[len] = '\0';
		json = json_is_array(json) ? json_array_get(json, strtoul(name, NULL, 10))
					   : json_object_get(json, name);
		path += len + (path[len] == '/');
	}
	return json;
}

void expect_text(json_t *json, const char *path, const char *want)
{
	const char *text = json_string_value(expect_at(json, path));

	if (!text)
		fail_msg("no text at %s", path);
	assert_string_equal(text, want);
}

void expect_number(json_t *json, const char *path, json_int_t want)
{
	const json_t *value = expect_at(json, path);

	if (!json_is_integer(value))
		fail_msg("no whole number at %s", path);
	assert_int_equal(json_integer_value(value), want);
}

void expect_count(json_t *json, const char *path, size_t want)
{
	const json_t *value = expect_at(json, path);

	if (!json_is_array(value) && !json_is_object(value))
		fail_msg("nothing to count at %s", path);
	assert_int_equal(
		json_is_array(value) ? json_array_size(value) : json_object_size(value), want);
}

void expect_time(json_t *json, const char *path)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
	const char *text = json_string_value(expect_at(json, path));
	size_t i;

	if (!text)
		fail_msg("no time at %s", path);
	assert_int_equal(strlen(text), strlen(form));
	for (i = 0; form[i]; i++) {
		if (form[i] == 'd')
			assert_in_range(text[i], '0', '9');
		else
			assert_int_equal(text[i], form[i]);
	}
}

void expect_nowhere(const json_t *json, const char *words)
{
	char *text = json_dumps(json, JSON_ENCODE_ANY);
	bool found;

	assert_non_null(text);
	found = strstr(text, words) != NULL;
	free(text);
	assert_false(found);
}

void expect_problem(struct house *h, int status, const char *code)
{
	char type[128];
	const char *name;
	json_t *value;

	if (h->status != status || strcmp(house_text(h, "code"), code) != 0)
		fail_msg("%d %s instead of %d %s: %s", h->status, house_text(h, "code"), status,
			code, h->body);
	assert_string_equal(house_header(h, "Content-Type"), "application/problem+json");
	assert_string_equal(house_header(h, "Cache-Control"), "no-store");
	snprintf(type, sizeof(type), "urn:zong:problem:%s", code);
	expect_text(h->json, "type", type);
	assert_true(strlen(house_text(h, "title")) > 1);
	expect_number(h->json, "status", status);
	json_object_foreach(h->json, name, value)
	{
		if (!strstr(" type code title status detail subject ", name))
			fail_msg("a problem has no member %s", name);
	}
}

void expect_refusal(struct house *h, const char *line, const char *token, const char *body,
	int status, const char *code)
{
	house_ask(h, line, token, "", body);
	expect_problem(h, status, code);
}

void expect_reply(
	struct house *h, const char *line, const char *token, const char *body, int status)
{
	house_ask(h, line, token, "", body);
	if (h->status != status)
		fail_msg("%s: %d instead of %d: %s", line, h->status, status, h->body);
	assert_string_equal(house_header(h, "Content-Type"), "application/json");
	assert_non_null(h->json);
}

void expect_closed(struct house *h, const char *line, const char *body)
{
	expect_refusal(h, line, NULL, body, 401, "unauthenticated");
	assert_string_equal(house_header(h, "WWW-Authenticate"), "Bearer realm=\"zong\"");
}

void expect_upload(
	struct house *h, const char *token, const char *meta, const char *pages, int status)
{
	char *file = NULL, *form, *head = NULL;
	size_t len;
	int file_len = asprintf(&file, "%%PDF-1.4\n%s", pages);
	int head_len;

	assert_true(file_len > 0);
	form = house_form(meta, file, (size_t)file_len, &len);
	free(file);
	head_len = asprintf(&head,
		"POST /api/v1/materials HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
		"Authorization: Bearer %s\r\n" HOUSE_FORM "Content-Length: %zu\r\n\r\n",
		token, len);
	assert_true(head_len > 0);
	house_connect(h);
	house_say(h, head, (size_t)head_len);
	house_say(h, form, len);
	free(head);
	free(form);
	house_hear(h);
	if (h->status != status)
		fail_msg("%d instead of %d: %s", h->status, status, h->body);
}
