/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "codes.h"
#include "fixture.h"

static Zong__CodeTable *table;

static int clear(void **state)
{
	if (table)
		zong__code_table__free_unpacked(table, NULL);
	table = NULL;
	return fixture_clear(state);
}

static int set(struct fixture *f, const struct zong_subject *who, const char *department,
	const char *text, bool *ret_again)
{
	int fd = memfd_create("codes", MFD_CLOEXEC);
	int err;

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	if (table)
		zong__code_table__free_unpacked(table, NULL);
	table = NULL;
	err = zong_codes_set(
		f->archive, who, department, fd, strlen(text), NULL, &table, ret_again, &f->err);
	close(fd);
	return err;
}

static void a_table_has_versions_and_the_same_again_is_none(void **state)
{
	struct fixture *f = *state;
	Zong__Code *code;
	uint32_t newest;
	bool again;

	assert_int_equal(
		set(f, &f->administrator, "tax",
			"list,ours,theirs,name\ntype,合同,0103,买卖合同\nkind,转移登记,21,\n",
			&again),
		0);
	assert_false(again);
	assert_int_equal(table->version, 1);
	assert_int_equal(set(f, &f->administrator, "tax",
				 "对方,本方,清单\n21,转移登记,kind\n0104,合同,type\n", &again),
		0);
	assert_int_equal(table->version, 2);
	assert_int_equal(set(f, &f->administrator, "tax",
				 "对方,本方,清单\n0104,合同,type\n21,转移登记,kind\n", &again),
		0);
	assert_true(again);
	assert_int_equal(table->version, 2);
	assert_int_equal(fixture_log(f, "codes.set", "department/tax", NULL), 2);
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_int_equal(zong_codes_newest(f->txn, "tax", &newest), 0);
	assert_int_equal(newest, 2);
	assert_int_equal(zong_codes_newest(f->txn, "housing", &newest), 0);
	assert_int_equal(newest, 0);
	assert_int_equal(zong_codes_find(f->txn, "tax", 1, "type", "合同", &code), 0);
	assert_string_equal(code->theirs, "0103");
	assert_string_equal(code->name, "买卖合同");
	zong__code__free_unpacked(code, NULL);
	assert_int_equal(zong_codes_find(f->txn, "tax", 2, "type", "合同", &code), 0);
	assert_string_equal(code->theirs, "0104");
	zong__code__free_unpacked(code, NULL);
	assert_int_equal(zong_codes_find(f->txn, "tax", 2, "type", "发票", &code), ZONG_ENOENT);
	assert_int_equal(zong_codes_find(f->txn, "tax", 3, "type", "合同", &code), ZONG_ENOENT);
}

static void one_version_is_read_by_those_whose_it_is(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(zong_codes_get(f->archive, &f->tax, "tax", 1, &table, &f->err), 0);
	assert_int_equal(table->n_codes, 2);
	assert_string_equal(table->codes[0]->list, "kind");
	zong__code_table__free_unpacked(table, NULL);
	table = NULL;
	assert_int_equal(zong_codes_get(f->archive, &f->archivist, "tax", 0, &table, &f->err), 0);
	assert_int_equal(table->version, 2);
	zong__code_table__free_unpacked(table, NULL);
	table = NULL;
	assert_int_equal(zong_codes_get(f->archive, &f->housing, "tax", 0, &table, &f->err),
		ZONG_ENODEPARTMENT);
	assert_int_equal(
		zong_codes_get(f->archive, &f->tax, "tax", 9, &table, &f->err), ZONG_ENOENT);
	assert_int_equal(zong_codes_get(f->archive, &f->archivist, "none", 0, &table, &f->err),
		ZONG_ENODEPARTMENT);
	assert_int_equal(
		zong_codes_get(f->archive, &f->lookup, "tax", 0, &table, &f->err), ZONG_EFORBIDDEN);
}

static void a_table_with_one_wrong_line_is_refused_whole(void **state)
{
	static const struct {
		const char *text;
		int err;
	} wrong[] = {
		{"", ZONG_ETABLE},
		{"list,ours,theirs\n", ZONG_ETABLE},
		{"list,ours\ntype,a\n", ZONG_EINVAL},
		{"list,ours,theirs\nshape,a,b\n", ZONG_EINVAL},
		{"list,ours,theirs\ntype,a,\n", ZONG_EINVAL},
		{"list,ours,theirs\ntype,,b\n", ZONG_EINVAL},
		{"list,ours,theirs\ntype,a,b\ntype,a,b\n", ZONG_EINVAL},
		{"list,ours,theirs\ntype,\"a,b\n", ZONG_ETABLE},
	};
	struct fixture *f = *state;
	char long_one[400];
	uint32_t newest;
	bool again;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(
			set(f, &f->administrator, "housing", wrong[i].text, &again), wrong[i].err);
	snprintf(long_one, sizeof(long_one), "list,ours,theirs\ntype,%0300d,b\n", 1);
	assert_int_equal(set(f, &f->administrator, "housing", long_one, &again), ZONG_ELIMIT);
	assert_int_equal(set(f, &f->archivist, "housing", "list,ours,theirs\ntype,a,b\n", &again),
		ZONG_EFORBIDDEN);
	assert_int_equal(set(f, &f->administrator, "none", "list,ours,theirs\ntype,a,b\n", &again),
		ZONG_ENODEPARTMENT);
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_int_equal(zong_codes_newest(f->txn, "housing", &newest), 0);
	assert_int_equal(newest, 0);
}

static void kinds_have_the_codes_of_the_national_list(void **state)
{
	(void)state;
	assert_string_equal(zong_codes_kind("首次登记"), "100");
	assert_string_equal(zong_codes_kind("转移登记"), "200");
	assert_string_equal(zong_codes_kind("查封"), "800");
	assert_null(zong_codes_kind("转移登记（合并）"));
	assert_null(zong_codes_kind(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_table_has_versions_and_the_same_again_is_none, clear),
		cmocka_unit_test_teardown(one_version_is_read_by_those_whose_it_is, clear),
		cmocka_unit_test_teardown(a_table_with_one_wrong_line_is_refused_whole, clear),
		cmocka_unit_test_teardown(kinds_have_the_codes_of_the_national_list, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
