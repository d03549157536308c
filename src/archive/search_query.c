/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_query.h"

#include <string.h>

#include <zong/digest.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/script.h>
#include <zong/utf8.h>

#include "code_fold.h"
#include "search_operator.h"

#define LEAST_VOLUME 6 /* characters of an archival number */
#define LEAST_TAIL 3 /* digits in the one box: fewer are a number like any other */

static bool all_digits(const char *text)
{
	size_t i = 0;

	while (zong_code_is_digit(text[i]))
		i++;
	return i > 0 && text[i] == '\0';
}

void zong_query_fold_name(const char *name, char ret_folded[ZONG_INDEX_NAME + 1])
{
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_INDEX_NAME + 8);
	char folded[ZONG_INDEX_NAME + 1];
	size_t pos = 0, len;

	zong_index_fold_name(name, folded);
	len = strlen(folded);
	while (pos < len)
		zong_utf8_add(&buf, zong_script_fold(zong_utf8_next(folded, len, &pos)));
	/* Bad bytes become longer. */
	len = zong_utf8_cut(zong_buf_str(&buf), buf.len, ZONG_INDEX_NAME);
	memcpy(ret_folded, zong_buf_str(&buf), len);
	ret_folded[len] = '\0';
	zong_buf_release(&buf);
}

bool zong_cert_wish_parse(const char *text, struct zong_cert_wish *ret_wish)
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

bool zong_party_wish_parse(const char *text, struct zong_party_wish *ret_wish)
{
	zong_index_fold_name(text, ret_wish->name);
	zong_query_fold_name(text, ret_wish->simple);
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
	if (zong_cert_wish_parse(words, &cert) &&
		(cert.tail ? strlen(cert.digits) >= LEAST_TAIL
			   : strstr(cert.text, "不动产权") || strstr(cert.text, "证明") ||
					strstr(cert.text, "第")))
		query->words_cert = cert;
	/* elements with a connector between: a bare word or number is none */
	if (zong_archival_normalise(words, len, query->words_volume) ||
		strlen(query->words_volume) < LEAST_VOLUME || !strchr(query->words_volume, '-'))
		query->words_volume[0] = '\0';
	zong_party_wish_parse(words, &query->words_party);
	if (zong_utf8_count(query->words_party.name, strlen(query->words_party.name)) < 2)
		query->words_party.name[0] = '\0';
}

static bool given(const char *text)
{
	return text && text[0] != '\0';
}

/* ---- the one box ---- */

/* As it was typed. */
static void add_words(struct zong_buf *buf, const struct zong_box_token *token)
{
	if (buf->len > 0)
		zong_buf_add_char(buf, ' ');
	zong_buf_add_format(
		buf, token->quoted ? "\"%s\"" : "%s%s", token->text, token->begins ? "*" : "");
}

static int add_part(
	struct zong_query *query, const struct zong_box_token *token, struct zong_arena *arena)
{
	struct zong_text_part *part = &query->part[query->parts++];
	size_t *count = token->without ? &query->withouts : &query->phrases;

	part->how = token->without  ? ZONG_TEXT_WITHOUT
		    : token->begins ? ZONG_TEXT_BEGINS
				    : ZONG_TEXT_WORDS;
	/* The quote that closes would be one byte more than was typed where that had none. */
	part->text = token->quoted ? zong_arena_format(arena, "\"%s", token->text) : token->text;
	if (!part->text)
		return ZONG_ENOMEM;
	return zong_phrases_add(token->without ? query->without : query->phrase, count, part->text,
		token->begins && !token->without, arena);
}

static int add_text(struct zong_query *query, const struct zong_box_token *tokens, size_t count,
	struct zong_arena *arena)
{
	struct zong_buf words = ZONG_BUF_INIT(3 * ZONG_LIMIT_QUERY + 8);
	bool any = false;
	int r = 0;

	for (size_t i = 0; i < count && !r; i++) {
		if (tokens[i].op != ZONG_BOX_TEXT)
			continue;
		r = add_part(query, &tokens[i], arena);
		if (!tokens[i].without)
			add_words(&words, &tokens[i]);
		any = any || !tokens[i].without;
	}
	if (!r && any)
		query->words = zong_arena_str(arena, zong_buf_str(&words));
	if (!r && (words.err || (any && !query->words)))
		r = ZONG_ENOMEM;
	zong_buf_release(&words);
	for (size_t i = 0; i < query->phrases; i++)
		query->may_be_alike =
			query->may_be_alike || zong_phrase_may_be_alike(&query->phrase[i]);
	return r;
}

static int parse_words(
	const char *words, struct zong_arena *arena, struct zong_query *query, struct zong_err *err)
{
	struct zong_box_token *tokens;
	size_t count = 0;
	int r;

	if (strlen(words) > ZONG_LIMIT_QUERY || !zong_utf8_valid(words, strlen(words)))
		return zong_err_set(err, ZONG_EQUERY, "q");
	r = zong_box_split(words, arena, &tokens, &count, err);
	if (r)
		return r;
	for (size_t i = 0; i < count; i++) {
		r = zong_operator_add(query, &tokens[i], arena);
		if (r)
			return zong_err_set(err, r, "%s%s", tokens[i].name, tokens[i].text);
	}
	r = add_text(query, tokens, count, arena);
	if (r)
		return zong_err_set(err, r, NULL);
	if (query->words)
		guess(query);
	return 0;
}

/* ---- members ---- */

