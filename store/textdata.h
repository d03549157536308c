/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_TEXTDATA_H
#define ZONG_STORE_TEXTDATA_H

/* What the text index keeps with a document beside its terms: a byte with the length of its name, the name ("what"), and its
 * canon (textterm.h) as a frame of zstd, which opens in a quarter of the time that Xapian's own zlib takes. C++ only. Threads:
 * any. */

#include <string>
#include <string_view>

extern "C" {
#include <zong/error.h>
#include <zong/limits.h>
}
#include "textterm.h"

namespace zong
{

/* Throws std::bad_alloc. */
std::string text_data(const void *what, size_t what_len, const char *text, size_t len);
/* Borrowed of @data. */
std::string_view text_name(std::string_view data);
/* Borrowed of @room, which is used again; empty where it is damaged. Throws std::bad_alloc. */
std::string_view text_canon(std::string_view data, std::string &room);

} // namespace zong

#endif
