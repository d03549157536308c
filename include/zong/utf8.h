/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_UTF8_H
#define ZONG_UTF8_H

/* UTF-8 (RFC 3629) and the few character classes that Chinese office text needs. Threads: any. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/buffer.h>

#define ZONG_UTF8_BAD UINT32_C(0xFFFFFFFF)

/* Reads one character at text[*pos] and moves *pos behind it; ZONG_UTF8_BAD (and one byte on) where
 * the bytes are no UTF-8: overlong, surrogate, above U+10FFFF or cut short. Needs *pos < len. */
uint32_t zong_utf8_next(const char *text, size_t len, size_t *pos);
/* Valid UTF-8 without NUL. */
bool zong_utf8_valid(const char *text, size_t len);
/* As valid, and without control characters other than tab and line feed. */
bool zong_utf8_printable(const char *text, size_t len);
/* Number of characters; bad bytes count one each. */
size_t zong_utf8_count(const char *text, size_t len);
/* The longest prefix of at most @max bytes that ends at a character. */
size_t zong_utf8_cut(const char *text, size_t len, size_t max);
int zong_utf8_add(struct zong_buf *buf, uint32_t character);
/* Is @character one of those of @set? */
bool zong_utf8_has(const char *set, uint32_t character);
/* Han ideographs (unified, extensions A-H, compatibility) and 〇. */
bool zong_utf8_is_han(uint32_t character);
/* Blank of any width: ASCII white space, U+00A0, U+2000-200B, U+3000, U+FEFF. */
bool zong_utf8_is_blank(uint32_t character);
/* The form by which text is compared and searched: full-width ASCII variants (U+FF01-FF5E) and the
 * ideographic blank to ASCII, brackets 〔〕【】［］（） to ( and ), Latin letters to lower case when
 * @lower, other characters as they are. */
uint32_t zong_utf8_fold(uint32_t character, bool lower);
/* Appends the folded text; bad bytes become U+FFFD. */
int zong_utf8_add_folded(struct zong_buf *buf, const char *text, size_t len, bool lower);

#endif
