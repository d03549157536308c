/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_FIELD_TEXT_H
#define ZONG_ARCHIVE_FIELD_TEXT_H

/* A reading laid out as one row of characters, each of which knows the word it stands in: patterns
 * are looked for in the row, and what is found leads back to boxes and to the text as read. The
 * search uses it to mark what it found on a page. Threads: any. */

#include <stdbool.h>
#include <stdint.h>

#include <zong/buffer.h>
#include <zong/reading.h>
#include <zong/record.h>

enum zong_cell_gap {
	ZONG_CELL_JOINED, /* nothing stands before it */
	ZONG_CELL_BLANK,  /* a blank */
	ZONG_CELL_LINE,	  /* the line begins with it */
	ZONG_CELL_BLOCK,  /* the block does; the first of all, too */
};

struct zong_cell {
	uint32_t character; /* folded (zong_utf8_fold), Latin letters raised */
	uint32_t word;	    /* counted over the page */
	uint32_t offset;    /* bytes into the text of the word */
	uint8_t len;	    /* bytes */
	uint8_t gap;	    /* enum zong_cell_gap */
};

struct zong_cells {
	struct zong_cell *cell; /* without blanks and invisible characters */
	size_t count;
	const Zong__Word **word; /* of the reading, borrowed */
	size_t words;
};

/* Plain text as a reading of one word, so that it can be laid out like a page. @text is borrowed.
 */
struct zong_plain {
	Zong__Word word;
	Zong__Word *words[1];
	Zong__Line line;
	Zong__Line *lines[1];
	Zong__Reading reading;
};
void zong_plain_init(struct zong_plain *plain, const char *text);

/* 0 or ZONG_ENOMEM. */
int zong_cells_init(struct zong_cells *cells, const Zong__Reading *reading);
void zong_cells_release(struct zong_cells *cells);

/* The text of cells @first to before @end as it was read, one blank for a gap. No blank stands
 * between Han. */
int zong_cells_text(const struct zong_cells *cells, size_t first, size_t end, struct zong_buf *buf);
/* Around the words that the cells touch, and the mean of their confidences. */
struct zong_box zong_cells_box(
	const struct zong_cells *cells, size_t first, size_t end, float *ret_confidence);
/* Was one of the words that the cells touch repaired when it was read. */
bool zong_cells_repaired(const struct zong_cells *cells, size_t first, size_t end);
/* Does @text (UTF-8) stand at @at, blanks and line ends not counting. *ret_end: behind it. */
bool zong_cells_match(const struct zong_cells *cells, size_t at, const char *text, size_t *ret_end);
/* A letter or digit of ASCII. */
bool zong_cell_is_code(const struct zong_cell *cell);

#endif
