/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <zong/log.h>
#include <zong/time.h>

#include "http/api.h"
#include "http/executor.h"
#include "http/park.h"
#include "http/replies.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/route.h"
#include "http/server.h"
#include "http/spool.h"
#include "http/tls.h"
#include "http/upload.h"

/* Room for the form around a file of the largest size. */
#define FORM_MARGIN (ZONG_LIMIT_META + 64 * 1024)

/* Files of the web page: whatever the table does not know and is not below /api/. */
static const struct zong_route static_route = {
	.method = "GET",
	.pattern = "/",
	.handle = zong_api_static,
	.verb = ZONG_ROUTE_PUBLIC,
	.place = ZONG_PLACE_HERE,
	.body = ZONG_BODY_NONE,
};

static enum MHD_Result send_reply(struct zong_request *req)
{
	struct MHD_Response *response = req->kept ? req->kept->response : req->response;

	req->phase = ZONG_PHASE_REPLY;
	if (!response)
		return MHD_NO;
	return MHD_queue_response(req->connection, req->status, response);
}

/* Where a reply cannot even be made, the connection ends; there is no memory for more. */
static enum MHD_Result send_problem(struct zong_request *req, int code)
{
	if (zong_reply_problem(req, code, 0))
		return MHD_NO;
	return send_reply(req);
}

/* What members of a vault may do inside it, and nothing else, has an address there. */
static bool is_inside(const struct zong_route *route)
{
	static const struct zong_subject member = {.role = ZONG_ROLE_MEMBER};

	return route->verb >= 0 &&
	       zong_access_may(&member, (enum zong_verb)route->verb, NULL) == 0;
}

/* /api/v1/vaults/DEPARTMENT/rest is /api/v1/rest of the department's vault. The path stays as it is, for messages. */
static enum zong_found find_inside(struct zong_request *req)
{
	static const char base[] = "/api/v1", vaults[] = "/api/v1/vaults/";
	const char *department = req->path + sizeof(vaults) - 1, *rest;
	enum zong_found found;
	char *path, *name;
	size_t len;

	if (strncmp(req->path, vaults, sizeof(vaults) - 1) != 0)
		return ZONG_FOUND_NOTHING;
	len = strcspn(department, "/");
	rest = department + len;
	if (len == 0 || !*rest)
		return ZONG_FOUND_NOTHING;
	path = zong_arena_alloc(&req->arena, sizeof(base) + strlen(rest));
	name = zong_arena_alloc(&req->arena, len + 1);
	if (!path || !name)
		return ZONG_FOUND_NOTHING;
	memcpy(path, base, sizeof(base) - 1);
	memcpy(path + sizeof(base) - 1, rest, strlen(rest) + 1);
	memcpy(name, department, len);
	name[len] = '\0';
	found = zong_route_find(req->method, path, &req->route, req->param);
	if (found == ZONG_FOUND_ROUTE && !is_inside(req->route))
		found = ZONG_FOUND_NOTHING;
	if (found == ZONG_FOUND_ROUTE)
		req->vault = name;
	return found;
}

static int find_route(struct zong_request *req)
{
	enum zong_found found = zong_route_find(req->method, req->path, &req->route, req->param);

	if (found == ZONG_FOUND_NOTHING)
		found = find_inside(req);

	if (found == ZONG_FOUND_ROUTE)
		return 0;
	if (found == ZONG_FOUND_ADDRESS)
		return zong_err_set(&req->err, ZONG_EMETHOD, "%s", req->method);
	if (strncmp(req->path, "/api/", 5) != 0 &&
		(strcmp(req->method, "GET") == 0 || strcmp(req->method, "HEAD") == 0)) {
		req->route = &static_route;
		return 0;
	}
	return zong_err_set(&req->err, ZONG_EROUTE, "%.200s", req->path);
}

/* From here on the vault is what is asked, by one of its members. */
static int enter_vault(struct zong_request *req)
{
	int err = zong_vault_enter(req->http->archive, &req->who, req->vault, &req->inside);

	if (err)
		return zong_err_set(&req->err, err, "%s", req->vault);
	req->entered = true;
	req->outside = req->who;
	req->who = req->inside.who;
	req->archive = req->inside.archive;
	return 0;
}

