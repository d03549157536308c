/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_REPLIES_H
#define ZONG_HTTP_REPLIES_H

/* Ready-made replies of small files that were fetched lately: all headers and the bytes, borrowed
 * from the archive's cache. The same page goes out to everybody from the same memory, and nothing
 * is allocated for it. Only replies are kept, no decision: whether the asker may have the file is
 * asked anew each time. Threads: any. */

#include <stdint.h>

#include <microhttpd.h>

#include <zong/digest.h>

#define ZONG_REPLIES_MAX 256		 /* kept at once */
#define ZONG_REPLIES_NAME 256		 /* longer names are answered one by one */
#define ZONG_REPLIES_BYTES (1024 * 1024) /* larger files are answered one by one */

struct zong_replies;
struct zong_kept {
	struct MHD_Response *response;
	uint64_t size;
	char etag[72];
};

int zong_replies_new(struct zong_replies **ret_replies);
void zong_replies_free(struct zong_replies *replies);
/* NULL: none. Otherwise zong_replies_put gives it back when the reply is queued. @name: that the
 * reply gives the file. */
struct zong_kept *zong_replies_get(
	struct zong_replies *replies, const struct zong_digest *digest, const char *name);
void zong_replies_put(struct zong_replies *replies, struct zong_kept *kept);
/* Keeps @response, which is taken over; NULL without memory, and then it is destroyed. @name:
 * shorter than ZONG_REPLIES_NAME. */
struct zong_kept *zong_replies_add(struct zong_replies *replies, const struct zong_digest *digest,
	const char *name, uint64_t size, const char *etag, struct MHD_Response *response);

#endif
