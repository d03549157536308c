/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TLOG_H
#define ZONG_TLOG_H

/* The log as others can hold the archive to it: a transparency log as C2SP describes them (tlog-tiles,
 * tlog-checkpoint, tlog-cosignature, signed-note).
 *
 * A head of the log is its size and the root of the tree over its lines, signed by the archive's key. Whoever has kept one
 * can see from a later one, with a proof, that nothing before it was changed. A witness is somebody outside who does that
 * all the time, and puts his own signature under the heads he has seen.
 *
 * What is public are hashes: each entry ends with 16 random bytes, so that nobody can find out by guessing what a line says. Entries
 * themselves go to those who may read the log, and to those whom a line is about.
 *
 * The key lies in DIR/keys/log.key (0600, one line as golang.org/x/mod/sumdb/note writes it) and is made when it is not there. It is
 * in no backup: whoever steals one cannot speak for the archive, and an archive that was restored to an earlier day does not sign
 * two different logs with one name. What other key was used before is a line of the log ("log.key").
 *
 * Threads: any. */

#include <zong/identity.h>
#include <zong/merkle.h>
#include <zong/note.h>
#include <zong/record.h>
#include <zong/timestamp.h>

struct zong_tlog;

#define ZONG_TLOG_WITNESSES 16
#define ZONG_TLOG_TILE_LEVELS 64 /* of addresses; those above ZONG_MERKLE_LEVELS are empty */

/* The archive's key as those who verify write it: "name+id+base64". */
void zong_tlog_key(const struct zong_archive *archive, char ret_text[ZONG_NOTE_KEY]);

/* The head of what is committed, as a signed note; one that is a second old at most is given again. With @witnessed the latest that
 * has cosignatures, ZONG_ENOENT where none has. ZONG_ECORRUPT: the tree is not whole. */
int zong_tlog_checkpoint(struct zong_archive *archive, bool witnessed, struct zong_buf *note);

/* Hashes of a tile: @width of them from @index * 256 on. ZONG_ENOENT: the tree has no such tile, or not so wide. */
int zong_tlog_tile(struct zong_archive *archive, unsigned level, uint64_t index, unsigned width,
	struct zong_buf *tile);
/* Entries of the lines below such a tile of level 0, each behind its length (u16, big-endian). For who may read the log; leaves a
 * line in it. ZONG_EFORBIDDEN, ZONG_ENOENT. */
int zong_tlog_entries(struct zong_archive *archive, const struct zong_subject *who, uint64_t index,
	unsigned width, struct zong_buf *bundle);

/* That the log of @from lines is the beginning of that of *@to (0: the whole, which is then said there), and the head of that
 * size. ZONG_EINVAL: @from is the larger one, ZONG_ENOENT: there are not so many lines. */
int zong_tlog_consistency(struct zong_archive *archive, uint64_t from, uint64_t *to,
	struct zong_merkle_proof *ret_proof, struct zong_buf *note);

/* A checkpoint of this log with lines that witnesses have put below it: those of witnesses that the setting log-witness names
 * are kept, others are passed over. @origin: where it comes from. *ret_count: kept ones.
 * ZONG_ENOTE: no note, or no head of this log; ZONG_ECOSIGNATURE: no witness has signed it, or a signature is wrong. */
int zong_tlog_cosign(struct zong_archive *archive, const char *origin, const char *note, size_t len,
	size_t *ret_count, struct zong_err *err);

/* ---- time-stamps of heads by an authority outside (RFC 3161): who has them made is push/stamper.c ---- */

/* Where the authority answers, by the setting log-timestamp-url; NULL: none. */
const char *zong_tlog_stamp_url(const struct zong_archive *archive);
/* A head that is to be stamped. */
struct zong_tlog_stamping {
	uint64_t size;
	struct zong_digest root;
	struct zong_buf note; /* as signed by the archive alone */
	struct zong_imprint imprint; /* of it, by the hash of the setting log-timestamp-hash */
	uint8_t nonce[ZONG_TIMESTAMP_NONCE];
};
/* The newest head, where it is time (the setting log-timestamp-hours). ZONG_EEND: it is not; *ret_due is when it will be. */
int zong_tlog_stamp_begin(struct zong_archive *archive, int64_t now,
	struct zong_tlog_stamping *ret_stamping, int64_t *ret_due);
/* Keeps the answer that is about it; @time: as it says. */
int zong_tlog_stamp_put(struct zong_archive *archive, const struct zong_tlog_stamping *stamping,
	const void *reply, size_t len, int64_t time);
void zong_tlog_stamping_release(struct zong_tlog_stamping *stamping);
/* The last one: the head as it was stamped, and the answer. NULL: not wanted. ZONG_ENOENT: there is none. */
int zong_tlog_stamped(struct zong_archive *archive, struct zong_buf *note, struct zong_buf *stamp);

/* What proves a line to somebody who has only the archive's key. */
struct zong_tlog_proof {
	struct zong_buf entry; /* of the line */
	uint64_t seq;
	struct zong_merkle_proof path;
	struct zong_buf note; /* the head that it leads to; one with cosignatures where one has the line */
};
/* Of line @seq, for who may read the log, or see what was added, received, granted or destroyed with it. ZONG_ENOENT. */
int zong_tlog_prove(struct zong_archive *archive, const struct zong_subject *who, uint64_t seq,
	struct zong_tlog_proof *ret_proof, struct zong_err *err);
void zong_tlog_proof_release(struct zong_tlog_proof *proof);

#endif
