/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/bulk.h>
#include <zong/log.h>
#include <zong/time.h>

#include "state.h"
#include "textindex.h"
#include "textmemory.h"
#include "textsearch.h"

/* The index's own thread walks ZONG_TABLE_CHANGES from the change that the index holds. While there
 * is more to do it commits every BATCH_DOCUMENTS or BATCH_TIME, else at once: a commit of Xapian
 * costs several syncs. Where it is far behind (made anew, a big import) nobody can wait for it, and a commit
 * writes every block that a word of the batch stands in: so batches are as large as memory allows.
 * After an error it opens the index again, which also makes a broken one anew.
 *
 * A sealed archive has no index: its texts are read into memory (textmemory.h) by the same walk, from the first change on,
 * each time that it is opened.
 */
#define BATCH_DOCUMENTS 200
#define BATCH_TIME (3 * ZONG_SECOND / 10)
#define FAR_BEHIND 5000
#define FAR_DOCUMENTS 9000	   /* Xapian commits by itself at 10,000 */
#define FAR_TEXT (4 << 20)	   /* bytes; in Xapian's memory some hundred MB */
#define FAR_TIME (5 * ZONG_SECOND) /* the read transaction is open as long */
#define COMPACT_FROM 5000 /* documents at once, and more than half of all: then the index is made compact */
#define RETRY_AFTER ZONG_SECOND
#define WAIT_MAX (60 * ZONG_SECOND) /* in truth every commit and zong_text_stop wake it */

struct zong_text {
	struct zong_store *store;
	char *dir;
	zong_text_source *source;
	void *ctx;
	bool has_thread;
	pthread_t thread;
	struct zong_textsearch *search;
	struct zong_textindex *index; /* the thread's own */
	struct zong_textmemory *memory; /* of a sealed archive, instead of both */

	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t moved;
	uint64_t change; /* the last one that is committed */
	bool stopping;
	bool broken; /* a search found it so */
};

/* ---- the catalog's side ---- */

static void change_key(uint64_t change, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u64(ret_key, change);
}

int zong_text_changed(struct zong_txn *txn, const void *what, size_t what_len, uint64_t *ret_change)
{
	struct zong_key key;
	uint64_t change;
	int r;

	if (what_len == 0 || what_len > sizeof(((struct zong_text_hit *)NULL)->what))
		return ZONG_EINVAL;
	r = zong_txn_count(txn, ZONG_COUNT_CHANGE, 1, &change);
	if (r)
		return r;
	change_key(change, &key);
	r = zong_txn_put_bytes(txn, ZONG_TABLE_CHANGES, &key, what, what_len);
	if (!r && ret_change)
		*ret_change = change;
	return r;
}

static int last_change(struct zong_store *store, uint64_t *ret_change)
{
	struct zong_txn *txn;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	r = zong_txn_counter(txn, ZONG_COUNT_CHANGE, ret_change);
	zong_txn_end(txn);
	return r;
}

/* ---- the thread ---- */

static bool is_stopping(struct zong_text *text)
{
	bool stopping;

	pthread_mutex_lock(&text->mutex);
	stopping = text->stopping;
	pthread_mutex_unlock(&text->mutex);
	return stopping;
}

static void publish(struct zong_text *text, uint64_t change)
{
	pthread_mutex_lock(&text->mutex);
	text->change = change;
	pthread_cond_broadcast(&text->moved);
	pthread_mutex_unlock(&text->mutex);
}

static int open_index(struct zong_text *text)
{
	uint64_t last, change;
	bool broken;
	int r = last_change(text->store, &last);

	if (r || text->memory)
		return r;
	pthread_mutex_lock(&text->mutex);
	broken = text->broken;
	text->broken = false;
	pthread_mutex_unlock(&text->mutex);
	if (broken)
		zong_textindex_remove(text->dir);
	r = zong_textindex_open(text->dir, zong_store_id(text->store), last, &text->index, &change);
	if (r)
		return r;
	if (change == 0)
		zong_textsearch_forget(text->search);
	publish(text, change);
	return 0;
}

