/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs: getting them from a server, and verifying them without one. */
#include "cli.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>
#include <zong/archive.h>
#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/id.h>
#include <zong/time.h>
#include <zong/timestamp.h>

#include "proof_file.h"

#define FILE_MAX (1024 * 1024)

/* ---- getting one ---- */

static int ask(struct cli *cli, const char *format, const char *what, const char *member,
	json_int_t *ret_record)
{
	_cleanup_free_ char *path = client_path(cli->client, format, what);
	json_t *answer = NULL;
	int failed = client_json(cli->client, "GET", path, NULL, &answer);

	if (failed)
		return failed;
	*ret_record = field_int(answer, member);
	json_decref(answer);
	if (*ret_record > 0)
		return CLI_OK;
	fprintf(stderr,
		T("zong: %s has no line in the log that could prove anything yet\n",
			"zong：%s 在日志中还没有可供证明的行\n"),
		what);
	return CLI_FAILED;
}

/* The number of the line that says how it came into the archive, was received, or went out on paper. */
static int find_record(struct cli *cli, const struct words *words, json_int_t *ret_record)
{
	const char *what = words->operand[0];
	struct zong_id id;

	if (words_flag(words, "receipt"))
		return ask(cli, "/api/v1/deliveries/%s", what, "record", ret_record);
	return zong_id_parse(what, &id) == 0
		       ? ask(cli, "/api/v1/materials/%s", what, "record", ret_record)
		       : ask(cli, "/api/v1/queries/%s", what, "paper", ret_record);
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text) && strlen(text) < 19;
}

static int read_note(const char *name, struct zong_buf *buf)
{
	int err = zong_file_read(name, buf);

	if (err) {
		fprintf(stderr, "zong: %s: %s\n", name, zong_message_title(err, T("en", "zh")));
		return CLI_FAILED;
	}
	return CLI_OK;
}

/* From the head in the file on, until now. */
static int get_consistency(struct cli *cli, struct words *words, const char *older)
{
	_cleanup_(zong_buf_release) struct zong_buf note = ZONG_BUF_INIT(FILE_MAX);
	struct zong_checkpoint head;
	struct zong_note parts;
	char path[100];

	if (read_note(older, &note))
		return CLI_FAILED;
	if (zong_note_split(zong_buf_str(&note), note.len, &parts) ||
		zong_checkpoint_parse(parts.text, parts.text_len, &head)) {
		fprintf(stderr, T("zong: %s is no head of a log\n", "zong：%s 不是日志检查点\n"),
			older);
		return CLI_FAILED;
	}
	snprintf(path, sizeof(path), "/tlog/proof?from=%llu", (unsigned long long)head.size);
	return output_save(cli, words, path, false);
}

static int command_proof(struct cli *cli, struct words *words)
{
	const char *older = words_value(words, "from");
	json_int_t record = 0;
	char path[100];
	int failed = CLI_OK;

	if (older)
		return words->operands
			       ? usage_error("%s", T("--from goes alone", "--from 单独使用"))
			       : get_consistency(cli, words, older);
	if (words->operands != 1)
		return usage_error("%s", T("give one line's number, or a material",
						 "请写一个日志行号、材料编号或查询编号"));
	if (is_number(words->operand[0]))
		record = (json_int_t)strtoll(words->operand[0], NULL, 10);
	else
		failed = find_record(cli, words, &record);
	if (failed)
		return failed;
	snprintf(path, sizeof(path), "/api/v1/records/%lld/proof", (long long)record);
	return output_save(cli, words, path, false);
}

/* ---- verifying ---- */

struct verifying {
	const struct cli *cli;
	struct zong_note_key key;
	const struct word_option *witnesses;
};

static int not_proven(const struct verifying *v, const char *why)
{
	if (v->cli->json) {
		json_t *object = json_pack("{s:b, s:s}", "proven", 0, "why", why);

		print_json_line(object);
		json_decref(object);
	} else {
		printf("%s%s\n", T("NOT PROVEN: ", "未能证明："), why);
	}
	return CLI_FAILED;
}

