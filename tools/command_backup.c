/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zong backup and zong restore: in this process, beside whoever serves the archive. */
#include "checking.h"

#include <stdlib.h>
#include <string.h>

#include <zong/archive.h>
#include <zong/backup.h>
#include <zong/time.h>
#include <zong/vaults.h>

static const char *const slugs[] = {
	[ZONG_TROUBLE_SEGMENT_BROKEN] = "segment-broken",
	[ZONG_TROUBLE_SEGMENT_MISSING] = "segment-missing",
	[ZONG_TROUBLE_PACK_DAMAGED] = "pack-damaged",
	[ZONG_TROUBLE_PACK_MISSING] = "pack-missing",
	[ZONG_TROUBLE_VALUE_DAMAGED] = "value-damaged",
	[ZONG_TROUBLE_SNAPSHOT_DAMAGED] = "snapshot-damaged",
	[ZONG_TROUBLE_SNAPSHOT_INCOMPLETE] = "snapshot-incomplete",
	[ZONG_TROUBLE_VAULT] = "vault",
	[ZONG_TROUBLE_ROW_BROKEN] = "row-broken",
};

static const char *sentence(enum zong_backup_trouble trouble)
{
	switch (trouble) {
	case ZONG_TROUBLE_SEGMENT_BROKEN:
		return T("in the archive, the bytes of a segment are not what its digest says; it "
			 "is not in the backup",
			"档案库中有片段与其摘要不符，未收入备份");
	case ZONG_TROUBLE_SEGMENT_MISSING:
		return T("in the archive, a segment of a file is missing",
			"档案库中缺少某文件的片段");
	case ZONG_TROUBLE_PACK_DAMAGED:
		return T("a pack of the backup is damaged", "备份中的一个包已损坏");
	case ZONG_TROUBLE_PACK_MISSING:
		return T("a pack of the backup is missing or another one than it was",
			"备份中缺少一个包，或其内容已不同");
	case ZONG_TROUBLE_VALUE_DAMAGED:
		return T("a value in a pack of the backup is damaged", "备份包中有一段数据已损坏");
	case ZONG_TROUBLE_SNAPSHOT_DAMAGED:
		return T("a snapshot's manifest is damaged", "一个快照的清单已损坏");
	case ZONG_TROUBLE_SNAPSHOT_INCOMPLETE:
		return T("a snapshot lacks a part of it", "一个快照缺少部分内容");
	case ZONG_TROUBLE_VAULT:
		return T("a vault cannot be read; it is left out", "一个保险库无法读出，未包括在内");
	case ZONG_TROUBLE_ROW_BROKEN:
		return T("in the archive's catalog, a row is damaged; it was backed up as it is",
			"档案库目录中有一行已损坏，按原样备份");
	}
	return "";
}

struct show {
	const struct cli *cli;
	struct progress progress;
};

static void show_trouble(void *ctx, enum zong_backup_trouble trouble, const char *name,
	const struct zong_digest *digest)
{
	struct show *show = ctx;
	char text[ZONG_DIGEST_TEXT] = "";

	if (digest)
		zong_digest_format(digest, text);
	progress_end(&show->progress);
	fprintf(stderr, "zong: %s%s%s%s%s\n", sentence(trouble), name || digest ? ": " : "",
		name ? name : "", name && digest ? " " : "", text);
	if (show->cli->json) {
		json_t *object = json_pack("{s:s, s:s*, s:s*}", "trouble", slugs[trouble], "name",
			name, "digest", digest ? text : NULL);

		print_json_line(object);
		json_decref(object);
	}
}

