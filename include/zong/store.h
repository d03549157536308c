/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_H
#define ZONG_STORE_H

/* One archive on disk: two LMDB environments, catalog/ (rows, indexes, jobs, log) and segments/
 * (bulk), a text index and a spool folder. The only code that knows LMDB and Xapian.
 *
 *     zong_store_create(dir, &err);                   once
 *     zong_store_open(dir, &options, &store, &err);   one process at a time (a lock file), and any number that
 *                                                     only look (options.read_only)
 *     zong_store_read_begin(store, &txn); zong_txn_get(...); zong_txn_end(txn);
 *     zong_store_write(store, change, ctx);           returns when it is on the disk
 *     zong_store_close(store);
 *
 * Layout of DIR: format (number), lock, zong.conf, catalog/, segments/, text/, spool/ (unnamed
 * files only), zongd.sock. Directories 0700.
 *
 * Writing. All changes go through the writer, which lets waiting writes share a commit: first
 * the segments of all of them, one commit; then each @change in a nested transaction of the catalog,
 * one commit; then everybody is woken. A change that fails is undone alone. Two syncs a batch, not
 * a file. A segment without a row is garbage for a later collection; a row without its segment
 * cannot happen.
 *
 * Sealed archives (vaults). One that is made with zong_store_create_sealed has a key of 32 bytes, without which nothing in it can
 * be read and nothing be put: keys and values of rows, digests, names, text, the bytes of files. All else in this header holds for it
 * as for any other, but for the text index: there is none on the disk, because words of an index that may be
 * counted are read like a simple cipher, however they are hashed; zong_text_start reads all texts into memory instead, each time
 * (some 2,000 pages a second), and a search looks through them. What a sealed archive still tells whoever has its folder, or has it
 * twice: how large it is in all, and by two bits and the power of two the length of each segment and of each row longer than a page;
 * how many of those there are; which of its pages were written between the two, and when. It does not tell whether a file that
 * somebody else has is in it, beyond what those lengths do. Its pages cannot be changed, moved or set back one by one without
 * ZONG_ECORRUPT; that all of it has been set back to an earlier day is not noticed here. The spool is not sealed. Keys are in locked
 * memory; what has been opened is in the process's ordinary one and wiped when let go, so swap must be off or encrypted.
 *
 * Threads: every function may be called from any thread; a txn belongs to the thread that began it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/buffer.h>
#include <zong/digest.h>
#include <zong/error.h>
#include <zong/id.h>
#include <zong/limits.h>
#include <zong/media.h>
#include <zong/record.h>

struct zong_store;
struct zong_txn;

#define ZONG_STORE_KEY 32 /* bytes: the key of a sealed archive */

/* ---- tables and keys ---- */

