/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "webhook.h"

static void public_addresses_are_taken(void **state)
{
	static const char *const good[] = {"https://example.org/hook", "http://example.org",
		"HTTPS://example.org:8443/a?b=c%20d", "https://8.8.8.8/x",
		"https://[2001:db8::1]:443/x", "https://a-b.c_d.example/",
		"https://example.org?x=@y"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(zong_webhook_check(good[i], false), 0);
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = {"", "ftp://example.org", "example.org", "https://",
		"https:///x", "https://?x", "https://user@example.org",
		"https://user:pw@example.org/", "https://example.org:0",
		"https://example.org:", "https://example.org:65536", "https://example.org:80a",
		"https://exa mple.org", "https://example.org/\n", "https://example.org/#x",
		"https://例.org/", "https://[::1", "https://[example]/", "https://[::1]x/",
		"https://a\\b/", "javascript:alert(1)", "file:///etc/passwd"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(zong_webhook_check(bad[i], true), ZONG_EWEBHOOK);
}

static void private_addresses_need_a_word_however_they_are_written(void **state)
{
	static const char *const private[] = {"http://127.0.0.1/", "http://127.1/",
		"http://2130706433/", "http://0x7f000001/", "http://017700000001/",
		"http://10.1.2.3/", "http://172.16.0.1/", "http://172.31.255.255:80/",
		"http://192.168.1.1/", "http://169.254.169.254/latest", "http://100.64.0.1/",
		"http://0.0.0.0/", "http://localhost:8420/", "http://LOCALHOST./",
		"http://a.localhost/", "http://[::1]/", "http://[::]/", "http://[fe80::1]/",
		"http://[fc00::1]/", "http://[fd12::1]/", "http://[::ffff:10.0.0.1]/",
		"http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::a00:1]/",
		"http://[2002:7f00:1::]/", "http://[ff02::1]/", "http://224.0.0.1/",
		"http://255.255.255.255/"};

	(void)state;
	for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++) {
		assert_int_equal(zong_webhook_check(private[i], false), ZONG_EWEBHOOK);
		assert_int_equal(zong_webhook_check(private[i], true), 0);
	}
	assert_int_equal(zong_webhook_check("http://172.32.0.1/", false), 0);
	assert_int_equal(zong_webhook_check("http://11.0.0.1/", false), 0);
	assert_int_equal(zong_webhook_check("http://localhost.example/", false), 0);
}

static void a_long_address_is_over_the_limit(void **state)
{
	char url[ZONG_LIMIT_URL + 2];

	(void)state;
	memset(url, 'a', sizeof(url) - 1);
	url[sizeof(url) - 1] = '\0';
	memcpy(url, "https://example.org/", 20);
	assert_int_equal(zong_webhook_check(url, false), ZONG_ELIMIT);
	url[ZONG_LIMIT_URL] = '\0';
	assert_int_equal(zong_webhook_check(url, false), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_addresses_are_taken),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(private_addresses_need_a_word_however_they_are_written),
		cmocka_unit_test(a_long_address_is_over_the_limit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
