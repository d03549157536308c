/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include <gnutls/x509.h>

#include <zong/file.h>

#include "http/tls.h"

struct trial {
	char dir[64], certificate[80], key[80], other[80], clients[80];
	struct zong_tls *tls;
	struct zong_err err;
};

static void write_file(const char *path, const gnutls_datum_t *text)
{
	assert_int_equal(zong_file_replace(path, text->data, text->size, 0600), 0);
}

/* A key and the certificate that it signed for itself. */
static void make_pair(const char *certificate, const char *key, const char *name)
{
	gnutls_x509_privkey_t private;
	gnutls_x509_crt_t crt;
	gnutls_datum_t text;

	assert_int_equal(gnutls_x509_privkey_init(&private), 0);
	assert_int_equal(gnutls_x509_privkey_generate(private, GNUTLS_PK_ECDSA,
				 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
		0);
	assert_int_equal(gnutls_x509_crt_init(&crt), 0);
	gnutls_x509_crt_set_version(crt, 3);
	gnutls_x509_crt_set_serial(crt, "\1", 1);
	gnutls_x509_crt_set_dn_by_oid(
		crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned int)strlen(name));
	gnutls_x509_crt_set_activation_time(crt, time(NULL) - 60);
	gnutls_x509_crt_set_expiration_time(crt, time(NULL) + 86400);
	gnutls_x509_crt_set_key(crt, private);
	assert_int_equal(gnutls_x509_crt_sign2(crt, crt, private, GNUTLS_DIG_SHA256, 0), 0);
	assert_int_equal(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &text), 0);
	write_file(certificate, &text);
	gnutls_free(text.data);
	assert_int_equal(gnutls_x509_privkey_export2(private, GNUTLS_X509_FMT_PEM, &text), 0);
	write_file(key, &text);
	gnutls_free(text.data);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(private);
}

static int setup(void **state)
{
	struct trial *t = calloc(1, sizeof(*t));

	if (!t)
		return -1;
	*state = t;
	snprintf(t->dir, sizeof(t->dir), "/tmp/zong-tls.XXXXXX");
	if (!mkdtemp(t->dir))
		return -1;
	snprintf(t->certificate, sizeof(t->certificate), "%s/c.pem", t->dir);
	snprintf(t->key, sizeof(t->key), "%s/k.pem", t->dir);
	snprintf(t->other, sizeof(t->other), "%s/o.pem", t->dir);
	snprintf(t->clients, sizeof(t->clients), "%s/a.pem", t->dir);
	make_pair(t->certificate, t->key, "示例");
	return 0;
}

static int teardown(void **state)
{
	struct trial *t = *state;

	zong_tls_close(t->tls);
	unlink(t->certificate);
	unlink(t->key);
	unlink(t->other);
	unlink(t->clients);
	rmdir(t->dir);
	free(t);
	return 0;
}

static gnutls_pcert_st *answered(void)
{
	gnutls_pcert_st *pcerts = NULL;
	gnutls_privkey_t key = NULL;
	unsigned int count = 0;

	if (zong_tls_retrieve(NULL, NULL, 0, NULL, 0, &pcerts, &count, &key))
		return NULL;
	assert_non_null(key);
	assert_int_equal(count, 1);
	return pcerts;
}

static void what_is_open_is_what_connections_get_until_it_is_renewed(void **state)
{
	struct trial *t = *state;
	gnutls_pcert_st *first;

	assert_null(answered());
	assert_int_equal(zong_tls_open(t->certificate, t->key, NULL, &t->tls, &t->err), 0);
	first = answered();
	assert_non_null(first);
	assert_null(zong_tls_clients(t->tls));
	make_pair(t->certificate, t->key, "示例二");
	assert_ptr_equal(answered(), first);
	assert_int_equal(zong_tls_reload(t->tls, &t->err), 0);
	assert_ptr_not_equal(answered(), first);
}

static void what_is_of_no_use_leaves_what_was_there(void **state)
{
	struct trial *t = *state;
	gnutls_pcert_st *first;

	make_pair(t->clients, t->other, "示例五");
	assert_int_equal(zong_tls_open(t->certificate, t->key, t->clients, &t->tls, &t->err), 0);
	assert_non_null(strstr(zong_tls_clients(t->tls), "BEGIN CERTIFICATE"));
	first = answered();
	make_pair(t->other, t->key, "示例三"); /* a key that does not belong to it */
	assert_int_equal(zong_tls_reload(t->tls, &t->err), ZONG_ECERTIFICATE);
	assert_ptr_equal(answered(), first);
	make_pair(t->certificate, t->key, "示例四");
	assert_int_equal(zong_file_replace(t->clients, "nonsense", 8, 0600), 0);
	assert_int_equal(zong_tls_reload(t->tls, &t->err), ZONG_ECERTIFICATE);
	assert_ptr_equal(answered(), first);
	assert_non_null(strstr(t->err.subject, t->clients));
	make_pair(t->clients, t->other, "示例五");
	assert_int_equal(chmod(t->key, 0640), 0);
	assert_int_equal(zong_tls_reload(t->tls, &t->err), ZONG_ECERTIFICATE);
	assert_non_null(strstr(t->err.subject, "0600"));
	assert_int_equal(chmod(t->key, 0600), 0);
	assert_int_equal(zong_tls_reload(t->tls, &t->err), 0);
	assert_int_equal(zong_file_replace(t->certificate, "nonsense", 8, 0600), 0);
	assert_int_equal(zong_tls_reload(t->tls, &t->err), ZONG_ECERTIFICATE);
	unlink(t->certificate);
	assert_int_equal(zong_tls_reload(t->tls, &t->err), ZONG_ECERTIFICATE);
}

