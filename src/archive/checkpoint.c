/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include <zong/base64.h>
#include <zong/error.h>
#include <zong/note.h>

int zong_checkpoint_format(const struct zong_checkpoint *checkpoint, struct zong_buf *text)
{
	zong_buf_add_format(text, "%s\n%" PRIu64 "\n", checkpoint->origin, checkpoint->size);
	zong_base64_add(text, checkpoint->root.bytes, ZONG_DIGEST_SIZE);
	return zong_buf_add_char(text, '\n');
}

/* A line that is not empty; *@at moves behind it. */
static bool take_text(const char **at, const char *end, const char **ret_line, size_t *ret_len)
{
	const char *feed = memchr(*at, '\n', (size_t)(end - *at));

	if (!feed || feed == *at)
		return false;
	*ret_line = *at;
	*ret_len = (size_t)(feed - *at);
	*at = feed + 1;
	return true;
}

static bool read_size(const char *text, size_t len, uint64_t *ret_size)
{
	uint64_t size = 0;

	if (len == 0 || len > 19 || (text[0] == '0' && len > 1))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		size = size * 10 + (uint64_t)(text[i] - '0');
	}
	*ret_size = size;
	return size < UINT64_C(1) << 63;
}

int zong_checkpoint_parse(const char *text, size_t len, struct zong_checkpoint *ret_checkpoint)
{
	struct zong_checkpoint checkpoint = {.size = 0};
	const char *at = text, *end = text + len;
	const char *line;
	size_t count;

	if (!take_text(&at, end, &line, &count) || count >= sizeof(checkpoint.origin) ||
		memchr(line, '\0', count))
		return ZONG_EINVAL;
	memcpy(checkpoint.origin, line, count);
	if (!take_text(&at, end, &line, &count) || !read_size(line, count, &checkpoint.size))
		return ZONG_EINVAL;
	if (!take_text(&at, end, &line, &count) ||
		zong_base64_read(line, count, checkpoint.root.bytes, ZONG_DIGEST_SIZE, &count) ||
		count != ZONG_DIGEST_SIZE)
		return ZONG_EINVAL;
	while (at < end)
		if (!take_text(&at, end, &line, &count))
			return ZONG_EINVAL;
	*ret_checkpoint = checkpoint;
	return 0;
}

int zong_checkpoint_read(const char *bytes, size_t len, const struct zong_note_key *key,
	struct zong_checkpoint *ret_checkpoint)
{
	struct zong_checkpoint checkpoint;
	struct zong_note note;
	int err = zong_note_split(bytes, len, &note);

	if (!err)
		err = zong_note_verify(&note, key, NULL);
	if (!err)
		err = zong_checkpoint_parse(note.text, note.text_len, &checkpoint);
	if (!err && strcmp(checkpoint.origin, key->name) != 0)
		err = ZONG_ENOENT;
	if (!err)
		*ret_checkpoint = checkpoint;
	return err;
}
