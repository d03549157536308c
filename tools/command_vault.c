/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vaults: making and unlocking them, who comes to their keys, and sharing out of them. What is in one is worked with by all other commands, with
 * --vault. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/base64.h>
#include <zong/cleanup.h>
#include <zong/file.h>

#include "secret.h"

#define PDF_MOST (4 << 20)

/* Adds a secret as @member. @file: of which option, NULL: it is asked for. */
static int add_secret(
	json_t *body, const char *member, const char *prompt, const char *file)
{
	char secret[SECRET_MOST];
	int failed = secret_read(prompt, file, secret, sizeof(secret));

	if (failed)
		return failed;
	if (json_object_set_new(body, member, json_string(secret))) {
		fprintf(stderr, "zong: %s\n",
			T("what was entered is not UTF-8", "输入的内容不是 UTF-8"));
		failed = CLI_FAILED;
	}
	explicit_bzero(secret, sizeof(secret));
	return failed;
}

/* The body of a request by a member, or NULL: his password could not be read. */
static json_t *by_member(const struct words *words)
{
	json_t *body = json_object();

	body_text(body, "member", words_value(words, "member"));
	if (add_secret(body, "password", T("Password of the vault: ", "保险库口令："),
		    words_value(words, "password-file"))) {
		json_decref(body);
		return NULL;
	}
	return body;
}

/* POST to an address below the vault of the first word; body is taken over. */
static int post(struct cli *cli, const struct words *words, const char *format, json_t *body,
	json_t **ret_answer)
{
	char *path = client_path(cli->client, format, words->operand[0]);
	int failed = body ? client_json(cli->client, "POST", path, body, ret_answer) : CLI_FAILED;

	free(path);
	json_decref(body);
	return failed;
}

static int want(const struct words *words, size_t count, const char *english, const char *chinese)
{
	return words->operands == count ? CLI_OK : usage_error("%s", T(english, chinese));
}

/* Its file has its name only when it is whole, and nobody else may read it. */
static int save_pdf(const char *file, const char *text)
{
	_cleanup_(zong_buf_release) struct zong_buf pdf = ZONG_BUF_INIT(PDF_MOST);
	int code = zong_base64_add_read(&pdf, text, strlen(text));

	if (!code)
		code = zong_file_replace(file, pdf.data, pdf.len, 0600);
	if (pdf.data)
		explicit_bzero(pdf.data, pdf.len);
	if (code)
		fprintf(stderr, "zong: %s: %s\n", file,
			T("the sheet could not be written", "无法写入"));
	return code ? CLI_FAILED : CLI_OK;
}

/* A sheet is shown once: its text, and on paper where a file was named. */
static int show_sheet(struct cli *cli, const json_t *answer, const char *what, const char *file)
{
	const char *pdf = field_str(answer, "pdf");

	if (!cli->json)
		printf("%s\n    %s\n", what, field_str(answer, "sheet"));
	if (!file)
		return CLI_OK;
	if (!*pdf) {
		fprintf(stderr, "zong: %s\n",
			T("the server cannot draw sheets; write the text down",
				"服务器无法排印，请抄写上面的文字"));
		return CLI_FAILED;
	}
	return save_pdf(file, pdf);
}

/* A sheet that is made at @format, shown under @what. */
static int make_sheet(struct cli *cli, const struct words *words, const char *format, const char *what)
{
	json_t *answer = NULL;
	int failed = want(words, 1, "name the department", "请写部门代号");

	if (failed)
		return failed;
	failed = post(cli, words, format, by_member(words), &answer);
	if (!failed && cli->json)
		print_json_line(answer);
	if (!failed)
		failed = show_sheet(cli, answer, what, words_value(words, "output"));
	json_decref(answer);
	return failed;
}

static int command_vault_make(struct cli *cli, struct words *words)
{
	return make_sheet(cli, words, "/api/v1/vaults/%s",
		T("The sheet for the safe, shown this once. It opens the vault where all "
		  "passwords are forgotten:",
			"保险柜恢复密钥只显示这一次。口令全部遗忘时，凭它打开保险库："));
}

