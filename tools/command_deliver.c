/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Departments and their webhooks, and what is on its way to them. */
#include "cli.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/digest.h>
#include <zong/file.h>

static const char *state_word(const char *slug)
{
	static const struct phrase phrases[] = {
		{"waiting", "waiting", "等待"},
		{"due", "to be sent", "待推送"},
		{"sent", "sent", "已推送"},
		{"received", "received", "已签收"},
		{"returned", "returned", "已退回"},
		{"withdrawn", "withdrawn", "已撤回"},
		{"superseded", "superseded", "已被新版取代"},
		{0},
	};

	return phrase_of(phrases, slug);
}

static const char *wait_word(const char *slug)
{
	static const struct phrase phrases[] = {
		{"reading", "its pages are not read yet", "页面尚未识读"},
		{"previous", "the case before it has not been received", "前手案件尚未签收"},
		{0},
	};

	return phrase_of(phrases, slug);
}

static void show_keys(const json_t *department)
{
	if (*field_str(department, "secret"))
		printf("%s\n%s\n%s\n",
			T("The webhook's signing secret, shown this once:",
				"网络回调的签名密钥，只显示这一次："),
			field_str(department, "secret"), field_str(department, "public_key"));
}

static void show_department(const json_t *item)
{
	printf("%s  %s  %s\n", field_str(item, "id"), field_str(item, "name"),
		field_str(item, "webhook"));
	if (*field_str(item, "webhook_disabled"))
		printf("  %s: %s\n", T("the webhook is off", "网络回调已停用"),
			field_str(item, "webhook_disabled"));
	printf(T("  rate %lld a second, %lld at once, receipt within %lld hours%s%s\n",
		       "  每秒 %lld 条，同时 %lld 条，%lld 小时内签收%s%s\n"),
		(long long)field_int(item, "rate"), (long long)field_int(item, "concurrency"),
		(long long)field_int(item, "receipt_hours"),
		json_is_true(json_object_get(item, "wait_reading"))
			? T(", waits for reading", "，识读后再推送")
			: "",
		json_is_true(json_object_get(item, "wait_previous"))
			? T(", waits for the case before", "，前手案件签收后再推送")
			: "");
	show_keys(item);
}

static int answer_department(struct cli *cli, const char *method, char *path, json_t *body)
{
	json_t *answer = NULL;
	int failed = client_json(cli->client, method, path, body, &answer);

	free(path);
	json_decref(body);
	if (failed)
		return failed;
	if (cli->json)
		print_json_line(answer);
	else
		show_department(answer);
	json_decref(answer);
	return CLI_OK;
}

static int add_number(json_t *body, const struct words *words, const char *option, const char *name)
{
	return words_value(words, option) ? body_number(body, name, words_value(words, option), 0)
					  : CLI_OK;
}

static int add_waits(json_t *body, const char *text)
{
	bool reading, previous;

	if (!text)
		return CLI_OK;
	reading = strcmp(text, "reading") == 0 || strcmp(text, "both") == 0;
	previous = strcmp(text, "previous") == 0 || strcmp(text, "both") == 0;
	if (!reading && !previous && strcmp(text, "nothing") != 0)
		return usage_error("%s", T("--wait takes reading, previous, both or nothing",
						 "--wait 应为 reading、previous、both 或 nothing"));
	json_object_set_new(body, "wait_reading", json_boolean(reading));
	json_object_set_new(body, "wait_previous", json_boolean(previous));
	return CLI_OK;
}

/* The fingerprint of the first certificate in a PEM file: the digest of what stands between its marks. */
static int fingerprint(const char *file, char ret_text[ZONG_DIGEST_TEXT])
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----",
			  end[] = "-----END CERTIFICATE-----";
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(1 << 20);
	_cleanup_free_ unsigned char *der = NULL;
	const char *from, *to;
	struct zong_digest digest;
	size_t len = 0;

	from = zong_file_read(file, &text) ? NULL : strstr(zong_buf_str(&text), begin);
	to = from ? strstr(from, end) : NULL;
	der = to ? malloc((size_t)(to - from)) : NULL;
	if (!der || sodium_base642bin(der, (size_t)(to - from), from + strlen(begin),
			    (size_t)(to - from) - strlen(begin), "\r\n \t", &len, NULL,
			    sodium_base64_VARIANT_ORIGINAL)) {
		fprintf(stderr,
			T("zong: %s is no certificate in PEM\n", "zong：%s 不是 PEM 格式的证书\n"),
			file);
		return CLI_FAILED;
	}
	zong_digest_of(der, len, &digest);
	zong_digest_format(&digest, ret_text);
	return CLI_OK;
}

