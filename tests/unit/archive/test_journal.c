/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"
#include "journal.h"
#include "row.h"

struct line {
	const struct zong_subject *who;
	const char *object;
	uint64_t seq;
};

static int write_line(struct zong_txn *txn, void *ctx)
{
	struct line *line = ctx;

	return zong_journal_add(txn, line->who, "search", line->object, "detail", &line->seq);
}

static uint64_t verify(struct fixture *f)
{
	struct zong_txn *txn;
	uint64_t broken = 12345;
	int err;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	err = zong_journal_verify(txn, &broken);
	zong_txn_end(txn);
	assert_int_equal(err, 0);
	return broken;
}

static Zong__LogRecord *get(struct fixture *f, uint64_t seq)
{
	ProtobufCMessage *row = NULL;
	struct zong_txn *txn;
	struct zong_key key;
	int err;

	zong_key_clear(&key);
	zong_key_u64(&key, seq);
	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	err = zong_txn_get(txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor, &row);
	zong_txn_end(txn);
	assert_int_equal(err, 0);
	return (Zong__LogRecord *)row;
}

static void a_line_says_who_did_what_why_and_from_where(void **state)
{
	struct fixture *f = *state;
	struct line line = {.who = &f->tax, .object = "case/1"};
	Zong__LogRecord *record;

	memcpy(f->tax.purpose, "核税", sizeof("核税"));
	assert_int_equal(zong_store_write(f->archive->store, write_line, &line), 0);
	f->tax.purpose[0] = '\0';
	record = get(f, line.seq);
	assert_string_equal(record->subject, "token:tax");
	assert_string_equal(record->verb, "search");
	assert_string_equal(record->object, "case/1");
	assert_string_equal(record->detail, "detail");
	assert_string_equal(record->purpose, "核税");
	assert_string_equal(record->origin, "192.0.2.1");
	assert_int_equal(record->count, 1);
	assert_int_equal(record->hash.len, 32);
	zong__log_record__free_unpacked(record, NULL);
	line.who = NULL;
	assert_int_equal(zong_store_write(f->archive->store, write_line, &line), 0);
	record = get(f, line.seq);
	assert_string_equal(record->subject, "zong");
	zong__log_record__free_unpacked(record, NULL);
}

static void lines_are_numbered_and_chained(void **state)
{
	struct fixture *f = *state;
	struct line a = {.who = &f->archivist, .object = "case/1"};
	struct line b = {.who = &f->archivist, .object = "case/2"};
	Zong__LogRecord *first;
	Zong__LogRecord *second;

	assert_int_equal(zong_store_write(f->archive->store, write_line, &a), 0);
	assert_int_equal(zong_store_write(f->archive->store, write_line, &b), 0);
	assert_int_equal(b.seq, a.seq + 1);
	first = get(f, a.seq);
	second = get(f, b.seq);
	assert_int_equal(second->previous.len, 32);
	assert_memory_equal(second->previous.data, first->hash.data, 32);
	zong__log_record__free_unpacked(first, NULL);
	zong__log_record__free_unpacked(second, NULL);
	assert_int_equal(verify(f), 0);
}

struct forgery {
	uint64_t seq;
	Zong__LogRecord *record; /* NULL: taken out */
};

static int forge(struct zong_txn *txn, void *ctx)
{
	const struct forgery *forgery = ctx;
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_u64(&key, forgery->seq);
	if (!forgery->record)
		return zong_txn_delete(txn, ZONG_TABLE_LOG, &key);
	return zong_txn_put(txn, ZONG_TABLE_LOG, &key, &forgery->record->base);
}

static void a_changed_line_breaks_the_chain_there(void **state)
{
	struct fixture *f = *state;
	struct line line = {.who = &f->archivist, .object = "case/3"};
	struct forgery forgery;
	char other[] = "case/4";
	char *object;

	assert_int_equal(zong_store_write(f->archive->store, write_line, &line), 0);
	forgery.seq = line.seq;
	assert_int_equal(zong_store_write(f->archive->store, write_line, &line), 0);
	forgery.record = get(f, forgery.seq);
	object = forgery.record->object;
	forgery.record->object = other;
	assert_int_equal(zong_store_write(f->archive->store, forge, &forgery), 0);
	assert_int_equal(verify(f), forgery.seq);
	forgery.record->object = object;
	assert_int_equal(zong_store_write(f->archive->store, forge, &forgery), 0);
	assert_int_equal(verify(f), 0);
	forgery.record->count = 2;
	assert_int_equal(zong_store_write(f->archive->store, forge, &forgery), 0);
	assert_int_equal(verify(f), forgery.seq);
	forgery.record->count = 1;
	forgery.record->hash.data[5] ^= 1;
	assert_int_equal(zong_store_write(f->archive->store, forge, &forgery), 0);
	assert_int_equal(verify(f), forgery.seq);
	forgery.record->hash.data[5] ^= 1;
	assert_int_equal(zong_store_write(f->archive->store, forge, &forgery), 0);
	assert_int_equal(verify(f), 0);
	zong__log_record__free_unpacked(forgery.record, NULL);
}

static void a_line_taken_out_breaks_the_chain_in_the_middle_and_at_the_end(void **state)
{
	struct fixture *f = *state;
	struct line line = {.who = &f->archivist, .object = "case/5"};
	struct forgery forgery = {0};
	Zong__LogRecord *record;

	assert_int_equal(zong_store_write(f->archive->store, write_line, &line), 0);
	assert_int_equal(zong_store_write(f->archive->store, write_line, &line), 0);
	forgery.seq = line.seq;
	record = get(f, forgery.seq);
	assert_int_equal(zong_store_write(f->archive->store, forge, &forgery), 0);
	assert_int_equal(verify(f), line.seq);
	forgery.record = record;
	assert_int_equal(zong_store_write(f->archive->store, forge, &forgery), 0);
	zong__log_record__free_unpacked(record, NULL);
	assert_int_equal(verify(f), 0);
	forgery.seq = line.seq - 1;
	record = get(f, forgery.seq);
	forgery.record = NULL;
	assert_int_equal(zong_store_write(f->archive->store, forge, &forgery), 0);
	assert_int_equal(verify(f), line.seq - 1);
	forgery.record = record;
	assert_int_equal(zong_store_write(f->archive->store, forge, &forgery), 0);
	zong__log_record__free_unpacked(record, NULL);
	assert_int_equal(verify(f), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_line_says_who_did_what_why_and_from_where, fixture_clear),
		cmocka_unit_test_teardown(lines_are_numbered_and_chained, fixture_clear),
		cmocka_unit_test_teardown(a_changed_line_breaks_the_chain_there, fixture_clear),
		cmocka_unit_test_teardown(
			a_line_taken_out_breaks_the_chain_in_the_middle_and_at_the_end,
			fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
