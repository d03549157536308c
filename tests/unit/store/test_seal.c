/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>

#include "fixture.h"
#include "segment.h"

static const uint8_t key[ZONG_STORE_KEY] = "a key of thirty-two bytes, fixed";
static const uint8_t other_key[ZONG_STORE_KEY] = "another of thirty-two, fixed too";

static void a_box_opens_only_at_its_place_with_its_key_and_for_its_use(void **state)
{
	uint8_t box[100 + ZONG_BOX_MORE], body[100], seen[100];
	struct zong_seal *seal, *other;
	size_t i;

	(void)state;
	assert_int_equal(zong_seal_new(key, &seal), 0);
	assert_int_equal(zong_seal_new(other_key, &other), 0);
	for (i = 0; i < sizeof(body); i++)
		body[i] = (uint8_t)i;
	memcpy(box + ZONG_BOX_NONCE, body, sizeof(body));
	zong_seal_box(seal, ZONG_SEAL_ROWS, "here", 4, box, sizeof(body));
	assert_null(memmem(box, sizeof(box), body, 8));
	assert_int_equal(
		zong_seal_open(seal, ZONG_SEAL_ROWS, "here", 4, box, sizeof(box), seen), 0);
	assert_memory_equal(seen, body, sizeof(body));
	assert_int_equal(zong_seal_open(seal, ZONG_SEAL_ROWS, "hers", 4, box, sizeof(box), seen),
		ZONG_ECORRUPT);
	assert_int_equal(
		zong_seal_open(seal, ZONG_SEAL_SEGMENTS, "here", 4, box, sizeof(box), seen),
		ZONG_ECORRUPT);
	assert_int_equal(zong_seal_open(other, ZONG_SEAL_ROWS, "here", 4, box, sizeof(box), seen),
		ZONG_ECORRUPT);
	for (i = 0; i < sizeof(box); i++) {
		box[i] ^= 4;
		assert_int_equal(
			zong_seal_open(seal, ZONG_SEAL_ROWS, "here", 4, box, sizeof(box), seen),
			ZONG_ECORRUPT);
		box[i] ^= 4;
	}
	for (i = 0; i < sizeof(box); i++)
		assert_int_equal(zong_seal_open(seal, ZONG_SEAL_ROWS, "here", 4, box, i, seen),
			ZONG_ECORRUPT);
	zong_seal_free(seal);
	zong_seal_free(other);
	zong_seal_free(NULL);
}

static void a_segment_has_one_name_under_one_key(void **state)
{
	struct zong_digest digest, name, again, elsewhere;
	struct zong_seal *seal, *other;

	(void)state;
	assert_int_equal(zong_seal_new(key, &seal), 0);
	assert_int_equal(zong_seal_new(other_key, &other), 0);
	zong_digest_of("示例甲", 9, &digest);
	zong_seal_name(seal, &digest, &name);
	zong_seal_name(seal, &digest, &again);
	zong_seal_name(other, &digest, &elsewhere);
	assert_true(zong_digest_equal(&name, &again));
	assert_false(zong_digest_equal(&name, &digest));
	assert_false(zong_digest_equal(&name, &elsewhere));
	zong_seal_free(seal);
	zong_seal_free(other);
}

static void lengths_are_few_and_cost_a_quarter_at_most(void **state)
{
	size_t len, room, last = 0, classes = 0;

	(void)state;
	for (len = 0; len <= ZONG_SEGMENT_MAX + 5; len++) {
		room = zong_seal_room(len);
		assert_true(room >= len + ZONG_SEAL_LENGTH);
		assert_true(room <= len + len / 4 + ZONG_SEAL_LEAST + ZONG_SEAL_LEE);
		assert_true(room >= last);
		classes += room != last;
		last = room;
	}
	assert_true(classes <= 48);
	/* The longest segment is a power of two and a head. */
	assert_int_equal(last, ZONG_SEGMENT_MAX + ZONG_SEAL_LEE);
}

/* ---- an archive ---- */

static const char name_text[] = "示例甲示例乙不动产权证书";
static const char row_name[] = "37078600000000000000000000X";

static int put_named(struct zong_txn *txn, void *ctx)
{
	const struct zong_digest *digest = ctx;
	struct zong_key at;
	int r;

	zong_key_clear(&at);
	zong_key_str(&at, row_name);
	r = zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &at, name_text, sizeof(name_text));
	zong_key_clear(&at);
	zong_key_digest(&at, digest);
	if (!r)
		r = zong_txn_put_bytes(txn, ZONG_TABLE_FILES, &at, "", 0);
	return r;
}

