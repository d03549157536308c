/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE

#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>
#include <zong/digest.h>
#include <zong/file.h>
#include <zong/id.h>
#include <zong/limits.h>
#include <zong/time.h>

/* A server that was started a moment ago loads its reading models before it listens. */
#define API "/api/v1"
#define START_WAIT (20 * ZONG_SECOND)

struct client {
	long status; /* of the last answer */
	CURL *curl;
	struct curl_slist *headers;
	char *base;   /* "http://localhost" over the socket */
	char *socket; /* NULL: TCP */
	char *vault;  /* "/api/v1/vaults/DEPARTMENT", in place of "/api/v1"; NULL: none */
	const char *archive;
	int dir; /* the archive's folder: its socket's path may be longer than an address holds */
};

static int plain_error(const char *sentence, const char *subject)
{
	fprintf(stderr, "zong: %s%s%s\n", sentence, *subject ? T(": ", "：") : "", subject);
	return CLI_FAILED;
}

/* Opens the archive's folder and connects once, so that a folder or server that is not there is
 * told in plain words. */
static int try_socket(struct client *client)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, result;

	if (client->dir < 0)
		client->dir = open(client->archive, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (client->dir < 0)
		return -errno;
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/zongd.sock",
		client->dir);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	result = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 ? 0 : -errno;
	close(fd);
	if (result == 0 && !client->socket)
		client->socket = strdup(address.sun_path);
	return result;
}

static int wait_for_socket(struct client *client)
{
	const struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};
	int64_t start = zong_time_monotonic();
	bool told = false;
	int result;

	for (;;) {
		result = try_socket(client);
		if (result == 0)
			return CLI_OK;
		if (result != -ENOENT && result != -ECONNREFUSED && result != -EAGAIN)
			break;
		if (zong_time_monotonic() - start > START_WAIT)
			break;
		if (!told && zong_time_monotonic() - start > 2 * ZONG_SECOND) {
			fprintf(stderr, "%s\n",
				T("zong: waiting for zongd to come up ...",
					"zong：正在等待 zongd 启动……"));
			told = true;
		}
		nanosleep(&pause, NULL);
	}
	if (client->dir < 0)
		return plain_error(
			T("there is no archive folder of that name (make one with: zong init DIR)",
				"没有这个档案库文件夹（新建：zong init 文件夹）"),
			client->archive);
	if (result == -EACCES)
		return plain_error(
			T("you may not use this archive's local socket; use --server and --token",
				"您无权使用该档案库的本机接口，请改用 --server 与 --token"),
			client->archive);
	return plain_error(
		T("no server is running for this archive; start it with: zongd --archive DIR",
			"该档案库没有在运行的服务，请先启动：zongd --archive 文件夹"),
		client->archive);
}

static int add_header(struct client *client, const char *name, const char *value)
{
	struct zong_buf line = ZONG_BUF_INIT(8192);
	struct curl_slist *list;

	zong_buf_add_format(&line, "%s: %s", name, value);
	list = line.err ? NULL : curl_slist_append(client->headers, zong_buf_str(&line));
	zong_buf_release(&line);
	if (!list)
		return plain_error(T("out of memory", "内存不足"), "");
	client->headers = list;
	return CLI_OK;
}

struct client *client_new(
	const char *archive, const char *server, const char *token, const char *purpose)
{
	struct client *client;
	int failed = 0;

	if (!archive && !server) {
		usage_error(
			"%s", T("say which archive: --archive DIR, or --server URL with --token T",
				      "请指明档案库：--archive 文件夹，或 --server 网址 与 --token "
				      "令牌"));
		return NULL;
	}
	client = calloc(1, sizeof(*client));
	if (!client)
		return NULL;
	client->dir = -1;
	client->archive = archive;
	client->curl = curl_easy_init();
	client->base = strdup(server ? server : "http://localhost");
	if (!client->curl || !client->base)
		failed = plain_error(T("out of memory", "内存不足"), "");
	if (!failed && !server)
		failed = wait_for_socket(client);
	if (!failed && server)
		while (*client->base && client->base[strlen(client->base) - 1] == '/')
			client->base[strlen(client->base) - 1] = '\0';
	if (!failed)
		failed = add_header(client, "Accept-Language", T("en", "zh"));
	if (!failed && server && token) {
		struct zong_buf value = ZONG_BUF_INIT(4096);

		zong_buf_add_format(&value, "Bearer %s", token);
		failed = value.err ? plain_error(T("the token is too long", "令牌过长"), "")
				   : add_header(client, "Authorization", zong_buf_str(&value));
		zong_buf_release(&value);
	}
	if (!failed && purpose && *purpose) {
		char *escaped = curl_easy_escape(client->curl, purpose, 0);

		failed = escaped ? add_header(client, "Zong-Purpose", escaped) : CLI_FAILED;
		curl_free(escaped);
	}
	if (failed) {
		client_free(client);
		return NULL;
	}
	return client;
}

