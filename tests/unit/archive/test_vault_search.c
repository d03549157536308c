/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same pages filed in a vault and in the common archive are found by the same searches. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/search.h>
#include <zong/time.h>
#include <zong/vault_access.h>

#include "fixture.h"
#include "row.h"

#define MEMBER "示例税务甲"
#define PASSWORD "correct horse battery"

static const struct {
	const char *no, *type, *pages;
} papers[] = {
	{"find-1", "申报表", "text 存量房买卖合同 编号 A-20240001\ntext 契税申报表\n"},
	{"find-1", "合同", "text 抵押合同 编号 A-20240002\n"},
	{"find-2", "申报表",
		"text 买卖合同 買賣合同 买卖合同 编号 B-20250003\ntext 目然资源局 "
		"370786001001GB00001F00010001\n"},
	{"find-2", "证明", "text 自然资源局证明 第 0000001 号\n"},
};

static const char *const asked[] = {"买卖合同", "合同", "合同 -抵押", "\"编号 a\"", "2024*",
	"A-2024*", "自然资源局", "契税 申报", "type:申报表", "合同 type:合同", "case:find-2",
	"case:find-1 合同", "find-1", "unit:370786001001GB00001F00010001", "示例甲",
	"nothing-like-it", "合同 -type:合同", "0000001"};

static int file(
	struct fixture *f, struct zong_archive *archive, const struct zong_subject *who, size_t i)
{
	struct zong_intake intake = {.case_no = papers[i].no,
		.type = papers[i].type,
		.file_name = "扫描件.pdf",
		.scope = ""};
	int code;

	intake.fd = memfd_create("document", MFD_CLOEXEC);
	assert_true(intake.fd >= 0);
	assert_int_equal(zong_file_write_all(intake.fd, "%PDF-1.4\n", 9), 0);
	assert_int_equal(
		zong_file_write_all(intake.fd, papers[i].pages, strlen(papers[i].pages)), 0);
	intake.len = 9 + strlen(papers[i].pages);
	zong_receipt_release(&f->receipt);
	code = zong_intake_run(archive, who, &intake, NULL, NULL, &f->receipt, &f->err);
	close(intake.fd);
	return code;
}

static void settle(struct zong_archive *archive)
{
	struct zong_status status;
	uint64_t seen = 0;

	do {
		zong_status_peek(archive, &status);
		zong_archive_wait(archive, &seen, ZONG_SECOND / 20);
	} while (status.jobs_waiting || status.jobs_running);
}

/* Each hit as a line, in an order of their own: scores are of another scale. */
static void tell(struct zong_archive *archive, const struct zong_subject *who, const char *words,
	struct zong_buf *text, size_t *ret_total, struct zong_err *err)
{
	struct zong_facets facets = {0};
	bool more = true;
	struct zong_search search = {.words = words, .ret_more = &more, .ret_facets = &facets};
	struct zong_hit *hits;
	size_t count, lines = 0;
	char line[64][512];
	char *next;

	assert_int_equal(
		zong_search_run(archive, who, &search, &hits, &count, &next, ret_total, err), 0);
	assert_null(next);
	assert_false(more);
	assert_true(count <= 64);
	for (size_t i = 0; i < count; i++, lines++)
		snprintf(line[i], sizeof(line[i]), "%s %s %u %s [%s] %zu", hits[i].case_no,
			hits[i].type ? hits[i].type : "", hits[i].page, hits[i].why,
			hits[i].snippet ? hits[i].snippet : "", hits[i].boxes);
	qsort(line, lines, sizeof(*line), (int (*)(const void *, const void *))strcmp);
	zong_buf_clear(text);
	for (size_t i = 0; i < lines; i++)
		zong_buf_add_format(text, "%s\n", line[i]);
	for (int of = 0; of < ZONG_FACETS; of++)
		for (size_t i = 0; of != ZONG_FACET_DEPARTMENT && i < facets.count[of]; i++)
			zong_buf_add_format(text, "%d %s %llu\n", of, facets.facet[of][i].value,
				(unsigned long long)facets.facet[of][i].count);
	zong_facets_release(&facets);
	zong_hits_free(hits, count);
}

static void a_vault_is_searched_as_the_common_archive_is(void **state)
{
	struct zong_buf common = ZONG_BUF_INIT(65536), vault = ZONG_BUF_INIT(65536);
	struct zong_vault_entered entered;
	struct zong_vault_paper sheet;
	struct fixture *f = *state;
	size_t total, other, found = 0;

	assert_int_equal(
		zong_vault_make(f->archive, &f->tax, "tax", MEMBER, PASSWORD, &sheet, &f->err), 0);
	zong_vault_paper_release(&sheet);
	assert_int_equal(
		zong_vault_unlock(f->archive, &f->tax, "tax", MEMBER, PASSWORD, &f->err), 0);
	assert_int_equal(zong_vault_enter(f->archive, &f->tax, "tax", &entered), 0);
	fixture_case(f, "find-1");
	fixture_case(f, "find-2");
	for (size_t i = 0; i < sizeof(papers) / sizeof(*papers); i++) {
		assert_int_equal(fixture_add(f, papers[i].no, papers[i].type, papers[i].pages,
					 "tax", &f->receipt),
			0);
		assert_int_equal(
			zong_vault_bring_case(f->archive, &f->tax, &entered, papers[i].no, &f->err),
			0);
		assert_int_equal(file(f, entered.archive, &entered.who, i), 0);
	}
	settle(f->archive);
	settle(entered.archive);
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		tell(f->archive, &f->archivist, asked[i], &common, &total, &f->err);
		tell(entered.archive, &entered.who, asked[i], &vault, &other, &f->err);
		assert_string_equal(zong_buf_str(&vault), zong_buf_str(&common));
		assert_int_equal(other, total);
		found += total > 0;
	}
	assert_int_equal(found, sizeof(asked) / sizeof(*asked) - 1);
	zong_buf_release(&common);
	zong_buf_release(&vault);
	zong_vault_leave(f->archive, &entered);
	/* opened anew it is read again */
	assert_int_equal(zong_vault_lock(f->archive, &f->tax, "tax"), 0);
	assert_int_equal(
		zong_vault_unlock(f->archive, &f->tax, "tax", MEMBER, PASSWORD, &f->err), 0);
	assert_int_equal(zong_vault_enter(f->archive, &f->tax, "tax", &entered), 0);
	tell(entered.archive, &entered.who, "抵押合同", &vault, &other, &f->err);
	assert_int_equal(other, 1);
	zong_buf_release(&vault);
	zong_vault_leave(f->archive, &entered);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vault_is_searched_as_the_common_archive_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
