/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/backup.h>
#include <zong/check.h>
#include <zong/file.h>
#include <zong/time.h>

#include "fixture.h"

/* An archive with something in every table, closed, and a copy of it that each damage begins with. */

#define SEEDS 60 /* ZONG_CHECK_SEEDS: more, for a longer run */

static char clean_dir[512], backup_dir[512];

struct seen {
	uint64_t count, repaired, derived;
	uint64_t kinds[ZONG_FINDING_COUNT_];
	char materials[4096]; /* ids that were named */
	char last[1300];
};

static int found(void *ctx, const struct zong_finding *finding)
{
	struct seen *seen = ctx;
	size_t i;

	seen->count++;
	seen->repaired += finding->repaired;
	seen->derived += finding->derived;
	seen->kinds[finding->kind]++;
	snprintf(seen->last, sizeof(seen->last), "%s %s", zong_finding_slug(finding->kind),
		finding->object);
	for (i = 0; i < finding->material_count; i++)
		if (!strstr(seen->materials, finding->materials[i].id))
			snprintf(seen->materials + strlen(seen->materials),
				sizeof(seen->materials) - strlen(seen->materials), "%s ",
				finding->materials[i].id);
	if (getenv("ZONG_CHECK_TELL"))
		fprintf(stderr, "# %s (%s)%s\n", seen->last, finding->detail,
			finding->repaired ? " repaired" : "");
	return 0;
}

static struct seen check(struct fixture *f, bool repair, const char *from)
{
	struct seen seen = {0};
	struct zong_check_options options = {
		.repair = repair, .from = from, .found = found, .ctx = &seen};
	struct zong_check_result result;
	struct zong_err err = {0};

	assert_int_equal(zong_check_run(f->dir, &options, &result, &err), 0);
	assert_int_equal(result.findings, seen.count);
	return seen;
}

static void copy_dir(const char *from, const char *to)
{
	char source[600];
	int status;
	pid_t pid;

	snprintf(source, sizeof(source), "%s/.", from);
	pid = fork();
	if (pid == 0) {
		execlp("cp", "cp", "-a", source, to, (char *)NULL);
		_exit(127);
	}
	assert_true(waitpid(pid, &status, 0) == pid && status == 0);
}

static void remove_dir(const char *dir)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execlp("rm", "rm", "-rf", dir, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
}

static void renew(struct fixture *f)
{
	remove_dir(f->dir);
	assert_int_equal(mkdir(f->dir, 0700), 0);
	copy_dir(clean_dir, f->dir);
}

/* ---- all rows ---- */

struct dump {
	struct zong_buf table[ZONG_TABLE_COUNT_];
};

static bool is_log(enum zong_table table, const struct zong_iter *iter)
{
	/* A repair adds its line. */
	return table == ZONG_TABLE_LOG || table == ZONG_TABLE_LOG_TREE ||
	       (table == ZONG_TABLE_META && iter->key.len == 9 && iter->key.bytes[8] == 9);
}

static void dump(struct fixture *f, struct dump *ret_dump)
{
	const struct zong_store_options options = {.read_only = true};
	struct zong_store *store;
	struct zong_iter iter;
	struct zong_txn *txn;
	int table;

	assert_int_equal(zong_store_open(f->dir, &options, &store, NULL), 0);
	assert_int_equal(zong_store_read_begin(store, &txn), 0);
	for (table = 0; table < ZONG_TABLE_COUNT_; table++) {
		struct zong_buf *buf = &ret_dump->table[table];

		zong_buf_init(buf, 64 << 20);
		assert_int_equal(
			zong_iter_begin(&iter, txn, (enum zong_table)table, NULL, NULL, false), 0);
		while (zong_iter_next(&iter) == 0) {
			if (is_log((enum zong_table)table, &iter))
				continue;
			zong_buf_add(buf, iter.key.bytes, iter.key.len);
			zong_buf_add_format(buf, "\n%zu ", iter.value_kept);
			zong_buf_add(buf, iter.value, iter.value_kept);
		}
		zong_iter_end(&iter);
	}
	zong_txn_end(txn);
	zong_store_close(store);
}

static void dump_release(struct dump *dump)
{
	int table;

	for (table = 0; table < ZONG_TABLE_COUNT_; table++)
		zong_buf_release(&dump->table[table]);
}

/* The first table that differs, or -1. @but: one that may. */
static int differs(const struct dump *a, const struct dump *b, int but)
{
	int table;

	for (table = 0; table < ZONG_TABLE_COUNT_; table++) {
		const struct zong_buf *left = &a->table[table], *right = &b->table[table];

		if (table == but || (left->len == 0 && right->len == 0))
			continue;
		if (left->len != right->len || memcmp(left->data, right->data, left->len) != 0)
			return table;
	}
	return -1;
}

