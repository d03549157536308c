/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "proto.h"

static struct zong_buf body;
static struct zong_arena arena;

static int setup(void **state)
{
	(void)state;
	zong_buf_init(&body, 1 << 20);
	arena = (struct zong_arena)ZONG_ARENA_INIT;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_buf_release(&body);
	zong_arena_release(&arena);
	return 0;
}

static void requests_come_back_as_they_were_sent(void **state)
{
	static const enum zong_message types[] = {
		ZONG_MESSAGE_OPEN, ZONG_MESSAGE_PROBE, ZONG_MESSAGE_READ, ZONG_MESSAGE_RENDER};
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct zong_request sent = {.type = types[i]}, got;

		if (sent.type == ZONG_MESSAGE_OPEN) {
			sent.media = ZONG_MEDIA_JPEG;
			memset(sent.key.bytes, 0xa5, sizeof(sent.key.bytes));
		} else {
			sent.page = 4711;
		}
		if (sent.type == ZONG_MESSAGE_RENDER) {
			sent.max_width = 800;
			sent.part = (struct zong_box){1, 2, UINT32_MAX - 1, 4};
		}
		zong_buf_clear(&body);
		zong_proto_add_request(&body, &sent);
		assert_true(body.len <= ZONG_PROTO_REQUEST_MAX);
		assert_int_equal(zong_proto_parse_request(sent.type, body.data, body.len, &got), 0);
		assert_int_equal(got.page, sent.page);
		assert_int_equal(got.media, sent.media);
		assert_int_equal(got.max_width, sent.max_width);
		assert_memory_equal(&got.part, &sent.part, sizeof(got.part));
		assert_memory_equal(&got.key, &sent.key, sizeof(got.key));
		assert_int_equal(zong_proto_parse_request(sent.type, body.data, body.len - 1, &got),
			ZONG_EPROTO);
		zong_buf_add_char(&body, 0);
		assert_int_equal(zong_proto_parse_request(sent.type, body.data, body.len, &got),
			ZONG_EPROTO);
	}
}

static void page_0_an_unknown_media_and_an_answer_are_no_requests(void **state)
{
	struct zong_request request = {.type = ZONG_MESSAGE_READ}, got;

	(void)state;
	zong_proto_add_request(&body, &request);
	assert_int_equal(
		zong_proto_parse_request(request.type, body.data, body.len, &got), ZONG_EPROTO);
	request = (struct zong_request){.type = ZONG_MESSAGE_OPEN, .media = 99};
	zong_buf_clear(&body);
	zong_proto_add_request(&body, &request);
	assert_int_equal(
		zong_proto_parse_request(request.type, body.data, body.len, &got), ZONG_EPROTO);
	assert_int_equal(zong_proto_parse_request(ZONG_MESSAGE_READY, body.data, body.len, &got),
		ZONG_EPROTO);
}

static void a_header_with_an_unknown_type_or_too_long_a_body_is_refused(void **state)
{
	uint8_t header[ZONG_PROTO_HEADER] = {0, 0, 1, 0, ZONG_MESSAGE_READ};
	enum zong_message type;
	size_t len;

	(void)state;
	assert_int_equal(zong_proto_parse_header(header, 256, &type, &len), 0);
	assert_int_equal(len, 256);
	assert_int_equal(zong_proto_parse_header(header, 255, &type, &len), ZONG_EPROTO);
	header[4] = 9;
	assert_int_equal(zong_proto_parse_header(header, 256, &type, &len), ZONG_EPROTO);
	header[4] = ZONG_MESSAGE_READ;
	header[7] = 1;
	assert_int_equal(zong_proto_parse_header(header, 256, &type, &len), ZONG_EPROTO);
}

static void a_worker_cannot_blame_a_document_with_a_code_that_is_not_its_own(void **state)
{
	const char *text;
	int code;

	(void)state;
	zong_proto_add_failed(&body, ZONG_EENCRYPTED, "密");
	assert_int_equal(zong_proto_parse_failed(body.data, body.len, &arena, &code, &text), 0);
	assert_int_equal(code, ZONG_EENCRYPTED);
	assert_string_equal(text, "密");
	zong_buf_clear(&body);
	zong_proto_add_failed(&body, ZONG_EFORBIDDEN, "");
	assert_int_equal(
		zong_proto_parse_failed(body.data, body.len, &arena, &code, &text), ZONG_EPROTO);
	zong_buf_clear(&body);
	zong_proto_add_failed(&body, ZONG_ENOMEM, "");
	assert_int_equal(
		zong_proto_parse_failed(body.data, body.len, &arena, &code, &text), ZONG_EPROTO);
	zong_buf_clear(&body);
	zong_proto_add_failed(&body, ZONG_EIO, "");
	assert_int_equal(
		zong_proto_parse_failed(body.data, body.len, &arena, &code, &text), ZONG_EPROTO);
	zong_buf_clear(&body);
	zong_proto_add_failed(&body, ZONG_EDAMAGED, "two\nlines\x01");
	assert_int_equal(
		zong_proto_parse_failed(body.data, body.len, &arena, &code, &text), ZONG_EPROTO);
}

