/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static void add_strings(json_t *object, const char *name, const struct word_option *option)
{
	json_t *array;
	size_t i;

	if (!option || !option->count)
		return;
	array = json_array();
	for (i = 0; i < option->count; i++)
		json_array_append_new(array, json_string(option->values[i]));
	json_object_set_new(object, name, array);
}

/* NAME or NAME:IDNO, the colon of either width. */
static json_t *party_of(const char *word)
{
	const char *colon = strchr(word, ':');
	const char *wide = strstr(word, "：");
	size_t skip = 1;
	json_t *party = json_object();

	if (wide && (!colon || wide < colon)) {
		colon = wide;
		skip = strlen("：");
	}
	json_object_set_new(
		party, "name", json_stringn(word, colon ? (size_t)(colon - word) : strlen(word)));
	if (colon && colon[skip])
		json_object_set_new(party, "idno", json_string(colon + skip));
	return party;
}

static void add_value(
	json_t *object, const char *name, const struct words *words, const char *option)
{
	const char *value = words_value(words, option);

	if (value)
		json_object_set_new(object, name, json_string(value));
}

static int show_case(struct cli *cli, json_t *object)
{
	if (cli->json)
		print_json_line(object);
	else
		print_case(object);
	return CLI_OK;
}

int command_case_open(struct cli *cli, struct words *words)
{
	const struct word_option *parties = words_option(words, "party");
	json_t *body, *array, *answer = NULL;
	size_t i;
	int failed;

	if (words->operands != 1)
		return usage_error(
			"%s", T("give the case number first: zong case open NO --kind KIND",
				      "请先写受理号：zong case open 受理号 --kind 业务类型"));
	if (!words_value(words, "kind"))
		return usage_error("%s", T("--kind is needed, e.g. --kind 转移登记",
						 "缺少 --kind，例如 --kind 转移登记"));
	body = json_object();
	json_object_set_new(body, "no", json_string(words->operand[0]));
	add_value(body, "kind", words, "kind");
	add_value(body, "cause", words, "cause");
	add_value(body, "address", words, "address");
	add_value(body, "note", words, "note");
	add_strings(body, "units", words_option(words, "unit"));
	add_strings(body, "certificates", words_option(words, "cert"));
	array = json_array();
	for (i = 0; i < parties->count; i++)
		json_array_append_new(array, party_of(parties->values[i]));
	json_object_set_new(body, "parties", array);
	failed = client_json(cli->client, "POST", "/api/v1/cases", body, &answer);
	json_decref(body);
	if (failed)
		return failed;
	show_case(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

int command_case_show(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	char *path;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give one case number", "请写一个受理号"));
	path = client_path(cli->client, "/api/v1/cases/%s", words->operand[0]);
	failed = client_json(cli->client, "GET", path, NULL, &answer);
	free(path);
	if (failed)
		return failed;
	show_case(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

static int show_line(void *ctx, const json_t *item)
{
	const struct cli *cli = ctx;
	char time[64];

	if (cli->json) {
		print_json_line(item);
		return CLI_OK;
	}
	print_time(time, sizeof(time), field_str(item, "opened"));
	printf("%s  %s  %s  %s\n", field_str(item, "no"), field_str(item, "kind"), time,
		field_str(json_array_get(json_object_get(item, "parties"), 0), "name"));
	return CLI_OK;
}

int command_case_list(struct cli *cli, struct words *words)
{
	size_t count;
	char *path;
	int failed;

	if (words->operands > 1)
		return usage_error("%s",
			T("give at most the beginning of a case number", "最多写一个受理号开头"));
	path = client_path(
		cli->client, "/api/v1/cases?q=%s", words->operands ? words->operand[0] : "");
	failed = client_list(cli->client, path, 0, show_line, cli, &count);
	free(path);
	return failed;
}
