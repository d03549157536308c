/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <zong/limits.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include <zong/cleanup.h>

#include "http/cookie.h"
#include "http/json.h"
#include "http/replies.h"
#include "http/server.h"
#include "http/tls.h"
#include "http/request.h"
#include "http/spool.h"
#include "http/upload.h"

int zong_request_set_uri(struct zong_request *req, const char *uri)
{
	size_t len = strlen(uri);
	char *query;

	req->uri = len < sizeof(req->uri_inline) ? req->uri_inline
						 : zong_arena_alloc(&req->arena, len + 1);
	if (!req->uri)
		return ZONG_ENOMEM;
	memcpy(req->uri, uri, len + 1);
	req->path = req->uri;
	query = strchr(req->uri, '?');
	if (query)
		*query = '\0';
	req->query_text = query ? query + 1 : NULL;
	return zong_percent_decode(req->path, false);
}

void zong_request_clear(struct zong_request *req)
{
	if (req->upload)
		zong_upload_free(take_ptr(req->upload));
	zong_spool_free(take_ptr(req->spool));
	if (req->response)
		MHD_destroy_response(take_ptr(req->response));
	if (req->kept)
		zong_replies_put(req->http->replies, take_ptr(req->kept));
	if (req->json)
		json_decref(take_ptr(req->json));
	zong_buf_release(&req->body);
	if (req->entered) {
		zong_vault_leave(req->http->archive, &req->inside);
		req->archive = req->http->archive;
	}
	req->entered = false;
	req->vault = NULL;
	zong_arena_release(&req->arena);
	req->phase = ZONG_PHASE_NEW;
	req->uri = NULL;
	req->path = NULL;
	req->query_text = NULL;
	req->query_parsed = false;
	req->route = NULL;
	req->method = NULL;
	req->err.code = 0;
	req->err.subject[0] = '\0';
	req->status = 0;
	req->received = 0;
	req->park_until = 0;
	req->failure = 0;
	req->begun = false;
	req->cookie = NULL;
	req->who.role = ZONG_ROLE_NONE;
}

const char *zong_request_base(struct zong_request *req)
{
	static const char base[] = "/api/v1";
	size_t len = req->vault ? strlen(req->vault) + sizeof(base) + sizeof("/vaults/") : 0;
	char *text;

	if (!req->vault)
		return base;
	text = zong_arena_alloc(&req->arena, len);
	if (text)
		snprintf(text, len, "%s/vaults/%s", base, req->vault);
	return text;
}

const char *zong_request_header(const struct zong_request *req, const char *name)
{
	return MHD_lookup_connection_value(req->connection, MHD_HEADER_KIND, name);
}

/* Done only when a handler asks: the addresses that matter for speed have no query. */
int zong_request_read_query(struct zong_request *req)
{
	int err;

	if (req->query_parsed)
		return 0;
	req->query.count = 0;
	if (req->query_text) {
		err = zong_params_parse(req->query_text, &req->query);
		if (err)
			return zong_err_set(&req->err, ZONG_EQUERY, "?");
	}
	req->query_parsed = true;
	return 0;
}

const char *zong_request_query(struct zong_request *req, const char *name)
{
	if (zong_request_read_query(req))
		return NULL;
	return zong_params_get(&req->query, name);
}

int zong_request_uint(struct zong_request *req, const char *name, uint64_t max, uint64_t fallback,
	uint64_t *ret_value)
{
	const char *text = zong_request_query(req, name);
	uint64_t value = 0;
	const char *p;

	if (!text) {
		*ret_value = fallback;
		return 0;
	}
	for (p = text; *p >= '0' && *p <= '9'; p++) {
		if (value > (max - (uint64_t)(*p - '0')) / 10 || max < (uint64_t)(*p - '0'))
			break;
		value = value * 10 + (uint64_t)(*p - '0');
	}
	if (*p || p == text)
		return zong_err_set(&req->err, ZONG_EQUERY, "%s=%.100s", name, text);
	*ret_value = value;
	return 0;
}

int zong_request_limit_of(struct zong_request *req, uint64_t most, size_t *ret_max)
{
	uint64_t value = 0;
	int err = zong_request_uint(req, "limit", most, 50, &value);

	if (err)
		return err;
	if (value == 0)
		return zong_err_set(&req->err, ZONG_EQUERY, "limit=0");
	*ret_max = (size_t)value;
	return 0;
}

int zong_request_limit(struct zong_request *req, size_t *ret_max)
{
	return zong_request_limit_of(req, ZONG_LIMIT_PAGE_ITEMS, ret_max);
}

