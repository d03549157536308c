/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ALIKE_H
#define ZONG_ALIKE_H

/* Pages that look alike: the same sheet scanned twice, or the very same image. They are shown, never merged. Blank
 * pages and pages that were born digital look like nothing. */

#include <zong/archive.h>
#include <zong/identity.h>
#include <zong/search.h>

struct zong_alike {
	uint32_t page;         /* of the material asked about */
	char material[37];     /* where the other one is */
	uint32_t other_page;
	float distance;        /* 0: the same pixels, up to ZONG_LOOK_SAME_READ */
	char case_no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	char *kind, *title, *type; /* owned; kind: of the case */
};

/* Other pages that look like page @page (0: any page) of the material, nearest first, at most @max; only those that the
 * subject may see. *ret_total counts those too that were left out, as far as was looked; *ret_more: there is more than
 * was looked at or is told, so that other pages may be alike, too.
 * ZONG_ENOENT also for an id that is none, ZONG_EPAGENO, ZONG_EFORBIDDEN. Not logged by itself: comes with a material
 * that is, or with a search. */
int zong_alike_of_material(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	uint32_t page, size_t max, struct zong_alike **ret_alike, size_t *ret_count, size_t *ret_total,
	bool *ret_more, struct zong_err *err);
void zong_alike_free(struct zong_alike *alike, size_t count);

#endif