static int put(struct zong_text *text, const uint8_t *what, size_t what_len, struct zong_buf *buf)
{
	const char *bytes = zong_buf_str(buf);

	return text->memory ? zong_textmemory_put(text->memory, what, what_len, bytes, buf->len)
			    : zong_textindex_put(text->index, what, what_len, bytes, buf->len);
}

static int take_away(struct zong_text *text, const uint8_t *what, size_t what_len)
{
	return text->memory ? zong_textmemory_delete(text->memory, what, what_len)
			    : zong_textindex_delete(text->index, what, what_len);
}

/* One row of what changed into the index. */
static int index_one(struct zong_text *text, struct zong_txn *txn, const uint8_t *what,
	size_t what_len, struct zong_buf *buf)
{
	int r;

	zong_buf_clear(buf);
	r = text->source(text->ctx, txn, what, what_len, buf);
	if (r == ZONG_ENOENT)
		return take_away(text, what, what_len);
	if (r == ZONG_ENOMEM)
		return r;
	if (r) /* one document that cannot be had must not keep all others out */
		zong_log_warning("text index: a document is incomplete: %s", zong_error_slug(r));
	return put(text, what, what_len, buf);
}

struct batch {
	uint64_t documents, text;
	int64_t until;
};

/* How much is done at once, from how much there is to do. */
static void choose_batch(struct zong_txn *txn, uint64_t from, struct batch *ret_batch)
{
	uint64_t last;
	bool far = zong_txn_counter(txn, ZONG_COUNT_CHANGE, &last) == 0 && last > from + FAR_BEHIND;

	ret_batch->documents = far ? FAR_DOCUMENTS : BATCH_DOCUMENTS;
	ret_batch->text = FAR_TEXT;
	ret_batch->until = zong_time_monotonic() + (far ? FAR_TIME : BATCH_TIME);
}

/* Indexes what comes behind change @from. *ret_last: the last one done; *ret_more: there is more.
 */
static int index_batch(struct zong_text *text, uint64_t from, struct zong_buf *buf,
	uint64_t *ret_last, bool *ret_more)
{
	struct zong_key_view view;
	struct zong_iter iter;
	struct zong_key key;
	struct zong_txn *txn;
	struct batch batch;
	uint64_t documents, bytes = 0;
	int r = zong_store_read_begin(text->store, &txn);

	if (r)
		return r;
	choose_batch(txn, from, &batch);
	*ret_last = from;
	*ret_more = true;
	change_key(from + 1, &key);
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_CHANGES, NULL, &key, false);
	for (documents = 0; !r && documents < batch.documents && bytes < batch.text; documents++) {
		if (documents > 0 && (zong_time_monotonic() > batch.until || is_stopping(text)))
			break;
		r = zong_iter_next(&iter);
		if (r)
			break;
		view = iter.key;
		if (!zong_key_take_u64(&view, ret_last))
			r = ZONG_ECORRUPT;
		else
			r = index_one(text, txn, iter.value, iter.value_len, buf);
		bytes += buf->len;
	}
	if (r == ZONG_EEND) {
		*ret_more = false;
		r = 0;
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return r;
}

/* Behind a making from the beginning, or an import that was larger than the archive: then a third of the index is
 * gaps. */
static int compact(struct zong_text *text)
{
	int r = zong_textindex_compact(text->index);

	if (r) /* it is as good as before */
		return r == ZONG_ENOMEM || r == ZONG_ENOSPC || r == ZONG_EIO ? 0 : r;
	zong_textsearch_pause(text->search);
	r = zong_textindex_exchange(&text->index);
	zong_textsearch_resume(text->search);
	return r;
}

