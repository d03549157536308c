/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <zong/limits.h>
#include <zong/log.h>
#include <zong/time.h>

#include "http/executor.h"
#include "http/park.h"
#include "http/replies.h"
#include "http/server.h"
#include "http/tls.h"

#define TICK_NANOSECONDS 10000000

static int open_web(struct zong_http *http, const char *folder, struct zong_err *err)
{
	if (!folder)
		return 0;
	http->web = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (http->web < 0)
		return zong_err_set(err, ZONG_ENOENT, "%s", folder);
	return 0;
}

static int open_tls(
	struct zong_http *http, const struct zong_http_options *options, struct zong_err *err)
{
	if (!options->certificate && !options->key)
		return options->clients ? zong_err_set(err, ZONG_ECERTIFICATE, "tls-certificate")
					: 0;
	if (!options->certificate || !options->key)
		return zong_err_set(err, ZONG_ECERTIFICATE, "%s",
			options->certificate ? "tls-key" : "tls-certificate");
	return zong_tls_open(
		options->certificate, options->key, options->clients, &http->tls, err);
}

int zong_http_reload(struct zong_http *http, struct zong_err *err)
{
	return http->tls ? zong_tls_reload(http->tls, err) : 0;
}

static int open_sockets(struct zong_http *http, const char *address, struct zong_err *err)
{
	const char *dir = zong_archive_dir(http->archive);
	char path[4096];
	int code;

	code = zong_listen_tcp(address, http->tls != NULL, &http->tcp, http->address,
		sizeof(http->address), err);
	if (code)
		return code;
	snprintf(path, sizeof(path), "%s/zongd.sock", dir);
	code = zong_listen_local(path, &http->local, err);
	if (code == ZONG_ELIMIT) {
		/* The kernel takes 107 bytes; the rest works without. */
		zong_log_warning("no socket for the command line: the path %s is too long", path);
		return 0;
	}
	if (!code)
		memcpy(http->socket_path, path,
			strlen(path) + 1); /* listening has looked at the length */
	return code;
}

int zong_http_open(struct zong_archive *archive, const struct zong_http_options *options,
	struct zong_http **ret_http, struct zong_err *err)
{
	struct zong_http *http = calloc(1, sizeof(*http));
	int code;

	if (!http)
		return ZONG_ENOMEM;
	pthread_mutex_init(&http->peers_lock, NULL);
	zong_progress_init(&http->progress);
	http->archive = archive;
	http->tcp = http->local = http->web = -1;
	http->threads = options->threads ? options->threads : 2;
	http->started = zong_time_monotonic();
	code = open_web(http, options->web, err);
	if (!code)
		code = open_tls(http, options, err);
	if (!code)
		code = open_sockets(http, options->listen, err);
	if (!code)
		code = zong_replies_new(&http->replies);
	if (!code)
		code = zong_executor_start(
			ZONG_LIMIT_EXECUTOR, ZONG_LIMIT_SLOW, zong_serve_work, &http->executor);
	if (!code)
		code = zong_park_start(archive, http->executor, &http->park);
	if (code) {
		zong_http_close(http);
		return code;
	}
	if (!*zong_archive_url(archive))
		zong_archive_set_url(archive, http->address);
	*ret_http = http;
	return 0;
}

__attribute__((format(printf, 2, 0))) static void take_message(
	void *cls, const char *format, va_list args)
{
	char text[512];

	(void)cls;
	vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\n")] = '\0';
	zong_log_debug("http: %s", text);
}

static struct MHD_Daemon *start_daemon(
	struct zong_http *http, int fd, bool tls, unsigned int connections)
{
	/* A pool of one is no pool to the library, which then wants the option left out. */
	struct MHD_OptionItem pool[] = {
		{MHD_OPTION_THREAD_POOL_SIZE, http->threads, NULL}, {MHD_OPTION_END, 0, NULL}};
	/* TLS 1.2 and 1.3 with what GnuTLS thinks well of today */
	struct MHD_OptionItem secure[] = {
		{MHD_OPTION_HTTPS_PRIORITIES, 0,
			(char *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
		{MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(uintptr_t)zong_tls_retrieve},
		{MHD_OPTION_HTTPS_MEM_TRUST, 0, NULL},
		{MHD_OPTION_END, 0, NULL},
	};

