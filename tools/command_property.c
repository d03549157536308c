/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The four properties: running them, and their reports. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static const char *result_text(const char *result)
{
	static const struct phrase results[] = {{"passed", "passed", "通过"},
		{"failed", "FAILED", "未通过"}, {"not-run", "not run", "未检测"}, {0}};

	return phrase_of(results, result);
}

static const char *class_text(const char *class)
{
	static const struct phrase classes[] = {{"authentic", "Authenticity", "真实性"},
		{"complete", "Completeness", "完整性"}, {"usable", "Usability", "可用性"},
		{"safe", "Safety", "安全性"}, {0}};

	return phrase_of(classes, class);
}

static void print_brief(const json_t *report)
{
	char time[64];

	print_time(time, sizeof(time), field_str(report, "ended"));
	printf("%s  %s %s  %s  %s %lld  %s %lld  %s %lld  %s %lld\n",
		*field_str(report, "material") ? field_str(report, "material")
					       : field_str(report, "case"),
		field_str(report, "stage"), field_str(report, "stage_name"), time,
		result_text("passed"), (long long)field_int(report, "passed"),
		result_text("failed"), (long long)field_int(report, "failed"),
		result_text("not-run"), (long long)field_int(report, "not_run"),
		T("log no.", "日志号"), (long long)field_int(report, "record"));
}

static void print_why(const json_t *of)
{
	const char *text = field_str(of, "text"), *detail = field_str(of, "detail");

	if (*text || *detail)
		printf("  %s%s%s", text, *text && *detail ? T(": ", "：") : "", detail);
	putchar('\n');
}

static void print_finding(const json_t *finding)
{
	printf("        %s  %s", result_text(field_str(finding, "result")),
		field_str(finding, "object"));
	if (field_int(finding, "page"))
		printf(T(" page %lld", " 第 %lld 页"), (long long)field_int(finding, "page"));
	if (*field_str(finding, "name"))
		printf("  %s", field_str(finding, "name"));
	if (*field_str(finding, "element"))
		printf("  [%s]", field_str(finding, "element"));
	print_why(finding);
}

static void print_item(const json_t *item)
{
	const json_t *finding;
	size_t i;

	printf("    %-5s %s  %s", field_str(item, "code"), result_text(field_str(item, "result")),
		field_str(item, "name"));
	if (field_int(item, "looked"))
		printf(" (%lld)", (long long)field_int(item, "looked"));
	print_why(item);
	json_array_foreach(json_object_get(item, "findings"), i, finding) print_finding(finding);
	if (field_int(item, "more"))
		printf(T("        and %lld more\n", "        另有 %lld 处\n"),
			(long long)field_int(item, "more"));
}

static void print_report(const json_t *report)
{
	const char *class = "";
	const json_t *item;
	size_t i;

	print_brief(report);
	json_array_foreach(json_object_get(report, "items"), i, item)
	{
		if (strcmp(class, field_str(item, "class")) != 0) {
			class = field_str(item, "class");
			printf("  %s\n", class_text(class));
		}
		print_item(item);
	}
	fputs(T("  *: number not seen in the text of DA/T 70-2018\n",
		      "  *：项目编号未经 DA/T 70-2018 原文核对\n"),
		stdout);
}

/* ---- what is asked ---- */

struct asking {
	struct cli *cli;
	struct words *words;
	bool material;
};

/* Below the case or the material that was named. */
static char *address(const struct asking *asking, const char *form)
{
	const char *stage = words_value(asking->words, "stage");
	struct client *client = asking->cli->client;
	const char *of = asking->words->operand[0];

	if (!form)
		return client_path(client,
			asking->material ? "/api/v1/materials/%s/properties"
					 : "/api/v1/cases/%s/properties",
			of);
	return client_path(client,
		asking->material ? "/api/v1/materials/%s/properties/%s?stage=%s"
				 : "/api/v1/cases/%s/properties/%s?stage=%s",
		of, form, stage ? stage : "CQ");
}

static int run_now(const struct asking *asking)
{
	json_t *body = json_object(), *answer = NULL;
	char *path = address(asking, NULL);
	int failed;

	body_text(body, "stage", words_value(asking->words, "stage"));
	if (words_flag(asking->words, "decode"))
		json_object_set_new(body, "decode", json_true());
	failed = client_json(asking->cli->client, "POST", path, body, &answer);
	free(path);
	json_decref(body);
	if (failed)
		return failed;
	if (asking->cli->json)
		print_json_line(answer);
	else
		print_report(answer);
	failed = field_int(answer, "failed") ? CLI_FAILED : CLI_OK;
	json_decref(answer);
	return failed;
}

