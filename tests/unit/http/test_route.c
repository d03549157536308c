/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/description.h"
#include "http/route.h"

#define OPERATIONS 256

struct operation {
	char method[8];
	char path[128];
};

struct described {
	struct operation operation[OPERATIONS];
	size_t count;
};

static bool is_method(const char *word)
{
	return strcmp(word, "get") == 0 || strcmp(word, "post") == 0 || strcmp(word, "put") == 0 ||
	       strcmp(word, "delete") == 0 || strcmp(word, "patch") == 0;
}

/* The description is our own, and so is its form: an address stands at two blanks, its methods at
 * four. */
static void take_line(const char *line, char path[128], struct described *described)
{
	struct operation *operation = &described->operation[described->count];
	char word[128];
	size_t i;

	if (strncmp(line, "  /", 3) == 0) {
		assert_int_equal(sscanf(line, " %127[^:]", path), 1);
		return;
	}
	if (strncmp(line, "    ", 4) != 0 || !islower((unsigned char)line[4]) || !*path)
		return;
	if (sscanf(line, " %127[a-z]", word) != 1 || !is_method(word))
		return;
	assert_true(described->count < OPERATIONS);
	for (i = 0; word[i]; i++)
		operation->method[i] = (char)toupper((unsigned char)word[i]);
	snprintf(operation->path, sizeof(operation->path), "%s", path);
	described->count++;
}

static int read_description(void **state)
{
	struct described *described = calloc(1, sizeof(*described));
	const char *text = (const char *)zong_description;
	const char *end = text + zong_description_size;
	char path[128] = "", line[4096];

	while (described && text < end) {
		size_t len = strcspn(text, "\n");

		if (len < sizeof(line)) {
			memcpy(line, text, len);
			line[len] = '\0';
			if (strcmp(line, "components:") == 0)
				break;
			take_line(line, path, described);
		}
		text += len + 1;
	}
	*state = described;
	return described ? 0 : -1;
}

static int forget_description(void **state)
{
	free(*state);
	return 0;
}

static void every_described_operation_has_a_route(void **state)
{
	struct described *described = *state;
	size_t i, j;

	assert_true(described->count >= 30);
	for (i = 0; i < described->count; i++) {
		for (j = 0; j < zong_routes_count; j++) {
			if (strcmp(zong_routes[j].method, described->operation[i].method) == 0 &&
				strcmp(zong_routes[j].pattern, described->operation[i].path) == 0)
				break;
		}
		if (j == zong_routes_count)
			print_message("# no route: %s %s\n", described->operation[i].method,
				described->operation[i].path);
		assert_int_not_equal(j, zong_routes_count);
	}
}

static void every_route_is_described_once(void **state)
{
	struct described *described = *state;
	size_t i, j, found;

	assert_int_equal(described->count, zong_routes_count);
	for (i = 0; i < zong_routes_count; i++) {
		found = 0;
		for (j = 0; j < described->count; j++) {
			if (strcmp(zong_routes[i].method, described->operation[j].method) == 0 &&
				strcmp(zong_routes[i].pattern, described->operation[j].path) == 0)
				found++;
		}
		if (found != 1)
			print_message("# %s %s\n", zong_routes[i].method, zong_routes[i].pattern);
		assert_int_equal(found, 1);
	}
}

static void every_route_has_a_decision_or_names_nothing(void **state)
{
	static const char *const public[] = {"/api/v1/sessions", "/api/v1/openapi.yaml", "/healthz",
		"/readyz", "/metrics", "/tlog/key", "/tlog/checkpoint", "/tlog/proof", "/tlog/timestamp",
		"/tlog/tile/{tile}", "/tlog/cosignature"};
	const size_t count = sizeof(public) / sizeof(public[0]);
	size_t i, j;

	(void)state;
	for (i = 0; i < zong_routes_count; i++) {
		assert_non_null(zong_routes[i].handle);
		if (zong_routes[i].verb == ZONG_ROUTE_PAPER) {
			assert_non_null(strstr(zong_routes[i].pattern, "/{word}"));
			continue;
		}
		if (zong_routes[i].verb != ZONG_ROUTE_PUBLIC) {
			assert_true(zong_routes[i].verb == ZONG_ROUTE_SIGNED_IN ||
				    (zong_routes[i].verb >= 0 &&
					    zong_routes[i].verb < ZONG_VERB_COUNT_));
			continue;
		}
		for (j = 0; j < count && strcmp(public[j], zong_routes[i].pattern) != 0; j++)
			continue;
		assert_true(j < count);
	}
}

