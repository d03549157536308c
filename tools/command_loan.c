/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

int command_original_lend(struct cli *cli, struct words *words)
{
	static const char *const texts[] = {"borrower", "department", "purpose", "approver", "due"};
	json_t *body;
	int failed = original_operand(words);

	if (failed)
		return failed;
	if (!words_value(words, "borrower") || !words_value(words, "purpose") ||
		!words_value(words, "approver") || !words_value(words, "due"))
		return usage_error(
			"%s", T("--borrower, --purpose, --approver and --due are needed",
				      "请写 --borrower、--purpose、--approver 和 --due"));
	body = json_object();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		body_text(body, texts[i], words_value(words, texts[i]));
	body_text(body, "copy_not_enough", words_value(words, "copy-not-enough"));
	return original_send(cli, words, "loans", body);
}

int command_original_extend(struct cli *cli, struct words *words)
{
	int failed = original_operand(words);

	if (failed)
		return failed;
	if (!words_value(words, "due") || !words_value(words, "reason"))
		return usage_error(
			"%s", T("--due and --reason are needed", "请写 --due 和 --reason"));
	return original_send(cli, words, "extend",
		json_pack("{s:s, s:s}", "due", words_value(words, "due"), "reason",
			words_value(words, "reason")));
}

int command_original_return(struct cli *cli, struct words *words)
{
	json_t *body;
	int failed = original_operand(words);

	if (failed)
		return failed;
	if (!words_value(words, "pages"))
		return usage_error(
			"%s", T("count the pages: --pages N", "请清点页数：--pages 页数"));
	body = json_object();
	body_text(body, "note", words_value(words, "note"));
	body_text(body, "place", words_value(words, "place"));
	json_object_set_new(body, "damaged", json_boolean(words_flag(words, "damaged")));
	failed = body_number(body, "pages", words_value(words, "pages"), 0);
	if (failed) {
		json_decref(body);
		return failed;
	}
	return original_send(cli, words, "return", body);
}

int command_original_settle(struct cli *cli, struct words *words)
{
	json_t *body;
	int failed = original_operand(words);

	if (failed)
		return failed;
	if (!words_value(words, "reason"))
		return usage_error("%s", T("--reason is needed", "请写 --reason"));
	body = json_object();
	body_text(body, "reason", words_value(words, "reason"));
	failed = body_number(body, "pages", words_value(words, "pages"), 1);
	if (failed) {
		json_decref(body);
		return failed;
	}
	return original_send(cli, words, "settle", body);
}

static int show_loan(void *ctx, const json_t *loan)
{
	const struct cli *cli = ctx;

	if (cli->json) {
		print_json_line(loan);
		return CLI_OK;
	}
	printf("%s  %s  %s  %s %s", field_str(loan, "original"), field_str(loan, "title"),
		field_str(loan, "borrower"), T("until", "应还"), field_str(loan, "due"));
	if (json_is_true(json_object_get(loan, "overdue")))
		printf("  %s", T("OVERDUE", "逾期"));
	if (*field_str(loan, "returned"))
		printf(T("  %s, %lld of %lld pages", "  %s，交回 %lld / %lld 页"),
			field_str(loan, "condition"), (long long)field_int(loan, "pages_back"),
			(long long)field_int(loan, "pages"));
	if (*field_str(loan, "note"))
		printf("  %s", field_str(loan, "note"));
	if (*field_str(loan, "settled_reason"))
		printf("  %s%s", T("settled: ", "已处理："), field_str(loan, "settled_reason"));
	putchar('\n');
	return CLI_OK;
}

int command_original_overdue(struct cli *cli, struct words *words)
{
	const char *const path = words_flag(words, "trouble") ? "/api/v1/loans?state=trouble"
				 : words_flag(words, "out")   ? "/api/v1/loans?state=out"
							      : "/api/v1/loans?state=overdue";
	size_t count;

	if (words->operands)
		return usage_error("%s",
			T("original overdue takes options only", "original overdue 后面只写选项"));
	return client_list(cli->client, path, 0, show_loan, cli, &count);
}

int command_original_history(struct cli *cli, struct words *words)
{
	size_t count;
	char *path;
	int failed = original_operand(words);

	if (failed)
		return failed;
	path = client_path(cli->client, "/api/v1/originals/%s/loans?limit=200", words->operand[0]);
	failed = client_list(cli->client, path, 0, show_loan, cli, &count);
	free(path);
	return failed;
}