/* Fails where one of the needles stands in one of the files below @dir. */
static void assert_nowhere(const char *dir, const void *needle, size_t len)
{
	struct zong_buf data = ZONG_BUF_INIT((size_t)1 << 30);
	struct dirent *entry;
	DIR *handle = opendir(dir);
	struct stat st;
	char path[512];

	assert_non_null(handle);
	while ((entry = readdir(handle)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		assert_int_equal(lstat(path, &st), 0);
		assert_null(memmem(entry->d_name, strlen(entry->d_name), needle, len));
		if (S_ISDIR(st.st_mode)) {
			assert_nowhere(path, needle, len);
		} else if (S_ISREG(st.st_mode)) {
			assert_int_equal(zong_file_read(path, &data), 0);
			assert_true(!data.len || !memmem(data.data, data.len, needle, len));
		}
	}
	closedir(handle);
	zong_buf_release(&data);
}

static void open_sealed(struct fixture *f)
{
	struct zong_store_options options = {.key = key};

	assert_int_equal(zong_store_open(f->dir, &options, &f->store, NULL), 0);
	zong_store_set_sm3(f->store, true);
}

static void digest_of_segments(struct fixture *f, const struct zong_digest *file)
{
	char hex[2 * ZONG_DIGEST_SIZE + 1];
	size_t i;

	assert_nowhere(f->dir, file->bytes, sizeof(file->bytes));
	for (i = 0; i < sizeof(file->bytes); i++)
		snprintf(hex + 2 * i, 3, "%02x", file->bytes[i]);
	assert_nowhere(f->dir, hex, 2 * sizeof(file->bytes));
}

static int put_sm3(struct zong_txn *txn, void *ctx)
{
	const struct zong_ingest_result *result = ctx;
	Zong__File file = ZONG__FILE__INIT;
	struct zong_key row;

	file.sm3 = (ProtobufCBinaryData){sizeof(result->sm3.bytes), (uint8_t *)result->sm3.bytes};
	zong_key_clear(&row);
	zong_key_digest(&row, &result->digest);
	return zong_txn_put(txn, ZONG_TABLE_FILES, &row, &file.base);
}

static void nothing_that_is_put_stands_in_its_files(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;
	struct zong_digest digest;
	size_t at;
	int i;

	assert_int_equal(zong_store_create_sealed(f->dir, key, NULL, NULL, NULL), 0);
	open_sealed(f);
	/* Text that compresses, noise that does not, one that goes the way of small ones, one short enough for a recipe. */
	for (i = 0; i < 4; i++) {
		const size_t lens[] = {400000, 900000, 70000, 300};

		zong_buf_clear(&f->bytes);
		if (i == 0)
			while (f->bytes.len < lens[i])
				zong_buf_add_format(
					&f->bytes, "%s 第 %zu 页\n", name_text, f->bytes.len);
		else
			fixture_noise(&f->bytes, lens[i], (uint64_t)i + 1);
		assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
					 ZONG_MEDIA_UNKNOWN, &result),
			0);
		assert_true(result.has_sm3);
		assert_int_equal(zong_store_write(f->store, put_named, &result.digest), 0);
		assert_int_equal(zong_store_write(f->store, put_sm3, &result), 0);
		fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
		/* The digest of the whole and of any piece that it may have been cut into. */
		digest_of_segments(f, &result.digest);
		digest_of_segments(f, &result.sm3);
		for (at = 0; at + 64 <= f->bytes.len; at += 32768)
			assert_nowhere(f->dir, f->bytes.data + at, 64);
		zong_store_close(f->store);
		f->store = NULL;
		for (at = 0; at + 64 <= f->bytes.len; at += 32768)
			assert_nowhere(f->dir, f->bytes.data + at, 64);
		open_sealed(f);
		zong_digest_of(f->bytes.data, f->bytes.len, &digest);
		assert_true(zong_digest_equal(&digest, &result.digest));
	}
	assert_nowhere(f->dir, "示例甲", strlen("示例甲"));
	assert_nowhere(f->dir, row_name, strlen(row_name));
	assert_nowhere(f->dir, "deliveries", strlen("deliveries")); /* not even the tables' names */
	assert_nowhere(f->dir, "users", strlen("users"));
	assert_nowhere(f->dir, key, sizeof(key));
}

static void this_search_finds_what_is_not_sealed(void **state)
{
	struct fixture *f = *state;
	struct zong_digest digest = {{1, 2, 3}};
	struct zong_buf data = ZONG_BUF_INIT((size_t)1 << 30);
	char path[300];

	assert_int_equal(zong_store_create(f->dir, NULL), 0);
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), 0);
	assert_int_equal(zong_store_write(f->store, put_named, &digest), 0);
	snprintf(path, sizeof(path), "%s/catalog/data.mdb", f->dir);
	assert_int_equal(zong_file_read(path, &data), 0);
	assert_non_null(memmem(data.data, data.len, "示例甲", strlen("示例甲")));
	assert_non_null(memmem(data.data, data.len, row_name, strlen(row_name)));
	zong_buf_release(&data);
}

