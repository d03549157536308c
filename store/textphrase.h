/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_TEXTPHRASE_H
#define ZONG_STORE_TEXTPHRASE_H

/* Documents in which a phrase may stand, as a source of postings: those that have all its terms, at places (textterm.h) that may
 * be one behind the other. Most terms stand on a page once, so that each further term of a phrase passes by chance in one of seven
 * pages. C++ only, throws what Xapian throws. One thread, one search. */

#include <string>
#include <vector>

#include <xapian.h>

#include "textterm.h"

namespace zong
{

/* A term of a phrase, and the token that it begins with. */
struct text_term {
	std::string bytes;
	uint32_t at;
};

class text_phrase : public Xapian::PostingSource
{
      public:
	/* @without: the token of which no term is among these, or ZONG_TEXTTERM_ALL. Perhaps nothing stands in its place, so that
	 * those behind it stand one place earlier. */
	text_phrase(const Xapian::Database &database, const std::vector<text_term> &terms, size_t without);
	/* Documents with the rarest of the terms. */
	Xapian::doccount rarest() const
	{
		return rarest_;
	}

	Xapian::doccount get_termfreq_min() const override;
	Xapian::doccount get_termfreq_est() const override;
	Xapian::doccount get_termfreq_max() const override;
	double get_weight() const override;
	void init(const Xapian::Database &database) override;
	void next(double) override;
	void skip_to(Xapian::docid to, double) override;
	bool at_end() const override;
	Xapian::docid get_docid() const override;

      private:
	struct list {
		std::string term;
		Xapian::doccount documents;
		std::vector<uint32_t> before, behind; /* tokens that begin with it, before and behind the one left out */
		Xapian::PostingIterator at;
	};
	void settle();
	uint32_t places() const;

	std::vector<list> lists_; /* rarest first */
	Xapian::doccount rarest_ = 0;
	bool gap_;
	bool begun_ = false, ended_ = false;
	uint32_t found_ = 0; /* places where it may begin in the document it stands at */
	Xapian::Database database_;
	Xapian::PostingIterator end_;
	double rare_ = 0, mean_length_ = 1;
};

} // namespace zong

#endif
