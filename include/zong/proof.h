/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_PROOF_H
#define ZONG_PROOF_H

/* What can be verified of a log without the archive that keeps it, or against its word: that a line is in the log whose head the
 * archive signed, that one head goes on from another, and that the log in a folder is the one whose head somebody has kept.
 *
 * All that is needed to be believed is the archive's key, which has to come by a way of its own, and the keys of the witnesses that one
 * trusts. Threads: any. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/buffer.h>
#include <zong/error.h>
#include <zong/merkle.h>
#include <zong/note.h>
#include <zong/record.h>

/* A line of a log and the way from it to a signed head, as the address /api/v1/records/{seq}/proof gives it. */
struct zong_proof {
	uint64_t index;	       /* of the leaf, from 0 */
	struct zong_buf entry; /* the line */
	struct zong_merkle_proof path;
	struct zong_buf note; /* the head */
};

/* The head of the note and the line, where all of it holds: signed by @key, the line in the tree of that root, and a line at all. The caller
 * frees the line. ZONG_EINVAL (the note is none), ZONG_ENOENT (not signed by @key), ZONG_ECORRUPT (a signature is wrong), ZONG_ENOTREADY
 * (the head is right, and the line is not in it). */
int zong_proof_verify(const struct zong_proof *proof, const struct zong_note_key *key,
	struct zong_checkpoint *ret_head, Zong__LogRecord **ret_line);
/* Does the line name this file ("file/sha256:...")? */
bool zong_proof_names(const Zong__LogRecord *line, const struct zong_digest *file);
/* The SM3 ("sm3:...") that stands behind the file's name; false: none does. */
bool zong_proof_sm3(
	const Zong__LogRecord *line, const struct zong_digest *file, struct zong_digest *ret_sm3);
void zong_proof_release(struct zong_proof *proof);

/* ---- the log of an archive on this machine, served or not ---- */

/* What is wrong with a line. */
enum zong_proof_fault {
	ZONG_PROOF_MISSING, /* it is not there, or no line */
	ZONG_PROOF_CHAIN,   /* it does not follow from the line before */
	ZONG_PROOF_TREE,    /* the tree that the archive keeps has another hash for it */
};

struct zong_proof_log {
	uint64_t lines;	 /* in the log now */
	uint64_t faults; /* told */
	bool same;	 /* the first @head->size lines have the root of @head */
};

/* Reads the whole log in @dir and computes its tree from the lines alone. @head: one that somebody has kept, or NULL. @told: each
 * fault, once; may be NULL. 0 whatever it found; those of zong_store_open. */
int zong_proof_log(const char *dir, const struct zong_checkpoint *head,
	void (*told)(void *ctx, uint64_t seq, enum zong_proof_fault fault), void *ctx,
	struct zong_proof_log *ret_result, struct zong_err *err);

#endif
