/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/gate.h>

static const char *const known[] = {ZONG_GATE_SETTINGS, NULL};
static const char path[] = "test_gate.conf";
static struct zong_config *config;
static struct zong_gate_limits limits;
static struct zong_err err;

static int load(const char *text)
{
	FILE *file;
	int code;

	zong_config_free(config);
	config = NULL;
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(zong_config_load(path, known, &config, &err), 0);
	code = zong_gate_limits_load(config, &limits, &err);
	return code;
}

static int setup(void **state)
{
	(void)state;
	return load("");
}

static int teardown(void **state)
{
	(void)state;
	zong_config_free(config);
	config = NULL;
	unlink(path);
	return 0;
}

static Zong__Quality good(void)
{
	Zong__Quality quality = ZONG__QUALITY__INIT;

	quality.writing = true;
	quality.dpi = 300;
	quality.paper = 0.97f;
	quality.contrast = 0.85f;
	quality.dark = 0.12f;
	quality.blur = 0.11f;
	quality.margin = 20;
	quality.skew = 0.4f;
	return quality;
}

/* The faults that a page with these figures has, by name, set off by blanks. */
static const char *faults_of(Zong__Quality quality, bool blank)
{
	static char names[256];
	Zong__FilePage page = ZONG__FILE_PAGE__INIT;
	Zong__Verdict verdicts[ZONG_GATE_VERDICTS];
	size_t count, len = 0;

	page.quality = &quality;
	page.blank = blank;
	count = zong_gate_judge_page(&limits, &page, verdicts);
	names[0] = '\0';
	for (size_t i = 0; i < count; i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s", i ? " " : "",
			zong_fault_name(verdicts[i].fault));
	return names;
}

static void a_good_page_has_nothing_wrong(void **state)
{
	(void)state;
	assert_string_equal(faults_of(good(), false), "");
}

static void each_figure_over_its_limit_is_told_and_none_on_it(void **state)
{
	Zong__Quality quality = good();

	(void)state;
	quality.dpi = 199.6f;
	assert_string_equal(faults_of(quality, false), "");
	quality.dpi = 150;
	assert_string_equal(faults_of(quality, false), "resolution");
	quality = good();
	quality.skew = 2;
	assert_string_equal(faults_of(quality, false), "");
	quality.skew = 2.1f;
	assert_string_equal(faults_of(quality, false), "skew");
	quality = good();
	quality.blur = 0.3f;
	quality.contrast = 0.4f;
	quality.dark = 0.55f;
	assert_string_equal(faults_of(quality, false), "blur");
	quality = good();
	quality.margin = 0.2f;
	assert_string_equal(faults_of(quality, false), "cut");
	quality = good();
	quality.dark = 0.7f;
	quality.contrast = 0.3f;
	quality.margin = 0;
	assert_string_equal(faults_of(quality, false), "contrast bright");
	quality = good();
	quality.specks = 0.5f;
	assert_string_equal(faults_of(quality, false), "specks");
	quality = good();
	quality.paper = 0.5f;
	assert_string_equal(faults_of(quality, false), "dark");
}

static void a_blank_page_is_judged_by_no_writing(void **state)
{
	Zong__Quality quality = ZONG__QUALITY__INIT;

	(void)state;
	quality.dpi = 300;
	quality.paper = 1;
	assert_string_equal(faults_of(quality, true), "blank");
	assert_int_equal(load("gate-blank = 0\n"), 0);
	assert_string_equal(faults_of(quality, true), "");
}

static void limits_come_from_the_settings_and_0_turns_a_check_off(void **state)
{
	Zong__Quality quality = good();

	(void)state;
	quality.skew = 1.2f;
	quality.dpi = 150;
	assert_int_equal(load("gate-skew = 1.0\ngate-resolution = 0\n"), 0);
	assert_string_equal(faults_of(quality, false), "skew");
	assert_int_equal(load("gate-skew = -1\n"), ZONG_EINVAL);
	assert_non_null(strstr(err.subject, "test_gate.conf:1 gate-skew = -1"));
	assert_int_equal(load("\ngate-blur = 0x1\n"), ZONG_EINVAL);
	assert_non_null(strstr(err.subject, "test_gate.conf:2 gate-blur"));
	assert_int_equal(load("gate-blur = nan\n"), ZONG_EINVAL);
	assert_int_equal(load("gate-blur = 1.2.3\n"), ZONG_EINVAL);
	assert_int_equal(load("gate-contrast = 101\n"), ZONG_EINVAL);
	assert_int_equal(load("gate-order = 2\n"), ZONG_EINVAL);
}

static void sheets_and_pages_that_were_not_measured_are_not_judged(void **state)
{
	Zong__FilePage page = ZONG__FILE_PAGE__INIT;
	Zong__Verdict verdicts[ZONG_GATE_VERDICTS];
	Zong__Quality quality = good();

	(void)state;
	assert_int_equal(zong_gate_judge_page(&limits, &page, verdicts), 0);
	page.err = ZONG_EDAMAGED;
	assert_int_equal(zong_gate_judge_page(&limits, &page, verdicts), 1);
	assert_int_equal(verdicts[0].fault, ZONG_FAULT_DAMAGED);
	page.err = 0;
	quality.skew = 9;
	page.quality = &quality;
	assert_int_equal(zong_gate_judge_page(&limits, &page, verdicts), 1);
	page.patch = true;
	assert_int_equal(zong_gate_judge_page(&limits, &page, verdicts), 0);
}

static void every_fault_is_told_in_both_languages_with_its_figures(void **state)
{
	(void)state;
	for (uint32_t fault = ZONG_FAULT_DAMAGED; fault <= ZONG_FAULT_ORDER; fault++) {
		_cleanup_(zong_buf_release) struct zong_buf zh = ZONG_BUF_INIT(512);
		_cleanup_(zong_buf_release) struct zong_buf en = ZONG_BUF_INIT(512);
		Zong__Verdict verdict = ZONG__VERDICT__INIT;
		bool bare = fault == ZONG_FAULT_DAMAGED || fault == ZONG_FAULT_BLANK;

		verdict.fault = fault;
		verdict.figure = 17;
		verdict.limit = 23;
		verdict.page = 5;
		assert_int_equal(zong_gate_text(&verdict, "zh", &zh), 0);
		assert_int_equal(zong_gate_text(&verdict, "en", &en), 0);
		assert_true(*zong_fault_name(fault));
		assert_true(zh.len > 0 && en.len > 0);
		assert_string_not_equal(zong_buf_str(&zh), zong_buf_str(&en));
		assert_null(strchr(zong_buf_str(&zh), '{'));
		assert_null(strchr(zong_buf_str(&en), '{'));
		assert_true(bare ||
			    (strstr(zong_buf_str(&zh), "17") && strstr(zong_buf_str(&en), "17")));
		assert_true(bare ||
			    (strstr(zong_buf_str(&zh), "23") && strstr(zong_buf_str(&en), "23")));
	}
	assert_string_equal(zong_fault_name(0), "");
	assert_string_equal(zong_fault_name(99), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_page_has_nothing_wrong),
		cmocka_unit_test(each_figure_over_its_limit_is_told_and_none_on_it),
		cmocka_unit_test_setup(a_blank_page_is_judged_by_no_writing, setup),
		cmocka_unit_test_setup(
			limits_come_from_the_settings_and_0_turns_a_check_off, setup),
		cmocka_unit_test_setup(
			sheets_and_pages_that_were_not_measured_are_not_judged, setup),
		cmocka_unit_test(every_fault_is_told_in_both_languages_with_its_figures),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
