/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/barcode.h>

#include <string.h>

#include <zong/error.h>

#define START_B 104
#define STOP 106
#define MODULUS 103

/* Table 1 of the standard: widths of bar, space, bar, space, bar, space by the value of the symbol character. */
static const char *const patterns[] = {"212222", "222122", "222221", "121223", "121322", "131222",
	"122213", "122312", "132212", "221213", "221312", "231212", "112232", "122132", "122231",
	"113222", "123122", "123221", "223211", "221132", "221231", "213212", "223112", "312131",
	"311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
	"111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311",
	"112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331", "231131",
	"213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
	"314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221",
	"112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111",
	"241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212",
	"421112", "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113",
	"114311", "411113", "411311", "113141", "114131", "311141", "411131", "211412", "211214",
	"211232", "2331112"};

static void add(struct zong_barcode *code, unsigned value)
{
	for (const char *at = patterns[value]; *at; at++) {
		code->width[code->count++] = (uint8_t)(*at - '0');
		code->modules += (unsigned)(*at - '0');
	}
}

int zong_barcode_make(const char *text, struct zong_barcode *ret_code)
{
	size_t len = strlen(text);
	unsigned check = START_B;

	if (len == 0)
		return ZONG_EINVAL;
	if (len > ZONG_BARCODE_TEXT)
		return ZONG_ELIMIT;
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return ZONG_EINVAL;
	memset(ret_code, 0, sizeof(*ret_code));
	add(ret_code, START_B);
	for (size_t i = 0; i < len; i++) {
		unsigned value = (unsigned)(text[i] - ' ');

		check = (check + (unsigned)(i + 1) * value) % MODULUS;
		add(ret_code, value);
	}
	add(ret_code, check);
	add(ret_code, STOP);
	return 0;
}
