/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_catalogue.h"
#include "sample_check.h"

#include "catalogue.h"
#include "row.h"

static int setup(void **state)
{
	if (sample_catalogue_setup(state))
		return -1;
	sample_catalogue_case(
		*state, "K-1", "转移登记", "", "370786001001GB00001F00010001", NULL, NULL);
	sample_catalogue_set(*state, "department H housing 住建\nmaterial 甲\nbusiness 转移登记\n"
				     "needs 甲 required copy 1 H\n");
	return 0;
}

static void sound_versions_are_found_sound(void **state)
{
	assert_string_equal(sample_check(*state, false), "");
}

static void a_version_that_is_lost_is_named_once(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_CATALOGUES});
	assert_string_equal(sample_check(f, false), "row-missing catalogue/1\n");
}

static void a_row_that_is_no_catalogue_is_damaged(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_CATALOGUES, .bytes = "\x0f\xff", .len = 2});
	assert_non_null(strstr(sample_check(f, false), "row-damaged catalogue"));
}

/* Version 1 with another text, or another number. */
struct forging {
	const char *text;
	uint32_t version;
	bool digest; /* is made to fit */
};

static int forge(struct zong_txn *txn, void *ctx)
{
	const struct forging *forging = ctx;
	_cleanup_row_ Zong__Catalogue *row = NULL;
	struct zong_digest digest;
	struct zong_key key;
	int err = zong_catalogues_row(txn, 1, &row);

	if (err)
		return err;
	row->version = forging->version;
	if (zong_row_set(&row->text, forging->text))
		return ZONG_ENOMEM;
	zong_digest_of(forging->text, strlen(forging->text), &digest);
	if (forging->digest && zong_row_set_bytes(&row->digest, digest.bytes, sizeof(digest.bytes)))
		return ZONG_ENOMEM;
	zong_catalogues_key(1, &key);
	return zong_txn_put(txn, ZONG_TABLE_CATALOGUES, &key, &row->base);
}

static const char *forged(struct fixture *f, struct forging forging)
{
	assert_int_equal(zong_store_write(f->archive->store, forge, &forging), 0);
	return sample_check(f, false);
}

static void a_text_that_was_changed_or_cannot_be_read_is_wrong(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(forged(f, (struct forging){.text = "material 乙\n", .version = 1}),
		"row-wrong catalogue/1\n");
	assert_string_equal(
		forged(f, (struct forging){.text = "material 乙\n", .version = 1, .digest = true}),
		"row-wrong catalogue/1\n");
	assert_non_null(strstr(
		forged(f, (struct forging){.text = sample_catalogue, .version = 7, .digest = true}),
		"row-damaged catalogue"));
	assert_string_equal(
		forged(f, (struct forging){.text = sample_catalogue, .version = 1, .digest = true}),
		"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sound_versions_are_found_sound),
		TEST(a_version_that_is_lost_is_named_once),
		TEST(a_row_that_is_no_catalogue_is_damaged),
		TEST(a_text_that_was_changed_or_cannot_be_read_is_wrong),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
