/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static const char *level_word(const char *level)
{
	static const struct phrase phrases[] = {
		{"room", "room", "房间"},
		{"cabinet", "cabinet", "柜"},
		{"shelf", "shelf", "层"},
		{"box", "box", "盒"},
		{"position", "position", "位置"},
		{0},
	};

	return phrase_of(phrases, level);
}

void print_path(const json_t *path)
{
	const json_t *step;
	size_t i;

	json_array_foreach(path, i, step) printf("%s%s", i ? " > " : "", field_str(step, "name"));
}

static int show_place(void *ctx, const json_t *place)
{
	const struct cli *cli = ctx;

	if (cli->json) {
		print_json_line(place);
		return CLI_OK;
	}
	printf("%s  %s  %s", field_str(place, "code"), level_word(field_str(place, "level")),
		field_str(place, "name"));
	if (json_array_size(json_object_get(place, "path"))) {
		printf("  (");
		print_path(json_object_get(place, "path"));
		putchar(')');
	}
	if (json_is_integer(json_object_get(place, "originals")))
		printf(T("  %lld places below, %lld originals", "  下级 %lld 个，原件 %lld 件"),
			(long long)field_int(place, "places"),
			(long long)field_int(place, "originals"));
	if (field_int(place, "capacity"))
		printf(T(", room for %lld", "，可放 %lld 件"),
			(long long)field_int(place, "capacity"));
	putchar('\n');
	return CLI_OK;
}

int command_place_add(struct cli *cli, struct words *words)
{
	json_t *body, *answer = NULL;
	int failed;

	if (words->operands || !words_value(words, "level") || !words_value(words, "name"))
		return usage_error(
			"%s", T("like this: zong place add --level box --name 三号盒 --parent CODE",
				      "写法：zong place add --level box --name 三号盒 --parent "
				      "上级代码"));
	body = json_object();
	body_text(body, "level", words_value(words, "level"));
	body_text(body, "name", words_value(words, "name"));
	body_text(body, "parent", words_value(words, "parent"));
	body_text(body, "code", words_value(words, "code"));
	failed = body_number(body, "capacity", words_value(words, "capacity"), 1);
	if (!failed)
		failed = client_json(cli->client, "POST", "/api/v1/places", body, &answer);
	json_decref(body);
	if (failed)
		return failed;
	show_place(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

int command_place_list(struct cli *cli, struct words *words)
{
	size_t count;
	char *path;
	int failed;

	if (words->operands > 1)
		return usage_error("%s", T("give one code at most", "最多写一个代码"));
	path = words->operands ? client_path(cli->client, "/api/v1/places?limit=200&parent=%s",
					 words->operand[0])
			       : client_path(cli->client, "/api/v1/places?limit=200");
	failed = client_list(cli->client, path, 0, show_place, cli, &count);
	free(path);
	return failed;
}

int command_place_show(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	char *path;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give one code", "请写一个库位代码"));
	path = client_path(cli->client, "/api/v1/places/%s", words->operand[0]);
	failed = client_json(cli->client, "GET", path, NULL, &answer);
	free(path);
	if (failed)
		return failed;
	show_place(cli, answer);
	json_decref(answer);
	if (cli->json)
		return CLI_OK;
	return list_originals(cli, "place", words->operand[0]);
}

int command_place_remove(struct cli *cli, struct words *words)
{
	char *path;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give one code", "请写一个库位代码"));
	path = client_path(cli->client, "/api/v1/places/%s", words->operand[0]);
	failed = client_json(cli->client, "DELETE", path, NULL, NULL);
	free(path);
	return failed;
}

/* ---- stock-takes ---- */

static const char *kind_word(const char *kind)
{
	if (strcmp(kind, "missing") == 0)
		return T("missing", "缺少");
	return strcmp(kind, "misplaced") == 0 ? T("misplaced", "放错") : T("extra", "多出");
}

static void print_stocktake(const json_t *take)
{
	const json_t *item;
	size_t i;

	printf(T("%s  %s: %lld of %lld found, %lld missing, %lld misplaced, %lld extra\n",
		       "%s  %s：应有件数中找到 %lld / %lld，缺少 %lld，放错 %lld，多出 %lld\n"),
		field_str(take, "id"), field_str(take, "place"),
		(long long)field_int(take, "found"), (long long)field_int(take, "expected"),
		(long long)field_int(take, "missing"), (long long)field_int(take, "misplaced"),
		(long long)field_int(take, "extra"));
	json_array_foreach(json_object_get(take, "items"), i, item)
	{
		printf("  %s  %s  %s", kind_word(field_str(item, "kind")), field_str(item, "code"),
			field_str(item, "state"));
		if (*field_str(item, "place"))
			printf("  %s %s", T("belongs to", "应在"), field_str(item, "place"));
		puts(*field_str(item, "marked") ? T("  entered as missing", "  已登记遗失") : "");
	}
}

static int mark(struct cli *cli, json_t **answer)
{
	char *path =
		client_path(cli->client, "/api/v1/stocktakes/%s/missing", field_str(*answer, "id"));
	json_t *marked = NULL;
	int failed = client_json(cli->client, "POST", path, NULL, &marked);

	free(path);
	if (failed)
		return failed;
	json_decref(*answer);
	*answer = marked;
	return CLI_OK;
}

int command_place_stocktake(struct cli *cli, struct words *words)
{
	json_t *codes, *body, *answer = NULL;
	char *path;
	int failed;

	if (words->operands < 1)
		return usage_error(
			"%s", T("give the code of the place, then those found there (- reads them, "
				"one a line)",
				      "请先写库位代码，再写那里扫到的代码（- 表示逐行读入）"));
	failed = codes_take(words, 1, &codes);
	if (failed)
		return failed;
	body = json_pack("{s:o}", "codes", codes);
	path = client_path(cli->client, "/api/v1/places/%s/stocktakes", words->operand[0]);
	failed = client_json(cli->client, "POST", path, body, &answer);
	free(path);
	json_decref(body);
	if (!failed && words_flag(words, "mark") && field_int(answer, "missing"))
		failed = mark(cli, &answer);
	if (!failed && cli->json)
		print_json_line(answer);
	else if (!failed)
		print_stocktake(answer);
	json_decref(answer);
	return failed;
}
