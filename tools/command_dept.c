/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

int command_dept_add(struct cli *cli, struct words *words)
{
	json_t *body, *answer = NULL;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give the department's id, a short word like tax",
						 "请写部门代号，如 tax"));
	if (!words_value(words, "name"))
		return usage_error("%s",
			T("--name is needed, e.g. --name 税务", "缺少 --name，例如 --name 税务"));
	body = json_object();
	json_object_set_new(body, "id", json_string(words->operand[0]));
	json_object_set_new(body, "name", json_string(words_value(words, "name")));
	if (words_value(words, "webhook"))
		json_object_set_new(body, "webhook", json_string(words_value(words, "webhook")));
	if (words_flag(words, "allow-private"))
		json_object_set_new(body, "allow_private", json_true());
	failed = client_json(cli->client, "POST", "/api/v1/departments", body, &answer);
	json_decref(body);
	if (failed)
		return failed;
	if (cli->json) {
		print_json_line(answer);
	} else {
		printf("%s  %s\n", field_str(answer, "id"), field_str(answer, "name"));
		if (*field_str(answer, "secret"))
			printf("%s\n%s\n%s\n",
				T("The webhook's signing secret, shown this once:",
					"网络回调的签名密钥，只显示这一次："),
				field_str(answer, "secret"), field_str(answer, "public_key"));
	}
	json_decref(answer);
	return CLI_OK;
}

int command_dept_list(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	const json_t *item;
	size_t i;
	int failed;

	if (words->operands)
		return usage_error("%s", T("dept list takes no words", "dept list 后面不带内容"));
	failed = client_json(cli->client, "GET", "/api/v1/departments", NULL, &answer);
	if (failed)
		return failed;
	json_array_foreach(json_object_get(answer, "items"), i, item)
	{
		if (cli->json)
			print_json_line(item);
		else
			printf("%-16s %s  %s\n", field_str(item, "id"), field_str(item, "name"),
				field_str(item, "webhook"));
	}
	json_decref(answer);
	return CLI_OK;
}

static void show_event(const struct cli *cli, const json_t *event)
{
	const json_t *manifest = json_object_get(event, "manifest");
	char time[64];

	if (cli->json) {
		print_json_line(event);
		return;
	}
	print_time(time, sizeof(time), field_str(event, "time"));
	printf("%6lld  %s  %s  %s  %s\n        %s  %lld %s  %s\n",
		(long long)field_int(event, "cursor"), time, field_str(event, "case"),
		field_str(event, "state"), field_str(event, "id"), field_str(manifest, "title"),
		(long long)field_int(manifest, "pages"), T("pages", "页"),
		field_str(event, "material"));
}

int command_feed(struct cli *cli, struct words *words)
{
	const char *after = words_value(words, "after") ? words_value(words, "after") : "0";
	char cursor[32];
	bool more = true;
	int failed = CLI_OK;
	char *end;

	if (words->operands != 1)
		return usage_error("%s", T("give one department id", "请写一个部门代号"));
	snprintf(cursor, sizeof(cursor), "%llu", strtoull(after, &end, 10));
	if (*end || *after < '0' || *after > '9')
		return usage_error(
			T("--after takes a number, not %s", "--after 是数字，不能是 %s"), after);
	while (more && !failed) {
		char *path =
			client_path(cli->client, "/api/v1/departments/%s/feed?limit=200&after=%s",
				words->operand[0], cursor);
		json_t *answer = NULL;
		const json_t *event;
		size_t i;

		failed = client_json(cli->client, "GET", path, NULL, &answer);
		free(path);
		if (failed)
			break;
		json_array_foreach(json_object_get(answer, "items"), i, event)
			show_event(cli, event);
		more = json_is_true(json_object_get(answer, "more"));
		snprintf(cursor, sizeof(cursor), "%lld", (long long)field_int(answer, "cursor"));
		json_decref(answer);
	}
	return failed;
}
