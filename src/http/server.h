/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_SERVER_H
#define ZONG_HTTP_SERVER_H

/* The running interface: its sockets, its threads, its counters. */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <microhttpd.h>

#include <zong/http.h>
#include <zong/identity.h>

#include "http/progress.h"

struct zong_executor;
struct zong_park;
struct zong_tls;
struct zong_replies;
struct zong_request;

/* Counted since the start, for /metrics. */
struct zong_traffic {
	_Atomic uint64_t
		requests[6]; /* by the first digit of the status; [0]: gone before the reply */
	_Atomic uint64_t connections; /* open now */
	_Atomic uint64_t active;      /* requests being answered now */
	_Atomic uint64_t uploaded;    /* bytes of files taken in */
	_Atomic uint64_t fetched;     /* bytes of files given out */
};

struct zong_http {
	struct zong_archive *archive;
	struct zong_executor *executor;
	struct zong_park *park;
	struct zong_tls *tls; /* NULL: none */
	struct zong_replies *replies; /* ready-made replies of files fetched lately */
	struct zong_traffic traffic;
	struct zong_progress progress; /* of uploads */
	_Atomic uint64_t in_memory;    /* bytes of uploads on their way into vaults */
	int tcp, local;		       /* listening sockets */
	int web;		       /* folder of the web page, -1: none */
	unsigned int threads;
	struct MHD_Daemon *tcp_daemon, *local_daemon;
	pthread_mutex_t peers_lock;
	struct zong_request *peers; /* one for each open connection, under peers_lock */
	char address[300];
	char socket_path[108];
	int64_t started;
	atomic_bool closing;   /* takes no new request */
	atomic_bool giving_up; /* breaks off long ones */
};

/* -- listen.c -- */
int zong_listen_tcp(const char *address, bool tls, int *ret_fd, char *ret_url, size_t url_size,
	struct zong_err *err);
int zong_listen_local(const char *path, int *ret_fd, struct zong_err *err);

/* -- serve.c: what the daemons call -- */
enum MHD_Result zong_serve_request(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *size, void **ret_req);
void *zong_serve_uri(void *cls, const char *uri, struct MHD_Connection *connection);
void zong_serve_connection(void *cls, struct MHD_Connection *connection, void **context,
	enum MHD_ConnectionNotificationCode code);
void zong_serve_completed(void *cls, struct MHD_Connection *connection, void **req,
	enum MHD_RequestTerminationCode code);
void zong_serve_work(struct zong_request *req); /* in the executor */
/* Makes the daemons see the connections whose other side is gone. Threads: any. */
void zong_serve_wake_gone(struct zong_http *http);

/* -- refuse.c: answers while the body is still coming, see there -- */
enum MHD_Result zong_refuse(
	struct zong_request *req, int code, unsigned int status, uint64_t received);

#endif