/* @text: the key itself, or the file it stands in. */
static int read_key(const char *text, struct zong_note_key *ret_key)
{
	_cleanup_(zong_buf_release) struct zong_buf buf = ZONG_BUF_INIT(4096);
	char line[ZONG_NOTE_KEY];

	if (!strchr(text, '+') && read_note(text, &buf))
		return CLI_FAILED;
	snprintf(line, sizeof(line), "%s", buf.len ? zong_buf_str(&buf) : text);
	line[strcspn(line, "\r\n")] = '\0';
	if (zong_note_key_parse(line, ret_key) == 0)
		return CLI_OK;
	fprintf(stderr, T("zong: %s is no key\n", "zong：%s 不是公钥\n"), text);
	return CLI_FAILED;
}

static const char *why_not(int err)
{
	switch (err) {
	case ZONG_ENOENT:
		return T("the head of the log is not signed by this key",
			"检查点不是用这把公钥对应的密钥签名的");
	case ZONG_ECORRUPT:
		return T("the signature under the head of the log is wrong",
			"检查点的签名验证不通过");
	case ZONG_ENOTREADY:
		return T("the line is not in the log whose head was signed, or was changed",
			"该行不在已签名的日志中，或者被改动过");
	default:
		return T("what should be a head of the log is none", "检查点的格式不对");
	}
}

/* Every witness that was asked for has signed the note. *ret_why: or what is said of the first that has not. */
static bool all_signed(
	const struct verifying *v, const struct zong_buf *buf, char *ret_why, size_t size)
{
	struct zong_note note;
	struct zong_note_key key;

	if (zong_note_split(zong_buf_str(buf), buf->len, &note))
		return false;
	for (size_t i = 0; i < v->witnesses->count; i++) {
		if (read_key(v->witnesses->values[i], &key) ||
			zong_note_verify(&note, &key, NULL)) {
			snprintf(ret_why, size,
				T("the witness %.200s has not signed this head of the log",
					"见证方 %.200s 没有在这个检查点上签名"),
				v->witnesses->values[i]);
			return false;
		}
	}
	return true;
}

static void print_line(
	const struct zong_checkpoint *head, const Zong__LogRecord *line, size_t witnesses)
{
	char time[ZONG_TIME_TEXT], local[64];

	zong_time_format(line->time, time);
	print_time(local, sizeof(local), time);
	printf(T("Proven: this line is number %llu of the log of %s, of %llu lines, whose head the "
		 "archive signed",
		       "已证明：这是 %2$s 日志的第 %1$llu 行，该日志共 %3$llu "
		       "行，其检查点由档案库签名"),
		(unsigned long long)line->seq, head->origin, (unsigned long long)head->size);
	if (witnesses)
		printf(T(" and %zu witnesses signed, too", "，并有 %zu 个见证方签名"), witnesses);
	printf("%s\n    %s  %s%s%s  %s  %s\n    %s\n", T(":", "："), local, line->subject,
		line->name[0] ? " " : "", line->name, line->verb, line->object, line->detail);
}

static void print_limits(bool file, bool sm3)
{
	printf("%s\n", file ? T("Proven: the file is, to the bit, the one that this line names.",
				      "已证明：文件与该行所记的文件逐位相同。")
			    : T("Of a file nothing was asked: name one to have it compared.",
				      "没有核对文件：可在后面写上文件名一并核对。"));
	if (sm3)
		printf("%s\n", T("Proven: its SM3 (GB/T 32905) is the one that stands there, too.",
					"已证明：文件的 SM3 摘要（GB/T 32905）也与所记的一致。"));
	printf("%s\n", T("Not proven: that what the line says is true, by whose hand it was done, "
			 "and that its time is "
			 "right; the archive says\nso, and cannot take it back.",
			       "未证明：该行所述是否属实、由何人经手、时间是否准确；档案库如此记载"
			       "，且无法收回。"));
}

/* Both digests: an archive may name a file by one or by both. */
static int file_digests(
	const char *name, struct zong_digest *ret_digest, struct zong_digest *ret_sm3)
{
	_cleanup_close_ int fd = open(name, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && zong_digest_of_fd(fd, ret_digest) == 0 && zong_sm3_of_fd(fd, ret_sm3) == 0)
		return CLI_OK;
	fprintf(stderr, T("zong: %s cannot be read\n", "zong：无法读取 %s\n"), name);
	return CLI_FAILED;
}

