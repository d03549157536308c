/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <cairo-ft.h>
#include <fontconfig/fontconfig.h>
#include <unicode/ubrk.h>

#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/utf8.h>

#include "form_type.h"

#define FAMILY "Noto Sans CJK SC"
#define FACES 8	   /* of a weight: the usual one, and others for what it lacks */
#define RUN 256	   /* characters shown at once */
#define KNOWN 4096 /* widths kept, by the lowest bits of the character */

struct width {
	uint32_t character; /* 0: none yet */
	uint8_t face;
	unsigned long glyph;
	float width; /* of the size */
};

struct weight {
	cairo_scaled_font_t *font[FACES]; /* of size 1 */
	cairo_font_face_t *face[FACES];
	size_t faces;
	struct width known[KNOWN];
};

struct zong_type {
	struct weight weight[2];
	UBreakIterator *breaks;
};

/* -- faces -- */

static int add_face(struct weight *weight, cairo_font_face_t *face)
{
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_matrix_t unit;

	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_matrix_init_scale(&unit, 64, 64);
	weight->face[weight->faces] = face;
	weight->font[weight->faces] = cairo_scaled_font_create(face, &unit, &unit, options);
	cairo_font_options_destroy(options);
	if (cairo_scaled_font_status(weight->font[weight->faces++]) != CAIRO_STATUS_SUCCESS)
		return ZONG_ENOMEM;
	return 0;
}

/* The face for @character (0: any) that fontconfig thinks best. */
static cairo_font_face_t *match_face(bool bold, uint32_t character)
{
	FcPattern *wish = FcPatternCreate(), *found;
	FcCharSet *set = FcCharSetCreate();
	cairo_font_face_t *face = NULL;
	FcResult result;

	if (!wish || !set)
		goto out;
	FcPatternAddString(wish, FC_FAMILY, (const FcChar8 *)FAMILY);
	FcPatternAddInteger(wish, FC_WEIGHT, bold ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR);
	FcPatternAddString(wish, FC_LANG, (const FcChar8 *)"zh-cn");
	if (character && FcCharSetAddChar(set, character))
		FcPatternAddCharSet(wish, FC_CHARSET, set);
	FcConfigSubstitute(NULL, wish, FcMatchPattern);
	FcDefaultSubstitute(wish);
	if (character) {
		/* a family asked for by name is preferred even where it lacks the character */
		FcPatternDel(wish, FC_FAMILY);
		FcPatternAddString(wish, FC_FAMILY, (const FcChar8 *)"sans-serif");
	}
	found = FcFontMatch(NULL, wish, &result);
	if (found) {
		face = cairo_ft_font_face_create_for_pattern(found);
		FcPatternDestroy(found);
	}
out:
	if (set)
		FcCharSetDestroy(set);
	if (wish)
		FcPatternDestroy(wish);
	return face;
}

static bool measure(cairo_scaled_font_t *font, const char *bytes, size_t len,
	unsigned long *ret_glyph, double *ret_width)
{
	cairo_glyph_t room[4], *glyph = room;
	cairo_text_extents_t extents;
	int glyphs = 4;
	bool good = false;

	*ret_glyph = 0;
	*ret_width = 0;
	if (cairo_scaled_font_text_to_glyphs(font, 0, 0, bytes, (int)len, &glyph, &glyphs, NULL,
		    NULL, NULL) != CAIRO_STATUS_SUCCESS)
		return false;
	if (glyphs > 0) {
		cairo_scaled_font_glyph_extents(font, glyph, glyphs, &extents);
		*ret_width = extents.x_advance / 64;
		*ret_glyph = glyph[0].index;
		good = glyph[0].index != 0;
	}
	if (glyph != room)
		cairo_glyph_free(glyph);
	return good;
}

/* Which face has the character, and how wide it is there. What none has is drawn as the first one draws it. */
static const struct width *look_up(
	struct weight *weight, bool bold, const char *bytes, size_t len, uint32_t character)
{
	struct width *width = &weight->known[character % KNOWN];
	unsigned long glyph = 0;
	double advance = 0;
	size_t face;

