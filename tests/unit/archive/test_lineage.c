/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lineage.h"
#include "sample_units.h"

/* The codes, joined by blanks, in the order in which they were found. */
static void expect(struct fixture *f, const char *code, bool back, const char *codes)
{
	char text[1024] = "";
	struct zong_lineage lineage;
	struct zong_txn *txn;
	int err;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	err = zong_lineage_find(txn, code, back, &lineage);
	zong_txn_end(txn);
	assert_int_equal(err, 0);
	for (size_t i = 0; i < lineage.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? " " : "",
			lineage.step[i].code);
	free(lineage.step);
	assert_string_equal(text, codes);
}

static bool ended(struct fixture *f, const char *code, Zong__UnitEventKind *ret_kind)
{
	struct zong_lineage_step step;
	struct zong_txn *txn;
	int err;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	err = zong_lineage_ended(txn, code, &step);
	zong_txn_end(txn);
	if (!err)
		*ret_kind = step.kind;
	return err == 0;
}

#define A "370786011001GB000"

static void splits_and_mergers_are_followed_over_generations(void **state)
{
	struct fixture *f = *state;
	Zong__UnitEventKind kind;

	sample_happened(f, "split", "2001-01-01", A "01", A "02 " A "03");
	sample_happened(f, "merge", "2005-01-01", A "03 " A "04", A "05");
	sample_happened(f, "renumber", "2010-01-01", A "05", A "06");
	expect(f, A "06", true, A "05 " A "03 " A "04 " A "01");
	expect(f, A "02", true, A "01");
	expect(f, A "01", true, "");
	expect(f, A "01", false, A "02 " A "03 " A "05 " A "06");
	expect(f, A "06", false, "");
	assert_true(ended(f, A "03", &kind));
	assert_int_equal(kind, ZONG__UNIT_EVENT_KIND__UNIT_MERGE);
	assert_false(ended(f, A "06", &kind));
}

#define B "370786012001GB000"

static void a_new_number_is_carried_over_to_all_that_lies_below(void **state)
{
	struct fixture *f = *state;

	sample_happened(f, "renumber", "2010-01-01", B "01", B "02");
	expect(f, B "02F00010003", true, B "01F00010003");
	expect(f, B "02F0001", true, B "01F0001");
	expect(f, B "01F00010003", false, B "02F00010003");
	/* And the whole district, later. */
	sample_happened(f, "area", "2019-10-01", "370786012", "370787012");
	expect(f, "370787012001GB00002F00010003", true, B "02F00010003 " B "01F00010003");
	expect(f, B "01F00010003", false, B "02F00010003 370787012001GB00002F00010003");
}

#define C "370786013001GB000"

static void of_a_split_parcel_the_whole_is_given_unless_the_unit_is_known(void **state)
{
	struct fixture *f = *state;
	Zong__UnitEventKind kind;

	sample_happened(f, "split", "2010-01-01", C "01", C "02 " C "03");
	expect(f, C "02F00010001", true, C "01");
	expect(f, C "03W00000000", true, C "01");
	sample_happened(f, "renumber", "2010-01-01", C "01F00010001", C "02F00010001");
	expect(f, C "02F00010001", true, C "01F00010001");
	expect(f, C "03W00000000", true, C "01");
	/* What was written down of units below a parcel is found from the parcel, too. */
	expect(f, C "02", true, C "01 " C "01F00010001");
	assert_true(ended(f, C "01F00020001", &kind));
	assert_int_equal(kind, ZONG__UNIT_EVENT_KIND__UNIT_SPLIT);
}

#define D "370786014001GB000"

static void an_event_of_later_is_no_origin(void **state)
{
	struct fixture *f = *state;

	/* 02 came from 01 in 2005; what 01 became part of in 2008 was not there yet. */
	sample_happened(f, "renumber", "2005-01-01", D "01", D "02");
	sample_happened(f, "renumber", "2008-01-01", D "03", D "01");
	expect(f, D "02", true, D "01");
	expect(f, D "01", true, D "03");
	/* A unit made after the district changed had no code in the old one. */
	sample_happened(f, "area", "2012-01-01", "370786014", "370788014");
	sample_happened(f, "split", "2015-01-01", "370788014001GB00001F00010001",
		"370788014001GB00001F00010002 370788014001GB00001F00010003");
	expect(f, "370788014001GB00001F00010002", true,
		"370788014001GB00001F00010001 " D "01F00010001 " D "03F00010001");
}

#define E "370786015001GB000"

static void circles_end(void **state)
{
	struct fixture *f = *state;

	sample_happened(f, "split", "2005-01-01", E "01", E "01 " E "02");
	sample_happened(f, "merge", "2005-01-01", E "02 " E "03", E "01");
	expect(f, E "01", true, E "02 " E "03");
	expect(f, E "02", true, E "01 " E "03");
	expect(f, E "02", false, E "01");
}

#define G "370786016001GB"

static void a_limit_is_told(void **state)
{
	struct fixture *f = *state;
	struct zong_lineage lineage;
	struct zong_txn *txn;

	for (int i = 0; i < 60; i++) {
		char before[512] = "", after[32];

		for (int j = 0; j < 10; j++)
			snprintf(before + strlen(before), sizeof(before) - strlen(before),
				G "%05d ", 1000 + 11 * i + j + (j == 0 && i ? -1 : 0));
		snprintf(after, sizeof(after), G "%05d", 1000 + 11 * i + 10);
		sample_happened(f, "merge", "2005-01-01", before, after);
	}
	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_lineage_find(txn, G "01659", true, &lineage), 0);
	zong_txn_end(txn);
	assert_int_equal(lineage.count, ZONG_LIMIT_LINEAGE);
	assert_true(lineage.more);
	free(lineage.step);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			splits_and_mergers_are_followed_over_generations, fixture_clear),
		cmocka_unit_test_teardown(
			a_new_number_is_carried_over_to_all_that_lies_below, fixture_clear),
		cmocka_unit_test_teardown(
			of_a_split_parcel_the_whole_is_given_unless_the_unit_is_known,
			fixture_clear),
		cmocka_unit_test_teardown(an_event_of_later_is_no_origin, fixture_clear),
		cmocka_unit_test_teardown(circles_end, fixture_clear),
		cmocka_unit_test_teardown(a_limit_is_told, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
