/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_IDENTITY_H
#define ZONG_IDENTITY_H

/* Who asks. A subject comes from a bearer token ("zt_" and 43 characters of base64url: 256 random
 * bits, kept only as SHA-256), from the Unix socket's peer uid, or from signing in (Argon2id by
 * libsodium), which makes a token of twelve hours. A browser keeps such a token in a cookie, where no
 * script reads it: it begins with "zc_", is good in a cookie only, and beside it goes a word (CSRF) that a page of another host cannot
 * know. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/archive.h>
#include <zong/id.h>
#include <zong/limits.h>

enum zong_role {
	ZONG_ROLE_NONE = 0,
	ZONG_ROLE_ADMINISTRATOR,
	ZONG_ROLE_ARCHIVIST,
	ZONG_ROLE_DEPARTMENT,
	ZONG_ROLE_LOOKUP,
	ZONG_ROLE_KIOSK,              /* a machine that citizens use by themselves; its name is the machine's number */
	ZONG_ROLE_CUSTODIAN,         /* keeps the paper: shelves, lends, hands over, scans anew; opens no case */
	ZONG_ROLE_AUDITOR,           /* reads what was done, and none of the papers */
	ZONG_ROLE_LOCAL,             /* the owner of the archive's folder, through the Unix socket */
	ZONG_ROLE_MEMBER,            /* of a vault, inside it (vault_access.h); asks the vault's archive only */
};

/* Stands in each set of verbs that limits, so that none of them is empty. */
#define ZONG_MAY_LIMITED (UINT64_C(1) << 63)

struct zong_subject {
	enum zong_role role;
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1]; /* of the role department; else empty */
	char name[ZONG_LIMIT_NAME + 1];  /* for people: token's name or user's name */
	char key[64];                    /* for the log: "token:<id>", "user:admin", "local:0" */
	struct zong_id token;            /* all zero for local */
	int64_t expires;                 /* 0: never */
	bool session;
	uint64_t may;                    /* limits of its token: a bit of each verb, and ZONG_MAY_LIMITED; 0: all of the role */
	bool must_change;                /* signed in with a password that somebody else made: may do nothing but change it */
	char origin[64];                 /* address it comes from; set by http */
	char purpose[ZONG_LIMIT_PURPOSE + 1]; /* why; set by http; may be empty */
};

#define ZONG_TOKEN_TEXT 48 /* "zt_" or "zc_" + 43 + NUL */
#define ZONG_CSRF_TEXT 44  /* 43 + NUL */

const char *zong_role_name(enum zong_role role);
enum zong_role zong_role_parse(const char *name); /* ZONG_ROLE_NONE when unknown; "local" is not given out */

/* Looks the token up by its hash. ZONG_EUNAUTHENTICATED: unknown, expired, revoked, malformed. */
int zong_identity_by_token(struct zong_archive *archive, const char *token, struct zong_subject *ret_who);
/* The same of what came in a cookie; neither takes the tokens of the other. */
int zong_identity_by_cookie(struct zong_archive *archive, const char *token, struct zong_subject *ret_who);
/* The word that belongs to the token of a cookie: the same one for as long as it lasts. Derived, so that it is kept nowhere, and
 * nothing is learnt from it about the token. */
void zong_identity_csrf(const char *token, char ret_csrf[ZONG_CSRF_TEXT]);
/* Whether @given (or NULL) is that word; in the same time for every wrong one. */
bool zong_identity_csrf_fits(const char *token, const char *given);
/* @certificate: digest (DER) of one that a department's program has shown over TLS, and that was verified.
 * ZONG_EUNAUTHENTICATED: no department calls with it. */
struct zong_digest;
int zong_identity_by_certificate(
	struct zong_archive *archive, const struct zong_digest *certificate, struct zong_subject *ret_who);
/* @uid: the peer's. ZONG_EUNAUTHENTICATED unless it is the server's own uid or root. */
int zong_identity_local(struct zong_archive *archive, uint32_t uid, struct zong_subject *ret_who);
/* Signing in: user and password. After several failures for one name from one origin further attempts
 * from there are refused for a while (ZONG_ETHROTTLED). @cookie: the token is one for a cookie. ZONG_EUNAUTHENTICATED: wrong name or
 * password, same time for both. */
int zong_identity_sign_in(struct zong_archive *archive, const char *user, const char *password,
	const char *origin, bool cookie, char ret_token[ZONG_TOKEN_TEXT], struct zong_subject *ret_who);
/* Signing in with a long-lived token: makes a session token of the same right. */
int zong_identity_session(struct zong_archive *archive, const struct zong_subject *who, bool cookie,
	char ret_token[ZONG_TOKEN_TEXT], struct zong_subject *ret_session);
/* A session is used: 0, or ZONG_EUNAUTHENTICATED: nobody used it for so long that it is over. 0 for whatever is no session. By token it is
 * asked already; for those who remember what that answered. */
int zong_identity_seen(struct zong_archive *archive, const struct zong_subject *who);
/* After so many seconds unused a session is over. */
int64_t zong_identity_idle_seconds(const struct zong_archive *archive);
int zong_identity_sign_out(struct zong_archive *archive, const struct zong_subject *who);

/* @days 0: never expires. @may: bits of the verbs (1 << enum zong_verb) that it is limited to, a program's that needs no more; 0: all
 * of its role. ZONG_EROLE, ZONG_ENODEPARTMENT, ZONG_EFORBIDDEN, ZONG_EINVAL: also of a verb that the role has not, and of token.manage
 * and user.manage, with which it could lift its limits. */
int zong_token_new(struct zong_archive *archive, const struct zong_subject *who, const char *role,
	const char *department, const char *name, int days, uint64_t may, char ret_token[ZONG_TOKEN_TEXT],
	Zong__Token **ret_row, struct zong_err *err);
int zong_token_list(struct zong_archive *archive, const struct zong_subject *who, Zong__Token ***ret_rows,
	size_t *ret_count); /* sessions left out; free each row, then the array */
/* ZONG_ENOENT. */
int zong_token_revoke(struct zong_archive *archive, const struct zong_subject *who, const char *id);

#endif
