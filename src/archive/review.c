/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/code.h>
#include <zong/time.h>

#include "chain.h"
#include "pages.h"
#include "row.h"

/* What is found of one material, by name. */
struct finding {
	uint8_t name[ZONG_REVIEW_NAME];
	Zong__Review row; /* its parts are borrowed */
};

struct findings {
	const struct zong_material_pages *pages;
	struct finding *item;
	size_t count;
	Zong__Link **link; /* of the case, from which is borrowed */
	size_t links;
};

/* ---- keys ---- */

bool zong_review_key_parse(const char *id, struct zong_key *ret_key)
{
	char material[ZONG_ID_TEXT];
	uint8_t name[ZONG_REVIEW_NAME];
	struct zong_id parsed;

	if (strlen(id) != ZONG_REVIEW_ID_TEXT - 1 || id[ZONG_ID_TEXT - 1] != '.')
		return false;
	memcpy(material, id, ZONG_ID_TEXT - 1);
	material[ZONG_ID_TEXT - 1] = '\0';
	if (zong_id_parse(material, &parsed))
		return false;
	for (size_t i = 0; i < ZONG_REVIEW_NAME; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *high = strchr(digits, id[ZONG_ID_TEXT + 2 * i]);
		const char *low = strchr(digits, id[ZONG_ID_TEXT + 2 * i + 1]);

		if (!high || !low)
			return false;
		name[i] = (uint8_t)((high - digits) << 4 | (low - digits));
	}
	zong_row_key_id(ret_key, &parsed);
	zong_key_bytes(ret_key, name, sizeof(name));
	return true;
}

bool zong_review_key_id(const struct zong_key_view *key, struct zong_id *ret_material,
	char ret_id[ZONG_REVIEW_ID_TEXT])
{
	struct zong_key_view view = *key;
	size_t at = ZONG_ID_TEXT;

	if (!zong_key_take_id(&view, ret_material) || view.len != ZONG_REVIEW_NAME)
		return false;
	zong_id_format(ret_material, ret_id);
	ret_id[ZONG_ID_TEXT - 1] = '.';
	for (size_t i = 0; i < view.len; i++)
		at += (size_t)snprintf(
			ret_id + at, ZONG_REVIEW_ID_TEXT - at, "%02x", view.bytes[i]);
	return true;
}

int zong_review_get(struct zong_txn *txn, const struct zong_key *key, Zong__Review **ret_review)
{
	ProtobufCMessage *row;
	int err = zong_txn_get(txn, ZONG_TABLE_REVIEWS, key, &zong__review__descriptor, &row);

	if (!err)
		*ret_review = (Zong__Review *)row;
	return err;
}

/* ---- finding ---- */

static void name_of(const Zong__Review *row, uint8_t ret_name[ZONG_REVIEW_NAME])
{
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_LIMIT_VALUE);
	struct zong_digest digest;

	zong_buf_add_format(&buf, "%s\n%s\n%u\n%s\n%s\n%s", row->what, row->why, row->page,
		row->read, row->raw, row->entered);
	zong_digest_of(zong_buf_str(&buf), buf.len, &digest);
	memcpy(ret_name, digest.bytes, ZONG_REVIEW_NAME);
	zong_buf_release(&buf);
}

static char *lend(const char *text)
{
	return (char *)(uintptr_t)text;
}

static void add(struct findings *found, const char *what, const char *why, uint32_t page,
	const char *read, const char *raw, const char *entered)
{
	struct finding *item = &found->item[found->count];

	if (found->count == ZONG_LIMIT_REVIEWS)
		return;
	zong__review__init(&item->row);
	item->row.what = lend(what);
	item->row.why = lend(why);
	item->row.page = page;
	item->row.read = lend(read);
	item->row.raw = lend(raw);
	item->row.entered = lend(entered);
	item->row.raster = found->pages->file->pages[page - 1]->raster;
	item->row.confidence = 1;
	name_of(&item->row, item->name);
	for (size_t i = 0; i < found->count; i++)
		if (memcmp(found->item[i].name, item->name, ZONG_REVIEW_NAME) == 0)
			return; /* the same twice on a page */
	found->count++;
}

/* Where the last one stands, if it is one more than @before. */
static void set_place(struct findings *found, size_t before, const Zong__Field *field)
{
	if (found->count > before) {
		found->item[before].row.box = field->box;
		found->item[before].row.confidence = field->confidence;
	}
}

static void add_field(struct findings *found, const char *why, uint32_t page,
	const Zong__Field *field, const char *entered)
{
	size_t before = found->count;

	add(found, field->kind, why, page, field->value, field->raw, entered);
	set_place(found, before, field);
}

static bool agrees(const struct zong_material_pages *pages, const Zong__Field *field)
{
	for (size_t i = 0; i < pages->compareds; i++)
		if (pages->compared[i].agrees == ZONG_AGREEMENT_YES &&
			strcmp(pages->compared[i].kind, field->kind) == 0 &&
			strcmp(pages->compared[i].read->value, field->value) == 0)
			return true;
	return false;
}