/* ---- damage ---- */

static uint64_t random_state;

static uint64_t draw(uint64_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % below;
}

struct damage {
	enum zong_table table;
	uint64_t row; /* in its table */
	bool remove;
	uint64_t draw;
	bool done;
};

static int do_damage(struct zong_txn *txn, void *ctx)
{
	struct damage *damage = ctx;
	struct zong_buf value = ZONG_BUF_INIT(16 << 20);
	struct zong_iter iter;
	struct zong_key key;
	uint64_t row = damage->row;
	int err = zong_iter_begin(&iter, txn, damage->table, NULL, NULL, false);

	while (!err && (err = zong_iter_next(&iter)) == 0 && row > 0)
		row--;
	damage->done = !err && (damage->remove || iter.value_kept > 0);
	if (damage->done) {
		zong_key_clear(&key);
		zong_key_bytes(&key, iter.key.bytes, iter.key.len);
		zong_buf_add(&value, iter.value, iter.value_kept);
	}
	zong_iter_end(&iter);
	if (damage->done && damage->remove)
		err = zong_txn_delete(txn, damage->table, &key);
	if (damage->done && !damage->remove) {
		value.data[damage->draw / 8 % value.len] ^= (uint8_t)(1 << damage->draw % 8);
		err = zong_txn_put_bytes(txn, damage->table, &key, value.data, value.len);
	}
	zong_buf_release(&value);
	return err == ZONG_EEND ? 0 : err;
}

static uint64_t rows_of(struct fixture *f, enum zong_table table)
{
	const struct zong_store_options options = {.read_only = true};
	struct zong_store *store;
	struct zong_txn *txn;
	uint64_t rows = 0;

	assert_int_equal(zong_store_open(f->dir, &options, &store, NULL), 0);
	assert_int_equal(zong_store_read_begin(store, &txn), 0);
	zong_txn_entries(txn, table, &rows);
	zong_txn_end(txn);
	zong_store_close(store);
	return rows;
}

static bool damage_row(struct fixture *f, struct damage *damage)
{
	struct zong_store *store;

	assert_int_equal(zong_store_open(f->dir, NULL, &store, NULL), 0);
	assert_int_equal(zong_store_write(store, do_damage, damage), 0);
	zong_store_close(store);
	return damage->done;
}

/* ---- the tests ---- */

static void a_sound_archive_has_no_findings(void **state)
{
	struct fixture *f = *state;
	struct seen seen = check(f, false, NULL);

	assert_int_equal(seen.count, 0);
}

static const enum zong_table derived[] = {ZONG_TABLE_CASES_BY_TIME, ZONG_TABLE_MATERIALS_BY_CASE,
	ZONG_TABLE_MATERIALS_BY_FILE, ZONG_TABLE_BY_UNIT, ZONG_TABLE_BY_CERT,
	ZONG_TABLE_BY_CERT_TAIL, ZONG_TABLE_BY_PARTY, ZONG_TABLE_BY_IDNO, ZONG_TABLE_BY_UNIT_READ,
	ZONG_TABLE_RASTERS, ZONG_TABLE_RASTER_USE, ZONG_TABLE_CHANGES,
	ZONG_TABLE_DELIVERIES_BY_MATERIAL, ZONG_TABLE_FEED, ZONG_TABLE_JOBS_READY,
	ZONG_TABLE_JOBS_BY_RASTER};

static const enum zong_table primary[] = {ZONG_TABLE_CASES, ZONG_TABLE_MATERIALS, ZONG_TABLE_FILES,
	ZONG_TABLE_RECIPES, ZONG_TABLE_DEPARTMENTS, ZONG_TABLE_DELIVERIES, ZONG_TABLE_USERS,
	ZONG_TABLE_LOG};

static unsigned int seeds(void)
{
	const char *wanted = getenv("ZONG_CHECK_SEEDS");

	return wanted ? (unsigned int)strtoul(wanted, NULL, 10) : SEEDS;
}

