/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_PUSH_RECEIVER_H
#define ZONG_TEST_PUSH_RECEIVER_H

/* Somebody's webhook: takes one request after another on a free port of this machine and answers
 * each with the same words, or not at all. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct receiver {
	int fd;
	unsigned int port;
	const char *answer; /* NULL: takes the request and says nothing */
	_Atomic unsigned int calls;
	char request[8192]; /* the last one */
	pthread_t thread;
};

static inline void receiver_take(struct receiver *r, int fd)
{
	char *end, *length;
	size_t len = 0;
	ssize_t got;
	char again;

	while (len < sizeof(r->request) - 1) {
		got = recv(fd, r->request + len, sizeof(r->request) - 1 - len, 0);
		if (got <= 0)
			break;
		len += (size_t)got;
		r->request[len] = '\0';
		end = strstr(r->request, "\r\n\r\n");
		length = strcasestr(r->request, "Content-Length: ");
		if (end && length &&
			len >= (size_t)(end + 4 - r->request) + strtoul(length + 16, NULL, 10))
			break;
	}
	atomic_fetch_add(&r->calls, 1);
	if (r->answer)
		send(fd, r->answer, strlen(r->answer), MSG_NOSIGNAL);
	else
		recv(fd, &again, 1, 0);
	close(fd);
}

static inline void *receiver_run(void *arg)
{
	struct receiver *r = arg;
	int fd;

	while ((fd = accept(r->fd, NULL, NULL)) >= 0)
		receiver_take(r, fd);
	return NULL;
}

static inline int receiver_open(struct receiver *r, const char *answer)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);

	memset(r, 0, sizeof(*r));
	r->answer = answer;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	r->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (r->fd < 0 || bind(r->fd, (struct sockaddr *)&address, len) || listen(r->fd, 16) ||
		getsockname(r->fd, (struct sockaddr *)&address, &len))
		return -1;
	r->port = ntohs(address.sin_port);
	return pthread_create(&r->thread, NULL, receiver_run, r);
}

static inline void receiver_close(struct receiver *r)
{
	shutdown(r->fd, SHUT_RDWR);
	pthread_join(r->thread, NULL);
	close(r->fd);
}

#endif
