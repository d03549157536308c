/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zongd: serves one archive. Starts the archive, the sending of deliveries and the HTTP interface
 * in this order, waits for a signal, and ends them the other way round. */
#include "config.h"

#include <getopt.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/archive.h>
#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/http.h>
#include <zong/limits.h>
#include <zong/log.h>
#include <zong/push.h>

#define DEFAULT_LISTEN "127.0.0.1:8420"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct settings {
	const char *archive;
	const char *listen;
	const char *web;
	const char *ocr;
	unsigned int workers;
	char found_web[PATH_MAX], found_ocr[PATH_MAX], found_kinds[PATH_MAX], found_queries[PATH_MAX],
		found_catalogue[PATH_MAX];
};

static const char help_en[] =
	"zongd serves one archive: it takes scans in, keeps them, reads them, finds them and sends "
	"them to\n"
	"the departments that need them.\n"
	"\n"
	"    zongd --archive DIR\n"
	"\n"
	"  --archive DIR        the archive's folder, made before by `zong init DIR`\n"
	"                       (or the environment variable ZONG_ARCHIVE)\n"
	"  --listen HOST:PORT   where browsers and programs reach it (default " DEFAULT_LISTEN
	": this\n"
	"                       machine alone; port 0: any free one; the address is printed at the "
	"start)\n"
	"  --workers N          programs that read pages at once (default: one for each "
	"processor)\n"
	"  --web DIR            folder of the web page\n"
	"  --ocr PATH           the program that reads pages, zong-ocr\n"
	"  --verbose            tell more of what happens\n"
	"  --help, --version\n"
	"\n"
	"It runs until it gets Ctrl-C or a termination signal, and then ends what it has begun. "
	"Settings that\n"
	"are to stay stand in DIR/zong.conf; with tls-certificate and tls-key there it speaks HTTPS, and reads\n"
	"both files again on a hang-up signal.\n";

static const char help_zh[] =
	"zongd 为一个档案库提供服务：收进扫描件、保存、识读、检索，并推送给需要它的部门。\n"
	"\n"
	"    zongd --archive 目录\n"
	"\n"
	"  --archive 目录        档案库目录，事先用 `zong init 目录` 建立\n"
	"                       （也可用环境变量 ZONG_ARCHIVE）\n"
	"  --listen 主机:端口    浏览器和程序访问它的地址（默认 " DEFAULT_LISTEN "，只限本机；\n"
	"                       端口 0 表示任一空闲端口；启动时会显示实际地址）\n"
	"  --workers N          同时识读页面的程序数（默认每个处理器一个）\n"
	"  --web 目录            网页所在目录\n"
	"  --ocr 路径            识读程序 zong-ocr\n"
	"  --verbose            显示更多运行情况\n"
	"  --help, --version\n"
	"\n"
	"按 Ctrl-C 或收到终止信号后，做完手上的事再退出。长期设置写在 目录/zong.conf 里；\n"
	"其中写了 tls-certificate 和 tls-key 的，用 HTTPS，收到 SIGHUP 信号时重新读取证书和 "
	"tls-clients。\n";

static const char *language(void)
{
	const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *value;
	size_t i;

	for (i = 0; i < 3; i++) {
		value = getenv(names[i]);
		if (value && *value)
			return strncmp(value, "zh", 2) == 0 ? "zh" : "en";
	}
	return "en";
}

static int fail(int code, const struct zong_err *err)
{
	_cleanup_(zong_buf_release) struct zong_buf detail = ZONG_BUF_INIT(4096);
	const char *subject = err->code == code ? err->subject : "";

	zong_message_detail(&detail, code, subject, language());
	fprintf(stderr, "zongd: %s", zong_message_title(code, language()));
	if (*subject)
		fprintf(stderr, ": %s", subject);
	fprintf(stderr, "\n%s%s", zong_buf_str(&detail), detail.len ? "\n" : "");
	return EXIT_FAILED;
}

