/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/handover.h>
#include <zong/log.h>

#include "property.h"

/* What the archive does by itself sets the four properties going. */

/* ---- GD ---- */

static bool has_report(struct zong_archive *archive, const char *case_no, int64_t since)
{
	_cleanup_row_ Zong__PropertyReport *report = NULL;
	struct zong_txn *txn;

	if (zong_store_read_begin(archive->store, &txn))
		return false;
	zong_property_row(txn, case_no, ZONG__PROPERTY_STAGE__PROPERTY_FILING, NULL, &report);
	zong_txn_end(txn);
	return report && report->ended >= since;
}

void zong_property_of_volume(
	struct zong_archive *archive, const struct zong_subject *who, const Zong__Volume *volume)
{
	char occasion[ZONG_LIMIT_ARCHIVAL_BYTES + 16];

	snprintf(occasion, sizeof(occasion), "volume/%s", volume->no);
	for (size_t i = 0; i < volume->n_cases; i++) {
		const struct zong_property_order order = {.case_no = volume->cases[i],
			.stage = ZONG__PROPERTY_STAGE__PROPERTY_FILING,
			.occasion = occasion};
		Zong__PropertyReport *report;
		int err;

		if (volume->closed && has_report(archive, volume->cases[i], volume->closed->time))
			continue;
		err = zong_property_run_inside(archive, who, &order, NULL, &report, NULL);
		if (err) /* the volume is closed; whoever checks it has this done once more */
			zong_log_error(
				"properties: case %s of volume %s could not be looked at: %s",
				volume->cases[i], volume->no, zong_error_slug(err));
		else
			zong__property_report__free_unpacked(report, NULL);
	}
}

/* ---- YJ ---- */

static bool is_first(const struct zong_handover *list, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (list->item[i]->state != ZONG__HANDOVER_ITEM_STATE__HANDOVER_RETURNED &&
			strcmp(list->item[i]->case_no, list->item[at]->case_no) == 0)
			return false;
	return list->item[at]->state != ZONG__HANDOVER_ITEM_STATE__HANDOVER_RETURNED;
}

/* Where there is only paper, a case has nothing that could be handed over damaged, but what its rows lost. */
static bool is_failed(const Zong__PropertyReport *report)
{
	return report->failed &&
	       (report->materials || report->items[ZONG_PROPERTY_ACCESSIBLE]->result ==
					     ZONG__PROPERTY_RESULT__PROPERTY_FAILED);
}

/* Names the case, as long as there is room. */
static void name_case(char names[ZONG_PROPERTY_OBJECT], const char *case_no, uint32_t failed)
{
	char one[ZONG_LIMIT_CASE_NO_BYTES + 32];
	size_t len = strlen(names);

	snprintf(one, sizeof(one), "%s%s (%u)", len ? ", " : "", case_no, failed);
	if (len + strlen(one) + 5 <= ZONG_PROPERTY_OBJECT)
		snprintf(names + len, ZONG_PROPERTY_OBJECT - len, "%s", one);
	else if (len + 5 <= ZONG_PROPERTY_OBJECT && (len < 3 || strcmp(names + len - 3, "…") != 0))
		snprintf(names + len, ZONG_PROPERTY_OBJECT - len, " …");
}

int zong_property_of_handover(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_handover *list, char ret_failed[ZONG_PROPERTY_OBJECT])
{
	char occasion[ZONG_HANDOVER_NO + 16];

	ret_failed[0] = '\0';
	snprintf(occasion, sizeof(occasion), "handover/%s", list->handover->no);
	for (size_t i = 0; i < list->items; i++) {
		const struct zong_property_order order = {.case_no = list->item[i]->case_no,
			.stage = ZONG__PROPERTY_STAGE__PROPERTY_TRANSFER,
			.occasion = occasion};
		Zong__PropertyReport *report;
		int err;

		if (!is_first(list, i))
			continue;
		err = zong_property_run_inside(archive, who, &order, NULL, &report, NULL);
		if (err == ZONG_ENOCASE)
			continue; /* paper alone: nothing of it is in the archive */
		if (err)
			return err;
		if (is_failed(report))
			name_case(ret_failed, report->case_no, report->failed);
		zong__property_report__free_unpacked(report, NULL);
	}
	return 0;
}
