/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <zong/cleanup.h>

#include "http/server.h"

#define BACKLOG 1024

/* "HOST:PORT", "[V6]:PORT", ":PORT". */
static int split_address(
	const char *address, char *host, size_t host_size, char *port, size_t port_size)
{
	const char *colon = strrchr(address, ':');
	const char *first = address;
	size_t len, digits;

	if (!colon)
		return ZONG_EINVAL;
	len = (size_t)(colon - address);
	if (len >= 2 && *address == '[' && colon[-1] == ']') {
		first++;
		len -= 2;
	} else if (memchr(address, ':', len)) {
		return ZONG_EINVAL;
	}
	digits = strspn(colon + 1, "0123456789");
	if (len >= host_size || digits == 0 || colon[1 + digits] || digits >= port_size ||
		strtoul(colon + 1, NULL, 10) > 65535)
		return ZONG_EINVAL;
	memcpy(host, first, len);
	host[len] = '\0';
	memcpy(port, colon + 1, digits + 1);
	return 0;
}

static int bind_one(const struct addrinfo *info, int *ret_fd)
{
	_cleanup_close_ int fd =
		socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, info->ai_addr, info->ai_addrlen) || listen(fd, BACKLOG))
		return -errno;
	*ret_fd = take_fd(fd);
	return 0;
}

/* The address under which others reach it, with the port that the kernel chose. A socket that
 * listens on every address is named by the machine. */
static void describe(int fd, const char *scheme, const char *host, char *url, size_t size)
{
	struct sockaddr_storage bound = {0};
	socklen_t len = sizeof(bound);
	char name[256] = "localhost";
	unsigned int port;

	getsockname(fd, (struct sockaddr *)&bound, &len);
	/* Port and family lie at the same place in both kinds of address. */
	port = ntohs(((struct sockaddr_in *)(void *)&bound)->sin_port);
	if (!*host || strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0) {
		gethostname(name, sizeof(name) - 1);
		snprintf(url, size, "%s://%.250s:%u", scheme, name, port);
	} else if (strchr(host, ':')) {
		snprintf(url, size, "%s://[%.250s]:%u", scheme, host, port);
	} else {
		snprintf(url, size, "%s://%.250s:%u", scheme, host, port);
	}
}

int zong_listen_tcp(const char *address, bool tls, int *ret_fd, char *ret_url, size_t url_size,
	struct zong_err *err)
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
	struct addrinfo *list, *info;
	char host[256], port[8];
	int failure = -EADDRNOTAVAIL;
	int fd = -1;

	if (split_address(address, host, sizeof(host), port, sizeof(port)))
		return zong_err_set(err, ZONG_EINVAL, "--listen %s", address);
	if (getaddrinfo(*host ? host : NULL, port, &hints, &list))
		return zong_err_set(err, ZONG_EINVAL, "--listen %s", address);
	for (info = list; info && failure; info = info->ai_next)
		failure = bind_one(info, &fd);
	freeaddrinfo(list);
	if (failure == -EADDRINUSE)
		return zong_err_set(err, ZONG_EBUSY, "%s", address);
	if (failure)
		return zong_err_set(err, ZONG_EIO, "%s: %s", address, strerror(-failure));
	describe(fd, tls ? "https" : "http", host, ret_url, url_size);
	*ret_fd = fd;
	return 0;
}

/* The archive's lock file keeps a second server away, so whatever lies at @path is left from one
 * that died. */
int zong_listen_local(const char *path, int *ret_fd, struct zong_err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	_cleanup_close_ int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path))
		return zong_err_set(err, ZONG_ELIMIT, "%s", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return zong_err_set(err, ZONG_EIO, "%s: %s", path, strerror(errno));
	unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || chmod(path, 0600) ||
		listen(fd, BACKLOG))
		return zong_err_set(err, ZONG_EIO, "%s: %s", path, strerror(errno));
	*ret_fd = take_fd(fd);
	return 0;
}
