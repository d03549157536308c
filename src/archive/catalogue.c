/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalogue.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/buffer.h>
#include <zong/file.h>
#include <zong/log.h>
#include <zong/time.h>

#include "journal.h"
#include "row.h"

struct kept {
	uint32_t version;
	struct zong_catalogue *catalogue;
};

struct zong_catalogues {
	pthread_mutex_t lock; /* of the list alone */
	struct kept *kept;
	size_t count;
	/* What was loaded, until it is stored. */
	struct zong_buf text;
	char *name;
};

int zong_catalogues_new(struct zong_catalogues **ret_catalogues)
{
	struct zong_catalogues *catalogues = calloc(1, sizeof(*catalogues));

	if (!catalogues)
		return ZONG_ENOMEM;
	if (pthread_mutex_init(&catalogues->lock, NULL)) {
		free(catalogues);
		return ZONG_ENOMEM;
	}
	catalogues->text = (struct zong_buf)ZONG_BUF_INIT(ZONG_LIMIT_CONFIG);
	*ret_catalogues = catalogues;
	return 0;
}

void zong_catalogues_free(struct zong_catalogues *catalogues)
{
	if (!catalogues)
		return;
	for (size_t i = 0; i < catalogues->count; i++)
		zong_catalogue_free(catalogues->kept[i].catalogue);
	free(catalogues->kept);
	zong_buf_release(&catalogues->text);
	free(catalogues->name);
	pthread_mutex_destroy(&catalogues->lock);
	free(catalogues);
}

int zong_catalogues_load(struct zong_catalogues *catalogues, const char *path, struct zong_err *err)
{
	struct zong_catalogue *catalogue;
	const char *slash = strrchr(path, '/');
	int code = zong_file_read(path, &catalogues->text);

	if (code == ZONG_ELIMIT)
		return zong_err_set(
			err, ZONG_EINVAL, "%s: longer than %d bytes", path, ZONG_LIMIT_CONFIG);
	if (code)
		return zong_err_set(err, code, "%s", path);
	catalogues->name = strdup(slash ? slash + 1 : path);
	if (!catalogues->name)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = zong_catalogue_parse(zong_buf_str(&catalogues->text), catalogues->text.len,
		catalogues->name, &catalogue, err);
	if (!code)
		zong_catalogue_free(catalogue); /* what counts is what the archive has */
	return code;
}

/* ---- rows ---- */

void zong_catalogues_key(uint32_t version, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u32(ret_key, version);
}

int zong_catalogues_row(struct zong_txn *txn, uint32_t version, Zong__Catalogue **ret_row)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_catalogues_key(version, &key);
	err = zong_txn_get(txn, ZONG_TABLE_CATALOGUES, &key, &zong__catalogue__descriptor, &row);
	if (!err)
		*ret_row = (Zong__Catalogue *)row;
	return err;
}

int zong_catalogues_newest(struct zong_txn *txn, uint32_t *ret_version)
{
	struct zong_iter iter = {0};
	uint32_t version = 0;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_CATALOGUES, NULL, NULL, true);

	if (!err)
		err = zong_iter_next(&iter);
	if (!err && !zong_key_take_u32(&iter.key, &version))
		err = ZONG_ECORRUPT;
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	*ret_version = version;
	return 0;
}

struct storing {
	const struct zong_catalogues *catalogues;
	struct zong_digest digest;
	uint32_t version; /* that it has become; 0: it was there */
};

static int put(struct zong_txn *txn, const struct storing *storing, uint32_t version)
{
	_cleanup_row_ Zong__Catalogue *row = zong_row_new(&zong__catalogue__descriptor);
	char object[32];
	struct zong_key key;
	int err;

	if (!row || zong_row_set(&row->name, storing->catalogues->name) ||
		zong_row_set(&row->text, zong_buf_str(&storing->catalogues->text)) ||
		zong_row_set(&row->by, "zong") ||
		zong_row_set_bytes(
			&row->digest, storing->digest.bytes, sizeof(storing->digest.bytes)))
		return ZONG_ENOMEM;
	row->version = version;
	row->since = zong_time_now();
	snprintf(object, sizeof(object), "catalogue/%u", (unsigned int)version);
	err = zong_journal_add(txn, NULL, "catalogue.new", object, row->name, &row->record);
	if (err)
		return err;
	zong_catalogues_key(version, &key);
	return zong_txn_put(txn, ZONG_TABLE_CATALOGUES, &key, &row->base);
}

/* Is it the newest version as it is? */
static int is_newest(
	struct zong_txn *txn, const struct storing *storing, uint32_t *ret_version, bool *ret_same)
{
	_cleanup_row_ Zong__Catalogue *row = NULL;
	struct zong_digest digest;
	int err = zong_catalogues_newest(txn, ret_version);

	*ret_same = false;
	if (err || !*ret_version)
		return err;
	err = zong_catalogues_row(txn, *ret_version, &row);
	if (!err)
		*ret_same = zong_row_digest(&row->digest, &digest) &&
			    zong_digest_equal(&digest, &storing->digest);
	return err;
}

static int store_next(struct zong_txn *txn, void *ctx)
{
	struct storing *storing = ctx;
	uint32_t version;
	bool same;
	int err = is_newest(txn, storing, &version, &same);

	storing->version = 0;
	if (err || same)
		return err;
	if (version == ZONG_LIMIT_CATALOGUES)
		return ZONG_ELIMIT;
	storing->version = version + 1;
	return put(txn, storing, version + 1);
}

