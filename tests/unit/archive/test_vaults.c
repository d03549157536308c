/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/file.h>
#include <zong/vaults.h>

#define IDLE 1000
#define PASSWORD "correct horse"

static const struct zong_vault_cost cheap = {.operations = 1, .memory = 8192};

struct house {
	char dir[64];
	struct zong_vaults *vaults;
	uint8_t sheet[ZONG_VAULT_SHEET];
};

static int setup(void **state)
{
	struct house *house = calloc(1, sizeof(*house));

	if (!house)
		return -1;
	*state = house;
	snprintf(house->dir, sizeof(house->dir), "/tmp/zong-vaults.XXXXXX");
	if (!mkdtemp(house->dir) || zong_vaults_new(house->dir, IDLE, &house->vaults))
		return -1;
	return zong_vaults_create(
		house->vaults, "tax", "示例甲", PASSWORD, &cheap, 7, house->sheet);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	struct house *house = *state;

	zong_vaults_free(house->vaults);
	nftw(house->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(house);
	return 0;
}

static int unlock(struct house *house, const char *session, int64_t now)
{
	return zong_vaults_unlock(house->vaults, "tax", "示例甲", PASSWORD, session, now);
}

static int put_row(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_str(&key, ctx);
	return zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &key, "x", 1);
}

static void put(struct house *house, const char *session, const char *name)
{
	struct zong_vaults_use use;

	assert_int_equal(zong_vaults_use(house->vaults, "tax", session, 0, &use), 0);
	assert_int_equal(zong_store_write(use.store, put_row, (void *)(uintptr_t)name), 0);
	zong_vaults_done(house->vaults, &use);
}

static bool has(struct house *house, const char *session, const char *name)
{
	struct zong_vaults_use use;
	struct zong_txn *txn;
	struct zong_key key;
	bool found;

	assert_int_equal(zong_vaults_use(house->vaults, "tax", session, 0, &use), 0);
	assert_int_equal(zong_store_read_begin(use.store, &txn), 0);
	zong_key_clear(&key);
	zong_key_str(&key, name);
	found = zong_txn_has(txn, ZONG_TABLE_USERS, &key);
	zong_txn_end(txn);
	zong_vaults_done(house->vaults, &use);
	return found;
}

static bool there(const struct house *house, const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/vaults/tax/%s", house->dir, name);
	return access(path, F_OK) == 0;
}

static void it_is_open_only_for_a_session_that_has_unlocked_it(void **state)
{
	struct house *house = *state;
	struct zong_vaults_use use;

	assert_int_equal(zong_vaults_use(house->vaults, "tax", "session", 0, &use), ZONG_ESEALED);
	assert_int_equal(
		zong_vaults_use(house->vaults, "none", "session", 0, &use), ZONG_ESEALED);
	assert_int_equal(unlock(house, "session", 0), 0);
	put(house, "session", "a row");
	assert_true(has(house, "session", "a row"));
	assert_int_equal(zong_vaults_use(house->vaults, "tax", "other", 0, &use), ZONG_ESEALED);
	/* A second one of the same member; the first one leaves. */
	assert_int_equal(unlock(house, "other", 0), 0);
	zong_vaults_leave(house->vaults, NULL, "session");
	assert_int_equal(zong_vaults_use(house->vaults, "tax", "session", 0, &use), ZONG_ESEALED);
	assert_true(has(house, "other", "a row"));
	assert_int_equal(zong_vaults_open(house->vaults), 1);
	zong_vaults_leave(house->vaults, "tax", "other");
	assert_int_equal(zong_vaults_open(house->vaults), 0);
	assert_int_equal(unlock(house, "again", 0), 0);
	assert_true(has(house, "again", "a row"));
}

