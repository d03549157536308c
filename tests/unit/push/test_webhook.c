/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <sodium.h>

#include "push/webhook.h"

static int release(void **state)
{
	zong_buf_release(*state);
	return 0;
}

static struct zong_buf header = ZONG_BUF_INIT(1024);

static int setup(void **state)
{
	zong_buf_init(&header, 1024);
	*state = &header;
	return sodium_init() < 0 ? -1 : 0;
}

static size_t decode(const char *text, uint8_t *out, size_t size)
{
	size_t len = 0;

	assert_int_equal(sodium_base642bin(out, size, text, strcspn(text, " "), NULL, &len, NULL,
				 sodium_base64_VARIANT_ORIGINAL),
		0);
	return len;
}

/* The example that the libraries of Standard Webhooks are tested with. */
static void the_published_example_gets_the_published_signature(void **state)
{
	static const char body[] = "{\"test\": 2432232314}";
	uint8_t secret[64];
	struct zong_webhook_keys keys = {.secret = secret};

	(void)state;
	keys.secret_len = decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", secret, sizeof(secret));
	assert_int_equal(zong_webhook_sign(&keys, 1, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body,
				 strlen(body), &header),
		0);
	assert_string_equal(
		zong_buf_str(&header), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void the_second_signature_verifies_with_the_public_key_alone(void **state)
{
	uint8_t seed[ZONG_WEBHOOK_SEED] = {7, 1, 2}, public_key[32], secret_key[64], signature[64];
	struct zong_webhook_keys keys = {
		.secret = (const uint8_t *)"k", .secret_len = 1, .seed = seed};
	static const char content[] = "id-1.1700000000.{}";
	static const char other[] = "id-1.1700000001.{}";
	const char *v1a;

	(void)state;
	assert_int_equal(zong_webhook_sign(&keys, 1, "id-1", 1700000000, "{}", 2, &header), 0);
	v1a = strstr(zong_buf_str(&header), " v1a,");
	assert_non_null(v1a);
	assert_int_equal(decode(v1a + 5, signature, sizeof(signature)), 64);
	crypto_sign_seed_keypair(public_key, secret_key, seed);
	assert_int_equal(crypto_sign_verify_detached(
				 signature, (const uint8_t *)content, strlen(content), public_key),
		0);
	assert_int_not_equal(crypto_sign_verify_detached(
				     signature, (const uint8_t *)other, strlen(other), public_key),
		0);
}

static void a_body_that_is_too_large_is_an_error(void **state)
{
	static char body[70 * 1024];
	struct zong_webhook_keys keys = {.secret = (const uint8_t *)"k", .secret_len = 1};

	(void)state;
	assert_int_not_equal(zong_webhook_sign(&keys, 1, "id", 1, body, sizeof(body), &header), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_published_example_gets_the_published_signature, setup, release),
		cmocka_unit_test_setup_teardown(
			the_second_signature_verifies_with_the_public_key_alone, setup, release),
		cmocka_unit_test_setup_teardown(
			a_body_that_is_too_large_is_an_error, setup, release),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
