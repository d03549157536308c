/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_TEXTTERM_H
#define ZONG_STORE_TEXTTERM_H

/* Text as terms of the index, and a query as phrases of the same terms.
 *
 * Each Han character (also kana and hangul) and each word of other letters and digits takes one
 * position. A Han character is a term at its position, and with the Han character behind it a
 * second term of two at the same position. Blanks and line breaks between do not matter;
 * punctuation takes no position but keeps two Han characters from making a pair. Everything is
 * folded (zong_utf8_fold) and lower case, traditional characters are simplified ones (zong_script_fold).
 *
 *     自然 资源,2018年    ->  自@1 自然@1 然@2 然资@2 资@3 资源@3 源@4 2018@5 年@6
 *
 * A query is split at blanks and at , ; 、 。 ! ? into phrases, and not between double quotes. A
 * phrase is a list of terms that must stand at positions one behind the other:
 *
 *     自然资源   ->  自然 然资 资源      局      -> 局
 *     第0000001号 ->  第 0000001 号     "a b"   -> a b
 *
 * The index keeps no positions, which would take three times the room of all else. Instead it keeps with each term, where others
 * keep how often it stands there, the remainders of its positions by seven, a bit each (zong_textterm_place): of the documents
 * with all terms of a phrase most are told by these that it does not stand there. And it keeps with each document its
 * canon: the tokens one behind the other, in which what is left is looked for again
 * (zong_textterm_stands). Between two Han stands nothing, or \1 where punctuation parts them; \2 between all others.
 *
 * The terms and canons of an index depend on these rules: when they change, ZONG_TEXTTERM_RULES does. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#include <zong/buffer.h>

#define ZONG_TEXTTERM_RULES 4
#define ZONG_TEXTTERM_WORD 64 /* bytes; a longer word is several terms, one behind the other */

/* Non-zero ends the walk and is returned. @term is borrowed. */
typedef int zong_textterm_sink(void *ctx, const char *term, size_t len, uint32_t position);
int zong_textterm_document(const char *text, size_t len, zong_textterm_sink *sink, void *ctx);
/* The bit of a position, and the bits of a term as they would be of one that stands @back positions before it. */
#define ZONG_TEXTTERM_PLACES 7 /* so many bits are one byte in Xapian */
static inline uint32_t zong_textterm_place(uint32_t position)
{
	return UINT32_C(1) << position % ZONG_TEXTTERM_PLACES;
}
static inline uint32_t zong_textterm_places_back(uint32_t places, uint32_t back)
{
	uint32_t by = back % ZONG_TEXTTERM_PLACES;

	return (places >> by | places << (ZONG_TEXTTERM_PLACES - by)) & ((1 << ZONG_TEXTTERM_PLACES) - 1);
}
/* Appends the canon of a text. 0, ZONG_ENOMEM, ZONG_ELIMIT. */
int zong_textterm_canon(const char *text, size_t len, struct zong_buf *canon);

/* A phrase of a query: what takes one position each. */
struct zong_textterm_token {
	bool gram; /* one Han character, not a word */
	bool joined; /* nothing but blanks since the token before: with it a pair, where both are Han */
	uint8_t len;
	char bytes[ZONG_TEXTTERM_WORD];
};

struct zong_textterm_phrase {
	const struct zong_textterm_token *token; /* borrowed until the sink returns */
	size_t count;				 /* at least one */
	size_t grams;				 /* of them Han characters */
	bool quoted;
};

typedef int zong_textterm_phrase_sink(void *ctx, const struct zong_textterm_phrase *phrase);
/* 0, ZONG_EQUERY (no term in it), ZONG_ELIMIT (longer than ZONG_LIMIT_QUERY), ZONG_ENOMEM, or the
 * sink's. */
int zong_textterm_phrases(
	const char *query, size_t len, zong_textterm_phrase_sink *sink, void *ctx);
/* The terms that must stand there, at positions counted from the first token, which is 0; without
 * those that token @without has a part in (ZONG_TEXTTERM_ALL: all terms). */
#define ZONG_TEXTTERM_ALL SIZE_MAX
int zong_textterm_phrase_terms(const struct zong_textterm_phrase *phrase, size_t without,
	zong_textterm_sink *sink, void *ctx);

/* Does the phrase stand in the canon? Token @without (ZONG_TEXTTERM_ALL: none) may be another,
 * or a mark between two Han; of the last one, with
 * @begins, only the beginning must stand there. */
bool zong_textterm_stands(const char *canon, size_t len, const struct zong_textterm_phrase *phrase,
	size_t without, bool begins);
/* How often, counted up to @most. */
size_t zong_textterm_count(const char *canon, size_t len, const struct zong_textterm_phrase *phrase,
	size_t without, bool begins, size_t most);

#ifdef __cplusplus
}
#endif

#endif
