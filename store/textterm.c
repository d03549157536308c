/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>
#include <zong/script.h>
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

#define APART '\1'   /* in a canon, between two Han */
#define BETWEEN '\2' /* between others */

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

static enum kind next_token(struct lexer *lexer, struct zong_textterm_token *ret_token)
{
	enum kind kind = KIND_END;
	size_t before, n;
	uint32_t c;
	char bytes[4];

	ret_token->len = 0;
	while (lexer->at < lexer->len) {
		before = lexer->at;
		c = zong_utf8_fold(zong_utf8_next(lexer->text, lexer->len, &lexer->at), true);
		c = zong_script_fold(c);
		if (kind == KIND_WORD && kind_of(c) != KIND_WORD) {
			lexer->at = before;
			break;
		}
		kind = kind_of(c);
		if (kind != KIND_GRAM && kind != KIND_WORD)
			break;
		n = encode(c, bytes);
		if (ret_token->len + n > sizeof(ret_token->bytes)) {
			lexer->at = before;
			break;
		}
		memcpy(ret_token->bytes + ret_token->len, bytes, n);
		ret_token->len = (uint8_t)(ret_token->len + n);
		if (kind == KIND_GRAM)
			break;
	}
	ret_token->gram = kind == KIND_GRAM;
	return kind;
}

/* ---- documents ---- */

static int sink_pair(const struct zong_textterm_token *a, const struct zong_textterm_token *b,
	zong_textterm_sink *sink, void *ctx, uint32_t position)
{
	char pair[8];

	memcpy(pair, a->bytes, a->len);
	memcpy(pair + a->len, b->bytes, b->len);
	return sink(ctx, pair, (size_t)a->len + b->len, position);
}

