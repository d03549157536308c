/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_query.h"

#include <string.h>

#include <zong/digest.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "code_fold.h"

#define LEAST_TAIL 3 /* digits in the one box: fewer are a number like any other */

enum class { GRAM, WORD, BLANK, SPLIT, QUOTE, MARK };

/* As the index has it (store.h, zong_text_search): what is written without blanks stands character
 * by character, everything else that is no punctuation as words. */
static enum class class_of(uint32_t c) {
	if (zong_utf8_is_han(c) || c == 0x3005 || (c >= 0x3041 && c <= 0x30FF && c != 0x30FB) ||
		(c >= 0xAC00 && c <= 0xD7A3)) return GRAM;
	if (zong_utf8_is_blank(c)) return BLANK;
	if (c == '"' || c == 0x201C || c == 0x201D) return QUOTE;
	if (c == ',' || c == ';' || c == '!' || c == '?' || c == 0x3001 ||
		c == 0x3002) return SPLIT;
	if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			(c >= 'a' && c <= 'z')
		? WORD
		: MARK;
	if ((c >= 0x2150 && c <= 0x218F) || (c >= 0x2460 && c <= 0x24FF)) return WORD;
	if (c < 0xC0 || c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c <= 0x2BFF) ||
		(c >= 0x3000 && c <= 0x3040) || c == 0x30FB || (c >= 0xFE10 && c <= 0xFE6F) ||
		(c >= 0xFF00 && c <= 0xFF65) || c >= 0xFFF0) return c > 0xFFFF
		? WORD
		: MARK;
	return WORD;
}

static uint32_t fold(uint32_t c)
{
	c = zong_utf8_fold(c, false);
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

/* Room for one phrase and one character more than the text has bytes is always enough. */
static int split(struct zong_query *query, struct zong_arena *arena)
{
	size_t len = strlen(query->words);
	struct zong_phrase_char *chars = zong_arena_calloc(arena, len + 1, sizeof(*chars));
	struct zong_phrase *phrase = zong_arena_calloc(arena, len + 1, sizeof(*phrase));
	bool quoted = false;
	bool begin = true;
	bool apart = false;
	size_t count = 0;
	size_t pos = 0;

	if (!chars || !phrase)
		return ZONG_ENOMEM;
	query->phrase = phrase;
	while (pos < len) {
		uint32_t c = fold(zong_utf8_next(query->words, len, &pos));
		enum class class = class_of(c);

		if (class == GRAM || class == WORD) {
			if (begin)
				phrase[query->phrases++].chars = chars + count;
			chars[count++] = (struct zong_phrase_char){c, apart};
			phrase[query->phrases - 1].len++;
			begin = false;
			apart = false;
			continue;
		}
		apart = true;
		if (class == QUOTE)
			quoted = !quoted;
		if (class == QUOTE || (!quoted && (class == BLANK || class == SPLIT)))
			begin = true;
	}
	return 0;
}

static bool all_digits(const char *text)
{
	size_t i = 0;

	while (zong_code_is_digit(text[i]))
		i++;
	return i > 0 && text[i] == '\0';
}

static bool parse_cert(const char *text, struct zong_cert_wish *ret_wish)
{
	struct zong_cert_no cert;

	if (zong_cert_no_parse(text, strlen(text), &cert))
		return false;
	ret_wish->given = true;
	ret_wish->tail = all_digits(cert.text);
	memcpy(ret_wish->text, cert.text, sizeof(ret_wish->text));
	if (ret_wish->tail)
		memcpy(ret_wish->digits, cert.text, sizeof(ret_wish->digits));
	return true;
}

static bool parse_party(const char *text, struct zong_party_wish *ret_wish)
{
	zong_index_fold_name(text, ret_wish->name);
	zong_index_fold_idno(text, ret_wish->idno);
	if (strlen(ret_wish->idno) != 15 && strlen(ret_wish->idno) != 18)
		ret_wish->idno[0] = '\0';
	ret_wish->given = ret_wish->name[0] != '\0';
	return ret_wish->given;
}

/* The one box may be anything; what it cannot be is left out. */
static void guess(struct zong_query *query)
{
	const char *words = query->words;
	size_t len = strlen(words);
	struct zong_cert_wish cert = {0};

	if (zong_case_no_parse(words, len, query->words_case_no, sizeof(query->words_case_no)))
		query->words_case_no[0] = '\0';
	if (zong_unit_code_parse(words, len, &query->words_unit))
		query->words_unit.len = 0;
	if (parse_cert(words, &cert) &&
		(cert.tail ? strlen(cert.digits) >= LEAST_TAIL
			   : strstr(cert.text, "不动产权") || strstr(cert.text, "证明") ||
					strstr(cert.text, "第")))
		query->words_cert = cert;
	parse_party(words, &query->words_party);
	if (zong_utf8_count(query->words_party.name, strlen(query->words_party.name)) < 2)
		query->words_party.name[0] = '\0';
}

static bool given(const char *text)
{
	return text && text[0] != '\0';
}

static const char *trim(const char *text, struct zong_arena *arena)
{
	size_t len = strlen(text);
	size_t start = len;
	size_t end = 0;
	size_t pos = 0;

	while (pos < len) {
		size_t at = pos;

		if (zong_utf8_is_blank(zong_utf8_next(text, len, &pos)))
			continue;
		start = start < at ? start : at;
		end = pos;
	}
	return zong_arena_strn(arena, text + start, end > start ? end - start : 0);
}

static int parse_words(const char *words, struct zong_arena *arena, struct zong_query *query)
{
	if (strlen(words) > ZONG_LIMIT_QUERY || !zong_utf8_valid(words, strlen(words)))
		return ZONG_EQUERY;
	query->words = trim(words, arena);
	if (!query->words)
		return ZONG_ENOMEM;
	if (query->words[0] == '\0') {
		query->words = NULL;
		return 0;
	}
	guess(query);
	return split(query, arena);
}

static int parse_members(
	const struct zong_search *search, struct zong_query *query, struct zong_err *err)
{
	if (given(search->case_no) && zong_case_no_parse(search->case_no, strlen(search->case_no),
					      query->case_no, sizeof(query->case_no)))
		return zong_err_set(err, ZONG_EQUERY, "case");
	if (given(search->parcel) &&
		zong_unit_code_parse(search->parcel, strlen(search->parcel), &query->unit))
		return zong_err_set(err, ZONG_EQUERY, "parcel");
	if (given(search->cert) && !parse_cert(search->cert, &query->cert))
		return zong_err_set(err, ZONG_EQUERY, "cert");
	if (given(search->party) &&
		(strlen(search->party) > ZONG_LIMIT_QUERY ||
			!zong_utf8_valid(search->party, strlen(search->party)) ||
			!parse_party(search->party, &query->party)))
		return zong_err_set(err, ZONG_EQUERY, "party");
	return 0;
}

static void make_mark(const struct zong_search *search, uint8_t ret_mark[8])
{
	const char *const parts[] = {
		search->words, search->case_no, search->parcel, search->cert, search->party};
	struct zong_digest digest = {{0}};

	/* Chained, so that what stands in one member is not taken for the same in another. */
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *part = parts[i] ? parts[i] : "";

		zong_digest_hmac(digest.bytes, sizeof(digest.bytes), part, strlen(part), &digest);
	}
	memcpy(ret_mark, digest.bytes, 8);
}