/* The one decision before a handler runs. */
static int check_access(struct zong_request *req)
{
	int err;

	if (req->route->verb == ZONG_ROUTE_PUBLIC || req->route->verb == ZONG_ROUTE_PAPER)
		return 0;
	err = zong_request_identify(req);
	if (!err && req->vault)
		err = enter_vault(req);
	if (!err && req->route->verb >= 0)
		err = zong_access_may(&req->who, (enum zong_verb)req->route->verb, NULL);
	return err;
}

/* Content-Length; UINT64_MAX when the length is not known before the end. */
static uint64_t expected_length(const struct zong_request *req)
{
	const char *text = zong_request_header(req, MHD_HTTP_HEADER_CONTENT_LENGTH);

	if (zong_request_header(req, MHD_HTTP_HEADER_TRANSFER_ENCODING))
		return UINT64_MAX;
	return text ? strtoull(text, NULL, 10) : 0;
}

static enum MHD_Result count_length(
	void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	unsigned int *count = cls;

	(void)kind;
	(void)value;
	*count += strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
	return MHD_YES;
}

/* A request whose end two readers may see at different places (RFC 9112 §6.3) could carry another
 * one past whoever stands in front of this server. */
static int check_framing(struct zong_request *req)
{
	const char *coding = zong_request_header(req, MHD_HTTP_HEADER_TRANSFER_ENCODING);
	unsigned int lengths = 0;

	MHD_get_connection_values(req->connection, MHD_HEADER_KIND, count_length, &lengths);
	if (lengths > 1 || (coding && lengths > 0))
		return zong_err_set(&req->err, ZONG_EHEADER, MHD_HTTP_HEADER_CONTENT_LENGTH);
	if (coding && strcasecmp(coding, "chunked") != 0)
		return zong_err_set(&req->err, ZONG_EHEADER, MHD_HTTP_HEADER_TRANSFER_ENCODING);
	return 0;
}

static int prepare_body(struct zong_request *req, unsigned int *ret_status)
{
	bool known = req->expected != UINT64_MAX;

	if (req->route->body == ZONG_BODY_UPLOAD) {
		if (known && req->expected > ZONG_LIMIT_FILE + FORM_MARGIN)
			return ZONG_ETOOBIG;
		*ret_status = MHD_HTTP_UNSUPPORTED_MEDIA_TYPE;
		return zong_upload_begin(req, &req->upload);
	}
	if (req->route->body == ZONG_BODY_TABLE) {
		if (!known || req->expected <= ZONG_LIMIT_TABLE)
			return zong_spool_begin(req, &req->spool);
		*ret_status = MHD_HTTP_CONTENT_TOO_LARGE;
		return zong_err_set(&req->err, ZONG_ELIMIT, "%llu > %d",
			(unsigned long long)req->expected, ZONG_LIMIT_TABLE);
	}
	zong_buf_init(&req->body, ZONG_LIMIT_JSON);
	if (known && req->expected > ZONG_LIMIT_JSON) {
		*ret_status = MHD_HTTP_CONTENT_TOO_LARGE;
		return zong_err_set(&req->err, ZONG_ELIMIT, "%llu > %d",
			(unsigned long long)req->expected, ZONG_LIMIT_JSON);
	}
	return 0;
}

static int reply_options(struct zong_request *req)
{
	char allow[128] = "GET, HEAD, OPTIONS";
	int err;

	if (!zong_route_allow(req->path, allow, sizeof(allow)) &&
		strncmp(req->path, "/api/", 5) == 0)
		return zong_err_set(&req->err, ZONG_EROUTE, "%.200s", req->path);
	if (!*allow)
		snprintf(allow, sizeof(allow), "GET, HEAD, OPTIONS");
	err = zong_reply_empty(req, MHD_HTTP_NO_CONTENT);
	return err ? err : zong_reply_header(req, MHD_HTTP_HEADER_ALLOW, allow);
}

/* The headers have come. */
static enum MHD_Result begin(struct zong_request *req, const char *method)
{
	unsigned int status = 0;
	int err = req->failure;

