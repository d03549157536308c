/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The query desk: applications to see what was registered, their answers and papers. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#include <zong/buffer.h>
#include <zong/cleanup.h>

static const char *state_word(const char *state)
{
	static const struct phrase phrases[] = {
		{"entered", "entered", "未办结"},
		{"granted", "granted", "已提供"},
		{"refused", "refused", "不予查询"},
		{"withdrawn", "withdrawn", "已撤回"},
		{0},
	};

	return phrase_of(phrases, state);
}

/* ---- showing ---- */

static int show_brief(void *ctx, const json_t *query)
{
	const struct cli *cli = ctx;
	char time[64];

	if (cli->json) {
		print_json_line(query);
		return CLI_OK;
	}
	print_time(time, sizeof(time), field_str(json_object_get(query, "entered"), "time"));
	printf("%s  %s  %s  %s  %s", field_str(query, "no"), time,
		state_word(field_str(query, "state")), field_str(query, "asker_name"),
		field_str(json_object_get(query, "querent"), "name"));
	if (strcmp(field_str(query, "state"), "entered") == 0)
		printf(T("  due %s", "  期限 %s"), field_str(query, "due"));
	printf("\n");
	return CLI_OK;
}

static void show_found(const json_t *found)
{
	const json_t *fact;
	size_t i;

	printf("  %s %s\n", field_str(found, "unit"), field_str(found, "address"));
	if (!json_is_true(json_object_get(found, "found")))
		printf("    %s\n", T("nothing was found that may be told", "未查到可以提供的内容"));
	json_array_foreach(json_object_get(found, "facts"), i,
		fact) if (json_is_string(json_object_get(fact, "material")))
		printf("    %s  %s  %lld %s\n", field_str(fact, "material"),
			field_str(fact, "text"), (long long)field_int(fact, "pages"),
			T("pages", "页"));
	else printf("    %s\n", field_str(fact, "text"));
}

static void show_step(const char *label, const json_t *step)
{
	char time[64];

	if (!json_is_object(step))
		return;
	print_time(time, sizeof(time), field_str(step, "time"));
	printf("  %s %s  %s  %s\n", label, field_str(step, "name"), time, field_str(step, "note"));
}

static void show_query(struct cli *cli, const json_t *query)
{
	const json_t *item;
	size_t i;

	if (cli->json) {
		print_json_line(query);
		return;
	}
	show_brief(cli, query);
	printf("  %s %s\n", T("purpose", "目的"), field_str(query, "purpose"));
	json_array_foreach(json_object_get(query, "objects"), i, item) printf("  %s %s %s\n",
		field_str(item, "by"), field_str(item, "value"), field_str(item, "unit"));
	json_array_foreach(json_object_get(query, "proofs"), i, item)
		printf("  %s %s\n", T("shown", "出示"), field_str(item, "kind"));
	json_array_foreach(json_object_get(query, "scans"), i, item) printf("  %s %s  %s\n",
		T("scan", "扫描件"), field_str(item, "material"), field_str(item, "title"));
	show_step(T("decided by", "办结"), json_object_get(query, "decided"));
	json_array_foreach(json_object_get(query, "found"), i, item) show_found(item);
	json_array_foreach(json_object_get(query, "copies"), i, item)
		printf("  %s %s\n", T("copied", "复制"), field_str(item, "title"));
	json_array_foreach(json_object_get(query, "problems"), i, item) fprintf(
		stderr, "%s%s\n", T("in the way: ", "还不能提供："), field_str(item, "text"));
	json_array_foreach(json_object_get(query, "warnings"), i, item)
		fprintf(stderr, "%s%s (%s)\n", T("mind: ", "注意："), field_str(item, "text"),
			field_str(item, "subject"));
}

