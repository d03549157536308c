/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include <zong/gate.h>

/* The limits that hold unless set, by tests/bench/bench_gate; the resolution is that of DA/T 31-2017 §9.4. */
static const struct {
	const char *name;
	double usual, most;
	size_t offset;
} settings[] = {
	{"gate-resolution", 200, 2400, offsetof(struct zong_gate_limits, resolution)},
	{"gate-skew", 2, 45, offsetof(struct zong_gate_limits, skew)},
	{"gate-dark", 80, 100, offsetof(struct zong_gate_limits, dark)},
	{"gate-bright", 45, 100, offsetof(struct zong_gate_limits, bright)},
	{"gate-contrast", 48, 100, offsetof(struct zong_gate_limits, contrast)},
	{"gate-specks", 45, 100, offsetof(struct zong_gate_limits, specks)},
	{"gate-blur", 0.22, 10, offsetof(struct zong_gate_limits, blur)},
	{"gate-cut", 1.5, 100, offsetof(struct zong_gate_limits, cut)},
	{"gate-duplicate", 9, 100, offsetof(struct zong_gate_limits, duplicate)},
};

int zong_gate_limits_load(
	const struct zong_config *config, struct zong_gate_limits *ret_limits, struct zong_err *err)
{
	struct zong_gate_limits limits = {0};
	int64_t blank = 1, order = 1;
	int code = 0;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && !code; i++) {
		double value;

		code = zong_config_number(config, settings[i].name, 0, settings[i].most,
			settings[i].usual, &value, err);
		if (!code)
			memcpy((char *)&limits + settings[i].offset, &value, sizeof(value));
	}
	if (!code)
		code = zong_config_int(config, "gate-blank", 0, 1, 1, &blank, err);
	if (!code)
		code = zong_config_int(config, "gate-order", 0, 1, 1, &order, err);
	if (code)
		return code;
	limits.blank = blank;
	limits.order = order;
	*ret_limits = limits;
	return 0;
}

/* -- one page -- */

struct judged {
	Zong__Verdict *verdict;
	size_t count;
};

static void add(struct judged *judged, enum zong_fault fault, double figure, double limit)
{
	Zong__Verdict *verdict = &judged->verdict[judged->count++];

	zong__verdict__init(verdict);
	verdict->fault = fault;
	verdict->figure = (float)figure;
	verdict->limit = (float)limit;
}

static void at_least(struct judged *judged, enum zong_fault fault, double figure, double limit)
{
	if (limit > 0 && figure < limit)
		add(judged, fault, figure, limit);
}

static void at_most(struct judged *judged, enum zong_fault fault, double figure, double limit)
{
	if (limit > 0 && figure > limit)
		add(judged, fault, figure, limit);
}

/* Where the light was wrong, what is at the edge may be specks, and what is left of the writing not all of it. */
static bool is_of_light(uint32_t fault)
{
	return fault == ZONG_FAULT_DARK || fault == ZONG_FAULT_BRIGHT ||
	       fault == ZONG_FAULT_CONTRAST || fault == ZONG_FAULT_SPECKS;
}

static bool any_of_light(const struct judged *judged)
{
	for (size_t i = 0; i < judged->count; i++)
		if (is_of_light(judged->verdict[i].fault))
			return true;
	return false;
}

static void judge_writing(
	struct judged *judged, const struct zong_gate_limits *limits, const Zong__Quality *quality)
{
	/* What is blurred is pale by that. */
	if (limits->blur <= 0 || (double)quality->blur <= limits->blur) {
		at_least(judged, ZONG_FAULT_CONTRAST, 100 * (double)quality->contrast,
			limits->contrast);
		at_most(judged, ZONG_FAULT_BRIGHT, 100 * (double)quality->dark, limits->bright);
	}
	at_most(judged, ZONG_FAULT_BLUR, (double)quality->blur, limits->blur);
	at_most(judged, ZONG_FAULT_SKEW, (double)quality->skew, limits->skew);
	if (!any_of_light(judged))
		at_least(judged, ZONG_FAULT_CUT, (double)quality->margin, limits->cut);
}

size_t zong_gate_judge_page(const struct zong_gate_limits *limits, const Zong__FilePage *page,
	Zong__Verdict ret_verdicts[ZONG_GATE_VERDICTS])
{
	struct judged judged = {.verdict = ret_verdicts};
	const Zong__Quality *quality = page->quality;

	if (page->patch || page->sheet[0])
		return 0;
	if (page->err)
		add(&judged, ZONG_FAULT_DAMAGED, 0, 0);
	if (!quality)
		return judged.count;
	/* A dpi that was written as a fraction is a hair below the number that was meant. */
	at_least(&judged, ZONG_FAULT_RESOLUTION, round((double)quality->dpi), limits->resolution);
	at_least(&judged, ZONG_FAULT_DARK, 100 * (double)quality->paper, limits->dark);
	if (!page->blank)
		at_most(&judged, ZONG_FAULT_SPECKS, 100 * (double)quality->specks, limits->specks);
	if (page->blank && limits->blank)
		add(&judged, ZONG_FAULT_BLANK, 0, 0);
	if (quality->writing)
		judge_writing(&judged, limits, quality);
	return judged.count;
}
