/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/code.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "code_fold.h"
#include "field_found.h"
#include "format.h"

#define LABELS_MAX 200
#define BRACKET_REACH 10 /* cells of a remark behind a label */
#define RULES_MAX 3
#define PARTY_MAX 40
#define ADDRESS_MAX 120
#define ADDRESS_LEAST 4
#define CASE_LEAST 6
#define LAST_REACH 20
#define WRAP_REACH 60 /* cells to the end of an address that goes on in the next line */

/* Behind what words a person, a place or a number stands. Longer ones first where one begins with
 * another. Those without a kind only end what stands before them. */
static const struct label {
	const char *text, *kind;
	bool joined; /* may stand without anything between it and what it labels */
} labels[] = {
	{"不动产坐落", "address", true},
	{"房屋坐落", "address", true},
	{"土地坐落", "address", true},
	{"房地坐落", "address", true},
	{"坐落于", "address", true},
	{"坐落", "address", true},
	{"座落", "address", true},
	{"住址", "address", true},
	{"房屋所有权人", "party", false},
	{"土地使用权人", "party", false},
	{"土地使用者", "party", false},
	{"房屋所有人", "party", false},
	{"所有权人", "party", false},
	{"使用权人", "party", false},
	{"被继承人", "party", false},
	{"继承人", "party", false},
	{"抵押权人", "party", false},
	{"抵押人", "party", false},
	{"权利人", "party", false},
	{"义务人", "party", false},
	{"共有人", "party", false},
	{"买受人", "party", false},
	{"出卖人", "party", false},
	{"受让人", "party", false},
	{"转让人", "party", false},
	{"受让方", "party", false},
	{"转让方", "party", false},
	{"债务人", "party", false},
	{"债权人", "party", false},
	{"借款人", "party", false},
	{"贷款人", "party", false},
	{"持证人", "party", false},
	{"委托人", "party", false},
	{"受托人", "party", false},
	{"被执行人", "party", false},
	{"申请执行人", "party", false},
	{"申请人", "party", false},
	{"纳税人名称", "party", true},
	{"户主姓名", "party", true},
	{"姓名", "party", true},
	{"受理编号", "case", true},
	{"受理号", "case", true},
	{"业务编号", "case", true},
	{"业务号", "case", true},
	{"收件编号", "case", true},
	{"公民身份", NULL, true},
	{"身份证", NULL, true},
	{"证件种类", NULL, true},
	{"证件号", NULL, true},
	{"证件类型", NULL, true},
	{"性别", NULL, true},
	{"出生", NULL, false},
	{"民族", NULL, false},
	{"联系电话", NULL, true},
	{"通讯地址", NULL, true},
	{"统一社会", NULL, true},
	{"纳税人识别", NULL, true},
	{"法定代表", NULL, true},
	{"不动产单元", NULL, true},
	{"不动产权证", NULL, true},
	{"原不动产", NULL, true},
	{"共有情况", NULL, false},
	{"权利类型", NULL, false},
	{"权利性质", NULL, false},
	{"用途", NULL, false},
	{"面积", NULL, false},
	{"受理日期", NULL, true},
	{"计税价格", NULL, true},
	{"收件人", NULL, false},
};

static struct zong_box box_at(const struct zong_cells *cells, size_t at)
{
	return zong_format_box(cells->word[cells->cell[at].word]->box);
}

/* What stands at @at begins something else: another line, or far behind what stands before it. */
static bool begins_apart(const struct zong_cells *cells, size_t at)
{
	const struct zong_cell *cell = &cells->cell[at];
	struct zong_box before, box;

	if (cell->gap == ZONG_CELL_LINE || cell->gap == ZONG_CELL_BLOCK)
		return true;
	if (at == 0 || cell->word == cell[-1].word)
		return false;
	before = box_at(cells, at - 1);
	box = box_at(cells, at);
	return box.x > (uint64_t)before.x + before.width + box.height * 3 / 2;
}

/* A label may begin at the end of a line; what stands in two blocks is none. */
static const struct label *label_at(const struct zong_cells *cells, size_t at, size_t *ret_end)
{
	if (!zong_utf8_is_han(cells->cell[at].character))
		return NULL;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		size_t end;
		bool whole = true;

		if (!zong_cells_match(cells, at, labels[i].text, &end))
			continue;
		for (size_t c = at + 1; c < end && whole; c++)
			whole = cells->cell[c].gap < ZONG_CELL_BLOCK;
		if (!whole)
			continue;
		*ret_end = end;
		return &labels[i];
	}
	return NULL;
}

/* Does another label begin at @at, so that what stands before it ends there? */
static bool ends_value(const struct zong_cells *cells, size_t at)
{
	const struct label *label;
	size_t end;

	label = label_at(cells, at, &end);
	return label && (label->joined || cells->cell[at].gap != ZONG_CELL_JOINED ||
				(end < cells->count && cells->cell[end].character == ':'));
}

