/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/check.h>

#include "fixture.h"
#include "row.h"

struct seen {
	uint64_t kinds[ZONG_FINDING_COUNT_];
	char object[ZONG_FINDING_OBJECT], material[ZONG_ID_TEXT];
};

static int found(void *ctx, const struct zong_finding *finding)
{
	struct seen *seen = ctx;

	seen->kinds[finding->kind]++;
	if (finding->kind == ZONG_FINDING_SM3_WRONG) {
		memcpy(seen->object, finding->object, sizeof(seen->object));
		assert_int_equal(finding->material_count, 1);
		memcpy(seen->material, finding->materials[0].id, sizeof(seen->material));
	}
	return 0;
}

static uint64_t check(struct fixture *f, bool quick, struct seen *ret_seen)
{
	const struct zong_check_options options = {.quick = quick, .found = found, .ctx = ret_seen};
	struct zong_check_result result;

	memset(ret_seen, 0, sizeof(*ret_seen));
	zong_archive_close(f->archive);
	f->archive = NULL;
	assert_int_equal(zong_check_run(f->dir, &options, &result, &f->err), 0);
	fixture_reopen(f, true);
	return result.findings;
}

static bool file_alone;

/* Turns a bit of it in the row of the file and in that of the material, so that both agree, or in one of them. */
static int forge(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Material *material = NULL;
	_cleanup_row_ Zong__File *file = NULL;
	struct zong_digest digest;
	struct zong_key key;
	struct zong_id id;
	int err;

	memcpy(id.bytes, ((struct fixture *)ctx)->receipt.material->id.data, sizeof(id.bytes));
	err = zong_row_material(txn, &id, &material);
	if (err || !zong_row_digest(&material->file, &digest))
		return err ? err : ZONG_ECORRUPT;
	err = zong_row_file(txn, &digest, &file);
	if (err)
		return err;
	assert_int_equal(file->sm3.len, ZONG_DIGEST_SIZE);
	assert_int_equal(material->sm3.len, ZONG_DIGEST_SIZE);
	file->sm3.data[31] ^= 1;
	material->sm3.data[31] ^= 1;
	zong_row_key_digest(&key, &digest);
	err = zong_txn_put(txn, ZONG_TABLE_FILES, &key, &file->base);
	zong_row_key_id(&key, &id);
	return err || file_alone ? err : zong_txn_put(txn, ZONG_TABLE_MATERIALS, &key, &material->base);
}

static void an_sm3_that_is_not_of_the_file_is_named_with_its_materials(void **state)
{
	struct fixture *f = *state;
	struct zong_digest digest;
	char text[ZONG_DIGEST_TEXT];
	struct seen seen;

	fixture_case(f, "bytes-1");
	assert_int_equal(fixture_add(f, "bytes-1", "t", "text 甲\n", NULL, &f->other), 0);
	assert_int_equal(fixture_add(f, "bytes-1", "t", "text 乙\n", NULL, &f->receipt), 0);
	assert_int_equal(check(f, false, &seen), 0);
	assert_int_equal(zong_store_write(f->archive->store, forge, f), 0);
	assert_int_equal(check(f, false, &seen), 1);
	assert_int_equal(seen.kinds[ZONG_FINDING_SM3_WRONG], 1);
	memcpy(digest.bytes, f->receipt.material->file.data, sizeof(digest.bytes));
	zong_digest_format(&digest, text);
	assert_string_equal(seen.object + strlen("file/"), text);
	assert_string_equal(seen.material, fixture_id(&f->receipt.material->id));
	/* a quick one reads no bytes */
	assert_int_equal(check(f, true, &seen), 0);
	/* right again in the file's row, which the material's contradicts */
	file_alone = true;
	assert_int_equal(zong_store_write(f->archive->store, forge, f), 0);
	assert_int_equal(check(f, false, &seen), 1);
	assert_int_equal(seen.kinds[ZONG_FINDING_ROW_WRONG], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			an_sm3_that_is_not_of_the_file_is_named_with_its_materials, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