int zong_catalogues_start(struct zong_archive *archive, struct zong_err *err)
{
	struct storing storing = {.catalogues = archive->catalogues};
	struct zong_txn *txn;
	uint32_t version;
	bool same = false;
	int code;

	if (!archive->catalogues->name)
		return 0;
	zong_digest_of(zong_buf_str(&archive->catalogues->text), archive->catalogues->text.len,
		&storing.digest);
	code = zong_store_read_begin(archive->store, &txn);
	if (!code) {
		code = is_newest(txn, &storing, &version, &same);
		zong_txn_end(txn);
	}
	if (!code && !same)
		code = zong_store_write(archive->store, store_next, &storing);
	if (code)
		return zong_err_set(err, code, "%s", archive->catalogues->name);
	if (storing.version)
		zong_log_info("%s is version %u of the catalogue", archive->catalogues->name,
			(unsigned int)storing.version);
	return 0;
}

/* ---- taken apart ---- */

static const struct zong_catalogue *find(struct zong_catalogues *catalogues, uint32_t version)
{
	const struct zong_catalogue *found = NULL;

	pthread_mutex_lock(&catalogues->lock);
	for (size_t i = 0; i < catalogues->count && !found; i++)
		if (catalogues->kept[i].version == version)
			found = catalogues->kept[i].catalogue;
	pthread_mutex_unlock(&catalogues->lock);
	return found;
}

/* Takes @catalogue over; where another thread was quicker, its one is it. */
static int keep(struct zong_catalogues *catalogues, uint32_t version,
	struct zong_catalogue *catalogue, const struct zong_catalogue **ret_catalogue)
{
	const struct zong_catalogue *there = NULL;
	struct kept *grown = NULL;

	pthread_mutex_lock(&catalogues->lock);
	for (size_t i = 0; i < catalogues->count && !there; i++)
		if (catalogues->kept[i].version == version)
			there = catalogues->kept[i].catalogue;
	if (!there)
		grown = realloc(
			catalogues->kept, (catalogues->count + 1) * sizeof(*catalogues->kept));
	if (grown) {
		catalogues->kept = grown;
		grown[catalogues->count++] = (struct kept){version, catalogue};
		there = catalogue;
		catalogue = NULL;
	}
	pthread_mutex_unlock(&catalogues->lock);
	zong_catalogue_free(catalogue);
	if (!there)
		return ZONG_ENOMEM;
	*ret_catalogue = there;
	return 0;
}

int zong_catalogues_at(struct zong_catalogues *catalogues, struct zong_txn *txn, uint32_t version,
	const struct zong_catalogue **ret_catalogue)
{
	_cleanup_row_ Zong__Catalogue *row = NULL;
	struct zong_catalogue *catalogue;
	struct zong_err problem = {0};
	int err;

	*ret_catalogue = find(catalogues, version);
	if (*ret_catalogue)
		return 0;
	err = zong_catalogues_row(txn, version, &row);
	if (err)
		return err;
	err = zong_catalogue_parse(row->text, strlen(row->text), row->name, &catalogue, &problem);
	if (err)
		return err == ZONG_EINVAL ? ZONG_ECORRUPT : err;
	return keep(catalogues, version, catalogue, ret_catalogue);
}

/* ---- for people ---- */

static int take_row(struct zong_iter *iter, Zong__Catalogue ***rows, size_t *count)
{
	Zong__Catalogue **grown = realloc(*rows, (*count + 1) * sizeof(*grown));
	Zong__Catalogue *row =
		grown ? zong__catalogue__unpack(NULL, iter->value_len, iter->value) : NULL;

	if (grown)
		*rows = grown;
	if (!row)
		return grown ? ZONG_ECORRUPT : ZONG_ENOMEM;
	grown[(*count)++] = row;
	return zong_row_set(&row->text, "");
}

static int gather(struct zong_txn *txn, Zong__Catalogue ***rows, size_t *count)
{
	struct zong_iter iter = {0};
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_CATALOGUES, NULL, NULL, true);

	while (!err && (err = zong_iter_next(&iter)) == 0)
		err = take_row(&iter, rows, count);
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_catalogue_list(struct zong_archive *archive, const struct zong_subject *who,
	Zong__Catalogue ***ret_rows, size_t *ret_count, struct zong_err *err)
{
	Zong__Catalogue **rows = NULL;
	struct zong_txn *txn;
	size_t count = 0;
	int code = zong_access_may(who, ZONG_VERB_CATALOGUE_READ, NULL);

	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (!code) {
		code = gather(txn, &rows, &count);
		zong_txn_end(txn);
	}
	if (code) {
		zong_catalogues_free_rows(rows, count);
		return zong_err_set(err, code, NULL);
	}
	*ret_rows = rows;
	*ret_count = count;
	return 0;
}

int zong_catalogue_get(struct zong_archive *archive, const struct zong_subject *who,
	uint32_t version, Zong__Catalogue **ret_row, const struct zong_catalogue **ret_catalogue,
	struct zong_err *err)
{
	Zong__Catalogue *row = NULL;
	struct zong_txn *txn;
	int code = zong_access_may(who, ZONG_VERB_CATALOGUE_READ, NULL);

	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	if (!version)
		code = zong_catalogues_newest(txn, &version);
	if (!code)
		code = zong_catalogues_row(txn, version, &row);
	if (!code)
		code = zong_catalogues_at(archive->catalogues, txn, version, ret_catalogue);
	zong_txn_end(txn);
	if (code) {
		zong_row_cleanup(&row);
		return zong_err_set(err, code == ZONG_ENOENT ? ZONG_ENOCATALOGUE : code, "%u",
			(unsigned int)version);
	}
	*ret_row = row;
	return 0;
}

void zong_catalogues_free_rows(Zong__Catalogue **rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		zong__catalogue__free_unpacked(rows[i], NULL);
	free(rows);
}
