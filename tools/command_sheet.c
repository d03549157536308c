/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "sheet_page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/code.h>
#include <zong/error.h>
#include <zong/file.h>

#define PDF_MAX (4 << 20) /* a page with a part of a font is some 30 KB */
#define WORDS_MAX 8192

static int fill_case(struct zong_sheet *sheet, const char *no)
{
	if (zong_case_no_parse(no, strlen(no), sheet->case_no, sizeof(sheet->case_no)))
		return usage_error(T("%s is no case number", "“%s”不是受理号"), no);
	return CLI_OK;
}

static int fill_type(struct zong_sheet *sheet, const char *type)
{
	if (!type)
		return CLI_OK;
	if (strlen(type) >= sizeof(sheet->type))
		return usage_error(T("--type is longer than %zu bytes", "--type 超过 %zu 字节"),
			sizeof(sheet->type) - 1);
	memcpy(sheet->type, type, strlen(type) + 1);
	return CLI_OK;
}

static int add_receiver(struct zong_sheet *sheet, const char *id, size_t len)
{
	char *to = sheet->receiver[sheet->receivers];

	if (sheet->receivers == ZONG_SHEET_RECEIVERS)
		return usage_error(
			T("at most %d departments fit on a sheet", "一张分隔页最多写 %d 个部门"),
			ZONG_SHEET_RECEIVERS);
	if (len >= sizeof(sheet->receiver[0]))
		return usage_error(T("%.*s is no department", "没有 %.*s 这个部门"), (int)len, id);
	memcpy(to, id, len);
	to[len] = '\0';
	for (size_t i = 0; i < sheet->receivers; i++)
		if (strcmp(sheet->receiver[i], to) == 0)
			return CLI_OK;
	sheet->receivers++;
	return CLI_OK;
}

static int fill_receivers(struct zong_sheet *sheet, const struct word_option *option)
{
	int result = CLI_OK;

	for (size_t i = 0; i < option->count; i++)
		for (const char *at = option->values[i]; *at && !result;) {
			size_t len = strcspn(at, ",");

			if (len)
				result = add_receiver(sheet, at, len);
			at += len + (at[len] == ',');
		}
	return result;
}

/* The case as the server knows it: a sheet for one that it does not know would send its papers astray. */
static int ask_case(struct cli *cli, struct zong_sheet *sheet, struct zong_buf *parties)
{
	char *path = client_path(cli->client, "/api/v1/cases/%s", sheet->case_no);
	json_t *answer = NULL;
	const json_t *party;
	size_t i;
	int result = client_json(cli->client, "GET", path, NULL, &answer);

	free(path);
	json_array_foreach(json_object_get(answer, "parties"), i, party)
		zong_buf_add_format(parties, "%s%s", i ? "、" : "", field_str(party, "name"));
	json_decref(answer);
	return result;
}

static const char *name_of(const json_t *departments, const char *id)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(departments, "items"), i,
		item) if (strcmp(field_str(item, "id"), id) == 0) return field_str(item, "name");
	return NULL;
}

static int ask_receivers(struct cli *cli, const struct zong_sheet *sheet, struct zong_buf *names)
{
	json_t *answer = NULL;
	int result = CLI_OK;

	if (sheet->receivers)
		result = client_json(cli->client, "GET", "/api/v1/departments", NULL, &answer);
	for (size_t i = 0; i < sheet->receivers && !result; i++) {
		const char *name = name_of(answer, sheet->receiver[i]);

		if (name)
			zong_buf_add_format(
				names, "%s%s (%s)", i ? "、" : "", name, sheet->receiver[i]);
		else
			result = usage_error(T("there is no department %s", "没有 %s 这个部门"),
				sheet->receiver[i]);
	}
	json_decref(answer);
	return result;
}

static int draw_cover(struct cli *cli, const struct words *words, struct zong_buf *pdf)
{
	struct zong_buf parties = ZONG_BUF_INIT(WORDS_MAX), names = ZONG_BUF_INIT(WORDS_MAX);
	struct zong_sheet sheet = {.receivers = 0};
	int err, result = fill_case(&sheet, words_value(words, "case"));

	if (!result)
		result = fill_type(&sheet, words_value(words, "type"));
	if (!result)
		result = fill_receivers(&sheet, words_option(words, "to"));
	if (!result)
		result = ask_case(cli, &sheet, &parties);
	if (!result)
		result = ask_receivers(cli, &sheet, &names);
	if (!result) {
		struct sheet_words text = {.parties = zong_buf_str(&parties),
			.type = sheet.type,
			.receivers = zong_buf_str(&names)};

		err = sheet_page_cover(&sheet, &text, pdf);
		if (err == ZONG_EINVAL || err == ZONG_ELIMIT)
			result = usage_error("%s",
				T("so much text does not fit in the code of a sheet, or it is not "
				  "UTF-8",
					"内容太长，分隔页的二维码放不下，或者不是 UTF-8 文字"));
		else if (err)
			result = usage_error("%s", T("out of memory", "内存不足"));
	}
	zong_buf_release(&names);
	zong_buf_release(&parties);
	return result;
}

static int put(const struct zong_buf *pdf, const char *name)
{
	int err;

	if (name && strcmp(name, "-") != 0) {
		err = zong_file_replace(name, pdf->data, pdf->len, 0644);
		if (!err)
			return CLI_OK;
		fprintf(stderr, "zong: %s: %s\n", name, strerror(errno));
		return CLI_FAILED;
	}
	return zong_file_write_all(STDOUT_FILENO, pdf->data, pdf->len) ? CLI_FAILED : CLI_OK;
}

int command_sheet(struct cli *cli, struct words *words)
{
	const char *name = words_value(words, "output");
	bool patch = words_flag(words, "patch");
	struct zong_buf pdf = ZONG_BUF_INIT(PDF_MAX);
	int result;

	if (words->operands)
		return usage_error("%s", T("sheet takes options only", "sheet 后面只写选项"));
	if (patch == (words_value(words, "case") != NULL))
		return usage_error("%s", T("give either --case NO or --patch",
						 "请写 --case 受理号 或 --patch，二者之一"));
	if (patch && (words_value(words, "type") || words_value(words, "to")))
		return usage_error("%s", T("a Patch T page carries no type and no departments",
						 "Patch T 页不带材料类型和部门"));
	if ((!name || strcmp(name, "-") == 0) && isatty(STDOUT_FILENO))
		return usage_error(
			"%s", T("the file would fill the screen with signs; give -o FILE",
				      "文件不能显示在屏幕上，请加 -o 文件名"));
	if (patch)
		result = sheet_page_patch(&pdf) ? CLI_FAILED : CLI_OK;
	else
		result = draw_cover(cli, words, &pdf);
	if (!result)
		result = put(&pdf, name);
	zong_buf_release(&pdf);
	return result;
}
