/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_gate.h"

#define KINDS 8

static const enum mkscan_kind kinds[KINDS] = {MKSCAN_TEXT, MKSCAN_FORM, MKSCAN_CERTIFICATE,
	MKSCAN_COLUMNS, MKSCAN_CONTRACT, MKSCAN_IDCARD, MKSCAN_TAX, MKSCAN_LETTER};
static const unsigned int resolutions[10] = {200, 300, 200, 400, 200, 300, 300, 200, 200, 600};
static const unsigned int coarse[5] = {72, 96, 100, 120, 150};

static void harm(struct mkscan_order *order, struct mkscan_rng *rng, enum mkscan_harm harm,
	double low, double high)
{
	order->harms.strength[harm] = mkscan_rng_between(rng, low, high);
}

/* The fault, as much of it as an operator would scan again for. Of light and blur black and white shows specks or
 * nothing. Of what is cut off something must be left to be seen: less than a character goes. */
static void add_fault(struct mkscan_order *order, struct gate_page *page, struct mkscan_rng *rng)
{
	switch (page->fault) {
	case GATE_COARSE:
		order->dpi = coarse[mkscan_rng_below(rng, 5)];
		break;
	case GATE_SKEWED:
		page->skew = mkscan_rng_between(rng, 2.5, 9) * (mkscan_rng_below(rng, 2) ? 1 : -1);
		break;
	case GATE_DARK:
		harm(order, rng, MKSCAN_DARK, 0.4, 1);
		break;
	case GATE_BRIGHT:
		harm(order, rng, MKSCAN_BRIGHT, 0.6, 1);
		break;
	case GATE_PALE:
		harm(order, rng, MKSCAN_LOWCONTRAST, 0.65, 1);
		break;
	case GATE_SPECKLED:
		harm(order, rng, MKSCAN_LOWCONTRAST, 0.85, 1);
		break;
	case GATE_BLURRED:
		harm(order, rng, MKSCAN_BLUR, 0.45, 1);
		break;
	case GATE_CUT:
		harm(order, rng, MKSCAN_CUT, 0.15, 0.28);
		break;
	case GATE_BLANK:
		order->kinds[0] = MKSCAN_BLANK;
		break;
	case GATE_AGAIN:
		page->skew = mkscan_rng_between(rng, -1.5, 1.5);
		order->noise = mkscan_rng_between(rng, 0, 0.12);
		order->dpi = resolutions[mkscan_rng_below(rng, 10)];
		break;
	default:
		break;
	}
}

static enum mkscan_colour colour_of(const struct gate_page *page)
{
	switch (page->fault) {
	case GATE_SPECKLED:
		return MKSCAN_BILEVEL;
	case GATE_DARK:
	case GATE_BRIGHT:
	case GATE_PALE:
	case GATE_BLURRED:
		return page->number / KINDS % 2 ? MKSCAN_GREY : MKSCAN_RGB;
	default:
		return (enum mkscan_colour)(page->number / KINDS % 3);
	}
}

/* What stands on a form of this kind is never the same twice. */
static void fill_facts(struct mkscan_facts *facts, unsigned int number)
{
	static const char *const names[] = {
		"示例甲", "示例乙", "示例丙", "示例丁", "示例戊", "示例己", "示例庚"};

	snprintf(facts->case_no, sizeof(facts->case_no), "202611%02u%04u", number % 28 + 1,
		number * 137 % 9973);
	snprintf(facts->unit, sizeof(facts->unit), "370786001001GB%05uF%08u", number * 7 % 99991,
		number * 130013 % 99999989);
	snprintf(facts->cert, sizeof(facts->cert), "鲁(2026)示例市不动产权第%07u号",
		number * 3701 % 9999991);
	snprintf(facts->address, sizeof(facts->address),
		"示例市示例路%u号示例花园%u号楼%u单元%u0%u室", number * 13 % 397,
		number * 3 % 31 + 1, number % 3 + 1, number * 2 % 17 + 1, number % 4 + 1);
	facts->n_parties = 2;
	for (unsigned int i = 0; i < 2; i++) {
		snprintf(facts->parties[i].name, MKSCAN_WORD_MAX, "%s",
			names[(number * (i ? 5 : 3) + i) % 7]);
		mkscan_idno_make(number * 2 + i + 1, facts->parties[i].idno);
	}
}