	if (width->character == character)
		return width;
	for (face = 0; face < weight->faces; face++)
		if (measure(weight->font[face], bytes, len, &glyph, &advance))
			break;
	if (face == weight->faces && face < FACES) {
		cairo_font_face_t *more = match_face(bold, character);

		if (more && add_face(weight, more) == 0 &&
			measure(weight->font[face], bytes, len, &glyph, &advance))
			;
		else
			face = FACES;
	}
	if (face >= weight->faces) {
		face = 0;
		measure(weight->font[0], bytes, len, &glyph, &advance);
	}
	*width = (struct width){character, (uint8_t)face, glyph, (float)advance};
	return width;
}

int zong_type_open(struct zong_type **ret_type)
{
	struct zong_type *type = calloc(1, sizeof(*type));
	UErrorCode code = U_ZERO_ERROR;
	int err = type ? 0 : ZONG_ENOMEM;

	for (int bold = 0; bold < 2 && !err; bold++) {
		cairo_font_face_t *face = match_face(bold, 0);

		err = face ? add_face(&type->weight[bold], face) : ZONG_ENOMEM;
	}
	if (!err) {
		type->breaks = ubrk_open(UBRK_LINE, "zh", NULL, 0, &code);
		if (U_FAILURE(code))
			err = ZONG_ENOMEM;
	}
	if (err) {
		zong_type_close(type);
		return err;
	}
	*ret_type = type;
	return 0;
}

void zong_type_close(struct zong_type *type)
{
	if (!type)
		return;
	for (int bold = 0; bold < 2; bold++)
		for (size_t i = 0; i < type->weight[bold].faces; i++) {
			cairo_scaled_font_destroy(type->weight[bold].font[i]);
			cairo_font_face_destroy(type->weight[bold].face[i]);
		}
	if (type->breaks)
		ubrk_close(type->breaks);
	free(type);
}

/* -- lines -- */

struct laying {
	struct zong_type *type;
	const struct zong_type_face *face;
	double width; /* of a line */
	const char *text;
	struct zong_arena *arena;
	struct zong_type_line *line;
	size_t lines, room;
	size_t start;	/* of the line under way */
	double so_far;	/* its width up to the last place where it may be broken, blanks included */
	size_t to_here; /* that place */
};

static double width_of(struct zong_type *type, const struct zong_type_face *face, const char *text,
	size_t len, size_t *ret_trimmed, double *ret_trimmed_width)
{
	double width = 0;
	size_t pos = 0;

	*ret_trimmed = 0;
	*ret_trimmed_width = 0;
	while (pos < len) {
		size_t at = pos;
		uint32_t c = zong_utf8_next(text, len, &pos);

		width += look_up(&type->weight[face->bold], face->bold, text + at, pos - at, c)
				 ->width *
			 face->size;
		if (!zong_utf8_is_blank(c)) {
			*ret_trimmed = pos;
			*ret_trimmed_width = width;
		}
	}
	return width;
}

static int end_line(struct laying *laying, size_t end)
{
	struct zong_type_line *line;

	if (laying->lines == laying->room) {
		size_t room = laying->room ? 2 * laying->room : 4;

		line = zong_arena_alloc(laying->arena, room * sizeof(*line));
		if (!line)
			return ZONG_ENOMEM;
		if (laying->lines)
			memcpy(line, laying->line, laying->lines * sizeof(*line));
		laying->line = line;
		laying->room = room;
	}
	line = &laying->line[laying->lines++];
	line->text = laying->text + laying->start;
	width_of(laying->type, laying->face, line->text, end - laying->start, &line->len,
		&line->width);
	laying->start = laying->to_here = end;
	laying->so_far = 0;
	return 0;
}

/* A piece that no line has room for: broken by the character. */
static int break_up(struct laying *laying, size_t end)
{
	size_t pos = laying->start, trimmed;
	double width = 0, more;
	int err = 0;

	while (pos < end && !err) {
		size_t at = pos;

		zong_utf8_next(laying->text, end, &pos);
		more = width_of(laying->type, laying->face, laying->text + at, pos - at, &trimmed,
			&(double){0});
		if (at > laying->start && width + more > laying->width) {
			err = end_line(laying, at);
			width = 0;
		}
		width += more;
	}
	laying->so_far = width;
	laying->to_here = end;
	return err;
}

