/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chain of title: links between cases, and the line of a unit's cases. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#include <zong/code.h>

static const char *kind_word(const char *slug)
{
	static const struct phrase phrases[] = {
		{"title", "title", "上下手"},
		{"mortgage", "mortgage on", "抵押"},
		{"discharge", "ends mortgage", "抵押注销"},
		{"seizure", "seizure of", "查封"},
		{"lifting", "lifts seizure", "解封"},
		{"other", "other", "其他"},
		{0},
	};

	return phrase_of(phrases, slug);
}

static const char *state_word(const char *slug)
{
	static const struct phrase phrases[] = {
		{"proposed", "proposed", "待确认"},
		{"confirmed", "confirmed", "已确认"},
		{"refused", "refused", "已否定"},
		{0},
	};

	return phrase_of(phrases, slug);
}

static const char *doubt_word(const char *slug)
{
	static const struct phrase phrases[] = {
		{"order", "which was first is not known", "先后不明"},
		{"units", "units of different parcels", "宗地不同"},
		{"several", "another case could be meant", "另有可能"},
		{"year", "the number says another year", "年份不符"},
		{"unsure", "read with little confidence", "识读把握不大"},
		{"many", "the number stands in many cases", "同号案件太多"},
		{0},
	};

	return phrase_of(phrases, slug);
}

static void print_reasons(const json_t *link)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(link, "evidence"), i, item)
		printf("  %s", field_str(item, "certificate"));
	json_array_foreach(json_object_get(link, "doubts"), i, item)
		printf("%s%s", i ? T(", ", "、") : T("  doubtful: ", "  存疑："),
			doubt_word(json_string_value(item)));
}

static int show_link(void *ctx, const json_t *link)
{
	const struct cli *cli = ctx;
	const json_t *decision = json_object_get(link, "decision");

	if (cli->json) {
		print_json_line(link);
		return CLI_OK;
	}
	printf("%s ← %s  %s  %s", field_str(link, "later"), field_str(link, "earlier"),
		kind_word(field_str(link, "kind")), state_word(field_str(link, "state")));
	print_reasons(link);
	if (json_is_object(decision) && *field_str(decision, "reason"))
		printf("  [%s]", field_str(decision, "reason"));
	putchar('\n');
	return CLI_OK;
}

static int command_link_list(struct cli *cli, struct words *words)
{
	size_t count;

	if (words->operands)
		return usage_error("%s", T("nothing more is said here", "这里不用再写别的"));
	return client_list(cli->client,
		words_flag(words, "doubtful") ? "/api/v1/links?limit=200&doubtful=true"
					      : "/api/v1/links?limit=200",
		0, show_link, cli, &count);
}

static int command_link_show(struct cli *cli, struct words *words)
{
	json_t *answer = NULL, *link;
	char *path;
	size_t i;
	int failed;

	if (words->operands != 1)
		return usage_error("%s", T("give one case number", "请写一个受理号"));
	path = client_path(cli->client, "/api/v1/cases/%s/links", words->operand[0]);
	failed = client_json(cli->client, "GET", path, NULL, &answer);
	free(path);
	if (!failed)
		json_array_foreach(json_object_get(answer, "items"), i, link) show_link(cli, link);
	json_decref(answer);
	return failed;
}

static int decide(struct cli *cli, struct words *words, const char *decision)
{
	const char *kind = words_value(words, "kind"), *reason = words_value(words, "reason");
	json_t *body, *answer = NULL;
	char *path;
	int failed;

	if (words->operands != 2)
		return usage_error("%s", T("give two case numbers, the later one first",
						 "请写两个受理号，后手在前"));
	body = json_pack("{s:s, s:s}", "earlier", words->operand[1], "decision", decision);
	if (kind)
		json_object_set_new(body, "kind", json_string(kind));
	if (reason)
		json_object_set_new(body, "reason", json_string(reason));
	path = client_path(cli->client, "/api/v1/cases/%s/links", words->operand[0]);
	failed = client_json(cli->client, "POST", path, body, &answer);
	free(path);
	json_decref(body);
	if (!failed)
		show_link(cli, answer);
	json_decref(answer);
	return failed;
}

static int command_link_confirm(struct cli *cli, struct words *words)
{
	return decide(cli, words, "confirm");
}

static int command_link_refuse(struct cli *cli, struct words *words)
{
	return decide(cli, words, "refuse");
}

/* ---- the line of a unit ---- */

static bool is_title(const json_t *item)
{
	return strcmp(field_str(item, "role"), "title") == 0;
}

