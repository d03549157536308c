/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parcels, buildings and units: what is filed there, the table of them, and what happened to their codes. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* ---- showing ---- */

static const char *kind_word(const char *kind)
{
	static const struct phrase phrases[] = {
		{"split", "split", "分割"},
		{"merge", "merged", "合并"},
		{"renumber", "numbered anew", "编码变更"},
		{"area", "district changed", "区划调整"},
		{"end", "ceased", "灭失"},
		{0},
	};

	return phrase_of(phrases, kind);
}

static void print_cell(const json_t *object, const char *name)
{
	const char *text = field_str(object, name);

	if (*text)
		printf("  %s", text);
}

static int show_unit(void *ctx, const json_t *unit)
{
	const struct cli *cli = ctx;
	const json_t *warning;
	size_t i;

	if (cli->json) {
		print_json_line(unit);
		return CLI_OK;
	}
	printf("%s", field_str(unit, "printed"));
	print_cell(unit, "name");
	print_cell(unit, "address");
	print_cell(unit, "usage");
	if (*field_str(unit, "area"))
		printf("  %s %s", field_str(unit, "area"), T("m²", "平方米"));
	if (*field_str(unit, "began") || *field_str(unit, "ended"))
		printf("  %s–%s", field_str(unit, "began"), field_str(unit, "ended"));
	print_cell(unit, "note");
	putchar('\n');
	json_array_foreach(json_object_get(unit, "warnings"), i, warning) fprintf(stderr,
		"zong: %s: %s\n", field_str(warning, "subject"), field_str(warning, "text"));
	return CLI_OK;
}

static void print_codes(const json_t *codes)
{
	const json_t *code;
	size_t i;

	json_array_foreach(codes, i, code) printf("%s%s", i ? ", " : "", json_string_value(code));
}

static int show_event(void *ctx, const json_t *event)
{
	const struct cli *cli = ctx;
	const json_t *withdrawn = json_object_get(event, "withdrawn");

	if (cli->json) {
		print_json_line(event);
		return CLI_OK;
	}
	printf("%s  %s  %s  ", field_str(event, "id"), field_str(event, "date"),
		kind_word(field_str(event, "kind")));
	print_codes(json_object_get(event, "before"));
	printf(" → ");
	print_codes(json_object_get(event, "after"));
	print_cell(event, "reason");
	if (json_is_object(withdrawn))
		printf("  [%s%s]", T("withdrawn: ", "已撤销："), field_str(withdrawn, "reason"));
	putchar('\n');
	return CLI_OK;
}

static void print_lineage(const json_t *steps, const char *what)
{
	const json_t *step;
	size_t i;

	json_array_foreach(steps, i, step)
		printf("%s %s  %s %s\n", what, field_str(step, "printed"), field_str(step, "date"),
			kind_word(field_str(step, "kind")));
}

static void print_via(const json_t *item)
{
	const char *code = field_str(item, "via");

	if (*code)
		printf(T("  (filed under %s)", "（原归在 %s）"), code);
	putchar('\n');
}

static void print_papers(const json_t *parcel)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(parcel, "cases"), i, item)
	{
		printf("%s %s  %s", T("case", "案件"), field_str(item, "no"),
			field_str(item, "kind"));
		print_via(item);
	}
	json_array_foreach(json_object_get(parcel, "materials"), i, item)
	{
		printf("%s  %s  %s  %s", field_str(item, "id"), field_str(item, "case"),
			field_str(item, "type"), field_str(item, "title"));
		print_via(item);
	}
}

static void print_parcel(const struct cli *cli, const json_t *parcel)
{
	const json_t *end = json_object_get(parcel, "end"), *unit = json_object_get(parcel, "unit");

	if (json_is_object(unit))
		show_unit((void *)(uintptr_t)cli, unit);
	else
		printf("%s\n", field_str(parcel, "printed"));
	if (json_is_object(end))
		printf("%s %s  %s\n", T("ended", "已终止"), field_str(end, "date"),
			kind_word(field_str(end, "kind")));
	print_lineage(json_object_get(parcel, "before"), T("comes from", "前身"));
	print_lineage(json_object_get(parcel, "after"), T("has become", "后续"));
	if (json_is_true(json_object_get(parcel, "lineage_more")))
		printf("%s\n", T("(there are other codes; not all are shown)",
				       "（还有其他代码，未全部列出）"));
}

