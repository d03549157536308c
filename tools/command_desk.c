/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The self-service desk: a machine with a card reader and a printer. */
#define _GNU_SOURCE
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/cleanup.h>

#include "reader.h"

extern char **environ;

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

struct desk {
	struct cli *cli;
	const char *print; /* command that is given the certificate, or NULL */
	const char *purpose;
	char *session; /* of the card that lies there, or NULL */
};

/* ---- other programs ---- */

/* @in, @out: what its standard input and output are; -1: as ours. */
static int start(const char *command, int in, int out, pid_t *ret_pid)
{
	char shell[] = "sh", option[] = "-c";
	char *argv[] = {shell, option, (char *)command, NULL};
	posix_spawn_file_actions_t actions;
	int err;

	posix_spawn_file_actions_init(&actions);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	err = posix_spawn(ret_pid, "/bin/sh", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err)
		fprintf(stderr, "zong: %s: %s\n", command, strerror(err));
	return err ? CLI_FAILED : CLI_OK;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return CLI_FAILED;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? CLI_OK : CLI_FAILED;
}

/* ---- telling ---- */

static void event(const struct desk *desk, const char *name, json_t *more)
{
	json_t *line;

	if (desk->cli->json) {
		line = json_pack("{s:s}", "event", name);
		if (more)
			json_object_update(line, more);
		print_json_line(line);
		json_decref(line);
		fflush(stdout);
	}
	json_decref(more);
}

/* What the next one must not see. */
static void clear_screen(const struct desk *desk)
{
	if (!desk->cli->json && isatty(STDOUT_FILENO))
		printf("\033[2J\033[3J\033[H");
	if (!desk->cli->json)
		printf("%s\n",
			T("Put your identity card on the reader.", "请将身份证放在读卡器上。"));
	fflush(stdout);
}

static void show_answer(const struct desk *desk, const json_t *answer)
{
	const json_t *found, *fact;
	size_t i, n;

	if (desk->cli->json)
		return;
	printf("%s %s\n", T("query", "查询编号"), field_str(answer, "no"));
	json_array_foreach(json_object_get(answer, "found"), i, found)
	{
		printf("%s %s\n", field_str(found, "unit"), field_str(found, "address"));
		if (!json_is_true(json_object_get(found, "found")))
			printf("  %s\n", T("nothing was found", "未查到登记资料"));
		json_array_foreach(json_object_get(found, "facts"), n, fact)
			printf("  %s\n", field_str(fact, "text"));
	}
	fflush(stdout);
}

/* ---- one card ---- */

/* The certificate goes to the printer from memory; it is on no disk. */
static int print_certificate(struct desk *desk)
{
	_cleanup_close_ int fd = memfd_create("certificate", MFD_CLOEXEC);
	char digest[80], etag[80], *path;
	pid_t pid;
	int failed;

	if (fd < 0)
		return CLI_FAILED;
	path = client_path(desk->cli->client, "/api/v1/desk/%s/pdf", desk->session);
	failed = client_fetch(desk->cli->client, path, fd, digest, etag);
	free(path);
	if (!failed && lseek(fd, 0, SEEK_SET) != 0)
		failed = CLI_FAILED;
	if (!failed)
		failed = start(desk->print, fd, -1, &pid);
	if (!failed)
		failed = wait_for(pid);
	if (failed)
		fprintf(stderr, "zong: %s\n",
			T("the certificate was not printed",
				"查询结果证明没有打印出来，请到窗口领取"));
	return failed;
}

static int ask(struct desk *desk, json_t **ret_answer)
{
	json_t *body = json_pack("{s:s}", "purpose", desk->purpose);
	char *path = client_path(desk->cli->client, "/api/v1/desk/%s/query", desk->session);
	int failed = client_json(desk->cli->client, "POST", path, body, ret_answer);

	json_decref(body);
	free(path);
	return failed;
}

