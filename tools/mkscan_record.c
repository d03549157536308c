/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <errno.h>
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct mkscan_line *mkscan_record_line(struct mkscan_record *record, const char *text, size_t len)
{
	struct mkscan_line line = {
		.text = strndup(text, len),
		.n_chars = (size_t)g_utf8_strlen(text, (gssize)len),
	};

	line.chars = calloc(line.n_chars ? line.n_chars : 1, sizeof(*line.chars));
	if (record->n_lines == record->room) {
		size_t room = record->room ? 2 * record->room : 64;
		struct mkscan_line *grown = realloc(record->lines, room * sizeof(*grown));

		if (grown) {
			record->lines = grown;
			record->room = room;
		}
	}
	if (!line.text || !line.chars || record->n_lines == record->room) {
		free(line.text);
		free(line.chars);
		record->failed = true;
		return NULL;
	}
	record->lines[record->n_lines] = line;
	return &record->lines[record->n_lines++];
}

void mkscan_record_place(
	struct mkscan_char *one, cairo_t *cr, double left, double top, double right, double bottom)
{
	const struct mkscan_point corners[4] = {
		{left, top}, {right, top}, {right, bottom}, {left, bottom}};

	for (int i = 0; i < 4; i++) {
		one->corners[i] = corners[i];
		cairo_user_to_device(cr, &one->corners[i].x, &one->corners[i].y);
	}
}

void mkscan_record_move(struct mkscan_record *record,
	struct mkscan_point (*move)(struct mkscan_point at, const void *data), const void *data)
{
	for (size_t i = 0; record && i < record->n_lines; i++) {
		struct mkscan_line *line = &record->lines[i];

		for (size_t c = 0; c < line->n_chars; c++) {
			for (int k = 0; k < 4; k++)
				line->chars[c].corners[k] = move(line->chars[c].corners[k], data);
		}
	}
}

static void extend(
	const struct mkscan_char *one, struct mkscan_point *low, struct mkscan_point *high)
{
	for (int k = 0; k < 4; k++) {
		low->x = fmin(low->x, one->corners[k].x);
		low->y = fmin(low->y, one->corners[k].y);
		high->x = fmax(high->x, one->corners[k].x);
		high->y = fmax(high->y, one->corners[k].y);
	}
}

void mkscan_line_extent(
	const struct mkscan_line *line, struct mkscan_point *ret_low, struct mkscan_point *ret_high)
{
	*ret_low = (struct mkscan_point){INFINITY, INFINITY};
	*ret_high = (struct mkscan_point){-INFINITY, -INFINITY};
	for (size_t c = 0; c < line->n_chars; c++)
		extend(&line->chars[c], ret_low, ret_high);
}

bool mkscan_record_extent(const struct mkscan_record *record, struct mkscan_point *ret_low,
	struct mkscan_point *ret_high)
{
	struct mkscan_point low = {INFINITY, INFINITY}, high = {-INFINITY, -INFINITY};

	for (size_t i = 0; i < record->n_lines; i++) {
		for (size_t c = 0; c < record->lines[i].n_chars; c++)
			extend(&record->lines[i].chars[c], &low, &high);
	}
	*ret_low = low;
	*ret_high = high;
	return record->n_lines > 0;
}

/* A character counts as there if its middle is. */
static bool is_visible(const struct mkscan_char *one, uint32_t width, uint32_t height)
{
	double x = (one->corners[0].x + one->corners[2].x) / 2;
	double y = (one->corners[0].y + one->corners[2].y) / 2;

	return x >= 0 && y >= 0 && x < width && y < height;
}

static json_t *make_box(
	struct mkscan_point low, struct mkscan_point high, uint32_t width, uint32_t height)
{
	int left = (int)fmax(0, floor(low.x)), top = (int)fmax(0, floor(low.y));
	int right = (int)fmin(width, ceil(high.x)), bottom = (int)fmin(height, ceil(high.y));

