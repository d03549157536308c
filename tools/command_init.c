/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <string.h>

#include <zong/archive.h>

int command_init(struct cli *cli, struct words *words)
{
	const char *dir = words->operands ? words->operand[0] : cli->archive;
	char password[ZONG_PASSWORD_TEXT];
	struct zong_err err = {0};
	int code;

	if (words->operands > 1 || !dir)
		return usage_error("%s", T("give the folder of the new archive: zong init DIR",
						 "请写新档案库的文件夹：zong init 文件夹"));
	code = zong_archive_create(dir, password, &err);
	if (code) {
		struct zong_buf detail = ZONG_BUF_INIT(8192);

		zong_message_detail(&detail, code, *err.subject ? err.subject : dir, T("en", "zh"));
		fprintf(stderr, "zong: %s%s%s\n", zong_message_title(code, T("en", "zh")),
			T(" - ", "："), zong_buf_str(&detail));
		zong_buf_release(&detail);
		return CLI_FAILED;
	}
	if (cli->json) {
		json_t *object = json_pack(
			"{s:s, s:s, s:s}", "archive", dir, "user", "admin", "password", password);

		print_json_line(object);
		json_decref(object);
	} else {
		printf(T("A new archive is in %s.\nUser admin, password %s\n"
			 "Write the password down: it is shown this once.\nServe it with: zongd "
			 "--archive %s\n",
			       "新档案库建在 %s。\n用户 admin，口令 %s\n"
			       "请记下口令，只显示这一次。\n启动服务：zongd --archive %s\n"),
			dir, password, dir);
	}
	explicit_bzero(password, sizeof(password));
	return CLI_OK;
}
