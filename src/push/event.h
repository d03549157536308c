/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_PUSH_EVENT_H
#define ZONG_PUSH_EVENT_H

/* The body of a webhook: CloudEvents 1.0, structured JSON. Thin: it names a delivery and says where
 * it can be read, and holds nothing of the paper.
 *
 *     {"specversion":"1.0","id":"<id>","source":"/zong/<archive>","type":"zong.delivery",
 *      "subject":"<material>","time":"...","datacontenttype":"application/json",
 *      "data":{"delivery":"...","department":"...","case":"...","material":"...","version":1,
 *              "manifest":"<base>/api/v1/deliveries/...","file":"<base>/api/v1/files/sha256:...",
 *              "receipt":"<base>/api/v1/deliveries/.../receipt"}}
 *
 * The id is that of the delivery. Notices, "zong.superseded" and "zong.withdrawn", have an id of their own, which their
 * "receipt" is for; "delivery" is the one that they are about. They have no "file"; a withdrawal has its "reason", and what was
 * superseded has "next": the material and version that took its place. That a withdrawn delivery stands again is a
 * "zong.delivery" with an id of its own. A version above 1 has "supersedes": the material before it. */

#include <zong/buffer.h>
#include <zong/delivery.h>

#define ZONG_EVENT_CONTENT_TYPE "application/cloudevents+json; charset=utf-8"

/* @archive: its id. @base: public address without a slash at its end. Appends to @buf, whose
 * maximum is ZONG_LIMIT_WEBHOOK_BODY. ZONG_ENOMEM, ZONG_ELIMIT, ZONG_ECORRUPT (ids of the wrong
 * size). */
int zong_event_format(const struct zong_event *event, const char *archive, const char *base,
	struct zong_buf *buf);

#endif