void client_free(struct client *client)
{
	if (!client)
		return;
	curl_slist_free_all(client->headers);
	curl_easy_cleanup(client->curl);
	if (client->dir >= 0)
		close(client->dir);
	free(client->socket);
	free(client->vault);
	free(client->base);
	free(client);
}

char *client_path(struct client *client, const char *format, ...)
{
	struct zong_buf path = ZONG_BUF_INIT(16384);
	va_list args;

	va_start(args, format);
	for (; *format; format++) {
		char *escaped;

		if (format[0] != '%' || format[1] != 's') {
			zong_buf_add_char(&path, *format);
			continue;
		}
		format++;
		escaped = curl_easy_escape(client->curl, va_arg(args, const char *), 0);
		zong_buf_add_str(&path, escaped ? escaped : "");
		curl_free(escaped);
	}
	va_end(args);
	return zong_buf_take(&path, NULL);
}

/* Tells an RFC 9457 problem in the server's own words. */
static void tell_problem(const struct zong_buf *reply, long status)
{
	json_t *problem = json_loadb((const char *)reply->data, reply->len, 0, NULL);
	const char *title = field_str(problem, "title");
	const json_t *refused;
	size_t i;

	if (*title) {
		fprintf(stderr, "zong: %s", title);
		if (*field_str(problem, "detail"))
			fprintf(stderr, "%s%s", T(" - ", "："), field_str(problem, "detail"));
		fprintf(stderr, " [%s]\n", field_str(problem, "code"));
	} else {
		fprintf(stderr, T("zong: the server answered %ld\n", "zong：服务器回答 %ld\n"),
			status);
	}
	/* What is in the way of a query; which materials are in the way of a destruction list, and why. */
	json_array_foreach(json_object_get(problem, "problems"), i, refused)
		fprintf(stderr, "  %s\n", field_str(refused, "text"));
	json_array_foreach(json_object_get(problem, "refused"), i, refused)
		fprintf(stderr, "  %s  %s  %s\n", field_str(refused, "material"),
			field_str(refused, "reason"), field_str(refused, "detail"));
	print_verdicts("  ", json_object_get(problem, "quality"));
	json_decref(problem);
}

static size_t take_reply(char *bytes, size_t size, size_t count, void *ctx)
{
	return zong_buf_add(ctx, bytes, size * count) ? 0 : size * count;
}

int client_vault(struct client *client, const char *department)
{
	client->vault = client_path(client, API "/vaults/%s", department);
	return client->vault ? CLI_OK : CLI_FAILED;
}

static int prepare(struct client *client, const char *path, struct zong_buf *url)
{
	const char *authorities = getenv("ZONG_CA");

	zong_buf_add_str(url, client->base);
	if (client->vault && strncmp(path, API, strlen(API)) == 0) {
		zong_buf_add_str(url, client->vault);
		path += strlen(API);
	}
	zong_buf_add_str(url, path);
	if (url->err)
		return plain_error(T("the address is too long", "地址过长"), "");
	curl_easy_reset(client->curl);
	curl_easy_setopt(client->curl, CURLOPT_URL, zong_buf_str(url));
	curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
	if (authorities && *authorities)
		curl_easy_setopt(client->curl, CURLOPT_CAINFO, authorities);
	curl_easy_setopt(client->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(client->curl, CURLOPT_CONNECTTIMEOUT, 15L);
	if (client->socket) {
		curl_easy_setopt(client->curl, CURLOPT_UNIX_SOCKET_PATH, client->socket);
		curl_easy_setopt(client->curl, CURLOPT_PROXY, "");
	}
	return CLI_OK;
}

static int perform(struct client *client, long *ret_status)
{
	CURLcode code = curl_easy_perform(client->curl);

	if (code == CURLE_WRITE_ERROR)
		return plain_error(T("cannot write the output", "无法写入输出"), strerror(errno));
	if (code)
		return plain_error(
			T("no answer from the server", "服务器没有应答"), curl_easy_strerror(code));
	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, ret_status);
	client->status = *ret_status;
	return CLI_OK;
}