/* Takes the text up to @end, where a line may be broken. */
static int take_piece(struct laying *laying, size_t end)
{
	size_t trimmed;
	double bare;
	double width = width_of(laying->type, laying->face, laying->text + laying->to_here,
		end - laying->to_here, &trimmed, &bare);
	int err = 0;

	if (laying->to_here > laying->start && laying->so_far + bare > laying->width)
		err = end_line(laying, laying->to_here);
	if (!err && laying->to_here == laying->start && bare > laying->width)
		return break_up(laying, end);
	laying->so_far += width;
	laying->to_here = end;
	return err;
}

static int lay_all(struct laying *laying, UText *utext, size_t len)
{
	UErrorCode code = U_ZERO_ERROR;
	int32_t at;
	int err = 0;

	ubrk_setUText(laying->type->breaks, utext, &code);
	if (U_FAILURE(code))
		return ZONG_ENOMEM;
	ubrk_first(laying->type->breaks);
	while (!err && (at = ubrk_next(laying->type->breaks)) != UBRK_DONE) {
		bool hard = ubrk_getRuleStatus(laying->type->breaks) >= UBRK_LINE_HARD;
		size_t end = (size_t)at;
		bool feed = hard && end > 0 && laying->text[end - 1] == '\n';

		err = take_piece(laying, end - feed);
		if (!err && feed) {
			err = end_line(laying, end - 1);
			laying->start = laying->to_here = end;
		}
	}
	if (!err && (laying->lines == 0 || laying->start < len))
		err = end_line(laying, len);
	return err;
}

int zong_type_lay(struct zong_type *type, const struct zong_type_face *face, double width,
	const char *text, struct zong_arena *arena, struct zong_type_line **ret_line,
	size_t *ret_lines)
{
	struct laying laying = {
		.type = type, .face = face, .width = width, .text = text, .arena = arena};
	UErrorCode code = U_ZERO_ERROR;
	size_t len = strlen(text);
	UText *utext = utext_openUTF8(NULL, text, (int64_t)len, &code);
	int err;

	if (U_FAILURE(code))
		return ZONG_ENOMEM;
	err = lay_all(&laying, utext, len);
	utext_close(utext);
	*ret_line = laying.line;
	*ret_lines = laying.lines;
	return err;
}

/* -- showing -- */

struct run {
	size_t start, len; /* in the line */
	uint8_t face;
	double x;
	int characters;
	cairo_text_cluster_t cluster[RUN];
	cairo_glyph_t glyph[RUN];
};

static void show_run(struct weight *weight, const struct zong_type_face *face, cairo_t *cairo,
	const char *text, struct run *run)
{
	if (run->characters == 0)
		return;
	cairo_set_font_face(cairo, weight->face[run->face]);
	cairo_set_font_size(cairo, face->size);
	/* with what it says, so that it can be copied from the PDF */
	cairo_show_text_glyphs(cairo, text + run->start, (int)run->len, run->glyph, run->characters,
		run->cluster, run->characters, 0);
	run->start += run->len;
	run->len = 0;
	run->characters = 0;
}

void zong_type_show(struct zong_type *type, const struct zong_type_face *face, cairo_t *cairo,
	double x, double y, const struct zong_type_line *line)
{
	struct weight *weight = &type->weight[face->bold];
	struct run run = {.x = x};
	size_t pos = 0;

	while (pos < line->len) {
		size_t at = pos;
		uint32_t c = zong_utf8_next(line->text, line->len, &pos);
		const struct width *width =
			look_up(weight, face->bold, line->text + at, pos - at, c);

		if (width->face != run.face || run.characters == RUN)
			show_run(weight, face, cairo, line->text, &run);
		run.face = width->face;
		run.glyph[run.characters] = (cairo_glyph_t){width->glyph, run.x, y};
		run.cluster[run.characters++] = (cairo_text_cluster_t){(int)(pos - at), 1};
		run.len += pos - at;
		run.x += width->width * face->size;
	}
	show_run(weight, face, cairo, line->text, &run);
}
