/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The server marks what was found with two private-use characters. */
#define MARK_ON "\xee\x80\x80"
#define MARK_OFF "\xee\x80\x81"

static char *marked(const char *snippet, const char *on, const char *off)
{
	struct zong_buf text = ZONG_BUF_INIT(1 << 20);

	while (*snippet) {
		if (strncmp(snippet, MARK_ON, 3) == 0 || strncmp(snippet, MARK_OFF, 3) == 0) {
			zong_buf_add_str(&text, snippet[2] == MARK_ON[2] ? on : off);
			snippet += 3;
		} else {
			zong_buf_add_char(&text, *snippet == '\n' ? ' ' : *snippet);
			snippet++;
		}
	}
	return zong_buf_take(&text, NULL);
}

static int show_hit(void *ctx, const json_t *item)
{
	const struct cli *cli = ctx;
	bool colour = isatty(STDOUT_FILENO);
	char *snippet = marked(field_str(item, "snippet"),
		cli->json ? ""
		: colour  ? "\033[1m"
			  : "[",
		cli->json ? ""
		: colour  ? "\033[0m"
			  : "]");

	if (cli->json) {
		json_t *copy = json_copy((json_t *)(uintptr_t)item);

		json_object_set_new(copy, "snippet", json_string(snippet ? snippet : ""));
		print_json_line(copy);
		json_decref(copy);
	} else {
		printf("%s  ", *field_str(item, "title") ? field_str(item, "title")
							 : field_str(item, "kind"));
		if (json_is_integer(json_object_get(item, "page")))
			printf(T("page %lld", "第 %lld 页"), (long long)field_int(item, "page"));
		printf("  %s %s", T("case", "受理号"), field_str(item, "case"));
		if (*field_str(item, "material"))
			printf("  %s", field_str(item, "material"));
		if (json_is_integer(json_object_get(item, "like_page")))
			printf(T("\n    looks like page %lld, %.0f%%\n",
				       "\n    与第 %lld 页相似，%.0f%%\n"),
				(long long)field_int(item, "like_page"),
				100 * json_number_value(json_object_get(item, "score")));
		else
			printf("\n    %s\n", snippet ? snippet : "");
	}
	free(snippet);
	return CLI_OK;
}

static void add_parameter(
	struct cli *cli, struct zong_buf *path, const char *name, const char *value)
{
	char *escaped = client_path(cli->client, "%s", value);

	zong_buf_add_format(path, "&%s=%s", name, escaped ? escaped : "");
	free(escaped);
}

int command_find(struct cli *cli, struct words *words)
{
	static const char *const options[] = {
		"case", "parcel", "cert", "party", "type", "kind", "dept", "from", "to", "like"};
	struct zong_buf path = ZONG_BUF_INIT(32768);
	struct zong_buf query = ZONG_BUF_INIT(8192);
	const char *limit = words_value(words, "limit");
	size_t max = limit ? strtoul(limit, NULL, 10) : 50;
	size_t count = 0;
	bool asked = false;
	size_t i;
	int failed;

	zong_buf_add_str(&path, "/api/v1/search?");
	for (i = 0; i < words->operands; i++)
		zong_buf_add_format(&query, "%s%s", i ? " " : "", words->operand[i]);
	if (query.len) {
		add_parameter(cli, &path, "q", zong_buf_str(&query));
		asked = true;
	}
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (!words_value(words, options[i]))
			continue;
		add_parameter(cli, &path, options[i], words_value(words, options[i]));
		asked = true;
	}
	if (words_value(words, "page")) {
		if (!words_value(words, "like")) {
			zong_buf_release(&path);
			zong_buf_release(&query);
			return usage_error(
				"%s", T("--page goes with --like", "--page 要与 --like 同用"));
		}
		add_parameter(cli, &path, "page", words_value(words, "page"));
	}
	if (!asked || path.err || query.err || !max) {
		zong_buf_release(&path);
		zong_buf_release(&query);
		return usage_error(
			"%s", T("say what to find: words, --case, --parcel, --cert, --party, "
				"--type, --kind, --dept, --from, --to or --like",
				      "请写要查什么：文字，或 "
				      "--case、--parcel、--cert、--party、--type、--kind、--dept、-"
				      "-from、--to、--like"));
	}
	failed = client_list(cli->client, zong_buf_str(&path), max, show_hit, cli, &count);
	if (!failed && !count && !cli->json)
		fprintf(stderr, "%s\n", T("nothing found", "没有找到"));
	zong_buf_release(&path);
	zong_buf_release(&query);
	return failed;
}
