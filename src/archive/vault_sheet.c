/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <sodium.h>

#include <zong/vault.h>

#define LETTERS 4 /* of a group, before the one that checks them */
#define CHECKS                                                                                     \
	37 /* a prime: one letter that is wrong, or two that changed places, are always seen */
#define BITS (ZONG_VAULT_SHEET * 8)

/* Crockford's base 32, and the five that only check. */
static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

static int value_of(char c)
{
	const char *at;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	at = c ? strchr(letters, c) : NULL;
	return at ? (int)(at - letters) : -1;
}

/* Five bits of the sheet; behind its end zeros. */
static unsigned int bits_at(const uint8_t *sheet, unsigned int at)
{
	unsigned int value = 0, i;

	for (i = at; i < at + 5; i++)
		value = value << 1 | (i < BITS ? sheet[i / 8] >> (7 - i % 8) & 1u : 0);
	return value;
}

static unsigned int check_of(unsigned int group, uint32_t value)
{
	return (value * 16 + group) % CHECKS;
}

void zong_vault_sheet_format(
	const uint8_t sheet[ZONG_VAULT_SHEET], char ret_text[ZONG_VAULT_SHEET_TEXT])
{
	unsigned int group, i, bits;
	char *to = ret_text;
	uint32_t value;

	for (group = 0; group < ZONG_VAULT_SHEET_GROUPS; group++) {
		value = 0;
		if (group > 0)
			*to++ = '-';
		for (i = 0; i < LETTERS; i++) {
			bits = bits_at(sheet, (group * LETTERS + i) * 5);
			value = value << 5 | bits;
			*to++ = letters[bits];
		}
		*to++ = letters[check_of(group, value)];
	}
	*to = 0;
}

/* The next letter that counts; -1: none that is one, -2: the end. */
static int next_value(const char **text)
{
	while (**text == ' ' || **text == '-' || **text == '\t' || **text == '\n' || **text == '\r')
		++*text;
	if (!**text)
		return -2;
	return value_of(*(*text)++);
}

static bool parse_group(const char **text, unsigned int group, uint32_t *ret_value)
{
	uint32_t value = 0;
	int bits, i;

	for (i = 0; i < LETTERS; i++) {
		bits = next_value(text);
		if (bits < 0 || bits > 31)
			return false;
		value = value << 5 | (uint32_t)bits;
	}
	*ret_value = value;
	return next_value(text) == (int)check_of(group, value);
}

int zong_vault_sheet_parse(
	const char *text, uint8_t ret_sheet[ZONG_VAULT_SHEET], unsigned int *ret_group)
{
	uint8_t sheet[ZONG_VAULT_SHEET] = {0};
	unsigned int group, i, at = 0;
	uint32_t value;

	for (group = 0; group < ZONG_VAULT_SHEET_GROUPS; group++) {
		if (!parse_group(&text, group, &value))
			break;
		for (i = 0; i < LETTERS * 5; i++, at++) {
			unsigned int bit = value >> (LETTERS * 5 - 1 - i) & 1u;

			if (at < BITS)
				sheet[at / 8] |= (uint8_t)(bit << (7 - at % 8));
			else if (bit)
				break; /* what stands behind the end is zeros */
		}
		if (i < LETTERS * 5)
			break;
	}
	if (group == ZONG_VAULT_SHEET_GROUPS && next_value(&text) == -2) {
		memcpy(ret_sheet, sheet, sizeof(sheet));
		sodium_memzero(sheet, sizeof(sheet));
		return 0;
	}
	sodium_memzero(sheet, sizeof(sheet));
	*ret_group = group + 1;
	return ZONG_EINVAL;
}
