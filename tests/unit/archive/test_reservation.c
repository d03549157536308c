/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_papers.h"

static int setup(void **state)
{
	if (fixture_setup_paused(state))
		return -1;
	sample_room(*state);
	fixture_case(*state, "W-1");
	return fixture_clear(state);
}

/* "示例丁 20007, 示例戊 0"; static. */
static const char *queue(struct fixture *f, const char *code)
{
	static char text[1024];
	struct zong_original view;
	size_t len = 0;

	text[0] = '\0';
	assert_int_equal(zong_original_get(f->archive, &f->archivist, code, &view, &f->err), 0);
	for (size_t i = 0; i < view.waiting_count && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %d", i ? ", " : "",
			view.waiting[i]->borrower, view.waiting[i]->kept_until);
	zong_original_release(&view);
	return text;
}

static void the_first_who_came_gets_it_when_it_is_back(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE];

	sample_paper(f, "W-1", "R-B1", code);
	assert_int_equal(sample_lend(f, code, "示例乙", SAMPLE_TODAY + 5), 0);
	assert_int_equal(sample_reserve(f, code, "示例丁"), 0);
	assert_int_equal(sample_reserve(f, code, "示例戊"), 0);
	assert_int_equal(sample_reserve(f, code, "示例 丁"), ZONG_EEXIST);
	assert_string_equal(queue(f, code), "示例丁 0, 示例戊 0");
	assert_int_equal(sample_return(f, code, 10, NULL), 0);
	assert_string_equal(queue(f, code), "示例丁 20007, 示例戊 0");
	assert_int_equal(sample_lend(f, code, "示例戊", SAMPLE_TODAY + 5), ZONG_ERESERVED);
	assert_string_equal(f->err.subject, "示例丁");
	assert_int_equal(sample_lend(f, code, "示例丁", SAMPLE_TODAY + 5), 0);
	assert_string_equal(queue(f, code), "示例戊 0");
}

static void it_is_kept_for_a_week_and_then_for_the_next(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE], object[32];

	sample_paper(f, "W-1", "R-B1", code);
	assert_int_equal(sample_reserve(f, code, "示例丁"), 0); /* it is in: kept at once */
	assert_int_equal(sample_reserve(f, code, "示例戊"), 0);
	assert_string_equal(queue(f, code), "示例丁 20007, 示例戊 0");
	f->archive->today = SAMPLE_TODAY + ZONG_KEPT_DAYS;
	assert_int_equal(sample_lend(f, code, "示例戊", SAMPLE_TODAY + 20), ZONG_ERESERVED);
	f->archive->today++;
	assert_int_equal(sample_lend(f, code, "示例乙", SAMPLE_TODAY + 20), ZONG_ERESERVED);
	assert_string_equal(f->err.subject, "示例戊");
	assert_int_equal(sample_lend(f, code, "示例戊", SAMPLE_TODAY + 20), 0);
	f->archive->today = SAMPLE_TODAY;
	assert_string_equal(queue(f, code), "");
	snprintf(object, sizeof(object), "original/%s", code);
	assert_int_equal(fixture_log(f, "reservation.lapse", object, NULL), 1);
}

static void who_waits_no_longer_makes_room_for_the_next(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE], id[ZONG_ID_TEXT];
	struct zong_original view;

	sample_paper(f, "W-1", "R-B1", code);
	assert_int_equal(sample_reserve(f, code, "示例丁"), 0);
	assert_int_equal(sample_reserve(f, code, "示例戊"), 0);
	assert_int_equal(zong_original_get(f->archive, &f->lookup, code, &view, &f->err), 0);
	snprintf(id, sizeof(id), "%s", fixture_id(&view.waiting[0]->id));
	zong_original_release(&view);
	assert_int_equal(zong_original_unreserve(f->archive, &f->tax, code, id, &view, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(
		zong_original_unreserve(f->archive, &f->lookup, code, id, &view, &f->err), 0);
	zong_original_release(&view);
	assert_string_equal(queue(f, code), "示例戊 20007");
	assert_int_equal(zong_original_unreserve(f->archive, &f->lookup, code, id, &view, &f->err),
		ZONG_ENOENT);
	assert_int_equal(zong_original_unreserve(f->archive, &f->lookup, code, "x", &view, &f->err),
		ZONG_ENOENT);
}

static void a_queue_has_an_end(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE], name[32];

	sample_paper(f, "W-1", "R-B1", code);
	for (int i = 0; i < ZONG_LIMIT_RESERVATIONS; i++) {
		snprintf(name, sizeof(name), "示例%d", i);
		assert_int_equal(sample_reserve(f, code, name), 0);
	}
	assert_int_equal(sample_reserve(f, code, "示例"), ZONG_ELIMIT);
	assert_int_equal(sample_reserve(f, code, ""), ZONG_EINVAL);
	assert_int_equal(sample_reserve(f, code, "\xc3"), ZONG_EENCODING);
}

static void nothing_is_kept_while_the_paper_is_missing(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE];

	sample_paper(f, "W-1", "R-B1", code);
	assert_int_equal(sample_reserve(f, code, "示例丁"), 0);
	assert_int_equal(sample_lose(f, code), 0);
	assert_string_equal(queue(f, code), "示例丁 0");
	assert_int_equal(sample_shelve(f, "R-B1", code), 0);
	assert_string_equal(queue(f, code), "示例丁 20007");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_who_came_gets_it_when_it_is_back),
		cmocka_unit_test(it_is_kept_for_a_week_and_then_for_the_next),
		cmocka_unit_test(who_waits_no_longer_makes_room_for_the_next),
		cmocka_unit_test(a_queue_has_an_end),
		cmocka_unit_test(nothing_is_kept_while_the_paper_is_missing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