static int show(const struct asking *asking)
{
	const char *stage = words_value(asking->words, "stage");
	char *path = address(asking, NULL);
	json_t *answer = NULL;
	const json_t *report;
	size_t i, shown = 0;
	int failed = client_json(asking->cli->client, "GET", path, NULL, &answer);

	free(path);
	if (failed)
		return failed;
	json_array_foreach(json_object_get(answer, "items"), i, report)
	{
		if (stage && strcmp(stage, field_str(report, "stage")) != 0)
			continue;
		shown++;
		if (asking->cli->json)
			print_json_line(report);
		else
			print_report(report);
	}
	if (!shown && !asking->cli->json)
		puts(T("They have not been run yet (--run runs them).",
			"还没有检测过（--run 立即检测）。"));
	json_decref(answer);
	return CLI_OK;
}

static int save(const struct asking *asking, const char *form, bool binary)
{
	char *path = address(asking, form);
	int failed = output_save(asking->cli, asking->words, path, binary);

	free(path);
	return failed;
}

static int ask(struct cli *cli, struct words *words, bool material)
{
	const struct asking asking = {cli, words, material};
	int failed = CLI_OK;

	if (words->operands != 1)
		return usage_error("%s", material ? T("give one material", "请写一个材料编号")
						  : T("give one case number", "请写一个受理号"));
	if (words_flag(words, "pdf") && words_flag(words, "text"))
		return usage_error("%s", T("--pdf or --text", "--pdf 和 --text 只能选一个"));
	if (words_flag(words, "run"))
		failed = run_now(&asking);
	if (failed && failed != CLI_FAILED)
		return failed;
	if (words_flag(words, "pdf") || words_flag(words, "text")) {
		int unsaved = save(&asking, words_flag(words, "pdf") ? "pdf" : "text",
			words_flag(words, "pdf"));

		return unsaved ? unsaved : failed;
	}
	return words_flag(words, "run") ? failed : show(&asking);
}

static int of_case(struct cli *cli, struct words *words)
{
	return ask(cli, words, false);
}

static int of_material(struct cli *cli, struct words *words)
{
	return ask(cli, words, true);
}

static int list_one(void *ctx, const json_t *report)
{
	const struct cli *cli = ctx;

	if (cli->json)
		print_json_line(report);
	else
		print_brief(report);
	return CLI_OK;
}

static int list_failed(struct cli *cli, struct words *words)
{
	size_t count;

	if (words->operands)
		return usage_error(
			"%s", T("property failed takes no words", "property failed 后面不带内容"));
	return client_list(cli->client, "/api/v1/properties?limit=200", 0, list_one, cli, &count);
}

static const struct word_option none[] = {{0}};
static const struct word_option options[] = {
	{.name = "run", .kind = WORD_FLAG},
	{.name = "stage", .kind = WORD_VALUE},
	{.name = "decode", .kind = WORD_FLAG},
	{.name = "pdf", .kind = WORD_FLAG},
	{.name = "text", .kind = WORD_FLAG},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{0},
};

const struct command property_commands[] = {
	{"property", "case", options, false, of_case,
		"NO [--run] [--stage GD|YJ|CQ] [--decode] [--pdf|--text] [-o FILE]",
		"Shows the last reports of the four properties (DA/T 70) of a case.\n"
		"  --run      runs them now; exit status 1 where an item fails\n"
		"  --stage    GD filing, YJ hand-over, CQ long-term keeping (CQ unless said)\n"
		"  --decode   with --run: decodes every page anew\n"
		"  --pdf      the report as PDF, to be signed\n"
		"  --text     the report byte for byte as its digest in the log is of it",
		"显示案件最近的四性检测报告（DA/T 70）。\n"
		"  --run      立即检测；有未通过的项目时退出码为 1\n"
		"  --stage    GD 归档、YJ 移交接收、CQ 长期保存（不写为 CQ）\n"
		"  --decode   与 --run 同用：逐页重新解码\n"
		"  --pdf      生成 PDF 报告，供签字\n"
		"  --text     报告原文，日志中的摘要即由此得出"},
	{"property", "material", options, false, of_material,
		"ID [--run] [--stage GD|YJ|CQ] [--decode] [--pdf|--text] [-o FILE]",
		"The same of one material.", "一份材料的四性检测报告，选项同上。"},
	{"property", "failed", none, false, list_failed, "",
		"Lists the reports in which an item failed, newest first.",
		"列出有未通过项目的检测报告，最新的在前。"},
	{0},
};
