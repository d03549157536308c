/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CODE_FOLD_H
#define ZONG_ARCHIVE_CODE_FOLD_H

/* How a code of ASCII letters and digits is taken from what people type and OCR reads: full-width
 * forms become ASCII, letters are raised, blanks of every width go, hyphens too where the code has
 * none of its own. Threads: any. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zong_code_hyphens { ZONG_CODE_KEEP_HYPHENS, ZONG_CODE_SKIP_HYPHENS };

/* The characters, NUL-terminated, in @ret_code of @size bytes. Returns how many, or -1 (and leaves
 * @ret_code alone past its first bytes) where one is not ASCII and printable, or they do not fit.
 */
int zong_code_fold(
	const char *text, size_t len, enum zong_code_hyphens hyphens, char *ret_code, size_t size);
/* Hyphen, minus and dashes of every width. */
bool zong_code_is_hyphen(uint32_t character);
/* Invisible characters that change how a line looks and not what it says: direction marks, joiners,
 * separators. */
bool zong_code_is_invisible(uint32_t character);
bool zong_code_is_digit(char c);

#endif
