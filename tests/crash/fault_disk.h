/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_FAULT_DISK_H
#define ZONG_TEST_FAULT_DISK_H

/* What the disk would hold if the power went now: the durable bytes of each sector and length of each
 * file that was changed since its last sync, and the changes of names since each folder's last one.
 * Called before a change is made, except where it says otherwise. Threads: one at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A number below @below, from the plan's seed. */
uint32_t disk_random(uint32_t below);
void disk_begin(const char *dir, uint64_t seed, bool tracks);

/* Bytes of an open file. */
void disk_writing(int fd, off_t offset, size_t len);
void disk_truncating(int fd, off_t len);
void disk_synced(int fd);				  /* after: of a file or a folder */
void disk_synced_range(int fd, off_t offset, size_t len); /* after a write through O_DSYNC */
void disk_sync_failed(int fd); /* what is dirty now stays so until it is written again */

/* Names, absolute. */
void disk_made(const char *path, bool folder); /* after: also of a second link */
void disk_unlinking(const char *path);
void disk_removing_folder(const char *path);
void disk_renaming(const char *from, const char *to);
/* After the change announced last: it failed, so it is no change. */
void disk_not_done(void);

/* Leaves on the disk what a power cut would, by the seed. */
void disk_power(void);

#endif
