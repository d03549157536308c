/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/material.h>
#include <zong/time.h>

#include "bytecache.h"
#include "bytes.h"
#include "inside.h"
#include "journal.h"
#include "look.h"
#include "row.h"

struct zong_bytes {
	struct zong_archive *archive;
	struct zong_digest digest;
	uint64_t size;
	enum zong_media media;
	char *name;
	struct zong_bytecache_item *item; /* all of it, or NULL */
	struct zong_reader *reader;	  /* where there is no item */
	int fd;				  /* made for this; where there is neither */
};

void zong_bytes_close(struct zong_bytes *bytes)
{
	if (!bytes)
		return;
	zong_bytecache_give(bytes->item);
	if (bytes->reader)
		zong_reader_close(bytes->reader);
	if (bytes->fd >= 0)
		close(bytes->fd);
	if (bytes->name != protobuf_c_empty_string)
		free(bytes->name);
	free(bytes);
}

static struct zong_bytes *new_bytes(void)
{
	struct zong_bytes *bytes = calloc(1, sizeof(*bytes));

	if (bytes)
		bytes->fd = -1;
	return bytes;
}

int zong_bytes_of_spool(int fd, uint64_t size, const struct zong_digest *digest,
	enum zong_media media, const char *name, struct zong_bytes **ret_bytes)
{
	struct zong_bytes *bytes = new_bytes();

	if (!bytes) {
		close(fd);
		return ZONG_ENOMEM;
	}
	bytes->fd = fd;
	bytes->size = size;
	bytes->digest = *digest;
	bytes->media = media;
	bytes->name = strdup(name);
	if (!bytes->name) {
		zong_bytes_close(bytes);
		return ZONG_ENOMEM;
	}
	*ret_bytes = bytes;
	return 0;
}

static int load(struct zong_bytes *bytes)
{
	size_t size = (size_t)bytes->size;
	uint8_t *whole = malloc(size ? size : 1);
	size_t done = 0;
	int err = whole ? 0 : ZONG_ENOMEM;

	while (!err && done < size) {
		size_t got;

		err = zong_reader_read(bytes->reader, done, whole + done, size - done, &got);
		if (!err && got == 0)
			err = ZONG_ECORRUPT;
		if (!err)
			done += got;
	}
	if (err) {
		free(whole);
		return err;
	}
	bytes->item = zong_bytecache_put(bytes->archive->bytes, &bytes->digest, whole, size);
	return bytes->item ? 0 : ZONG_ENOMEM;
}

/* The file of a material that the subject was found to be allowed to read. */
static int open_file(
	struct zong_archive *archive, const Zong__Material *material, struct zong_bytes **ret_bytes)
{
	struct zong_bytes *bytes = new_bytes();
	int err = 0;

	if (!bytes)
		return ZONG_ENOMEM;
	bytes->archive = archive;
	bytes->size = material->bytes;
	bytes->media = material->media;
	bytes->name = strdup(material->file_name);
	if (!bytes->name)
		err = ZONG_ENOMEM;
	else if (!zong_row_digest(&material->file, &bytes->digest))
		err = ZONG_ECORRUPT;
	if (!err)
		bytes->item = zong_bytecache_take(archive->bytes, &bytes->digest);
	if (!err && !bytes->item) {
		err = zong_reader_open(archive->store, &bytes->digest, &bytes->reader);
		if (err == ZONG_ENOENT) /* the row says that there is one */
			err = ZONG_ECORRUPT;
		if (!err && zong_reader_size(bytes->reader) != bytes->size)
			err = ZONG_ECORRUPT;
		if (!err && bytes->size <= ZONG_BYTECACHE_FILE)
			err = load(bytes);
	}
	if (err) {
		zong_bytes_close(bytes);
		return err;
	}
	*ret_bytes = bytes;
	return 0;
}

/* The material with the text id, or any with the file, that the subject may read, and its name in
 * the log. */
static int look(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const struct zong_digest *file, Zong__Material **ret_material,
	char ret_object[ZONG_LOOK_OBJECT])
{
	char digest[ZONG_DIGEST_TEXT];
	struct zong_txn *txn;
	int err;

	err = zong_access_may(who, ZONG_VERB_MATERIAL_READ, NULL);
	if (!err)
		err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = file ? zong_look_file(txn, who, file, ret_material)
		   : zong_look_material(txn, who, id, ret_material);
	zong_txn_end(txn);
	if (err)
		return err;
	if ((*ret_material)->destroyed) {
		zong__material__free_unpacked(*ret_material, NULL);
		*ret_material = NULL;
		return ZONG_EDESTROYED;
	}
	if (file) {
		zong_digest_format(file, digest);
		snprintf(ret_object, ZONG_LOOK_OBJECT, "file/%s", digest);
	} else {
		zong_look_object(*ret_material, ret_object);
	}
	return 0;
}

