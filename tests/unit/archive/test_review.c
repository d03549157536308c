/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>

#include "fixture.h"
#include "review.h"
#include "row.h"
#include "sample_destruction.h"

#define WRONG "370786001001GB00001F00010002"
#define RIGHT "370786001001GB00001F00010007"

static struct zong_review_item *items, decided;
static size_t count;
static char *next;

static int clear(void **state)
{
	zong_review_free(items, count);
	items = NULL;
	count = 0;
	free(next);
	next = NULL;
	zong_row_cleanup(&decided.review);
	zong_row_cleanup(&decided.material);
	decided = (struct zong_review_item){0};
	return fixture_clear(state);
}

static int list(struct fixture *f, const struct zong_subject *who, const char *cursor, size_t max)
{
	zong_review_free(items, count);
	items = NULL;
	count = 0;
	free(next);
	next = NULL;
	return zong_review_list(f->archive, who, cursor, max, &items, &count, &next, &f->err);
}

/* What is open of the last material, of a kind; NULL: nothing. */
static const struct zong_review_item *open_of(struct fixture *f, const char *what)
{
	assert_int_equal(list(f, &f->archivist, NULL, 200), 0);
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i].review->what, what) == 0 &&
			memcmp(items[i].material->id.data, f->receipt.material->id.data,
				ZONG_ID_SIZE) == 0)
			return &items[i];
	return NULL;
}

static int decide(struct fixture *f, const struct zong_subject *who, const char *id,
	enum zong_review_decision decision, const char *words)
{
	zong_row_cleanup(&decided.review);
	zong_row_cleanup(&decided.material);
	decided = (struct zong_review_item){0};
	return zong_review_decide(f->archive, who, id, decision, words, &decided, &f->err);
}

/* The case has unit F00010001. */
static void take_in(struct fixture *f, const char *no, const char *type, const char *pages)
{
	fixture_case(f, no);
	assert_int_equal(fixture_add(f, no, type, pages, "tax", &f->receipt), 0);
	assert_true(fixture_settle(f));
}

/* Page 1 is to be read once more, as after the loss of what was read of it. */
static int read_again(struct zong_txn *txn, void *ctx)
{
	struct fixture *f = ctx;
	_cleanup_row_ Zong__File *file = NULL;
	_cleanup_row_ Zong__Raster *raster = NULL;
	struct zong_digest digest, page;
	Zong__Job job = ZONG__JOB__INIT;
	struct zong_key key;
	struct zong_id id;
	int err;

	zong_row_digest(&f->receipt.material->file, &digest);
	err = zong_row_file(txn, &digest, &file);
	if (err)
		return err;
	zong_row_digest(&file->pages[0]->raster, &page);
	err = zong_row_raster(txn, &page, &raster);
	if (err)
		return err;
	raster->state = ZONG__RASTER_STATE__RASTER_WAITING;
	zong_row_key_digest(&key, &page);
	zong_txn_put(txn, ZONG_TABLE_RASTERS, &key, &raster->base);
	zong_txn_delete(txn, ZONG_TABLE_READINGS, &key);
	zong_id_new(&id);
	job.id = (ProtobufCBinaryData){sizeof(id.bytes), id.bytes};
	job.kind = (char *)(uintptr_t) "read";
	job.file = f->receipt.material->file;
	job.page = 1;
	job.raster = file->pages[0]->raster;
	job.due = job.created = zong_time_now();
	zong_job_add(txn, &job);
	return zong_txn_err(txn);
}

static void read_page_again(struct fixture *f)
{
	unsigned int reads = fake_pool_counts().reads;

	assert_int_equal(zong_store_write(f->archive->store, read_again, f), 0);
	assert_true(fixture_settle(f));
	assert_true(fake_pool_counts().reads > reads);
}

static bool finds(struct fixture *f, const char *words)
{
	struct zong_text_hit hits[4];
	size_t found, total;

	/* within a second, as is promised */
	assert_int_equal(zong_text_settle(f->archive->store, ZONG_SECOND), 0);
	assert_int_equal(zong_text_search(f->archive->store, words, 0, 4, hits, &found, &total), 0);
	return found > 0;
}

