/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <string.h>

/* splitmix64: our own, because rand() differs between C libraries and the bytes must not. */
uint64_t mkscan_rng_next(struct mkscan_rng *rng)
{
	uint64_t z;

	rng->state += 0x9e3779b97f4a7c15u;
	z = rng->state;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void mkscan_rng_init(struct mkscan_rng *rng, uint64_t seed, uint64_t stream)
{
	rng->state = seed;
	rng->state = mkscan_rng_next(rng) ^ (stream * 0xd1342543de82ef95u);
	mkscan_rng_next(rng);
}

uint32_t mkscan_rng_below(struct mkscan_rng *rng, uint32_t limit)
{
	return (uint32_t)(((mkscan_rng_next(rng) >> 32) * limit) >> 32);
}

double mkscan_rng_between(struct mkscan_rng *rng, double low, double high)
{
	return low + (high - low) * ((double)(mkscan_rng_next(rng) >> 11) * 0x1p-53);
}

/* FNV-1a */
uint64_t mkscan_hash(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 0x100000001b3u;
	return hash;
}

char mkscan_idno_check(const char *digits)
{
	static const uint8_t weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	unsigned sum = 0;

	for (size_t i = 0; i < 17; i++)
		sum += weights[i] * (unsigned)(digits[i] - '0');
	return "10X98765432"[sum % 11];
}

char mkscan_orgcode_check(const char *chars)
{
	static const uint8_t weights[8] = {3, 7, 9, 10, 5, 8, 4, 2};
	unsigned sum = 0, check;

	for (size_t i = 0; i < 8; i++) {
		unsigned value = chars[i] <= '9' ? (unsigned)(chars[i] - '0')
						 : (unsigned)(chars[i] - 'A') + 10;

		sum += weights[i] * value;
	}
	check = 11 - sum % 11;
	return check == 10 ? 'X' : check == 11 ? '0' : (char)('0' + check);
}

char mkscan_credit_check(const char *chars)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	unsigned sum = 0, weight = 1;

	for (size_t i = 0; i < 17; i++) {
		const char *at = strchr(alphabet, chars[i]);

		sum += weight * (at ? (unsigned)(at - alphabet) : 0);
		weight = weight * 3 % 31;
	}
	/* The outer modulus is missing in much published code; without it a sum of 0 has no digit.
	 */
	return alphabet[(31 - sum % 31) % 31];
}

void mkscan_idno_make(unsigned serial, char ret_idno[19])
{
	snprintf(ret_idno, 19, "37078619000101%03u", serial % 1000);
	ret_idno[17] = mkscan_idno_check(ret_idno);
	ret_idno[18] = '\0';
}

void mkscan_credit_make(const char *prefix, unsigned serial, char ret_code[19])
{
	snprintf(ret_code, 19, "%.2s370786M%c%06u", prefix, prefix[0] == '1' ? 'B' : 'A',
		serial % 1000000);
	ret_code[16] = mkscan_orgcode_check(ret_code + 8);
	ret_code[17] = mkscan_credit_check(ret_code);
	ret_code[18] = '\0';
}

void mkscan_money_write(unsigned yuan, char *buf, size_t len)
{
	static const char *const digits[10] = {
		"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};
	static const char *const places[8] = {"", "拾", "佰", "仟", "万", "拾", "佰", "仟"};
	static const unsigned powers[8] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
	bool zero = false, started = false;
	size_t at = 0;

	buf[0] = '\0';
	for (int i = 7; i >= 0; i--) {
		unsigned digit = yuan / powers[i] % 10;

		if (digit) {
			at += (size_t)snprintf(buf + at, len - at, "%s%s%s",
				zero && started ? "零" : "", digits[digit],
				i == 4 ? "" : places[i]);
			started = true;
		}
		zero = !digit;
		if (i == 4 && yuan / 10000)
			at += (size_t)snprintf(buf + at, len - at, "万");
		if (at >= len)
			return;
	}
	snprintf(buf + at, len - at, "%s元整", started ? "" : "零");
}
