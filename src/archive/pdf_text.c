/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include <zong/utf8.h>

#include "format.h"
#include "pdf_page.h"

#define SIZE_LEAST 1.0
#define BLANK_LEAST 0.25 /* of the size */
#define STRETCH_LEAST 0.01
#define STRETCH_MOST 1000.0

/* A line is written in its own coordinates: along it, from its first word on, and across it, from its
 * upper edge down, in pixels; then turned into the page. Which way it runs, its words tell. */
enum course { RIGHT, DOWN, LEFT, UP };

struct span {
	double from, to;
};

struct writing {
	struct zong_buf *buf;
	struct zong_pdf_font *font;
	struct zong_pdf_size size;
	double scale_x, scale_y; /* points a pixel */
	enum course course;
	struct span across;
	double em; /* points */
};

static double middle_x(struct zong_box box)
{
	return box.x + box.width / 2.0;
}

static double middle_y(struct zong_box box)
{
	return box.y + box.height / 2.0;
}

static enum course course_of(const Zong__Line *line)
{
	struct zong_box first = zong_format_box(line->words[0]->box);
	struct zong_box last = zong_format_box(line->words[line->n_words - 1]->box);
	struct zong_box whole = zong_format_box(line->box);
	double dx = middle_x(last) - middle_x(first), dy = middle_y(last) - middle_y(first);

	if (line->n_words == 1)
		return whole.height > 2 * (uint64_t)whole.width &&
				       strlen(zong_format_word(line->words[0])) > 3
			       ? DOWN
			       : RIGHT;
	if (fabs(dx) >= fabs(dy))
		return dx < 0 ? LEFT : RIGHT;
	return dy < 0 ? UP : DOWN;
}

static struct span along(enum course course, struct zong_box box)
{
	double right = (double)box.x + box.width, bottom = (double)box.y + box.height;

	switch (course) {
	case DOWN:
		return (struct span){box.y, bottom};
	case LEFT:
		return (struct span){-right, -(double)box.x};
	case UP:
		return (struct span){-bottom, -(double)box.y};
	default:
		return (struct span){box.x, right};
	}
}

/* The far end is the side on which letters stand. */
static struct span across(enum course course, struct zong_box box)
{
	double right = (double)box.x + box.width, bottom = (double)box.y + box.height;

	switch (course) {
	case DOWN:
		return (struct span){-right, -(double)box.x};
	case LEFT:
		return (struct span){-bottom, -(double)box.y};
	case UP:
		return (struct span){box.x, right};
	default:
		return (struct span){box.y, bottom};
	}
}

static double scale_along(const struct writing *writing)
{
	return writing->course == RIGHT || writing->course == LEFT ? writing->scale_x
								   : writing->scale_y;
}

static double scale_across(const struct writing *writing)
{
	return writing->course == RIGHT || writing->course == LEFT ? writing->scale_y
								   : writing->scale_x;
}

/* The text matrix of something that begins @at along the line. */
static void add_matrix(const struct writing *writing, double at)
{
	static const char *const turns[] = {[RIGHT] = "1 0 0 1 ",
		[DOWN] = "0 -1 1 0 ",
		[LEFT] = "-1 0 0 -1 ",
		[UP] = "0 1 -1 0 "};
	double base =
		writing->across.to - ZONG_PDF_DESCENT * (writing->across.to - writing->across.from);
	double x = at, y = base;

	switch (writing->course) {
	case DOWN:
		x = -base;
		y = at;
		break;
	case LEFT:
		x = -at;
		y = -base;
		break;
	case UP:
		x = base;
		y = -at;
		break;
	default:
		break;
	}
	zong_buf_add_str(writing->buf, turns[writing->course]);
	zong_pdf_number(writing->buf, x * writing->scale_x);
	zong_buf_add_char(writing->buf, ' ');
	zong_pdf_number(writing->buf, writing->size.height - y * writing->scale_y);
	zong_buf_add_str(writing->buf, " Tm ");
}

/* Spread over the span by the horizontal scaling. */
static void add_run(const struct writing *writing, const char *text, struct span span)
{
	size_t len = strlen(text), pos = 0, count = 0;
	double stretch;

	while (pos < len) {
		zong_utf8_next(text, len, &pos);
		count++;
	}
	if (count == 0)
		return;
	stretch = (span.to - span.from) * scale_along(writing) / ((double)count * writing->em);
	stretch = fmin(fmax(stretch, STRETCH_LEAST), STRETCH_MOST);
	zong_pdf_number(writing->buf, stretch * 100);
	zong_buf_add_str(writing->buf, " Tz ");
	add_matrix(writing, span.from);
	zong_buf_add_char(writing->buf, '<');
	for (pos = 0; pos < len;)
		zong_buf_add_format(writing->buf, "%04X",
			zong_pdf_font_code(writing->font, zong_utf8_next(text, len, &pos)));
	zong_buf_add_str(writing->buf, "> Tj\n");
}

/* Up to the next word where no blank is, as a gap would be read as one; before a blank so that there
 * is a gap, without which it would not be read. */
static double end_of(const struct writing *writing, struct span span, struct span next, bool blank)
{
	double gap = BLANK_LEAST * writing->em / scale_along(writing);

	if (next.from <= span.from)
		return span.to;
	if (!blank)
		return next.from;
	if (span.to <= next.from - gap)
		return span.to;
	return fmax(next.from - gap, (span.from + next.from) / 2);
}

static void add_word(const struct writing *writing, const Zong__Line *line, size_t number)
{
	const char *text = zong_format_word(line->words[number]);
	struct span span = along(writing->course, zong_format_box(line->words[number]->box));
	struct span next;
	bool blank;

	if (number + 1 == line->n_words) {
		add_run(writing, text, span);
		return;
	}
	blank = zong_format_blank(line, number + 1);
	next = along(writing->course, zong_format_box(line->words[number + 1]->box));
	span.to = end_of(writing, span, next, blank);
	add_run(writing, text, span);
	if (blank)
		add_run(writing, " ", (struct span){span.to, fmax(next.from, span.to)});
}

static void add_line(struct writing *writing, const Zong__Line *line)
{
	struct zong_box box = zong_format_box(line->box);

	for (size_t i = 0; i < line->n_words; i++)
		box = zong_format_box_join(box, zong_format_box(line->words[i]->box));
	writing->course = course_of(line);
	writing->across = across(writing->course, box);
	writing->em = fmax(
		(writing->across.to - writing->across.from) * scale_across(writing), SIZE_LEAST);
	zong_buf_add_str(writing->buf, "BT 3 Tr /F ");
	zong_pdf_number(writing->buf, writing->em);
	zong_buf_add_str(writing->buf, " Tf\n");
	for (size_t i = 0; i < line->n_words; i++)
		add_word(writing, line, i);
	zong_buf_add_str(writing->buf, "ET\n");
}

void zong_pdf_text_content(struct zong_buf *buf, const Zong__Reading *reading,
	struct zong_pdf_size size, struct zong_pdf_font *font)
{
	struct writing writing = {.buf = buf, .font = font, .size = size};

	if (reading->width == 0 || reading->height == 0)
		return;
	writing.scale_x = size.width / reading->width;
	writing.scale_y = size.height / reading->height;
	for (size_t i = 0; i < reading->n_lines && !buf->err; i++)
		if (reading->lines[i]->n_words > 0)
			add_line(&writing, reading->lines[i]);
}
