/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BACKUP_H
#define ZONG_BACKUP_H

/* A backup of one archive in a plain folder (another disk, NFS, SMB, USB): taken while the archive is served
 * and written to, incremental by segment, each snapshot whole in itself, and able to prove itself.
 *
 *     zong_backup_run(archive, dest, &options, &result, &err);    a further snapshot
 *     zong_backup_list(dest, each, ctx, &err);                    which there are
 *     zong_backup_check(dest, &options, &result, &err);           reads everything again
 *     zong_restore_run(dest, "2026-11-24T02-00-00Z", dir, ...)    a new archive out of one
 *     zong_backup_open(dest, &backup, &err); zong_backup_segment(backup, &digest, &value);
 *
 * Nothing here needs more of the folder than making, renaming and deleting files; no file is changed once it
 * has its name, but a manifest, which is replaced whole when packs are put together anew.
 *
 * Threads: a call belongs to its thread; several backups of different folders may run at once. One process at
 * a time writes to a folder (its file "lock", made exclusively; one that its maker has left behind is
 * recognised). Reading needs no lock.
 *
 * ---- The folder, to the byte. All integers are big-endian. ----
 *
 *     zong-backup             text: "zong-backup 1\n" and the archive's id, "\n"
 *     lock                    text, while somebody writes: host, boot id, process id and its start time
 *     packs/NNNNNNNN.pack     values under their digests; numbers from 1, never given twice while the pack is there
 *     snapshots/YYYY-MM-DDTHH-MM-SSZ   a manifest; the name is the time (UTC) of the snapshot
 *     *.tmp                   not finished; the next run deletes it
 *
 * A value is kept as store/segments keeps it: u8 codec (0 the bytes themselves, 1 zstd), u32 length of the raw
 * bytes, and the bytes as kept. Its digest is the SHA-256 of the raw bytes.
 *
 * Pack:
 *     "zongpack"   8 bytes
 *     u32          format, 1
 *     u32          0
 *     records      digest (32), u32 length of the value, value; one behind the other
 *     index        digest (32), u64 place of the value in the file, u32 its length; ascending by digest
 *     u64          place of the index
 *     u64          entries of the index
 *     32           SHA-256 of the index
 *     32           SHA-256 of the whole file up to here
 *
 * Manifest:
 *     "zongsnap"   8 bytes
 *     u32          format, 1; 2 where there are vaults
 *     u32          format of the archive's directory (store/version.h)
 *     16           id of the archive
 *     u64          time, microseconds since 1970 UTC
 *     u64 × 10     materials, files, pages, bytes handed in, lines of the log, segments, bytes of their values,
 *                  segments that could not be read when it was taken, rows of the catalog, bytes of its stream
 *     32           SHA-256 over the digests of all segments, ascending
 *     u32, bytes   zong's version
 *     u32, bytes   zong.conf
 *     u32, pieces  of the catalog's stream: digest (32), u32 raw length
 *     u32, pieces  of the list of segments
 *     u32, packs   that hold all of it: u32 number, u64 bytes, SHA-256 (32)
 *     u32, vaults  only with format 2, and then at least one. Of each, u32 and bytes: its name, the name of its archive's folder; u32 format
 *                  of that; u64 boxes; u32 and bytes: its file of keys, the archive's file "seal"; u32 and pieces of its boxes
 *     32           SHA-256 of everything before
 *
 * The list of segments is the digests one behind the other, ascending, cut behind each digest whose last byte is 0
 * and at the latest after 2048. The catalog's stream is all tables, in the order of enum zong_table, rows ascending:
 *     u8 'T', u8 length, name                      of a table; its rows follow
 *     u8 'R', u16 length, u32 length, key, value   a row
 *     u8 'E', u64                                  the end, rows in all
 * A vault (include/zong/vaults.h) goes out as it lies on the disk, boxes under names, without its key: a stream of the same kind with the
 * tables "sealed" and "segments", at one instant of its own. A backup tells of it what the disk does, and no more.
 *
 * All streams are cut by content (FastCDC, ZONG_BACKUP_PIECE_*). Pieces of both are values in packs like segments. What is derived
 * and not in the catalog, the text index, is not in a backup: it is made anew. */

#include <stdbool.h>
#include <stdint.h>