static int show_progress(void *ctx, enum zong_backup_phase phase, uint64_t done, uint64_t total)
{
	struct show *show = ctx;
	char note[64] = "", of[32];
	const char *label = "";

	switch (phase) {
	case ZONG_BACKUP_CATALOG:
		label = T("catalog", "目录");
		break;
	case ZONG_BACKUP_SEGMENTS:
		label = T("files", "文件");
		break;
	case ZONG_BACKUP_COLLECT:
		label = T("putting packs together anew", "重整备份包");
		break;
	case ZONG_BACKUP_PACKS:
		label = T("packs", "备份包");
		break;
	case ZONG_BACKUP_SNAPSHOTS:
		label = T("snapshots", "快照");
		break;
	case ZONG_BACKUP_SYNC:
		label = T("waiting for the disk", "等待磁盘写完");
		break;
	}
	if (phase == ZONG_BACKUP_SEGMENTS || phase == ZONG_BACKUP_PACKS) {
		print_bytes(note, sizeof(note) / 2, done);
		print_bytes(of, sizeof(of), total);
		strncat(note, " / ", sizeof(note) - strlen(note) - 1);
		strncat(note, of, sizeof(note) - strlen(note) - 1);
	}
	progress_show(&show->progress, label, total ? (double)done / (double)total : 0, note);
	return 0;
}

static int fail(int code, const struct zong_err *err)
{
	struct zong_buf detail = ZONG_BUF_INIT(8192);

	zong_message_detail(&detail, code, err->subject, T("en", "zh"));
	fprintf(stderr, "zong: %s%s%s%s%s\n", zong_message_title(code, T("en", "zh")),
		*err->subject ? " (" : "", err->subject, *err->subject ? ")" : "", T("", ""));
	fprintf(stderr, "%s\n", zong_buf_str(&detail));
	zong_buf_release(&detail);
	return CLI_FAILED;
}

static void show_begin(struct show *show, const struct cli *cli, const struct words *words,
	struct zong_backup_watch *ret_watch)
{
	show->cli = cli;
	progress_init(&show->progress, words_flag(words, "quiet") || cli->json);
	ret_watch->progress = show_progress;
	ret_watch->trouble = show_trouble;
	ret_watch->ctx = show;
}

/* MB a second; false: no such number. */
static bool read_rate(const char *text, uint64_t *ret_rate)
{
	double rate;
	char *end;

	if (!text)
		return true;
	rate = strtod(text, &end);
	if (end == text || *end || !(rate >= 0.001 && rate < 1e9))
		return false;
	*ret_rate = (uint64_t)(rate * 1e6);
	return true;
}

/* ---- backup ---- */

static json_t *snapshot_json(const struct zong_backup_snapshot *about)
{
	char time[ZONG_TIME_TEXT];

	zong_time_format(about->time, time);
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "snapshot",
		about->name, "time", time, "version", about->version, "materials",
		(json_int_t)about->materials, "files", (json_int_t)about->files, "pages",
		(json_int_t)about->pages, "bytes", (json_int_t)about->bytes, "log",
		(json_int_t)about->log, "segments", (json_int_t)about->segments, "segment_bytes",
		(json_int_t)about->segment_bytes, "broken", (json_int_t)about->broken, "vaults",
		(json_int_t)about->vaults);
}

static int list_one(void *ctx, const struct zong_backup_snapshot *about)
{
	const struct cli *cli = ctx;
	char in[32];

	if (about->time == 0) {
		fprintf(stderr, "zong: %s: %s\n", sentence(ZONG_TROUBLE_SNAPSHOT_DAMAGED),
			about->name);
		return 0;
	}
	if (cli->json) {
		json_t *object = snapshot_json(about);

		print_json_line(object);
		json_decref(object);
		return 0;
	}
	print_bytes(in, sizeof(in), about->bytes);
	printf(T("%s  %llu materials, %llu files, %llu pages, %s",
		       "%s  材料 %llu，文件 %llu，页 %llu，%s"),
		about->name, (unsigned long long)about->materials, (unsigned long long)about->files,
		(unsigned long long)about->pages, in);
	if (about->vaults > 0)
		printf(T(", %llu vaults", "，保险库 %llu 个"), (unsigned long long)about->vaults);
	putchar('\n');
	return 0;
}

