/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>

#include <zong/limits.h>

#include "push/attempt.h"
#include "receiver.h"
#include "sample.h"

struct trial {
	CURLM *multi;
	struct receiver receiver;
	bool receiving;
	struct zong_attempt *attempt;
	struct zong_attempt_result result;
	struct sample_item item; /* its department, which the attempt borrows */
};

static const struct zong_attempt_about about = {.archive = "archive", .base = "https://example.invalid"};


static int setup(void **state)
{
	struct trial *t = calloc(1, sizeof(*t));

	if (!t || sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT))
		return -1;
	t->multi = curl_multi_init();
	*state = t;
	return t->multi ? 0 : -1;
}

static int teardown(void **state)
{
	struct trial *t = *state;

	zong_attempt_free(t->attempt);
	sample_release(&t->item);
	curl_multi_cleanup(t->multi);
	if (t->receiving)
		receiver_close(&t->receiver);
	free(t);
	return 0;
}

static void finish(struct trial *t)
{
	CURLMsg *message = NULL;
	int running, left, events;

	while (!message) {
		assert_int_equal(curl_multi_perform(t->multi, &running), CURLM_OK);
		message = curl_multi_info_read(t->multi, &left);
		if (!message)
			curl_multi_poll(t->multi, NULL, 0, 100, &events);
	}
	assert_ptr_equal(zong_attempt_of(message->easy_handle), t->attempt);
	zong_attempt_result(t->attempt, message->data.result, &t->result);
}

static void send_to(struct trial *t, const char *host, const char *answer, bool allow_private)
{
	char url[128];

	assert_int_equal(receiver_open(&t->receiver, answer), 0);
	t->receiving = true;
	snprintf(url, sizeof(url), "http://%s:%u/hook", host, t->receiver.port);
	sample_release(&t->item);
	sample_fill(&t->item, url, allow_private);
	assert_int_equal(zong_attempt_begin(t->multi, &about, t->item.department, &t->item.event,
				 1764000000 * ZONG_SECOND, false, &t->attempt),
		0);
	assert_null(t->item.event.delivery);
	finish(t);
}

static void a_webhook_gets_the_signed_event(void **state)
{
	struct trial *t = *state;

	send_to(t, "127.0.0.1", "HTTP/1.1 204 No Content\r\n\r\n", true);
	assert_int_equal(t->result.status, 204);
	assert_string_equal(t->result.error, "");
	assert_non_null(strstr(t->receiver.request, "POST /hook HTTP/1.1\r\n"));
	assert_non_null(strstr(
		t->receiver.request, "webhook-id: 019c0000-0000-0000-0000-000000000000\r\n"));
	assert_non_null(strstr(t->receiver.request, "webhook-timestamp: 1764000000\r\n"));
	assert_non_null(strstr(t->receiver.request, "webhook-signature: v1,"));
	assert_non_null(strstr(t->receiver.request, " v1a,"));
	assert_non_null(strstr(t->receiver.request, "Content-Type: application/cloudevents+json"));
	assert_non_null(strstr(t->receiver.request, "\"specversion\":\"1.0\""));
	assert_null(strstr(t->receiver.request, "Expect"));
}

static void an_error_is_told_in_a_line(void **state)
{
	struct trial *t = *state;

	send_to(t, "127.0.0.1", "HTTP/1.1 503 No\r\nRetry-After: 77\r\nContent-Length: 0\r\n\r\n",
		true);
	assert_int_equal(t->result.status, 503);
	assert_int_equal(t->result.retry_after, 77);
	assert_string_equal(t->result.error, "HTTP 503");
}

static void a_redirect_is_an_error_and_not_followed(void **state)
{
	struct trial *t = *state;

	send_to(t, "127.0.0.1",
		"HTTP/1.1 307 Elsewhere\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n", true);
	assert_int_equal(t->result.status, 307);
	assert_string_equal(t->result.error, "HTTP 307");
	assert_int_equal(atomic_load(&t->receiver.calls), 1);
}

static void an_address_of_this_machine_is_never_connected_to(void **state)
{
	static const char *const hosts[] = {
		"127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0"};
	struct trial *t = *state;
	size_t i;

	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		send_to(t, hosts[i], "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false);
		assert_int_equal(t->result.status, 0);
		assert_non_null(strstr(t->result.error, "private address"));
		assert_int_equal(atomic_load(&t->receiver.calls), 0);
		zong_attempt_free(t->attempt);
		t->attempt = NULL;
		receiver_close(&t->receiver);
		t->receiving = false;
	}
}

static void a_reply_without_end_is_cut_and_its_status_counts(void **state)
{
	struct trial *t = *state;
	char *answer = malloc(4 * ZONG_LIMIT_WEBHOOK_REPLY);

	assert_non_null(answer);
	memset(answer, 'x', 4 * ZONG_LIMIT_WEBHOOK_REPLY);
	memcpy(answer, "HTTP/1.1 200 OK\r\n\r\n", 19);
	answer[4 * ZONG_LIMIT_WEBHOOK_REPLY - 1] = '\0';
	send_to(t, "127.0.0.1", answer, true);
	receiver_close(&t->receiver);
	t->receiving = false;
	free(answer);
	assert_int_equal(t->result.status, 200);
	assert_string_equal(t->result.error, "");
}

static void words_that_are_no_http_are_an_error(void **state)
{
	struct trial *t = *state;

	send_to(t, "127.0.0.1", "220 mail.example.invalid\r\n", true);
	assert_int_equal(t->result.status, 0);
	assert_true(strlen(t->result.error) > 0);
}

static void other_protocols_are_not_spoken(void **state)
{
	struct trial *t = *state;

	sample_fill(&t->item, "file:///etc/passwd", true);
	assert_int_equal(zong_attempt_begin(t->multi, &about, t->item.department, &t->item.event, 0,
				 true, &t->attempt),
		0);
	finish(t);
	assert_int_equal(t->result.status, 0);
	assert_true(strlen(t->result.error) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_webhook_gets_the_signed_event, setup, teardown),
		cmocka_unit_test_setup_teardown(an_error_is_told_in_a_line, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_redirect_is_an_error_and_not_followed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_address_of_this_machine_is_never_connected_to, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_reply_without_end_is_cut_and_its_status_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(
			words_that_are_no_http_are_an_error, setup, teardown),
		cmocka_unit_test_setup_teardown(other_protocols_are_not_spoken, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
