/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/archive.h>
#include <zong/check.h>
#include <zong/log.h>

/* A check reads what may be damaged in any way, also the pages of the database, which LMDB trusts. So it runs in
 * a process of its own; where that is killed by a signal, the part it was in is what is damaged, and another process goes on behind
 * it. What both must know lies in memory that they share. */
struct shared {
	volatile uint32_t part;
	volatile bool ended; /* by itself */
	uint64_t findings, repaired;
	struct zong_check_result result; /* of the run that ended */
};

struct run {
	struct cli *cli;
	struct shared *shared;
	struct progress progress;
	bool repair;
};

/* ---- findings ---- */

static json_t *finding_json(const struct zong_finding *finding, const char *text)
{
	json_t *materials = json_array();
	size_t i;

	for (i = 0; i < finding->material_count; i++)
		json_array_append_new(
			materials, json_pack("{s:s, s:s, s:s}", "id", finding->materials[i].id,
					   "title", finding->materials[i].title, "case",
					   finding->materials[i].case_no));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:o, s:I}", "finding",
		zong_finding_slug(finding->kind), "table", finding->table, "object",
		finding->object, "detail", finding->detail, "text", text, "derived",
		finding->derived, "repaired", finding->repaired, "materials", materials,
		"materials_total", (json_int_t)finding->material_total);
}

static void print_finding(struct run *run, const struct zong_finding *finding)
{
	struct zong_buf text = ZONG_BUF_INIT(8192);
	size_t i;

	zong_finding_text(&text, finding, T("en", "zh"));
	progress_end(&run->progress);
	if (run->cli->json) {
		json_t *object = finding_json(finding, zong_buf_str(&text));

		print_json_line(object);
		json_decref(object);
	} else {
		printf("%s\n", zong_buf_str(&text));
		for (i = 0; i < finding->material_count; i++)
			printf(T("    material %s  %s  case %s\n", "    材料 %s  %s  案件 %s\n"),
				finding->materials[i].id, finding->materials[i].title,
				finding->materials[i].case_no);
		if (finding->material_total > finding->material_count)
			printf(T("    and %llu more\n", "    另有 %llu 份\n"),
				(unsigned long long)(finding->material_total -
						     finding->material_count));
	}
	zong_buf_release(&text);
}

static int found(void *ctx, const struct zong_finding *finding)
{
	struct run *run = ctx;

	run->shared->findings++;
	run->shared->repaired += finding->repaired;
	print_finding(run, finding);
	fflush(stdout); /* a crash behind it must not lose it */
	return 0;
}

static int progress(void *ctx, enum zong_check_part part, uint64_t done, uint64_t total)
{
	struct run *run = ctx;
	char amount[32] = "", label[64];

	if (part == ZONG_CHECK_SEGMENTS || part == ZONG_CHECK_FILES)
		print_bytes(amount, sizeof(amount), done);
	snprintf(label, sizeof(label), "%s %s", T("checking", "检查"), zong_check_part_name(part));
	progress_show(&run->progress, label, total ? (double)done / (double)total : 0, amount);
	return 0;
}

/* ---- the child ---- */

static int say(int code, const struct zong_err *err, const char *dir)
{
	struct zong_buf detail = ZONG_BUF_INIT(8192);

	if (code == ZONG_ECORRUPT) {
		fprintf(stderr, "zong: %s\n",
			T("the archive's database is damaged and cannot be read; restore it from a "
			  "backup "
			  "(zong restore)",
				"档案库的数据库已损坏，无法读取；请从备份恢复（zong restore）"));
		return CLI_FAILED;
	}
	zong_message_detail(&detail, code, *err->subject ? err->subject : dir, T("en", "zh"));
	fprintf(stderr, "zong: %s%s%s\n", zong_message_title(code, T("en", "zh")), T(" - ", "："),
		zong_buf_str(&detail));
	zong_buf_release(&detail);
	return CLI_FAILED;
}

static int child(struct run *run, const struct zong_check_options *options)
{
	const struct rlimit none = {0, 0};
	struct zong_err err = {0};
	int code;

	setrlimit(RLIMIT_CORE, &none); /* papers are no business of a core file */
	zong_log_set_level(ZONG_LOG_ERROR);
	code = zong_check_run(run->cli->archive, options, &run->shared->result, &err);
	progress_end(&run->progress);
	fflush(stdout);
	run->shared->ended = true;
	return code ? say(code, &err, run->cli->archive) : CLI_OK;
}

/* ---- the end ---- */

