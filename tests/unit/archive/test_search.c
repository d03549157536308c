/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal.h"
#include "sample_search.h"

static void words_name_material_page_and_the_words_around(void **state)
{
	const struct zong_hit *hit;

	(void)state;
	find((struct zong_search){.words = "自然资源和规划局"});
	assert_int_equal(count, 1);
	assert_int_equal(total, 1);
	assert_null(next);
	hit = hit_of(&letter, 2);
	assert_string_equal(hit->case_no, "202611240001");
	assert_string_equal(hit->title, "红头文件");
	assert_string_equal(hit->kind, "转移登记");
	assert_string_equal(hit->why, "text");
	assert_string_equal(hit->snippet, "昌邑市" ON "自然资源和规划局" OFF
					  "文件关于开展业务的通知昌邑市" ON "自然资源和规划局" OFF);
	/* The first goes over a line end: a box a line. The second is one. */
	assert_int_equal(hit->boxes, 3);
	assert_int_equal(hit->box[0].y, 0);
	assert_int_equal(hit->box[1].y, 20);
	assert_int_equal(hit->box[2].y, 60);
	assert_true(hit->score > 0 && hit->score <= 1);
}

static void all_words_must_stand_on_the_page(void **state)
{
	(void)state;
	find((struct zong_search){.words = "业务 通知"});
	assert_int_equal(count, 1);
	hit_of(&letter, 2);
	find((struct zong_search){.words = "业务"});
	hit_of(&letter, 2);
	hit_of(&id_copy, 1);
	find((struct zong_search){.words = "业务 不存在的词"});
	assert_int_equal(count, 0);
	assert_int_equal(total, 0);
}

static void titles_and_the_names_of_a_case_are_found(void **state)
{
	(void)state;
	find((struct zong_search){.words = "买卖合同"});
	assert_string_equal(hit_of(&contract, 0)->why, "title");
	assert_string_equal(hit_of(&contract, 0)->snippet, "存量房" ON "买卖合同" OFF);
	find((struct zong_search){.words = "奎聚路"});
	assert_string_equal(hit_of(&contract, 0)->why, "case");
	assert_string_equal(hit_of(&letter, 0)->snippet, "昌邑市" ON "奎聚路" OFF "1号");
}

static void cases_are_found_by_their_number_and_its_beginning(void **state)
{
	(void)state;
	find((struct zong_search){.words = "202611240001"});
	assert_string_equal(hits[0].why, "case");
	assert_string_equal(hits[0].case_no, "202611240001");
	assert_float_equal(hits[0].score, 1, 0.001);
	find((struct zong_search){.words = "20261124"});
	assert_int_equal(count, 4);
	find((struct zong_search){.case_no = "20261124"});
	assert_int_equal(count, 4);
	find((struct zong_search){.case_no = "２０２６１１２４０００２"});
	assert_int_equal(count, 2);
	/* A case without a material is a hit of its own. */
	find((struct zong_search){.case_no = "202611250001"});
	assert_int_equal(count, 1);
	assert_string_equal(hits[0].material, "");
	assert_int_equal(hits[0].page, 0);
	assert_string_equal(hits[0].kind, "首次登记");
	find((struct zong_search){.case_no = "2027"});
	assert_int_equal(count, 0);
}

static void what_lies_under_a_parcel_is_found_by_the_beginning_of_the_code(void **state)
{
	(void)state;
	find((struct zong_search){.parcel = "370786001001GB00001"});
	hit_of(&letter, 0);
	hit_of(&contract, 0);
	hit_of(&id_copy, 0);
	hit_of(&map, 0);
	assert_string_equal(hit_of(&letter, 0)->why, "unit");
	assert_string_equal(hit_of(&letter, 0)->snippet, ON UNIT_A OFF);
	/* One was read on a page, too. */
	assert_int_equal(count, 5);
	assert_string_equal(hit_of(&contract, 2)->why, "unit");
	assert_int_equal(hit_of(&contract, 2)->boxes, 1);
	assert_non_null(
		strstr(hit_of(&contract, 2)->snippet, ON "370786 001001 GB00001 F00010001" OFF));
	find((struct zong_search){.parcel = "370786 001001 gb00001 F0002"});
	assert_int_equal(count, 2);
	find((struct zong_search){.words = "370786001002"});
	assert_int_equal(count, 1);
	assert_string_equal(hits[0].case_no, "202611250001");
}

