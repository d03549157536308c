/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The truth set: pages as bad as they come in, each with what a reader should find on it. */
#include "mkscan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const enum mkscan_kind kinds[] = {
	MKSCAN_TEXT,
	MKSCAN_FORM,
	MKSCAN_CERTIFICATE,
	MKSCAN_COLUMNS,
	MKSCAN_CONTRACT,
	MKSCAN_IDCARD,
	MKSCAN_TAX,
	MKSCAN_LETTER,
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* After the harms: what the order says by itself. */
enum { NONE = MKSCAN_HARMS, SKEW, NOISE, TURN, DAMAGES };

/* KINDS and DAMAGES have no common divisor, so that going through both at once meets every pair. */
_Static_assert(KINDS % 2 == 0 && DAMAGES % 2 == 1, "some pairs of kind and damage are never met");

static const char *damage_name(unsigned damage)
{
	static const char *const own[] = {"none", "skew", "noise", "turn"};

	return damage < MKSCAN_HARMS ? mkscan_harm_name((enum mkscan_harm)damage)
				     : own[damage - MKSCAN_HARMS];
}

/* ---- what is on the page ---- */

static void make_cert(char *cert, struct mkscan_rng *rng)
{
	static const char *const counties[] = {"示例县", "示例市", "昌邑市", "示例区"};
	const char *county = counties[mkscan_rng_below(rng, 4)];
	unsigned year = 2016 + mkscan_rng_below(rng, 10), number = mkscan_rng_below(rng, 99999);
	unsigned old = 1992 + mkscan_rng_below(rng, 24);

	switch (mkscan_rng_below(rng, 8)) {
	case 0:
		snprintf(cert, MKSCAN_WORD_MAX, "鲁（%u）%s不动产权第%07u号", year, county, number);
		break;
	case 1:
		snprintf(cert, MKSCAN_WORD_MAX, "鲁(%u)%s不动产证明第%07u号", year, county, number);
		break;
	case 2:
		snprintf(cert, MKSCAN_WORD_MAX, "%s房权证示例街道字第%06u号", county, number);
		break;
	case 3:
		snprintf(cert, MKSCAN_WORD_MAX, "示国用（%u）第%04u号", old, number % 10000);
		break;
	case 4:
		snprintf(cert, MKSCAN_WORD_MAX, "示集用（%u）第%05u号", old, number);
		break;
	default:
		snprintf(cert, MKSCAN_WORD_MAX, "鲁(%u)%s不动产权第%07u号", year, county, number);
	}
}

static void make_unit(char *unit, struct mkscan_rng *rng)
{
	static const char *const rights[] = {"GB", "GB", "GB", "JC", "JB", "GS"};
	const char *right = rights[mkscan_rng_below(rng, 6)];
	unsigned zone = 1 + mkscan_rng_below(rng, 12), sub = 1 + mkscan_rng_below(rng, 40);
	unsigned parcel = 1 + mkscan_rng_below(rng, 400);

	if (mkscan_rng_below(rng, 6) == 0)
		snprintf(unit, MKSCAN_WORD_MAX, "370786%03u%03u%s%05uW00000000", zone, sub, right,
			parcel);
	else
		snprintf(unit, MKSCAN_WORD_MAX, "370786%03u%03u%s%05uF%04u%04u", zone, sub, right,
			parcel, 1 + mkscan_rng_below(rng, 40), 1 + mkscan_rng_below(rng, 120));
}

static void make_address(char *address, struct mkscan_rng *rng)
{
	static const char *const streets[] = {
		"示例街道示例路", "示例街道样板街", "示例镇平安路", "示例街道新华路"};
	static const char *const places[] = {"示例小区", "示例花园", "示例家园", "示例新村"};

	snprintf(address, MKSCAN_WORD_MAX, "昌邑市%s%u号%s%u号楼%u单元%u%02u室",
		streets[mkscan_rng_below(rng, 4)], 1 + mkscan_rng_below(rng, 300),
		places[mkscan_rng_below(rng, 4)], 1 + mkscan_rng_below(rng, 30),
		1 + mkscan_rng_below(rng, 4), 1 + mkscan_rng_below(rng, 18),
		1 + mkscan_rng_below(rng, 4));
}

static void make_facts(struct mkscan_facts *facts, struct mkscan_rng *rng)
{
	static const char *const names[] = {"示例甲", "示例乙", "示例丙", "示例丁", "示例戊",
		"示例己", "示例庚", "示例辛", "示例壬", "示例癸"};
	static const char *const deals[] = {
		"转移登记", "抵押登记", "变更登记", "更正登记", "首次登记", "注销登记"};
	unsigned giver = mkscan_rng_below(rng, 10),
		 taker = (giver + 1 + mkscan_rng_below(rng, 9)) % 10;

	snprintf(facts->case_no, sizeof(facts->case_no), "%u%02u%02u%04u",
		2016 + mkscan_rng_below(rng, 11), 1 + mkscan_rng_below(rng, 12),
		1 + mkscan_rng_below(rng, 28), 1 + mkscan_rng_below(rng, 400));
	snprintf(facts->business, sizeof(facts->business), "%s", deals[mkscan_rng_below(rng, 6)]);
	make_unit(facts->unit, rng);
	make_cert(facts->cert, rng);
	make_address(facts->address, rng);
	facts->n_parties = 2;
	snprintf(facts->parties[0].name, MKSCAN_WORD_MAX, "%s", names[giver]);
	snprintf(facts->parties[1].name, MKSCAN_WORD_MAX, "%s", names[taker]);
	mkscan_idno_make(giver + 1 + 10 * mkscan_rng_below(rng, 90), facts->parties[0].idno);
	mkscan_idno_make(taker + 1 + 10 * mkscan_rng_below(rng, 90), facts->parties[1].idno);
}