static int tell_line(const struct verifying *v, const struct zong_checkpoint *head,
	const Zong__LogRecord *line, bool file, bool sm3)
{
	char time[ZONG_TIME_TEXT];
	json_t *object;

	if (!v->cli->json) {
		print_line(head, line, v->witnesses->count);
		print_limits(file, sm3);
		return CLI_OK;
	}
	zong_time_format(line->time, time);
	object = json_pack("{s:b, s:s, s:I, s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "proven", 1,
		"origin", head->origin, "size", (json_int_t)head->size, "seq",
		(json_int_t)line->seq, "time", time, "subject", line->subject, "name", line->name,
		"verb", line->verb, "object", line->object, "detail", line->detail, "file", file, "sm3",
		sm3);
	print_json_line(object);
	json_decref(object);
	return CLI_OK;
}

static int verify_line(const struct verifying *v, const char *proof_name, const char *file_name)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(FILE_MAX);
	Zong__LogRecord *line = NULL;
	struct zong_checkpoint head;
	struct zong_digest file, sm3, named;
	struct zong_proof proof;
	bool has_sm3 = false;
	const char *wrong;
	char why[400] = "";
	int result = CLI_FAILED, err;

	if (read_note(proof_name, &text) || (file_name && file_digests(file_name, &file, &sm3)))
		return CLI_FAILED;
	if (!proof_parse(zong_buf_str(&text), text.len, &proof, &wrong)) {
		snprintf(why, sizeof(why), T("%.200s is no proof: %s", "%.200s 不是证明文件：%s"),
			proof_name, wrong);
	} else {
		err = zong_proof_verify(&proof, &v->key, &head, &line);
		has_sm3 = !err && file_name && zong_proof_sm3(line, &file, &named);
		if (err)
			snprintf(why, sizeof(why), "%s", why_not(err));
		else if (!all_signed(v, &proof.note, why, sizeof(why)))
			;
		else if (file_name && !zong_proof_names(line, &file))
			snprintf(why, sizeof(why),
				T("the line is in the log, but it names another file than %.200s: "
				  "%.100s %.60s",
					"该行在日志中，但所记的文件不是 %.200s：%.100s %.60s"),
				file_name, line->verb, line->object);
		else if (has_sm3 && !zong_digest_equal(&sm3, &named))
			snprintf(why, sizeof(why),
				T("%.200s is the file by its SHA-256, and not by the SM3 that stands "
				  "beside it in the line",
					"%.200s 与该行所记的 SHA-256 摘要相符，但与所记的 SM3 摘要不符"),
				file_name);
		else
			result = tell_line(v, &head, line, file_name != NULL, has_sm3);
	}
	if (result)
		not_proven(v, why);
	if (line)
		zong__log_record__free_unpacked(line, NULL);
	zong_proof_release(&proof);
	return result;
}

/* ---- one head and another ---- */

static int read_head(const struct verifying *v, const char *name, struct zong_buf *note,
	struct zong_checkpoint *ret_head, int *ret_err)
{
	if (read_note(name, note))
		return CLI_FAILED;
	*ret_err = zong_checkpoint_read(zong_buf_str(note), note->len, &v->key, ret_head);
	return CLI_OK;
}

static int tell_consistency(
	const struct verifying *v, uint64_t from, const struct zong_checkpoint *later)
{
	if (v->cli->json) {
		json_t *object = json_pack("{s:b, s:s, s:I, s:I}", "proven", 1, "origin",
			later->origin, "from", (json_int_t)from, "to", (json_int_t)later->size);

		print_json_line(object);
		json_decref(object);
		return CLI_OK;
	}
	printf(T("Proven: of the first %llu lines of the log of %s none was changed, taken out or "
		 "put in "
		 "until it had %llu.\n",
		       "已证明：%2$s 日志的前 %1$llu 行，直到日志有 %3$llu "
		       "行时都没有被改动、删除或插入。\n"),
		(unsigned long long)from, later->origin, (unsigned long long)later->size);
	return CLI_OK;
}

