/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "textterm.h"

enum kind {
	KIND_END,
	KIND_GRAM, /* one Han character */
	KIND_WORD,
	KIND_BLANK,
	KIND_MARK,  /* punctuation */
	KIND_SPLIT, /* punctuation that ends a phrase of a query */
	KIND_QUOTE,
};

/* Bytes of one character, or of one word. */
struct token {
	enum kind kind;
	uint8_t len;
	bool joined; /* in a query: nothing but blanks since the token before */
	char bytes[ZONG_TEXTTERM_WORD];
};

struct lexer {
	const char *text;
	size_t len;
	size_t at;
};

static size_t encode(uint32_t c, char *to)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* Scripts that are written without blanks between words. */
static bool is_gram(uint32_t c)
{
	return zong_utf8_is_han(c) || c == 0x3005 || (c >= 0x3041 && c <= 0x30ff && c != 0x30fb) ||
	       (c >= 0xac00 && c <= 0xd7a3);
}

static bool is_mark(uint32_t c)
{
	if (c < 0x80)
		return !(
			(c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
	if (c < 0xc0 || c == 0xd7 || c == 0xf7)
		return true;
	if ((c >= 0x2150 && c <= 0x218f) || (c >= 0x2460 && c <= 0x24ff))
		return false; /* Ⅱ, ① */
	return (c >= 0x2000 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x3040) || c == 0x30fb ||
	       (c >= 0xfe10 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff65) || c >= 0xfff0;
}

static enum kind kind_of(uint32_t c)
{
	if (is_gram(c))
		return KIND_GRAM;
	if (zong_utf8_is_blank(c))
		return KIND_BLANK;
	switch (c) {
	case '"':
	case 0x201c:
	case 0x201d:
		return KIND_QUOTE;
	case ',':
	case ';':
	case '!':
	case '?':
	case 0x3001:
	case 0x3002:
		return KIND_SPLIT;
	default:
		return is_mark(c) ? KIND_MARK : KIND_WORD;
	}
}

static void next_token(struct lexer *lexer, struct token *ret_token)
{
	size_t before, n;
	uint32_t c;
	char bytes[4];

	ret_token->kind = KIND_END;
	ret_token->len = 0;
	while (lexer->at < lexer->len) {
		before = lexer->at;
		c = zong_utf8_fold(zong_utf8_next(lexer->text, lexer->len, &lexer->at), true);
		if (ret_token->kind == KIND_WORD && kind_of(c) != KIND_WORD) {
			lexer->at = before;
			return;
		}
		ret_token->kind = kind_of(c);
		if (ret_token->kind != KIND_GRAM && ret_token->kind != KIND_WORD)
			return;
		n = encode(c, bytes);
		if (ret_token->len + n > sizeof(ret_token->bytes)) {
			lexer->at = before;
			return;
		}
		memcpy(ret_token->bytes + ret_token->len, bytes, n);
		ret_token->len = (uint8_t)(ret_token->len + n);
		if (ret_token->kind == KIND_GRAM)
			return;
	}
}

/* ---- documents ---- */

static int sink_pair(const struct token *a, const struct token *b, zong_textterm_sink *sink,
	void *ctx, uint32_t position)
{
	char pair[8];

	memcpy(pair, a->bytes, a->len);
	memcpy(pair + a->len, b->bytes, b->len);
	return sink(ctx, pair, (size_t)a->len + b->len, position);
}

int zong_textterm_document(const char *text, size_t len, zong_textterm_sink *sink, void *ctx)
{
	struct lexer lexer = {.text = text, .len = len};
	struct token before = {.kind = KIND_END};
	struct token token;
	uint32_t position = 0;
	int r = 0;

	for (;;) {
		next_token(&lexer, &token);
		switch (token.kind) {
		case KIND_END:
			return 0;
		case KIND_BLANK:
			continue;
		case KIND_GRAM:
			if (before.kind == KIND_GRAM)
				r = sink_pair(&before, &token, sink, ctx, position);
			__attribute__((fallthrough));
		case KIND_WORD:
			position++;
			if (!r)
				r = sink(ctx, token.bytes, token.len, position);
			if (r)
				return r;
			break;
		default:
			break;
		}
		before = token;
	}
}

/* ---- queries ---- */

struct phrase {
	struct token *tokens;
	size_t count;
	bool any; /* a term has been given out */
	zong_textterm_query_sink *sink;
	void *ctx;
};

static int give_term(struct phrase *phrase, size_t i, bool begins)
{
	const struct token *token = &phrase->tokens[i];
	const struct token *next = token + 1;
	char pair[8];
	bool is_pair = token->kind == KIND_GRAM && i + 1 < phrase->count &&
		       next->kind == KIND_GRAM && next->joined;

	phrase->any = true;
	if (!is_pair)
		return phrase->sink(phrase->ctx, token->bytes, token->len, begins);
	memcpy(pair, token->bytes, token->len);
	memcpy(pair + token->len, next->bytes, next->len);
	return phrase->sink(phrase->ctx, pair, (size_t)token->len + next->len, begins);
}

static int end_phrase(struct phrase *phrase)
{
	size_t count = phrase->count;
	size_t i;
	int r = 0;

	for (i = 0; !r && i < count; i++) {
		/* The last one of a run of Han is in the pair before already. */
		if (i > 0 && i + 1 == count && phrase->tokens[i].kind == KIND_GRAM &&
			phrase->tokens[i].joined && phrase->tokens[i - 1].kind == KIND_GRAM)
			break;
		r = give_term(phrase, i, i == 0);
	}
	phrase->count = 0;
	return r;
}

static int walk_query(struct lexer *lexer, struct phrase *phrase)
{
	struct token token;
	bool quoted = false;
	bool joined = false;
	int r = 0;

	while (!r) {
		next_token(lexer, &token);
		switch (token.kind) {
		case KIND_END:
			return end_phrase(phrase);
		case KIND_GRAM:
		case KIND_WORD:
			token.joined = joined;
			joined = true;
			phrase->tokens[phrase->count++] = token;
			break;
		case KIND_QUOTE:
			quoted = !quoted;
			r = end_phrase(phrase);
			break;
		case KIND_BLANK:
			if (!quoted)
				r = end_phrase(phrase);
			break;
		case KIND_SPLIT:
			joined = false;
			if (!quoted)
				r = end_phrase(phrase);
			break;
		case KIND_MARK:
			joined = false;
			break;
		}
	}
	return r;
}

int zong_textterm_query(const char *query, size_t len, zong_textterm_query_sink *sink, void *ctx)
{
	struct lexer lexer = {.text = query, .len = len};
	struct phrase phrase = {.sink = sink, .ctx = ctx};
	int r;

	if (len > ZONG_LIMIT_QUERY)
		return ZONG_ELIMIT;
	phrase.tokens = calloc(len + 1, sizeof(*phrase.tokens));
	if (!phrase.tokens)
		return ZONG_ENOMEM;
	r = walk_query(&lexer, &phrase);
	free(phrase.tokens);
	if (!r && !phrase.any)
		r = ZONG_EQUERY;
	return r;
}