#include <zong/buffer.h>
#include <zong/digest.h>
#include <zong/error.h>
#include <zong/id.h>

#define ZONG_BACKUP_NAME 32 /* "YYYY-MM-DDTHH-MM-SSZ" and its end */

enum zong_backup_phase {
	ZONG_BACKUP_CATALOG,  /* total 0: not known */
	ZONG_BACKUP_SEGMENTS, /* bytes */
	ZONG_BACKUP_COLLECT,
	ZONG_BACKUP_PACKS, /* of a check: bytes */
	ZONG_BACKUP_SNAPSHOTS,
	ZONG_BACKUP_SYNC, /* of a restore: waiting for the disk */
};

/* Something that is not as it should be and did not end the work. */
enum zong_backup_trouble {
	ZONG_TROUBLE_SEGMENT_BROKEN,	  /* of the archive: its bytes are not what its digest says; not in the backup */
	ZONG_TROUBLE_SEGMENT_MISSING,	  /* a recipe of the archive names it and it is not there */
	ZONG_TROUBLE_PACK_DAMAGED,	  /* the pack as such: its ends, its index, its SHA-256 */
	ZONG_TROUBLE_PACK_MISSING,	  /* a snapshot names it */
	ZONG_TROUBLE_VALUE_DAMAGED,	  /* one value of a pack */
	ZONG_TROUBLE_SNAPSHOT_DAMAGED,	  /* a manifest */
	ZONG_TROUBLE_SNAPSHOT_INCOMPLETE, /* it needs this digest, and no pack gives it */
	ZONG_TROUBLE_VAULT,		  /* a vault that could not be read (@name), or given back: it is left out */
	ZONG_TROUBLE_ROW_BROKEN,	  /* of the archive's catalog (@name: the table); it is in the backup as it is */
};

struct zong_backup_watch {
	/* Non-zero ends the work with ZONG_ECANCELLED. May be NULL. */
	int (*progress)(void *ctx, enum zong_backup_phase phase, uint64_t done, uint64_t total);
	/* @name: of the pack or snapshot, or NULL; @digest: or NULL. May be NULL. */
	void (*trouble)(void *ctx, enum zong_backup_trouble trouble, const char *name,
		const struct zong_digest *digest);
	void *ctx;
};

/* A vault as it is now. */
struct zong_backup_vault {
	char *store;	      /* path of its archive */
	struct zong_buf keys; /* its file of keys, which goes with that archive */
};
void zong_backup_vault_release(struct zong_backup_vault *vault);

struct zong_backup_options {
	const char *const *vaults; /* names of those that are to be in it: of their folders in vaults/ */
	size_t vault_count;
	/* How one of them is now. Asked when its turn comes, which may be hours after the beginning, and again when it could not be read:
	 * when its key is renewed, another archive with other keys takes the place of the one named. The backup releases what comes back. */
	int (*vault)(void *ctx, const char *name, struct zong_backup_vault *ret_vault);
	void *vault_ctx;
	const char *keep;	/* "7d,4w,12m", see zong_backup_keep_parse; NULL: all are kept */
	uint64_t rate;		/* bytes a second that are read or written; 0: no limit */
	uint64_t pack_bytes;	/* a pack is ended when it has reached them; 0: ZONG_BACKUP_PACK_BYTES */
	struct zong_backup_watch watch;
};

/* What a manifest says of its snapshot. */
struct zong_backup_snapshot {
	char name[ZONG_BACKUP_NAME];
	int64_t time;
	unsigned store_format;
	char version[32];
	uint64_t materials, files, pages, bytes, log, segments, segment_bytes, broken, rows, catalog_bytes, vaults;
};

struct zong_backup_result {
	struct zong_backup_snapshot snapshot;
	uint64_t segments_new;	/* that no pack had */
	uint64_t bytes_written; /* of packs and manifest */
	uint64_t troubles;	/* told by watch.trouble */
	uint64_t vaults, boxes; /* in the snapshot */
	uint64_t removed;	/* snapshots, by options.keep */
	uint64_t bytes_freed;	/* of packs, by options.keep */
};

