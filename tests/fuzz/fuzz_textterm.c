/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text and queries as terms: what a query asks for is in a document of the same text, or
 * nobody would find what he copied; and it stands in the canon of that text. */

#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "fuzz.h"
#include "textterm.h"

#define TERMS_MAX 20000

struct terms {
	size_t count;
	uint32_t last;
	struct {
		uint8_t len;
		char bytes[ZONG_TEXTTERM_WORD];
	} terms[TERMS_MAX];
};

static struct terms terms;
static struct zong_buf canon;

static int keep(void *ctx, const char *term, size_t len, uint32_t position)
{
	(void)ctx;
	must_hold(len > 0 && len <= ZONG_TEXTTERM_WORD);
	must_hold(position > 0 && (position == terms.last || position == terms.last + 1));
	terms.last = position;
	if (terms.count == TERMS_MAX)
		return 1;
	terms.terms[terms.count].len = (uint8_t)len;
	memcpy(terms.terms[terms.count].bytes, term, len);
	terms.count++;
	return 0;
}

static int find(void *ctx, const char *term, size_t len, uint32_t at)
{
	uint32_t *last = ctx;
	size_t i;

	must_hold(at >= *last);
	*last = at;
	for (i = 0; i < terms.count; i++)
		if (terms.terms[i].len == len && memcmp(terms.terms[i].bytes, term, len) == 0)
			return 0;
	must_hold(!"a term of the query is not in the text");
	return 0;
}

static int find_phrase(void *ctx, const struct zong_textterm_phrase *phrase)
{
	bool *any = ctx;
	uint32_t last = 0;

	*any = true;
	must_hold(phrase->count > 0 && phrase->grams <= phrase->count);
	must_hold(zong_textterm_phrase_terms(phrase, ZONG_TEXTTERM_ALL, find, &last) == 0);
	must_hold(last < phrase->count);
	last = 0;
	must_hold(zong_textterm_phrase_terms(phrase, phrase->count / 2, find, &last) == 0);
	must_hold(zong_textterm_stands((const char *)canon.data, canon.len, phrase,
		ZONG_TEXTTERM_ALL, false));
	must_hold(zong_textterm_stands(
		(const char *)canon.data, canon.len, phrase, ZONG_TEXTTERM_ALL, true));
	must_hold(zong_textterm_stands(
		(const char *)canon.data, canon.len, phrase, phrase->count / 2, false));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *text = (const char *)bytes;
	bool any = false;
	int r;

	terms.count = 0;
	terms.last = 0;
	if (len > ZONG_LIMIT_QUERY)
		len = ZONG_LIMIT_QUERY;
	must_hold(zong_textterm_document(text, len, keep, NULL) == 0);
	zong_buf_init(&canon, 2 * ZONG_LIMIT_QUERY + 16);
	must_hold(zong_textterm_canon(text, len, &canon) == 0);
	r = zong_textterm_phrases(text, len, find_phrase, &any);
	zong_buf_release(&canon);
	must_hold(r == 0 || r == ZONG_EQUERY);
	must_hold(any == (r == 0));
	must_hold(any == (terms.count > 0));
	return 0;
}
