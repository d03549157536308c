/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "http/route.h"

#include "expect.h"
#include "house.h"

#define SESSION "/api/v1/session"
#define CASES "/api/v1/cases"
#define JSON "Content-Type: application/json\r\n"

static char cookie[ZONG_TOKEN_TEXT], csrf[ZONG_CSRF_TEXT];

/* Keeps what the last reply has a browser keep. */
static void keep_cookie(struct house *h)
{
	const char *set = house_header(h, "Set-Cookie");

	assert_non_null(set);
	assert_int_equal(strncmp(set, "zong=zc_", 8), 0);
	assert_int_equal(strcspn(set + 5, ";"), ZONG_TOKEN_TEXT - 2);
	snprintf(cookie, sizeof(cookie), "%.46s", set + 5);
	assert_string_equal(set + 5 + 46, "; Path=/; HttpOnly; SameSite=Strict");
	snprintf(csrf, sizeof(csrf), "%s", house_text(h, "csrf"));
	assert_int_equal(strlen(csrf), ZONG_CSRF_TEXT - 1);
}

static void sign_in(struct house *h)
{
	char body[200];

	snprintf(body, sizeof(body), "{\"token\":\"%s\",\"cookie\":true}", h->archivist);
	house_ask(h, "POST /api/v1/sessions", NULL, JSON, body);
	assert_int_equal(h->status, 201);
	keep_cookie(h);
}

/* @more: header lines. */
static void ask(struct house *h, const char *line, const char *more, const char *body)
{
	char headers[600];

	snprintf(headers, sizeof(headers), "Cookie: other=1; zong=%s; more=2\r\n%s", cookie, more);
	house_ask(h, line, NULL, headers, body);
}

static void refused(struct house *h, const char *line, const char *more, const char *body)
{
	ask(h, line, more, body);
	expect_problem(h, 403, "other-page");
}

static const char *with_csrf(const char *more)
{
	static char lines[300];

	snprintf(lines, sizeof(lines), "Zong-CSRF: %s\r\n%s", csrf, more);
	return lines;
}

static void a_cookie_is_a_session_whose_token_no_script_sees(void **state)
{
	struct house *h = *state;
	char first[ZONG_TOKEN_TEXT], word[ZONG_CSRF_TEXT];

	sign_in(h);
	assert_null(expect_at(h->json, "token"));
	expect_nowhere(h->json, cookie);
	expect_text(h->json, "role", "archivist");
	/* after a reload */
	ask(h, "GET " SESSION, "", NULL);
	assert_int_equal(h->status, 200);
	expect_text(h->json, "csrf", csrf);
	expect_nowhere(h->json, cookie);
	/* another signing in ends the one before */
	memcpy(first, cookie, sizeof(first));
	memcpy(word, csrf, sizeof(word));
	{
		char body[200], headers[100];

		snprintf(body, sizeof(body), "{\"token\":\"%s\",\"cookie\":true}", h->archivist);
		snprintf(headers, sizeof(headers), JSON "Cookie: zong=%s\r\n", first);
		house_ask(h, "POST /api/v1/sessions", NULL, headers, body);
		assert_int_equal(h->status, 201);
		keep_cookie(h);
	}
	assert_string_not_equal(first, cookie);
	assert_string_not_equal(word, csrf);
	ask(h, "GET " SESSION, "", NULL);
	assert_int_equal(h->status, 200);
	memcpy(cookie, first, sizeof(first));
	ask(h, "GET " SESSION, "", NULL);
	expect_problem(h, 401, "unauthenticated");
}

static void a_change_needs_the_word_and_reading_does_not(void **state)
{
	struct house *h = *state;
	static const char body[] = "{\"no\":\"C-1\",\"kind\":\"转移登记\"}";

	sign_in(h);
	ask(h, "GET " CASES, "", NULL);
	assert_int_equal(h->status, 200);
	refused(h, "POST " CASES, JSON, body);
	expect_text(h->json, "subject", "Zong-CSRF");
	refused(h, "POST " CASES, JSON "Zong-CSRF: \r\n", body);
	refused(h, "POST " CASES, JSON "Zong-CSRF: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
		body);
	refused(h, "DELETE " SESSION, "", NULL);
	refused(h, "PUT /api/v1/retention/rules", JSON, "{}");
	refused(h, "PATCH /api/v1/users/admin", JSON, "{}");
	/* whatever it may do: before anything else */
	refused(h, "POST /api/v1/tokens", JSON, "{}");
	ask(h, "POST " CASES, with_csrf(JSON), body);
	assert_int_equal(h->status, 201);
}

