/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sodium.h>
#include <sys/mman.h>

/* A C header may have a function and a struct of one name; in C++ that looks like a mistake. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
extern "C" {
#include <zong/limits.h>
#include <zong/time.h>
}
#include "textguard.h"
#include "textmemory.h"
#include "textquery.h"
#pragma GCC diagnostic pop
#include "textterm.h"

namespace
{

/* Longer than the text: each character may be a word that has to be parted from the next. */
constexpr size_t CANON_MOST = 2 * static_cast<size_t>(ZONG_LIMIT_PAGE_TEXT);
constexpr size_t CHUNK = static_cast<size_t>(1) << 20;
constexpr unsigned LOOK_AT_CLOCK = 256; /* documents between two looks */

/* Names and canons one behind the other. */
class chunk
{
      public:
	explicit chunk(size_t size) : size_(size)
	{
		void *room = mmap(
			nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (room == MAP_FAILED)
			throw std::bad_alloc();
		bytes_ = static_cast<char *>(room);
		/* where it may not be locked it is at least left out of core files */
		if (sodium_mlock(bytes_, size_) != 0)
			madvise(bytes_, size_, MADV_DONTDUMP);
	}
	~chunk()
	{
		sodium_munlock(bytes_, size_); /* which clears it, too */
		munmap(bytes_, size_);
	}
	chunk(const chunk &) = delete;
	chunk &operator=(const chunk &) = delete;

	bool has_room(size_t len) const
	{
		return size_ - used_ >= len;
	}
	char *take(size_t len)
	{
		char *at = bytes_ + used_;

		used_ += len;
		live += len;
		return at;
	}
	size_t size() const
	{
		return size_;
	}

	size_t live = 0; /* bytes of documents that are still there */

      private:
	size_t size_, used_ = 0;
	char *bytes_;
};

struct document {
	std::shared_ptr<chunk> in;
	char *bytes; /* in it: its name, its canon */
	size_t name_len, canon_len;

	std::string_view name() const
	{
		return {bytes, name_len};
	}
	std::string_view canon() const
	{
		return {bytes + name_len, canon_len};
	}
};

class canon_of
{
      public:
	canon_of(const char *text, size_t len)
	{
		zong_buf_init(&buf_, CANON_MOST);
		/* of a text beyond all limits the beginning is looked at */
		if (zong_textterm_canon(text, len, &buf_) == ZONG_ENOMEM) {
			release();
			throw std::bad_alloc();
		}
	}
	~canon_of()
	{
		release();
	}
	canon_of(const canon_of &) = delete;
	canon_of &operator=(const canon_of &) = delete;
	std::string_view view() const
	{
		return buf_.len > 0 ? std::string_view(
					      reinterpret_cast<const char *>(buf_.data), buf_.len)
				    : std::string_view();
	}

      private:
	void release()
	{
		if (buf_.len > 0)
			sodium_memzero(buf_.data, buf_.len);
		zong_buf_release(&buf_);
	}
	struct zong_buf buf_;
};

using documents = std::map<uint64_t, document>; /* by the order in which they came */

} // namespace

struct zong_textmemory {
	explicit zong_textmemory(size_t most) : limit(most)
	{
	}
	documents::iterator find(std::string_view name);
	void take_out(documents::iterator at);
	std::shared_ptr<chunk> room_for(size_t len);

	const size_t limit;
	std::shared_mutex mutex; /* guards what follows */
	documents all;
	std::unordered_multimap<size_t, uint64_t> by_name;
	std::deque<std::shared_ptr<chunk>> chunks; /* oldest first */
	size_t bytes = 0;			   /* of the chunks */
	size_t canons = 0;			   /* bytes of them all */
	uint64_t last = 0;
	bool forgot = false; /* something, for want of room */
};

documents::iterator zong_textmemory::find(std::string_view name)
{
	const auto range = by_name.equal_range(std::hash<std::string_view>()(name));

	for (auto it = range.first; it != range.second; ++it) {
		const auto at = all.find(it->second);

		if (at != all.end() && at->second.name() == name)
			return at;
	}
	return all.end();
}

void zong_textmemory::take_out(documents::iterator at)
{
	const document &old = at->second;
	const auto range = by_name.equal_range(std::hash<std::string_view>()(old.name()));
	const std::shared_ptr<chunk> in = old.in;
	const size_t len = old.name_len + old.canon_len;

	for (auto it = range.first; it != range.second; ++it)
		if (it->second == at->first) {
			by_name.erase(it);
			break;
		}
	canons -= old.canon_len;
	sodium_memzero(old.bytes, len);
	in->live -= len;
	all.erase(at);
	if (in->live > 0 || in == chunks.back())
		return;
	bytes -= in->size();
	chunks.erase(std::find(chunks.begin(), chunks.end(), in));
}

std::shared_ptr<chunk> zong_textmemory::room_for(size_t len)
{
	const size_t size = std::max(CHUNK, len);

	if (!chunks.empty() && chunks.back()->has_room(len))
		return chunks.back();
	while (!chunks.empty() && bytes + size > limit) {
		const std::shared_ptr<chunk> oldest = chunks.front();

		for (auto it = all.begin(); it != all.end() && chunks.front() == oldest;) {
			const auto at = it++;

			if (at->second.in == oldest)
				take_out(at);
		}
		forgot = true;
		if (!chunks.empty() &&
			chunks.front() ==
				oldest) { /* the last one, which stays though nothing is in it */
			bytes -= oldest->size();
			chunks.pop_front();
		}
	}
	chunks.push_back(std::make_shared<chunk>(size));
	bytes += size;
	return chunks.back();
}

