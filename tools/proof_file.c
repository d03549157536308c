/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proof_file.h"

#include <string.h>

#include <jansson.h>
#include <zong/base64.h>

#define ENTRY_MAX (128 * 1024)

/* A whole number from 0 on. */
static bool take_number(const json_t *object, const char *name, uint64_t *ret_number)
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*ret_number = (uint64_t)json_integer_value(value);
	return true;
}

static bool take_text(const json_t *object, const char *name, struct zong_buf *buf)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) &&
	       zong_buf_add(buf, json_string_value(value), json_string_length(value)) == 0;
}

static bool take_bytes(const json_t *object, const char *name, struct zong_buf *buf)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) &&
	       zong_base64_add_read(buf, json_string_value(value), json_string_length(value)) == 0;
}

static bool take_hashes(const json_t *object, const char *name, struct zong_merkle_proof *ret_proof)
{
	const json_t *array = json_object_get(object, name);
	size_t i, len;

	if (!json_is_array(array) || json_array_size(array) > ZONG_MERKLE_PROOF)
		return false;
	ret_proof->count = json_array_size(array);
	for (i = 0; i < ret_proof->count; i++) {
		const json_t *value = json_array_get(array, i);

		if (!json_is_string(value) ||
			zong_base64_read(json_string_value(value), json_string_length(value),
				ret_proof->hash[i].bytes, ZONG_DIGEST_SIZE, &len) ||
			len != ZONG_DIGEST_SIZE)
			return false;
	}
	return true;
}

/* Where it is told, it is to be true. */
static bool take_sm3(const json_t *object, const struct zong_buf *buf)
{
	const json_t *value = json_object_get(object, "checkpoint_sm3");
	struct zong_digest told, seen;
	struct zong_note note;

	if (!value)
		return true;
	if (!json_is_string(value) || zong_sm3_parse(json_string_value(value), &told) ||
		zong_note_split((const char *)buf->data, buf->len, &note))
		return false;
	zong_sm3_of(note.text, note.text_len, &seen);
	return zong_digest_equal(&told, &seen);
}

bool proof_parse(const char *text, size_t len, struct zong_proof *ret_proof, const char **ret_wrong)
{
	json_t *object = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	const char *format = json_string_value(json_object_get(object, "format"));

	*ret_proof = (struct zong_proof){
		.entry = ZONG_BUF_INIT(ENTRY_MAX), .note = ZONG_BUF_INIT(2 * ZONG_NOTE_MAX)};
	*ret_wrong = NULL;
	if (!format || strcmp(format, "zong-proof/1") != 0)
		*ret_wrong = "format";
	else if (!take_number(object, "index", &ret_proof->index))
		*ret_wrong = "index";
	else if (!take_bytes(object, "record", &ret_proof->entry))
		*ret_wrong = "record";
	else if (!take_hashes(object, "path", &ret_proof->path))
		*ret_wrong = "path";
	else if (!take_text(object, "checkpoint", &ret_proof->note))
		*ret_wrong = "checkpoint";
	else if (!take_sm3(object, &ret_proof->note))
		*ret_wrong = "checkpoint_sm3";
	json_decref(object);
	return *ret_wrong == NULL;
}

bool consistency_parse(
	const char *text, size_t len, struct consistency *ret_proof, const char **ret_wrong)
{
	json_t *object = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);

	*ret_proof = (struct consistency){.note = ZONG_BUF_INIT(2 * ZONG_NOTE_MAX)};
	*ret_wrong = NULL;
	if (!take_number(object, "from", &ret_proof->from))
		*ret_wrong = "from";
	else if (!take_number(object, "to", &ret_proof->to))
		*ret_wrong = "to";
	else if (!take_hashes(object, "hashes", &ret_proof->proof))
		*ret_wrong = "hashes";
	else if (!take_text(object, "checkpoint", &ret_proof->note))
		*ret_wrong = "checkpoint";
	else if (!take_sm3(object, &ret_proof->note))
		*ret_wrong = "checkpoint_sm3";
	json_decref(object);
	return *ret_wrong == NULL;
}

void consistency_release(struct consistency *proof)
{
	zong_buf_release(&proof->note);
}
