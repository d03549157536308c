/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TOOLS_MIRROR_H
#define ZONG_TOOLS_MIRROR_H

/* The folder that `zong pull` keeps:
 *
 *     CASE/TITLE-vN-xxxxxx.tif      a file as it was delivered; xxxxxx: the end of the delivery's id
 *     CASE/manifest.json            what is in this folder, as the feed told of it
 *     CASE/superseded/...           what has a newer version
 *     .zong/department              whose it is
 *     .zong/cursor                  how far the feed has been taken
 *     .zong/have                    a line a change, appended: "+ DAY DELIVERY DIGEST PATH", "- DELIVERY"
 *     .zong/lock                    one command at a time
 *
 * Every function that fails has said why on standard error. One thread. */

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct mirror {
	int dir, lock, log;
	const char *name; /* of the folder; borrowed */
	json_t *have;	  /* delivery -> {day, digest, path} */
	uint64_t cursor;
};

int mirror_open(struct mirror *mirror, const char *dir, const char *department);
void mirror_close(struct mirror *mirror);

bool mirror_has(const struct mirror *mirror, const char *delivery);
const char *mirror_where(
	const struct mirror *mirror, const char *delivery); /* "" where it is not */
/* Where the file of an event goes, below the folder; the folder of the case is made. NULL: failed. The caller frees it. */
char *mirror_path(struct mirror *mirror, const json_t *event);
/* What it is called while it comes. */
char *mirror_part(const struct mirror *mirror, const char *path);
/* Gives what came its name, durably. */
int mirror_place(struct mirror *mirror, int fd, const char *part, const char *path);
/* Notes it in the manifest of its case and in the list. */
int mirror_add(struct mirror *mirror, const json_t *event, const char *path);
int mirror_supersede(struct mirror *mirror, const json_t *notice);
int mirror_remove(struct mirror *mirror, const json_t *notice);
int mirror_cursor(struct mirror *mirror, uint64_t cursor);
/* {"items": [{delivery, digest}]} of what came on a day, the digests computed anew; what is not there or cannot be read is left
 * out. NULL: failed. */
json_t *mirror_day(struct mirror *mirror, const char *day);

#endif