int zong_textterm_document(const char *text, size_t len, zong_textterm_sink *sink, void *ctx)
{
	struct lexer lexer = {.text = text, .len = len};
	struct zong_textterm_token before = {.gram = false};
	struct zong_textterm_token token;
	uint32_t position = 0;
	int r = 0;

	for (;;) {
		switch (next_token(&lexer, &token)) {
		case KIND_END:
			return 0;
		case KIND_BLANK:
			continue;
		case KIND_GRAM:
			if (before.gram)
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

int zong_textterm_canon(const char *text, size_t len, struct zong_buf *canon)
{
	struct lexer lexer = {.text = text, .len = len};
	struct zong_textterm_token token;
	bool any = false, gram = false, apart = false;
	enum kind kind;

	while (!canon->err && (kind = next_token(&lexer, &token)) != KIND_END) {
		if (kind == KIND_BLANK)
			continue;
		if (kind != KIND_GRAM && kind != KIND_WORD) {
			apart = true;
			continue;
		}
		if (any && !(gram && token.gram))
			zong_buf_add_char(canon, BETWEEN);
		else if (any && apart)
			zong_buf_add_char(canon, APART);
		zong_buf_add(canon, token.bytes, token.len);
		any = true;
		gram = token.gram;
		apart = false;
	}
	return canon->err;
}

/* ---- queries ---- */

static bool makes_pair(const struct zong_textterm_token *a, const struct zong_textterm_token *b)
{
	return a->gram && b->gram && b->joined;
}

/* Tokens @first to before @end, which is not empty. */
static int run_terms(const struct zong_textterm_phrase *phrase, size_t first, size_t end,
	zong_textterm_sink *sink, void *ctx)
{
	const struct zong_textterm_token *token = phrase->token;
	int r = 0;

	for (size_t i = first; !r && i < end; i++) {
		bool pair = i + 1 < end && makes_pair(&token[i], &token[i + 1]);

		/* The last one of a run of Han is in the pair before already. */
		if (i > first && i + 1 == end && makes_pair(&token[i - 1], &token[i]))
			break;
		r = pair ? sink_pair(&token[i], &token[i + 1], sink, ctx, (uint32_t)i)
			 : sink(ctx, token[i].bytes, token[i].len, (uint32_t)i);
	}
	return r;
}

int zong_textterm_phrase_terms(const struct zong_textterm_phrase *phrase, size_t without,
	zong_textterm_sink *sink, void *ctx)
{
	size_t first = without < phrase->count ? without : phrase->count;
	int r = run_terms(phrase, 0, first, sink, ctx);

	return r ? r : run_terms(phrase, first + 1, phrase->count, sink, ctx);
}

/* ---- a phrase in a canon ---- */

struct canon {
	const char *text;
	size_t len;
	const struct zong_textterm_phrase *phrase;
	size_t without;
	bool begins;
};

/* What stands between token @i and the one before it. False: something else does. */
static bool skip_between(const struct canon *canon, size_t i, size_t *at)
{
	const struct zong_textterm_token *token = &canon->phrase->token[i];
	char here = *at < canon->len ? canon->text[*at] : 0;

	if (i == canon->without || i == canon->without + 1) {
		*at += here == APART || here == BETWEEN;
		return true;
	}
	if (token->gram && token[-1].gram) {
		*at += here == APART && !token->joined;
		return true;
	}
	*at += here == BETWEEN;
	return here == BETWEEN;
}

/* Whatever one token is. */
static bool skip_any(const struct canon *canon, size_t *at)
{
	if (*at >= canon->len)
		return false;
	if (is_gram(zong_utf8_next(canon->text, canon->len, at)))
		return true;
	while (*at < canon->len && canon->text[*at] != BETWEEN)
		(*at)++;
	return true;
}

static bool skip_token(const struct canon *canon, size_t i, size_t *at)
{
	const struct zong_textterm_token *token = &canon->phrase->token[i];

	if (i == canon->without)
		return skip_any(canon, at);
	if (canon->len - *at < token->len ||
		memcmp(canon->text + *at, token->bytes, token->len) != 0)
		return false;
	*at += token->len;
	if (token->gram || (canon->begins && i + 1 == canon->phrase->count))
		return true;
	return *at == canon->len || canon->text[*at] == BETWEEN;
}

static bool stands_at(const struct canon *canon, size_t first, size_t at)
{
	for (size_t i = first; i < canon->phrase->count; i++) {
		/* a character that was read as a mark took no place */
		if (i == canon->without && i + 1 < canon->phrase->count && at < canon->len &&
			canon->text[at] == APART && stands_at(canon, i + 1, at + 1))
			return true;
		if (i > first && !skip_between(canon, i, &at))
			return false;
		if (!skip_token(canon, i, &at))
			return false;
	}
	return true;
}

size_t zong_textterm_count(const char *text, size_t len, const struct zong_textterm_phrase *phrase,
	size_t without, bool begins, size_t most)
{
	const struct canon canon = {text, len, phrase, without, begins};
	size_t first = without == 0 ? 1 : 0; /* the one that is looked for */
	const char *at = text;
	size_t count = 0;

	if (len == 0 || first >= phrase->count)
		return len > 0;
	for (;; at++) {
		const struct zong_textterm_token *token = &phrase->token[first];
		size_t left = len - (size_t)(at - text);

		at = memmem(at, left, token->bytes, token->len);
		if (!at)
			return count;
		if (first > 0 && at == text)
			continue;
		if (!token->gram && at > text && at[-1] != BETWEEN)
			continue;
		if (stands_at(&canon, first, (size_t)(at - text)) && ++count == most)
			return count;
	}
}

bool zong_textterm_stands(const char *text, size_t len, const struct zong_textterm_phrase *phrase,
	size_t without, bool begins)
{
	return zong_textterm_count(text, len, phrase, without, begins, 1) > 0;
}

struct walk {
	struct zong_textterm_token *tokens;
	struct zong_textterm_phrase phrase;
	bool any; /* a phrase has been given out */
	zong_textterm_phrase_sink *sink;
	void *ctx;
};

static int end_phrase(struct walk *walk)
{
	struct zong_textterm_phrase phrase = walk->phrase;

	walk->phrase.count = 0;
	walk->phrase.grams = 0;
	if (phrase.count == 0)
		return 0;
	walk->any = true;
	return walk->sink(walk->ctx, &phrase);
}

static int walk_query(struct lexer *lexer, struct walk *walk)
{
	struct zong_textterm_phrase *phrase = &walk->phrase;
	struct zong_textterm_token token;
	bool joined = false;
	int r = 0;

	while (!r) {
		switch (next_token(lexer, &token)) {
		case KIND_END:
			return end_phrase(walk);
		case KIND_GRAM:
		case KIND_WORD:
			token.joined = joined;
			joined = true;
			phrase->grams += token.gram;
			walk->tokens[phrase->count++] = token;
			break;
		case KIND_QUOTE:
			r = end_phrase(walk);
			phrase->quoted = !phrase->quoted;
			break;
		case KIND_BLANK:
			if (!phrase->quoted)
				r = end_phrase(walk);
			break;
		case KIND_SPLIT:
			joined = false;
			if (!phrase->quoted)
				r = end_phrase(walk);
			break;
		case KIND_MARK:
			joined = false;
			break;
		}
	}
	return r;
}

int zong_textterm_phrases(const char *query, size_t len, zong_textterm_phrase_sink *sink, void *ctx)
{
	struct lexer lexer = {.text = query, .len = len};
	struct walk walk = {.sink = sink, .ctx = ctx};
	int r;

	if (len > ZONG_LIMIT_QUERY)
		return ZONG_ELIMIT;
	walk.tokens = calloc(len + 1, sizeof(*walk.tokens));
	if (!walk.tokens)
		return ZONG_ENOMEM;
	walk.phrase.token = walk.tokens;
	r = walk_query(&lexer, &walk);
	free(walk.tokens);
	if (!r && !walk.any)
		r = ZONG_EQUERY;
	return r;
}
