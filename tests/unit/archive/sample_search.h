/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAMPLE_SEARCH_H
#define SAMPLE_SEARCH_H

/* A filled archive and a search over it, for the tests of the whole search: begin and end are the group's setup and
 * teardown, forget each test's. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/search.h>
#include <zong/time.h>

#include "sample_archive.h"

#define ON "\xEE\x80\x80"
#define OFF "\xEE\x80\x81"

#define UNIT_A "370786001001GB00001F00010001"
#define UNIT_B "370786001001GB00001F00020001"
#define UNIT_C "370786001002GB00007W00000000"

static struct sample sample;
static struct zong_id letter, contract, id_copy, map;
static struct zong_hit *hits;
static size_t count, total;
static char *next;

static inline void fill(void)
{
	sample_case(&sample, (struct sample_case){.no = "202611240001",
				     .unit = UNIT_A,
				     .cert = "鲁（2018）昌邑市不动产权第0000012号",
				     .party = "示例甲",
				     .idno = "11010519491231002X",
				     .address = "昌邑市奎聚路1号"});
	sample_case(&sample, (struct sample_case){.no = "202611240002",
				     .unit = UNIT_B,
				     .cert = "鲁(2018)昌邑市不动产权第0001012号",
				     .party = "示例乙公司"});
	sample_case(&sample, (struct sample_case){.no = "202611250001",
				     .unit = UNIT_C,
				     .kind = "首次登记",
				     .party = "示例甲丙"});
	letter = sample_material(
		&sample, (struct sample_material){.case_no = "202611240001",
				 .title = "红头文件",
				 .unit = UNIT_A,
				 .page = {"目|录", "昌邑市 自 然 资 源 和 规\n划|局|文|件\n关于 "
						   "开展 业务 的 通知\n昌邑市自然资源和规划局"}});
	contract = sample_material(
		&sample, (struct sample_material){.case_no = "202611240001",
				 .title = "存量房买卖合同",
				 .type = "买卖合同",
				 .unit = UNIT_A,
				 .page = {"甲方 示例甲 身份证号 11010519491231002X\n乙方 示例丁",
					 "不动产权证号 鲁 （2018） 昌邑市不动产权第 0000012 号\n"
					 "单元号 370786 001001 GB00001 F00010001"}});
	id_copy = sample_material(&sample, (struct sample_material){.case_no = "202611240002",
						   .title = "身份证明",
						   .unit = UNIT_B,
						   .page = {"公民身份号码 业务"}});
	map = sample_material(&sample, (struct sample_material){.case_no = "202611240002",
					       .title = "宗地图",
					       .unit = UNIT_B,
					       .page = {"宗地图 1:500"}});
}

static inline int begin(void **state)
{
	(void)state;
	sample_open(&sample);
	fill();
	return 0;
}

static inline void forget_hits(void)
{
	zong_hits_free(hits, count);
	free(next);
	hits = NULL;
	next = NULL;
	count = 0;
}

static inline int end(void **state)
{
	(void)state;
	forget_hits();
	sample_close(&sample);
	return 0;
}

static inline int forget(void **state)
{
	(void)state;
	forget_hits();
	return 0;
}

static inline int run_as(const struct zong_subject *who, struct zong_search search)
{
	struct zong_err err;

	forget_hits();
	return zong_search_run(&sample.archive, who, &search, &hits, &count, &next, &total, &err);
}

static inline void find(struct zong_search search)
{
	struct zong_subject who = sample_subject(ZONG_ROLE_ARCHIVIST, "");

	assert_int_equal(run_as(&who, search), 0);
	assert_true(count <= total);
}

static inline bool is(const struct zong_hit *hit, const struct zong_id *id)
{
	char text[ZONG_ID_TEXT];

	zong_id_format(id, text);
	return strcmp(hit->material, text) == 0;
}

/* The hit of this material and page; the test fails without. */
static inline const struct zong_hit *hit_of(const struct zong_id *id, uint32_t page)
{
	for (size_t i = 0; i < count; i++) {
		if (is(&hits[i], id) && hits[i].page == page)
			return &hits[i];
	}
	fail_msg("not found");
	return NULL;
}

#endif
