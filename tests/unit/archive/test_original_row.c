/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>

#include <zong/check.h>

#include "sample_papers.h"

/* Many people at once do at random what can be done with a few papers. Afterwards each paper is in one place or with one
 * person, and the log tells a history that could have been: nobody borrowed what another had. */

#define PAPERS 6
#define PEOPLE 8
#define ROUNDS 60

enum deed { SHELVE, LEND, RETURN, LOSE, FIND, STOCKTAKE, DEEDS };

struct person {
	struct fixture *f;
	char (*code)[ZONG_ORIGINAL_CODE];
	unsigned seed;
	char name[32];
	size_t done[DEEDS], refused;
	int strange; /* a code that nothing of this may answer */
	pthread_t thread;
};

static int do_deed(struct person *person, enum deed deed, const char *code)
{
	static const char *const places[] = {"R-B1", "R-B2", "R-S"};
	struct fixture *f = person->f;
	struct zong_subject *who = &f->archivist;
	struct zong_new_loan loan = {.borrower = person->name,
		.purpose = "示例",
		.approver = "示例丙",
		.due = "2024-10-10"};
	struct zong_return back = {.pages = 10};
	struct zong_original view = {0};
	struct zong_place_view place;
	Zong__Stocktake *take;
	struct zong_err err;
	size_t moved;
	int code_of = 0;

	switch (deed) {
	case SHELVE:
		code_of = zong_original_shelve(f->archive, who,
			places[(unsigned)rand_r(&person->seed) % 3], &code, 1, &place, &moved,
			&err);
		if (!code_of)
			zong_place_release(&place);
		if (!code_of && !moved)
			person->done[SHELVE]--; /* it was there: nothing is on record */
		return code_of;
	case LEND:
		code_of = zong_original_lend(f->archive, who, code, &loan, &view, &err);
		break;
	case RETURN:
		code_of = zong_original_return(f->archive, who, code, &back, &view, &err);
		break;
	case LOSE:
		code_of = zong_original_missing(f->archive, who, code, "示例", &view, &err);
		break;
	case FIND:
		code_of = zong_original_found(f->archive, who, code, NULL, NULL, &view, &err);
		break;
	default:
		code_of = zong_stocktake_take(f->archive, who, "R", &code, 1, &take, &err);
		if (!code_of)
			zong__stocktake__free_unpacked(take, NULL);
		return code_of;
	}
	zong_original_release(&view);
	return code_of;
}

static bool is_refusal(int code)
{
	return code == ZONG_ELENT || code == ZONG_ENOTLENT || code == ZONG_EMISSING ||
	       code == ZONG_ENOTMISSING || code == ZONG_EPLACEFULL;
}

static void *live(void *arg)
{
	struct person *person = arg;

	for (int i = 0; i < ROUNDS; i++) {
		enum deed deed = (enum deed)((unsigned)rand_r(&person->seed) % DEEDS);
		const char *code = person->code[(unsigned)rand_r(&person->seed) % PAPERS];
		int err = do_deed(person, deed, code);

		if (!err)
			person->done[deed]++;
		else if (is_refusal(err))
			person->refused++;
		else
			person->strange = err;
	}
	return NULL;
}

/* ---- afterwards ---- */

struct history {
	char state[PAPERS]; /* by the log: 's' in the house, 'l' lent, 'm' missing */
	size_t told[DEEDS];
};

/* One line of the log: could that have been, as things stood? */
static void follow(struct history *history, const char *verb, size_t paper)
{
	char *state = &history->state[paper];

	if (strcmp(verb, "original.shelve") == 0) {
		assert_true(*state == 's' || *state == 'm');
		*state = 's';
		history->told[SHELVE]++;
	} else if (strcmp(verb, "loan.lend") == 0) {
		assert_int_equal(*state, 's');
		*state = 'l';
		history->told[LEND]++;
	} else if (strcmp(verb, "loan.return") == 0) {
		assert_int_equal(*state, 'l');
		*state = 's';
		history->told[RETURN]++;
	} else if (strcmp(verb, "original.missing") == 0) {
		assert_true(*state != 'm');
		*state = 'm';
		history->told[LOSE]++;
	} else if (strcmp(verb, "original.found") == 0) {
		assert_int_equal(*state, 'm');
		*state = 's';
		history->told[FIND]++;
	}
}

static void read_log(struct fixture *f, char (*code)[ZONG_ORIGINAL_CODE], struct history *history)
{
	struct zong_iter iter = {0};
	struct zong_txn *txn;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_iter_begin(&iter, txn, ZONG_TABLE_LOG, NULL, NULL, false), 0);
	while (zong_iter_next(&iter) == 0) {
		Zong__LogRecord *line = zong__log_record__unpack(NULL, iter.value_len, iter.value);

		assert_non_null(line);
		for (size_t i = 0; i < PAPERS; i++)
			if (strncmp(line->object, "original/", 9) == 0 &&
				strcmp(line->object + 9, code[i]) == 0)
				follow(history, line->verb, i);
		zong__log_record__free_unpacked(line, NULL);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
}

