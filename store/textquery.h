/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_TEXTQUERY_H
#define ZONG_STORE_TEXTQUERY_H

/* What is asked of the text index as queries of Xapian, to be asked with BoolWeight: phrases weigh what text_phrase says, all else
 * only filters. C++ only, and throws what Xapian throws;
 * a beginning that too many words have is Xapian::WildcardError. One thread.
 *
 * A phrase in which one Han may be another is looked for without the terms that this one has a part
 * in, once for each; in its place any token may stand, a word too, so who asks looks at the text. */

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <xapian.h>

extern "C" {
#include <zong/store.h>
}
#include "textphrase.h"
#include "textterm.h"

namespace zong
{

/* Documents from one number on; numbers are given in the order of indexing. A filter only: no weight. */
class newest : public Xapian::PostingSource
{
      public:
	newest(Xapian::docid first, Xapian::docid last) : first_(first), last_(last)
	{
	}
	Xapian::doccount get_termfreq_min() const override;
	Xapian::doccount get_termfreq_est() const override;
	Xapian::doccount get_termfreq_max() const override;
	void init(const Xapian::Database &) override;
	void next(double) override;
	void skip_to(Xapian::docid to, double) override;
	bool at_end() const override;
	Xapian::docid get_docid() const override;

      private:
	Xapian::docid first_, last_, at_ = 0;
};

class text_query
{
      public:
	/* 0, ZONG_EQUERY (nothing to look for), ZONG_ELIMIT, ZONG_ENOMEM. */
	int parse(const struct zong_text_query *query);
	/* How many documents can be hits at most: those with the rarest word. */
	Xapian::doccount most_hits(const Xapian::Database &database) const;
	/* Documents in which all phrases may stand, of which those are hits in whose canon they do. This one has to live as long as
	 * the queries that it gives. */
	Xapian::Query exactly(const Xapian::Database &database);
	/* Perhaps one Han other in each phrase that is long enough. */
	Xapian::Query alike(const Xapian::Database &database);
	/* Are the terms not enough to tell? */
	bool looks_at_texts() const;
	/* Does the canon (textterm.h) say what was asked for? With @alike: perhaps with one Han other, and not exactly. */
	bool is_hit(std::string_view canon, bool alike) const;
	/* The same, and how often each phrase stands there, counted up to seven: 1 where it does with one Han other, and
	 * 0 for those that may not stand there. */
	bool is_hit(std::string_view canon, bool alike, std::vector<uint8_t> *ret_times) const;
	size_t phrases() const
	{
		return phrases_.size();
	}

      private:
	struct wish {
		enum zong_text_how how;
		bool quoted;
		size_t grams;
		std::vector<struct zong_textterm_token> tokens;
	};
	static int add_phrase(void *ctx, const struct zong_textterm_phrase *found);
	Xapian::Query with_one_other(const Xapian::Database &database, const wish &phrase);
	Xapian::Query source_of(const Xapian::Database &database, const std::vector<text_term> &terms,
		size_t without, Xapian::doccount *ret_rarest);
	Xapian::Query beginning(const Xapian::Database &database, std::vector<text_term> terms);
	Xapian::Query variant(const Xapian::Database &database, const wish &phrase, size_t first,
		size_t end, size_t without);
	Xapian::Query all_of(const Xapian::Database &database, bool alike);
	static bool may_be_alike(const wish &phrase);
	static bool stands(std::string_view canon, const wish &phrase, bool alike);

	enum zong_text_how how_ = ZONG_TEXT_WORDS;
	std::vector<wish> phrases_;
	std::vector<std::unique_ptr<Xapian::PostingSource>> sources_;
};

} // namespace zong

#endif