static int add_certificates(json_t *body, const struct word_option *files)
{
	json_t *array;

	if (!files->count)
		return CLI_OK;
	array = json_array();
	for (size_t i = 0; i < files->count; i++) {
		char text[ZONG_DIGEST_TEXT];

		if (strcmp(files->values[i], "none") == 0)
			continue;
		if (fingerprint(files->values[i], text)) {
			json_decref(array);
			return CLI_FAILED;
		}
		json_array_append_new(array, json_string(text));
	}
	json_object_set_new(body, "certificates", array);
	return CLI_OK;
}

static int command_dept_set(struct cli *cli, struct words *words)
{
	const char *webhook = words_value(words, "webhook");
	json_t *body;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give one department id", "请写一个部门代号"));
	body = json_object();
	body_text(body, "name", words_value(words, "name"));
	if (webhook)
		json_object_set_new(body, "webhook",
			strcmp(webhook, "none") == 0 ? json_null() : json_string(webhook));
	if (words_flag(words, "allow-private"))
		json_object_set_new(body, "allow_private", json_true());
	failed = add_number(body, words, "rate", "rate");
	if (!failed)
		failed = add_number(body, words, "concurrency", "concurrency");
	if (!failed)
		failed = add_number(body, words, "receipt-hours", "receipt_hours");
	if (!failed)
		failed = add_waits(body, words_value(words, "wait"));
	if (!failed)
		failed = add_certificates(body, words_option(words, "certificate"));
	if (failed) {
		json_decref(body);
		return failed;
	}
	return answer_department(cli, "PATCH",
		client_path(cli->client, "/api/v1/departments/%s", words->operand[0]), body);
}

static int command_dept_rotate(struct cli *cli, struct words *words)
{
	json_t *body;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give one department id", "请写一个部门代号"));
	body = json_object();
	failed = add_number(body, words, "hours", "hours");
	if (failed) {
		json_decref(body);
		return failed;
	}
	return answer_department(cli, "POST",
		client_path(cli->client, "/api/v1/departments/%s/rotate", words->operand[0]), body);
}

static int show_codes(struct cli *cli, const json_t *table)
{
	const json_t *item;
	size_t i;

	if (cli->json) {
		print_json_line(table);
		return CLI_OK;
	}
	printf(T("%s: version %lld, %zu codes\n", "%s：第 %lld 版，%zu 条\n"),
		field_str(table, "department"), (long long)field_int(table, "version"),
		json_array_size(json_object_get(table, "items")));
	json_array_foreach(json_object_get(table, "items"), i, item)
		printf("  %-6s %s  %s  %s\n", field_str(item, "list"), field_str(item, "ours"),
			field_str(item, "theirs"), field_str(item, "name"));
	return CLI_OK;
}

static int command_dept_codes(struct cli *cli, struct words *words)
{
	const char *version = words_value(words, "version");
	json_t *answer = NULL;
	char *path;
	int failed;

	if (words->operands < 1 || words->operands > 2)
		return usage_error(
			"%s", T("give a department id, and the table to take in if there is one",
				      "请写部门代号；要导入时再写对照表文件"));
	path = client_path(cli->client,
		version ? "/api/v1/departments/%s/codes?version=%s"
			: "/api/v1/departments/%s/codes",
		words->operand[0], version);
	if (words->operands == 2)
		failed = client_send(
			cli->client, path, "text/csv", words->operand[1], NULL, NULL, &answer);
	else
		failed = client_json(cli->client, "GET", path, NULL, &answer);
	free(path);
	if (failed)
		return failed;
	failed = show_codes(cli, answer);
	json_decref(answer);
	return failed;
}

