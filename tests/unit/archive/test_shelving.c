/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_papers.h"

static int setup(void **state)
{
	if (fixture_setup_paused(state))
		return -1;
	sample_room(*state);
	fixture_case(*state, "S-1");
	return fixture_clear(state);
}

static int shelve(struct fixture *f, const char *place, const char *const *codes, size_t count,
	size_t *ret_moved)
{
	struct zong_place_view view;
	int err = zong_original_shelve(
		f->archive, &f->archivist, place, codes, count, &view, ret_moved, &f->err);

	if (!err)
		zong_place_release(&view);
	return err;
}

static void what_is_scanned_goes_all_together_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	char code[3][ZONG_ORIGINAL_CODE];
	const char *codes[4] = {code[0], code[1], code[0], code[2]};
	size_t moved;

	for (int i = 0; i < 3; i++)
		sample_paper(f, "S-1", NULL, code[i]);
	assert_int_equal(sample_lend(f, code[2], "示例乙", SAMPLE_TODAY), 0);
	assert_int_equal(shelve(f, "R-B1", codes, 4, &moved), ZONG_ELENT);
	assert_string_equal(f->err.subject, code[2]);
	assert_string_equal(sample_where(f, code[0]), "unshelved");
	assert_int_equal(shelve(f, "R-B1", codes, 3, &moved), 0);
	assert_int_equal(moved, 2);
	assert_int_equal(shelve(f, "R-B1", codes, 3, &moved), 0);
	assert_int_equal(moved, 0); /* they are there */
	assert_string_equal(sample_where(f, code[1]), "shelved R-B1");
	assert_int_equal(shelve(f, "R-B2", codes, 2, &moved), ZONG_EPLACEFULL);
	assert_string_equal(f->err.subject, "R-B2");
	assert_string_equal(sample_where(f, code[0]), "shelved R-B1");
	assert_int_equal(shelve(f, "R-B2", codes, 1, &moved), 0);
	assert_string_equal(sample_where(f, code[0]), "shelved R-B2");
	assert_int_equal(shelve(f, "R", codes, 1, &moved), ZONG_EPLACELEVEL);
	assert_int_equal(shelve(f, "NONE", codes, 1, &moved), ZONG_ENOPLACE);
	assert_int_equal(shelve(f, "R-B1", codes, 0, &moved), ZONG_EINVAL);
	assert_int_equal(shelve(f, "R-B1", codes, ZONG_LIMIT_SHELVE + 1, &moved), ZONG_ELIMIT);
	codes[1] = "Y000000000";
	assert_int_equal(shelve(f, "R-B1", codes, 2, &moved), ZONG_EORIGINALCODE);
}

static void a_missing_paper_that_is_scanned_is_found(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE];

	sample_paper(f, "S-1", "R-B1", code);
	assert_int_equal(sample_lose(f, code), 0);
	assert_string_equal(sample_where(f, code), "missing");
	assert_int_equal(sample_shelve(f, "R-S", code), 0);
	assert_string_equal(sample_where(f, code), "shelved R-S");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_scanned_goes_all_together_or_not_at_all),
		cmocka_unit_test(a_missing_paper_that_is_scanned_is_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