static bool opens(uint32_t character)
{
	return character == '(' || character == '<' || character == 0x3008; /* 〈 */
}

/* What OCR makes of the line between two cells of a table. */
static bool is_rule(uint32_t character)
{
	switch (character) {
	case '|':
	case '!':
	case '\'':
	case '"':
	case '.':
	case '[':
	case ']':
	case 0x2018: /* quotation marks */
	case 0x2019:
	case 0x201C:
	case 0x201D:
	case 0x3002: /* 。 */
		return true;
	default:
		return false;
	}
}

/* Over a remark in brackets. False: it says that somebody signs here. */
static bool skip_remark(const struct zong_cells *cells, size_t *at)
{
	size_t i = *at;

	if (i + 1 < cells->count &&
		cells->cell[i].character == 0x201C) /* of a bracket read twice */
		i++;
	if (i >= cells->count || begins_apart(cells, i) || !opens(cells->cell[i].character))
		return true;
	for (; i < cells->count && i - *at < BRACKET_REACH; i++) {
		uint32_t character = cells->cell[i].character;

		if (character == 0x7B7E || character == 0x7AE0) /* 签, 章 */
			return false;
		if (character == ')') {
			*at = i + 1;
			return true;
		}
	}
	return true;
}

/* The nearest word to the right of the label, on its height: the value's cell of a table, wherever
 * its text comes in the order of reading. False: there is none. */
static bool right_of(const struct zong_cells *cells, size_t first, size_t end, size_t *ret_value)
{
	float confidence;
	struct zong_box label = zong_cells_box(cells, first, end, &confidence);
	uint64_t nearest = UINT64_MAX;

	for (size_t i = 0; i < cells->count; i++) {
		struct zong_box box;
		uint64_t middle, edge = (uint64_t)label.x + label.width;

		if (i > 0 && cells->cell[i].word == cells->cell[i - 1].word)
			continue;
		box = box_at(cells, i);
		middle = box.y + box.height / 2;
		if (box.height == 0 || box.x < edge || box.x >= nearest ||
			middle + label.height / 4 < label.y ||
			middle > (uint64_t)label.y + label.height + label.height / 4)
			continue;
		nearest = box.x;
		*ret_value = i;
	}
	return nearest != UINT64_MAX;
}

/* Where what the label speaks of begins. */
static bool value_start(const struct zong_cells *cells, const struct label *label, size_t first,
	size_t end, size_t *ret_value)
{
	size_t at = end;
	bool apart;

	if (!skip_remark(cells, &at))
		return false;
	end = at; /* a remark belongs to the label: 姓名（名称） */
	apart = at < cells->count && cells->cell[at].character == ':';
	at += apart;
	for (int i = 0; i < RULES_MAX && at < cells->count && is_rule(cells->cell[at].character);
		i++)
		at++;
	if (at >= cells->count || cells->cell[at].gap >= ZONG_CELL_LINE) {
		if (!right_of(cells, first, end, &at))
			return false;
	} else if (!apart && !label->joined && cells->cell[at].gap == ZONG_CELL_JOINED &&
		   !begins_apart(cells, at)) {
		return false;
	}
	if (strcmp(label->kind, "party") != 0 &&
		(cells->cell[at].character == 0x4E3A || cells->cell[at].character == 0x4E8E))
		at++; /* 为, 于 */
	*ret_value = at;
	return at < cells->count && !ends_value(cells, at);
}

/* The characters of the cells without blanks. */
static void value_text(
	const struct zong_cells *cells, size_t first, size_t end, struct zong_buf *buf)
{
	for (size_t i = first; i < end; i++)
		zong_utf8_add(buf, cells->cell[i].character);
}

static void add(const struct zong_cells *cells, const struct label *label, size_t first, size_t end,
	bool valid, struct zong_field_list *found)
{
	struct zong_buf text = ZONG_BUF_INIT(4 * ADDRESS_MAX + 8);
	struct zong_finding finding = {.kind = label->kind,
		.label = label->text,
		.first = first,
		.end = end,
		.valid = valid};

	value_text(cells, first, end, &text);
	finding.value = zong_buf_str(&text);
	if (text.err == 0 && text.len > 0)
		zong_field_list_add(found, cells, &finding);
	zong_buf_release(&text);
}

static bool of_name(uint32_t character)
{
	return zong_utf8_is_han(character) || character == 0xB7 || character == 0x2022 ||
	       character == '(' || character == ')' || (character >= 'A' && character <= 'Z');
}

static size_t find_party(const struct zong_cells *cells, const struct label *label, size_t first,
	struct zong_field_list *found)
{
	unsigned int open = 0;
	size_t han = 0;
	size_t i = first;