static void damaged_derived_rows_are_found_and_made_as_they_were(void **state)
{
	struct fixture *f = *state;
	struct dump before, after;
	struct damage damage;
	struct seen seen;
	unsigned int seed;

	renew(f);
	dump(f, &before);
	for (seed = 0; seed < seeds(); seed++) {
		random_state = UINT64_C(0x9e3779b97f4a7c15) * (seed + 1);
		draw(2);
		memset(&damage, 0, sizeof(damage));
		damage.table = derived[seed % (sizeof(derived) / sizeof(derived[0]))];
		if (!rows_of(f, damage.table))
			continue;
		damage.row = draw(rows_of(f, damage.table));
		damage.remove = draw(2);
		damage.draw = draw(1 << 20);
		if (!damage_row(f, &damage))
			continue;
		seen = check(f, false, NULL);
		if (!seen.count)
			print_message("# seed %u, table %d: not found\n", seed, damage.table);
		assert_true(seen.count > 0);
		seen = check(f, true, NULL);
		assert_int_equal(seen.repaired, seen.count);
		seen = check(f, false, NULL);
		if (seen.count)
			print_message("# seed %u, table %d: %s\n", seed, damage.table, seen.last);
		assert_int_equal(seen.count, 0);
		dump(f, &after);
		if (differs(&before, &after, -1) >= 0)
			print_message("# seed %u, table %d: table %d differs\n", seed, damage.table,
				differs(&before, &after, -1));
		assert_int_equal(differs(&before, &after, -1), -1);
		dump_release(&after);
	}
	dump_release(&before);
}

static void damaged_primary_rows_are_found_and_nothing_is_touched(void **state)
{
	struct fixture *f = *state;
	struct dump before, after;
	struct damage damage;
	struct seen seen;
	unsigned int seed;

	for (seed = 0; seed < seeds(); seed++) {
		random_state = UINT64_C(0xd1342543de82ef95) * (seed + 1);
		draw(2);
		memset(&damage, 0, sizeof(damage));
		damage.table = primary[seed % (sizeof(primary) / sizeof(primary[0]))];
		renew(f);
		damage.row = draw(rows_of(f, damage.table));
		damage.remove = draw(2);
		damage.draw = draw(1 << 20);
		if (!damage_row(f, &damage))
			continue;
		seen = check(f, false, NULL);
		if (!seen.count)
			print_message("# seed %u, table %d: not found\n", seed, damage.table);
		assert_true(seen.count > 0);
		if (damage.table == ZONG_TABLE_CASES || damage.table == ZONG_TABLE_FILES ||
			damage.table == ZONG_TABLE_RECIPES || damage.table == ZONG_TABLE_MATERIALS)
			assert_true(seen.materials[0]);
		dump(f, &before);
		seen = check(f, true, NULL);
		assert_true(seen.count > seen.repaired);
		dump(f, &after);
		/* Counters say what is there. */
		if (differs(&before, &after, ZONG_TABLE_META) >= 0)
			print_message("# seed %u, table %d: table %d differs\n", seed, damage.table,
				differs(&before, &after, ZONG_TABLE_META));
		assert_int_equal(differs(&before, &after, ZONG_TABLE_META), -1);
		dump_release(&before);
		dump_release(&after);
	}
}

static void lost_texts_are_read_again(void **state)
{
	struct fixture *f = *state;
	struct damage damage = {.table = ZONG_TABLE_READINGS};
	struct seen seen;
	int round;

	for (round = 0; round < 2; round++) {
		renew(f);
		damage.remove = round == 0;
		damage.draw = 800;
		assert_true(damage_row(f, &damage));
		seen = check(f, false, NULL);
		assert_true(seen.count > 0);
		assert_true(seen.materials[0]);
		check(f, true, NULL);
		seen = check(f, false, NULL);
		assert_int_equal(seen.count, 0);
		fixture_reopen(f, false);
		assert_true(fixture_settle(f));
		zong_archive_close(f->archive);
		f->archive = NULL;
		seen = check(f, false, NULL);
		assert_int_equal(seen.count, 0);
	}
}

static void a_job_that_is_gone_is_made_again(void **state)
{
	struct fixture *f = *state;
	struct damage damage = {.table = ZONG_TABLE_JOBS, .remove = true};
	struct seen seen;

	renew(f);
	assert_true(damage_row(f, &damage));
	seen = check(f, false, NULL);
	assert_true(seen.kinds[ZONG_FINDING_ROW_MISSING] > 0);
	seen = check(f, true, NULL);
	assert_int_equal(seen.repaired, seen.count);
	seen = check(f, false, NULL);
	assert_int_equal(seen.count, 0);
}

static void a_wrong_counter_is_set_right(void **state)
{
	struct fixture *f = *state;
	struct damage damage = {.table = ZONG_TABLE_META, .draw = 60};
	struct dump before, after;
	struct seen seen;

	renew(f);
	dump(f, &before);
	for (damage.row = 0; damage.row < 6; damage.row++) { /* counters stand before "id" */
		assert_true(damage_row(f, &damage));
		seen = check(f, false, NULL);
		assert_true(seen.kinds[ZONG_FINDING_COUNTER_WRONG] > 0);
		check(f, true, NULL);
		dump(f, &after);
		assert_int_equal(differs(&before, &after, -1), -1);
		dump_release(&after);
	}
	dump_release(&before);
}