static void to_raster(const struct mkscan_image *image, struct zong_raster *ret_raster)
{
	size_t row = (size_t)image->width * image->samples;

	gate_check(zong_raster_init(
			   ret_raster, image->width, image->height, (uint8_t)image->samples, 8),
		"memory");
	for (uint32_t y = 0; y < image->height; y++)
		memcpy(zong_raster_row(ret_raster, y), image->pixels + y * row, row);
	zong_raster_reduce(ret_raster);
}

static void scan(const struct mkscan_order *order, unsigned int page, double skew,
	struct mkscan_rng *rng, struct zong_raster *ret_raster)
{
	unsigned int seen[MKSCAN_KINDS] = {0};
	const char *text = order->text;
	const struct mkscan_scan one = {
		.order = order, .kind = order->kinds[0], .page = page, .seen = seen, .text = &text};
	json_t *truth = json_pack("{s:[], s:[], s:[], s:[]}", "lines", "boxes", "fields", "seals");
	struct mkscan_image image;

	gate_check(
		truth && !mkscan_scan(&one, rng, skew, truth, &image) ? 0 : ZONG_ENOMEM, "drawing");
	json_decref(truth);
	to_raster(&image, ret_raster);
	free(image.pixels);
}

void gate_draw(struct gate_page *page, struct zong_raster *ret_raster)
{
	enum gate_fault drawn = page->fault == GATE_AGAIN ? GATE_CLEAN : page->fault;
	struct mkscan_order order;
	struct mkscan_rng rng, own;

	mkscan_order_init(&order);
	mkscan_rng_init(&rng, page->seed ^ (uint64_t)drawn << 32, page->number);
	mkscan_rng_init(&own, page->seed ^ (uint64_t)(page->fault + 100) << 32, page->number);
	order.seed = mkscan_rng_next(&rng);
	order.n_kinds = 1;
	order.kinds[0] = kinds[page->number % KINDS];
	order.colour = colour_of(page);
	order.dpi = resolutions[mkscan_rng_below(&rng, 10)];
	order.noise = mkscan_rng_between(&rng, 0, 0.12);
	page->skew = mkscan_rng_between(&rng, -0.6, 0.6);
	order.seal = mkscan_rng_below(&rng, 4) == 0;
	fill_facts(&order.facts, page->number);
	mkscan_facts_complete(&order.facts);
	add_fault(&order, page, &own);
	page->kind = order.kinds[0];
	page->colour = order.colour;
	page->dpi = order.dpi;
	page->strength = 0;
	for (int i = 0; i < MKSCAN_HARMS; i++)
		page->strength += order.harms.strength[i];
	scan(&order, 0, page->skew, &rng, ret_raster);
}

void gate_draw_numbered(unsigned int number, unsigned int total, enum mkscan_numbers how,
	uint64_t seed, struct zong_raster *ret_raster)
{
	static const char text[] =
		"窗口人员逐页核对，扫描归档。缺页、重页、倒置、污损，应当场提醒申请人补齐。\n"
		"资料的真实与完整要从源头抓起。每一页都要留下影像，装订成册之前再核对一遍页码。\n"
		"整理人员先除尘、展平、修补破损，再按照年度和街道重新编号，最后送入扫描室。\n"
		"五分钟之内拿得出来，内容齐全、字迹清楚，这就是好。\n";
	struct mkscan_order order;
	struct mkscan_rng rng;

	mkscan_order_init(&order);
	mkscan_rng_init(&rng, seed, number);
	order.seed = seed;
	order.n_kinds = 1;
	order.kinds[0] = MKSCAN_TEXT;
	order.pages = total;
	order.dpi = number % 2 ? 200 : 300;
	order.colour = (enum mkscan_colour)(number / 2 % 2);
	order.noise = 0.05;
	order.numbers = how;
	order.text = text;
	mkscan_facts_complete(&order.facts);
	scan(&order, number - 1, mkscan_rng_between(&rng, -0.5, 0.5), &rng, ret_raster);
}
