/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/material.h>

#include "format.h"

static void add_text(struct zong_buf *buf, const char *text)
{
	if (text)
		zong_buf_add_xml(buf, text, strlen(text));
}

/* hOCR gives corners, not sizes. */
static void add_box(struct zong_buf *buf, struct zong_box box)
{
	zong_buf_add_format(buf, "bbox %u %u %llu %llu", box.x, box.y,
		(unsigned long long)box.x + box.width, (unsigned long long)box.y + box.height);
}

static void add_head(struct zong_buf *buf, const Zong__Reading *reading, const char *title)
{
	zong_buf_add_str(buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n"
			      "<html xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<title>");
	add_text(buf, title);
	zong_buf_add_str(buf, "</title>\n<meta charset=\"utf-8\"/>\n"
			      "<meta name=\"ocr-system\" content=\"zong ");
	add_text(buf, reading->engine);
	zong_buf_add_str(buf,
		"\"/>\n<meta name=\"ocr-capabilities\" content=\"ocr_page ocr_carea ocr_line"
		" ocrx_word\"/>\n<meta name=\"ocr-number-of-pages\" content=\"1\"/>\n</head>\n");
}

static void add_line(struct zong_buf *buf, const Zong__Line *line, size_t number)
{
	zong_buf_add_format(buf, "<span class=\"ocr_line\" id=\"line_%zu\" title=\"", number);
	add_box(buf, zong_format_box(line->box));
	zong_buf_add_str(buf, "\">");
	for (size_t i = 0; i < line->n_words; i++) {
		const Zong__Word *word = line->words[i];

		if (zong_format_blank(line, i))
			zong_buf_add_char(buf, ' ');
		zong_buf_add_format(buf, "<span class=\"ocrx_word\" id=\"word_%zu_%zu\" title=\"",
			number, i + 1);
		add_box(buf, zong_format_box(word->box));
		zong_buf_add_format(buf, "; x_wconf %u\">", zong_format_percent(word->confidence));
		add_text(buf, zong_format_word(word));
		zong_buf_add_str(buf, "</span>");
	}
	/* Without a break a browser would show a block as one line. */
	zong_buf_add_str(buf, "</span><br/>\n");
}

static size_t add_block(struct zong_buf *buf, const Zong__Reading *reading, size_t first)
{
	struct zong_box box;
	size_t words;
	size_t end = zong_format_block_end(reading, first, &box, &words);

	if (words == 0)
		return end;
	zong_buf_add_format(buf, "<div class=\"ocr_carea\" id=\"block_%zu\" title=\"", first + 1);
	add_box(buf, box);
	zong_buf_add_str(buf, "\">\n");
	for (size_t i = first; i < end; i++) {
		if (reading->lines[i]->n_words > 0)
			add_line(buf, reading->lines[i], i + 1);
	}
	zong_buf_add_str(buf, "</div>\n");
	return end;
}

int zong_reading_hocr(
	const Zong__Reading *reading, const char *title, uint32_t page, struct zong_buf *buf)
{
	struct zong_box whole = {0, 0, reading->width, reading->height};

	add_head(buf, reading, title);
	zong_buf_add_format(buf, "<body>\n<div class=\"ocr_page\" id=\"page_%u\" title=\"", page);
	add_box(buf, whole);
	zong_buf_add_format(buf, "; ppageno %u\">\n", page > 0 ? page - 1 : 0);
	for (size_t i = 0; i < reading->n_lines && buf->err == 0;)
		i = add_block(buf, reading, i);
	return zong_buf_add_str(buf, "</div>\n</body>\n</html>\n");
}
