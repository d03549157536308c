/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
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
	bool paused = false;
	std::condition_variable resumed;
};

namespace
{

constexpr int TRIES = 5; /* a search overtaken by two commits begins again */
constexpr size_t IDLE_MAX = 16;
/* Documents with the rarest word of a query that are ranked at least. Where more have it, the newest ones are ranked,
 * and older ones only if these do not give as many hits as were asked for. */
constexpr Xapian::doccount RANKED = 4000;
constexpr Xapian::docid WIDER = 8; /* times, when the newest were not enough */
constexpr Xapian::doccount SPARE = 8; /* ranked beyond what is asked for, of which some may turn out to be none */

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

/* The best documents that may be hits, looked at from the best on until there are enough. */
class ranking
{
      public:
	ranking(const Xapian::Database &database, zong::text_query &asked, bool alike, Xapian::doccount wanted)
	    : database_(database), asked_(asked), alike_(alike), wanted_(wanted),
	      query_(alike ? asked.alike(database) : asked.exactly(database))
	{
	}
	void run();
	/* Hits @offset to before @offset + @max. */
	size_t fill(size_t offset, size_t max, struct zong_text_hit *ret_hits) const;
	size_t total() const;

      private:
	struct hit {
		double weight;
		std::string name;
	};
	bool look(Xapian::docid document, std::string *ret_name);
	void rank(Xapian::docid window, Xapian::docid last);

	const Xapian::Database &database_;
	const zong::text_query &asked_;
	const bool alike_;
	const Xapian::doccount wanted_;
	const Xapian::Query query_;
	std::vector<hit> hits_;
	std::unordered_map<Xapian::docid, std::string> looked_; /* "": it is none */
	double beyond_ = 0; /* hits beyond those, about */
	std::string room_;
};

/* Is it a hit? A wider window has all of a narrower one in it again. */
bool ranking::look(Xapian::docid document, std::string *ret_name)
{
	const auto before = looked_.find(document);

	if (before != looked_.end()) {
		*ret_name = before->second;
		return !ret_name->empty();
	}
	const std::string data = database_.get_document(document, Xapian::DOC_ASSUME_VALID).get_data();
	const bool sure = !alike_ && !asked_.looks_at_texts();

	*ret_name = sure || asked_.is_hit(zong::text_canon(data, room_), alike_) ? zong::text_name(data) : "";
	looked_.emplace(document, *ret_name);
	return !ret_name->empty();
}

/* In the newest @window documents. */
void ranking::rank(Xapian::docid window, Xapian::docid last)
{
	zong::newest source(last - window + 1, last);
	Xapian::Enquire enquire(database_);
	Xapian::doccount max = wanted_ + wanted_ / 8 + SPARE, looked = 0;
	Xapian::MSet ranked;

	enquire.set_weighting_scheme(Xapian::BoolWeight());
	enquire.set_docid_order(Xapian::Enquire::DESCENDING);
	enquire.set_query(window == last ? query_
					 : Xapian::Query(Xapian::Query::OP_FILTER, query_, Xapian::Query(&source)));
	hits_.clear();
	for (;; max *= 4) {
		ranked = enquire.get_mset(0, max, last);
		for (; looked < ranked.size() && hits_.size() < wanted_; looked++) {
			hit found{ranked[looked].get_weight(), {}};

			if (look(*ranked[looked], &found.name))
				hits_.push_back(std::move(found));
		}
		if (hits_.size() == wanted_ || ranked.size() < max)
			break;
	}
	const double found = static_cast<double>(hits_.size());
	const double unseen = static_cast<double>(ranked.get_matches_estimated()) - looked;

	beyond_ = (found + unseen * found / std::max(looked, 1U)) * last / window - found;
	/* who filters would stop looking if there seemed to be no more */
	if (hits_.size() == wanted_ && (unseen > 0 || window < last))
		beyond_ = std::max(beyond_, 1.0);
}

/* What a word costs that stands in nearly every document must not grow with the archive. */
void ranking::run()
{
	const Xapian::docid last = database_.get_lastdocid();
	const Xapian::doccount most = asked_.most_hits(database_);
	const Xapian::doccount least = std::max(RANKED, 2 * wanted_);
	Xapian::docid window = last;

	if (!alike_ && most > least)
		window = static_cast<Xapian::docid>(static_cast<double>(last) / most * least);
	if (last == 0)
		return;
	for (;; window = window < last / WIDER ? window * WIDER : last) {
		rank(window, last);
		if (window == last || hits_.size() == wanted_)
			return;
	}
}

size_t ranking::fill(size_t offset, size_t max, struct zong_text_hit *ret_hits) const
{
	const double best = hits_.empty() ? 0 : hits_.front().weight;
	size_t count = 0;

	for (; count < max && offset + count < hits_.size(); count++) {
		const hit &from = hits_[offset + count];
		struct zong_text_hit *to = &ret_hits[count];

		std::memset(to, 0, sizeof(*to));
		to->what_len = std::min(from.name.size(), sizeof(to->what));
		std::memcpy(to->what, from.name.data(), to->what_len);
		to->score = best > 0 ? from.weight / best : 1;
	}
	return count;
}

size_t ranking::total() const
{
	return hits_.size() + static_cast<size_t>(std::ceil(beyond_));
}

/* Waits while the files are exchanged. */
uint64_t generation_of(zong_textsearch *search)
{
	std::unique_lock<std::mutex> lock(search->mutex);

	search->resumed.wait(lock, [&] { return !search->paused; });
	return search->generation;
}

void search_once(zong_textsearch *search, zong::text_query &asked, bool alike, size_t offset,
	size_t max, struct zong_text_hit *ret_hits, size_t *ret_count, size_t *ret_total)
{
	handle handle(search);
	ranking ranking(handle.database(), asked, alike, static_cast<Xapian::doccount>(offset + max));

	ranking.run();
	*ret_count = ranking.fill(offset, max, ret_hits);
	*ret_total = ranking.total();
	handle.give_back();
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

void zong_textsearch_pause(struct zong_textsearch *search)
{
	std::lock_guard<std::mutex> lock(search->mutex);

	search->paused = true;
	search->generation++;
	search->idle.clear();
}

void zong_textsearch_resume(struct zong_textsearch *search)
{
	std::lock_guard<std::mutex> lock(search->mutex);

	search->paused = false;
	search->resumed.notify_all();
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
			const uint64_t generation = generation_of(search);

			try {
				search_once(search, asked, query->alike, offset, max, ret_hits, ret_count,
					ret_total);
				if (generation_of(search) == generation)
					return 0;
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
			} catch (const Xapian::Error &) {
				/* It may have opened one half of the old files and one of the new. */
				if (tries == TRIES || generation_of(search) == generation)
					throw;
			}
		}
	});
}

int zong_textsearch_run(struct zong_textsearch *search, const char *query, size_t offset,
	size_t max, struct zong_text_hit *ret_hits, size_t *ret_count, size_t *ret_total)
{
	const struct zong_text_part part = {ZONG_TEXT_WORDS, query};
	const struct zong_text_query asked = {&part, 1, false, nullptr};

	return zong_textsearch_ask(search, &asked, offset, max, ret_hits, ret_count, ret_total);
}