static void who_is_no_member_and_who_asks_for_none_hear_the_same(void **state)
{
	struct house *house = *state;

	assert_int_equal(
		zong_vaults_unlock(house->vaults, "tax", "示例甲", "wrong password", "s", 0),
		ZONG_EKEY);
	assert_int_equal(
		zong_vaults_unlock(house->vaults, "tax", "示例乙", PASSWORD, "s", 0), ZONG_EKEY);
	assert_int_equal(zong_vaults_unlock(house->vaults, "housing", "示例甲", PASSWORD, "s", 0),
		ZONG_EKEY);
	assert_int_equal(
		zong_vaults_unlock(house->vaults, "housing", "示例甲", "x", "s", 0), ZONG_EKEY);
	assert_int_equal(
		zong_vaults_unlock(house->vaults, "../tax", "示例甲", PASSWORD, "s", 0), ZONG_EKEY);
	assert_int_equal(zong_vaults_open(house->vaults), 0);
	assert_false(there(house, "../housing"));
}

static void an_idle_session_closes_it_but_not_while_it_is_in_use(void **state)
{
	struct house *house = *state;
	struct zong_vaults_use use;

	assert_int_equal(unlock(house, "session", 0), 0);
	assert_int_equal(zong_vaults_use(house->vaults, "tax", "session", IDLE, &use), 0);
	zong_vaults_sweep(house->vaults, 2 * IDLE + 1);
	/* In use: the store is there until it is given back, for nobody else. */
	assert_int_equal(zong_vaults_open(house->vaults), 1);
	assert_int_equal(zong_store_write(use.store, put_row, (char[]){"late"}), 0);
	zong_vaults_done(house->vaults, &use);
	assert_int_equal(zong_vaults_open(house->vaults), 0);
	/* Too late also where nobody has swept. */
	assert_int_equal(unlock(house, "session", 0), 0);
	assert_int_equal(
		zong_vaults_use(house->vaults, "tax", "session", IDLE + 1, &use), ZONG_ESEALED);
}

