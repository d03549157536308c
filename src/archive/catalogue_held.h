/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CATALOGUE_HELD_H
#define ZONG_ARCHIVE_CATALOGUE_HELD_H

/* Papers of a unit, a building or a parcel that were handed in once, with another case, and serve this one. Threads: those of the txn. */

#include "catalogue.h"

/* Fills held and held_through of each of needs->missing that may be served so. */
int zong_catalogue_find_held(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_catalogue *catalogue, const Zong__Case *cas,
	struct zong_case_needs *needs);

#endif