/* Why the proof does not lead from the one to the other; NULL: it does. */
static const char *check_consistency(const struct zong_checkpoint *older,
	const struct zong_checkpoint *later, const struct consistency *proof)
{
	if (proof->from != older->size)
		return T("the proof begins with another head than the older one",
			"证明不是从较早的检查点开始的");
	if (zong_merkle_consistent(
		    older->size, &older->root, later->size, &later->root, &proof->proof))
		return NULL;
	return T("the later log does not go on from the older one: both heads are signed, so the "
		 "archive has "
		 "changed its log. Keep\nboth notes; they are the evidence.",
		"较晚的日志不是接着较早的日志写的：两个检查点都有签名，说明档案库改动过日志。\n请保"
		"存这两个检查点，它们就是证据。");
}

static int verify_consistency(const struct verifying *v, const char *proof_name,
	const char *older_name, const char *later_name)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(FILE_MAX);
	_cleanup_(zong_buf_release) struct zong_buf older_note = ZONG_BUF_INIT(FILE_MAX);
	_cleanup_(zong_buf_release) struct zong_buf later_note = ZONG_BUF_INIT(FILE_MAX);
	_cleanup_(consistency_release) struct consistency proof = {.from = 0};
	struct zong_checkpoint older, later;
	const char *wrong;
	char why[400];
	int err;

	if (read_note(proof_name, &text) || read_head(v, older_name, &older_note, &older, &err))
		return CLI_FAILED;
	if (err)
		return not_proven(v, why_not(err));
	if (!consistency_parse(zong_buf_str(&text), text.len, &proof, &wrong))
		return not_proven(v, T("the file of the proof is none", "证明文件的格式不对"));
	if (later_name && read_head(v, later_name, &later_note, &later, &err))
		return CLI_FAILED;
	if (!later_name) {
		zong_buf_add(&later_note, proof.note.data, proof.note.len);
		err = zong_checkpoint_read(
			zong_buf_str(&proof.note), proof.note.len, &v->key, &later);
	}
	if (err)
		return not_proven(v, why_not(err));
	if (!all_signed(v, &later_note, why, sizeof(why)))
		return not_proven(v, why);
	wrong = check_consistency(&older, &later, &proof);
	return wrong ? not_proven(v, wrong) : tell_consistency(v, older.size, &later);
}

/* ---- an archive in a folder ---- */

static void tell_fault(void *ctx, uint64_t seq, enum zong_proof_fault fault)
{
	const struct verifying *v = ctx;
	static const char *const slugs[] = {[ZONG_PROOF_MISSING] = "missing",
		[ZONG_PROOF_CHAIN] = "chain",
		[ZONG_PROOF_TREE] = "tree"};
	const char *words[] = {
		[ZONG_PROOF_MISSING] = T("is missing or cannot be read", "缺失或无法读取"),
		[ZONG_PROOF_CHAIN] =
			T("was changed, or the one before it was", "或其前一行被改动过"),
		[ZONG_PROOF_TREE] = T("is not what the tree has of it", "与哈希树中的不符"),
	};

	if (v->cli->json) {
		json_t *object =
			json_pack("{s:I, s:s}", "line", (json_int_t)seq, "fault", slugs[fault]);

		print_json_line(object);
		json_decref(object);
	} else {
		printf(T("line %llu %s\n", "第 %llu 行%s\n"), (unsigned long long)seq,
			words[fault]);
	}
}

