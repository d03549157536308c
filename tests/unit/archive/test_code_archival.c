/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <zong/archival.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void a_pattern_that_is_wrong_is_told_with_its_place(void **state)
{
	static const struct {
		const char *pattern, *says;
	} wrong[] = {
		{"", ": 1: no {volume}"},
		{"{fonds:4}-{year}", ": 17: no {volume}"},
		{"{volume}-{item}", "not both"},
		{"{fonds}-{volume", "no }"},
		{"{fonds}-}{volume}", ": 9: } without {"},
		{"{fond}-{volume}", ": 2: fonds, category"},
		{"{fonds}-{fonds}-{volume}", ": 10: stands there twice"},
		{"{volume:0}", ": 8: a width"},
		{"{volume:10}", ": 8: a width"},
		{"{volume:}", ": 8: a width"},
		{"{fonds}-{volume}-{page}", ": 19: a volume has no page"},
		{"{year:2}-{volume}", "four digits"},
		{"{retention:3}-{volume}", "not equally long"},
		{"{fonds}{volume:4}", "{fonds}: where it ends"},
		{"{volume}卷", "{volume}: where it ends"},
		{"宗/{volume}", ": 1: text that cannot"},
		{"宗·{ volume}", ": 4: fonds, category"},
		{"\xff{volume}", ": 1: text that cannot"},
	};
	struct zong_archival_pattern pattern;
	struct zong_err err;
	char longer[ZONG_LIMIT_ARCHIVAL_PATTERN + 2];

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		assert_int_equal(
			zong_archival_pattern_parse(wrong[i].pattern, &pattern, &err), ZONG_EINVAL);
		if (!strstr(err.subject, wrong[i].says))
			fail_msg("%s: %s", wrong[i].pattern, err.subject);
	}
	memset(longer, 'A', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(zong_archival_pattern_parse(longer, &pattern, &err), ZONG_EINVAL);
}

static void numbers_are_made_and_taken_apart_by_the_pattern(void **state)
{
	static const struct {
		const char *pattern, *no;
		const char *part[ZONG_ARCHIVAL_ITEM + 1];
	} good[] = {
		{ZONG_ARCHIVAL_DEFAULT, "J001-BDC·2026-Y-0007",
			{"j001", "bdc", "2026", "y", "", "", "7", ""}},
		{ZONG_ARCHIVAL_DEFAULT, "0012-不动产·1998-D30-9999",
			{"12", "不动产", "1998", "D30", "", "", "9999", ""}},
		{"{fonds:4}-{category}·{year}-{retention}-{office}-{item:4}",
			"J001-WS·2026-D10-办公室-0012",
			{"J001", "ws", "2026", "d10", "办公室", "", "", "12"}},
		{"{fonds:4}-{year}-{list:3}-{volume:4}", "0387-2002-002-0003",
			{"387", "", "2002", "", "", "2", "3", ""}},
		{"{year}{volume:5}", "202600001", {"", "", "2026", "", "", "", "1", ""}},
		{"档{volume}", "档123456789", {"", "", "", "", "", "", "000123456789", ""}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct zong_archival_pattern pattern;
		struct zong_archival parts = {0}, back;
		char no[ZONG_ARCHIVAL_TEXT], again[ZONG_ARCHIVAL_TEXT];
		struct zong_err err;

		assert_int_equal(zong_archival_pattern_parse(good[i].pattern, &pattern, &err), 0);
		for (int e = 0; e <= ZONG_ARCHIVAL_ITEM; e++)
			snprintf(parts.part[e], ZONG_ARCHIVAL_PART, "%s", good[i].part[e]);
		assert_int_equal(zong_archival_make(&pattern, &parts, no, &err), 0);
		assert_string_equal(no, good[i].no);
		assert_int_equal(zong_archival_parse(&pattern, no, strlen(no), &back, again), 0);
		assert_string_equal(again, no);
		assert_int_equal(zong_archival_make(&pattern, &back, again, &err), 0);
		assert_string_equal(again, no);
	}
}

static void what_people_type_is_one_number(void **state)
{
	static const char *const typed[] = {"J001-BDC·2026-Y-0007", "j001-bdc•2026-y-0007",
		"Ｊ００１－ＢＤＣ．２０２６－Ｙ－０００７", " J001 — BDC.2026 ‐ Y–0007\n",
		"J001-BDC・2026-Y-0007", "J001−BDC‧2026-Y-0007"};
	char no[ZONG_ARCHIVAL_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(typed); i++) {
		assert_int_equal(zong_archival_normalise(typed[i], strlen(typed[i]), no), 0);
		assert_string_equal(no, typed[0]);
	}
}

static void what_is_no_number_is_refused(void **state)
{
	static const char *const none[] = {"", " ", "1/2", "1\\2", "a／b", "\x01", "\xFF", "1\x7F"};
	static const char *const other[] = {"J001-BDC·2026-Y-007", "J001-BDC·2026-Y-00070",
		"J01-BDC·2026-Y-0007", "J001-BDC·226-Y-0007", "J001-BDC·0226-Y-0007",
		"J001-BDC·2026-X-0007", "J001-BDC·2026-D-0007", "J001-BDC·2026-D030-0007",
		"J001-BDC-2026-Y-0007", "J001-·2026-Y-0007", "J001-BDC·2026-Y-000A",
		"J001-BDC·2026-Y-0007-1", "J001"};
	char no[ZONG_ARCHIVAL_TEXT], longer[ZONG_LIMIT_ARCHIVAL + 2];
	struct zong_archival_pattern pattern;
	struct zong_archival parts;
	struct zong_err err;

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++)
		assert_int_equal(
			zong_archival_normalise(none[i], strlen(none[i]), no), ZONG_EARCHIVALNO);
	memset(longer, '1', sizeof(longer));
	assert_int_equal(
		zong_archival_normalise(longer, ZONG_LIMIT_ARCHIVAL + 1, no), ZONG_EARCHIVALNO);
	assert_int_equal(zong_archival_normalise(longer, ZONG_LIMIT_ARCHIVAL, no), 0);
	assert_int_equal(zong_archival_pattern_parse(ZONG_ARCHIVAL_DEFAULT, &pattern, &err), 0);
	for (size_t i = 0; i < COUNT(other); i++)
		if (zong_archival_parse(&pattern, other[i], strlen(other[i]), &parts, no) !=
			ZONG_EARCHIVALNO)
			fail_msg("%s was taken", other[i]);
}