static void what_another_page_has_a_browser_send_is_refused(void **state)
{
	struct house *h = *state;
	static const char *const wrong[] = {"Sec-Fetch-Site: cross-site\r\n",
		"Sec-Fetch-Site: same-site\r\n", "Sec-Fetch-Site: \r\n", "Origin: null\r\n",
		"Origin: http://x.example\r\n", "Origin: https://x\r\n", "Origin: http://x:1\r\n",
		"Origin: http://x/\r\n", "Origin: x\r\n", "Origin: \r\n",
		"Sec-Fetch-Site: same-origin\r\nOrigin: http://y\r\n"};
	static const char *const right[] = {"Sec-Fetch-Site: same-origin\r\n",
		"Sec-Fetch-Site: none\r\n", "Origin: http://x\r\n", "Origin: HTTP://X\r\n"};
	char own[100], body[200];

	sign_in(h);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		refused(h, "GET " SESSION, wrong[i], NULL);
		refused(h, "DELETE " SESSION, with_csrf(wrong[i]), NULL);
	}
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		ask(h, "GET " SESSION, right[i], NULL);
		assert_int_equal(h->status, 200);
	}
	/* by the address that the archive gives for itself */
	snprintf(own, sizeof(own), "Origin: %s\r\n", zong_http_address(h->http));
	ask(h, "GET " SESSION, own, NULL);
	assert_int_equal(h->status, 200);
	/* nor does it sign a browser in: a form is no JSON */
	snprintf(body, sizeof(body), "{\"token\":\"%s\",\"cookie\":true}", h->archivist);
	house_ask(h, "POST /api/v1/sessions", NULL, "", body);
	expect_problem(h, 400, "bad-header");
	house_ask(h, "POST /api/v1/sessions", NULL, "Content-Type: text/plain\r\n", body);
	expect_problem(h, 400, "bad-header");
	house_ask(h, "POST /api/v1/sessions", NULL, "Content-Type: application/jsonx\r\n", body);
	expect_problem(h, 400, "bad-header");
	house_ask(h, "POST /api/v1/sessions", NULL, JSON "Origin: http://y\r\n", body);
	expect_problem(h, 403, "other-page");
	assert_null(house_header(h, "Set-Cookie"));
	house_ask(h, "POST /api/v1/sessions", NULL,
		"Content-Type: application/json; charset=utf-8\r\nOrigin: http://x\r\n", body);
	assert_int_equal(h->status, 201);
}

static void a_header_goes_before_a_cookie_and_neither_stands_for_the_other(void **state)
{
	struct house *h = *state;
	char headers[300];

	sign_in(h);
	snprintf(headers, sizeof(headers), "Cookie: zong=%s\r\n", cookie);
	/* the token's role, and no word asked for */
	house_ask(h, "GET " SESSION, h->tax, headers, NULL);
	expect_text(h->json, "role", "department");
	assert_null(expect_at(h->json, "csrf"));
	house_ask(h, "DELETE " SESSION, h->tax, headers, NULL);
	assert_int_equal(h->status, 204);
	assert_null(house_header(h, "Set-Cookie"));
	ask(h, "GET " SESSION, "", NULL);
	assert_int_equal(h->status, 200);
	/* a wrong one is not mended by a cookie */
	house_ask(h, "GET " SESSION, "zt_wrong", headers, NULL);
	expect_problem(h, 401, "unauthenticated");
	house_ask(h, "GET " SESSION, NULL, "Authorization: Basic eDp5\r\n", NULL);
	expect_problem(h, 401, "unauthenticated");
	house_ask(h, "GET " SESSION, cookie, "", NULL);
	expect_problem(h, 401, "unauthenticated");
	snprintf(headers, sizeof(headers), "Cookie: zong=%s\r\n", h->archivist);
	house_ask(h, "GET " SESSION, NULL, headers, NULL);
	expect_problem(h, 401, "unauthenticated");
	/* without TLS the name that stands for it is none of ours */
	snprintf(headers, sizeof(headers), "Cookie: __Host-zong=%s\r\n", cookie);
	house_ask(h, "GET " SESSION, NULL, headers, NULL);
	expect_problem(h, 401, "unauthenticated");
}

