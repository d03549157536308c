/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_H
#define ZONG_HTTP_H

/* The HTTP interface over one archive, as src/http/openapi.yaml describes it, on a TCP address and
 * on the archive's Unix socket, and the web page's files.
 *
 *     zong_http_open(archive, &options, &http, &err);   binds; now the address is known
 *     zong_http_serve(http, &err);                      answers
 *     ...
 *     zong_http_close(http);                            finishes what is under way, then stops
 *
 * Quick requests are answered by the threads that wait for sockets; whatever may wait for a disk or
 * a worker runs on ZONG_LIMIT_EXECUTOR threads of its own. Threads: open, serve and close belong to
 * one thread; the rest may come from any. */

#include <stdint.h>

#include <zong/archive.h>

struct zong_http;

struct zong_http_options {
	const char *listen;   /* "127.0.0.1:8420", "[::1]:0", ":8420" (every address); port 0: any
				 free one */
	const char *web;      /* folder of the web page, or NULL: none */
	unsigned int threads; /* that wait for sockets; 0: 2 */
	const char *certificate, *key; /* PEM files; NULL: the TCP address speaks no TLS (the Unix socket never does) */
	const char *clients;  /* PEM file of the authorities of departments' certificates; NULL: none are asked for */
};

/* Binds the TCP address and DIR/zongd.sock (mode 0600) and, where the archive has no public URL,
 * sets it to the address bound. ZONG_EINVAL (the address cannot be understood), ZONG_EBUSY (it is
 * taken), ZONG_ECERTIFICATE, ZONG_EIO (err tells why), ZONG_ENOMEM. */
int zong_http_open(struct zong_archive *archive, const struct zong_http_options *options,
	struct zong_http **ret_http, struct zong_err *err);
/* ZONG_EIO, ZONG_ENOMEM. */
int zong_http_serve(struct zong_http *http, struct zong_err *err);
/* Reads certificate, key and authorities again; where one cannot be used those of before stay. 0 where there is no TLS. ZONG_ECERTIFICATE. */
int zong_http_reload(struct zong_http *http, struct zong_err *err);
/* "http://127.0.0.1:8420" or "https://...", with the port that was really bound. Lives as long as @http. */
const char *zong_http_address(const struct zong_http *http);
/* Takes no new connection, waits up to ZONG_LIMIT_CLOSE_SECONDS for requests under way, then
 * closes. NULL is fine. */
void zong_http_close(struct zong_http *http);

#endif