namespace
{

/* One look through all that is there. */
class scan
{
      public:
	scan(const zong_textmemory &memory, const zong::text_query &asked, bool alike)
	    : memory_(memory), asked_(asked), alike_(alike), documents_with_(asked.phrases())
	{
	}
	void run();
	size_t fill(size_t offset, size_t max, struct zong_text_hit *ret_hits);
	size_t total() const;
	bool cut() const
	{
		return cut_ || memory_.forgot;
	}

      private:
	struct hit {
		uint64_t number;
		const document *what;
		double weight;
		std::vector<uint8_t> times;
	};
	void weigh();

	const zong_textmemory &memory_;
	const zong::text_query &asked_;
	const bool alike_;
	std::vector<size_t> documents_with_; /* each phrase */
	std::vector<hit> hits_;
	size_t looked_ = 0;
	bool cut_ = false;
};

void scan::run()
{
	const int64_t until = zong_time_monotonic() + ZONG_LIMIT_SEALED_SCAN_SECONDS * ZONG_SECOND;
	std::vector<uint8_t> times;

	for (auto it = memory_.all.rbegin(); it != memory_.all.rend(); ++it) {
		if (++looked_ % LOOK_AT_CLOCK == 0 && zong_time_monotonic() > until) {
			cut_ = true;
			break;
		}
		const bool is_hit = asked_.is_hit(it->second.canon(), alike_, &times);

		for (size_t i = 0; i < times.size(); i++)
			documents_with_[i] += times[i] > 0;
		if (is_hit)
			hits_.push_back({it->first, &it->second, 0, times});
	}
	weigh();
	std::stable_sort(hits_.begin(), hits_.end(),
		[](const hit &a, const hit &b) { return a.weight > b.weight; });
}

/* As text_phrase::get_weight has it. */
void scan::weigh()
{
	const double all = static_cast<double>(looked_);
	const double mean = std::max(
		1.0, memory_.all.empty() ? 0
					 : static_cast<double>(memory_.canons) /
						   static_cast<double>(memory_.all.size()));

	for (hit &one : hits_) {
		const double length = static_cast<double>(one.what->canon_len) / mean;

		for (size_t i = 0; i < one.times.size(); i++) {
			const double times = one.times[i];
			const double rare =
				std::log(1 + all / (1 + static_cast<double>(documents_with_[i])));

			one.weight += rare * 2 * times / (times + 0.5 + 0.5 * length);
		}
	}
}

size_t scan::fill(size_t offset, size_t max, struct zong_text_hit *ret_hits)
{
	const double best = hits_.empty() ? 0 : hits_.front().weight;
	size_t count = 0;

	for (; count < max && offset + count < hits_.size(); count++) {
		const hit &from = hits_[offset + count];
		const std::string_view name = from.what->name();
		struct zong_text_hit *to = &ret_hits[count];

		std::memset(to, 0, sizeof(*to));
		to->what_len = std::min(name.size(), sizeof(to->what));
		std::memcpy(to->what, name.data(), to->what_len);
		to->score = best > 0 ? from.weight / best : 1;
	}
	return count;
}

/* Of those that were not looked at as many are hits, about. */
size_t scan::total() const
{
	if (!cut_)
		return hits_.size();
	return std::max(hits_.size() + 1,
		hits_.size() * memory_.all.size() / std::max(looked_, static_cast<size_t>(1)));
}

} // namespace

int zong_textmemory_new(size_t limit, struct zong_textmemory **ret_memory)
{
	return zong_textguard("making room", [&] {
		*ret_memory = new zong_textmemory(limit);
		return 0;
	});
}

void zong_textmemory_free(struct zong_textmemory *memory)
{
	delete memory;
}

int zong_textmemory_put(struct zong_textmemory *memory, const void *what, size_t what_len,
	const char *text, size_t len)
{
	return zong_textguard("keeping", [&] {
		const std::string_view name(static_cast<const char *>(what), what_len);
		const canon_of canon(text, len);
		const size_t canon_len = canon.view().size();
		std::unique_lock<std::shared_mutex> lock(memory->mutex);
		const auto old = memory->find(name);
		/* it stays where it is in the order, as in the index */
		const uint64_t number = old == memory->all.end() ? ++memory->last : old->first;

		if (old != memory->all.end())
			memory->take_out(old);
		const std::shared_ptr<chunk> in = memory->room_for(what_len + canon_len);
		char *bytes = in->take(what_len + canon_len);

		std::memcpy(bytes, what, what_len);
		if (canon_len > 0)
			std::memcpy(bytes + what_len, canon.view().data(), canon_len);
		memory->all.emplace(number, document{in, bytes, what_len, canon_len});
		memory->by_name.emplace(std::hash<std::string_view>()(name), number);
		memory->canons += canon_len;
		return 0;
	});
}

int zong_textmemory_delete(struct zong_textmemory *memory, const void *what, size_t what_len)
{
	return zong_textguard("forgetting", [&] {
		const std::string_view name(static_cast<const char *>(what), what_len);
		std::unique_lock<std::shared_mutex> lock(memory->mutex);
		const auto old = memory->find(name);

		if (old != memory->all.end())
			memory->take_out(old);
		return 0;
	});
}

int zong_textmemory_ask(struct zong_textmemory *memory, const struct zong_text_query *query,
	size_t offset, size_t max, struct zong_text_hit *ret_hits, size_t *ret_count,
	size_t *ret_total)
{
	return zong_textguard("searching", [&] {
		zong::text_query asked;
		const int r = asked.parse(query);

		if (r)
			return r;
		std::shared_lock<std::shared_mutex> lock(memory->mutex);
		scan scan(*memory, asked, query->alike);

		scan.run();
		*ret_count = scan.fill(offset, max, ret_hits);
		*ret_total = scan.total();
		if (query->ret_cut && scan.cut())
			*query->ret_cut = true;
		return 0;
	});
}
