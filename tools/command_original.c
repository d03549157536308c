/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static void print_where(const json_t *original)
{
	printf("  %s", original_state(field_str(original, "state")));
	if (*field_str(original, "place"))
		printf("  %s", field_str(original, "place"));
	if (*field_str(original, "borrower"))
		printf("  %s", field_str(original, "borrower"));
	if (*field_str(original, "due"))
		printf("  %s %s", T("until", "应还"), field_str(original, "due"));
	if (*field_str(original, "handed_to"))
		printf("  %s (%s)", field_str(original, "handed_to"),
			field_str(original, "handover"));
	if (*field_str(original, "missing_note"))
		printf("  %s", field_str(original, "missing_note"));
	if (*field_str(original, "listed"))
		printf("  %s %s", T("on hand-over list", "在移交单上"),
			field_str(original, "listed"));
}

int show_original(void *ctx, const json_t *original)
{
	const struct cli *cli = ctx;

	if (cli->json) {
		print_json_line(original);
		return CLI_OK;
	}
	printf("%s  %s  %s  %lld %s", field_str(original, "code"), field_str(original, "case"),
		field_str(original, "title"), (long long)field_int(original, "pages"),
		T("pages", "页"));
	print_where(original);
	putchar('\n');
	return CLI_OK;
}

/* All of it: the copy first, it may save the walk. */
static void print_original(struct cli *cli, const json_t *original)
{
	const json_t *item;
	size_t i;

	show_original(cli, original);
	json_array_foreach(json_object_get(original, "copy"), i, item) printf(
		"  %s %s  %s  %lld %s  %s\n", T("copy:", "复制件："), field_str(item, "material"),
		field_str(item, "title"), (long long)field_int(item, "pages"), T("pages", "页"),
		field_str(item, "pdf"));
	if (json_array_size(json_object_get(original, "path"))) {
		printf("  %s ", strcmp(field_str(original, "state"), "shelved") == 0
					? T("lies in:", "存放：")
					: T("last lay in:", "原存放："));
		print_path(json_object_get(original, "path"));
		putchar('\n');
	}
	item = json_object_get(original, "loan");
	if (json_is_object(item))
		printf(T("  lent to %s (%s) by %s for: %s\n",
			       "  借阅人 %s（%s），经手人 %s，用途：%s\n"),
			field_str(item, "borrower"), field_str(item, "department"),
			field_str(item, "lent_name"), field_str(item, "purpose"));
	json_array_foreach(json_object_get(original, "waiting"), i, item)
	{
		printf("  %s %s %s  %s", T("waits:", "预约："), field_str(item, "borrower"),
			field_str(item, "department"), field_str(item, "id"));
		if (*field_str(item, "kept_until"))
			printf("  %s %s", T("kept until", "保留至"), field_str(item, "kept_until"));
		putchar('\n');
	}
}

