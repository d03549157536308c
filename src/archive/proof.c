/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/proof.h>

int zong_proof_verify(const struct zong_proof *proof, const struct zong_note_key *key,
	struct zong_checkpoint *ret_head, Zong__LogRecord **ret_line)
{
	struct zong_checkpoint head;
	struct zong_digest leaf;
	Zong__LogRecord *line;
	int err = zong_checkpoint_read(zong_buf_str(&proof->note), proof->note.len, key, &head);

	if (!err)
		err = zong_merkle_leaf(proof->entry.data, proof->entry.len, &leaf);
	if (err)
		return err;
	if (!zong_merkle_included(&leaf, proof->index, head.size, &proof->path, &head.root))
		return ZONG_ENOTREADY;
	line = zong__log_record__unpack(NULL, proof->entry.len, proof->entry.data);
	/* What is in the tree was written by the archive; that its number is another one's would be its fault. */
	if (line && line->seq != proof->index + 1) {
		zong__log_record__free_unpacked(line, NULL);
		line = NULL;
	}
	if (!line)
		return ZONG_ENOTREADY;
	*ret_head = head;
	*ret_line = line;
	return 0;
}

bool zong_proof_names(const Zong__LogRecord *line, const struct zong_digest *file)
{
	char word[ZONG_DIGEST_TEXT + 8], text[ZONG_DIGEST_TEXT];
	const char *at;

	zong_digest_format(file, text);
	snprintf(word, sizeof(word), "file/%s", text);
	at = strstr(line->detail, word);
	/* a word of its own: what a person wrote into the detail stands behind what the archive did */
	return at && (at == line->detail || at[-1] == ' ') &&
	       (at[strlen(word)] == '\0' || at[strlen(word)] == ' ');
}

void zong_proof_release(struct zong_proof *proof)
{
	zong_buf_release(&proof->entry);
	zong_buf_release(&proof->note);
}
