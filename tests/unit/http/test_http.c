/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <netinet/in.h>
#include <arpa/inet.h>

#include "expect.h"
#include "house.h"
#include "http/server.h"

/* Each test has the house without a server. */
static int shut(void **state)
{
	struct house *h = *state;

	zong_http_close(h->http);
	h->http = NULL;
	return 0;
}

static int clear(void **state)
{
	shut(state);
	return house_clear(state);
}

static int try_open(struct house *h, const char *listen, const char *web, unsigned int threads)
{
	struct zong_http_options options = {.listen = listen, .web = web, .threads = threads};
	unsigned int port;
	int err = zong_http_open(h->f->archive, &options, &h->http, &h->f->err);

	if (err)
		return err;
	assert_int_equal(sscanf(zong_http_address(h->http), "http://127.0.0.1:%u", &port), 1);
	assert_true(port > 0);
	h->port = (unsigned short)port;
	return 0;
}

static void open_shop(struct house *h, unsigned int threads)
{
	assert_int_equal(try_open(h, "127.0.0.1:0", NULL, threads), 0);
	assert_int_equal(zong_http_serve(h->http, &h->f->err), 0);
}

/* Whether anybody listens. */
static bool answers(unsigned short port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool open;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	open = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
	close(fd);
	return open;
}

static void the_same_is_answered_by_one_thread_and_by_several(void **state)
{
	static const unsigned int threads[] = {1, 0, 3};
	struct house *h = *state;
	size_t i;

	for (i = 0; i < 3; i++) {
		open_shop(h, threads[i]);
		expect_reply(h, "GET /api/v1/session", h->archivist, NULL, 200);
		expect_text(h->json, "role", "archivist");
		shut(state);
		assert_false(answers(h->port));
	}
}

static void the_socket_is_its_owners_alone_and_goes_with_the_server(void **state)
{
	static const char ask[] = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct house *h = *state;
	struct stat st;

	snprintf(address.sun_path, sizeof(address.sun_path), "%.80s/zongd.sock", h->f->dir);
	open_shop(h, 0);
	assert_int_equal(stat(address.sun_path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
	h->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(h->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	house_say(h, ask, sizeof(ask) - 1);
	house_hear(h);
	assert_int_equal(h->status, 200);
	shut(state);
	assert_int_equal(stat(address.sun_path, &st), -1);
}

static void the_address_that_was_bound_is_the_public_one_where_none_was_set(void **state)
{
	struct house *h = *state;

	zong_archive_set_url(h->f->archive, "");
	open_shop(h, 0);
	assert_string_equal(zong_archive_url(h->f->archive), zong_http_address(h->http));
	shut(state);
	zong_archive_set_url(h->f->archive, "https://zong.example");
	open_shop(h, 0);
	assert_string_equal(zong_archive_url(h->f->archive), "https://zong.example");
}

static void what_cannot_be_opened_is_named(void **state)
{
	static const char *const wrong[] = {
		"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "[::1:0"};
	struct house *h = *state;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(try_open(h, wrong[i], NULL, 0), ZONG_EINVAL);
		assert_null(h->http);
	}
	assert_int_equal(try_open(h, "127.0.0.1:0", "/nowhere/at/all", 0), ZONG_ENOENT);
	assert_string_equal(h->f->err.subject, "/nowhere/at/all");
	assert_null(h->http);
}

static void an_address_that_is_taken_stays_with_whoever_has_it(void **state)
{
	struct zong_http *second = NULL;
	struct zong_http_options options = {0};
	struct house *h = *state;
	char address[64];

	open_shop(h, 0);
	snprintf(address, sizeof(address), "127.0.0.1:%u", (unsigned int)h->port);
	options.listen = address;
	assert_int_equal(zong_http_open(h->f->archive, &options, &second, &h->f->err), ZONG_EBUSY);
	assert_null(second);
	house_ask(h, "GET /healthz", NULL, "", NULL);
	assert_int_equal(h->status, 200);
}

static void what_was_never_opened_or_never_served_can_be_closed(void **state)
{
	struct house *h = *state;

	zong_http_close(NULL);
	assert_int_equal(try_open(h, "127.0.0.1:0", NULL, 0), 0);
	shut(state);
	assert_false(answers(h->port));
}

static void *close_it(void *cls)
{
	zong_http_close(cls);
	return NULL;
}

static void a_request_under_way_is_answered_before_the_end(void **state)
{
	static const char body[] = "{\"no\":\"END-1\",\"kind\":\"转移登记\"}";
	const struct timespec tick = {0, 10000000};
	struct house *h = *state;
	struct zong_http *http;
	pthread_t thread;
	char head[512];
	int i, len;

	open_shop(h, 0);
	http = h->http;
	len = snprintf(head, sizeof(head),
		"POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
		"Authorization: Bearer %s\r\nContent-Length: %zu\r\n\r\n%.5s",
		h->archivist, sizeof(body) - 1, body);
	house_connect(h);
	house_say(h, head, (size_t)len);
	for (i = 0; i < 500 && atomic_load(&http->traffic.active) == 0; i++)
		nanosleep(&tick, NULL);
	assert_int_equal(atomic_load(&http->traffic.active), 1);
	h->http = NULL; /* the thread's */
	assert_int_equal(pthread_create(&thread, NULL, close_it, http), 0);
	for (i = 0; i < 500 && answers(h->port); i++)
		nanosleep(&tick, NULL);
	house_say(h, body + 5, sizeof(body) - 6);
	house_hear(h);
	pthread_join(thread, NULL);
	assert_int_equal(h->status, 201);
	expect_text(h->json, "no", "END-1");
	assert_int_equal(
		zong_case_get(h->f->archive, &h->f->local, "END-1", &h->f->cas, &h->f->err), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, shut, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_same_is_answered_by_one_thread_and_by_several),
		TEST(the_socket_is_its_owners_alone_and_goes_with_the_server),
		TEST(the_address_that_was_bound_is_the_public_one_where_none_was_set),
		TEST(what_cannot_be_opened_is_named),
		TEST(an_address_that_is_taken_stays_with_whoever_has_it),
		TEST(what_was_never_opened_or_never_served_can_be_closed),
		TEST(a_request_under_way_is_answered_before_the_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