static void certificates_are_found_in_every_variant_and_by_their_tail(void **state)
{
	static const char *const whole[] = {"鲁(2018)昌邑市不动产权第0000012号",
		"鲁（2018）昌邑市不动产权第0000012号", "鲁〔２０１８〕昌邑市 不动产权第0000012号",
		"鲁(2018)昌邑市不动产权第0000012"};
	static const char *const tails[] = {"0000012", "00012", "0012"};

	(void)state;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		find((struct zong_search){.cert = whole[i]});
		assert_int_equal(count, 3);
		assert_string_equal(hit_of(&letter, 0)->why, "certificate");
		assert_string_equal(hit_of(&contract, 2)->why, "certificate");
		assert_int_equal(hit_of(&contract, 2)->boxes, 1);
		assert_non_null(strstr(hit_of(&contract, 2)->snippet, ON "鲁 （2018） 昌邑市"));
	}
	find((struct zong_search){.words = whole[1]});
	hit_of(&contract, 0);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		find((struct zong_search){.cert = tails[i]});
		assert_int_equal(count, 3);
		hit_of(&letter, 0);
	}
	/* Both end in 12, and in 012: the zeros of one were not kept in the index. */
	find((struct zong_search){.cert = "12"});
	assert_int_equal(count, 5);
	find((struct zong_search){.cert = "012"});
	assert_int_equal(count, 5);
	find((struct zong_search){.cert = "1012"});
	assert_int_equal(count, 2);
	hit_of(&map, 0);
	find((struct zong_search){.words = "1012"});
	hit_of(&map, 0);
}

static void parties_are_found_by_name_and_number(void **state)
{
	(void)state;
	find((struct zong_search){.party = "示例甲"});
	assert_int_equal(count, 3);
	assert_string_equal(hit_of(&letter, 0)->why, "party");
	assert_string_equal(hits[2].case_no, "202611250001"); /* only begins so */
	find((struct zong_search){.party = "11010519491231002x"});
	assert_int_equal(count, 3);
	assert_string_equal(hit_of(&contract, 1)->why, "id");
	assert_string_equal(hit_of(&letter, 0)->snippet, ON "示例甲" OFF);
	find((struct zong_search){.words = "11010519491231002X"});
	assert_string_equal(hit_of(&contract, 1)->why, "id");
	find((struct zong_search){.words = "示例乙公司"});
	hit_of(&map, 0);
	find((struct zong_search){.party = "丁"});
	assert_int_equal(count, 0);
}

static void members_must_hold_together(void **state)
{
	(void)state;
	find((struct zong_search){.words = "业务", .case_no = "202611240002"});
	assert_int_equal(count, 1);
	hit_of(&id_copy, 1);
	find((struct zong_search){.words = "业务", .party = "示例乙"});
	assert_int_equal(count, 1);
	find((struct zong_search){.words = "业务", .cert = "0000012"});
	assert_int_equal(count, 1);
	hit_of(&letter, 2);
	find((struct zong_search){.words = "业务", .parcel = UNIT_C});
	assert_int_equal(count, 0);
	find((struct zong_search){.case_no = "202611240001",
		.parcel = UNIT_A,
		.party = "示例甲",
		.cert = "鲁(2018)昌邑市不动产权第0000012号"});
	assert_int_equal(count, 3);
	find((struct zong_search){.case_no = "202611240002", .party = "示例甲"});
	assert_int_equal(count, 0);
	find((struct zong_search){.words = "示例乙公司", .parcel = UNIT_A});
	assert_int_equal(count, 0);
}

