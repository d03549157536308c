/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_TEXTSEARCH_H
#define ZONG_STORE_TEXTSEARCH_H

/* The asking side of the text index (textindex.h): any number of threads, beside the one that
 * writes. Read handles of Xapian are kept for the next search. */

#ifdef __cplusplus
extern "C" {
#endif

#include <stddef.h>

#include <zong/store.h>

struct zong_textsearch;

int zong_textsearch_new(const char *dir, struct zong_textsearch **ret_search);
void zong_textsearch_free(struct zong_textsearch *search);
/* The index was made anew: handles of the old one are of no use. */
void zong_textsearch_forget(struct zong_textsearch *search);
/* Between these the files of the index are exchanged for others with the same in them. Searches wait, and one that was
 * under way begins again. */
void zong_textsearch_pause(struct zong_textsearch *search);
void zong_textsearch_resume(struct zong_textsearch *search);
/* As zong_text_ask. Also ZONG_ECORRUPT: the index is broken. */
int zong_textsearch_ask(struct zong_textsearch *search, const struct zong_text_query *query,
	size_t offset, size_t max, struct zong_text_hit *ret_hits, size_t *ret_count,
	size_t *ret_total);
/* As zong_text_search. */
int zong_textsearch_run(struct zong_textsearch *search, const char *query, size_t offset,
	size_t max, struct zong_text_hit *ret_hits, size_t *ret_count, size_t *ret_total);

#ifdef __cplusplus
}
#endif

#endif