static void an_element_that_is_missing_or_too_long_is_named(void **state)
{
	struct zong_archival_pattern pattern;
	struct zong_archival parts = {.part = {"J001", "BDC", "2026", "Y", "", "", "1"}};
	char no[ZONG_ARCHIVAL_TEXT], after[ZONG_ARCHIVAL_TEXT];
	struct zong_err err;

	(void)state;
	assert_int_equal(zong_archival_pattern_parse(ZONG_ARCHIVAL_DEFAULT, &pattern, &err), 0);
	parts.part[ZONG_ARCHIVAL_FONDS][0] = '\0';
	assert_int_equal(zong_archival_make(&pattern, &parts, no, &err), ZONG_EARCHIVALNO);
	assert_string_equal(err.subject, "fonds = ");
	snprintf(parts.part[ZONG_ARCHIVAL_FONDS], ZONG_ARCHIVAL_PART, "%s", "J0001");
	assert_int_equal(zong_archival_series(&pattern, &parts, no, after, &err), ZONG_EARCHIVALNO);
	assert_string_equal(err.subject, "fonds = J0001");
	snprintf(parts.part[ZONG_ARCHIVAL_FONDS], ZONG_ARCHIVAL_PART, "%s", "J001");
	snprintf(parts.part[ZONG_ARCHIVAL_VOLUME], ZONG_ARCHIVAL_PART, "%s", "10000");
	assert_int_equal(zong_archival_make(&pattern, &parts, no, &err), ZONG_ELIMIT);
	assert_int_equal(zong_archival_series(&pattern, &parts, no, after, &err), 0);
	assert_string_equal(no, "J001-BDC·2026-Y-");
	assert_string_equal(after, "");
	assert_int_equal(zong_archival_join("J001-", 9999, 4, "", no), 0);
	assert_string_equal(no, "J001-9999");
	assert_int_equal(zong_archival_join("A", 10000, 4, "", no), ZONG_ELIMIT);
	assert_int_equal(zong_archival_join("A", 1000000000, 0, "", no), ZONG_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_that_is_wrong_is_told_with_its_place),
		cmocka_unit_test(numbers_are_made_and_taken_apart_by_the_pattern),
		cmocka_unit_test(what_people_type_is_one_number),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(an_element_that_is_missing_or_too_long_is_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
