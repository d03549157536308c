/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "csvout.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <zong/error.h>
#include <zong/file.h>
#include <zong/limits.h>

#define BLOCK (256 * 1024)
#define MARK "\xEF\xBB\xBF" /* by which spreadsheets know UTF-8 */
#define NOTHING ((iconv_t)-1)

static int flush(struct zong_csvout *out)
{
	char bytes[16 * 1024];
	char *in = (char *)out->text.data;
	size_t left = out->text.len;
	int err = out->text.err;

	if (err || left == 0)
		return err;
	if (out->convert == NOTHING) {
		out->len += left;
		err = zong_file_write_all(out->fd, in, left);
		left = 0;
	}
	while (!err && left > 0) {
		char *to = bytes;
		size_t room = sizeof(bytes);

		/* Rows are UTF-8, and GB 18030 has a place for all of it. */
		if (iconv(out->convert, &in, &left, &to, &room) == (size_t)-1 && errno != E2BIG)
			return ZONG_EENCODING;
		out->len += sizeof(bytes) - room;
		err = zong_file_write_all(out->fd, bytes, sizeof(bytes) - room);
	}
	zong_buf_clear(&out->text);
	return err;
}

/* RFC 4180: in quotes where something in it asks for them. */
static void add_cell(struct zong_buf *buf, const char *text, bool last)
{
	bool quoted = text[strcspn(text, ",\"\r\n\t")] != '\0';

	if (quoted)
		zong_buf_add_char(buf, '"');
	for (; *text; text++) {
		if (*text == '"')
			zong_buf_add_char(buf, '"');
		zong_buf_add_char(buf, *text);
	}
	zong_buf_add_str(buf, quoted ? (last ? "\"\r\n" : "\",") : (last ? "\r\n" : ","));
}

int zong_csvout_begin(struct zong_csvout *out, const char *spool, const char *encoding)
{
	out->fd = -1;
	out->len = 0;
	out->convert = NOTHING;
	zong_buf_init(&out->text, BLOCK + 2 * ZONG_LIMIT_TABLE_LINE);
	if (encoding && encoding[0] && strcasecmp(encoding, "utf-8") != 0) {
		if (strcasecmp(encoding, "gb18030") != 0 && strcasecmp(encoding, "gbk") != 0)
			return ZONG_EINVAL;
		out->convert = iconv_open("GB18030", "UTF-8");
		if (out->convert == NOTHING)
			return ZONG_EINVAL;
	} else {
		zong_buf_add_str(&out->text, MARK);
	}
	return zong_file_spool(spool, &out->fd);
}

int zong_csvout_row(struct zong_csvout *out, const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_cell(&out->text, cells[i], i + 1 == count);
	return out->text.len > BLOCK ? flush(out) : out->text.err;
}

int zong_csvout_end(struct zong_csvout *out, int *ret_fd, uint64_t *ret_len)
{
	int err = flush(out);

	if (err)
		return err;
	*ret_fd = out->fd;
	*ret_len = out->len;
	out->fd = -1;
	zong_csvout_release(out);
	return 0;
}

void zong_csvout_release(struct zong_csvout *out)
{
	zong_buf_release(&out->text);
	if (out->convert != NOTHING)
		iconv_close(out->convert);
	out->convert = NOTHING;
	if (out->fd >= 0)
		close(out->fd);
	out->fd = -1;
}
