/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static const char *why(const char *slug)
{
	if (strcmp(slug, "disagrees") == 0)
		return T("disagrees with what was entered", "与填写的不一致");
	if (strcmp(slug, "doubtful") == 0)
		return T("doubtful link between cases", "上下手存疑");
	return strcmp(slug, "unsure") == 0 ? T("read with little confidence", "识读把握不大")
					   : T("its check fails", "校验不通过");
}

static int show_item(void *ctx, const json_t *item)
{
	const struct cli *cli = ctx;

	if (cli->json) {
		print_json_line(item);
		return CLI_OK;
	}
	printf(T("%s  %s  case %s  page %lld\n", "%s  %s  受理号 %s  第 %lld 页\n"),
		field_str(item, "id"), field_str(item, "title"), field_str(item, "case"),
		(long long)field_int(item, "page"));
	printf("    %s: %s", field_str(item, "what"), field_str(item, "read"));
	if (*field_str(item, "entered"))
		printf("  %s %s", T("entered:", "填写："), field_str(item, "entered"));
	printf("  (%s, %.0f%%)\n", why(field_str(item, "why")),
		100 * json_number_value(json_object_get(item, "confidence")));
	return CLI_OK;
}

static int send_decision(
	struct cli *cli, const char *id, const char *verb, const char *name, const char *text)
{
	json_t *body = json_object(), *answer = NULL;
	char *path = client_path(cli->client, "/api/v1/review/%s/%s", id, verb);
	int failed;

	if (name)
		json_object_set_new(body, name, json_string(text));
	failed = client_json(cli->client, "POST", path, body, &answer);
	free(path);
	json_decref(body);
	if (failed)
		return failed;
	if (cli->json)
		print_json_line(answer);
	else
		printf("%s  %s  %s %lld\n", field_str(answer, "id"), field_str(answer, "state"),
			T("log no.", "日志号"), (long long)field_int(answer, "record"));
	json_decref(answer);
	return CLI_OK;
}

int command_review(struct cli *cli, struct words *words)
{
	const char *text = words_value(words, "correct"), *reason = words_value(words, "dismiss");
	bool accept = words_flag(words, "accept");
	int given = accept + (text != NULL) + (reason != NULL);
	size_t count;

	if (words->operands == 0 && given == 0)
		return client_list(cli->client, "/api/v1/review?", 0, show_item, cli, &count);
	if (words->operands != 1 || given != 1)
		return usage_error("%s", T("to decide, give one id and one of --accept, --correct "
					   "TEXT, --dismiss REASON",
						 "作出决定请写一个编号，以及 --accept、--correct "
						 "文字、--dismiss 理由 之一"));
	if (accept)
		return send_decision(cli, words->operand[0], "accept", NULL, NULL);
	if (text)
		return send_decision(cli, words->operand[0], "correct", "text", text);
	return send_decision(cli, words->operand[0], "dismiss", "reason", reason);
}
