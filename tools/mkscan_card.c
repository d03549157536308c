/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Printed documents: identity card, certificate, tax receipt. */
#include "mkscan.h"

#include <math.h>
#include <string.h>

static const uint32_t ink = 0x111111;

static void rounded(cairo_t *cr, double x, double y, double w, double h, double r)
{
	cairo_new_sub_path(cr);
	cairo_arc(cr, x + w - r, y + r, r, -M_PI / 2, 0);
	cairo_arc(cr, x + w - r, y + h - r, r, 0, M_PI / 2);
	cairo_arc(cr, x + r, y + h - r, r, M_PI / 2, M_PI);
	cairo_arc(cr, x + r, y + r, r, M_PI, 1.5 * M_PI);
	cairo_close_path(cr);
}

/* The tinted ground with fine waves that such papers are printed on. */
static void security_ground(
	cairo_t *cr, double x, double y, double w, double h, const double tint[3])
{
	cairo_save(cr);
	cairo_set_source_rgb(cr, tint[0], tint[1], tint[2]);
	cairo_fill_preserve(cr);
	cairo_clip(cr);
	cairo_set_source_rgb(cr, tint[0] * 0.95, tint[1] * 0.95, tint[2] * 0.97);
	cairo_set_line_width(cr, 0.35);
	for (double base = y - 12; base < y + h + 12; base += 4) {
		for (double at = x; at <= x + w; at += 3)
			cairo_line_to(cr, at, base + 9 * sin((at - x) / 23) * cos(base / 31));
		cairo_stroke(cr);
	}
	cairo_restore(cr);
}

static void card_frame(cairo_t *cr, double x, double y, double w, double h)
{
	static const double tint[3] = {0.90, 0.95, 0.97};

	rounded(cr, x, y, w, h, 12);
	security_ground(cr, x, y, w, h, tint);
	rounded(cr, x, y, w, h, 12);
	cairo_set_source_rgb(cr, 0.45, 0.5, 0.55);
	cairo_set_line_width(cr, 0.8);
	cairo_stroke(cr);
}

static void portrait(cairo_t *cr, double x, double y, double w, double h)
{
	cairo_save(cr);
	cairo_rectangle(cr, x, y, w, h);
	cairo_clip(cr);
	cairo_set_source_rgb(cr, 0.86, 0.9, 0.93);
	cairo_paint(cr);
	cairo_set_source_rgb(cr, 0.45, 0.5, 0.56);
	cairo_arc(cr, x + w / 2, y + h * 0.38, w * 0.21, 0, 2 * M_PI);
	cairo_fill(cr);
	cairo_save(cr);
	cairo_translate(cr, x + w / 2, y + h);
	cairo_scale(cr, w * 0.42, h * 0.36);
	cairo_arc(cr, 0, 0, 1, M_PI, 2 * M_PI);
	cairo_fill(cr);
	cairo_restore(cr);
	cairo_restore(cr);
}

static void card_front(struct mkscan_sheet *sheet, double x, double y,
	const struct mkscan_party *party, const char *address)
{
	const struct mkscan_type label = {mkscan_sans, 10.5, 1.5, 0, MKSCAN_LEFT, false, 0x2060a0};
	const struct mkscan_type value = {mkscan_sans, 11.5, 1.37, 0, MKSCAN_LEFT, false, ink};
	const struct mkscan_type digits = {mkscan_sans, 14, 1.3, 0, MKSCAN_LEFT, true, ink};
	const struct {
		const char *label, *value;
	} rows[] = {
		{"姓　名", party->name},
		{"性　别", "男　　民　族　汉"},
		{"出　生", "1900年1月1日"},
		{"住　址", address},
	};

	card_frame(sheet->cr, x, y, 340, 214);
	portrait(sheet->cr, x + 232, y + 26, 84, 106);
	for (size_t i = 0; i < 4; i++) {
		mkscan_sheet_print(
			sheet, x + 22, y + 22 + 29 * (double)i, 50, &label, rows[i].label);
		mkscan_sheet_print(
			sheet, x + 70, y + 22 + 29 * (double)i, 152, &value, rows[i].value);
	}
	mkscan_sheet_print(sheet, x + 22, y + 172, 90, &label, "公民身份号码");
	mkscan_sheet_print(sheet, x + 112, y + 169, 220, &digits, party->idno);
}

static void card_back(struct mkscan_sheet *sheet, double x, double y)
{
	const struct mkscan_type title = {mkscan_sans, 20, 1.4, 0, MKSCAN_CENTRE, true, ink};
	const struct mkscan_type line = {mkscan_sans, 11.5, 1.4, 0, MKSCAN_LEFT, false, ink};

	card_frame(sheet->cr, x, y, 340, 214);
	mkscan_sheet_print(sheet, x, y + 40, 340, &title, "居民身份证");
	mkscan_sheet_print(sheet, x, y + 74, 340, &title, "（样本）");
	mkscan_sheet_print(sheet, x + 70, y + 144, 250, &line, "签发机关　示例市公安局");
	mkscan_sheet_print(sheet, x + 70, y + 168, 250, &line, "有效期限　1900.01.01-长期");
}

