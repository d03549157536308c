/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "proof_file.h"

#define HASH "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

static void a_proof_is_read(void **state)
{
	static const char text[] =
		"{\"format\":\"zong-proof/1\",\"index\":41,\"record\":\"Zm9v\",\"path\":[\"" HASH
		"\",\"" HASH "\"],\"checkpoint\":\"甲\\n\"}";
	struct zong_proof proof;
	const char *wrong = "x";

	(void)state;
	assert_true(proof_parse(text, strlen(text), &proof, &wrong));
	assert_null(wrong);
	assert_int_equal(proof.index, 41);
	assert_string_equal(zong_buf_str(&proof.entry), "foo");
	assert_int_equal(proof.path.count, 2);
	assert_int_equal(proof.path.hash[1].bytes[0], 0x0a);
	assert_string_equal(zong_buf_str(&proof.note), "甲\n");
	zong_proof_release(&proof);
}

static void what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *text, *wrong;
	} examples[] = {{"", "format"}, {"[]", "format"}, {"{\"format\":1}", "format"},
		{"{\"format\":\"zong-proof/2\"}", "format"},
		{"{\"format\":\"zong-proof/1\"}", "index"},
		{"{\"format\":\"zong-proof/1\",\"index\":-1}", "index"},
		{"{\"format\":\"zong-proof/1\",\"index\":1.5}", "index"},
		{"{\"format\":\"zong-proof/1\",\"index\":1,\"record\":\"Zm9\"}", "record"},
		{"{\"format\":\"zong-proof/"
		 "1\",\"index\":1,\"record\":\"Zm9v\",\"path\":[\"Zm9v\"]}",
			"path"},
		{"{\"format\":\"zong-proof/1\",\"index\":1,\"record\":\"Zm9v\",\"path\":[1]}",
			"path"},
		{"{\"format\":\"zong-proof/1\",\"index\":1,\"record\":\"Zm9v\",\"path\":{}}",
			"path"},
		{"{\"format\":\"zong-proof/1\",\"index\":1,\"record\":\"Zm9v\",\"path\":[]}",
			"checkpoint"},
		{"{\"format\":\"zong-proof/1\",\"format\":\"zong-proof/1\"}", "format"}};
	struct zong_proof proof;
	const char *wrong;

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		assert_false(
			proof_parse(examples[i].text, strlen(examples[i].text), &proof, &wrong));
		assert_string_equal(wrong, examples[i].wrong);
		zong_proof_release(&proof);
	}
}

static void a_proof_of_two_heads_is_read(void **state)
{
	static const char text[] =
		"{\"from\":3,\"to\":7,\"hashes\":[\"" HASH "\"],\"checkpoint\":\"x\"}";
	struct consistency proof;
	const char *wrong;

	(void)state;
	assert_true(consistency_parse(text, strlen(text), &proof, &wrong));
	assert_int_equal(proof.from, 3);
	assert_int_equal(proof.to, 7);
	assert_int_equal(proof.proof.count, 1);
	consistency_release(&proof);
	assert_false(consistency_parse("{}", 2, &proof, &wrong));
	assert_string_equal(wrong, "from");
	consistency_release(&proof);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_proof_is_read),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(a_proof_of_two_heads_is_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
