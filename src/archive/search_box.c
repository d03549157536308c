/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_box.h"

#include <string.h>

#include <zong/limits.h>
#include <zong/script.h>
#include <zong/utf8.h>

#define NAME_MAX_BYTES 16 /* of an operator's name, more than any has */

static const struct {
	const char *name;
	enum zong_box_op op;
} operators[] = {
	{"类型", ZONG_BOX_TYPE},
	{"type", ZONG_BOX_TYPE},
	{"业务", ZONG_BOX_KIND},
	{"kind", ZONG_BOX_KIND},
	{"部门", ZONG_BOX_DEPT},
	{"dept", ZONG_BOX_DEPT},
	{"department", ZONG_BOX_DEPT},
	{"案件", ZONG_BOX_CASE},
	{"受理号", ZONG_BOX_CASE},
	{"case", ZONG_BOX_CASE},
	{"单元", ZONG_BOX_UNIT},
	{"宗地", ZONG_BOX_UNIT},
	{"unit", ZONG_BOX_UNIT},
	{"parcel", ZONG_BOX_UNIT},
	{"证号", ZONG_BOX_CERT},
	{"cert", ZONG_BOX_CERT},
	{"certificate", ZONG_BOX_CERT},
	{"姓名", ZONG_BOX_PARTY},
	{"当事人", ZONG_BOX_PARTY},
	{"party", ZONG_BOX_PARTY},
	{"name", ZONG_BOX_PARTY},
	{"日期", ZONG_BOX_DATE},
	{"date", ZONG_BOX_DATE},
	{"自", ZONG_BOX_FROM},
	{"from", ZONG_BOX_FROM},
	{"after", ZONG_BOX_FROM},
	{"至", ZONG_BOX_TO},
	{"to", ZONG_BOX_TO},
	{"before", ZONG_BOX_BEFORE},
};

struct reader {
	const char *text;
	size_t len, at;
	struct zong_arena *arena;
};

/* The folded character at @at, 0 at the end; *ret_behind is behind it. */
static uint32_t look(const struct reader *reader, size_t at, size_t *ret_behind)
{
	*ret_behind = at;
	if (at >= reader->len)
		return 0;
	return zong_utf8_fold(zong_utf8_next(reader->text, reader->len, ret_behind), true);
}

static bool is_quote(uint32_t c)
{
	return c == '"' || c == 0x201C || c == 0x201D;
}

static bool is_end(uint32_t c)
{
	return c == 0 || zong_utf8_is_blank(c);
}

static void skip_blanks(struct reader *reader)
{
	size_t behind;
	uint32_t c = look(reader, reader->at, &behind);

	while (c && zong_utf8_is_blank(c)) {
		reader->at = behind;
		c = look(reader, reader->at, &behind);
	}
}

/* The operator whose name and colon stand here; they are passed over then. */
static enum zong_box_op take_operator(struct reader *reader, const char **ret_name)
{
	struct zong_buf name = ZONG_BUF_INIT(NAME_MAX_BYTES + 8);
	enum zong_box_op op = ZONG_BOX_TEXT;
	size_t at = reader->at, behind;
	uint32_t c = look(reader, at, &behind);

	while (!is_end(c) && c != ':' && !is_quote(c) && name.len <= NAME_MAX_BYTES) {
		zong_utf8_add(&name, zong_script_fold(c));
		at = behind;
		c = look(reader, at, &behind);
	}
	for (size_t i = 0; c == ':' && i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (strcmp(zong_buf_str(&name), operators[i].name) != 0)
			continue;
		op = operators[i].op;
		*ret_name = zong_arena_strn(
			reader->arena, reader->text + reader->at, behind - reader->at);
		reader->at = behind;
		break;
	}
	zong_buf_release(&name);
	return op;
}

/* Up to the quote that closes, or to the end. */
static const char *take_quoted(struct reader *reader)
{
	size_t start, end;
	uint32_t c;

	look(reader, reader->at, &start);
	reader->at = start;
	do {
		end = reader->at;
		c = look(reader, end, &reader->at);
	} while (c && !is_quote(c));
	return zong_arena_strn(reader->arena, reader->text + start, end - start);
}

/* Up to a blank, and before a quote. Stars at the end are not of it. */
static const char *take_word(struct reader *reader, bool *ret_begins)
{
	size_t start = reader->at, end = start, behind;
	uint32_t c = look(reader, reader->at, &behind);

	while (!is_end(c) && !is_quote(c)) {
		if (c != '*')
			end = behind;
		reader->at = behind;
		c = look(reader, reader->at, &behind);
	}
	*ret_begins = end < reader->at && end > start;
	/* Nothing but stars is text like any punctuation. */
	return zong_arena_strn(
		reader->arena, reader->text + start, (end > start ? end : reader->at) - start);
}

/* A minus counts in front of something. */
static bool take_minus(struct reader *reader)
{
	size_t behind, further;
	uint32_t next;

	if (look(reader, reader->at, &behind) != '-')
		return false;
	next = look(reader, behind, &further);
	if (is_end(next) || next == '-')
		return false;
	reader->at = behind;
	return true;
}

static int take_token(struct reader *reader, struct zong_box_token *ret_token, struct zong_err *err)
{
	struct zong_box_token token = {.without = take_minus(reader), .name = ""};
	size_t behind;
	uint32_t c;

	token.op = take_operator(reader, &token.name);
	/* 类型: 合同, too */
	if (token.op != ZONG_BOX_TEXT)
		skip_blanks(reader);
	c = look(reader, reader->at, &behind);
	token.quoted = is_quote(c);
	token.text = token.quoted ? take_quoted(reader) : take_word(reader, &token.begins);
	if (!token.text || !token.name)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	if (token.op != ZONG_BOX_TEXT && token.text[0] == '\0')
		return zong_err_set(err, ZONG_EQUERY, "%s", token.name);
	*ret_token = token;
	return 0;
}

int zong_box_split(const char *words, struct zong_arena *arena, struct zong_box_token **ret_tokens,
	size_t *ret_count, struct zong_err *err)
{
	struct reader reader = {.text = words, .len = strlen(words), .arena = arena};
	/* Each takes a byte at least. */
	struct zong_box_token *tokens = zong_arena_calloc(arena, reader.len + 1, sizeof(*tokens));
	size_t operators_seen = 0, count = 0;

	if (!tokens)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	for (skip_blanks(&reader); reader.at < reader.len; skip_blanks(&reader)) {
		int r = take_token(&reader, &tokens[count], err);

		if (r)
			return r;
		operators_seen += tokens[count].op != ZONG_BOX_TEXT;
		if (operators_seen > ZONG_LIMIT_OPERATORS)
			return zong_err_set(err, ZONG_EQUERY, "%s", tokens[count].name);
		count++;
	}
	*ret_tokens = tokens;
	*ret_count = count;
	return 0;
}
