/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_FIELD_H
#define ZONG_ARCHIVE_FIELD_H

/* Fields: what stands on a page that people look for, found in its reading by form, check digit and label.
 *
 * kind: value; when it is valid
 * - unit: 28 characters, upper case; each may stand where it stands
 * - certificate: normalised as zong_cert_no_parse does; of the national form, or of a form of old papers
 * - id: 18 characters, upper case; date and check digit (GB 11643) are right
 * - uscc: 18 characters, upper case; check digit (GB 32100) is right
 * - case: letters, digits, hyphens behind 受理编号 and the like; digits alone
 * - party: a name behind 权利人 and the like; two Han at least
 * - address: behind 坐落 and the like, without blanks; holds a word for a place
 * - date: 2026-11-24; the day exists
 * - amount: yuan and fen, 1234.50, from digits or from words (壹仟元整); the rules of writing it hold
 * - area: square metres, 138.77, of two to four places, from digits with their unit behind them or 面积 before them
 *
 * What is nearly one (a wrong check digit, an O where a 0 belongs) is kept as it was read with valid =
 * false. Only in a number with a check digit a look-alike is put right, and only when there is one way to
 * do it (field_repair.h); then repaired is set, as it is where the 日 of a date was hurt, a name was mended (names.h), or
 * an amount in words was misread but stands on the page in digits too. Threads: any. */

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
