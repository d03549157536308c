/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/check.h>
#include <zong/query.h>
#include <zong/retention.h>

#include "fixture.h"
#include "query_row.h"
#include "row.h"
#include "sample_check.h"

#define UNIT "370786001001GB00001F00010001"
#define FRIDAY 20784 /* 2026-11-27 */

static struct zong_query query;

static int setup(void **state)
{
	struct fixture *f;

	if (fixture_setup_paused(state))
		return -1;
	f = *state;
	f->archive->today = FRIDAY;
	return zong_query_rules_load(ZONG_TEST_QUERIES, &f->archive->query_rules, &f->err);
}

static int clear(void **state)
{
	zong_query_release(&query);
	return fixture_clear(state);
}

static const struct zong_query_proof card = {.kind = "身份证"};

static struct zong_query_entry owner(void)
{
	return (struct zong_query_entry){.asker = "owner",
		.querent = {.name = "示例甲", .idno = "11010519491231002X"},
		.purpose = "示例目的",
		.proof = &card,
		.proofs = 1};
}

static int enter(struct fixture *f, const struct zong_query_entry *entry)
{
	zong_query_release(&query);
	return zong_query_enter(f->archive, &f->lookup, entry, &query, &f->err);
}

/* Of the one entered last. */
static int grant(struct fixture *f)
{
	char no[ZONG_QUERY_NO];

	snprintf(no, sizeof(no), "%s", query.row->no);
	zong_query_release(&query);
	return zong_query_grant(f->archive, &f->lookup, no, NULL, &query, &f->err);
}

static void open_case(
	struct fixture *f, const char *no, const char *kind, const char *name, const char *idno)
{
	Zong__Case wanted = ZONG__CASE__INIT;
	Zong__Party party = ZONG__PARTY__INIT, *parties[] = {&party};
	char unit[] = UNIT, *units[] = {unit};
	bool again;

	wanted.no = (char *)no;
	wanted.kind = (char *)kind;
	party.name = (char *)name;
	party.idno = (char *)idno;
	wanted.parties = parties;
	wanted.n_parties = 1;
	wanted.units = units;
	wanted.n_units = 1;
	fixture_clear((void **)&f);
	assert_int_equal(zong_case_open(f->archive, &f->archivist, &wanted, &f->cas, &again,
				 &f->warnings, &f->err),
		0);
}

static const char *first_fact(const char *what)
{
	for (size_t i = 0; i < query.row->n_found; i++)
		for (size_t n = 0; n < query.row->found[i]->n_facts; n++)
			if (strcmp(query.row->found[i]->facts[n]->what, what) == 0)
				return query.row->found[i]->facts[n]->text;
	return "";
}

static void numbers_follow_each_other_and_the_day_is_a_working_day(void **state)
{
	struct fixture *f = *state;
	struct zong_query_entry entry = owner();
	char due[ZONG_DAY_TEXT];

	fixture_case(f, "CX2026112700002");
	fixture_clear(state);
	assert_int_equal(enter(f, &entry), 0);
	assert_string_equal(query.row->no, "CX2026112700001");
	zong_day_format(query.row->due, due);
	assert_string_equal(due, "2026-12-04"); /* over the weekend */
	assert_string_equal(query.row->asker_name, "权利人");
	assert_int_equal(enter(f, &entry), 0);
	/* a case has the second one */
	assert_string_equal(query.row->no, "CX2026112700003");
	assert_int_equal(
		zong_case_get(f->archive, &f->lookup, "CX2026112700003", &f->cas, &f->err), 0);
	assert_string_equal(f->cas->kind, ZONG_QUERY_KIND);
	assert_int_equal(f->cas->n_parties, 0);
}

static void what_is_wrong_is_named(void **state)
{
	struct fixture *f = *state;
	struct zong_query_entry entry = owner();
	struct zong_query_object object = {.by = "address", .value = "示例路"};
	const char *want = "everything";

	entry.querent.name = " ";
	assert_int_equal(enter(f, &entry), ZONG_EINVAL);
	assert_string_equal(f->err.subject, "querent");
	entry = owner();
	entry.purpose = NULL;
	assert_int_equal(enter(f, &entry), ZONG_EINVAL);
	assert_string_equal(f->err.subject, "purpose");
	entry = owner();
	entry.wants = &want;
	entry.want_count = 1;
	assert_int_equal(enter(f, &entry), ZONG_EINVAL);
	entry = owner();
	entry.object = &object;
	entry.objects = 1;
	assert_int_equal(enter(f, &entry), ZONG_EINVAL);
	assert_string_equal(f->err.subject, "objects.unit");
	object = (struct zong_query_object){.by = "unit", .value = "370786"};
	assert_int_equal(enter(f, &entry), ZONG_EUNITCODE);
	object = (struct zong_query_object){.by = "phone", .value = "1"};
	assert_int_equal(enter(f, &entry), ZONG_EINVAL);
	entry = owner();
	assert_int_equal(
		zong_query_enter(f->archive, &f->tax, &entry, &query, &f->err), ZONG_EFORBIDDEN);
	assert_int_equal(zong_query_enter(f->archive, &f->administrator, &entry, &query, &f->err),
		ZONG_EFORBIDDEN);
}

