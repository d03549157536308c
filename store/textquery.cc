/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <algorithm>
#include <cstring>
#include <new>

/* A C header may have a function and a struct of one name; in C++ that looks like a mistake. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include "textquery.h"
#pragma GCC diagnostic pop

namespace zong
{

namespace
{

/* Tokens up to which each Han in turn is left out; of a longer phrase one half must stand there. */
constexpr size_t EACH_IN_TURN = 16;
/* Documents with the rarest term of a phrase with a gap that are looked at, the newest ones: a phrase in which all is
 * common must not cost what the archive is large. */
constexpr Xapian::doccount GAPS = 20000;

struct term {
	std::string bytes;
	uint32_t at;
};

int keep_term(void *ctx, const char *bytes, size_t len, uint32_t at)
{
	static_cast<std::vector<term> *>(ctx)->push_back({std::string(bytes, len), at});
	return 0;
}

std::vector<term> terms_of(const std::vector<struct zong_textterm_token> &tokens, size_t first,
	size_t end, size_t without)
{
	const struct zong_textterm_phrase phrase = {tokens.data() + first, end - first, 0, false};
	std::vector<term> terms;

	zong_textterm_phrase_terms(&phrase, without, keep_term, &terms);
	return terms;
}

Xapian::Query in_order(const std::vector<term> &terms)
{
	std::vector<std::string> words;

	for (const auto &term : terms)
		words.push_back(term.bytes);
	if (words.size() == 1)
		return Xapian::Query(words[0]);
	return Xapian::Query(Xapian::Query::OP_PHRASE, words.begin(), words.end(),
		static_cast<Xapian::termcount>(terms.back().at - terms.front().at + 1));
}

/* The last of the terms only begins so. */
Xapian::Query beginning(const Xapian::Database &database, std::vector<term> terms)
{
	const std::string begin = terms.back().bytes;
	std::vector<Xapian::Query> each;

	if (terms.size() == 1)
		return Xapian::Query(Xapian::Query::OP_WILDCARD, begin, ZONG_LIMIT_BEGINNINGS,
			Xapian::Query::WILDCARD_LIMIT_ERROR, Xapian::Query::OP_OR);
	for (auto word = database.allterms_begin(begin); word != database.allterms_end(begin);
		++word) {
		if (each.size() == ZONG_LIMIT_BEGINNINGS / 10)
			throw Xapian::WildcardError("too many words begin so");
		terms.back().bytes = *word;
		each.push_back(in_order(terms));
	}
	return Xapian::Query(Xapian::Query::OP_OR, each.begin(), each.end());
}

} // namespace

Xapian::doccount newest::get_termfreq_min() const
{
	return 0;
}

Xapian::doccount newest::get_termfreq_est() const
{
	return last_ - first_ + 1;
}

Xapian::doccount newest::get_termfreq_max() const
{
	return last_ - first_ + 1;
}

void newest::init(const Xapian::Database &)
{
	at_ = 0;
}

void newest::next(double)
{
	at_ = at_ == 0 ? first_ : at_ + 1;
}

void newest::skip_to(Xapian::docid to, double)
{
	at_ = std::max({to, first_, at_});
}

bool newest::at_end() const
{
	return at_ > last_;
}

Xapian::docid newest::get_docid() const
{
	return at_;
}

int text_query::add_phrase(void *ctx, const struct zong_textterm_phrase *found)
{
	auto *query = static_cast<text_query *>(ctx);

	try {
		query->phrases_.push_back({query->how_, found->quoted, found->grams,
			{found->token, found->token + found->count}});
	} catch (const std::bad_alloc &) {
		return ZONG_ENOMEM;
	}
	return 0;
}

int text_query::parse(const struct zong_text_query *query)
{
	bool any = false;

	for (size_t i = 0; i < query->parts; i++) {
		const struct zong_text_part *part = &query->part[i];
		const size_t before = phrases_.size();

		how_ = part->how == ZONG_TEXT_BEGINS ? ZONG_TEXT_WORDS : part->how;
		const int r = zong_textterm_phrases(
			part->text, std::strlen(part->text), add_phrase, this);
		if (r && r != ZONG_EQUERY)
			return r;
		any = any || (!r && part->how != ZONG_TEXT_WITHOUT);
		/* A run of Han is a beginning as it is. */
		if (part->how == ZONG_TEXT_BEGINS && phrases_.size() > before &&
			!phrases_.back().tokens.back().gram)
			phrases_.back().how = ZONG_TEXT_BEGINS;
	}
	return any ? 0 : ZONG_EQUERY;
}