/* What is remembered of a token on a connection is remembered of how it came. */
static void a_connection_does_not_mix_them_up(void **state)
{
	struct house *h = *state;
	char request[400];

	sign_in(h);
	house_connect(h);
	snprintf(request, sizeof(request),
		"GET " SESSION " HTTP/1.1\r\nHost: x\r\nCookie: zong=%s\r\n\r\n", cookie);
	for (int i = 0; i < 2; i++) {
		house_say(h, request, strlen(request));
		house_hear_one(h);
		assert_int_equal(h->status, 200);
	}
	snprintf(request, sizeof(request),
		"GET " SESSION " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", cookie);
	house_say(h, request, strlen(request));
	house_hear_one(h);
	assert_int_equal(h->status, 401);
	snprintf(request, sizeof(request),
		"DELETE " SESSION " HTTP/1.1\r\nHost: x\r\nCookie: zong=%s\r\n\r\n", cookie);
	house_say(h, request, strlen(request));
	house_hear_one(h);
	assert_int_equal(h->status, 403);
}

static void signing_out_takes_the_cookie_back(void **state)
{
	struct house *h = *state;

	sign_in(h);
	ask(h, "DELETE " SESSION, with_csrf(""), NULL);
	assert_int_equal(h->status, 204);
	assert_string_equal(house_header(h, "Set-Cookie"),
		"zong=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
	ask(h, "GET " SESSION, "", NULL);
	expect_problem(h, 401, "unauthenticated");
}

/* Behind a server that speaks TLS for it. */
static void where_browsers_come_by_tls_the_cookie_is_bound_to_it(void **state)
{
	struct house *h = *state;
	char body[200], headers[200];
	const char *set;

	zong_archive_set_url(h->f->archive, "https://zong.example");
	snprintf(body, sizeof(body), "{\"token\":\"%s\",\"cookie\":true}", h->archivist);
	house_ask(h, "POST /api/v1/sessions", NULL, JSON "Origin: https://zong.example\r\n", body);
	assert_int_equal(h->status, 201);
	set = house_header(h, "Set-Cookie");
	assert_int_equal(strncmp(set, "__Host-zong=zc_", 15), 0);
	assert_string_equal(set + 12 + 46, "; Path=/; HttpOnly; SameSite=Strict; Secure");
	snprintf(headers, sizeof(headers), "Cookie: __Host-zong=%.46s\r\n", set + 12);
	house_ask(h, "GET " SESSION, NULL, headers, NULL);
	assert_int_equal(h->status, 200);
	memmove(headers + 8, headers + 15, strlen(headers + 15) + 1); /* zong=, which any page nearby could set */
	house_ask(h, "GET " SESSION, NULL, headers, NULL);
	expect_problem(h, 401, "unauthenticated");
	zong_archive_set_url(h->f->archive, zong_http_address(h->http));
}

static void files_asked_for_by_cookie_are_not_kept(void **state)
{
	struct house *h = *state;
	char line[200];

	fixture_case(h->f, "K-1");
	assert_int_equal(fixture_add(h->f, "K-1", "t", "text 甲\n", NULL, &h->f->receipt), 0);
	snprintf(line, sizeof(line), "GET /api/v1/materials/%s/file",
		fixture_id(&h->f->receipt.material->id));
	sign_in(h);
	for (int i = 0; i < 3; i++) {
		ask(h, line, "", NULL);
		assert_int_equal(h->status, 200);
		assert_string_equal(house_header(h, "Cache-Control"), "no-store");
		house_ask(h, line, h->archivist, "", NULL);
		assert_string_equal(
			house_header(h, "Cache-Control"), "private, max-age=31536000, immutable");
	}
	ask(h, line, "Range: bytes=0-3\r\n", NULL);
	assert_int_equal(h->status, 206);
	assert_string_equal(house_header(h, "Cache-Control"), "no-store");
}

/* -- what reading changes -- */

/* Of each table but those of the log, and what the store moves by itself. */
struct sums {
	unsigned char table[ZONG_TABLE_COUNT_][crypto_generichash_BYTES];
};

/* Counters, which are looked at by their names, and how far the thread is that reads all again. */
static bool is_apart(const struct zong_key_view *key)
{
	return (key->len > 7 && memcmp(key->bytes, "counter", 7) == 0) ||
	       (key->len >= 5 && memcmp(key->bytes, "scrub", 5) == 0);
}

static void sum_counters(struct zong_txn *txn, crypto_generichash_state *sum)
{
	uint64_t value;

	for (int counter = 0; counter < ZONG_COUNTER_COUNT_; counter++) {
		if (counter == ZONG_COUNT_LOG)
			continue;
		assert_int_equal(zong_txn_counter(txn, (enum zong_counter)counter, &value), 0);
		crypto_generichash_update(sum, (const void *)&value, sizeof(value));
	}
}

static void sum_table(struct zong_txn *txn, enum zong_table table, crypto_generichash_state *sum)
{
	struct zong_iter iter = {0};

	assert_int_equal(zong_iter_begin(&iter, txn, table, NULL, NULL, false), 0);
	while (zong_iter_next(&iter) == 0) {
		if (table == ZONG_TABLE_META && is_apart(&iter.key))
			continue;
		crypto_generichash_update(sum, iter.key.bytes, iter.key.len);
		crypto_generichash_update(sum, iter.value, iter.value_len);
	}
	zong_iter_end(&iter);
}

static void sum_rows(struct fixture *f, struct sums *ret_sums)
{
	struct zong_txn *txn;

	memset(ret_sums, 0, sizeof(*ret_sums));
	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	for (int table = 0; table < ZONG_TABLE_COUNT_; table++) {
		crypto_generichash_state sum;

		if (table == ZONG_TABLE_LOG || table == ZONG_TABLE_LOG_TREE ||
			table == ZONG_TABLE_LOG_CHECKPOINTS || table == ZONG_TABLE_PENDING)
			continue;
		crypto_generichash_init(&sum, NULL, 0, crypto_generichash_BYTES);
		sum_table(txn, (enum zong_table)table, &sum);
		if (table == ZONG_TABLE_META)
			sum_counters(txn, &sum);
		crypto_generichash_final(
			&sum, ret_sums->table[table], sizeof(ret_sums->table[table]));
	}
	zong_txn_end(txn);
}

/* What is read leaves a trace in two places besides the log: a delivery that its department has seen in the feed is sent, and a query
 * names the line of the log about the paper that was printed last. */
static bool may_change(const char *pattern, int table)
{
	switch (table) {
	case ZONG_TABLE_META: /* how many are in each state */
	case ZONG_TABLE_DELIVERIES:
	case ZONG_TABLE_DELIVERIES_BY_STATE:
	case ZONG_TABLE_OUTBOX:
	case ZONG_TABLE_OUTBOX_BY_CASE:
		return strcmp(pattern, "/api/v1/departments/{d}/feed") == 0 ||
		       strcmp(pattern, "/api/v1/departments/{d}/events") == 0;
	case ZONG_TABLE_QUERIES:
		return strcmp(pattern, "/api/v1/queries/{no}/pdf") == 0 ||
		       strcmp(pattern, "/api/v1/desk/{session}/pdf") == 0;
	default:
		return false;
	}
}

struct thing {
	const char *pattern, *is;
};

/* The pattern with what is there in the place of {…}. */
static void fill(const char *pattern, const struct thing *things, char ret_path[300])
{
	size_t at = 0;

	snprintf(ret_path, 300, "%s", pattern);
	for (size_t i = 0; things[i].pattern; i++) {
		char *found = strstr(ret_path, things[i].pattern);
		char rest[300];

		if (!found)
			continue;
		snprintf(rest, sizeof(rest), "%s", found + strlen(things[i].pattern));
		at = (size_t)(found - ret_path);
		snprintf(ret_path + at, 300 - at, "%s%s", things[i].is, rest);
	}
	/* what is not known here is not there */
	for (char *found = strchr(ret_path, '{'); found; found = strchr(found, '{')) {
		char *end = strchr(found, '}');

		assert_non_null(end);
		*found = '0';
		memmove(found + 1, end + 1, strlen(end + 1) + 1);
	}
}

static void a_get_of_any_address_changes_nothing_but_what_tells_that_it_was_read(void **state)
{
	struct house *h = *state;
	struct fixture *f = h->f;
	char id[64], digest[ZONG_DIGEST_TEXT], delivery[64], query[40], path[300], line[320];
	const char *const askers[] = {h->administrator, h->archivist, h->lookup, h->tax};
	static struct sums before, after;
	size_t answered = 0, asked = 0, traces = 0;
	struct zong_digest value;

	fixture_case(f, "S-1");
	assert_int_equal(fixture_add(f, "S-1", "t", "text 甲乙\n", "tax", &f->receipt), 0);
	assert_true(fixture_settle(f));
	snprintf(id, sizeof(id), "%s", fixture_id(&f->receipt.material->id));
	memcpy(value.bytes, f->receipt.material->file.data, sizeof(value.bytes));
	zong_digest_format(&value, digest);
	assert_int_equal(f->receipt.deliveries, 1);
	snprintf(delivery, sizeof(delivery), "/deliveries/%s",
		fixture_id(&f->receipt.delivery[0]->id));
	expect_reply(h, "POST /api/v1/queries", h->lookup,
		"{\"asker\":\"owner\",\"querent\":{\"name\":\"示例甲\",\"idno\":\"11010519491231002X\"},"
		"\"purpose\":\"示例\",\"proofs\":[{\"kind\":\"身份证\"}],\"objects\":[{\"by\":\"unit\","
		"\"value\":\"370786001001GB00001F00010001\"}]}",
		201);
	snprintf(query, sizeof(query), "/queries/%s", house_text(h, "no"));
	snprintf(line, sizeof(line), "POST /api/v1%s/refuse", query);
	expect_reply(h, line, h->lookup, "{\"reason\":\"示例\"}", 200);
	{
		/* what stands first is put first */
		const struct thing things[] = {{"/deliveries/{id}", delivery},
			{"/queries/{no}", query}, {"/cases/{no}", "/cases/S-1"}, {"{no}", "0"},
			{"{id}", id}, {"{digest}", digest}, {"{n}", "1"}, {"{d}", "tax"},
			{"{department}", "tax"},
			{"{day}", "2026-11-29"}, {"/parcels/{code}", "/parcels/370786001001GB00001"},
			{"{code}", "0"}, {"{seq}", "1"}, {"{tile}", "0/000"}, {"{version}", "1"},
			{"{session}", "0"}, {"{word}", "0"}, {NULL, NULL}};

		sum_rows(f, &before);
		for (size_t i = 0; i < zong_routes_count; i++) {
			if (strcmp(zong_routes[i].method, "GET") != 0)
				continue;
			fill(zong_routes[i].pattern, things, path);
			for (size_t a = 0; a < sizeof(askers) / sizeof(askers[0]); a++) {
				snprintf(line, sizeof(line), "GET %s%s", path,
					strstr(path, "/search") ? "?q=%E7%94%B2" : "");
				house_ask(h, line, askers[a], "", NULL);
				answered += h->status == 200;
				asked++;
				sum_rows(f, &after);
				traces += memcmp(&before, &after, sizeof(after)) != 0;
				for (int table = 0; table < ZONG_TABLE_COUNT_; table++)
					if (memcmp(before.table[table], after.table[table],
						    sizeof(after.table[table])) != 0 &&
						!may_change(zong_routes[i].pattern, table))
						fail_msg("%s changes table %d", line, table);
				before = after;
			}
		}
	}
	assert_true(asked > 250);
	assert_true(answered > 100);
	assert_true(traces >= 2); /* both of them */
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_cookie_is_a_session_whose_token_no_script_sees),
		TEST(a_change_needs_the_word_and_reading_does_not),
		TEST(what_another_page_has_a_browser_send_is_refused),
		TEST(a_header_goes_before_a_cookie_and_neither_stands_for_the_other),
		TEST(a_connection_does_not_mix_them_up),
		TEST(signing_out_takes_the_cookie_back),
		TEST(where_browsers_come_by_tls_the_cookie_is_bound_to_it),
		TEST(files_asked_for_by_cookie_are_not_kept),
		TEST(a_get_of_any_address_changes_nothing_but_what_tells_that_it_was_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
