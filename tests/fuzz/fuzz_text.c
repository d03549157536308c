/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything in src/base that reads text or bytes from outside. */

#include <string.h>

#include <zong/buffer.h>
#include <zong/digest.h>
#include <zong/id.h>
#include <zong/media.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "fuzz.h"

static void check_utf8(const char *text, size_t len)
{
	size_t count = zong_utf8_count(text, len);
	size_t cut = zong_utf8_cut(text, len, len / 2);

	must_hold(count <= len);
	must_hold(cut <= len / 2);
	if (zong_utf8_printable(text, len))
		must_hold(zong_utf8_valid(text, len));
	if (zong_utf8_valid(text, len)) {
		must_hold(zong_utf8_valid(text, cut));
		must_hold(len / 2 - cut < 4);
	}
}

static void check_written(const char *text, size_t len)
{
	struct zong_buf buf = ZONG_BUF_INIT(1 << 20);

	if (zong_buf_add_xml(&buf, text, len) == 0) {
		must_hold(zong_utf8_valid(zong_buf_str(&buf), buf.len));
		must_hold(!strpbrk(zong_buf_str(&buf), "<>\"'\n\r\t"));
	}
	zong_buf_clear(&buf);
	if (zong_utf8_add_folded(&buf, text, len, true) == 0) {
		must_hold(
			zong_utf8_count(zong_buf_str(&buf), buf.len) == zong_utf8_count(text, len));
		for (size_t pos = 0; pos < buf.len;)
			must_hold(
				zong_utf8_next(zong_buf_str(&buf), buf.len, &pos) != ZONG_UTF8_BAD);
	}
	zong_buf_release(&buf);
}

static void check_parsers(const char *text)
{
	char digest_text[ZONG_DIGEST_TEXT];
	char time_text[ZONG_TIME_TEXT];
	char id_text[ZONG_ID_TEXT];
	struct zong_digest digest;
	struct zong_digest digest_again;
	struct zong_id id;
	struct zong_id id_again;
	int64_t time;
	int64_t time_again;

	if (zong_digest_parse(text, &digest) == 0) {
		zong_digest_format(&digest, digest_text);
		must_hold(zong_digest_parse(digest_text, &digest_again) == 0);
		must_hold(zong_digest_equal(&digest, &digest_again));
	}
	if (zong_id_parse(text, &id) == 0) {
		zong_id_format(&id, id_text);
		must_hold(zong_id_parse(id_text, &id_again) == 0);
		must_hold(zong_id_equal(&id, &id_again));
	}
	if (zong_time_parse(text, &time) == 0) {
		zong_time_format(time, time_text);
		must_hold(zong_time_parse(time_text, &time_again) == 0);
		must_hold(time_again <= time && time - time_again < 1000);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text = malloc(len + 1);

	if (!text)
		return 0;
	if (len)
		memcpy(text, bytes, len);
	text[len] = '\0';
	check_utf8((const char *)bytes, len);
	check_written((const char *)bytes, len);
	check_parsers(text);
	must_hold(zong_media_type(zong_media_of(bytes, len)) != NULL);
	free(text);
	return 0;
}