int command_parcel_show(struct cli *cli, struct words *words)
{
	char *path, *next = NULL;
	bool first = true, cases = false;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give one code", "请写一个代码"));
	path = client_path(cli->client, "/api/v1/parcels/%s?limit=200", words->operand[0]);
	do {
		json_t *answer = NULL;
		char *page =
			next ? client_path(cli->client, "/api/v1/parcels/%s?limit=200&cursor=%s",
				       words->operand[0], next)
			     : strdup(path);

		failed = client_json(cli->client, "GET", page, NULL, &answer);
		free(page);
		free(next);
		next = NULL;
		if (failed)
			break;
		if (cli->json)
			print_json_line(answer);
		else if (first)
			print_parcel(cli, answer);
		if (!cli->json)
			print_papers(answer);
		first = false;
		cases = cases || json_array_size(json_object_get(answer, "cases"));
		if (*field_str(answer, "next"))
			next = strdup(field_str(answer, "next"));
		json_decref(answer);
	} while (next);
	free(path);
	return failed || cli->json || !cases ? failed : print_chain(cli, words->operand[0]);
}

static int command_parcel_list(struct cli *cli, struct words *words)
{
	size_t count;
	char *path;
	int failed;

	if (words->operands > 1)
		return usage_error(
			"%s", T("give one beginning of a code, or none", "最多写一个代码开头"));
	path = words->operands ? client_path(cli->client, "/api/v1/units?limit=200&prefix=%s",
					 words->operand[0])
			       : client_path(cli->client, "/api/v1/units?limit=200");
	failed = client_list(cli->client, path, 0, show_unit, cli, &count);
	free(path);
	return failed;
}

static int command_parcel_events(struct cli *cli, struct words *words)
{
	size_t count;
	char *path;
	int failed;

	if (words->operands > 1)
		return usage_error("%s", T("give one code, or none", "最多写一个代码"));
	path = words->operands ? client_path(cli->client, "/api/v1/unit-events?limit=200&code=%s",
					 words->operand[0])
			       : client_path(cli->client, "/api/v1/unit-events?limit=200");
	failed = client_list(cli->client, path, 0, show_event, cli, &count);
	free(path);
	return failed;
}

/* ---- entering ---- */

