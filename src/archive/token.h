/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_TOKEN_H
#define ZONG_ARCHIVE_TOKEN_H

/* Token rows: the token itself is never kept, only its SHA-256, which is the row's key. */

#include <zong/digest.h>
#include <zong/identity.h>
#include <zong/store.h>

#define ZONG_SESSION_TIME (12 * 3600 * ZONG_SECOND)

/* How it begins. */
#define ZONG_TOKEN_BEARER "zt_"
#define ZONG_TOKEN_COOKIE "zc_"

/* 32 random bytes as text behind a beginning; wipe it after use. */
void zong_token_make(const char *begins, char ret_text[ZONG_TOKEN_TEXT]);
/* ZONG_EUNAUTHENTICATED: not of the shape of a token that begins so. */
int zong_token_digest(const char *text, const char *begins, struct zong_digest *ret_digest);
/* The subject that a token row stands for (without origin and purpose). ZONG_ECORRUPT. */
int zong_token_subject(const Zong__Token *token, struct zong_subject *ret_who);
/* Is a token's time over at @now? So is that of a session which began later than now: the clock was set back, and by the old one it would last longer
 * than sessions do. */
bool zong_token_over(const Zong__Token *token, int64_t now);
/* Writes the verbs of @may (zong_subject.may) into the row. ZONG_ENOMEM. */
int zong_token_limit(Zong__Token *token, uint64_t may);
int zong_token_put(
	struct zong_txn *txn, const struct zong_digest *digest, const Zong__Token *token);
/* In a change: deletes each token for which @which says so. */
typedef bool zong_token_filter(const Zong__Token *token, const void *ctx);
int zong_token_delete_all(
	struct zong_txn *txn, zong_token_filter *which, const void *ctx, size_t *ret_deleted);

#endif
