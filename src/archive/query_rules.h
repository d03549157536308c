/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_QUERY_RULES_H
#define ZONG_ARCHIVE_QUERY_RULES_H

/* Who may see what at the query desk, as data (query.rules, installed beside the web page; a hall's own file is named in
 * zong.conf): UTF-8, a line a statement, words parted by blanks, # begins a comment.
 *
 *     days N               working days until an application must be decided, from the day after it
 *     proxy A|B            what one who comes for another must show besides
 *     asker KEY NAME       a kind of people who ask; what follows is about it
 *       sees SIGHT…        what may be told: results originals nature coowned burdened limited match coform organ
 *       by INDEX…          what it may be asked by: unit cert case address name
 *       proof A|B          one of these must be shown; of several such lines each
 *       units N            of so many units at most in one application
 *       own                only of what is the querent's own
 *       heir               only of what is the holder's own, another person, who is named with an ID number
 *       desk               also at a self-service desk
 *       article TEXT…      where that stands, printed on the certificate
 *
 * burdened covers mortgages, notices and objections alike. Threads: any, read-only after load. */

#include <zong/arena.h>
#include <zong/query.h>

struct zong_query_rules {
	struct zong_query_asker asker[ZONG_LIMIT_QUERY_RULES];
	size_t askers;
	const char *proxy; /* "": nothing more */
	unsigned int days; /* 0: on the day itself */
	struct zong_arena arena; /* the texts lie in it */
};

/* ZONG_EINVAL with "query.rules:12 …" for what is wrong in a line; ZONG_EIO, ZONG_ENOENT, ZONG_ENOMEM. */
int zong_query_rules_load(
	const char *path, struct zong_query_rules **ret_rules, struct zong_err *err);
/* The same from bytes; @name: of the file, for errors. */
int zong_query_rules_parse(const char *text, size_t len, const char *name,
	struct zong_query_rules **ret_rules, struct zong_err *err);
void zong_query_rules_free(struct zong_query_rules *rules); /* NULL is fine */
/* NULL: the rules know none of that key. */
const struct zong_query_asker *zong_query_rules_asker(
	const struct zong_query_rules *rules, const char *key);
/* What of the application stands in the way, by what is written on it alone; at most ZONG_QUERY_PROBLEMS. @rules NULL: none are there,
 * nobody may see anything. */
size_t zong_query_rules_judge(const struct zong_query_rules *rules, const Zong__Query *query,
	struct zong_query_problem problem[ZONG_QUERY_PROBLEMS]);
/* Bits of what is wanted and may be seen. */
unsigned int zong_query_rules_sees(const struct zong_query_asker *asker, const Zong__Query *query);

#endif
