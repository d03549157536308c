/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/material.h>

#include "cursor.h"
#include "filecache.h"
#include "journal.h"
#include "look.h"
#include "review.h"
#include "row.h"

#define STRIP_WIDTH 1400 /* pixels: what a screen shows of a line */
#define ROOM_LEAST 24	 /* pixels around a place */
#define HEAD_SHARE 3	 /* of a page without a place its first third is shown */

void zong_review_free(struct zong_review_item *items, size_t count)
{
	for (size_t i = 0; items && i < count; i++) {
		if (items[i].review)
			zong__review__free_unpacked(items[i].review, NULL);
		if (items[i].material)
			zong__material__free_unpacked(items[i].material, NULL);
	}
	free(items);
}

const char *zong_review_state_name(Zong__ReviewState state)
{
	static const char *const names[] = {"open", "accepted", "corrected", "dismissed"};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

/* ---- the list ---- */

struct listing {
	struct zong_txn *txn;
	const struct zong_subject *who;
	struct zong_review_item *item;
	size_t max, count;
	struct zong_key last;
	bool more;
};

/* The item at the iterator, where the subject may see it. */
static int take(struct listing *list, const struct zong_iter *iter)
{
	struct zong_review_item *item = &list->item[list->count];
	struct zong_object object = {.txn = list->txn};
	struct zong_key key;
	struct zong_id id;
	int err;

	if (!zong_review_key_id(&iter->key, &id, item->id))
		return ZONG_ECORRUPT;
	err = zong_row_material(list->txn, &id, &item->material);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	object.material = item->material;
	err = zong_access_may(list->who, ZONG_VERB_REVIEW_READ, &object);
	if (!err) {
		zong_key_clear(&key);
		zong_key_bytes(&key, iter->key.bytes, iter->key.len);
		err = zong_review_get(list->txn, &key, &item->review);
		if (!err) {
			list->count++;
			return 0;
		}
		err = err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	}
	zong__material__free_unpacked(item->material, NULL);
	item->material = NULL;
	return err == ZONG_ENOENT ? 0 : err;
}

static int walk(struct listing *list, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	size_t looked = 0;
	int err = zong_iter_begin(&iter, list->txn, ZONG_TABLE_REVIEWS_OPEN, NULL, from, false);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		if (from && iter.key.len == from->len &&
			memcmp(iter.key.bytes, from->bytes, from->len) == 0)
			continue;
		list->more = list->count == list->max || looked++ == ZONG_LIMIT_SEARCH_SCAN;
		if (list->more)
			break;
		zong_key_clear(&list->last);
		zong_key_bytes(&list->last, iter.key.bytes, iter.key.len);
		err = take(list, &iter);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_review_list(struct zong_archive *archive, const struct zong_subject *who,
	const char *cursor, size_t max, struct zong_review_item **ret_items, size_t *ret_count,
	char **ret_next, struct zong_err *err)
{
	struct listing list = {.who = who};
	struct zong_key from;
	char *next = NULL;
	int code = zong_access_may(who, ZONG_VERB_REVIEW_READ, NULL);

	if (!code && cursor)
		code = zong_cursor_take(cursor, &from);
	if (code)
		return zong_err_set(err, code, NULL);
	list.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	list.item = calloc(list.max, sizeof(*list.item));
	code = list.item ? zong_store_read_begin(archive->store, &list.txn) : ZONG_ENOMEM;
	if (!code) {
		code = walk(&list, cursor ? &from : NULL);
		zong_txn_end(list.txn);
	}
	if (!code && list.count)
		code = zong_journal_read(archive->journal, who, "review.list", "review");
	if (!code && list.more)
		code = zong_cursor_make(list.last.bytes, list.last.len, &next);
	if (code) {
		zong_review_free(list.item, list.count);
		return zong_err_set(err, code, NULL);
	}
	*ret_items = list.item;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}

/* ---- the strip ---- */

struct place {
	Zong__Material *material;
	Zong__File *file;
	Zong__Review *review;
	struct zong_digest digest; /* of the file */
	struct zong_box box;
};

static void place_release(struct place *place)
{
	zong_row_cleanup(&place->material);
	zong_row_cleanup(&place->file);
	zong_row_cleanup(&place->review);
}

/* The height of a line above and below, and three of them to both sides: enough to see what it stands in. */
static struct zong_box with_room(const Zong__Box *box, const Zong__FilePage *page)
{
	uint32_t room, left, top;

	if (!box || !box->width || !box->height)
		return (struct zong_box){0, 0, page->width, page->height / HEAD_SHARE + 1};
	room = box->height > ROOM_LEAST ? box->height : ROOM_LEAST;
	left = box->x > 3 * room ? box->x - 3 * room : 0;
	top = box->y > room ? box->y - room : 0;
	return (struct zong_box){left, top, box->x - left + box->width + 3 * room,
		box->y - top + box->height + room};
}

static int look_place(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_key *key, struct place *place)
{
	char id[ZONG_REVIEW_ID_TEXT];
	struct zong_key_view view = {.bytes = key->bytes, .len = key->len};
	struct zong_id material;
	int err;

	if (!zong_review_key_id(&view, &material, id))
		return ZONG_ENOENT;
	id[ZONG_ID_TEXT - 1] = '\0';
	err = zong_look_material(txn, who, id, &place->material);
	if (!err && place->material->destroyed)
		err = ZONG_EDESTROYED;
	if (!err)
		err = zong_review_get(txn, key, &place->review);
	if (err)
		return err;
	if (!zong_row_digest(&place->material->file, &place->digest))
		return ZONG_ECORRUPT;
	err = zong_row_file(txn, &place->digest, &place->file);
	if (err || place->review->page < 1 || place->review->page > place->file->n_pages)
		return err && err != ZONG_ENOENT ? err : ZONG_ECORRUPT;
	place->box = with_room(place->review->box, place->file->pages[place->review->page - 1]);
	return 0;
}

static int render(struct zong_archive *archive, const struct place *place, struct zong_buf *ret_png,
	struct zong_err *err)
{
	const struct zong_filecache_file *file;
	int code;

	if (!archive->pool)
		return zong_err_set(err, ZONG_EWORKER, NULL);
	code = zong_filecache_take(archive->files, &place->digest, &file);
	if (code)
		return zong_err_set(err, code == ZONG_ENOENT ? ZONG_ECORRUPT : code, NULL);
	code = zong_pool_render(archive->pool, &place->digest, file->fd, file->media,
		place->review->page, STRIP_WIDTH, &place->box, ret_png, err);
	zong_filecache_give(archive->files, file);
	return code;
}

int zong_review_strip(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_buf *ret_png, struct zong_err *err)
{
	char object[ZONG_LOOK_OBJECT];
	struct place place = {0};
	struct zong_txn *txn;
	struct zong_key key;
	int code = zong_access_may(who, ZONG_VERB_REVIEW_READ, NULL);

	if (!code && !zong_review_key_parse(id, &key))
		code = ZONG_ENOENT;
	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, "%s", id);
	code = look_place(txn, who, &key, &place);
	zong_txn_end(txn);
	if (!code) {
		zong_look_object(place.material, object);
		code = zong_journal_read(archive->journal, who, "page.read", object);
	}
	code = code ? zong_err_set(err, code, "%s", id) : render(archive, &place, ret_png, err);
	place_release(&place);
	return code;
}
