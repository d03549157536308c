/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who did or read what, when, why, and from where. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static int show_line(void *ctx, const json_t *line)
{
	const struct cli *cli = ctx;
	char time[64];

	if (cli->json) {
		print_json_line(line);
		return CLI_OK;
	}
	print_time(time, sizeof(time), field_str(line, "time"));
	printf("%lld  %s  %s", (long long)field_int(line, "seq"), time, field_str(line, "subject"));
	if (*field_str(line, "name"))
		printf(" %s", field_str(line, "name"));
	printf("  %s  %s", field_str(line, "verb"), field_str(line, "object"));
	if (*field_str(line, "detail"))
		printf("  %s", field_str(line, "detail"));
	if (*field_str(line, "purpose"))
		printf(T("  for: %s", "  用途：%s"), field_str(line, "purpose"));
	if (*field_str(line, "origin"))
		printf("  [%s]", field_str(line, "origin"));
	if (field_int(line, "count") > 1)
		printf(T("  %lld times", "  %lld 次"), (long long)field_int(line, "count"));
	putchar('\n');
	return CLI_OK;
}

/* The options as an address; the caller frees it. */
static char *path_of(struct cli *cli, const struct words *words, const char *address)
{
	static const char *const names[] = {
		"subject", "verb", "object", "origin", "words", "from", "to"};
	struct zong_buf path = ZONG_BUF_INIT(64 * 1024);

	zong_buf_add_str(&path, address);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = words_value(words, names[i]);
		char *part;

		if (!value)
			continue;
		part = client_path(cli->client, "%s", value);
		zong_buf_add_format(&path, "&%s=%s", names[i], part ? part : "");
		free(part);
	}
	return zong_buf_take(&path, NULL);
}

static int export(struct cli *cli, const struct words *words, const char *file)
{
	const char *encoding = words_value(words, "encoding");
	char digest[96], etag[96];
	struct output output;
	char *part = client_path(
		cli->client, "/api/v1/log/export?encoding=%s", encoding ? encoding : "utf-8");
	char *path = path_of(cli, words, part);
	int failed = output_open(&output, file, false);

	if (!failed)
		failed = client_fetch(cli->client, path, output.fd, digest, etag);
	free(part);
	free(path);
	return output_close(&output, !failed) ? (failed ? failed : CLI_FAILED) : CLI_OK;
}

static int command_log(struct cli *cli, struct words *words)
{
	const char *limit = words_value(words, "limit");
	char *end = NULL, *path;
	long max = limit ? strtol(limit, &end, 10) : 50;
	size_t count;
	int failed;

	if (words->operands == 1 && strcmp(words->operand[0], "key") == 0)
		return output_save(cli, words, "/tlog/key", false);
	if (words->operands == 1 && strcmp(words->operand[0], "head") == 0)
		return output_save(cli, words,
			words_flag(words, "stamped")	 ? "/tlog/checkpoint?stamped=true"
			: words_flag(words, "witnessed") ? "/tlog/checkpoint?witnessed=true"
							 : "/tlog/checkpoint",
			false);
	if (words->operands == 1 && strcmp(words->operand[0], "stamp") == 0)
		return output_save(cli, words, "/tlog/timestamp", true);
	if (words->operands)
		return usage_error("%s", T("log takes options, or the word key, head or stamp",
						 "log 后面写选项，或者写 key、head、stamp"));
	if (max < 0 || (end && *end))
		return usage_error(
			T("--limit takes a number, not %s", "--limit 是个数，不能是 %s"), limit);
	if (words_value(words, "csv"))
		return export(cli, words, words_value(words, "csv"));
	path = path_of(cli, words, "/api/v1/log?limit=200");
	failed = client_list(cli->client, path, (size_t)max, show_line, cli, &count);
	free(path);
	return failed;
}

static const struct word_option log_options[] = {
	{.name = "subject", .kind = WORD_VALUE},
	{.name = "verb", .kind = WORD_VALUE},
	{.name = "object", .kind = WORD_VALUE},
	{.name = "origin", .kind = WORD_VALUE},
	{.name = "words", .kind = WORD_VALUE},
	{.name = "from", .kind = WORD_VALUE},
	{.name = "to", .kind = WORD_VALUE},
	{.name = "limit", .kind = WORD_VALUE},
	{.name = "csv", .kind = WORD_VALUE},
	{.name = "encoding", .kind = WORD_VALUE},
	{.name = "witnessed", .kind = WORD_FLAG},
	{.name = "stamped", .kind = WORD_FLAG},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{0},
};

const struct command log_commands[] = {
	{"log", NULL, log_options, false, command_log,
		"[--subject S] [--verb V] [--object O] [--origin A] [--words W] [--from T] [--to "
		"T] [--limit N] | --csv FILE [--encoding E] | key [-o FILE] | head [--witnessed|--stamped] [-o FILE] | stamp -o FILE",
		"Shows who did or read what, when, why and from where, newest first (50 lines "
		"unless --limit\n"
		"says otherwise, 0: all). For administrators. What is given together must hold "
		"together; a * at\n"
		"the end stands for any ending.\n"
		"  --subject  a name, or a key as the log shows it, e.g. user:admin\n"
		"  --verb     what was done, e.g. case.read, material.*\n"
		"  --object   to what, e.g. case/202611240001\n"
		"  --origin   from which address\n"
		"  --words    that stand in the purpose or the detail\n"
		"  --from, --to  days (2026-01-31) or instants (2026-01-31T08:00:00+08:00)\n"
		"  --csv      writes all such lines, oldest first, as a table into FILE (-: here)\n"
		"  --encoding utf-8 (default) or gb18030\n"
		"  key        the key that the log is signed with, for those who verify (see: zong verify)\n"
		"  head       its newest head, signed; keep it, and later compare: zong proof --from, zong verify\n"
		"  --witnessed  the newest head that witnesses have signed, too\n"
		"  --stamped  the head that was time-stamped last, to the byte\n"
		"  stamp      its time-stamp: openssl ts -verify -data HEAD -in STAMP -CAfile AUTHORITY",
		"显示谁在什么时候、从哪里、为什么办理或查看了什么，最新的在前（默认 50 行，--limit "
		"0 为全部）。\n"
		"只有管理员可以。几项同写则要同时符合；末尾的 * 代表任意结尾。\n"
		"  --subject  姓名，或日志里的主体，如 user:admin\n"
		"  --verb     动作，如 case.read、material.*\n"
		"  --object   对象，如 case/202611240001\n"
		"  --origin   来源地址\n"
		"  --words    用途或详情里的文字\n"
		"  --from、--to  日期（2026-01-31）或时间（2026-01-31T08:00:00+08:00）\n"
		"  --csv      把全部符合的行按时间先后写成表格存到文件（- 表示直接显示）\n"
		"  --encoding utf-8（默认）或 gb18030\n"
		"  key        日志签名的公钥，供验证者使用（见 zong verify）\n"
		"  head       已签名的最新检查点；请保存，日后用 zong proof --from 和 zong verify 比对\n"
		"  --witnessed  见证方也签了名的最新检查点\n"
		"  --stamped  最近加盖时间戳的检查点，逐字节原样\n"
		"  stamp      它的时间戳：openssl ts -verify -data 检查点 -in 时间戳 -CAfile 机构证书"},
	{0},
};
