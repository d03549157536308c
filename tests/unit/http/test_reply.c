/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/archive.h>

#include "expect.h"
#include "house.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/status.h"

static struct zong_request req;
static struct zong_buf buf;
static json_t *made, *other;

static int release(void **state)
{
	if (req.response)
		MHD_destroy_response(req.response);
	memset(&req, 0, sizeof(req));
	zong_buf_release(&buf);
	json_decref(made);
	json_decref(other);
	made = other = NULL;
	return house_clear(state);
}

static void begin(const char *language)
{
	req.language = language;
	req.path = (char *)"/api/v1/cases";
	zong_buf_init(&buf, 1024);
}

static void check_header(const char *name, const char *want)
{
	const char *value = MHD_get_response_header(req.response, name);

	if (!want) {
		assert_null(value);
		return;
	}
	if (!value)
		fail_msg("no %s", name);
	assert_string_equal(value, want);
}

static void a_reply_is_not_kept_by_anybody_and_not_taken_for_something_else(void **state)
{
	(void)state;
	begin("zh");
	assert_int_equal(zong_reply_json(&req, 200, json_object()), 0);
	assert_int_equal(req.status, 200);
	check_header("Content-Type", "application/json");
	check_header("Cache-Control", "no-store");
	check_header("X-Content-Type-Options", "nosniff");
	check_header("Location", NULL);
	/* A second reply takes the place of the first. */
	assert_int_equal(zong_reply_fixed(&req, 201, "text/plain", "x", 1), 0);
	assert_int_equal(req.status, 201);
	check_header("Content-Type", "text/plain");
	check_header("Cache-Control", "no-store");
}

static void json_that_could_not_be_made_is_no_reply(void **state)
{
	(void)state;
	begin("zh");
	assert_int_equal(zong_reply_json(&req, 200, NULL), ZONG_ENOMEM);
	assert_int_equal(zong_reply_created(&req, NULL, "/x"), ZONG_ENOMEM);
	assert_null(req.response);
	assert_int_equal(req.status, 0);
}

static void what_was_made_says_where_it_is(void **state)
{
	(void)state;
	begin("zh");
	assert_int_equal(zong_reply_created(&req, json_object(), "/api/v1/cases/1"), 0);
	assert_int_equal(req.status, 201);
	check_header("Location", "/api/v1/cases/1");
}

static void a_buffer_gives_its_bytes_away_and_its_failure_on(void **state)
{
	(void)state;
	begin("zh");
	zong_buf_add_str(&buf, "text");
	assert_int_equal(zong_reply_buffer(&req, 200, "text/plain", &buf), 0);
	assert_int_equal(buf.len, 0);
	check_header("Content-Type", "text/plain");
	assert_int_equal(zong_reply_buffer(&req, 203, "text/html", &buf), 0); /* empty */
	assert_int_equal(req.status, 203);
	buf.err = ZONG_ELIMIT;
	assert_int_equal(zong_reply_buffer(&req, 200, "text/plain", &buf), ZONG_ELIMIT);
	assert_int_equal(req.status, 203);
	buf.err = 0;
}

static void a_reply_without_a_body_has_no_type(void **state)
{
	(void)state;
	begin("zh");
	assert_int_equal(zong_reply_empty(&req, 204), 0);
	assert_int_equal(req.status, 204);
	check_header("Content-Type", NULL);
	check_header("Cache-Control", "no-store");
	assert_int_equal(zong_reply_not_modified(&req, 10, "\"tag\""), 0);
	assert_int_equal(req.status, 304);
	check_header("ETag", "\"tag\"");
	check_header("Cache-Control", NULL);
}