enum zong_table {
	ZONG_TABLE_META,             /* name -> bytes: archive id, counters */
	ZONG_TABLE_CASES,            /* case no -> Case */
	ZONG_TABLE_CASES_BY_TIME,    /* opened, case no -> nothing */
	ZONG_TABLE_MATERIALS,        /* id -> Material */
	ZONG_TABLE_MATERIALS_BY_CASE,/* case no, id -> nothing */
	ZONG_TABLE_MATERIALS_BY_FILE,/* file digest, id -> nothing */
	ZONG_TABLE_BY_UNIT,          /* unit code, 'c' case no | 'm' id -> nothing */
	ZONG_TABLE_BY_CERT,          /* normalised certificate number, 'c' case no | 'r' raster -> nothing */
	ZONG_TABLE_BY_CERT_TAIL,     /* reversed serial, normalised number, same -> nothing */
	ZONG_TABLE_BY_PARTY,         /* folded name, case no -> nothing */
	ZONG_TABLE_BY_IDNO,          /* upper-case ID number or credit code, 'c' case no | 'r' raster -> nothing */
	ZONG_TABLE_BY_UNIT_READ,     /* unit code read on a page, raster -> nothing */
	ZONG_TABLE_FILES,            /* file digest -> File */
	ZONG_TABLE_RECIPES,          /* file digest, offset -> Recipe */
	ZONG_TABLE_RASTERS,          /* raster digest -> Raster */
	ZONG_TABLE_RASTER_USE,       /* raster digest, material id, page -> nothing */
	ZONG_TABLE_READINGS,         /* raster digest -> zstd(Reading) through zong_reading_* below */
	ZONG_TABLE_CHANGES,          /* change number -> 'r' raster | 'm' material: what the text index must see */
	ZONG_TABLE_DEPARTMENTS,      /* id -> Department */
	ZONG_TABLE_DELIVERIES,       /* id -> Delivery */
	ZONG_TABLE_DELIVERIES_BY_MATERIAL, /* material id, department -> delivery id */
	ZONG_TABLE_FEED,             /* department, cursor -> delivery id */
	ZONG_TABLE_OUTBOX,           /* department, next attempt, delivery id -> nothing */
	ZONG_TABLE_TOKENS,           /* SHA-256 of the token -> Token */
	ZONG_TABLE_USERS,            /* name -> User */
	ZONG_TABLE_LOG,              /* seq -> LogRecord */
	ZONG_TABLE_JOBS,             /* id -> Job */
	ZONG_TABLE_JOBS_READY,       /* queue, department, due, id -> nothing */
	ZONG_TABLE_JOBS_BY_RASTER,   /* raster -> id: at most one job a raster */
	ZONG_TABLE_PENDING,          /* digest -> segment as in segments/, on its way there: the store's own */
	ZONG_TABLE_LOOSE,            /* segment digest -> id of the removal: perhaps no recipe names it any more */
	ZONG_TABLE_RETENTION_RULES,  /* kind of case, type of material, event -> RetentionRule */
	ZONG_TABLE_HOLDS,            /* id -> Hold */
	ZONG_TABLE_HOLDS_ACTIVE,     /* 'c' case no | 'm' material id | 'u' code, then hold id -> nothing */
	ZONG_TABLE_DESTRUCTION_LISTS,/* id -> DestructionList */
	ZONG_TABLE_DESTRUCTION_ITEMS,/* list id, material id -> DestructionItem */
	ZONG_TABLE_LOOKS,            /* raster digest -> packed look (look.h) */
	ZONG_TABLE_LOOKS_BY_BAND,    /* band, its value, first 8 bytes of the raster digest -> nothing */
	ZONG_TABLE_REVIEWS,          /* material id, 8 bytes of a digest -> Review */
	ZONG_TABLE_REVIEWS_OPEN,     /* the same, of what nobody has decided yet -> nothing */
	ZONG_TABLE_CORRECTIONS,      /* raster digest, y, x of a line -> Correction */
	ZONG_TABLE_UNITS,            /* code -> Unit */
	ZONG_TABLE_UNIT_EVENTS,      /* id -> UnitEvent */
	ZONG_TABLE_UNIT_EVENTS_BY_CODE, /* code, 'b' before | 'a' after, event id -> nothing; of those that count */
	ZONG_TABLE_PLACES,           /* code -> Place */
	ZONG_TABLE_PLACES_BY_PARENT, /* code of the parent ("": a room), code -> nothing; of those that are there */
	ZONG_TABLE_ORIGINALS,        /* code -> Original */
	ZONG_TABLE_ORIGINALS_BY_CASE,/* case no, code -> nothing */
	ZONG_TABLE_ORIGINALS_BY_PLACE, /* code of the place, code -> nothing; where it lies */
	ZONG_TABLE_ORIGINALS_BY_STATE, /* 's' shelved | 'u' unshelved | 'l' lent | 'm' missing | 'h' handed over, code -> nothing */
	ZONG_TABLE_LOANS,            /* code of the original, id -> Loan */
	ZONG_TABLE_LOANS_OPEN,       /* 'o' out, day due | 't' trouble, day of return; code, id -> nothing */
	ZONG_TABLE_RESERVATIONS,     /* code of the original, id -> Reservation: those that wait */
	ZONG_TABLE_STOCKTAKES,       /* id -> Stocktake */
	ZONG_TABLE_HANDOVERS,        /* number -> Handover */
	ZONG_TABLE_HANDOVER_ITEMS,   /* number, code of the original -> HandoverItem */
	ZONG_TABLE_LINKS,            /* number of the later case, of the earlier one -> Link */
	ZONG_TABLE_LINKS_BY_EARLIER, /* number of the earlier case, of the later one -> nothing */
	ZONG_TABLE_LINKS_OPEN,       /* 'd' doubtful | 's' not, number of the later case, of the earlier one -> nothing */
	ZONG_TABLE_VOLUMES,          /* archival number -> Volume */
	ZONG_TABLE_VOLUMES_BY_CASE,  /* case no, archival number -> nothing; of those not annulled */
	ZONG_TABLE_VOLUMES_BY_BOX,   /* code of the place, position, archival number -> nothing */
	ZONG_TABLE_VOLUME_SERIES,    /* before, after the counted number -> VolumeSeries */
	ZONG_TABLE_QUERIES,          /* number of the query -> Query */
	ZONG_TABLE_OUTBOX_BY_CASE,   /* department, case no, cursor, delivery id -> nothing: what is in the outbox, in the order it must go */
	ZONG_TABLE_DELIVERIES_BY_STATE, /* 'w' waiting | 'u' due | 'd' dead | 's' sent | 'r' returned, department, since, delivery id -> nothing */
	ZONG_TABLE_CODES,            /* department, version -> CodeTable */
	ZONG_TABLE_RECONCILIATIONS,  /* department, day -> Reconciliation */
	ZONG_TABLE_CATALOGUES,       /* version -> Catalogue */
	ZONG_TABLE_MATERIALS_SHARED, /* code of the unit, building or parcel that it is about, material id -> nothing */
	ZONG_TABLE_LOG_TREE,         /* u8 level of tiles, u64 index -> LogNode */
	ZONG_TABLE_LOG_CHECKPOINTS,  /* u64 size -> LogCheckpoint: those with cosignatures or a time-stamp */
	ZONG_TABLE_PROPERTIES,       /* case no, u8 stage, material id or nothing -> PropertyReport: the last one of each */
	ZONG_TABLE_PROPERTIES_FAILED,/* time, case no, u8 stage, material id or nothing -> nothing; of those with a failure */
	ZONG_TABLE_COUNT_,
};

