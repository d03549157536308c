/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_STEPS_H
#define ZONG_TEST_STEPS_H

/* What operations are made of. Each tries again while there is trouble with the disk, and tells the ledger what it
 * was promised. 0, or it could not be done. Threads: as the archive's own functions. */

#include "house.h"

int step_case(struct house *house, const char *no);
int step_upload(struct house *house, const char *no, unsigned paper);
int step_department(struct house *house, const char *id, const char *webhook);
/* Waits until the text index has all; opens again where its thread has met trouble and waits. */
int step_settle_text(struct house *house, bool paused);
/* Waits until no page waits to be read. */
int step_read_all(struct house *house);
void step_tell_read(struct house *house);

/* operations_keep.c */
int step_collect(struct house *house, enum zong_collect_mode mode);
int step_condemn(struct house *house, char ret_list[ZONG_ID_TEXT]);
int run_destruction(struct house *house);
int run_collection(struct house *house);
int run_correction(struct house *house); /* operations_review.c */
int run_papers(struct house *house);	 /* operations_papers.c */
int run_properties(struct house *house); /* operations_property.c */
int run_units(struct house *house);	 /* operations_units.c */
int run_desk(struct house *house);	 /* operations_desk.c */
int run_vault(struct house *house);	 /* operations_vault.c */
int after_vault(struct house *house);
int make_vaulted(struct house *house);
/* Into the vault that this has made. */
int step_vault_put(struct house *house, unsigned int paper);
int step_back_up(struct house *house); /* operations_keep.c */
int run_backup(struct house *house);
int after_backup(struct house *house);
int run_restore(struct house *house);
int after_restore(struct house *house);
int run_reindex(struct house *house);
int run_migration(struct house *house);
int make_treeless(struct house *house); /* operations_log.c */
int run_tree(struct house *house);

#endif
