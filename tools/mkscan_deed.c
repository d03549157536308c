/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The certificates from before 2016, which remain valid: of a house, of land. */
#include "mkscan.h"

#include <string.h>

static const double left = MKSCAN_MARGIN, width = 451;
static const uint32_t ink = 0x111111;

struct deed {
	struct mkscan_sheet *sheet;
	struct mkscan_type label, value;
	double y;
};

static void deed_row(struct deed *deed, const char *label, const char *value)
{
	struct mkscan_cell cells[] = {{110, label, &deed->label}, {341, value, &deed->value}};

	deed->y = mkscan_sheet_row(deed->sheet, left, deed->y, 34, cells, 2);
}

static void deed_rows(struct deed *deed, const char *label, const char *value, const char *label2,
	const char *value2)
{
	struct mkscan_cell cells[] = {
		{110, label, &deed->label},
		{120, value, &deed->value},
		{96, label2, &deed->label},
		{125, value2, &deed->value},
	};

	deed->y = mkscan_sheet_row(deed->sheet, left, deed->y, 34, cells, 4);
}

static void draw_house(struct deed *deed, const struct mkscan_facts *facts,
	const struct mkscan_deal *deal, const char *date)
{
	struct mkscan_cell head[] = {
		{56, "幢号", &deed->label},
		{56, "房号", &deed->label},
		{66, "结构", &deed->label},
		{56, "总层数", &deed->label},
		{108, "建筑面积（平方米）", &deed->label},
		{109, "设计用途", &deed->label},
	};
	struct mkscan_cell row[] = {
		{56, "3", &deed->value},
		{56, "602", &deed->value},
		{66, "混合", &deed->value},
		{56, "6", &deed->value},
		{108, deal->area, &deed->value},
		{109, "住宅", &deed->value},
	};

	deed_row(deed, "房屋所有权人", mkscan_facts_giver(facts)->name);
	deed_row(deed, "身份证明号", mkscan_facts_giver(facts)->idno);
	deed_rows(deed, "共有情况", "单独所有", "登记时间", date);
	deed_row(deed, "房屋坐落", facts->address);
	deed_rows(deed, "房屋性质", "市场化商品房", "规划用途", "住宅");
	deed->y = mkscan_sheet_row(deed->sheet, left, deed->y, 28, head, 6);
	deed->y = mkscan_sheet_row(deed->sheet, left, deed->y, 34, row, 6);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		row[i].text = "";
	deed->y = mkscan_sheet_row(deed->sheet, left, deed->y, 28, row, 6);
	deed_rows(deed, "土地使用权性质", "国有出让", "土地使用年限", "至2075年6月30日");
	deed_row(deed, "附记", "房改购房，产权比例100％。\n本页为示例数据，不具有法律效力。");
}

static void draw_land(struct deed *deed, const struct mkscan_facts *facts,
	const struct mkscan_deal *deal, const char *date)
{
	char parcel[MKSCAN_WORD_MAX];

	/* The first nineteen characters of a unit code are those of its parcel. */
	snprintf(parcel, sizeof(parcel), "%.19s", facts->unit);
	deed_row(deed, "土地使用权人", mkscan_facts_giver(facts)->name);
	deed_row(deed, "座落", facts->address);
	deed_rows(deed, "地号", parcel, "图号", "4078.25-40475.50");
	deed_rows(deed, "地类（用途）", "城镇住宅用地", "取得价格", "30000元");
	deed_rows(deed, "使用权类型", "出让", "终止日期", "2075年6月30日");
	deed_rows(deed, "使用权面积", deal->area, "其中独用面积", deal->area);
	deed_rows(deed, "分摊面积", "0.00", "填发日期", date);
	deed_row(deed, "记事", "本页为示例数据，不具有法律效力。");
}

void mkscan_card_deed(struct mkscan_sheet *sheet, const struct mkscan_place *place)
{
	const struct mkscan_type title = {mkscan_serif, 24, 1.7, 0, MKSCAN_CENTRE, true, ink};
	const struct mkscan_type number = {mkscan_serif, 12.5, 1.8, 0, MKSCAN_RIGHT, false, ink};
	const struct mkscan_type sign = {mkscan_serif, 12, 1.7, 0, MKSCAN_CENTRE, false, ink};
	const struct mkscan_facts *facts = place->facts;
	bool house = strstr(facts->cert, "房");
	const char *date = house ? "2009年5月18日" : "2003年10月9日";
	struct deed deed = {
		sheet,
		{mkscan_serif, 11, 1.35, 0, MKSCAN_CENTRE, false, ink},
		{mkscan_serif, 11.5, 1.4, 0, MKSCAN_LEFT, false, 0x14183c},
		84,
	};
	struct mkscan_deal deal;

	mkscan_deal_make(facts, &deal);
	deed.y = mkscan_sheet_print(sheet, left, deed.y, width, &title,
		house			      ? "房屋所有权证"
		: strstr(facts->cert, "集用") ? "集体土地使用证"
					      : "国有土地使用证");
	deed.y = mkscan_sheet_print(sheet, left, deed.y, width, &number, facts->cert) + 6;
	if (house)
		draw_house(&deed, facts, &deal, date);
	else
		draw_land(&deed, facts, &deal, date);
	deed.y = mkscan_sheet_print(sheet, 310, deed.y + 36, 210, &sign,
		house ? "填发单位（盖章）：示例房产管理局" : "示例县人民政府（章）");
	mkscan_sheet_print(sheet, 310, deed.y, 210, &sign, date);
	mkscan_sheet_field(sheet, "certificate", facts->cert);
	mkscan_sheet_field(sheet, "name", mkscan_facts_giver(facts)->name);
	mkscan_sheet_field(sheet, "address", facts->address);
	mkscan_sheet_field(sheet, "area", deal.area);
	mkscan_sheet_field(sheet, "date", date);
	mkscan_sheet_seal(sheet, 415, deed.y, house ? "示例房产管理局" : "示例县人民政府",
		house ? "发证专用章" : "土地登记专用章");
}