/* ---- how it was scanned and stored ---- */

static unsigned pick_dpi(unsigned damage, struct mkscan_rng *rng)
{
	static const unsigned dpi[] = {150, 150, 200, 200, 200, 300, 300, 300, 300, 600};
	unsigned picked = dpi[mkscan_rng_below(rng, 10)];

	/* Nobody scans A3 at 600 dpi. */
	return damage == MKSCAN_TWOUP && picked > 300 ? 300 : picked;
}

static void pick_format(struct mkscan_order *order, unsigned damage, struct mkscan_rng *rng,
	const char **ret_ending)
{
	static const char *const endings[3][4] = {
		[MKSCAN_BILEVEL] = {"tif", "tif", "tif", "png"},
		[MKSCAN_GREY] = {"jpg", "jpg", "png", "tif"},
		[MKSCAN_RGB] = {"jpg", "jpg", "jpg", "png"},
	};

	order->colour = (enum mkscan_colour)mkscan_rng_below(rng, 3);
	/* Of a JPEG's blocks a bilevel picture would show little. */
	if (damage == MKSCAN_JPEGPASS && order->colour == MKSCAN_BILEVEL)
		order->colour = MKSCAN_GREY;
	*ret_ending = endings[order->colour][mkscan_rng_below(rng, 4)];
}

static void pick_damage(struct mkscan_order *order, unsigned damage, struct mkscan_rng *rng)
{
	double bad = mkscan_rng_between(rng, 0.3, 0.7);

	order->skew = 0.4;
	order->noise = 0.06;
	switch (damage) {
	case NONE:
		break;
	case SKEW:
		order->skew = 5;
		break;
	case NOISE:
		order->noise = bad;
		break;
	case TURN:
		order->turn = 90 * (1 + mkscan_rng_below(rng, 3));
		break;
	case MKSCAN_JPEGPASS:
		order->harms.strength[damage] = 30 + mkscan_rng_below(rng, 31);
		break;
	default:
		order->harms.strength[damage] = bad;
	}
}

/* ---- the files ---- */

static int write_text(const char *path, const json_t *lines)
{
	FILE *file = fopen(path, "wb");
	size_t i;
	json_t *line;
	int err = file ? 0 : -errno;

	json_array_foreach(lines, i, line)
	{
		if (!err && fprintf(file, "%s\n", json_string_value(line)) < 0)
			err = -errno;
	}
	if (file && fclose(file) && !err)
		err = -errno;
	return err;
}

static int describe(json_t *truth, const char *name, const struct mkscan_order *order,
	unsigned damage, json_t *page)
{
	static const char *const colours[] = {"bilevel", "grey", "rgb"};
	json_t *one = json_pack("{s:s, s:s, s:s}", "file", name, "damage", damage_name(damage),
		"colour", colours[order->colour]);

	if (!one || json_object_update(one, page) || json_object_del(one, "page") ||
		json_array_append(truth, one)) {
		json_decref(one);
		return -ENOMEM;
	}
	json_decref(one);
	return 0;
}

static int write_page(const char *dir, unsigned number, uint64_t seed, json_t *truth)
{
	unsigned damage = (number - 1 + NONE) % DAMAGES;
	struct mkscan_order order;
	struct mkscan_rng rng;
	char stem[80], name[96], path[4096];
	const char *ending;
	json_t *pages = NULL;
	int err;

	mkscan_order_init(&order);
	mkscan_rng_init(&rng, seed ^ mkscan_hash("truth set"), number);
	order.seed = mkscan_rng_next(&rng);
	order.kinds[order.n_kinds++] = kinds[(number - 1) % KINDS];
	order.pages = 1;
	order.dpi = pick_dpi(damage, &rng);
	pick_format(&order, damage, &rng, &ending);
	pick_damage(&order, damage, &rng);
	make_facts(&order.facts, &rng);
	snprintf(stem, sizeof(stem), "%03u-%s-%s", number, mkscan_kind_name(order.kinds[0]),
		damage_name(damage));
	snprintf(name, sizeof(name), "%s.%s", stem, ending);
	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	err = mkscan_media_parse(name, &order.format.media);
	if (!err)
		err = mkscan_file_write(&order, path, &pages);
	if (!err) {
		snprintf(path, sizeof(path), "%s/%s.txt", dir, stem);
		err = write_text(path, json_object_get(json_array_get(pages, 0), "lines"));
	}
	if (!err)
		err = describe(truth, name, &order, damage, json_array_get(pages, 0));
	json_decref(pages);
	return err;
}

int mkscan_set_write(const char *dir, unsigned pages, uint64_t seed)
{
	json_t *truth = json_array(), *set;
	char path[4096];
	int err = truth ? 0 : -ENOMEM;

	if (mkdir(dir, 0777) && errno != EEXIST)
		err = -errno;
	for (unsigned number = 1; !err && number <= pages; number++)
		err = write_page(dir, number, seed, truth);
	set = json_pack("{s:I, s:O}", "seed", (json_int_t)seed, "pages", truth);
	if (!err && snprintf(path, sizeof(path), "%s/truth.json", dir) >= (int)sizeof(path))
		err = -ENAMETOOLONG;
	if (!err)
		err = set ? mkscan_json_write(set, path) : -ENOMEM;
	json_decref(set);
	json_decref(truth);
	return err;
}
