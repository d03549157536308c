/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit_columns.h"

#include <string.h>
#include <strings.h>

/* The first name is the one that is written. Those behind it are what registers in use call it. */
struct column {
	const char *names[8];
};

static const struct column units[] = {
	[ZONG_COLUMN_CODE] = {{"不动产单元号", "不动产单元代码", "单元号", "单元代码", "宗地代码",
		"幢代码", "code"}},
	[ZONG_COLUMN_NAME] = {{"名称", "幢名", "房号", "户号", "name"}},
	[ZONG_COLUMN_ADDRESS] = {{"坐落", "地址", "address"}},
	[ZONG_COLUMN_USAGE] = {{"用途", "规划用途", "宗地用途", "usage"}},
	[ZONG_COLUMN_AREA] = {{"面积", "建筑面积", "宗地面积", "area"}},
	[ZONG_COLUMN_BEGAN] = {{"起始日期", "began"}},
	[ZONG_COLUMN_ENDED] = {{"终止日期", "ended"}},
	[ZONG_COLUMN_NOTE] = {{"备注", "附注", "note"}},
};

static const struct column events[] = {
	[ZONG_COLUMN_KIND] = {{"变更类型", "kind"}},
	[ZONG_COLUMN_DATE] = {{"变更日期", "date"}},
	[ZONG_COLUMN_BEFORE] = {{"变更前代码", "变更前单元号", "before"}},
	[ZONG_COLUMN_AFTER] = {{"变更后代码", "变更后单元号", "after"}},
	[ZONG_COLUMN_REASON] = {{"变更原因", "备注", "reason"}},
};

static const struct column *columns_of(enum zong_unit_table table, size_t *ret_count)
{
	bool of_events = table == ZONG_UNIT_TABLE_EVENTS;

	*ret_count =
		of_events ? sizeof(events) / sizeof(events[0]) : sizeof(units) / sizeof(units[0]);
	return of_events ? events : units;
}

size_t zong_unit_columns(enum zong_unit_table table, size_t *ret_needed)
{
	size_t count;

	columns_of(table, &count);
	*ret_needed =
		table == ZONG_UNIT_TABLE_EVENTS ? ZONG_COLUMN_BEFORE + 1 : ZONG_COLUMN_CODE + 1;
	return count;
}

const char *zong_unit_column_name(enum zong_unit_table table, size_t column)
{
	size_t count;
	const struct column *columns = columns_of(table, &count);

	return column < count ? columns[column].names[0] : "";
}

size_t zong_unit_column_of(enum zong_unit_table table, const char *name)
{
	size_t count;
	const struct column *columns = columns_of(table, &count);

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; columns[i].names[j]; j++)
			if (strcasecmp(columns[i].names[j], name) == 0)
				return i;
	return ZONG_COLUMNS_MAX;
}
