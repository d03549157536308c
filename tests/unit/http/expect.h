/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_HTTP_EXPECT_H
#define ZONG_TEST_HTTP_EXPECT_H

/* What a test expects of a reply. The first half needs no server. Each fails the test where it
 * does not hold and says what was there instead. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>

/* The value is what @want (JSON) says, no member more and none less. */
void expect_json(const json_t *have, const char *want);
/* What lies at "items/0/no"; NULL when nothing does. Borrowed. */
json_t *expect_at(json_t *json, const char *path);
/* Text or whole number there. */
void expect_text(json_t *json, const char *path, const char *want);
void expect_number(json_t *json, const char *path, json_int_t want);
/* Members of an object, or items of an array. */
void expect_count(json_t *json, const char *path, size_t want);
/* The instant there is RFC 3339 in UTC. */
void expect_time(json_t *json, const char *path);
/* The words occur nowhere in the JSON, neither in a name nor in a value. */
void expect_nowhere(const json_t *json, const char *words);

struct house;

/* The last reply is this problem, with its headers; in the JSON no member but those of RFC 9457
 * and ours. */
void expect_problem(struct house *h, int status, const char *code);
/* Asks and expects a problem. */
void expect_refusal(struct house *h, const char *line, const char *token, const char *body,
	int status, const char *code);
/* Asks and expects JSON under this status. */
void expect_reply(
	struct house *h, const char *line, const char *token, const char *body, int status);
/* Every address of @line ("GET /api/v1/x") is closed without a token. */
void expect_closed(struct house *h, const char *line, const char *body);
/* Hands in a file ("text 甲\n"; its head is added); the reply is the last one. */
void expect_upload(
	struct house *h, const char *token, const char *meta, const char *pages, int status);

#endif
