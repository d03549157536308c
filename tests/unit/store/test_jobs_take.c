/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose job is next: two queues, and departments that take turns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define URGENT ZONG__JOB_QUEUE__QUEUE_URGENT
#define BULK ZONG__JOB_QUEUE__QUEUE_BULK
#define NOW 1000000

struct job {
	Zong__Job row;
	struct zong_id id;
	uint8_t raster[ZONG_DIGEST_SIZE];
};

static void job_init(
	struct job *job, uint32_t number, Zong__JobQueue queue, const char *department, int64_t due)
{
	memset(job, 0, sizeof(*job));
	zong__job__init(&job->row);
	zong_id_new(&job->id);
	memcpy(job->raster, &number, sizeof(number));
	job->row.id.data = job->id.bytes;
	job->row.id.len = sizeof(job->id.bytes);
	job->row.raster.data = job->raster;
	job->row.raster.len = sizeof(job->raster);
	job->row.kind = (char *)(uintptr_t) "read";
	job->row.queue = queue;
	job->row.department = (char *)(uintptr_t)department;
	job->row.due = due;
}

static int add(struct zong_txn *txn, void *ctx)
{
	return zong_job_add(txn, ctx);
}

static int done(struct zong_txn *txn, void *ctx)
{
	return zong_job_done(txn, ctx);
}

static int again(struct zong_txn *txn, void *ctx)
{
	return zong_job_again(txn, ctx, 2 * NOW, ZONG_EWORKER, "died");
}

static int park(struct zong_txn *txn, void *ctx)
{
	return zong_job_park(txn, ctx, ZONG_EWORKER, "died");
}

static int cancel(struct zong_txn *txn, void *ctx)
{
	return zong_job_cancel(txn, ctx, 77, "token:x");
}

static int retry(struct zong_txn *txn, void *ctx)
{
	return zong_job_retry(txn, ctx);
}

struct hasten {
	struct zong_digest raster;
	const char *department;
};

static int hasten(struct zong_txn *txn, void *ctx)
{
	const struct hasten *hasten = ctx;

	return zong_job_hasten(txn, &hasten->raster, hasten->department);
}

static void put(struct fixture *f, struct job *job)
{
	assert_int_equal(zong_store_write(f->store, add, &job->row), 0);
}

/* Takes the next one, which must be @job, and ends it. */
static void assert_next(struct fixture *f, const struct job *job)
{
	Zong__Job *taken;
	int64_t due;

	assert_int_equal(zong_job_take(f->store, NOW, &taken, &due), 0);
	assert_memory_equal(taken->id.data, job->id.bytes, sizeof(job->id.bytes));
	assert_int_equal(zong_store_write(f->store, done, taken), 0);
	zong_job_release(f->store, taken);
	zong__job__free_unpacked(taken, NULL);
}

static void assert_none(struct fixture *f)
{
	Zong__Job *taken;
	int64_t due;

	assert_int_equal(zong_job_take(f->store, NOW, &taken, &due), ZONG_EEND);
}

static void departments_take_turns_and_each_keeps_its_order(void **state)
{
	struct fixture *f = *state;
	struct job tax[4], bank, own;
	size_t i;

	for (i = 0; i < 4; i++)
		job_init(&tax[i], (uint32_t)i, URGENT, "tax", (int64_t)(10 + i));
	job_init(&bank, 10, URGENT, "bank", 500);
	job_init(&own, 11, URGENT, "", 600);
	for (i = 4; i > 0; i--)
		put(f, &tax[i - 1]);
	put(f, &bank);
	put(f, &own);
	/* behind "", which counts as served last: bank, tax, and the hall's own */
	assert_next(f, &bank);
	assert_next(f, &tax[0]);
	assert_next(f, &own);
	assert_next(f, &tax[1]);
	assert_next(f, &tax[2]);
	job_init(&bank, 12, URGENT, "bank", 700);
	put(f, &bank);
	assert_next(f, &bank);
	assert_next(f, &tax[3]);
	assert_none(f);
}

static void a_name_that_begins_like_another_is_a_department_of_its_own(void **state)
{
	static const char *const names[] = {"t", "ta", "tax", "tax-2", "tax2"};
	struct fixture *f = *state;
	struct job job[2][5];

	for (uint32_t n = 0; n < 2; n++)
		for (uint32_t i = 0; i < 5; i++) {
			job_init(&job[n][i], n * 5 + i, URGENT, names[i], n);
			put(f, &job[n][i]);
		}
	for (uint32_t n = 0; n < 2; n++)
		for (uint32_t i = 0; i < 5; i++)
			assert_next(f, &job[n][i]);
	assert_none(f);
}

