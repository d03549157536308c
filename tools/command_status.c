/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

int command_status(struct cli *cli, struct words *words)
{
	json_t *answer = NULL;
	const json_t *jobs, *deliveries, *scrub;
	char in[32], stored[32], ended[64], left[48];
	int failed;

	if (words->operands)
		return usage_error("%s", T("status takes no words", "status 后面不带内容"));
	failed = client_json(cli->client, "GET", "/api/v1/status", NULL, &answer);
	if (failed)
		return failed;
	if (cli->json) {
		print_json_line(answer);
		json_decref(answer);
		return CLI_OK;
	}
	jobs = json_object_get(answer, "jobs");
	deliveries = json_object_get(answer, "deliveries");
	print_bytes(in, sizeof(in), (uint64_t)field_int(answer, "bytes_in"));
	print_bytes(stored, sizeof(stored), (uint64_t)field_int(answer, "bytes_stored"));
	printf(T("cases %lld, materials %lld, files %lld, pages %lld (%lld distinct, %lld read)\n",
		       "案件 %lld，材料 %lld，文件 %lld，页 %lld（不同页面 %lld，已识别 %lld）\n"),
		(long long)field_int(answer, "cases"), (long long)field_int(answer, "materials"),
		(long long)field_int(answer, "files"), (long long)field_int(answer, "pages"),
		(long long)field_int(answer, "rasters"),
		(long long)field_int(answer, "pages_read"));
	printf(T("%s came in, %s stored\n", "收进 %s，实存 %s\n"), in, stored);
	print_left(left, sizeof(left), jobs);
	printf(T("reading: %lld waiting, %lld running, %lld parked%s\n",
		       "识别：等待 %lld，进行 %lld，搁置 %lld%s\n"),
		(long long)field_int(jobs, "waiting"), (long long)field_int(jobs, "running"),
		(long long)field_int(jobs, "parked"), left);
	if (json_is_number(json_object_get(jobs, "pages_per_second")))
		printf(T("pages read a second, lately: %.2f\n", "近来每秒识别 %.2f 页\n"),
			json_number_value(json_object_get(jobs, "pages_per_second")));
	printf(T("deliveries: %lld due, %lld sent, %lld received, %lld returned\n",
		       "推送：待发 %lld，已发 %lld，已签收 %lld，已退回 %lld\n"),
		(long long)field_int(deliveries, "due"), (long long)field_int(deliveries, "sent"),
		(long long)field_int(deliveries, "received"),
		(long long)field_int(deliveries, "returned"));
	scrub = json_object_get(answer, "scrub");
	print_time(ended, sizeof(ended), field_str(scrub, "last_ended"));
	printf(T("read again in the background: %.0f%% of this round, %lld found; last round %s, "
		 "%lld found\n",
		       "后台复核：本轮 %.0f%%，发现 %lld 处；上一轮 %s，发现 %lld 处\n"),
		100 * json_number_value(json_object_get(scrub, "done")),
		(long long)field_int(scrub, "found"), *ended ? ended : T("not yet", "尚无"),
		(long long)field_int(scrub, "last_found"));
	printf(T("lines in the log: %lld\n", "日志行数：%lld\n"),
		(long long)field_int(answer, "log"));
	json_decref(answer);
	return CLI_OK;
}

static int show_job(void *ctx, const json_t *job)
{
	const struct cli *cli = ctx;

	if (cli->json) {
		print_json_line(job);
		return CLI_OK;
	}
	printf("%s  %-8s  %s %s %lld", field_str(job, "id"), field_str(job, "state"),
		json_string_value(json_array_get(json_object_get(job, "materials"), 0)) ?: "-",
		T("page", "页"), (long long)field_int(job, "page"));
	if (*field_str(job, "reason"))
		printf("  %s [%s]", field_str(job, "reason"), field_str(job, "code"));
	putchar('\n');
	return CLI_OK;
}

/* @path: of a job and what is done to it; taken over. */
static int change_job(struct cli *cli, char *path)
{
	json_t *answer = NULL;
	int failed = client_json(cli->client, "POST", path, NULL, &answer);

	if (!failed)
		show_job(cli, answer);
	json_decref(answer);
	free(path);
	return failed;
}

/* How many wait, and how long that will take. */
static int show_left(struct cli *cli)
{
	json_t *answer = NULL;
	const json_t *jobs;
	char left[48];
	int failed = client_json(cli->client, "GET", "/api/v1/status", NULL, &answer);

	if (failed)
		return failed;
	jobs = json_object_get(answer, "jobs");
	print_left(left, sizeof(left), jobs);
	printf(T("%lld waiting, %lld running, %lld parked%s\n", "等待 %lld，进行 %lld，搁置 %lld%s\n"),
		(long long)field_int(jobs, "waiting"), (long long)field_int(jobs, "running"),
		(long long)field_int(jobs, "parked"), left);
	json_decref(answer);
	return CLI_OK;
}

int command_jobs(struct cli *cli, struct words *words)
{
	const char *how = words->operands ? words->operand[0] : "";
	const char *state = words_value(words, "state");
	const char *retry = words_value(words, "retry");
	size_t count = 0;
	char *path;
	int failed;

	if (words->operands == 2 && strcmp(how, "retry") == 0 && !retry)
		retry = words->operand[1];
	else if (words->operands == 2 && strcmp(how, "cancel") == 0 && !retry)
		return change_job(cli, client_path(cli->client, "/api/v1/jobs/%s/cancel",
					       words->operand[1]));
	else if (words->operands)
		return usage_error("%s",
			T("jobs takes retry ID, cancel ID, or no words; see --help",
				"jobs 后面写 retry ID、cancel ID，或不写；见 --help"));
	if (retry)
		return change_job(
			cli, client_path(cli->client, "/api/v1/jobs/%s/retry", retry));
	path = state ? client_path(cli->client, "/api/v1/jobs?state=%s", state)
		     : strdup("/api/v1/jobs?");
	failed = client_list(cli->client, path, 0, show_job, cli, &count);
	free(path);
	if (!failed && !count && !cli->json)
		fprintf(stderr, "%s\n", T("no jobs", "没有任务"));
	if (!failed && count && !cli->json)
		failed = show_left(cli);
	return failed;
}
