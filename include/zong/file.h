/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_FILE_H
#define ZONG_FILE_H

/* Files as an archive needs them: what is said to be written is on the disk, names included (ext4
 * forgets a new name unless its directory is synced). All return 0 or the code of
 * zong_error_from_errno(). Threads: any. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <zong/buffer.h>

/* mkdir + fsync of the directory above; ZONG_EEXIST when it is there already. */
int zong_file_make_dir(const char *path, mode_t mode);
/* Writes to a temporary name beside @path, syncs, renames over @path, syncs the directory. */
int zong_file_replace(const char *path, const void *bytes, size_t len, mode_t mode);
/* Whole contents in place of what @buf held, at most buf->max bytes (ZONG_ELIMIT over it). */
int zong_file_read(const char *path, struct zong_buf *buf);
int zong_file_sync_dir(const char *path);
/* A file without a name in directory @dir, gone when closed (O_TMPFILE); NULL: in memory, for what must not come to a disk unsealed. */
int zong_file_spool(const char *dir, int *ret_fd);
int zong_file_write_all(int fd, const void *bytes, size_t len);
/* Exactly @len bytes at @offset; ZONG_ETRUNCATED when the file ends before. */
int zong_file_read_at(int fd, void *ret_bytes, size_t len, uint64_t offset);

#endif