/* What the table is called on the disk and in messages. Static. */
const char *zong_table_name(enum zong_table table);

/* A key under construction. Parts are appended so that byte order is logical order: numbers
 * big-endian of fixed width, strings terminated by a zero byte (they hold none), digests and ids as they are.
 * zong_key_str_open leaves the terminator away: a prefix of strings. Sticky error: a key that
 * became too long makes every txn call with it return ZONG_ELIMIT. Reading back with zong_key_take_*. */
struct zong_key {
	size_t len;
	int err;
	uint8_t bytes[ZONG_LIMIT_KEY];
};

void zong_key_clear(struct zong_key *key);
void zong_key_str(struct zong_key *key, const char *str);
void zong_key_str_open(struct zong_key *key, const char *str);
void zong_key_u8(struct zong_key *key, uint8_t value);
void zong_key_u32(struct zong_key *key, uint32_t value);
void zong_key_u64(struct zong_key *key, uint64_t value);
void zong_key_digest(struct zong_key *key, const struct zong_digest *digest);
void zong_key_id(struct zong_key *key, const struct zong_id *id);
void zong_key_bytes(struct zong_key *key, const void *bytes, size_t len);

/* A key being taken apart. Each returns false at a key that is not of that shape. */
struct zong_key_view {
	const uint8_t *bytes;
	size_t len;
};
bool zong_key_take_str(struct zong_key_view *view, const char **ret_str); /* borrowed, terminated */
bool zong_key_take_u8(struct zong_key_view *view, uint8_t *ret_value);
bool zong_key_take_u32(struct zong_key_view *view, uint32_t *ret_value);
bool zong_key_take_u64(struct zong_key_view *view, uint64_t *ret_value);
bool zong_key_take_digest(struct zong_key_view *view, struct zong_digest *ret_digest);
bool zong_key_take_id(struct zong_key_view *view, struct zong_id *ret_id);

/* ---- opening ---- */

/* One change of the catalog. Runs in the writer thread, possibly more than once (the map grew),
 * so it computes everything it hands out anew each time; it neither waits nor calls zong_store_write.
 * Non-zero undoes it and is what zong_store_write returns. */
typedef int zong_store_change(struct zong_txn *txn, void *ctx);

struct zong_store_options {
	bool read_only_index;    /* do not open the text index for writing */
	/* Look only, beside whoever serves the archive: takes no lock, starts no writer, sweeps nothing, and every
	 * zong_store_write is ZONG_EINVAL. What the server commits is seen by the next zong_store_read_begin;
	 * zong_store_wait and zong_store_number do not hear of it. A read must end within
	 * ZONG_LIMIT_READ_SECONDS here as there: while it is open the server's files grow. An archive of an
	 * older format is brought to today's first. */
	bool read_only;
	/* ZONG_STORE_KEY bytes: the key of a sealed archive. Read during the call only; NULL: it is not sealed. */
	const uint8_t *key;
};

/* Makes an empty archive in @dir (made if missing; must be empty). Returns 0, ZONG_EEXIST (there is
 * something already), ZONG_EIO, ZONG_ENOSPC, ZONG_EBUSY (another process is making it). What an attempt that was
 * cut short has left is cleared away first. */
int zong_store_create(const char *dir, struct zong_err *err);
/* The same with a first change (NULL: none) in the transaction that makes it: the archive has it or is none. */
int zong_store_create_with(const char *dir, zong_store_change *change, void *ctx, struct zong_err *err);
/* The same, sealed with @key (ZONG_STORE_KEY bytes, random; read during the call only). */
int zong_store_create_sealed(const char *dir, const uint8_t *key, zong_store_change *change, void *ctx,
	struct zong_err *err);
