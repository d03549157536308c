/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static const char *state_word(const char *state)
{
	static const struct phrase phrases[] = {
		{"open", "open", "正在立卷"},
		{"closed", "closed", "已立卷，待检查"},
		{"checked", "checked", "已检查"},
		{"annulled", "annulled", "已作废"},
		{0},
	};

	return phrase_of(phrases, state);
}

static int show_brief(void *ctx, const json_t *volume)
{
	const struct cli *cli = ctx;

	if (cli->json) {
		print_json_line(volume);
		return CLI_OK;
	}
	printf(T("%s  %s  %s  %lld items, %lld pages  %s\n", "%s  %s  %s  %lld 件 %lld 页  %s\n"),
		field_str(volume, "no"), state_word(field_str(volume, "state")),
		field_str(volume, "title"), (long long)field_int(volume, "count"),
		(long long)field_int(volume, "pages"), field_str(volume, "box"));
	return CLI_OK;
}

static void print_step(const char *label, const json_t *step)
{
	char time[64];

	if (!json_is_object(step))
		return;
	print_time(time, sizeof(time), field_str(step, "time"));
	printf("  %s %s  %s  %s\n", label, field_str(step, "name"), time, field_str(step, "note"));
}

static void show_volume(struct cli *cli, const json_t *volume)
{
	const json_t *item;
	size_t i;

	show_brief(cli, volume);
	if (cli->json)
		return;
	if (json_is_true(json_object_get(volume, "foreign")))
		fprintf(stderr, "%s\n",
			T("mind: this number is not of the form that is in use; it is kept as it "
			  "is",
				"注意：这个档号不符合现行格式，按原号保留"));
	json_array_foreach(json_object_get(volume, "cases"), i, item)
		printf("  %s %s\n", T("case", "受理号"), json_string_value(item));
	print_step(T("closed by", "立卷人"), json_object_get(volume, "closed"));
	print_step(T("checked by", "检查人"), json_object_get(volume, "checked"));
	print_step(T("annulled by", "作废人"), json_object_get(volume, "annulled"));
	json_array_foreach(json_object_get(volume, "items"), i, item)
		printf("  %lld  %s  %s  %lld %s%s\n", (long long)field_int(item, "n"),
			field_str(item, "title"), field_str(item, "date"),
			(long long)field_int(item, "pages"), T("pages", "页"),
			json_is_true(json_object_get(item, "differs"))
				? T("  other than scanned", "  与扫描件不符")
				: "");
}

