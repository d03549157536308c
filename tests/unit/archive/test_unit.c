/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/unit.h>

#include "fixture.h"
#include "row.h"

static Zong__Unit sample(const char *code)
{
	Zong__Unit unit = ZONG__UNIT__INIT;

	unit.code = (char *)(uintptr_t)code;
	return unit;
}

static int set(struct fixture *f, const struct zong_subject *who, const Zong__Unit *wanted,
	unsigned int *ret_oddities)
{
	Zong__Unit *unit = NULL;
	int err = zong_unit_set(f->archive, who, wanted, &unit, ret_oddities, &f->err);

	if (!err)
		zong__unit__free_unpacked(unit, NULL);
	return err;
}

#define MEMBER(unit, member, text) ((unit).member = (char *)(uintptr_t)(text))

static void a_unit_is_kept_under_its_normal_code(void **state)
{
	struct fixture *f = *state;
	Zong__Unit wanted = sample("370786 001001 gb00061 F00010001");
	Zong__Unit **units;
	unsigned int oddities;
	size_t count;

	MEMBER(wanted, address, "示例路1号");
	MEMBER(wanted, area, "98.76");
	MEMBER(wanted, began, "2001-02-03");
	assert_int_equal(set(f, &f->archivist, &wanted, &oddities), 0);
	assert_int_equal(oddities, 0);
	assert_int_equal(set(f, &f->archivist, &wanted, &oddities), 0);
	assert_int_equal(fixture_log(f, "unit.set", "unit/370786001001GB00061F00010001", NULL), 1);
	assert_int_equal(zong_unit_list(f->archive, &f->lookup, "370786001001GB00061", NULL, 10,
				 &units, &count, &f->next, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_string_equal(units[0]->code, "370786001001GB00061F00010001");
	assert_string_equal(units[0]->address, "示例路1号");
	assert_true(units[0]->record > 0);
	zong_units_free(units, count);
	assert_null(f->next);
}

static void odd_codes_are_kept_and_said_to_be_odd(void **state)
{
	struct fixture *f = *state;
	Zong__Unit wanted = sample("370786001001GC00001W00000000");
	unsigned int oddities;

	assert_int_equal(set(f, &f->archivist, &wanted, &oddities), 0);
	assert_int_equal(oddities, ZONG_UNIT_ODD_OWNERSHIP);
}

static void what_cannot_be_is_refused_by_name(void **state)
{
	static char long_text[ZONG_LIMIT_UNIT_TEXT + 2];
	static const char code[] = "370786001001GB00062";
	struct fixture *f = *state;
	unsigned int oddities;
	Zong__Unit wanted;

	memset(long_text, 'x', sizeof(long_text) - 1);
	wanted = sample("370786001001");
	assert_int_equal(set(f, &f->archivist, &wanted, &oddities), ZONG_EUNITCODE);
	wanted = sample(code);
	MEMBER(wanted, name, long_text);
	assert_int_equal(set(f, &f->archivist, &wanted, &oddities), ZONG_ELIMIT);
	assert_string_equal(f->err.subject, "name");
	wanted = sample(code);
	MEMBER(wanted, usage, "a\x01");
	assert_int_equal(set(f, &f->archivist, &wanted, &oddities), ZONG_EENCODING);
	assert_string_equal(f->err.subject, "usage");
	wanted = sample(code);
	MEMBER(wanted, area, "98.7.6");
	assert_int_equal(set(f, &f->archivist, &wanted, &oddities), ZONG_EINVAL);
	assert_string_equal(f->err.subject, "area");
	wanted = sample(code);
	MEMBER(wanted, began, "2001-02-30");
	assert_int_equal(set(f, &f->archivist, &wanted, &oddities), ZONG_EDATE);
	assert_string_equal(f->err.subject, "2001-02-30");
	MEMBER(wanted, began, "2001-02-03");
	MEMBER(wanted, ended, "2001-02-02");
	assert_int_equal(set(f, &f->archivist, &wanted, &oddities), ZONG_EDATE);
	wanted = sample(code);
	assert_int_equal(set(f, &f->lookup, &wanted, &oddities), ZONG_EFORBIDDEN);
	assert_int_equal(set(f, &f->tax, &wanted, &oddities), ZONG_EFORBIDDEN);
	assert_int_equal(set(f, &f->nobody, &wanted, &oddities), ZONG_EUNAUTHENTICATED);
	assert_int_equal(fixture_log(f, "unit.set", "unit/370786001001GB00062", NULL), 0);
}

static void a_list_goes_on_where_it_ended(void **state)
{
	struct fixture *f = *state;
	unsigned int oddities;
	size_t seen = 0, count;
	char last[32] = "", code[32];
	char *cursor = NULL;

	for (int i = 0; i < 7; i++) {
		Zong__Unit wanted;

		snprintf(code, sizeof(code), "370786001002GB00001F0001%04d", i + 1);
		wanted = sample(code);
		assert_int_equal(set(f, &f->archivist, &wanted, &oddities), 0);
	}
	do {
		Zong__Unit **units;

		assert_int_equal(zong_unit_list(f->archive, &f->archivist, "370786001002", cursor,
					 3, &units, &count, &f->next, &f->err),
			0);
		free(cursor);
		for (size_t i = 0; i < count; i++) {
			assert_true(strcmp(last, units[i]->code) < 0);
			snprintf(last, sizeof(last), "%s", units[i]->code);
		}
		seen += count;
		zong_units_free(units, count);
		cursor = f->next;
		f->next = NULL;
	} while (cursor);
	assert_int_equal(seen, 7);
}

static void lists_are_no_business_of_departments(void **state)
{
	struct fixture *f = *state;
	Zong__Unit **units;
	size_t count;

	assert_int_equal(zong_unit_list(f->archive, &f->tax, NULL, NULL, 3, &units, &count,
				 &f->next, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(zong_unit_list(f->archive, &f->archivist, "3707", NULL, 3, &units, &count,
				 &f->next, &f->err),
		ZONG_EUNITCODE);
	assert_int_equal(zong_unit_list(f->archive, &f->archivist, NULL, "xx", 3, &units, &count,
				 &f->next, &f->err),
		ZONG_ECURSOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_unit_is_kept_under_its_normal_code, fixture_clear),
		cmocka_unit_test_teardown(odd_codes_are_kept_and_said_to_be_odd, fixture_clear),
		cmocka_unit_test_teardown(what_cannot_be_is_refused_by_name, fixture_clear),
		cmocka_unit_test_teardown(a_list_goes_on_where_it_ended, fixture_clear),
		cmocka_unit_test_teardown(lists_are_no_business_of_departments, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
