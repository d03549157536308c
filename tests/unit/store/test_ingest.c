/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

static void a_file_comes_back_bit_for_bit_and_is_counted(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;
	struct zong_digest digest;

	fixture_noise(&f->bytes, 3000000, 1);
	zong_digest_of(f->bytes.data, f->bytes.len, &digest);
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
				 ZONG_MEDIA_UNKNOWN, &result),
		0);
	assert_true(zong_digest_equal(&digest, &result.digest));
	assert_int_equal(result.bytes, 3000000);
	assert_int_equal(result.bytes_new, 3000000);
	assert_int_equal(result.bytes_shared, 0);
	assert_false(result.known);
	fixture_assert_file(f->store, &digest, f->bytes.data, f->bytes.len);
	assert_true(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED) >= 3000000);
	assert_true(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED) < fixture_most(3010000));
}

static void the_same_file_twice_is_stored_once(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;
	struct zong_store_stats before, after;
	uint64_t stored;

	fixture_noise(&f->bytes, 2000000, 2);
	assert_int_equal(
		fixture_store_bytes(f->store, f->bytes.data, f->bytes.len, ZONG_MEDIA_PDF, NULL),
		0);
	stored = fixture_counter(f->store, ZONG_COUNT_BYTES_STORED);
	zong_store_stats(f->store, &before);
	assert_int_equal(
		fixture_store_bytes(f->store, f->bytes.data, f->bytes.len, ZONG_MEDIA_PDF, &result),
		0);
	zong_store_stats(f->store, &after);
	assert_true(result.known);
	assert_int_equal(result.bytes_new, 0);
	assert_int_equal(result.bytes_shared, 2000000);
	assert_int_equal(before.segments, after.segments);
	assert_int_equal(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED), stored);
}

static void a_known_digest_saves_the_reading(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest *ingest;
	struct zong_digest digest;
	int fd;

	fixture_noise(&f->bytes, 100000, 3);
	zong_digest_of(f->bytes.data, f->bytes.len, &digest);
	assert_int_equal(fixture_store_bytes(
				 f->store, f->bytes.data, f->bytes.len, ZONG_MEDIA_UNKNOWN, NULL),
		0);
	fd = fixture_file("", 0); /* reading it would find it too short */
	assert_int_equal(zong_ingest_begin(f->store, fd, f->bytes.len, ZONG_MEDIA_UNKNOWN, &digest,
				 NULL, NULL, &ingest),
		0);
	close(fd);
	assert_true(zong_ingest_result(ingest)->known);
	assert_int_equal(zong_ingest_result(ingest)->bytes_shared, f->bytes.len);
	zong_ingest_free(ingest);
}

static void one_byte_changed_inside_a_big_file_shares_nearly_all(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;

	fixture_noise(&f->bytes, 20 << 20, 4);
	assert_int_equal(fixture_store_bytes(
				 f->store, f->bytes.data, f->bytes.len, ZONG_MEDIA_UNKNOWN, NULL),
		0);
	f->bytes.data[10 << 20] ^= 1;
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
				 ZONG_MEDIA_UNKNOWN, &result),
		0);
	assert_true(result.bytes_new <= 2 * ZONG_SEGMENT_MAX);
	assert_true(result.bytes_new > 0);
	assert_int_equal(result.bytes_new + result.bytes_shared, result.bytes);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
}

static void bytes_put_in_front_move_the_cuts_with_them(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;

	fixture_noise(&f->bytes, 10 << 20, 5);
	assert_int_equal(fixture_store_bytes(
				 f->store, f->bytes.data, f->bytes.len, ZONG_MEDIA_UNKNOWN, NULL),
		0);
	fixture_noise(&f->more, 1234, 6);
	zong_buf_add(&f->more, f->bytes.data, f->bytes.len);
	assert_int_equal(fixture_store_bytes(
				 f->store, f->more.data, f->more.len, ZONG_MEDIA_UNKNOWN, &result),
		0);
	assert_true(result.bytes_shared > 7 << 20);
}