bool client_missing(const struct client *client)
{
	return client->status == 404 || client->status == 410;
}

/* Sends what has been set up and reads a JSON answer. */
static int exchange(struct client *client, struct curl_slist *headers, json_t **ret_json)
{
	struct zong_buf reply = ZONG_BUF_INIT(256 << 20);
	long status = 0;
	int failed;

	curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, take_reply);
	curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, &reply);
	failed = perform(client, &status);
	if (!failed && status / 100 != 2) {
		failed = CLI_FAILED;
		tell_problem(&reply, status);
	}
	if (!failed && ret_json) {
		*ret_json = json_loadb((const char *)reply.data, reply.len, 0, NULL);
		if (!*ret_json)
			failed = plain_error(
				T("the server's answer is not JSON", "服务器的回答不是 JSON"), "");
	}
	zong_buf_release(&reply);
	return failed;
}

int client_json(struct client *client, const char *method, const char *path, json_t *body,
	json_t **ret_json)
{
	struct zong_buf url = ZONG_BUF_INIT(32768);
	struct curl_slist *headers = NULL;
	struct curl_slist *item;
	char *text = NULL;
	int failed;

	failed = prepare(client, path, &url);
	for (item = client->headers; item; item = item->next)
		headers = curl_slist_append(headers, item->data);
	if (!failed && body) {
		headers = curl_slist_append(headers, "Content-Type: application/json");
		text = json_dumps(body, JSON_COMPACT);
		curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, text);
	}
	if (!failed) {
		curl_easy_setopt(client->curl, CURLOPT_CUSTOMREQUEST, method);
		failed = exchange(client, headers, ret_json);
	}
	free(text);
	curl_slist_free_all(headers);
	zong_buf_release(&url);
	return failed;
}

void client_say_more_alike(const json_t *answer)
{
	if (json_is_true(json_object_get(answer, "text_more")))
		fprintf(stderr, "%s\n",
			T("not all text was looked at: it is still being read, or is more than a "
			  "search may look through",
				"尚有文字未检索：正在载入，或超过一次检索的上限"));
	if (json_is_true(json_object_get(answer, "alike_more")))
		fprintf(stderr, "%s\n",
			T("more pages may be alike: the search ended at its limit",
				"可能还有相似的页：检索已达上限"));
}

int client_list(struct client *client, const char *path, size_t max, client_item *each, void *ctx,
	size_t *ret_count)
{
	json_t *answer = NULL;
	char *cursor = strdup("");
	size_t count = 0;
	int failed = CLI_OK;

	while (!failed && cursor) {
		struct zong_buf page = ZONG_BUF_INIT(32768);
		size_t limit = max && max - count < 200 ? max - count : 200;
		const json_t *item;
		size_t i;

		zong_buf_add_format(&page, "%s&limit=%zu", path, limit);
		if (*cursor) {
			char *escaped = client_path(client, "&cursor=%s", cursor);

			zong_buf_add_str(&page, escaped ? escaped : "");
			free(escaped);
		}
		failed = client_json(client, "GET", zong_buf_str(&page), NULL, &answer);
		zong_buf_release(&page);
		free(cursor);
		cursor = NULL;
		if (failed)
			break;
		json_array_foreach(json_object_get(answer, "items"), i, item)
		{
			failed = each(ctx, item);
			count++;
			if (failed)
				break;
		}
		if (!failed)
			client_say_more_alike(answer);
		if (*field_str(answer, "next") && (!max || count < max))
			cursor = strdup(field_str(answer, "next"));
		json_decref(answer);
		answer = NULL;
	}
	free(cursor);
	*ret_count = count;
	return failed;
}

