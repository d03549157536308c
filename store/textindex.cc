/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include <xapian.h>

/* A C header may have a function and a struct of one name; in C++ that looks like a mistake. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
extern "C" {
#include <zong/bulk.h>
#include <zong/file.h>
#include <zong/log.h>
}
#include "textindex.h"
#pragma GCC diagnostic pop
#include "textterm.h"

struct zong_textindex {
	std::string dir;
	Xapian::WritableDatabase database;
};

struct zong_textsearch {
	std::string dir;
	std::mutex mutex; /* guards what follows */
	std::vector<std::unique_ptr<Xapian::Database>> idle;
	uint64_t generation = 0;
};

struct zong_textlook {
	std::string archive;
	Xapian::Database database;
};

namespace
{

constexpr int TRIES = 5; /* a search overtaken by two commits begins again */
constexpr size_t IDLE_MAX = 16;
/* Documents with the rarest word of a query that are ranked at most. Where more have it, the newest ones are ranked,
 * and older ones only if these do not give as many hits as were asked for. */
constexpr Xapian::doccount RANKED = 10000;
constexpr Xapian::docid WIDER = 8; /* times, when the newest were not enough */
constexpr int LOOK_TRIES = 20; /* a check is in no hurry */

/* Runs @body and turns what it throws into a code. */
template <typename Body> int guarded(const char *doing, Body body)
{
	try {
		return body();
	} catch (const std::bad_alloc &) {
		return ZONG_ENOMEM;
	} catch (const Xapian::DatabaseCorruptError &error) {
		zong_log_error("text index: %s: %s", doing, error.get_msg().c_str());
		return ZONG_ECORRUPT;
	} catch (const Xapian::Error &error) {
		zong_log_error(
			"text index: %s: %s: %s", doing, error.get_type(), error.get_msg().c_str());
		return ZONG_EIO;
	} catch (const std::exception &error) {
		zong_log_error("text index: %s: %s", doing, error.what());
		return ZONG_EIO;
	}
}

std::string unique_term(const void *what, size_t what_len)
{
	return "Q" + std::string(static_cast<const char *>(what), what_len);
}

std::string archive_name(const struct zong_id *archive)
{
	char text[ZONG_ID_TEXT];

	zong_id_format(archive, text);
	return text;
}

/* The last change that the index holds, if it is one that we can go on with. */
bool usable(const Xapian::Database &database, const std::string &archive, uint64_t last,
	uint64_t *ret_change)
{
	if (database.get_metadata("archive") != archive ||
		database.get_metadata("rules") != std::to_string(ZONG_TEXTTERM_RULES))
		return false;
	const std::string change = database.get_metadata("change");
	*ret_change = change.empty() ? 0 : std::stoull(change);
	return *ret_change <= last;
}

void must(int code)
{
	if (code)
		throw std::runtime_error(zong_error_slug(code));
}

/* Xapian renames its new state over the old one and does not sync the folder. The next commit writes over blocks that only
 * the state before needs: were the power to bring that back, pages would be missing from it without a sign. */
void commit(const std::string &dir, Xapian::WritableDatabase &database)
{
	database.commit();
	must(zong_file_sync_dir(dir.c_str()));
}

/* An empty folder, durable. First goes the file by which Xapian knows a database: tables that a crash has taken from
 * under it would count as empty, and their pages as never read. */
void clear(const std::string &dir)
{
	const int made = zong_file_make_dir(dir.c_str(), 0700);

	if (made != ZONG_EEXIST)
		must(made);
	std::filesystem::remove(dir + "/iamglass");
	must(zong_file_sync_dir(dir.c_str()));
	for (const auto &entry : std::filesystem::directory_iterator(dir))
		std::filesystem::remove_all(entry.path());
}

/* Lets Xapian make the files of all its tables, which it otherwise does when it needs them: so their names are on
 * the disk before anything is believed of this index. */
void make_tables(const std::string &dir, Xapian::WritableDatabase &database)
{
	Xapian::Document document;

	document.set_data("x");
	document.add_posting("Qx", 1); /* no term of a text, and no document of ours */
	database.replace_document("Qx", document);
	commit(dir, database);
	database.delete_document("Qx");
	commit(dir, database);
}

Xapian::WritableDatabase make_anew(const std::string &dir, const std::string &archive)
{
	/* Cleared rather than overwritten: nothing of what was broken shall matter. */
	clear(dir);
	Xapian::WritableDatabase database(dir, Xapian::DB_CREATE_OR_OVERWRITE);

	make_tables(dir, database);
	database.set_metadata("archive", archive);
	database.set_metadata("rules", std::to_string(ZONG_TEXTTERM_RULES));
	database.set_metadata("change", "0");
	commit(dir, database);
	return database;
}

Xapian::WritableDatabase open_or_make(
	const std::string &dir, const std::string &archive, uint64_t last, uint64_t *ret_change)
{
	try {
		Xapian::WritableDatabase database(dir, Xapian::DB_OPEN);

		/* the sync of the last commit may have failed */
		must(zong_file_sync_dir(dir.c_str()));
		if (usable(database, archive, last, ret_change))
			return database;
		zong_log_info("text index: of another state than the catalog, made anew");
	} catch (const Xapian::DatabaseNotFoundError &) {
		zong_log_info("text index: made");
	} catch (const Xapian::DatabaseLockError &) {
		throw;
	} catch (const Xapian::Error &error) {
		zong_log_warning(
			"text index: cannot be read (%s), made anew", error.get_msg().c_str());
	} catch (const std::logic_error &) { /* "change" is no number */
		zong_log_warning("text index: cannot be read, made anew");
	}
	*ret_change = 0;
	return make_anew(dir, archive);
}

int add_posting(void *ctx, const char *term, size_t len, uint32_t position)
{
	static_cast<Xapian::Document *>(ctx)->add_posting(std::string(term, len), position);
	return 0;
}

struct query_builder {
	std::vector<std::vector<std::string>> phrases;
};

int add_query_term(void *ctx, const char *term, size_t len, bool begins)
{
	auto *builder = static_cast<query_builder *>(ctx);

	try {
		if (begins)
			builder->phrases.emplace_back();
		builder->phrases.back().emplace_back(term, len);
	} catch (const std::bad_alloc &) {
		return ZONG_ENOMEM;
	}
	return 0;
}

/* Documents from one number on; numbers are given in the order of indexing. A filter only: no weight. */
class newest : public Xapian::PostingSource
{
      public:
	newest(Xapian::docid first, Xapian::docid last) : first_(first), last_(last)
	{
	}