/* ---- deliveries ---- */

static void show_waits(const json_t *event)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(event, "waits"), i, item)
		printf("        %s\n", wait_word(json_string_value(item)));
}

static int show_delivery(void *ctx, const json_t *event)
{
	const struct cli *cli = ctx;
	const json_t *manifest = json_object_get(event, "manifest");
	char time[64];

	if (cli->json) {
		print_json_line(event);
		return CLI_OK;
	}
	print_time(time, sizeof(time), field_str(event, "time"));
	printf("%s  %s  %s  %s  %s\n", field_str(event, "id"), time, field_str(event, "department"),
		field_str(event, "case"),
		json_is_true(json_object_get(event, "dead"))
			? T("dead", "推送失败")
			: state_word(field_str(event, "state")));
	if (json_is_object(manifest))
		printf("        %s  %s  %s\n", field_str(manifest, "type"),
			field_str(manifest, "title"), field_str(event, "material"));
	if (*field_str(event, "reason"))
		printf("        %s%s\n", T("reason: ", "理由："), field_str(event, "reason"));
	show_waits(event);
	return CLI_OK;
}

static int command_delivery_list(struct cli *cli, struct words *words)
{
	const char *state = words_value(words, "state");
	const char *department = words_value(words, "dept");
	size_t count;
	char *path;
	int failed;

	if (words->operands)
		return usage_error(
			"%s", T("delivery list takes no words", "delivery list 后面不带内容"));
	path = client_path(cli->client, "/api/v1/deliveries?limit=200&state=%s&department=%s",
		state ? state : "overdue", department ? department : "");
	failed = client_list(cli->client, path, 0, show_delivery, cli, &count);
	free(path);
	if (!failed && !count && !cli->json)
		puts(T("there are none", "没有"));
	return failed;
}

