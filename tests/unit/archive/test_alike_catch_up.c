/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include <zong/alike.h>
#include <zong/error.h>

#include "alike.h"

static uint64_t looks(struct fixture *f)
{
	struct zong_txn *txn;
	uint64_t count;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_txn_entries(txn, ZONG_TABLE_LOOKS, &count), 0);
	zong_txn_end(txn);
	return count;
}

/* As an older version left it. */
static int forget(struct zong_txn *txn, void *ctx)
{
	struct zong_digest raster[8];
	struct zong_iter iter = {0};
	size_t count = 0;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOOKS, NULL, NULL, false);

	(void)ctx;
	while (!err && count < 8 && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;

		assert_true(zong_key_take_digest(&view, &raster[count++]));
	}
	zong_iter_end(&iter);
	for (err = 0; !err && count > 0; count--)
		err = zong_alike_remove(txn, &raster[count - 1]);
	return err;
}

static unsigned int catch_up(struct fixture *f)
{
	unsigned int steps = 0;
	int err;

	while ((err = zong_alike_catch_up(f->archive)) == 0)
		assert_true(++steps < 100);
	assert_int_equal(err, ZONG_EEND);
	return steps;
}

static void pages_of_an_older_archive_get_their_looks(void **state)
{
	struct fixture *f = *state;
	unsigned int probes;

	fixture_case(f, "C1");
	assert_int_equal(
		fixture_add(f, "C1", "件", "like a 一\nblank\nlike b 一\n", NULL, &f->receipt), 0);
	zong_receipt_release(&f->receipt);
	assert_int_equal(fixture_add(f, "C1", "件", "text 一\nlike c 一\n", NULL, &f->receipt), 0);
	zong_receipt_release(&f->receipt);
	assert_int_equal(fixture_add(f, "C1", "件", "blank\ndamaged\n", NULL, &f->receipt), 0);
	assert_int_equal(looks(f), 3);
	assert_int_equal(zong_store_write(f->archive->store, forget, NULL), 0);
	assert_int_equal(looks(f), 0);
	probes = fake_pool_counts().probes;
	catch_up(f);
	assert_int_equal(looks(f), 3);
	assert_int_equal(fake_pool_counts().probes, probes + 2);
	/* it is remembered, over restarts too, so that nothing is decoded again and again */
	assert_int_equal(zong_store_write(f->archive->store, forget, NULL), 0);
	assert_int_equal(catch_up(f), 0);
	fixture_reopen(f, true);
	assert_true(catch_up(f) <= 1);
	assert_true(looks(f) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(pages_of_an_older_archive_get_their_looks, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