struct upload_progress {
	client_progress *report;
	void *ctx;
	struct client *client;
	char *path;    /* where the server tells how far it is */
	int64_t asked; /* when it was asked last */
	double keeping;
};

/* Asks from within the transfer that waits for the answer, on a handle of its own. */
static double ask_keeping(struct upload_progress *progress)
{
	struct client other = *progress->client;
	json_t *told = NULL;
	const json_t *done;
	double share = progress->keeping;

	other.curl = curl_easy_init();
	if (other.curl && client_json(&other, "GET", progress->path, NULL, &told) == CLI_OK) {
		done = json_object_get(told, "done");
		if (json_is_number(done))
			share = json_number_value(done);
	}
	json_decref(told);
	curl_easy_cleanup(other.curl);
	return share;
}

static int on_transfer(
	void *ctx, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
	struct upload_progress *progress = ctx;

	(void)down_total;
	(void)down;
	if (!progress->report || up_total <= 0)
		return 0;
	if (up == up_total && zong_time_monotonic() - progress->asked > ZONG_SECOND / 2) {
		/* not for what is answered at once */
		if (progress->asked)
			progress->keeping = ask_keeping(progress);
		progress->asked = zong_time_monotonic();
	}
	progress->report(progress->ctx, (uint64_t)up, (uint64_t)up_total, progress->keeping);
	return 0;
}

int client_upload(struct client *client, const char *path, json_t *meta, const char *file,
	client_progress *progress, void *ctx, json_t **ret_json)
{
	struct upload_progress report = {
		.report = progress, .ctx = ctx, .client = client, .keeping = -1};
	struct curl_slist *headers = NULL;
	struct curl_slist *item;
	struct zong_buf name = ZONG_BUF_INIT(128);
	char id[ZONG_ID_TEXT];
	struct zong_id new_id;
	struct zong_buf url = ZONG_BUF_INIT(32768);
	char *text = json_dumps(meta, JSON_COMPACT);
	curl_mime *mime = NULL;
	curl_mimepart *part;
	int failed = prepare(client, path, &url);

	zong_id_new(&new_id);
	zong_id_format(&new_id, id);
	zong_buf_add_format(&name, "Zong-Upload: %s", id);
	report.path = client_path(client, "/api/v1/uploads/%s", id);
	for (item = client->headers; item; item = item->next)
		headers = curl_slist_append(headers, item->data);
	headers = curl_slist_append(headers, zong_buf_str(&name));
	if (!failed) {
		mime = curl_mime_init(client->curl);
		part = curl_mime_addpart(mime);
		curl_mime_name(part, "meta");
		curl_mime_type(part, "application/json");
		curl_mime_data(part, text ? text : "{}", CURL_ZERO_TERMINATED);
		part = curl_mime_addpart(mime);
		curl_mime_name(part, "file");
		if (curl_mime_filedata(part, file))
			failed = plain_error(T("cannot read the file", "读不了文件"), file);
		curl_mime_filename(part, "file");
		curl_mime_type(part, "application/octet-stream");
	}
	if (!failed) {
		curl_easy_setopt(client->curl, CURLOPT_MIMEPOST, mime);
		curl_easy_setopt(client->curl, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(client->curl, CURLOPT_XFERINFOFUNCTION, on_transfer);
		curl_easy_setopt(client->curl, CURLOPT_XFERINFODATA, &report);
		failed = exchange(client, headers, ret_json);
	}
	curl_slist_free_all(headers);
	free(report.path);
	zong_buf_release(&name);
	curl_mime_free(mime);
	free(text);
	zong_buf_release(&url);
	return failed;
}

int client_send(struct client *client, const char *path, const char *type, const char *file,
	client_progress *progress, void *ctx, json_t **ret_json)
{
	struct upload_progress report = {
		.report = progress, .ctx = ctx, .client = client, .keeping = -1};
	struct zong_buf header = ZONG_BUF_INIT(256);
	struct zong_buf url = ZONG_BUF_INIT(32768);
	struct curl_slist *headers = NULL;
	struct curl_slist *item;
	char id[ZONG_ID_TEXT];
	struct zong_id new_id;
	FILE *from = fopen(file, "rb");
	struct stat st;
	int failed;

	if (!from || fstat(fileno(from), &st) || !S_ISREG(st.st_mode)) {
		if (from)
			fclose(from);
		return plain_error(T("cannot read the file", "读不了文件"), file);
	}
	zong_id_new(&new_id);
	zong_id_format(&new_id, id);
	report.path = client_path(client, "/api/v1/uploads/%s", id);
	for (item = client->headers; item; item = item->next)
		headers = curl_slist_append(headers, item->data);
	zong_buf_add_format(&header, "Zong-Upload: %s", id);
	headers = curl_slist_append(headers, zong_buf_str(&header));
	zong_buf_clear(&header);
	zong_buf_add_format(&header, "Content-Type: %s", type);
	headers = curl_slist_append(headers, zong_buf_str(&header));
	failed = prepare(client, path, &url);
	if (!failed) {
		curl_easy_setopt(client->curl, CURLOPT_POST, 1L);
		curl_easy_setopt(client->curl, CURLOPT_READDATA, from);
		curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)st.st_size);
		curl_easy_setopt(client->curl, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(client->curl, CURLOPT_XFERINFOFUNCTION, on_transfer);
		curl_easy_setopt(client->curl, CURLOPT_XFERINFODATA, &report);
		failed = exchange(client, headers, ret_json);
	}
	curl_slist_free_all(headers);
	fclose(from);
	free(report.path);
	zong_buf_release(&header);
	zong_buf_release(&url);
	return failed;
}