/* ZONG_ENOENT (no archive there), ZONG_ESEALED (it is sealed, and no key was given), ZONG_EKEY (it is sealed with another
 * key, or not at all and one was given), ZONG_EBUSY (another process has it), ZONG_EVERSION (made by a
 * newer zong), ZONG_ECORRUPT, ZONG_EIO, ZONG_ENOMEM. */
int zong_store_open(const char *dir, const struct zong_store_options *options,
	struct zong_store **ret_store, struct zong_err *err);
/* Finishes queued writes first. NULL is fine. */
void zong_store_close(struct zong_store *store);
const char *zong_store_dir(const struct zong_store *store);
bool zong_store_is_sealed(const struct zong_store *store);
const struct zong_id *zong_store_id(const struct zong_store *store); /* of the archive, made at create */

/* ---- transactions ---- */

/* Each txn function below returns its own code and also remembers the first failure other than
 * ZONG_ENOENT/ZONG_EEND: ten steps can be done and looked at once with zong_txn_err(). */
int zong_store_read_begin(struct zong_store *store, struct zong_txn **ret_txn);
void zong_txn_end(struct zong_txn *txn); /* of a read; NULL is fine */
int zong_txn_err(const struct zong_txn *txn);

/* Returns when the change is durable: 0, what @change returned, ZONG_ENOSPC, ZONG_EIO, ZONG_ENOMEM,
 * ZONG_ETIMEOUT (the map had to grow and a read transaction stayed open for two minutes),
 * ZONG_ECANCELLED (closing), ZONG_EINVAL (opened read_only). After ENOSPC or EIO the next write is tried afresh. */
int zong_store_write(struct zong_store *store, zong_store_change *change, void *ctx);

int zong_txn_put(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const ProtobufCMessage *row);
int zong_txn_put_bytes(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const void *bytes, size_t len);
/* Unpacked row, freed by the caller. 0, ZONG_ENOENT, ZONG_ECORRUPT (bytes that are no such row). */
int zong_txn_get(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const ProtobufCMessageDescriptor *type, ProtobufCMessage **ret_row);
/* Borrowed until the txn ends or (in a write) the next put or delete. */
int zong_txn_get_bytes(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const void **ret_bytes, size_t *ret_len);
bool zong_txn_has(struct zong_txn *txn, enum zong_table table, const struct zong_key *key);
/* No error when there was none. */
int zong_txn_delete(struct zong_txn *txn, enum zong_table table, const struct zong_key *key);
/* From now on, until called with NULL: what is put in this txn, of reading or of writing, goes to @seen instead
 * of the catalog, and deletes do nothing. So one learns what a function would put. Non-zero of @seen is what
 * the put returns. */
typedef int zong_txn_seen(void *ctx, enum zong_table table, const struct zong_key *key,
	const void *value, size_t len);
void zong_txn_capture(struct zong_txn *txn, zong_txn_seen *seen, void *ctx);
/* Rows in a table. */
int zong_txn_entries(struct zong_txn *txn, enum zong_table table, uint64_t *ret_entries);

/* Counters, changed in the same transaction as what they count, by whoever puts that; the store itself
 * keeps ZONG_COUNT_BYTES_STORED (bytes that segments occupy as kept), _JOBS_PARKED and _CHANGE.
 * Counting below zero is ZONG_ECORRUPT. @ret_value: after it; may be NULL. */
enum zong_counter {
	ZONG_COUNT_MATERIALS, ZONG_COUNT_FILES, ZONG_COUNT_PAGES, ZONG_COUNT_RASTERS,
	ZONG_COUNT_PAGES_READ, ZONG_COUNT_BYTES_IN, ZONG_COUNT_BYTES_STORED, ZONG_COUNT_JOBS_PARKED,
	ZONG_COUNT_LOG, ZONG_COUNT_CHANGE, ZONG_COUNT_FEED,
	ZONG_COUNTER_COUNT_,
};
int zong_txn_count(struct zong_txn *txn, enum zong_counter counter, int64_t by, uint64_t *ret_value);
int zong_txn_counter(struct zong_txn *txn, enum zong_counter counter, uint64_t *ret_value);

/* Walks the keys that begin with @prefix (NULL: all), from the first one >= @from (or, backwards,
 * from the last one < @from; NULL: the end of the prefix). @from is a whole key, its prefix included. Not to be used across a put or delete in the same table.
 *     zong_iter_begin(&iter, txn, table, &prefix, &from, false);
 *     while ((err = zong_iter_next(&iter)) == 0) { iter.key, iter.value ... }   ZONG_EEND at the end
 *     zong_iter_end(&iter); */