static int catch_up(struct zong_text *text, struct zong_buf *buf)
{
	uint64_t from, last, done = 0;
	bool more = true;
	int r;

	while (more && !is_stopping(text)) {
		from = zong_text_change(text->store);
		r = index_batch(text, from, buf, &last, &more);
		if (r)
			return r;
		if (last == from)
			return 0;
		r = text->memory ? 0 : zong_textindex_commit(text->index, last);
		done += last - from;
		if (!r && !text->memory && !more && done >= COMPACT_FROM &&
			done > zong_textindex_documents(text->index) / 2 && !is_stopping(text))
			r = compact(text);
		if (r)
			return r;
		publish(text, last);
	}
	return 0;
}

static bool is_broken(struct zong_text *text)
{
	bool broken;

	pthread_mutex_lock(&text->mutex);
	broken = text->broken;
	pthread_mutex_unlock(&text->mutex);
	return broken;
}

static void wait_retry(struct zong_text *text)
{
	struct timespec deadline;

	zong_deadline_in(RETRY_AFTER, &deadline);
	pthread_mutex_lock(&text->mutex);
	while (!text->stopping &&
		pthread_cond_timedwait(&text->moved, &text->mutex, &deadline) == 0)
		;
	pthread_mutex_unlock(&text->mutex);
}

static void *run(void *arg)
{
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_LIMIT_PAGE_TEXT);
	struct zong_text *text = arg;
	uint64_t seen = 0;
	int r = 0;

	while (!is_stopping(text)) {
		zong_store_wait(text->store, &seen, WAIT_MAX);
		if (is_broken(text)) {
			zong_textindex_close(text->index);
			text->index = NULL;
		}
		if (!text->index && !text->memory)
			r = open_index(text);
		if (!r)
			r = catch_up(text, &buf);
		if (!r)
			continue;
		zong_log_error("text index: stopped at change %llu: %s, trying again",
			(unsigned long long)zong_text_change(text->store), zong_error_slug(r));
		if (r == ZONG_ECORRUPT) {
			pthread_mutex_lock(&text->mutex);
			text->broken = true;
			pthread_mutex_unlock(&text->mutex);
		}
		zong_textindex_close(text->index);
		text->index = NULL;
		wait_retry(text);
		seen = 0;
		r = 0;
	}
	if (text->memory && buf.data)
		explicit_bzero(buf.data, buf.cap);
	zong_buf_release(&buf);
	return NULL;
}

/* ---- starting and stopping ---- */

static void text_free(struct zong_text *text)
{
	zong_textindex_close(text->index);
	zong_textsearch_free(text->search);
	zong_textmemory_free(text->memory);
	pthread_cond_destroy(&text->moved);
	pthread_mutex_destroy(&text->mutex);
	free(text->dir);
	free(text);
}

static int text_new(struct zong_store *store, struct zong_text **ret_text)
{
	struct zong_text *text = calloc(1, sizeof(*text));
	int r;

	if (!text)
		return ZONG_ENOMEM;
	text->store = store;
	pthread_mutex_init(&text->mutex, NULL);
	zong_cond_init(&text->moved);
	r = asprintf(&text->dir, "%s/text", store->dir) < 0 ? ZONG_ENOMEM : 0;
	if (r)
		text->dir = NULL;
	else if (store->seal)
		r = zong_textmemory_new(ZONG_LIMIT_SEALED_TEXT, &text->memory);
	else
		r = zong_textsearch_new(text->dir, &text->search);
	if (r) {
		text_free(text);
		return r;
	}
	*ret_text = text;
	return 0;
}

int zong_text_start(
	struct zong_store *store, zong_text_source *source, void *ctx, struct zong_err *err)
{
	struct zong_text *text;
	int r;

	if (store->text)
		return zong_err_set(err, ZONG_EINVAL, NULL);
	if (store->seal && store->read_only_index) /* nobody would read the texts */
		return zong_err_set(err, ZONG_ESEALED, NULL);
	r = text_new(store, &text);
	if (r)
		return zong_err_set(err, r, NULL);
	text->source = source;
	text->ctx = ctx;
	store->text = text;
	if (store->read_only_index)
		return 0;
	/* Here, so that whoever starts it hears of a disk that does not work. */
	r = open_index(text);
	if (!r && pthread_create(&text->thread, NULL, run, text) != 0)
		r = ZONG_ENOMEM;
	if (r) {
		store->text = NULL;
		text_free(text);
		return zong_err_set(err, r, "text");
	}
	text->has_thread = true;
	return 0;
}

