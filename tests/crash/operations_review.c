/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/review.h>

#include "inside.h"
#include "row.h"
#include "steps.h"

#define ITEMS 16

/* What is unsure is accepted, corrected and dismissed, in turns that the item itself says, so that a second run goes on. */
static enum zong_review_decision decision_for(const char *id)
{
	static const enum zong_review_decision turns[] = {
		ZONG_REVIEW_CORRECT, ZONG_REVIEW_ACCEPT, ZONG_REVIEW_CORRECT, ZONG_REVIEW_DISMISS};

	return turns[(unsigned char)id[strlen(id) - 1] % 4];
}

static int decide(struct house *house, const char *id)
{
	enum zong_review_decision decision = decision_for(id);
	struct zong_review_item item = {.review = NULL};
	const char *tail = id + strlen(id) - 8;
	unsigned troubles = house->troubles;
	struct zong_err err;
	char text[64];
	int code;

	snprintf(text, sizeof(text), "%s%s", decision == ZONG_REVIEW_CORRECT ? "更正示例" : "看过",
		tail);
	do
		code = zong_review_decide(house->open, &house->archivist, id, decision,
			decision == ZONG_REVIEW_ACCEPT ? NULL : text, &item, &err);
	while (code && code != ZONG_EDECIDED && house_trouble(house, code));
	/* Decided by a try of which only the disk's answer was bad. */
	if (code == ZONG_EDECIDED && house->troubles > troubles)
		code = 0;
	if (code)
		return code;
	if (item.review)
		zong__review__free_unpacked(item.review, NULL);
	if (item.material)
		zong__material__free_unpacked(item.material, NULL);
	house_tell(house, "V %s", id);
	if (decision == ZONG_REVIEW_CORRECT)
		house_tell(house, "W %s", text);
	return 0;
}

int run_correction(struct house *house)
{
	struct zong_review_item *items = NULL;
	size_t count = 0, i;
	char *next = NULL;
	struct zong_err err;
	int code = house_open(house, true);

	if (!code) {
		do
			code = zong_review_list(house->open, &house->archivist, NULL, ITEMS, &items,
				&count, &next, &err);
		while (code && house_trouble(house, code));
	}
	for (i = 0; i < count && !code; i++)
		code = decide(house, items[i].id);
	zong_review_free(items, count);
	free(next);
	if (!code)
		code = step_settle_text(house, true);
	house_close(house);
	return code;
}

/* ---- afterwards ---- */

static bool line_says(const Zong__Line *line, const char *text)
{
	char words[512] = "";
	size_t i, len = 0;

	for (i = 0; i < line->n_words && len < sizeof(words) - 1; i++)
		len += (size_t)snprintf(words + len, sizeof(words) - len, "%s", line->words[i]->text);
	return strstr(words, text) != NULL;
}

static bool page_says(const Zong__Reading *reading, const char *text)
{
	size_t i;

	for (i = 0; i < reading->n_lines; i++)
		if (line_says(reading->lines[i], text))
			return true;
	return false;
}

/* Some page says it, and it is found there. */
static void check_corrected(struct house *house, const char *text)
{
	struct zong_text_hit hit;
	struct zong_iter iter = {0};
	struct zong_txn *txn;
	size_t count = 0, total;
	bool said = false;

	if (zong_store_read_begin(house->open->store, &txn))
		return;
	zong_iter_begin(&iter, txn, ZONG_TABLE_READINGS, NULL, NULL, false);
	while (!said && zong_iter_next(&iter) == 0) {
		struct zong_key_view view = iter.key;
		Zong__Reading *reading;
		struct zong_digest digest;

		if (!zong_key_take_digest(&view, &digest) || zong_reading_get(txn, &digest, &reading))
			continue;
		said = page_says(reading, text);
		zong__reading__free_unpacked(reading, NULL);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	if (!said)
		wrong("no page says what was corrected: %s", text);
	if (zong_text_search(house->open->store, text, 0, 1, &hit, &count, &total) || count != 1)
		wrong("what was corrected is not found: %s", text);
}

/* Decided is decided. */
static void check_decided(struct house *house, const char *id)
{
	struct zong_review_item item;
	struct zong_err err;
	int code = zong_review_decide(
		house->open, &house->archivist, id, ZONG_REVIEW_ACCEPT, NULL, &item, &err);

	if (code != ZONG_EDECIDED)
		wrong("%s was decided: %s", id, zong_error_slug(code));
}

void house_check_review(struct house *house)
{
	size_t count, i;
	char **lines = house_ledger(house, &count);

	for (i = 0; i < count; i++) {
		if (lines[i][0] == 'V')
			check_decided(house, lines[i] + 2);
		else if (lines[i][0] == 'W')
			check_corrected(house, lines[i] + 2);
	}
	house_ledger_free(lines, count);
}
