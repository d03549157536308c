/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <zong/archive.h>

#include "http/cookie.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

#define COOKIE "zong"
#define SECURE "__Host-" COOKIE /* browsers take this name only with Secure, Path=/ and without Domain */

/* Does the browser come by TLS, to us or to what stands in front of us? */
static bool is_secure(const struct zong_request *req)
{
	return req->http->tls || strncmp(zong_archive_url(req->http->archive), "https://", 8) == 0;
}

const char *zong_cookie_token(struct zong_request *req)
{
	return MHD_lookup_connection_value(
		req->connection, MHD_COOKIE_KIND, is_secure(req) ? SECURE : COOKIE);
}

/* @url: up to the end of host and port. */
static bool is_origin(const char *origin, const char *url)
{
	const char *host = strstr(url, "://");
	size_t len;

	if (!host)
		return false;
	len = (size_t)(host + 3 - url) + strcspn(host + 3, "/");
	return strlen(origin) == len && strncasecmp(origin, url, len) == 0;
}

static bool is_ours(struct zong_request *req, const char *origin)
{
	const char *host = zong_request_header(req, MHD_HTTP_HEADER_HOST);
	char own[300];

	if (is_origin(origin, zong_archive_url(req->http->archive)))
		return true;
	if (!host || strlen(host) > sizeof(own) - sizeof("https://"))
		return false;
	snprintf(own, sizeof(own), "%s://%s", is_secure(req) ? "https" : "http", host);
	return is_origin(origin, own);
}

int zong_cookie_check_page(struct zong_request *req)
{
	const char *site = zong_request_header(req, "Sec-Fetch-Site");
	const char *origin = zong_request_header(req, MHD_HTTP_HEADER_ORIGIN);

	/* none: a person typed the address */
	if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
		return zong_err_set(&req->err, ZONG_ECSRF, "Sec-Fetch-Site");
	if (origin && !is_ours(req, origin))
		return zong_err_set(&req->err, ZONG_ECSRF, "Origin");
	return 0;
}

static bool changes(const char *method)
{
	return strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
	       strcmp(method, MHD_HTTP_METHOD_HEAD) != 0 &&
	       strcmp(method, MHD_HTTP_METHOD_OPTIONS) != 0;
}

int zong_cookie_check(struct zong_request *req, const char *token)
{
	int err = zong_cookie_check_page(req);

	if (!err && changes(req->method) &&
		!zong_identity_csrf_fits(token, zong_request_header(req, "Zong-CSRF")))
		err = zong_err_set(&req->err, ZONG_ECSRF, "Zong-CSRF");
	return err;
}

int zong_cookie_set(struct zong_request *req, const char *token)
{
	const bool secure = is_secure(req);
	char value[160];
	int err;

	snprintf(value, sizeof(value), "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
		secure ? SECURE : COOKIE, token ? token : "", secure ? "; Secure" : "",
		token ? "" : "; Max-Age=0");
	err = zong_reply_header(req, MHD_HTTP_HEADER_SET_COOKIE, value);
	explicit_bzero(value, sizeof(value));
	return err;
}
