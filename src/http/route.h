/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_ROUTE_H
#define ZONG_HTTP_ROUTE_H

/* The table of all addresses. Each has a decision of archive/access.h, or says why it needs none.
 */

#include <stdbool.h>
#include <stddef.h>

#include <zong/access.h>

struct zong_request;

/* In place of a verb. */
#define ZONG_ROUTE_PUBLIC (-1)	  /* names nothing of the archive */
#define ZONG_ROUTE_SIGNED_IN (-2) /* about the asker alone */
#define ZONG_ROUTE_PAPER (-3)	  /* about one paper, for whoever holds it: the word on it, in the address, is the right */
/* Seeing the case, material, delivery or department is decided for the object by the archive
 * function that is called; the role alone decides nothing, so that it cannot tell what exists. */

enum zong_place {
	ZONG_PLACE_HERE,     /* at once, in the thread of the connection: waits for nothing */
	ZONG_PLACE_EXECUTOR, /* may wait for the disk */
	ZONG_PLACE_SLOW,     /* may take minutes: only some of the executor's threads */
};

enum zong_body {
	ZONG_BODY_NONE, /* a body is thrown away */
	ZONG_BODY_JSON,
	ZONG_BODY_TEXT, /* into ->body as well, for the handler to read */
	ZONG_BODY_UPLOAD,
	ZONG_BODY_TABLE, /* bytes of any kind, into a file */
};

/* 0: the reply is in the request; else a code for which a problem is answered. */
typedef int zong_handler(struct zong_request *req);

struct zong_route {
	const char *method;  /* GET also answers HEAD */
	const char *pattern; /* {name} stands for one part of the path, {tile} at the end for all that is left of it */
	zong_handler *handle;
	int verb; /* enum zong_verb or one of the above */
	enum zong_place place;
	enum zong_body body;
	zong_handler *quick; /* tried first, here; ZONG_ENOTREADY: leave it to the place */
};

extern const struct zong_route zong_routes[];
extern const size_t zong_routes_count;

enum zong_found {
	ZONG_FOUND_NOTHING,
	ZONG_FOUND_ADDRESS, /* but not with this method */
	ZONG_FOUND_ROUTE,
};

/* @path: decoded; cut into its parts, which ret_params borrow. */
enum zong_found zong_route_find(const char *method, char *path, const struct zong_route **ret_route,
	const char *ret_params[2]);
/* Methods of the address that a path matches, "GET, HEAD, OPTIONS"; false: no such address. */
bool zong_route_allow(const char *path, char *ret_allow, size_t size);

#endif