	Xapian::doccount get_termfreq_min() const override
	{
		return 0;
	}

	Xapian::doccount get_termfreq_est() const override
	{
		return last_ - first_ + 1;
	}

	Xapian::doccount get_termfreq_max() const override
	{
		return last_ - first_ + 1;
	}

	void init(const Xapian::Database &) override
	{
		at_ = 0;
	}

	void next(double) override
	{
		at_ = at_ == 0 ? first_ : at_ + 1;
	}

	void skip_to(Xapian::docid to, double) override
	{
		at_ = std::max({to, first_, at_});
	}

	bool at_end() const override
	{
		return at_ > last_;
	}

	Xapian::docid get_docid() const override
	{
		return at_;
	}

      private:
	Xapian::docid first_, last_, at_ = 0;
};

/* How many documents can be hits at most: those with the rarest word. */
Xapian::doccount most_hits(const Xapian::Database &database, const query_builder &builder)
{
	Xapian::doccount least = database.get_doccount();

	for (const auto &phrase : builder.phrases)
		for (const auto &term : phrase)
			least = std::min(least, database.get_termfreq(term));
	return least;
}

Xapian::Query to_query(const query_builder &builder)
{
	std::vector<Xapian::Query> parts;

	for (const auto &phrase : builder.phrases) {
		if (phrase.size() == 1)
			parts.emplace_back(phrase[0]);
		else
			parts.emplace_back(Xapian::Query::OP_PHRASE, phrase.begin(), phrase.end(),
				static_cast<Xapian::termcount>(phrase.size()));
	}
	return Xapian::Query(Xapian::Query::OP_AND, parts.begin(), parts.end());
}

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
	const std::string what = from.get_document().get_data();

