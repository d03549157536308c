/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "scale.h"
#include "mkscan.h"

#define CERTS_A_YEAR 100000 /* serials begin anew each year */
#define FIRST_YEAR 2014
#define CASES_A_DAY 400
#define UNITS_A_BUILDING 60
#define BUILDINGS_A_PARCEL 4
#define PARCELS_A_ZONE 200
#define ZONES_A_DISTRICT 20

uint64_t scale_mix(uint64_t number, uint64_t stream)
{
	uint64_t z = number + stream * UINT64_C(0xd1342543de82ef95) + UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* 年月日 and the day's serial: 20140217000123. */
void scale_case_no(uint64_t number, char ret_text[SCALE_TEXT])
{
	uint64_t day = number / CASES_A_DAY;

	snprintf(ret_text, SCALE_TEXT, "%04u%02u%02u%06u", (unsigned)(FIRST_YEAR + day / 336),
		(unsigned)(day % 336 / 28 + 1), (unsigned)(day % 28 + 1),
		(unsigned)(number % CASES_A_DAY + 1));
}

void scale_cert_serial(uint64_t number, char ret_digits[SCALE_TEXT])
{
	snprintf(ret_digits, SCALE_TEXT, "%07u", (unsigned)(number % CERTS_A_YEAR + 1));
}

void scale_cert(uint64_t number, char ret_text[96])
{
	char serial[SCALE_TEXT];

	scale_cert_serial(number, serial);
	snprintf(ret_text, 96, "鲁(%u)示例县不动产权第%s号",
		(unsigned)(FIRST_YEAR + number / CERTS_A_YEAR % 1000), serial);
}

static uint64_t unit_of(uint64_t number, uint64_t total)
{
	uint64_t units = total / SCALE_UNIT_MATERIALS + 1;

	return scale_mix(number, 1) % units;
}

void scale_unit(uint64_t number, uint64_t total, char ret_code[SCALE_TEXT])
{
	uint64_t unit = unit_of(number, total);
	uint64_t building = unit / UNITS_A_BUILDING;
	uint64_t parcel = building / BUILDINGS_A_PARCEL;
	uint64_t zone = parcel / PARCELS_A_ZONE;

	snprintf(ret_code, SCALE_TEXT, "370799%03u%03uGB%05uF%04u%04u",
		(unsigned)(zone / ZONES_A_DISTRICT % 999 + 1),
		(unsigned)(zone % ZONES_A_DISTRICT + 1), (unsigned)(parcel % PARCELS_A_ZONE + 1),
		(unsigned)(building % BUILDINGS_A_PARCEL + 1),
		(unsigned)(unit % UNITS_A_BUILDING + 1));
}

void scale_address(uint64_t number, uint64_t total, char ret_text[160])
{
	uint64_t unit = unit_of(number, total);
	uint64_t building = unit / UNITS_A_BUILDING;
	uint64_t parcel = building / BUILDINGS_A_PARCEL;

	snprintf(ret_text, 160, "示例县第%u街示例小区%u区%u号楼%u单元%u室",
		(unsigned)(parcel / 40 + 1), (unsigned)(parcel % 40 + 1),
		(unsigned)(building % BUILDINGS_A_PARCEL + 1),
		(unsigned)(unit % UNITS_A_BUILDING / 20 + 1),
		(unsigned)(unit % 20 / 2 * 100 + 101 + unit % 2));
}

/* A common character: earlier ones of the block are oftener meant. */
static size_t add_character(char *to, uint64_t random)
{
	uint32_t a = (uint32_t)(random % 1400), b = (uint32_t)(random / 1400 % 1400);
	uint32_t character = 0x4E00 + (a < b ? a : b) * 13 % 20000;

	to[0] = (char)(0xE0 | character >> 12);
	to[1] = (char)(0x80 | (character >> 6 & 0x3F));
	to[2] = (char)(0x80 | (character & 0x3F));
	return 3;
}

/* Nobody's: all begin with 示例, and the numbers are of a region that does not exist. */
void scale_party(uint64_t number, unsigned which, struct scale_party *ret_party)
{
	uint64_t mixed = scale_mix(number, 10 + which);
	size_t at = strlen("示例");

	memcpy(ret_party->name, "示例", at);
	at += add_character(ret_party->name + at, mixed >> 8);
	at += add_character(ret_party->name + at, scale_mix(mixed, 3) >> 8);
	ret_party->name[at] = '\0';
	snprintf(ret_party->idno, sizeof(ret_party->idno), "990799%04u%02u%02u%03u",
		(unsigned)(1940 + mixed % 70), (unsigned)(mixed / 70 % 12 + 1),
		(unsigned)(mixed / 840 % 28 + 1), (unsigned)(mixed / 23520 % 1000));
	ret_party->idno[17] = mkscan_idno_check(ret_party->idno);
	ret_party->idno[18] = '\0';
}