static void nothing_is_opened_with_files_that_are_none(void **state)
{
	struct trial *t = *state;

	assert_int_equal(
		zong_tls_open("/nowhere", t->key, NULL, &t->tls, &t->err), ZONG_ECERTIFICATE);
	assert_null(t->tls);
	assert_int_equal(zong_tls_open(t->certificate, t->certificate, NULL, &t->tls, &t->err),
		ZONG_ECERTIFICATE);
	assert_int_equal(
		zong_tls_open(t->certificate, t->key, t->key, &t->tls, &t->err), ZONG_ECERTIFICATE);
	assert_null(answered());
}

/* ---- who is on the other side ---- */

struct caller {
	int fd;
	const char *certificate, *key; /* NULL: shows none */
};

/* Calls, says one byte, and waits until the other side has had enough. */
static void *call(void *arg)
{
	const struct caller *caller = arg;
	gnutls_certificate_credentials_t credentials;
	gnutls_session_t session;
	char byte = 'z';
	int code;

	gnutls_certificate_allocate_credentials(&credentials);
	if (caller->certificate)
		gnutls_certificate_set_x509_key_file(
			credentials, caller->certificate, caller->key, GNUTLS_X509_FMT_PEM);
	gnutls_init(&session, GNUTLS_CLIENT);
	gnutls_set_default_priority(session);
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
	gnutls_transport_set_int(session, caller->fd);
	do
		code = gnutls_handshake(session);
	while (code < 0 && !gnutls_error_is_fatal(code));
	if (code == 0) {
		gnutls_record_send(session, &byte, 1);
		gnutls_record_recv(session, &byte, 1);
	}
	gnutls_deinit(session);
	gnutls_certificate_free_credentials(credentials);
	return NULL;
}

struct meeting {
	struct caller caller;
	pthread_t thread;
	gnutls_certificate_credentials_t credentials;
	gnutls_session_t session;
	int fd;
};

/* As libmicrohttpd does it. */
static void meet(struct meeting *m, const char *certificate, const char *key)
{
	int fds[2], code;
	char byte;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	m->fd = fds[0];
	m->caller = (struct caller){fds[1], certificate, key};
	assert_int_equal(pthread_create(&m->thread, NULL, call, &m->caller), 0);
	assert_int_equal(gnutls_certificate_allocate_credentials(&m->credentials), 0);
	gnutls_certificate_set_retrieve_function2(m->credentials, zong_tls_retrieve);
	assert_int_equal(gnutls_init(&m->session, GNUTLS_SERVER), 0);
	gnutls_set_default_priority(m->session);
	gnutls_credentials_set(m->session, GNUTLS_CRD_CERTIFICATE, m->credentials);
	gnutls_certificate_server_set_request(m->session, GNUTLS_CERT_REQUEST);
	gnutls_transport_set_int(m->session, m->fd);
	zong_tls_begin(m->session);
	do
		code = gnutls_handshake(m->session);
	while (code < 0 && !gnutls_error_is_fatal(code));
	assert_int_equal(code, 0);
	assert_int_equal(gnutls_record_recv(m->session, &byte, 1), 1);
}

static void part(struct meeting *m)
{
	shutdown(m->fd, SHUT_RDWR);
	pthread_join(m->thread, NULL);
	gnutls_deinit(m->session);
	gnutls_certificate_free_credentials(m->credentials);
	close(m->fd);
	close(m->caller.fd);
}

static void who_calls_is_known_by_the_authorities_of_now(void **state)
{
	struct zong_digest first, again;
	struct meeting known, unknown, silent;
	struct trial *t = *state;

	make_pair(t->clients, t->other, "示例一"); /* its own authority */
	assert_int_equal(zong_tls_open(t->certificate, t->key, t->clients, &t->tls, &t->err), 0);
	meet(&known, t->clients, t->other);
	meet(&unknown, t->certificate, t->key);
	meet(&silent, NULL, NULL);
	assert_true(zong_tls_peer(known.session, &first));
	assert_true(zong_tls_peer(known.session, &again));
	assert_true(zong_digest_equal(&first, &again));
	assert_false(zong_tls_peer(unknown.session, &again));
	assert_false(zong_tls_peer(silent.session, &again));
	/* another authority: who is connected is asked anew */
	make_pair(t->clients, t->other, "示例二");
	assert_true(zong_tls_peer(known.session, &again));
	assert_int_equal(zong_tls_reload(t->tls, &t->err), 0);
	assert_false(zong_tls_peer(known.session, &again));
	part(&known);
	meet(&known, t->clients, t->other);
	assert_true(zong_tls_peer(known.session, &again));
	assert_false(zong_digest_equal(&first, &again));
	/* nobody is believed behind the end */
	zong_tls_close(t->tls);
	t->tls = NULL;
	assert_false(zong_tls_peer(known.session, &again));
	part(&known);
	part(&unknown);
	part(&silent);
}

static void where_no_authority_is_named_nobody_is_known(void **state)
{
	struct zong_digest digest;
	struct trial *t = *state;
	struct meeting m;

	assert_int_equal(zong_tls_open(t->certificate, t->key, NULL, &t->tls, &t->err), 0);
	meet(&m, t->certificate, t->key);
	assert_false(zong_tls_peer(m.session, &digest));
	part(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_open_is_what_connections_get_until_it_is_renewed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_of_no_use_leaves_what_was_there, setup, teardown),
		cmocka_unit_test_setup_teardown(
			nothing_is_opened_with_files_that_are_none, setup, teardown),
		cmocka_unit_test_setup_teardown(
			who_calls_is_known_by_the_authorities_of_now, setup, teardown),
		cmocka_unit_test_setup_teardown(
			where_no_authority_is_named_nobody_is_known, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