static int usage(const char *zh, const char *en)
{
	bool chinese = strcmp(language(), "zh") == 0;

	fprintf(stderr, "zongd: %s\n%s\n", chinese ? zh : en,
		chinese ? "用法见 zongd --help" : "zongd --help tells how to use it");
	return EXIT_USAGE;
}

/* -- what lies beside the program -- */

/* @relative as seen from the folder that the program itself lies in. */
static bool beside(const char *relative, int mode, char ret_path[PATH_MAX])
{
	char self[PATH_MAX], path[2 * PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (len <= 0)
		return false;
	self[len] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return false;
	*slash = '\0';
	if (snprintf(path, sizeof(path), "%s/%s", self, relative) >= PATH_MAX || access(path, mode))
		return false;
	memcpy(ret_path, path, strlen(path) + 1);
	return true;
}

static void find_ocr(struct settings *settings)
{
	const char *named = getenv("ZONG_OCR");

	if (!settings->ocr && named && *named)
		settings->ocr = named;
	if (settings->ocr)
		return;
	settings->ocr = settings->found_ocr;
	if (beside("zong-ocr", X_OK, settings->found_ocr) ||
		beside("../zong-ocr", X_OK, settings->found_ocr))
		return;
	snprintf(settings->found_ocr, sizeof(settings->found_ocr), "%s/zong-ocr", ZONG_LIBEXECDIR);
}

/* Rules as installed; an archive's own are named in its zong.conf. @without: what becomes of it where there are none. */
static const char *find_rules(const char *name, char found[PATH_MAX], const char *without)
{
	if (beside(name, R_OK, found))
		return found;
	snprintf(found, PATH_MAX, "%s/%s", ZONG_DATADIR, name);
	if (access(found, R_OK) == 0)
		return found;
	zong_log_warning("%s is not there; %s", name, without);
	return NULL;
}

/* Without the page, the interface for programs still works. */
static void find_web(struct settings *settings, struct zong_archive *archive)
{
	if (!settings->web)
		settings->web = zong_archive_setting(archive, "web", NULL);
	if (settings->web)
		return;
	if (beside("web/dist/index.html", R_OK, settings->found_web)) {
		*strrchr(settings->found_web, '/') = '\0';
		settings->web = settings->found_web;
	} else if (access(ZONG_DATADIR "/web/index.html", R_OK) == 0) {
		settings->web = ZONG_DATADIR "/web";
	} else {
		zong_log_warning("the web page is not there; programs can still use the server");
	}
}

/* -- starting and ending -- */

/* What the process holds in memory is secret: tokens, keys, papers. None of it goes to a core file,
 * and no other process of this user may look into it. */
static void protect(void)
{
	const struct rlimit none = {0, 0};
	struct rlimit files;

	umask(077);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	signal(SIGPIPE, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}

/* Blocked before the first thread is made, so that they all come to the one that waits for them. */
static void hold_signals(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	sigaddset(ret_set, SIGTERM);
	sigaddset(ret_set, SIGINT);
	sigaddset(ret_set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, ret_set, NULL);
}

/* A renewed certificate is taken up without anybody noticing; one that is of no use is told, and that of before stays. */
static bool reload(struct zong_http *http)
{
	struct zong_err err = {0};

	if (zong_http_reload(http, &err))
		zong_log_error("the certificate was not renewed: %s", err.subject);
	else
		zong_log_info("the certificate was read again");
	return true;
}

static int serve(struct settings *settings, struct zong_archive *archive, const sigset_t *signals,
	struct zong_err *err)
{
	struct zong_http_options options = {.listen = settings->listen, .web = NULL};
	struct zong_push *push = NULL;
	struct zong_http *http = NULL;
	int code, number;

	find_web(settings, archive);
	options.web = settings->web;
	options.certificate = zong_archive_setting(archive, "tls-certificate", NULL);
	options.key = zong_archive_setting(archive, "tls-key", NULL);
	options.clients = zong_archive_setting(archive, "tls-clients", NULL);
	if (!options.listen)
		options.listen = zong_archive_setting(archive, "listen", DEFAULT_LISTEN);
	code = zong_http_open(archive, &options, &http, err);
	if (!code)
		code = zong_push_start(archive, &push, err);
	if (!code)
		code = zong_http_serve(http, err);
	if (!code) {
		printf("zongd: serving %s at %s\n", zong_archive_dir(archive),
			zong_http_address(http));
		fflush(stdout);
		do
			sigwait(signals, &number);
		while (number == SIGHUP && options.certificate && reload(http));
		zong_log_info("ending");
	}
	zong_http_close(http);
	zong_push_stop(push);
	return code;
}

static int run(struct settings *settings)
{
	struct zong_archive_options options = {.workers = settings->workers};
	struct zong_err err = {0};
	struct zong_archive *archive;
	sigset_t signals;
	int code;

	protect();
	hold_signals(&signals);
	find_ocr(settings);
	options.worker = settings->ocr;
	options.kinds = find_rules(
		"kinds.rules", settings->found_kinds, "no kind of material is judged");
	options.query_rules = find_rules("query.rules", settings->found_queries,
		"nothing can be told at the query desk");
	options.catalogue = find_rules("catalogue.rules", settings->found_catalogue,
		"the catalogue is what the archive has");
	code = zong_archive_open(settings->archive, &options, &archive, &err);
	if (code)
		return fail(code, &err);
	code = serve(settings, archive, &signals, &err);
	zong_archive_close(archive);
	return code ? fail(code, &err) : 0;
}

static bool parse_workers(const char *text, unsigned int *ret_workers)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long value;

	if (digits == 0 || digits > 3 || text[digits])
		return false;
	value = strtoul(text, NULL, 10);
	if (value == 0 || value > ZONG_LIMIT_WORKERS)
		return false;
	*ret_workers = (unsigned int)value;
	return true;
}

enum {
	OPT_ARCHIVE = 256,
	OPT_LISTEN,
	OPT_WORKERS,
	OPT_WEB,
	OPT_OCR,
	OPT_VERBOSE,
	OPT_HELP,
	OPT_VERSION
};

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"archive", required_argument, NULL, OPT_ARCHIVE},
		{"listen", required_argument, NULL, OPT_LISTEN},
		{"workers", required_argument, NULL, OPT_WORKERS},
		{"web", required_argument, NULL, OPT_WEB},
		{"ocr", required_argument, NULL, OPT_OCR},
		{"verbose", no_argument, NULL, OPT_VERBOSE},
		{"help", no_argument, NULL, OPT_HELP},
		{"version", no_argument, NULL, OPT_VERSION},
		{0},
	};
	struct settings settings = {.archive = getenv("ZONG_ARCHIVE")};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case OPT_ARCHIVE:
			settings.archive = optarg;
			break;
		case OPT_LISTEN:
			settings.listen = optarg;
			break;
		case OPT_WORKERS:
			if (!parse_workers(optarg, &settings.workers))
				return usage("--workers 要 1 到 64 之间的数",
					"--workers takes a number from 1 to 64");
			break;
		case OPT_WEB:
			settings.web = optarg;
			break;
		case OPT_OCR:
			settings.ocr = optarg;
			break;
		case OPT_VERBOSE:
			zong_log_set_level(ZONG_LOG_DEBUG);
			break;
		case OPT_HELP:
			fputs(strcmp(language(), "zh") == 0 ? help_zh : help_en, stdout);
			return 0;
		case OPT_VERSION:
			puts("zongd " PACKAGE_VERSION);
			return 0;
		default:
			return usage("有不认识的选项，或选项缺少内容",
				"an option is unknown or lacks its value");
		}
	}
	if (optind < argc)
		return usage("多出了内容；目录用 --archive 给出",
			"too many words; the folder is given by --archive");
	if (!settings.archive || !*settings.archive)
		return usage("缺少档案库目录：--archive 目录",
			"the archive's folder is missing: --archive DIR");
	return run(&settings);
}
