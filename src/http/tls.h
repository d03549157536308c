/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_TLS_H
#define ZONG_HTTP_TLS_H

/* TLS by GnuTLS: the certificate and key that connections are answered with, which can be exchanged while they are served,
 * and the certificates of departments that call. One of a process. Threads: any, but for opening and closing. */

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include <zong/digest.h>
#include <zong/error.h>

struct zong_tls;

/* @certificate: file with the server's certificate and those between it and its authority, PEM. @key: file with its key, PEM,
 * which nobody but its owner may read. @clients: file with the certificates of the authorities that departments' certificates are from, or
 * NULL: none are asked for. ZONG_ECERTIFICATE (err says which file and what is wrong with it), ZONG_ENOMEM. */
int zong_tls_open(const char *certificate, const char *key, const char *clients,
	struct zong_tls **ret_tls, struct zong_err *err);
void zong_tls_close(struct zong_tls *tls); /* NULL is fine */
/* Reads all three files again; connections from now on get certificate and key, and every request from now on is held against the
 * authorities. Where one of them is of no use all of before stay. */
int zong_tls_reload(struct zong_tls *tls, struct zong_err *err);
/* The text of @clients as it was at first: whether certificates are asked for. NULL: no. Lives as long as @tls. */
const char *zong_tls_clients(const struct zong_tls *tls);
/* Of each connection, before anything is said. */
void zong_tls_begin(gnutls_session_t session);
/* A gnutls_certificate_retrieve_function2 that answers with what the process has open. */
int zong_tls_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int count,
	const gnutls_pk_algorithm_t *algorithms, int algorithms_count, gnutls_pcert_st **ret_pcerts,
	unsigned int *ret_pcerts_count, gnutls_privkey_t *ret_key);
/* The digest of the certificate that the other side has shown, where it is from one of the authorities and holds now. False: none. */
bool zong_tls_peer(gnutls_session_t session, struct zong_digest *ret_certificate);

#endif