int zong_request_bool(struct zong_request *req, const char *name, bool *ret_value)
{
	const char *text = zong_request_query(req, name);

	if (text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return zong_err_set(&req->err, ZONG_EQUERY, "%s=%.100s", name, text);
	*ret_value = text && strcmp(text, "true") == 0;
	return 0;
}

static int copy_purpose(struct zong_request *req)
{
	const char *header = zong_request_header(req, "Zong-Purpose");
	char text[3 * ZONG_LIMIT_PURPOSE + 1];
	size_t len;

	if (!header)
		return 0;
	len = strlen(header);
	if (len < sizeof(text)) {
		memcpy(text, header, len + 1);
		if (zong_percent_decode(text, false) == 0) {
			len = strlen(text);
			if (len <= ZONG_LIMIT_PURPOSE && zong_utf8_printable(text, len)) {
				memcpy(req->who.purpose, text, len + 1);
				return 0;
			}
		}
	}
	return zong_err_set(&req->err, ZONG_EHEADER, "Zong-Purpose");
}

/* Most requests come one after another with the same token on the same connection. A token that is
 * revoked is a commit, after which it is looked up anew; one that runs out says so itself. */
static int identify_token(struct zong_request *req, const char *token, bool cookie)
{
	uint64_t number = zong_archive_number(req->http->archive);
	int err;

	if (number == req->known_number && cookie == req->known_cookie &&
		strcmp(token, req->known_token) == 0 &&
		(!req->known.expires || req->known.expires > zong_time_now())) {
		req->who = req->known;
		return zong_identity_seen(req->http->archive, &req->who);
	}
	req->known_number = 0;
	req->given.number = 0;
	err = cookie ? zong_identity_by_cookie(req->http->archive, token, &req->who)
		     : zong_identity_by_token(req->http->archive, token, &req->who);
	if (err || strlen(token) >= sizeof(req->known_token))
		return err;
	memcpy(req->known_token, token, strlen(token) + 1);
	req->known_cookie = cookie;
	req->known = req->who;
	req->known_number = number;
	return 0;
}

static int identify_cookie(struct zong_request *req, const char *token)
{
	int err = identify_token(req, token, true);

	if (!err)
		err = zong_cookie_check(req, token);
	if (!err)
		req->cookie = token;
	return err;
}

/* A department's program that shows its certificate needs no token. */
static int identify_certificate(struct zong_request *req)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		req->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	struct zong_digest certificate;

	req->known_number = 0;
	req->given.number = 0;
	/* A browser shows its certificate to whatever page asks it to send something; programs have no origin. */
	if (zong_request_header(req, "Origin") || zong_request_header(req, "Sec-Fetch-Site"))
		return ZONG_EUNAUTHENTICATED;
	if (!info || !info->tls_session || !zong_tls_peer(info->tls_session, &certificate))
		return ZONG_EUNAUTHENTICATED;
	return zong_identity_by_certificate(req->http->archive, &certificate, &req->who);
}

int zong_request_identify(struct zong_request *req)
{
	const char *header = zong_request_header(req, MHD_HTTP_HEADER_AUTHORIZATION);
	const char *cookie = header || req->local ? NULL : zong_cookie_token(req);
	int err = ZONG_EUNAUTHENTICATED;

	if (header) {
		if (strncasecmp(header, "Bearer ", 7) == 0) {
			header += 7;
			header += strspn(header, " ");
			err = identify_token(req, header, false);
		}
	} else if (req->local) {
		req->known_number = 0;
		req->given.number = 0;
		err = zong_identity_local(req->http->archive, req->peer_uid, &req->who);
	} else if (cookie) {
		err = identify_cookie(req, cookie);
	} else if (req->http->tls && zong_tls_clients(req->http->tls)) {
		err = identify_certificate(req);
	}
	if (err)
		return err;
	memcpy(req->who.origin, req->origin, sizeof(req->who.origin));
	req->who.purpose[0] = '\0';
	return copy_purpose(req);
}

/* Weight of one element's parameters in thousandths (RFC 9110 §12.4.2); 1000 when not given. */
static int weight_of(const char *p, const char *end)
{
	int weight = 0, unit = 100;

	p = memchr(p, ';', (size_t)(end - p));
	if (!p)
		return 1000;
	for (p++; p < end && (*p == ' ' || *p == '\t'); p++)
		continue;
	if (end - p < 3 || (*p != 'q' && *p != 'Q') || p[1] != '=')
		return 1000;
	if (p[2] != '0')
		return 1000;
	for (p += 4; p < end && *p >= '0' && *p <= '9' && unit > 0; p++, unit /= 10)
		weight += (*p - '0') * unit;
	return weight;
}

const char *zong_language_of(const char *accept)
{
	int zh = 0, en = 0; /* which q=0 refuses (RFC 9110 §12.4.2) */
	const char *p = accept;
	const char *end;

	while (p && *p) {
		p += strspn(p, " \t,");
		end = p + strcspn(p, ",");
		if (end - p >= 2 && strncasecmp(p, "zh", 2) == 0 && zh < weight_of(p, end))
			zh = weight_of(p, end);
		if (end - p >= 2 && strncasecmp(p, "en", 2) == 0 && en < weight_of(p, end))
			en = weight_of(p, end);
		p = end;
	}
	return en > zh ? "en" : "zh";
}

int zong_request_json(struct zong_request *req, bool optional, json_t **ret_object)
{
	json_error_t error;
	json_t *json;

	if (req->body.len == 0 && optional)
		json = json_object();
	else
		json = json_loadb(
			zong_buf_str(&req->body), req->body.len, JSON_REJECT_DUPLICATES, &error);
	if (!json && optional && req->body.len == 0)
		return ZONG_ENOMEM;
	if (!json)
		return zong_json_error(&error, "", &req->err);
	req->json = json;
	if (!json_is_object(json))
		return zong_err_set(&req->err, ZONG_EJSON, "1:1 { }");
	*ret_object = json;
	return 0;
}
