/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

/* A C header may have a function and a struct of one name; in C++ that looks like a mistake. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include "textsearch.h"
#include "textdata.h"
#include "textguard.h"
#include "textquery.h"
#pragma GCC diagnostic pop

struct zong_textsearch {
	std::string dir;
	std::mutex mutex; /* guards what follows */
	std::vector<std::unique_ptr<Xapian::Database>> idle;
	uint64_t generation = 0;
};

namespace
{

constexpr int TRIES = 5; /* a search overtaken by two commits begins again */
constexpr size_t IDLE_MAX = 16;
/* Documents with the rarest word of a query that are ranked at most. Where more have it, the newest ones are ranked,
 * and older ones only if these do not give as many hits as were asked for. */
constexpr Xapian::doccount RANKED = 4000;
/* Hits that are counted one by one where each has to be looked at, some 20 us; of more the number is an estimate. */
constexpr Xapian::doccount COUNTED = 500;
constexpr Xapian::docid WIDER = 8; /* times, when the newest were not enough */

/* A read handle that goes back to the pool, unless its search ended by an exception. */
class handle
{
      public:
	explicit handle(zong_textsearch *search) : search_(search)
	{
		{
			std::lock_guard<std::mutex> lock(search->mutex);

			generation_ = search->generation;
			if (!search->idle.empty()) {
				database_ = std::move(search->idle.back());
				search->idle.pop_back();
			}
		}
		if (database_)
			database_->reopen();
		else
			database_ = std::make_unique<Xapian::Database>(search->dir);
	}

	Xapian::Database &database()
	{
		return *database_;
	}

	void give_back()
	{
		std::lock_guard<std::mutex> lock(search_->mutex);

		if (generation_ == search_->generation && search_->idle.size() < IDLE_MAX)
			search_->idle.push_back(std::move(database_));
	}

      private:
	zong_textsearch *search_;
	uint64_t generation_;
	std::unique_ptr<Xapian::Database> database_;
};

void fill_hit(const Xapian::MSetIterator &from, struct zong_text_hit *ret_hit)
{
	const std::string data = from.get_document().get_data();
	const std::string_view what = zong::text_name(data);

	std::memset(ret_hit, 0, sizeof(*ret_hit));
	ret_hit->what_len = std::min(what.size(), sizeof(ret_hit->what));
	std::memcpy(ret_hit->what, what.data(), ret_hit->what_len);
	ret_hit->score = from.get_percent() / 100.0;
}

/* The hits of all documents, or of as many of the newest as it needs to have enough: what a word costs that stands
 * in nearly every document must not grow with the archive. @ret_share: of the documents looked at. */
Xapian::MSet rank(const Xapian::Database &database, zong::text_query &asked,
	Xapian::doccount offset, Xapian::doccount max, double *ret_share)
{
	const Xapian::Query query = asked.exactly(database);
	const Xapian::docid last = database.get_lastdocid();
	const Xapian::doccount most = asked.most_hits(database);
	Xapian::Enquire enquire(database);
	const zong::text_decider looking(asked, false);
	const Xapian::MatchDecider *decider = asked.looks_at_texts() ? &looking : nullptr;
	Xapian::docid window = last;

	if (most > RANKED)
		window = static_cast<Xapian::docid>(static_cast<double>(last) / most * RANKED);
	for (; window < last; window = window < last / WIDER ? window * WIDER : last) {
		zong::newest source(last - window + 1, last);

		enquire.set_query(
			Xapian::Query(Xapian::Query::OP_FILTER, query, Xapian::Query(&source)));
		const Xapian::MSet hits = enquire.get_mset(offset, max, offset + max, nullptr, decider);
		if (hits.size() == max) {
			*ret_share = static_cast<double>(window) / last;
			return hits;
		}
	}
	enquire.set_query(query);
	*ret_share = 1;
	return enquire.get_mset(offset, max,
		asked.looks_at_texts() ? COUNTED : ZONG_LIMIT_SEARCH_SCAN, nullptr, decider);
}

/* Each with its own limit, so that nothing of it grows with the archive. */
Xapian::MSet rank_alike(const Xapian::Database &database, zong::text_query &asked,
	Xapian::doccount offset, Xapian::doccount max)
{
	Xapian::Enquire enquire(database);

	const zong::text_decider decider(asked, true);

	enquire.set_query(asked.alike(database));
	return enquire.get_mset(offset, max, offset + max, nullptr, &decider);
}

int search_once(zong_textsearch *search, zong::text_query &asked, bool alike, size_t offset,
	size_t max, struct zong_text_hit *ret_hits, size_t *ret_count, size_t *ret_total)
{
	handle handle(search);
	const auto from = static_cast<Xapian::doccount>(offset);
	const auto most = static_cast<Xapian::doccount>(max);
	size_t count = 0;
	double share = 1;
	const Xapian::MSet hits = alike ? rank_alike(handle.database(), asked, from, most)
					: rank(handle.database(), asked, from, most, &share);

	for (auto hit = hits.begin(); hit != hits.end() && count < max; ++hit)
		fill_hit(hit, &ret_hits[count++]);
	*ret_count = count;
	*ret_total = static_cast<size_t>(hits.get_matches_estimated() / share);
	handle.give_back();
	return 0;
}

} // namespace

int zong_textsearch_new(const char *dir, struct zong_textsearch **ret_search)
{
	return zong_textguard("opening for search", [&] {
		auto search = std::make_unique<zong_textsearch>();

		search->dir = dir;
		*ret_search = search.release();
		return 0;
	});
}

void zong_textsearch_free(struct zong_textsearch *search)
{
	delete search;
}

void zong_textsearch_forget(struct zong_textsearch *search)
{
	std::lock_guard<std::mutex> lock(search->mutex);

	search->generation++;
	search->idle.clear();
}

int zong_textsearch_ask(struct zong_textsearch *search, const struct zong_text_query *query,
	size_t offset, size_t max, struct zong_text_hit *ret_hits, size_t *ret_count,
	size_t *ret_total)
{
	return zong_textguard("searching", [&] {
		zong::text_query asked;
		const int r = asked.parse(query);

		if (r)
			return r;
		for (int tries = 1;; tries++) {
			try {
				return search_once(search, asked, query->alike, offset, max,
					ret_hits, ret_count, ret_total);
			} catch (const Xapian::DatabaseModifiedError &) {
				if (tries == TRIES)
					throw;
			} catch (const Xapian::DatabaseNotFoundError &) {
				/* Just now made anew. */
				*ret_count = 0;
				*ret_total = 0;
				return 0;
			} catch (const Xapian::WildcardError &) {
				return static_cast<int>(ZONG_ELIMIT);
			}
		}
	});
}

int zong_textsearch_run(struct zong_textsearch *search, const char *query, size_t offset,
	size_t max, struct zong_text_hit *ret_hits, size_t *ret_count, size_t *ret_total)
{
	const struct zong_text_part part = {ZONG_TEXT_WORDS, query};
	const struct zong_text_query asked = {&part, 1, false};

	return zong_textsearch_ask(search, &asked, offset, max, ret_hits, ret_count, ret_total);
}