static int verify_archive(const struct verifying *v, const char *head_name)
{
	_cleanup_(zong_buf_release) struct zong_buf note = ZONG_BUF_INIT(FILE_MAX);
	struct zong_proof_log result;
	struct zong_checkpoint head;
	struct zong_err error = {0};
	uint64_t signed_lines;
	int err;

	if (read_head(v, head_name, &note, &head, &err))
		return CLI_FAILED;
	if (err)
		return not_proven(v, why_not(err));
	signed_lines = head.size;
	err = zong_proof_log(
		v->cli->archive, &head, tell_fault, (void *)(uintptr_t)v, &result, &error);
	if (err) {
		fprintf(stderr, "zong: %s: %s\n", v->cli->archive,
			zong_message_title(err, T("en", "zh")));
		return CLI_FAILED;
	}
	if (!result.same)
		return not_proven(
			v, head.size > result.lines
				   ? T("the log is shorter than it was when this head was signed",
					     "日志比签署该检查点时还短")
				   : T("the first lines of the log are not those whose head was "
				       "signed",
					     "日志开头部分与签署该检查点时不同"));
	if (result.faults)
		return not_proven(
			v, T("lines behind that head are not sound", "检查点之后的日志行有问题"));
	head.size = result.lines;
	return tell_consistency(v, signed_lines, &head);
}

/* ---- a head and its time-stamp ---- */

static int tell_stamp(const struct verifying *v, const struct zong_checkpoint *head,
	enum zong_timestamp_hash hash, int64_t when)
{
	const char *name = hash == ZONG_TIMESTAMP_SM3 ? "SM3" : "SHA-256";
	char time[ZONG_TIME_TEXT], local[64];

	zong_time_format(when, time);
	if (v->cli->json) {
		json_t *object = json_pack("{s:b, s:s, s:I, s:s, s:s}", "proven", 1, "origin",
			head->origin, "size", (json_int_t)head->size, "time", time, "hash", name);

		print_json_line(object);
		json_decref(object);
		return CLI_OK;
	}
	print_time(local, sizeof(local), time);
	printf(T("Proven: the archive signed this head of the log of %s, of %llu lines, and the "
		 "time-stamp is about it, by %s; it says %s.\n",
		       "已证明：%s 日志（共 %llu 行）的这个检查点由档案库签名，时间戳（%s）就是"
		       "关于它的，其时间为 %s。\n"),
		head->origin, (unsigned long long)head->size, name, local);
	printf("%s\n", T("Not proven: that the authority signed it; openssl ts -verify does that, "
			 "with its certificate.",
			       "未证明：时间戳由该机构签发；请用该机构的证书和 openssl ts -verify 验证。"));
	return CLI_OK;
}

static int verify_stamp(const struct verifying *v, const char *stamp_name, const char *head_name)
{
	_cleanup_(zong_buf_release) struct zong_buf stamp = ZONG_BUF_INIT(ZONG_TIMESTAMP_MAX);
	_cleanup_(zong_buf_release) struct zong_buf note = ZONG_BUF_INIT(FILE_MAX);
	enum zong_timestamp_hash hash;
	struct zong_checkpoint head;
	char why[400];
	int64_t when;
	int err;

	if (read_note(stamp_name, &stamp) || read_head(v, head_name, &note, &head, &err))
		return CLI_FAILED;
	if (err)
		return not_proven(v, why_not(err));
	if (!all_signed(v, &note, why, sizeof(why)))
		return not_proven(v, why);
	err = zong_timestamp_about(stamp.data, stamp.len, note.data, note.len, &hash, &when);
	if (err)
		return not_proven(v, err == ZONG_ECORRUPT
					     ? T("the time-stamp is about something else than this head",
						       "时间戳不是关于这个检查点的")
					     : T("what should be a time-stamp is none",
						       "时间戳文件的格式不对"));
	return tell_stamp(v, &head, hash, when);
}

static int command_verify(struct cli *cli, struct words *words)
{
	struct verifying v = {.cli = cli, .witnesses = words_option(words, "witness")};
	const char *key = words_value(words, "key"), *log = words_value(words, "log"),
		   *consistency = words_value(words, "consistency"),
		   *stamp = words_value(words, "stamp");

	if (sodium_init() < 0)
		return CLI_FAILED;
	if (!key)
		return usage_error("%s", T("say by which key: --key, as zong log key prints it",
						 "请写明公钥：--key，即 zong log key 显示的内容"));
	if (log && !cli->archive)
		return usage_error("%s", T("say where the archive is: --archive DIR",
						 "请写明档案库在哪里：--archive 文件夹"));
	if ((log && (consistency || stamp || words->operands)) ||
		(stamp && (consistency || words->operands != 1)) ||
		(!log && (words->operands < 1 || words->operands > 2)))
		return usage_error("%s", T("give a proof, and perhaps the file; see --help",
						 "请写证明文件，后面可写要核对的文件；见 --help"));
	if (read_key(key, &v.key))
		return CLI_FAILED;
	if (log)
		return verify_archive(&v, log);
	if (stamp)
		return verify_stamp(&v, stamp, words->operand[0]);
	if (consistency)
		return verify_consistency(&v, consistency, words->operand[0],
			words->operands == 2 ? words->operand[1] : NULL);
	return verify_line(&v, words->operand[0], words->operands == 2 ? words->operand[1] : NULL);
}