void zong_text_stop(struct zong_store *store)
{
	struct zong_text *text = store->text;

	if (!text)
		return;
	if (text->has_thread) {
		pthread_mutex_lock(&text->mutex);
		text->stopping = true;
		pthread_cond_broadcast(&text->moved);
		pthread_mutex_unlock(&text->mutex);
		zong_store_wake(store);
		pthread_join(text->thread, NULL);
	}
	store->text = NULL;
	text_free(text);
}

/* ---- who asks ---- */

uint64_t zong_text_change(struct zong_store *store)
{
	struct zong_text *text = store->text;
	uint64_t change;

	if (!text)
		return 0;
	pthread_mutex_lock(&text->mutex);
	change = text->change;
	pthread_mutex_unlock(&text->mutex);
	return change;
}

int zong_text_settle(struct zong_store *store, int64_t timeout)
{
	struct zong_text *text = store->text;
	struct timespec deadline;
	uint64_t last;
	int r = last_change(store, &last);

	if (r)
		return r;
	if (!text)
		return last == 0 ? 0 : ZONG_ETIMEOUT;
	zong_deadline_in(timeout, &deadline);
	pthread_mutex_lock(&text->mutex);
	while (text->change < last && !r)
		if (pthread_cond_timedwait(&text->moved, &text->mutex, &deadline) != 0)
			r = ZONG_ETIMEOUT;
	if (text->change >= last)
		r = 0;
	pthread_mutex_unlock(&text->mutex);
	return r;
}

int zong_text_search(struct zong_store *store, const char *query, size_t offset, size_t max,
	struct zong_text_hit *ret_hits, size_t *ret_count, size_t *ret_total)
{
	const struct zong_text_part part = {.how = ZONG_TEXT_WORDS, .text = query};
	const struct zong_text_query asked = {.part = &part, .parts = 1};

	return zong_text_ask(store, &asked, offset, max, ret_hits, ret_count, ret_total);
}

int zong_text_ask(struct zong_store *store, const struct zong_text_query *query, size_t offset,
	size_t max, struct zong_text_hit *ret_hits, size_t *ret_count, size_t *ret_total)
{
	struct zong_text *text = store->text;
	int r;

	if (!text)
		return ZONG_EIO;
	if (text->memory)
		return zong_textmemory_ask(
			text->memory, query, offset, max, ret_hits, ret_count, ret_total);
	r = zong_textsearch_ask(text->search, query, offset, max, ret_hits, ret_count, ret_total);
	if (r != ZONG_ECORRUPT)
		return r;
	/* It is derived: made anew while the caller is told to come again. */
	pthread_mutex_lock(&text->mutex);
	text->broken = true;
	pthread_mutex_unlock(&text->mutex);
	zong_textsearch_forget(text->search);
	zong_store_wake(store);
	return ZONG_EIO;
}

/* ---- for a check ---- */

static char *index_dir(struct zong_store *store)
{
	char *dir;

	return asprintf(&dir, "%s/text", store->dir) < 0 ? NULL : dir;
}

int zong_textlook_open(struct zong_store *store, struct zong_textlook **ret_look)
{
	char *dir = index_dir(store);
	int r = dir ? zong_textlook_new(dir, zong_store_id(store), ret_look) : ZONG_ENOMEM;

	free(dir);
	return r;
}

int zong_textlook_remove(struct zong_store *store)
{
	char *dir;
	int r;

	if (store->text || store->read_only)
		return ZONG_EINVAL;
	dir = index_dir(store);
	r = dir ? zong_textindex_remove(dir) : ZONG_ENOMEM;
	free(dir);
	return r;
}