static void an_owner_is_told_of_the_own_and_not_of_what_was_before(void **state)
{
	struct fixture *f = *state;
	struct zong_query_entry entry = owner();

	open_case(f, "202001010001", "首次登记", "示例丙", "370786197001010018");
	open_case(f, "202101010001", "转移登记", "示例甲", "110105491231002");
	assert_int_equal(enter(f, &entry), 0);
	assert_int_equal(grant(f), 0);
	assert_int_equal(query.row->n_found, 1);
	assert_string_equal(query.row->found[0]->unit, UNIT);
	assert_non_null(strstr(first_fact("results"), "202101010001"));
	for (size_t i = 0; i < query.row->found[0]->n_facts; i++)
		assert_null(strstr(query.row->found[0]->facts[i]->text, "示例丙"));
	assert_int_equal(strlen(query.row->check), 32);
	/* the one before is told of the own case, and nothing of the title that stands now */
	entry.querent.name = "示例丙";
	entry.querent.idno = "370786197001010018";
	assert_int_equal(enter(f, &entry), 0);
	assert_int_equal(grant(f), 0);
	assert_non_null(strstr(first_fact("results"), "202001010001"));
	assert_non_null(strstr(first_fact("results"), "历史"));
	assert_string_equal(first_fact("burdened"), "");
	/* the same name with another number is another person */
	entry.querent.idno = "370786198001010013";
	assert_int_equal(enter(f, &entry), 0);
	assert_int_equal(grant(f), 0);
	assert_int_equal(query.row->n_found, 1);
	assert_false(query.row->found[0]->found);
}

static void nothing_is_granted_over_what_is_in_the_way(void **state)
{
	struct fixture *f = *state;
	struct zong_query_entry entry = owner();
	char no[ZONG_QUERY_NO];

	entry.proofs = 0;
	assert_int_equal(enter(f, &entry), 0);
	assert_int_equal(query.problems, 1);
	snprintf(no, sizeof(no), "%s", query.row->no);
	zong_query_release(&query);
	assert_int_equal(zong_query_grant(f->archive, &f->lookup, no, NULL, &query, &f->err),
		ZONG_EQUERYRULE);
	assert_int_equal(
		zong_query_refuse(f->archive, &f->lookup, no, " ", &query, &f->err), ZONG_EREASON);
	assert_int_equal(
		zong_query_refuse(f->archive, &f->lookup, no, "没有出示证件", &query, &f->err), 0);
	assert_int_equal(query.problems, 0);
	zong_query_release(&query);
	assert_int_equal(zong_query_withdraw(f->archive, &f->lookup, no, "x", &query, &f->err),
		ZONG_EQUERYSTATE);
	assert_string_equal(f->err.subject, "refused");
	assert_int_equal(zong_query_change(f->archive, &f->lookup, no, 0, &entry, &query, &f->err),
		ZONG_EQUERYSTATE);
	assert_int_equal(
		zong_query_grant(f->archive, &f->lookup, "CX2026112799999", NULL, &query, &f->err),
		ZONG_ENOQUERY);
	assert_int_equal(zong_query_grant(f->archive, &f->lookup, "x", NULL, &query, &f->err),
		ZONG_ENOQUERY);
}

static void without_rules_nobody_is_told_anything(void **state)
{
	struct fixture *f = *state;
	struct zong_query_rules *rules = f->archive->query_rules;
	struct zong_query_entry entry = owner();
	int err;

	f->archive->query_rules = NULL;
	assert_int_equal(enter(f, &entry), 0);
	err = grant(f);
	f->archive->query_rules = rules;
	assert_int_equal(err, ZONG_EQUERYRULE);
}