/* Turns a byte of the one segment, which zstd has made smaller, in the data file. */
static void spoil(struct fixture *f)
{
	const uint8_t magic[] = {0x28, 0xb5, 0x2f, 0xfd};
	struct zong_buf data = ZONG_BUF_INIT(64 << 20);
	char path[600];
	uint8_t *at;
	int fd;

	snprintf(path, sizeof(path), "%s/segments/data.mdb", f->dir);
	assert_int_equal(zong_file_read(path, &data), 0);
	at = memmem(data.data, data.len, magic, sizeof(magic));
	assert_non_null(at);
	fd = open(path, O_RDWR | O_CLOEXEC);
	at += 500;
	*at ^= 1;
	assert_int_equal(pwrite(fd, at, 1, (off_t)(at - data.data)), 1);
	close(fd);
	zong_buf_release(&data);
}

static void a_damaged_segment_names_its_materials_and_comes_back_from_a_backup(void **state)
{
	struct fixture *f = *state;
	struct dump before, after;
	struct seen seen;

	renew(f);
	dump(f, &before);
	spoil(f);
	seen = check(f, false, NULL);
	assert_int_equal(seen.kinds[ZONG_FINDING_SEGMENT_DAMAGED], 1);
	assert_int_equal(seen.count, 1);
	assert_int_equal(strlen(seen.materials), ZONG_ID_TEXT); /* one, and a blank */
	seen = check(f, true, NULL);
	assert_int_equal(seen.repaired, 0);
	seen = check(f, true, backup_dir);
	assert_int_equal(seen.repaired, 1);
	seen = check(f, false, NULL);
	assert_int_equal(seen.count, 0);
	dump(f, &after);
	assert_int_equal(differs(&before, &after, -1), -1);
	dump_release(&after);
	dump_release(&before);
}

static void a_text_index_that_is_gone_or_broken_is_made_anew(void **state)
{
	struct fixture *f = *state;
	struct zong_check_options options = {.repair = true, .reindex = true, .found = found};
	struct zong_check_result result;
	struct seen seen;
	char path[600];
	int fd;

	renew(f);
	snprintf(path, sizeof(path), "%s/text/postlist.glass", f->dir);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_true(fd >= 0);
	close(fd);
	seen = check(f, false, NULL);
	assert_true(seen.count > 0);
	seen = check(f, true, NULL);
	assert_int_equal(seen.repaired, seen.count);
	seen = check(f, false, NULL);
	assert_int_equal(seen.count, 0);
	options.ctx = &seen;
	assert_int_equal(zong_check_run(f->dir, &options, &result, &f->err), 0);
	assert_int_equal(seen.count, 0);
	options.repair = options.reindex = false;
	assert_int_equal(zong_check_run(f->dir, &options, &result, &f->err), 0);
	assert_true(result.documents > 0);
	assert_int_equal(result.documents_waiting, 0);
}

static void a_repair_is_refused_while_somebody_serves(void **state)
{
	struct fixture *f = *state;
	struct zong_check_options options = {.repair = true};
	struct zong_check_result result;
	struct zong_err err = {0};

	fixture_reopen(f, true);
	assert_int_equal(zong_check_run(f->dir, &options, &result, &err), ZONG_EBUSY);
	zong_archive_close(f->archive);
	f->archive = NULL;
}

/* ---- beside a writer ---- */

static void write_until_killed(struct fixture *f, int tell)
{
	unsigned int i;
	char no[32], pages[100];

	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failing test leaves nobody behind */
	fake_pool_reset();
	if (zong_archive_open(f->dir,
		    &(struct zong_archive_options){.worker = "fake", .workers = 1}, &f->archive,
		    &f->err))
		_exit(1);
	for (i = 0;; i++) {
		snprintf(no, sizeof(no), "beside-%u", i);
		snprintf(pages, sizeof(pages), "text 示例甲 %u 11010519491231002X\nblank\n", i);
		fixture_case(f, no);
		zong_receipt_release(&f->receipt);
		memset(&f->receipt, 0, sizeof(f->receipt));
		if (fixture_add(f, no, "", pages, "tax", &f->receipt) || write(tell, "x", 1) < 0)
			_exit(1);
	}
}

