/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_TEXTMEMORY_H
#define ZONG_STORE_TEXTMEMORY_H

/* The text of a sealed archive while it is open, in the place of the text index (textindex.h): no word of it may lie on a disk. It
 * holds the canons (textterm.h) of the documents in memory that is kept out of core files and, as far as the process may lock memory
 * (RLIMIT_MEMLOCK), out of the swap space, and that is overwritten with zeros before it is given back.
 *
 * Asking it is looking at all of them, the newest first, by the rules by which the index's candidates are looked at, so the hits are the
 * same. The score is BM25 with how often a phrase stands there, up to seven times, and the bytes of the canon as the length.
 *
 * Bounded twice: beyond @limit bytes the oldest texts are forgotten, and a search that takes longer than
 * ZONG_LIMIT_SEALED_SCAN_SECONDS stops. Either is told (ret_cut of struct zong_text_query). Threads: any; whoever puts waits for
 * whoever asks. */

#ifdef __cplusplus
extern "C" {
#endif

#include <stddef.h>

#include <zong/store.h>

struct zong_textmemory;

int zong_textmemory_new(size_t limit, struct zong_textmemory **ret_memory);
/* NULL is fine. */
void zong_textmemory_free(struct zong_textmemory *memory);
/* 0, ZONG_ENOMEM. */
int zong_textmemory_put(struct zong_textmemory *memory, const void *what, size_t what_len,
	const char *text, size_t len);
int zong_textmemory_delete(struct zong_textmemory *memory, const void *what, size_t what_len);
/* As zong_text_ask. */
int zong_textmemory_ask(struct zong_textmemory *memory, const struct zong_text_query *query,
	size_t offset, size_t max, struct zong_text_hit *ret_hits, size_t *ret_count,
	size_t *ret_total);

#ifdef __cplusplus
}
#endif

#endif
