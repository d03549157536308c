/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_FIELD_FOUND_H
#define ZONG_ARCHIVE_FIELD_FOUND_H

/* The list of fields while a page is looked through, and the finders that add to it: each is asked
 * at every character of the page in turn. Threads: any, one list each. */

#include <zong/record.h>

#include "field_text.h"

/* One field: the cells it stands in, and what it says. */
struct zong_finding {
	const char *kind, *value;
	const char *label; /* that led to it; NULL: its form did */
	size_t first, end; /* cells */
	bool valid, repaired;
};

struct zong_field_list {
	Zong__Field **field;
	size_t *first; /* cell at which each begins; ascending */
	size_t count;
	size_t loose; /* of them dates and amounts */
	size_t labels; /* looked for on the whole page: they are limited, so that the work stays linear */
	int err;       /* sticky */
};

/* 0 or ZONG_ENOMEM. */
int zong_field_list_init(struct zong_field_list *found);
void zong_field_list_release(struct zong_field_list *found);
/* Keeps the order of the page: certificates are known by their end, so one may come after a code inside
 * it. What comes after ZONG_FIELD_MAX is left out. */
void zong_field_list_add(struct zong_field_list *found, const struct zong_cells *cells,
	const struct zong_finding *finding);
/* Dates and amounts, of which a table may hold hundreds: they leave room for the codes. */
void zong_field_list_add_loose(struct zong_field_list *found, const struct zong_cells *cells,
	const struct zong_finding *finding);

/* At the 不 of 不动产权第, or at the first character of a word that only old papers have (国用,
 * 房权证, 他项, ...). */
void zong_find_cert(const struct zong_cells *cells, size_t at, struct zong_field_list *found);
/* 2026年11月24日, 2026-11-24, 二〇二六年十一月二十四日. Returns the cell behind it, or 0. */
size_t zong_find_date(const struct zong_cells *cells, size_t at, struct zong_field_list *found);
/* ￥1,234.50, 1234.5元, 12万元, 壹万贰仟元整. Returns the cell behind it, or 0. */
size_t zong_find_amount(const struct zong_cells *cells, size_t at, struct zong_field_list *found);
/* At the end: amounts in words some of which were misread become valid where another amount of the page says the same,
 * or else not valid. */
void zong_amounts_settle(struct zong_field_list *found);
/* Persons, addresses and case numbers behind their labels. Returns the cell behind the label, or 0. */
size_t zong_find_labelled(const struct zong_cells *cells, size_t at, struct zong_field_list *found);

/* What OCR takes for a digit, turned back; other characters as they are. */
char zong_digit_meant(char c);

#endif
