/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_BYTES_H
#define ZONG_ARCHIVE_BYTES_H

/* Bytes to be given out that are no stored file but made for it. */

#include <zong/digest.h>
#include <zong/material.h>
#include <zong/media.h>

/* @fd: an unnamed file of @size bytes; taken over, also on failure. 0, ZONG_ENOMEM. */
int zong_bytes_of_spool(int fd, uint64_t size, const struct zong_digest *digest,
	enum zong_media media, const char *name, struct zong_bytes **ret_bytes);

#endif
