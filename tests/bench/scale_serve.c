/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a client of zongd sees: start, lookups over one connection that stays open, memory. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scale.h"

#define STARTS 3
#define OBJECTS 200
#define PASSES 5
#define MEMORY_LOOKUPS 10000
#define CLIENTS 16
#define REPLY (1 << 20)
#define PATH 512

typedef void path_fn(const struct scale *scale, uint64_t number, char ret_path[PATH]);

struct server {
	const struct scale *scale;
	const char *program, *token;
	pid_t pid;
	uint16_t port;
};

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec * 1e6 + (double)at.tv_nsec / 1e3;
}

static int from_errno(bool good)
{
	return good ? 0 : zong_error_from_errno(errno);
}

/* ---- the process ---- */

static void run(const struct server *server, int out)
{
	dup2(out, STDOUT_FILENO);
	execl(server->program, server->program, "--archive", server->scale->dir, "--listen",
		"127.0.0.1:0", "--workers", "1", (char *)NULL);
	_exit(127);
}

/* Milliseconds until it said that it serves. */
static double start(struct server *server)
{
	char line[BENCH_PATH + 256] = "";
	double begin = now();
	const char *port;
	FILE *from;
	int out[2];

	bench_must(from_errno(pipe2(out, O_CLOEXEC) == 0), "pipe");
	server->pid = fork();
	bench_must(from_errno(server->pid >= 0), "fork");
	if (server->pid == 0)
		run(server, out[1]);
	close(out[1]);
	from = bench_must_have(fdopen(out[0], "r"));
	while (!strstr(line, "serving"))
		bench_must(fgets(line, sizeof(line), from) ? 0 : ZONG_EIO, server->program);
	begin = (now() - begin) / 1000;
	port = strrchr(line, ':');
	server->port = port ? (uint16_t)strtoul(port + 1, NULL, 10) : 0;
	fclose(from);
	return begin;
}

static void stop(struct server *server)
{
	kill(server->pid, SIGTERM);
	waitpid(server->pid, NULL, 0);
}

/* Kilobytes by the name of a line of /proc/PID/status. */
static double memory(const struct server *server, const char *name)
{
	char path[64], line[256];
	double value = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)server->pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
			value = strtod(line + strlen(name) + 1, NULL);
	if (file)
		fclose(file);
	return value;
}

static void note_memory(
	const struct server *server, struct scale_figures *figures, unsigned size, const char *when)
{
	char name[64];

	snprintf(name, sizeof(name), "rss_anon_%s", when);
	scale_figure(figures, size, name, memory(server, "RssAnon") / 1024, "MB", true);
	snprintf(name, sizeof(name), "rss_file_%s", when);
	scale_figure(figures, size, name, memory(server, "RssFile") / 1024, "MB", false);
}

/* ---- a connection ---- */

