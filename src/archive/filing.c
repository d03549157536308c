/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/time.h>

#include "alike.h"
#include "catalogue.h"
#include "deliver.h"
#include "filing.h"
#include "index_rows.h"
#include "journal.h"
#include "receivers.h"
#include "review.h"
#include "row.h"

void zong_filing_release(struct zong_filing *filing)
{
	if (filing->wanted)
		zong__material__free_unpacked(filing->wanted, NULL);
	if (filing->material)
		zong__material__free_unpacked(filing->material, NULL);
	if (filing->stored)
		zong__file__free_unpacked(filing->stored, NULL);
	filing->wanted = NULL;
	filing->material = NULL;
	filing->stored = NULL;
}

static const struct zong_digest *digest_of(const struct zong_filing *filing)
{
	return &zong_ingest_result(filing->ingest)->digest;
}

/* Is it the material's own file, and not a batch that its pages came in? */
static bool is_own_file(const Zong__Material *material, const struct zong_digest *file)
{
	struct zong_digest own;

	return zong_row_digest(&material->file, &own) && zong_digest_equal(&own, file);
}

/* The next of @iter's rows, its id being the last part of the key behind @prefix. */
static int next_id(struct zong_iter *iter, const struct zong_key *prefix, struct zong_id *ret_id)
{
	struct zong_key_view view;
	int err = zong_iter_next(iter);

	if (err)
		return err;
	view.bytes = iter->key.bytes + prefix->len;
	view.len = iter->key.len - prefix->len;
	return zong_key_take_id(&view, ret_id) ? 0 : ZONG_ECORRUPT;
}

/* Does @table have the row @prefix, @id, and is that material of the type? Else *ret_material is NULL. */
static int match(struct zong_txn *txn, const struct zong_filing *filing, enum zong_table table,
	const struct zong_key *prefix, const struct zong_id *id, Zong__Material **ret_material)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct zong_key key = *prefix;
	int err;

	*ret_material = NULL;
	zong_key_id(&key, id);
	if (!zong_txn_has(txn, table, &key))
		return 0;
	err = zong_row_material(txn, id, &material);
	if (!err && strcmp(material->type, filing->draft->type) == 0 &&
		is_own_file(material, digest_of(filing)))
		*ret_material = take_ptr(material);
	return err;
}

/* The material that this case already has with this file and type: ZONG_ENOENT when it has none. It would be among
 * those of the case and among those with the file. Either may be very many (a case of a whole development, a form
 * that everybody hands in), so both are gone through at once until the shorter one ends. */
static int find_before(
	struct zong_txn *txn, const struct zong_filing *filing, Zong__Material **ret_material)
{
	static const enum zong_table table[2] = {
		ZONG_TABLE_MATERIALS_BY_FILE, ZONG_TABLE_MATERIALS_BY_CASE};
	struct zong_iter iter[2] = {0};
	struct zong_key prefix[2];
	struct zong_id id;
	int err;

	zong_row_key_digest(&prefix[0], digest_of(filing));
	zong_row_key_str(&prefix[1], filing->draft->case_no);
	err = zong_iter_begin(&iter[0], txn, table[0], &prefix[0], NULL, false);
	if (!err)
		err = zong_iter_begin(&iter[1], txn, table[1], &prefix[1], NULL, false);
	for (int turn = 0; !err; turn = !turn) {
		err = next_id(&iter[turn], &prefix[turn], &id);
		if (!err)
			err = match(txn, filing, table[!turn], &prefix[!turn], &id, ret_material);
		if (!err && *ret_material)
			break;
	}
	zong_iter_end(&iter[0]);
	zong_iter_end(&iter[1]);
	return err == ZONG_EEND ? ZONG_ENOENT : err;
}

/* The department whose turn it is when this material's pages are read: the first that receives it. */
static char *reads_for(const struct zong_filing *filing)
{
	const Zong__Material *wanted = filing->wanted;

	return wanted && wanted->n_receivers ? wanted->receivers[0] : (char *)(uintptr_t) "";
}