/* Takes a snapshot of the archive in @archive, which may be served meanwhile, into @dest (made if it is missing; its
 * parent must be there). Everything acknowledged before the call is in it. What an interrupted run has
 * finished is used. 0, also with troubles: look at result.troubles, the snapshot then lacks what was named.
 * Codes of zong_store_open; of @dest: ZONG_EEXIST (a folder that holds something else, or another
 * archive's backup), ZONG_EBUSY (another process writes to it), ZONG_EVERSION, ZONG_EINVAL (options.keep), ZONG_ENOSPC,
 * ZONG_EIO; ZONG_ECANCELLED. */
int zong_backup_run(const char *archive, const char *dest, const struct zong_backup_options *options,
	struct zong_backup_result *ret_result, struct zong_err *err);

/* Snapshots from the oldest; @each gets a borrowed one, non-zero ends the walk with ZONG_ECANCELLED. A damaged
 * manifest is told with ->time 0 and its name. ZONG_ENOENT (no backup there), ZONG_EVERSION, ZONG_ECORRUPT, ZONG_EIO. */
int zong_backup_list(const char *dest,
	int (*each)(void *ctx, const struct zong_backup_snapshot *snapshot), void *ctx,
	struct zong_err *err);

struct zong_backup_check_result {
	uint64_t snapshots, packs, values, bytes; /* looked at */
	uint64_t segments;			  /* distinct, that snapshots need */
	uint64_t troubles;
};
/* Reads all packs and manifests again against their digests, and sees whether each snapshot has all it needs. 0 also
 * where troubles were found. Codes as for zong_backup_list, ZONG_ECANCELLED. */
int zong_backup_check(const char *dest, const struct zong_backup_options *options,
	struct zong_backup_check_result *ret_result, struct zong_err *err);

/* A rule like "7d,4w,12m,10y": of each of the last 7 days on which there is a snapshot its last one is kept, likewise
 * of weeks (from Monday), months and years; local time. The newest is always kept. */
struct zong_backup_keep {
	unsigned days, weeks, months, years;
};
/* ZONG_EINVAL. */
int zong_backup_keep_parse(const char *text, struct zong_backup_keep *ret_keep);
/* @times: ascending; sets each @ret_kept. */
void zong_backup_keep_choose(
	const struct zong_backup_keep *keep, const int64_t *times, size_t count, bool *ret_kept);

/* ---- one segment out of a backup ---- */

struct zong_backup;
/* Without the lock. Codes as for zong_backup_list. */
int zong_backup_open(const char *dest, struct zong_backup **ret_backup, struct zong_err *err);
void zong_backup_close(struct zong_backup *backup);		    /* NULL is fine */
const struct zong_id *zong_backup_archive(const struct zong_backup *backup); /* whose it is */
/* The value of a segment as store/segments keeps it (codec, raw length, bytes; see above), in place of what @ret_value
 * held (whose ->max must allow ZONG_BACKUP_VALUE). Its raw bytes have been digested: what is returned is what the
 * digest says. ZONG_ENOENT (no pack has it), ZONG_ECORRUPT (only in damaged form), ZONG_EIO, ZONG_ENOMEM. */
int zong_backup_segment(
	struct zong_backup *backup, const struct zong_digest *digest, struct zong_buf *ret_value);

/* ---- restoring ---- */

struct zong_restore_options {
	const char *snapshot; /* NULL: the newest whose manifest is whole */
	struct zong_backup_watch watch;
};

struct zong_restore_result {
	struct zong_backup_snapshot snapshot;
	uint64_t segments, segment_bytes; /* written */
	uint64_t vaults;		  /* given back; each opens with the passwords that it had */
	uint64_t troubles;		  /* told: what could not be given back; the archive lacks it */
};

/* Makes the archive of a snapshot in @dir, which must not exist or be empty, or be what an interrupted restore has
 * left (it has a file "restoring", and no file "format"): that is begun anew. The file "format" is written last,
 * after everything is on the disk. The archive should then be checked as a whole.
 * ZONG_ENOENT (no backup, no such snapshot), ZONG_EEXIST (@dir holds something), ZONG_EVERSION (made by a newer
 * zong), ZONG_ECORRUPT (the manifest or the catalog is damaged: there is no archive then), ZONG_ENOSPC, ZONG_EIO, ZONG_ECANCELLED. */
int zong_restore_run(const char *dest, const char *dir, const struct zong_restore_options *options,
	struct zong_restore_result *ret_result, struct zong_err *err);

#endif
