/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A packed form, as a server that was taken over might send it to a worker: it is drawn as a PDF or refused with a code
 * that a worker may have. */

#include <string.h>

#include <zong/buffer.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "form.h"
#include "fuzz.h"
#include "proto.h"

/* What the libraries never give back: fontconfig its configuration, cairo some KB a drawing (a worker is replaced after so
 * many). Asked for by the leak sanitizer. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libcairo\n";
}

#define OUT (64 << 20)

const unsigned int fuzz_rounds = 60;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_buf pdf = ZONG_BUF_INIT(OUT);
	uint32_t pages = 0;
	int err = zong_form_draw(bytes, len, &pdf, &pages);

	if (err) {
		must_hold(err < 0 && zong_proto_may_fail_with((uint32_t)-err));
	} else {
		must_hold(pages >= 1 && pages <= ZONG_LIMIT_FORM_PAGES);
		must_hold(pdf.len > 5 && memcmp(pdf.data, "%PDF-", 5) == 0);
	}
	zong_buf_release(&pdf);
	return 0;
}
