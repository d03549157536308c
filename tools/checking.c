/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checking.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/archive.h>
#include <zong/log.h>

/* A check reads what may be damaged in any way, also the pages of the database, which LMDB trusts. So it runs in
 * a process of its own; where that is killed by a signal, the part it was in is what is damaged, and another process goes on behind
 * it. What both must know lies in memory that they share. */
struct shared {
	volatile uint32_t part;
	volatile bool ended;			  /* by itself */
	char vault[ZONG_LIMIT_DEPARTMENT_ID + 1]; /* that is looked at */
	struct checking result;
};

struct run {
	const struct cli *cli;
	const char *dir;
	struct shared *shared;
	struct progress progress;
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

	run->shared->result.findings++;
	run->shared->result.repaired += finding->repaired;
	print_finding(run, finding);
	fflush(stdout); /* a crash behind it must not lose it */
	return 0;
}

static int progress(void *ctx, enum zong_check_part part, uint64_t done, uint64_t total)
{
	struct run *run = ctx;
	char amount[32] = "", label[64];

	if (part == ZONG_CHECK_SEGMENTS || part == ZONG_CHECK_FILES || part == ZONG_CHECK_VAULTS)
		print_bytes(amount, sizeof(amount), done);
	snprintf(label, sizeof(label), "%s %s", T("checking", "检查"), zong_check_part_name(part));
	progress_show(&run->progress, label, total ? (double)done / (double)total : 0, amount);
	return 0;
}

/* ---- the child ---- */

static int say(int code, const struct zong_err *err, const char *dir, bool vault)
{
	struct zong_buf detail = ZONG_BUF_INIT(8192);

	if (code == ZONG_ECORRUPT && vault) {
		fprintf(stderr, "zong: %s\n",
			T("the vault, or who comes to its key, is damaged and cannot be read; "
			  "restore it from a backup (zong restore)",
				"保险库或其密钥文件已损坏，无法读取；请从备份恢复（zong "
				"restore）"));
		return CLI_FAILED;
	}
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
	code = zong_check_run(run->dir, options, &run->shared->result.of, &err);
	progress_end(&run->progress);
	fflush(stdout);
	run->shared->ended = true;
	return code ? say(code, &err, run->dir, options->vault != NULL) : CLI_OK;
}

/* The process that looked was killed by what it looked at. */
static void note_crash(struct run *run, uint32_t part)
{
	struct zong_finding finding = {.kind = ZONG_FINDING_PART_UNREADABLE,
		.table = zong_check_part_name((enum zong_check_part)part)};

	if (part == ZONG_CHECK_VAULTS)
		snprintf(finding.object, sizeof(finding.object), "vault/%s", run->shared->vault);
	else
		snprintf(finding.object, sizeof(finding.object), "%s", finding.table);
	run->shared->result.findings++;
	print_finding(run, &finding);
}

static int look(struct run *run, struct zong_check_options *options)
{
	char passed[ZONG_LIMIT_DEPARTMENT_ID + 1];
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
		if (part == ZONG_CHECK_VAULTS && !options->repair) {
			memcpy(passed, run->shared->vault, sizeof(passed));
			options->vaults_after = passed;
			options->skip = (UINT64_C(1) << part) - 1;
			continue;
		}
		if (options->repair || part == ZONG_CHECK_OPEN ||
			part + 1 >= ZONG_CHECK_PART_COUNT_)
			return CLI_FAILED;
		options->skip = (UINT64_C(2) << part) - 1;
	}
}

int checking_run(const struct cli *cli, const char *dir, struct zong_check_options *options,
	bool quiet, struct checking *ret_result)
{
	struct run run = {.cli = cli, .dir = dir};
	int result;

	run.shared = mmap(NULL, sizeof(*run.shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (run.shared == MAP_FAILED) {
		fprintf(stderr, "zong: %s\n", T("out of memory", "内存不足"));
		return CLI_FAILED;
	}
	progress_init(&run.progress, quiet);
	options->part = &run.shared->part;
	options->vault_at = run.shared->vault;
	options->found = found;
	options->progress = progress;
	options->ctx = &run;
	result = look(&run, options);
	*ret_result = run.shared->result;
	munmap(run.shared, sizeof(*run.shared));
	return result;
}