/* One request about the original that the only operand names. */
int original_send(struct cli *cli, struct words *words, const char *what, json_t *body)
{
	char *path = client_path(cli->client, "/api/v1/originals/%s/", words->operand[0]);
	struct zong_buf whole = ZONG_BUF_INIT(8192);
	json_t *answer = NULL;
	int failed;

	zong_buf_add_format(&whole, "%s%s", path, what);
	failed = client_json(cli->client, "POST", zong_buf_str(&whole), body, &answer);
	zong_buf_release(&whole);
	free(path);
	json_decref(body);
	if (failed)
		return failed;
	if (cli->json)
		print_json_line(answer);
	else
		print_original(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

int original_operand(const struct words *words)
{
	return words->operands == 1
		       ? CLI_OK
		       : usage_error("%s", T("give the code of one original", "请写一个原件代码"));
}

int command_original_new(struct cli *cli, struct words *words)
{
	const struct word_option *materials = words_option(words, "material");
	json_t *body, *array, *answer = NULL;
	int failed;

	if (words->operands || !words_value(words, "case"))
		return usage_error("%s", T("like this: zong original new --case NO [--material "
					   "ID…] [--title T --pages N]",
						 "写法：zong original new --case 受理号 "
						 "[--material 材料编号…] [--title 题名 "
						 "--pages 页数]"));
	body = json_object();
	body_text(body, "case", words_value(words, "case"));
	body_text(body, "title", words_value(words, "title"));
	body_text(body, "note", words_value(words, "note"));
	body_text(body, "place", words_value(words, "place"));
	array = json_array();
	for (size_t i = 0; i < materials->count; i++)
		json_array_append_new(array, json_string(materials->values[i]));
	json_object_set_new(body, "materials", array);
	failed = body_number(body, "pages", words_value(words, "pages"), 1);
	if (!failed)
		failed = client_json(cli->client, "POST", "/api/v1/originals", body, &answer);
	json_decref(body);
	if (failed)
		return failed;
	if (cli->json)
		print_json_line(answer);
	else
		print_original(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

int command_original_list(struct cli *cli, struct words *words)
{
	static const char *const filters[] = {"case", "material", "place", "state"};
	struct zong_buf path = ZONG_BUF_INIT(8192);
	size_t count;
	int failed;

	if (words->operands)
		return usage_error(
			"%s", T("original list takes options only", "original list 后面只写选项"));
	zong_buf_add_str(&path, "/api/v1/originals?limit=200");
	for (size_t i = 0; i < 4; i++) {
		char *part =
			words_value(words, filters[i])
				? client_path(cli->client, "=%s", words_value(words, filters[i]))
				: NULL;

		if (part)
			zong_buf_add_format(&path, "&%s%s", filters[i], part);
		free(part);
	}
	failed = client_list(cli->client, zong_buf_str(&path), 0, show_original, cli, &count);
	zong_buf_release(&path);
	return failed;
}

int list_originals(struct cli *cli, const char *filter, const char *value)
{
	struct zong_buf path = ZONG_BUF_INIT(8192);
	char *part = client_path(cli->client, "=%s", value);
	size_t count;
	int failed;

	zong_buf_add_format(&path, "/api/v1/originals?limit=200&%s%s", filter, part);
	failed = client_list(cli->client, zong_buf_str(&path), 0, show_original, cli, &count);
	free(part);
	zong_buf_release(&path);
	return failed;
}

int command_original_where(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	char *path;
	int failed = original_operand(words);

	if (failed)
		return failed;
	path = client_path(cli->client, "/api/v1/originals/%s", words->operand[0]);
	failed = client_json(cli->client, "GET", path, NULL, &answer);
	free(path);
	if (failed)
		return failed;
	if (cli->json)
		print_json_line(answer);
	else
		print_original(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

int command_original_shelve(struct cli *cli, struct words *words)
{
	json_t *codes, *body, *answer = NULL;
	char *path;
	int failed;

	if (words->operands < 2)
		return usage_error("%s", T("give the code of the place, then those of the "
					   "originals (- reads them, one a line)",
						 "请先写库位代码，再写原件代码（- 表示逐行读入）"));
	failed = codes_take(words, 1, &codes);
	if (failed)
		return failed;
	body = json_pack("{s:o}", "codes", codes);
	path = client_path(cli->client, "/api/v1/places/%s/originals", words->operand[0]);
	failed = client_json(cli->client, "POST", path, body, &answer);
	free(path);
	json_decref(body);
	if (failed)
		return failed;
	if (cli->json)
		print_json_line(answer);
	else
		printf(T("%s  %s: %lld put there, %lld in it now\n",
			       "%s  %s：上架 %lld 件，现有 %lld 件\n"),
			field_str(answer, "code"), field_str(answer, "name"),
			(long long)field_int(answer, "moved"),
			(long long)field_int(answer, "originals"));
	json_decref(answer);
	return CLI_OK;
}

int command_original_missing(struct cli *cli, struct words *words)
{
	int failed = original_operand(words);

	if (failed)
		return failed;
	if (!words_value(words, "note"))
		return usage_error(
			"%s", T("--note says how that was found", "请用 --note 写明情况"));
	return original_send(
		cli, words, "missing", json_pack("{s:s}", "note", words_value(words, "note")));
}

int command_original_found(struct cli *cli, struct words *words)
{
	json_t *body;
	int failed = original_operand(words);

	if (failed)
		return failed;
	body = json_object();
	body_text(body, "place", words_value(words, "place"));
	body_text(body, "note", words_value(words, "note"));
	return original_send(cli, words, "found", body);
}

int command_original_reserve(struct cli *cli, struct words *words)
{
	const char *cancel = words_value(words, "cancel");
	json_t *body, *answer = NULL;
	char *path;
	int failed = original_operand(words);

	if (failed)
		return failed;
	if (!words_value(words, "borrower") == !cancel)
		return usage_error("%s", T("give --borrower NAME or --cancel ID",
						 "请写 --borrower 姓名 或 --cancel 预约编号"));
	if (!cancel) {
		body = json_object();
		body_text(body, "borrower", words_value(words, "borrower"));
		body_text(body, "department", words_value(words, "department"));
		return original_send(cli, words, "reservations", body);
	}
	path = client_path(
		cli->client, "/api/v1/originals/%s/reservations/%s", words->operand[0], cancel);
	failed = client_json(cli->client, "DELETE", path, NULL, &answer);
	free(path);
	if (failed)
		return failed;
	if (cli->json)
		print_json_line(answer);
	else
		print_original(cli, answer);
	json_decref(answer);
	return CLI_OK;
}
