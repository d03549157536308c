/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "case_entry.h"
#include "row.h"

struct entry {
	Zong__Case *wanted, *got;
	struct zong_warnings warnings;
	struct zong_err err;
};

static int setup(void **state)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	*state = entry;
	entry->wanted = zong_row_new(&zong__case__descriptor);
	return zong_row_set(&entry->wanted->no, "1") ||
	       zong_row_set(&entry->wanted->kind, "转移登记");
}

static int teardown(void **state)
{
	struct entry *entry = *state;

	zong_row_cleanup(&entry->wanted);
	zong_row_cleanup(&entry->got);
	zong_warnings_release(&entry->warnings);
	free(entry);
	return 0;
}

static int check(struct entry *entry)
{
	return zong_case_entry_check(entry->wanted, &entry->got, &entry->warnings, &entry->err);
}

static void party(struct entry *entry, const char *name, const char *idno)
{
	Zong__Case *wanted = entry->wanted;
	Zong__Party *row = zong_row_new(&zong__party__descriptor);

	wanted->parties =
		realloc(wanted->parties, (wanted->n_parties + 1) * sizeof(*wanted->parties));
	wanted->parties[wanted->n_parties++] = row;
	zong_row_set(&row->name, name);
	zong_row_set(&row->idno, idno);
}

static void units_are_normalised_and_repeats_dropped(void **state)
{
	struct entry *entry = *state;

	zong_row_append(
		&entry->wanted->units, &entry->wanted->n_units, "370786 001001 gb00001 f00010001");
	zong_row_append(
		&entry->wanted->units, &entry->wanted->n_units, "370786001001GB00001F00010001");
	zong_row_append(&entry->wanted->units, &entry->wanted->n_units, "370786001001GB00001");
	assert_int_equal(check(entry), 0);
	assert_int_equal(entry->got->n_units, 2);
	assert_string_equal(entry->got->units[0], "370786001001GB00001F00010001");
	assert_string_equal(entry->got->units[1], "370786001001GB00001");
}

static void a_beginning_of_a_code_is_no_unit(void **state)
{
	struct entry *entry = *state;

	zong_row_append(&entry->wanted->units, &entry->wanted->n_units, "370786001001");
	assert_int_equal(check(entry), ZONG_EUNITCODE);
	assert_string_equal(entry->err.subject, "370786001001");
}

static void odd_units_are_taken_with_a_warning(void **state)
{
	struct entry *entry = *state;

	zong_row_append(
		&entry->wanted->units, &entry->wanted->n_units, "370786000000GB00000F00010001");
	assert_int_equal(check(entry), 0);
	assert_int_equal(entry->warnings.count, 2);
	assert_string_equal(entry->warnings.item[0].code, "unit-virtual");
	assert_string_equal(entry->warnings.item[1].code, "unit-serial");
	assert_string_equal(entry->warnings.item[0].subject, "370786000000GB00000F00010001");
}

static void wrong_id_numbers_are_kept_with_a_warning(void **state)
{
	struct entry *entry = *state;

	party(entry, "示例甲", "11010519491231002X");	  /* right (the standard's own example) */
	party(entry, "示例乙", "110105194912310021");	  /* wrong check digit */
	party(entry, "示例丙公司", "91350100M000100Y43"); /* right (the standard's own example) */
	party(entry, "示例丁公司", "91350100M000100Y44");
	party(entry, "示例戊", "G12345678"); /* a passport */
	party(entry, "示例己", "");
	assert_int_equal(check(entry), 0);
	assert_int_equal(entry->warnings.count, 2);
	assert_string_equal(entry->warnings.item[0].code, "id-number");
	assert_string_equal(entry->warnings.item[0].subject, "110105194912310021");
	assert_string_equal(entry->warnings.item[1].code, "credit-code");
	assert_string_equal(entry->got->parties[1]->idno, "110105194912310021");
}

static void certificates_stay_as_entered(void **state)
{
	struct entry *entry = *state;

	zong_row_append(&entry->wanted->certificates, &entry->wanted->n_certificates,
		"鲁（2018）昌邑市不动产权第0000001号");
	assert_int_equal(check(entry), 0);
	assert_string_equal(entry->got->certificates[0], "鲁（2018）昌邑市不动产权第0000001号");
	zong_row_cleanup(&entry->got);
	entry->got = NULL;
	zong_row_append(&entry->wanted->certificates, &entry->wanted->n_certificates, "无");
	assert_int_equal(check(entry), ZONG_ECERTNO);
	assert_string_equal(entry->err.subject, "无");
}

static void bad_entries_name_what_is_wrong(void **state)
{
	struct entry *entry = *state;
	char long_text[4000];
	const struct {
		size_t member;
		const char *value;
		int err;
		const char *subject;
	} bad[] = {
		{offsetof(Zong__Case, no), "", ZONG_ECASENO, ""},
		{offsetof(Zong__Case, no), "a b", ZONG_ECASENO, "a b"},
		{offsetof(Zong__Case, kind), "", ZONG_EINVAL, "kind"},
		{offsetof(Zong__Case, kind), long_text, ZONG_ELIMIT, "kind"},
		{offsetof(Zong__Case, cause), long_text, ZONG_ELIMIT, "cause"},
		{offsetof(Zong__Case, note), long_text, ZONG_ELIMIT, "note"},
		{offsetof(Zong__Case, address), long_text, ZONG_ELIMIT, "address"},
		{offsetof(Zong__Case, address), "\xc3\x28", ZONG_EENCODING, "address"},
		{offsetof(Zong__Case, note),
			"a\x01"
			"b",
			ZONG_EENCODING, "note"},
	};

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char **member = (char **)(void *)((char *)entry->wanted + bad[i].member);
		char *before = strdup(*member);

		zong_row_set(member, bad[i].value);
		assert_int_equal(check(entry), bad[i].err);
		assert_string_equal(entry->err.subject, bad[i].subject);
		zong_row_set(member, before);
		free(before);
	}
	party(entry, "", "");
	assert_int_equal(check(entry), ZONG_EINVAL);
	assert_string_equal(entry->err.subject, "party");
}

static void too_many_parties_are_over_the_limit(void **state)
{
	struct entry *entry = *state;

	for (int i = 0; i < ZONG_LIMIT_PARTIES; i++)
		party(entry, "示例甲", "");
	assert_int_equal(check(entry), 0);
	zong_row_cleanup(&entry->got);
	entry->got = NULL;
	party(entry, "示例甲", "");
	assert_int_equal(check(entry), ZONG_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			units_are_normalised_and_repeats_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(a_beginning_of_a_code_is_no_unit, setup, teardown),
		cmocka_unit_test_setup_teardown(
			odd_units_are_taken_with_a_warning, setup, teardown),
		cmocka_unit_test_setup_teardown(
			wrong_id_numbers_are_kept_with_a_warning, setup, teardown),
		cmocka_unit_test_setup_teardown(certificates_stay_as_entered, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_entries_name_what_is_wrong, setup, teardown),
		cmocka_unit_test_setup_teardown(
			too_many_parties_are_over_the_limit, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
