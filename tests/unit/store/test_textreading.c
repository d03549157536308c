/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "fixture.h"

#define LINES 300
#define WORDS 20

static const struct zong_digest raster = {{5}};
static struct zong_readings *readings;

static int setup(void **state)
{
	int r = fixture_setup(state);

	return r ? r : zong_readings_new(&readings);
}

static int teardown(void **state)
{
	zong_readings_free(readings);
	readings = NULL;
	return fixture_teardown(state);
}

static int put(struct zong_txn *txn, void *ctx)
{
	return zong_reading_put(txn, &raster, ctx);
}

/* @lines lines of words of all kinds. */
static void put_page(struct fixture *f, size_t lines)
{
	static Zong__Word word[LINES * WORDS];
	static Zong__Word *words[LINES * WORDS];
	static Zong__Box box[LINES * WORDS];
	static Zong__Line line[LINES];
	static Zong__Line *each[LINES];
	static char text[LINES * WORDS][16];
	Zong__Reading reading = ZONG__READING__INIT;
	Zong__Field field = ZONG__FIELD__INIT;
	Zong__Field *fields[] = {&field};

	for (size_t i = 0; i < lines * WORDS; i++) {
		zong__word__init(&word[i]);
		zong__box__init(&box[i]);
		snprintf(text[i], sizeof(text[i]), "不动%zu", i);
		if (i % 7 == 0)
			text[i][0] = '\0';
		word[i].text = text[i];
		word[i].blank_before = i % 3 == 0;
		word[i].repaired = i % 5 == 0;
		word[i].confidence = (float)(i % 11) / 10;
		box[i].x = (uint32_t)i * 1000;
		if (i % 13)
			word[i].box = &box[i];
		words[i] = &word[i];
	}
	for (size_t i = 0; i < lines; i++) {
		zong__line__init(&line[i]);
		line[i].words = words + i * WORDS;
		line[i].n_words = i % 4 ? WORDS : 0;
		line[i].block = (uint32_t)i / 3;
		line[i].confidence = 0.5F;
		each[i] = &line[i];
	}
	reading.lines = each;
	reading.n_lines = lines;
	reading.width = 2480;
	reading.fields = fields;
	reading.n_fields = 1;
	assert_int_equal(zong_store_write(f->store, put, &reading), 0);
}

static void assert_same_words(const Zong__Reading *got, const Zong__Reading *whole)
{
	assert_int_equal(got->n_lines, whole->n_lines);
	for (size_t i = 0; i < whole->n_lines; i++) {
		assert_int_equal(got->lines[i]->n_words, whole->lines[i]->n_words);
		assert_int_equal(got->lines[i]->block, whole->lines[i]->block);
		for (size_t w = 0; w < whole->lines[i]->n_words; w++) {
			const Zong__Word *a = got->lines[i]->words[w], *b = whole->lines[i]->words[w];

			assert_string_equal(a->text, b->text);
			assert_int_equal(a->blank_before, b->blank_before);
			assert_int_equal(a->repaired, b->repaired);
		}
	}
}

static void assert_same_place(const Zong__Word *a, const Zong__Word *b)
{
	assert_true(a->confidence == b->confidence);
	assert_int_equal(a->box != NULL, b->box != NULL);
	assert_true(!a->box || a->box->x == b->box->x);
}

static void words_come_alone_and_get_their_place_when_it_is_wanted(void **state)
{
	static const size_t sizes[] = {3, 0, LINES, 1, 40};
	struct fixture *f = *state;
	const Zong__Reading *got;
	struct zong_txn *txn;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		Zong__Reading *whole = NULL;

		put_page(f, sizes[i]);
		assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
		assert_int_equal(zong_reading_get(txn, &raster, &whole), 0);
		assert_int_equal(zong_readings_words(readings, txn, &raster, &got), 0);
		assert_same_words(got, whole);
		for (size_t l = 0; l < whole->n_lines; l++)
			for (size_t w = 0; w < whole->lines[l]->n_words; w += 2) {
				assert_int_equal(zong_readings_place(readings, got->lines[l]->words[w]), 0);
				assert_same_place(got->lines[l]->words[w], whole->lines[l]->words[w]);
			}
		assert_same_words(got, whole);
		assert_int_equal(zong_readings_get(readings, txn, &raster, &got), 0);
		assert_same_words(got, whole);
		assert_int_equal(got->width, 2480);
		assert_int_equal(got->n_fields, 1);
		zong__reading__free_unpacked(whole, NULL);
		zong_txn_end(txn);
	}
}

static int put_bytes(struct zong_txn *txn, void *ctx)
{
	const struct zong_buf *plain = ctx;
	uint8_t packed[512];
	size_t len = ZSTD_compress(packed, sizeof(packed), plain->data, plain->len, 1);
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_digest(&key, &raster);
	return zong_txn_put_bytes(txn, ZONG_TABLE_READINGS, &key, packed, len);
}

/* Cut, and with each byte another: an answer or ZONG_ECORRUPT, and nothing read beyond its end (the sanitizers watch). */
static void what_is_no_reading_is_corrupt_and_does_no_harm(void **state)
{
	/* a line with the words "ab" with a box, and "c" */
	static const uint8_t good[] = {0x3a, 18, 0x1a, 9, 0x0a, 2, 'a', 'b', 0x12, 3, 0x08, 0x81, 0x01, 0x1a, 3,
		0x0a, 1, 'c', 0x20, 1};
	struct fixture *f = *state;
	const Zong__Reading *got = NULL;
	struct zong_txn *txn;

	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(zong_readings_words(readings, txn, &raster, &got), ZONG_ENOENT);
	zong_txn_end(txn);
	for (size_t i = 0; i < 2 * sizeof(good); i++) {
		int r;

		zong_buf_clear(&f->bytes);
		zong_buf_add(&f->bytes, good, i < sizeof(good) ? i : sizeof(good));
		if (i > sizeof(good))
			f->bytes.data[i - sizeof(good)] ^= 0xff;
		assert_int_equal(zong_store_write(f->store, put_bytes, &f->bytes), 0);
		assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
		r = zong_readings_words(readings, txn, &raster, &got);
		assert_true(r == 0 || r == ZONG_ECORRUPT);
		if (i == sizeof(good)) {
			assert_int_equal(r, 0);
			assert_string_equal(got->lines[0]->words[0]->text, "ab");
			assert_int_equal(zong_readings_place(readings, got->lines[0]->words[0]), 0);
			assert_int_equal(got->lines[0]->words[0]->box->x, 129);
			assert_string_equal(got->lines[0]->words[1]->text, "c");
		} else if (i > 0 && i < sizeof(good)) {
			assert_int_equal(r, ZONG_ECORRUPT);
		}
		zong_txn_end(txn);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(words_come_alone_and_get_their_place_when_it_is_wanted),
		TEST(what_is_no_reading_is_corrupt_and_does_no_harm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
