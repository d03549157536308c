/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include <fcntl.h>

/* A C header may have a function and a struct of one name; in C++ that looks like a mistake. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
extern "C" {
#include <zong/bulk.h>
#include <zong/file.h>
#include <zong/script.h>
}
#include "textindex.h"
#include "textdata.h"
#include "textguard.h"
#pragma GCC diagnostic pop
#include "textterm.h"

struct zong_textindex {
	std::string dir;
	Xapian::WritableDatabase database;
};

struct zong_textlook {
	std::string archive;
	Xapian::Database database;
};

namespace
{

constexpr int LOOK_TRIES = 20; /* a check is in no hurry */

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

/* What the terms depend on. */
std::string rules()
{
	return std::to_string(ZONG_TEXTTERM_RULES) + "." + std::to_string(zong_script_version());
}

/* The last change that the index holds, if it is one that we can go on with. */
bool usable(const Xapian::Database &database, const std::string &archive, uint64_t last,
	uint64_t *ret_change)
{
	if (database.get_metadata("archive") != archive ||
		database.get_metadata("rules") != rules())
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

/* Beside the index, where one is made that takes its place. */
std::string compact_dir(const std::string &dir)
{
	return dir + ".new";
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
	database.set_metadata("rules", rules());
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

using places = std::unordered_map<std::string, uint32_t>;

int add_place(void *ctx, const char *term, size_t len, uint32_t position)
{
	(*static_cast<places *>(ctx))[std::string(term, len)] |= zong_textterm_place(position);
	return 0;
}

/* As zong_textguard, again from a newer state where the writer has overtaken us. Quiet: a check tells by itself. */
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

int zong_textlook_refresh(struct zong_textlook *look, uint64_t *ret_change, uint64_t *ret_documents)
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

int zong_textlook_has(struct zong_textlook *look, const void *what, size_t what_len, bool *ret_has)
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
	return zong_textguard("opening", [&] {
		auto index = std::make_unique<zong_textindex>();
		uint64_t change = 0;

		std::filesystem::remove_all(compact_dir(dir)); /* left by a crash */
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
	zong_textguard("closing", [&] {
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
	return zong_textguard("adding", [&] {
		const std::string unique = unique_term(what, what_len);
		Xapian::Document document;
		places terms;

		document.set_data(zong::text_data(what, what_len, text, len));
		document.add_boolean_term(unique);
		zong_textterm_document(text, len, add_place, &terms);
		for (const auto &term : terms)
			document.add_term(term.first, term.second);
		index->database.replace_document(unique, document);
		return 0;
	});
}

int zong_textindex_delete(struct zong_textindex *index, const void *what, size_t what_len)
{
	return zong_textguard("deleting", [&] {
		index->database.delete_document(unique_term(what, what_len));
		return 0;
	});
}

int zong_textindex_commit(struct zong_textindex *index, uint64_t change)
{
	return zong_textguard("committing", [&] {
		index->database.set_metadata("change", std::to_string(change));
		commit(index->dir, index->database);
		return 0;
	});
}

uint64_t zong_textindex_documents(struct zong_textindex *index)
{
	uint64_t documents = 0;

	zong_textguard("counting", [&] {
		documents = index->database.get_doccount();
		return 0;
	});
	return documents;
}

int zong_textindex_compact(struct zong_textindex *index)
{
	return zong_textguard("compacting", [&] {
		const std::string to = compact_dir(index->dir);

		std::filesystem::remove_all(to);
		/* numbers stay, as they tell what is newer; full blocks are left some room, as more will come */
		Xapian::Database(index->dir).compact(
			to, Xapian::DBCOMPACT_NO_RENUMBER | Xapian::Compactor::STANDARD);
		must(zong_file_sync_dir(to.c_str()));
		return 0;
	});
}

int zong_textindex_exchange(struct zong_textindex **index)
{
	const std::string dir = (*index)->dir, other = compact_dir(dir);

	zong_textindex_close(*index);
	*index = nullptr;
	return zong_textguard("exchanging", [&] {
		auto opened = std::make_unique<zong_textindex>();

		if (renameat2(AT_FDCWD, other.c_str(), AT_FDCWD, dir.c_str(), RENAME_EXCHANGE) != 0)
			must(zong_error_from_errno(errno));
		must(zong_file_sync_dir(std::filesystem::path(dir).parent_path().c_str()));
		std::filesystem::remove_all(other);
		opened->dir = dir;
		opened->database = Xapian::WritableDatabase(dir, Xapian::DB_OPEN);
		*index = opened.release();
		return 0;
	});
}

int zong_textindex_remove(const char *dir)
{
	return zong_textguard("removing", [&] {
		std::filesystem::remove_all(compact_dir(dir));
		clear(dir);
		return 0;
	});
}