static void a_department_sees_and_counts_only_what_it_receives(void **state)
{
	struct zong_subject tax = sample_subject(ZONG_ROLE_DEPARTMENT, "tax");
	struct zong_subject housing = sample_subject(ZONG_ROLE_DEPARTMENT, "housing");

	(void)state;
	sample_deliver(&sample, &contract, "tax", ZONG__DELIVERY_STATE__DELIVERY_DUE);
	sample_deliver(&sample, &letter, "tax", ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN);
	sample_deliver(&sample, &id_copy, "housing", ZONG__DELIVERY_STATE__DELIVERY_RECEIVED);

	assert_int_equal(run_as(&tax, (struct zong_search){.words = "自然资源和规划局"}), 0);
	assert_int_equal(count + total, 0);
	assert_null(next);
	assert_int_equal(run_as(&tax, (struct zong_search){.words = "20261124"}), 0);
	assert_int_equal(total, 1);
	hit_of(&contract, 0);
	assert_int_equal(run_as(&tax, (struct zong_search){.words = "示例甲"}), 0);
	assert_int_equal(total, 2); /* the case's material, and its page */
	assert_int_equal(run_as(&tax, (struct zong_search){.parcel = "370786"}), 0);
	assert_int_equal(total, 2);
	assert_int_equal(run_as(&tax, (struct zong_search){.cert = "12"}), 0);
	assert_int_equal(total, 2);
	assert_int_equal(run_as(&tax, (struct zong_search){.case_no = "202611250001"}), 0);
	assert_int_equal(total, 0);

	assert_int_equal(run_as(&housing, (struct zong_search){.words = "业务"}), 0);
	assert_int_equal(total, 1);
	/* The best that it sees is the best: no score tells of a better one. */
	assert_float_equal(hit_of(&id_copy, 1)->score, 0.8, 0.0001);
	assert_int_equal(run_as(&housing, (struct zong_search){.party = "示例甲"}), 0);
	assert_int_equal(total, 0);
}

static void who_may_not_search_is_told(void **state)
{
	struct zong_subject administrator = sample_subject(ZONG_ROLE_ADMINISTRATOR, "");
	struct zong_subject nobody = {0};
	struct zong_subject lookup = sample_subject(ZONG_ROLE_LOOKUP, "");

	(void)state;
	assert_int_equal(
		run_as(&administrator, (struct zong_search){.words = "业务"}), ZONG_EFORBIDDEN);
	assert_int_equal(
		run_as(&nobody, (struct zong_search){.words = "业务"}), ZONG_EUNAUTHENTICATED);
	assert_int_equal(run_as(&lookup, (struct zong_search){.words = "业务"}), 0);
	assert_int_equal(count, 2);
}

static void what_cannot_be_asked_is_refused(void **state)
{
	struct zong_subject who = sample_subject(ZONG_ROLE_ARCHIVIST, "");
	char longest[ZONG_LIMIT_QUERY + 2];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(run_as(&who, (struct zong_search){0}), ZONG_EQUERY);
	assert_int_equal(run_as(&who, (struct zong_search){.words = " 　"}), ZONG_EQUERY);
	assert_int_equal(run_as(&who, (struct zong_search){.words = "业务 类型:\""}), ZONG_EQUERY);
	assert_int_equal(run_as(&who, (struct zong_search){.words = "-业务"}), ZONG_EQUERY);
	assert_int_equal(run_as(&who, (struct zong_search){.words = "\xFF"}), ZONG_EQUERY);
	assert_int_equal(run_as(&who, (struct zong_search){.words = longest}), ZONG_EQUERY);
	assert_int_equal(run_as(&who, (struct zong_search){.parcel = "37"}), ZONG_EQUERY);
	assert_int_equal(run_as(&who, (struct zong_search){.cert = "证"}), ZONG_EQUERY);
	assert_int_equal(run_as(&who, (struct zong_search){.case_no = "a b"}), ZONG_EQUERY);
	assert_int_equal(run_as(&who, (struct zong_search){.party = "\xFF"}), ZONG_EQUERY);
	/* Punctuation finds nothing, and that is no error. */
	find((struct zong_search){.words = "。，"});
	assert_int_equal(count, 0);
}

static void pages_of_hits_follow_each_other(void **state)
{
	static const char *const bad[] = {"!", "AAAA", "AAAAAAAAAAAAAAAA", "自"};
	struct zong_subject who = sample_subject(ZONG_ROLE_ARCHIVIST, "");
	char seen[8][64];
	char *cursor = NULL;
	size_t pages = 0;

	(void)state;
	do {
		find((struct zong_search){.case_no = "20261124", .max = 1, .cursor = cursor});
		assert_int_equal(count, 1);
		assert_int_equal(total, 4);
		for (size_t i = 0; i < pages; i++)
			assert_string_not_equal(seen[i], hits[0].material);
		memcpy(seen[pages++], hits[0].material, sizeof(hits[0].material));
		free(cursor);
		cursor = next ? strdup(next) : NULL;
	} while (cursor && pages < 8);
	assert_int_equal(pages, 4);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
			run_as(&who, (struct zong_search){.words = "业务", .cursor = bad[i]}),
			ZONG_ECURSOR);
	find((struct zong_search){.words = "业务", .max = 1});
	assert_non_null(next);
	cursor = strdup(next);
	assert_int_equal(run_as(&who, (struct zong_search){.words = "通知", .cursor = cursor}),
		ZONG_ECURSOR);
	free(cursor);
}

