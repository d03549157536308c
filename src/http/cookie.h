/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_COOKIE_H
#define ZONG_HTTP_COOKIE_H

/* The session of a browser, in a cookie that no script reads (RFC 6265bis §4.1.3): `__Host-zong` over TLS, `zong` on the loopback
 * address without it. A browser sends it by itself, whatever page had the request made; so what comes by cookie is believed only
 * when it is from a page of this server: see zong_cookie_check. */

#include <stdbool.h>

struct zong_request;

/* The token in the cookie of a request, borrowed of the connection; NULL: none. */
const char *zong_cookie_token(struct zong_request *req);
/* Whether a request was made by a page of this server, as far as the browser says (Origin, Sec-Fetch-Site). ZONG_ECSRF (err names the
 * header). */
int zong_cookie_check_page(struct zong_request *req);
/* The same of one that is believed for @token of its cookie; where it changes something the word that belongs to the token must stand in
 * the header Zong-CSRF. ZONG_ECSRF. */
int zong_cookie_check(struct zong_request *req, const char *token);
/* Has the browser keep @token until it is closed; NULL: forget what it has. The reply is there. ZONG_ENOMEM. */
int zong_cookie_set(struct zong_request *req, const char *token);

#endif