static int open_recorded(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, const struct zong_digest *file, struct zong_bytes **ret_bytes)
{
	_cleanup_row_ Zong__Material *material = NULL;
	char object[ZONG_LOOK_OBJECT];
	int err = look(archive, who, id, file, &material, object);

	if (!err)
		err = zong_journal_read(archive->journal, who, "file.read", object);
	return err ? err : open_file(archive, material, ret_bytes);
}

/* First the bytes, then the count: what is not given must not be counted. */
static int open_now(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const struct zong_digest *file, struct zong_bytes **ret_bytes)
{
	_cleanup_row_ Zong__Material *material = NULL;
	char object[ZONG_LOOK_OBJECT];
	struct zong_digest digest;
	struct zong_bytes *bytes;
	int err = look(archive, who, id, file, &material, object);

	if (err)
		return err;
	if (!zong_row_digest(&material->file, &digest))
		return ZONG_ECORRUPT;
	bytes = new_bytes();
	if (!bytes)
		return ZONG_ENOMEM;
	bytes->archive = archive;
	bytes->digest = digest;
	bytes->size = material->bytes;
	bytes->media = material->media;
	bytes->item = zong_bytecache_take(archive->bytes, &digest);
	err = bytes->item ? zong_journal_repeat(archive->journal, who, "file.read", object)
			  : ZONG_ENOTREADY;
	if (err) {
		zong_bytes_close(bytes);
		return err;
	}
	bytes->name = material->file_name; /* the row goes, its name stays */
	material->file_name = (char *)protobuf_c_empty_string;
	*ret_bytes = bytes;
	return 0;
}

int zong_material_bytes(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, struct zong_bytes **ret_bytes, struct zong_err *err)
{
	int code = open_recorded(archive, who, id, NULL, ret_bytes);

	return code ? zong_err_set(err, code, "%s", id) : 0;
}

int zong_file_bytes(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_digest *file, struct zong_bytes **ret_bytes, struct zong_err *err)
{
	char digest[ZONG_DIGEST_TEXT];
	int code = open_recorded(archive, who, NULL, file, ret_bytes);

	if (!code)
		return 0;
	zong_digest_format(file, digest);
	return zong_err_set(err, code, "%s", digest);
}

int zong_material_bytes_now(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, struct zong_bytes **ret_bytes)
{
	return open_now(archive, who, id, NULL, ret_bytes);
}

int zong_file_bytes_now(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_digest *file, struct zong_bytes **ret_bytes)
{
	return open_now(archive, who, NULL, file, ret_bytes);
}

int zong_bytes_again(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const struct zong_digest *file)
{
	char object[ZONG_LOOK_OBJECT], text[ZONG_DIGEST_TEXT];
	struct zong_id value;

	/* no commit tells that a token's time is over */
	if (who->expires && who->expires <= zong_time_now())
		return ZONG_ENOTREADY;
	if (!id) {
		zong_digest_format(file, text);
		snprintf(object, sizeof(object), "file/%s", text);
	} else {
		if (zong_id_parse(id, &value))
			return ZONG_ENOTREADY;
		zong_id_format(&value, text);
		snprintf(object, sizeof(object), "material/%s", text);
	}
	return zong_journal_repeat(archive->journal, who, "file.read", object);
}

uint64_t zong_bytes_size(const struct zong_bytes *bytes)
{
	return bytes->size;
}

const struct zong_digest *zong_bytes_digest(const struct zong_bytes *bytes)
{
	return &bytes->digest;
}

enum zong_media zong_bytes_media(const struct zong_bytes *bytes)
{
	return bytes->media;
}

const char *zong_bytes_name(const struct zong_bytes *bytes)
{
	return bytes->name;
}

const void *zong_bytes_whole(struct zong_bytes *bytes)
{
	size_t len;

	return bytes->item ? zong_bytecache_bytes(bytes->item, &len) : NULL;
}

int zong_bytes_read(
	struct zong_bytes *bytes, uint64_t offset, void *ret, size_t len, size_t *ret_read)
{
	const uint8_t *whole = zong_bytes_whole(bytes);

	int err;

	if (!whole && bytes->reader)
		return zong_reader_read(bytes->reader, offset, ret, len, ret_read);
	if (offset >= bytes->size)
		len = 0;
	else if (len > bytes->size - offset)
		len = (size_t)(bytes->size - offset);
	if (!whole) {
		err = zong_file_read_at(bytes->fd, ret, len, offset);
		if (err)
			return err;
	} else if (len)
		memcpy(ret, whole + offset, len);
	*ret_read = len;
	return 0;
}