static void bad_input_has_its_own_code(void **state)
{
	struct fixture *f = *state;
	struct zong_digest other = {{1}};
	struct zong_ingest *ingest;
	int fd = fixture_file("abc", 3);

	assert_int_equal(
		zong_ingest_begin(f->store, fd, 0, ZONG_MEDIA_PDF, NULL, NULL, NULL, &ingest),
		ZONG_EEMPTY);
	assert_int_equal(
		zong_ingest_begin(f->store, fd, 4, ZONG_MEDIA_PDF, NULL, NULL, NULL, &ingest),
		ZONG_ETRUNCATED);
	assert_int_equal(
		zong_ingest_begin(f->store, fd, 3, ZONG_MEDIA_PDF, &other, NULL, NULL, &ingest),
		ZONG_ECORRUPT);
	assert_int_equal(zong_ingest_begin(f->store, fd, ZONG_LIMIT_FILE + 1, ZONG_MEDIA_PDF, NULL,
				 NULL, NULL, &ingest),
		ZONG_ETOOBIG);
	close(fd);
}

struct progress {
	uint64_t last;
	unsigned calls, stop_at;
};

static int watch(void *ctx, uint64_t done, uint64_t total)
{
	struct progress *progress = ctx;

	if (done <= progress->last || done > total)
		return -1;
	progress->last = done;
	return ++progress->calls == progress->stop_at;
}

static void progress_rises_to_the_end_and_can_cancel(void **state)
{
	struct fixture *f = *state;
	struct progress progress = {0};
	struct zong_ingest *ingest;
	int fd;

	fixture_noise(&f->bytes, 30 << 20, 7);
	fd = fixture_file(f->bytes.data, f->bytes.len);
	assert_int_equal(zong_ingest_begin(f->store, fd, f->bytes.len, ZONG_MEDIA_UNKNOWN, NULL,
				 watch, &progress, &ingest),
		0);
	assert_int_equal(progress.last, f->bytes.len);
	assert_true(progress.calls > 10);
	zong_ingest_free(ingest);
	progress = (struct progress){.stop_at = 12};
	assert_int_equal(zong_ingest_begin(f->store, fd, f->bytes.len, ZONG_MEDIA_UNKNOWN, NULL,
				 watch, &progress, &ingest),
		ZONG_ECANCELLED);
	assert_int_equal(progress.calls, 12);
	close(fd);
}

struct upload {
	struct zong_store *store;
	struct zong_buf *bytes;
	struct zong_ingest_result result;
	pthread_barrier_t *together;
	int r;
};

static int put(struct zong_txn *txn, void *ctx)
{
	bool known;

	return zong_ingest_put(ctx, txn, &known);
}

static void *upload(void *arg)
{
	struct upload *upload = arg;
	struct zong_ingest *ingest = NULL;
	int fd = fixture_file(upload->bytes->data, upload->bytes->len);

	upload->r = zong_ingest_begin(upload->store, fd, upload->bytes->len, ZONG_MEDIA_UNKNOWN,
		NULL, NULL, NULL, &ingest);
	pthread_barrier_wait(upload->together);
	if (!upload->r)
		upload->r = zong_store_write_file(upload->store, ingest, put, ingest);
	if (!upload->r)
		upload->result = *zong_ingest_result(ingest);
	zong_ingest_free(ingest);
	close(fd);
	return NULL;
}

static void two_uploads_of_the_same_new_file_at_once_store_and_count_it_once(void **state)
{
	struct fixture *f = *state;
	struct upload uploads[4];
	pthread_t threads[4];
	pthread_barrier_t together;
	uint64_t new_bytes = 0;
	unsigned unknown = 0;
	size_t i;

	fixture_noise(&f->bytes, 2500000, 8);
	pthread_barrier_init(&together, NULL, 4);
	for (i = 0; i < 4; i++) {
		uploads[i] = (struct upload){
			.store = f->store, .bytes = &f->bytes, .together = &together};
		assert_int_equal(pthread_create(&threads[i], NULL, upload, &uploads[i]), 0);
	}
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(uploads[i].r, 0);
		new_bytes += uploads[i].result.bytes_new;
		unknown += !uploads[i].result.known;
	}
	pthread_barrier_destroy(&together);
	assert_int_equal(unknown, 1);
	assert_int_equal(new_bytes, 2500000);
	assert_true(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED) < fixture_most(2510000));
	fixture_assert_file(f->store, &uploads[0].result.digest, f->bytes.data, f->bytes.len);
}

static int refuse(struct zong_txn *txn, void *ctx)
{
	int r = put(txn, ctx);

	return r ? r : ZONG_ENOCASE;
}

