/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *name, *title;
	void (*draw)(struct mkscan_sheet *sheet, const struct mkscan_place *place);
} kinds[MKSCAN_KINDS] = {
	[MKSCAN_TEXT] = {"text", "running text", NULL},
	[MKSCAN_CONTRACT] = {"contract", "存量房买卖合同; the second page is its supplement",
		mkscan_paper_contract},
	[MKSCAN_FORM] = {"form", "不动产登记申请书, ruled and filled in", mkscan_paper_form},
	[MKSCAN_IDCARD] = {"idcard", "copy of an identity card, front and back",
		mkscan_card_identity},
	[MKSCAN_CERTIFICATE] = {"certificate", "inner page of a 不动产权证书",
		mkscan_card_certificate},
	[MKSCAN_LETTER] = {"letter", "letter with a red head and a red seal", mkscan_paper_letter},
	[MKSCAN_TAX] = {"tax", "契税完税证明", mkscan_card_tax},
	[MKSCAN_BLANK] = {"blank", "nothing but paper", NULL},
	[MKSCAN_MIXED] = {"mixed", "each page another of the kinds above, without blank", NULL},
};

const char *mkscan_kind_name(enum mkscan_kind kind)
{
	return kinds[kind].name;
}

const char *mkscan_kind_title(enum mkscan_kind kind)
{
	return kinds[kind].title;
}

int mkscan_kind_parse(const char *name, enum mkscan_kind *ret_kind)
{
	for (int i = 0; i < MKSCAN_KINDS; i++) {
		if (!strcmp(name, kinds[i].name)) {
			*ret_kind = (enum mkscan_kind)i;
			return 0;
		}
	}
	return -EINVAL;
}

const struct mkscan_party *mkscan_facts_giver(const struct mkscan_facts *facts)
{
	return &facts->parties[0];
}

const struct mkscan_party *mkscan_facts_taker(const struct mkscan_facts *facts)
{
	return &facts->parties[facts->n_parties > 1 ? 1 : 0];
}

static bool all_digits(const char *text, size_t len)
{
	return strspn(text, "0123456789") >= len;
}

void mkscan_deal_make(const struct mkscan_facts *facts, struct mkscan_deal *ret_deal)
{
	struct mkscan_deal *deal = ret_deal;
	struct mkscan_rng rng;
	const char *no = facts->case_no;
	unsigned month = 11, day = 24;

	mkscan_rng_init(&rng, mkscan_hash(no), mkscan_hash(facts->unit));
	deal->price = (41 + mkscan_rng_below(&rng, 110)) * 10000;
	deal->tax = deal->price / 1000 * 15;
	mkscan_money_write(deal->price, deal->price_capital, sizeof(deal->price_capital));
	mkscan_money_write(deal->tax, deal->tax_capital, sizeof(deal->tax_capital));
	snprintf(deal->area, sizeof(deal->area), "%u.%02u", 61 + mkscan_rng_below(&rng, 79),
		mkscan_rng_below(&rng, 100));
	snprintf(deal->year, sizeof(deal->year), "2026");
	/* A case number usually starts with its day; then the papers bear that day. */
	if (all_digits(no, 8)) {
		unsigned m = (unsigned)(no[4] - '0') * 10 + (unsigned)(no[5] - '0');
		unsigned d = (unsigned)(no[6] - '0') * 10 + (unsigned)(no[7] - '0');

		if (m >= 1 && m <= 12 && d >= 1 && d <= 31) {
			snprintf(deal->year, sizeof(deal->year), "%.4s", no);
			month = m;
			day = d;
		}
	}
	snprintf(deal->date, sizeof(deal->date), "%s年%u月%u日", deal->year, month, day);
}

static void draw_prose(struct mkscan_sheet *sheet, struct mkscan_place *place)
{
	const struct mkscan_type body = {mkscan_serif, 12, 1.62, 24, MKSCAN_LEFT, false, 0x111111};
	double y = 76, bottom = MKSCAN_SHEET_HEIGHT - 70;

	for (size_t i = 0; i < mkscan_prose_len; i++) {
		const char *text = mkscan_prose[(place->prose_start + i) % mkscan_prose_len];
		size_t used;

		y = mkscan_sheet_flow(sheet, 72, y, 452, bottom, &body, text, strlen(text), &used);
		if (used < strlen(text))
			return;
	}
}

/* The caller's text, a paragraph a line; begins in mid-paragraph where the last page stopped. */
static void draw_text(struct mkscan_sheet *sheet, struct mkscan_place *place)
{
	const struct mkscan_type body = {mkscan_serif, 12, 1.62, 0, MKSCAN_LEFT, false, 0x111111};
	double y = 76, bottom = MKSCAN_SHEET_HEIGHT - 70;
	const char *text = place->text;

	while (*text) {
		size_t len = strcspn(text, "\r\n"), used;

		y = mkscan_sheet_flow(sheet, 72, y, 452, bottom, &body, text, len, &used);
		text += used;
		if (used < len || (!len && y + body.size * body.leading > bottom))
			break;
		text += strspn(text, "\r");
		text += *text == '\n';
	}
	place->text_used = (size_t)(text - place->text);
}

void mkscan_page_draw(struct mkscan_sheet *sheet, struct mkscan_place *place)
{
	place->text_used = 0;
	if (place->kind == MKSCAN_TEXT && place->text)
		draw_text(sheet, place);
	else if (place->kind == MKSCAN_TEXT)
		draw_prose(sheet, place);
	else if (kinds[place->kind].draw)
		kinds[place->kind].draw(sheet, place);
	if (place->kind == MKSCAN_TEXT && place->seal)
		mkscan_sheet_seal(sheet, 440, 700, "示例自然资源和规划局", "示例专用章");
}
