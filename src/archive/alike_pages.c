/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From rasters that look alike to the pages that somebody may see. */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/alike.h>

#include "alike.h"
#include "inside.h"
#include "look.h"
#include "row.h"

struct list {
	struct zong_txn *txn;
	const struct zong_subject *who;
	struct zong_id self; /* the material asked about */
	struct zong_alike_budget budget;
	struct zong_alike *item;
	size_t count, cap;
};

static int describe(struct list *list, const Zong__Material *material, struct zong_alike *alike)
{
	_cleanup_row_ Zong__Case *cas = NULL;
	int err = zong_row_case(list->txn, material->case_no, &cas);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	if (strlen(material->case_no) >= sizeof(alike->case_no))
		return ZONG_ECORRUPT;
	memcpy(alike->case_no, material->case_no, strlen(material->case_no) + 1);
	alike->kind = strdup(cas->kind);
	alike->title = strdup(material->title);
	alike->type = strdup(material->type);
	return alike->kind && alike->title && alike->type ? 0 : ZONG_ENOMEM;
}

static void clear(struct zong_alike *alike)
{
	free(alike->kind);
	free(alike->title);
	free(alike->type);
	memset(alike, 0, sizeof(*alike));
}

/* A page of another material, or another page of this one; nothing when it is hidden from who asks. */
static int add(struct list *list, uint32_t page, const struct zong_id *id, uint32_t other_page,
	float distance)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct zong_object object = {.txn = list->txn};
	struct zong_alike *grown, *alike;
	int err = zong_row_material(list->txn, id, &material);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	object.material = material;
	err = zong_access_may(list->who, ZONG_VERB_MATERIAL_READ, &object);
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	if (list->count == list->cap) {
		list->cap = list->cap ? 2 * list->cap : 16;
		grown = realloc(list->item, list->cap * sizeof(*grown));
		if (!grown)
			return ZONG_ENOMEM;
		list->item = grown;
	}
	alike = &list->item[list->count];
	memset(alike, 0, sizeof(*alike));
	alike->page = page;
	alike->other_page = other_page;
	alike->distance = distance;
	zong_id_format(id, alike->material);
	err = describe(list, material, alike);
	if (err)
		clear(alike);
	else
		list->count++;
	return err;
}

/* Every place where @raster stands, but for page @page of the material itself. */
static int add_uses(
	struct list *list, uint32_t page, const struct zong_digest *raster, float distance)
{
	size_t left = ZONG_LIMIT_ALIKE_USES;
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_digest(&prefix, raster);
	err = zong_iter_begin(&iter, list->txn, ZONG_TABLE_RASTER_USE, &prefix, NULL, false);
	while (!err && left-- > 0 && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_digest digest;
		uint32_t other_page;
		struct zong_id id;

		if (!zong_key_take_digest(&view, &digest) || !zong_key_take_id(&view, &id) ||
			!zong_key_take_u32(&view, &other_page))
			err = ZONG_ECORRUPT;
		else if (!zong_id_equal(&id, &list->self) || other_page != page)
			err = add(list, page, &id, other_page, distance);
	}
	if (!err) /* not at the end */
		list->budget.more = true;
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int add_page(struct list *list, uint32_t number, const Zong__FilePage *row)
{
	_cleanup_free_ struct zong_alike_page *pages = NULL;
	struct zong_digest raster;
	size_t count, i;
	int err;

	if (row->err || row->blank)
		return 0;
	if (!zong_row_digest(&row->raster, &raster))
		return ZONG_ECORRUPT;
	err = zong_alike_find(list->txn, &raster, &list->budget, &pages, &count);
	if (!err)
		err = add_uses(list, number, &raster, 0);
	for (i = 0; !err && i < count; i++)
		err = add_uses(list, number, &pages[i].raster, pages[i].distance);
	return err;
}

/* Nearest first; then as the pages stand. */
static int in_order(const void *a, const void *b)
{
	const struct zong_alike *p = a, *q = b;

	if (p->distance < q->distance || p->distance > q->distance)
		return p->distance < q->distance ? -1 : 1;
	if (p->page != q->page)
		return p->page < q->page ? -1 : 1;
	return strcmp(p->material, q->material) ? strcmp(p->material, q->material)
						: (int)p->other_page - (int)q->other_page;
}

static int fill(struct list *list, const char *id, uint32_t page, struct zong_err *err)
{
	_cleanup_row_ Zong__Material *material = NULL;
	_cleanup_row_ Zong__File *file = NULL;
	struct zong_digest digest;
	int code = zong_look_material(list->txn, list->who, id, &material);

	if (code)
		return zong_err_set(err, code, "%s", id);
	if (material->destroyed) /* its pages are gone, and like nothing */
		return page ? zong_err_set(err, ZONG_EDESTROYED, "%s", id) : 0;
	if (!zong_row_id(&material->id, &list->self) || !zong_row_digest(&material->file, &digest))
		code = ZONG_ECORRUPT;
	if (!code) {
		code = zong_row_file(list->txn, &digest, &file);
		if (code == ZONG_ENOENT)
			code = ZONG_ECORRUPT;
	}
	if (!code && page > file->n_pages)
		return zong_err_set(err, ZONG_EPAGENO, "%u", page);
	for (uint32_t n = 1; !code && n <= file->n_pages; n++)
		if (page == 0 || page == n)
			code = add_page(list, n, file->pages[n - 1]);
	return code ? zong_err_set(err, code, "%s", id) : 0;
}

int zong_alike_of_material(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, uint32_t page, size_t max, struct zong_alike **ret_alike, size_t *ret_count,
	size_t *ret_total, bool *ret_more, struct zong_err *err)
{
	struct list list = {.who = who};
	int code = zong_access_may(who, ZONG_VERB_MATERIAL_READ, NULL);

	if (!code)
		code = zong_store_read_begin(archive->store, &list.txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = fill(&list, id, page, err);
	zong_txn_end(list.txn);
	if (code) {
		zong_alike_free(list.item, list.count);
		return code;
	}
	if (list.count)
		qsort(list.item, list.count, sizeof(*list.item), in_order);
	*ret_total = list.count;
	*ret_more = list.budget.more || list.count > max;
	for (; list.count > max; list.count--)
		clear(&list.item[list.count - 1]);
	*ret_alike = list.item;
	*ret_count = list.count;
	return 0;
}

void zong_alike_free(struct zong_alike *alike, size_t count)
{
	for (size_t i = 0; i < count; i++)
		clear(&alike[i]);
	free(alike);
}