static void a_refused_change_leaves_no_file_and_can_be_tried_again(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest *ingest;
	struct zong_reader *reader;
	int fd;

	fixture_noise(&f->bytes, 700000, 9);
	fd = fixture_file(f->bytes.data, f->bytes.len);
	assert_int_equal(zong_ingest_begin(f->store, fd, f->bytes.len, ZONG_MEDIA_UNKNOWN, NULL,
				 NULL, NULL, &ingest),
		0);
	close(fd);
	assert_int_equal(zong_store_write_file(f->store, ingest, refuse, ingest), ZONG_ENOCASE);
	assert_int_equal(zong_reader_open(f->store, &zong_ingest_result(ingest)->digest, &reader),
		ZONG_ENOENT);
	assert_int_equal(zong_store_write_file(f->store, ingest, put, ingest), 0);
	assert_int_equal(zong_ingest_result(ingest)->bytes_new, f->bytes.len);
	fixture_assert_file(
		f->store, &zong_ingest_result(ingest)->digest, f->bytes.data, f->bytes.len);
	zong_ingest_free(ingest);
}

struct two {
	struct zong_ingest *ingest[2];
};

static int put_two(struct zong_txn *txn, void *ctx)
{
	struct two *two = ctx;
	bool known;
	int err = zong_ingest_put(two->ingest[0], txn, &known);

	return err ? err : zong_ingest_put(two->ingest[1], txn, &known);
}

static void two_files_go_in_with_one_change(void **state)
{
	struct fixture *f = *state;
	size_t len[2] = {12 << 20, 3 << 20}; /* more than a batch, and a part of the same */
	struct two two = {{NULL, NULL}};

	fixture_noise(&f->bytes, len[0], 31);
	for (int i = 0; i < 2; i++) {
		int fd = fixture_file(f->bytes.data, len[i]);

		assert_int_equal(zong_ingest_begin(f->store, fd, len[i], ZONG_MEDIA_UNKNOWN, NULL,
					 NULL, NULL, &two.ingest[i]),
			0);
		assert_int_equal(zong_ingest_flush(two.ingest[i]), 0);
		assert_int_equal(zong_ingest_flush(two.ingest[i]), 0);
		close(fd);
	}
	assert_int_equal(zong_store_write(f->store, put_two, &two), 0);
	assert_int_equal(zong_ingest_result(two.ingest[0])->bytes_new, len[0]);
	assert_true(zong_ingest_result(two.ingest[1])->bytes_new <= ZONG_SEGMENT_MAX);
	for (int i = 0; i < 2; i++) {
		fixture_assert_file(f->store, &zong_ingest_result(two.ingest[i])->digest,
			f->bytes.data, len[i]);
		zong_ingest_free(two.ingest[i]);
	}
}

static void text_is_kept_compressed_and_tiny_files_inline(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;
	struct zong_store_stats stats;

	while (f->bytes.len < 900000)
		zong_buf_add_format(
			&f->bytes, "line %zu of a text that repeats itself\n", f->bytes.len);
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
				 ZONG_MEDIA_UNKNOWN, &result),
		0);
	assert_true(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED) < 300000);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
	zong_store_stats(f->store, &stats);
	assert_int_equal(fixture_store_bytes(f->store, "tiny", 4, ZONG_MEDIA_UNKNOWN, &result), 0);
	assert_int_equal(result.bytes_new, 4);
	fixture_assert_file(f->store, &result.digest, "tiny", 4);
	assert_int_equal(stats.segments, 4); /* the text's alone */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(a_file_comes_back_bit_for_bit_and_is_counted),
		TEST(the_same_file_twice_is_stored_once),
		TEST(a_known_digest_saves_the_reading),
		TEST(one_byte_changed_inside_a_big_file_shares_nearly_all),
		TEST(bytes_put_in_front_move_the_cuts_with_them),
		TEST(two_files_go_in_with_one_change),
		TEST(bad_input_has_its_own_code),
		TEST(progress_rises_to_the_end_and_can_cancel),
		TEST(two_uploads_of_the_same_new_file_at_once_store_and_count_it_once),
		TEST(a_refused_change_leaves_no_file_and_can_be_tried_again),
		TEST(text_is_kept_compressed_and_tiny_files_inline),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
