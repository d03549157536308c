/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "backup_manifest.h"

static void fill(struct zong_manifest *manifest)
{
	const struct zong_manifest_pack packs[] = {{1, 5000, {{7}}}, {3, 90000, {{8}}}};
	struct zong_digest digest = {{1}};

	zong_manifest_init(manifest);
	memset(manifest->archive.bytes, 5, ZONG_ID_SIZE);
	manifest->about.time = 1700000000000000;
	manifest->about.store_format = 2;
	strncpy(manifest->about.version, "0.1.0", sizeof(manifest->about.version) - 1);
	manifest->about.materials = 11;
	manifest->about.catalog_bytes = UINT64_C(1) << 40;
	assert_int_equal(zong_buf_add_str(&manifest->conf, "workers = 1\n"), 0);
	assert_int_equal(zong_manifest_add_piece(&manifest->catalog, &digest, 9000), 0);
	assert_int_equal(zong_manifest_add_piece(&manifest->list, &digest, 64), 0);
	assert_int_equal(zong_manifest_set_packs(manifest, packs, 2), 0);
}

static void what_was_written_is_read(void **state)
{
	struct zong_manifest written, read;
	struct zong_buf bytes = ZONG_BUF_INIT(1 << 20);

	(void)state;
	fill(&written);
	zong_manifest_init(&read);
	assert_int_equal(zong_manifest_pack(&written, &bytes), 0);
	assert_int_equal(zong_manifest_parse(&read, bytes.data, bytes.len), 0);
	assert_int_equal(read.about.time, written.about.time);
	assert_int_equal(read.about.materials, 11);
	assert_int_equal(read.about.catalog_bytes, UINT64_C(1) << 40);
	assert_string_equal(read.about.version, "0.1.0");
	assert_string_equal(zong_buf_str(&read.conf), "workers = 1\n");
	assert_int_equal(read.catalog.count, 1);
	assert_int_equal(read.catalog.items[0].raw_len, 9000);
	assert_int_equal(read.list.count, 1);
	assert_int_equal(read.pack_count, 2);
	assert_int_equal(read.packs[1].number, 3);
	assert_int_equal(read.packs[1].size, 90000);
	zong_manifest_release(&read);
	zong_manifest_release(&written);
	zong_buf_release(&bytes);
}

static void add_vault(struct zong_manifest *manifest, const char *name, const char *store)
{
	struct zong_manifest_vault *vault = zong_manifest_add_vault(manifest);
	struct zong_digest digest = {{9}};

	assert_non_null(vault);
	strncpy(vault->name, name, sizeof(vault->name) - 1);
	strncpy(vault->store, store, sizeof(vault->store) - 1);
	vault->format = 9;
	vault->rows = 12;
	assert_int_equal(zong_buf_add_str(&vault->keys, "keys"), 0);
	assert_int_equal(zong_buf_add_str(&vault->seal, "seal"), 0);
	assert_int_equal(zong_manifest_add_piece(&vault->boxes, &digest, 700), 0);
}

static void vaults_are_written_and_read(void **state)
{
	struct zong_manifest written, read;
	struct zong_buf bytes = ZONG_BUF_INIT(1 << 20);

	(void)state;
	fill(&written);
	add_vault(&written, "housing", "store-2");
	add_vault(&written, "tax", "store-1");
	zong_manifest_init(&read);
	assert_int_equal(zong_manifest_pack(&written, &bytes), 0);
	assert_int_equal(zong_manifest_parse(&read, bytes.data, bytes.len), 0);
	assert_int_equal(read.vault_count, 2);
	assert_int_equal(read.about.vaults, 2);
	assert_string_equal(read.vaults[0].name, "housing");
	assert_string_equal(read.vaults[1].store, "store-1");
	assert_int_equal(read.vaults[1].format, 9);
	assert_int_equal(read.vaults[1].rows, 12);
	assert_string_equal(zong_buf_str(&read.vaults[1].keys), "keys");
	assert_string_equal(zong_buf_str(&read.vaults[1].seal), "seal");
	assert_int_equal(read.vaults[1].boxes.items[0].raw_len, 700);
	zong_manifest_release(&read);
	zong_manifest_release(&written);
	zong_buf_release(&bytes);
}

static void a_vault_leads_nowhere_else(void **state)
{
	static const char *const names[][2] = {{"..", "store-1"}, {"a/b", "store-1"},
		{"", "store-1"}, {"tax", "../x"}, {"tax", "store-/x"}, {"tax", ""},
		{"tax", "other"}, {"-tax", "store-1"}, {"Tax", "store-1"}};
	struct zong_manifest written, read;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct zong_buf bytes = ZONG_BUF_INIT(1 << 20);

		fill(&written);
		add_vault(&written, names[i][0], names[i][1]);
		assert_int_equal(zong_manifest_pack(&written, &bytes), 0);
		zong_manifest_init(&read);
		assert_int_equal(
			zong_manifest_parse(&read, bytes.data, bytes.len), ZONG_ECORRUPT);
		zong_manifest_release(&read);
		zong_manifest_release(&written);
		zong_buf_release(&bytes);
	}
}

static void any_change_and_any_cut_is_noticed(void **state)
{
	struct zong_manifest written, read;
	struct zong_buf bytes = ZONG_BUF_INIT(1 << 20);
	size_t i;

	(void)state;
	fill(&written);
	assert_int_equal(zong_manifest_pack(&written, &bytes), 0);
	for (i = 0; i < bytes.len; i++) {
		bytes.data[i] ^= 0x10;
		zong_manifest_init(&read);
		assert_int_equal(zong_manifest_parse(&read, bytes.data, bytes.len), ZONG_ECORRUPT);
		zong_manifest_release(&read);
		bytes.data[i] ^= 0x10;
		zong_manifest_init(&read);
		assert_int_equal(zong_manifest_parse(&read, bytes.data, i), ZONG_ECORRUPT);
		zong_manifest_release(&read);
	}
	zong_manifest_release(&written);
	zong_buf_release(&bytes);
}

static void a_later_format_is_told_apart_from_damage(void **state)
{
	struct zong_manifest written, read;
	struct zong_buf bytes = ZONG_BUF_INIT(1 << 20);
	struct zong_digest digest;

	(void)state;
	fill(&written);
	assert_int_equal(zong_manifest_pack(&written, &bytes), 0);
	bytes.data[11] = 3;
	zong_digest_of(bytes.data, bytes.len - ZONG_DIGEST_SIZE, &digest);
	memcpy(bytes.data + bytes.len - ZONG_DIGEST_SIZE, digest.bytes, ZONG_DIGEST_SIZE);
	zong_manifest_init(&read);
	assert_int_equal(zong_manifest_parse(&read, bytes.data, bytes.len), ZONG_EVERSION);
	zong_manifest_release(&read);
	zong_manifest_release(&written);
	zong_buf_release(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(vaults_are_written_and_read),
		cmocka_unit_test(a_vault_leads_nowhere_else),
		cmocka_unit_test(any_change_and_any_cut_is_noticed),
		cmocka_unit_test(a_later_format_is_told_apart_from_damage),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
