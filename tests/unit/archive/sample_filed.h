/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAMPLE_FILED_H
#define SAMPLE_FILED_H

/* Three materials in two cases, and a case without any, filed and delivered in different ways: what filters part. For
 * one test program, whose group begins and ends with begin and end, and each test with forget. */

#include <zong/retention.h>

#include "sample_found.h"

static struct sample sample;
static struct sample_found s;
static struct zong_id contract, deed, map;

static int64_t noon(const char *day)
{
	int32_t number;

	assert_int_equal(zong_day_parse(day, &number), 0);
	return ((int64_t)number * 24 + 4) * 3600 *
	       ZONG_SECOND; /* the same day from -4 to +19 hours */
}

static int begin(void **state)
{
	(void)state;
	sample_open(&sample);
	sample_department(&sample, "tax", "税务");
	sample_department(&sample, "housing", "住建");
	sample_case(&sample, (struct sample_case){.no = "A1",
				     .kind = "转移登记",
				     .party = "示例甲",
				     .address = "奎聚路1号",
				     .unit = "370786001001GB00001F00010001"});
	sample_case(
		&sample, (struct sample_case){.no = "A2", .kind = "抵押登记", .party = "示例乙"});
	sample_case(&sample,
		(struct sample_case){.no = "A3", .kind = "转移登记", .opened = noon("2023-01-05")});
	contract = sample_material(&sample,
		(struct sample_material){.case_no = "A1",
			.title = "合同",
			.type = "存量房买卖合同",
			.page = {"买卖 合同 正文", "单元号 370786 001001 GB00001 F00010001 附件"},
			.received = noon("2024-05-01")});
	deed = sample_material(&sample, (struct sample_material){.case_no = "A2",
						.title = "权证",
						.type = "不动产权证书",
						.page = {"权证 正文"},
						.received = noon("2024-05-31")});
	map = sample_material(&sample, (struct sample_material){.case_no = "A1",
					       .title = "宗地图",
					       .type = "图",
					       .page = {"图 附件"},
					       .received = noon("2025-01-01")});
	sample_deliver(&sample, &contract, "tax", ZONG__DELIVERY_STATE__DELIVERY_DUE);
	sample_deliver(&sample, &contract, "housing", ZONG__DELIVERY_STATE__DELIVERY_RECEIVED);
	sample_deliver(&sample, &deed, "housing", ZONG__DELIVERY_STATE__DELIVERY_DUE);
	sample_deliver(&sample, &map, "tax", ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN);
	return 0;
}

static int forget(void **state)
{
	(void)state;
	sample_end(&s);
	return 0;
}

static int end(void **state)
{
	forget(state);
	sample_close(&sample);
	return 0;
}

#endif