struct zong_iter {
	struct zong_key_view key;   /* the whole key; borrowed until next */
	const uint8_t *value;
	size_t value_len;
	size_t value_kept;          /* with the checksum behind it (store/sum.h): for copying rows as they are with zong_txn_put_bytes */
	void *state_;
};
int zong_iter_begin(struct zong_iter *iter, struct zong_txn *txn, enum zong_table table,
	const struct zong_key *prefix, const struct zong_key *from, bool backwards);
/* Begins a walk anew at another prefix of the same table, forwards: for thousands of short walks, as it opens nothing. */
int zong_iter_again(struct zong_iter *iter, const struct zong_key *prefix);
int zong_iter_next(struct zong_iter *iter);
void zong_iter_end(struct zong_iter *iter); /* safe on a zeroed iter */
/* Is the row that the iterator stands at what was put there, by its checksum (store/sum.h)? Rows without
 * one are taken as they are. zong_txn_get looks by itself. */
bool zong_iter_sound(const struct zong_iter *iter);

/* Waits until a commit after number *@seen, or @timeout microseconds; sets *@seen. For threads that
 * follow the catalog (jobs, outbox, index, long polls). Start with *seen = 0. */
void zong_store_wait(struct zong_store *store, uint64_t *seen, int64_t timeout);
/* The number now, for whoever keeps something that holds as long as nothing is committed. A write has
 * changed it before zong_store_write returns. */
uint64_t zong_store_number(struct zong_store *store);
/* Wakes all who wait. */
void zong_store_wake(struct zong_store *store);

/* ---- files ---- */

/* Bytes done of the file, from the thread that called; non-zero ends with ZONG_ECANCELLED. */
typedef int zong_store_progress(void *ctx, uint64_t done, uint64_t total);

/* A file on its way in: cut, digested, and its segments written but for the last batch, which is
 * written together with the catalog's rows by zong_store_write_file. */
struct zong_ingest;
struct zong_ingest_result {
	struct zong_digest digest;
	uint64_t bytes;
	bool known;             /* the catalog has this very file already: no segment was looked at */
	/* Bytes (uncompressed) of segments not seen before, and inline ones. What stands in the last batch
	 * counts only once that is written: final after zong_ingest_put, which is in time for a row. */
	uint64_t bytes_new;
	uint64_t bytes_shared;  /* bytes - bytes_new */
	/* By zong_store_set_sm3, and where the file was read, which one known at begin was not. */
	bool has_sm3;
	struct zong_digest sm3;
};
/* Whether files on their way in are digested by SM3, too; not, unless it is said. Before the first of them. */
void zong_store_set_sm3(struct zong_store *store, bool wanted);
/* Reads @fd from 0 to @len (memory does not depend on @len). @digest: of the whole file where the caller has
 * it from receiving it (checked against what is read), NULL otherwise.
 * Returns 0, ZONG_EEMPTY, ZONG_ETOOBIG, ZONG_ETRUNCATED (file shorter than @len), ZONG_ECORRUPT (other digest),
 * ZONG_ECANCELLED, ZONG_ENOSPC, ZONG_EIO, ZONG_ENOMEM. */
int zong_ingest_begin(struct zong_store *store, int fd, uint64_t len, enum zong_media media,
	const struct zong_digest *digest, zong_store_progress *progress, void *ctx,
	struct zong_ingest **ret_ingest);
const struct zong_ingest_result *zong_ingest_result(const struct zong_ingest *ingest);
/* Puts the recipe's rows, unless known; to be called in the change of zong_store_write_file. Where another upload
 * brought the same file meanwhile, *ret_known is true and nothing is put. ZONG_ENOENT: it was known at begin
 * and is gone since; begin anew. */
int zong_ingest_put(struct zong_ingest *ingest, struct zong_txn *txn, bool *ret_known);
/* As zong_store_write, the ingest's last segments being in the same batch. After a failure it may be called
 * again with the same ingest. */
int zong_store_write_file(struct zong_store *store, struct zong_ingest *ingest, zong_store_change *change,
	void *ctx);
/* Writes the last segments now, for a change that stores several files: it is then made with zong_store_write and
 * calls zong_ingest_put for each. */
int zong_ingest_flush(struct zong_ingest *ingest);
void zong_ingest_free(struct zong_ingest *ingest); /* NULL is fine */

/* Bytes of a stored file. Every segment is digested again when read. No transaction is held between calls. */
struct zong_reader;
/* 0, ZONG_ENOENT, ZONG_ECORRUPT, ZONG_ENOMEM. */
int zong_reader_open(struct zong_store *store, const struct zong_digest *file, struct zong_reader **ret_reader);
uint64_t zong_reader_size(const struct zong_reader *reader);
/* Up to @len bytes at @offset; less only at the end of the file. 0, ZONG_ECORRUPT, ZONG_EIO, ZONG_ENOMEM.
 * A reader is for one thread at a time. */
