/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets that are written: contract, application form, letter. */
#include "mkscan.h"

#include <string.h>

static const double left = 72, right = 523, middle = 451;
static const uint32_t ink = 0x111111;

static void sample_mark(struct mkscan_sheet *sheet)
{
	const struct mkscan_type small = {mkscan_sans, 8, 1.4, 0, MKSCAN_CENTRE, false, 0x444444};

	mkscan_sheet_print(sheet, left, MKSCAN_SHEET_HEIGHT - 44, middle, &small,
		"示例数据，仅供系统演示，不具有任何法律效力");
}

static const char *clause_value(const char *name, size_t len, const struct mkscan_facts *facts,
	const struct mkscan_deal *deal, const char *price)
{
	const struct {
		const char *name, *value;
	} values[] = {
		{"address", facts->address},
		{"unit", facts->unit},
		{"cert", facts->cert},
		{"capital", deal->price_capital},
		{"area", deal->area},
		{"price", price},
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (strlen(values[i].name) == len && !memcmp(values[i].name, name, len))
			return values[i].value;
	}
	return "";
}

static void fill_clause(const char *clause, const struct mkscan_facts *facts,
	const struct mkscan_deal *deal, char *buf, size_t len)
{
	char price[16];
	size_t at = 0;

	snprintf(price, sizeof(price), "%u", deal->price);
	while (*clause && at < len) {
		size_t plain = strcspn(clause, "{"), name;

		at += (size_t)snprintf(buf + at, len - at, "%.*s", (int)plain, clause);
		clause += plain;
		if (!*clause || at >= len)
			break;
		name = strcspn(++clause, "}");
		at += (size_t)snprintf(
			buf + at, len - at, "%s", clause_value(clause, name, facts, deal, price));
		clause += name + 1;
	}
}

static double print_parties(struct mkscan_sheet *sheet, double y, const struct mkscan_facts *facts)
{
	const struct mkscan_type body = {mkscan_serif, 11, 1.6, 0, MKSCAN_LEFT, false, ink};
	const struct mkscan_party *giver = mkscan_facts_giver(facts);
	const struct mkscan_party *taker = mkscan_facts_taker(facts);
	char line[600];

	snprintf(line, sizeof(line), "出卖人（甲方）：%s\n公民身份号码：%s", giver->name,
		giver->idno);
	y = mkscan_sheet_print(sheet, left, y, middle, &body, line);
	snprintf(line, sizeof(line), "买受人（乙方）：%s\n公民身份号码：%s", taker->name,
		taker->idno);
	y = mkscan_sheet_print(sheet, left, y, middle, &body, line);
	mkscan_sheet_field(sheet, "name", giver->name);
	mkscan_sheet_field(sheet, "id", giver->idno);
	mkscan_sheet_field(sheet, "name", taker->name);
	mkscan_sheet_field(sheet, "id", taker->idno);
	return y + 4;
}

static void print_signatures(struct mkscan_sheet *sheet, double y, const struct mkscan_place *place,
	const struct mkscan_deal *deal)
{
	const struct mkscan_type body = {mkscan_serif, 11, 1.6, 0, MKSCAN_LEFT, false, ink};
	double half = left + 240;

	mkscan_sheet_print(sheet, left, y, 230, &body, "甲方（签字）：");
	mkscan_sheet_sign(sheet, left + 84, y - 3, mkscan_facts_giver(place->facts)->name);
	mkscan_sheet_print(sheet, half, y, 210, &body, "乙方（签字）：");
	mkscan_sheet_sign(sheet, half + 84, y - 3, mkscan_facts_taker(place->facts)->name);
	y += 26;
	mkscan_sheet_print(sheet, left, y, 230, &body, deal->date);
	mkscan_sheet_print(sheet, half, y, 210, &body, deal->date);
	if (place->seal)
		mkscan_sheet_seal(sheet, right - 70, y - 8, "示例住房和城乡建设局", "示例专用章");
}