static void a_page_in_many_cases_does_not_hide_the_others(void **state)
{
	size_t place = 0;
	struct zong_id other;

	(void)state;
	for (int i = 0; i < 30; i++) {
		char no[16];

		snprintf(no, sizeof(no), "2025%04d", i);
		sample_case(&sample, (struct sample_case){.no = no});
		sample_material(&sample,
			(struct sample_material){
				.case_no = no, .title = "须知", .page = {"办事 指南 办事 指南"}});
	}
	other = sample_material(&sample, (struct sample_material){.case_no = "202611240001",
						 .title = "答复",
						 .page = {"这一页很长，里面写了很多别的事情，只有一"
							  "次说到办事，说完又写了很多别的事情"}});
	find((struct zong_search){.words = "办事", .max = 100});
	assert_int_equal(total, 31);
	while (place < count && !is(&hits[place], &other))
		place++;
	assert_true(place <= 3);
	for (size_t i = 1; i < count; i++)
		assert_true(hits[i - 1].score >= hits[i].score);
}

#define UNIT_D "370786001002GB00009F00010001"
#define SHELF 330

static int put_shelf(struct zong_txn *txn, void *ctx)
{
	const struct zong_id *id = ctx;

	for (int i = 0; i < SHELF; i++) {
		struct sample_material m = {
			.id = id[i], .case_no = "202612010001", .title = "附件", .unit = UNIT_D};
		int err = sample_put_material(txn, &m);

		if (err)
			return err;
	}
	return 0;
}

/* Each is found by its case and by itself; a search looks only a little beyond what it shows. */
static void every_one_of_many_comes_once_from_page_to_page(void **state)
{
	static struct zong_id id[SHELF];
	static char seen[SHELF][ZONG_ID_TEXT];
	char *cursor = NULL;
	size_t all = 0;

	(void)state;
	for (int i = 0; i < SHELF; i++)
		zong_id_new(&id[i]);
	sample_case(&sample, (struct sample_case){.no = "202612010001", .unit = UNIT_D});
	assert_int_equal(zong_store_write(sample.archive.store, put_shelf, id), 0);
	do {
		find((struct zong_search){.parcel = UNIT_D, .max = 20, .cursor = cursor});
		free(cursor);
		cursor = next ? strdup(next) : NULL;
		for (size_t i = 0; i < count; i++) {
			for (size_t j = 0; j < all; j++)
				assert_string_not_equal(seen[j], hits[i].material);
			assert_true(all < SHELF);
			memcpy(seen[all++], hits[i].material, ZONG_ID_TEXT);
		}
	} while (cursor);
	assert_int_equal(all, SHELF);
	assert_int_equal(total, SHELF);
}

static void a_search_is_on_record_with_what_was_asked(void **state)
{
	_cleanup_row_ Zong__LogRecord *record = NULL;
	ProtobufCMessage *row;
	struct zong_key key;
	struct zong_txn *txn;
	int err;

	(void)state;
	assert_int_equal(zong_journal_open(sample.archive.store, ZONG_JOURNAL_WINDOW,
				 &sample.archive.journal),
		0);
	find((struct zong_search){.words = "示例甲", .case_no = "2026"});
	zong_journal_close(sample.archive.journal);
	sample.archive.journal = NULL;
	zong_key_clear(&key);
	zong_key_u64(&key, 1);
	assert_int_equal(zong_store_read_begin(sample.archive.store, &txn), 0);
	err = zong_txn_get(txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor, &row);
	zong_txn_end(txn);
	assert_int_equal(err, 0);
	record = (Zong__LogRecord *)row;
	assert_string_equal(record->verb, "search");
	assert_string_equal(record->object, "search/q=示例甲&case=2026");
}

#define CROWD (ZONG_LIMIT_SEARCH_SCAN + 200)
#define LARGE 2500 /* materials of a large case, of which the last one has the words */

