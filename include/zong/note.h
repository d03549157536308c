/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_NOTE_H
#define ZONG_NOTE_H

/* Signed notes (c2sp.org/signed-note) with Ed25519, and what is written in them for a log: checkpoints
 * (c2sp.org/tlog-checkpoint), with the cosignatures of witnesses (c2sp.org/tlog-cosignature).
 *
 *     zong_checkpoint_format(&checkpoint, &text);     origin, size, root: three lines
 *     zong_note_sign(&signer, zong_buf_str(&text), text.len, 0, &lines);
 *     note: the text, an empty line, the lines
 *
 *     zong_note_split(bytes, len, &note);             what is text, what signatures
 *     zong_note_verify(&note, &key, &time);           does this key sign it?
 *     zong_checkpoint_read(bytes, len, &key, &checkpoint);   all of it
 *
 * A key is written as "name+id+base64" for those who verify, and as "PRIVATE+KEY+name+id+base64" for the one who
 * signs, as golang.org/x/mod/sumdb/note has it.
 *
 * Everything that is parsed here comes from outside and may be anything. Threads: pure functions. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/buffer.h>
#include <zong/digest.h>

#define ZONG_NOTE_NAME 201                  /* a key's name and its end */
#define ZONG_NOTE_KEY (ZONG_NOTE_NAME + 80) /* a key as text and its end, of either kind */
#define ZONG_NOTE_MAX (16 * 1024)           /* bytes of a note: a checkpoint with a hundred signatures */
#define ZONG_NOTE_SIGNATURES 100            /* lines that are looked at */
#define ZONG_CHECKPOINT_MAX 400             /* bytes of the three lines */

enum zong_note_kind {
	ZONG_NOTE_SIGNATURE = 1,   /* over the text */
	ZONG_NOTE_COSIGNATURE = 4, /* over a time and the text, by a witness */
};

struct zong_note_key {
	char name[ZONG_NOTE_NAME];
	uint32_t id;
	enum zong_note_kind kind;
	uint8_t bytes[32];
};

/* Secret: whoever holds one wipes it with zong_note_signer_wipe. */
struct zong_note_signer {
	struct zong_note_key key;
	uint8_t secret[64];
};

/* Not empty, no blank, no "+", nothing that does not print, shorter than ZONG_NOTE_NAME. */
bool zong_note_name_valid(const char *name);
/* ZONG_EINVAL: no such key, or its id is not that of its bytes. */
int zong_note_key_parse(const char *text, struct zong_note_key *ret_key);
void zong_note_key_format(const struct zong_note_key *key, char ret_text[ZONG_NOTE_KEY]);

/* A new key. ZONG_EINVAL: @name is not valid. */
int zong_note_signer_new(
	const char *name, enum zong_note_kind kind, struct zong_note_signer *ret_signer);
int zong_note_signer_parse(const char *text, struct zong_note_signer *ret_signer);
/* The text is as secret as the key. */
void zong_note_signer_format(const struct zong_note_signer *signer, char ret_text[ZONG_NOTE_KEY]);
void zong_note_signer_wipe(struct zong_note_signer *signer);

/* Appends a signature line for @text, which ends with a line feed. @time: seconds, of a cosignature. The same
 * signer gives the same line for the same text and time. Returns lines->err. */
int zong_note_sign(const struct zong_note_signer *signer, const char *text, size_t len, int64_t time,
	struct zong_buf *lines);

/* A note taken apart; borrowed of what was split. */
struct zong_note {
	const char *text; /* with its last line feed, without the empty line */
	size_t text_len;
	const char *lines; /* of signatures; at least one */
	size_t lines_len;
};
/* ZONG_EINVAL: no note (not text, no signatures, a line that is none, more than ZONG_NOTE_SIGNATURES), ZONG_ELIMIT:
 * longer than ZONG_NOTE_MAX. */
int zong_note_split(const char *bytes, size_t len, struct zong_note *ret_note);
/* 0: signed by @key; *ret_time (may be NULL): when, of a cosignature, else 0. ZONG_ENOENT: not signed by it. ZONG_ECORRUPT: there
 * is a line of this key, and it does not fit the text: the note is not to be believed at all. */
int zong_note_verify(
	const struct zong_note *note, const struct zong_note_key *key, int64_t *ret_time);
/* Appends those lines of the note that are this key's, as they stand there. */
int zong_note_lines_of(
	const struct zong_note *note, const struct zong_note_key *key, struct zong_buf *lines);

/* The head of a log. */
struct zong_checkpoint {
	char origin[ZONG_NOTE_NAME];
	uint64_t size;
	struct zong_digest root;
};
int zong_checkpoint_format(const struct zong_checkpoint *checkpoint, struct zong_buf *text);
/* Lines behind the third one are let pass. ZONG_EINVAL. */
int zong_checkpoint_parse(const char *text, size_t len, struct zong_checkpoint *ret_checkpoint);
/* A whole note: split, signed by @key, and of the log that the key is called after. ZONG_EINVAL, ZONG_ELIMIT, ZONG_ENOENT,
 * ZONG_ECORRUPT as above. */
int zong_checkpoint_read(const char *bytes, size_t len, const struct zong_note_key *key,
	struct zong_checkpoint *ret_checkpoint);

#endif