Xapian::doccount text_query::most_hits(const Xapian::Database &database) const
{
	Xapian::doccount least = database.get_doccount();

	for (const auto &phrase : phrases_) {
		std::vector<term> terms =
			terms_of(phrase.tokens, 0, phrase.tokens.size(), ZONG_TEXTTERM_ALL);

		if (phrase.how == ZONG_TEXT_WITHOUT)
			continue;
		if (phrase.how == ZONG_TEXT_BEGINS)
			terms.pop_back();
		for (const auto &term : terms)
			least = std::min(least, database.get_termfreq(term.bytes));
	}
	return least;
}

/* Tokens @first to before @end, without the terms of one of them. */
Xapian::Query text_query::variant(const Xapian::Database &database, const wish &phrase,
	size_t first, size_t end, size_t without)
{
	const std::vector<term> terms = terms_of(phrase.tokens, first, end, without);
	const Xapian::docid last = database.get_lastdocid();
	Xapian::doccount rarest = last;

	for (const auto &term : terms)
		rarest = std::min(rarest, database.get_termfreq(term.bytes));
	if (rarest == 0)
		return Xapian::Query();
	if (rarest <= GAPS)
		return in_order(terms);
	const auto window = static_cast<Xapian::docid>(static_cast<double>(last) / rarest * GAPS);
	sources_.push_back(std::make_unique<newest>(last - std::min(window, last - 1), last));
	return Xapian::Query(
		Xapian::Query::OP_FILTER, in_order(terms), Xapian::Query(sources_.back().get()));
}

Xapian::Query text_query::with_one_other(const Xapian::Database &database, const wish &phrase)
{
	const size_t count = phrase.tokens.size();
	std::vector<Xapian::Query> each;

	if (count > EACH_IN_TURN) {
		each.push_back(variant(database, phrase, 0, count / 2, ZONG_TEXTTERM_ALL));
		each.push_back(variant(database, phrase, count / 2, count, ZONG_TEXTTERM_ALL));
	}
	for (size_t i = 0; i < count && count <= EACH_IN_TURN; i++)
		if (phrase.tokens[i].gram)
			each.push_back(variant(database, phrase, 0, count, i));
	return Xapian::Query(Xapian::Query::OP_OR, each.begin(), each.end());
}

Xapian::Query text_query::all_of(const Xapian::Database &database, bool alike)
{
	std::vector<Xapian::Query> parts;
	std::vector<Xapian::Query> without;

	for (const auto &phrase : phrases_) {
		const std::vector<term> terms =
			terms_of(phrase.tokens, 0, phrase.tokens.size(), ZONG_TEXTTERM_ALL);
		Xapian::Query query = phrase.how == ZONG_TEXT_BEGINS ? beginning(database, terms)
								     : in_order(terms);

		if (phrase.how == ZONG_TEXT_WITHOUT) {
			without.push_back(query);
			continue;
		}
		if (alike && phrase.how == ZONG_TEXT_WORDS && !phrase.quoted &&
			phrase.grams >= ZONG_TEXT_ALIKE_LEAST)
			query = query | with_one_other(database, phrase);
		parts.push_back(query);
	}
	const Xapian::Query all(Xapian::Query::OP_AND, parts.begin(), parts.end());
	if (without.empty())
		return all;
	return Xapian::Query(Xapian::Query::OP_AND_NOT, all,
		Xapian::Query(Xapian::Query::OP_OR, without.begin(), without.end()));
}

Xapian::Query text_query::exactly(const Xapian::Database &database)
{
	return all_of(database, false);
}

Xapian::Query text_query::alike(const Xapian::Database &database)
{
	return Xapian::Query(
		Xapian::Query::OP_AND_NOT, all_of(database, true), all_of(database, false));
}

} // namespace zong