static json_t *summary_json(const struct run *run)
{
	const struct zong_check_result *r = &run->shared->result;
	double seconds = (double)r->bulk_time / 1e6;

	return json_pack(
		"{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:f, s:f}",
		"clean", run->shared->findings == run->shared->repaired, "findings",
		(json_int_t)run->shared->findings, "repaired", (json_int_t)run->shared->repaired,
		"segments", (json_int_t)r->segments, "segment_bytes", (json_int_t)r->segment_bytes,
		"files", (json_int_t)r->files, "file_bytes", (json_int_t)r->file_bytes, "rows",
		(json_int_t)r->rows, "log", (json_int_t)r->log, "documents",
		(json_int_t)r->documents, "documents_waiting", (json_int_t)r->documents_waiting,
		"garbage_segments",
		r->garbage_known ? json_integer((json_int_t)r->garbage) : json_null(),
		"garbage_bytes",
		r->garbage_known ? json_integer((json_int_t)r->garbage_bytes) : json_null(),
		"seconds", seconds, "gb_per_second",
		seconds > 0 ? (double)(r->segment_bytes + r->file_bytes) / seconds / 1e9 : 0.0);
}

static void print_summary(const struct run *run)
{
	const struct zong_check_result *r = &run->shared->result;
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
	if (r->garbage_known && r->garbage)
		printf(T("%llu segments (%s) belong to no file; they can be collected\n",
			       "有 %llu 个片段（%s）不属于任何文件，可以回收\n"),
			(unsigned long long)r->garbage, garbage);
	if (!run->shared->findings)
		printf("%s\n", T("everything is as it should be", "一切正常"));
	else
		printf(T("%llu findings, %llu repaired\n", "发现 %llu 处问题，已修复 %llu 处\n"),
			(unsigned long long)run->shared->findings,
			(unsigned long long)run->shared->repaired);
}

/* The process that looked was killed by what it looked at. */
static void note_crash(struct run *run, uint32_t part)
{
	struct zong_finding finding = {.kind = ZONG_FINDING_PART_UNREADABLE,
		.table = zong_check_part_name((enum zong_check_part)part)};

	snprintf(finding.object, sizeof(finding.object), "%s", finding.table);
	run->shared->findings++;
	print_finding(run, &finding);
}

static int look(struct run *run, struct zong_check_options *options)
{
	int status;
	uint32_t part;
	pid_t pid;

	for (;;) {
		fflush(stdout);
		fflush(stderr);
		pid = fork();
		if (pid < 0) {
			fprintf(stderr, "zong: %s\n", T("no further process", "无法启动进程"));
			return CLI_FAILED;
		}
		if (pid == 0)
			_exit(child(run, options));
		while (waitpid(pid, &status, 0) < 0)
			;
		if (run->shared->ended)
			return WIFEXITED(status) ? WEXITSTATUS(status) : CLI_FAILED;
		if (WIFSIGNALED(status) &&
			(WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM ||
				WTERMSIG(status) == SIGKILL)) {
			fprintf(stderr, "zong: %s\n", T("the check was ended", "检查被中止"));
			return CLI_FAILED;
		}
		part = run->shared->part;
		note_crash(run, part);
		if (options->repair || part == ZONG_CHECK_OPEN ||
			part + 1 >= ZONG_CHECK_PART_COUNT_)
			return CLI_FAILED;
		options->skip = (UINT64_C(2) << part) - 1;
	}
}

static int run_check(struct cli *cli, struct zong_check_options *options)
{
	struct run run = {.cli = cli, .repair = options->repair};
	int result;

	if (!cli->archive)
		return usage_error("%s", T("say where the archive is: --archive DIR",
						 "请写明档案库在哪里：--archive 文件夹"));
	run.shared = mmap(NULL, sizeof(*run.shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (run.shared == MAP_FAILED) {
		fprintf(stderr, "zong: %s\n", T("out of memory", "内存不足"));
		return CLI_FAILED;
	}
	progress_init(&run.progress, false);
	options->part = &run.shared->part;
	options->found = found;
	options->progress = progress;
	options->ctx = &run;
	result = look(&run, options);
	if (run.shared->ended && result == CLI_OK) {
		if (cli->json) {
			json_t *object = summary_json(&run);

			print_json_line(object);
			json_decref(object);
		} else {
			print_summary(&run);
		}
	}
	if (result == CLI_OK && run.shared->findings > run.shared->repaired)
		result = CLI_FAILED;
	munmap(run.shared, sizeof(*run.shared));
	return result;
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