static void end(struct desk *desk)
{
	char *path;

	if (!desk->session)
		return;
	path = client_path(desk->cli->client, "/api/v1/desk/%s", desk->session);
	client_json(desk->cli->client, "DELETE", path, NULL, NULL);
	free(path);
	explicit_bzero(desk->session, strlen(desk->session));
	free(desk->session);
	desk->session = NULL;
	event(desk, "ended", NULL);
	clear_screen(desk);
}

static int begin(struct desk *desk, const struct reader_line *card)
{
	json_t *body = json_pack("{s:s, s:s}", "name", card->name, "idno", card->idno);
	json_t *answer = NULL;
	int failed;

	if (card->kind[0])
		json_object_set_new(body, "id_kind", json_string(card->kind));
	if (card->until[0])
		json_object_set_new(body, "until", json_string(card->until));
	failed = client_json(desk->cli->client, "POST", "/api/v1/desk", body, &answer);
	json_decref(body);
	if (!failed)
		desk->session = strdup(field_str(answer, "session"));
	json_decref(answer);
	return failed || !desk->session ? CLI_FAILED : CLI_OK;
}

static void serve_card(struct desk *desk, const struct reader_line *card)
{
	json_t *answer = NULL;
	bool printed = false;

	end(desk); /* a reader that did not say that the card before is gone */
	if (begin(desk, card) || ask(desk, &answer)) {
		event(desk, "refused", NULL);
		json_decref(answer);
		return;
	}
	show_answer(desk, answer);
	if (desk->print)
		printed = print_certificate(desk) == CLI_OK;
	event(desk, "answered",
		json_pack("{s:s, s:O, s:b}", "no", field_str(answer, "no"), "found",
			json_object_get(answer, "found"), "printed", (int)printed));
	json_decref(answer);
}

/* ---- the reader ---- */

static int take_line(struct desk *desk, const char *text, size_t len, bool *greeted)
{
	struct reader_line line;
	const char *wrong;
	bool good = reader_parse(text, len, &line, &wrong);

	if (good && !*greeted && line.word != READER_HELLO) {
		good = false;
		wrong = "it does not begin with zong-reader 1";
	}
	if (!good) {
		fprintf(stderr, "zong: %s: %s\n", T("card reader", "读卡器"), wrong);
	} else if (line.word == READER_HELLO) {
		*greeted = true;
		event(desk, "ready", NULL);
	} else if (line.word == READER_CARD) {
		serve_card(desk, &line);
	} else if (line.word == READER_GONE) {
		end(desk);
	} else {
		fprintf(stderr, "zong: %s: %s\n", T("card reader", "读卡器"), line.text);
	}
	explicit_bzero(&line, sizeof(line));
	return *greeted ? CLI_OK : CLI_FAILED;
}

/* Line by line, until the reader ends or we are told to. A line that is too long is passed over to its end. */
static int follow(struct desk *desk, int fd)
{
	char buffer[2 * READER_LINE];
	bool greeted = false, skipping = false;
	size_t have = 0;
	int failed = CLI_OK;

	while (!stopped && !failed) {
		ssize_t got = read(fd, buffer + have, sizeof(buffer) - have);
		size_t from = 0;

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		have += (size_t)got;
		for (char *feed; !failed && (feed = memchr(buffer + from, '\n', have - from));) {
			if (!skipping)
				failed = take_line(desk, buffer + from,
					(size_t)(feed - buffer) - from, &greeted);
			skipping = false;
			from = (size_t)(feed - buffer) + 1;
		}
		if (have - from >= READER_LINE) {
			if (!skipping)
				failed = take_line(desk, buffer + from, have - from, &greeted);
			skipping = true;
			from = have;
		}
		memmove(buffer, buffer + from, have - from);
		have -= from;
		explicit_bzero(buffer + have, sizeof(buffer) - have);
	}
	explicit_bzero(buffer, sizeof(buffer));
	return failed;
}