static void no_document_has_no_pages_or_more_than_the_limit(void **state)
{
	uint32_t pages;

	(void)state;
	zong_proto_add_opened(&body, 0);
	assert_int_equal(zong_proto_parse_opened(body.data, body.len, &pages), ZONG_EPROTO);
	zong_buf_clear(&body);
	zong_proto_add_opened(&body, ZONG_LIMIT_PAGES + 1);
	assert_int_equal(zong_proto_parse_opened(body.data, body.len, &pages), ZONG_EPROTO);
	zong_buf_clear(&body);
	zong_proto_add_opened(&body, ZONG_LIMIT_PAGES);
	assert_int_equal(zong_proto_parse_opened(body.data, body.len, &pages), 0);
	assert_int_equal(pages, ZONG_LIMIT_PAGES);
}

static int page_round(const struct zong_probe_page *sent, struct zong_probe_page *got)
{
	zong_buf_clear(&body);
	zong_proto_add_page(&body, sent);
	return zong_proto_parse_page(body.data, body.len, &arena, got);
}

static void a_probed_page_comes_back_as_it_was_sent(void **state)
{
	struct zong_probe_page sent = {.width = 2480,
		.height = 3508,
		.dpi_x = 300,
		.dpi_y = 299.5f,
		.colour = ZONG_COLOUR_RGB,
		.bits = 16,
		.text_layer = true};
	struct zong_probe_page got = {0};

	(void)state;
	memset(sent.raster.bytes, 3, sizeof(sent.raster.bytes));
	assert_int_equal(page_round(&sent, &got), 0);
	assert_int_equal(got.width, 2480);
	assert_int_equal(got.height, 3508);
	assert_true(got.dpi_y == 299.5f);
	assert_int_equal(got.colour, ZONG_COLOUR_RGB);
	assert_int_equal(got.bits, 16);
	assert_true(got.text_layer && !got.blank);
	assert_memory_equal(&got.raster, &sent.raster, sizeof(got.raster));
	sent = (struct zong_probe_page){.err = ZONG_EDAMAGED};
	assert_int_equal(page_round(&sent, &got), 0);
	assert_int_equal(got.err, ZONG_EDAMAGED);
}

static void the_code_of_a_sheet_comes_back_or_is_refused(void **state)
{
	static const char *const bad[] = {
		"https://example.cn", "ZONG1;c=a b", "ZONG1;c=\x7f", "ZONG"};
	struct zong_probe_page page = {
		.width = 10, .height = 10, .colour = ZONG_COLOUR_GREY, .bits = 8, .patch = true};
	struct zong_probe_page got = {0};
	char longer[1100];

	(void)state;
	assert_int_equal(page_round(&page, &got), 0);
	assert_true(got.patch);
	assert_null(got.sheet);
	page.sheet = "ZONG1;c=1;00000000";
	assert_int_equal(page_round(&page, &got), 0);
	assert_string_equal(got.sheet, page.sheet);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		page.sheet = bad[i];
		assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
	}
	memset(longer, 'a', sizeof(longer));
	memcpy(longer, "ZONG1;", 6);
	longer[sizeof(longer) - 1] = '\0';
	page.sheet = longer;
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
	page = (struct zong_probe_page){.err = ZONG_EDAMAGED, .patch = true};
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
}

static void the_figures_of_a_page_come_back_or_are_refused(void **state)
{
	const struct zong_probe_page good = {.width = 10,
		.height = 10,
		.colour = ZONG_COLOUR_GREY,
		.bits = 8,
		.quality = {true, true, 300, 0.97f, 0.05f, 1.5f, 0.8f, 0.1f, 0.01f, 0.2f, 12}};
	struct zong_probe_page page = good, got = {0};

	(void)state;
	assert_int_equal(page_round(&page, &got), 0);
	assert_memory_equal(&got.quality, &good.quality, sizeof(got.quality));
	page.quality.measured = false;
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
	page = good;
	page.quality.paper = 1.01f;
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
	page = good;
	page.quality.skew = NAN;
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
	page = good;
	page.quality.margin = -1;
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
	page = good;
	page.err = ZONG_EDAMAGED;
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
}