static int list_backup(struct cli *cli, const char *dest)
{
	struct zong_err err = {0};
	int code = zong_backup_list(dest, list_one, cli, &err);

	return code ? fail(code, &err) : CLI_OK;
}

static int check_backup(struct cli *cli, const char *dest,
	const struct zong_backup_options *options, struct show *show)
{
	struct zong_backup_check_result result;
	struct zong_err err = {0};
	char bytes[32];
	int code = zong_backup_check(dest, options, &result, &err);

	progress_end(&show->progress);
	if (code)
		return fail(code, &err);
	if (cli->json) {
		json_t *object = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "snapshots",
			(json_int_t)result.snapshots, "packs", (json_int_t)result.packs, "values",
			(json_int_t)result.values, "bytes", (json_int_t)result.bytes, "segments",
			(json_int_t)result.segments, "troubles", (json_int_t)result.troubles);

		print_json_line(object);
		json_decref(object);
	} else {
		print_bytes(bytes, sizeof(bytes), result.bytes);
		printf(T("%llu snapshots, %llu packs, %llu values: %s read again against their "
			 "digests, %llu segments needed\n",
			       "快照 %llu 个，包 %llu 个，数据 %llu 段：重读 %s 并核对摘要，"
			       "快照需要片段 %llu 个\n"),
			(unsigned long long)result.snapshots, (unsigned long long)result.packs,
			(unsigned long long)result.values, bytes,
			(unsigned long long)result.segments);
	}
	if (result.troubles == 0)
		return CLI_OK;
	fprintf(stderr, "zong: %llu %s\n", (unsigned long long)result.troubles,
		T("things in this backup are not as they should be. Remove a damaged pack and run "
		  "zong backup again: "
		  "what the archive still has is copied anew.",
			"处问题。请移走损坏的包，再运行一次 zong "
			"backup：档案库中仍有的内容会重新备份。"));
	return CLI_FAILED;
}

static void print_backup(
	const struct cli *cli, const char *dest, const struct zong_backup_result *result)
{
	char bytes[32], freed[32];

	if (cli->json) {
		json_t *object = snapshot_json(&result->snapshot);
		json_t *more = json_pack("{s:I, s:I, s:I, s:I, s:I}", "segments_new",
			(json_int_t)result->segments_new, "bytes_written",
			(json_int_t)result->bytes_written, "troubles", (json_int_t)result->troubles,
			"removed", (json_int_t)result->removed, "bytes_freed",
			(json_int_t)result->bytes_freed);

		json_object_update(object, more);
		print_json_line(object);
		json_decref(more);
		json_decref(object);
		return;
	}
	print_bytes(bytes, sizeof(bytes), result->bytes_written);
	printf(T("%s/snapshots/%s: %llu materials, %llu files, %llu pages; %llu of %llu segments "
		 "new, %s written\n",
		       "%s/snapshots/%s：材料 %llu，文件 %llu，页 %llu；新片段 %llu / %llu，写入 "
		       "%s\n"),
		dest, result->snapshot.name, (unsigned long long)result->snapshot.materials,
		(unsigned long long)result->snapshot.files,
		(unsigned long long)result->snapshot.pages,
		(unsigned long long)result->segments_new,
		(unsigned long long)result->snapshot.segments, bytes);
	if (result->vaults > 0)
		printf(T("%llu vaults, sealed as they are\n", "保险库 %llu 个，按原样密封\n"),
			(unsigned long long)result->vaults);
	if (result->removed == 0)
		return;
	print_bytes(freed, sizeof(freed), result->bytes_freed);
	printf(T("%llu older snapshots removed, %s freed\n", "移除旧快照 %llu 个，腾出 %s\n"),
		(unsigned long long)result->removed, freed);
}