static void urgent_ones_come_first_but_bulk_is_never_forgotten(void **state)
{
	struct fixture *f = *state;
	struct job bulk[2], urgent[ZONG_JOBS_URGENT_IN_A_ROW + 1];
	uint32_t i;

	for (i = 0; i < 2; i++) {
		job_init(&bulk[i], i, BULK, "a", 1);
		put(f, &bulk[i]);
	}
	for (i = 0; i <= ZONG_JOBS_URGENT_IN_A_ROW; i++) {
		job_init(&urgent[i], 10 + i, URGENT, "tax", (int64_t)(100 + i));
		put(f, &urgent[i]);
	}
	for (i = 0; i < ZONG_JOBS_URGENT_IN_A_ROW; i++)
		assert_next(f, &urgent[i]);
	assert_next(f, &bulk[0]);
	assert_next(f, &urgent[ZONG_JOBS_URGENT_IN_A_ROW]);
	assert_next(f, &bulk[1]);
	assert_none(f);
}

static void urgent_ones_that_nothing_waits_behind_are_not_counted(void **state)
{
	struct fixture *f = *state;
	struct job bulk, urgent;
	uint32_t i;

	for (i = 0; i < 2 * ZONG_JOBS_URGENT_IN_A_ROW; i++) {
		job_init(&urgent, i, URGENT, "", 1);
		put(f, &urgent);
		assert_next(f, &urgent);
	}
	job_init(&bulk, 100, BULK, "", 1);
	put(f, &bulk);
	job_init(&urgent, 101, URGENT, "", 2);
	put(f, &urgent);
	assert_next(f, &urgent);
	assert_next(f, &bulk);
}

static void one_that_is_put_off_holds_up_no_other(void **state)
{
	struct fixture *f = *state;
	struct job late, bank, tax, bulk;
	Zong__Job *taken;
	int64_t due;

	job_init(&late, 1, URGENT, "bank", 5);
	put(f, &late);
	assert_int_equal(zong_job_take(f->store, NOW, &taken, &due), 0);
	assert_int_equal(zong_store_write(f->store, again, taken), 0);
	zong_job_release(f->store, taken);
	zong__job__free_unpacked(taken, NULL);
	job_init(&bank, 2, URGENT, "bank", 6);
	job_init(&tax, 3, URGENT, "tax", 7);
	job_init(&bulk, 4, BULK, "bank", 8);
	put(f, &bank);
	put(f, &tax);
	put(f, &bulk);
	assert_next(f, &tax);
	assert_next(f, &bank);
	assert_next(f, &bulk);
	assert_int_equal(zong_job_take(f->store, NOW, &taken, &due), ZONG_EEND);
	assert_int_equal(due, 2 * NOW);
}

static void a_retried_one_is_urgent_and_the_first_of_its_department(void **state)
{
	struct fixture *f = *state;
	struct job bulk, urgent;

	job_init(&bulk, 1, BULK, "tax", 5);
	job_init(&urgent, 2, URGENT, "tax", 1);
	put(f, &bulk);
	put(f, &urgent);
	assert_int_equal(zong_store_write(f->store, park, &bulk.row), 0);
	assert_int_equal(zong_store_write(f->store, retry, &bulk.id), 0);
	assert_next(f, &bulk);
	assert_next(f, &urgent);
}

static void who_waits_for_a_page_of_the_bulk_queue_brings_it_forward(void **state)
{
	struct fixture *f = *state;
	struct hasten who = {.department = "bank"};
	struct job first, wanted, urgent;

	job_init(&first, 1, BULK, "tax", 1);
	job_init(&wanted, 2, BULK, "tax", 2);
	job_init(&urgent, 3, URGENT, "bank", 3);
	put(f, &first);
	put(f, &wanted);
	put(f, &urgent);
	memcpy(who.raster.bytes, wanted.raster, sizeof(wanted.raster));
	assert_int_equal(zong_store_write(f->store, hasten, &who), 0);
	assert_next(f, &wanted); /* of bank now, and it has waited longer */
	assert_next(f, &urgent);
	assert_next(f, &first);
	/* there is none any more, and that is fine */
	assert_int_equal(zong_store_write(f->store, hasten, &who), 0);
	assert_none(f);
}