static enum zong_found find(const char *method, const char *path, char copy[256],
	const struct zong_route **route, const char *params[2])
{
	snprintf(copy, 256, "%s", path);
	return zong_route_find(method, copy, route, params);
}

static void an_address_gives_its_parts(void **state)
{
	const struct zong_route *route;
	const char *params[2];
	char copy[256];

	(void)state;
	assert_int_equal(find("GET", "/api/v1/materials/abc/pages/12/text", copy, &route, params),
		ZONG_FOUND_ROUTE);
	assert_string_equal(route->pattern, "/api/v1/materials/{id}/pages/{n}/text");
	assert_string_equal(params[0], "abc");
	assert_string_equal(params[1], "12");
	assert_int_equal(
		find("HEAD", "/api/v1/cases/示例-1", copy, &route, params), ZONG_FOUND_ROUTE);
	assert_string_equal(params[0], "示例-1");
	assert_null(params[1]);
	assert_int_equal(
		find("GET", "/api/v1/files/sha256:00", copy, &route, params), ZONG_FOUND_ROUTE);
	assert_string_equal(params[0], "sha256:00");
}

static void a_tile_is_the_rest_of_the_address(void **state)
{
	const struct zong_route *route;
	const char *params[2];
	char copy[256];

	(void)state;
	assert_int_equal(find("GET", "/tlog/tile/0/x001/234.p/5", copy, &route, params),
		ZONG_FOUND_ROUTE);
	assert_string_equal(route->pattern, "/tlog/tile/{tile}");
	assert_string_equal(params[0], "0/x001/234.p/5");
	assert_int_equal(find("GET", "/tlog/tile/entries/x001/234", copy, &route, params),
		ZONG_FOUND_ROUTE);
	assert_string_equal(route->pattern, "/tlog/tile/entries/{tile}");
	assert_int_equal(route->verb, ZONG_VERB_LOG_READ);
	assert_string_equal(params[0], "x001/234");
	assert_int_equal(find("GET", "/tlog/tile/", copy, &route, params), ZONG_FOUND_NOTHING);
}

static void a_wrong_address_is_nothing_and_a_wrong_method_an_address(void **state)
{
	static const char *const wrong[] = {"", "/", "/api/v1", "/api/v1/cases/",
		"/api/v1/cases/a/b", "/api/v1/materials//file", "/API/v1/cases", "/api/v1/casesx",
		"/api/v1/materials/a/pages/1", "/healthz/"};
	const struct zong_route *route;
	const char *params[2];
	char copy[256], allow[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(find("GET", wrong[i], copy, &route, params), ZONG_FOUND_NOTHING);
		assert_false(zong_route_allow(wrong[i], allow, sizeof(allow)));
	}
	assert_int_equal(find("PUT", "/api/v1/cases", copy, &route, params), ZONG_FOUND_ADDRESS);
	assert_int_equal(find("get", "/api/v1/cases", copy, &route, params), ZONG_FOUND_ADDRESS);
	assert_true(zong_route_allow("/api/v1/cases", allow, sizeof(allow)));
	assert_string_equal(allow, "GET, HEAD, POST, OPTIONS");
	assert_true(zong_route_allow("/api/v1/session", allow, sizeof(allow)));
	assert_string_equal(allow, "GET, HEAD, DELETE, OPTIONS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_described_operation_has_a_route),
		cmocka_unit_test(every_route_is_described_once),
		cmocka_unit_test(every_route_has_a_decision_or_names_nothing),
		cmocka_unit_test(an_address_gives_its_parts),
		cmocka_unit_test(a_tile_is_the_rest_of_the_address),
		cmocka_unit_test(a_wrong_address_is_nothing_and_a_wrong_method_an_address),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, read_description, forget_description);
}
