/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_EVENT_TEXT_H
#define ZONG_HTTP_EVENT_TEXT_H

/* What an event tells, as JSON text straight into a buffer: a page of a feed has a thousand of them, and building and
 * printing that many trees takes longer than reading the rows. The members are those of the schema Event. Threads: any. */

#include <zong/buffer.h>
#include <zong/delivery.h>

/* Appends one object. The code of the buffer. */
int zong_event_text(const struct zong_event *event, struct zong_buf *buf);
/* Appends the objects with commas between them. */
int zong_events_text(const struct zong_event *events, size_t count, struct zong_buf *buf);

#endif
