/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include <zong/limits.h>
#include <zong/retention.h>
#include <zong/vault.h>

/* A sheet for the safe. Large type and few letters to a line: it is typed off by hand on a bad day. */

#define COLUMNS 3
#define GROUP 5

static const struct words {
	const char *title, *use;
} words[] = {
	[ZONG_VAULT_PAPER_RECOVERY] = {"个性材料库恢复密钥",
		"本页可以单独打开本部门的个性材料库。只打印一份，装入信封封好，存入保险柜。"},
	[ZONG_VAULT_PAPER_OFFICER_ONE] = {"个性材料库双人密钥（甲）",
		"本页须与乙页同时使用，才能打开本部门的个性材料库；单独一页不含任何信息。"
		"由两人分别保管，不得放在一处。"},
	[ZONG_VAULT_PAPER_OFFICER_OTHER] = {"个性材料库双人密钥（乙）",
		"本页须与甲页同时使用，才能打开本部门的个性材料库；单独一页不含任何信息。"
		"由两人分别保管，不得放在一处。"},
};

static void put_groups(struct zong_form *form, const char *text)
{
	const struct zong_form_column columns[COLUMNS] = {{.share = 1, .align = ZONG_FORM_CENTRE},
		{.share = 1, .align = ZONG_FORM_CENTRE}, {.share = 1, .align = ZONG_FORM_CENTRE}};
	char cells[COLUMNS][32];
	const char *row[COLUMNS];
	unsigned int group = 0;
	int i;

	zong_form_table(form, &(struct zong_form_ruling){.size = 16, .ruled = true, .height = 11},
		columns, COLUMNS);
	while (group < ZONG_VAULT_SHEET_GROUPS) {
		for (i = 0; i < COLUMNS; i++, group++) {
			cells[i][0] = 0;
			if (group < ZONG_VAULT_SHEET_GROUPS)
				snprintf(cells[i], sizeof(cells[i]), "%u.  %.*s", group + 1, GROUP,
					text + (size_t)group * (GROUP + 1));
			row[i] = cells[i];
		}
		zong_form_row(form, row);
	}
	sodium_memzero(cells, sizeof(cells));
}

void zong_vault_sheet_print(struct zong_form *form, const struct zong_vault_paper_about *about,
	const uint8_t sheet[ZONG_VAULT_SHEET])
{
	const struct words *said = &words[about->paper];
	char secret[ZONG_VAULT_SHEET_TEXT], text[2 * ZONG_LIMIT_NAME + 128], day[ZONG_DAY_TEXT];

	zong_form_begin(form, &(struct zong_form_paper){.title = said->title, .time = about->time});
	zong_form_text(form,
		&(struct zong_form_type){.size = 22, .bold = true, .align = ZONG_FORM_CENTRE},
		said->title);
	zong_form_space(form, 6);
	zong_day_format(zong_day_of(about->time), day);
	snprintf(text, sizeof(text), "部门：%s　　制作：%s　　日期：%s", about->department,
		about->by, day);
	zong_form_text(form, &(struct zong_form_type){.size = 12}, text);
	zong_form_space(form, 3);
	zong_form_text(form, &(struct zong_form_type){.size = 12}, said->use);
	zong_form_space(form, 5);
	zong_vault_sheet_format(sheet, secret);
	put_groups(form, secret);
	sodium_memzero(secret, sizeof(secret));
	zong_form_space(form, 5);
	zong_form_text(form, &(struct zong_form_type){.size = 11},
		"每组五个字符，末一个是校验符，输入时程序会指出哪一组有错。字母不分大小写；没有字母"
		" I、L、O，"
		"看到的都是数字 1 和 0。换发新页以后，本页即告失效，应当销毁。");
	zong_form_space(form, 12);
	zong_form_text(form, &(struct zong_form_type){.size = 12},
		"封存人签字：________________　　保管人签字：________________");
}

void zong_vault_sheet_release(struct zong_form *form)
{
	if (form->packed.data)
		sodium_memzero(form->packed.data, form->packed.len);
	zong_form_release(form);
}
