/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The text of a code on a page. What is accepted must be written the very same way again; what is written with
 * the check that it lacks must be read as what it says or be refused. */

#include <string.h>

#include <zong/digest.h>
#include <zong/error.h>
#include <zong/sheet.h>

#include "fuzz.h"

static void look(const char *text, size_t len)
{
	struct zong_buf again = ZONG_BUF_INIT(2 * ZONG_SHEET_TEXT);
	struct zong_sheet sheet;
	int err = zong_sheet_parse(text, len, &sheet);

	must_hold((err == ZONG_ENOENT) == !zong_sheet_is_ours(text, len));
	if (!err) {
		must_hold(zong_sheet_write(&sheet, &again) == 0);
		must_hold(again.len == len && memcmp(again.data, text, len) == 0);
	}
	zong_buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_buf text = ZONG_BUF_INIT(2 * ZONG_SHEET_TEXT);
	struct zong_digest digest;

	look((const char *)bytes, len);
	zong_buf_add(&text, bytes, len);
	zong_digest_of(bytes, len, &digest);
	zong_buf_add_format(&text, ";%02x%02x%02x%02x", digest.bytes[0], digest.bytes[1],
		digest.bytes[2], digest.bytes[3]);
	if (!text.err)
		look(zong_buf_str(&text), text.len);
	zong_buf_release(&text);
	return 0;
}