int zong_query_parse(const struct zong_search *search, struct zong_arena *arena,
	struct zong_query *ret_query, struct zong_err *err)
{
	struct zong_query query = {0};
	int r = given(search->words) ? parse_words(search->words, arena, &query) : 0;

	if (r)
		return zong_err_set(err, r, "q");
	r = parse_members(search, &query, err);
	if (r)
		return r;
	if (!query.words && !query.case_no[0] && query.unit.len == 0 && !query.cert.given &&
		!query.party.given)
		return zong_err_set(err, ZONG_EQUERY, NULL);
	make_mark(search, query.mark);
	*ret_query = query;
	return 0;
}

static bool is_apart(const struct zong_cells *cells, size_t at)
{
	return at == 0 || cells->cell[at].gap != ZONG_CELL_JOINED ||
	       class_of(cells->cell[at - 1].character) != WORD;
}

static bool is_mark(uint32_t character)
{
	enum class class = class_of(character);

	return class != GRAM && class != WORD;
}

bool zong_phrase_at(const struct zong_phrase *phrase, const struct zong_cells *cells, size_t at,
	size_t *ret_end)
{
	bool word = false;

	for (size_t i = 0; i < phrase->len; i++) {
		bool word_before = i > 0 && word;

		while (i > 0 && at < cells->count && is_mark(cells->cell[at].character))
			at++;
		if (at >= cells->count || cells->cell[at].character != phrase->chars[i].character)
			return false;
		word = class_of(phrase->chars[i].character) == WORD;
		if (word && i == 0 && !is_apart(cells, at))
			return false;
		if (word && word_before && is_apart(cells, at) != phrase->chars[i].apart)
			return false;
		at++;
	}
	if (word && at < cells->count && class_of(cells->cell[at].character) == WORD &&
		!is_apart(cells, at))
		return false;
	*ret_end = at;
	return phrase->len > 0;
}

bool zong_query_holds(const struct zong_query *query, const struct zong_cells *cells)
{
	for (size_t p = 0; p < query->phrases; p++) {
		bool found = false;
		size_t end;

		for (size_t i = 0; i < cells->count && !found; i++)
			found = zong_phrase_at(&query->phrase[p], cells, i, &end);
		if (!found)
			return false;
	}
	return query->phrases > 0;
}

bool zong_cert_wished(const struct zong_cert_wish *wish, const char *certificate)
{
	struct zong_cert_no cert;
	size_t len = strlen(wish->digits);
	size_t serial_len;

	if (zong_cert_no_parse(certificate, strlen(certificate), &cert))
		return false;
	if (!wish->tail)
		return strncmp(cert.text, wish->text, strlen(wish->text)) == 0;
	serial_len = strlen(cert.serial);
	/* The zeros in front of a serial are not in it: with them the whole serial must be there.
	 */
	while (len > serial_len && len > 1 && wish->digits[strlen(wish->digits) - len] == '0')
		len--;
	return serial_len >= len && strcmp(cert.serial + serial_len - len,
					    wish->digits + strlen(wish->digits) - len) == 0;
}

bool zong_party_wished(const struct zong_party_wish *wish, const char *name, const char *idno)
{
	char folded[ZONG_INDEX_NAME + 1];
	char folded_idno[ZONG_INDEX_IDNO + 1];

	zong_index_fold_name(name, folded);
	if (wish->name[0] && strncmp(folded, wish->name, strlen(wish->name)) == 0)
		return true;
	zong_index_fold_idno(idno, folded_idno);
	return wish->idno[0] && strcmp(folded_idno, wish->idno) == 0;
}
