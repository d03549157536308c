/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A department's copy of what was delivered to it: a folder of its own for each case, kept up from the feed, and reconciled
 * with the archive day by day. */
#include "cli.h"
#include "mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <zong/cleanup.h>

#define WAIT_SECONDS 30

struct pulling {
	struct cli *cli;
	struct mirror mirror;
	const char *department;
	uint64_t fetched, bytes, superseded, withdrawn;
};

static int receipt(struct pulling *pulling, const json_t *event, const char *digest)
{
	char *path = client_path(
		pulling->cli->client, "/api/v1/deliveries/%s/receipt", field_str(event, "id"));
	json_t *body = digest ? json_pack("{s:s}", "digest", digest) : NULL;
	int failed = client_json(pulling->cli->client, "POST", path, body, NULL);

	free(path);
	json_decref(body);
	return failed;
}

static void tell(const struct pulling *pulling, const json_t *event, const char *path)
{
	const json_t *manifest = json_object_get(event, "manifest");
	json_t *line;

	if (!pulling->cli->json) {
		printf("%s\n", path);
		return;
	}
	line = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "delivery", field_str(event, "delivery"),
		"case", field_str(event, "case"), "material", field_str(event, "material"), "path",
		path, "digest", field_str(manifest, "digest"), "bytes",
		(json_int_t)field_int(manifest, "bytes"));
	print_json_line(line);
	json_decref(line);
}

/* Into a file beside the others, which has its name only when its bytes are those of the manifest and are on the disk. */
static int fetch(struct pulling *pulling, const json_t *event, const char *path)
{
	const json_t *manifest = json_object_get(event, "manifest");
	char digest[80] = "", etag[80];
	char *part = mirror_part(&pulling->mirror, path);
	int fd = part ? open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
	char *address = client_path(
		pulling->cli->client, "/api/v1/files/%s", field_str(manifest, "digest"));
	int failed = CLI_FAILED;

	if (fd < 0)
		fprintf(stderr, "zong: %s: %s\n", path, strerror(errno));
	else
		failed = client_fetch(pulling->cli->client, address, fd, digest, etag);
	if (!failed && strcmp(digest, field_str(manifest, "digest")) != 0) {
		fprintf(stderr,
			T("zong: %s: other bytes came than were announced; nothing was kept\n",
				"zong: %s：收到的内容与清单不符，没有保存\n"),
			path);
		failed = CLI_FAILED;
	}
	if (!failed)
		failed = mirror_place(&pulling->mirror, fd, part, path);
	if (fd >= 0)
		close(fd);
	if (failed && part)
		unlink(part);
	free(address);
	free(part);
	return failed;
}

/* Was it taken back, or did a newer version come, while we were about to fetch it? Then a notice or that version follows. */
static bool ended_meanwhile(struct pulling *pulling, const json_t *event)
{
	char *path =
		client_path(pulling->cli->client, "/api/v1/deliveries/%s", field_str(event, "id"));
	json_t *now = NULL;
	int failed = client_json(pulling->cli->client, "GET", path, NULL, &now);
	const char *state = field_str(now, "state");
	bool ended = failed ? client_missing(pulling->cli->client)
			    : strcmp(state, "superseded") == 0 || strcmp(state, "withdrawn") == 0;

	free(path);
	json_decref(now);
	return ended;
}

static int take_delivery(struct pulling *pulling, const json_t *event)
{
	const json_t *manifest = json_object_get(event, "manifest");
	const char *state = field_str(event, "state");
	char *path;
	int failed;

	/* what has a newer version comes as that one; what was sent back is not taken */
	if (strcmp(state, "superseded") == 0 || strcmp(state, "returned") == 0)
		return CLI_OK;
	if (json_is_true(json_object_get(manifest, "destroyed")) &&
		!mirror_has(&pulling->mirror, field_str(event, "delivery"))) {
		fprintf(stderr,
			T("zong: %s: destroyed by the rules of retention; there is nothing to "
			  "fetch\n",
				"zong：%s：已按保管期限销毁，没有文件可取\n"),
			field_str(manifest, "title"));
		return CLI_OK;
	}
	if (mirror_has(&pulling->mirror, field_str(event, "delivery")))
		return strcmp(state, "received") == 0
			       ? CLI_OK
			       : receipt(pulling, event, field_str(manifest, "digest"));
	path = mirror_path(&pulling->mirror, event);
	failed = path ? fetch(pulling, event, path) : CLI_FAILED;
	if (failed && path && ended_meanwhile(pulling, event)) {
		free(path);
		return CLI_OK;
	}
	if (!failed)
		failed = mirror_add(&pulling->mirror, event, path);
	if (!failed) {
		pulling->fetched++;
		pulling->bytes += (uint64_t)field_int(manifest, "bytes");
		tell(pulling, event, path);
		failed = receipt(pulling, event, field_str(manifest, "digest"));
	}
	free(path);
	return failed;
}

