/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample_units.h"

#define P "370786003001GB000"

static void a_list_goes_on_where_it_ended(void **state)
{
	struct fixture *f = *state;
	char *cursor = NULL;
	size_t seen = 0;
	int32_t last = INT32_MAX;

	for (int i = 1; i < 8; i++) {
		char before[32], after[32], date[16];

		snprintf(before, sizeof(before), P "%02d", i);
		snprintf(after, sizeof(after), P "%02d", i + 1);
		snprintf(date, sizeof(date), "20%02d-01-01", i);
		sample_happened(f, "renumber", date, before, after);
	}
	do {
		Zong__UnitEvent **events;
		size_t count;

		assert_int_equal(zong_unit_event_list(f->archive, &f->archivist, NULL, cursor, 3,
					 &events, &count, &f->next, &f->err),
			0);
		free(cursor);
		for (size_t i = 0; i < count; i++) {
			assert_true(events[i]->day < last);
			last = events[i]->day;
		}
		seen += count;
		zong_unit_events_free(events, count);
		cursor = f->next;
		f->next = NULL;
	} while (cursor);
	assert_int_equal(seen, 7);
}

static void of_a_code_there_are_those_in_which_it_stands(void **state)
{
	struct fixture *f = *state;
	Zong__UnitEvent **events;
	size_t count;

	assert_int_equal(zong_unit_event_list(f->archive, &f->lookup, P "03", NULL, 10, &events,
				 &count, &f->next, &f->err),
		0);
	assert_int_equal(count, 2);
	assert_string_equal(events[0]->before[0], P "03");
	assert_string_equal(events[1]->after[0], P "03");
	zong_unit_events_free(events, count);
	assert_int_equal(zong_unit_event_list(f->archive, &f->lookup, "x", NULL, 10, &events,
				 &count, &f->next, &f->err),
		ZONG_EUNITCODE);
	assert_int_equal(zong_unit_event_list(f->archive, &f->tax, NULL, NULL, 10, &events, &count,
				 &f->next, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(zong_unit_event_list(f->archive, &f->lookup, NULL, "x", 10, &events,
				 &count, &f->next, &f->err),
		ZONG_ECURSOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_list_goes_on_where_it_ended, fixture_clear),
		cmocka_unit_test_teardown(
			of_a_code_there_are_those_in_which_it_stands, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
