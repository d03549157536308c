/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli.h"

struct fixture {
	struct words words;
	struct word_option option[5];
};

static const struct word_option model[5] = {
	{.name = "kind", .kind = WORD_VALUE},
	{.name = "unit", .kind = WORD_LIST},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{.name = "json", .kind = WORD_FLAG},
	{0},
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	memcpy(fixture->option, model, sizeof(model));
	*state = fixture;
	return fixture ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	words_release(&fixture->words);
	free(fixture);
	return 0;
}

#define PARSE(fixture, ...)                                                                        \
	({                                                                                         \
		const char *argv_[] = {__VA_ARGS__};                                               \
		words_parse(&(fixture)->words, (fixture)->option,                                  \
			(int)(sizeof(argv_) / sizeof(argv_[0])), (char **)(uintptr_t)argv_);       \
	})

static void options_may_stand_before_and_after_operands(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(PARSE(f, "--kind", "a", "one", "--json", "two", "-o", "x"), CLI_OK);
	assert_int_equal(f->words.operands, 2);
	assert_string_equal(f->words.operand[0], "one");
	assert_string_equal(f->words.operand[1], "two");
	assert_string_equal(words_value(&f->words, "kind"), "a");
	assert_string_equal(words_value(&f->words, "output"), "x");
	assert_true(words_flag(&f->words, "json"));
}

static void a_list_takes_all_words_up_to_the_next_option_and_may_be_repeated(void **state)
{
	struct fixture *f = *state;
	const struct word_option *units;

	assert_int_equal(PARSE(f, "no", "--unit", "a", "b", "--json", "--unit=c", "d"), CLI_OK);
	units = words_option(&f->words, "unit");
	assert_int_equal(units->count, 4);
	assert_string_equal(units->values[0], "a");
	assert_string_equal(units->values[3], "d");
	assert_int_equal(f->words.operands, 1);
}

static void the_last_of_a_repeated_value_counts(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(PARSE(f, "--kind", "a", "--kind=b", "-oc", "-o", "d"), CLI_OK);
	assert_string_equal(words_value(&f->words, "kind"), "b");
	assert_string_equal(words_value(&f->words, "output"), "d");
}

static void two_dashes_end_the_options_and_one_dash_is_a_word(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(PARSE(f, "-", "--", "--json", "-o"), CLI_OK);
	assert_int_equal(f->words.operands, 3);
	assert_false(words_flag(&f->words, "json"));
}

static void what_is_wrong_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(PARSE(f, "--colour", "red"), CLI_USAGE);
	words_release(&f->words);
	assert_int_equal(PARSE(f, "--kind"), CLI_USAGE);
	words_release(&f->words);
	assert_int_equal(PARSE(f, "--kind", "--json"), CLI_USAGE);
	words_release(&f->words);
	assert_int_equal(PARSE(f, "--json=yes"), CLI_USAGE);
	words_release(&f->words);
	assert_int_equal(PARSE(f, "-x"), CLI_USAGE);
}

static void what_was_not_given_is_not_there(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(PARSE(f, "word"), CLI_OK);
	assert_null(words_value(&f->words, "kind"));
	assert_false(words_flag(&f->words, "json"));
	assert_null(words_option(&f->words, "nothing"));
}

static void bytes_are_told_in_units_that_a_person_reads(void **state)
{
	char text[32];

	(void)state;
	print_bytes(text, sizeof(text), 0);
	assert_string_equal(text, "0 B");
	print_bytes(text, sizeof(text), 999);
	assert_string_equal(text, "999 B");
	print_bytes(text, sizeof(text), 1500);
	assert_string_equal(text, "1.5 KB");
	print_bytes(text, sizeof(text), UINT64_MAX);
	assert_string_equal(text, "18446.7 PB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			options_may_stand_before_and_after_operands, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_list_takes_all_words_up_to_the_next_option_and_may_be_repeated, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			the_last_of_a_repeated_value_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(
			two_dashes_end_the_options_and_one_dash_is_a_word, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_not_given_is_not_there, setup, teardown),
		cmocka_unit_test(bytes_are_told_in_units_that_a_person_reads),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
