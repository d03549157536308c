/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_REQUEST_H
#define ZONG_HTTP_REQUEST_H

/* One request: what was asked, by whom, and the reply under construction. It lives in the
 * connection that brings it and is cleared when the reply has been sent. Threads: first the
 * connection's own; between its suspension and resumption one of the executor's. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <microhttpd.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/error.h>
#include <zong/identity.h>
#include <zong/vault_access.h>

#include "http/params.h"
#include "http/replies.h"

struct zong_http;
struct zong_route;
struct zong_spool;
struct zong_upload;

enum zong_phase {
	ZONG_PHASE_NEW,	  /* nothing known yet */
	ZONG_PHASE_BODY,  /* the body is coming */
	ZONG_PHASE_SKIP,  /* refused: a short body is thrown away, then the reply goes out */
	ZONG_PHASE_DRAIN, /* refused and answered: what still comes is thrown away for a while */
	ZONG_PHASE_WORK,  /* with the executor */
	ZONG_PHASE_REPLY, /* response is ready */
};

#define ZONG_URI_INLINE 512 /* longer addresses take memory of their own */

struct zong_request {
	struct zong_http *http;
	struct MHD_Connection *connection;
	struct zong_request *peer_next, *peer_before; /* in http->peers, under its lock */
	int fd;					      /* borrowed of the connection */
	enum zong_phase phase;
	struct zong_arena arena;

	char uri_inline[ZONG_URI_INLINE];
	char *uri;		  /* as it came; NULL when there was no memory for it */
	const char *method;	  /* borrowed of the connection */
	char *path;		  /* decoded, in place of uri's first part */
	char *query_text;	  /* behind the `?`; NULL when there is none */
	struct zong_params query; /* valid when query_parsed */
	bool query_parsed;
	const struct zong_route *route;
	const char *param[2]; /* the pattern's {…} in order; borrowed of path */

	uint32_t peer_uid;
	bool local; /* came through the Unix socket */
	char origin[64];
	struct zong_subject who;
	struct zong_archive *archive; /* what is asked: the common one, or the vault that was entered */
	/* Below /api/v1/vaults/DEPARTMENT/: */
	const char *vault; /* the department, in the arena; NULL: the common archive is asked */
	bool entered; /* then who is a member, and: */
	struct zong_vault_entered inside;
	struct zong_subject outside; /* who it is in the common archive */
	/* Whose token came last on this connection; holds as long as nothing was committed since.
	 */
	char known_token[ZONG_TOKEN_TEXT];
	bool known_cookie; /* and it came in a cookie */
	uint64_t known_number;
	struct zong_subject known;
	/* What that one was given last here, under the same condition; see api_files.c. */
	struct zong_given {
		uint64_t number;
		char path[96]; /* the last part of the address */
		bool by_digest;
		struct zong_digest digest;
		char name[ZONG_REPLIES_NAME];
	} given;
	const char *cookie;   /* the token of the cookie that it is believed for, borrowed of the connection; NULL: of none */
	const char *language; /* "zh" or "en" */

	uint64_t expected; /* Content-Length; UINT64_MAX: not said */
	struct zong_buf body;
	uint64_t received; /* bytes of the body */
	int failure;	   /* of reading the address */
	bool begun;	   /* counted as active */
	int64_t drain_until;
	int64_t park_until; /* see park.h; 0: it has not been parked */
	uint64_t park_number;
	json_t *json; /* parsed body, strings are borrowed from it */
	struct zong_upload *upload;
	struct zong_spool *spool; /* or the body of a table */

	struct zong_err err; /* for a problem reply */
	unsigned int status;
	struct MHD_Response *response; /* ours until queued */
	struct zong_kept *kept;	       /* or a shared one, see replies.h */
	struct zong_request *next;     /* in the executor's queue */
};

/* @uri: path and query as they came. Keeps a copy, makes ->path. */
int zong_request_set_uri(struct zong_request *req, const char *uri);
/* Frees what one request holds; the connection's own facts (http, local, peer, origin) stay. */
void zong_request_clear(struct zong_request *req);

/* "/api/v1", or that of the vault that is asked. In the arena or static; NULL: no memory. */
const char *zong_request_base(struct zong_request *req);
/* The first such header, NULL when there is none. */
const char *zong_request_header(const struct zong_request *req, const char *name);
/* Parses the query; every handler that reads one calls it first. ZONG_EQUERY. */
int zong_request_read_query(struct zong_request *req);
/* The last such query parameter, NULL when there is none. */
const char *zong_request_query(struct zong_request *req, const char *name);
/* Reads `limit`; ZONG_EQUERY (err names it). */
int zong_request_limit(struct zong_request *req, size_t *ret_max);
/* The same where @most may be asked for. */
int zong_request_limit_of(struct zong_request *req, uint64_t most, size_t *ret_max);
int zong_request_uint(struct zong_request *req, const char *name, uint64_t max, uint64_t fallback,
	uint64_t *ret_value);
/* ZONG_EQUERY unless true, false or absent. */
int zong_request_bool(struct zong_request *req, const char *name, bool *ret_value);

/* Finds out who asks: bearer token, else the peer of the Unix socket, else a cookie, else a certificate. Also sets origin and purpose.
 * ZONG_EUNAUTHENTICATED, ZONG_ECSRF (by cookie, and not from a page of ours), ZONG_EHEADER (Zong-Purpose is no percent-encoded UTF-8 or too long). */
int zong_request_identify(struct zong_request *req);
/* "zh" or "en", by the weights of an Accept-Language header; NULL gives zh. Static. */
const char *zong_language_of(const char *accept);

/* The body as a JSON object, also into ->json. @optional: an empty body gives an empty object.
 * ZONG_EJSON (err: line, column and what), ZONG_EENCODING. */
int zong_request_json(struct zong_request *req, bool optional, json_t **ret_object);

#endif
