/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "textindex.h"
#include "textsearch.h"

struct index_fixture {
	struct fixture *f;
	char dir[160];
	struct zong_id archive;
	struct zong_textindex *index;
	struct zong_textsearch *search;
	uint64_t change;
};

static struct index_fixture it;

static int open_index(uint64_t last)
{
	zong_textindex_close(it.index);
	it.index = NULL;
	return zong_textindex_open(it.dir, &it.archive, last, &it.index, &it.change);
}

static int setup(void **state)
{
	int r = fixture_setup_closed(state);

	if (r)
		return r;
	memset(&it, 0, sizeof(it));
	it.f = *state;
	snprintf(it.dir, sizeof(it.dir), "%s/text", it.f->dir);
	zong_id_new(&it.archive);
	r = open_index(0);
	return r ? r : zong_textsearch_new(it.dir, &it.search);
}

static int teardown(void **state)
{
	zong_textindex_close(it.index);
	zong_textsearch_free(it.search);
	return fixture_teardown(state);
}

static void put(const char *what, const char *text)
{
	assert_int_equal(zong_textindex_put(it.index, what, strlen(what), text, strlen(text)), 0);
}

/* What the query finds, best first, parted by blanks. */
static void assert_found(const char *query, const char *expected)
{
	struct zong_text_hit hits[20];
	size_t count, total, i;

	assert_int_equal(zong_textsearch_run(it.search, query, 0, 20, hits, &count, &total), 0);
	zong_buf_clear(&it.f->bytes);
	for (i = 0; i < count; i++) {
		if (i > 0)
			zong_buf_add_char(&it.f->bytes, ' ');
		zong_buf_add(&it.f->bytes, hits[i].what, hits[i].what_len);
		assert_true(hits[i].score >= 0 && hits[i].score <= 1);
		assert_true(i == 0 || hits[i].score <= hits[i - 1].score);
	}
	assert_string_equal(zong_buf_str(&it.f->bytes), expected);
	assert_int_equal(total, count);
}

static void chinese_is_found_as_written_whatever_the_line_breaks(void **state)
{
	(void)state;
	put("plain", "昌邑市自然资源和规划局文件");
	put("broken", "昌邑市自然资\n源 和规　划局 公告");
	put("other", "规划和自然资源局");
	put("split", "自然资源，和规划局");
	assert_int_equal(zong_textindex_commit(it.index, 4), 0);
	assert_found("\"自然资源和规划局\" 文件", "plain");
	assert_found("自然资源和规划局 公告", "broken");
	assert_found("规划和自然", "other");
	assert_found("資源", "split other broken plain");
	assert_found("局 公", "broken");
	assert_found("源和规划局 文", "plain");
}

static void numbers_and_words_are_found_in_any_width_and_case(void **state)
{
	(void)state;
	put("a", "鲁（２０１８）昌邑市不动产权第０００００01号");
	put("b", "PDF from a Scanner, page 12");
	assert_int_equal(zong_textindex_commit(it.index, 1), 0);
	assert_found("鲁(2018)昌邑市不动产权第0000001号", "a");
	assert_found("0000001", "a");
	assert_found("000001", "");
	assert_found("pdf SCANNER", "b");
	assert_found("\"a scanner\"", "b");
	assert_found("\"scanner a\"", "");
	assert_found("pdf 2018", "");
}

static void a_document_put_again_replaces_and_can_be_deleted(void **state)
{
	(void)state;
	put("x", "first");
	put("x", "second");
	assert_int_equal(zong_textindex_commit(it.index, 1), 0);
	assert_found("first", "");
	assert_found("second", "x");
	assert_int_equal(zong_textindex_delete(it.index, "x", 1), 0);
	assert_int_equal(zong_textindex_delete(it.index, "none", 4), 0);
	assert_int_equal(zong_textindex_commit(it.index, 2), 0);
	assert_found("second", "");
}

static void a_key_of_any_bytes_comes_back(void **state)
{
	static const uint8_t what[33] = {'r', 0, 0xff, 0, 1};
	struct zong_text_hit hit;
	size_t count, total;

	(void)state;
	assert_int_equal(zong_textindex_put(it.index, what, sizeof(what), "text", 4), 0);
	assert_int_equal(zong_textindex_commit(it.index, 1), 0);
	assert_int_equal(zong_textsearch_run(it.search, "text", 0, 1, &hit, &count, &total), 0);
	assert_int_equal(count, 1);
	assert_int_equal(hit.what_len, sizeof(what));
	assert_memory_equal(hit.what, what, sizeof(what));
}

static void what_is_not_committed_is_not_there_after_closing(void **state)
{
	(void)state;
	put("a", "kept");
	assert_int_equal(zong_textindex_commit(it.index, 7), 0);
	put("b", "lost");
	assert_int_equal(open_index(7), 0);
	assert_int_equal(it.change, 7);
	assert_found("kept", "a");
	assert_found("lost", "");
}