/* One page image that was not there before: it is blank, or waits to be read. */
static int put_raster(struct zong_txn *txn, const struct zong_filing *filing,
	const Zong__FilePage *page, uint32_t number, const struct zong_key *key)
{
	const struct zong_digest *file = digest_of(filing);
	Zong__Raster raster = ZONG__RASTER__INIT;
	Zong__Job job = ZONG__JOB__INIT;
	char kind[] = "read";
	uint64_t count;
	struct zong_id id;
	int err;

	raster.state =
		page->blank ? ZONG__RASTER_STATE__RASTER_BLANK : ZONG__RASTER_STATE__RASTER_WAITING;
	raster.file.data = (uint8_t *)(uintptr_t)file->bytes;
	raster.file.len = sizeof(file->bytes);
	raster.page = number;
	err = zong_txn_put(txn, ZONG_TABLE_RASTERS, key, &raster.base);
	if (!err)
		err = zong_txn_count(txn, ZONG_COUNT_RASTERS, 1, &count);
	if (err)
		return err;
	if (page->blank)
		return zong_txn_count(txn, ZONG_COUNT_PAGES_READ, 1, &count);
	zong_id_new(&id);
	job.id.data = id.bytes;
	job.id.len = sizeof(id.bytes);
	job.kind = kind;
	job.file = raster.file;
	job.page = number;
	job.raster = page->raster;
	job.created = zong_time_now();
	job.due = job.created;
	job.department = reads_for(filing);
	job.queue = filing->bulk ? ZONG__JOB_QUEUE__QUEUE_BULK : ZONG__JOB_QUEUE__QUEUE_URGENT;
	return zong_job_add(txn, &job);
}

/* Also where the page was there already: it may have come when there were no looks yet. */
static int put_look(struct zong_txn *txn, const struct zong_filing *filing, uint32_t number,
	const struct zong_digest *raster)
{
	const struct zong_probe_page *page;

	if (!filing->probe || number > filing->probe->pages)
		return 0;
	page = &filing->probe->page[number - 1];
	if (!page->look || !zong_digest_equal(&page->raster, raster))
		return 0;
	return zong_alike_put(txn, raster, page->look, page->look_len);
}

static int put_page(struct zong_txn *txn, const struct zong_filing *filing,
	const struct zong_id *material, uint32_t number)
{
	const Zong__FilePage *page = filing->stored->pages[number - 1];
	struct zong_digest raster;
	struct zong_key key;
	int err;

	if (page->err)
		return 0;
	if (!zong_row_digest(&page->raster, &raster))
		return ZONG_ECORRUPT;
	zong_row_key_digest(&key, &raster);
	if (!zong_txn_has(txn, ZONG_TABLE_RASTERS, &key)) {
		err = put_raster(txn, filing, page, number, &key);
		if (err)
			return err;
	} else if (!filing->bulk) {
		err = zong_job_hasten(txn, &raster, reads_for(filing));
		if (err)
			return err;
	}
	err = put_look(txn, filing, number, &raster);
	if (err)
		return err;
	zong_key_id(&key, material);
	zong_key_u32(&key, number);
	return zong_txn_put_bytes(txn, ZONG_TABLE_RASTER_USE, &key, NULL, 0);
}

/* A worker that died, once, is no property of the file: what its page looks like may be known now. */
bool zong_filing_page_may_heal(const Zong__FilePage *page)
{
	return page->err == ZONG_EWORKER || page->err == ZONG_EWORKER_MEMORY ||
	       page->err == ZONG_EWORKER_TIMEOUT;
}

static int heal_page_of(
	struct zong_txn *txn, struct zong_filing *filing, const struct zong_id *id, uint32_t number)
{
	_cleanup_row_ Zong__Material *material = NULL;
	int err = zong_row_material(txn, id, &material);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	return is_own_file(material, digest_of(filing)) ? put_page(txn, filing, id, number) : 0;
}

/* Puts page @number, which now decodes, under every material that has the file already. */
static int heal_page(struct zong_txn *txn, struct zong_filing *filing, uint32_t number)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_digest(&prefix, digest_of(filing));
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_MATERIALS_BY_FILE, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_digest file;
		struct zong_id material;

		if (!zong_key_take_digest(&view, &file) || !zong_key_take_id(&view, &material))
			err = ZONG_ECORRUPT;
		else
			err = heal_page_of(txn, filing, &material, number);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* The file was here, and was looked at again because a worker had died on some of its pages. */
