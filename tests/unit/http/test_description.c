/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>

#include "expect.h"
#include "house.h"
#include "http/description.h"

static char *yaml; /* the description with an end */

static int setup(void **state)
{
	yaml = strndup((const char *)zong_description, zong_description_size);
	return yaml ? house_setup(state) : -1;
}

static int teardown(void **state)
{
	free(yaml);
	return house_teardown(state);
}

static void what_is_served_is_what_was_built_in(void **state)
{
	struct house *h = *state;

	assert_int_equal(strlen(yaml), zong_description_size);
	house_ask(h, "GET /api/v1/openapi.yaml", NULL, "", NULL);
	assert_int_equal(h->status, 200);
	assert_string_equal(house_header(h, "Content-Type"), "application/yaml");
	assert_int_equal(h->body_len, zong_description_size);
	assert_memory_equal(h->body, zong_description, zong_description_size);
}

/* What stands below a line and deeper than it. That addresses and routes are the same, test_route
 * says. */
static char *block(const char *line, size_t depth)
{
	const char *begin = strstr(yaml, line), *end;

	if (!begin)
		fail_msg("nothing about %s", line);
	begin += strlen(line);
	for (end = begin; *end; end = strchr(end, '\n') + 1) {
		if (strspn(end, " ") <= depth)
			break;
	}
	return strndup(begin, (size_t)(end - begin));
}

static void every_verb_is_listed(void **state)
{
	int verb;

	(void)state;
	for (verb = 0; verb < ZONG_VERB_COUNT_; verb++) {
		const char *name = zong_verb_name((enum zong_verb)verb);

		if (!strstr(yaml, name))
			fail_msg("%s is not listed", name);
	}
}

/* The members are properties of the schema, and all that it requires are there. Looks at one level;
 * schemas of a reply's parts are asked for one by one. */
static void check(const json_t *json, const char *schema)
{
	char line[64], property[80], *text, *required, *save = NULL;
	const char *name;
	json_t *value;

	assert_true(json_is_object(json));
	snprintf(line, sizeof(line), "\n    %s:\n", schema);
	text = block(line, 4);
	json_object_foreach((json_t *)json, name, value)
	{
		const char *p = text;

		snprintf(property, sizeof(property), " %s:", name);
		p = strstr(text, property);
		if (!p)
			print_message("# %s has a member %s\n", schema, name);
		assert_non_null(p);
	}
	required = strstr(text, "required: [");
	assert_non_null(required);
	required += strlen("required: [");
	required[strcspn(required, "]")] = '\0';
	for (name = strtok_r(required, ", ", &save); name; name = strtok_r(NULL, ", ", &save)) {
		if (!json_object_get(json, name))
			print_message("# %s needs a member %s\n", schema, name);
		assert_non_null(json_object_get(json, name));
	}
	free(text);
}

static void replies_have_the_members_that_their_schemas_tell_of(void **state)
{
	struct house *h = *state;
	char id[64], line[128];

	expect_reply(h, "POST /api/v1/cases", h->archivist,
		"{\"no\":\"D-1\",\"kind\":\"x\",\"units\":[\"370786001001GB00000\"],"
		"\"parties\":[{\"name\":\"示例甲\",\"idno\":\"1\",\"role\":\"权利人\"}]}",
		201);
	check(h->json, "Case");
	check(expect_at(h->json, "units/0"), "Unit");
	check(expect_at(h->json, "parties/0"), "Party");
	check(expect_at(h->json, "warnings/0"), "Warning");
	expect_upload(h, h->archivist, "{\"case\":\"D-1\",\"to\":[\"tax\"]}",
		"text 11010519491231002X\nkill x\n", 201);
	check(h->json, "Receipt");
	check(expect_at(h->json, "deliveries/0"), "DeliveryBrief");
	snprintf(id, sizeof(id), "%s", house_text(h, "material"));
	assert_true(fixture_settle(h->f));
	snprintf(line, sizeof(line), "GET /api/v1/materials/%s", id);
	expect_reply(h, line, h->archivist, NULL, 200);
	check(expect_at(h->json, "page/0"), "Page");
	check(expect_at(h->json, "page/1"), "Page");
	check(expect_at(h->json, "fields/0"), "Field");
	expect_reply(h, "GET /api/v1/cases?q=D-1", h->archivist, NULL, 200);
	check(h->json, "CaseList");
	expect_reply(h, "GET /api/v1/parcels/370786001001GB00000", h->archivist, NULL, 200);
	check(h->json, "Parcel");
	check(expect_at(h->json, "materials/0"), "MaterialBrief");
	expect_reply(h, "GET /api/v1/search?q=D-1", h->archivist, NULL, 200);
	check(h->json, "Hits");
	check(expect_at(h->json, "items/0"), "Hit");
	expect_reply(h, "GET /api/v1/departments/tax/feed", h->tax, NULL, 200);
	check(h->json, "Feed");
	check(expect_at(h->json, "items/0"), "Event");
	expect_reply(h, "GET /api/v1/departments", h->administrator, NULL, 200);
	check(expect_at(h->json, "items/0"), "Department");
	expect_reply(h, "GET /api/v1/tokens", h->administrator, NULL, 200);
	check(expect_at(h->json, "items/0"), "Token");
	expect_reply(h, "GET /api/v1/jobs", h->administrator, NULL, 200);
	check(h->json, "JobList");
	check(expect_at(h->json, "items/0"), "Job");
	expect_reply(h, "GET /api/v1/status", h->lookup, NULL, 200);
	check(h->json, "Status");
	expect_reply(h, "GET /api/v1/session", h->lookup, NULL, 200);
	check(h->json, "Session");
	expect_refusal(h, "GET /api/v1/cases/D-9", h->lookup, NULL, 404, "case-not-found");
	check(h->json, "Problem");
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_served_is_what_was_built_in),
		TEST(every_verb_is_listed),
		TEST(replies_have_the_members_that_their_schemas_tell_of),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
