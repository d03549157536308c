/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets drawn here, scanned again in the ways of rescan.c. More, and of more kinds: tests/bench/bench_alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clean.h"
#include "rescan.h"
#include "sample.h"

#define DPI 300.0
#define WAYS 7
#define SHEETS 4

/* One form filled in three times, and running text. */
static const char *const sheets[SHEETS][14] = {
	{"不动产登记申请书", "受理编号　202611240001",
		"权利人　示例甲　证件号码　370786190001010019",
		"坐落　示例市示例路88号3号楼2单元101室",
		"不动产单元号　370786004002GB00037F00190283",
		"原权证号　鲁(2026)示例市不动产权第0000123号",
		"面积　98.37平方米　价格　壹佰贰拾万元整",
		"登记原因及证明　买卖合同一份、完税证明一份",
		"本申请人对填写的上述内容的真实性负责", "申请人　示例甲　2026年11月24日", NULL},
	{"不动产登记申请书", "受理编号　202609177385",
		"权利人　示例丙丁　证件号码　370786197512243528",
		"坐落　示例市东风街7号12号楼3单元1704室",
		"不动产单元号　370786011009GB00052F00031746",
		"原权证号　鲁(2026)示例市不动产权第0084759号",
		"面积　143.06平方米　价格　捌拾柒万伍仟元整",
		"登记原因及证明　买卖合同一份、完税证明一份",
		"本申请人对填写的上述内容的真实性负责", "申请人　示例丙丁　2026年09月17日", NULL},
	{"不动产登记申请书", "受理编号　202605038264",
		"权利人　示例庚　证件号码　370786198808086437",
		"坐落　示例市文昌路520号示例小区6号楼1单元902室",
		"不动产单元号　370786023005GB00084F00122065",
		"原权证号　鲁(2026)示例市不动产权第0067238号",
		"面积　76.52平方米　价格　陆拾叁万捌仟元整",
		"登记原因及证明　买卖合同一份、完税证明一份",
		"本申请人对填写的上述内容的真实性负责", "申请人　示例庚　2026年05月03日", NULL},
	{"甲方应当在本合同签订之日起十日内向乙方交付房屋",
		"乙方应当按照约定的时间向甲方支付全部房款",
		"房屋交付以前发生的物业服务费用由甲方承担",
		"房屋所附户口应当在交付之日起三十日内迁出",
		"任何一方不履行本合同的应当承担违约责任", "因本合同发生的争议由双方协商解决",
		"协商不成的可以向人民法院提起诉讼", "本合同一式三份双方各执一份登记机构一份", NULL},
};

static struct scan {
	unsigned int sheet, way;
	bool any;
	struct zong_look look;
} scans[SHEETS * WAYS];

static int scan_all(void **state)
{
	uint64_t seed = 4711;
	unsigned int s, w;

	(void)state;
	for (s = 0; s < SHEETS; s++) {
		struct zong_raster sheet, scanned;

		sample_text(2480, 3508, 52, sheets[s], &sheet);
		for (w = 0; w < WAYS; w++) {
			struct scan *scan = &scans[s * WAYS + w];
			bool blank;

			rescan_make(&sheet, DPI, &rescans[w], &seed, &scanned);
			scan->sheet = s;
			scan->way = w;
			assert_int_equal(zong_clean_survey(&scanned, (float)rescans[w].dpi, &blank,
						 &scan->any, &scan->look, NULL),
				0);
			assert_false(blank);
			zong_raster_release(&scanned);
		}
		zong_raster_release(&sheet);
	}
	return 0;
}

static float apart(const struct scan *a, const struct scan *b)
{
	float difference = 1;

	assert_int_equal(zong_look_differ(&a->look, &b->look, &difference), 0);
	return difference;
}

static void scans_of_the_same_sheet_are_known_again(void **state)
{
	unsigned int i, j, found = 0, near = 0, count = 0;

	(void)state;
	for (i = 0; i < SHEETS * WAYS; i++) {
		assert_true(scans[i].any);
		for (j = 0; j < i; j++) {
			if (scans[i].sheet != scans[j].sheet)
				continue;
			count++;
			near += zong_look_bits_apart(scans[i].look.hash, scans[j].look.hash) <=
				ZONG_LOOK_BITS_NEAR;
			found += apart(&scans[i], &scans[j]) <= ZONG_LOOK_SAME;
		}
	}
	print_message("# %u of %u pairs found, %u near by their hash\n", found, count, near);
	assert_true(found * 100 >= count * 95);
	assert_int_equal(near, count);
}

static void what_is_filled_in_tells_pages_of_a_form_apart(void **state)
{
	unsigned int i, j, wrong = 0, count = 0;

	(void)state;
	for (i = 0; i < SHEETS * WAYS; i++)
		for (j = 0; j < i; j++) {
			if (scans[i].sheet == scans[j].sheet)
				continue;
			count++;
			wrong += apart(&scans[i], &scans[j]) <= ZONG_LOOK_SAME;
		}
	print_message("# %u of %u pairs wrong\n", wrong, count);
	assert_true(wrong * 100 <= count);
}

static void a_blank_page_has_no_look(void **state)
{
	struct zong_raster raster;
	struct zong_look look;
	bool blank, any = true;

	(void)state;
	assert_int_equal(zong_raster_init(&raster, 1240, 1754, 1, 8), 0);
	assert_int_equal(zong_clean_survey(&raster, 150, &blank, &any, &look, NULL), 0);
	zong_raster_release(&raster);
	assert_true(blank);
	assert_false(any);
}

static void a_resolution_that_cannot_be_is_not_believed(void **state)
{
	struct zong_raster sheet;
	struct zong_look right, wrong;
	float difference;
	bool blank, any;

	(void)state;
	sample_text(2480, 3508, 52, sheets[0], &sheet);
	assert_int_equal(zong_clean_survey(&sheet, 300, &blank, &any, &right, NULL), 0);
	assert_int_equal(zong_clean_survey(&sheet, 1, &blank, &any, &wrong, NULL), 0);
	zong_raster_release(&sheet);
	assert_int_equal(zong_look_differ(&right, &wrong, &difference), 0);
	assert_true(difference <= ZONG_LOOK_SAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scans_of_the_same_sheet_are_known_again),
		cmocka_unit_test(what_is_filled_in_tells_pages_of_a_form_apart),
		cmocka_unit_test(a_blank_page_has_no_look),
		cmocka_unit_test(a_resolution_that_cannot_be_is_not_believed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, scan_all, NULL);
}