void mkscan_card_identity(struct mkscan_sheet *sheet, const struct mkscan_place *place)
{
	const struct mkscan_type note = {mkscan_serif, 12, 1.6, 0, MKSCAN_CENTRE, false, ink};
	const struct mkscan_facts *facts = place->facts;
	const struct mkscan_party *party = &facts->parties[place->nth % facts->n_parties];
	const char *address = "山东省昌邑市示例街道示例路1号";
	double x = (MKSCAN_SHEET_WIDTH - 340) / 2;
	struct mkscan_deal deal;
	char line[240];

	mkscan_deal_make(facts, &deal);
	card_front(sheet, x, 120, party, address);
	card_back(sheet, x, 380);
	mkscan_sheet_print(sheet, 72, 640, 451, &note,
		"本复印件与原件核对一致，仅用于办理不动产登记（示例数据）");
	snprintf(line, sizeof(line), "核对人：示例丁　　%s", deal.date);
	mkscan_sheet_print(sheet, 72, 664, 451, &note, line);
	mkscan_sheet_field(sheet, "name", party->name);
	mkscan_sheet_field(sheet, "id", party->idno);
	mkscan_sheet_field(sheet, "address", address);
	if (place->seal)
		mkscan_sheet_seal(sheet, 440, 690, "示例不动产登记中心", "示例专用章");
}

static void certificate_ground(cairo_t *cr)
{
	static const double tint[3] = {0.985, 0.955, 0.945};

	cairo_rectangle(cr, 44, 44, MKSCAN_SHEET_WIDTH - 88, MKSCAN_SHEET_HEIGHT - 88);
	security_ground(cr, 44, 44, MKSCAN_SHEET_WIDTH - 88, MKSCAN_SHEET_HEIGHT - 88, tint);
	cairo_set_source_rgb(cr, 0.75, 0.35, 0.32);
	cairo_set_line_width(cr, 2.5);
	cairo_rectangle(cr, 50, 50, MKSCAN_SHEET_WIDTH - 100, MKSCAN_SHEET_HEIGHT - 100);
	cairo_stroke(cr);
	cairo_set_line_width(cr, 0.7);
	cairo_rectangle(cr, 55, 55, MKSCAN_SHEET_WIDTH - 110, MKSCAN_SHEET_HEIGHT - 110);
	cairo_stroke(cr);
}

void mkscan_card_certificate(struct mkscan_sheet *sheet, const struct mkscan_place *place)
{
	const struct mkscan_type number = {mkscan_serif, 12.5, 1.6, 0, MKSCAN_RIGHT, false, ink};
	const struct mkscan_type label = {mkscan_sans, 11.5, 1.4, 0, MKSCAN_CENTRE, false, ink};
	const struct mkscan_type value = {mkscan_serif, 11.5, 1.4, 0, MKSCAN_LEFT, false, ink};
	const struct mkscan_type sign = {mkscan_serif, 12, 1.6, 0, MKSCAN_CENTRE, false, ink};
	const struct mkscan_facts *facts = place->facts;
	struct mkscan_deal deal;
	char area[80], other[400];
	double y = 76;

	mkscan_deal_make(facts, &deal);
	snprintf(area, sizeof(area), "共有宗地面积2860.00平方米／房屋建筑面积%s平方米", deal.area);
	snprintf(other, sizeof(other),
		"房屋结构：钢筋混凝土结构\n专有建筑面积：%"
		"s平方米\n房屋总层数：11层，所在层：第5层\n"
		"竣工时间：2005年\n附记：本页为示例数据，不具有法律效力",
		deal.area);
	const char *const rows[][2] = {
		{"权利人", mkscan_facts_giver(facts)->name},
		{"共有情况", "单独所有"},
		{"坐落", facts->address},
		{"不动产单元号", facts->unit},
		{"权利类型", "国有建设用地使用权／房屋所有权"},
		{"权利性质", "出让／市场化商品房"},
		{"用途", "城镇住宅用地／住宅"},
		{"面积", area},
		{"使用期限", "2005年7月1日起至2075年6月30日止"},
		{"权利其他状况", other},
	};

	certificate_ground(sheet->cr);
	y = mkscan_sheet_print(sheet, 72, y, 440, &number, facts->cert) + 10;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mkscan_cell cells[] = {{112, rows[i][0], &label}, {339, rows[i][1], &value}};

		y = mkscan_sheet_row(sheet, 72, y, i == 9 ? 150 : 40, cells, 2);
	}
	y = mkscan_sheet_print(sheet, 330, y + 24, 190, &sign, "登记机构（章）");
	mkscan_sheet_print(sheet, 330, y, 190, &sign, "2018年6月1日");
	mkscan_sheet_field(sheet, "certificate", facts->cert);
	mkscan_sheet_field(sheet, "name", mkscan_facts_giver(facts)->name);
	mkscan_sheet_field(sheet, "address", facts->address);
	mkscan_sheet_field(sheet, "unit", facts->unit);
	mkscan_sheet_field(sheet, "area", deal.area);
	mkscan_sheet_field(sheet, "date", "2018年6月1日");
	mkscan_sheet_seal(
		sheet, 425, y, "示例自然资源和规划局", place->seal ? "示例专用章" : "登记专用章");
}