static void the_word_on_the_paper_is_the_right(void **state)
{
	struct fixture *f = *state;
	struct zong_query_entry entry = owner();
	char no[ZONG_QUERY_NO], word[40];
	Zong__Query *paper;

	assert_int_equal(enter(f, &entry), 0);
	snprintf(no, sizeof(no), "%s", query.row->no);
	assert_int_equal(
		zong_query_check(f->archive, "192.0.2.1", no, "", &paper, &f->err), ZONG_ENOQUERY);
	assert_int_equal(grant(f), 0);
	snprintf(word, sizeof(word), "%s", query.row->check);
	assert_int_equal(zong_query_check(f->archive, "192.0.2.1", no, word, &paper, &f->err), 0);
	assert_string_equal(paper->no, no);
	assert_int_equal(fixture_log(f, "query.check", NULL, NULL), 1);
	zong__query__free_unpacked(paper, NULL);
	word[5] ^= 1;
	assert_int_equal(zong_query_check(f->archive, "192.0.2.1", no, word, &paper, &f->err),
		ZONG_ENOQUERY);
	word[5] = '\0';
	assert_int_equal(zong_query_check(f->archive, "192.0.2.1", no, word, &paper, &f->err),
		ZONG_ENOQUERY);
}

/* Turns a row into a tombstone, and back. */
static int destroy(struct zong_txn *txn, void *ctx)
{
	Zong__Material *material;
	struct zong_key key;
	int err = zong_row_material(txn, ctx, &material);

	if (err)
		return err;
	material->destroyed = !material->destroyed;
	zong_row_key_id(&key, ctx);
	err = zong_txn_put(txn, ZONG_TABLE_MATERIALS, &key, &material->base);
	zong__material__free_unpacked(material, NULL);
	return err;
}

static void what_was_destroyed_is_no_original_to_be_seen(void **state)
{
	struct fixture *f = *state;
	struct zong_query_entry entry = owner();
	struct zong_id id;

	open_case(f, "202201010001", "变更登记", "示例甲", "11010519491231002X");
	assert_int_equal(fixture_add(f, "202201010001", "合同", "text 甲\n", NULL, &f->receipt), 0);
	assert_int_equal(enter(f, &entry), 0);
	assert_int_equal(grant(f), 0);
	assert_string_equal(first_fact("originals"), "扫描件");
	assert_true(zong_row_id(&f->receipt.material->id, &id));
	assert_int_equal(zong_store_write(f->archive->store, destroy, &id), 0);
	assert_int_equal(enter(f, &entry), 0);
	assert_int_equal(grant(f), 0);
	assert_string_equal(first_fact("originals"), "");
	assert_string_not_equal(first_fact("results"), "");
	assert_int_equal(zong_store_write(f->archive->store, destroy, &id), 0);
}

static int harm(struct zong_txn *txn, void *ctx)
{
	Zong__Query *row;
	int err = zong_query_row(txn, ctx, &row);

	if (err)
		return err;
	row->state = ZONG__QUERY_STATE__QUERY_GRANTED;
	err = zong_query_put(txn, row);
	zong__query__free_unpacked(row, NULL);
	return err;
}

static int lose(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	zong_row_key_str(&key, ctx);
	return zong_txn_delete(txn, ZONG_TABLE_QUERIES, &key);
}

static void a_check_knows_them(void **state)
{
	struct fixture *f = *state;
	struct zong_query_entry entry = owner();
	char no[ZONG_QUERY_NO], text[100];

	assert_int_equal(enter(f, &entry), 0);
	snprintf(no, sizeof(no), "%s", query.row->no);
	assert_string_equal(sample_check(f, false), "");
	assert_int_equal(zong_store_write(f->archive->store, harm, no), 0);
	snprintf(text, sizeof(text), "row-wrong query/%s\n", no);
	assert_string_equal(sample_check(f, false), text);
	assert_int_equal(zong_store_write(f->archive->store, lose, no), 0);
	snprintf(text, sizeof(text), "row-missing query/%s\n", no);
	assert_string_equal(sample_check(f, false), text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			numbers_follow_each_other_and_the_day_is_a_working_day, clear),
		cmocka_unit_test_teardown(what_is_wrong_is_named, clear),
		cmocka_unit_test_teardown(
			an_owner_is_told_of_the_own_and_not_of_what_was_before, clear),
		cmocka_unit_test_teardown(nothing_is_granted_over_what_is_in_the_way, clear),
		cmocka_unit_test_teardown(without_rules_nobody_is_told_anything, clear),
		cmocka_unit_test_teardown(the_word_on_the_paper_is_the_right, clear),
		cmocka_unit_test_teardown(what_was_destroyed_is_no_original_to_be_seen, clear),
		cmocka_unit_test_teardown(a_check_knows_them, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
