/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void print_rule(const json_t *rule)
{
	const char *kind = field_str(rule, "kind"), *type = field_str(rule, "type");

	printf("%s  %s  ", *kind ? kind : T("(any kind)", "（任何业务）"),
		*type ? type : T("(any material)", "（任何材料）"));
	if (json_is_true(json_object_get(rule, "permanent")))
		printf("%s", T("permanently", "永久"));
	else
		printf(T("%lld years after %s", "%lld 年，自 %s 起"),
			(long long)field_int(rule, "years"), field_str(rule, "event"));
	if (*field_str(rule, "basis"))
		printf("  %s", field_str(rule, "basis"));
	putchar('\n');
}

static int show_rules(struct cli *cli, const json_t *answer)
{
	const json_t *rule;
	size_t i;

	/* One object, so that it can be kept and handed to `retention set --import`. */
	if (cli->json) {
		print_json_line(answer);
		return CLI_OK;
	}
	json_array_foreach(json_object_get(answer, "rules"), i, rule) print_rule(rule);
	return CLI_OK;
}

int command_retention_rules(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	int failed;

	if (words->operands)
		return usage_error(
			"%s", T("retention rules takes no words", "retention rules 后面不带内容"));
	failed = client_json(cli->client, "GET", "/api/v1/retention/rules", NULL, &answer);
	if (failed)
		return failed;
	show_rules(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

static void add_value(json_t *object, const char *name, const char *value)
{
	/* `any` is what people write for what is left out. */
	if (value && strcmp(value, "any") != 0 && strcmp(value, "任何") != 0)
		json_object_set_new(object, name, json_string(value));
}

static int import_rules(struct cli *cli, const char *file, json_t **ret_answer)
{
	json_error_t error;
	json_t *body = strcmp(file, "-") == 0 ? json_loadf(stdin, 0, &error)
					      : json_load_file(file, 0, &error);
	int failed;

	if (!body) {
		fprintf(stderr, "zong: %s:%d: %s\n", file, error.line, error.text);
		return CLI_FAILED;
	}
	failed = client_json(cli->client, "PUT", "/api/v1/retention/rules", body, ret_answer);
	json_decref(body);
	return failed;
}

static int set_rule(struct cli *cli, struct words *words, json_t **ret_answer)
{
	const char *years = words_value(words, "years");
	char *end = NULL;
	long number = years ? strtol(years, &end, 10) : 0;
	json_t *body;
	int failed;

	if (words_flag(words, "permanent") ? words_value(words, "event") || years
					   : !words_value(words, "event") || !years)
		return usage_error(
			"%s", T("give either --permanent, or --event EVENT --years N",
				      "请写 --permanent，或者写 --event 事项 --years 年数"));
	if (years && (number < 1 || number > 1000 || *end))
		return usage_error(
			T("--years takes a number of years, not %s", "--years 是年数，不能是 %s"),
			years);
	body = json_object();
	add_value(body, "kind", words_value(words, "kind"));
	add_value(body, "type", words_value(words, "type"));
	if (words_value(words, "basis"))
		json_object_set_new(body, "basis", json_string(words_value(words, "basis")));
	if (years) {
		json_object_set_new(body, "event", json_string(words_value(words, "event")));
		json_object_set_new(body, "years", json_integer(number));
	} else {
		json_object_set_new(body, "permanent", json_true());
	}
	failed = client_json(cli->client, "POST", "/api/v1/retention/rules", body, ret_answer);
	json_decref(body);
	return failed;
}

int command_retention_set(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	int failed;

	if (words->operands)
		return usage_error(
			"%s", T("retention set takes options only", "retention set 后面只写选项"));
	if (words_value(words, "import"))
		failed = import_rules(cli, words_value(words, "import"), &answer);
	else
		failed = set_rule(cli, words, &answer);
	if (failed)
		return failed;
	show_rules(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

static void print_verdict(const json_t *item)
{
	const char *state = field_str(item, "state");

	printf("%s  %s  %s  %s  %s", field_str(item, "material"), field_str(item, "case"), state,
		field_str(item, "until"), field_str(item, "title"));
	if (*field_str(item, "rule"))
		printf("  [%s]", field_str(item, "rule"));
	if (*field_str(item, "hold"))
		printf("  %s%s (%s)", T("held: ", "保全："), field_str(item, "hold_reason"),
			field_str(item, "hold"));
	putchar('\n');
}

static int show_verdict(void *ctx, const json_t *item)
{
	const struct cli *cli = ctx;

	if (cli->json)
		print_json_line(item);
	else
		print_verdict(item);
	return CLI_OK;
}

int command_retention_due(struct cli *cli, struct words *words)
{
	const char *no = words_value(words, "case");
	size_t count;
	char *path;
	int failed;

	if (words->operands)
		return usage_error(
			"%s", T("retention due takes no words", "retention due 后面不带内容"));
	path = no ? client_path(cli->client, "/api/v1/retention/due?limit=200&case=%s", no)
		  : client_path(cli->client, "/api/v1/retention/due?limit=200");
	failed = client_list(cli->client, path, 0, show_verdict, cli, &count);
	free(path);
	return failed;
}

int command_retention_show(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	char *path;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give one material id", "请写一个材料编号"));
	path = client_path(cli->client, "/api/v1/materials/%s/retention", words->operand[0]);
	failed = client_json(cli->client, "GET", path, NULL, &answer);
	free(path);
	if (failed)
		return failed;
	show_verdict(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

int command_case_event(struct cli *cli, struct words *words)
{
	json_t *body, *answer = NULL;
	const json_t *event;
	char *path;
	size_t i;
	int failed;

	if (words->operands != 1 || !words_value(words, "kind") || !words_value(words, "date"))
		return usage_error("%s",
			T("like this: zong case event NO --kind 注销 --date 2020-01-31",
				"写法：zong case event 受理号 --kind 注销 --date 2020-01-31"));
	body = json_pack("{s:s, s:s}", "kind", words_value(words, "kind"), "date",
		words_value(words, "date"));
	path = client_path(cli->client, "/api/v1/cases/%s/events", words->operand[0]);
	failed = client_json(cli->client, "POST", path, body, &answer);
	free(path);
	json_decref(body);
	if (failed)
		return failed;
	if (cli->json)
		print_json_line(answer);
	else
		json_array_foreach(json_object_get(answer, "events"), i, event)
			printf("%s  %s\n", field_str(event, "date"), field_str(event, "kind"));
	json_decref(answer);
	return CLI_OK;
}

/* ---- holds ---- */

static int show_hold(void *ctx, const json_t *hold)
{
	const struct cli *cli = ctx;
	char time[64];

	if (cli->json) {
		print_json_line(hold);
		return CLI_OK;
	}
	print_time(time, sizeof(time), field_str(hold, "placed"));
	printf("%s  %s %s  %s  %s  %s", field_str(hold, "id"), field_str(hold, "scope"),
		field_str(hold, "target"), time, field_str(hold, "placed_name"),
		field_str(hold, "reason"));
	if (*field_str(hold, "lifted")) {
		print_time(time, sizeof(time), field_str(hold, "lifted"));
		printf("  %s%s %s", T("lifted ", "已解除 "), time,
			field_str(hold, "lifted_reason"));
	}
	putchar('\n');
	return CLI_OK;
}

static int send_hold(struct cli *cli, const char *path, json_t *body)
{
	json_t *answer = NULL;
	int failed = client_json(cli->client, "POST", path, body, &answer);

	json_decref(body);
	if (failed)
		return failed;
	show_hold(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

int command_hold_place(struct cli *cli, struct words *words)
{
	static const char *const scopes[] = {"case", "material", "unit"};
	const char *scope = NULL, *reason = words_value(words, "reason");
	size_t i, given = 0;

	for (i = 0; i < 3; i++)
		if (words_value(words, scopes[i])) {
			scope = scopes[i];
			given++;
		}
	if (words->operands || given != 1 || !reason)
		return usage_error(
			"%s", T("give one of --case, --material, --unit, and --reason",
				      "请写 --case、--material、--unit 之一，并写 --reason"));
	return send_hold(cli, "/api/v1/holds",
		json_pack("{s:s, s:s, s:s}", "scope", scope, "target", words_value(words, scope),
			"reason", reason));
}

int command_hold_lift(struct cli *cli, struct words *words)
{
	char *path;
	int failed;

	if (words->operands != 1 || !words_value(words, "reason"))
		return usage_error(
			"%s", T("give one hold id and --reason", "请写一个保全编号和 --reason"));
	path = client_path(cli->client, "/api/v1/holds/%s/lift", words->operand[0]);
	failed = send_hold(cli, path, json_pack("{s:s}", "reason", words_value(words, "reason")));
	free(path);
	return failed;
}

int command_hold_list(struct cli *cli, struct words *words)
{
	size_t count;

	if (words->operands)
		return usage_error("%s", T("hold list takes no words", "hold list 后面不带内容"));
	return client_list(cli->client,
		words_flag(words, "all") ? "/api/v1/holds?all=true" : "/api/v1/holds?all=false", 0,
		show_hold, cli, &count);
}
