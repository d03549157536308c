/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "house.h"

static const char document[] = "%PDF-1.4\ntext 甲乙丙丁\n";
#define SIZE (sizeof(document) - 1)

static char material[128], digest[128], etag[80];

static int add(void **state)
{
	struct house *h;

	if (house_setup(state))
		return -1;
	h = *state;
	fixture_case(h->f, "F-1");
	if (fixture_add(h->f, "F-1", "t", "text 甲乙丙丁\n", "tax", &h->f->receipt))
		return -1;
	snprintf(material, sizeof(material), "GET /api/v1/materials/%s/file",
		fixture_id(&h->f->receipt.material->id));
	{
		struct zong_digest value;
		char text[ZONG_DIGEST_TEXT];

		memcpy(value.bytes, h->f->receipt.material->file.data, sizeof(value.bytes));
		zong_digest_format(&value, text);
		snprintf(digest, sizeof(digest), "GET /api/v1/files/%s", text);
		snprintf(etag, sizeof(etag), "\"%s\"", text + 7);
	}
	return house_clear(state);
}

static void the_bytes_come_as_they_are_with_their_digest(void **state)
{
	struct house *h = *state;
	int i;

	/* First by the executor, then from memory: the same reply. */
	for (i = 0; i < 3; i++) {
		house_ask(h, i == 1 ? digest : material, h->archivist, "", NULL);
		assert_int_equal(h->status, 200);
		assert_int_equal(h->body_len, SIZE);
		assert_memory_equal(h->body, document, SIZE);
		assert_string_equal(house_header(h, "Content-Type"), "application/pdf");
		assert_string_equal(house_header(h, "ETag"), etag);
		assert_string_equal(
			house_header(h, "Cache-Control"), "private, max-age=31536000, immutable");
		assert_int_equal(strncmp(house_header(h, "Repr-Digest"), "sha-256=:", 9), 0);
		assert_string_equal(house_header(h, "Accept-Ranges"), "bytes");
	}
}

static void a_part_comes_as_a_part(void **state)
{
	struct house *h = *state;

	house_ask(h, material, h->archivist, "Range: bytes=1-3\r\n", NULL);
	assert_int_equal(h->status, 206);
	assert_string_equal(h->body, "PDF");
	assert_string_equal(house_header(h, "ETag"), etag);
	assert_non_null(strstr(house_header(h, "Content-Range"), "bytes 1-3/"));
	house_ask(h, material, h->archivist, "Range: bytes=-1\r\n", NULL);
	assert_int_equal(h->status, 206);
	assert_string_equal(h->body, "\n");
	house_ask(h, material, h->archivist, "Range: bytes=100000-\r\n", NULL);
	assert_int_equal(h->status, 416);
	assert_non_null(strstr(house_header(h, "Content-Range"), "bytes */"));
	house_ask(h, material, h->archivist, "Range: bytes=0-1,3-4\r\n", NULL);
	assert_int_equal(h->status, 200);
	house_ask(h, material, h->archivist, "Range: bytes=0-1\r\nIf-Range: \"other\"\r\n", NULL);
	assert_int_equal(h->status, 200);
}

static void who_has_it_already_gets_nothing(void **state)
{
	struct house *h = *state;
	char header[128];

	snprintf(header, sizeof(header), "If-None-Match: \"x\", %s\r\n", etag);
	house_ask(h, digest, h->archivist, header, NULL);
	assert_int_equal(h->status, 304);
	assert_int_equal(h->body_len, 0);
	assert_string_equal(house_header(h, "ETag"), etag);
}

static void what_one_may_not_see_is_not_there(void **state)
{
	struct house *h = *state;

	house_ask(h, digest, h->tax, "", NULL);
	assert_int_equal(h->status, 200);
	fixture_case(h->f, "F-2");
	assert_int_equal(fixture_add(h->f, "F-2", "t", "text 戊\n", NULL, &h->f->other), 0);
	house_ask(h,
		"GET "
		"/api/v1/files/"
		"sha256:0000000000000000000000000000000000000000000000000000000000000000",
		h->tax, "", NULL);
	assert_int_equal(h->status, 404);
	house_ask(h, "GET /api/v1/files/nothing", h->tax, "", NULL);
	assert_int_equal(h->status, 404);
	house_ask(h, "GET /api/v1/materials/nothing/file", h->tax, "", NULL);
	assert_int_equal(h->status, 404);
	{
		char path[128];

		snprintf(path, sizeof(path), "GET /api/v1/materials/%s/file",
			fixture_id(&h->f->other.material->id));
		house_ask(h, path, h->tax, "", NULL);
		assert_int_equal(h->status, 404);
		house_ask(h, path, h->lookup, "", NULL);
		assert_int_equal(h->status, 200);
		/* Now it lies in memory, and is still not the department's. */
		house_ask(h, path, h->tax, "", NULL);
		assert_int_equal(h->status, 404);
	}
}

