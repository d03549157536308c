/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checking.h"

#include <stdlib.h>
#include <string.h>

#include <zong/vault.h>

#include "secret.h"

static json_t *summary_json(const struct checking *checking)
{
	const struct zong_check_result *r = &checking->of;
	double seconds = (double)r->bulk_time / 1e6;

	return json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, "
			 "s:o, s:f, s:f}",
		"clean", checking->findings == checking->repaired, "findings",
		(json_int_t)checking->findings, "repaired", (json_int_t)checking->repaired,
		"segments", (json_int_t)r->segments, "segment_bytes", (json_int_t)r->segment_bytes,
		"files", (json_int_t)r->files, "file_bytes", (json_int_t)r->file_bytes, "rows",
		(json_int_t)r->rows, "log", (json_int_t)r->log, "documents",
		(json_int_t)r->documents, "documents_waiting", (json_int_t)r->documents_waiting,
		"vaults", (json_int_t)r->vaults, "vault_boxes", (json_int_t)r->boxes,
		"garbage_segments",
		r->garbage_known ? json_integer((json_int_t)r->garbage) : json_null(),
		"garbage_bytes",
		r->garbage_known ? json_integer((json_int_t)r->garbage_bytes) : json_null(),
		"seconds", seconds, "gb_per_second",
		seconds > 0 ? (double)(r->segment_bytes + r->file_bytes) / seconds / 1e9 : 0.0);
}

static void print_summary(const struct checking *checking)
{
	const struct zong_check_result *r = &checking->of;
	double seconds = (double)r->bulk_time / 1e6;
	char segments[32], files[32], garbage[32];

	print_bytes(segments, sizeof(segments), r->segment_bytes);
	print_bytes(files, sizeof(files), r->file_bytes);
	print_bytes(garbage, sizeof(garbage), r->garbage_bytes);
	printf(T("read %llu segments (%s) and %llu files (%s), %.2f GB/s; %llu rows, %llu lines of "
		 "the "
		 "log, %llu documents of the text index\n",
		       "已读 %llu 个片段（%s）、%llu 个文件（%s），%.2f GB/s；记录 %llu 行，日志 "
		       "%llu 行，"
		       "全文索引 %llu 条\n"),
		(unsigned long long)r->segments, segments, (unsigned long long)r->files, files,
		seconds > 0 ? (double)(r->segment_bytes + r->file_bytes) / seconds / 1e9 : 0.0,
		(unsigned long long)r->rows, (unsigned long long)r->log,
		(unsigned long long)r->documents);
	if (r->documents_waiting)
		printf(T("%llu changes wait for the text index, which is no fault\n",
			       "有 %llu 项变更尚待编入全文索引，属正常\n"),
			(unsigned long long)r->documents_waiting);
	if (r->vaults) {
		print_bytes(files, sizeof(files), r->box_bytes);
		printf(T("looked at %llu vaults from outside (%llu boxes, %s); --vault checks what "
			 "is "
			 "in one, with its password\n",
			       "已从外部查看 %llu 个保险库（%llu 个密封块，%s）；库内内容凭口令用 "
			       "--vault "
			       "核对\n"),
			(unsigned long long)r->vaults, (unsigned long long)r->boxes, files);
	}
	if (r->garbage_known && r->garbage)
		printf(T("%llu segments (%s) belong to no file; they can be collected\n",
			       "有 %llu 个片段（%s）不属于任何文件，可以回收\n"),
			(unsigned long long)r->garbage, garbage);
	if (!checking->findings)
		printf("%s\n", T("everything is as it should be", "一切正常"));
	else
		printf(T("%llu findings, %llu repaired\n", "发现 %llu 处问题，已修复 %llu 处\n"),
			(unsigned long long)checking->findings,
			(unsigned long long)checking->repaired);
}

static int run_check(struct cli *cli, struct zong_check_options *options)
{
	struct checking checking;
	int result;

	if (!cli->archive)
		return usage_error("%s", T("say where the archive is: --archive DIR",
						 "请写明档案库在哪里：--archive 文件夹"));
	result = checking_run(cli, cli->archive, options, false, &checking);
	if (result != CLI_OK)
		return result;
	if (cli->json) {
		json_t *object = summary_json(&checking);

		print_json_line(object);
		json_decref(object);
	} else {
		print_summary(&checking);
	}
	return checking.findings > checking.repaired ? CLI_FAILED : CLI_OK;
}

static bool parse_rate(const char *text, uint64_t *ret_rate)
{
	char *end;
	double megabytes = strtod(text, &end);

	if (end == text || *end || !(megabytes > 0) || megabytes > 1e6)
		return false;
	*ret_rate = (uint64_t)(megabytes * 1e6);
	return *ret_rate > 0;
}

/* One vault, opened with a member's password. */
static int check_vault(struct cli *cli, struct words *words, struct zong_check_options *options)
{
	struct zong_check_vault vault = {
		.department = words_value(words, "vault"),
		.member = words_value(words, "member"),
	};
	char password[SECRET_MOST];
	int result;

	if (!vault.member)
		return usage_error(
			"%s", T("--vault goes with --member NAME, whose password opens it",
				      "--vault 要与 --member 姓名 同用，凭其口令打开"));
	if (options->from)
		return usage_error("%s",
			T("--from does not go with --vault: a vault comes back from a backup as a "
			  "whole (zong restore)",
				"--from 不能与 --vault 同用：保险库只能从备份整体恢复（zong "
				"restore）"));
	zong_vault_protect_process();
	result = secret_read(T("Password of the vault: ", "保险库口令："),
		words_value(words, "password-file"), password, sizeof(password));
	if (result != CLI_OK)
		return result;
	vault.password = password;
	options->vault = &vault;
	result = run_check(cli, options);
	explicit_bzero(password, sizeof(password));
	return result;
}

int command_check(struct cli *cli, struct words *words)
{
	const char *rate = words_value(words, "rate");
	struct zong_check_options options = {
		.repair = words_flag(words, "repair"),
		.quick = words_flag(words, "quick"),
		.from = words_value(words, "from"),
	};

	if (words->operands)
		return usage_error("%s",
			T("check takes no words; see --help", "check 后面不带内容，见 --help"));
	if (options.from && !options.repair)
		return usage_error(
			"%s", T("--from goes with --repair", "--from 要与 --repair 同用"));
	if (rate && !parse_rate(rate, &options.rate))
		return usage_error("%s", T("--rate takes megabytes a second, e.g. --rate 20",
						 "--rate 要写每秒兆字节数，如 --rate 20"));
	if (words_value(words, "vault"))
		return check_vault(cli, words, &options);
	if (words_value(words, "member") || words_value(words, "password-file"))
		return usage_error("%s", T("--member and --password-file go with --vault",
						 "--member 和 --password-file 要与 --vault 同用"));
	return run_check(cli, &options);
}

int command_reindex(struct cli *cli, struct words *words)
{
	struct zong_check_options options = {.repair = true, .reindex = true};

	if (words->operands)
		return usage_error("%s",
			T("reindex takes no words; see --help", "reindex 后面不带内容，见 --help"));
	return run_check(cli, &options);
}