	std::memset(ret_hit, 0, sizeof(*ret_hit));
	ret_hit->what_len = std::min(what.size(), sizeof(ret_hit->what));
	std::memcpy(ret_hit->what, what.data(), ret_hit->what_len);
	ret_hit->score = from.get_percent() / 100.0;
}

/* The hits of all documents, or of as many of the newest as it needs to have enough: what a word costs that stands
 * in nearly every document must not grow with the archive. @ret_share: of the documents looked at. */
Xapian::MSet rank(const Xapian::Database &database, const query_builder &builder,
	Xapian::doccount offset, Xapian::doccount max, double *ret_share)
{
	const Xapian::Query query = to_query(builder);
	const Xapian::docid last = database.get_lastdocid();
	const Xapian::doccount most = most_hits(database, builder);
	Xapian::Enquire enquire(database);
	Xapian::docid window = last;

	if (most > RANKED)
		window = static_cast<Xapian::docid>(static_cast<double>(last) / most * RANKED);
	for (; window < last; window = window < last / WIDER ? window * WIDER : last) {
		newest source(last - window + 1, last);

		enquire.set_query(Xapian::Query(
			Xapian::Query::OP_FILTER, query, Xapian::Query(&source)));
		const Xapian::MSet hits = enquire.get_mset(offset, max, offset + max);
		if (hits.size() == max) {
			*ret_share = static_cast<double>(window) / last;
			return hits;
		}
	}
	enquire.set_query(query);
	*ret_share = 1;
	return enquire.get_mset(offset, max, ZONG_LIMIT_SEARCH_SCAN);
}

int search_once(zong_textsearch *search, const query_builder &builder, size_t offset, size_t max,
	struct zong_text_hit *ret_hits, size_t *ret_count, size_t *ret_total)
{
	handle handle(search);
	size_t count = 0;
	double share;
	const Xapian::MSet hits = rank(handle.database(), builder,
		static_cast<Xapian::doccount>(offset), static_cast<Xapian::doccount>(max), &share);

	for (auto hit = hits.begin(); hit != hits.end() && count < max; ++hit)
		fill_hit(hit, &ret_hits[count++]);
	*ret_count = count;
	*ret_total = static_cast<size_t>(hits.get_matches_estimated() / share);
	handle.give_back();
	return 0;
}

/* As guarded, again from a newer state where the writer has overtaken us. Quiet: a check tells by itself. */
template <typename Body> int looking(struct zong_textlook *look, Body body)
{
	for (int tries = 1;; tries++) {
		try {
			return body();
		} catch (const Xapian::DatabaseModifiedError &) {
			if (tries == LOOK_TRIES)
				return ZONG_EBUSY;
			try {
				look->database.reopen();
			} catch (const Xapian::Error &) {
				return ZONG_ECORRUPT;
			}
		} catch (const std::bad_alloc &) {
			return ZONG_ENOMEM;
		} catch (const std::exception &) { /* also "change" that is no number */
			return ZONG_ECORRUPT;
		} catch (const Xapian::Error &) {
			return ZONG_ECORRUPT;
		}
	}
}

} // namespace

int zong_textlook_new(
	const char *dir, const struct zong_id *archive, struct zong_textlook **ret_look)
{
	try {
		auto look = std::make_unique<zong_textlook>();

		look->archive = archive_name(archive);
		look->database = Xapian::Database(dir);
		*ret_look = look.release();
		return 0;
	} catch (const Xapian::DatabaseNotFoundError &) {
		return ZONG_ENOENT;
	} catch (const std::bad_alloc &) {
		return ZONG_ENOMEM;
	} catch (const Xapian::Error &) {
		return ZONG_ECORRUPT;
	}
}

void zong_textlook_close(struct zong_textlook *look)
{
	delete look;
}

int zong_textlook_refresh(
	struct zong_textlook *look, uint64_t *ret_change, uint64_t *ret_documents)
{
	return looking(look, [&] {
		look->database.reopen();
		*ret_documents = look->database.get_doccount();
		if (usable(look->database, look->archive, UINT64_MAX, ret_change))
			return 0;
		/* Just now being made: nothing is in it yet. */
		*ret_change = 0;
		return *ret_documents == 0 && look->database.get_metadata("archive").empty()
			       ? 0
			       : static_cast<int>(ZONG_ECORRUPT);
	});
}