static void a_problem_says_what_one_has_to_do_next(void **state)
{
	static const struct {
		int code;
		unsigned int status, want;
		const char *header, *value;
	} problems[] = {
		{ZONG_EUNAUTHENTICATED, 0, 401, "WWW-Authenticate", "Bearer realm=\"zong\""},
		{ZONG_ETHROTTLED, 0, 429, "Retry-After", "60"},
		{ZONG_EBUSY, 0, 503, "Retry-After", "5"},
		{ZONG_ENOTREADY, 0, 409, "Retry-After", "5"},
		{ZONG_EMETHOD, 0, 405, "Allow", "GET, HEAD, POST, OPTIONS"},
		{ZONG_ENOCASE, 0, 404, "Retry-After", NULL},
		{ZONG_EFORBIDDEN, 0, 403, "WWW-Authenticate", NULL},
		{ZONG_ENODEPARTMENT, 0, 422, "Allow", NULL},
		{ZONG_ENODEPARTMENT, 404, 404, "Retry-After", NULL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
		begin(i % 2 ? "en" : "zh");
		assert_int_equal(zong_reply_problem(&req, problems[i].code, problems[i].status), 0);
		assert_int_equal(req.status, problems[i].want);
		check_header("Content-Type", "application/problem+json");
		check_header("Content-Language", i % 2 ? "en" : "zh");
		check_header("Cache-Control", "no-store");
		check_header(problems[i].header, problems[i].value);
	}
}

static void every_code_has_its_words_in_both_languages(void **state)
{
	int number;

	for (number = 1; number < ZONG_POSITIVE_LAST_; number++) {
		unsigned int status = zong_status_of(-number);

		release(state);
		made = zong_problem_json(-number, status, "甲", "zh");
		other = zong_problem_json(-number, status, "甲", "en");
		expect_text(made, "code", zong_error_slug(-number));
		expect_number(made, "status", status);
		expect_text(made, "title", zong_message_title(-number, "zh"));
		expect_text(other, "title", zong_message_title(-number, "en"));
		if (strcmp(json_string_value(expect_at(made, "title")),
			    json_string_value(expect_at(other, "title"))) == 0)
			fail_msg("%s is not translated", zong_error_slug(-number));
		expect_text(made, "subject", "甲");
	}
}

static void a_problem_has_the_members_of_the_description(void **state)
{
	(void)state;
	made = zong_problem_json(ZONG_ENOCASE, 404, "202611240001", "en");
	expect_json(made,
		"{\"type\":\"urn:zong:problem:case-not-found\",\"code\":\"case-not-found\","
		"\"title\":\"No such case\",\"status\":404,\"subject\":\"202611240001\","
		"\"detail\":\"There is no case with the number \\\"202611240001\\\". "
		"Check the number; if the case is new, open it first.\"}");
	other = zong_problem_json(ZONG_ENOCASE, 404, "", "zh");
	assert_null(expect_at(other, "subject"));
	/* The sentence that needs a subject is left out, the advice stays. */
	expect_text(other, "detail", "请核对受理号；如果是新案件，请先开立。");
}

static void a_subject_that_was_cut_in_a_character_does_not_spoil_the_problem(void **state)
{
	(void)state;
	made = zong_problem_json(ZONG_EJSON, 400, "1:1 \xf0\xa0\xae", "zh");
	expect_text(made, "subject", "1:1 \uFFFD\uFFFD\uFFFD"); /* one for each byte */
	other = zong_problem_json(ZONG_EJSON, 400, "%s%n \U00020BB7", "en");
	expect_text(other, "subject", "%s%n \U00020BB7");
}

static void a_subject_belongs_to_its_code_only(void **state)
{
	struct house *h = *state;

	/* The token is refused before anybody looks at the case; what the address names is not
	 * said again. */
	expect_refusal(h, "GET /api/v1/cases/R-1", NULL, NULL, 401, "unauthenticated");
	assert_null(expect_at(h->json, "subject"));
	expect_refusal(h, "GET /api/v1/cases/R-1", h->archivist, NULL, 404, "case-not-found");
	expect_text(h->json, "subject", "R-1");
	/* As for us: */
	begin("zh");
	zong_err_set(&req.err, ZONG_ENOCASE, "R-1");
	assert_int_equal(zong_reply_problem(&req, ZONG_EIO, 0), 0);
	assert_int_equal(req.status, 500);
}

static void the_language_of_a_problem_is_that_of_the_request(void **state)
{
	static const struct {
		const char *accept, *language, *title;
	} asked[] = {
		{"", "zh", "没有这个案件"},
		{"Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n", "zh", "没有这个案件"},
		{"Accept-Language: en-US,en;q=0.9\r\n", "en", "No such case"},
		{"Accept-Language: de, en;q=0.1\r\n", "en", "No such case"},
		{"Accept-Language: en;q=0\r\n", "zh", "没有这个案件"},
		{"Accept-Language: ;;;,,q=\r\n", "zh", "没有这个案件"},
		{"Accept-Language: *\r\n", "zh", "没有这个案件"},
	};
	struct house *h = *state;
	size_t i;

	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		house_ask(h, "GET /api/v1/cases/R-2", h->archivist, asked[i].accept, NULL);
		expect_problem(h, 404, "case-not-found");
		assert_string_equal(house_header(h, "Content-Language"), asked[i].language);
		expect_text(h->json, "title", asked[i].title);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_reply_is_not_kept_by_anybody_and_not_taken_for_something_else),
		TEST(json_that_could_not_be_made_is_no_reply),
		TEST(what_was_made_says_where_it_is),
		TEST(a_buffer_gives_its_bytes_away_and_its_failure_on),
		TEST(a_reply_without_a_body_has_no_type),
		TEST(a_problem_says_what_one_has_to_do_next),
		TEST(every_code_has_its_words_in_both_languages),
		TEST(a_problem_has_the_members_of_the_description),
		TEST(a_subject_that_was_cut_in_a_character_does_not_spoil_the_problem),
		TEST(a_subject_belongs_to_its_code_only),
		TEST(the_language_of_a_problem_is_that_of_the_request),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
