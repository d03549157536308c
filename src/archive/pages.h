/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_PAGES_H
#define ZONG_ARCHIVE_PAGES_H

/* The pages of a material for the program itself, within a transaction of reading or writing: nobody's rights are
 * asked. Threads: those of the txn. */

#include <zong/material.h>
#include <zong/store.h>

#include "kind_rules.h"

/* As zong_material_pages with all fields, the kind and the comparison; what is in the transaction already counts. */
int zong_pages_all(struct zong_txn *txn, const struct zong_kind_rules *kinds,
	const Zong__Material *material, struct zong_material_pages *ret_pages);
/* Does no page wait to be read? *ret_waiting: else one that does, near the end, as pages are read from the first one on. */
int zong_pages_settled(struct zong_txn *txn, const Zong__Material *material, bool *ret_settled,
	struct zong_digest *ret_waiting);

#endif
