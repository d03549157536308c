/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <unicode/utrans.h>

#include <zong/log.h>
#include <zong/script.h>

/* The unified ideographs of the basic plane. Those behind it are of no use in an office, and none of them is what a
 * common one is simplified to. */
#define FIRST 0x3400
#define LAST 0x9FFF
#define COUNT (LAST - FIRST + 1)
#define ROUNDS 4 /* one simplified twice is the most that is known */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static uint16_t table[COUNT];
static uint32_t version;

static void to_itself(void)
{
	for (size_t i = 0; i < COUNT; i++)
		table[i] = (uint16_t)(FIRST + i);
}

/* Each character on a line of its own, so that no rule for words applies. */
static bool ask_icu(UChar *text, int32_t size)
{
	static const UChar name[] = u"Traditional-Simplified";
	UErrorCode code = U_ZERO_ERROR;
	UTransliterator *rules = utrans_openU(name, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
	int32_t len = 2 * COUNT, limit = 2 * COUNT;

	if (U_FAILURE(code)) {
		zong_log_warning(
			"traditional and simplified are told apart: %s", u_errorName(code));
		return false;
	}
	for (int32_t i = 0; i < COUNT; i++) {
		text[2 * i] = (UChar)(FIRST + i);
		text[2 * i + 1] = '\n';
	}
	utrans_transUChars(rules, text, &len, size, 0, &limit, &code);
	utrans_close(rules);
	return U_SUCCESS(code);
}

/* Takes the lines apart; one that is no single ideograph of the plane leaves its character as it is. */
static void take_lines(const UChar *text, int32_t size)
{
	int32_t at = 0;

	for (int32_t i = 0; i < COUNT && at < size; i++) {
		int32_t start = at;

		while (at < size && text[at] != '\n')
			at++;
		if (at == start + 1 && text[start] >= FIRST && text[start] <= LAST)
			table[i] = text[start];
		at++;
	}
}

static void follow(void)
{
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < COUNT; i++)
			table[i] = table[table[i] - FIRST];
}

/* FNV-1a */
static uint32_t number_of_table(void)
{
	uint32_t number = UINT32_C(2166136261);

	for (size_t i = 0; i < COUNT; i++)
		number = (number ^ table[i]) * UINT32_C(16777619);
	return number ? number : 1;
}

static void make_table(void)
{
	int32_t size = 3 * COUNT;
	UChar *text = calloc((size_t)size, sizeof(*text));

	to_itself();
	if (text && ask_icu(text, size)) {
		take_lines(text, size);
		follow();
		version = number_of_table();
	}
	free(text);
}

uint32_t zong_script_fold(uint32_t character)
{
	if (character < FIRST || character > LAST)
		return character;
	pthread_once(&once, make_table);
	return table[character - FIRST];
}

uint32_t zong_script_version(void)
{
	pthread_once(&once, make_table);
	return version;
}