static int connect_to(const struct server *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons(server->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	bench_must(from_errno(fd >= 0), "socket");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	bench_must(from_errno(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0),
		"connecting");
	return fd;
}

static size_t reply_size(const char *reply, size_t len)
{
	const char *end = memmem(reply, len, "\r\n\r\n", 4);
	const char *length;

	if (!end)
		return SIZE_MAX;
	length = strcasestr(reply, "\r\ncontent-length:");
	bench_must(length && length < end ? 0 : ZONG_EPROTO, "reply");
	return (size_t)(end - reply) + 4 + strtoul(length + 17, NULL, 10);
}

/* One request and its whole reply, which must be a 200. */
static void ask(const struct server *server, int fd, const char *path, char *reply)
{
	char request[PATH + 256];
	size_t len = 0, whole = SIZE_MAX;
	ssize_t n;

	snprintf(request, sizeof(request),
		"GET %s HTTP/1.1\r\nHost: zong\r\nAuthorization: Bearer %s\r\n\r\n", path,
		server->token);
	bench_must(send(fd, request, strlen(request), 0) == (ssize_t)strlen(request) ? 0 : ZONG_EIO,
		"asking");
	while (len < whole) {
		n = recv(fd, reply + len, REPLY - 1 - len, 0);
		bench_must(n > 0 ? 0 : ZONG_EIO, "reply");
		len += (size_t)n;
		reply[len] = '\0';
		if (whole == SIZE_MAX)
			whole = reply_size(reply, len);
	}
	if (strncmp(reply, "HTTP/1.1 200", 12) != 0) {
		fprintf(stderr, "bench_scale: GET %s: %s\n", path, reply);
		exit(1);
	}
}

/* ---- what is asked ---- */

static void path_case(const struct scale *scale, uint64_t number, char ret_path[PATH])
{
	char no[SCALE_TEXT];

	(void)scale;
	scale_case_no(number, no);
	snprintf(ret_path, PATH, "/api/v1/cases/%s", no);
}

static void path_unit(const struct scale *scale, uint64_t number, char ret_path[PATH])
{
	char unit[SCALE_TEXT];

	scale_unit(number, scale->total, unit);
	snprintf(ret_path, PATH, "/api/v1/parcels/%.24s?limit=20", unit);
}

static void path_cert(const struct scale *scale, uint64_t number, char ret_path[PATH])
{
	char digits[SCALE_TEXT];

	(void)scale;
	scale_cert_serial(number, digits);
	snprintf(ret_path, PATH, "/api/v1/search?cert=%s&limit=20", digits);
}

static void add_escaped(char path[PATH], const char *text)
{
	size_t len = strlen(path);

	for (; *text && len + 4 < PATH; text++)
		len += (size_t)snprintf(path + len, PATH - len, "%%%02X", (unsigned char)*text);
}

static void path_text(const struct scale *scale, uint64_t number, char ret_path[PATH])
{
	char words[SCALE_NAME];

	(void)scale;
	scale_words(2, number, words);
	snprintf(ret_path, PATH, "/api/v1/search?limit=20&q=");
	add_escaped(ret_path, words);
}

/* ---- many at once ---- */

struct many {
	const struct server *server;
	path_fn *path;
	const uint64_t *object;
	double *took; /* or NULL */
	size_t count, next;
	pthread_mutex_t mutex;
};

static void *client(void *arg)
{
	struct many *many = arg;
	int fd = connect_to(many->server);
	char *reply = bench_must_have(malloc(REPLY)), path[PATH];
	double begin;
	size_t at;

	for (;;) {
		pthread_mutex_lock(&many->mutex);
		at = many->next++;
		pthread_mutex_unlock(&many->mutex);
		if (at >= many->count)
			break;
		many->path(many->server->scale, many->object[at], path);
		begin = now();
		ask(many->server, fd, path, reply);
		if (many->took)
			many->took[at] = now() - begin;
	}
	free(reply);
	close(fd);
	return NULL;
}

static void ask_all(const struct server *server, path_fn *path, const uint64_t *object,
	size_t count, double *took)
{
	struct many many = {.server = server,
		.path = path,
		.object = object,
		.took = took,
		.count = count,
		.mutex = PTHREAD_MUTEX_INITIALIZER};
	pthread_t thread[CLIENTS];
	size_t i;

	for (i = 0; i < CLIENTS; i++)
		bench_must(pthread_create(&thread[i], NULL, client, &many) ? ZONG_ENOMEM : 0,
			"threads");
	for (i = 0; i < CLIENTS; i++)
		pthread_join(thread[i], NULL);
}

static void choose(const struct scale *scale, uint64_t *object, size_t count, uint64_t stream)
{
	size_t i;

	for (i = 0; i < count; i++)
		object[i] = scale_mix(scale->filled + i, stream) %
			    (scale->filled / SCALE_CASE_MATERIALS);
}

/* As in scale_look.c: first many at once, so that the reading is on record, then alone. */
static void measure(const struct server *server, struct scale_figures *figures, unsigned size,
	const char *name, path_fn *path, uint64_t stream)
{
	uint64_t object[OBJECTS];
	double took[OBJECTS * PASSES];
	char *reply = bench_must_have(malloc(REPLY)), text[PATH];
	int fd = connect_to(server);
	size_t i;

	choose(server->scale, object, OBJECTS, stream);
	ask_all(server, path, object, OBJECTS, NULL);
	for (i = 0; i < (size_t)OBJECTS * PASSES; i++) {
		double begin;

		path(server->scale, object[i % OBJECTS], text);
		begin = now();
		ask(server, fd, text, reply);
		took[i] = now() - begin;
	}
	scale_times(figures, size, name, took, (size_t)OBJECTS * PASSES);
	close(fd);
	free(reply);
}

/* Memory after many different cases were looked up, each for the first time. */
static void measure_memory(
	const struct server *server, struct scale_figures *figures, unsigned size)
{
	uint64_t *object = bench_must_have(calloc(MEMORY_LOOKUPS, sizeof(*object)));
	double *took = bench_must_have(calloc(MEMORY_LOOKUPS, sizeof(*took)));
	double begin = now();

	choose(server->scale, object, MEMORY_LOOKUPS, 77);
	ask_all(server, path_case, object, MEMORY_LOOKUPS, took);
	scale_figure(figures, size, "http_first_a_second", MEMORY_LOOKUPS * 1e6 / (now() - begin),
		"1/s", false);
	scale_times(figures, size, "http_first_of_16", took, MEMORY_LOOKUPS);
	note_memory(server, figures, size, "after");
	free(object);
	free(took);
}

void scale_serve(const struct scale *scale, const char *zongd, const char *token,
	struct scale_figures *figures, unsigned size)
{
	struct server server = {.scale = scale, .program = zongd, .token = token};
	double took[STARTS];
	size_t i;

	for (i = 0; i < STARTS; i++) {
		took[i] = start(&server);
		if (i + 1 < STARTS)
			stop(&server);
	}
	scale_figure(figures, size, "start", bench_median(took, STARTS), "ms", true);
	note_memory(&server, figures, size, "idle");
	measure(&server, figures, size, "http_case", path_case, 2000);
	measure(&server, figures, size, "http_unit", path_unit, 2001);
	measure(&server, figures, size, "http_cert_tail", path_cert, 2002);
	if (!scale->no_text)
		measure(&server, figures, size, "http_text_rare", path_text, 2003);
	measure_memory(&server, figures, size);
	stop(&server);
}