static double tax_rows(struct mkscan_sheet *sheet, double y, const struct mkscan_deal *deal)
{
	const struct mkscan_type label = {mkscan_sans, 10.5, 1.35, 0, MKSCAN_CENTRE, false, ink};
	const struct mkscan_type value = {mkscan_serif, 10.5, 1.35, 0, MKSCAN_CENTRE, false, ink};
	char month[40], amount[32];
	struct mkscan_cell heads[] = {
		{108, "原凭证号", &label},
		{52, "税种", &label},
		{98, "品目名称", &label},
		{106, "税款所属时期", &label},
		{87, "实缴（退）金额", &label},
	};
	struct mkscan_cell cells[] = {
		{108, "337000000000001", &value},
		{52, "契税", &value},
		{98, "存量房买卖", &value},
		{106, month, &value},
		{87, amount, &value},
	};

	snprintf(month, sizeof(month), "%s", deal->date);
	snprintf(amount, sizeof(amount), "%u.00", deal->tax);
	y = mkscan_sheet_row(sheet, 72, y, 30, heads, 5);
	y = mkscan_sheet_row(sheet, 72, y, 34, cells, 5);
	for (size_t i = 0; i < 5; i++)
		cells[i].text = "";
	y = mkscan_sheet_row(sheet, 72, y, 30, cells, 5);
	return mkscan_sheet_row(sheet, 72, y, 30, cells, 5);
}

void mkscan_card_tax(struct mkscan_sheet *sheet, const struct mkscan_place *place)
{
	const struct mkscan_type title = {mkscan_sans, 20, 1.5, 0, MKSCAN_CENTRE, true, ink};
	const struct mkscan_type small = {mkscan_serif, 10.5, 1.5, 0, MKSCAN_LEFT, false, ink};
	const struct mkscan_type label = {mkscan_sans, 10.5, 1.35, 0, MKSCAN_CENTRE, false, ink};
	const struct mkscan_type value = {mkscan_serif, 10.5, 1.35, 0, MKSCAN_LEFT, false, ink};
	const struct mkscan_facts *facts = place->facts;
	const struct mkscan_party *payer = mkscan_facts_taker(facts);
	struct mkscan_deal deal;
	char total[160], note[900], credit[19], line[600];
	double y = 84;

	mkscan_deal_make(facts, &deal);
	mkscan_credit_make("11", 2, credit);
	y = mkscan_sheet_print(sheet, 72, y, 451, &title, "契税完税证明（示例）") + 6;
	snprintf(line, sizeof(line), "№ %s　　填发日期：%s　　税务机关：示例税务局", facts->case_no,
		deal.date);
	y = mkscan_sheet_print(sheet, 72, y, 451, &small, line) + 4;

	struct mkscan_cell payers[] = {
		{108, "纳税人识别号", &label},
		{150, payer->idno, &value},
		{81, "纳税人名称", &label},
		{112, payer->name, &value},
	};
	y = mkscan_sheet_row(sheet, 72, y, 30, payers, 4);
	y = tax_rows(sheet, y, &deal);
	snprintf(total, sizeof(total), "（大写）人民币%s　　￥%u.00", deal.tax_capital, deal.tax);
	struct mkscan_cell sums[] = {{108, "金额合计", &label}, {343, total, &value}};
	y = mkscan_sheet_row(sheet, 72, y, 30, sums, 2);
	snprintf(note, sizeof(note),
		"备注：不动产坐落：%s\n不动产单元号：%s\n计税价格：%u.00元，税率1.5％，面积%"
		"s平方米\n"
		"征收机关统一社会信用代码：%s",
		facts->address, facts->unit, deal.price, deal.area, credit);
	struct mkscan_cell notes[] = {
		{108, "税务机关\n（盖章）", &label},
		{81, "填票人\n示例戊", &label},
		{262, note, &value},
	};
	y = mkscan_sheet_row(sheet, 72, y, 120, notes, 3);
	mkscan_sheet_print(
		sheet, 72, y + 6, 451, &small, "妥善保管，手写无效。本证明为示例数据，仅供演示。");
	mkscan_sheet_field(sheet, "id", payer->idno);
	mkscan_sheet_field(sheet, "name", payer->name);
	mkscan_sheet_field(sheet, "address", facts->address);
	mkscan_sheet_field(sheet, "unit", facts->unit);
	mkscan_sheet_field(sheet, "credit", credit);
	mkscan_sheet_field(sheet, "area", deal.area);
	snprintf(line, sizeof(line), "%u.00", deal.tax);
	mkscan_sheet_field(sheet, "amount", line);
	mkscan_sheet_field(sheet, "date", deal.date);
	mkscan_sheet_seal(
		sheet, 150, y - 46, "示例税务局", place->seal ? "示例专用章" : "征税专用章");
}
