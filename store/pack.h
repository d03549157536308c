/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_PACK_H
#define ZONG_STORE_PACK_H

/* One pack of a backup (the format stands in include/zong/backup.h): written once from its start to its end,
 * then only read. It is opened for each reading, so that thousands of packs need no descriptors; nothing is mapped,
 * since a disk that fails under a mapping kills the program.
 *
 *     zong_pack_create(dir, number, &writer);
 *     zong_pack_add(writer, &digest, value, len); ...
 *     zong_pack_finish(writer, &pack);                on the disk under its name
 *
 * Threads: one at a time each. */

#include <zong/backup.h>
#include <zong/buffer.h>
#include <zong/digest.h>
#include <zong/error.h>
#include <zong/limits.h>

#define ZONG_PACK_HEADER 16
#define ZONG_PACK_RECORD 36
#define ZONG_PACK_ENTRY 44
#define ZONG_PACK_TRAILER 80

struct zong_pack {
	uint32_t number;
	uint64_t size; /* of the file */
	uint64_t index_at, count;
	struct zong_digest index_digest, digest;
};

struct zong_pack_entry {
	struct zong_digest digest;
	uint64_t offset; /* of the value */
	uint32_t len;
};

/* "NNNNNNNN.pack" */
#define ZONG_PACK_NAME 24
void zong_pack_name(uint32_t number, char ret_name[ZONG_PACK_NAME]);
/* false: not such a name. */
bool zong_pack_number(const char *name, uint32_t *ret_number);

/* An entry as it stands in the index. */
void zong_pack_entry_write(uint8_t to[ZONG_PACK_ENTRY], const struct zong_pack_entry *entry);

/* ---- writing: pack_writer.c ---- */

struct zong_pack_writer;
/* @dir: the folder packs/. Errors of zong_error_from_errno. */
int zong_pack_create(const char *dir, uint32_t number, struct zong_pack_writer **ret_writer);
/* No error, and nothing done, when it has it already. */
int zong_pack_add(struct zong_pack_writer *writer, const struct zong_digest *digest,
	const void *value, size_t len);
/* Bytes that the pack has by now. */
uint64_t zong_pack_written(const struct zong_pack_writer *writer);
/* Writes the index, syncs, gives it its name, syncs the folder. Frees the writer in any case. */
int zong_pack_finish(struct zong_pack_writer *writer, struct zong_pack *ret_pack);
/* Throws it away. NULL is fine. */
void zong_pack_abandon(struct zong_pack_writer *writer);

/* ---- reading ---- */

/* Reads what a pack says of itself at its ends. ZONG_ECORRUPT, ZONG_EVERSION, ZONG_ENOENT, ZONG_EIO. */
int zong_pack_open(const char *dir, uint32_t number, struct zong_pack *ret_pack);
/* The file, for the calls below; closed by the caller. */
int zong_pack_fd(const char *dir, uint32_t number, int *ret_fd);
/* Entries [first, first + count) of the index, each within the pack and ascending among themselves. ZONG_ECORRUPT. */
int zong_pack_entries(const struct zong_pack *pack, int fd, uint64_t first, size_t count,
	struct zong_pack_entry *ret_entries);
/* All of them, the index's SHA-256 checked; freed by the caller. */
int zong_pack_index(const struct zong_pack *pack, int fd, struct zong_pack_entry **ret_entries);
/* One value in place of what @ret_value held, checked: the record is the digest's, and so are its raw bytes. */
int zong_pack_value(int fd, const struct zong_pack_entry *entry, struct zong_buf *ret_value);
/* Does this value hold what the digest says? 0, ZONG_ECORRUPT, ZONG_ENOMEM. @scratch grows as needed. */
int zong_pack_check_value(
	const struct zong_digest *digest, const void *value, size_t len, struct zong_buf *scratch);
/* Looks for one digest. 0, ZONG_ENOENT, ZONG_ECORRUPT, ZONG_EIO. */
int zong_pack_find(const struct zong_pack *pack, int fd, const struct zong_digest *digest,
	struct zong_pack_entry *ret_entry);

/* Reads the whole file once: its SHA-256, the records against the index, each value against its digest. @each (may be
 * NULL) is told what is wrong (@entry: of a value; NULL: the pack as such, ZONG_EDAMAGED where its SHA-256 alone is wrong,
 * else nothing in it is to be trusted) and how many bytes were read since the last call (@entry NULL and @code 0). Non-zero of it ends the walk with ZONG_ECANCELLED. @ret_bad (may be NULL): a byte
 * an entry, set where the value is bad; pack->count of them. 0: see what was told. */
int zong_pack_verify(const struct zong_pack *pack, int fd,
	int (*each)(void *ctx, int code, const struct zong_pack_entry *entry, uint64_t bytes),
	void *ctx, uint8_t *ret_bad);

#endif