/* In one commit: each with a page of its own on which the same common word stands. */
static int put_crowd(struct zong_txn *txn, void *ctx)
{
	const struct zong_id *id = ctx;
	char text[64];

	for (int i = 0; i < CROWD + LARGE; i++) {
		struct sample_material m = {.id = id[i], .title = "告知书", .pages = 1};
		int err;

		snprintf(text, sizeof(text), "%s 编号%d",
			i < CROWD || i == CROWD + LARGE - 1 ? "送达 回证" : "另一页", i);
		m.page[0] = text;
		m.case_no = i == CROWD / 2 ? "202611250001" : i < CROWD ? "202611240001" : "202611240002";
		err = sample_put_material(txn, &m);
		if (err)
			return err;
	}
	return 0;
}

static void what_is_out_of_sight_does_not_crowd_out_what_is_not(void **state)
{
	struct zong_subject tax = sample_subject(ZONG_ROLE_DEPARTMENT, "tax");
	static const char *const words[] = {"送达", "送达回证编号", "\"回证编号\""};
	static struct zong_id id[CROWD + LARGE];

	(void)state;
	for (int i = 0; i < CROWD + LARGE; i++)
		zong_id_new(&id[i]);
	assert_int_equal(zong_store_write(sample.archive.store, put_crowd, id), 0);
	assert_int_equal(zong_text_settle(sample.archive.store, 120 * ZONG_SECOND), 0);
	for (int i = 0; i < 4; i++)
		sample_deliver(&sample, &id[i == 0 ? 0 : CROWD - i], "tax",
			ZONG__DELIVERY_STATE__DELIVERY_DUE);
	assert_int_equal(run_as(&tax, (struct zong_search){.words = "送达"}), 0);
	assert_int_equal(total, 4);
	for (int i = 0; i < 4; i++)
		hit_of(&id[i == 0 ? 0 : CROWD - i], 1);
	/* Nor does what other cases hold, nor with a phrase of which each page has to be looked at. */
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		find((struct zong_search){.words = words[i], .case_no = "202611250001"});
		assert_int_equal(total, 1);
		hit_of(&id[CROWD / 2], 1);
		find((struct zong_search){.words = words[i], .case_no = "202611240002"});
		assert_int_equal(total, 1);
		hit_of(&id[CROWD + LARGE - 1], 1);
		find((struct zong_search){.words = words[i]});
		assert_int_equal(count, 50);
		assert_true(total >= CROWD / 2 && total <= CROWD * 2);
	}
	assert_non_null(next);
}

static void every_word_of_the_box_may_be_hostile(void **state)
{
	static const char *const odd[] = {"\"", "\"\"\"业务", "AND OR NOT", "*", "a*", "((((",
		"%s%n", "'; --", "..", "/", "\xEE\x80\x80", "0", "１", "x:y", "第号", "业务 -业务",
		"a -", "-- --业务", "：", "业务 -:"};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		find((struct zong_search){.words = odd[i]});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(words_name_material_page_and_the_words_around, forget),
		cmocka_unit_test_teardown(all_words_must_stand_on_the_page, forget),
		cmocka_unit_test_teardown(titles_and_the_names_of_a_case_are_found, forget),
		cmocka_unit_test_teardown(
			cases_are_found_by_their_number_and_its_beginning, forget),
		cmocka_unit_test_teardown(
			what_lies_under_a_parcel_is_found_by_the_beginning_of_the_code, forget),
		cmocka_unit_test_teardown(
			certificates_are_found_in_every_variant_and_by_their_tail, forget),
		cmocka_unit_test_teardown(parties_are_found_by_name_and_number, forget),
		cmocka_unit_test_teardown(members_must_hold_together, forget),
		cmocka_unit_test_teardown(
			a_department_sees_and_counts_only_what_it_receives, forget),
		cmocka_unit_test_teardown(who_may_not_search_is_told, forget),
		cmocka_unit_test_teardown(what_cannot_be_asked_is_refused, forget),
		cmocka_unit_test_teardown(pages_of_hits_follow_each_other, forget),
		cmocka_unit_test_teardown(a_page_in_many_cases_does_not_hide_the_others, forget),
		cmocka_unit_test_teardown(every_one_of_many_comes_once_from_page_to_page, forget),
		cmocka_unit_test_teardown(a_search_is_on_record_with_what_was_asked, forget),
		cmocka_unit_test_teardown(every_word_of_the_box_may_be_hostile, forget),
		cmocka_unit_test_teardown(
			what_is_out_of_sight_does_not_crowd_out_what_is_not, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