static void what_disagrees_is_listed_with_its_place(void **state)
{
	const struct zong_review_item *item;
	struct zong_buf png = ZONG_BUF_INIT(1000);
	struct fixture *f = *state;

	take_in(f, "review-1", "身份证", "text 无\ntext 单元 " WRONG " 出卖人 买受人 存量房\n");
	item = open_of(f, "type");
	assert_non_null(item);
	assert_string_equal(item->review->why, "disagrees");
	assert_string_equal(item->review->read, "买卖合同");
	assert_string_equal(item->review->raw, "sale-contract");
	assert_string_equal(item->review->entered, "身份证");
	item = open_of(f, "unit");
	assert_non_null(item);
	assert_int_equal(item->review->page, 2);
	assert_string_equal(item->review->read, WRONG);
	assert_string_equal(item->review->entered, "370786001001GB00001F00010001");
	assert_non_null(item->review->box);
	assert_int_equal(zong_review_strip(f->archive, &f->archivist, item->id, &png, &f->err), 0);
	assert_non_null(strstr(zong_buf_str(&png), "picture of page 2"));
	assert_non_null(strstr(zong_buf_str(&png), ", from "));
	zong_buf_release(&png);
	assert_true(fixture_log(f, "review.list", "review", NULL) > 0);
}

static void nothing_is_listed_while_a_page_waits_and_once_where_all_are_known(void **state)
{
	struct fixture *f = *state;

	fake_pool_gate(false);
	fixture_case(f, "review-2");
	assert_int_equal(
		fixture_add(f, "review-2", "", "text 单元二 " WRONG "\n", NULL, &f->receipt), 0);
	assert_null(open_of(f, "unit"));
	fake_pool_gate(true);
	assert_true(fixture_settle(f));
	assert_non_null(open_of(f, "unit"));
	/* all pages are known already: it comes with the material */
	fixture_case(f, "review-2b");
	assert_int_equal(
		fixture_add(f, "review-2b", "", "text 单元二 " WRONG "\n", NULL, &f->receipt), 0);
	assert_non_null(open_of(f, "unit"));
}

static void a_department_sees_what_was_delivered_to_it_and_decides_nothing(void **state)
{
	struct zong_buf png = ZONG_BUF_INIT(1000);
	struct fixture *f = *state;
	char id[ZONG_REVIEW_ID_TEXT];

	take_in(f, "review-3", "", "text 单元三 " WRONG "\n");
	snprintf(id, sizeof(id), "%s", open_of(f, "unit")->id);
	assert_int_equal(list(f, &f->tax, NULL, 200), 0);
	assert_true(count > 0);
	assert_int_equal(list(f, &f->housing, NULL, 200), 0);
	assert_int_equal(count, 0);
	assert_int_equal(list(f, &f->lookup, NULL, 200), ZONG_EFORBIDDEN);
	assert_int_equal(list(f, &f->administrator, NULL, 200), ZONG_EFORBIDDEN);
	assert_int_equal(zong_review_strip(f->archive, &f->tax, id, &png, &f->err), 0);
	zong_buf_clear(&png);
	assert_int_equal(
		zong_review_strip(f->archive, &f->housing, id, &png, &f->err), ZONG_ENOENT);
	assert_int_equal(
		zong_review_strip(f->archive, &f->lookup, id, &png, &f->err), ZONG_EFORBIDDEN);
	zong_buf_release(&png);
	assert_int_equal(decide(f, &f->tax, id, ZONG_REVIEW_ACCEPT, NULL), ZONG_EFORBIDDEN);
	assert_int_equal(
		decide(f, &f->administrator, id, ZONG_REVIEW_ACCEPT, NULL), ZONG_EFORBIDDEN);
}

static void the_list_goes_on_behind_its_cursor(void **state)
{
	struct fixture *f = *state;
	char *cursor = NULL;
	size_t all, seen = 0;

	take_in(f, "review-4", "", "text 单元四 " WRONG "\n");
	assert_int_equal(list(f, &f->archivist, NULL, 200), 0);
	all = count;
	assert_true(all > 1);
	do {
		assert_int_equal(list(f, &f->archivist, cursor, 1), 0);
		free(cursor);
		cursor = next ? strdup(next) : NULL;
		seen += count;
	} while (cursor && seen <= all);
	assert_int_equal(seen, all);
	assert_int_equal(list(f, &f->archivist, "x", 1), ZONG_ECURSOR);
}

