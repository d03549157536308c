/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TOOLS_READER_H
#define ZONG_TOOLS_READER_H

/* How a card reader talks to `zong desk run`: it is a program of its own (whoever sells the reader has the library for it), started by the
 * desk, and writes lines to its standard output. UTF-8, a line at most READER_LINE bytes with its line feed; members are parted by tabs.
 *
 *     zong-reader 1                                        the first line: the protocol and its version
 *     card<TAB>name=…<TAB>idno=…[<TAB>kind=…][<TAB>until=…]   a card lies on it; until: yyyy-mm-dd, yyyymmdd or 长期
 *     gone                                                 the card was taken away
 *     error<TAB>TEXT                                       what the reader cannot do, for whoever runs the desk
 *
 * Other members of a card (an address, a picture) are passed over; another word at the beginning of a line is an error. The
 * reader ends when its standard output is closed. Threads: none. */

#include <stdbool.h>
#include <stddef.h>

#define READER_LINE 4096
#define READER_NAME 300
#define READER_NUMBER 64

enum reader_word { READER_HELLO, READER_CARD, READER_GONE, READER_ERROR };

struct reader_line {
	enum reader_word word;
	char name[READER_NAME + 1], idno[READER_NUMBER + 1], kind[READER_NUMBER + 1],
		until[READER_NUMBER + 1]; /* of a card; "": not said; until as yyyy-mm-dd or 长期 */
	char text[READER_LINE];		  /* of an error */
};

/* @line without its line feed. false: *ret_wrong (static) says what is wrong with it. */
bool reader_parse(const char *line, size_t len, struct reader_line *ret_line, const char **ret_wrong);
/* Writes a card as a line, without a line feed; false: it does not fit. For readers. */
bool reader_format(const struct reader_line *card, char *line, size_t size);

#endif
