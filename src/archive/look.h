/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_LOOK_H
#define ZONG_ARCHIVE_LOOK_H

/* Rows that a subject may see, looked up by what it says. What is hidden is answered like what is
 * missing: ZONG_ENOENT, after the same look-ups. Threads: those of the txn. */

#include <zong/access.h>
#include <zong/store.h>

#define ZONG_LOOK_OBJECT 128 /* "material/<id>" */

/* The case of that number, which ends as ZONG_ENOCASE where there is none that the subject may see. */
int zong_look_case(
	struct zong_txn *txn, const struct zong_subject *who, const char *no, Zong__Case **ret_case);
/* The material with the text id. */
int zong_look_material(struct zong_txn *txn, const struct zong_subject *who, const char *id,
	Zong__Material **ret_material);
/* Any material with this file that the subject may read. */
int zong_look_file(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_digest *file, Zong__Material **ret_material);
/* A material's name in the log. */
void zong_look_object(const Zong__Material *material, char ret_object[ZONG_LOOK_OBJECT]);

#endif
