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
	{"sheet-damaged",
		"这一页像是分隔页，但二维码的内容不完整。这一页和后面各页已归入上传时写明的案件，请"
		"核对。",
		"This page looks like a separator sheet, but its code is not whole. It and the "
		"pages "
		"behind it were filed under the case of the upload; please check."},
	{"sheet-version",
		"这一页是更新版本的程序打印的分隔页。这一页和后面各页已归入上传时写明的案件，请核对"
		"。",
		"This separator sheet is of a later version. It and the pages behind it were filed "
		"under the case of the upload; please check."},
	{"sheet-case",
		"分隔页上的受理号还没有立案。这一页和后面各页已归入上传时写明的案件，请核对。",
		"There is no such case as this separator sheet names. It and the pages behind it "
		"were "
		"filed under the case of the upload; please check."},
	{"sheet-department",
		"没有分隔页上写的这个部门。这一页和后面各页已归入上传时写明的案件，请核对。",
		"There is no such department as this separator sheet names. It and the pages "
		"behind "
		"it were filed under the case of the upload; please check."},
	{"sheet-whole", "文件里有分隔页，但这种文件不能拆开，已整份归入上传时写明的案件。",
		"There are separator sheets in this file, but a file of this kind cannot be taken "
		"apart; all of it was filed under the case of the upload."},
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