static int parse_member_filters(const struct zong_search *search, struct zong_query *query,
	struct zong_arena *arena, struct zong_err *err)
{
	const struct zong_box_token members[] = {
		{.op = ZONG_BOX_TYPE, .name = "type", .text = search->type},
		{.op = ZONG_BOX_KIND, .name = "kind", .text = search->kind},
		{.op = ZONG_BOX_DEPT, .name = "dept", .text = search->dept},
		{.op = ZONG_BOX_FROM, .name = "from", .text = search->from},
		{.op = ZONG_BOX_TO, .name = "to", .text = search->to},
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const char *text = members[i].text;
		int r;

		if (!given(text))
			continue;
		r = strlen(text) > ZONG_LIMIT_QUERY || !zong_utf8_valid(text, strlen(text))
			    ? ZONG_EQUERY
			    : zong_operator_add(query, &members[i], arena);
		if (r)
			return zong_err_set(err, r, "%s", members[i].name);
	}
	return 0;
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
	if (given(search->cert) && !zong_cert_wish_parse(search->cert, &query->cert))
		return zong_err_set(err, ZONG_EQUERY, "cert");
	if (given(search->party) &&
		(strlen(search->party) > ZONG_LIMIT_QUERY ||
			!zong_utf8_valid(search->party, strlen(search->party)) ||
			!zong_party_wish_parse(search->party, &query->party)))
		return zong_err_set(err, ZONG_EQUERY, "party");
	return 0;
}

static void make_mark(const struct zong_search *search, uint8_t ret_mark[8])
{
	const char *const parts[] = {search->words, search->case_no, search->parcel, search->cert,
		search->party, search->type, search->kind, search->dept, search->from, search->to};
	struct zong_digest digest = {{0}};

	/* Chained, so that what stands in one member is not taken for the same in another. */
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *part = parts[i] ? parts[i] : "";

		zong_digest_hmac(digest.bytes, sizeof(digest.bytes), part, strlen(part), &digest);
	}
	memcpy(ret_mark, digest.bytes, 8);
}

static int make_room(
	const struct zong_search *search, struct zong_query *query, struct zong_arena *arena)
{
	size_t len = search->words ? strlen(search->words) : 0;

	if (len > ZONG_LIMIT_QUERY)
		len = 0; /* refused later */
	query->phrase = zong_arena_calloc(arena, len + 1, sizeof(*query->phrase));
	query->without = zong_arena_calloc(arena, len + 1, sizeof(*query->without));
	query->part = zong_arena_calloc(arena, len + 1, sizeof(*query->part));
	query->filter = zong_arena_calloc(
		arena, ZONG_LIMIT_OPERATORS + ZONG_QUERY_MEMBERS, sizeof(*query->filter));
	return query->phrase && query->without && query->part && query->filter ? 0 : ZONG_ENOMEM;
}

/* Something must be asked for: what must not be there alone is no question. */
static bool asks(const struct zong_query *query)
{
	if (query->words || query->case_no[0] || query->unit.len > 0 || query->cert.given ||
		query->party.given)
		return true;
	for (size_t i = 0; i < query->filters; i++)
		if (!query->filter[i].without)
			return true;
	return false;
}

int zong_query_parse(const struct zong_search *search, struct zong_arena *arena,
	struct zong_query *ret_query, struct zong_err *err)
{
	struct zong_query query = {0};
	int r = make_room(search, &query, arena);

	if (r)
		return zong_err_set(err, r, NULL);
	r = parse_members(search, &query, err);
	if (!r)
		r = parse_member_filters(search, &query, arena, err);
	if (!r && given(search->words))
		r = parse_words(search->words, arena, &query, err);
	if (r)
		return r;
	if (!asks(&query))
		return zong_err_set(err, ZONG_EQUERY, NULL);
	make_mark(search, query.mark);
	*ret_query = query;
	return 0;
}

bool zong_query_forbids(const struct zong_query *query, const struct zong_cells *cells)
{
	size_t end;

	for (size_t p = 0; p < query->withouts; p++)
		for (size_t i = 0; i < cells->count; i++)
			if (zong_phrase_at(&query->without[p], cells, i, &end))
				return true;
	return false;
}

bool zong_query_holds(const struct zong_query *query, const struct zong_cells *cells, bool alike)
{
	for (size_t p = 0; p < query->phrases; p++) {
		const struct zong_phrase *phrase = &query->phrase[p];
		bool found = false;
		size_t end;

		for (size_t i = 0; i < cells->count && !found; i++)
			found = zong_phrase_at(phrase, cells, i, &end) ||
				(alike && zong_phrase_alike_at(phrase, cells, i, &end));
		if (!found)
			return false;
	}
	return query->phrases > 0 && !zong_query_forbids(query, cells);
}

bool zong_query_filters(const struct zong_query *query, enum zong_filter_what what)
{
	for (size_t i = 0; i < query->filters; i++)
		if (query->filter[i].what == what && !query->filter[i].without)
			return true;
	return false;
}

struct zong_days zong_query_days(const struct zong_query *query)
{
	struct zong_days days = {ZONG_DAYS_FIRST, ZONG_DAYS_LAST};

	for (size_t i = 0; i < query->filters; i++) {
		const struct zong_filter *filter = &query->filter[i];

		if (filter->what != ZONG_FILTER_DAYS || filter->without)
			continue;
		days.from = filter->days.from > days.from ? filter->days.from : days.from;
		days.to = filter->days.to < days.to ? filter->days.to : days.to;
	}
	return days;
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

	zong_query_fold_name(name, folded);
	if (wish->name[0] && strncmp(folded, wish->simple, strlen(wish->simple)) == 0)
		return true;
	zong_index_fold_idno(idno, folded_idno);
	return wish->idno[0] && strcmp(folded_idno, wish->idno) == 0;
}
