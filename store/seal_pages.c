/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal_pages.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <zong/byteorder.h>

#include "env.h"

#define KEPT 2048 /* pages kept open: 8 MiB */
#define HEAD_FORMAT 1
#define HEAD_BODY 64 /* u32 format, u64 root, u64 its version, u64 next number; zeros */
#define LEVELS_MOST 32
#define SEALED_MORE (ZONG_SEAL_LEE + ZONG_BOX_MORE)

/* What a box is, and under which number: goes into its tag. */
#define PLACE_SIZE 9
enum label {
	LABEL_HEAD = 'h',
	LABEL_PAGE = 'p',
	LABEL_VALUE = 'v',
};

struct zong_pages {
	const struct zong_seal *seal;
	pthread_mutex_t mutex; /* guards what follows */
	struct zong_pages_page *kept[KEPT];
};

static void make_place(enum label label, uint64_t number, uint8_t ret_place[PLACE_SIZE])
{
	ret_place[0] = (uint8_t)label;
	zong_write_be64(ret_place + 1, number);
}

static int failed(struct zong_pages_txn *txn, int rc)
{
	if (!txn->mdb_error)
		txn->mdb_error = rc;
	return zong_error_from_mdb(rc);
}

/* ---- those kept ---- */

int zong_pages_new(const struct zong_seal *seal, struct zong_pages **ret_pages)
{
	struct zong_pages *pages = calloc(1, sizeof(*pages));

	if (!pages)
		return ZONG_ENOMEM;
	pages->seal = seal;
	pthread_mutex_init(&pages->mutex, NULL);
	*ret_pages = pages;
	return 0;
}

void zong_pages_leave(struct zong_pages_page *page)
{
	if (!page || atomic_fetch_sub(&page->users, 1) > 1)
		return;
	sodium_memzero(page->bytes, sizeof(page->bytes));
	free(page);
}

void zong_pages_free(struct zong_pages *pages)
{
	size_t i;

	if (!pages)
		return;
	for (i = 0; i < KEPT; i++)
		zong_pages_leave(pages->kept[i]);
	pthread_mutex_destroy(&pages->mutex);
	free(pages);
}

static struct zong_pages_page *find_kept(struct zong_pages *pages, const struct zong_page_ref *ref)
{
	struct zong_pages_page *page;

	pthread_mutex_lock(&pages->mutex);
	page = pages->kept[ref->number % KEPT];
	if (page && page->ref.number == ref->number && page->ref.version == ref->version)
		atomic_fetch_add(&page->users, 1);
	else
		page = NULL;
	pthread_mutex_unlock(&pages->mutex);
	return page;
}

static void keep(struct zong_pages *pages, struct zong_pages_page *page)
{
	struct zong_pages_page *old;

	atomic_fetch_add(&page->users, 1);
	pthread_mutex_lock(&pages->mutex);
	old = pages->kept[page->ref.number % KEPT];
	pages->kept[page->ref.number % KEPT] = page;
	pthread_mutex_unlock(&pages->mutex);
	zong_pages_leave(old);
}

/* ---- boxes on the disk ---- */

static MDB_val key_of(uint64_t number, uint8_t room[sizeof(uint64_t)])
{
	zong_write_be64(room, number);
	return (MDB_val){.mv_size = sizeof(number), .mv_data = room};
}

/* The box, borrowed. ZONG_ENOENT. */
static int get_box(struct zong_pages_txn *txn, uint64_t number, MDB_val *ret_box)
{
	uint8_t room[sizeof(number)];
	MDB_val key = key_of(number, room);
	int rc = mdb_get(txn->mdb, txn->dbi, &key, ret_box);

	return rc == MDB_NOTFOUND ? ZONG_ENOENT : failed(txn, rc);
}

/* Room for a box whose body the caller puts in and has sealed. */
static int reserve_box(
	struct zong_pages_txn *txn, uint64_t number, size_t body_len, uint8_t **ret_box)
{
	uint8_t room[sizeof(number)];
	MDB_val key = key_of(number, room);
	MDB_val box = {.mv_size = body_len + ZONG_BOX_MORE};
	int rc = mdb_put(txn->mdb, txn->dbi, &key, &box, MDB_RESERVE);

	if (rc)
		return failed(txn, rc);
	*ret_box = box.mv_data;
	return 0;
}

static uint64_t seal_box(struct zong_pages_txn *txn, enum label label, uint64_t number,
	uint8_t *box, size_t body_len)
{
	uint8_t place[PLACE_SIZE];

	make_place(label, number, place);
	zong_seal_box(txn->pages->seal, ZONG_SEAL_ROWS, place, sizeof(place), box, body_len);
	return zong_read_be64(box);
}