static void draw_supplement(struct mkscan_sheet *sheet, const struct mkscan_place *place,
	const struct mkscan_deal *deal)
{
	const struct mkscan_type title = {mkscan_sans, 20, 1.7, 0, MKSCAN_CENTRE, true, ink};
	const struct mkscan_type body = {mkscan_serif, 12, 1.75, 24, MKSCAN_LEFT, false, ink};
	double y = mkscan_sheet_print(sheet, left, 80, middle, &title, "补充协议") + 12;
	char line[400];

	snprintf(line, sizeof(line),
		"受理编号：%s。甲乙双方就存量房买卖合同未尽事宜，经协商补充如下：",
		place->facts->case_no);
	mkscan_sheet_field(sheet, "case", place->facts->case_no);
	y = mkscan_sheet_print(sheet, left, y, middle, &body, line);
	for (size_t i = 0; i < mkscan_supplement_len; i++)
		y = mkscan_sheet_print(sheet, left, y, middle, &body, mkscan_supplement[i]);
	print_signatures(sheet, y + 44, place, deal);
}

static void draw_contract(struct mkscan_sheet *sheet, const struct mkscan_place *place,
	const struct mkscan_deal *deal)
{
	const struct mkscan_type title = {mkscan_sans, 21, 1.6, 0, MKSCAN_CENTRE, true, ink};
	const struct mkscan_type number = {mkscan_serif, 10, 1.6, 0, MKSCAN_RIGHT, false, ink};
	const struct mkscan_type body = {mkscan_serif, 11, 1.56, 22, MKSCAN_LEFT, false, ink};
	char line[1600];
	double y;

	snprintf(line, sizeof(line), "合同编号：示例%s", place->facts->case_no);
	y = mkscan_sheet_print(sheet, left, 52, middle, &number, line);
	y = mkscan_sheet_print(sheet, left, y, middle, &title, "存量房买卖合同") + 6;
	y = print_parties(sheet, y, place->facts);
	for (size_t i = 0; i < mkscan_clauses_len; i++) {
		fill_clause(mkscan_clauses[i], place->facts, deal, line, sizeof(line));
		y = mkscan_sheet_print(sheet, left, y, middle, &body, line);
	}
	mkscan_sheet_field(sheet, "unit", place->facts->unit);
	mkscan_sheet_field(sheet, "certificate", place->facts->cert);
	mkscan_sheet_field(sheet, "address", place->facts->address);
	mkscan_sheet_field(sheet, "area", deal->area);
	snprintf(line, sizeof(line), "%u", deal->price);
	mkscan_sheet_field(sheet, "amount", line);
	mkscan_sheet_field(sheet, "date", deal->date);
	print_signatures(sheet, y + 22, place, deal);
}

void mkscan_paper_contract(struct mkscan_sheet *sheet, const struct mkscan_place *place)
{
	struct mkscan_deal deal;

	mkscan_deal_make(place->facts, &deal);
	if (place->nth % 2)
		draw_supplement(sheet, place, &deal);
	else
		draw_contract(sheet, place, &deal);
	sample_mark(sheet);
}

/* The rows of the form, each {width, text} from the left; a label is bold, a value is typed in. */
struct form {
	struct mkscan_sheet *sheet;
	struct mkscan_type label, value;
	double y;
};

static void form_pair(struct form *form, const char *label, const char *value)
{
	struct mkscan_cell cells[] = {{110, label, &form->label}, {341, value, &form->value}};

	form->y = mkscan_sheet_row(form->sheet, left, form->y, 26, cells, 2);
}

static void form_pairs(struct form *form, const char *label, const char *value, const char *label2,
	const char *value2)
{
	struct mkscan_cell cells[] = {
		{110, label, &form->label},
		{130, value, &form->value},
		{86, label2, &form->label},
		{125, value2, &form->value},
	};

	form->y = mkscan_sheet_row(form->sheet, left, form->y, 26, cells, 4);
}

static void form_head(struct form *form, const char *text)
{
	struct mkscan_cell cell = {451, text, &form->label};

	form->y = mkscan_sheet_row(form->sheet, left, form->y, 22, &cell, 1);
}

static void form_person(struct form *form, const char *head, const struct mkscan_party *party)
{
	form_head(form, head);
	form_pairs(form, "姓名（名称）", party->name, "证件种类", "居民身份证");
	form_pairs(form, "证件号码", party->idno, "联系电话", "0000-0000000");
	form_pair(form, "通讯地址", "山东省昌邑市示例街道示例路1号");
	mkscan_sheet_field(form->sheet, "name", party->name);
	mkscan_sheet_field(form->sheet, "id", party->idno);
}

