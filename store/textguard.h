/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_TEXTGUARD_H
#define ZONG_STORE_TEXTGUARD_H

/* What the two sides of the text index (textindex.cc writes, textsearch.cc asks) share: Xapian's
 * exceptions end here, as codes. C++ only. */

#include <new>

#include <xapian.h>

extern "C" {
#include <zong/error.h>
#include <zong/log.h>
}

/* Runs @body and turns what it throws into a code. */
template <typename Body> int zong_textguard(const char *doing, Body body)
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

#endif