static int heal(struct zong_txn *txn, struct zong_filing *filing)
{
	Zong__File *stored = filing->stored;
	struct zong_key key;
	bool changed = false;
	int err = 0;
	size_t i;

	for (i = 0; i < stored->n_pages && i < filing->file->n_pages && !err; i++) {
		ProtobufCMessage *copy;

		if (!zong_filing_page_may_heal(stored->pages[i]) || filing->file->pages[i]->err)
			continue;
		err = zong_row_copy(&filing->file->pages[i]->base, &copy);
		if (err)
			break;
		zong__file_page__free_unpacked(stored->pages[i], NULL);
		stored->pages[i] = (Zong__FilePage *)copy;
		changed = true;
		err = heal_page(txn, filing, (uint32_t)(i + 1));
	}
	if (err || !changed)
		return err;
	zong_row_key_digest(&key, digest_of(filing));
	return zong_txn_put(txn, ZONG_TABLE_FILES, &key, &stored->base);
}

static int add_sm3(struct zong_filing *filing, const struct zong_digest *sm3)
{
	return zong_row_set_bytes(&filing->stored->sm3, sm3->bytes, sizeof(sm3->bytes));
}

/* The file came before anybody computed it, or while the setting was off. */
static int catch_up_sm3(struct zong_txn *txn, struct zong_filing *filing)
{
	const struct zong_ingest_result *result = zong_ingest_result(filing->ingest);
	const struct zong_digest *sm3 = result->has_sm3 ? &result->sm3 : filing->sm3;
	struct zong_key key;
	int err;

	if (!sm3 || filing->stored->sm3.len)
		return 0;
	err = add_sm3(filing, sm3);
	zong_row_key_digest(&key, &result->digest);
	return err ? err : zong_txn_put(txn, ZONG_TABLE_FILES, &key, &filing->stored->base);
}

/* Recipe and file row, unless the catalog has them; filing->stored is what it has afterwards. */
int zong_filing_put_file(struct zong_txn *txn, struct zong_filing *filing)
{
	const struct zong_ingest_result *result = zong_ingest_result(filing->ingest);
	ProtobufCMessage *copy;
	struct zong_key key;
	uint64_t count;
	bool known;
	int err;

	err = zong_ingest_put(filing->ingest, txn, &known);
	if (err)
		return err;
	filing->bytes_new = known ? 0 : result->bytes_new;
	filing->bytes_shared = known ? result->bytes : result->bytes_shared;
	if (known) {
		err = zong_row_file(txn, &result->digest, &filing->stored);
		if (!err && filing->file)
			err = heal(txn, filing);
		if (!err)
			err = catch_up_sm3(txn, filing);
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	}
	if (!filing->file)
		return ZONG_ENOENT; /* was there when we looked, and was destroyed since */
	err = zong_row_copy(&filing->file->base, &copy);
	if (err)
		return err;
	filing->stored = (Zong__File *)copy;
	filing->stored->bytes = result->bytes;
	filing->stored->stored = zong_time_now();
	if (result->has_sm3)
		err = add_sm3(filing, &result->sm3);
	zong_row_key_digest(&key, &result->digest);
	if (!err)
		err = zong_txn_put(txn, ZONG_TABLE_FILES, &key, copy);
	return err ? err : zong_txn_count(txn, ZONG_COUNT_FILES, 1, &count);
}

static int build_material(
	struct zong_filing *filing, const Zong__Case *cas, const struct zong_id *id)
{
	const struct zong_ingest_result *result = zong_ingest_result(filing->ingest);
	ProtobufCMessage *copy;
	Zong__Material *material;
	int err;

	err = zong_row_copy(&filing->wanted->base, &copy);
	if (err)
		return err;
	material = filing->material = (Zong__Material *)copy;
	material->version = 1;
	material->pages = (uint32_t)filing->stored->n_pages;
	material->media = filing->stored->media;
	material->bytes = result->bytes;
	material->bytes_new = filing->bytes_new;
	material->bytes_shared = filing->bytes_shared;
	material->received = zong_time_now();
	err = zong_row_set_bytes(&material->id, id->bytes, sizeof(id->bytes));
	if (!err)
		err = zong_row_set_bytes(
			&material->file, result->digest.bytes, sizeof(result->digest.bytes));
	if (!err && filing->stored->sm3.len)
		err = zong_row_set_bytes(
			&material->sm3, filing->stored->sm3.data, filing->stored->sm3.len);
	if (!err)
		err = zong_row_set(&material->received_by, filing->who->key);
	if (!err && material->n_units == 0)
		for (size_t i = 0; i < cas->n_units && !err; i++)
			err = zong_row_append(&material->units, &material->n_units, cas->units[i]);
	return err;
}