static const char *mark_of(const json_t *item, bool more_title)
{
	const char *role = field_str(item, "role");

	if (is_title(item))
		return "●  ";
	if (strcmp(role, "discharge") == 0 || strcmp(role, "lifting") == 0)
		return more_title ? "├─×" : "└─×";
	if (*field_str(item, "ended_by"))
		return more_title ? "├─◌" : "└─◌";
	return more_title ? "├─○" : "└─○";
}

static void print_parties(const json_t *parties)
{
	const json_t *party;
	size_t i;

	json_array_foreach(parties, i, party)
		printf("%s%s", i ? T(", ", "、") : "  ", field_str(party, "name"));
}

static void print_back(const json_t *chain, const char *no)
{
	const json_t *link;
	size_t i;

	json_array_foreach(json_object_get(chain, "links"), i, link)
	{
		if (strcmp(field_str(link, "later"), no) != 0)
			continue;
		printf("\n                  ← %s  %s  %s", field_str(link, "earlier"),
			kind_word(field_str(link, "kind")), state_word(field_str(link, "state")));
		print_reasons(link);
	}
}

static void print_item(const json_t *chain, const json_t *item, bool last)
{
	const json_t *cas = json_object_get(item, "case");

	printf("%s%s  %s %s  %s", field_str(item, "date"),
		json_is_true(json_object_get(item, "date_known")) ? " " : "?", mark_of(item, !last),
		field_str(cas, "no"), field_str(cas, "kind"));
	print_parties(json_object_get(cas, "parties"));
	if (*field_str(item, "ended_by"))
		printf(T("  (ended by %s)", "（已由 %s 注销）"), field_str(item, "ended_by"));
	if (*field_str(item, "via"))
		printf(T("  (filed under %s)", "（原归在 %s）"), field_str(item, "via"));
	if (!json_is_true(json_object_get(item, "here")))
		printf("%s", T("  (filed elsewhere)", "（归在别处）"));
	print_back(chain, field_str(cas, "no"));
	putchar('\n');
}

int print_chain(struct cli *cli, const char *code)
{
	const json_t *items, *item;
	json_t *chain = NULL;
	char *path = client_path(cli->client, "/api/v1/parcels/%s/chain", code);
	size_t i;
	int failed = client_json(cli->client, "GET", path, NULL, &chain);

	free(path);
	if (failed)
		return failed;
	if (cli->json) {
		print_json_line(chain);
		json_decref(chain);
		return CLI_OK;
	}
	items = json_object_get(chain, "items");
	if (json_array_size(items))
		printf("%s\n", T("line of cases:", "案件沿革："));
	json_array_foreach(items, i, item) print_item(chain, item, i + 1 == json_array_size(items));
	if (json_is_true(json_object_get(chain, "more")))
		printf("%s\n", T("(there are other cases; not all are shown)",
				       "（还有其他案件，未全部列出）"));
	json_decref(chain);
	return CLI_OK;
}

int command_parcel_chain(struct cli *cli, struct words *words)
{
	if (words->operands != 1)
		return usage_error("%s", T("give one code", "请写一个代码"));
	return print_chain(cli, words->operand[0]);
}

/* ---- the table of commands ---- */

static const struct word_option no_options[] = {{0}};
static const struct word_option list_options[] = {{.name = "doubtful", .kind = WORD_FLAG}, {0}};
static const struct word_option decide_options[] = {
	{.name = "kind", .kind = WORD_VALUE},
	{.name = "reason", .kind = WORD_VALUE},
	{0},
};

const struct command link_commands[] = {
	{"link", "list", list_options, false, command_link_list, "[--doubtful]",
		"Lists what cases are thought to go on from, by the certificate numbers in them, "
		"and "
		"nobody has\n"
		"decided yet; doubtful ones first.",
		"列出按证号推断出、还没有人确认的上下手，存疑的在前。"},
	{"link", "show", no_options, false, command_link_show, "NO",
		"Shows what a case goes on from, and what goes on from it.",
		"显示一个案件的前手和后手。"},
	{"link", "confirm", decide_options, false, command_link_confirm,
		"LATER EARLIER [--kind K] [--reason TEXT]",
		"Confirms that the later case goes on from the earlier one, proposed or not.\n"
		"  --kind     title, mortgage, discharge, seizure, lifting, other\n"
		"  --reason   needed where it was refused before",
		"确认后手案件承接前手案件；没有推断出的也可以直接建立。\n"
		"  --kind     title 上下手、mortgage 抵押、discharge 抵押注销、seizure 查封、\n"
		"             lifting 解封、other 其他\n"
		"  --reason   以前否定过的，要写理由"},
	{"link", "refuse", decide_options, false, command_link_refuse,
		"LATER EARLIER --reason TEXT",
		"Says that the one does not go on from the other. It is not proposed again.",
		"否定两个案件的承接关系，写明理由；以后不再推断。"},
	{0},
};
