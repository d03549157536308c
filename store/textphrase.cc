/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <algorithm>
#include <cmath>

/* A C header may have a function and a struct of one name; in C++ that looks like a mistake. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include "textphrase.h"
#pragma GCC diagnostic pop

namespace zong
{

namespace
{

constexpr uint32_t ANYWHERE = (1 << ZONG_TEXTTERM_PLACES) - 1;

} // namespace

text_phrase::text_phrase(
	const Xapian::Database &database, const std::vector<text_term> &terms, size_t without)
    : gap_(without != ZONG_TEXTTERM_ALL)
{
	for (const auto &term : terms) {
		auto same = std::find_if(lists_.begin(), lists_.end(),
			[&](const list &other) { return other.term == term.bytes; });

		if (same == lists_.end()) {
			lists_.push_back({term.bytes, database.get_termfreq(term.bytes), {}, {}, {}});
			same = lists_.end() - 1;
		}
		(term.at < without ? same->before : same->behind).push_back(term.at);
	}
	std::sort(lists_.begin(), lists_.end(),
		[](const list &a, const list &b) { return a.documents < b.documents; });
	rarest_ = lists_.empty() ? 0 : lists_.front().documents;
}

Xapian::doccount text_phrase::get_termfreq_min() const
{
	return lists_.size() == 1 ? rarest_ : 0;
}

/* Characters of a text are no dice: where all pairs of a phrase are, it mostly is, too. */
Xapian::doccount text_phrase::get_termfreq_est() const
{
	return lists_.size() == 1 ? rarest_ : rarest_ / 2;
}

Xapian::doccount text_phrase::get_termfreq_max() const
{
	return rarest_;
}

void text_phrase::init(const Xapian::Database &database)
{
	const double all = database.get_doccount();

	database_ = database;
	begun_ = false;
	ended_ = rarest_ == 0;
	rare_ = std::log(1 + all / (1 + rarest_));
	mean_length_ = std::max(1.0, database.get_avlength());
	set_maxweight(2 * rare_);
}

/* Bits of the places at which the phrase may begin, the terms being where they are. */
uint32_t text_phrase::places() const
{
	uint32_t before = ANYWHERE, behind = ANYWHERE;

	for (const auto &one : lists_) {
		const uint32_t there = one.at.get_wdf();

		for (uint32_t at : one.before)
			before &= zong_textterm_places_back(there, at);
		for (uint32_t at : one.behind)
			behind &= zong_textterm_places_back(there, at);
		if (!before || !behind)
			return 0;
	}
	return before & (gap_ ? behind | zong_textterm_places_back(behind, ZONG_TEXTTERM_PLACES - 1) : behind);
}

/* From where the rarest list stands on to the next document in which the phrase may stand. */
void text_phrase::settle()
{
	auto &rarest = lists_.front().at;
	size_t agree = 1;

	while (rarest != end_) {
		const Xapian::docid document = *rarest;

		for (agree = 1; agree < lists_.size(); agree++) {
			auto &at = lists_[agree].at;

			at.skip_to(document);
			if (at == end_) {
				ended_ = true;
				return;
			}
			if (*at != document)
				break;
		}
		if (agree < lists_.size()) {
			rarest.skip_to(*lists_[agree].at);
			continue;
		}
		found_ = places();
		if (found_)
			return;
		++rarest;
	}
	ended_ = true;
}

void text_phrase::skip_to(Xapian::docid to, double)
{
	if (ended_)
		return;
	for (auto &one : lists_)
		if (!begun_)
			one.at = database_.postlist_begin(one.term);
	begun_ = true;
	lists_.front().at.skip_to(to);
	settle();
}

void text_phrase::next(double least)
{
	if (ended_)
		return;
	if (!begun_) {
		skip_to(1, least);
		return;
	}
	++lists_.front().at;
	settle();
}

bool text_phrase::at_end() const
{
	return ended_;
}

Xapian::docid text_phrase::get_docid() const
{
	return *lists_.front().at;
}

/* As BM25 has it, with the places as the number of times that it stands there. */
double text_phrase::get_weight() const
{
	const double times = __builtin_popcount(found_);
	const double length = database_.get_doclength(get_docid()) / mean_length_;

	return rare_ * 2 * times / (times + 0.5 + 0.5 * length);
}

} // namespace zong
