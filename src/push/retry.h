/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_PUSH_RETRY_H
#define ZONG_PUSH_RETRY_H

/* When a failed attempt is made again: after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24
 * h (Standard Webhooks 1.0, "Deliverability"), each longer or shorter by up to a tenth, so that
 * what failed together does not come back together. Pure functions. */

#include <stdint.h>

#define ZONG_RETRIES 9
#define ZONG_RETRY_AFTER_MAX (24 * 3600) /* seconds: the most that a receiver can put us off */

/* @failed: attempts that have failed, this one included (from 1). @first: microseconds instead of
 * the first wait, the others in proportion; 0: 5 s. @retry_after: seconds the receiver asked for,
 * 0: nothing. @random: any number. Microseconds to wait; -1: enough tried. */
int64_t zong_retry_wait(unsigned int failed, int64_t first, int64_t retry_after, uint32_t random);

#endif
