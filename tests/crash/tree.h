/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_TREE_H
#define ZONG_TEST_TREE_H

/* Whole folders. What goes wrong ends the process. Threads: one. */

void tree_copy(const char *from, const char *to); /* @to must not be there */
void tree_copy_file(const char *from, const char *to);
void tree_remove(const char *path); /* not being there is fine */
void tree_die(const char *what, const char *path) __attribute__((noreturn));

#endif
