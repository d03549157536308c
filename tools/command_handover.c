/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static void print_step(const char *label, const json_t *step)
{
	char time[64];

	if (!json_is_object(step))
		return;
	print_time(time, sizeof(time), field_str(step, "time"));
	printf("  %s %s  %s  %s %lld  %s\n", label, field_str(step, "name"), time,
		T("log no.", "日志号"), (long long)field_int(step, "record"),
		field_str(step, "note"));
}

static const char *state_word(const char *state)
{
	static const struct phrase phrases[] = {
		{"open", "open", "待签收"},
		{"taken", "taken", "已签收"},
		{"cancelled", "cancelled", "已取消"},
		{"listed", "listed", "待核对"},
		{"checked", "checked", "已核对"},
		{"returned", "returned", "退回"},
		{0},
	};

	return phrase_of(phrases, state);
}

static int show_brief(void *ctx, const json_t *list)
{
	const struct cli *cli = ctx;

	if (cli->json) {
		print_json_line(list);
		return CLI_OK;
	}
	printf(T("%s  %s %s  %s  %lld originals, %lld checked, %lld returned\n",
		       "%s  %s %s  %s  %lld 件，已核对 %lld，退回 %lld\n"),
		field_str(list, "no"),
		strcmp(field_str(list, "direction"), "in") == 0 ? T("in from", "接收自")
								: T("out to", "移交给"),
		field_str(list, "other"), state_word(field_str(list, "state")),
		(long long)field_int(list, "count"), (long long)field_int(list, "checked"),
		(long long)field_int(list, "returned"));
	return CLI_OK;
}

static void show_list(struct cli *cli, const json_t *list)
{
	const json_t *item;
	size_t i;

	show_brief(cli, list);
	if (cli->json)
		return;
	print_step(T("given by", "移交人"), json_object_get(list, "given"));
	print_step(T("taken by", "接收人"), json_object_get(list, "taken"));
	print_step(T("cancelled by", "取消人"), json_object_get(list, "cancelled"));
	json_array_foreach(json_object_get(list, "items"), i, item)
		printf("  %s  %s  %s  %lld %s  %s  %s\n", field_str(item, "original"),
			field_str(item, "case"), field_str(item, "title"),
			(long long)field_int(item, "pages"), T("pages", "页"),
			state_word(field_str(item, "state")), field_str(item, "reason"));
}

/* One request, and the list as it is afterwards. @body is taken over. */
static int ask(struct cli *cli, const char *method, const char *path, json_t *body)
{
	json_t *answer = NULL;
	int failed = client_json(cli->client, method, path, body, &answer);

	json_decref(body);
	if (failed)
		return failed;
	show_list(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

static int step(struct cli *cli, struct words *words, const char *what, json_t *body)
{
	char *path = client_path(cli->client, "/api/v1/handovers/%s/%s", words->operand[0], what);
	int failed = ask(cli, "POST", path, body);

	free(path);
	return failed;
}

int command_handover_new(struct cli *cli, struct words *words)
{
	const char *to = words_value(words, "to"), *from = words_value(words, "from");
	json_t *codes, *body;
	int failed;

	if (!to == !from || words->operands < 1)
		return usage_error("%s",
			T("like this: zong handover new --to OFFICE CODE… | --from OFFICE CODE…",
				"写法：zong handover new --to 单位 代码… | --from 单位 代码…"));
	failed = codes_take(words, 0, &codes);
	if (failed)
		return failed;
	body = json_pack("{s:s, s:s, s:o}", "direction", to ? "out" : "in", "other", to ? to : from,
		"codes", codes);
	body_text(body, "note", words_value(words, "note"));
	return ask(cli, "POST", "/api/v1/handovers", body);
}

int command_handover_list(struct cli *cli, struct words *words)
{
	size_t count;

	if (words->operands)
		return usage_error(
			"%s", T("handover list takes no words", "handover list 后面不带内容"));
	return client_list(cli->client, "/api/v1/handovers?limit=200", 0, show_brief, cli, &count);
}

static int one_number(const struct words *words)
{
	return words->operands == 1
		       ? CLI_OK
		       : usage_error("%s", T("give the number of one list", "请写一个移交单号"));
}

int command_handover_show(struct cli *cli, struct words *words)
{
	char *path;
	int failed = one_number(words);

	if (failed)
		return failed;
	path = client_path(cli->client, "/api/v1/handovers/%s", words->operand[0]);
	failed = ask(cli, "GET", path, NULL);
	free(path);
	return failed;
}

int command_handover_check(struct cli *cli, struct words *words)
{
	json_t *codes;
	int failed;

	if (words->operands < 2)
		return usage_error("%s", T("give the number of the list and the codes that were "
					   "looked at (- reads them)",
						 "请写移交单号和核对过的代码（- 表示逐行读入）"));
	failed = codes_take(words, 1, &codes);
	return failed ? failed : step(cli, words, "check", json_pack("{s:o}", "codes", codes));
}

int command_handover_return(struct cli *cli, struct words *words)
{
	json_t *codes;
	int failed;

	if (words->operands < 2 || !words_value(words, "reason"))
		return usage_error(
			"%s", T("give the number of the list, the codes that go back, and --reason",
				      "请写移交单号、退回的代码和 --reason"));
	failed = codes_take(words, 1, &codes);
	return failed ? failed
		      : step(cli, words, "return",
				json_pack("{s:o, s:s}", "codes", codes, "reason",
					words_value(words, "reason")));
}

int command_handover_take(struct cli *cli, struct words *words)
{
	json_t *body = json_object();
	int failed = one_number(words);

	body_text(body, "reason", words_value(words, "reason"));
	if (!failed)
		return step(cli, words, "take", body);
	json_decref(body);
	return failed;
}

int command_handover_cancel(struct cli *cli, struct words *words)
{
	int failed = one_number(words);

	if (failed)
		return failed;
	if (!words_value(words, "reason"))
		return usage_error("%s", T("--reason is needed", "请写 --reason"));
	return step(
		cli, words, "cancel", json_pack("{s:s}", "reason", words_value(words, "reason")));
}

int command_handover_print(struct cli *cli, struct words *words)
{
	const char *encoding = words_value(words, "encoding");
	bool csv = words_flag(words, "csv") || encoding;
	int failed = one_number(words);
	char *path;

	if (failed)
		return failed;
	path = csv ? client_path(cli->client, "/api/v1/handovers/%s/pdf?encoding=%s",
			     words->operand[0], encoding ? encoding : "utf-8")
		   : client_path(cli->client, "/api/v1/handovers/%s/pdf", words->operand[0]);
	failed = output_save(cli, words, path, !csv);
	free(path);
	return failed;
}