static int command_vault_unlock(struct cli *cli, struct words *words)
{
	const char *service = words_value(words, "service");
	json_t *answer = NULL, *body;
	int failed = want(words, 1, "name the department", "请写部门代号");

	if (failed)
		return failed;
	if (service) {
		body = json_pack("{s:s}", "service", service);
		if (add_secret(body, "secret", T("Key of the service: ", "系统密钥："),
			    words_value(words, "password-file"))) {
			json_decref(body);
			body = NULL;
		}
	} else {
		body = by_member(words);
	}
	failed = post(cli, words, "/api/v1/vaults/%s/unlock", body, &answer);
	if (!failed && cli->json)
		print_json_line(answer);
	else if (!failed)
		printf(T("unlocked for %s; it locks itself after %d minutes without use\n",
			       "已为%s打开，%d 分钟不用自动上锁\n"),
			field_str(answer, "member"),
			(int)(json_integer_value(json_object_get(answer, "idle_seconds")) / 60));
	json_decref(answer);
	return failed;
}

static int command_vault_lock(struct cli *cli, struct words *words)
{
	int failed = want(words, 1, "name the department", "请写部门代号");

	return failed ? failed
		      : post(cli, words, "/api/v1/vaults/%s/lock", json_object(), NULL);
}

static int command_vault_show(struct cli *cli, struct words *words)
{
	static const struct phrase kinds[] = {{"member", "member", "成员"},
		{"service", "service", "系统"}, {"recovery", "sheet in the safe", "保险柜恢复密钥"},
		{"officers", "two officers together", "双人应急密钥"}, {0}};
	json_t *answer = NULL;
	const json_t *item;
	char *path, since[64];
	size_t i;
	int failed = want(words, 1, "name the department", "请写部门代号");

	if (failed)
		return failed;
	path = client_path(cli->client, "/api/v1/vaults/%s", words->operand[0]);
	failed = client_json(cli->client, "GET", path, NULL, &answer);
	free(path);
	if (!failed && cli->json)
		print_json_line(answer);
	else if (!failed)
		json_array_foreach(json_object_get(answer, "keys"), i, item) {
			print_time(since, sizeof(since), field_str(item, "since"));
			printf("%-20s %-24s %s  %s\n",
				phrase_of(kinds, field_str(item, "kind")), field_str(item, "name"),
				since, field_str(item, "by"));
		}
	json_decref(answer);
	return failed;
}

static int command_vault_member(struct cli *cli, struct words *words)
{
	json_t *body;
	int failed = want(words, 2, "name the department and the member", "请写部门代号和成员姓名");

	if (failed)
		return failed;
	body = by_member(words);
	if (!body)
		return CLI_FAILED;
	json_object_set_new(body, "name", json_string(words->operand[1]));
	if (add_secret(body, "new_password", T("Password of the member: ", "该成员的口令："),
		    words_value(words, "new-password-file"))) {
		json_decref(body);
		return CLI_FAILED;
	}
	return post(cli, words, "/api/v1/vaults/%s/members", body, NULL);
}

static int command_vault_service(struct cli *cli, struct words *words)
{
	json_t *answer = NULL, *body;
	int failed = want(words, 2, "name the department and the service", "请写部门代号和系统名称");

	if (failed)
		return failed;
	body = by_member(words);
	if (!body)
		return CLI_FAILED;
	json_object_set_new(body, "name", json_string(words->operand[1]));
	failed = post(cli, words, "/api/v1/vaults/%s/services", body, &answer);
	if (!failed && cli->json)
		print_json_line(answer);
	else if (!failed)
		printf("%s\n    %s\n",
			T("The key of the service, shown this once:", "系统密钥只显示这一次："),
			field_str(answer, "secret"));
	json_decref(answer);
	return failed;
}

static int command_vault_remove(struct cli *cli, struct words *words)
{
	const char *service = words_value(words, "service");
	bool officers = words_flag(words, "officers");
	json_t *body;

	if (words->operands != (service || officers ? 1U : 2U) || (service && officers))
		return usage_error("%s", T("name the department and the member, or --service or --officers",
						 "请写部门代号和成员姓名，或 --service、--officers"));
	body = by_member(words);
	if (!body)
		return CLI_FAILED;
	json_object_set_new(body, "kind",
		json_string(service ? "service" : officers ? "officers" : "member"));
	json_object_set_new(body, "name",
		json_string(service ? service : officers ? "" : words->operand[1]));
	return post(cli, words, "/api/v1/vaults/%s/remove", body, NULL);
}

static int command_vault_sheet(struct cli *cli, struct words *words)
{
	return make_sheet(cli, words, "/api/v1/vaults/%s/sheet",
		T("The new sheet for the safe, shown this once; the one before opens "
		  "nothing any more:",
			"新的恢复密钥只显示这一次，原来的一张作废："));
}