static void a_cancelled_one_is_not_taken_and_not_ended_by_who_had_it(void **state)
{
	struct fixture *f = *state;
	struct job job;
	Zong__Job *taken, *kept;
	struct zong_txn *txn;
	struct zong_digest raster;
	int64_t due;

	job_init(&job, 1, URGENT, "tax", 1);
	put(f, &job);
	assert_int_equal(zong_job_take(f->store, NOW, &taken, &due), 0);
	assert_int_equal(zong_store_write(f->store, cancel, &job.id), 0);
	assert_int_equal(zong_store_write(f->store, cancel, &job.id), ZONG_EINVAL);
	assert_int_equal(zong_store_write(f->store, done, taken), ZONG_ECANCELLED);
	assert_int_equal(zong_store_write(f->store, again, taken), ZONG_ECANCELLED);
	assert_int_equal(zong_store_write(f->store, park, taken), ZONG_ECANCELLED);
	zong_job_release(f->store, taken);
	zong__job__free_unpacked(taken, NULL);
	assert_none(f);
	memcpy(raster.bytes, job.raster, sizeof(job.raster));
	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(zong_job_of_raster(txn, &raster, &kept), 0);
	zong_txn_end(txn);
	assert_true(kept->parked);
	assert_int_equal(kept->err, ZONG_EREADCANCELLED);
	assert_int_equal(kept->cancelled, 77);
	assert_string_equal(kept->cancelled_by, "token:x");
	assert_int_equal(kept->tries, 0);
	zong__job__free_unpacked(kept, NULL);
	assert_int_equal(zong_store_write(f->store, retry, &job.id), 0);
	assert_next(f, &job);
	assert_int_equal(zong_store_write(f->store, cancel, &job.id), ZONG_ENOENT);
}

/* ---- by lot ---- */

#define LOTS 400
#define DEPARTMENTS 5
static const char *const departments[DEPARTMENTS] = {"", "a", "ab", "b", "tax"};

struct lot {
	struct job job;
	int department;
	bool waits, taken;
};

struct hall {
	struct fixture *f;
	struct lot *lot;
	uint32_t count;
	uint32_t random;
	int served[2];		    /* department, by queue */
	unsigned since[2][DEPARTMENTS]; /* turns of the queue since this one had its own, while it waited */
	unsigned bulk_waited;
};

static uint32_t draw(struct hall *hall, uint32_t below)
{
	hall->random = hall->random * 1664525 + 1013904223;
	return (hall->random >> 8) % below;
}

/* The first in order of those of a department. NULL: none. */
static struct lot *first_of(struct hall *hall, Zong__JobQueue queue, int department)
{
	struct lot *first = NULL;

	for (uint32_t i = 0; i < hall->count; i++) {
		struct lot *lot = &hall->lot[i];

		if (!lot->waits || lot->taken || lot->job.row.queue != queue ||
			lot->department != department)
			continue;
		if (!first || lot->job.row.due < first->job.row.due ||
			(lot->job.row.due == first->job.row.due &&
				memcmp(lot->job.id.bytes, first->job.id.bytes, ZONG_ID_SIZE) < 0))
			first = lot;
	}
	return first;
}

static void add_some(struct hall *hall)
{
	uint32_t department = draw(hall, DEPARTMENTS);
	uint32_t some = draw(hall, 8) == 0 ? 20 : 1 + draw(hall, 2);

	for (; some > 0 && hall->count < LOTS; some--) {
		struct lot *lot = &hall->lot[hall->count];

		job_init(&lot->job, hall->count, draw(hall, 2) ? BULK : URGENT, departments[department],
			1 + draw(hall, 50));
		lot->department = (int)department;
		lot->waits = true;
		hall->count++;
		put(hall->f, &lot->job);
	}
}

static struct lot *lot_of(struct hall *hall, const Zong__Job *job)
{
	for (uint32_t i = 0; i < hall->count; i++)
		if (memcmp(hall->lot[i].job.id.bytes, job->id.data, ZONG_ID_SIZE) == 0)
			return &hall->lot[i];
	return NULL;
}

/* What was taken was its department's first, and nobody was passed over for longer than his turn. */
static void judge(struct hall *hall, struct lot *lot)
{
	Zong__JobQueue queue = lot->job.row.queue;
	bool urgent_waits = false, bulk_waits = false;

	assert_ptr_equal(lot, first_of(hall, queue, lot->department));
	for (int d = 0; d < DEPARTMENTS; d++) {
		urgent_waits = urgent_waits || first_of(hall, URGENT, d);
		bulk_waits = bulk_waits || first_of(hall, BULK, d);
		if (d == lot->department || !first_of(hall, queue, d))
			hall->since[queue][d] = 0;
		else
			assert_true(++hall->since[queue][d] < DEPARTMENTS);
	}
	if (queue == BULK) {
		assert_true(!urgent_waits || hall->bulk_waited >= ZONG_JOBS_URGENT_IN_A_ROW);
		hall->bulk_waited = 0;
	} else if (bulk_waits) {
		assert_true(++hall->bulk_waited <= ZONG_JOBS_URGENT_IN_A_ROW);
	}
}

static Zong__Job *take_one(struct hall *hall)
{
	Zong__Job *taken;
	struct lot *lot;
	int64_t due;

	if (zong_job_take(hall->f->store, NOW, &taken, &due))
		return NULL;
	lot = lot_of(hall, taken);
	assert_non_null(lot);
	judge(hall, lot);
	lot->taken = true;
	return taken;
}

