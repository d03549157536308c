/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_PUSH_STAMPER_H
#define ZONG_PUSH_STAMPER_H

/* The thread that has the head of the log time-stamped by an authority outside (RFC 3161), when it is time again. What fails is tried
 * again a while later. */

#include <zong/archive.h>

struct zong_stamper;

/* *ret_stamper NULL: the settings name no authority. ZONG_ENOMEM. */
int zong_stamper_start(struct zong_archive *archive, struct zong_stamper **ret_stamper);
/* Breaks off what is under way. NULL is fine. */
void zong_stamper_stop(struct zong_stamper *stamper);

#endif