static int command_vault_officers(struct cli *cli, struct words *words)
{
	const struct word_option *output = words_option(words, "output");
	json_t *answer = NULL;
	int failed = want(words, 1, "name the department", "请写部门代号");

	if (failed)
		return failed;
	if (output->count != 0 && output->count != 2)
		return usage_error("%s",
			T("--output takes two files, one for each officer", "--output 要写两个文件，每人一份"));
	failed = post(cli, words, "/api/v1/vaults/%s/officers", by_member(words), &answer);
	if (!failed && cli->json)
		print_json_line(answer);
	if (!failed)
		failed = show_sheet(cli, json_object_get(answer, "one"),
			T("For the first officer, shown this once:", "第一人的应急密钥，只显示这一次："),
			output->count ? output->values[0] : NULL);
	if (!failed)
		failed = show_sheet(cli, json_object_get(answer, "other"),
			T("For the second officer, shown this once:", "第二人的应急密钥，只显示这一次："),
			output->count ? output->values[1] : NULL);
	json_decref(answer);
	return failed;
}

static int command_vault_recover(struct cli *cli, struct words *words)
{
	bool officers = words_flag(words, "officers");
	json_t *body;
	int failed = want(words, 2, "name the department and who is to be a member", "请写部门代号和新成员姓名");

	if (failed)
		return failed;
	body = json_pack("{s:s}", "name", words->operand[1]);
	failed = add_secret(body, "sheet",
		officers ? T("Sheet of one officer: ", "第一人的应急密钥：")
			 : T("Sheet from the safe: ", "保险柜恢复密钥："),
		words_value(words, "sheet-file"));
	if (!failed && officers)
		failed = add_secret(body, "other", T("Sheet of the other: ", "第二人的应急密钥："),
			words_value(words, "other-file"));
	if (!failed)
		failed = add_secret(body, "password",
			T("Password of the new member: ", "新成员的口令："),
			words_value(words, "new-password-file"));
	if (!failed)
		return post(cli, words, "/api/v1/vaults/%s/recover", body, NULL);
	json_decref(body);
	return failed;
}

static int command_vault_renew(struct cli *cli, struct words *words)
{
	int failed = want(words, 1, "name the department", "请写部门代号");

	return failed ? failed
		      : post(cli, words, "/api/v1/vaults/%s/renew", by_member(words), NULL);
}

static int command_vault_share(struct cli *cli, struct words *words)
{
	const struct word_option *to = words_option(words, "to");
	const char *reason = words_value(words, "reason");
	json_t *answer = NULL, *body, *receivers;
	char *path;
	int failed;

	if (words->operands != 2 || !to->count || !reason)
		return usage_error("%s", T("name the department and the material, --to and --reason",
						 "请写部门代号、材料编号、--to 和 --reason"));
	receivers = split_commas(to);
	body = json_pack("{s:o, s:s}", "to", receivers, "reason", reason);
	path = client_path(cli->client, "/api/v1/vaults/%s/materials/%s/share", words->operand[0],
		words->operand[1]);
	failed = client_json(cli->client, "POST", path, body, &answer);
	free(path);
	json_decref(body);
	if (!failed && cli->json)
		print_json_line(answer);
	else if (!failed)
		printf("%s\n", field_str(answer, "material"));
	json_decref(answer);
	return failed;
}

#define BY {.name = "member", .kind = WORD_VALUE}, {.name = "password-file", .kind = WORD_VALUE}
static const struct word_option none[] = {{0}};
static const struct word_option by_options[] = {BY, {0}};
static const struct word_option sheet_options[] = {
	BY, {.name = "output", .letter = 'o', .kind = WORD_VALUE}, {0}};
static const struct word_option officers_options[] = {
	BY, {.name = "output", .letter = 'o', .kind = WORD_LIST}, {0}};
static const struct word_option unlock_options[] = {
	BY, {.name = "service", .kind = WORD_VALUE}, {0}};
static const struct word_option member_options[] = {
	BY, {.name = "new-password-file", .kind = WORD_VALUE}, {0}};
static const struct word_option remove_options[] = {
	BY, {.name = "service", .kind = WORD_VALUE}, {.name = "officers", .kind = WORD_FLAG}, {0}};
static const struct word_option recover_options[] = {
	{.name = "officers", .kind = WORD_FLAG},
	{.name = "sheet-file", .kind = WORD_VALUE},
	{.name = "other-file", .kind = WORD_VALUE},
	{.name = "new-password-file", .kind = WORD_VALUE},
	{0},
};
static const struct word_option share_options[] = {
	{.name = "to", .kind = WORD_LIST}, {.name = "reason", .kind = WORD_VALUE}, {0}};