static int open_box(struct zong_pages_txn *txn, enum label label, uint64_t number,
	const MDB_val *box, void *ret_body)
{
	uint8_t place[PLACE_SIZE];

	make_place(label, number, place);
	return zong_seal_open(txn->pages->seal, ZONG_SEAL_ROWS, place, sizeof(place), box->mv_data,
		box->mv_size, ret_body);
}

bool zong_pages_is_box(uint64_t number, size_t len)
{
	size_t body = len - ZONG_BOX_MORE;

	if (number == 0)
		return len == HEAD_BODY + ZONG_BOX_MORE;
	if (len <= ZONG_PAGE_BOX)
		return len == ZONG_PAGE_BOX;
	return zong_seal_is_room(body) || zong_seal_is_room(body - SEALED_MORE);
}

/* ---- the head ---- */

static int read_head(struct zong_pages_txn *txn)
{
	uint8_t body[HEAD_BODY];
	MDB_val box;
	int r = get_box(txn, 0, &box);

	txn->next_number = 1;
	if (r)
		return r == ZONG_ENOENT ? 0 : r;
	if (box.mv_size != sizeof(body) + ZONG_BOX_MORE)
		return ZONG_ECORRUPT;
	r = open_box(txn, LABEL_HEAD, 0, &box, body);
	if (r)
		return r;
	if (zong_read_be32(body) != HEAD_FORMAT)
		return ZONG_EVERSION;
	txn->root.number = zong_read_be64(body + 4);
	txn->root.version = zong_read_be64(body + 12);
	txn->next_number = zong_read_be64(body + 20);
	return txn->next_number == 0 ? ZONG_ECORRUPT : 0;
}

static int write_head(struct zong_pages_txn *txn)
{
	uint8_t *box, *body;
	int r = reserve_box(txn, 0, HEAD_BODY, &box);

	if (r)
		return r;
	body = box + ZONG_BOX_NONCE;
	memset(body, 0, HEAD_BODY);
	zong_write_be32(body, HEAD_FORMAT);
	zong_write_be64(body + 4, txn->root.number);
	zong_write_be64(body + 12, txn->root.version);
	zong_write_be64(body + 20, txn->next_number);
	seal_box(txn, LABEL_HEAD, 0, box, HEAD_BODY);
	return 0;
}

int zong_pages_begin(
	struct zong_pages_txn *txn, struct zong_pages *pages, MDB_txn *mdb, MDB_dbi dbi)
{
	memset(txn, 0, sizeof(*txn));
	txn->pages = pages;
	txn->mdb = mdb;
	txn->dbi = dbi;
	return read_head(txn);
}

void zong_pages_nest(struct zong_pages_txn *txn, struct zong_pages_txn *around, MDB_txn *mdb)
{
	memset(txn, 0, sizeof(*txn));
	txn->pages = around->pages;
	txn->around = around;
	txn->mdb = mdb;
	txn->dbi = around->dbi;
	txn->root = around->root;
	txn->next_number = around->next_number;
}

/* ---- pages ---- */

static struct zong_pages_page *find_changed(struct zong_pages_txn *txn, uint64_t number)
{
	struct zong_pages_page *page;

	if (!txn->changed)
		return NULL;
	page = txn->changed[number % ZONG_PAGES_CHANGED];
	while (page && page->ref.number != number)
		page = page->next;
	return page;
}

static struct zong_pages_page *new_page(uint64_t number)
{
	struct zong_pages_page *page = malloc(sizeof(*page));

	if (!page)
		return NULL;
	page->ref = (struct zong_page_ref){.number = number};
	page->next = NULL;
	atomic_init(&page->users, 1);
	return page;
}

static int open_page(struct zong_pages_txn *txn, const struct zong_page_ref *ref,
	struct zong_pages_page **ret_page)
{
	struct zong_pages_page *page;
	MDB_val box;
	int r = get_box(txn, ref->number, &box);

	if (r)
		return r == ZONG_ENOENT ? ZONG_ECORRUPT : r;
	if (box.mv_size != ZONG_PAGE_BOX || zong_read_be64(box.mv_data) != ref->version)
		return ZONG_ECORRUPT;
	page = new_page(ref->number);
	if (!page)
		return ZONG_ENOMEM;
	page->ref = *ref;
	r = open_box(txn, LABEL_PAGE, ref->number, &box, page->bytes);
	if (!r && !zong_page_sound(page->bytes))
		r = ZONG_ECORRUPT;
	if (r) {
		zong_pages_leave(page);
		return r;
	}
	keep(txn->pages, page);
	*ret_page = page;
	return 0;
}

int zong_pages_load(struct zong_pages_txn *txn, const struct zong_page_ref *ref,
	struct zong_pages_page **ret_page)
{
	struct zong_pages_page *page = NULL;
	struct zong_pages_txn *at;

