/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_FIELD_H
#define ZONG_ARCHIVE_FIELD_H

/* Fields: the codes and numbers that stand on a page, found in its reading by pattern and check
 * digit.
 *
 * | kind        | value                              | valid |
 * |-------------|------------------------------------|----------------------------------------------|
 * | unit        | 28 characters, upper case          | each character may stand where it stands |
 * | certificate | 鲁(2018)昌邑市不动产权第0000001号 | of the national form | | id          | 18
 * characters, upper case          | date and check digit (GB 11643) are right    | | uscc        |
 * 18 characters, upper case          | check digit (GB 32100) is right              |
 *
 * What is nearly one (a wrong check digit, an O where a 0 belongs) is kept as it was read with
 * valid = false; nothing is corrected. Threads: any. */

#include <zong/record.h>

/* More on one page is a list or noise; the first ones are kept. */
#define ZONG_FIELD_MAX 500

/* Replaces reading->fields by what is on its lines: in order of the page, each with the box around
 * the words it touches, the text as read, the normal form and the mean confidence of its words.
 * Blanks inside a code, full-width forms and every kind of bracket are taken; a code goes on in the
 * next line only where a line ends inside it. The work is linear in the text. 0 or ZONG_ENOMEM (the
 * reading keeps the fields it had). */
int zong_fields_find(Zong__Reading *reading);

#endif
