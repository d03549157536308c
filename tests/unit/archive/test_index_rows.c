/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>

#include "sample_archive.h"

#define UNIT "370786001001GB00001F00010001"

static struct sample sample;
static struct zong_txn *txn;

static int begin(void **state)
{
	(void)state;
	sample_open(&sample);
	return 0;
}

static int end(void **state)
{
	(void)state;
	zong_txn_end(txn);
	txn = NULL;
	sample_close(&sample);
	return 0;
}

static void read_rows(void)
{
	zong_txn_end(txn);
	txn = NULL;
	assert_int_equal(zong_store_read_begin(sample.archive.store, &txn), 0);
}

static size_t rows(enum zong_table table, const char *prefix)
{
	struct zong_iter iter;
	struct zong_key key;
	size_t count = 0;

	zong_key_clear(&key);
	zong_key_str_open(&key, prefix);
	assert_int_equal(
		zong_iter_begin(&iter, txn, table, prefix[0] ? &key : NULL, NULL, false), 0);
	while (zong_iter_next(&iter) == 0)
		count++;
	zong_iter_end(&iter);
	return count;
}

static bool has(enum zong_table table, const char *value, uint8_t tag, const char *no)
{
	struct zong_key key;

	zong_row_key_str(&key, value);
	if (tag)
		zong_key_u8(&key, tag);
	zong_key_str(&key, no);
	return zong_txn_has(txn, table, &key);
}

static void a_case_stands_under_all_it_is_known_by(void **state)
{
	(void)state;
	sample_case(&sample, (struct sample_case){.no = "2026-1",
				     .unit = UNIT,
				     .cert = "鲁（2018）昌邑市不动产权第0000120号",
				     .party = "示 例 Ａ公司",
				     .idno = "91350100-m000100y43"});
	read_rows();
	assert_true(has(ZONG_TABLE_BY_UNIT, UNIT, 'c', "2026-1"));
	assert_true(has(ZONG_TABLE_BY_CERT, "鲁(2018)昌邑市不动产权第0000120号", 'c', "2026-1"));
	assert_int_equal(rows(ZONG_TABLE_BY_CERT_TAIL, "021"), 1);
	assert_true(has(ZONG_TABLE_BY_PARTY, "示例a公司", 0, "2026-1"));
	assert_true(has(ZONG_TABLE_BY_IDNO, "91350100M000100Y43", 'c', "2026-1"));
	/* Again is the same rows. */
	sample_case(&sample, (struct sample_case){.no = "2026-1",
				     .unit = UNIT,
				     .cert = "鲁（2018）昌邑市不动产权第0000120号",
				     .party = "示 例 Ａ公司",
				     .idno = "91350100-m000100y43"});
	read_rows();
	assert_int_equal(rows(ZONG_TABLE_BY_UNIT, ""), 1);
	assert_int_equal(rows(ZONG_TABLE_BY_CERT_TAIL, ""), 1);
	assert_int_equal(rows(ZONG_TABLE_BY_PARTY, ""), 1);
}

static void a_case_without_codes_has_no_rows(void **state)
{
	(void)state;
	sample_case(&sample,
		(struct sample_case){.no = "2026-2", .cert = "房权证", .party = " ", .idno = "无"});
	read_rows();
	assert_int_equal(rows(ZONG_TABLE_BY_UNIT, "") + rows(ZONG_TABLE_BY_CERT, "") +
				 rows(ZONG_TABLE_BY_PARTY, "") + rows(ZONG_TABLE_BY_IDNO, ""),
		0);
}

static void only_valid_fields_of_a_page_lead_to_it(void **state)
{
	(void)state;
	sample_case(&sample, (struct sample_case){.no = "1"});
	sample_material(
		&sample, (struct sample_material){.case_no = "1",
				 .title = "合同",
				 .unit = UNIT,
				 .page = {UNIT "\n11010519491231002X\n鲁(2018)"
					       "昌邑市不动产权第0000012号\n91350100M000100Y43",
					 "110105194912310021\n3707860O1001GB00001F00010001\n鲁2018"
					 "昌邑市不动产权第0000013号\n"
					 "91350100M000100Y44"}});
	read_rows();
	assert_int_equal(rows(ZONG_TABLE_BY_UNIT, UNIT), 1);
	assert_int_equal(rows(ZONG_TABLE_BY_UNIT_READ, ""), 1);
	assert_int_equal(rows(ZONG_TABLE_BY_CERT, ""), 1);
	assert_int_equal(rows(ZONG_TABLE_BY_CERT_TAIL, "21"), 1);
	assert_int_equal(rows(ZONG_TABLE_BY_IDNO, ""), 2);
}