	for (at = txn; at && !page; at = at->around)
		page = find_changed(at, ref->number);
	if (page)
		atomic_fetch_add(&page->users, 1);
	else
		page = find_kept(txn->pages, ref);
	if (!page)
		return open_page(txn, ref, ret_page);
	*ret_page = page;
	return 0;
}

static int note_changed(struct zong_pages_txn *txn, struct zong_pages_page *page)
{
	struct zong_pages_page **chain;

	if (!txn->changed) {
		txn->changed = calloc(ZONG_PAGES_CHANGED, sizeof(*txn->changed));
		if (!txn->changed)
			return ZONG_ENOMEM;
	}
	chain = &txn->changed[page->ref.number % ZONG_PAGES_CHANGED];
	page->next = *chain;
	*chain = page;
	txn->head_changed = true;
	return 0;
}

int zong_pages_change(struct zong_pages_txn *txn, const struct zong_page_ref *ref,
	struct zong_pages_page **ret_page)
{
	struct zong_pages_page *page = find_changed(txn, ref->number);
	struct zong_pages_page *old;
	int r;

	if (page) {
		*ret_page = page;
		return 0;
	}
	r = zong_pages_load(txn, ref, &old);
	if (r)
		return r;
	page = new_page(ref->number);
	if (page)
		memcpy(page->bytes, old->bytes, sizeof(page->bytes));
	zong_pages_leave(old);
	if (!page)
		return ZONG_ENOMEM;
	r = note_changed(txn, page);
	if (r) {
		zong_pages_leave(page);
		return r;
	}
	*ret_page = page;
	return 0;
}

int zong_pages_add(
	struct zong_pages_txn *txn, enum zong_page_kind kind, struct zong_pages_page **ret_page)
{
	struct zong_pages_page *page = new_page(txn->next_number);
	int r;

	if (!page)
		return ZONG_ENOMEM;
	zong_page_clear(page->bytes, kind);
	r = note_changed(txn, page);
	if (r) {
		zong_pages_leave(page);
		return r;
	}
	txn->next_number++;
	*ret_page = page;
	return 0;
}

int zong_pages_remove(struct zong_pages_txn *txn, uint64_t number)
{
	struct zong_pages_page **at, *page;
	uint8_t room[sizeof(number)];
	MDB_val key = key_of(number, room);
	int rc;

	if (txn->changed) {
		at = &txn->changed[number % ZONG_PAGES_CHANGED];
		while (*at && (*at)->ref.number != number)
			at = &(*at)->next;
		page = *at;
		if (page) {
			*at = page->next;
			page->next = NULL;
			zong_pages_leave(page);
		}
	}
	txn->head_changed = true;
	rc = mdb_del(txn->mdb, txn->dbi, &key, NULL);
	return rc == MDB_NOTFOUND ? 0 : failed(txn, rc);
}

/* ---- the flush ---- */

static int flush_page(struct zong_pages_txn *txn, struct zong_pages_page *page, unsigned int level)
{
	struct zong_pages_page *below;
	struct zong_page_cell cell;
	uint8_t *box;
	size_t i;
	int r = level < LEVELS_MOST ? 0 : ZONG_ECORRUPT;

	for (i = 0; !r && zong_page_kind(page->bytes) == ZONG_PAGE_BRANCH &&
		    i < zong_page_count(page->bytes);
		i++) {
		zong_page_get(page->bytes, i, &cell);
		below = find_changed(txn, cell.ref.number);
		if (!below || below->ref.version)
			continue;
		r = flush_page(txn, below, level + 1);
		if (!r)
			zong_page_set_version(page->bytes, i, below->ref.version);
	}
	if (!r)
		r = reserve_box(txn, page->ref.number, ZONG_PAGE_BODY, &box);
	if (r)
		return r;
	memcpy(box + ZONG_BOX_NONCE, page->bytes, ZONG_PAGE_BODY);
	page->ref.version = seal_box(txn, LABEL_PAGE, page->ref.number, box, ZONG_PAGE_BODY);
	keep(txn->pages, page);
	return 0;
}

static void forget_changed(struct zong_pages_txn *txn)
{
	struct zong_pages_page *page, *next;
	size_t i;

	for (i = 0; txn->changed && i < ZONG_PAGES_CHANGED; i++) {
		for (page = txn->changed[i]; page; page = next) {
			next = page->next;
			page->next = NULL;
			zong_pages_leave(page);
		}
		txn->changed[i] = NULL;
	}
}