static void what_is_decided_stays_so_when_the_page_is_read_again(void **state)
{
	struct fixture *f = *state;
	char id[ZONG_REVIEW_ID_TEXT], type[ZONG_REVIEW_ID_TEXT];

	take_in(f, "review-5", "身份证", "text 出卖人 买受人 商品房 " WRONG "\n");
	snprintf(id, sizeof(id), "%s", open_of(f, "unit")->id);
	snprintf(type, sizeof(type), "%s", open_of(f, "type")->id);
	assert_int_equal(decide(f, &f->archivist, id, ZONG_REVIEW_DISMISS, " "), ZONG_EREASON);
	assert_int_equal(decide(f, &f->archivist, id, ZONG_REVIEW_DISMISS, NULL), ZONG_EREASON);
	assert_int_equal(decide(f, &f->archivist, id, ZONG_REVIEW_DISMISS, "邻户的号码"), 0);
	assert_string_equal(zong_review_state_name(decided.review->state), "dismissed");
	assert_string_equal(decided.review->text, "邻户的号码");
	assert_string_equal(decided.review->decided_by, "token:archivist");
	assert_true(decided.review->record > 0);
	assert_int_equal(fixture_log(f, "review.dismiss", NULL, NULL), 1);
	assert_int_equal(decide(f, &f->archivist, id, ZONG_REVIEW_ACCEPT, NULL), ZONG_EDECIDED);
	assert_int_equal(
		decide(f, &f->archivist, type, ZONG_REVIEW_CORRECT, "合同"), ZONG_EUNCORRECTED);
	assert_int_equal(decide(f, &f->archivist, type, ZONG_REVIEW_ACCEPT, NULL), 0);
	assert_null(open_of(f, "unit"));
	assert_null(open_of(f, "type"));
	read_page_again(f);
	assert_null(open_of(f, "unit"));
	assert_null(open_of(f, "type"));
}

static void a_correction_is_found_and_kept_when_the_page_is_read_again(void **state)
{
	struct fixture *f = *state;
	char id[ZONG_REVIEW_ID_TEXT];

	take_in(f, "review-6", "", "text 单元六 " WRONG " 后文\n");
	snprintf(id, sizeof(id), "%s", open_of(f, "unit")->id);
	assert_int_equal(decide(f, &f->archivist, id, ZONG_REVIEW_CORRECT, "一\n二"), ZONG_EINVAL);
	assert_int_equal(decide(f, &f->archivist, id, ZONG_REVIEW_CORRECT, "\xff"), ZONG_EENCODING);
	assert_int_equal(decide(f, &f->archivist, id, ZONG_REVIEW_CORRECT, RIGHT), 0);
	assert_int_equal(fixture_log(f, "review.correct", NULL, NULL), 1);
	for (int turn = 0; turn < 2; turn++) {
		assert_true(finds(f, "单元六" RIGHT));
		assert_false(finds(f, "单元六" WRONG));
		zong_material_pages_release(&f->pages);
		assert_int_equal(zong_material_pages(f->archive, &f->archivist, f->receipt.material,
					 true, &f->pages),
			0);
		assert_int_equal(f->pages.fields, 1);
		assert_string_equal(f->pages.field[0].field->value, RIGHT);
		read_page_again(f);
	}
	/* it is not what was entered, which is another matter */
	assert_string_equal(open_of(f, "unit")->review->read, RIGHT);
}

static void what_is_unsure_or_fails_its_check_is_listed(void **state)
{
	struct fixture *f = *state;
	float before = f->archive->judge.confidence;

	take_in(f, "review-7", "", "text 号码 110105194912310021\n");
	assert_string_equal(open_of(f, "id")->review->why, "invalid");
	f->archive->judge.confidence = 1.01F;
	take_in(f, "review-7", "", "text 号码 11010519491231002X 金额 100元 2020-01-01\n");
	f->archive->judge.confidence = before;
	assert_string_equal(open_of(f, "id")->review->why, "unsure");
	assert_null(open_of(f, "amount"));
	assert_null(open_of(f, "date"));
}

/* As an archive is that was filled when there was no list. */
static int forget_list(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	(void)ctx;
	for (int table = ZONG_TABLE_REVIEWS; table <= ZONG_TABLE_REVIEWS_OPEN; table++) {
		int err = 0;

		while (!err) {
			struct zong_iter iter = {0};

			err = zong_iter_begin(&iter, txn, table, NULL, NULL, false);
			if (!err)
				err = zong_iter_next(&iter);
			zong_key_clear(&key);
			if (!err)
				zong_key_bytes(&key, iter.key.bytes, iter.key.len);
			zong_iter_end(&iter);
			if (!err)
				err = zong_txn_delete(txn, table, &key);
		}
		if (err != ZONG_EEND)
			return err;
	}
	zong_row_key_str(&key, "reviews");
	return zong_txn_delete(txn, ZONG_TABLE_META, &key);
}

static void wait_reviewed(struct fixture *f)
{
	int64_t until = zong_time_monotonic() + 20 * ZONG_SECOND;
	uint64_t seen = 0;

	while (!f->archive->reviewed && zong_time_monotonic() < until)
		zong_archive_wait(f->archive, &seen, ZONG_SECOND / 50);
	assert_true(f->archive->reviewed);
}