static const struct {
	const char *business, *reason;
} reasons[] = {
	{"首次登记", "合法建造。用地批准文件一份、权籍调查成果一份、身份证明一份"},
	{"转移登记", "买卖。存量房买卖合同一份、不动产权证书一本、契税完税证明一份、身份证明两份"},
	{"变更登记", "面积变更。批准文件一份、权籍调查成果一份、身份证明两份"},
	{"更正登记", "坐落记载有误。情况说明一份、不动产权证书一本、身份证明一份"},
	{"抵押登记", "抵押。主债权合同一份、抵押合同一份、不动产权证书一本、身份证明两份"},
	{"注销登记", "债权消灭。证明材料一份、不动产登记证明一份、身份证明一份"},
};

enum { REASONS = sizeof(reasons) / sizeof(reasons[0]) };

static void tick_business(const char *business, char *buf, size_t len)
{
	size_t at = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < REASONS && at < len; i++)
		at += (size_t)snprintf(buf + at, len - at, "%s%s %s", i ? "　" : "",
			strcmp(business, reasons[i].business) ? "□" : "☑", reasons[i].business);
}

static const char *reason_of(const char *business)
{
	for (size_t i = 0; i < REASONS; i++) {
		if (!strcmp(business, reasons[i].business))
			return reasons[i].reason;
	}
	return "其他。证明材料一份、身份证明一份";
}

void mkscan_paper_form(struct mkscan_sheet *sheet, const struct mkscan_place *place)
{
	const struct mkscan_type title = {mkscan_sans, 20, 1.6, 0, MKSCAN_CENTRE, true, ink};
	const struct mkscan_type note = {mkscan_serif, 10, 1.6, 20, MKSCAN_LEFT, false, ink};
	const struct mkscan_facts *facts = place->facts;
	struct form form = {
		sheet,
		{mkscan_sans, 10, 1.35, 0, MKSCAN_CENTRE, false, ink},
		{mkscan_serif, 10.5, 1.35, 0, MKSCAN_LEFT, false, 0x14183c},
		56,
	};
	struct mkscan_deal deal;
	char line[600];

	mkscan_deal_make(facts, &deal);
	form.y = mkscan_sheet_print(sheet, left, form.y, middle, &title, "不动产登记申请书") + 8;
	form_pairs(&form, "受理编号", facts->case_no, "受理日期", deal.date);
	form_pairs(&form, "收件人", "示例丙", "单位", "平方米、万元");
	tick_business(facts->business, line, sizeof(line));
	form_pair(&form, "申请登记事由", line);
	form_person(&form, "登记申请人　权利人", mkscan_facts_taker(facts));
	form_person(&form, "登记申请人　义务人", mkscan_facts_giver(facts));
	form_head(&form, "不动产情况");
	form_pair(&form, "坐落", facts->address);
	form_pair(&form, "不动产单元号", facts->unit);
	form_pair(&form, "原不动产权证号", facts->cert);
	form_pairs(&form, "不动产类型", "土地、房屋", "面积", deal.area);
	snprintf(line, sizeof(line), "%u", deal.price / 10000);
	form_pairs(&form, "用途", "住宅", "成交价格", line);
	form_pair(&form, "登记原因及证明", reason_of(facts->business));
	form_pairs(&form, "申请证书版式", "☑ 单一版　□ 集成版", "分别持证", "□ 是　☑ 否");
	form.y = mkscan_sheet_print(sheet, left, form.y + 8, middle, &note,
			 "本申请人对填写的上述内容及提交的申请材料的真实性负责。如有不实，"
			 "申请人愿承担法律责任。") +
		 12;
	mkscan_sheet_print(sheet, left, form.y, 220, &note, "申请人（签章）：");
	mkscan_sheet_sign(sheet, left + 112, form.y - 5, mkscan_facts_taker(facts)->name);
	mkscan_sheet_print(sheet, left + 230, form.y, 220, &note, "申请人（签章）：");
	mkscan_sheet_sign(sheet, left + 342, form.y - 5, mkscan_facts_giver(facts)->name);
	mkscan_sheet_print(sheet, left, form.y + 26, 220, &note, deal.date);
	mkscan_sheet_field(sheet, "case", facts->case_no);
	mkscan_sheet_field(sheet, "address", facts->address);
	mkscan_sheet_field(sheet, "unit", facts->unit);
	mkscan_sheet_field(sheet, "certificate", facts->cert);
	mkscan_sheet_field(sheet, "area", deal.area);
	mkscan_sheet_field(sheet, "date", deal.date);
	if (place->seal)
		mkscan_sheet_seal(
			sheet, right - 60, form.y + 22, "示例不动产登记中心", "示例专用章");
	sample_mark(sheet);
}