/* Sends @body, which is taken over, and shows the answer. */
static int send(struct cli *cli, const char *method, char *path, json_t *body, client_item *show)
{
	json_t *answer = NULL;
	int failed = client_json(cli->client, method, path, body, &answer);

	json_decref(body);
	free(path);
	if (failed)
		return failed;
	show(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

static int command_parcel_set(struct cli *cli, struct words *words)
{
	static const char *const members[] = {
		"name", "address", "usage", "area", "began", "ended", "note"};
	json_t *body;

	if (words->operands != 1)
		return usage_error("%s", T("give one code", "请写一个代码"));
	body = json_object();
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (words_value(words, members[i]))
			json_object_set_new(
				body, members[i], json_string(words_value(words, members[i])));
	return send(cli, "PUT", client_path(cli->client, "/api/v1/units/%s", words->operand[0]),
		body, show_unit);
}

static json_t *codes_of(const struct words *words, const char *name)
{
	const struct word_option *option = words_option(words, name);
	json_t *array = json_array();

	for (size_t i = 0; option && i < option->count; i++)
		json_array_append_new(array, json_string(option->values[i]));
	return array;
}

static int command_parcel_event(struct cli *cli, struct words *words)
{
	json_t *body;

	if (words->operands != 1 || !words_value(words, "date") || !words_value(words, "before"))
		return usage_error("%s", T("like this: zong parcel event split --date 2015-06-01 "
					   "--before CODE --after CODE CODE",
						 "写法：zong parcel event 分割 --date 2015-06-01 "
						 "--before 代码 --after 代码 代码"));
	body = json_pack("{s:s, s:s, s:o, s:o}", "kind", words->operand[0], "date",
		words_value(words, "date"), "before", codes_of(words, "before"), "after",
		codes_of(words, "after"));
	if (words_value(words, "reason"))
		json_object_set_new(body, "reason", json_string(words_value(words, "reason")));
	return send(cli, "POST", client_path(cli->client, "/api/v1/unit-events"), body, show_event);
}

static int command_parcel_withdraw(struct cli *cli, struct words *words)
{
	if (words->operands != 1 || !words_value(words, "reason"))
		return usage_error("%s", T("give the event's id and --reason TEXT",
						 "请写变更的编号和 --reason 原因"));
	return send(cli, "POST",
		client_path(cli->client, "/api/v1/unit-events/%s/withdraw", words->operand[0]),
		json_pack("{s:s}", "reason", words_value(words, "reason")), show_event);
}

/* ---- tables ---- */

static void on_progress(void *ctx, uint64_t done, uint64_t total, double keeping)
{
	progress_show(ctx, T("table", "表格"),
		keeping >= 0 ? keeping
		: total	     ? (double)done / (double)total
			     : 0,
		keeping >= 0 ? T("storing ...", "正在入库……") : "");
}

/* As a table of its own, so that it can be gone through beside the first one. */
static int write_report(const char *file, const json_t *report)
{
	const json_t *item;
	FILE *to = fopen(file, "w");
	size_t i;

	if (!to) {
		perror(file);
		return CLI_FAILED;
	}
	fputs("\xEF\xBB\xBFline,reason,subject,text\n", to);
	json_array_foreach(json_object_get(report, "refused"), i, item)
	{
		fprintf(to, "%lld,", (long long)field_int(item, "line"));
		print_csv_cell(to, field_str(item, "reason"), ',');
		print_csv_cell(to, field_str(item, "subject"), ',');
		print_csv_cell(to, field_str(item, "text"), '\n');
	}
	if (fclose(to)) {
		perror(file);
		return CLI_FAILED;
	}
	return CLI_OK;
}

static void print_report(const json_t *report, bool each)
{
	const json_t *item;
	size_t i;

	if (each)
		json_array_foreach(json_object_get(report, "refused"), i, item)
			fprintf(stderr, T("line %lld: %s: %s\n", "第 %lld 行：%s：%s\n"),
				(long long)field_int(item, "line"), field_str(item, "text"),
				field_str(item, "subject"));
	json_array_foreach(json_object_get(report, "warnings"), i, item)
		fprintf(stderr, T("%lld lines: %s\n", "%lld 行：%s\n"),
			(long long)field_int(item, "lines"), field_str(item, "text"));
	if (*field_str(report, "ignored"))
		fprintf(stderr, T("columns not taken: %s\n", "没有收的列：%s\n"),
			field_str(report, "ignored"));
	printf(T("%lld lines (%s): %lld added, %lld changed, %lld as before, %lld refused\n",
		       "共 %lld 行（%s）：新增 %lld，更改 %lld，未变 %lld，未收 %lld\n"),
		(long long)field_int(report, "lines"), field_str(report, "encoding"),
		(long long)field_int(report, "added"), (long long)field_int(report, "changed"),
		(long long)field_int(report, "same"),
		(long long)field_int(report, "refused_count"));
}

static int command_parcel_import(struct cli *cli, struct words *words)
{
	const char *encoding = words_value(words, "encoding"), *file = words_value(words, "report");
	const char *what = words_flag(words, "events") ? "unit-events" : "units";
	struct progress progress;
	json_t *answer = NULL;
	char *path;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give one file", "请写一个文件"));
	path = encoding ? client_path(cli->client, "/api/v1/%s/import?encoding=%s", what, encoding)
			: client_path(cli->client, "/api/v1/%s/import", what);
	progress_init(&progress, words_flag(words, "quiet") || cli->json);
	failed = client_send(
		cli->client, path, "text/csv", words->operand[0], on_progress, &progress, &answer);
	progress_end(&progress);
	free(path);
	if (failed)
		return failed;
	if (file)
		failed = write_report(file, answer);
	if (cli->json)
		print_json_line(answer);
	else
		print_report(answer, !file);
	/* What was refused is no success, though all else was taken. */
	if (field_int(answer, "refused_count"))
		failed = CLI_FAILED;
	json_decref(answer);
	return failed;
}

static int command_parcel_export(struct cli *cli, struct words *words)
{
	const char *encoding = words_value(words, "encoding");
	const char *prefix = words->operands ? words->operand[0] : "";
	char digest[96], etag[96];
	struct output output;
	char *path;
	int failed;

	if (words->operands > 1)
		return usage_error(
			"%s", T("give one beginning of a code, or none", "最多写一个代码开头"));
	path = client_path(cli->client, "/api/v1/%s/export?prefix=%s&encoding=%s",
		words_flag(words, "events") ? "unit-events" : "units", prefix,
		encoding ? encoding : "utf-8");
	failed = output_open(&output, words_value(words, "output"), false);
	if (!failed)
		failed = client_fetch(cli->client, path, output.fd, digest, etag);
	free(path);
	return output_close(&output, !failed) ? (failed ? failed : CLI_FAILED) : CLI_OK;
}

/* ---- the table ---- */

static const struct word_option no_options[] = {{0}};
static const struct word_option set_options[] = {
	{.name = "name", .kind = WORD_VALUE},
	{.name = "address", .kind = WORD_VALUE},
	{.name = "usage", .kind = WORD_VALUE},
	{.name = "area", .kind = WORD_VALUE},
	{.name = "began", .kind = WORD_VALUE},
	{.name = "ended", .kind = WORD_VALUE},
	{.name = "note", .kind = WORD_VALUE},
	{0},
};
static const struct word_option event_options[] = {
	{.name = "date", .kind = WORD_VALUE},
	{.name = "before", .kind = WORD_LIST},
	{.name = "after", .kind = WORD_LIST},
	{.name = "reason", .kind = WORD_VALUE},
	{0},
};
static const struct word_option reason_options[] = {{.name = "reason", .kind = WORD_VALUE}, {0}};
static const struct word_option import_options[] = {
	{.name = "events", .kind = WORD_FLAG},
	{.name = "encoding", .kind = WORD_VALUE},
	{.name = "report", .kind = WORD_VALUE},
	{.name = "quiet", .letter = 'q', .kind = WORD_FLAG},
	{0},
};
static const struct word_option export_options[] = {
	{.name = "events", .kind = WORD_FLAG},
	{.name = "encoding", .kind = WORD_VALUE},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{0},
};

const struct command parcel_commands[] = {
	{"parcel", "show", no_options, false, command_parcel_show, "CODE",
		"Shows a parcel (19 characters), building (24) or unit (28): what it is, where its "
		"code\n"
		"comes from and what it has become, and what is filed there or was before.",
		"显示宗地（19 位）、幢（24 位）或单元（28 位）：登记信息、代码的来历和去向，\n"
		"以及归在它和它的前身名下的案件和材料。"},
	{"parcel", "chain", no_options, false, command_parcel_chain, "CODE",
		"Draws the line of its cases: titles, what burdens them and what ended that.",
		"画出它的案件沿革：产权的承接，抵押、查封及其注销。"},
	{"parcel", "list", no_options, false, command_parcel_list, "[BEGINNING]",
		"Lists the table of parcels, buildings and units.", "列出宗地、幢、单元表。"},
	{"parcel", "set", set_options, false, command_parcel_set,
		"CODE [--name N] [--address A] [--usage U] [--area M2] [--began DAY] [--ended DAY] "
		"[--note T]",
		"Puts one into the table, in place of what is there.",
		"登记一个宗地、幢或单元，替换表中原有内容。"},
	{"parcel", "event", event_options, false, command_parcel_event,
		"KIND --date YYYY-MM-DD --before CODE… [--after CODE…] [--reason TEXT]",
		"Writes down what happened to codes: whoever asks for those after is shown what is "
		"filed\n"
		"under those before.\n"
		"  KIND       split 分割, merge 合并, renumber 编码变更 (all below it goes "
		"along),\n"
		"             area 区划调整 (the first 6 to 12 characters), end 灭失",
		"登记代码的变更：以后按变更后的代码查，也会找到变更前名下的材料。\n"
		"  KIND       split 分割、merge 合并、renumber 编码变更（其下全部随同）、\n"
		"             area 区划调整（代码前 6 至 12 位）、end 灭失"},
	{"parcel", "events", no_options, false, command_parcel_events, "[CODE]",
		"Lists what happened to codes, newest entry first, or to this one.",
		"列出代码的变更，最近登记的在前；可只列某个代码的。"},
	{"parcel", "withdraw", reason_options, false, command_parcel_withdraw, "ID --reason TEXT",
		"Takes back an event that was entered wrongly. It stays to be seen.",
		"撤销登记有误的变更；记录仍保留可查。"},
	{"parcel", "import", import_options, false, command_parcel_import,
		"FILE [--events] [--encoding E] [--report FILE] [--quiet]",
		"Takes a table (CSV) of units, or with --events of what happened to codes. Lines "
		"that\n"
		"cannot be taken are told with the reason, all others are taken; exit status 1 if "
		"there\n"
		"are any. Columns: 不动产单元号 (or code; needed), 名称 name, 坐落 address, 用途 "
		"usage,\n"
		"面积 area, 起始日期 began, 终止日期 ended, 备注 note; of events: 变更类型 kind,\n"
		"变更日期 date, 变更前代码 before, 变更后代码 after, 变更原因 reason.\n"
		"  --encoding utf-8, gb18030 (also gbk) or utf-16; found out where it is left "
		"away\n"
		"  --report   writes the refused lines as a table into FILE",
		"导入单元表（CSV）；加 --events 为代码变更表。不能收的行逐行说明原因，其余照收；\n"
		"有未收的行时退出状态为 1。列名：不动产单元号（必有）、名称、坐落、用途、面积、\n"
		"起始日期、终止日期、备注；变更表：变更类型、变更日期、变更前代码、变更后代码、变更"
		"原因。\n"
		"  --encoding utf-8、gb18030（含 gbk）或 utf-16；不写则自动识别\n"
		"  --report   把未收的行写成表格存到文件"},
	{"parcel", "export", export_options, false, command_parcel_export,
		"[BEGINNING] [--events] [--encoding E] [-o FILE]",
		"Writes the table as CSV, as parcel import takes it.\n"
		"  --encoding utf-8 (default) or gb18030",
		"把表导出为 CSV，可原样再导入。\n"
		"  --encoding utf-8（默认）或 gb18030"},
	{0},
};
