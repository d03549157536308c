/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_RECEIVERS_H
#define ZONG_ARCHIVE_RECEIVERS_H

/* The departments that a material goes to, as its row has them: those that somebody named, and those that nobody but the
 * catalogue did (by_catalogue). Only the row is changed; deliveries are deliver.h's. Threads: any, one at a time. */

#include <stdbool.h>

#include <zong/record.h>

bool zong_receivers_have(const Zong__Material *material, const char *department);
/* Only because the catalogue says so? */
bool zong_receivers_by_catalogue(const Zong__Material *material, const char *department);
/* Nothing where it is there already, by whomever. 0 or ZONG_ENOMEM. */
int zong_receivers_add(Zong__Material *material, const char *department, bool by_catalogue);
/* Somebody has named a department that only the catalogue had: it stays, whatever the catalogue says later. True: it was so. */
bool zong_receivers_claim(Zong__Material *material, const char *department);
void zong_receivers_drop(Zong__Material *material, const char *department);
/* Drops all that only the catalogue named. */
void zong_receivers_forget_catalogue(Zong__Material *material);

#endif