const struct command vault_commands[] = {
	{"vault", "make", sheet_options, false, command_vault_make,
		"DEPT [--member NAME] [-o FILE.pdf]",
		"Makes the vault of a department, in which it keeps what it alone may see, with its "
		"first member. The\n"
		"password is asked for (--password-file FILE reads it from there); whoever knows "
		"none of the members'\n"
		"passwords reads nothing of it, administrators neither.\n"
		"  -o         the sheet for the safe as PDF, to be printed, put into an envelope and "
		"deleted",
		"建立部门的保险库，存放只归本部门看的材料，并登记第一个成员。口令由终端输入（或用\n"
		"--password-file 文件）；不知道成员口令的人，包括管理员，都看不到其中的内容。\n"
		"  -o         把保险柜恢复密钥存成 PDF；打印封存后请删除该文件"},
	{"vault", "unlock", unlock_options, false, command_vault_unlock,
		"DEPT [--member NAME | --service NAME]",
		"Unlocks it for this user or token; then all commands work in it with --vault DEPT. "
		"It locks itself\n"
		"when it is not used.\n"
		"  --service  with the key of one of the department's programs in place of a "
		"password",
		"为当前用户或令牌打开保险库，之后各命令加 --vault 部门 即在其中操作；久不使用自动上锁。\n"
		"  --service  用部门系统的密钥代替成员口令"},
	{"vault", "lock", none, false, command_vault_lock, "DEPT", "Locks it again.",
		"重新上锁。"},
	{"vault", "show", none, false, command_vault_show, "DEPT",
		"Who comes to its key, since when, and who let them in. It must be unlocked.",
		"谁能打开、何时起、由谁加入。须先打开保险库。"},
	{"vault", "member", member_options, false, command_vault_member,
		"DEPT NAME [--member NAME]",
		"Adds a member, or gives one another password. Asks for a member's password, then "
		"for the new one.",
		"增加成员，或给成员换口令。先输入现有成员口令，再输入新口令。"},
	{"vault", "service", by_options, false, command_vault_service, "DEPT NAME [--member NAME]",
		"Makes a key for one of the department's programs. It is shown once.",
		"为部门的系统生成密钥，只显示一次。"},
	{"vault", "remove", remove_options, false, command_vault_remove,
		"DEPT NAME | DEPT --service NAME | DEPT --officers  [--member NAME]",
		"Takes away a member, a service's key or the officers' sheets. After that "
		"`zong vault renew` keeps out\n"
		"whoever has kept a copy of the files.",
		"去掉成员、系统密钥或双人应急密钥。之后请执行 zong vault renew，\n"
		"使留有旧文件副本的人也无法打开。"},
	{"vault", "sheet", sheet_options, false, command_vault_sheet,
		"DEPT [--member NAME] [-o FILE.pdf]",
		"Makes a new sheet for the safe; the one before opens nothing any more.",
		"换发保险柜恢复密钥，原来的一张作废。"},
	{"vault", "officers", officers_options, false, command_vault_officers,
		"DEPT [--member NAME] [-o ONE.pdf OTHER.pdf]",
		"Makes two sheets for two officers. Together they can let somebody in where no "
		"member is there, which\n"
		"stands in the log before it is done; one sheet alone opens nothing.",
		"生成双人应急密钥，两人各执一份。成员都不在时，两份合用可让新成员进入，\n"
		"动用前即记入日志；只有一份打不开。"},
	{"vault", "recover", recover_options, false, command_vault_recover, "DEPT NAME [--officers]",
		"Makes NAME a member by the sheet from the safe, or by both officers' sheets, where "
		"no password is known.",
		"口令无人知道时，凭保险柜恢复密钥（或 --officers 双人应急密钥）让 NAME 成为成员。"},
	{"vault", "renew", by_options, false, command_vault_renew, "DEPT [--member NAME]",
		"Makes a new key and seals everything with it. Nobody may have the vault open; "
		"interrupted, it goes on\n"
		"when called again.",
		"换新密钥并重新加密全部内容。期间保险库不能有人打开；中断后再执行一次即继续。"},
	{"vault", "share", share_options, false, command_vault_share,
		"DEPT MATERIAL --to DEPT… --reason TEXT",
		"Copies a material out of the vault to these departments, by the decision of its own. "
		"It is on record.",
		"由本部门决定，把保险库中的一份材料复制出来共享给指定部门，记入日志。"},
	{0},
};
