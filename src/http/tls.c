/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/limits.h>

#include "http/tls.h"

#define CHAIN_MAX 8

/* What a connection is answered with, and whom it believes; kept until the end, as a connection may be using it. */
struct pair {
	gnutls_pcert_st pcert[CHAIN_MAX];
	unsigned int count;
	gnutls_privkey_t key;
	gnutls_x509_trust_list_t authorities; /* NULL: none are believed */
	struct pair *before;
};

struct zong_tls {
	char *certificate, *key, *clients;
	char *first_clients; /* as they were when it was opened */
	pthread_mutex_t lock;
	struct pair *pair; /* under lock */
};

static struct zong_tls *opened; /* set before the first connection, cleared behind the last */

static void free_pair(struct pair *pair)
{
	for (unsigned int i = 0; i < pair->count; i++)
		gnutls_pcert_deinit(&pair->pcert[i]);
	if (pair->key)
		gnutls_privkey_deinit(pair->key);
	if (pair->authorities)
		gnutls_x509_trust_list_deinit(pair->authorities, 1);
	free(pair);
}

static int refuse(struct zong_err *err, const char *file, const char *why)
{
	return zong_err_set(err, ZONG_ECERTIFICATE, "%s: %s", file, why);
}

static int read_text(const char *file, struct zong_buf *buf, struct zong_err *err)
{
	int code = zong_file_read(file, buf);

	return code ? refuse(err, file, zong_error_slug(code)) : 0;
}

/* A key that others can read is one no longer. */
static int check_mode(const char *file, struct zong_err *err)
{
	struct stat st;

	if (stat(file, &st))
		return refuse(err, file, zong_error_slug(ZONG_ENOENT));
	return st.st_mode & 077 ? refuse(err, file, "mode is not 0600") : 0;
}

static int read_chain(const char *file, struct pair *pair, struct zong_err *err)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_CERTIFICATE);
	gnutls_datum_t datum;
	int code = read_text(file, &text, err);

	if (code)
		return code;
	datum.data = text.data;
	datum.size = (unsigned int)text.len;
	pair->count = CHAIN_MAX;
	code = gnutls_pcert_list_import_x509_raw(
		pair->pcert, &pair->count, &datum, GNUTLS_X509_FMT_PEM, 0);
	if (code >= 0 && pair->count > 0)
		return 0;
	pair->count = 0;
	return refuse(err, file, gnutls_strerror(code));
}

static int read_key(const char *file, struct pair *pair, struct zong_err *err)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_CERTIFICATE);
	gnutls_datum_t datum;
	int code = check_mode(file, err);

	if (!code)
		code = read_text(file, &text, err);
	if (code)
		return code;
	datum.data = text.data;
	datum.size = (unsigned int)text.len;
	code = gnutls_privkey_init(&pair->key);
	if (code >= 0)
		code = gnutls_privkey_import_x509_raw(
			pair->key, &datum, GNUTLS_X509_FMT_PEM, NULL, 0);
	explicit_bzero(text.data, text.len);
	return code < 0 ? refuse(err, file, gnutls_strerror(code)) : 0;
}

/* Do the two belong together? */
static int check_pair(const char *file, const struct pair *pair, struct zong_err *err)
{
	static const gnutls_datum_t words = {(unsigned char *)(uintptr_t) "zong", 4};
	gnutls_datum_t signature = {0};
	gnutls_digest_algorithm_t hash = GNUTLS_DIG_SHA256;
	gnutls_sign_algorithm_t sign;
	int bits = gnutls_privkey_get_pk_algorithm(pair->key, NULL), code;

	if (bits == GNUTLS_PK_EDDSA_ED25519 || bits == GNUTLS_PK_EDDSA_ED448)
		hash = bits == GNUTLS_PK_EDDSA_ED25519 ? GNUTLS_DIG_SHA512 : GNUTLS_DIG_SHAKE_256;
	sign = gnutls_pk_to_sign((gnutls_pk_algorithm_t)bits, hash);
	code = gnutls_privkey_sign_data(pair->key, hash, 0, &words, &signature);
	if (code >= 0)
		code = gnutls_pubkey_verify_data2(
			pair->pcert[0].pubkey, sign, 0, &words, &signature);
	gnutls_free(signature.data);
	return code < 0 ? refuse(err, file, gnutls_strerror(code)) : 0;
}

static int read_authorities(struct zong_tls *tls, struct pair *pair, struct zong_err *err)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_CERTIFICATE);
	gnutls_datum_t datum;
	int code;

	if (!tls->clients)
		return 0;
	code = read_text(tls->clients, &text, err);
	if (code)
		return code;
	datum.data = text.data;
	datum.size = (unsigned int)text.len;
	if (gnutls_x509_trust_list_init(&pair->authorities, 0) < 0)
		return ZONG_ENOMEM;
	code = gnutls_x509_trust_list_add_trust_mem(
		pair->authorities, &datum, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
	if (code <= 0)
		return refuse(err, tls->clients,
			gnutls_strerror(code ? code : GNUTLS_E_NO_CERTIFICATE_FOUND));
	if (!tls->first_clients)
		tls->first_clients = strndup(zong_buf_str(&text), text.len);
	return tls->first_clients ? 0 : ZONG_ENOMEM;
}

