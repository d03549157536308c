/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/alike.h>

#include "alike_search.h"
#include "inside.h"
#include "journal.h"

static bool given(const char *member)
{
	return member && *member;
}

static int log_search(struct zong_archive *archive, const struct zong_subject *who, const char *id)
{
	char object[64];

	if (!archive->journal)
		return 0;
	snprintf(object, sizeof(object), "search/like=%.40s", id);
	return zong_journal_read(archive->journal, who, "search", object);
}

static void to_hit(struct zong_alike *alike, struct zong_hit *hit)
{
	memcpy(hit->material, alike->material, sizeof(hit->material));
	memcpy(hit->case_no, alike->case_no, sizeof(hit->case_no));
	hit->page = alike->other_page;
	hit->like_page = alike->page;
	hit->score = 1 - (double)alike->distance;
	hit->why = "alike";
	hit->kind = alike->kind;
	hit->title = alike->title;
	hit->type = alike->type;
	alike->kind = alike->title = alike->type = NULL;
}

static int to_hits(struct zong_alike *alike, size_t count, struct zong_hit **ret_hits)
{
	struct zong_hit *hits = calloc(count ? count : 1, sizeof(*hits));

	if (!hits)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		to_hit(&alike[i], &hits[i]);
		hits[i].snippet = strdup("");
		if (!hits[i].snippet) {
			zong_hits_free(hits, count);
			return ZONG_ENOMEM;
		}
	}
	*ret_hits = hits;
	return 0;
}

int zong_alike_search(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_search *search, size_t max, struct zong_hit **ret_hits, size_t *ret_count,
	char **ret_next, size_t *ret_total, struct zong_err *err)
{
	struct zong_alike *alike;
	size_t count, total;
	bool more;
	int code;

	if (given(search->words) || given(search->case_no) || given(search->parcel) ||
		given(search->cert) || given(search->party))
		return zong_err_set(err, ZONG_EQUERY, "like");
	if (given(search->cursor))
		return zong_err_set(err, ZONG_ECURSOR, NULL);
	code = log_search(archive, who, search->like);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_alike_of_material(archive, who, search->like, search->like_page, max, &alike,
		&count, &total, &more, err);
	if (code)
		return code;
	code = to_hits(alike, count, ret_hits);
	zong_alike_free(alike, count);
	if (code)
		return zong_err_set(err, code, NULL);
	if (search->ret_more)
		*search->ret_more = more;
	*ret_count = count;
	*ret_next = NULL;
	*ret_total = total;
	return 0;
}