int zong_textlook_has(
	struct zong_textlook *look, const void *what, size_t what_len, bool *ret_has)
{
	return looking(look, [&] {
		*ret_has = look->database.term_exists(unique_term(what, what_len));
		return 0;
	});
}

int zong_textlook_list(struct zong_textlook *look, const struct zong_textlook_what *after,
	size_t max, struct zong_textlook_what *ret_whats, size_t *ret_count)
{
	return looking(look, [&] {
		const std::string last =
			after ? unique_term(after->bytes, after->len) : std::string("Q");
		const Xapian::TermIterator end = look->database.allterms_end("Q");
		Xapian::TermIterator term = look->database.allterms_begin("Q");
		size_t count = 0;

		term.skip_to(last);
		for (; term != end && count < max; ++term) {
			const std::string name = *term;

			if (name == last)
				continue;
			if (name.size() < 2 || name.size() - 1 > sizeof(ret_whats[0].bytes))
				return static_cast<int>(ZONG_ECORRUPT);
			ret_whats[count].len = name.size() - 1;
			std::memcpy(ret_whats[count].bytes, name.data() + 1, name.size() - 1);
			count++;
		}
		*ret_count = count;
		return 0;
	});
}

int zong_textindex_open(const char *dir, const struct zong_id *archive, uint64_t last,
	struct zong_textindex **ret_index, uint64_t *ret_change)
{
	return guarded("opening", [&] {
		auto index = std::make_unique<zong_textindex>();
		uint64_t change = 0;

		index->dir = dir;
		index->database = open_or_make(dir, archive_name(archive), last, &change);
		*ret_change = change;
		*ret_index = index.release();
		return 0;
	});
}

void zong_textindex_close(struct zong_textindex *index)
{
	if (!index)
		return;
	guarded("closing", [&] {
		/* Destroying it would commit what a batch left half done. */
		index->database.begin_transaction(false);
		index->database.cancel_transaction();
		return 0;
	});
	delete index;
}

int zong_textindex_put(struct zong_textindex *index, const void *what, size_t what_len,
	const char *text, size_t len)
{
	return guarded("adding", [&] {
		const std::string unique = unique_term(what, what_len);
		Xapian::Document document;

		document.set_data(unique.substr(1));
		document.add_boolean_term(unique);
		zong_textterm_document(text, len, add_posting, &document);
		index->database.replace_document(unique, document);
		return 0;
	});
}

int zong_textindex_delete(struct zong_textindex *index, const void *what, size_t what_len)
{
	return guarded("deleting", [&] {
		index->database.delete_document(unique_term(what, what_len));
		return 0;
	});
}

int zong_textindex_commit(struct zong_textindex *index, uint64_t change)
{
	return guarded("committing", [&] {
		index->database.set_metadata("change", std::to_string(change));
		commit(index->dir, index->database);
		return 0;
	});
}

int zong_textindex_remove(const char *dir)
{
	return guarded("removing", [&] {
		clear(dir);
		return 0;
	});
}

int zong_textsearch_new(const char *dir, struct zong_textsearch **ret_search)
{
	return guarded("opening for search", [&] {
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

int zong_textsearch_run(struct zong_textsearch *search, const char *query, size_t offset,
	size_t max, struct zong_text_hit *ret_hits, size_t *ret_count, size_t *ret_total)
{
	query_builder builder;
	int r = zong_textterm_query(query, std::strlen(query), add_query_term, &builder);

	if (r)
		return r;
	return guarded("searching", [&] {
		for (int tries = 1;; tries++) {
			try {
				return search_once(search, builder, offset, max, ret_hits, ret_count,
					ret_total);
			} catch (const Xapian::DatabaseModifiedError &) {
				if (tries == TRIES)
					throw;
			} catch (const Xapian::DatabaseNotFoundError &) {
				/* Just now made anew. */
				*ret_count = 0;
				*ret_total = 0;
				return 0;
			}
		}
	});
}
