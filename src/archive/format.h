/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_FORMAT_H
#define ZONG_ARCHIVE_FORMAT_H

/* What the forms of a reading (text, ALTO, hOCR) and the search in it share. A row from the store
 * may lack a box or a text; these give an empty one. Threads: any. */

#include <stdbool.h>
#include <stddef.h>

#include <zong/buffer.h>
#include <zong/reading.h>
#include <zong/record.h>

/* Does a blank stand before word @word of the line. Never before the first and never between Han:
 * OCR sees blanks in spaced-out headings, and text with them in it is not found. */
bool zong_format_blank(const Zong__Line *line, size_t word);
const char *zong_format_word(const Zong__Word *word);
struct zong_box zong_format_box(const Zong__Box *box);
/* The least box around both; an empty one counts for nothing. */
struct zong_box zong_format_box_join(struct zong_box a, struct zong_box b);
/* The lines of one block from @first on: where the next block begins. *ret_box is around its lines
 * with words. */
size_t zong_format_block_end(
	const Zong__Reading *reading, size_t first, struct zong_box *ret_box, size_t *ret_words);
/* Hundredths of @value kept to 0..1, for output that does not depend on the locale. */
unsigned int zong_format_percent(float value);

#endif
