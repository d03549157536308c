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

int keep_term(void *ctx, const char *bytes, size_t len, uint32_t at)
{
	static_cast<std::vector<text_term> *>(ctx)->push_back({std::string(bytes, len), at});
	return 0;
}

std::vector<text_term> terms_of(const struct zong_textterm_phrase &phrase, size_t without)
{
	std::vector<text_term> terms;

	zong_textterm_phrase_terms(&phrase, without, keep_term, &terms);
	return terms;
}

/* Tokens @first to before @end; borrows them. */
struct zong_textterm_phrase part_of(
	const std::vector<struct zong_textterm_token> &tokens, size_t first, size_t end)
{
	return {tokens.data() + first, end - first, 0, false};
}

struct zong_textterm_phrase whole(const std::vector<struct zong_textterm_token> &tokens)
{
	return part_of(tokens, 0, tokens.size());
}

bool stands_in(std::string_view canon, const struct zong_textterm_phrase &phrase, size_t without,
	bool begins)
{
	return zong_textterm_stands(canon.data(), canon.size(), &phrase, without, begins);
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
		std::vector<text_term> terms = terms_of(whole(phrase.tokens), ZONG_TEXTTERM_ALL);

		if (phrase.how == ZONG_TEXT_WITHOUT)
			continue;
		if (phrase.how == ZONG_TEXT_BEGINS)
			terms.pop_back();
		for (const auto &term : terms)
			least = std::min(least, database.get_termfreq(term.bytes));
	}
	return least;
}

/* @ret_rarest: documents with the rarest of the terms; may be NULL. */
Xapian::Query text_query::source_of(const Xapian::Database &database, const std::vector<text_term> &terms,
	size_t without, Xapian::doccount *ret_rarest)
{
	auto source = std::make_unique<text_phrase>(database, terms, without);
	const Xapian::Query query(source.get());

	if (ret_rarest)
		*ret_rarest = source->rarest();
	sources_.push_back(std::move(source));
	return query;
}

/* The last of the terms only begins so. */
Xapian::Query text_query::beginning(const Xapian::Database &database, std::vector<text_term> terms)
{
	const std::string begin = terms.back().bytes;
	std::vector<std::string> each;

	if (terms.size() == 1)
		return Xapian::Query(Xapian::Query::OP_WILDCARD, begin, ZONG_LIMIT_BEGINNINGS,
			Xapian::Query::WILDCARD_LIMIT_ERROR, Xapian::Query::OP_OR);
	for (auto word = database.allterms_begin(begin); word != database.allterms_end(begin);
		++word) {
		if (each.size() == ZONG_LIMIT_BEGINNINGS / 10)
			throw Xapian::WildcardError("too many words begin so");
		each.push_back(*word);
	}
	terms.pop_back();
	return source_of(database, terms, ZONG_TEXTTERM_ALL, nullptr) &
	       Xapian::Query(Xapian::Query::OP_OR, each.begin(), each.end());
}

/* Tokens @first to before @end, without the terms of one of them. */
Xapian::Query text_query::variant(const Xapian::Database &database, const wish &phrase,
	size_t first, size_t end, size_t without)
{
	const struct zong_textterm_phrase part = part_of(phrase.tokens, first, end);
	const Xapian::docid last = database.get_lastdocid();
	Xapian::doccount rarest = 0;
	const Xapian::Query query = source_of(database, terms_of(part, without), without, &rarest);

	if (rarest == 0)
		return Xapian::Query();
	if (rarest <= GAPS)
		return query;
	const auto window = static_cast<Xapian::docid>(static_cast<double>(last) / rarest * GAPS);
	sources_.push_back(std::make_unique<newest>(last - std::min(window, last - 1), last));
	return Xapian::Query(Xapian::Query::OP_FILTER, query, Xapian::Query(sources_.back().get()));
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

bool text_query::may_be_alike(const wish &phrase)
{
	return phrase.how == ZONG_TEXT_WORDS && !phrase.quoted &&
	       phrase.grams >= ZONG_TEXT_ALIKE_LEAST;
}

Xapian::Query text_query::all_of(const Xapian::Database &database, bool alike)
{
	std::vector<Xapian::Query> parts;
	std::vector<Xapian::Query> without;

	for (const auto &phrase : phrases_) {
		const std::vector<text_term> terms = terms_of(whole(phrase.tokens), ZONG_TEXTTERM_ALL);
		if (phrase.how == ZONG_TEXT_WITHOUT) {
			/* that all terms of several are there says nothing yet */
			if (terms.size() == 1)
				without.push_back(Xapian::Query(terms[0].bytes));
			continue;
		}
		Xapian::Query query = phrase.how == ZONG_TEXT_BEGINS
					      ? beginning(database, terms)
					      : source_of(database, terms, ZONG_TEXTTERM_ALL, nullptr);
		if (alike && may_be_alike(phrase))
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
	return all_of(database, true);
}

bool text_query::looks_at_texts() const
{
	return std::any_of(phrases_.begin(), phrases_.end(), [](const wish &phrase) {
		return terms_of(whole(phrase.tokens), ZONG_TEXTTERM_ALL).size() > 1;
	});
}

bool text_query::stands(std::string_view canon, const wish &phrase, bool alike)
{
	const size_t count = phrase.tokens.size();

	if (stands_in(canon, whole(phrase.tokens), ZONG_TEXTTERM_ALL,
		    phrase.how == ZONG_TEXT_BEGINS))
		return true;
	if (!alike || !may_be_alike(phrase))
		return false;
	if (count > EACH_IN_TURN)
		return stands_in(canon, part_of(phrase.tokens, 0, count / 2), ZONG_TEXTTERM_ALL,
			       false) ||
		       stands_in(canon, part_of(phrase.tokens, count / 2, count),
			       ZONG_TEXTTERM_ALL, false);
	for (size_t i = 0; i < count; i++)
		if (phrase.tokens[i].gram && stands_in(canon, whole(phrase.tokens), i, false))
			return true;
	return false;
}

bool text_query::is_hit(std::string_view canon, bool alike) const
{
	bool exactly = true;

	for (const auto &phrase : phrases_) {
		const bool there = stands(canon, phrase, false);

		if (phrase.how == ZONG_TEXT_WITHOUT) {
			if (there)
				return false;
			continue;
		}
		if (!there && !(alike && stands(canon, phrase, true)))
			return false;
		exactly = exactly && there;
	}
	return exactly != alike;
}

bool text_query::is_hit(std::string_view canon, bool alike, std::vector<uint8_t> *ret_times) const
{
	bool exactly = true, all = true;

	ret_times->assign(phrases_.size(), 0);
	for (size_t i = 0; i < phrases_.size(); i++) {
		const wish &phrase = phrases_[i];
		const struct zong_textterm_phrase tokens = whole(phrase.tokens);
		const bool without = phrase.how == ZONG_TEXT_WITHOUT;
		const size_t times =
			zong_textterm_count(canon.data(), canon.size(), &tokens, ZONG_TEXTTERM_ALL,
				phrase.how == ZONG_TEXT_BEGINS, without ? 1 : ZONG_TEXTTERM_PLACES);

		if (without) {
			all = all && times == 0;
			continue;
		}
		(*ret_times)[i] = static_cast<uint8_t>(times);
		exactly = exactly && times > 0;
		if (times > 0 || !all)
			continue;
		all = alike && stands(canon, phrase, true);
		(*ret_times)[i] = all;
	}
	return all && exactly != alike;
}

} // namespace zong