static int take_event(struct pulling *pulling, const json_t *event)
{
	const char *type = field_str(event, "type");
	int failed;

	if (strcmp(type, "zong.delivery") == 0)
		return take_delivery(pulling, event);
	if (strcmp(type, "zong.superseded") == 0) {
		failed = mirror_supersede(&pulling->mirror, event);
		pulling->superseded += !failed;
	} else if (strcmp(type, "zong.withdrawn") == 0) {
		failed = mirror_remove(&pulling->mirror, event);
		pulling->withdrawn += !failed;
	} else {
		return CLI_OK; /* of a newer zong: nothing that this one keeps */
	}
	if (failed || strcmp(field_str(event, "state"), "received") == 0)
		return failed;
	return receipt(pulling, event, NULL);
}

static int pull_page(struct pulling *pulling, int wait, bool *ret_more)
{
	char after[32], seconds[16];
	json_t *answer = NULL;
	const json_t *event;
	char *path;
	size_t i;
	int failed;

	snprintf(after, sizeof(after), "%" PRIu64, pulling->mirror.cursor);
	snprintf(seconds, sizeof(seconds), "%d", wait);
	path = client_path(pulling->cli->client,
		"/api/v1/departments/%s/feed?limit=200&after=%s&wait=%s", pulling->department,
		after, seconds);
	failed = client_json(pulling->cli->client, "GET", path, NULL, &answer);
	free(path);
	if (failed)
		return failed;
	json_array_foreach(json_object_get(answer, "items"), i, event)
	{
		failed = take_event(pulling, event);
		if (failed)
			break;
	}
	/* only what was taken whole is behind us */
	if (!failed)
		failed = mirror_cursor(&pulling->mirror, (uint64_t)field_int(answer, "cursor"));
	*ret_more = json_is_true(json_object_get(answer, "more"));
	json_decref(answer);
	return failed;
}

static void summarise(const struct pulling *pulling)
{
	char bytes[32];

	if (pulling->cli->json)
		return;
	print_bytes(bytes, sizeof(bytes), pulling->bytes);
	fprintf(stderr,
		T("%" PRIu64 " files, %s; %" PRIu64 " superseded, %" PRIu64 " withdrawn\n",
			"新收 %" PRIu64 " 份，%s；被新版取代 %" PRIu64 " 份，撤回 %" PRIu64
			" 份\n"),
		pulling->fetched, bytes, pulling->superseded, pulling->withdrawn);
}

/* Nobody may be there to see that the server was away for an hour. */
static void pause_after(unsigned int failures)
{
	unsigned int seconds = failures < 6 ? 1u << failures : 60;

	sleep(seconds);
}

/* Until somebody ends it. */
__attribute__((noreturn)) static void follow(struct pulling *pulling, bool more)
{
	unsigned int failures = 0;

	for (;;) {
		time_t since = time(NULL);
		uint64_t before = pulling->mirror.cursor;

		if (pull_page(pulling, more ? 0 : WAIT_SECONDS, &more)) {
			more = true;
			pause_after(++failures);
			continue;
		}
		failures = 0;
		fflush(stdout);
		/* a server that lets nobody wait any more, or is ending, answers at once */
		if (!more && pulling->mirror.cursor == before && time(NULL) - since < 2)
			pause_after(1);
	}
}

static int command_pull(struct cli *cli, struct words *words)
{
	struct pulling pulling = {.cli = cli};
	bool more = true;
	int failed;

	if (words->operands != 2)
		return usage_error(
			"%s", T("give a department id and a folder", "请写部门代号和文件夹"));
	pulling.department = words->operand[0];
	failed = mirror_open(&pulling.mirror, words->operand[1], pulling.department);
	if (!failed && words_flag(words, "follow"))
		follow(&pulling, true);
	while (!failed && more)
		failed = pull_page(&pulling, 0, &more);
	mirror_close(&pulling.mirror);
	if (!failed)
		summarise(&pulling);
	return failed;
}

