/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/code.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "code_fold.h"
#include "field_found.h"

#define PLACE_REACH 40 /* cells from the year of a certificate to 不动产 */
#define SERIAL_REACH 24
#define OWNER_REACH 6 /* Han before the word of an old paper: whose it is */
#define FORM_REACH 16 /* cells from there to 第 */

static bool year_at(const struct zong_cells *cells, size_t at)
{
	for (size_t i = at; i < at + 4; i++) {
		if (!zong_cell_is_code(&cells->cell[i]) ||
			!zong_code_is_digit(zong_digit_meant((char)cells->cell[i].character)))
			return false;
	}
	return true;
}

/* Back from 不动产 at @anchor over the place to the year, then one character more: the province.
 * Brackets that were lost are lived with here; then the number is no valid one. */
static bool find_cert_start(const struct zong_cells *cells, size_t anchor, size_t *ret_first)
{
	size_t i = anchor;

	while (i > 0 && anchor - i < PLACE_REACH) {
		uint32_t character = cells->cell[i - 1].character;
		size_t year_end = character == ')' ? i - 1 : i;
		size_t before;

		if (!zong_utf8_is_han(character) && !zong_cell_is_code(&cells->cell[i - 1]) &&
			character != ')')
			return false;
		if (year_end >= 5 && year_at(cells, year_end - 4)) {
			before = year_end - 4;
			if (cells->cell[before - 1].character == '(')
				before--;
			if (before == 0 || !zong_utf8_is_han(cells->cell[before - 1].character))
				return false;
			*ret_first = before - 1;
			return true;
		}
		if (character == ')')
			return false;
		i--;
	}
	return false;
}

/* The serial from @at; 号 closes it, and where 号 was lost a gap does. */
static bool find_cert_end(const struct zong_cells *cells, size_t at, size_t *ret_end)
{
	size_t loose_end = 0;
	size_t i = at;

	for (; i < cells->count && i - at < SERIAL_REACH && zong_cell_is_code(&cells->cell[i]);
		i++) {
		if (cells->cell[i].gap != ZONG_CELL_JOINED && i > at && loose_end == 0)
			loose_end = i;
	}
	if (i > at && i < cells->count && cells->cell[i].character == 0x53F7) { /* 号 */
		*ret_end = i + 1;
		return true;
	}
	*ret_end = loose_end ? loose_end : i;
	return *ret_end - at >= 3;
}

static bool cert_valid(const struct zong_cert_no *cert)
{
	static const char provinces[] =
		"京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新港澳台";
	const char *serial = strstr(cert->text, "第");
	bool known = false;

	for (const char *p = provinces; *p && !known; p += 3)
		known = memcmp(p, cert->text, 3) == 0;
	if (!cert->modern || !known || cert->year < 1990 || cert->year > 2199)
		return false;
	for (const char *p = serial; p; p = strstr(p + 1, "第"))
		serial = p;
	/* The form allows letters, but one that looks like a digit was more likely a digit. */
	for (serial += strlen("第"); *serial && (unsigned char)*serial < 0x80; serial++) {
		if (zong_digit_meant(*serial) != *serial)
			return false;
	}
	return true;
}

static void add(const struct zong_cells *cells, size_t first, size_t end, bool old,
	struct zong_field_list *found)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_CERT * 4);
	struct zong_finding finding = {.kind = "certificate", .first = first, .end = end};
	struct zong_cert_no cert;

	zong_cells_text(cells, first, end, &text);
	if (text.err == 0 && zong_cert_no_parse(zong_buf_str(&text), text.len, &cert) == 0) {
		finding.value = cert.text;
		finding.valid = old || cert_valid(&cert);
		zong_field_list_add(found, cells, &finding);
	}
	zong_buf_release(&text);
}

static void find_modern(
	const struct zong_cells *cells, size_t anchor, struct zong_field_list *found)
{
	size_t first, end, at;

	if (!zong_cells_match(cells, anchor, "不动产权第", &at) &&
		!zong_cells_match(cells, anchor, "不动产证明第", &at))
		return;
	if (find_cert_start(cells, anchor, &first) && find_cert_end(cells, at, &end))
		add(cells, first, end, false, found);
}

/* Words that cannot belong to the name of the place before an old paper's number. */
static bool ends_place(uint32_t character)
{
	return zong_utf8_has("为有的持原与和及是号将对凭证交领", character);
}

static size_t old_start(const struct zong_cells *cells, size_t anchor)
{
	size_t i = anchor;

	while (i > 0 && anchor - i < OWNER_REACH && cells->cell[i].gap == ZONG_CELL_JOINED &&
		zong_utf8_is_han(cells->cell[i - 1].character) &&
		!ends_place(cells->cell[i - 1].character))
		i--;
	return i;
}

/* From behind the word to 第, over Han, brackets and years. */
static bool old_form(const struct zong_cells *cells, size_t at, size_t *ret_serial)
{
	for (size_t i = at; i < cells->count && i - at < FORM_REACH; i++) {
		uint32_t character = cells->cell[i].character;

		if (cells->cell[i].gap == ZONG_CELL_BLOCK)
			return false;
		if (character == 0x7B2C) { /* 第 */
			*ret_serial = i + 1;
			return true;
		}
		if (!zong_utf8_is_han(character) && !zong_cell_is_code(&cells->cell[i]) &&
			character != '(' && character != ')')
			return false;
	}
	return false;
}

/* 0123, 012-345 and the like, closed by 号. */
static bool old_serial(const struct zong_cells *cells, size_t at, size_t *ret_end)
{
	bool digit = false;
	size_t i = at;

	while (i < cells->count && i - at < SERIAL_REACH &&
		(zong_cell_is_code(&cells->cell[i]) ||
			zong_code_is_hyphen(cells->cell[i].character))) {
		digit = digit || zong_code_is_digit((char)cells->cell[i].character);
		i++;
	}
	if (!digit || i >= cells->count || cells->cell[i].character != 0x53F7) /* 号 */
		return false;
	*ret_end = i + 1;
	return true;
}

/* 昌国用(2005)第0123号, 潍房权证昌邑字第012345号: papers from before 2015, which stay valid. */
static void find_old(const struct zong_cells *cells, size_t anchor, struct zong_field_list *found)
{
	static const char *const words[] = {"国用", "集用", "集建", "他项", "房权证", "房他证",
		"房地权", "房地证", "林权证", "林证"};
	size_t at, serial, end;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!zong_cells_match(cells, anchor, words[i], &at) ||
			!old_form(cells, at, &serial) || !old_serial(cells, serial, &end))
			continue;
		add(cells, old_start(cells, anchor), end, true, found);
		return;
	}
}

void zong_find_cert(const struct zong_cells *cells, size_t at, struct zong_field_list *found)
{
	switch (cells->cell[at].character) {
	case 0x4E0D: /* 不 */
		find_modern(cells, at, found);
		break;
	case 0x56FD: /* 国 */
	case 0x96C6: /* 集 */
	case 0x4ED6: /* 他 */
	case 0x623F: /* 房 */
	case 0x6797: /* 林 */
		find_old(cells, at, found);
		break;
	default:
		break;
	}
}
