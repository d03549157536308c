/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void print_step(const char *label, const json_t *step)
{
	char time[64];

	if (!json_is_object(step))
		return;
	print_time(time, sizeof(time), field_str(step, "time"));
	printf("%s%s  %s (%s)  %s %lld%s%s\n", label, time, field_str(step, "name"),
		field_str(step, "by"), T("log no.", "日志号"), (long long)field_int(step, "record"),
		*field_str(step, "note") ? "  " : "", field_str(step, "note"));
}

static void print_brief(const json_t *list)
{
	printf("%s  %s  %lld %s", field_str(list, "id"), field_str(list, "state"),
		(long long)field_int(list, "count"), T("materials", "件"));
	if (field_int(list, "destroyed") || field_int(list, "stayed"))
		printf(T("  destroyed %lld, stayed %lld", "  已销毁 %lld，留存 %lld"),
			(long long)field_int(list, "destroyed"),
			(long long)field_int(list, "stayed"));
	putchar('\n');
}

static void print_list(const json_t *list)
{
	const json_t *item;
	size_t i;

	print_brief(list);
	print_step(T("proposed  ", "提出  "), json_object_get(list, "proposed"));
	print_step(T("approved  ", "批准  "), json_object_get(list, "approved"));
	print_step(T("executed  ", "执行  "), json_object_get(list, "executed"));
	print_step(T("cancelled ", "取消  "), json_object_get(list, "cancelled"));
	if (field_int(list, "certificate"))
		printf("%s%lld\n", T("certificate of destruction: log no. ", "销毁证明：日志号 "),
			(long long)field_int(list, "certificate"));
	json_array_foreach(json_object_get(list, "items"), i, item)
	{
		printf("  %s  %s  %s  %s  %s  %lld %s  %s", field_str(item, "material"),
			field_str(item, "state"), field_str(item, "case"), field_str(item, "type"),
			field_str(item, "title"), (long long)field_int(item, "pages"),
			T("pages", "页"), field_str(item, "until"));
		if (*field_str(item, "why"))
			printf("  %s%s", T("stays: ", "留存原因："), field_str(item, "why"));
		putchar('\n');
	}
}

static int write_csv(const json_t *list, const char *name)
{
	static const char *const texts[] = {
		"material", "case", "type", "title", "until", "rule", "state", "why", "digest"};
	const size_t last = sizeof(texts) / sizeof(texts[0]) - 1;
	FILE *file = strcmp(name, "-") == 0 ? stdout : fopen(name, "w");
	const json_t *item;
	size_t i, j;
	bool bad;

	if (!file) {
		fprintf(stderr, "zong: %s: %s\n", name, strerror(errno));
		return CLI_FAILED;
	}
	fputs("\xef\xbb\xbf", file); /* spreadsheets take it for UTF-8 then */
	for (j = 0; j < last; j++)
		print_csv_cell(file, texts[j], ',');
	fputs("\"pages\",\"bytes\",\"digest\"\r\n", file);
	json_array_foreach(json_object_get(list, "items"), i, item)
	{
		for (j = 0; j < last; j++)
			print_csv_cell(file, field_str(item, texts[j]), ',');
		fprintf(file, "%lld,%lld,", (long long)field_int(item, "pages"),
			(long long)field_int(item, "bytes"));
		print_csv_cell(file, field_str(item, texts[last]), '\r');
		fputc('\n', file);
	}
	bad = fflush(file) != 0 || ferror(file);
	if (file != stdout)
		bad = fclose(file) != 0 || bad;
	if (bad)
		fprintf(stderr, "zong: %s: %s\n", name, strerror(errno));
	return bad ? CLI_FAILED : CLI_OK;
}