int zong_tls_reload(struct zong_tls *tls, struct zong_err *err)
{
	struct pair *pair = calloc(1, sizeof(*pair));
	int code;

	if (!pair)
		return ZONG_ENOMEM;
	code = read_chain(tls->certificate, pair, err);
	if (!code)
		code = read_key(tls->key, pair, err);
	if (!code)
		code = check_pair(tls->key, pair, err);
	if (!code)
		code = read_authorities(tls, pair, err);
	if (code) {
		free_pair(pair);
		return code;
	}
	pthread_mutex_lock(&tls->lock);
	pair->before = tls->pair;
	tls->pair = pair;
	pthread_mutex_unlock(&tls->lock);
	return 0;
}

int zong_tls_open(const char *certificate, const char *key, const char *clients,
	struct zong_tls **ret_tls, struct zong_err *err)
{
	struct zong_tls *tls = calloc(1, sizeof(*tls));
	int code;

	if (!tls)
		return ZONG_ENOMEM;
	pthread_mutex_init(&tls->lock, NULL);
	tls->certificate = strdup(certificate);
	tls->key = strdup(key);
	tls->clients = clients ? strdup(clients) : NULL;
	code = tls->certificate && tls->key && (tls->clients || !clients)
		       ? zong_tls_reload(tls, err)
		       : ZONG_ENOMEM;
	if (code) {
		zong_tls_close(tls);
		return code;
	}
	opened = tls;
	*ret_tls = tls;
	return 0;
}

void zong_tls_close(struct zong_tls *tls)
{
	if (!tls)
		return;
	if (opened == tls)
		opened = NULL;
	while (tls->pair) {
		struct pair *pair = tls->pair;

		tls->pair = pair->before;
		free_pair(pair);
	}
	pthread_mutex_destroy(&tls->lock);
	free(tls->certificate);
	free(tls->key);
	free(tls->clients);
	free(tls->first_clients);
	free(tls);
}

const char *zong_tls_clients(const struct zong_tls *tls)
{
	return tls->first_clients;
}

/* The names that the library would send are those of the first reading: whoever is under a new authority would not show what it has. */
void zong_tls_begin(gnutls_session_t session)
{
	gnutls_certificate_send_x509_rdn_sequence(session, 1);
}

int zong_tls_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int count,
	const gnutls_pk_algorithm_t *algorithms, int algorithms_count, gnutls_pcert_st **ret_pcerts,
	unsigned int *ret_pcerts_count, gnutls_privkey_t *ret_key)
{
	struct zong_tls *tls = opened;

	(void)session;
	(void)authorities;
	(void)count;
	(void)algorithms;
	(void)algorithms_count;
	if (!tls)
		return -1;
	pthread_mutex_lock(&tls->lock);
	*ret_pcerts = tls->pair->pcert;
	*ret_pcerts_count = tls->pair->count;
	*ret_key = tls->pair->key;
	pthread_mutex_unlock(&tls->lock);
	return 0;
}

/* By what is believed now, and not when the connection began. */
static bool is_believed(gnutls_x509_crt_t *chain, unsigned int count)
{
	struct zong_tls *tls = opened;
	gnutls_x509_trust_list_t authorities = NULL;
	unsigned int status = GNUTLS_CERT_INVALID;

	if (!tls)
		return false;
	pthread_mutex_lock(&tls->lock);
	authorities = tls->pair->authorities;
	pthread_mutex_unlock(&tls->lock);
	return authorities &&
	       gnutls_x509_trust_list_verify_crt2(authorities, chain, count, NULL, 0,
		       GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_LOW), &status, NULL) >= 0 &&
	       status == 0;
}

bool zong_tls_peer(gnutls_session_t session, struct zong_digest *ret_certificate)
{
	gnutls_x509_crt_t chain[CHAIN_MAX];
	const gnutls_datum_t *certificates;
	unsigned int count = 0, read = 0;
	bool believed = false;

	certificates = gnutls_certificate_get_peers(session, &count);
	if (!certificates || !count || count > CHAIN_MAX)
		return false;
	for (; read < count; read++) {
		if (gnutls_x509_crt_init(&chain[read]) < 0)
			break;
		if (gnutls_x509_crt_import(chain[read], &certificates[read], GNUTLS_X509_FMT_DER) <
			0) {
			gnutls_x509_crt_deinit(chain[read]);
			break;
		}
	}
	if (read == count)
		believed = is_believed(chain, count);
	while (read > 0)
		gnutls_x509_crt_deinit(chain[--read]);
	if (believed)
		zong_digest_of(certificates[0].data, certificates[0].size, ret_certificate);
	return believed;
}