/* A date or an amount is read by nobody but people, who see the page. */
static bool matters(const Zong__Field *field)
{
	return strcmp(field->kind, "date") != 0 && strcmp(field->kind, "amount") != 0 &&
	       strcmp(field->kind, "area") != 0;
}

static void find_all(
	struct findings *found, const struct zong_judge *judge, const Zong__Material *material)
{
	const struct zong_material_pages *pages = found->pages;

	if (pages->kind.agrees == ZONG_AGREEMENT_NO)
		add(found, "type", "disagrees", pages->kind.page, pages->kind.kind,
			pages->kind.rule, material->type);
	for (size_t i = 0; i < pages->compareds; i++)
		if (pages->compared[i].agrees == ZONG_AGREEMENT_NO)
			add_field(found, "disagrees", pages->compared[i].page,
				pages->compared[i].read, pages->compared[i].entered);
	for (size_t i = 0; i < pages->fields; i++) {
		const Zong__Field *field = pages->field[i].field;

		if (!matters(field) || agrees(pages, field))
			continue;
		if (field->confidence < judge->confidence)
			add_field(found, "unsure", pages->field[i].page, field, "");
		else if (!field->valid && judge->confidence > 0)
			add_field(found, "invalid", pages->field[i].page, field, "");
	}
}

/* A link that is doubtful, where the number stands that it is proposed by. What is read is the number, what was entered
 * the earlier case. */
static void find_link(struct findings *found, const Zong__Link *link, const struct zong_id *material)
{
	const struct zong_material_pages *pages = found->pages;

	for (size_t i = 0; i < link->n_evidence; i++) {
		const Zong__LinkEvidence *evidence = link->evidence[i];
		struct zong_id id;

		if (!zong_row_id(&evidence->material, &id) || !zong_id_equal(&id, material))
			continue;
		for (size_t j = 0; j < pages->fields; j++) {
			const Zong__Field *field = pages->field[j].field;
			size_t before = found->count;

			if (pages->field[j].page != evidence->page ||
				strcmp(field->kind, "certificate") != 0 ||
				strcmp(field->value, evidence->certificate) != 0)
				continue;
			add(found, "link", "doubtful", evidence->page, field->value, field->raw,
				link->earlier);
			set_place(found, before, field);
			return;
		}
	}
}

static int find_links(
	struct findings *found, struct zong_txn *txn, const Zong__Material *material)
{
	Zong__Link **links;
	struct zong_id id;
	size_t count;
	int err = zong_chain_links(txn, material->case_no, true, &links, &count);

	if (err)
		return err;
	zong_row_id(&material->id, &id);
	for (size_t i = 0; i < count; i++)
		if (links[i]->state == ZONG__LINK_STATE__LINK_PROPOSED && links[i]->n_doubts)
			find_link(found, links[i], &id);
	found->link = links;
	found->links = count;
	return 0;
}

/* ---- rows ---- */

static bool is_found(const struct findings *found, const struct zong_iter *iter)
{
	for (size_t i = 0; i < found->count; i++)
		if (iter->key.len == ZONG_ID_SIZE + ZONG_REVIEW_NAME &&
			memcmp(iter->key.bytes + ZONG_ID_SIZE, found->item[i].name,
				ZONG_REVIEW_NAME) == 0)
			return true;
	return false;
}

/* Takes away the rows under @prefix of @table that are not in @found (NULL: all). What is taken away is gathered first, as
 * a walk does not bear it. */
static int take_away(struct zong_txn *txn, enum zong_table table, const struct zong_key *prefix,
	const struct findings *found)
{
	struct zong_iter iter = {0};
	struct zong_key *key = NULL;
	size_t count = 0, room = 0;
	int err = zong_iter_begin(&iter, txn, table, prefix, NULL, false);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		if (found && is_found(found, &iter))
			continue;
		if (count == room) {
			struct zong_key *grown;

			room = room ? room * 2 : 16;
			grown = reallocarray(key, room, sizeof(*grown));
			if (!grown) {
				err = ZONG_ENOMEM;
				break;
			}
			key = grown;
		}
		zong_key_clear(&key[count]);
		zong_key_bytes(&key[count++], iter.key.bytes, iter.key.len);
	}
	zong_iter_end(&iter);
	err = err == ZONG_EEND ? 0 : err;
	for (size_t i = 0; i < count && !err; i++) {
		err = zong_txn_delete(txn, ZONG_TABLE_REVIEWS, &key[i]);
		if (!err)
			err = zong_txn_delete(txn, ZONG_TABLE_REVIEWS_OPEN, &key[i]);
	}
	free(key);
	return err;
}

static int put_found(
	struct zong_txn *txn, const struct zong_key *prefix, const struct findings *found)
{
	int64_t now = zong_time_now();
	int err = 0;