void mkscan_paper_letter(struct mkscan_sheet *sheet, const struct mkscan_place *place)
{
	const struct mkscan_type head = {mkscan_serif, 30, 1.5, 0, MKSCAN_CENTRE, true, 0xd01018};
	const struct mkscan_type number = {mkscan_serif, 12, 1.6, 0, MKSCAN_CENTRE, false, ink};
	const struct mkscan_type title = {mkscan_sans, 18, 1.5, 0, MKSCAN_CENTRE, true, ink};
	const struct mkscan_type to = {mkscan_serif, 13, 1.75, 0, MKSCAN_LEFT, false, ink};
	const struct mkscan_type body = {mkscan_serif, 13, 1.75, 26, MKSCAN_LEFT, false, ink};
	const struct mkscan_type sign = {mkscan_serif, 13, 1.75, 0, MKSCAN_CENTRE, false, ink};
	const struct mkscan_facts *facts = place->facts;
	struct mkscan_deal deal;
	char line[2000], credit[19];
	double y = 84;

	mkscan_deal_make(facts, &deal);
	mkscan_credit_make("11", 1, credit);
	y = mkscan_sheet_print(sheet, left, y, middle, &head, "示例自然资源和规划局") + 14;
	snprintf(line, sizeof(line), "昌示自然资函〔%s〕%u号", deal.year, 1 + place->nth);
	y = mkscan_sheet_print(sheet, left, y, middle, &number, line) + 4;
	mkscan_sheet_rule(sheet, left, y, right, y, 2.2, 0xd01018);
	y = mkscan_sheet_print(
		    sheet, left, y + 22, middle, &title, "关于协助核实不动产登记信息的函") +
	    12;
	y = mkscan_sheet_print(sheet, left, y, middle, &to, "税务、住建部门，示例银行昌邑支行：");
	snprintf(line, sizeof(line),
		"%s申请办理不动产%s，受理编号为%s。该不动产坐落于%s，不动产单元号为%s，"
		"原不动产权证号为%s，建筑面积%s平方米。",
		mkscan_facts_taker(facts)->name, facts->business, facts->case_no, facts->address,
		facts->unit, facts->cert, deal.area);
	y = mkscan_sheet_print(sheet, left, y, middle, &body, line);
	y = mkscan_sheet_print(sheet, left, y, middle, &body,
		"为保障交易安全，提高办理效率，请你单位在收到本函后一个工作日内，"
		"就下列事项予以核实并反馈：一是该房屋的网签备案与资金监管情况；"
		"二是契税及其他税费的申报缴纳情况；三是该房屋是否存在尚未结清的贷款。");
	snprintf(line, sizeof(line), "联系单位统一社会信用代码：%s。联系电话：0000-0000000。",
		credit);
	y = mkscan_sheet_print(sheet, left, y, middle, &body, line);
	y = mkscan_sheet_print(sheet, left, y, middle, &body, "特此函告。") + 34;
	y = mkscan_sheet_print(sheet, right - 190, y, 180, &sign, "示例自然资源和规划局");
	mkscan_sheet_print(sheet, right - 190, y, 180, &sign, deal.date);
	mkscan_sheet_field(sheet, "name", mkscan_facts_taker(facts)->name);
	mkscan_sheet_field(sheet, "case", facts->case_no);
	mkscan_sheet_field(sheet, "address", facts->address);
	mkscan_sheet_field(sheet, "unit", facts->unit);
	mkscan_sheet_field(sheet, "certificate", facts->cert);
	mkscan_sheet_field(sheet, "credit", credit);
	mkscan_sheet_field(sheet, "area", deal.area);
	mkscan_sheet_field(sheet, "date", deal.date);
	/* A letter without its seal is none; --seal is for the other kinds. */
	mkscan_sheet_seal(sheet, right - 100, y - 2, "示例自然资源和规划局", "示例专用章");
	sample_mark(sheet);
}