static int run_backup(struct cli *cli, const char *dest, const struct zong_backup_options *options,
	struct show *show)
{
	struct zong_backup_options with_vaults = *options;
	struct zong_backup_result result;
	struct zong_err err = {0};
	char **vaults = NULL;
	int code;

	if (!cli->archive || cli->server)
		return usage_error("%s", T("backup reads an archive on this machine: --archive DIR",
						 "备份的是本机的档案库：请写 --archive 文件夹"));
	code = zong_vaults_backup(cli->archive, &vaults, &with_vaults.vault_count);
	if (code)
		return fail(code, &err);
	with_vaults.vaults = (const char *const *)vaults;
	with_vaults.vault = zong_vaults_backup_one;
	with_vaults.vault_ctx = (void *)(uintptr_t)cli->archive;
	code = zong_backup_run(cli->archive, dest, &with_vaults, &result, &err);
	zong_vaults_backup_free(vaults, with_vaults.vault_count);
	progress_end(&show->progress);
	if (code == ZONG_EBUSY) {
		fprintf(stderr, "zong: %s: %s\n", dest,
			T("another zong backup writes to this folder just now",
				"另一个 zong backup 正在写这个文件夹"));
		return CLI_FAILED;
	}
	if (code == ZONG_EEXIST) {
		fprintf(stderr, "zong: %s: %s\n", dest,
			T("this folder holds something else, or the backup of another archive; "
			  "name an empty or a new one",
				"该文件夹里有别的东西，或是另一个档案库的备份；请另写一个空的或新的"
				"文件夹"));
		return CLI_FAILED;
	}
	if (code)
		return fail(code, &err);
	print_backup(cli, dest, &result);
	if (result.troubles == 0)
		return CLI_OK;
	fprintf(stderr, "zong: %s\n",
		T("The snapshot was taken, but it lacks what is named above. Run zong check for "
		  "the archive and zong "
		  "backup --check for the backup.",
			"快照已完成，但缺少上面列出的内容。请用 zong check 检查档案库，用 zong "
			"backup --check 检查备份。"));
	return CLI_FAILED;
}

int command_backup(struct cli *cli, struct words *words)
{
	struct zong_backup_options options = {.keep = words_value(words, "keep")};
	struct zong_backup_keep keep;
	struct show show;

	if (words->operands != 1 || (words_flag(words, "check") && words_flag(words, "list")))
		return usage_error("%s", T("give one folder: zong backup DEST (see --help)",
						 "请写一个文件夹：zong backup 目标（见 --help）"));
	if (options.keep && zong_backup_keep_parse(options.keep, &keep))
		return usage_error("%s",
			T("--keep takes numbers of days, weeks, months and years, like 7d,4w,12m",
				"--keep 写天、周、月、年的个数，如 7d,4w,12m"));
	if (!read_rate(words_value(words, "rate"), &options.rate))
		return usage_error("%s", T("--rate takes megabytes a second, like 50",
						 "--rate 写每秒多少兆字节，如 50"));
	show_begin(&show, cli, words, &options.watch);
	if (words_flag(words, "list"))
		return list_backup(cli, words->operand[0]);
	if (words_flag(words, "check"))
		return check_backup(cli, words->operand[0], &options, &show);
	return run_backup(cli, words->operand[0], &options, &show);
}

/* ---- restore ---- */