static void tails_are_turned_round_without_zeros(void **state)
{
	static const char *const cases[][2] = {
		{"0000123", "321"}, {"120", "021"}, {"0", "0"}, {"000", "0"}, {"", ""}};
	char tail[8];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		zong_index_tail(cases[i][0], tail, sizeof(tail));
		assert_string_equal(tail, cases[i][1]);
	}
	zong_index_tail("123456789", tail, sizeof(tail));
	assert_string_equal(tail, "9876543");
}

static void long_names_are_cut_at_a_character(void **state)
{
	char name[200 * 3 + 1];
	char folded[ZONG_INDEX_NAME + 1];

	(void)state;
	for (size_t i = 0; i < 200; i++)
		memcpy(name + i * 3, "宗", 4);
	zong_index_fold_name(name, folded);
	assert_int_equal(strlen(folded), ZONG_INDEX_NAME / 3 * 3);
	zong_index_fold_name("", folded);
	assert_string_equal(folded, "");
	sample_case(&sample, (struct sample_case){.no = "1", .party = name});
	read_rows();
	assert_int_equal(rows(ZONG_TABLE_BY_PARTY, "宗"), 1);
}

static void the_index_gets_the_text_of_pages_and_of_materials(void **state)
{
	struct zong_buf text = ZONG_BUF_INIT(1 << 16);
	uint8_t what[33] = {'m'};
	struct zong_digest raster;
	struct zong_id id;

	(void)state;
	sample_case(&sample, (struct sample_case){.no = "2026-1",
				     .kind = "抵押登记",
				     .party = "示例甲",
				     .address = "奎聚路1号"});
	id = sample_material(&sample, (struct sample_material){.case_no = "2026-1",
					      .title = "合同",
					      .type = "买卖合同",
					      .page = {"自 然 资 源"}});
	read_rows();
	memcpy(what + 1, id.bytes, sizeof(id.bytes));
	assert_int_equal(zong_index_source(NULL, txn, what, 17, &text), 0);
	assert_string_equal(
		zong_buf_str(&text), "合同\n买卖合同\n\n2026-1\n抵押登记\n奎聚路1号\n示例甲\n");
	zong_buf_clear(&text);
	zong_digest_of("自 然 资 源", strlen("自 然 资 源"), &raster);
	what[0] = 'r';
	memcpy(what + 1, raster.bytes, sizeof(raster.bytes));
	assert_int_equal(zong_index_source(NULL, txn, what, 33, &text), 0);
	assert_string_equal(zong_buf_str(&text), "自然资源\n");
	zong_buf_clear(&text);
	what[5] ^= 1;
	assert_int_equal(zong_index_source(NULL, txn, what, 33, &text), ZONG_ENOENT);
	assert_int_equal(zong_index_source(NULL, txn, what, 17, &text), ZONG_ENOENT);
	assert_int_equal(zong_index_source(NULL, txn, what, 0, &text), ZONG_ENOENT);
	what[0] = 'm';
	assert_int_equal(zong_index_source(NULL, txn, what, 17, &text), ZONG_ENOENT);
	zong_buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_case_stands_under_all_it_is_known_by, begin, end),
		cmocka_unit_test_setup_teardown(a_case_without_codes_has_no_rows, begin, end),
		cmocka_unit_test_setup_teardown(only_valid_fields_of_a_page_lead_to_it, begin, end),
		cmocka_unit_test(tails_are_turned_round_without_zeros),
		cmocka_unit_test_setup_teardown(long_names_are_cut_at_a_character, begin, end),
		cmocka_unit_test_setup_teardown(
			the_index_gets_the_text_of_pages_and_of_materials, begin, end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
