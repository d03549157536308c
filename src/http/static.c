/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/range.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

#define POLICY                                                                                     \
	"default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "       \
	"frame-ancestors 'none'"

static const char *type_of(const char *path)
{
	static const struct {
		const char *ending, *type;
	} types[] = {
		{".html", "text/html; charset=utf-8"},
		{".js", "text/javascript; charset=utf-8"},
		{".mjs", "text/javascript; charset=utf-8"},
		{".css", "text/css; charset=utf-8"},
		{".json", "application/json"},
		{".webmanifest", "application/manifest+json"},
		{".svg", "image/svg+xml"},
		{".png", "image/png"},
		{".jpg", "image/jpeg"},
		{".ico", "image/x-icon"},
		{".woff2", "font/woff2"},
		{".woff", "font/woff"},
		{".wasm", "application/wasm"},
		{".txt", "text/plain; charset=utf-8"},
	};
	const char *ending = strrchr(path, '.');
	size_t i;

	for (i = 0; ending && i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(ending, types[i].ending) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}

/* Files of the builder carry the digest of their contents in their name; they lie in assets/. */
static bool never_changes(const char *path)
{
	return strncmp(path, "assets/", 7) == 0;
}

/* The kernel itself keeps the path below the folder: no `..`, no link that leads out. */
static int open_beneath(int folder, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
}

static int add_headers(struct zong_request *req, const char *path)
{
	int err = zong_reply_header(req, MHD_HTTP_HEADER_CACHE_CONTROL,
		never_changes(path) ? "public, max-age=31536000, immutable" : "no-cache");

	if (!err)
		err = zong_reply_header(req, "Content-Security-Policy", POLICY);
	if (!err)
		err = zong_reply_header(req, "X-Content-Type-Options", "nosniff");
	if (!err)
		err = zong_reply_header(req, "Referrer-Policy", "no-referrer");
	return err;
}

int zong_api_static(struct zong_request *req)
{
	const char *path = strcmp(req->path, "/") == 0 ? "index.html" : req->path + 1;
	_cleanup_close_ int fd = -1;
	struct MHD_Response *response;
	struct stat stat;
	char etag[64];
	int err;

	if (req->http->web >= 0 && *path)
		fd = open_beneath(req->http->web, path);
	if (fd < 0 || fstat(fd, &stat) || !S_ISREG(stat.st_mode))
		return zong_err_set(&req->err, ZONG_EROUTE, "%.200s", req->path);
	snprintf(etag, sizeof(etag), "\"%llx-%llx\"", (unsigned long long)stat.st_size,
		(unsigned long long)stat.st_mtim.tv_sec * 1000000000ULL +
			(unsigned long long)stat.st_mtim.tv_nsec);
	if (zong_etag_matches(zong_request_header(req, MHD_HTTP_HEADER_IF_NONE_MATCH), etag)) {
		err = zong_reply_not_modified(req, (uint64_t)stat.st_size, etag);
		return err ? err : add_headers(req, path);
	}
	response = MHD_create_response_from_fd64((uint64_t)stat.st_size, fd);
	if (!response)
		return ZONG_ENOMEM;
	take_fd(fd);
	zong_reply_set(req, MHD_HTTP_OK, response);
	err = zong_reply_header(req, MHD_HTTP_HEADER_CONTENT_TYPE, type_of(path));
	if (!err)
		err = zong_reply_header(req, MHD_HTTP_HEADER_ETAG, etag);
	return err ? err : add_headers(req, path);
}
