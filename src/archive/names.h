/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_NAMES_H
#define ZONG_ARCHIVE_NAMES_H

/* The names that a hall's papers are full of: its county, towns, streets, estates, offices. Engines do not know them and
 * read one rare character in them wrong on every page (昌虽市 for 昌邑市), so that neither search nor fields find them. A
 * hall writes them down in a file, named in zong.conf (names = /etc/zong/names.list): UTF-8, a name a line, # begins a
 * comment. Neighbours with similar names belong in it too.
 *
 *     zong_names_load(path, &names, &err);
 *     zong_names_mend(names, reading, &mended);
 *     zong_names_free(names);
 *
 * Threads: any, read-only after load. */

#include <stddef.h>

#include <zong/error.h>
#include <zong/record.h>

/* Characters of a name. Of two one cannot tell. */
#define ZONG_NAMES_LEAST 3
#define ZONG_NAMES_MOST 20
/* What the engine is less sure of is mended; of what it is surer of, only characters that it is known to take for one
 * another (昌虽市), because 示例花园二期 is no misread 示例花园一期. */
#define ZONG_NAMES_WEAK 0.75f

struct zong_names;

/* ZONG_EINVAL with "names.list:12 …" for what is wrong in a line; ZONG_EIO, ZONG_ENOENT. */
int zong_names_load(const char *path, struct zong_names **ret_names, struct zong_err *err);
void zong_names_free(struct zong_names *names); /* NULL is fine */

/* Puts a character right where all others of a name stand around it, the engine was not sure of it or takes the two for
 * one another, and no name asks for another character or stands there as it is; the word is marked as repaired. The longest name counts. *ret_mended: so many characters.
 * 0 or ZONG_ENOMEM (then some may be mended). */
int zong_names_mend(const struct zong_names *names, Zong__Reading *reading, size_t *ret_mended);

#endif