static void say(struct house *h, const char *line, const char *token)
{
	char head[512];
	int len = snprintf(head, sizeof(head), "%s HTTP/1.1\r\nHost: x\r\n%s%s%s\r\n", line,
		token ? "Authorization: Bearer " : "", token ? token : "", token ? "\r\n" : "");

	house_say(h, head, (size_t)len);
	house_hear_one(h);
}

/* What is kept with a connection must not pass from one asker to the next. */
static void one_connection_with_several_askers_keeps_them_apart(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct house *h = *state;
	char path[128];
	int i;

	fixture_case(h->f, "F-3");
	assert_int_equal(fixture_add(h->f, "F-3", "t", "text 己\n", NULL, &h->f->other), 0);
	snprintf(path, sizeof(path), "GET /api/v1/materials/%s/file",
		fixture_id(&h->f->other.material->id));
	snprintf(address.sun_path, sizeof(address.sun_path), "%.80s/zongd.sock", h->f->dir);
	h->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(h->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	for (i = 0; i < 4; i++) {
		say(h, path, h->tax);
		assert_int_equal(h->status, 404);
		say(h, path, NULL);
		assert_int_equal(h->status, 200);
		say(h, path, h->lookup);
		assert_int_equal(h->status, 200);
		say(h, path, h->administrator);
		assert_true(h->status == 403 || h->status == 404);
		say(h, material, h->tax);
		assert_int_equal(h->status, 200);
		say(h, material, h->tax);
		assert_int_equal(h->status, 200);
	}
}

static void a_revoked_token_is_worth_nothing_on_an_open_connection(void **state)
{
	struct house *h = *state;
	char token[ZONG_TOKEN_TEXT], id[ZONG_ID_TEXT];
	Zong__Token *row;

	assert_int_equal(zong_token_new(h->f->archive, &h->f->administrator, "lookup", NULL, "x", 1, 0,
				 token, &row, &h->f->err),
		0);
	snprintf(id, sizeof(id), "%s", fixture_id(&row->id));
	zong__token__free_unpacked(row, NULL);
	house_connect(h);
	say(h, material, token);
	assert_int_equal(h->status, 200);
	say(h, material, token);
	assert_int_equal(h->status, 200);
	assert_int_equal(zong_token_revoke(h->f->archive, &h->f->administrator, id), 0);
	say(h, material, token);
	assert_int_equal(h->status, 401);
	say(h, material, h->lookup);
	assert_int_equal(h->status, 200);
}

static void each_reading_is_on_record_once_and_counted(void **state)
{
	struct house *h = *state;
	size_t before, lines;
	int i;

	house_ask(h, digest, h->lookup, "Zong-Purpose: count\r\n", NULL);
	before = fixture_log(h->f, "file.read", NULL, NULL);
	for (i = 0; i < 5; i++) {
		house_ask(h, digest, h->lookup, "Zong-Purpose: count\r\n", NULL);
		assert_int_equal(h->status, 200);
	}
	lines = fixture_log(h->f, "file.read", NULL, NULL);
	assert_int_equal(lines, before);
	house_ask(h, digest, h->lookup, "Zong-Purpose: another\r\n", NULL);
	assert_int_equal(fixture_log(h->f, "file.read", NULL, NULL), before + 1);
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_bytes_come_as_they_are_with_their_digest),
		TEST(a_part_comes_as_a_part),
		TEST(who_has_it_already_gets_nothing),
		TEST(what_one_may_not_see_is_not_there),
		TEST(one_connection_with_several_askers_keeps_them_apart),
		TEST(a_revoked_token_is_worth_nothing_on_an_open_connection),
		TEST(each_reading_is_on_record_once_and_counted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, add, house_teardown);
}
