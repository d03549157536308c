/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_PUSH_EVENT_H
#define ZONG_PUSH_EVENT_H

/* The body of a webhook: CloudEvents 1.0, structured JSON. Thin: it names a delivery and says where
 * it can be read, and holds nothing of the paper.
 *
 *     {"specversion":"1.0","id":"<delivery>","source":"/zong/<archive>","type":"zong.delivery",
 *      "subject":"<material>","time":"...","datacontenttype":"application/json",
 *      "data":{"delivery":"...","department":"...","case":"...","material":"...","version":1,
 *              "manifest":"<base>/api/v1/deliveries/...","file":"<base>/api/v1/files/sha256:...",
 *              "receipt":"<base>/api/v1/deliveries/.../receipt"}} */

#include <zong/buffer.h>
#include <zong/delivery.h>

#define ZONG_EVENT_CONTENT_TYPE "application/cloudevents+json; charset=utf-8"

/* @archive: its id. @base: public address without a slash at its end. Appends to @buf, whose
 * maximum is ZONG_LIMIT_WEBHOOK_BODY. ZONG_ENOMEM, ZONG_ELIMIT, ZONG_ECORRUPT (ids of the wrong
 * size). */
int zong_event_format(const struct zong_event *event, const char *archive, const char *base,
	struct zong_buf *buf);

#endif