	for (size_t i = 0; i < found->count && !err; i++) {
		struct zong_key key = *prefix;

		zong_key_bytes(&key, found->item[i].name, ZONG_REVIEW_NAME);
		if (zong_txn_has(txn, ZONG_TABLE_REVIEWS, &key))
			continue;
		found->item[i].row.found = now;
		err = zong_txn_put(txn, ZONG_TABLE_REVIEWS, &key, &found->item[i].row.base);
		if (!err)
			err = zong_txn_put_bytes(txn, ZONG_TABLE_REVIEWS_OPEN, &key, NULL, 0);
	}
	return err;
}

/* ---- waiting ---- */

static size_t place_of(const struct zong_id *id)
{
	return id->bytes[ZONG_ID_SIZE - 1] % ZONG_WAITING;
}

static void remember(struct zong_waiting *waiting, const struct zong_id *material,
	const struct zong_digest *raster)
{
	size_t at = place_of(material);

	if (!waiting)
		return;
	waiting->material[at] = *material;
	waiting->raster[at] = *raster;
}

/* Is it known without looking at its pages that one of them waits? */
static bool still_waits(
	struct zong_txn *txn, const struct zong_waiting *waiting, const struct zong_id *material)
{
	_cleanup_row_ Zong__Raster *raster = NULL;
	size_t at = place_of(material);

	return waiting && zong_id_equal(&waiting->material[at], material) &&
	       zong_row_raster(txn, &waiting->raster[at], &raster) == 0 &&
	       raster->state == ZONG__RASTER_STATE__RASTER_WAITING;
}

/* All its pages are read: what is to be looked at. @touched NULL: its numbers have proposed what they do. */
static int review_settled(struct zong_txn *txn, const struct zong_judge *judge,
	const Zong__Material *material, const struct zong_id *id, struct zong_touched *touched)
{
	struct zong_material_pages pages;
	struct findings found = {.pages = &pages};
	struct zong_key prefix;
	int err = zong_pages_all(txn, judge->kinds, material, &pages);

	if (err)
		return err;
	found.item = calloc(ZONG_LIMIT_REVIEWS + 1, sizeof(*found.item));
	zong_row_key_id(&prefix, id);
	err = found.item ? 0 : ZONG_ENOMEM;
	if (!err && touched)
		err = zong_chain_propose_material(
			txn, material, &pages, judge->confidence, touched);
	if (!err) {
		find_all(&found, judge, material);
		err = find_links(&found, txn, material);
	}
	if (!err)
		err = take_away(txn, ZONG_TABLE_REVIEWS_OPEN, &prefix, &found);
	if (!err)
		err = put_found(txn, &prefix, &found);
	free(found.item);
	zong_links_free(found.link, found.links);
	zong_material_pages_release(&pages);
	return err;
}

static int review_one(struct zong_txn *txn, const struct zong_judge *judge,
	const Zong__Material *material, struct zong_touched *touched)
{
	struct zong_digest waiting;
	struct zong_id id;
	bool settled;
	int err;

	if (!judge || material->destroyed)
		return 0;
	if (!zong_row_id(&material->id, &id))
		return ZONG_ECORRUPT;
	err = zong_pages_settled(txn, material, &settled, &waiting);
	if (!err && !settled)
		remember(judge->waiting, &id, &waiting);
	if (err || !settled)
		return err;
	return review_settled(txn, judge, material, &id, touched);
}

int zong_review_touched(
	struct zong_txn *txn, const struct zong_judge *judge, const struct zong_touched *touched)
{
	int err = 0;

	for (size_t i = 0; i < touched->count && !err; i++) {
		_cleanup_row_ Zong__Material *material = NULL;

		err = zong_row_material(txn, &touched->id[i], &material);
		if (!err)
			err = review_one(txn, judge, material, NULL);
		err = err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	}
	return err;
}

int zong_review_material(
	struct zong_txn *txn, const struct zong_judge *judge, const Zong__Material *material)
{
	struct zong_touched touched = {0};
	int err = review_one(txn, judge, material, &touched);

	if (!err)
		err = zong_review_touched(txn, judge, &touched);
	zong_touched_release(&touched);
	return err;
}

static int review_where_read(struct zong_txn *txn, const struct zong_id *id, void *ctx)
{
	_cleanup_row_ Zong__Material *material = NULL;
	const struct zong_judge *judge = ctx;
	int err;

	if (still_waits(txn, judge->waiting, id))
		return 0;
	err = zong_row_material(txn, id, &material);
	if (!err)
		err = zong_review_material(txn, judge, material);
	return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

int zong_review_raster(
	struct zong_txn *txn, const struct zong_judge *judge, const struct zong_digest *raster)
{
	return judge ? zong_row_materials_with(
			       txn, raster, review_where_read, (void *)(uintptr_t)judge)
		     : 0;
}

int zong_review_forget(struct zong_txn *txn, const struct zong_id *material)
{
	struct zong_key prefix;

	zong_row_key_id(&prefix, material);
	return take_away(txn, ZONG_TABLE_REVIEWS, &prefix, NULL);
}