static const struct word_option proof_options[] = {
	{.name = "from", .kind = WORD_VALUE},
	{.name = "receipt", .kind = WORD_FLAG},
	{.name = "output", .letter = 'o', .kind = WORD_VALUE},
	{0},
};
static const struct word_option verify_options[] = {
	{.name = "key", .kind = WORD_VALUE},
	{.name = "witness", .kind = WORD_LIST},
	{.name = "consistency", .kind = WORD_VALUE},
	{.name = "stamp", .kind = WORD_VALUE},
	{.name = "log", .kind = WORD_VALUE},
	{0},
};

const struct command verify_commands[] = {
	{"proof", NULL, proof_options, false, command_proof,
		"LINE|MATERIAL|QUERY [-o FILE] | --receipt DELIVERY [-o FILE] | --from HEAD [-o "
		"FILE]",
		"Gets what proves to others that a line is in the log: number LINE, the one by "
		"which MATERIAL came into\n"
		"the archive, that of the paper printed last of a QUERY, or with --receipt that of "
		"the receipt (or\n"
		"return) of a DELIVERY. With --from: what proves that nothing before the head in "
		"the file HEAD was\n"
		"changed since. zong verify needs neither the server nor the archive.",
		"取得日志行的证明，供他人验证：LINE "
		"为行号；或写材料编号（证明其入库）、查询编号（证明最近打印的\n"
		"结果）；加 --receipt 写推送编号（证明签收或退回）。加 --from：取得自文件 HEAD "
		"中的检查点以来日志\n"
		"没有改动的证明。验证用 zong verify，不需要服务器和档案库。"},
	{"verify", NULL, verify_options, true, command_verify,
		"--key KEY [--witness KEY…] PROOF [FILE] | --key KEY --consistency PROOF OLDER "
		"[LATER] | --key KEY --stamp STAMP HEAD | --archive DIR --key KEY --log HEAD",
		"Verifies, without the server, what the archive whose KEY it is has signed, and "
		"ends with 0 where it is\n"
		"proven and with 1 where it is not.\n"
		"  PROOF [FILE]   that the line is in the log (and names this file, to the bit)\n"
		"  --consistency  that the log with the head LATER goes on from that with the head "
		"OLDER\n"
		"  --stamp STAMP  that the time-stamp, as zong log stamp gives it, is about the head "
		"HEAD\n"
		"  --log HEAD     that the log in the archive's folder DIR is the one with that "
		"head, line by line\n"
		"  --witness      keys of witnesses that must have signed the head, too\n"
		"KEY is what zong log key prints, or a file that it stands in; get it from the "
		"archive by a way of its own.",
		"不用服务器，验证持有公钥 KEY 的档案库所签署的内容；已证明返回 0，未能证明返回 "
		"1。\n"
		"  PROOF [FILE]   该行在日志中（且所记文件与 FILE 逐位相同）\n"
		"  --consistency  检查点 LATER 的日志是接着检查点 OLDER 的日志写的\n"
		"  --stamp STAMP  时间戳（zong log stamp 取得的）是关于检查点 HEAD 的\n"
		"  --log HEAD     文件夹 DIR 中的日志逐行与检查点 HEAD 相符\n"
		"  --witness      必须同时签名的见证方公钥\n"
		"KEY 是 zong log key 显示的内容，或存有它的文件；请从可靠的途径取得。"},
	{0},
};
