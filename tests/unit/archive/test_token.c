/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/time.h>

#include "fixture.h"
#include "row.h"
#include "token.h"

static Zong__Token *make(struct fixture *f, const char *role, const char *department, int days,
	char token[ZONG_TOKEN_TEXT])
{
	Zong__Token *row = NULL;

	assert_int_equal(zong_token_new(f->archive, &f->administrator, role, department, "name",
				 days, 0, token, &row, &f->err),
		0);
	return row;
}

static void a_revoked_token_and_its_sessions_are_worth_nothing(void **state)
{
	struct fixture *f = *state;
	char token[ZONG_TOKEN_TEXT];
	char session[ZONG_TOKEN_TEXT];
	struct zong_subject who;
	struct zong_subject inside;
	Zong__Token *row = make(f, "archivist", NULL, 0, token);
	char id[ZONG_ID_TEXT];

	memcpy(id, fixture_id(&row->id), sizeof(id));
	zong__token__free_unpacked(row, NULL);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), 0);
	assert_int_equal(zong_identity_session(f->archive, &who, false, session, &inside), 0);
	assert_int_equal(zong_identity_by_token(f->archive, session, &inside), 0);
	assert_string_equal(inside.key, who.key);
	assert_int_equal(zong_token_revoke(f->archive, &f->administrator, id), 0);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), ZONG_EUNAUTHENTICATED);
	assert_int_equal(zong_identity_by_token(f->archive, session, &who), ZONG_EUNAUTHENTICATED);
	assert_int_equal(zong_token_revoke(f->archive, &f->administrator, id), ZONG_ENOENT);
	assert_int_equal(zong_token_revoke(f->archive, &f->administrator, "no id"), ZONG_ENOENT);
	assert_int_equal(fixture_log(f, "token.revoke", NULL, NULL), 1);
}

struct ageing {
	struct zong_digest digest;
	Zong__Token *row;
};

static int write_age(struct zong_txn *txn, void *ctx)
{
	const struct ageing *ageing = ctx;

	return zong_token_put(txn, &ageing->digest, ageing->row);
}

static void an_expired_token_is_worth_nothing(void **state)
{
	struct fixture *f = *state;
	char token[ZONG_TOKEN_TEXT];
	struct zong_subject who;
	struct ageing ageing = {.row = make(f, "lookup", NULL, 1, token)};
	int64_t day = 86400 * ZONG_SECOND;
	bool in_a_day = ageing.row->expires > zong_time_now() + day - 60 * ZONG_SECOND &&
			ageing.row->expires <= zong_time_now() + day;
	int written;

	assert_int_equal(zong_identity_by_token(f->archive, token, &who), 0);
	assert_int_equal(zong_token_digest(token, ZONG_TOKEN_BEARER, &ageing.digest), 0);
	ageing.row->expires = zong_time_now() - 1;
	written = zong_store_write(f->archive->store, write_age, &ageing);
	zong__token__free_unpacked(ageing.row, NULL);
	assert_true(in_a_day);
	assert_int_equal(written, 0);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), ZONG_EUNAUTHENTICATED);
}

static void the_word_of_a_token_is_nowhere_in_the_archive(void **state)
{
	struct fixture *f = *state;
	char token[ZONG_TOKEN_TEXT];
	struct zong_iter iter = {0};
	bool found = false;

	zong__token__free_unpacked(make(f, "lookup", NULL, 0, token), NULL);
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	for (enum zong_table table = 0; table < ZONG_TABLE_COUNT_; table++) {
		assert_int_equal(zong_iter_begin(&iter, f->txn, table, NULL, NULL, false), 0);
		while (zong_iter_next(&iter) == 0)
			for (size_t i = 0; i + 46 <= iter.value_len; i++)
				found = found || memcmp(iter.value + i, token, 46) == 0;
		zong_iter_end(&iter);
	}
	assert_false(found);
}

static void bad_tokens_say_why(void **state)
{
	struct fixture *f = *state;
	char long_name[ZONG_LIMIT_NAME + 2];
	const struct {
		const char *role, *department, *name;
		int days, err;
	} bad[] = {
		{"local", NULL, "", 0, ZONG_EROLE},
		{"", NULL, "", 0, ZONG_EROLE},
		{NULL, NULL, "", 0, ZONG_EROLE},
		{"department", NULL, "", 0, ZONG_EINVAL},
		{"archivist", "tax", "", 0, ZONG_EINVAL},
		{"department", "none", "", 0, ZONG_ENODEPARTMENT},
		{"department", "No!", "", 0, ZONG_ENODEPARTMENT},
		{"lookup", NULL, "", -1, ZONG_EINVAL},
		{"lookup", NULL, "", 3651, ZONG_EINVAL},
		{"lookup", NULL, "\xff", 1, ZONG_EENCODING},
		{"lookup", NULL, long_name, 1, ZONG_ELIMIT},
	};
	char token[ZONG_TOKEN_TEXT];
	Zong__Token *row;

	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
			zong_token_new(f->archive, &f->administrator, bad[i].role,
				bad[i].department, bad[i].name, bad[i].days, 0, token, &row, &f->err),
			bad[i].err);
}

