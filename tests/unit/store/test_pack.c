/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/byteorder.h>

#include "backup_fixture.h"

#define COUNT 300

/* A pack of COUNT values, whose raw bytes are a number's noise. */
static void make_pack(struct backup_fixture *f, uint32_t number, struct zong_pack *ret_pack)
{
	struct zong_pack_writer *writer;
	size_t i;

	assert_int_equal(zong_pack_create(f->dir, number, &writer), 0);
	for (i = 0; i < COUNT; i++) {
		struct zong_digest digest;

		backup_fixture_value(f, number * 1000 + i, 10 + i * 7, &digest);
		assert_int_equal(zong_pack_add(writer, &digest, f->value.data, f->value.len), 0);
		/* A second time it is there already. */
		assert_int_equal(zong_pack_add(writer, &digest, f->value.data, f->value.len), 0);
	}
	assert_int_equal(zong_pack_finish(writer, ret_pack), 0);
}

static void what_was_put_is_found_and_what_was_not_is_not(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_buf value = ZONG_BUF_INIT(ZONG_BACKUP_VALUE);
	struct zong_pack made, pack;
	struct zong_pack_entry entry;
	struct zong_digest digest;
	size_t i;
	int fd;

	make_pack(f, 7, &made);
	assert_int_equal(zong_pack_open(f->dir, 7, &pack), 0);
	assert_memory_equal(&pack, &made, sizeof(pack));
	assert_int_equal(pack.count, COUNT);
	assert_int_equal(zong_pack_fd(f->dir, 7, &fd), 0);
	for (i = 0; i < COUNT; i++) {
		backup_fixture_value(f, 7000 + i, 10 + i * 7, &digest);
		assert_int_equal(zong_pack_find(&pack, fd, &digest, &entry), 0);
		assert_int_equal(zong_pack_value(fd, &entry, &value), 0);
		assert_int_equal(value.len, f->value.len);
		assert_memory_equal(value.data, f->value.data, value.len);
	}
	backup_fixture_value(f, 1, 10, &digest);
	assert_int_equal(zong_pack_find(&pack, fd, &digest, &entry), ZONG_ENOENT);
	zong_buf_release(&value);
	close(fd);
}

static void an_abandoned_pack_leaves_nothing(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_pack_writer *writer;
	struct zong_pack pack;
	struct zong_digest digest;

	assert_int_equal(zong_pack_create(f->dir, 1, &writer), 0);
	backup_fixture_value(f, 1, 10, &digest);
	assert_int_equal(zong_pack_add(writer, &digest, f->value.data, f->value.len), 0);
	zong_pack_abandon(writer);
	zong_pack_abandon(NULL);
	assert_int_equal(zong_pack_open(f->dir, 1, &pack), ZONG_ENOENT);
	assert_int_equal(rmdir(f->dir), 0);
}

struct told {
	size_t values, packs, whole;
	uint64_t bytes;
};

static int count_told(void *ctx, int code, const struct zong_pack_entry *entry, uint64_t bytes)
{
	struct told *told = ctx;

	told->bytes += bytes;
	if (entry)
		told->values++;
	else if (code == ZONG_EDAMAGED)
		told->whole++;
	else if (code)
		told->packs++;
	return 0;
}

static void verify(struct backup_fixture *f, uint32_t number, struct told *ret_told)
{
	struct zong_pack pack;
	int fd, r;

	memset(ret_told, 0, sizeof(*ret_told));
	r = zong_pack_open(f->dir, number, &pack);
	if (r == ZONG_ECORRUPT || r == ZONG_EVERSION) {
		ret_told->packs = 1;
		return;
	}
	assert_int_equal(r, 0);
	assert_int_equal(zong_pack_fd(f->dir, number, &fd), 0);
	assert_int_equal(zong_pack_verify(&pack, fd, count_told, ret_told, NULL), 0);
	close(fd);
}

static void a_bit_turned_anywhere_is_found(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_pack pack;
	struct told told;
	uint64_t at, step;

	make_pack(f, 1, &pack);
	verify(f, 1, &told);
	assert_int_equal(told.values + told.packs + told.whole, 0);
	assert_int_equal(told.bytes, pack.size - ZONG_DIGEST_SIZE);
	step = pack.size / 500;
	for (at = 0; at < pack.size; at += at < 40 || at + 120 > pack.size ? 1 : step) {
		backup_fixture_flip(f, "00000001.pack", at);
		verify(f, 1, &told);
		assert_true(told.values + told.packs + told.whole > 0);
		backup_fixture_flip(f, "00000001.pack", at);
	}
	verify(f, 1, &told);
	assert_int_equal(told.values + told.packs + told.whole, 0);
}

static void one_turned_bit_spoils_one_value_only(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_pack pack;
	struct told told;

	make_pack(f, 1, &pack);
	/* In the third value's bytes. */
	backup_fixture_flip(f, "00000001.pack", ZONG_PACK_HEADER + 3 * (ZONG_PACK_RECORD + 5) + 40);
	verify(f, 1, &told);
	assert_int_equal(told.values, 1);
	assert_int_equal(told.packs, 0);
	assert_int_equal(told.whole, 1);
}

static void a_pack_cut_short_is_no_pack(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_pack pack;
	char path[256];
	uint64_t len;

	make_pack(f, 1, &pack);
	snprintf(path, sizeof(path), "%s/00000001.pack", f->dir);
	for (len = pack.size - 1; len > 0; len = len * 9 / 10) {
		assert_int_equal(truncate(path, (off_t)len), 0);
		assert_int_equal(zong_pack_open(f->dir, 1, &pack), ZONG_ECORRUPT);
	}
}

static void a_pack_of_a_later_format_is_refused(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_pack pack;

	make_pack(f, 1, &pack);
	backup_fixture_flip(f, "00000001.pack", 10); /* format 257 */
	assert_int_equal(zong_pack_open(f->dir, 1, &pack), ZONG_EVERSION);
}

static void names_are_of_eight_digits(void **state)
{
	uint32_t number;

	(void)state;
	assert_true(zong_pack_number("00000012.pack", &number));
	assert_int_equal(number, 12);
	assert_true(zong_pack_number("123456789.pack", &number));
	assert_false(zong_pack_number("00000000.pack", &number));
	assert_false(zong_pack_number("12.pack", &number));
	assert_false(zong_pack_number("00000012.pack.tmp", &number));
	assert_false(zong_pack_number("+0000012.pack", &number));
	assert_false(zong_pack_number("", &number));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name)                                                                                 \
	cmocka_unit_test_setup_teardown(name, backup_fixture_setup, backup_fixture_teardown)
		TEST(what_was_put_is_found_and_what_was_not_is_not),
		TEST(an_abandoned_pack_leaves_nothing),
		TEST(a_bit_turned_anywhere_is_found),
		TEST(one_turned_bit_spoils_one_value_only),
		TEST(a_pack_cut_short_is_no_pack),
		TEST(a_pack_of_a_later_format_is_refused),
		TEST(names_are_of_eight_digits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
