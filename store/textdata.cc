/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>

#include <zstd.h>

/* A C header may have a function and a struct of one name; in C++ that looks like a mistake. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include "textdata.h"
#pragma GCC diagnostic pop

namespace zong
{

namespace
{

/* Longer than the text: each character may be a word that has to be parted from the next. */
constexpr size_t CANON_MOST = 2 * static_cast<size_t>(ZONG_LIMIT_PAGE_TEXT);
constexpr int LEVEL = 3;

struct free_context {
	void operator()(ZSTD_DCtx *context) const
	{
		ZSTD_freeDCtx(context);
	}
};

std::string pressed(const struct zong_buf &canon)
{
	std::string to(ZSTD_compressBound(canon.len), '\0');
	const size_t len = ZSTD_compress(to.data(), to.size(), canon.data, canon.len, LEVEL);

	if (ZSTD_isError(len))
		throw std::bad_alloc();
	to.resize(len);
	return to;
}

size_t name_len(std::string_view data)
{
	const size_t len = data.empty() ? 0 : static_cast<unsigned char>(data[0]);

	return len < data.size() ? len : 0;
}

} // namespace

std::string text_data(const void *what, size_t what_len, const char *text, size_t len)
{
	struct zong_buf canon;
	std::string data;
	int err;

	zong_buf_init(&canon, CANON_MOST);
	err = zong_textterm_canon(text, len, &canon);
	try {
		/* of a text beyond all limits the beginning is looked at */
		if (err == ZONG_ENOMEM)
			throw std::bad_alloc();
		data.push_back(static_cast<char>(what_len));
		data.append(static_cast<const char *>(what), what_len);
		data.append(pressed(canon));
	} catch (...) {
		zong_buf_release(&canon);
		throw;
	}
	zong_buf_release(&canon);
	return data;
}

std::string_view text_name(std::string_view data)
{
	return data.empty() ? data : data.substr(1, name_len(data));
}

std::string_view text_canon(std::string_view data, std::string &room)
{
	static thread_local std::unique_ptr<ZSTD_DCtx, free_context> context(ZSTD_createDCtx());
	const std::string_view pressed = data.empty() ? data : data.substr(1 + name_len(data));
	const unsigned long long size = ZSTD_getFrameContentSize(pressed.data(), pressed.size());

	if (!context)
		throw std::bad_alloc();
	if (size > CANON_MOST) /* also where it is none, or does not say */
		return {};
	if (room.size() < size)
		room.resize(size);
	const size_t len = ZSTD_decompressDCtx(
		context.get(), room.data(), room.size(), pressed.data(), pressed.size());

	return ZSTD_isError(len) ? std::string_view() : std::string_view(room.data(), len);
}

} // namespace zong