static void an_impossible_page_is_refused(void **state)
{
	const struct zong_probe_page good = {
		.width = 10, .height = 10, .colour = ZONG_COLOUR_GREY, .bits = 8};
	struct zong_probe_page page = good, got;

	(void)state;
	assert_int_equal(page_round(&page, &got), 0);
	page.width = 0;
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
	page.width = 2000000;
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
	page.width = page.height = 900000;
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
	page = good;
	page.dpi_x = NAN;
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
	page.dpi_x = -1;
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
	page = good;
	page.colour = 4;
	assert_int_equal(page_round(&page, &got), ZONG_EPROTO);
}

static struct zong_word words[2];
static struct zong_line lines[2];
static struct zong_reading reading;

static void make_reading(void)
{
	words[0] = (struct zong_word){"不动产", {10, 10, 90, 30}, 0.5f, false};
	words[1] = (struct zong_word){"No1", {10, 50, 40, 30}, 1, false};
	lines[0] = (struct zong_line){{10, 10, 90, 30}, 0.5f, 0, 1, 0};
	lines[1] = (struct zong_line){{10, 50, 40, 30}, 1, 1, 1, 1};
	reading = (struct zong_reading){.width = 100,
		.height = 100,
		.source = ZONG_TEXT_OCR,
		.confidence = 0.75f,
		.engine = "e",
		.steps = "s",
		.line = lines,
		.lines = 2,
		.word = words,
		.words = 2};
}

static int reading_round(struct zong_reading *got)
{
	zong_buf_clear(&body);
	zong_proto_add_reading(&body, &reading);
	return zong_proto_parse_reading(body.data, body.len, &arena, got);
}

static void a_reading_comes_back_as_it_was_sent(void **state)
{
	struct zong_reading got;

	(void)state;
	make_reading();
	assert_int_equal(reading_round(&got), 0);
	assert_int_equal(got.words, 2);
	assert_string_equal(got.word[0].text, "不动产");
	assert_int_equal(got.word[1].box.y, 50);
	assert_int_equal(got.line[1].first, 1);
	assert_int_equal(got.line[1].block, 1);
	assert_string_equal(got.engine, "e");
	assert_true(got.confidence == 0.75f);
}

static void a_reading_that_breaks_a_rule_is_refused(void **state)
{
	struct zong_reading got;

	(void)state;
	make_reading();
	words[0].box.x = 20; /* beyond the page */
	assert_int_equal(reading_round(&got), ZONG_EPROTO);
	make_reading();
	words[0].box.x = UINT32_MAX;
	assert_int_equal(reading_round(&got), ZONG_EPROTO);
	make_reading();
	words[0].confidence = 1.5f;
	assert_int_equal(reading_round(&got), ZONG_EPROTO);
	make_reading();
	words[0].text = "两 个";
	assert_int_equal(reading_round(&got), ZONG_EPROTO);
	make_reading();
	words[0].text = "";
	assert_int_equal(reading_round(&got), ZONG_EPROTO);
	make_reading();
	words[0].text = "\xc3\x28";
	assert_int_equal(reading_round(&got), ZONG_EPROTO);
	make_reading();
	lines[1].count = 2; /* more words than there are */
	assert_int_equal(reading_round(&got), ZONG_EPROTO);
	make_reading();
	reading.lines = 1; /* a word without a line */
	assert_int_equal(reading_round(&got), ZONG_EPROTO);
	make_reading();
	lines[1].block = 2;
	assert_int_equal(reading_round(&got), ZONG_EPROTO);
	make_reading();
	reading.source = ZONG_TEXT_NONE;
	assert_int_equal(reading_round(&got), ZONG_EPROTO);
}

static void a_reading_cut_anywhere_is_refused(void **state)
{
	struct zong_reading got;
	size_t len;

	(void)state;
	make_reading();
	assert_int_equal(reading_round(&got), 0);
	for (len = 0; len < body.len; len++)
		assert_int_equal(
			zong_proto_parse_reading(body.data, len, &arena, &got), ZONG_EPROTO);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(requests_come_back_as_they_were_sent),
		TEST(page_0_an_unknown_media_and_an_answer_are_no_requests),
		TEST(a_header_with_an_unknown_type_or_too_long_a_body_is_refused),
		TEST(a_worker_cannot_blame_a_document_with_a_code_that_is_not_its_own),
		TEST(no_document_has_no_pages_or_more_than_the_limit),
		TEST(a_probed_page_comes_back_as_it_was_sent),
		TEST(the_code_of_a_sheet_comes_back_or_is_refused),
		TEST(the_figures_of_a_page_come_back_or_are_refused),
		TEST(an_impossible_page_is_refused),
		TEST(a_reading_comes_back_as_it_was_sent),
		TEST(a_reading_that_breaks_a_rule_is_refused),
		TEST(a_reading_cut_anywhere_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
