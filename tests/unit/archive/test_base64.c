/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <zong/base64.h>
#include <zong/error.h>

/* RFC 4648 §10 */
static const struct {
	const char *bytes, *text;
} examples[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "+/8="}};

static void the_examples_of_the_standard_come_out(void **state)
{
	struct zong_buf buf = ZONG_BUF_INIT(100);

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		size_t len = strlen(examples[i].bytes);

		zong_buf_clear(&buf);
		assert_int_equal(zong_base64_add(&buf, examples[i].bytes, len), 0);
		assert_string_equal(zong_buf_str(&buf), examples[i].text);
		assert_int_equal(buf.len, ZONG_BASE64_LEN(len));
		zong_buf_clear(&buf);
		assert_int_equal(
			zong_base64_add_read(&buf, examples[i].text, strlen(examples[i].text)), 0);
		assert_int_equal(buf.len, len);
		if (len)
			assert_memory_equal(buf.data, examples[i].bytes, len);
	}
	zong_buf_release(&buf);
}

/* Of all texts of four characters only those are read that come out again as they were. */
static void each_text_is_read_in_one_form_only(void **state)
{
	static const char *const others[] = {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z m9", "Zm9v\n",
		"Zm9v=", "Zm-v", "Zm_v", "====", "Zm9vZg", "\xc1m9v", "Zm9\xaf"};
	struct zong_buf buf = ZONG_BUF_INIT(100);
	char text[5] = "Zm9v", bytes[3];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (zong_base64_read(others[i], strlen(others[i]), bytes, 3, &len) != ZONG_EINVAL)
			fail_msg("%s is read", others[i]);
	for (int place = 0; place < 4; place++)
		for (int c = 0; c < 256; c++) {
			char kept = text[place];

			text[place] = (char)c;
			if (zong_base64_read(text, 4, bytes, 3, &len) == 0) {
				zong_buf_clear(&buf);
				zong_base64_add(&buf, bytes, len);
				assert_memory_equal(buf.data, text, 4);
			}
			text[place] = kept;
		}
	zong_buf_release(&buf);
}

static void no_more_is_read_than_there_is_room_for(void **state)
{
	struct zong_buf buf = ZONG_BUF_INIT(4);
	char bytes[3];
	size_t len;

	(void)state;
	assert_int_equal(zong_base64_read("Zm9v", 4, bytes, 2, &len), ZONG_EINVAL);
	assert_int_equal(zong_base64_read("Zm9v", 4, bytes, 3, &len), 0);
	assert_int_equal(len, 3);
	assert_int_equal(zong_base64_add(&buf, "1234567", 7), ZONG_ELIMIT);
	zong_buf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_standard_come_out),
		cmocka_unit_test(each_text_is_read_in_one_form_only),
		cmocka_unit_test(no_more_is_read_than_there_is_room_for),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