static void print_proof(const struct cli *cli, const char *dir,
	const struct zong_restore_result *result, const struct checking *proof)
{
	const struct zong_backup_snapshot *from = &result->snapshot;
	const struct zong_check_result *read = &proof->of;
	char bytes[32];

	if (cli->json) {
		json_t *object = json_pack("{s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			"vaults", (json_int_t)result->vaults, "archive", dir, "snapshot", from->name, "materials",
			(json_int_t)from->materials, "files", (json_int_t)read->files, "bytes",
			(json_int_t)read->file_bytes, "rows", (json_int_t)read->rows, "log",
			(json_int_t)read->log, "segments", (json_int_t)read->segments, "broken",
			(json_int_t)proof->findings, "troubles", (json_int_t)result->troubles);

		print_json_line(object);
		json_decref(object);
		return;
	}
	print_bytes(bytes, sizeof(bytes), read->file_bytes);
	printf(T("%s is as it was at %s: %llu materials; %llu files, %s, read back against their "
		 "digests; %llu rows agree with each other; the log is whole up to line %llu\n",
		       "%s 已恢复到 %s：材料 %llu；重读文件 %llu 个（%s）并核对摘要；记录 %llu "
		       "行彼此相符；日志完整，至第 %llu 条\n"),
		dir, from->name, (unsigned long long)from->materials,
		(unsigned long long)read->files, bytes, (unsigned long long)read->rows,
		(unsigned long long)read->log);
	if (result->vaults > 0)
		printf(T("%llu vaults, which open with the passwords that they had then\n",
			       "保险库 %llu 个，用当时的口令打开\n"),
			(unsigned long long)result->vaults);
	printf(T("The key that signs the log is in no backup. Put it back as %s/keys/log.key before serving, unless lines "
		 "written since that day are lost: then a new one is made, and the log says so.\n",
		       "备份中没有日志的签名密钥。如果那天之后写入的日志都在，请在启动服务前把它放回 %s/keys/log.key；否则会生成新密钥，并记入日志。\n"),
		dir);
}

static int fail_restore(int code, const struct zong_err *err)
{
	if (code == ZONG_EEXIST) {
		fprintf(stderr, "zong: %s: %s\n", err->subject,
			T("there is something in this folder; name an empty or a new one",
				"该文件夹里已有东西；请另写一个空的或新的文件夹"));
		return CLI_FAILED;
	}
	if (code == ZONG_ENOENT) {
		fprintf(stderr, "zong: %s: %s\n", err->subject,
			T("there is no such backup, or no such snapshot in it (see: zong backup "
			  "--list)",
				"没有这个备份，或其中没有这个快照（见 zong backup --list）"));
		return CLI_FAILED;
	}
	if (code == ZONG_EVERSION) {
		fprintf(stderr, "zong: %s: %s\n", err->subject,
			T("made by a newer zong; update this one first",
				"由更新版本的 zong 制作，请先升级"));
		return CLI_FAILED;
	}
	return fail(code, err);
}

int command_restore(struct cli *cli, struct words *words)
{
	struct zong_restore_options options = {.snapshot = words_value(words, "snapshot")};
	struct zong_restore_result result;
	struct zong_err err = {0};
	struct zong_check_options check = {0};
	struct checking proof;
	struct show show;
	int code;

	if (words->operands != 2)
		return usage_error("%s",
			T("give a backup's folder and that of the new archive: zong restore SRC "
			  "DIR",
				"请写备份文件夹和新档案库的文件夹：zong restore 备份 新文件夹"));
	show_begin(&show, cli, words, &options.watch);
	code = zong_restore_run(words->operand[0], words->operand[1], &options, &result, &err);
	progress_end(&show.progress);
	if (code)
		return fail_restore(code, &err);
	code = checking_run(
		cli, words->operand[1], &check, words_flag(words, "quiet") || cli->json, &proof);
	if (code != CLI_OK)
		return code;
	if (result.troubles == 0 && proof.findings == 0) {
		print_proof(cli, words->operand[1], &result, &proof);
		return CLI_OK;
	}
	if (cli->json)
		print_proof(cli, words->operand[1], &result, &proof);
	fprintf(stderr, "zong: %s: %s\n", words->operand[1],
		T("restored, but what is named above could not be given back whole: the backup "
		  "lacks it. All else is there. zong check --repair --from ANOTHER-BACKUP may "
		  "bring "
		  "it back.",
			"已恢复，但上面列出的内容未能完整恢复：备份缺少它们，其余都在。可用 zong "
			"check --repair --from 另一备份 补回。"));
	return CLI_FAILED;
}
