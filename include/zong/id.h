/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ID_H
#define ZONG_ID_H

/* Identifiers of materials, deliveries, jobs and tokens: UUID version 7 (RFC 9562 §5.7), which sort
 * by the time they were made. Within a process each is greater than the one before. Threads: any. */

#include <stdbool.h>
#include <stdint.h>

#define ZONG_ID_SIZE 16
#define ZONG_ID_TEXT 37

struct zong_id {
	uint8_t bytes[ZONG_ID_SIZE];
};

void zong_id_new(struct zong_id *ret_id);
void zong_id_format(const struct zong_id *id, char ret_text[ZONG_ID_TEXT]);
/* Any version of UUID in the 8-4-4-4-12 form, either case. ZONG_EINVAL otherwise. */
int zong_id_parse(const char *text, struct zong_id *ret_id);
bool zong_id_equal(const struct zong_id *a, const struct zong_id *b);

#endif
