/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of one file, each by itself and against each other. */
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/gate.h>
#include <zong/look.h>

#include "row.h"

/* Each page is held against so many before it: a volume of thousands must not take the square of that, and whoever
 * puts a sheet through twice does so at once, or begins the pile again. */
#define COMPARED 200

static int append(Zong__FilePage *page, const Zong__Verdict *verdict)
{
	Zong__Verdict **grown =
		reallocarray(page->verdicts, page->n_verdicts + 1, sizeof(*page->verdicts));
	ProtobufCMessage *copy;
	int err;

	if (!grown)
		return ZONG_ENOMEM;
	page->verdicts = grown;
	err = zong_row_copy(&verdict->base, &copy);
	if (!err)
		page->verdicts[page->n_verdicts++] = (Zong__Verdict *)copy;
	return err;
}

static bool may_have_copies(const Zong__FilePage *page)
{
	return !page->err && !page->blank && !page->patch && !page->sheet[0];
}

static bool same_pixels(const Zong__FilePage *a, const Zong__FilePage *b)
{
	return a->raster.len && a->raster.len == b->raster.len &&
	       memcmp(a->raster.data, b->raster.data, a->raster.len) == 0;
}

/* *ret_difference: per cent; 100 where nothing can be said. */
static int differ(
	const struct zong_look *look, const struct zong_probe_page *other, float *ret_difference)
{
	_cleanup_free_ struct zong_look *unpacked = malloc(sizeof(*unpacked));
	float difference = 1;
	int err = unpacked ? 0 : ZONG_ENOMEM;

	*ret_difference = 100;
	if (err || zong_look_unpack(other->look, other->look_len, unpacked) ||
		zong_look_bits_apart(look->hash, unpacked->hash) > ZONG_LOOK_BITS_NEAR)
		return err;
	err = zong_look_differ(look, unpacked, &difference);
	*ret_difference = 100 * difference;
	return err;
}

/* The page before that this one is most like, within the limit. */
static int find_copy(const struct zong_gate_limits *limits, const struct zong_probe *probe,
	const Zong__File *file, size_t at, Zong__Verdict *verdict)
{
	const struct zong_probe_page *own = &probe->page[at];
	_cleanup_free_ struct zong_look *look = NULL;
	size_t first = at > COMPARED ? at - COMPARED : 0;

	for (size_t i = first; i < at; i++)
		if (may_have_copies(file->pages[i]) &&
			same_pixels(file->pages[i], file->pages[at])) {
			verdict->page = (uint32_t)(i + 1);
			return 0;
		}
	if (!own->look)
		return 0;
	look = malloc(sizeof(*look));
	if (!look)
		return ZONG_ENOMEM;
	if (zong_look_unpack(own->look, own->look_len, look))
		return 0;
	verdict->figure = (float)limits->duplicate;
	for (size_t i = first; i < at; i++) {
		float difference;
		int err;

		if (!probe->page[i].look || !may_have_copies(file->pages[i]))
			continue;
		err = differ(look, &probe->page[i], &difference);
		if (err)
			return err;
		if (difference > verdict->figure)
			continue;
		verdict->figure = difference;
		verdict->page = (uint32_t)(i + 1);
	}
	return 0;
}

static int judge_copy(const struct zong_gate_limits *limits, const struct zong_probe *probe,
	Zong__File *file, size_t at)
{
	Zong__Verdict verdict = ZONG__VERDICT__INIT;
	int err;

	if (limits->duplicate <= 0 || !may_have_copies(file->pages[at]))
		return 0;
	verdict.fault = ZONG_FAULT_DUPLICATE;
	verdict.limit = (float)limits->duplicate;
	err = find_copy(limits, probe, file, at, &verdict);
	return !err && verdict.page ? append(file->pages[at], &verdict) : err;
}

int zong_gate_judge_file(
	const struct zong_gate_limits *limits, const struct zong_probe *probe, Zong__File *file)
{
	int err = 0;

	for (size_t i = 0; i < file->n_pages && !err; i++) {
		Zong__Verdict found[ZONG_GATE_VERDICTS];
		size_t count = zong_gate_judge_page(limits, file->pages[i], found);

		for (size_t n = 0; n < count && !err; n++)
			err = append(file->pages[i], &found[n]);
		if (!err && i < probe->pages)
			err = judge_copy(limits, probe, file, i);
	}
	return err;
}

bool zong_gate_finds(const Zong__File *file)
{
	for (size_t i = 0; i < file->n_pages; i++)
		if (file->pages[i]->n_verdicts)
			return true;
	return false;
}

bool zong_gate_measured(const Zong__File *file)
{
	for (size_t i = 0; i < file->n_pages; i++) {
		const Zong__FilePage *page = file->pages[i];

		if (!page->quality && !page->err && !page->text_layer)
			return false;
	}
	return true;
}
