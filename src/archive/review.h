/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_REVIEW_H
#define ZONG_ARCHIVE_REVIEW_H

/* The rows of the review list, within a change. An item's name is a digest of what is read, where and against what, so that the
 * same thing found again is the same item, and a decision holds for as long as it says the same. Threads: the writer. */

#include <zong/review.h>
#include <zong/store.h>

#include "chain.h"
#include "inside.h"

#define ZONG_REVIEW_NAME 8 /* bytes of an item's digest */

/* The key of an item, and back. False: no id, no such key. */
bool zong_review_key_parse(const char *id, struct zong_key *ret_key);
bool zong_review_key_id(const struct zong_key_view *key, struct zong_id *ret_material,
	char ret_id[ZONG_REVIEW_ID_TEXT]);
int zong_review_get(struct zong_txn *txn, const struct zong_key *key, Zong__Review **ret_review);

/* Of some materials a page that waited to be read when it was last looked: while it still does, the material need not be
 * looked at, and what is remembered here can be wrong without harm. A volume of thousands of pages would else be gone through
 * with each of them. The writer's alone. */
#define ZONG_WAITING 64
struct zong_waiting {
	struct zong_id material[ZONG_WAITING];
	struct zong_digest raster[ZONG_WAITING];
};

/* A material came, or a page of it was read or put aside: when none waits any more, what is to be looked at is put, and
 * what was open and is not so any more is taken away. @judge NULL: nothing is done. */
int zong_review_material(
	struct zong_txn *txn, const struct zong_judge *judge, const Zong__Material *material);
/* Links of these were changed: what is to be looked at in them is put and taken away anew. */
int zong_review_touched(
	struct zong_txn *txn, const struct zong_judge *judge, const struct zong_touched *touched);
/* The same for all materials with this page. */
int zong_review_raster(
	struct zong_txn *txn, const struct zong_judge *judge, const struct zong_digest *raster);
/* A step of going through the materials that were read before, or judged by other rules; for threads with nothing else to
 * do. 0: it did something; ZONG_EEND: there is nothing to do, or another thread does it. */
int zong_review_catch_up(struct zong_archive *archive);
/* The material is destroyed: all of it goes, for it says what stood on the pages. */
int zong_review_forget(struct zong_txn *txn, const struct zong_id *material);

#endif