static void an_index_ahead_of_the_catalog_or_of_another_archive_is_made_anew(void **state)
{
	(void)state;
	put("a", "text");
	assert_int_equal(zong_textindex_commit(it.index, 7), 0);
	assert_int_equal(open_index(8), 0);
	assert_int_equal(it.change, 7);
	assert_int_equal(open_index(6), 0);
	assert_int_equal(it.change, 0);
	zong_textsearch_forget(it.search);
	assert_found("text", "");
	assert_int_equal(zong_textindex_commit(it.index, 3), 0);
	zong_id_new(&it.archive);
	assert_int_equal(open_index(8), 0);
	assert_int_equal(it.change, 0);
}

static void break_files(void)
{
	struct dirent *entry;
	DIR *dir = opendir(it.dir);
	int fd;

	assert_non_null(dir);
	for (entry = readdir(dir); entry; entry = readdir(dir)) {
		if (entry->d_name[0] == '.')
			continue;
		fd = openat(dirfd(dir), entry->d_name, O_WRONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(write(fd, "rubbish", 7), 7);
		close(fd);
	}
	closedir(dir);
}

static void a_broken_index_is_made_anew(void **state)
{
	(void)state;
	put("a", "text");
	assert_int_equal(zong_textindex_commit(it.index, 7), 0);
	zong_textindex_close(it.index);
	it.index = NULL;
	break_files();
	assert_int_equal(open_index(9), 0);
	assert_int_equal(it.change, 0);
	put("b", "again");
	assert_int_equal(zong_textindex_commit(it.index, 1), 0);
	assert_found("again", "b");
}

static void an_index_whose_folder_is_gone_is_made_anew(void **state)
{
	(void)state;
	put("a", "text");
	assert_int_equal(zong_textindex_commit(it.index, 7), 0);
	zong_textindex_close(it.index);
	it.index = NULL;
	assert_int_equal(zong_textindex_remove(it.dir), 0);
	assert_int_equal(rmdir(it.dir), 0); /* nothing is left in it */
	assert_int_equal(zong_textindex_remove(it.dir), 0);
	assert_int_equal(open_index(9), 0);
	assert_int_equal(it.change, 0);
}

#define SEARCHERS 3

static void *search_on(void *ctx)
{
	const bool *ended = ctx;
	struct zong_text_hit hits[3];
	size_t count, total;
	int r = 0;

	while (!r && !__atomic_load_n(ended, __ATOMIC_RELAXED)) {
		r = zong_textsearch_run(it.search, "自然资源", 0, 3, hits, &count, &total);
		if (!r && (count != 3 || total < 3))
			r = ZONG_ECORRUPT;
	}
	return (void *)(intptr_t)r;
}

static uint64_t bytes_of(const char *dir)
{
	uint64_t bytes = 0;
	DIR *files = opendir(dir);
	const struct dirent *file;
	struct stat st;

	assert_non_null(files);
	while ((file = readdir(files)) != NULL)
		if (fstatat(dirfd(files), file->d_name, &st, 0) == 0 && S_ISREG(st.st_mode))
			bytes += (uint64_t)st.st_size;
	closedir(files);
	return bytes;
}

static void made_compact_it_is_smaller_and_the_same_while_it_is_searched(void **state)
{
	pthread_t searcher[SEARCHERS];
	bool ended = false;
	uint64_t before;
	char text[64];
	void *result;

	(void)state;
	for (int commits = 0; commits < 20; commits++) {
		for (int i = 0; i < 50; i++) {
			snprintf(text, sizeof(text), "自然资源 number %d", commits * 50 + i);
			put(text, text);
		}
		assert_int_equal(zong_textindex_commit(it.index, (uint64_t)commits + 1), 0);
	}
	before = bytes_of(it.dir);
	for (int i = 0; i < SEARCHERS; i++)
		assert_int_equal(pthread_create(&searcher[i], NULL, search_on, &ended), 0);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(zong_textindex_compact(it.index), 0);
		zong_textsearch_pause(it.search);
		assert_int_equal(zong_textindex_exchange(&it.index), 0);
		zong_textsearch_resume(it.search);
	}
	__atomic_store_n(&ended, true, __ATOMIC_RELAXED);
	for (int i = 0; i < SEARCHERS; i++) {
		assert_int_equal(pthread_join(searcher[i], &result), 0);
		assert_int_equal((intptr_t)result, 0);
	}
	assert_true(bytes_of(it.dir) < before);
	assert_int_equal(zong_textindex_documents(it.index), 1000);
	assert_found("777", "自然资源 number 777");
	put("later", "number 777 again");
	assert_int_equal(zong_textindex_delete(it.index, "自然资源 number 777", strlen("自然资源 number 777")), 0);
	assert_int_equal(zong_textindex_commit(it.index, 21), 0);
	assert_found("777", "later");
	assert_int_equal(open_index(21), 0);
	assert_int_equal(it.change, 21);
	assert_found("number 777 again", "later");
}