	for (; i < cells->count && i - first < PARTY_MAX; i++) {
		uint32_t character = cells->cell[i].character;

		if (!of_name(character) ||
			(i > first && (begins_apart(cells, i) || ends_value(cells, i))))
			break;
		if (character == ')' && open-- == 0)
			break;
		open += character == '(';
		han += zong_utf8_is_han(character);
	}
	while (i > first && cells->cell[i - 1].character == '(')
		i--;
	if (i == first || han == 0)
		return 0;
	add(cells, label, first, i, han >= 2, found);
	return i;
}

/* One name after the other: 示例甲、示例乙. */
static void find_parties(const struct zong_cells *cells, const struct label *label, size_t first,
	struct zong_field_list *found)
{
	size_t at = find_party(cells, label, first, found);

	while (at > 0 && at + 1 < cells->count && cells->cell[at].character == 0x3001 &&
		!begins_apart(cells, at + 1))
		at = find_party(cells, label, at + 1, found);
}

static bool ends_address(uint32_t character)
{
	return character == ',' || character == ';' || character == ':' || character == 0x3002 ||
	       character == 0x3001;
}

static uint64_t right_edge(const struct zong_cells *cells)
{
	uint64_t right = 0;

	for (size_t w = 0; w < cells->words; w++) {
		struct zong_box box = zong_format_box(cells->word[w]->box);

		if ((uint64_t)box.x + box.width > right)
			right = (uint64_t)box.x + box.width;
	}
	return right;
}

/* A line of running text that the margin ended: then the address goes on to its comma, or to the end of the
 * paragraph when that is near. */
static bool wraps(const struct zong_cells *cells, size_t at)
{
	struct zong_box last = box_at(cells, at - 1);

	if (cells->cell[at].gap != ZONG_CELL_LINE ||
		(uint64_t)last.x + last.width + last.height * 3 < right_edge(cells))
		return false;
	for (size_t i = at; i < cells->count && i - at < WRAP_REACH; i++) {
		if (ends_address(cells->cell[i].character))
			return true;
		if (i > at && cells->cell[i].gap >= ZONG_CELL_LINE)
			return i - at < LAST_REACH;
	}
	return false;
}

/* Does the address go on in the line that begins at @at: close below it, and in its column? */
static bool goes_on(const struct zong_cells *cells, size_t first, size_t at)
{
	struct zong_box start = box_at(cells, first);
	struct zong_box last = box_at(cells, at - 1);
	struct zong_box next = box_at(cells, at);

	if (next.y <= last.y || next.y - last.y > (uint64_t)last.height * 11 / 5 ||
		ends_value(cells, at))
		return false;
	if (next.x + next.height >= start.x && next.x <= (uint64_t)start.x + next.height)
		return true;
	return wraps(cells, at);
}

static void find_address(const struct zong_cells *cells, const struct label *label, size_t first,
	struct zong_field_list *found)
{
	static const char *const of_places = "省市区县镇乡街路村庄巷号栋幢楼室";
	bool placed = false;
	size_t i = first;

	for (; i < cells->count && i - first < ADDRESS_MAX; i++) {
		uint32_t character = cells->cell[i].character;

		if (ends_address(character))
			break;
		if (i > first && ends_value(cells, i))
			break;
		if (i > first && begins_apart(cells, i) &&
			!(cells->cell[i].gap >= ZONG_CELL_LINE && goes_on(cells, first, i)))
			break;
		placed = placed || zong_utf8_has(of_places, character);
	}
	if (i - first >= ADDRESS_LEAST)
		add(cells, label, first, i, placed, found);
}

static void find_case(const struct zong_cells *cells, const struct label *label, size_t first,
	struct zong_field_list *found)
{
	size_t digits = 0;
	size_t i = first;

	for (; i < cells->count && i - first < ZONG_LIMIT_CASE_NO; i++) {
		const struct zong_cell *cell = &cells->cell[i];

		if (!(zong_cell_is_code(cell) || zong_code_is_hyphen(cell->character)) ||
			(i > first && (cell->gap >= ZONG_CELL_LINE || begins_apart(cells, i))))
			break;
		digits += cell->character >= '0' && cell->character <= '9';
	}
	if (i - first >= CASE_LEAST && digits * 2 >= i - first)
		add(cells, label, first, i, digits == i - first, found);
}

size_t zong_find_labelled(const struct zong_cells *cells, size_t at, struct zong_field_list *found)
{
	const struct label *label;
	size_t end, first;

	label = label_at(cells, at, &end);
	if (!label)
		return 0;
	if (!label->kind || found->labels++ >= LABELS_MAX ||
		!value_start(cells, label, at, end, &first))
		return end;
	if (strcmp(label->kind, "party") == 0)
		find_parties(cells, label, first, found);
	else if (strcmp(label->kind, "address") == 0)
		find_address(cells, label, first, found);
	else
		find_case(cells, label, first, found);
	return end;
}
