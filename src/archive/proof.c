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

/* What stands behind the file's name; NULL: it is not there. */
static const char *behind(const Zong__LogRecord *line, const struct zong_digest *file)
{
	char word[ZONG_DIGEST_TEXT + 8], text[ZONG_DIGEST_TEXT];
	const char *at;

	zong_digest_format(file, text);
	snprintf(word, sizeof(word), "file/%s", text);
	at = strstr(line->detail, word);
	/* a word of its own: what a person wrote into the detail stands behind what the archive did */
	if (!at || (at != line->detail && at[-1] != ' '))
		return NULL;
	at += strlen(word);
	return *at == '\0' || *at == ' ' ? at : NULL;
}

bool zong_proof_names(const Zong__LogRecord *line, const struct zong_digest *file)
{
	return behind(line, file) != NULL;
}

bool zong_proof_sm3(
	const Zong__LogRecord *line, const struct zong_digest *file, struct zong_digest *ret_sm3)
{
	const char *at = behind(line, file);
	char text[ZONG_SM3_TEXT];
	size_t len = at && *at ? strcspn(at + 1, " ") : 0;

	if (len != sizeof(text) - 1)
		return false;
	memcpy(text, at + 1, len);
	text[len] = '\0';
	return zong_sm3_parse(text, ret_sm3) == 0;
}

void zong_proof_release(struct zong_proof *proof)
{
	zong_buf_release(&proof->entry);
	zong_buf_release(&proof->note);
}