static void materials_read_before_or_judged_by_other_rules_are_gone_through(void **state)
{
	static const char rules[] = "kind 示例材料 身份证\nkind 别的\nrule any 别的 买受人\n";
	struct fixture *f = *state;
	char path[300], conf[400];

	take_in(f, "review-9", "身份证", "text 出卖人 买受人 商品房 " WRONG " 九\n");
	assert_int_equal(zong_store_write(f->archive->store, forget_list, NULL), 0);
	assert_null(open_of(f, "unit"));
	fixture_reopen(f, false);
	wait_reviewed(f);
	assert_non_null(open_of(f, "unit"));
	assert_string_equal(open_of(f, "type")->review->read, "买卖合同");
	/* nothing is done again that was done */
	fixture_reopen(f, false);
	wait_reviewed(f);
	snprintf(path, sizeof(path), "%s/own.rules", f->dir);
	assert_int_equal(zong_file_replace(path, rules, strlen(rules), 0600), 0);
	snprintf(conf, sizeof(conf), "kinds = %s\n", path);
	snprintf(path, sizeof(path), "%s/zong.conf", f->dir);
	assert_int_equal(zong_file_replace(path, conf, strlen(conf), 0600), 0);
	fixture_reopen(f, false);
	wait_reviewed(f);
	assert_string_equal(open_of(f, "type")->review->read, "别的");
	assert_int_equal(unlink(path), 0);
	fixture_reopen(f, false);
	wait_reviewed(f);
	assert_string_equal(open_of(f, "type")->review->read, "买卖合同");
}

static void ids_that_are_none_are_not_found(void **state)
{
	static const char *const none[] = {"", "x", "01a22200-b0f1-7473-933f-c0d0a7d08364",
		"01a22200-b0f1-7473-933f-c0d0a7d08364.0123456789abcdeg",
		"01a22200-b0f1-7473-933f-c0d0a7d08364.0123456789abcdef"};
	struct zong_buf png = ZONG_BUF_INIT(1000);
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_int_equal(
			decide(f, &f->archivist, none[i], ZONG_REVIEW_ACCEPT, NULL), ZONG_ENOENT);
		assert_int_equal(
			zong_review_strip(f->archive, &f->archivist, none[i], &png, &f->err),
			ZONG_ENOENT);
	}
}

static uint64_t rows(struct fixture *f, enum zong_table table)
{
	struct zong_txn *txn;
	uint64_t entries;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_txn_entries(txn, table, &entries), 0);
	zong_txn_end(txn);
	return entries;
}

static void it_goes_with_its_material(void **state)
{
	uint64_t reviews, open, corrections;
	struct fixture *f = *state;
	char material[ZONG_ID_TEXT], made[ZONG_ID_TEXT], id[ZONG_REVIEW_ID_TEXT];

	reviews = rows(f, ZONG_TABLE_REVIEWS);
	open = rows(f, ZONG_TABLE_REVIEWS_OPEN);
	corrections = rows(f, ZONG_TABLE_CORRECTIONS);
	due_material(f, "review-8", "text 单元八 " WRONG " 110105194912310021\n", material);
	assert_true(fixture_settle(f));
	snprintf(id, sizeof(id), "%s", open_of(f, "id")->id);
	assert_int_equal(
		decide(f, &f->archivist, id, ZONG_REVIEW_CORRECT, "11010519491231002X"), 0);
	assert_int_equal(rows(f, ZONG_TABLE_CORRECTIONS), corrections + 1);
	destroy(f, material, made);
	assert_int_equal(rows(f, ZONG_TABLE_REVIEWS), reviews);
	assert_int_equal(rows(f, ZONG_TABLE_REVIEWS_OPEN), open);
	assert_int_equal(rows(f, ZONG_TABLE_CORRECTIONS), corrections);
}

#define TEST(name) cmocka_unit_test_teardown(name, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_disagrees_is_listed_with_its_place),
		TEST(nothing_is_listed_while_a_page_waits_and_once_where_all_are_known),
		TEST(a_department_sees_what_was_delivered_to_it_and_decides_nothing),
		TEST(the_list_goes_on_behind_its_cursor),
		TEST(what_is_decided_stays_so_when_the_page_is_read_again),
		TEST(a_correction_is_found_and_kept_when_the_page_is_read_again),
		TEST(what_is_unsure_or_fails_its_check_is_listed),
		TEST(materials_read_before_or_judged_by_other_rules_are_gone_through),
		TEST(ids_that_are_none_are_not_found),
		TEST(it_goes_with_its_material),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
