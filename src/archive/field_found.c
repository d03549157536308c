/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field_found.h"

#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "field.h"

#define LOOSE_MAX (ZONG_FIELD_MAX / 2)

static Zong__Field *make_field(const struct zong_cells *cells, const struct zong_finding *finding)
{
	struct zong_buf raw = ZONG_BUF_INIT(ZONG_LIMIT_PAGE_TEXT);
	Zong__Field *field = calloc(1, sizeof(*field));
	Zong__Box *box = calloc(1, sizeof(*box));
	struct zong_box around;
	float confidence;

	if (!field || !box) {
		free(field);
		free(box);
		return NULL;
	}
	zong__field__init(field);
	zong__box__init(box);
	around = zong_cells_box(cells, finding->first, finding->end, &confidence);
	box->x = around.x;
	box->y = around.y;
	box->width = around.width;
	box->height = around.height;
	field->box = box;
	field->confidence = confidence;
	field->valid = finding->valid;
	field->repaired = finding->repaired || zong_cells_repaired(cells, finding->first, finding->end);
	zong_cells_text(cells, finding->first, finding->end, &raw);
	field->kind = strdup(finding->kind);
	field->value = strdup(finding->value);
	field->label = strdup(finding->label ? finding->label : "");
	field->raw = zong_buf_take(&raw, NULL);
	zong_buf_release(&raw);
	if (!field->kind || !field->value || !field->raw || !field->label) {
		zong__field__free_unpacked(field, NULL);
		return NULL;
	}
	return field;
}

int zong_field_list_init(struct zong_field_list *found)
{
	*found = (struct zong_field_list){0};
	found->field = calloc(ZONG_FIELD_MAX, sizeof(*found->field));
	found->first = calloc(ZONG_FIELD_MAX, sizeof(*found->first));
	if (!found->field || !found->first) {
		zong_field_list_release(found);
		return ZONG_ENOMEM;
	}
	return 0;
}

void zong_field_list_release(struct zong_field_list *found)
{
	for (size_t i = 0; i < found->count; i++)
		zong__field__free_unpacked(found->field[i], NULL);
	free(found->field);
	free(found->first);
	*found = (struct zong_field_list){0};
}

void zong_field_list_add(struct zong_field_list *found, const struct zong_cells *cells,
	const struct zong_finding *finding)
{
	Zong__Field *field;
	size_t at = found->count;

	if (found->err || found->count == ZONG_FIELD_MAX)
		return;
	field = make_field(cells, finding);
	if (!field) {
		found->err = ZONG_ENOMEM;
		return;
	}
	while (at > 0 && found->first[at - 1] > finding->first) {
		found->field[at] = found->field[at - 1];
		found->first[at] = found->first[at - 1];
		at--;
	}
	found->field[at] = field;
	found->first[at] = finding->first;
	found->count++;
}

void zong_field_list_add_loose(struct zong_field_list *found, const struct zong_cells *cells,
	const struct zong_finding *finding)
{
	if (found->loose == LOOSE_MAX)
		return;
	found->loose++;
	zong_field_list_add(found, cells, finding);
}

char zong_digit_meant(char c)
{
	switch (c) {
	case 'O':
	case 'Q':
	case 'D':
		return '0';
	case 'I':
	case 'L':
		return '1';
	case 'Z':
		return '2';
	case 'S':
		return '5';
	case 'B':
		return '8';
	default:
		return c;
	}
}
