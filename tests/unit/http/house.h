/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_HTTP_HOUSE_H
#define ZONG_TEST_HTTP_HOUSE_H

/* A server over the archive of tests/unit/archive/fixture.h, on a free port, with a web folder and
 * a token of each role, and a client that says exactly what a test wants on the wire. */

#include "fixture.h"

#include <jansson.h>

#include <zong/http.h>

struct house {
	struct fixture *f;
	struct zong_http *http;
	unsigned short port;
	char web[300];
	char administrator[ZONG_TOKEN_TEXT], archivist[ZONG_TOKEN_TEXT], lookup[ZONG_TOKEN_TEXT],
		tax[ZONG_TOKEN_TEXT];
	int fd;	    /* a connection that a test holds */
	char *text; /* the last reply, whole */
	size_t len;
	int status;
	const char *body; /* borrowed of text */
	size_t body_len;
	json_t *json; /* the body, where it is JSON */
};

int house_setup(void **state);
int house_teardown(void **state);
/* Of a test. */
int house_clear(void **state);

/* Asks on a connection of its own and reads to its end. @line: "GET /path"; @token: or NULL;
 * @headers: lines each with its \r\n, or ""; @body: or NULL, its length is said. Fails the test
 * when there is no reply. */
void house_ask(struct house *h, const char *line, const char *token, const char *headers,
	const char *body);
/* The pieces of it. */
void house_connect(struct house *h);
void house_say(struct house *h, const void *bytes, size_t len);
void house_hear(struct house *h);     /* to the end of the connection */
void house_hear_one(struct house *h); /* one reply with a Content-Length; the connection stays */
/* Value of a header of the last reply, static; NULL when it is not there. */
const char *house_header(const struct house *h, const char *name);
/* A member of the last JSON reply as text. */
const char *house_text(const struct house *h, const char *name);
/* A form with the two parts (NULL: left out) under the boundary "bb"; caller frees. */
char *house_form(const char *meta, const char *file, size_t file_len, size_t *ret_len);
#define HOUSE_FORM "Content-Type: multipart/form-data; boundary=bb\r\n"

#endif
