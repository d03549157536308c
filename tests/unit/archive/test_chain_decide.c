/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_links.h"

static int decide(struct fixture *f, const char *later, const char *earlier, bool confirm,
	const char *reason)
{
	return sample_link_decide(f, &f->archivist, later, earlier, confirm, reason);
}

static void a_person_links_what_nobody_proposed(void **state)
{
	struct fixture *f = *state;
	Zong__Link *link;

	sample_link_case(f, "D0101", "转移登记", "01", NULL);
	sample_link_case(f, "D0102", "抵押登记", "01", NULL);
	assert_int_equal(decide(f, "D0102", "D0101", true, NULL), 0);
	assert_link(f, "D0102", "D0101", "confirmed mortgage");
	link = sample_link(f, "D0102", "D0101");
	assert_true(link->by_hand);
	assert_string_equal(link->decided_by, f->archivist.key);
	assert_true(link->record > 0);
	zong__link__free_unpacked(link, NULL);
	assert_int_equal(fixture_log(f, "link.confirm", "case/D0102", NULL), 1);
	/* once more is nothing new */
	assert_int_equal(decide(f, "D0102", "D0101", true, NULL), 0);
	assert_int_equal(fixture_log(f, "link.confirm", "case/D0102", NULL), 1);
	/* another mind needs a reason */
	assert_int_equal(decide(f, "D0102", "D0101", false, NULL), ZONG_EREASON);
	assert_int_equal(decide(f, "D0102", "D0101", false, " 　"), ZONG_EREASON);
	assert_int_equal(decide(f, "D0102", "D0101", false, "认错了"), 0);
	assert_link(f, "D0102", "D0101", "refused mortgage");
	assert_int_equal(decide(f, "D0102", "D0101", true, NULL), ZONG_EREASON);
	assert_int_equal(decide(f, "D0102", "D0101", true, "又认对了"), 0);
}

static void the_kind_may_be_said(void **state)
{
	struct zong_link_wish wish = {.later = "D0202", .earlier = "D0201", .kind = "other"};
	struct fixture *f = *state;
	Zong__Link *link = NULL;

	sample_link_case(f, "D0201", "转移登记", "02", NULL);
	sample_link_case(f, "D0202", "转移登记", "02", NULL);
	assert_int_equal(zong_link_decide(f->archive, &f->archivist, &wish, &link, &f->err), 0);
	assert_string_equal(zong_link_kind_name(link->kind), "other");
	zong__link__free_unpacked(link, NULL);
	wish.kind = "cousin";
	assert_int_equal(
		zong_link_decide(f->archive, &f->archivist, &wish, &link, &f->err), ZONG_EINVAL);
	assert_string_equal(f->err.subject, "kind");
}

static void what_cannot_be_is_refused(void **state)
{
	struct fixture *f = *state;
	char much[ZONG_LIMIT_REASON + 2];

	sample_link_case(f, "D0301", "转移登记", "03", NULL);
	sample_link_case(f, "D0302", "转移登记", "03", NULL);
	sample_link_case(f, "D0303", "转移登记", "03", NULL);
	assert_int_equal(decide(f, "D0301", "D0301", true, NULL), ZONG_EINVAL);
	assert_string_equal(f->err.subject, "earlier");
	assert_int_equal(decide(f, "D0301", "D0399", true, NULL), ZONG_ENOCASE);
	assert_string_equal(f->err.subject, "D0399");
	assert_int_equal(decide(f, "D0399", "D0301", true, NULL), ZONG_ENOCASE);
	assert_int_equal(decide(f, "", "D0301", true, NULL), ZONG_ENOCASE);
	assert_int_equal(decide(f, "D0302", "D0301", false, "无"), ZONG_ENOENT);
	memset(much, 'a', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	assert_int_equal(decide(f, "D0302", "D0301", true, much), ZONG_ELIMIT);
	assert_int_equal(decide(f, "D0302", "D0301", true, "\xFF"), ZONG_EENCODING);
	assert_link(f, "D0302", "D0301", "");
	/* none goes on from itself, however long the way */
	assert_int_equal(decide(f, "D0302", "D0301", true, NULL), 0);
	assert_int_equal(decide(f, "D0303", "D0302", true, NULL), 0);
	assert_int_equal(decide(f, "D0301", "D0303", true, NULL), ZONG_EINVAL);
	assert_string_equal(f->err.subject, "circle");
	assert_link(f, "D0301", "D0303", "");
}

static void a_case_has_so_many_links_and_no_more(void **state)
{
	struct fixture *f = *state;
	char no[20];

	sample_link_case(f, "D0400", "转移登记", "04", NULL);
	for (int i = 1; i <= ZONG_LIMIT_LINKS + 1; i++) {
		snprintf(no, sizeof(no), "D04-%04d", i);
		sample_link_case(f, no, "转移登记", "04", NULL);
		assert_int_equal(decide(f, "D0400", no, true, NULL),
			i <= ZONG_LIMIT_LINKS ? 0 : ZONG_ELIMIT);
	}
}

static void only_archivists_decide(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "D0501", "转移登记", "05", NULL);
	sample_link_case(f, "D0502", "转移登记", "05", NULL);
	assert_int_equal(
		sample_link_decide(f, &f->lookup, "D0502", "D0501", true, NULL), ZONG_EFORBIDDEN);
	assert_int_equal(
		sample_link_decide(f, &f->tax, "D0502", "D0501", true, NULL), ZONG_EFORBIDDEN);
	assert_int_equal(sample_link_decide(f, &f->nobody, "D0502", "D0501", true, NULL),
		ZONG_EUNAUTHENTICATED);
	assert_link(f, "D0502", "D0501", "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)
	const struct CMUnitTest tests[] = {
		TEST(a_person_links_what_nobody_proposed),
		TEST(the_kind_may_be_said),
		TEST(what_cannot_be_is_refused),
		TEST(a_case_has_so_many_links_and_no_more),
		TEST(only_archivists_decide),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