int zong_reader_read(struct zong_reader *reader, uint64_t offset, void *ret_bytes, size_t len, size_t *ret_read);
void zong_reader_close(struct zong_reader *reader);
/* The whole file into @fd, its digest checked at the end. */
int zong_reader_copy(struct zong_reader *reader, int fd);

/* ---- taking away ---- */

/* In a change: the recipe of a file goes; its segments may go by the next collection. No error when there is none. */
int zong_store_forget_file(struct zong_txn *txn, const struct zong_digest *file);

enum zong_collect_mode {
	ZONG_COLLECT_LOOSE, /* of the files taken away */
	ZONG_COLLECT_ALL,   /* every segment that no recipe names: also what failed uploads left */
	ZONG_COLLECT_COUNT, /* the same, looked at only; on a live archive what is being taken in counts as well */
};
struct zong_collect_result {
	uint64_t looked;  /* segments looked at */
	uint64_t named;   /* a recipe names them */
	uint64_t saved;   /* an upload brought them again meanwhile; looked at again the next time */
	uint64_t loose;   /* nobody names them */
	uint64_t deleted; /* of these, those deleted now */
	uint64_t bytes;   /* that they occupied */
	uint64_t wiped;   /* free pages overwritten with zeros */
};
/* Asked now and then; true ends the run. */
typedef bool zong_collect_stop(void *ctx);
/* Deletes segments that no recipe names and overwrites all free pages of the archive's files with zeros, beside
 * uploads. The files do not become shorter: what is free is used again. One run at a time. Ended anywhere, by @stop (may be
 * NULL) or by a crash, it has taken nothing that a recipe names, and the next one goes on.
 * 0, ZONG_EBUSY (one is running), ZONG_ECANCELLED, ZONG_ETIMEOUT (a read transaction that stays open sees
 * pages that were to be wiped), ZONG_ECORRUPT (a recipe that cannot be read: nothing is deleted), and those of
 * zong_store_write. */
int zong_collect_run(struct zong_store *store, enum zong_collect_mode mode, zong_collect_stop *stop, void *ctx,
	struct zong_collect_result *ret_result);
/* Segments that wait for a run. */
int zong_collect_waiting(struct zong_store *store, uint64_t *ret_loose);

/* Copies a sealed archive as it lies, without its key, beside whoever serves it in another process (not in one that has @from open):
 * a backup that tells as little as it does. @to: not there, or an empty folder; it is an archive only when all is on the disk, and
 * opens with the same key. @progress (may be NULL) is told boxes. 0, ZONG_EINVAL (not sealed), ZONG_ENOENT (no archive), ZONG_EEXIST,
 * ZONG_ECANCELLED, ZONG_ENOSPC, ZONG_EIO, ZONG_ECORRUPT. What is left of an attempt that failed is the caller's to remove. */
int zong_store_copy_sealed(const char *from, const char *to, zong_store_progress *progress, void *ctx,
	struct zong_err *err);

/* Seals the archive in @from, which nobody may change meanwhile, with another key: makes one in @to with the same id, rows and files. In
 * steps of a few megabytes and 512 rows, each durable; cut short anywhere, by a crash, a full disk or @progress (may be NULL; units
 * are segments and rows), the same call goes on where it was. @from stays as it is: which of the two is used is decided by
 * what the caller does then (zong_vault_keys_save), and the other one is his to remove. Nobody who holds the old key can read
 * the new archive. 0 (also where it was done before), ZONG_EKEY, ZONG_ECORRUPT (something in @from cannot be read: zong check says what),
 * ZONG_ECHANGED (@from has been changed since @to was begun: @to is to be removed), ZONG_ECANCELLED, ZONG_EBUSY (@to), ZONG_EEXIST
 * (@to is something else), ZONG_ENOSPC, ZONG_EIO. */
int zong_store_reseal(const char *from, const uint8_t *from_key, const char *to, const uint8_t *to_key,
	zong_store_progress *progress, void *ctx, struct zong_err *err);

/* Readings are kept compressed. */
int zong_reading_put(struct zong_txn *txn, const struct zong_digest *raster, const Zong__Reading *reading);
int zong_reading_get(struct zong_txn *txn, const struct zong_digest *raster, Zong__Reading **ret_reading);
/* The same for who looks at many one after another, in half of the time: in memory that the next one uses again. Of one
 * thread. *ret_reading is borrowed until the next one. */
struct zong_readings;
int zong_readings_new(struct zong_readings **ret_readings);
void zong_readings_free(struct zong_readings *readings);
int zong_readings_get(struct zong_readings *readings, struct zong_txn *txn, const struct zong_digest *raster, const Zong__Reading **ret_reading);
/* Only the lines with their blocks, and the words without box and confidence: in a tenth of the time. A word gets these when
 * they are wanted. */
