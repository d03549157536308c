/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/time.h>

#include "sample_deliveries.h"
#include "settle.h"

#define MANY 1203 /* more than two steps, and not a whole number of them */

/* Deliveries to a department, each of a case of its own but the last, which is of the first one's. */
struct many {
	const char *department;
	unsigned int count;
	bool dead;
	struct zong_id first, last;
};

static int make_one(
	struct zong_txn *txn, const struct many *many, unsigned int i, struct zong_id *ret_id)
{
	_cleanup_row_ Zong__Delivery *row = zong_row_new(&zong__delivery__descriptor);
	char no[32];
	int err;

	assert_non_null(row);
	zong_id_new(ret_id);
	snprintf(no, sizeof(no), "many-%s-%u", many->department, i == many->count - 1 ? 0 : i);
	row->kind = ZONG__DELIVERY_KIND__NOTICE_WITHDRAWN; /* needs no material */
	row->version = 1;
	row->created = zong_time_now();
	assert_int_equal(zong_row_set_bytes(&row->id, ret_id->bytes, sizeof(ret_id->bytes)), 0);
	assert_int_equal(zong_row_set_bytes(&row->about, ret_id->bytes, sizeof(ret_id->bytes)), 0);
	assert_int_equal(
		zong_row_set_bytes(&row->material, ret_id->bytes, sizeof(ret_id->bytes)), 0);
	assert_int_equal(zong_row_set(&row->department, many->department), 0);
	assert_int_equal(zong_row_set(&row->case_no, no), 0);
	err = zong_deliver_make_due(txn, row);
	if (many->dead) {
		row->next_attempt = 0;
		row->dead = true;
	}
	return err ? err : zong_deliver_put_new(txn, row);
}

static int write_many(struct zong_txn *txn, void *ctx)
{
	struct many *many = ctx;
	struct zong_id id;
	int err = 0;

	for (unsigned int i = 0; i < many->count && !err; i++) {
		err = make_one(txn, many, i, &id);
		if (i == 0)
			many->first = id;
	}
	many->last = id;
	return err;
}

static struct many make_many(
	struct fixture *f, const char *department, unsigned int count, bool dead)
{
	struct many many = {.department = department, .count = count, .dead = dead};

	assert_int_equal(zong_store_write(f->archive->store, write_many, &many), 0);
	return many;
}

static void add(struct fixture *f, const char *id)
{
	Zong__Department *department;

	assert_int_equal(zong_department_add(f->archive, &f->local, id, "示例", NULL, false,
				 &department, &f->err),
		0);
	zong__department__free_unpacked(department, NULL);
}

static size_t rows(struct fixture *f, enum zong_table table, uint8_t letter, const char *department)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	struct zong_txn *txn;
	size_t count = 0;

	zong_key_clear(&prefix);
	if (letter)
		zong_key_u8(&prefix, letter);
	zong_key_str(&prefix, department);
	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_iter_begin(&iter, txn, table, &prefix, NULL, false), 0);
	while (zong_iter_next(&iter) == 0)
		count++;
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return count;
}

static size_t outbox(struct fixture *f, const char *department)
{
	size_t count = rows(f, ZONG_TABLE_OUTBOX, 0, department);

	assert_int_equal(rows(f, ZONG_TABLE_OUTBOX_BY_CASE, 0, department), count);
	return count;
}

static size_t take(struct fixture *f, const char *department)
{
	zong_outbox_release(&f->outbox);
	assert_int_equal(zong_outbox_take(f->archive, department, zong_time_now() + ZONG_SECOND,
				 NULL, 0, 2000, &f->outbox),
		0);
	return f->outbox.count;
}

static bool step(struct fixture *f, const char *department)
{
	bool more = true;

	assert_int_equal(zong_settle_step(f->archive, department, &more), 0);
	return more;
}

/* As the thread that sends does. */
static size_t go_on(struct fixture *f)
{
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1] = "";
	size_t steps = 0;
	int err;

	do {
		department[0] = '\0';
		err = zong_outbox_settle(f->archive, department, department);
		steps += !err;
	} while (!err);
	assert_int_equal(err, ZONG_EEND);
	return steps;
}

static void what_is_due_gets_its_place_in_steps_and_goes_out_behind_the_last(void **state)
{
	struct fixture *f = *state;
	struct many many, newer;
	size_t seen = 0;

	add(f, "steps");
	many = make_many(f, "steps", MANY, false);
	assert_int_equal(outbox(f, "steps"), 0);
	fixture_webhook_begun(f, "steps", "https://example.org/", ZONG_SETTLE_SEND);
	assert_true(step(f, "steps"));
	assert_int_equal(outbox(f, "steps"), 500);
	assert_int_equal(take(f, "steps"), 0);
	assert_null(f->outbox.department);
	fixture_reopen(f, true);
	/* what comes meanwhile has its place at once, and waits like the others */
	newer = make_many(f, "steps", 1, false);
	assert_int_equal(outbox(f, "steps"), 501);
	assert_int_equal(take(f, "steps"), 0);
	assert_true(step(f, "steps"));
	assert_int_equal(outbox(f, "steps"), 1001);
	fixture_reopen(f, true);
	assert_int_equal(go_on(f), 1);
	assert_int_equal(outbox(f, "steps"), MANY + 1);
	assert_int_equal(take(f, "steps"), MANY - 1); /* of the first case the first of three */
	for (size_t i = 0; i < f->outbox.count; i++) {
		const uint8_t *id = f->outbox.event[i].delivery->id.data;

		seen += memcmp(id, many.first.bytes, sizeof(many.first.bytes)) == 0;
		assert_memory_not_equal(id, many.last.bytes, sizeof(many.last.bytes));
		assert_memory_not_equal(id, newer.first.bytes, sizeof(newer.first.bytes));
	}
	assert_int_equal(seen, 1);
	assert_false(step(f, "steps")); /* nothing is left to do */
	assert_int_equal(go_on(f), 0);
}