static void only_administrators_and_the_owner_manage_tokens(void **state)
{
	struct fixture *f = *state;
	const struct zong_subject *const others[] = {&f->archivist, &f->lookup, &f->tax};
	char token[ZONG_TOKEN_TEXT];
	Zong__Token **rows;
	Zong__Token *row;
	size_t count;

	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(zong_token_new(f->archive, others[i], "lookup", NULL, "", 0, 0, token,
					 &row, &f->err),
			ZONG_EFORBIDDEN);
		assert_int_equal(
			zong_token_list(f->archive, others[i], &rows, &count), ZONG_EFORBIDDEN);
		assert_int_equal(zong_token_revoke(f->archive, others[i], "x"), ZONG_EFORBIDDEN);
	}
}

static void sessions_are_left_out_of_the_list(void **state)
{
	struct fixture *f = *state;
	char token[ZONG_TOKEN_TEXT];
	struct zong_subject who;
	Zong__Token **rows;
	size_t before;
	size_t count;

	assert_int_equal(zong_token_list(f->archive, &f->administrator, &rows, &before), 0);
	for (size_t i = 0; i < before; i++)
		zong__token__free_unpacked(rows[i], NULL);
	free(rows);
	zong__token__free_unpacked(make(f, "lookup", NULL, 0, token), NULL);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who), 0);
	assert_int_equal(zong_identity_session(f->archive, &who, false, token, &who), 0);
	assert_int_equal(zong_token_list(f->archive, &f->administrator, &rows, &count), 0);
	for (size_t i = 0; i < count; i++)
		zong__token__free_unpacked(rows[i], NULL);
	free(rows);
	assert_int_equal(count, before + 1);
}

#define BIT(verb) (UINT64_C(1) << ZONG_VERB_##verb)

static void a_limited_token_and_its_sessions_may_no_more(void **state)
{
	struct fixture *f = *state;
	const uint64_t may = BIT(FEED_READ) | BIT(DELIVERY_END);
	char token[ZONG_TOKEN_TEXT];
	char session[ZONG_TOKEN_TEXT];
	struct zong_subject who[2];
	struct zong_subject free_of_it = f->tax;
	Zong__Token *row;

	assert_int_equal(zong_token_new(f->archive, &f->administrator, "department", "tax",
				 "接收程序", 0, may, token, &row, &f->err),
		0);
	zong__token__free_unpacked(row, NULL);
	assert_int_equal(zong_identity_by_token(f->archive, token, &who[0]), 0);
	assert_int_equal(zong_identity_session(f->archive, &who[0], false, session, &who[1]), 0);
	assert_int_equal(zong_identity_by_token(f->archive, session, &who[1]), 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(who[i].may, may | ZONG_MAY_LIMITED);
		for (int verb = 0; verb < ZONG_VERB_COUNT_; verb++)
			assert_int_equal(zong_access_may(&who[i], (enum zong_verb)verb, NULL),
				may >> verb & 1 ? 0 : ZONG_EFORBIDDEN);
	}
	assert_int_equal(zong_access_may(&free_of_it, ZONG_VERB_SEARCH, NULL), 0);
}

/* As a newer zong may write it: a right unknown here is none, and the limit stays one. */
static void verbs_that_are_not_known_limit_to_nothing(void **state)
{
	char *names[] = {(char *)"vault.read"};
	char role[] = "administrator";
	uint8_t id[16] = {1};
	Zong__Token row = ZONG__TOKEN__INIT;
	struct zong_subject who;

	(void)state;
	row.role = role;
	row.id = (ProtobufCBinaryData){sizeof(id), id};
	row.may = names;
	row.n_may = 1;
	assert_int_equal(zong_token_subject(&row, &who), 0);
	for (int verb = 0; verb < ZONG_VERB_COUNT_; verb++)
		assert_int_equal(
			zong_access_may(&who, (enum zong_verb)verb, NULL), ZONG_EFORBIDDEN);
}

static void a_limit_is_of_the_roles_verbs_and_cannot_be_lifted_with_them(void **state)
{
	struct fixture *f = *state;
	const struct {
		const char *role;
		uint64_t may;
	} bad[] = {
		{"administrator", BIT(TOKEN_MANAGE)},
		{"administrator", BIT(STATUS_READ) | BIT(USER_MANAGE)},
		{"lookup", BIT(SEARCH) | BIT(CASE_OPEN)},
		{"lookup", UINT64_C(1) << ZONG_VERB_COUNT_},
		{"lookup", ZONG_MAY_LIMITED},
	};
	char token[ZONG_TOKEN_TEXT];
	Zong__Token *row;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(zong_token_new(f->archive, &f->administrator, bad[i].role, NULL, "",
					 0, bad[i].may, token, &row, &f->err),
			ZONG_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_revoked_token_and_its_sessions_are_worth_nothing, fixture_clear),
		cmocka_unit_test_teardown(an_expired_token_is_worth_nothing, fixture_clear),
		cmocka_unit_test_teardown(
			the_word_of_a_token_is_nowhere_in_the_archive, fixture_clear),
		cmocka_unit_test_teardown(bad_tokens_say_why, fixture_clear),
		cmocka_unit_test_teardown(
			only_administrators_and_the_owner_manage_tokens, fixture_clear),
		cmocka_unit_test_teardown(sessions_are_left_out_of_the_list, fixture_clear),
		cmocka_unit_test_teardown(
			a_limited_token_and_its_sessions_may_no_more, fixture_clear),
		cmocka_unit_test(verbs_that_are_not_known_limit_to_nothing),
		cmocka_unit_test_teardown(
			a_limit_is_of_the_roles_verbs_and_cannot_be_lifted_with_them,
			fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