int zong_readings_words(struct zong_readings *readings, struct zong_txn *txn, const struct zong_digest *raster, const Zong__Reading **ret_reading);
int zong_readings_place(struct zong_readings *readings, const Zong__Word *word);

/* ---- deliveries ---- */

/* The rows that hang on a delivery's state: in the outbox while there is a next attempt, by its state until it is settled.
 * False: it has no such row. */
#define ZONG_DELIVERIES_WAITING 'w'
#define ZONG_DELIVERIES_DUE 'u'
#define ZONG_DELIVERIES_DEAD 'd'
#define ZONG_DELIVERIES_SENT 's'
#define ZONG_DELIVERIES_RETURNED 'r'
bool zong_delivery_outbox_key(const Zong__Delivery *delivery, struct zong_key *ret_key);
bool zong_delivery_case_key(const Zong__Delivery *delivery, struct zong_key *ret_key);
bool zong_delivery_state_key(const Zong__Delivery *delivery, struct zong_key *ret_key);

/* ---- jobs ---- */

/* Jobs wait in two queues, the urgent one before the bulk one (though after ZONG_JOBS_URGENT_IN_A_ROW urgent ones a
 * bulk one has its turn); in each the departments take turns, and those of one department come in the order in which they
 * are due. One that is not due yet holds up no other. */
#define ZONG_JOB_QUEUES 2
/* Its key in ZONG_TABLE_JOBS_READY, where it is unless parked; and that key taken apart, which is borrowed. */
struct zong_job_ready {
	uint8_t queue;
	const char *department;
	uint64_t due;
	struct zong_id id;
};
int zong_job_ready_key(const Zong__Job *job, struct zong_key *ret_key);
bool zong_job_ready_parse(struct zong_key_view view, struct zong_job_ready *ret_ready);

/* At most one job a raster: a second one is no error and does nothing. job->id, due are used as given. */
int zong_job_add(struct zong_txn *txn, const Zong__Job *job);
/* In a change: somebody of @department waits urgently for this raster. Where its job waits in the bulk queue it changes over,
 * and counts among that department's. No error when there is no such job. */
int zong_job_hasten(struct zong_txn *txn, const struct zong_digest *raster, const char *department);
/* The job whose turn it is, due, and that nobody in this process works on; marks it as being worked on (in memory only:
 * after a crash it is simply due). 0, or ZONG_EEND: none now; *ret_due is when the next one will be (0: none). */
/* One that is due more than ZONG_LIMIT_JOB_WAIT from now is due now: the clock was set back since. */
int zong_job_take(struct zong_store *store, int64_t now, Zong__Job **ret_job, int64_t *ret_due);
/* How many jobs end until this one has, itself included, as the queues are now; where that is over
 * ZONG_JOBS_COUNTED, how many wait at all. ZONG_ENOENT: it does not wait. */
int zong_job_before(struct zong_txn *txn, const Zong__Job *job, uint64_t *ret_before);
/* The job; freed with zong__job__free_unpacked. ZONG_ENOENT. */
int zong_job_get(struct zong_txn *txn, const struct zong_id *id, Zong__Job **ret_job);
/* The job of a raster, likewise. */
int zong_job_of_raster(struct zong_txn *txn, const struct zong_digest *raster, Zong__Job **ret_job);
/* In a change: there is nothing to be done any more for this raster. ZONG_ENOENT: it has no job. */
int zong_job_drop(struct zong_txn *txn, const struct zong_digest *raster);
/* In a change: the same page is at this place of another file from now on. ZONG_ENOENT. */
int zong_job_move(struct zong_txn *txn, const struct zong_digest *raster, const struct zong_digest *file,
	uint32_t page);
/* Gives it back without a change (shutdown). */
void zong_job_release(struct zong_store *store, const Zong__Job *job);
/* In a change: done with it | again at @due (tries + 1) | parked with its reason. The mark is taken
 * away by zong_job_release after the write. ZONG_ENOENT: it is gone; ZONG_ECANCELLED: a person has cancelled it meanwhile. */
int zong_job_done(struct zong_txn *txn, const Zong__Job *job);
int zong_job_again(struct zong_txn *txn, const Zong__Job *job, int64_t due, int code, const char *reason);
int zong_job_park(struct zong_txn *txn, const Zong__Job *job, int code, const char *reason);
/* A person wants it not to be done: parked with ZONG_EREADCANCELLED, who and when. ZONG_ENOENT, ZONG_EINVAL (it is
 * already). */