	atomic_fetch_add_explicit(&req->http->traffic.active, 1, memory_order_relaxed);
	req->begun = true;
	req->method = method;
	req->language = zong_language_of(zong_request_header(req, MHD_HTTP_HEADER_ACCEPT_LANGUAGE));
	req->expected = expected_length(req);
	if (!err) {
		err = check_framing(req);
		if (err)
			req->expected = UINT64_MAX; /* so that the connection ends with the reply */
	}
	if (!err && atomic_load_explicit(&req->http->closing, memory_order_relaxed))
		err = ZONG_ECANCELLED;
	if (!err && strcmp(method, MHD_HTTP_METHOD_OPTIONS) == 0) {
		err = reply_options(req);
		if (!err) {
			req->phase = ZONG_PHASE_SKIP;
			return MHD_YES;
		}
	}
	if (!err)
		err = find_route(req);
	if (!err)
		err = check_access(req);
	if (!err)
		err = prepare_body(req, &status);
	if (err)
		return zong_refuse(req, err, status, 0);
	req->phase = ZONG_PHASE_BODY;
	return MHD_YES;
}

static enum MHD_Result take_body(struct zong_request *req, const char *data, size_t len)
{
	unsigned int status = 0;
	int err;

	req->received += len;
	if (req->upload) {
		err = zong_upload_add(req->upload, data, len);
	} else if (req->spool) {
		err = zong_spool_add(req->spool, data, len);
		if (err == ZONG_ELIMIT) {
			status = MHD_HTTP_CONTENT_TOO_LARGE;
			zong_err_set(&req->err, err, "> %d", ZONG_LIMIT_TABLE);
		}
	} else {
		err = zong_buf_add(&req->body, data, len);
		if (err == ZONG_ELIMIT) {
			status = MHD_HTTP_CONTENT_TOO_LARGE;
			zong_err_set(&req->err, err, "> %d", ZONG_LIMIT_JSON);
		}
	}
	return err ? zong_refuse(req, err, status, req->received) : MHD_YES;
}

/* What comes after the reply to a refused request. */
static enum MHD_Result drain(struct zong_request *req, size_t len)
{
	req->received += len;
	if (len == 0 || req->received > ZONG_LIMIT_REFUSED ||
		zong_time_monotonic() > req->drain_until)
		return MHD_NO;
	return MHD_YES;
}

void zong_serve_work(struct zong_request *req)
{
	int err = req->route->handle(req);

	if (err == ZONG_PARKED) {
		zong_park_add(req->http->park, req);
		return;
	}
	if (err && zong_reply_problem(req, err, 0))
		zong_log_error("out of memory while answering");
	req->phase = ZONG_PHASE_REPLY;
	MHD_resume_connection(req->connection);
}

/* All of the request is here. */
static enum MHD_Result answer(struct zong_request *req)
{
	const struct zong_route *route = req->route;
	int err;

	if (route->quick) {
		err = route->quick(req);
		if (err != ZONG_ENOTREADY)
			return err ? send_problem(req, err) : send_reply(req);
	}
	if (route->place == ZONG_PLACE_HERE) {
		err = route->handle(req);
		return err ? send_problem(req, err) : send_reply(req);
	}
	req->phase = ZONG_PHASE_WORK;
	MHD_suspend_connection(req->connection);
	if (!zong_executor_add(req->http->executor, req, route->place == ZONG_PLACE_SLOW)) {
		if (zong_reply_problem(req, ZONG_ECANCELLED, 0))
			zong_log_error("out of memory while closing");
		req->phase = ZONG_PHASE_REPLY;
		MHD_resume_connection(req->connection);
	}
	return MHD_YES;
}

enum MHD_Result zong_serve_request(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *size, void **ret_req)
{
	struct zong_request *req = *ret_req;
	size_t len = *size;

	(void)cls;
	(void)url;
	(void)version;
	(void)connection;
	if (!req)
		return MHD_NO;
	switch (req->phase) {
	case ZONG_PHASE_NEW:
		return begin(req, method);
	case ZONG_PHASE_BODY:
		*size = 0;
		return len ? take_body(req, data, len) : answer(req);
	case ZONG_PHASE_SKIP:
		*size = 0;
		return len ? MHD_YES : send_reply(req);
	case ZONG_PHASE_DRAIN:
		*size = 0;
		return drain(req, len);
	case ZONG_PHASE_REPLY:
		return send_reply(req);
	case ZONG_PHASE_WORK:
		break;
	}
	return MHD_NO;
}