/* One request, and the volume as it is afterwards. @body is taken over. */
static int ask(struct cli *cli, const char *method, const char *path, json_t *body)
{
	json_t *answer = NULL;
	int failed = client_json(cli->client, method, path, body, &answer);

	json_decref(body);
	if (failed)
		return failed;
	show_volume(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

static int one_number(const struct words *words)
{
	return words->operands == 1
		       ? CLI_OK
		       : usage_error("%s", T("give one archival number", "请写一个档号"));
}

static void put_texts(json_t *body, const struct words *words)
{
	static const char *const names[] = {
		"title", "responsible", "secrecy", "keywords", "summary", "note", "situation"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		body_text(body, names[i], words_value(words, names[i]));
}

static int volume_new(struct cli *cli, struct words *words)
{
	static const char *const names[] = {
		"no", "fonds", "category", "year", "retention", "office", "list"};
	json_t *body, *cases;

	if (words->operands < 1)
		return usage_error("%s", T("give the case, or the cases that share the volume",
						 "请写受理号（可以多个案件合为一卷）"));
	cases = json_array();
	for (size_t i = 0; i < words->operands; i++)
		json_array_append_new(cases, json_string(words->operand[i]));
	body = json_pack("{s:o}", "cases", cases);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		body_text(body, names[i], words_value(words, names[i]));
	put_texts(body, words);
	return ask(cli, "POST", "/api/v1/volumes", body);
}

static int volume_list(struct cli *cli, struct words *words)
{
	static const char *const names[] = {"case", "box", "prefix"};
	char *path = NULL;
	size_t count;
	int failed;

	if (words->operands)
		return usage_error(
			"%s", T("volume list takes no words", "volume list 后面不带内容"));
	for (size_t i = 0; i < 3 && !path; i++)
		if (words_value(words, names[i]))
			path = client_path(cli->client, "/api/v1/volumes?limit=200&%s=%s", names[i],
				words_value(words, names[i]));
	failed = client_list(
		cli->client, path ? path : "/api/v1/volumes?limit=200", 0, show_brief, cli, &count);
	free(path);
	return failed;
}

static int volume_show(struct cli *cli, struct words *words)
{
	int failed = one_number(words);
	char *path;

	if (failed)
		return failed;
	path = client_path(cli->client, "/api/v1/volumes/%s", words->operand[0]);
	failed = ask(cli, "GET", path, NULL);
	free(path);
	return failed;
}

static int volume_set(struct cli *cli, struct words *words)
{
	int failed = one_number(words);
	char *path;
	json_t *body;

	if (failed)
		return failed;
	body = json_object();
	put_texts(body, words);
	path = client_path(cli->client, "/api/v1/volumes/%s", words->operand[0]);
	failed = ask(cli, "PUT", path, body);
	free(path);
	return failed;
}

/* The item as it goes back, with its pages. false: not a number of pages. */
static bool count_item(json_t *items, const json_t *item, const char *text)
{
	static const char *const names[] = {
		"material", "file_no", "responsible", "title", "date", "note"};
	json_t *copy = json_object();
	char *end;
	long pages = strtol(text, &end, 10);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_is_string(json_object_get(item, names[i])))
			json_object_set(copy, names[i], json_object_get(item, names[i]));
	json_object_set_new(copy, "pages", json_integer(pages));
	json_array_append_new(items, copy);
	return *text && !*end && pages > 0;
}

/* The pages counted on the paper, item by item. What others changed meanwhile is told by its revision. */
static int volume_count(struct cli *cli, struct words *words)
{
	json_t *volume = NULL, *items, *body, *old;
	bool good = true;
	char *path;
	int failed;

	if (words->operands < 2)
		return usage_error("%s", T("give the archival number and the pages of each item",
						 "请写档号和每件的纸质页数"));
	path = client_path(cli->client, "/api/v1/volumes/%s", words->operand[0]);
	failed = client_json(cli->client, "GET", path, NULL, &volume);
	old = json_object_get(volume, "items");
	if (!failed && json_array_size(old) != words->operands - 1)
		failed = usage_error(
			T("the volume has %zu items", "这一卷有 %zu 件"), json_array_size(old));
	if (!failed) {
		items = json_array();
		for (size_t i = 0; i < json_array_size(old); i++)
			good &= count_item(items, json_array_get(old, i), words->operand[i + 1]);
		body = json_pack("{s:o, s:I}", "items", items, "revision",
			(json_int_t)field_int(volume, "revision"));
		if (good) {
			failed = ask(cli, "PUT", path, body);
		} else {
			json_decref(body);
			failed = usage_error(
				"%s", T("pages are whole numbers from 1", "页数是从 1 起的整数"));
		}
	}
	json_decref(volume);
	free(path);
	return failed;
}

static int step(struct cli *cli, struct words *words, const char *what, const char *member)
{
	int failed = one_number(words);
	json_t *body;
	char *path;

	if (failed)
		return failed;
	body = json_object();
	body_text(body, member, words_value(words, member));
	path = client_path(cli->client, "/api/v1/volumes/%s/%s", words->operand[0], what);
	failed = ask(cli, "POST", path, body);
	free(path);
	return failed;
}

static int volume_close(struct cli *cli, struct words *words)
{
	return step(cli, words, "close", "reason");
}

static int volume_check(struct cli *cli, struct words *words)
{
	return step(cli, words, "check", "note");
}

static int volume_reopen(struct cli *cli, struct words *words)
{
	return step(cli, words, "reopen", "reason");
}

static int volume_annul(struct cli *cli, struct words *words)
{
	return step(cli, words, "annul", "reason");
}

static int volume_shelve(struct cli *cli, struct words *words)
{
	json_t *nos, *answer = NULL, *body;
	char *path;
	int failed;

	if (words->operands < 2)
		return usage_error("%s", T("give the code of the box and the archival numbers in "
					   "their order (- reads them)",
						 "请写盒的代码和按顺序的档号（- 表示逐行读入）"));
	failed = codes_take(words, 1, &nos);
	if (failed)
		return failed;
	body = json_pack("{s:o}", "volumes", nos);
	path = client_path(cli->client, "/api/v1/places/%s/volumes", words->operand[0]);
	failed = client_json(cli->client, "POST", path, body, &answer);
	free(path);
	json_decref(body);
	if (!failed && cli->json)
		print_json_line(answer);
	else if (!failed)
		printf(T("%lld shelved\n", "已上架 %lld 卷\n"),
			(long long)field_int(answer, "moved"));
	json_decref(answer);
	return failed;
}

static int volume_print(struct cli *cli, struct words *words)
{
	const char *form = words_value(words, "form");
	int failed = one_number(words);
	char *path;

	if (failed)
		return failed;
	path = client_path(cli->client, "/api/v1/volumes/%s/pdf?form=%s", words->operand[0],
		form ? form : "all");
	failed = output_save(cli, words, path, true);
	free(path);
	return failed;
}

static int volume_label(struct cli *cli, struct words *words)
{
	char *path;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give the code of one box", "请写一个盒的代码"));
	path = client_path(cli->client, "/api/v1/places/%s/label", words->operand[0]);
	failed = output_save(cli, words, path, true);
	free(path);
	return failed;
}

static int volume_export(struct cli *cli, struct words *words)
{
	const char *prefix = words_value(words, "prefix"), *coding = words_value(words, "encoding");
	char *path;
	int failed;

	if (words->operands)
		return usage_error(
			"%s", T("volume export takes no words", "volume export 后面不带内容"));
	path = client_path(cli->client, "/api/v1/volumes/export?prefix=%s&encoding=%s",
		prefix ? prefix : "", coding ? coding : "utf-8");
	failed = output_save(cli, words, path, false);
	free(path);
	return failed;
}

#define ENTRY_OPTIONS                                                                              \
	{.name = "title", .kind = WORD_VALUE}, {.name = "responsible", .kind = WORD_VALUE},        \
		{.name = "secrecy", .kind = WORD_VALUE}, {.name = "keywords", .kind = WORD_VALUE}, \
		{.name = "summary", .kind = WORD_VALUE}, {.name = "note", .kind = WORD_VALUE},     \
	{                                                                                          \
		.name = "situation", .kind = WORD_VALUE                                            \
	}

static const struct word_option none[] = {{0}};
static const struct word_option new_options[] = {
	ENTRY_OPTIONS,
	{.name = "no", .kind = WORD_VALUE},
	{.name = "fonds", .kind = WORD_VALUE},
	{.name = "category", .kind = WORD_VALUE},
	{.name = "year", .kind = WORD_VALUE},
	{.name = "retention", .kind = WORD_VALUE},
	{.name = "office", .kind = WORD_VALUE},
	{.name = "list", .kind = WORD_VALUE},
	{0},
};
static const struct word_option set_options[] = {ENTRY_OPTIONS, {0}};
static const struct word_option list_options[] = {
	{.name = "case", .kind = WORD_VALUE},
	{.name = "box", .kind = WORD_VALUE},
	{.name = "prefix", .kind = WORD_VALUE},
	{0},
};
static const struct word_option reason[] = {{.name = "reason", .kind = WORD_VALUE}, {0}};
static const struct word_option note[] = {{.name = "note", .kind = WORD_VALUE}, {0}};
static const struct word_option print_options[] = {
	{.name = "form", .kind = WORD_VALUE},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{0},
};
static const struct word_option label_options[] = {
	{.name = "output", .letter = 'o', .kind = WORD_VALUE}, {0}};
static const struct word_option export_options[] = {
	{.name = "prefix", .kind = WORD_VALUE},
	{.name = "encoding", .kind = WORD_VALUE},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{0},
};

const struct command volume_commands[] = {
	{"volume", "new", new_options, false, volume_new,
		"CASE… [--no NO] [--fonds F] [--category C] [--year Y] [--retention Y|D30|D10] "
		"[--title T] …",
		"Makes a volume of a case, or of cases that share one; its archival number is the "
		"next one.\n"
		"  --no       an old number that it has already",
		"立卷：一案一卷，也可以几个案件合为一卷；档号自动连续编号。\n"
		"  --no       已有的旧档号"},
	{"volume", "list", list_options, false, volume_list,
		"[--case NO | --box CODE | --prefix P]",
		"Lists volumes by their number; in a box by their position.",
		"列出案卷，按档号；盒内按位置。"},
	{"volume", "show", none, false, volume_show, "NO", "Shows a volume and its items.",
		"显示一卷和卷内各件。"},
	{"volume", "set", set_options, false, volume_set, "NO [--title T] [--situation T] …",
		"Changes what is written about an open volume.", "修改正在立卷的案卷的著录项。"},
	{"volume", "count", none, false, volume_count, "NO PAGES…",
		"Enters the pages counted on the paper, item by item.", "逐件填写清点的纸质页数。"},
	{"volume", "close", reason, false, volume_close, "NO [--reason TEXT]",
		"The volume is complete. Where pages differ from the scan, --reason is needed.",
		"立卷完成。页数与扫描件不符时须写 --reason。"},
	{"volume", "check", note, false, volume_check, "NO [--note TEXT]",
		"Says that it was checked: by another person than who closed it.",
		"检查：须由立卷人以外的人进行。"},
	{"volume", "reopen", reason, false, volume_reopen, "NO --reason TEXT",
		"Opens a closed or checked volume again.", "重新打开已立卷或已检查的案卷。"},
	{"volume", "annul", reason, false, volume_annul, "NO --reason TEXT",
		"Makes a volume void. Its number is never given again.",
		"作废一卷；它的档号不再使用。"},
	{"volume", "shelve", none, false, volume_shelve, "BOX NO…|-",
		"Puts checked volumes into a box, behind those that stand there.",
		"把检查过的案卷按顺序装盒上架。"},
	{"volume", "print", print_options, false, volume_print,
		"NO [--form cover|list|note|all] [-o FILE]",
		"Makes its cover, list of contents and closing sheet as PDF.",
		"生成卷皮、卷内目录、备考表（PDF）。"},
	{"volume", "label", label_options, false, volume_label, "BOX [-o FILE]",
		"Makes the label for the spine of a box as PDF.", "生成档案盒脊标签（PDF）。"},
	{"volume", "export", export_options, false, volume_export,
		"[--prefix P] [--encoding E] [-o FILE]", "Writes the volumes as a table (DA/T 18).",
		"导出案卷目录表（DA/T 18）。"},
	{0},
};
