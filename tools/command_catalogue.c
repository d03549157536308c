/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue: what each kind of business needs. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static int list_catalogues(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	const json_t *item;
	size_t i;
	int failed;

	if (words->operands)
		return usage_error(
			"%s", T("catalogue list takes nothing", "catalogue list 不带参数"));
	failed = client_json(cli->client, "GET", "/api/v1/catalogues", NULL, &answer);
	if (failed)
		return failed;
	json_array_foreach(json_object_get(answer, "items"), i, item)
	{
		char time[64];

		if (cli->json) {
			print_json_line(item);
			continue;
		}
		print_time(time, sizeof(time), field_str(item, "since"));
		printf("%lld  %s  %s  %.19s\n", (long long)field_int(item, "version"), time,
			field_str(item, "name"), field_str(item, "digest"));
	}
	json_decref(answer);
	return CLI_OK;
}

static const char *need_text(const char *need)
{
	static const struct phrase needs[] = {{"required", "required", "必须"},
		{"optional", "where it applies", "视情况"}, {"proxy", "if by proxy", "代理时"},
		{"company", "if a company", "单位时"}, {0}};

	return phrase_of(needs, need);
}

static const char *scope_text(const char *scope)
{
	static const struct phrase scopes[] = {{"case", "", ""},
		{"unit", "  of the unit", "  单元"}, {"building", "  of the building", "  幢"},
		{"parcel", "  of the parcel", "  宗地"}, {0}};

	return phrase_of(scopes, scope);
}

static void print_list(const json_t *list, const char *between)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item) printf("%s%s", i ? between : "", json_string_value(item));
}

static void print_causes(const json_t *need)
{
	const json_t *causes = json_object_get(need, "causes");

	if (!json_is_array(causes))
		return;
	fputs(T("  [cause: ", "  〔原因："), stdout);
	if (json_array_size(causes))
		print_list(causes, T(", ", "、"));
	else
		fputs(T("any other", "其他"), stdout);
	fputs(T("]", "〕"), stdout);
}

static void print_need(const json_t *need)
{
	fputs("  ", stdout);
	print_list(json_object_get(need, "types"), T(" or ", " 或 "));
	printf("  %s  %s %lld  -> ", need_text(field_str(need, "need")),
		json_is_true(json_object_get(need, "original")) ? T("original", "原件")
								: T("copy", "复印件"),
		(long long)field_int(need, "copies"));
	print_list(json_object_get(need, "for"), ", ");
	printf("%s%s", json_is_true(json_object_get(need, "tax")) ? T("  tax", "  涉税") : "",
		scope_text(field_str(need, "scope")));
	print_causes(need);
	putchar('\n');
}

static void print_catalogue(const json_t *answer)
{
	const json_t *business, *need;
	size_t i, j;

	printf(T("version %lld: %s, %s\n", "第 %lld 版：%s，%s\n"),
		(long long)field_int(answer, "version"), field_str(answer, "name"),
		field_str(answer, "digest"));
	json_array_foreach(json_object_get(answer, "businesses"), i, business)
	{
		printf("\n%s%s%s\n", field_str(business, "name"),
			*field_str(business, "keep") ? T("  keep: ", "  保管：") : "",
			field_str(business, "keep"));
		json_array_foreach(json_object_get(business, "needs"), j, need) print_need(need);
	}
}

static int show_catalogue(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	char *path;
	int failed;

	if (words->operands > 1)
		return usage_error("%s", T("give at most one version", "最多写一个版本号"));
	path = client_path(cli->client, "/api/v1/catalogues/%s",
		words->operands ? words->operand[0] : "current");
	failed = client_json(cli->client, "GET", path, NULL, &answer);
	free(path);
	if (failed)
		return failed;
	if (words_flag(words, "text"))
		fputs(field_str(answer, "text"), stdout);
	else if (cli->json)
		print_json_line(answer);
	else
		print_catalogue(answer);
	json_decref(answer);
	return CLI_OK;
}

/* ---- a case by it ---- */

static int change_case(struct cli *cli, struct words *words)
{
	json_t *body, *answer = NULL;
	char *path;
	int failed;

	if (words->operands != 1 || (!words_value(words, "kind") && !words_value(words, "cause")) ||
		!words_value(words, "reason"))
		return usage_error("%s", T("like this: zong case change NO [--kind KIND] [--cause "
					   "CAUSE] --reason TEXT",
						 "写法：zong case change 受理号 [--kind 业务类型] "
						 "[--cause 原因] --reason 理由"));
	body = json_object();
	body_text(body, "kind", words_value(words, "kind"));
	body_text(body, "cause", words_value(words, "cause"));
	body_text(body, "reason", words_value(words, "reason"));
	path = client_path(cli->client, "/api/v1/cases/%s/cause", words->operand[0]);
	failed = client_json(cli->client, "POST", path, body, &answer);
	free(path);
	json_decref(body);
	if (failed)
		return failed;
	if (cli->json)
		print_json_line(answer);
	else
		print_case(answer);
	json_decref(answer);
	return CLI_OK;
}

static int print_notice(struct cli *cli, struct words *words)
{
	char *path;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give one case number", "请写一个受理号"));
	path = client_path(cli->client, "/api/v1/cases/%s/notice", words->operand[0]);
	failed = output_save(cli, words, path, true);
	free(path);
	return failed;
}

static const struct word_option none[] = {{0}};
static const struct word_option show_options[] = {{.name = "text", .kind = WORD_FLAG}, {0}};
static const struct word_option change_options[] = {
	{.name = "kind", .kind = WORD_VALUE},
	{.name = "cause", .kind = WORD_VALUE},
	{.name = "reason", .kind = WORD_VALUE},
	{0},
};
static const struct word_option notice_options[] = {
	{.name = "output", .letter = 'o', .kind = WORD_VALUE}, {0}};

const struct command catalogue_commands[] = {
	{"catalogue", "list", none, false, list_catalogues, "",
		"Lists the versions of the catalogue of materials, newest first.",
		"列出材料目录的各个版本，最新的在前。"},
	{"catalogue", "show", show_options, false, show_catalogue, "[VERSION] [--text]",
		"Shows which materials each kind of business needs, and which departments receive "
		"them.\n"
		"  --text     the file as it was, to be changed and named in zong.conf as "
		"catalogue",
		"显示每种业务需要哪些材料、送哪些部门。\n"
		"  --text     输出目录文件原文；改好后在 zong.conf 里写 catalogue = 文件"},
	{"case", "change", change_options, false, change_case,
		"NO [--kind KIND] [--cause CAUSE] --reason TEXT",
		"The kind or the cause of a case turns out to be another one. What is missing "
		"follows, "
		"and so does\n"
		"what goes to the departments by the catalogue.",
		"更改案件的业务类型或者登记原因，须写明理由。还缺的材料和按目录的推送随之改变。"},
	{"case", "notice", notice_options, false, print_notice, "NO [-o FILE]",
		"Makes the one-time notice (PDF) of what the applicant has still to hand in.",
		"制作一次性告知单（PDF）：申请人还须提交的材料。"},
	{0},
};