void *zong_serve_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct zong_request *req = info->socket_context;

	(void)cls;
	if (!req)
		return NULL;
	req->connection = connection;
	req->failure = zong_request_set_uri(req, uri);
	return req;
}

void zong_serve_completed(void *cls, struct MHD_Connection *connection, void **ret_req,
	enum MHD_RequestTerminationCode code)
{
	struct zong_request *req = *ret_req;
	unsigned int class;

	(void)cls;
	(void)connection;
	if (!req)
		return;
	class = code == MHD_REQUEST_TERMINATED_COMPLETED_OK || req->phase == ZONG_PHASE_DRAIN
			? req->status / 100
			: 0;
	if (req->begun) {
		atomic_fetch_add_explicit(&req->http->traffic.requests[class < 6 ? class : 0], 1,
			memory_order_relaxed);
		atomic_fetch_sub_explicit(&req->http->traffic.active, 1, memory_order_relaxed);
	}
	zong_request_clear(req);
	*ret_req = NULL;
}

static void describe_peer(struct zong_request *req, int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t len = sizeof(address);
	struct ucred peer;
	socklen_t peer_len = sizeof(peer);
	const void *ip = NULL;

	if (getpeername(fd, (struct sockaddr *)&address, &len))
		return;
	if (address.ss_family == AF_UNIX &&
		!getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_len)) {
		req->local = true;
		req->peer_uid = peer.uid;
		snprintf(req->origin, sizeof(req->origin), "local:%u", (unsigned int)peer.uid);
	}
	if (address.ss_family == AF_INET)
		ip = &((struct sockaddr_in *)(void *)&address)->sin_addr;
	if (address.ss_family == AF_INET6)
		ip = &((struct sockaddr_in6 *)(void *)&address)->sin6_addr;
	if (ip)
		inet_ntop(address.ss_family, ip, req->origin, sizeof(req->origin));
}

static void add_peer(struct zong_http *http, struct zong_request *req)
{
	pthread_mutex_lock(&http->peers_lock);
	req->peer_next = http->peers;
	if (req->peer_next)
		req->peer_next->peer_before = req;
	http->peers = req;
	pthread_mutex_unlock(&http->peers_lock);
}

/* The library closes the descriptor after this. */
static void remove_peer(struct zong_http *http, struct zong_request *req)
{
	pthread_mutex_lock(&http->peers_lock);
	if (req->peer_next)
		req->peer_next->peer_before = req->peer_before;
	if (req->peer_before)
		req->peer_before->peer_next = req->peer_next;
	else
		http->peers = req->peer_next;
	pthread_mutex_unlock(&http->peers_lock);
}

/* When bytes and the end behind them come at one time, the library hears of both at once, takes the
 * bytes, and then waits until the idle limit for an event that was already there. Shutting what is
 * shut makes another. */
void zong_serve_wake_gone(struct zong_http *http)
{
	struct zong_request *req;
	char byte;

	pthread_mutex_lock(&http->peers_lock);
	for (req = http->peers; req; req = req->peer_next)
		if (recv(req->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
			shutdown(req->fd, SHUT_RD);
	pthread_mutex_unlock(&http->peers_lock);
}

static void begin_tls(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);

	if (info && info->tls_session)
		zong_tls_begin(info->tls_session);
}

void zong_serve_connection(void *cls, struct MHD_Connection *connection, void **context,
	enum MHD_ConnectionNotificationCode code)
{
	struct zong_http *http = cls;
	struct zong_request *req = *context;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		atomic_fetch_sub(&http->traffic.connections, 1);
		if (req) {
			remove_peer(http, req);
			zong_request_clear(req);
			explicit_bzero(req->known_token, sizeof(req->known_token));
		}
		free(req);
		*context = NULL;
		return;
	}
	atomic_fetch_add(&http->traffic.connections, 1);
	req = calloc(1, sizeof(*req));
	*context = req;
	if (!req)
		return;
	req->http = http;
	req->archive = http->archive;
	req->fd =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	begin_tls(connection);
	describe_peer(req, req->fd);
	add_peer(http, req);
}