/* One request, and the query as it is afterwards. @body is taken over. */
static int ask(struct cli *cli, const char *method, const char *path, json_t *body)
{
	json_t *answer = NULL;
	int failed = client_json(cli->client, method, path, body, &answer);

	json_decref(body);
	if (failed)
		return failed;
	show_query(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

static int one_number(const struct words *words)
{
	return words->operands == 1
		       ? CLI_OK
		       : usage_error("%s", T("give the number of one query", "请写一个查询编号"));
}

/* ---- entering ---- */

/* What stands before and after a colon of either width; *ret_rest NULL: there is none. */
static size_t part(const char *word, const char **ret_rest)
{
	const char *colon = strchr(word, ':'), *wide = strstr(word, "：");
	size_t skip = 1;

	if (wide && (!colon || wide < colon)) {
		colon = wide;
		skip = strlen("：");
	}
	*ret_rest = colon ? colon + skip : NULL;
	return colon ? (size_t)(colon - word) : strlen(word);
}

static json_t *person_of(const char *word)
{
	const char *idno;
	size_t len = part(word, &idno);
	json_t *person = json_object();

	json_object_set_new(person, "name", json_stringn(word, len));
	if (idno)
		json_object_set_new(person, "idno", json_string(idno));
	return person;
}

static void put_person(json_t *body, const char *name, const struct words *words)
{
	const char *word = words_value(words, name);

	if (word)
		json_object_set_new(body, name, person_of(word));
}

/* BY:VALUE, of an address BY:VALUE=UNIT. NULL: no colon. */
static json_t *object_of(const char *word)
{
	const char *value, *unit;
	size_t len = part(word, &value);
	json_t *object;

	if (!value)
		return NULL;
	unit = strrchr(value, '=');
	object = json_object();
	json_object_set_new(object, "by", json_stringn(word, len));
	json_object_set_new(object, "value",
		json_stringn(value, unit ? (size_t)(unit - value) : strlen(value)));
	if (unit)
		json_object_set_new(object, "unit", json_string(unit + 1));
	return object;
}

static json_t *proof_of(const char *word)
{
	const char *note;
	size_t len = part(word, &note);
	json_t *proof = json_object();

	json_object_set_new(proof, "kind", json_stringn(word, len));
	if (note)
		json_object_set_new(proof, "note", json_string(note));
	return proof;
}

static int put_lists(json_t *body, const struct words *words)
{
	const struct word_option *wants = words_option(words, "want");
	const struct word_option *abouts = words_option(words, "about");
	const struct word_option *proofs = words_option(words, "proof");
	json_t *list = json_array();

	for (size_t i = 0; i < wants->count; i++)
		json_array_append_new(list, json_string(wants->values[i]));
	json_object_set_new(body, "wants", list);
	list = json_array();
	json_object_set_new(body, "objects", list);
	for (size_t i = 0; i < abouts->count; i++) {
		json_t *object = object_of(abouts->values[i]);

		if (!object)
			return usage_error(
				T("--about is BY:VALUE, e.g. unit:CODE, not %s",
					"--about 的写法是 方式:内容，例如 unit:单元号；不能是 %s"),
				abouts->values[i]);
		json_array_append_new(list, object);
	}
	list = json_array();
	for (size_t i = 0; i < proofs->count; i++)
		json_array_append_new(list, proof_of(proofs->values[i]));
	json_object_set_new(body, "proofs", list);
	return CLI_OK;
}

static int make_body(const struct words *words, json_t **ret_body)
{
	json_t *body = json_object();
	int failed;

	body_text(body, "asker", words_value(words, "as"));
	put_person(body, "querent", words);
	put_person(body, "proxy", words);
	put_person(body, "holder", words);
	body_text(body, "purpose", words_value(words, "for"));
	body_text(body, "note", words_value(words, "note"));
	if (words_value(words, "phone") && json_object_get(body, "querent"))
		body_text(json_object_get(body, "querent"), "phone", words_value(words, "phone"));
	failed = put_lists(body, words);
	if (!failed && (!words_value(words, "as") || !words_value(words, "querent") ||
			       !words_value(words, "for")))
		failed = usage_error(
			"%s", T("--as, --querent and --for are needed; zong query rules shows who "
				"may ask",
				      "缺少 --as（身份）、--querent（查询人）或 "
				      "--for（目的）；zong query rules 列出各类查询人"));
	if (failed)
		json_decref(body);
	else
		*ret_body = body;
	return failed;
}

static int query_new(struct cli *cli, struct words *words)
{
	json_t *body;
	int failed;

	if (words->operands)
		return usage_error("%s", T("query new takes options only", "query new 只用选项"));
	failed = make_body(words, &body);
	return failed ? failed : ask(cli, "POST", "/api/v1/queries", body);
}

static int query_change(struct cli *cli, struct words *words)
{
	int failed = one_number(words);
	json_t *body;
	char *path;

	if (!failed)
		failed = make_body(words, &body);
	if (failed)
		return failed;
	path = client_path(cli->client, "/api/v1/queries/%s", words->operand[0]);
	failed = ask(cli, "PUT", path, body);
	free(path);
	return failed;
}

/* ---- deciding ---- */

static int step(struct cli *cli, struct words *words, const char *what, const char *member)
{
	int failed = one_number(words);
	json_t *body;
	char *path;

	if (failed)
		return failed;
	body = json_object();
	body_text(body, member, words_value(words, member));
	path = client_path(cli->client, "/api/v1/queries/%s/%s", words->operand[0], what);
	failed = ask(cli, "POST", path, body);
	free(path);
	return failed;
}

static int query_grant(struct cli *cli, struct words *words)
{
	return step(cli, words, "grant", "note");
}

static int query_refuse(struct cli *cli, struct words *words)
{
	return step(cli, words, "refuse", "reason");
}

static int query_withdraw(struct cli *cli, struct words *words)
{
	return step(cli, words, "withdraw", "reason");
}

static int query_copied(struct cli *cli, struct words *words)
{
	json_t *materials = json_array();
	char *path;
	int failed;

	if (words->operands < 2) {
		json_decref(materials);
		return usage_error("%s", T("give the number of the query and the materials copied",
						 "请写查询编号和复制的材料编号"));
	}
	for (size_t i = 1; i < words->operands; i++)
		json_array_append_new(materials, json_string(words->operand[i]));
	path = client_path(cli->client, "/api/v1/queries/%s/copies", words->operand[0]);
	failed = ask(cli, "POST", path, json_pack("{s:o}", "materials", materials));
	free(path);
	return failed;
}

/* ---- lists and papers ---- */

/* The filter behind the path; the caller frees it. */
static char *filtered(struct cli *cli, const struct words *words, const char *path)
{
	static const char *const names[] = {"from", "to", "state", "as", "name"};
	static const char *const params[] = {"from", "to", "state", "asker", "name"};
	_cleanup_(zong_buf_release) struct zong_buf whole = ZONG_BUF_INIT(64 * 1024);

	zong_buf_add_str(&whole, path);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = words_value(words, names[i]);
		_cleanup_free_ char *one =
			value ? client_path(cli->client, "&%s=%s", params[i], value) : NULL;

		zong_buf_add_str(&whole, one ? one : "");
	}
	return zong_buf_take(&whole, NULL);
}

static int query_list(struct cli *cli, struct words *words)
{
	char *path;
	size_t count;
	int failed;

	if (words->operands)
		return usage_error("%s", T("query list takes options only", "query list 只用选项"));
	path = filtered(cli, words,
		words_flag(words, "overdue") ? "/api/v1/queries?limit=200&overdue=true"
					     : "/api/v1/queries?limit=200");
	if (!path)
		return CLI_FAILED;
	failed = client_list(cli->client, path, 0, show_brief, cli, &count);
	free(path);
	return failed;
}

static int query_show(struct cli *cli, struct words *words)
{
	int failed = one_number(words);
	char *path;

	if (failed)
		return failed;
	path = client_path(cli->client, "/api/v1/queries/%s", words->operand[0]);
	failed = ask(cli, "GET", path, NULL);
	free(path);
	return failed;
}

static void show_names(const char *label, const json_t *list)
{
	const json_t *item;
	size_t i;

	printf("  %s", label);
	json_array_foreach(list, i, item) printf("%s%s", i ? T(", ", "、") : " ",
		json_is_string(item) ? json_string_value(item) : field_str(item, "key"));
	printf("\n");
}

static int query_rules(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	const json_t *asker;
	size_t i;
	int failed;

	if (words->operands)
		return usage_error(
			"%s", T("query rules takes no words", "query rules 后面不带内容"));
	failed = client_json(cli->client, "GET", "/api/v1/queries/rules", NULL, &answer);
	if (failed)
		return failed;
	json_array_foreach(json_object_get(answer, "askers"), i, asker)
	{
		if (cli->json) {
			print_json_line(asker);
			continue;
		}
		printf("%s  %s\n", field_str(asker, "key"), field_str(asker, "name"));
		show_names(T("may see:", "可查："), json_object_get(asker, "sees"));
		show_names(T("asks by:", "按："), json_object_get(asker, "by"));
		show_names(T("shows:", "须出示："), json_object_get(asker, "proofs"));
		printf("  %s\n", field_str(asker, "article"));
	}
	json_decref(answer);
	return CLI_OK;
}

static int query_print(struct cli *cli, struct words *words)
{
	const char *form = words_value(words, "form");
	int failed = one_number(words);
	char *path;

	if (failed)
		return failed;
	path = form ? client_path(cli->client, "/api/v1/queries/%s/pdf?form=%s", words->operand[0],
			      form)
		    : client_path(cli->client, "/api/v1/queries/%s/pdf", words->operand[0]);
	failed = output_save(cli, words, path, true);
	free(path);
	return failed;
}

static int query_register(struct cli *cli, struct words *words)
{
	const char *encoding = words_value(words, "encoding");
	bool csv = words_flag(words, "csv") || encoding;
	char *start, *path;
	int failed;

	if (words->operands)
		return usage_error(
			"%s", T("query register takes options only", "query register 只用选项"));
	start = csv ? client_path(cli->client, "/api/v1/queries/register?encoding=%s",
			      encoding ? encoding : "utf-8")
		    : strdup("/api/v1/queries/register?");
	path = start ? filtered(cli, words, start) : NULL;
	free(start);
	if (!path)
		return CLI_FAILED;
	failed = output_save(cli, words, path, !csv);
	free(path);
	return failed;
}

#define ENTRY_OPTIONS                                                                              \
	{.name = "as", .kind = WORD_VALUE}, {.name = "querent", .kind = WORD_VALUE},               \
		{.name = "proxy", .kind = WORD_VALUE}, {.name = "holder", .kind = WORD_VALUE},     \
		{.name = "phone", .kind = WORD_VALUE}, {.name = "for", .kind = WORD_VALUE},        \
		{.name = "note", .kind = WORD_VALUE}, {.name = "want", .kind = WORD_LIST},         \
		{.name = "about", .kind = WORD_LIST},                                              \
	{                                                                                          \
		.name = "proof", .kind = WORD_LIST                                                 \
	}
#define FILTER_OPTIONS                                                                             \
	{.name = "from", .kind = WORD_VALUE}, {.name = "to", .kind = WORD_VALUE},                  \
		{.name = "state", .kind = WORD_VALUE}, {.name = "as", .kind = WORD_VALUE},         \
	{                                                                                          \
		.name = "name", .kind = WORD_VALUE                                                 \
	}

static const struct word_option none[] = {{0}};
static const struct word_option entry[] = {ENTRY_OPTIONS, {0}};
static const struct word_option list_options[] = {
	FILTER_OPTIONS, {.name = "overdue", .kind = WORD_FLAG}, {0}};
static const struct word_option note[] = {{.name = "note", .kind = WORD_VALUE}, {0}};
static const struct word_option reason[] = {{.name = "reason", .kind = WORD_VALUE}, {0}};
static const struct word_option print_options[] = {
	{.name = "form", .kind = WORD_VALUE},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{0},
};
static const struct word_option register_options[] = {
	FILTER_OPTIONS,
	{.name = "csv", .kind = WORD_FLAG},
	{.name = "encoding", .kind = WORD_VALUE},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{0},
};

const struct command query_commands[] = {
	{"query", "rules", none, false, query_rules, "",
		"Who may ask, what they may see, and what they must show.",
		"列出各类查询人、可查内容和须出示的材料。"},
	{"query", "new", entry, false, query_new,
		"--as ASKER --querent NAME:IDNO --for PURPOSE [--about BY:VALUE…] [--want WHAT…] "
		"[--proof KIND…] …",
		"Enters an application. Scans of what was shown: zong add FILE --case NO.\n"
		"  --about    unit:CODE, cert:NO, case:NO, name:NAME, address:TEXT=CODE; none: by "
		"name\n"
		"  --holder   whose property it is about, NAME:IDNO\n"
		"  --proxy    who came for the querent, NAME:IDNO",
		"受理查询申请。出示材料的扫描件用 zong add 文件 --case 查询编号 归入。\n"
		"  --about    "
		"unit:单元号、cert:证号、case:受理号、name:姓名、address:坐落="
		"单元号；不写则按姓名查\n"
		"  --holder   被查询人 姓名:证件号码\n"
		"  --proxy    代理人 姓名:证件号码"},
	{"query", "change", entry, false, query_change, "NO …",
		"Enters all of it anew; as query new.", "重新填写未办结的申请，选项同 query new。"},
	{"query", "grant", note, false, query_grant, "NO [--note T]",
		"Answers it with what the rules let the asker see.",
		"准予查询：按规定提供结果并固定下来。"},
	{"query", "refuse", reason, false, query_refuse, "NO --reason TEXT", "Refuses it.",
		"不予查询，须写明理由。"},
	{"query", "withdraw", reason, false, query_withdraw, "NO --reason TEXT",
		"The querent takes it back.", "查询人撤回申请。"},
	{"query", "copied", none, false, query_copied, "NO MATERIAL…",
		"Writes down which original materials were copied.", "登记复制了哪些原始资料。"},
	{"query", "list", list_options, false, query_list,
		"[--from DAY] [--to DAY] [--state S] [--as ASKER] [--name NAME] [--overdue]",
		"Lists queries, newest first.", "列出查询申请，新的在前。"},
	{"query", "show", none, false, query_show, "NO", "Shows a query and its answer.",
		"显示一个查询和它的结果。"},
	{"query", "print", print_options, false, query_print,
		"NO [--form application|result|refusal] [-o FILE]",
		"Makes its application, certificate or refusal as PDF.",
		"生成查询申请书、查询结果证明或不予查询告知书（PDF）。"},
	{"query", "register", register_options, false, query_register,
		"[--from DAY] [--to DAY] [--csv] [-o FILE] …",
		"Writes the register of queries as PDF or table.",
		"生成查询记录簿（PDF 或表格）。"},
	{0},
};
