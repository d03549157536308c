/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/material.h>
#include <zong/time.h>

#include "format.h"

static void add_box(struct zong_buf *buf, struct zong_box box)
{
	zong_buf_add_format(buf, " HPOS=\"%u\" VPOS=\"%u\" WIDTH=\"%u\" HEIGHT=\"%u\"", box.x,
		box.y, box.width, box.height);
}

static void add_share(struct zong_buf *buf, const char *name, float value)
{
	unsigned int percent = zong_format_percent(value);

	zong_buf_add_format(buf, " %s=\"%u.%02u\"", name, percent / 100, percent % 100);
}

static void add_element(struct zong_buf *buf, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	zong_buf_add_format(buf, "<%s>", name);
	zong_buf_add_xml(buf, text, strlen(text));
	zong_buf_add_format(buf, "</%s>", name);
}

static void add_description(
	struct zong_buf *buf, const Zong__Reading *reading, const char *file_name)
{
	char time[ZONG_TIME_TEXT];

	zong_buf_add_str(buf, "<Description><MeasurementUnit>pixel</MeasurementUnit>");
	if (file_name && *file_name) {
		zong_buf_add_str(buf, "<sourceImageInformation>");
		add_element(buf, "fileName", file_name);
		zong_buf_add_str(buf, "</sourceImageInformation>");
	}
	zong_buf_add_str(buf, "<OCRProcessing ID=\"reading\"><ocrProcessingStep>");
	if (reading->read > 0) {
		zong_time_format(reading->read, time);
		add_element(buf, "processingDateTime", time);
	}
	add_element(buf, "processingStepDescription", reading->steps);
	add_element(buf, "processingStepSettings", reading->engine);
	zong_buf_add_str(buf, "<processingSoftware><softwareName>zong</softwareName>"
			      "</processingSoftware>"
			      "</ocrProcessingStep></OCRProcessing></Description>\n");
}

/* The gap between two words of a line, as far as their boxes tell. */
static void add_space(struct zong_buf *buf, const Zong__Word *left, const Zong__Word *right)
{
	struct zong_box a = zong_format_box(left->box);
	struct zong_box b = zong_format_box(right->box);
	uint64_t end = (uint64_t)a.x + a.width;

	if (b.x > end)
		zong_buf_add_format(buf, "<SP HPOS=\"%llu\" VPOS=\"%u\" WIDTH=\"%llu\"/>",
			(unsigned long long)end, b.y, (unsigned long long)(b.x - end));
	else
		zong_buf_add_str(buf, "<SP/>");
}

static void add_line(struct zong_buf *buf, const Zong__Line *line, size_t number)
{
	zong_buf_add_format(buf, "<TextLine ID=\"line%zu\"", number);
	add_box(buf, zong_format_box(line->box));
	zong_buf_add_str(buf, ">\n");
	for (size_t i = 0; i < line->n_words; i++) {
		const Zong__Word *word = line->words[i];
		const char *text = zong_format_word(word);

		if (zong_format_blank(line, i))
			add_space(buf, line->words[i - 1], word);
		zong_buf_add_str(buf, "<String CONTENT=\"");
		zong_buf_add_xml(buf, text, strlen(text));
		zong_buf_add_char(buf, '"');
		add_box(buf, zong_format_box(word->box));
		add_share(buf, "WC", word->confidence);
		zong_buf_add_str(buf, "/>\n");
	}
	zong_buf_add_str(buf, "</TextLine>\n");
}

static size_t add_block(struct zong_buf *buf, const Zong__Reading *reading, size_t first)
{
	struct zong_box box;
	size_t words;
	size_t end = zong_format_block_end(reading, first, &box, &words);

	/* The schema wants a line in each block and a word in each line. */
	if (words == 0)
		return end;
	zong_buf_add_format(buf, "<TextBlock ID=\"block%zu\"", first + 1);
	add_box(buf, box);
	zong_buf_add_str(buf, ">\n");
	for (size_t i = first; i < end; i++) {
		if (reading->lines[i]->n_words > 0)
			add_line(buf, reading->lines[i], i + 1);
	}
	zong_buf_add_str(buf, "</TextBlock>\n");
	return end;
}

int zong_reading_alto(
	const Zong__Reading *reading, const char *file_name, uint32_t page, struct zong_buf *buf)
{
	struct zong_box whole = {0, 0, reading->width, reading->height};

	zong_buf_add_str(buf,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\""
		" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
		" xsi:schemaLocation=\"http://www.loc.gov/standards/alto/ns-v4#"
		" http://www.loc.gov/standards/alto/v4/alto-4-4.xsd\" SCHEMAVERSION=\"4.4\">\n");
	add_description(buf, reading, file_name);
	zong_buf_add_format(buf, "<Layout><Page ID=\"page%u\" PHYSICAL_IMG_NR=\"%u\"", page, page);
	zong_buf_add_format(buf, " WIDTH=\"%u\" HEIGHT=\"%u\" PROCESSING=\"reading\"",
		reading->width, reading->height);
	if (reading->n_lines > 0)
		add_share(buf, "PC", reading->confidence);
	zong_buf_add_str(buf, "><PrintSpace");
	add_box(buf, whole);
	zong_buf_add_str(buf, ">\n");
	for (size_t i = 0; i < reading->n_lines && buf->err == 0;)
		i = add_block(buf, reading, i);
	return zong_buf_add_str(buf, "</PrintSpace></Page></Layout>\n</alto>\n");
}