/* ---- reconciliation ---- */

static const char *how_word(const char *slug)
{
	static const struct phrase phrases[] = {
		{"missing", "was sent and is not here", "已推送，本地没有"},
		{"unknown", "is here and was not sent that day", "本地有，当天没有推送"},
		{"differs", "has other bytes here", "本地内容不同"},
		{0},
	};

	return phrase_of(phrases, slug);
}

static int show_answer(struct cli *cli, const struct mirror *mirror, const json_t *answer)
{
	const json_t *item;
	size_t i;

	if (cli->json) {
		print_json_line(answer);
	} else {
		printf(T("%s: %lld were sent, %lld are here; %lld missing, %lld unknown, %lld "
			 "differ\n",
			       "%s：推送 %lld 份，本地 %lld 份；缺 %lld 份，多 %lld 份，不同 %lld "
			       "份\n"),
			field_str(answer, "day"), (long long)field_int(answer, "ours"),
			(long long)field_int(answer, "theirs"),
			(long long)field_int(answer, "missing"),
			(long long)field_int(answer, "unknown"),
			(long long)field_int(answer, "differing"));
		json_array_foreach(json_object_get(answer, "differences"), i, item)
			printf("  %s  %s  %s\n", field_str(item, "delivery"),
				how_word(field_str(item, "how")),
				mirror_where(mirror, field_str(item, "delivery")));
	}
	return json_array_size(json_object_get(answer, "differences")) ? CLI_FAILED : CLI_OK;
}

static void yesterday(char day[16])
{
	time_t now = time(NULL) - 86400;
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(day, 16, "%Y-%m-%d", &tm);
}

static int command_reconcile(struct cli *cli, struct words *words)
{
	const char *day = words_value(words, "day");
	struct mirror mirror = {0};
	json_t *body, *answer = NULL;
	char buffer[16], *path;
	int failed;

	if (words->operands != 2)
		return usage_error("%s", T("give a department id and the folder of zong pull",
						 "请写部门代号和 zong pull 的文件夹"));
	if (!day) {
		yesterday(buffer);
		day = buffer;
	}
	failed = mirror_open(&mirror, words->operand[1], words->operand[0]);
	if (failed) {
		mirror_close(&mirror);
		return failed;
	}
	body = mirror_day(&mirror, day);
	path = client_path(cli->client, "/api/v1/departments/%s/days/%s", words->operand[0], day);
	failed = body ? client_json(cli->client, "POST", path, body, &answer) : CLI_FAILED;
	if (!failed)
		failed = show_answer(cli, &mirror, answer);
	free(path);
	json_decref(body);
	json_decref(answer);
	mirror_close(&mirror);
	return failed;
}

static const struct word_option pull_options[] = {{.name = "follow", .kind = WORD_FLAG}, {0}};
static const struct word_option reconcile_options[] = {{.name = "day", .kind = WORD_VALUE}, {0}};

const struct command pull_commands[] = {
	{"pull", NULL, pull_options, false, command_pull, "DEPT DIR [--follow]",
		"Keeps a folder up with what was delivered to a department: a folder for each "
		"case, with a\n"
		"manifest. Each file is checked against its digest and acknowledged when it is on "
		"the disk. Begun\n"
		"again, it goes on where it was. What has a newer version is moved to the folder "
		"\"superseded\";\n"
		"what was withdrawn is deleted.\n"
		"  --follow   goes on waiting for more",
		"把推送给部门的材料同步到文件夹：每个案件一个文件夹，带清单。每个文件核对摘要、\n"
		"可靠存盘后签收。中断后再运行会接着来。有新版本的旧件移到 superseded "
		"文件夹，撤回的删除。\n"
		"  --follow   一直等待新的推送"},
	{"reconcile", NULL, reconcile_options, false, command_reconcile,
		"DEPT DIR [--day YYYY-MM-DD]",
		"Reads the files of one day (yesterday, UTC) in the folder again, tells the "
		"archive what is there,\n"
		"and names what differs on either side. Exit status 1 when something does.",
		"对账：重新读取文件夹里某一天（不写为昨天，按 "
		"UTC）的文件，与档案库核对，列出双方差异。\n"
		"有差异时退出码为 1。"},
	{0},
};
