/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons who sign in with a name and a password. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static void show_password(struct cli *cli, const json_t *answer)
{
	if (cli->json) {
		print_json_line(answer);
		return;
	}
	printf("%s\n%s\n%s\n", field_str(answer, "name"),
		T("The password, shown this once; it must be changed when signing in:",
			"密码只显示这一次，第一次登录时要改成自己的密码："),
		field_str(answer, "password"));
}

static void show_user(struct cli *cli, const json_t *user)
{
	if (cli->json) {
		print_json_line(user);
		return;
	}
	printf("%-20s %-14s %s%s\n", field_str(user, "name"), field_str(user, "role"),
		field_str(user, "department"),
		json_is_string(json_object_get(user, "disabled")) ? T("  disabled", "  已停用")
		: json_is_true(json_object_get(user, "must_change"))
			? T("  first password not changed yet", "  尚未修改初始密码")
			: "");
}

static int command_user_add(struct cli *cli, struct words *words)
{
	json_t *body, *answer = NULL;
	int failed;

	if (words->operands != 1 || !words_value(words, "role"))
		return usage_error("%s", T("give a name and --role", "请写用户名和 --role"));
	body = json_pack(
		"{s:s, s:s}", "name", words->operand[0], "role", words_value(words, "role"));
	body_text(body, "department", words_value(words, "department"));
	failed = client_json(cli->client, "POST", "/api/v1/users", body, &answer);
	json_decref(body);
	if (!failed)
		show_password(cli, answer);
	json_decref(answer);
	return failed;
}

static int command_user_list(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	const json_t *item;
	size_t i;
	int failed;

	if (words->operands)
		return usage_error("%s", T("user list takes no words", "user list 后面不带内容"));
	failed = client_json(cli->client, "GET", "/api/v1/users", NULL, &answer);
	if (!failed)
		json_array_foreach(json_object_get(answer, "items"), i, item) show_user(cli, item);
	json_decref(answer);
	return failed;
}

static int command_user_set(struct cli *cli, struct words *words)
{
	bool disable = words_flag(words, "disable"), enable = words_flag(words, "enable");
	json_t *body, *answer = NULL;
	char *path;
	int failed;

	if (words->operands != 1 || (disable && enable))
		return usage_error("%s", T("give a name, and --role, --disable or --enable",
						 "请写用户名，以及 --role、--disable 或 --enable"));
	body = json_object();
	body_text(body, "role", words_value(words, "role"));
	body_text(body, "department", words_value(words, "department"));
	if (disable || enable)
		json_object_set_new(body, "disabled", json_boolean(disable));
	path = client_path(cli->client, "/api/v1/users/%s", words->operand[0]);
	failed = client_json(cli->client, "PATCH", path, body, &answer);
	free(path);
	json_decref(body);
	if (!failed)
		show_user(cli, answer);
	json_decref(answer);
	return failed;
}

static int command_user_reset(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	char *path;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give a name", "请写用户名"));
	path = client_path(cli->client, "/api/v1/users/%s/reset", words->operand[0]);
	failed = client_json(cli->client, "POST", path, NULL, &answer);
	free(path);
	if (!failed)
		show_password(cli, answer);
	json_decref(answer);
	return failed;
}

static const struct word_option none[] = {{0}};
static const struct word_option add_options[] = {
	{.name = "role", .kind = WORD_VALUE}, {.name = "department", .kind = WORD_VALUE}, {0}};
static const struct word_option set_options[] = {
	{.name = "role", .kind = WORD_VALUE},
	{.name = "department", .kind = WORD_VALUE},
	{.name = "disable", .kind = WORD_FLAG},
	{.name = "enable", .kind = WORD_FLAG},
	{0},
};

const struct command user_commands[] = {
	{"user", "add", add_options, false, command_user_add,
		"NAME --role ROLE [--department DEPT]",
		"Adds a person who signs in with a name and a password, which is printed once and "
		"must be\n"
		"changed when signing in.\n"
		"  --role     administrator, archivist, custodian, department (with --department), lookup or\n"
		"             auditor",
		"增加一个用户。密码只显示一次，第一次登录时要改成自己的密码。\n"
		"  --role     administrator 管理员、archivist 档案员、department 部门人员（要写 "
		"--department）、\n"
		"             lookup 查询窗口、custodian 保管员、auditor 审计人员"},
	{"user", "list", none, false, command_user_list, "", "Lists the users.", "列出用户。"},
	{"user", "set", set_options, false, command_user_set,
		"NAME [--role ROLE [--department DEPT]] [--disable | --enable]",
		"Gives a user another role, or disables one: who is disabled cannot sign in, and "
		"windows that are\n"
		"signed in stop working. Users are never deleted, as their names stand in the log.",
		"给用户换角色，或停用、启用。停用后不能登录，已登录的窗口立即失效。\n"
		"用户不删除，因为日志里记着他们的名字。"},
	{"user", "reset", none, false, command_user_reset, "NAME",
		"Makes a new password for one who has forgotten it.", "为忘记密码的用户重设密码。"},
	{0},
};