int zong_job_cancel(struct zong_txn *txn, const struct zong_id *id, int64_t when, const char *by);
/* A parked or cancelled one becomes due now with no tries, and urgent. ZONG_ENOENT, ZONG_EINVAL (not parked). */
int zong_job_retry(struct zong_txn *txn, const struct zong_id *id);
void zong_job_counts(struct zong_store *store, uint64_t *ret_waiting, uint64_t *ret_running,
	uint64_t *ret_parked);

/* ---- text index ---- */

/* Where the text of what changed comes from: called by the index's own thread with a read
 * transaction and the value of a row of ZONG_TABLE_CHANGES; gives the document's key (the same bytes) and its text,
 * or ZONG_ENOENT when it is gone. */
typedef int zong_text_source(void *ctx, struct zong_txn *txn, const uint8_t *what, size_t what_len,
	struct zong_buf *ret_text);
/* Starts the thread that keeps the index at the catalog's last change: it stores with each of its
 * commits the number of the last change it holds, so a crash costs a catch-up and never a page. An index that is missing
 * or broken is made anew from change 1. ZONG_ESEALED: a sealed archive that is open to be looked at only. */
int zong_text_start(struct zong_store *store, zong_text_source *source, void *ctx, struct zong_err *err);
void zong_text_stop(struct zong_store *store);
/* In a change: this document is new or other than before. */
int zong_text_changed(struct zong_txn *txn, const void *what, size_t what_len, uint64_t *ret_change);
/* Waits until the index holds everything committed before the call, at most @timeout us. 0 or ZONG_ETIMEOUT. */
int zong_text_settle(struct zong_store *store, int64_t timeout);
uint64_t zong_text_change(struct zong_store *store);

struct zong_text_hit {
	uint8_t what[64];
	size_t what_len;
	double score;     /* 0..1, best first */
};
/* All words of @query must stand in the document. Words are parted by blanks and by , ; 、 。 ! ?; what is
 * between two of these must stand there as written (Han as n-grams by position; blanks and line breaks in the
 * document do not matter), and so must text in double quotes, blanks and all. Comparison by zong_utf8_fold,
 * zong_script_fold and lower case. Between zong_text_start and zong_text_stop (ZONG_EIO otherwise). A broken index is made anew by
 * itself; until then the answer is ZONG_EIO.
 * Hits @offset .. @offset+@max; *ret_total is an estimate of all. Where even the rarest word stands in very many
 * documents, the newest ones are ranked, and older ones only if there are not enough hits. Caller's array. Returns 0, ZONG_EQUERY
 * (nothing to look for), ZONG_ELIMIT, ZONG_EIO. */
int zong_text_search(struct zong_store *store, const char *query, size_t offset, size_t max,
	struct zong_text_hit *ret_hits, size_t *ret_count, size_t *ret_total);

enum zong_text_how {
	ZONG_TEXT_WORDS,   /* all words of it must stand in the document, as zong_text_search has it */
	ZONG_TEXT_BEGINS,  /* the same, but of the last word only its beginning; a run of Han is one as it is */
	ZONG_TEXT_WITHOUT, /* none of its phrases may stand there */
};
struct zong_text_part {
	enum zong_text_how how;
	const char *text;
};
/* All parts together; at least one that is not WITHOUT. */
struct zong_text_query {
	const struct zong_text_part *part;
	size_t parts;
	/* Instead of the hits those that may have one other Han in a phrase of ZONG_TEXT_ALIKE_LEAST Han or more (one in each
	 * such phrase; quoted ones are exact), and are no hits otherwise. Candidates: who asks looks at their text. Of
	 * phrases that are common but for this one only the newest documents are candidates. */
	bool alike;
	/* May be NULL. Becomes true where not all was looked at: of a sealed archive whose texts are more than what is held in memory,
	 * or take longer than ZONG_LIMIT_SEALED_SCAN_SECONDS. */
	bool *ret_cut;
};
#define ZONG_TEXT_ALIKE_LEAST 4
/* As zong_text_search. Also ZONG_ELIMIT: more than ZONG_LIMIT_BEGINNINGS words begin so (of a phrase a tenth of it). */
int zong_text_ask(struct zong_store *store, const struct zong_text_query *query, size_t offset, size_t max,
	struct zong_text_hit *ret_hits, size_t *ret_count, size_t *ret_total);

struct zong_store_stats {
	uint64_t catalog_bytes, segments_bytes, segments, text_change, commits, writes;
};
void zong_store_stats(struct zong_store *store, struct zong_store_stats *ret_stats);

/* Reads every file of the catalog again against its digest; for tests, as `zong check`
 * (zong/check.h) does more: the number of files whose bytes are not what their digest says. */
int zong_store_verify(struct zong_store *store, uint64_t *ret_files, uint64_t *ret_broken);

#endif