static void only_the_right_key_opens_it(void **state)
{
	struct zong_store_options none = {0}, wrong = {.key = other_key}, right = {.key = key};
	struct zong_store_options looking = {.key = key, .read_only = true};
	struct fixture *f = *state;
	struct zong_store *store;
	char path[300], moved[300];

	assert_int_equal(zong_store_create_sealed(f->dir, key, NULL, NULL, NULL), 0);
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), ZONG_ESEALED);
	f->store = NULL;
	assert_int_equal(zong_store_open(f->dir, &none, &store, NULL), ZONG_ESEALED);
	assert_int_equal(zong_store_open(f->dir, &wrong, &store, NULL), ZONG_EKEY);
	assert_int_equal(zong_store_open(f->dir, &right, &store, NULL), 0);
	zong_store_close(store);
	assert_int_equal(zong_store_open(f->dir, &looking, &store, NULL), 0);
	zong_store_close(store);
	/* Without its mark it opens for nobody. */
	snprintf(path, sizeof(path), "%s/seal", f->dir);
	snprintf(moved, sizeof(moved), "%s/seal.away", f->dir);
	assert_int_equal(rename(path, moved), 0);
	assert_int_equal(zong_store_open(f->dir, &right, &store, NULL), ZONG_EKEY);
	assert_int_equal(zong_store_open(f->dir, NULL, &store, NULL), ZONG_ECORRUPT);
	assert_int_equal(zong_file_replace(path, "zong seal 1\nzz\n", 15, 0600), 0);
	assert_int_equal(zong_store_open(f->dir, &right, &store, NULL), ZONG_ECORRUPT);
	assert_int_equal(zong_file_replace(path, "", 0, 0600), 0);
	assert_int_equal(zong_store_open(f->dir, &right, &store, NULL), ZONG_ECORRUPT);
}

static void a_key_for_an_archive_without_seal_is_refused(void **state)
{
	struct zong_store_options options = {.key = key};
	struct fixture *f = *state;
	struct zong_store *store;

	assert_int_equal(zong_store_create(f->dir, NULL), 0);
	assert_int_equal(zong_store_open(f->dir, &options, &store, NULL), ZONG_EKEY);
}

/* The only document: the name of a row that is not there. */
static int text_source(void *ctx, struct zong_txn *txn, const uint8_t *what, size_t what_len,
	struct zong_buf *ret_text)
{
	(void)ctx;
	(void)txn;
	(void)what;
	(void)what_len;
	return zong_buf_add_str(ret_text, "昌邑市自然资源和规划局");
}

static int text_change(struct zong_txn *txn, void *ctx)
{
	(void)ctx;
	return zong_text_changed(txn, "one", 3, NULL);
}

static void its_text_is_searched_and_never_lies_on_the_disk(void **state)
{
	struct fixture *f = *state;
	struct zong_store_options looking = {.key = key, .read_only = true};
	struct zong_text_hit hit;
	struct zong_err err;
	size_t count, total;
	char path[160];

	assert_int_equal(zong_store_create_sealed(f->dir, key, NULL, NULL, NULL), 0);
	open_sealed(f);
	assert_int_equal(zong_store_write(f->store, text_change, NULL), 0);
	assert_int_equal(zong_text_start(f->store, text_source, NULL, &err), 0);
	assert_int_equal(zong_text_settle(f->store, 60 * ZONG_SECOND), 0);
	assert_int_equal(zong_text_search(f->store, "自然资源", 0, 1, &hit, &count, &total), 0);
	assert_int_equal(count, 1);
	assert_memory_equal(hit.what, "one", 3);
	snprintf(path, sizeof(path), "%s/text", f->dir);
	assert_int_equal(rmdir(path) == 0 || errno == ENOENT, 1); /* nothing in it */
	zong_text_stop(f->store);
	zong_store_close(f->store);
	assert_int_equal(zong_store_open(f->dir, &looking, &f->store, NULL), 0);
	assert_int_equal(zong_text_start(f->store, text_source, NULL, &err), ZONG_ESEALED);
	assert_int_equal(err.code, ZONG_ESEALED);
}

/* The same bytes in another archive leave the names of theirs, not these. */
static void two_vaults_name_the_same_segment_otherwise(void **state)
{
	struct fixture *f = *state;
	struct zong_digest mine, theirs, plain;
	struct zong_seal *other;
	struct zong_store store = {0};

	assert_int_equal(zong_store_create_sealed(f->dir, key, NULL, NULL, NULL), 0);
	open_sealed(f);
	assert_int_equal(zong_seal_new(other_key, &other), 0);
	zong_segment_name(f->store, "abc", 3, &mine);
	store.seal = other;
	zong_segment_name(&store, "abc", 3, &theirs);
	store.seal = NULL;
	zong_segment_name(&store, "abc", 3, &plain);
	assert_false(zong_digest_equal(&mine, &theirs));
	assert_false(zong_digest_equal(&mine, &plain));
	zong_seal_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_closed, fixture_teardown)
		cmocka_unit_test(a_box_opens_only_at_its_place_with_its_key_and_for_its_use),
		cmocka_unit_test(a_segment_has_one_name_under_one_key),
		cmocka_unit_test(lengths_are_few_and_cost_a_quarter_at_most),
		TEST(nothing_that_is_put_stands_in_its_files),
		TEST(this_search_finds_what_is_not_sealed),
		TEST(only_the_right_key_opens_it),
		TEST(a_key_for_an_archive_without_seal_is_refused),
		TEST(its_text_is_searched_and_never_lies_on_the_disk),
		TEST(two_vaults_name_the_same_segment_otherwise),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