	return json_pack("[i, i, i, i]", left, top, right - left, bottom - top);
}

/* All that can be seen, one line behind the other: in it the fields are looked for. */
struct seen {
	char *text;
	struct mkscan_char *chars; /* of text, by character */
	size_t len, n_chars;
};

static int seen_init(struct seen *seen, const struct mkscan_record *record)
{
	size_t len = 1, chars = 1;

	for (size_t i = 0; i < record->n_lines; i++) {
		len += strlen(record->lines[i].text);
		chars += record->lines[i].n_chars;
	}
	*seen = (struct seen){.text = calloc(len, 1), .chars = calloc(chars, sizeof(*seen->chars))};
	return seen->text && seen->chars ? 0 : -ENOMEM;
}

/* What is visible of @line, appended to @seen and to @lines and @boxes. */
static int write_line(struct seen *seen, const struct mkscan_line *line, uint32_t width,
	uint32_t height, json_t *lines, json_t *boxes)
{
	struct mkscan_point low = {INFINITY, INFINITY}, high = {-INFINITY, -INFINITY};
	size_t start = seen->len;
	const char *at = line->text;

	for (size_t c = 0; c < line->n_chars; c++) {
		const char *next = g_utf8_next_char(at);
		size_t len = (size_t)(next - at);

		if (is_visible(&line->chars[c], width, height)) {
			memcpy(seen->text + seen->len, at, len);
			seen->len += len;
			seen->chars[seen->n_chars++] = line->chars[c];
			extend(&line->chars[c], &low, &high);
		}
		at = next;
	}
	if (seen->len == start)
		return 0;
	if (json_array_append_new(lines, json_stringn(seen->text + start, seen->len - start)) ||
		json_array_append_new(boxes, make_box(low, high, width, height)))
		return -ENOMEM;
	return 0;
}

static json_t *find_field(
	const struct seen *seen, const char *value, uint32_t width, uint32_t height)
{
	struct mkscan_point low = {INFINITY, INFINITY}, high = {-INFINITY, -INFINITY};
	const char *found = value[0] ? strstr(seen->text, value) : NULL;
	size_t first, count;

	if (!found)
		return NULL;
	first = (size_t)g_utf8_pointer_to_offset(seen->text, found);
	count = (size_t)g_utf8_strlen(value, -1);
	for (size_t i = first; i < first + count; i++)
		extend(&seen->chars[i], &low, &high);
	return make_box(low, high, width, height);
}

static int write_fields(const struct seen *seen, uint32_t width, uint32_t height, json_t *fields)
{
	size_t i = 0;

	while (i < json_array_size(fields)) {
		json_t *field = json_array_get(fields, i);
		const char *value = json_string_value(json_object_get(field, "value"));
		json_t *box = find_field(seen, value, width, height);

		if (!box) {
			json_array_remove(fields, i);
			continue;
		}
		if (json_object_set_new(field, "box", box))
			return -ENOMEM;
		i++;
	}
	return 0;
}

int mkscan_record_write(
	const struct mkscan_record *record, uint32_t width, uint32_t height, json_t *page)
{
	json_t *lines = json_object_get(page, "lines"), *boxes = json_object_get(page, "boxes");
	struct seen seen;
	int err = seen_init(&seen, record);

	if (record->failed)
		err = -ENOMEM;
	for (size_t i = 0; !err && i < record->n_lines; i++)
		err = write_line(&seen, &record->lines[i], width, height, lines, boxes);
	if (!err)
		err = write_fields(&seen, width, height, json_object_get(page, "fields"));
	free(seen.text);
	free(seen.chars);
	return err;
}

void mkscan_record_release(struct mkscan_record *record)
{
	for (size_t i = 0; i < record->n_lines; i++) {
		free(record->lines[i].text);
		free(record->lines[i].chars);
	}
	free(record->lines);
	*record = (struct mkscan_record){0};
}