struct fetch {
	CURL *curl;
	int fd;
	struct zong_digest_state *digest;
	struct zong_buf problem;
	char *etag;
};

static size_t take_bytes(char *bytes, size_t size, size_t count, void *ctx)
{
	struct fetch *fetch = ctx;
	long status = 0;

	curl_easy_getinfo(fetch->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status / 100 != 2)
		return zong_buf_add(&fetch->problem, bytes, size * count) ? 0 : size * count;
	zong_digest_add(fetch->digest, bytes, size * count);
	return zong_file_write_all(fetch->fd, bytes, size * count) ? 0 : size * count;
}

/* Keeps the ETag: a file's is its digest in quotes. */
static size_t take_header(char *bytes, size_t size, size_t count, void *ctx)
{
	struct fetch *fetch = ctx;
	size_t len = size * count;
	size_t from = 5, to;

	if (len > 5 && strncasecmp(bytes, "etag:", 5) == 0) {
		while (from < len && (bytes[from] == ' ' || bytes[from] == '"'))
			from++;
		for (to = from; to < len && bytes[to] != '"' && bytes[to] > ' '; to++)
			;
		if (to - from < ZONG_DIGEST_TEXT)
			snprintf(fetch->etag, ZONG_DIGEST_TEXT, "%.*s", (int)(to - from),
				bytes + from);
	}
	return len;
}

int client_fetch(struct client *client, const char *path, int fd, char *ret_digest, char *ret_etag)
{
	struct fetch fetch = {.curl = client->curl,
		.fd = fd,
		.problem = ZONG_BUF_INIT(1 << 20),
		.etag = ret_etag};
	struct zong_buf url = ZONG_BUF_INIT(32768);
	struct zong_digest digest;
	long status = 0;
	int failed = prepare(client, path, &url);

	*ret_etag = '\0';
	if (!failed && zong_digest_begin(&fetch.digest))
		failed = plain_error(T("out of memory", "内存不足"), "");
	if (!failed) {
		curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, client->headers);
		curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, take_bytes);
		curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, &fetch);
		curl_easy_setopt(client->curl, CURLOPT_HEADERFUNCTION, take_header);
		curl_easy_setopt(client->curl, CURLOPT_HEADERDATA, &fetch);
		failed = perform(client, &status);
		if (!failed && status / 100 != 2) {
			tell_problem(&fetch.problem, status);
			failed = CLI_FAILED;
		}
		zong_digest_end(fetch.digest, &digest);
		zong_digest_format(&digest, ret_digest);
	}
	zong_buf_release(&fetch.problem);
	zong_buf_release(&url);
	return failed;
}