static void there_is_one_of_a_department_and_what_is_half_made_is_none(void **state)
{
	struct house *house = *state;
	uint8_t sheet[ZONG_VAULT_SHEET];
	char path[160];

	assert_int_equal(
		zong_vaults_create(house->vaults, "tax", "示例乙", PASSWORD, &cheap, 0, sheet),
		ZONG_EEXIST);
	assert_int_equal(unlock(house, "session", 0), 0);
	assert_int_equal(
		zong_vaults_create(house->vaults, "Tax!", "示例乙", PASSWORD, &cheap, 0, sheet),
		ZONG_EDEPARTMENT);
	assert_int_equal(
		zong_vaults_create(house->vaults, "housing", "示例乙", "short", &cheap, 0, sheet),
		ZONG_EINVAL);
	/* A store of an attempt whose keys were not saved. */
	snprintf(path, sizeof(path), "%s/vaults/housing", house->dir);
	assert_int_equal(zong_file_make_dir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/vaults/housing/store-1", house->dir);
	assert_int_equal(zong_store_create(path, NULL), 0);
	assert_int_equal(zong_vaults_unlock(house->vaults, "housing", "示例乙", PASSWORD, "s", 0),
		ZONG_EKEY);
	assert_int_equal(
		zong_vaults_create(house->vaults, "housing", "示例乙", PASSWORD, &cheap, 0, sheet),
		0);
	assert_int_equal(
		zong_vaults_unlock(house->vaults, "housing", "示例乙", PASSWORD, "s", 0), 0);
	assert_int_equal(zong_vaults_open(house->vaults), 2);
}

static int add_second(struct zong_vault_keys *keys, const struct zong_vault_key *key, void *ctx)
{
	return zong_vault_keys_add_member(keys, key, "示例乙", ctx, &cheap, 8, "示例甲");
}

static int remove_second(struct zong_vault_keys *keys, const struct zong_vault_key *key, void *ctx)
{
	(void)key;
	(void)ctx;
	return zong_vault_keys_remove(keys, ZONG__VAULT_LOCK_KIND__VAULT_LOCK_MEMBER, "示例乙");
}

static void members_come_and_go_by_a_member_and_by_the_sheet(void **state)
{
	struct house *house = *state;
	char other[] = "another battery", third[] = "a third, typed anew";

	assert_int_equal(zong_vaults_change_keys(house->vaults, "tax", "示例甲", "wrong password",
				 add_second, other),
		ZONG_EKEY);
	assert_int_equal(zong_vaults_change_keys(
				 house->vaults, "housing", "示例甲", PASSWORD, add_second, other),
		ZONG_EKEY);
	assert_int_equal(zong_vaults_change_keys(
				 house->vaults, "tax", "示例甲", PASSWORD, add_second, other),
		0);
	assert_int_equal(zong_vaults_unlock(house->vaults, "tax", "示例乙", other, "s", 0), 0);
	zong_vaults_leave(house->vaults, NULL, "s");
	assert_int_equal(
		zong_vaults_recover(house->vaults, "tax", house->sheet, NULL, add_second, third),
		0);
	assert_int_equal(
		zong_vaults_unlock(house->vaults, "tax", "示例乙", other, "s", 0), ZONG_EKEY);
	assert_int_equal(zong_vaults_unlock(house->vaults, "tax", "示例乙", third, "s", 0), 0);
	house->sheet[0] ^= 1;
	assert_int_equal(
		zong_vaults_recover(house->vaults, "tax", house->sheet, NULL, add_second, third),
		ZONG_EKEY);
	assert_int_equal(zong_vaults_recover(
				 house->vaults, "housing", house->sheet, NULL, add_second, third),
		ZONG_EKEY);
	assert_int_equal(
		zong_vaults_change_keys(house->vaults, "tax", "示例乙", third, remove_second, NULL),
		0);
	assert_int_equal(
		zong_vaults_unlock(house->vaults, "tax", "示例乙", third, "t", 0), ZONG_EKEY);
}

static void a_new_key_opens_it_and_an_old_file_of_keys_does_not(void **state)
{
	struct house *house = *state;
	struct zong_buf old = ZONG_BUF_INIT(1 << 20);
	char path[160];

	snprintf(path, sizeof(path), "%s/vaults/tax/vault.keys", house->dir);
	assert_int_equal(zong_file_read(path, &old), 0);
	assert_int_equal(unlock(house, "session", 0), 0);
	put(house, "session", "a row");
	assert_int_equal(zong_vaults_renew(house->vaults, "tax", "示例甲", PASSWORD, NULL, NULL),
		ZONG_EBUSY);
	zong_vaults_leave(house->vaults, NULL, "session");
	assert_int_equal(
		zong_vaults_renew(house->vaults, "tax", "示例甲", "wrong password", NULL, NULL),
		ZONG_EKEY);
	assert_int_equal(
		zong_vaults_renew(house->vaults, "tax", "示例甲", PASSWORD, NULL, NULL), 0);
	assert_true(there(house, "store-2"));
	assert_false(there(house, "store-1"));
	assert_false(there(house, "vault.keys.next"));
	assert_int_equal(unlock(house, "session", 0), 0);
	assert_true(has(house, "session", "a row"));
	zong_vaults_leave(house->vaults, NULL, "session");
	/* What somebody kept, with the password of then. */
	assert_int_equal(zong_file_replace(path, old.data, old.len, 0600), 0);
	assert_int_equal(unlock(house, "session", 0), ZONG_ECORRUPT);
	zong_buf_release(&old);
}

struct until {
	int left;
};

static int die(void *ctx, uint64_t done, uint64_t total)
{
	struct until *until = ctx;

	(void)done;
	(void)total;
	if (--until->left == 0)
		raise(SIGKILL);
	return 0;
}

/* In a process of its own, which ends at the second step. */
static int renew_and_die(struct house *house)
{
	struct zong_vaults *vaults;
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct until until = {.left = 2};

		if (zong_vaults_new(house->dir, IDLE, &vaults))
			_exit(100);
		_exit(-zong_vaults_renew(vaults, "tax", "示例甲", PASSWORD, die, &until));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_renewal_that_was_killed_goes_on_and_until_then_all_is_as_it_was(void **state)
{
	struct house *house = *state;
	int status, attempts = 0;

	assert_int_equal(unlock(house, "session", 0), 0);
	put(house, "session", "a row");
	zong_vaults_leave(house->vaults, NULL, "session");
	assert_int_equal(renew_and_die(house), -1);
	assert_true(there(house, "store-1"));
	/* It is used in between: then the new one begins once more. */
	assert_int_equal(unlock(house, "session", 0), 0);
	put(house, "session", "another");
	zong_vaults_leave(house->vaults, NULL, "session");
	do {
		status = renew_and_die(house);
		assert_true(++attempts < 200);
	} while (status == -1);
	assert_int_equal(status, 0);
	assert_true(attempts > 5);
	assert_true(there(house, "store-2"));
	assert_false(there(house, "store-1"));
	assert_int_equal(unlock(house, "session", 0), 0);
	assert_true(has(house, "session", "a row"));
	assert_true(has(house, "session", "another"));
}

static void who_was_removed_does_not_come_back_with_a_renewal_of_before(void **state)
{
	struct house *house = *state;
	char other[] = "another battery";

	assert_int_equal(zong_vaults_change_keys(
				 house->vaults, "tax", "示例甲", PASSWORD, add_second, other),
		0);
	assert_int_equal(renew_and_die(house), -1);
	assert_true(there(house, "vault.keys.next"));
	assert_int_equal(zong_vaults_change_keys(
				 house->vaults, "tax", "示例甲", PASSWORD, remove_second, NULL),
		0);
	assert_int_equal(
		zong_vaults_renew(house->vaults, "tax", "示例甲", PASSWORD, NULL, NULL), 0);
	assert_int_equal(
		zong_vaults_unlock(house->vaults, "tax", "示例乙", other, "s", 0), ZONG_EKEY);
	assert_int_equal(unlock(house, "s", 0), 0);
}

/* ---- many at once ---- */

struct visitor {
	struct house *house;
	int number, failed;
};

static void *visit(void *arg)
{
	struct visitor *visitor = arg;
	struct zong_vaults_use use;
	char session[16], name[32];
	int i;

	snprintf(session, sizeof(session), "session %d", visitor->number);
	for (i = 0; i < 20; i++) {
		if (unlock(visitor->house, session, 0) ||
			zong_vaults_use(visitor->house->vaults, "tax", session, 0, &use)) {
			visitor->failed++;
			continue;
		}
		snprintf(name, sizeof(name), "%d-%d", visitor->number, i);
		visitor->failed += zong_store_write(use.store, put_row, name) != 0;
		zong_vaults_done(visitor->house->vaults, &use);
		zong_vaults_leave(visitor->house->vaults, NULL, session);
	}
	return NULL;
}

static void many_sessions_that_come_and_go_lose_nothing(void **state)
{
	struct house *house = *state;
	struct visitor visitors[4];
	pthread_t threads[4];
	char name[32];
	int i, k;

	for (i = 0; i < 4; i++) {
		visitors[i] = (struct visitor){.house = house, .number = i};
		assert_int_equal(pthread_create(&threads[i], NULL, visit, &visitors[i]), 0);
	}
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(visitors[i].failed, 0);
	}
	assert_int_equal(zong_vaults_open(house->vaults), 0);
	assert_int_equal(unlock(house, "after", 0), 0);
	for (i = 0; i < 4; i++)
		for (k = 0; k < 20; k++) {
			snprintf(name, sizeof(name), "%d-%d", i, k);
			assert_true(has(house, "after", name));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(it_is_open_only_for_a_session_that_has_unlocked_it),
		TEST(who_is_no_member_and_who_asks_for_none_hear_the_same),
		TEST(an_idle_session_closes_it_but_not_while_it_is_in_use),
		TEST(there_is_one_of_a_department_and_what_is_half_made_is_none),
		TEST(members_come_and_go_by_a_member_and_by_the_sheet),
		TEST(a_new_key_opens_it_and_an_old_file_of_keys_does_not),
		TEST(a_renewal_that_was_killed_goes_on_and_until_then_all_is_as_it_was),
		TEST(who_was_removed_does_not_come_back_with_a_renewal_of_before),
		TEST(many_sessions_that_come_and_go_lose_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
