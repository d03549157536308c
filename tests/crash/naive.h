/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_NAIVE_H
#define ZONG_TEST_NAIVE_H

/* Small programs that write one file, some of them wrongly. */

#include <stdbool.h>
#include <stddef.h>

struct naive {
	const char *name;
	int (*run)(const char *root, int ledger);
	bool caught; /* it loses something, sometimes */
};
extern const struct naive naives[];
extern const size_t naive_count;

int naive_prepare(const char *root);
bool naive_holds(const char *root, int ledger);
void naive_map(const char *root);

#endif