/* How often the code ends a key of the table. */
static size_t entries(struct zong_txn *txn, enum zong_table table, const char *code)
{
	struct zong_iter iter = {0};
	size_t len = strlen(code) + 1, count = 0;

	assert_int_equal(zong_iter_begin(&iter, txn, table, NULL, NULL, false), 0);
	while (zong_iter_next(&iter) == 0)
		count += iter.key.len >= len &&
			 memcmp(iter.key.bytes + iter.key.len - len, code, len) == 0;
	zong_iter_end(&iter);
	return count;
}

static size_t open_loans(struct zong_txn *txn, const char *code)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	size_t count = 0;

	zong_row_key_str(&prefix, code);
	assert_int_equal(zong_iter_begin(&iter, txn, ZONG_TABLE_LOANS, &prefix, NULL, false), 0);
	while (zong_iter_next(&iter) == 0) {
		Zong__Loan *loan = zong__loan__unpack(NULL, iter.value_len, iter.value);

		assert_non_null(loan);
		count += !loan->returned;
		zong__loan__free_unpacked(loan, NULL);
	}
	zong_iter_end(&iter);
	return count;
}

static void see(struct fixture *f, const char *code, char state)
{
	Zong__Original *row;
	struct zong_txn *txn;
	bool lent;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_original_row(txn, code, &row), 0);
	lent = row->where_case == ZONG__ORIGINAL__WHERE_LENT;
	assert_int_equal(lent, state == 'l');
	assert_int_equal(row->where_case == ZONG__ORIGINAL__WHERE_MISSING, state == 'm');
	assert_int_equal(entries(txn, ZONG_TABLE_ORIGINALS_BY_PLACE, code),
		row->where_case == ZONG__ORIGINAL__WHERE_SHELVED);
	assert_int_equal(entries(txn, ZONG_TABLE_ORIGINALS_BY_STATE, code), 1);
	assert_int_equal(open_loans(txn, code), lent);
	zong__original__free_unpacked(row, NULL);
	zong_txn_end(txn);
}

static int no_finding(void *ctx, const struct zong_finding *finding)
{
	(void)ctx;
	fprintf(stderr, "# %s %s\n", finding->object, finding->detail);
	return 1;
}

static void a_paper_is_in_one_place_or_with_one_person_whoever_does_what_at_once(void **state)
{
	struct fixture *f = *state;
	struct history history = {0};
	struct person people[PEOPLE];
	char code[PAPERS][ZONG_ORIGINAL_CODE];
	size_t done[DEEDS] = {0}, refused = 0;
	struct zong_check_options options = {.found = no_finding};

	for (int i = 0; i < PAPERS; i++) {
		sample_paper(f, "N-1", i % 2 ? "R-B1" : NULL, code[i]);
		history.state[i] = 's';
	}
	for (unsigned i = 0; i < PEOPLE; i++) {
		people[i] = (struct person){.f = f, .code = code, .seed = 17 + i};
		snprintf(people[i].name, sizeof(people[i].name), "示例%u", i);
		assert_int_equal(pthread_create(&people[i].thread, NULL, live, &people[i]), 0);
	}
	for (unsigned i = 0; i < PEOPLE; i++) {
		pthread_join(people[i].thread, NULL);
		assert_int_equal(people[i].strange, 0);
		refused += people[i].refused;
		for (int deed = 0; deed < DEEDS; deed++)
			done[deed] += people[i].done[deed];
	}
	read_log(f, code, &history);
	for (int deed = 0; deed < STOCKTAKE; deed++) {
		assert_int_equal(history.told[deed], done[deed]);
		assert_true(done[deed] > 5); /* no idle history */
	}
	assert_true(refused > 50);
	for (int i = 0; i < PAPERS; i++)
		see(f, code[i], history.state[i]);
	assert_int_equal(zong_check_rows(f->archive->store, &options), 0);
}

static void a_paper_leaves_where_it_was_before_it_is_elsewhere(void **state)
{
	Zong__Original *original = zong_row_new(&zong__original__descriptor);

	(void)state;
	assert_non_null(original);
	assert_int_equal(zong_original_in(original), 0);
	assert_int_equal(zong_original_lay(original, "R-B1", "示例"), 0);
	assert_int_equal(zong_original_lay(original, "R-S", "示例"), 0);
	assert_string_equal(original->home, "R-S");
	assert_int_equal(zong_original_letter(original), 's');
	zong_original_leave(original);
	assert_null(original->shelved);
	assert_null(original->lent);
	assert_string_equal(zong_original_state_name(original), "unshelved");
	assert_string_equal(original->home, "R-S");
	assert_int_equal(zong_row_set(&original->listed, "2024100400001"), 0);
	assert_int_equal(zong_original_in(original), ZONG_EONLIST);
	assert_int_equal(zong_original_letter_of("nowhere"), 0);
	zong__original__free_unpacked(original, NULL);
}

static int setup(void **state)
{
	if (fixture_setup_paused(state))
		return -1;
	sample_room(*state);
	fixture_case(*state, "N-1");
	return fixture_clear(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_paper_leaves_where_it_was_before_it_is_elsewhere),
		cmocka_unit_test(
			a_paper_is_in_one_place_or_with_one_person_whoever_does_what_at_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
