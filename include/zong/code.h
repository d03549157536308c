/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_CODE_H
#define ZONG_CODE_H

/* The codes and numbers of real-estate registration. Parsers take what people type and what OCR
 * reads (blanks, full-width forms, bracket variants, lower case) and give the one normal form. They
 * never correct: a code with a slip stays what it is, with a warning. Threads: any. */

#include <stdbool.h>
#include <stddef.h>

#define ZONG_UNIT_TEXT 29        /* 28 characters and NUL */
#define ZONG_UNIT_PRINTED 32     /* with three blanks */

enum zong_unit_level {
	ZONG_UNIT_PREFIX,            /* 6 to 27 characters that end at no level below */
	ZONG_UNIT_PARCEL,            /* 19: 宗地 */
	ZONG_UNIT_BUILDING,          /* 24: 幢 */
	ZONG_UNIT_UNIT,              /* 28: 单元 */
};

/* What is odd about a unit code without making it unusable: bits. */
enum zong_unit_oddity {
	ZONG_UNIT_ODD_OWNERSHIP = 1, /* 特征码 that needs collective ownership under another one (GC in old data) */
	ZONG_UNIT_ODD_PAIR = 2,      /* pair of 特征码 and 定着物特征码 that is not in use */
	ZONG_UNIT_ODD_VIRTUAL = 4,   /* 地籍区 and 子区 000000 away from the sea: no parcel survey */
	ZONG_UNIT_ODD_SERIAL = 8,    /* parcel serial 00000 */
};

struct zong_unit_code {
	char text[ZONG_UNIT_TEXT];   /* upper case, no blanks */
	size_t len;
	enum zong_unit_level level;
	unsigned int oddities;
};

/* A whole code or its beginning of at least 6 characters (GB/T 37346-2019 §8). Blanks and hyphens
 * are skipped, letters raised, full-width forms taken. ZONG_EUNITCODE when a character cannot stand where it stands,
 * or there are too few or too many. */
int zong_unit_code_parse(const char *text, size_t len, struct zong_unit_code *ret_code);
/* In groups of 6, 6, 7, 9 (§8.3). */
void zong_unit_code_print(const struct zong_unit_code *code, char ret_printed[ZONG_UNIT_PRINTED]);
/* "prefix", "parcel", "building", "unit". */
const char *zong_unit_level_name(enum zong_unit_level level);

#define ZONG_CERT_TEXT 240

struct zong_cert_no {
	char text[ZONG_CERT_TEXT];   /* normalised: 鲁(2018)昌邑市不动产权第0000001号 */
	char serial[32];             /* digits of the serial without leading zeros: "1"; empty when it has none */
	int year;                    /* 0 when not given */
	bool modern;                 /* of the national form; otherwise an old paper (房权证, 国用, 他项权证, ...) kept as free text */
};

/* Brackets of every kind become ( ), blanks go, full-width digits become ASCII; the national form
 * `省(年)市县不动产权第N号` / `…不动产证明第N号` is taken apart. Old forms are normalised
 * the same way and their last run of digits is the serial. ZONG_ECERTNO: empty, over ZONG_LIMIT_CERT, not UTF-8,
 * or without a digit. */
int zong_cert_no_parse(const char *text, size_t len, struct zong_cert_no *ret_cert);

enum zong_code_check { ZONG_CHECK_OK, ZONG_CHECK_WRONG_DIGIT, ZONG_CHECK_WRONG_DATE, ZONG_CHECK_SHAPE };

/* Citizen's ID number, GB 11643-1999: 18 characters (15 in old papers: no check digit). @ret_text gets
 * the normal form (x -> X) where the shape is right. */
enum zong_code_check zong_id_no_check(const char *text, size_t len, char ret_text[19]);
/* Unified social credit code, GB 32100-2015. Some codes issued early fail their check digit. */
enum zong_code_check zong_credit_code_check(const char *text, size_t len, char ret_text[19]);
/* Organisation code, GB 11714-1997: 8 characters, an optional hyphen, a check character. */
enum zong_code_check zong_organisation_code_check(const char *text, size_t len, char ret_text[10]);

/* A case number is opaque: 1 to 50 characters of printable UTF-8 without blanks, slashes
 * or control characters; full-width digits and letters become ASCII. ZONG_ECASENO otherwise. */
int zong_case_no_parse(const char *text, size_t len, char *ret_text, size_t ret_size);

/* A department's id: a-z, then a-z 0-9 -, at most 32. ZONG_EDEPARTMENT. */
int zong_department_id_check(const char *text);

#endif
