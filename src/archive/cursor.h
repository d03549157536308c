/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CURSOR_H
#define ZONG_ARCHIVE_CURSOR_H

/* Where a list goes on, as text for the client: a key, sealed (libsodium's secretbox) and in
 * base64url. The last row that was looked at may be one that the client may not see, so its key
 * must not be read from the text, nor another one be put in its place. It is no right: access is
 * decided anew for every item. The seal lasts as long as the process. Threads: any. */

#include <zong/store.h>

/* Caller frees. 0, ZONG_ENOMEM or ZONG_ELIMIT: longer than a key. */
int zong_cursor_make(const void *bytes, size_t len, char **ret_text);
/* ZONG_ECURSOR: no text that zong_cursor_make made in this process. */
int zong_cursor_take(const char *text, struct zong_key *ret_key);

#endif
