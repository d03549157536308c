/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <zong/byteorder.h>
#include <zong/cleanup.h>
#include <zong/error.h>

#include "proto.h"

int64_t zong_proto_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int wait_for(int sock, short events, int64_t deadline)
{
	for (;;) {
		struct pollfd poller = {.fd = sock, .events = events};
		int64_t left = deadline < 0 ? -1 : deadline - zong_proto_now();
		int n;

		if (deadline >= 0 && left < 0)
			left = 0;
		if (left > 3600 * 1000)
			left = 3600 * 1000;
		n = poll(&poller, 1, (int)left);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return ZONG_EIO;
		if (deadline >= 0 && zong_proto_now() >= deadline)
			return ZONG_ETIMEOUT;
	}
}

static int end_or_io(int system_errno)
{
	return system_errno == EPIPE || system_errno == ECONNRESET ? ZONG_EEND : ZONG_EIO;
}

static int send_some(int sock, const uint8_t *bytes, size_t len, int fd, size_t *ret_sent)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = len};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t n;

	if (fd >= 0) {
		struct cmsghdr *head;

		message.msg_control = control.room;
		message.msg_controllen = sizeof(control.room);
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(head), &fd, sizeof(int));
	}
	do
		n = sendmsg(sock, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? ZONG_ETIMEOUT : end_or_io(errno);
	*ret_sent = (size_t)n;
	return 0;
}

static int send_all(int sock, const uint8_t *bytes, size_t len, int fd, int64_t deadline)
{
	size_t sent, done = 0;

	while (done < len) {
		int err = send_some(sock, bytes + done, len - done, done == 0 ? fd : -1, &sent);

		if (err == ZONG_ETIMEOUT) {
			err = wait_for(sock, POLLOUT, deadline);
			if (err)
				return err;
			continue;
		}
		if (err)
			return err;
		done += sent;
	}
	return 0;
}

/* A spooled upload and a cached file are open for writing here. Sealing cannot be used for both, and
 * the sandbox cannot keep a writable one from being mapped, so the other side gets another opening
 * of the same file. */
static int open_read_only(int fd, int *ret_fd)
{
	char path[sizeof("/proc/self/fd/") + 11];
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0)
		return ZONG_EIO;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	*ret_fd = (flags & O_ACCMODE) == O_RDONLY ? fcntl(fd, F_DUPFD_CLOEXEC, 0)
						  : open(path, O_RDONLY | O_CLOEXEC);
	return *ret_fd < 0 ? ZONG_EIO : 0;
}

int zong_proto_send(
	int sock, enum zong_message type, const void *body, size_t len, int fd, int64_t deadline)
{
	_cleanup_close_ int read_only = -1;
	uint8_t header[ZONG_PROTO_HEADER] = {0};
	int err = fd >= 0 ? open_read_only(fd, &read_only) : 0;

	if (err)
		return err;
	zong_write_be32(header, (uint32_t)len);
	header[4] = (uint8_t)type;
	err = send_all(sock, header, sizeof(header), read_only, deadline);
	if (err)
		return err;
	return send_all(sock, body, len, -1, deadline);
}

int zong_proto_parse_header(const uint8_t header[ZONG_PROTO_HEADER], size_t max,
	enum zong_message *ret_type, size_t *ret_len)
{
	uint32_t len = zong_read_be32(header);
	uint8_t type = header[4];

	if (header[5] || header[6] || header[7] || len > max)
		return ZONG_EPROTO;
	if (!(type >= ZONG_MESSAGE_OPEN && type <= ZONG_MESSAGE_FORM) &&
		!(type >= ZONG_MESSAGE_READY && type <= ZONG_MESSAGE_IMAGED))
		return ZONG_EPROTO;
	*ret_type = type;
	*ret_len = len;
	return 0;
}

/* Takes the descriptor out of the control data; closes whatever else a liar may have sent. */
static int take_rights(struct msghdr *message, int *ret_fd)
{
	_cleanup_close_ int fd = -1;
	int err = message->msg_flags & MSG_CTRUNC ? ZONG_EPROTO : 0;
	struct cmsghdr *head;

	for (head = CMSG_FIRSTHDR(message); head; head = CMSG_NXTHDR(message, head)) {
		size_t i, count;

		if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS)
			continue;
		count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < count; i++) {
			int one;

			memcpy(&one, CMSG_DATA(head) + i * sizeof(int), sizeof(int));
			if (fd >= 0) {
				close(one);
				err = ZONG_EPROTO;
			} else {
				fd = one;
			}
		}
	}
	if (!err && fd >= 0 && (!ret_fd || *ret_fd >= 0))
		err = ZONG_EPROTO;
	if (!err && fd >= 0)
		*ret_fd = take_fd(fd);
	return err;
}

static int receive_all(int sock, uint8_t *bytes, size_t len, int64_t deadline, int *fd)
{
	size_t done = 0;

	while (done < len) {
		union {
			struct cmsghdr header;
			char room[CMSG_SPACE(2 * sizeof(int))];
		} control = {0};
		struct iovec part = {.iov_base = bytes + done, .iov_len = len - done};
		struct msghdr message = {.msg_iov = &part,
			.msg_iovlen = 1,
			.msg_control = control.room,
			.msg_controllen = sizeof(control.room)};
		ssize_t n = recvmsg(sock, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
		int err;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			err = wait_for(sock, POLLIN, deadline);
			if (err)
				return err;
			continue;
		}
		if (n < 0)
			return end_or_io(errno);
		err = take_rights(&message, fd);
		if (err)
			return err;
		if (n == 0)
			return ZONG_EEND;
		done += (size_t)n;
	}
	return 0;
}

int zong_proto_receive(
	int sock, int64_t deadline, enum zong_message *ret_type, struct zong_buf *body, int *ret_fd)
{
	_cleanup_close_ int fd = -1;
	uint8_t header[ZONG_PROTO_HEADER];
	enum zong_message type;
	uint8_t *room;
	size_t len;
	int err;

	err = receive_all(sock, header, sizeof(header), deadline, ret_fd ? &fd : NULL);
	if (err)
		return err;
	err = zong_proto_parse_header(header, body->max, &type, &len);
	if (err)
		return err;
	room = zong_buf_room(body, len);
	if (!room)
		return body->err;
	err = receive_all(sock, room, len, deadline, NULL);
	if (err)
		return err;
	body->len += len;
	*ret_type = type;
	if (ret_fd)
		*ret_fd = take_fd(fd);
	return 0;
}
