/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "house.h"

static const char document[] = "%PDF-1.4\ntext 甲乙丙\nblank\n";
#define META "{\"case\":\"U-1\",\"to\":[\"tax\"]}"

static int open_case(void **state)
{
	struct house *h = *state;

	if (zong_case_get(h->f->archive, &h->f->local, "U-1", &h->f->cas, &h->f->err))
		fixture_case(h->f, "U-1");
	return 0;
}

static void say_head(struct house *h, const char *headers)
{
	char head[1024];
	int len = snprintf(head, sizeof(head),
		"POST /api/v1/materials HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
		"Bearer %s\r\n%s\r\n",
		h->archivist, headers);

	house_connect(h);
	house_say(h, head, (size_t)len);
}

static void upload(struct house *h, const char *meta, const char *file, size_t file_len)
{
	size_t len;
	char *form = house_form(meta, file, file_len, &len);
	char headers[256];

	snprintf(headers, sizeof(headers), HOUSE_FORM "Content-Length: %zu\r\n", len);
	say_head(h, headers);
	house_say(h, form, len);
	free(form);
	house_hear(h);
}

static uint64_t materials(struct house *h)
{
	struct zong_status status;

	zong_status_peek(h->f->archive, &status);
	return status.materials;
}

static void a_file_is_taken_in_and_answered_with_a_receipt(void **state)
{
	struct house *h = *state;
	char location[128], id[64];

	upload(h, META, document, sizeof(document) - 1);
	assert_int_equal(h->status, 201);
	assert_string_equal(house_text(h, "case"), "U-1");
	assert_string_equal(house_text(h, "title"), "x");
	assert_int_equal(json_integer_value(json_object_get(h->json, "pages")), 2);
	assert_int_equal(json_array_size(json_object_get(h->json, "deliveries")), 1);
	assert_false(json_is_true(json_object_get(h->json, "again")));
	snprintf(id, sizeof(id), "%s", house_text(h, "material"));
	snprintf(location, sizeof(location), "/api/v1/materials/%s", id);
	assert_string_equal(house_header(h, "Location"), location);
	upload(h, META, document, sizeof(document) - 1);
	assert_int_equal(h->status, 201);
	assert_true(json_is_true(json_object_get(h->json, "again")));
	assert_string_equal(house_text(h, "material"), id);
}

static void a_body_of_unknown_length_is_taken(void **state)
{
	struct house *h = *state;
	char chunk[4096];
	size_t len;
	char *form = house_form(META, document, sizeof(document) - 1, &len);
	int chunk_len =
		snprintf(chunk, sizeof(chunk), "%zx\r\n%.*s\r\n0\r\n\r\n", len, (int)len, form);

	free(form);
	say_head(h, HOUSE_FORM "Transfer-Encoding: chunked\r\n");
	house_say(h, chunk, (size_t)chunk_len);
	house_hear(h);
	assert_int_equal(h->status, 201);
}

static void an_upload_that_cannot_be_is_refused_and_leaves_nothing(void **state)
{
	static const struct {
		const char *meta, *file;
		int status;
		const char *code;
	} refused[] = {
		{META, "", 422, "empty-file"},
		{META, "a letter", 415, "unknown-media"},
		{"{\"case\":\"U-9\"}", document, 404, "case-not-found"},
		{"{\"case\":\"a b\"}", document, 422, "bad-case-number"},
		{"{\"case\":\"U-1\",\"to\":[\"nobody\"]}", document, 422, "department-not-found"},
		{"{\"case\":\"U-1\",\"colour\":1}", document, 400, "bad-json"},
		{"{\"case\":", document, 400, "bad-json"},
		{"", document, 400, "bad-json"},
		{NULL, document, 400, "bad-upload"},
		{META, NULL, 400, "bad-upload"},
		{NULL, NULL, 400, "bad-upload"},
	};
	struct house *h = *state;
	uint64_t before = materials(h);
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		upload(h, refused[i].meta, refused[i].file,
			refused[i].file ? strlen(refused[i].file) : 0);
		assert_int_equal(h->status, refused[i].status);
		assert_string_equal(house_text(h, "code"), refused[i].code);
	}
	assert_int_equal(materials(h), before);
}

static void parts_must_be_the_two_in_their_order(void **state)
{
	static const char *const forms[] = {
		"--bb\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nx\r\n"
		"--bb\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n" META
		"\r\n--bb--\r\n",
		"--bb\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--bb--\r\n",
		"--bb\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{}\r\n"
		"--bb\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{}\r\n--bb--\r\n",
		"--bb\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n" META "\r\n"
		"--bb\r\nContent-Disposition: form-data; name=\"file\"; "
		"filename=\"x\"\r\n\r\n%PDF-1.4\nblank\n",
		"--c--\r\n",
		"nothing",
	};
	struct house *h = *state;
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		house_ask(h, "POST /api/v1/materials", h->archivist, HOUSE_FORM, forms[i]);
		assert_int_equal(h->status, 400);
		assert_string_equal(house_text(h, "code"), "bad-upload");
	}
	house_ask(h, "POST /api/v1/materials", h->archivist, "Content-Type: application/json\r\n",
		"{}");
	assert_int_equal(h->status, 415);
	house_ask(h, "POST /api/v1/materials", h->archivist,
		"Content-Type: multipart/form-data\r\n", "x");
	assert_int_equal(h->status, 415);
}

static void a_meta_over_its_limit_is_refused(void **state)
{
	struct house *h = *state;
	char *meta = malloc(ZONG_LIMIT_META + 100);

	assert_non_null(meta);
	memset(meta, ' ', ZONG_LIMIT_META + 99);
	meta[ZONG_LIMIT_META + 99] = '\0';
	memcpy(meta, META, strlen(META));
	upload(h, meta, document, sizeof(document) - 1);
	free(meta);
	assert_int_equal(h->status, 422);
	assert_string_equal(house_text(h, "code"), "over-limit");
}

static void an_upload_that_breaks_off_leaves_nothing(void **state)
{
	struct house *h = *state;
	uint64_t before = materials(h);
	size_t len, cut;
	char *form = house_form(
		"{\"case\":\"U-1\",\"type\":\"cut\"}", document, sizeof(document) - 1, &len);

	for (cut = 1; cut < len; cut += 7) {
		say_head(h, HOUSE_FORM "Content-Length: 100000\r\n");
		house_say(h, form, cut);
		close(h->fd);
		h->fd = -1;
	}
	free(form);
	/* Another request is answered after those: all of them have been seen to their end. */
	house_ask(h, "GET /api/v1/status", h->archivist, "", NULL);
	assert_int_equal(h->status, 200);
	assert_int_equal(materials(h), before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_case, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_taken_in_and_answered_with_a_receipt),
		TEST(a_body_of_unknown_length_is_taken),
		TEST(an_upload_that_cannot_be_is_refused_and_leaves_nothing),
		TEST(parts_must_be_the_two_in_their_order),
		TEST(a_meta_over_its_limit_is_refused),
		TEST(an_upload_that_breaks_off_leaves_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