static void end_one(struct hall *hall, Zong__Job *job, bool really)
{
	struct lot *lot = lot_of(hall, job);

	if (really) {
		assert_int_equal(zong_store_write(hall->f->store, done, job), 0);
		lot->waits = false;
	}
	zong_job_release(hall->f->store, job);
	zong__job__free_unpacked(job, NULL);
	lot->taken = false;
}

static void whatever_comes_nobody_starves_and_every_order_is_kept(void **state)
{
	for (uint32_t seed = 1; seed <= 3; seed++) {
		struct hall hall = {.f = *state, .random = seed};
		Zong__Job *held[3] = {NULL};
		bool more = true;

		fixture_reopen(hall.f); /* nobody was served yet */
		hall.lot = calloc(LOTS, sizeof(*hall.lot));
		assert_non_null(hall.lot);
		while (more || hall.count < LOTS) {
			uint32_t hand = draw(&hall, 3);

			if (draw(&hall, 3) == 0 && hall.count < LOTS)
				add_some(&hall);
			if (held[hand])
				end_one(&hall, held[hand], draw(&hall, 6) != 0);
			held[hand] = take_one(&hall);
			more = held[0] || held[1] || held[2];
		}
		for (uint32_t i = 0; i < hall.count; i++)
			assert_false(hall.lot[i].waits);
		free(hall.lot);
	}
}

static void the_number_before_a_job_is_how_many_end_until_it_has(void **state)
{
	struct hall hall = {.f = *state, .random = 7};
	uint64_t before[LOTS];
	struct zong_txn *txn;
	Zong__Job *job;
	uint64_t ended = 0;

	hall.lot = calloc(LOTS, sizeof(*hall.lot));
	assert_non_null(hall.lot);
	while (hall.count < LOTS)
		add_some(&hall);
	assert_int_equal(zong_store_read_begin(hall.f->store, &txn), 0);
	for (uint32_t i = 0; i < hall.count; i++)
		assert_int_equal(zong_job_before(txn, &hall.lot[i].job.row, &before[i]), 0);
	zong_txn_end(txn);
	while ((job = take_one(&hall))) {
		uint64_t said = before[lot_of(&hall, job) - hall.lot];
		/* which department begins the round is not told; in bulk each turn may take that many urgent ones */
		uint64_t off = DEPARTMENTS + 1;

		if (job->queue == BULK)
			off *= 1 + ZONG_JOBS_URGENT_IN_A_ROW;

		ended++;
		assert_true(said + off >= ended && said <= ended + off);
		end_one(&hall, job, true);
	}
	assert_int_equal(ended, LOTS);
	assert_int_equal(zong_store_read_begin(hall.f->store, &txn), 0);
	assert_int_equal(zong_job_before(txn, &hall.lot[0].job.row, &before[0]), ZONG_ENOENT);
	zong_txn_end(txn);
	free(hall.lot);
}

static void what_a_clock_that_was_ahead_put_off_is_due(void **state)
{
	struct fixture *f = *state;
	struct job soon, edge, far, other;
	Zong__Job *taken;
	int64_t due = 0;

	job_init(&soon, 0, URGENT, "tax", NOW + 1);
	job_init(&edge, 1, URGENT, "tax", NOW + ZONG_LIMIT_JOB_WAIT);
	job_init(&far, 2, URGENT, "tax", NOW + ZONG_LIMIT_JOB_WAIT + 1);
	job_init(&other, 3, URGENT, "zoning", INT64_MAX);
	put(f, &soon);
	put(f, &edge);
	put(f, &far);
	put(f, &other);
	assert_next(f, &far);
	assert_next(f, &other);
	assert_int_equal(zong_job_take(f->store, NOW, &taken, &due), ZONG_EEND);
	assert_int_equal(due, NOW + 1);
	job_init(&far, 4, URGENT, "tax", NOW);
	put(f, &far);
	assert_next(f, &far);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(departments_take_turns_and_each_keeps_its_order),
		TEST(a_name_that_begins_like_another_is_a_department_of_its_own),
		TEST(urgent_ones_come_first_but_bulk_is_never_forgotten),
		TEST(urgent_ones_that_nothing_waits_behind_are_not_counted),
		TEST(one_that_is_put_off_holds_up_no_other),
		TEST(a_retried_one_is_urgent_and_the_first_of_its_department),
		TEST(who_waits_for_a_page_of_the_bulk_queue_brings_it_forward),
		TEST(a_cancelled_one_is_not_taken_and_not_ended_by_who_had_it),
		TEST(whatever_comes_nobody_starves_and_every_order_is_kept),
		TEST(the_number_before_a_job_is_how_many_end_until_it_has),
		TEST(what_a_clock_that_was_ahead_put_off_is_due),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