#define MANY_MORE 1500

static void a_page_of_hits_knows_the_total(void **state)
{
	struct zong_text_hit hits[7];
	size_t count, total;
	char name[16];
	int i;

	(void)state;
	for (i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "%d", i);
		put(name, "common 文");
	}
	assert_int_equal(zong_textindex_commit(it.index, 30), 0);
	assert_int_equal(zong_textsearch_run(it.search, "文", 0, 7, hits, &count, &total), 0);
	assert_int_equal(count, 7);
	assert_int_equal(total, 30);
	assert_int_equal(zong_textsearch_run(it.search, "文", 28, 7, hits, &count, &total), 0);
	assert_int_equal(count, 2);
	assert_int_equal(zong_textsearch_run(it.search, "文", 90, 7, hits, &count, &total), 0);
	assert_int_equal(count, 0);
	assert_int_equal(
		zong_textsearch_run(it.search, " ", 0, 7, hits, &count, &total), ZONG_EQUERY);
}

/* Who filters what is found asks further only where there is more: what
 * it asks for may be behind. */
static void where_there_is_more_the_total_is_larger_than_what_was_given(void **state)
{
	static struct zong_text_hit hits[MANY_MORE];
	static const char *const queries[] = {"文", "示例", "示例房产登记", "示例 登记"};
	size_t count, total;
	char name[16];

	(void)state;
	for (size_t i = 0; i < MANY_MORE; i++) {
		snprintf(name, sizeof(name), "%zu", i);
		put(name, "示例房产登记文");
	}
	/* were its pairs thrown like dice, nearly none of these would have them all */
	for (size_t i = 0; i < 3 * MANY_MORE; i++) {
		snprintf(name, sizeof(name), "other %zu", i);
		put(name, "别的");
	}
	assert_int_equal(zong_textindex_commit(it.index, MANY_MORE), 0);
	for (size_t q = 0; q < sizeof(queries) / sizeof(queries[0]); q++) {
		for (size_t max = 1; max < MANY_MORE; max = max * 2 + 1) {
			assert_int_equal(zong_textsearch_run(it.search, queries[q], 0, max, hits,
						 &count, &total),
				0);
			assert_int_equal(count, max);
			assert_true(total > count);
		}
		assert_int_equal(zong_textsearch_run(it.search, queries[q], 0, MANY_MORE, hits,
					 &count, &total),
			0);
		assert_int_equal(count, MANY_MORE);
		assert_int_equal(total, MANY_MORE);
	}
}

#define MANY 12000 /* more than are ranked */

/* Both words stand in all of them, behind one another in the oldest one only. */
static void common_words_are_looked_for_among_the_newest_and_at_need_further_back(void **state)
{
	struct zong_text_hit hits[7];
	size_t count, total, i;
	char name[16];

	(void)state;
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "%zu", i);
		put(name, i == 0 ? "甲乙丙" : "甲乙，乙丙");
	}
	assert_int_equal(zong_textindex_commit(it.index, MANY), 0);
	assert_int_equal(zong_textsearch_run(it.search, "甲乙", 0, 7, hits, &count, &total), 0);
	assert_int_equal(count, 7);
	assert_true(total >= MANY * 9 / 10 && total <= MANY * 11 / 10);
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%.*s", (int)hits[i].what_len, (char *)hits[i].what);
		assert_true(strtoul(name, NULL, 10) > 0);
	}
	assert_found("甲乙丙", "0");
	/* All of them, where one asks on to the end. */
	assert_int_equal(
		zong_textsearch_run(it.search, "甲乙", MANY - 3, 7, hits, &count, &total), 0);
	assert_int_equal(count, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(chinese_is_found_as_written_whatever_the_line_breaks),
		TEST(numbers_and_words_are_found_in_any_width_and_case),
		TEST(a_document_put_again_replaces_and_can_be_deleted),
		TEST(a_key_of_any_bytes_comes_back),
		TEST(what_is_not_committed_is_not_there_after_closing),
		TEST(an_index_ahead_of_the_catalog_or_of_another_archive_is_made_anew),
		TEST(a_broken_index_is_made_anew),
		TEST(an_index_whose_folder_is_gone_is_made_anew),
		TEST(a_page_of_hits_knows_the_total),
		TEST(made_compact_it_is_smaller_and_the_same_while_it_is_searched),
		TEST(where_there_is_more_the_total_is_larger_than_what_was_given),
		TEST(common_words_are_looked_for_among_the_newest_and_at_need_further_back),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
