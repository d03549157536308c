/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/case.h>

/* code, Chinese, English */
static const char *const texts[][3] = {
	{"unit-ownership", "这个不动产单元代码里的权属类型较少见，请核对。",
		"The kind of ownership in this unit code is unusual; please compare it with the "
		"paper."},
	{"unit-pair", "这个不动产单元代码里土地与定着物的特征码不常搭配，请核对。",
		"Land and building letters in this unit code do not usually go together; please "
		"check."},
	{"unit-virtual", "这个代码的地籍区和地籍子区是 000000，是虚拟宗地，可能没有做过地籍调查。",
		"The cadastral district in this code is 000000, a virtual parcel; it may never "
		"have been surveyed."},
	{"unit-serial", "这个代码的宗地顺序号是 00000，请核对。",
		"The parcel number in this code is 00000; please compare it with the paper."},
	{"id-number", "这个证件号码的校验位或出生日期不对，可能录错了一位，请核对证件。",
		"The check digit or birth date of this ID number is wrong; a digit may be "
		"mistyped."},
	{"credit-code", "这个统一社会信用代码的校验位不对，可能录错了一位，请核对执照。",
		"The check character of this credit code is wrong; a character may be mistyped."},
};

void zong_warnings_release(struct zong_warnings *warnings)
{
	free(warnings->item);
	memset(warnings, 0, sizeof(*warnings));
}

const char *zong_warning_text(const char *code, const char *language)
{
	bool english = language && strncmp(language, "en", 2) == 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i][0], code) == 0)
			return texts[i][english ? 2 : 1];
	return english ? "Please check this entry." : "请核对这一项。";
}
