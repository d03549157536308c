/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/limits.h>
#include <zong/time.h>

#include "house.h"

#define REPLY_MAX (16 << 20)
#define PATIENCE 20 /* seconds for a reply; a test that needs them has failed */

static int make_token(
	struct house *h, const char *role, const char *department, char token[ZONG_TOKEN_TEXT])
{
	Zong__Token *row;
	int err = zong_token_new(h->f->archive, &h->f->administrator, role, department, role, 0, 0,
		token, &row, &h->f->err);

	if (!err)
		zong__token__free_unpacked(row, NULL);
	return err;
}

int house_setup(void **state)
{
	struct zong_http_options options = {.listen = "127.0.0.1:0"};
	struct house *h = calloc(1, sizeof(*h));
	void *fixture = NULL;
	unsigned int port;

	if (!h || fixture_setup(&fixture))
		return -1;
	h->f = fixture;
	h->fd = -1;
	*state = h;
	if (make_token(h, "administrator", NULL, h->administrator) ||
		make_token(h, "archivist", NULL, h->archivist) ||
		make_token(h, "lookup", NULL, h->lookup) ||
		make_token(h, "department", "tax", h->tax))
		return -1;
	snprintf(h->web, sizeof(h->web), "%s/web-page", h->f->dir);
	if (mkdir(h->web, 0700))
		return -1;
	options.web = h->web;
	if (zong_http_open(h->f->archive, &options, &h->http, &h->f->err) ||
		zong_http_serve(h->http, &h->f->err))
		return -1;
	if (sscanf(zong_http_address(h->http), "http://127.0.0.1:%u", &port) != 1)
		return -1;
	h->port = (unsigned short)port;
	return 0;
}

static void forget_reply(struct house *h)
{
	free(h->text);
	json_decref(h->json);
	h->text = NULL;
	h->json = NULL;
	h->len = 0;
	h->status = 0;
	h->body = NULL;
	h->body_len = 0;
}

int house_clear(void **state)
{
	struct house *h = *state;
	void *fixture = h->f;

	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
	forget_reply(h);
	return fixture_clear(&fixture);
}

int house_teardown(void **state)
{
	struct house *h = *state;
	void *fixture = h->f;
	int64_t began;
	bool waited;

	house_clear(state);
	began = zong_time_monotonic();
	zong_http_close(h->http);
	/* No client is there any more, so there was none to wait for. */
	waited = zong_time_monotonic() - began >= ZONG_LIMIT_CLOSE_SECONDS * ZONG_SECOND;
	fixture_teardown(&fixture);
	free(h);
	return waited ? -1 : 0;
}

void house_connect(struct house *h)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(h->port)};
	struct timeval patience = {PATIENCE, 0};

	if (h->fd >= 0)
		close(h->fd);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	h->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(h->fd >= 0);
	setsockopt(h->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_int_equal(connect(h->fd, (struct sockaddr *)&address, sizeof(address)), 0);
}

void house_say(struct house *h, const void *bytes, size_t len)
{
	const char *p = bytes;
	ssize_t sent;

	while (len > 0) {
		sent = send(h->fd, p, len, MSG_NOSIGNAL);
		assert_true(sent > 0);
		p += sent;
		len -= (size_t)sent;
	}
}

/* Takes the reply apart once its head is there; false before. */
static bool parse_head(struct house *h)
{
	char *end = h->text ? strstr(h->text, "\r\n\r\n") : NULL;

	if (!end)
		return false;
	if (!h->status)
		assert_int_equal(sscanf(h->text, "HTTP/1.1 %d", &h->status), 1);
	h->body = end + 4;
	h->body_len = h->len - (size_t)(h->body - h->text);
	return true;
}

/* More of the reply; false at the end of the connection. */
static bool hear_more(struct house *h)
{
	ssize_t got;

	if (!h->text)
		h->text = malloc(REPLY_MAX + 1);
	assert_non_null(h->text);
	assert_true(h->len < REPLY_MAX);
	got = recv(h->fd, h->text + h->len, REPLY_MAX - h->len, 0);
	if (got > 0)
		h->len += (size_t)got;
	h->text[h->len] = '\0';
	return got > 0;
}

static void parse_json(struct house *h)
{
	const char *type = house_header(h, "Content-Type");

	if (type && strstr(type, "json") && h->body_len)
		h->json = json_loadb(h->body, h->body_len, 0, NULL);
}

void house_hear(struct house *h)
{
	forget_reply(h);
	while (hear_more(h))
		continue;
	assert_true(parse_head(h));
	parse_json(h);
}

void house_hear_one(struct house *h)
{
	const char *length;

	forget_reply(h);
	while (!parse_head(h))
		assert_true(hear_more(h));
	length = house_header(h, "Content-Length");
	while (length && h->body_len < strtoul(length, NULL, 10)) {
		assert_true(hear_more(h));
		parse_head(h);
	}
	parse_json(h);
}

void house_ask(
	struct house *h, const char *line, const char *token, const char *headers, const char *body)
{
	char *head = NULL;
	int len = asprintf(&head, "%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s%s%s%s", line,
		token ? "Authorization: Bearer " : "", token ? token : "", token ? "\r\n" : "",
		headers);

	assert_true(len > 0);
	house_connect(h);
	house_say(h, head, (size_t)len);
	free(head);
	if (body) {
		len = asprintf(&head, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
		assert_true(len > 0);
		house_say(h, head, (size_t)len);
		free(head);
	} else {
		house_say(h, "\r\n", 2);
	}
	house_hear(h);
}

const char *house_header(const struct house *h, const char *name)
{
	static char value[1024];
	size_t len = strlen(name);
	const char *p = h->text;

	while ((p = strstr(p, "\r\n")) != NULL && p + 4 < h->body) {
		p += 2;
		if (strncasecmp(p, name, len) != 0 || p[len] != ':')
			continue;
		p += len + 1;
		p += strspn(p, " ");
		snprintf(value, sizeof(value), "%.*s", (int)strcspn(p, "\r"), p);
		return value;
	}
	return NULL;
}

const char *house_text(const struct house *h, const char *name)
{
	const char *text = json_string_value(json_object_get(h->json, name));

	return text ? text : "";
}

char *house_form(const char *meta, const char *file, size_t file_len, size_t *ret_len)
{
	char *form = NULL;
	FILE *out = open_memstream(&form, ret_len);

	assert_non_null(out);
	if (meta)
		fprintf(out, "--bb\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n%s\r\n",
			meta);
	if (file) {
		fprintf(out, "--bb\r\nContent-Disposition: form-data; name=\"file\"; "
			     "filename=\"x.pdf\"\r\n\r\n");
		fwrite(file, 1, file_len, out);
		fputs("\r\n", out);
	}
	fputs("--bb--\r\n", out);
	fclose(out);
	return form;
}
