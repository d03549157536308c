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
	[MKSCAN_CERTIFICATE] = {"certificate",
		"inner page of a 不动产权证书; if --cert is one of before 2016, of that",
		mkscan_card_certificate},
	[MKSCAN_LETTER] = {"letter", "letter with a red head and a red seal", mkscan_paper_letter},
	[MKSCAN_TAX] = {"tax", "契税完税证明", mkscan_card_tax},
	[MKSCAN_COLUMNS] = {"columns", "running text in two or three columns under a headline",
		NULL},
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

bool mkscan_kind_flows(enum mkscan_kind kind)
{
	return kind == MKSCAN_TEXT || kind == MKSCAN_COLUMNS || kind == MKSCAN_MIXED;
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

/* A page or a column that is being filled with running text. */
struct flow {
	struct mkscan_sheet *sheet;
	struct mkscan_type body;
	double x, y, top, width;
	unsigned columns; /* that are left after this one */
};

/* Returns how many bytes of the paragraph found room. */
static size_t flow_paragraph(struct flow *flow, const char *text, size_t len)
{
	const double gap = 18, bottom = MKSCAN_SHEET_HEIGHT - 70;
	struct mkscan_type type = flow->body;
	size_t done = 0;

	while (done < len) {
		size_t used;

		flow->y = mkscan_sheet_flow(flow->sheet, flow->x, flow->y, flow->width, bottom,
			&type, text + done, len - done, &used);
		done += used;
		if (done == len || !flow->columns)
			break;
		flow->columns--;
		flow->x += flow->width + gap;
		flow->y = flow->top;
		if (done)
			type.indent = 0;
	}
	return done;
}

/* The caller's text, a paragraph a line; begins in mid-paragraph where the last page stopped. */
static size_t flow_text(struct flow *flow, const char *start)
{
	const double pitch = flow->body.size * flow->body.leading;
	const char *text = start;

	while (*text) {
		size_t len = strcspn(text, "\r\n"), used;

		used = flow_paragraph(flow, text, len);
		if (!len)
			flow->y += pitch;
		text += used;
		if (used < len ||
			(!len && !flow->columns && flow->y + pitch > MKSCAN_SHEET_HEIGHT - 70))
			break;
		text += strspn(text, "\r");
		text += *text == '\n';
	}
	return (size_t)(text - start);
}

static void flow_prose(struct flow *flow, uint64_t start, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *text = mkscan_prose[(start + i) % mkscan_prose_len];
		size_t len = strlen(text);

		if (flow_paragraph(flow, text, len) < len)
			return;
	}
}

static void draw_text(struct mkscan_sheet *sheet, struct mkscan_place *place)
{
	struct flow flow = {
		.sheet = sheet,
		.body = {mkscan_serif, 12, 1.62, 24, MKSCAN_LEFT, false, 0x111111},
		.x = 72,
		.y = 76,
		.width = 452,
	};

	if (place->text) {
		flow.body.indent = 0;
		place->text_used = flow_text(&flow, place->text);
	} else {
		flow_prose(&flow, place->prose_start, mkscan_prose_len);
	}
}

/* A bulletin: a headline, a rule, and the text in two or three columns. */
static void draw_columns(struct mkscan_sheet *sheet, struct mkscan_place *place)
{
	const struct mkscan_type head = {mkscan_sans, 22, 1.5, 0, MKSCAN_CENTRE, true, 0x111111};
	const struct mkscan_type issue = {mkscan_serif, 10, 1.6, 0, MKSCAN_CENTRE, false, 0x111111};
	const unsigned n = 2 + place->prose_start % 2;
	struct flow flow = {
		.sheet = sheet,
		.body = {mkscan_serif, n == 2 ? 11 : 9.5, 1.5, 0, MKSCAN_LEFT, false, 0x111111},
		.x = 66,
		.columns = n - 1,
		.width = (463 - 18.0 * (n - 1)) / n,
	};
	struct mkscan_deal deal;
	char line[200];

	mkscan_deal_make(place->facts, &deal);
	flow.y = mkscan_sheet_print(sheet, 66, 62, 463, &head, "示例不动产登记工作简报");
	snprintf(line, sizeof(line), "第%u期　　示例不动产登记中心　　%s", place->nth + 1,
		deal.date);
	flow.y = mkscan_sheet_print(sheet, 66, flow.y, 463, &issue, line) + 4;
	mkscan_sheet_rule(sheet, 66, flow.y, 529, flow.y, 1.4, 0x111111);
	flow.y += 10;
	flow.top = flow.y;
	if (place->text) {
		place->text_used = flow_text(&flow, place->text);
	} else {
		flow.body.indent = 2 * flow.body.size;
		flow_prose(&flow, place->prose_start, 2 * mkscan_prose_len);
	}
}

/* Numbers tell the certificates of before 2016 from those of now. */
static bool is_old_certificate(const struct mkscan_place *place)
{
	return place->kind == MKSCAN_CERTIFICATE && !strstr(place->facts->cert, "不动产") &&
	       (strstr(place->facts->cert, "房权证") || strstr(place->facts->cert, "国用") ||
		       strstr(place->facts->cert, "集用"));
}

void mkscan_page_draw(struct mkscan_sheet *sheet, struct mkscan_place *place)
{
	place->text_used = 0;
	if (place->kind == MKSCAN_TEXT)
		draw_text(sheet, place);
	else if (place->kind == MKSCAN_COLUMNS)
		draw_columns(sheet, place);
	else if (is_old_certificate(place))
		mkscan_card_deed(sheet, place);
	else if (kinds[place->kind].draw)
		kinds[place->kind].draw(sheet, place);
	if (place->kind == MKSCAN_TEXT && place->seal)
		mkscan_sheet_seal(sheet, 440, 700, "示例自然资源和规划局", "示例专用章");
}
