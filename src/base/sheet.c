/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/digest.h>
#include <zong/error.h>
#include <zong/sheet.h>
#include <zong/utf8.h>

#define VERSION ZONG_SHEET_MARK "1;"
#define CHECK 8 /* hexadecimal digits */

static bool is_plain(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~()", c));
}

static bool is_department(const char *id)
{
	if (id[0] < 'a' || id[0] > 'z')
		return false;
	for (; *id; id++)
		if (!(*id >= 'a' && *id <= 'z') && !(*id >= '0' && *id <= '9') && *id != '-')
			return false;
	return true;
}

/* -- writing -- */

static void add_value(struct zong_buf *buf, const char *value)
{
	for (; *value; value++)
		if (is_plain(*value))
			zong_buf_add_char(buf, *value);
		else
			zong_buf_add_format(buf, "%%%02X", (unsigned char)*value);
}

static void add_check(const char *text, size_t len, char ret_check[CHECK + 1])
{
	struct zong_digest digest;

	zong_digest_of(text, len, &digest);
	snprintf(ret_check, CHECK + 1, "%02x%02x%02x%02x", digest.bytes[0], digest.bytes[1],
		digest.bytes[2], digest.bytes[3]);
}

static bool may_be_written(const struct zong_sheet *sheet)
{
	if (!sheet->case_no[0] || sheet->receivers > ZONG_SHEET_RECEIVERS)
		return false;
	for (size_t i = 0; i < sheet->receivers; i++)
		if (!is_department(sheet->receiver[i]))
			return false;
	return zong_utf8_printable(sheet->case_no, strlen(sheet->case_no)) &&
	       zong_utf8_printable(sheet->type, strlen(sheet->type));
}

int zong_sheet_write(const struct zong_sheet *sheet, struct zong_buf *buf)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_SHEET_TEXT);
	char check[CHECK + 1];
	int err;

	if (!may_be_written(sheet))
		return ZONG_EINVAL;
	zong_buf_add_str(&text, VERSION "c=");
	add_value(&text, sheet->case_no);
	if (sheet->type[0]) {
		zong_buf_add_str(&text, ";t=");
		add_value(&text, sheet->type);
	}
	for (size_t i = 0; i < sheet->receivers; i++) {
		zong_buf_add_str(&text, i ? "," : ";d=");
		add_value(&text, sheet->receiver[i]);
	}
	add_check(zong_buf_str(&text), text.len, check);
	zong_buf_add_char(&text, ';');
	err = zong_buf_add_str(&text, check);
	if (!err)
		err = zong_buf_add(buf, text.data, text.len);
	zong_buf_release(&text);
	return err;
}

/* -- reading -- */

struct cursor {
	const char *at, *end;
};

static bool take(struct cursor *cursor, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(cursor->end - cursor->at) < len || memcmp(cursor->at, word, len) != 0)
		return false;
	cursor->at += len;
	return true;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One byte of a value: -1 where the value ends or is not as we write it. */
static int take_byte(struct cursor *cursor)
{
	int high, low;

	if (cursor->at < cursor->end && is_plain(*cursor->at))
		return (unsigned char)*cursor->at++;
	if (cursor->end - cursor->at < 3 || *cursor->at != '%')
		return -1;
	high = hex(cursor->at[1]);
	low = hex(cursor->at[2]);
	if (high < 0 || low < 0 || is_plain((char)(high << 4 | low)))
		return -1;
	cursor->at += 3;
	return high << 4 | low;
}

static bool take_value(struct cursor *cursor, char *ret, size_t size)
{
	size_t len = 0;
	int byte;

	for (byte = take_byte(cursor); byte >= 0; byte = take_byte(cursor)) {
		if (byte == 0 || len + 1 >= size)
			return false;
		ret[len++] = (char)byte;
	}
	ret[len] = '\0';
	return len > 0 && zong_utf8_printable(ret, len);
}

static bool take_receivers(struct cursor *cursor, struct zong_sheet *sheet)
{
	do {
		char *id;

		if (sheet->receivers == ZONG_SHEET_RECEIVERS)
			return false;
		id = sheet->receiver[sheet->receivers++];
		if (!take_value(cursor, id, sizeof(sheet->receiver[0])) || !is_department(id))
			return false;
	} while (take(cursor, ","));
	return true;
}

bool zong_sheet_is_ours(const char *text, size_t len)
{
	size_t mark = strlen(ZONG_SHEET_MARK);

	return len > mark && memcmp(text, ZONG_SHEET_MARK, mark) == 0 && text[mark] >= '0' &&
	       text[mark] <= '9';
}

int zong_sheet_parse(const char *text, size_t len, struct zong_sheet *ret_sheet)
{
	struct cursor cursor = {.at = text, .end = text + len};
	struct zong_sheet sheet = {.receivers = 0};
	char check[CHECK + 1];

	if (!zong_sheet_is_ours(text, len))
		return ZONG_ENOENT;
	if (!take(&cursor, VERSION))
		return memchr(text, ';', len) ? ZONG_EVERSION : ZONG_EDAMAGED;
	if (len > ZONG_SHEET_TEXT || cursor.end - cursor.at < CHECK + 1)
		return ZONG_EDAMAGED;
	cursor.end -= CHECK + 1;
	add_check(text, (size_t)(cursor.end - text), check);
	if (*cursor.end != ';' || memcmp(cursor.end + 1, check, CHECK) != 0)
		return ZONG_EDAMAGED;
	if (!take(&cursor, "c=") || !take_value(&cursor, sheet.case_no, sizeof(sheet.case_no)))
		return ZONG_EDAMAGED;
	if (take(&cursor, ";t=") && !take_value(&cursor, sheet.type, sizeof(sheet.type)))
		return ZONG_EDAMAGED;
	if (take(&cursor, ";d=") && !take_receivers(&cursor, &sheet))
		return ZONG_EDAMAGED;
	if (cursor.at != cursor.end)
		return ZONG_EDAMAGED;
	*ret_sheet = sheet;
	return 0;
}
