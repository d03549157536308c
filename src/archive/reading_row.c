/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include <zong/time.h>

#include "reading_row.h"
#include "row.h"

static Zong__Box *box_row(const struct zong_box *box)
{
	Zong__Box *row = zong_row_new(&zong__box__descriptor);

	if (!row)
		return NULL;
	row->x = box->x;
	row->y = box->y;
	row->width = box->width;
	row->height = box->height;
	return row;
}

static int add_word(const struct zong_word *word, Zong__Line *line)
{
	Zong__Word *row = zong_row_new(&zong__word__descriptor);

	if (!row)
		return ZONG_ENOMEM;
	line->words[line->n_words++] = row;
	row->confidence = word->confidence;
	row->blank_before = word->blank_before;
	row->box = box_row(&word->box);
	return row->box ? zong_row_set(&row->text, word->text) : ZONG_ENOMEM;
}

static int add_line(
	const struct zong_reading *reading, const struct zong_line *line, Zong__Reading *into)
{
	Zong__Line *row;
	int err = 0;

	if (line->first > reading->words || line->count > reading->words - line->first)
		return ZONG_EPROTO;
	row = zong_row_new(&zong__line__descriptor);
	if (!row)
		return ZONG_ENOMEM;
	into->lines[into->n_lines++] = row;
	row->confidence = line->confidence;
	row->block = line->block;
	row->box = box_row(&line->box);
	if (!row->box)
		return ZONG_ENOMEM;
	if (line->count == 0)
		return 0;
	row->words = calloc(line->count, sizeof(*row->words));
	if (!row->words)
		return ZONG_ENOMEM;
	for (uint32_t i = 0; i < line->count && !err; i++)
		err = add_word(&reading->word[line->first + i], row);
	return err;
}

int zong_reading_row(const struct zong_reading *reading, Zong__Reading **ret_row)
{
	_cleanup_row_ Zong__Reading *row = zong_row_new(&zong__reading__descriptor);
	int err;

	if (!row)
		return ZONG_ENOMEM;
	row->width = reading->width;
	row->height = reading->height;
	row->source = reading->source;
	row->confidence = reading->confidence;
	row->read = zong_time_now();
	err = zong_row_set(&row->engine, reading->engine);
	if (!err)
		err = zong_row_set(&row->steps, reading->steps);
	if (!err && reading->lines) {
		row->lines = calloc(reading->lines, sizeof(*row->lines));
		err = row->lines ? 0 : ZONG_ENOMEM;
	}
	for (uint32_t i = 0; !err && i < reading->lines; i++)
		err = add_line(reading, &reading->line[i], row);
	if (!err)
		*ret_row = take_ptr(row);
	return err;
}