static void a_webhook_that_is_taken_away_leaves_nothing_behind(void **state)
{
	struct zong_department_wish wish = ZONG_DEPARTMENT_WISH;
	struct fixture *f = *state;
	Zong__Department *row;
	bool secrets;

	add(f, "away");
	fixture_webhook_begun(f, "away", "https://example.org/", 0);
	make_many(f, "away", MANY, false);
	make_many(f, "away", MANY, true);
	assert_int_equal(outbox(f, "away"), MANY);
	assert_int_equal(
		rows(f, ZONG_TABLE_DELIVERIES_BY_STATE, ZONG_DELIVERIES_DEAD, "away"), MANY);
	fixture_webhook_begun(f, "away", "", ZONG_SETTLE_TAKE_OUT | ZONG_SETTLE_REVIVE);
	assert_true(step(f, "away"));
	assert_int_equal(outbox(f, "away"), MANY - 500);
	fixture_reopen(f, true);
	assert_int_equal(go_on(f), 5);
	assert_int_equal(outbox(f, "away"), 0);
	assert_int_equal(rows(f, ZONG_TABLE_DELIVERIES_BY_STATE, ZONG_DELIVERIES_DEAD, "away"), 0);
	assert_int_equal(
		rows(f, ZONG_TABLE_DELIVERIES_BY_STATE, ZONG_DELIVERIES_DUE, "away"), 2 * MANY);
	/* and by one call, both ways */
	wish.webhook = "https://example.org/";
	assert_int_equal(zong_department_set(f->archive, &f->administrator, "away", &wish, &row,
				 &secrets, &f->err),
		0);
	zong__department__free_unpacked(row, NULL);
	assert_int_equal(outbox(f, "away"), 2 * MANY);
	wish.webhook = "";
	assert_int_equal(zong_department_set(f->archive, &f->administrator, "away", &wish, &row,
				 &secrets, &f->err),
		0);
	zong__department__free_unpacked(row, NULL);
	assert_int_equal(outbox(f, "away"), 0);
	assert_int_equal(go_on(f), 0);
}

static void of_sending_and_taking_out_the_later_word_holds(void **state)
{
	struct fixture *f = *state;

	add(f, "later");
	make_many(f, "later", MANY, false);
	fixture_webhook_begun(f, "later", "https://example.org/", ZONG_SETTLE_SEND);
	assert_true(step(f, "later"));
	fixture_webhook_begun(f, "later", "", ZONG_SETTLE_TAKE_OUT | ZONG_SETTLE_REVIVE);
	go_on(f);
	assert_int_equal(outbox(f, "later"), 0);
	fixture_webhook_begun(f, "later", "https://example.org/", ZONG_SETTLE_SEND);
	assert_true(step(f, "later"));
	fixture_webhook_begun(f, "later", "", ZONG_SETTLE_TAKE_OUT);
	go_on(f);
	assert_int_equal(outbox(f, "later"), 0);
	fixture_webhook_begun(f, "later", "https://example.org/", ZONG_SETTLE_SEND);
	go_on(f);
	assert_int_equal(outbox(f, "later"), MANY);
}

static int lose(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	zong_row_key_id(&key, ctx);
	return zong_txn_delete(txn, ZONG_TABLE_DELIVERIES, &key);
}

static void one_that_is_damaged_holds_up_nobody(void **state)
{
	struct fixture *f = *state;
	struct many many;

	add(f, "broken");
	many = make_many(f, "broken", MANY, false);
	assert_int_equal(zong_store_write(f->archive->store, lose, &many.first), 0);
	fixture_webhook_begun(f, "broken", "https://example.org/", ZONG_SETTLE_SEND);
	go_on(f);
	assert_int_equal(outbox(f, "broken"), MANY - 1);
}

static void departments_are_gone_on_with_one_after_the_other(void **state)
{
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1] = "";
	struct fixture *f = *state;

	add(f, "one");
	add(f, "two");
	make_many(f, "one", MANY, false);
	make_many(f, "two", 3, false);
	fixture_webhook_begun(f, "one", "https://example.org/", ZONG_SETTLE_SEND);
	fixture_webhook_begun(f, "two", "https://example.org/", ZONG_SETTLE_SEND);
	assert_int_equal(zong_outbox_settle(f->archive, department, department), 0);
	assert_string_equal(department, "one");
	assert_int_equal(zong_outbox_settle(f->archive, department, department), 0);
	assert_string_equal(department, "two");
	assert_int_equal(zong_outbox_settle(f->archive, department, department), ZONG_EEND);
	assert_int_equal(take(f, "two"), 2);
	assert_int_equal(take(f, "one"), 0);
	assert_int_equal(zong_settle_all(f->archive, "one"), 0);
	assert_int_equal(take(f, "one"), MANY - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			what_is_due_gets_its_place_in_steps_and_goes_out_behind_the_last,
			fixture_clear),
		cmocka_unit_test_teardown(
			a_webhook_that_is_taken_away_leaves_nothing_behind, fixture_clear),
		cmocka_unit_test_teardown(
			of_sending_and_taking_out_the_later_word_holds, fixture_clear),
		cmocka_unit_test_teardown(one_that_is_damaged_holds_up_nobody, fixture_clear),
		cmocka_unit_test_teardown(
			departments_are_gone_on_with_one_after_the_other, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
