/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVAL_H
#define ZONG_ARCHIVAL_H

/* The archival number 档号 of a volume (DA/T 13-2022): its elements in the order, with the connectors and widths that a pattern
 * says, which a hall writes in zong.conf:
 *
 *     archival-number = {fonds:4}-{category}·{year}-{retention}-{volume:4}
 *
 * An element in braces: fonds 全宗号, category 类别号, year 年度 (four digits), retention 保管期限 (Y, D and two digits, 永久, 长期,
 * 短期), office 机构, list 目录号 or 项目号, volume 案卷号, item 件号, page 页号; behind a colon how many characters it has,
 * numbers being filled up with zeros. Everything else stands there as it is. One of volume and item is the number that is
 * counted: anew for each set of the others.
 *
 * A number in its normal form has no blanks, capitals, half-width letters and digits, `-` for every kind of hyphen, and `·` for every kind of
 * middle dot and for the full stop. Threads: any. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/error.h>
#include <zong/limits.h>

#define ZONG_ARCHIVAL_TEXT (ZONG_LIMIT_ARCHIVAL_BYTES + 1)
#define ZONG_ARCHIVAL_PART 61	/* bytes of one element, with its end */
#define ZONG_ARCHIVAL_STEPS 24	/* elements and connectors of a pattern */
#define ZONG_ARCHIVAL_DEFAULT "{fonds:4}-{category}·{year}-{retention}-{volume:4}"

enum zong_archival_element {
	ZONG_ARCHIVAL_FONDS,
	ZONG_ARCHIVAL_CATEGORY,
	ZONG_ARCHIVAL_YEAR,
	ZONG_ARCHIVAL_RETENTION,
	ZONG_ARCHIVAL_OFFICE,
	ZONG_ARCHIVAL_LIST,
	ZONG_ARCHIVAL_VOLUME,
	ZONG_ARCHIVAL_ITEM,
	ZONG_ARCHIVAL_PAGE,
	ZONG_ARCHIVAL_ELEMENTS,
	ZONG_ARCHIVAL_FIXED = ZONG_ARCHIVAL_ELEMENTS, /* text between them */
};
const char *zong_archival_element_name(enum zong_archival_element element);

struct zong_archival_step {
	enum zong_archival_element element;
	unsigned int width;		/* characters; 0: any */
	char text[ZONG_ARCHIVAL_PART];	/* of ZONG_ARCHIVAL_FIXED, in normal form */
};
struct zong_archival_pattern {
	struct zong_archival_step step[ZONG_ARCHIVAL_STEPS];
	size_t steps;
	enum zong_archival_element counted; /* volume or item */
	unsigned int width;		    /* of the counted one */
};

/* The elements of a number as text; "" where it has none. */
struct zong_archival {
	char part[ZONG_ARCHIVAL_ELEMENTS][ZONG_ARCHIVAL_PART];
};

/* ZONG_EINVAL: err names the place (which character, from 1) and what is wrong there: an element that is unknown, stands twice, cannot be
 * told from what follows, no counted one, a width that it cannot have, braces that do not close, too long. */
int zong_archival_pattern_parse(
	const char *text, struct zong_archival_pattern *ret_pattern, struct zong_err *err);

/* Any number, whatever its pattern, in its normal form. ZONG_EARCHIVALNO: empty, longer than ZONG_LIMIT_ARCHIVAL characters, no UTF-8, a
 * slash or a control character. */
int zong_archival_normalise(const char *text, size_t len, char ret_no[ZONG_ARCHIVAL_TEXT]);
/* The same, taken apart by the pattern. ZONG_EARCHIVALNO: it is not of that form. */
int zong_archival_parse(const struct zong_archival_pattern *pattern, const char *text, size_t len,
	struct zong_archival *ret_parts, char ret_no[ZONG_ARCHIVAL_TEXT]);
/* The number of these elements, which are taken into their normal form, filled up, and must be of the form that the pattern asks for: err names
 * the one that is missing or cannot be so (ZONG_EARCHIVALNO). Elements that the pattern has not are left aside.
 * ZONG_ELIMIT: the counted one needs more digits than its width. */
int zong_archival_make(const struct zong_archival_pattern *pattern, const struct zong_archival *parts,
	char ret_no[ZONG_ARCHIVAL_TEXT], struct zong_err *err);
/* What is counted together: the number without its counted element, in @ret_before and @ret_after. Errors as above. */
int zong_archival_series(const struct zong_archival_pattern *pattern, const struct zong_archival *parts,
	char ret_before[ZONG_ARCHIVAL_TEXT], char ret_after[ZONG_ARCHIVAL_TEXT], struct zong_err *err);
/* @before, @number filled up to @width, @after. ZONG_ELIMIT: too many digits, or too long. */
int zong_archival_join(const char *before, uint32_t number, unsigned int width, const char *after,
	char ret_no[ZONG_ARCHIVAL_TEXT]);

#endif
