/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "house.h"

#define GIGABYTE "1073741824"
#define PIECE (256 * 1024)

static void say_head(struct house *h, const char *line, const char *token, const char *headers)
{
	char head[1024];
	int len = snprintf(head, sizeof(head),
		"%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n", line, token,
		headers);

	house_connect(h);
	house_say(h, head, (size_t)len);
}

/* Goes on sending until the other side has had enough; answers how much it took. */
static size_t send_much(struct house *h, size_t max)
{
	char *piece = calloc(1, PIECE);
	size_t sent = 0;
	ssize_t n = 1;

	assert_non_null(piece);
	while (n > 0 && sent < max) {
		n = send(h->fd, piece, PIECE, MSG_NOSIGNAL);
		if (n > 0)
			sent += (size_t)n;
	}
	free(piece);
	return sent;
}

static void a_large_upload_to_a_wrong_case_is_answered_before_it_has_come(void **state)
{
	static const char form[] = "--bb\r\nContent-Disposition: form-data; "
				   "name=\"meta\"\r\n\r\n{\"case\":\"R-9\"}\r\n"
				   "--bb\r\nContent-Disposition: form-data; name=\"file\"; "
				   "filename=\"x\"\r\n\r\n%PDF-1.4\n";
	struct house *h = *state;

	say_head(h, "POST /api/v1/materials", h->archivist,
		HOUSE_FORM "Content-Length: " GIGABYTE "\r\n");
	house_say(h, form, sizeof(form) - 1);
	house_hear(h);
	assert_int_equal(h->status, 404);
	assert_string_equal(house_text(h, "code"), "case-not-found");
	assert_string_equal(house_header(h, "Connection"), "close");
}

static void who_sends_without_reading_first_still_finds_the_reply(void **state)
{
	struct house *h = *state;

	say_head(h, "POST /api/v1/materials", "zt_wrong",
		HOUSE_FORM "Content-Length: " GIGABYTE "\r\n");
	assert_int_equal(send_much(h, 8 << 20), 8 << 20);
	house_hear(h);
	assert_int_equal(h->status, 401);
	assert_string_equal(house_text(h, "code"), "unauthenticated");
}

static void not_everything_of_a_refused_body_is_taken(void **state)
{
	struct house *h = *state;

	say_head(h, "POST /api/v1/materials", "zt_wrong",
		HOUSE_FORM "Content-Length: " GIGABYTE "\r\n");
	assert_true(send_much(h, 1 << 30) < 2 * ZONG_LIMIT_REFUSED);
}

static void who_waits_for_leave_is_told_at_once(void **state)
{
	struct house *h = *state;

	say_head(h, "POST /api/v1/materials", h->tax,
		HOUSE_FORM "Content-Length: " GIGABYTE "\r\nExpect: 100-continue\r\n");
	house_hear(h);
	assert_int_equal(h->status, 403);
	assert_null(strstr(h->text, "100 Continue"));
}

static void a_short_refused_body_leaves_the_connection_as_it_was(void **state)
{
	struct house *h = *state;
	char body[1000] = "x";

	say_head(h, "POST /api/v1/cases", h->lookup, "Content-Length: 1000\r\n");
	house_say(h, body, sizeof(body));
	house_hear_one(h);
	assert_int_equal(h->status, 403);
	house_say(h, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 34);
	house_hear_one(h);
	assert_int_equal(h->status, 200);
}

static void a_length_over_the_limit_is_refused_by_its_number(void **state)
{
	struct house *h = *state;

	say_head(h, "POST /api/v1/materials", h->archivist,
		HOUSE_FORM "Content-Length: 99999999999999\r\n");
	house_hear(h);
	assert_int_equal(h->status, 413);
	assert_string_equal(house_text(h, "code"), "file-too-big");
	say_head(h, "POST /api/v1/cases", h->archivist, "Content-Length: 1048577\r\n");
	house_hear(h);
	assert_int_equal(h->status, 413);
	assert_string_equal(house_text(h, "code"), "over-limit");
}

static void json_of_unknown_length_ends_at_its_limit(void **state)
{
	struct house *h = *state;
	char *chunk = malloc(PIECE + 16);
	int i, len;

	assert_non_null(chunk);
	say_head(h, "POST /api/v1/cases", h->archivist, "Transfer-Encoding: chunked\r\n");
	len = snprintf(chunk, 16, "%x\r\n", PIECE);
	memset(chunk + len, ' ', PIECE);
	memcpy(chunk + len + PIECE, "\r\n", 2);
	for (i = 0; i < 5; i++)
		house_say(h, chunk, (size_t)len + PIECE + 2);
	free(chunk);
	house_hear(h);
	assert_int_equal(h->status, 413);
}

static void a_request_with_two_ends_is_refused_and_nothing_after_it_read(void **state)
{
	static const char *const headers[] = {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
		"Content-Length: 5\r\nContent-Length: 0\r\n",
		"Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: identity\r\n"};
	static const char after[] = "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
	struct house *h = *state;
	size_t i;

	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		say_head(h, "POST /api/v1/sessions", "zt_wrong", headers[i]);
		send(h->fd, after, sizeof(after) - 1, MSG_NOSIGNAL);
		house_hear(h);
		assert_int_equal(h->status, 400);
		assert_null(strstr(h->text, "200 OK"));
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_large_upload_to_a_wrong_case_is_answered_before_it_has_come),
		TEST(who_sends_without_reading_first_still_finds_the_reply),
		TEST(not_everything_of_a_refused_body_is_taken),
		TEST(who_waits_for_leave_is_told_at_once),
		TEST(a_short_refused_body_leaves_the_connection_as_it_was),
		TEST(a_length_over_the_limit_is_refused_by_its_number),
		TEST(json_of_unknown_length_ends_at_its_limit),
		TEST(a_request_with_two_ends_is_refused_and_nothing_after_it_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
