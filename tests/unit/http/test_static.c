/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "house.h"

static int put(const struct house *h, const char *name, const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", h->web, name);
	file = fopen(path, "w");
	if (!file)
		return -1;
	fputs(text, file);
	return fclose(file);
}

static int furnish(void **state)
{
	struct house *h;
	char path[512];

	if (house_setup(state))
		return -1;
	h = *state;
	snprintf(path, sizeof(path), "%s/assets", h->web);
	if (mkdir(path, 0700) || put(h, "index.html", "<!doctype html>") ||
		put(h, "assets/a-1.js", "1") || put(h, "icon.svg", "<svg/>") ||
		put(h, "../secret", "not for you"))
		return -1;
	snprintf(path, sizeof(path), "%s/out", h->web);
	if (symlink("../secret", path))
		return -1;
	snprintf(path, sizeof(path), "%s/root", h->web);
	return symlink("/etc/passwd", path);
}

static void the_root_is_the_page_with_its_policy(void **state)
{
	struct house *h = *state;

	house_ask(h, "GET /", NULL, "", NULL);
	assert_int_equal(h->status, 200);
	assert_string_equal(h->body, "<!doctype html>");
	assert_string_equal(house_header(h, "Content-Type"), "text/html; charset=utf-8");
	assert_string_equal(house_header(h, "Cache-Control"), "no-cache");
	assert_string_equal(house_header(h, "Content-Security-Policy"),
		"default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
		"frame-ancestors 'none'");
	assert_string_equal(house_header(h, "X-Content-Type-Options"), "nosniff");
	assert_string_equal(house_header(h, "Referrer-Policy"), "no-referrer");
}

static void a_file_named_after_its_contents_never_expires(void **state)
{
	struct house *h = *state;

	house_ask(h, "GET /assets/a-1.js", NULL, "", NULL);
	assert_int_equal(h->status, 200);
	assert_string_equal(house_header(h, "Content-Type"), "text/javascript; charset=utf-8");
	assert_string_equal(
		house_header(h, "Cache-Control"), "public, max-age=31536000, immutable");
	house_ask(h, "GET /icon.svg", NULL, "", NULL);
	assert_string_equal(house_header(h, "Content-Type"), "image/svg+xml");
}

static void who_has_it_already_gets_nothing(void **state)
{
	struct house *h = *state;
	char header[256];

	house_ask(h, "GET /", NULL, "", NULL);
	snprintf(header, sizeof(header), "If-None-Match: %s\r\n", house_header(h, "ETag"));
	house_ask(h, "GET /", NULL, header, NULL);
	assert_int_equal(h->status, 304);
	assert_int_equal(h->body_len, 0);
	assert_string_equal(house_header(h, "Content-Length"), "15");
	house_ask(h, "GET /", NULL, "If-None-Match: \"other\"\r\n", NULL);
	assert_int_equal(h->status, 200);
}

static void nothing_outside_of_the_folder_is_given(void **state)
{
	static const char *const paths[] = {"GET /../secret", "GET /%2e%2e/secret",
		"GET /assets/../../secret", "GET /out", "GET /root", "GET //etc/passwd",
		"GET /%2fetc/passwd", "GET /assets", "GET /assets/", "GET /nothing",
		"GET /index.html/", "GET /./../secret"};
	struct house *h = *state;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		house_ask(h, paths[i], NULL, "", NULL);
		assert_int_equal(h->status, 404);
		assert_string_equal(house_text(h, "code"), "no-such-address");
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_root_is_the_page_with_its_policy),
		TEST(a_file_named_after_its_contents_never_expires),
		TEST(who_has_it_already_gets_nothing),
		TEST(nothing_outside_of_the_folder_is_given),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, furnish, house_teardown);
}