static int about_delivery(struct cli *cli, const char *id, const char *what, json_t *body)
{
	char *path = client_path(cli->client, "/api/v1/deliveries/%s/%s", id, what);
	json_t *answer = NULL;
	int failed = client_json(cli->client, "POST", path, body, &answer);

	free(path);
	json_decref(body);
	if (failed)
		return failed;
	show_delivery(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

static int command_delivery_withdraw(struct cli *cli, struct words *words)
{
	const char *reason = words_value(words, "reason");

	if (words->operands != 1 || !reason)
		return usage_error(
			"%s", T("give one delivery and --reason", "请写一个推送编号和 --reason"));
	return about_delivery(
		cli, words->operand[0], "withdraw", json_pack("{s:s}", "reason", reason));
}

static int replay_all(struct cli *cli, const char *department)
{
	char *path = client_path(cli->client, "/api/v1/departments/%s/replay", department);
	json_t *answer = NULL;
	int failed = client_json(cli->client, "POST", path, NULL, &answer);

	free(path);
	if (failed)
		return failed;
	if (cli->json)
		print_json_line(answer);
	else
		printf(T("%lld are sent again\n", "重新推送 %lld 条\n"),
			(long long)field_int(answer, "replayed"));
	json_decref(answer);
	return CLI_OK;
}

static int command_delivery_replay(struct cli *cli, struct words *words)
{
	const char *department = words_value(words, "dept");

	if ((words->operands != 1) == !department)
		return usage_error("%s", T("give one delivery, or --dept for all of a department",
						 "请写一个推送编号，或用 --dept 写一个部门"));
	return department ? replay_all(cli, department)
			  : about_delivery(cli, words->operand[0], "replay", NULL);
}

static const struct word_option set_options[] = {
	{.name = "name", .kind = WORD_VALUE},
	{.name = "webhook", .kind = WORD_VALUE},
	{.name = "allow-private", .kind = WORD_FLAG},
	{.name = "rate", .kind = WORD_VALUE},
	{.name = "concurrency", .kind = WORD_VALUE},
	{.name = "wait", .kind = WORD_VALUE},
	{.name = "receipt-hours", .kind = WORD_VALUE},
	{.name = "certificate", .kind = WORD_LIST},
	{0},
};
static const struct word_option rotate_options[] = {{.name = "hours", .kind = WORD_VALUE}, {0}};
static const struct word_option codes_options[] = {{.name = "version", .kind = WORD_VALUE}, {0}};
static const struct word_option list_options[] = {
	{.name = "state", .kind = WORD_VALUE}, {.name = "dept", .kind = WORD_VALUE}, {0}};
static const struct word_option withdraw_options[] = {{.name = "reason", .kind = WORD_VALUE}, {0}};
static const struct word_option replay_options[] = {{.name = "dept", .kind = WORD_VALUE}, {0}};

const struct command deliver_commands[] = {
	{"dept", "set", set_options, false, command_dept_set,
		"ID [--name NAME] [--webhook URL|none [--allow-private]] [--rate N] "
		"[--concurrency N] [--wait WHAT] [--receipt-hours N] [--certificate FILE…]",
		"Changes a department. What is not named stays as it is.\n"
		"  --webhook        where events are sent; also lets one work again that was "
		"switched off.\n"
		"                   none: the department reads its feed\n"
		"  --rate           events a second at most; 0: as many as it takes\n"
		"  --concurrency    events on their way at once (8)\n"
		"  --wait           what a material waits for before it goes out: reading (its "
		"pages have been\n"
		"                   read), previous (the case before it has been received), both, "
		"nothing\n"
		"  --receipt-hours  how soon the department is to acknowledge (24)\n"
		"  --certificate    PEM files of the certificates that its programs call with, in "
		"place of those of\n"
		"                   before; none: they need a token",
		"修改部门的设置，没有写的不变。\n"
		"  --webhook        "
		"事件发往的地址；已停用的会重新启用。none：由部门自己读取推送列表\n"
		"  --rate           每秒最多多少条；0 为不限\n"
		"  --concurrency    同时发送多少条（8）\n"
		"  --wait           材料等什么再推送：reading 识读完成、previous "
		"前手案件已签收、both 两者、nothing 不等\n"
		"  --receipt-hours  多少小时内应签收（24）\n"
		"  --certificate    该部门程序使用的客户端证书（PEM），代替原来的；none：用令牌"},
	{"dept", "rotate", rotate_options, false, command_dept_rotate, "ID [--hours N]",
		"Makes new keys for a department's webhook and prints them once. For some hours "
		"(24) the old\n"
		"keys sign beside them, so that the receiver can change over in between.",
		"为部门的网络回调换签名密钥，新密钥只显示一次。此后若干小时内（24）新旧密钥同时签名"
		"，\n"
		"供对方更换。"},
	{"dept", "codes", codes_options, false, command_dept_codes, "ID [FILE.csv] [--version N]",
		"Shows the table of a department's own codes for our words, or takes in a new "
		"version of it:\n"
		"columns list (type, kind, cause), ours, theirs, name. What was sent keeps the "
		"version it had.",
		"显示部门代码对照表，或导入新的一版：列为 清单（type 材料类型、kind "
		"登记类型、cause 原因）、\n"
		"本方、对方、名称。已经推送的仍按当时的版本。"},
	{"delivery", "list", list_options, false, command_delivery_list,
		"[--state STATE] [--dept DEPT]",
		"Lists deliveries that have not come to their end, longest first.\n"
		"  --state    overdue (sent, and no receipt in time; if left out), waiting, due, "
		"dead (no attempt\n"
		"             got through), sent, returned (until a newer version goes out)",
		"列出还没有办完的推送，时间最久的在前。\n"
		"  --state    overdue 逾期未签收（不写即此）、waiting 等待、due 待推送、dead "
		"推送失败、\n"
		"             sent 已推送、returned 已退回（直到推送新版本）"},
	{"delivery", "withdraw", withdraw_options, false, command_delivery_withdraw,
		"ID --reason TEXT",
		"Takes a delivery back. A department that knows of it is told, and can see the "
		"material no more.",
		"撤回一次推送，写明理由。部门如已知道，会收到撤回通知，并且不能再看到该材料。"},
	{"delivery", "replay", replay_options, false, command_delivery_replay, "ID | --dept DEPT",
		"Sends again what no attempt brought to its webhook.",
		"重新推送失败的推送，或某部门全部失败的推送。"},
	{0},
};
