/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/file.h>

#include "field.h"
#include "names.h"
#include "sample_reading.h"

static struct zong_names *names;
static Zong__Reading *reading;
static struct zong_err err;
static char dir[64], path[96];

static int setup(void **state)
{
	(void)state;
	names = NULL;
	reading = NULL;
	err = (struct zong_err){0};
	snprintf(dir, sizeof(dir), "/tmp/zong-test.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/names.list", dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_names_free(names);
	sample_free(reading);
	unlink(path);
	return rmdir(dir);
}

static int load(const char *text)
{
	zong_names_free(names);
	names = NULL;
	assert_int_equal(zong_file_replace(path, text, strlen(text), 0600), 0);
	return zong_names_load(path, &names, &err);
}

/* The text of a page (sample_reading.h), all words of which the engine was unsure of, when it is mended; without what
 * parts its words. */
static const char *mended(const char *page, size_t wanted)
{
	static char text[1024];
	size_t count, repaired = 0, len = 0;

	sample_free(reading);
	reading = sample_reading(page);
	for (size_t i = 0; i < reading->n_lines; i++)
		for (size_t w = 0; w < reading->lines[i]->n_words; w++)
			reading->lines[i]->words[w]->confidence = 0.5F;
	assert_int_equal(zong_names_mend(names, reading, &count), 0);
	text[0] = '\0';
	for (size_t i = 0; i < reading->n_lines; i++)
		for (size_t w = 0; w < reading->lines[i]->n_words; w++) {
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s",
				reading->lines[i]->words[w]->text);
			repaired += reading->lines[i]->words[w]->repaired;
		}
	assert_int_equal(count, wanted);
	assert_true(repaired <= wanted && (repaired > 0) == (wanted > 0));
	return text;
}

static void one_character_in_a_name_is_put_right(void **state)
{
	(void)state;
	assert_int_equal(load("# places\n昌邑市\n  示例花园 # an estate\r\n\n"), 0);
	assert_string_equal(mended("山东省|昌|虽|市|示例路", 1), "山东省昌邑市示例路");
	assert_string_equal(mended("山东省昌虽市示例花圆9号", 2), "山东省昌邑市示例花园9号");
	assert_string_equal(mended("昌邑布 日邑市", 2), "昌邑市昌邑市");
	assert_string_equal(mended("坐落于昌\n虽市", 1), "坐落于昌邑市"); /* a line ends in it */
	assert_string_equal(
		mended("示\xF0\xA0\x80\x80花园", 1), "示例花园"); /* four bytes for three */
}

static void what_is_sure_or_otherwise_stays(void **state)
{
	size_t count;

	(void)state;
	assert_int_equal(load("昌邑市\n示例花园\n示例公园\n青岛市\n"), 0);
	assert_string_equal(mended("昌邑市示例花园青岛市", 0), "昌邑市示例花园青岛市");
	assert_string_equal(mended("昌虽县", 0), "昌虽县");	/* two of three */
	assert_string_equal(mended("昌A市", 0), "昌A市");	/* no Han */
	assert_string_equal(mended("示例乐园", 0), "示例乐园"); /* two names ask for two */
	assert_string_equal(mended("昌\n\n虽市", 0), "昌虽市"); /* two blocks */
	assert_string_equal(mended("市", 0), "市");
	assert_string_equal(mended("", 0), "");
	sample_free(reading);
	reading = sample_reading("青|州|市 昌|虽|市");
	assert_int_equal(zong_names_mend(names, reading, &count), 0);
	/* sure of both; but the second is a character that it is sure of in vain */
	assert_int_equal(count, 1);
	assert_string_equal(reading->lines[0]->words[1]->text, "州");
	assert_false(reading->lines[0]->words[1]->repaired);
	assert_string_equal(reading->lines[0]->words[4]->text, "邑");
	assert_true(reading->lines[0]->words[4]->repaired);
}

static void the_longest_name_counts(void **state)
{
	(void)state;
	assert_int_equal(load("示例街\n昌示例街道\n昌示侧街道\n"), 0);
	/* the three ask for 例, the five stand there with 侧 */
	assert_string_equal(mended("昌示侧街道", 0), "昌示侧街道");
	assert_string_equal(mended("示侧街", 1), "示例街");
}

static void a_field_with_a_mended_name_says_so(void **state)
{
	(void)state;
	assert_int_equal(load("昌邑市\n"), 0);
	mended("住址 山东省昌|虽|市示例路1号\n\n2026年1月2日", 1);
	assert_int_equal(zong_fields_find(reading), 0);
	assert_int_equal(reading->n_fields, 2);
	assert_string_equal(reading->fields[0]->value, "山东省昌邑市示例路1号");
	assert_true(reading->fields[0]->repaired);
	assert_false(reading->fields[1]->repaired);
}

static void a_list_without_names_mends_nothing(void **state)
{
	(void)state;
	assert_int_equal(load("\xEF\xBB\xBF# nothing yet"), 0);
	assert_string_equal(mended("昌虽市", 0), "昌虽市");
}

static void what_is_wrong_in_a_line_is_told(void **state)
{
	static const char *const samples[][2] = {
		{"昌邑\n", "names.list:1 shorter than 3 characters: 昌邑"},
		{"昌邑市\n昌邑市A座\n", "names.list:2 a name has Han characters only: 昌邑市A座"},
		{"昌邑市 示例市\n", "names.list:1 a name has Han characters only: 昌邑市 示例市"},
		{"\n一二三四五六七八九十一二三四五六七八九十一\n",
			"names.list:2 longer than 20 characters: "
			"一二三四五六七八九十一二三四五六七八九十"},
		{"\xB2\xFD\xD2\xD8\xCA\xD0\n", "names.list:1 a name has Han characters only: "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		assert_int_equal(load(samples[i][0]), ZONG_EINVAL);
		assert_null(names);
		assert_string_equal(err.subject, samples[i][1]);
	}
	assert_int_equal(zong_names_load("/nonexistent/names.list", &names, &err), ZONG_ENOENT);
	assert_string_equal(err.subject, "/nonexistent/names.list");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_character_in_a_name_is_put_right),
		TEST(what_is_sure_or_otherwise_stays),
		TEST(the_longest_name_counts),
		TEST(a_field_with_a_mended_name_says_so),
		TEST(a_list_without_names_mends_nothing),
		TEST(what_is_wrong_in_a_line_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
