/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_DESK_H
#define ZONG_DESK_H

/* The self-service desk (自助查询机): somebody puts an identity card on the machine's reader and is told what is the own.
 *
 *     zong_desk_begin()   the card as the reader has it; a machine has one session, an earlier one ends
 *     zong_desk_ask()     a query (query.h) of the card's holder as an owner, answered at once, with the machine's number
 *     zong_desk_print()   its certificate
 *     zong_desk_end()     the card is taken away
 *
 * Results only, never original materials, and only what the rules let one see who is marked with desk. The session lies in locked memory, is
 * wiped when it ends, after ZONG_DESK_IDLE without a question (setting desk-seconds) and after ZONG_DESK_LONGEST in any case; what stays is
 * the query, its line in the register and the log. Nothing is told before the card is sound: check digit and birth date (GB 11643), not expired.
 * Another machine cannot use the session. Threads: any. */

#include <zong/query.h>

#define ZONG_DESK_SESSION 33 /* 32 hexadecimal digits and NUL */
#define ZONG_DESK_IDLE 90    /* seconds */
#define ZONG_DESK_LONGEST 600

struct zong_desk_card {
	const char *name, *idno;
	const char *id_kind; /* NULL or "": 身份证 */
	const char *until;   /* day that it expires on, "长期", or NULL: the reader does not say */
};
struct zong_desk {
	char session[ZONG_DESK_SESSION];
	char machine[ZONG_LIMIT_NAME + 1];
	char name[ZONG_LIMIT_NAME + 1];
	char query[ZONG_QUERY_NO]; /* the last one that was answered, or "" */
	unsigned int seconds;	   /* that are left without a question */
};

/* ZONG_EFORBIDDEN, ZONG_ECARD (err says what: "name", "idno", "until"), ZONG_ELIMIT (ZONG_LIMIT_DESKS), ZONG_EENCODING. */
int zong_desk_begin(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_desk_card *card, struct zong_desk *ret_desk, struct zong_err *err);
/* ZONG_ENODESK: it has ended. Does not count as a question. */
int zong_desk_look(struct zong_archive *archive, const struct zong_subject *who,
	const char *session, struct zong_desk *ret_desk, struct zong_err *err);
/* @object: as in query.h, none: all that is the holder's. ZONG_ENODESK, ZONG_ELIMIT (ZONG_LIMIT_DESK_QUESTIONS), ZONG_EQUERYRULE (the rules know
 * no desk, or ask for more than a card), and those of zong_query_enter and zong_query_grant. A query that could not be answered stays
 * entered, for the window; err->subject then begins with its number. */
int zong_desk_ask(struct zong_archive *archive, const struct zong_subject *who,
	const char *session, const char *purpose, const struct zong_query_object *object,
	size_t objects, struct zong_query *ret_query, struct zong_err *err);
/* Of the last query of the session. ZONG_ENODESK, ZONG_ENOQUERY (none was answered), and those of zong_pool_draw. */
int zong_desk_print(struct zong_archive *archive, const struct zong_subject *who,
	const char *session, int *ret_fd, uint64_t *ret_len, struct zong_err *err);
/* One that has ended already is no error. */
int zong_desk_end(struct zong_archive *archive, const struct zong_subject *who,
	const char *session, struct zong_err *err);

#endif
