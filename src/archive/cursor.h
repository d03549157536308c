/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CURSOR_H
#define ZONG_ARCHIVE_CURSOR_H

/* Where a list goes on, as text for the client: base64url of a key. It is no secret and no right:
 * access is decided anew for every item. Threads: any. */

#include <zong/store.h>

/* Caller frees. 0 or ZONG_ENOMEM. */
int zong_cursor_make(const void *bytes, size_t len, char **ret_text);
/* ZONG_ECURSOR: no text that zong_cursor_make made. */
int zong_cursor_take(const char *text, struct zong_key *ret_key);

#endif
