/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BENCH_STORE_H
#define ZONG_BENCH_STORE_H

/* The parts of bench_store: each prints its figures. @dir is a folder of its own on the disk that is
 * measured, with the archive of @store in DIR/archive. */

#include <zong/media.h>
#include <zong/store.h>

#include "bench.h"

/* Puts the bytes of @fd into the store with their recipe and nothing else. */
int bench_store_one(struct zong_store *store, int fd, size_t len, enum zong_media media);

/* A case to upload into; once in a store. bench_upload.c */
#define BENCH_CASE "20260001"
void bench_upload_case(struct zong_store *store);
/* Takes in a file of one page that was never seen before, in a case that is there. bench_upload.c */
int bench_upload_one(
	struct zong_store *store, const char *case_no, const uint8_t *bytes, size_t len);

void bench_uploads(struct zong_store *store, const char *dir, size_t turns); /* bench_uploads.c */
/* In an archive of its own, as checking opens it by itself. bench_check.c */
void bench_check(const char *dir, size_t turns);
/* A sealed archive against one that is not; in archives of their own. bench_vault.c */
void bench_vault(const char *dir, size_t turns);

#endif
