/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CATALOGUE_RULES_H
#define ZONG_ARCHIVE_CATALOGUE_RULES_H

/* The text of a catalogue taken apart (its statements are explained at the beginning of catalogue.rules), and what it says of a
 * case. Threads: any, read-only after parsing. */

#include <zong/catalogue.h>

#define ZONG_CATALOGUE_ACTIVE 16 /* kinds of business that one case can be of */

/* ZONG_EINVAL with "catalogue.rules:12 …" for what is wrong in a line; ZONG_ENOMEM. @name: of the file, for errors. */
int zong_catalogue_parse(const char *text, size_t len, const char *name,
	struct zong_catalogue **ret_catalogue, struct zong_err *err);
void zong_catalogue_free(struct zong_catalogue *catalogue); /* NULL is fine */

/* The material that a person means by @type: the one that is called so, else the one with the longest name, of four characters
 * or more, that stands in it. NULL: none. */
const struct zong_catalogue_material *zong_catalogue_meant(
	const struct zong_catalogue *catalogue, const char *type);

/* The kinds of business that a case with this kind is of. Returns how many. */
size_t zong_catalogue_of_kind(const struct zong_catalogue *catalogue, const char *kind,
	const struct zong_catalogue_business *ret_business[ZONG_CATALOGUE_ACTIVE]);
/* Is the row one of a case with this kind and cause? */
bool zong_catalogue_row_holds(const struct zong_catalogue_business *business,
	const struct zong_catalogue_row *row, const char *kind, const char *cause);
/* Does one of the row's materials be what is meant? */
bool zong_catalogue_row_has(
	const struct zong_catalogue_row *row, const struct zong_catalogue_material *material);

/* What the catalogue says of a material of @type in a case with this kind and cause. */
struct zong_catalogue_said {
	const struct zong_catalogue_material *material; /* NULL: nothing, it does not stand in it */
	uint32_t departments;				/* bits */
	bool tax;
};
void zong_catalogue_say(const struct zong_catalogue *catalogue, const char *kind, const char *cause,
	const char *type, struct zong_catalogue_said *ret_said);

#endif
