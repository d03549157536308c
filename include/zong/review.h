/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_REVIEW_H
#define ZONG_REVIEW_H

/* The review list (复核): what was read on the pages and a person should look at. On it comes, once all pages of a
 * material are read: a kind or a value that disagrees with what was entered, a field read with little confidence, and a
 * code whose check fails. What is decided never comes back, however often the pages are read.
 *
 * A correction says what a line says in truth. It is kept for the image of the page, wherever that is filed, and put in
 * the place of what is read there from then on; words, fields, indexes and search follow in the same commit.
 *
 * The id of an item is that of its material, a dot and 16 hexadecimal digits. Threads: any, all functions. */

#include <zong/buffer.h>
#include <zong/identity.h>

#define ZONG_REVIEW_ID_TEXT 54

struct zong_review_item {
	char id[ZONG_REVIEW_ID_TEXT];
	Zong__Review *review;
	Zong__Material *material;
};
void zong_review_free(struct zong_review_item *items, size_t count);
/* "open", "accepted", "corrected", "dismissed". Static. */
const char *zong_review_state_name(Zong__ReviewState state);

/* What is open, of the materials that the subject may read, those of the oldest material first. *ret_next (NULL: the end)
 * may come with less than @max items, even none: so many were looked at that are not the subject's. Logged as a
 * read. ZONG_ECURSOR, ZONG_EFORBIDDEN. */
int zong_review_list(struct zong_archive *archive, const struct zong_subject *who, const char *cursor,
	size_t max, struct zong_review_item **ret_items, size_t *ret_count, char **ret_next,
	struct zong_err *err);

/* PNG of the place on the page, with some room around it; of a kind, which has no place, the head of the page. Logged as a
 * read of the page. ZONG_ENOENT, ZONG_EDESTROYED, and those of zong_material_png. */
int zong_review_strip(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_buf *ret_png, struct zong_err *err);

enum zong_review_decision {
	ZONG_REVIEW_ACCEPT,  /* what was read is right */
	ZONG_REVIEW_CORRECT, /* the page says @text; not of a kind */
	ZONG_REVIEW_DISMISS, /* it does not matter, for the reason @text */
};
/* Decides once, with its line in the log. ZONG_ENOENT, ZONG_EFORBIDDEN, ZONG_EDECIDED, ZONG_EREASON (no
 * reason), ZONG_EINVAL (no text, or more than one line), ZONG_EUNCORRECTED (a kind), ZONG_ELIMIT, ZONG_EENCODING, ZONG_EDESTROYED. */
int zong_review_decide(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	enum zong_review_decision decision, const char *text, struct zong_review_item *ret_item,
	struct zong_err *err);

#endif