static void beside_a_writer_nothing_is_found(void **state)
{
	struct fixture *f = *state;
	const char *wanted = getenv("ZONG_CHECK_SECONDS");
	int64_t until;
	struct seen seen;
	char byte;
	int pipes[2], status;
	unsigned int rounds = 0;
	pid_t pid;

	renew(f);
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0)
		write_until_killed(f, pipes[1]);
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	fcntl(pipes[0], F_SETFL, O_NONBLOCK);
	until = zong_time_monotonic() + (wanted ? strtol(wanted, NULL, 10) : 3) * ZONG_SECOND;
	while (zong_time_monotonic() < until) {
		char drain[4096];

		seen = check(f, false, NULL);
		if (seen.count)
			print_message("# %s\n", seen.last);
		assert_int_equal(seen.count, 0);
		while (read(pipes[0], drain, sizeof(drain)) > 0)
			;
		rounds++;
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(pipes[0]);
	assert_true(rounds > 0);
}

/* ---- the archive ---- */

static int fill(struct fixture *f)
{
	char pages[6000] = "text ";
	uint64_t x = 88172645463325252u;
	struct zong_backup_result result;
	struct zong_backup_options options = {0};
	size_t len = strlen(pages);

	fixture_case(f, "check-1");
	fixture_case(f, "check-2");
	/* a segment of its own; shorter files stand in their recipes */
	while (len < sizeof(pages) - 10) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		pages[len++] = (char)('!' + (x >> 20) % 90);
	}
	pages[len++] = '\n';
	pages[len] = '\0';
	if (fixture_add(f, "check-1", "合同", pages, "tax,housing", &f->receipt))
		return -1;
	zong_receipt_release(&f->receipt);
	memset(&f->receipt, 0, sizeof(f->receipt));
	if (fixture_add(f, "check-1", "身份证明",
		    "text 单元 370786001001GB00001F00010001 证件 11010519491231002X 鲁(2024)昌邑市"
		    "不动产权第0012345号\nblank\n",
		    "tax", &f->receipt))
		return -1;
	zong_receipt_release(&f->receipt);
	memset(&f->receipt, 0, sizeof(f->receipt));
	if (fixture_add(f, "check-2", "身份证明",
		    "text 单元 370786001001GB00001F00010001 证件 11010519491231002X 鲁(2024)昌邑市"
		    "不动产权第0012345号\nblank\ntext 另一页\n",
		    NULL, &f->receipt) ||
		!fixture_settle(f))
		return -1;
	/* some that wait to be read */
	fixture_reopen(f, true);
	zong_receipt_release(&f->receipt);
	memset(&f->receipt, 0, sizeof(f->receipt));
	if (fixture_add(f, "check-2", "", "text 还没有读的一页\n", "housing", &f->receipt))
		return -1;
	if (zong_text_settle(f->archive->store, 30 * ZONG_SECOND))
		return -1;
	zong_archive_close(f->archive);
	f->archive = NULL;
	for (int i = 0; i < 10 && rows_of(f, ZONG_TABLE_PENDING); i++) {
		struct zong_store *store;

		/* moved to segments/ when nothing has come for a while */
		assert_int_equal(zong_store_open(f->dir, NULL, &store, NULL), 0);
		usleep(800000);
		zong_store_close(store);
	}
	snprintf(backup_dir, sizeof(backup_dir), "%s.backup", f->dir);
	return zong_backup_run(f->dir, backup_dir, &options, &result, &f->err);
}

static int setup(void **state)
{
	struct fixture *f;

	if (fixture_setup(state))
		return -1;
	f = *state;
	if (fill(f))
		return -1;
	fixture_clear(state);
	snprintf(clean_dir, sizeof(clean_dir), "%s.clean", f->dir);
	if (mkdir(clean_dir, 0700))
		return -1;
	copy_dir(f->dir, clean_dir);
	return 0;
}

static int teardown(void **state)
{
	remove_dir(clean_dir);
	remove_dir(backup_dir);
	return fixture_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)
		TEST(a_sound_archive_has_no_findings),
		TEST(damaged_derived_rows_are_found_and_made_as_they_were),
		TEST(damaged_primary_rows_are_found_and_nothing_is_touched),
		TEST(lost_texts_are_read_again),
		TEST(a_job_that_is_gone_is_made_again),
		TEST(a_wrong_counter_is_set_right),
		TEST(a_damaged_segment_names_its_materials_and_comes_back_from_a_backup),
		TEST(a_text_index_that_is_gone_or_broken_is_made_anew),
		TEST(a_repair_is_refused_while_somebody_serves),
		TEST(beside_a_writer_nothing_is_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
