/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CATALOGUE_H
#define ZONG_ARCHIVE_CATALOGUE_H

/* The versions of the catalogue: rows that never change, each taken apart once and kept until the archive is closed.
 *
 *     zong_catalogues_new(&catalogues); zong_catalogues_load(catalogues, path, &err);
 *     zong_catalogues_start(archive, &err);                      with an open store
 *     zong_catalogues_at(catalogues, txn, version, &catalogue);
 *     zong_catalogues_free(catalogues);
 *
 * Threads: any, after start. */

#include <zong/catalogue.h>
#include <zong/store.h>

#include "catalogue_rules.h"
#include "inside.h"

struct zong_catalogues;

int zong_catalogues_new(struct zong_catalogues **ret_catalogues);
void zong_catalogues_free(struct zong_catalogues *catalogues); /* NULL is fine */
/* The text that is to be the newest version. ZONG_EINVAL with file and line, ZONG_EIO, ZONG_ENOENT. */
int zong_catalogues_load(
	struct zong_catalogues *catalogues, const char *path, struct zong_err *err);
/* Makes it the next version where the newest one is another; nothing where none was loaded. ZONG_ELIMIT (that many versions) and
 * those of zong_store_write. */
int zong_catalogues_start(struct zong_archive *archive, struct zong_err *err);

/* Rows and versions. The newest: *ret_version 0 where there is none. */
int zong_catalogues_newest(struct zong_txn *txn, uint32_t *ret_version);
int zong_catalogues_row(struct zong_txn *txn, uint32_t version, Zong__Catalogue **ret_row);
/* Borrowed until the catalogues are freed. ZONG_ENOENT, ZONG_ECORRUPT (it cannot be taken apart). */
int zong_catalogues_at(struct zong_catalogues *catalogues, struct zong_txn *txn, uint32_t version,
	const struct zong_catalogue **ret_catalogue);
void zong_catalogues_key(uint32_t version, struct zong_key *ret_key);

/* catalogue_send.c: a material filed in a case, by the catalogue that the case keeps. Sets scope (where the sender gave none), shared by it, and tax, and
 * appends to its receivers, and to those by the catalogue, the departments that the archive has, unless it goes to those alone that the
 * sender named. @catalogues NULL: nothing. */
int zong_catalogue_send(struct zong_catalogues *catalogues, struct zong_txn *txn,
	const Zong__Case *cas, Zong__Material *material);
/* Ids of the departments with these bits that the archive has, at most ZONG_LIMIT_CATALOGUE_DEPARTMENTS. Returns how many. */
size_t zong_catalogue_here(struct zong_txn *txn, const struct zong_catalogue *catalogue,
	uint32_t departments, const char *ret_id[ZONG_LIMIT_CATALOGUE_DEPARTMENTS]);

#endif
