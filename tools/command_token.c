/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>

int command_token_new(struct cli *cli, struct words *words)
{
	const char *expires = words_value(words, "expires");
	const struct word_option *may = words_option(words, "may");
	json_t *body, *answer = NULL;
	char *end = NULL;
	int failed;

	if (words->operands || !words_value(words, "role"))
		return usage_error("%s",
			T("--role is needed: administrator, archivist, custodian, department, lookup, auditor or kiosk",
				"缺少 --role：administrator、archivist、custodian、department、lookup、auditor 或 kiosk"));
	body = json_object();
	json_object_set_new(body, "role", json_string(words_value(words, "role")));
	if (words_value(words, "department"))
		json_object_set_new(
			body, "department", json_string(words_value(words, "department")));
	if (words_value(words, "name"))
		json_object_set_new(body, "name", json_string(words_value(words, "name")));
	if (expires) {
		long days = strtol(expires, &end, 10);

		if (days < 1 || *end) {
			json_decref(body);
			return usage_error(T("--expires takes a number of days, not %s",
						   "--expires 是天数，不能是 %s"),
				expires);
		}
		json_object_set_new(body, "days", json_integer(days));
	}
	if (may->count) {
		json_t *verbs = json_array();

		for (size_t i = 0; i < may->count; i++)
			json_array_append_new(verbs, json_string(may->values[i]));
		json_object_set_new(body, "may", verbs);
	}
	failed = client_json(cli->client, "POST", "/api/v1/tokens", body, &answer);
	json_decref(body);
	if (failed)
		return failed;
	if (cli->json)
		print_json_line(answer);
	else
		printf("%s\n", field_str(answer, "token"));
	json_decref(answer);
	return CLI_OK;
}

int command_token_list(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	const json_t *item;
	const json_t *verb;
	char time[64];
	size_t i, j;
	int failed;

	if (words->operands)
		return usage_error("%s", T("token list takes no words", "token list 后面不带内容"));
	failed = client_json(cli->client, "GET", "/api/v1/tokens", NULL, &answer);
	if (failed)
		return failed;
	json_array_foreach(json_object_get(answer, "items"), i, item)
	{
		if (cli->json) {
			print_json_line(item);
			continue;
		}
		print_time(time, sizeof(time), field_str(item, "created"));
		printf("%s  %-13s %-12s %s  %s", field_str(item, "id"), field_str(item, "role"),
			field_str(item, "department"), time, field_str(item, "name"));
		json_array_foreach(json_object_get(item, "may"), j, verb)
			printf("%s%s", j ? " " : "  · ", json_string_value(verb));
		printf("\n");
	}
	json_decref(answer);
	return CLI_OK;
}

int command_token_revoke(struct cli *cli, struct words *words)
{
	char *path;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give one token id (see: zong token list)",
						 "请写一个令牌编号（见 zong token list）"));
	path = client_path(cli->client, "/api/v1/tokens/%s", words->operand[0]);
	failed = client_json(cli->client, "DELETE", path, NULL, NULL);
	free(path);
	return failed;
}
