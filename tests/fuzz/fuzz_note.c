/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A note from outside: what is taken apart lies within it, what no key of ours has signed is not believed, and a checkpoint is written
 * again as it was. The first line, where it is a key, is what it is verified by. */

#include <string.h>

#include <zong/error.h>
#include <zong/note.h>

#include "fuzz.h"

static void try_key(const uint8_t *bytes, size_t len, struct zong_note_key *ret_key)
{
	char text[ZONG_NOTE_KEY], again[ZONG_NOTE_KEY];
	size_t count = len < sizeof(text) - 1 ? len : sizeof(text) - 1;
	struct zong_note_signer signer;

	memcpy(text, bytes, count);
	text[count] = '\0';
	text[strcspn(text, "\n")] = '\0';
	memset(ret_key, 0, sizeof(*ret_key));
	if (zong_note_key_parse(text, ret_key) == 0) {
		zong_note_key_format(ret_key, again);
		must_hold(strcmp(text, again) == 0);
	}
	if (zong_note_signer_parse(text, &signer) == 0) {
		zong_note_signer_format(&signer, again);
		must_hold(strcmp(text, again) == 0);
	}
}

static void try_checkpoint(const struct zong_note *note)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_NOTE_MAX);
	struct zong_checkpoint checkpoint;

	if (zong_checkpoint_parse(note->text, note->text_len, &checkpoint) == 0) {
		must_hold(zong_checkpoint_format(&checkpoint, &text) == 0);
		must_hold(
			text.len <= note->text_len && memcmp(text.data, note->text, text.len) == 0);
	}
	zong_buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_buf lines = ZONG_BUF_INIT(ZONG_NOTE_MAX);
	struct zong_note_key key;
	struct zong_checkpoint checkpoint;
	struct zong_note note;
	int signed_by;

	try_key(bytes, len, &key);
	if (zong_note_split((const char *)bytes, len, &note) == 0) {
		must_hold(note.text == (const char *)bytes);
		must_hold(note.text_len + 1 + note.lines_len == len);
		signed_by = key.kind ? zong_note_verify(&note, &key, NULL) : ZONG_ENOENT;
		must_hold(signed_by == 0 || signed_by == ZONG_ENOENT || signed_by == ZONG_ECORRUPT);
		must_hold(zong_note_lines_of(&note, &key, &lines) == 0);
		must_hold((lines.len > 0) == (signed_by != ZONG_ENOENT));
		must_hold(zong_checkpoint_read((const char *)bytes, len, &key, &checkpoint) != 0 ||
			  signed_by == 0);
		try_checkpoint(&note);
	}
	zong_buf_release(&lines);
	return 0;
}