int zong_pages_flush(struct zong_pages_txn *txn)
{
	struct zong_pages_page *root;
	int r = 0;

	if (!txn->head_changed)
		return 0;
	root = find_changed(txn, txn->root.number);
	if (root) {
		r = flush_page(txn, root, 0);
		txn->root = root->ref;
	}
	if (!r)
		r = write_head(txn);
	forget_changed(txn);
	if (!r)
		txn->head_changed = false;
	return r;
}

/* Pages that were removed may stay among those changed around it: nothing leads there, so they are never put. */
void zong_pages_merge(struct zong_pages_txn *txn)
{
	struct zong_pages_txn *around = txn->around;
	struct zong_pages_page **from, **at, *page;
	size_t i;

	if (!txn->head_changed)
		return;
	if (txn->changed && !around->changed) {
		around->changed = txn->changed;
		txn->changed = NULL;
	}
	for (i = 0; txn->changed && i < ZONG_PAGES_CHANGED; i++)
		for (from = &txn->changed[i]; *from;) {
			page = *from;
			*from = page->next;
			at = &around->changed[i];
			while (*at && (*at)->ref.number != page->ref.number)
				at = &(*at)->next;
			page->next = NULL;
			if (*at) {
				page->next = (*at)->next;
				(*at)->next = NULL;
				zong_pages_leave(*at);
			}
			*at = page;
		}
	around->root = txn->root;
	around->next_number = txn->next_number;
	around->head_changed = true;
}

void zong_pages_release(struct zong_pages_txn *txn)
{
	struct zong_pages_value *value, *next;

	forget_changed(txn);
	free(txn->changed);
	for (value = txn->values; value; value = next) {
		next = value->next;
		zong_pages_value_free(value);
	}
	memset(txn, 0, sizeof(*txn));
}

/* ---- values ---- */

void zong_pages_value_free(struct zong_pages_value *value)
{
	if (!value)
		return;
	sodium_memzero(value->body, value->room);
	free(value);
}

static struct zong_pages_value *new_value(size_t room)
{
	struct zong_pages_value *value = malloc(sizeof(*value) + room);

	if (!value)
		return NULL;
	value->next = NULL;
	value->room = room;
	value->bytes = value->body;
	return value;
}

int zong_pages_copy_value(const void *bytes, size_t len, struct zong_pages_value **ret_value)
{
	struct zong_pages_value *value = new_value(len);

	if (!value)
		return ZONG_ENOMEM;
	if (bytes && len)
		memcpy(value->body, bytes, len);
	*ret_value = value;
	return 0;
}

void zong_pages_keep_value(struct zong_pages_txn *txn, struct zong_pages_value *value)
{
	value->next = txn->values;
	txn->values = value;
}

int zong_pages_put_value(
	struct zong_pages_txn *txn, const void *bytes, size_t len, struct zong_page_ref *ret_ref)
{
	size_t room = zong_seal_room(len);
	uint8_t *box, *body;
	int r;

	/* One that is sealed already, as segments on their way are, has such a length and a little more. */
	if (len > SEALED_MORE)
		room = zong_seal_room(len - SEALED_MORE) + SEALED_MORE;
	if (room < ZONG_PAGE_BODY)
		room = ZONG_PAGE_BODY; /* as long as a page, so that it passes for one */
	r = reserve_box(txn, txn->next_number, room, &box);
	if (r)
		return r;
	body = box + ZONG_BOX_NONCE;
	zong_write_be32(body, (uint32_t)len);
	memcpy(body + ZONG_SEAL_LENGTH, bytes, len);
	memset(body + ZONG_SEAL_LENGTH + len, 0, room - ZONG_SEAL_LENGTH - len);
	ret_ref->number = txn->next_number++;
	ret_ref->version = seal_box(txn, LABEL_VALUE, ret_ref->number, box, room);
	txn->head_changed = true;
	return 0;
}

int zong_pages_get_value(struct zong_pages_txn *txn, const struct zong_page_ref *ref, size_t len,
	struct zong_pages_value **ret_value)
{
	struct zong_pages_value *value;
	MDB_val box;
	int r = get_box(txn, ref->number, &box);

	if (r)
		return r == ZONG_ENOENT ? ZONG_ECORRUPT : r;
	if (box.mv_size < ZONG_BOX_MORE + ZONG_SEAL_LENGTH + len ||
		zong_read_be64(box.mv_data) != ref->version)
		return ZONG_ECORRUPT;
	value = new_value(box.mv_size - ZONG_BOX_MORE);
	if (!value)
		return ZONG_ENOMEM;
	r = open_box(txn, LABEL_VALUE, ref->number, &box, value->body);
	if (!r && zong_read_be32(value->body) != len)
		r = ZONG_ECORRUPT;
	if (r) {
		zong_pages_value_free(value);
		return r;
	}
	value->bytes = value->body + ZONG_SEAL_LENGTH;
	*ret_value = value;
	return 0;
}