/* Asks, and shows the list that comes back. */
static int ask(struct cli *cli, const char *method, const char *path, json_t *body, const char *csv)
{
	json_t *answer = NULL;
	int failed = client_json(cli->client, method, path, body, &answer);

	json_decref(body);
	if (failed)
		return failed;
	if (csv)
		failed = write_csv(answer, csv);
	else if (cli->json)
		print_json_line(answer);
	else
		print_list(answer);
	json_decref(answer);
	return failed;
}

static int add_due(void *ctx, const json_t *item)
{
	if (strcmp(field_str(item, "state"), "due") == 0)
		json_array_append_new(ctx, json_string(field_str(item, "material")));
	return CLI_OK;
}

int command_destroy_propose(struct cli *cli, struct words *words)
{
	const char *no = words_value(words, "case");
	bool due = words_flag(words, "due");
	json_t *materials = json_array();
	json_t *body;
	size_t i, count;
	char *path;
	int failed = CLI_OK;

	if (due == (words->operands > 0) || (no && !due)) {
		json_decref(materials);
		return usage_error(
			"%s", T("give material ids, or --due [--case NO] for all that are due",
				      "请写材料编号；或写 --due [--case 受理号]，表示全部到期的"));
	}
	for (i = 0; i < words->operands; i++)
		json_array_append_new(materials, json_string(words->operand[i]));
	if (due) {
		path = no ? client_path(cli->client, "/api/v1/retention/due?limit=200&case=%s", no)
			  : client_path(cli->client, "/api/v1/retention/due?limit=200");
		failed = client_list(cli->client, path, 0, add_due, materials, &count);
		free(path);
		if (!failed && json_array_size(materials) == 0) {
			fprintf(stderr, "zong: %s\n", T("nothing is due", "没有到期的材料"));
			failed = CLI_FAILED;
		}
	}
	if (failed) {
		json_decref(materials);
		return failed;
	}
	body = json_pack("{s:o}", "materials", materials);
	if (words_value(words, "note"))
		json_object_set_new(body, "note", json_string(words_value(words, "note")));
	return ask(cli, "POST", "/api/v1/destruction-lists", body, NULL);
}

static int on_list(struct cli *cli, struct words *words, const char *method, const char *format,
	json_t *body, const char *csv)
{
	char *path;
	int failed;

	if (words->operands != 1) {
		json_decref(body);
		return usage_error("%s", T("give one list (see: zong destroy list)",
						 "请写一个清册编号（见 zong destroy list）"));
	}
	path = client_path(cli->client, format, words->operand[0]);
	failed = ask(cli, method, path, body, csv);
	free(path);
	return failed;
}

int command_destroy_show(struct cli *cli, struct words *words)
{
	return on_list(
		cli, words, "GET", "/api/v1/destruction-lists/%s", NULL, words_value(words, "csv"));
}

int command_destroy_approve(struct cli *cli, struct words *words)
{
	return on_list(
		cli, words, "POST", "/api/v1/destruction-lists/%s/approve", json_object(), NULL);
}

int command_destroy_execute(struct cli *cli, struct words *words)
{
	return on_list(
		cli, words, "POST", "/api/v1/destruction-lists/%s/execute", json_object(), NULL);
}

int command_destroy_cancel(struct cli *cli, struct words *words)
{
	if (!words_value(words, "reason"))
		return usage_error("%s", T("--reason is needed", "缺少 --reason"));
	return on_list(cli, words, "POST", "/api/v1/destruction-lists/%s/cancel",
		json_pack("{s:s}", "reason", words_value(words, "reason")), NULL);
}

static int show_line(void *ctx, const json_t *item)
{
	const struct cli *cli = ctx;

	if (cli->json)
		print_json_line(item);
	else
		print_brief(item);
	return CLI_OK;
}

int command_destroy_list(struct cli *cli, struct words *words)
{
	size_t count;

	if (words->operands)
		return usage_error(
			"%s", T("destroy list takes no words", "destroy list 后面不带内容"));
	return client_list(
		cli->client, "/api/v1/destruction-lists?limit=50", 0, show_line, cli, &count);
}