static int record(struct zong_txn *txn, struct zong_filing *filing, const struct zong_id *id)
{
	const Zong__Material *material = filing->material;
	struct zong_digest sm3;
	char digest[ZONG_DIGEST_TEXT];
	char detail[ZONG_LIMIT_CASE_NO_BYTES + ZONG_DIGEST_TEXT + ZONG_SM3_TEXT + ZONG_ID_TEXT + 48];
	char object[64];
	char text[ZONG_ID_TEXT];
	struct zong_id old;

	zong_id_format(id, text);
	zong_digest_format(digest_of(filing), digest);
	snprintf(object, sizeof(object), "material/%s", text);
	snprintf(detail, sizeof(detail), "case/%s file/%s", material->case_no, digest);
	if (zong_row_digest(&material->sm3, &sm3)) {
		size_t len = strlen(detail);

		zong_sm3_format(&sm3, digest);
		snprintf(detail + len, sizeof(detail) - len, " %s", digest);
	}
	if (zong_row_id(&material->supersedes, &old)) {
		size_t len = strlen(detail);

		zong_id_format(&old, text);
		snprintf(detail + len, sizeof(detail) - len, " version %u replaces material/%s",
			material->version, text);
	}
	return zong_journal_add(
		txn, filing->who, "material.add", object, detail, &filing->material->record);
}

static int put_material_rows(
	struct zong_txn *txn, const struct zong_filing *filing, const struct zong_id *id)
{
	const Zong__Material *material = filing->material;
	struct zong_digest batch;
	struct zong_key key;
	uint64_t count;
	int err;

	if (material->batch.len && !zong_row_digest(&material->batch, &batch))
		return ZONG_ECORRUPT;
	zong_row_key_id(&key, id);
	err = zong_txn_put(txn, ZONG_TABLE_MATERIALS, &key, &material->base);
	if (err)
		return err;
	zong_row_key_str(&key, material->case_no);
	zong_key_id(&key, id);
	err = zong_txn_put_bytes(txn, ZONG_TABLE_MATERIALS_BY_CASE, &key, NULL, 0);
	if (err)
		return err;
	zong_row_key_digest(&key, digest_of(filing));
	zong_key_id(&key, id);
	err = zong_txn_put_bytes(txn, ZONG_TABLE_MATERIALS_BY_FILE, &key, NULL, 0);
	if (!err && material->batch.len) {
		zong_row_key_digest(&key, &batch);
		zong_key_id(&key, id);
		err = zong_txn_put_bytes(txn, ZONG_TABLE_MATERIALS_BY_FILE, &key, NULL, 0);
	}
	if (!err)
		err = zong_txn_count(txn, ZONG_COUNT_MATERIALS, 1, &count);
	if (!err)
		err = zong_txn_count(txn, ZONG_COUNT_PAGES, material->pages, &count);
	if (!err)
		err = zong_txn_count(txn, ZONG_COUNT_BYTES_IN, (int64_t)material->bytes, &count);
	return err ? err : zong_index_material(txn, material);
}

static int deliver(
	struct zong_txn *txn, struct zong_filing *filing, const char *department, bool *ret_made)
{
	int err = zong_deliver_new(txn, filing->material, department, ret_made);

	if (err == ZONG_ENODEPARTMENT)
		snprintf(filing->missing, sizeof(filing->missing), "%s", department);
	return err;
}

/* The version before, which the draft says it takes the place of. NULL: of none. */
static int find_replaced(
	struct zong_txn *txn, const struct zong_filing *filing, Zong__Material **ret_old)
{
	const Zong__Material *draft = filing->draft;
	_cleanup_row_ Zong__Material *old = NULL;
	struct zong_id id;
	int err;

