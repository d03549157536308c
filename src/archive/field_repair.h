/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_FIELD_REPAIR_H
#define ZONG_ARCHIVE_FIELD_REPAIR_H

/* Numbers with check digits in which OCR took one character for another that looks like it. Threads:
 * any. */

#include <stdbool.h>

#define ZONG_REPAIR_LEN 18

/* @text: 18 characters, upper case, that are no ID number (GB 11643) | no credit code (GB 32100). True
 * where putting look-alikes in their places leads to exactly one that passes its check: then
 * *ret_text is it. Characters that cannot stand where they stand must all be replaced; in what
 * was @meant as a credit code, whose check is one of 31, one more that might stand there may be, too. A digit of an ID number is
 * never taken for another digit: its check is one of 11, so that a wrong one passes too easily. */
bool zong_repair_id(const char *text, char ret_text[ZONG_REPAIR_LEN + 1]);
bool zong_repair_credit(const char *text, bool meant, char ret_text[ZONG_REPAIR_LEN + 1]);

#endif
