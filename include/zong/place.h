/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_PLACE_H
#define ZONG_PLACE_H

/* Where paper lies (库位): a tree of rooms, cabinets, shelves, boxes and positions. Each place has a code that stands on
 * its label as a bar code; levels may be left out (a box that stands in a cabinet without shelves), never turned round.
 * Originals (original.h) lie on shelves, in boxes and on positions.
 *
 * Codes. A hall that has labels already enters its own: 1 to 32 of A-Z 0-9 - . (a letter or digit first), small letters count as capitals.
 * Where none is given one is made: 'W', eight digits, and the check character of ISO/IEC 7064 MOD 11-2 (that of
 * Chinese ID numbers), which tells every wrong digit and every two that were swapped. Originals have 'Y' instead. A code that
 * begins with W or Y and a digit must be such a one, so that no place can be taken for a sheet.
 *
 * Threads: any. */

#include <zong/identity.h>

#define ZONG_PLACE_CODE 33    /* with its end */
#define ZONG_ORIGINAL_CODE 11 /* 'Y', 8 digits, check, end */

/* ---- codes ---- */

/* @letter 'W' or 'Y'; @number up to 99999999. */
void zong_paper_code_format(char letter, uint32_t number, char ret_code[ZONG_ORIGINAL_CODE]);
/* Capitals, blanks at both ends gone. ZONG_EORIGINALCODE: no such code, or its check character says that it was
 * mistyped. */
int zong_original_code_parse(const char *text, char ret_code[ZONG_ORIGINAL_CODE]);
/* ZONG_EPLACECODE. */
int zong_place_code_parse(const char *text, char ret_code[ZONG_PLACE_CODE]);

/* ---- places ---- */

struct zong_new_place {
	const char *code;   /* "" or NULL: one is made */
	const char *level;  /* "room", "cabinet", "shelf", "box", "position" */
	const char *parent; /* code; "" or NULL of a room */
	const char *name;
	uint32_t capacity;  /* originals that may lie directly there; 0: not limited by it */
};

/* A place with what is around it. */
struct zong_place_view {
	Zong__Place *place;
	Zong__Place **above; /* from the room down, itself not */
	size_t above_count;
	uint64_t below;	     /* places directly below it */
	uint64_t originals;  /* lying directly there */
};
void zong_place_release(struct zong_place_view *place);
const char *zong_place_level_name(Zong__PlaceLevel level);

/* ZONG_EINVAL (level, name, capacity), ZONG_EPLACECODE, ZONG_EEXIST (the code), ZONG_ENOPLACE (the parent), ZONG_EPLACELEVEL (it
 * cannot lie in such a one), ZONG_ELIMIT, ZONG_EENCODING, ZONG_EFORBIDDEN. */
int zong_place_add(struct zong_archive *archive, const struct zong_subject *who, const struct zong_new_place *wanted,
	struct zong_place_view *ret_place, struct zong_err *err);
/* ZONG_ENOPLACE, ZONG_EPLACEUSED (a place or an original is in it). What is out and was
 * taken from there waits to be shelved elsewhere when it comes back. */
int zong_place_remove(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	struct zong_err *err);
/* ZONG_ENOPLACE. */
int zong_place_get(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	struct zong_place_view *ret_place, struct zong_err *err);
/* Those directly below @parent (NULL or "": the rooms), by code. ZONG_ENOPLACE, ZONG_ECURSOR. */
int zong_place_list(struct zong_archive *archive, const struct zong_subject *who, const char *parent,
	const char *cursor, size_t max, Zong__Place ***ret_places, size_t *ret_count, char **ret_next,
	struct zong_err *err);
void zong_places_free(Zong__Place **places, size_t count);

#endif