	*ret_old = NULL;
	if (!draft->supersedes.len)
		return 0;
	if (!zong_row_id(&draft->supersedes, &id))
		return ZONG_ECORRUPT;
	err = zong_filing_check_replaced(txn, &id, draft->case_no, &old);
	if (!err)
		*ret_old = take_ptr(old);
	return err;
}

int zong_filing_check_replaced(struct zong_txn *txn, const struct zong_id *id, const char *case_no,
	Zong__Material **ret_old)
{
	_cleanup_row_ Zong__Material *old = NULL;
	int err = zong_row_material(txn, id, &old);

	if (err)
		return err == ZONG_ENOENT ? ZONG_EREPLACES : err;
	if (strcmp(old->case_no, case_no) != 0 || old->destroyed)
		return ZONG_EREPLACES;
	if (old->superseded.len)
		return ZONG_EREPLACED;
	*ret_old = take_ptr(old);
	return 0;
}

/* A new version, and the one before it. */
struct versions {
	Zong__Material *next;
	const Zong__Material *old;
};

/* It goes wherever the old one goes. What a person took back is not sent again because the catalogue would. */
static int add_receiver(struct zong_txn *txn, Zong__Delivery *delivery, void *ctx)
{
	const struct versions *versions = ctx;
	const Zong__Material *old = versions->old;
	Zong__Material *next = versions->next;
	const char *department = delivery->department;
	bool by_catalogue = zong_receivers_by_catalogue(old, department);

	(void)txn;
	if (delivery->state != ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN) {
		if (!by_catalogue)
			zong_receivers_claim(next, department);
		return zong_receivers_add(next, department, by_catalogue);
	}
	if (zong_receivers_have(old, department) && zong_receivers_by_catalogue(next, department))
		zong_receivers_drop(next, department);
	return 0;
}

/* The new version is what the old one was, but for what is said of it, and goes wherever that went. */
static int follow(struct zong_txn *txn, struct zong_filing *filing, const Zong__Material *old)
{
	Zong__Material *material = filing->material;
	struct versions versions = {material, old};
	struct zong_id id;
	int err = 0;

	if (!zong_row_id(&old->id, &id))
		return ZONG_ECORRUPT;
	material->version = old->version + 1;
	if (!material->type[0])
		err = zong_row_set(&material->type, old->type);
	if (!material->scope_given && (old->scope_given || material->scope == ZONG__SCOPE__SCOPE_CASE)) {
		material->scope = old->scope;
		material->scope_given = old->scope_given;
	}
	material->shared = material->scope != ZONG__SCOPE__SCOPE_CASE;
	return err ? err : zong_deliver_walk(txn, &id, add_receiver, &versions);
}

static int supersede(struct zong_txn *txn, struct zong_filing *filing, Zong__Material *old)
{
	struct zong_key key;
	struct zong_id id;
	int err;

	if (!zong_row_id(&old->id, &id))
		return ZONG_ECORRUPT;
	err = zong_row_set_bytes(
		&old->superseded, filing->material->id.data, filing->material->id.len);
	if (err)
		return err;
	zong_row_key_id(&key, &id);
	err = zong_txn_put(txn, ZONG_TABLE_MATERIALS, &key, &old->base);
	/* before the deliveries of the new one, so that a department hears of it in that order */
	return err ? err : zong_deliver_supersede(txn, filing->who, &id, filing->material);
}

static int put_new(struct zong_txn *txn, struct zong_filing *filing, const Zong__Case *cas)
{
	_cleanup_row_ Zong__Material *old = NULL;
	struct zong_id id;
	bool made;
	int err;

	zong_id_new(&id);
	err = find_replaced(txn, filing, &old);
	if (!err)
		err = build_material(filing, cas, &id);
	if (!err && old)
		err = follow(txn, filing, old);
	if (!err)
		err = record(txn, filing, &id);
	if (!err)
		err = put_material_rows(txn, filing, &id);
	for (uint32_t n = 1; !err && n <= filing->material->pages; n++)
		err = put_page(txn, filing, &id, n);
	if (!err && old)
		err = supersede(txn, filing, old);
	for (size_t i = 0; !err && i < filing->material->n_receivers; i++)
		err = deliver(txn, filing, filing->material->receivers[i], &made);
	/* where all its pages are known from before, nothing else will come */
	return err ? err : zong_review_material(txn, filing->judge, filing->material);
}

