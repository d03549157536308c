/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_INDEX_ROWS_H
#define ZONG_ARCHIVE_INDEX_ROWS_H

/* The index rows by which cases, materials and pages are found again, and the text that the
 * full-text index gets. Everything here can be rebuilt from the rows it is made of. The layouts of
 * the keys are in store.h at the tables. Each function is called inside a change
 * (zong_store_write), puts rows only, and may be repeated. Errors are those of zong_txn_put.
 *
 * Certificates stand in BY_CERT under their normal form and, where they have a serial, in
 * BY_CERT_TAIL under the serial without leading zeros backwards, so that a tail is a prefix. Names
 * are folded (zong_index_fold_name). ID numbers are upper case. A text that is too long for a key
 * is cut at a character. */

#include <zong/record.h>
#include <zong/store.h>

/* BY_UNIT, BY_CERT, BY_CERT_TAIL, BY_PARTY, BY_IDNO of a case. */
int zong_index_case(struct zong_txn *txn, const Zong__Case *cas);
/* So many characters of a unit code say what a paper with this scope is about; 0: it is about its case alone. */
size_t zong_index_scope_width(Zong__Scope scope);
/* BY_UNIT of a material, MATERIALS_SHARED of one that is shared, and its place among the changes that the text index must see. */
int zong_index_material(struct zong_txn *txn, const Zong__Material *m);
/* BY_UNIT_READ, BY_CERT, BY_CERT_TAIL, BY_IDNO for the valid fields of a page, and its place among
 * the changes. */
int zong_index_reading(
	struct zong_txn *txn, const struct zong_digest *raster, const Zong__Reading *reading);

/* The rows of what is destroyed are taken out again; the text index finds it gone. */
int zong_index_material_gone(struct zong_txn *txn, const Zong__Material *m);
int zong_index_reading_gone(
	struct zong_txn *txn, const struct zong_digest *raster, const Zong__Reading *reading);

/* A zong_text_source: the text of a raster or of a material (title, type, file name, case number,
 * kind, parties, address). @ctx is not used. ZONG_ENOENT: gone, or not read. */
int zong_index_source(void *ctx, struct zong_txn *txn, const uint8_t *what, size_t what_len,
	struct zong_buf *ret_text);

/* Names as BY_PARTY has them: folded, lower case, without blanks, at most ZONG_INDEX_NAME bytes. */
#define ZONG_INDEX_NAME 256
void zong_index_fold_name(const char *name, char ret_folded[ZONG_INDEX_NAME + 1]);
/* ID numbers and credit codes as BY_IDNO has them: folded, upper case, without blanks and hyphens.
 */
#define ZONG_INDEX_IDNO 64
void zong_index_fold_idno(const char *idno, char ret_folded[ZONG_INDEX_IDNO + 1]);
/* Digits backwards without leading zeros: "0000123" -> "321". */
void zong_index_tail(const char *digits, char *ret_tail, size_t ret_size);

#endif