static int desk_run(struct cli *cli, struct words *words)
{
	struct desk desk = {.cli = cli, .print = words_value(words, "print")};
	const char *reader = words_value(words, "reader"), *purpose = words_value(words, "for");
	struct sigaction action = {.sa_handler = stop};
	int ends[2], failed;
	pid_t pid;

	if (words->operands || !reader)
		return usage_error("%s",
			T("--reader is needed: the program of the card reader, e.g. "
			  "--reader 'zong desk keyboard'",
				"缺少 --reader：读卡器程序，例如 --reader 'zong desk keyboard'"));
	desk.purpose = purpose ? purpose : "本人查询";
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (pipe2(ends, O_CLOEXEC))
		return CLI_FAILED;
	failed = start(reader, -1, ends[1], &pid);
	close(ends[1]);
	if (failed) {
		close(ends[0]);
		return failed;
	}
	clear_screen(&desk);
	failed = follow(&desk, ends[0]);
	end(&desk);
	close(ends[0]);
	kill(pid, SIGTERM);
	if (wait_for(pid) && !stopped && !failed)
		fprintf(stderr, "zong: %s\n", T("the card reader has ended", "读卡器程序已退出"));
	return stopped ? CLI_OK : CLI_FAILED;
}

/* ---- a reader for tests, and for a hall that has none yet ---- */

/* NAME IDNO [UNTIL] on a line lays a card down, an empty line takes it away. */
static int desk_keyboard(struct cli *cli, struct words *words)
{
	struct reader_line card = {.word = READER_CARD};
	char typed[READER_LINE], line[READER_LINE];

	(void)cli;
	if (words->operands)
		return usage_error(
			"%s", T("desk keyboard takes no words", "desk keyboard 后面不带内容"));
	printf("zong-reader 1\n");
	fflush(stdout);
	while (fgets(typed, sizeof(typed), stdin)) {
		int parts = sscanf(typed, "%300s %64s %64s", card.name, card.idno, card.until);

		if (parts < 3)
			card.until[0] = '\0';
		if (parts < 1)
			printf("gone\n");
		else if (parts >= 2 && reader_format(&card, line, sizeof(line)))
			printf("%s\n", line);
		else
			printf("error\t%s\n",
				T("type a name and an ID number", "请输入姓名和身份证号码"));
		fflush(stdout);
	}
	explicit_bzero(typed, sizeof(typed));
	explicit_bzero(line, sizeof(line));
	explicit_bzero(&card, sizeof(card));
	return CLI_OK;
}

static const struct word_option run_options[] = {
	{.name = "reader", .kind = WORD_VALUE},
	{.name = "print", .kind = WORD_VALUE},
	{.name = "for", .kind = WORD_VALUE},
	{0},
};
static const struct word_option none[] = {{0}};

const struct command desk_commands[] = {
	{"desk", "run", run_options, false, desk_run,
		"--reader COMMAND [--print COMMAND] [--for PURPOSE]",
		"Runs a self-service desk: whoever puts a card on the reader is told what is the "
		"own,\n"
		"and gets the certificate. For a machine with a token of the role kiosk.\n"
		"  --reader   the program of the card reader; `zong desk keyboard` is one\n"
		"  --print    is given the certificate (PDF) on its standard input, e.g. lp",
		"运行自助查询机：放上身份证，显示本人名下的登记结果并打印证明。使用角色为 desk "
		"的令牌。\n"
		"  --reader   读卡器程序；zong desk keyboard 是用键盘代替的一个\n"
		"  --print    从标准输入接收证明（PDF）的打印命令，例如 lp"},
	{"desk", "keyboard", none, true, desk_keyboard, "",
		"A card reader that is a keyboard: NAME IDNO [UNTIL] lays a card down, an empty "
		"line takes it away.",
		"用键盘代替读卡器：输入“姓名 证件号码 [有效期]”相当于放上证件，空行相当于取走。"},
	{0},
};