/* The sender lets the catalogue say where it goes, the first time or now. */
static bool unlimit(Zong__Material *material, const Zong__Material *wanted)
{
	bool limited = material->only && !wanted->only;

	material->only = material->only && wanted->only;
	return limited;
}

/* Departments that were not named the first time get it now. */
static int widen(struct zong_txn *txn, struct zong_filing *filing)
{
	const Zong__Material *wanted = filing->wanted;
	Zong__Material *material = filing->material;
	char object[64];
	char text[ZONG_ID_TEXT];
	struct zong_id id;
	struct zong_key key;
	bool wider = unlimit(material, wanted);
	int err = 0;

	if (!zong_row_id(&material->id, &id))
		return ZONG_ECORRUPT;
	zong_id_format(&id, text);
	snprintf(object, sizeof(object), "material/%s", text);
	for (size_t i = 0; i < wanted->n_receivers && !err; i++) {
		const char *department = wanted->receivers[i];
		bool by_catalogue = zong_receivers_by_catalogue(wanted, department);
		bool made;

		/* what a person took back meanwhile is not sent again because the catalogue would */
		if (by_catalogue && zong_receivers_have(material, department))
			continue;
		wider |= !by_catalogue && zong_receivers_claim(material, department);
		err = deliver(txn, filing, department, &made);
		if (err || !made)
			continue;
		wider = true;
		err = zong_receivers_add(material, department, by_catalogue);
		if (!err)
			err = zong_journal_add(
				txn, filing->who, "delivery.add", object, department, NULL);
	}
	if (err || !wider)
		return err;
	zong_row_key_id(&key, &id);
	return zong_txn_put(txn, ZONG_TABLE_MATERIALS, &key, &material->base);
}

static bool same_bytes(const ProtobufCBinaryData *a, const ProtobufCBinaryData *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* What went to nobody but those that were named goes to nobody else in its next version. */
static int limit_as_before(struct zong_txn *txn, Zong__Material *wanted)
{
	_cleanup_row_ Zong__Material *old = NULL;
	struct zong_id id;
	int err;

	if (!zong_row_id(&wanted->supersedes, &id))
		return 0;
	err = zong_row_material(txn, &id, &old);
	if (!err)
		wanted->only |= old->only;
	return err == ZONG_ENOENT ? 0 : err; /* told when it is looked for */
}

/* The draft with what the catalogue of the case says of it. */
static int want(struct zong_txn *txn, struct zong_filing *filing, const Zong__Case *cas)
{
	ProtobufCMessage *copy;
	int err = zong_row_copy(&filing->draft->base, &copy);

	if (err)
		return err;
	filing->wanted = (Zong__Material *)copy;
	err = limit_as_before(txn, filing->wanted);
	return err ? err : zong_catalogue_send(filing->catalogues, txn, cas, filing->wanted);
}

int zong_filing_change(struct zong_txn *txn, void *ctx)
{
	struct zong_filing *filing = ctx;
	_cleanup_row_ Zong__Case *cas = NULL;
	int err;

	zong_filing_release(filing);
	filing->again = false;
	err = zong_row_case(txn, filing->draft->case_no, &cas);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENOCASE : err;
	err = want(txn, filing, cas);
	if (err)
		return err;
	err = zong_access_may(filing->who, ZONG_VERB_MATERIAL_ADD,
		&(struct zong_object){.txn = txn,
			.cas = cas,
			.department = filing->wanted->n_receivers ? filing->wanted->receivers[0] : NULL});
	if (err)
		return err;
	err = zong_filing_put_file(txn, filing);
	if (err)
		return err;
	err = find_before(txn, filing, &filing->material);
	if (err == ZONG_ENOENT)
		return put_new(txn, filing, cas);
	if (err)
		return err;
	/* the same bytes are no newer version of themselves */
	if (filing->draft->supersedes.len && !same_bytes(&filing->draft->supersedes,
						     &filing->material->supersedes))
		return ZONG_EREPLACES;
	filing->again = true;
	return widen(txn, filing);
}
