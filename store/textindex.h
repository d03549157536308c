/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_TEXTINDEX_H
#define ZONG_STORE_TEXTINDEX_H

/* Xapian behind a C interface: no exception crosses it. This is the writing side; asking is
 * textsearch.h. What it does not do: threads, catching up and the catalog, which are text.c.
 *
 * A document is one row of what the catalog indexes: its data is that row's key ("what"), its
 * unique term "Q" and the key, its postings the terms of textterm.h, the
 * places of a term its frequency within the document. Metadata: "archive" (id),
 * "rules" (ZONG_TEXTTERM_RULES and zong_script_version), "change" (number of the last change it holds). */

#ifdef __cplusplus
extern "C" {
#endif

#include <stddef.h>
#include <stdint.h>

#include <zong/error.h>
#include <zong/id.h>
#include <zong/store.h>

struct zong_textindex; /* one thread */

/* Opens or makes the index in @dir. One that is broken, of another archive or of other rules, or
 * that holds a change after @last (the catalog was restored from a backup) is made anew:
 * *ret_change is 0 then. 0, ZONG_EIO, ZONG_ENOSPC, ZONG_ENOMEM. */
int zong_textindex_open(const char *dir, const struct zong_id *archive, uint64_t last,
	struct zong_textindex **ret_index, uint64_t *ret_change);
/* What is not committed is lost. NULL is fine. */
void zong_textindex_close(struct zong_textindex *index);
/* 0, ZONG_EIO, ZONG_ECORRUPT, ZONG_ENOMEM; after an error close it and open it again. */
int zong_textindex_put(struct zong_textindex *index, const void *what, size_t what_len,
	const char *text, size_t len);
int zong_textindex_delete(struct zong_textindex *index, const void *what, size_t what_len);
int zong_textindex_commit(struct zong_textindex *index, uint64_t change);
/* Writes all that is committed into a folder of its own without the gaps that many commits leave in Xapian's blocks, a third of
 * the whole, some 70 us a page. Then zong_textindex_exchange puts it in the place of the index; until then nothing must be put. *ret_index is NULL after an
 * error of exchange: open it again. Nobody may open the index for a search meanwhile. */
int zong_textindex_compact(struct zong_textindex *index);
int zong_textindex_exchange(struct zong_textindex **index);
uint64_t zong_textindex_documents(struct zong_textindex *index);
/* Takes the index away, so that the next open makes it anew. */
int zong_textindex_remove(const char *dir);

/* For a check, see zong/bulk.h: looks at the index beside whoever writes it. */
struct zong_textlook;
int zong_textlook_new(
	const char *dir, const struct zong_id *archive, struct zong_textlook **ret_look);

#ifdef __cplusplus
}
#endif

#endif