	if (http->threads < 2)
		pool[0].option = MHD_OPTION_END;
	if (!tls)
		secure[0].option = MHD_OPTION_END;
	else if (zong_tls_clients(http->tls))
		secure[2].ptr_value = (char *)(uintptr_t)zong_tls_clients(http->tls);
	else
		secure[2].option = MHD_OPTION_END;
	return MHD_start_daemon((tls ? MHD_USE_TLS : 0) | MHD_USE_EPOLL_INTERNAL_THREAD |
					MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME |
					MHD_USE_ERROR_LOG,
		0, NULL, NULL, zong_serve_request, http, MHD_OPTION_EXTERNAL_LOGGER, take_message,
		NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, zong_serve_uri,
		http, MHD_OPTION_NOTIFY_COMPLETED, zong_serve_completed, http,
		MHD_OPTION_NOTIFY_CONNECTION, zong_serve_connection, http,
		MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)ZONG_LIMIT_HEADER_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned int)ZONG_LIMIT_IDLE_SECONDS, MHD_OPTION_ARRAY, secure,
		MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
}

/* The threads of a daemon take over the policy of whoever starts it. Under SCHED_BATCH a thread that wakes does not
 * throw the running one off its core: more requests are waiting when its turn comes, and fewer switches are paid for
 * (a tenth more replies a second beside a client on the same cores). It is an ordinary policy; without it all works. */
static void set_policy(int policy)
{
	const struct sched_param none = {0};

	pthread_setschedparam(pthread_self(), policy, &none);
}

int zong_http_serve(struct zong_http *http, struct zong_err *err)
{
	set_policy(SCHED_BATCH);
	http->tcp_daemon = start_daemon(http, http->tcp, http->tls != NULL, ZONG_LIMIT_CONNECTIONS);
	set_policy(SCHED_OTHER);
	if (!http->tcp_daemon)
		return zong_err_set(err, ZONG_EIO, "%s", http->address);
	if (http->local < 0)
		return 0;
	http->local_daemon = start_daemon(http, http->local, false, ZONG_LIMIT_CONNECTIONS);
	if (!http->local_daemon)
		return zong_err_set(err, ZONG_EIO, "%s", http->socket_path);
	return 0;
}

const char *zong_http_address(const struct zong_http *http)
{
	return http->address;
}

static void wait_idle(struct zong_http *http, int64_t seconds)
{
	int64_t until = zong_time_monotonic() + seconds * ZONG_SECOND;
	const struct timespec tick = {0, TICK_NANOSECONDS};

	while (atomic_load(&http->traffic.active) > 0 && zong_time_monotonic() < until) {
		zong_serve_wake_gone(http);
		nanosleep(&tick, NULL);
	}
}

static void quiesce(struct MHD_Daemon *daemon)
{
	if (daemon)
		MHD_quiesce_daemon(daemon);
}

/* A suspended connection must not be there when a daemon is stopped; the executor resumes each. */
void zong_http_close(struct zong_http *http)
{
	if (!http)
		return;
	atomic_store(&http->closing, true);
	quiesce(http->tcp_daemon);
	quiesce(http->local_daemon);
	if (http->tcp >= 0)
		close(http->tcp);
	if (http->local >= 0)
		close(http->local);
	if (*http->socket_path)
		unlink(http->socket_path);
	if (http->park)
		zong_park_stop(http->park);
	wait_idle(http, ZONG_LIMIT_CLOSE_SECONDS);
	atomic_store(&http->giving_up, true);
	if (http->executor)
		zong_executor_stop(http->executor);
	wait_idle(http, 1);
	if (http->tcp_daemon)
		MHD_stop_daemon(http->tcp_daemon);
	if (http->local_daemon)
		MHD_stop_daemon(http->local_daemon);
	zong_executor_free(http->executor);
	zong_park_free(http->park);
	zong_tls_close(http->tls);
	zong_replies_free(http->replies);
	if (http->web >= 0)
		close(http->web);
	zong_progress_release(&http->progress);
	pthread_mutex_destroy(&http->peers_lock);
	free(http);
}
