/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/audit.h>
#include <zong/file.h>
#include <zong/time.h>

#include "fixture.h"
#include "journal.h"

#define HOUR (3600 * ZONG_SECOND)

/* Lines of three days: an hour after the other, from 2020-01-01T00:30Z on. */
#define LINES 72
static const int64_t began = INT64_C(1577838600) * ZONG_SECOND;

static int write_lines(struct zong_txn *txn, void *ctx)
{
	int err = 0;

	(void)ctx;
	for (int i = 0; !err && i < LINES; i++) {
		char object[32];
		struct zong_journal_line line = {.time = began + i * HOUR,
			.subject = i % 2 ? "token:1" : "token:2",
			.name = i % 2 ? "示例甲" : "示例乙",
			.verb = i % 3 ? "case.read" : "case.open",
			.object = object,
			.detail = "详情",
			.purpose = i % 4 ? "" : "诉讼查询",
			.origin = "10.0.0.1",
			.count = 1};

		snprintf(object, sizeof(object), "case/A-%d", i);
		err = zong_journal_append(txn, &line, NULL);
	}
	return err;
}

static int setup(void **state)
{
	struct fixture *f;

	if (fixture_setup_paused(state))
		return -1;
	f = *state;
	return zong_store_write(f->archive->store, write_lines, NULL);
}

/* How many there are in all, over pages of 10; each is looked at for order. */
static size_t count(struct fixture *f, struct zong_audit audit)
{
	char *cursor = NULL;
	size_t seen = 0;
	uint64_t last = UINT64_MAX;

	do {
		Zong__LogRecord **lines;
		size_t n;

		assert_int_equal(zong_audit_list(f->archive, &f->administrator, &audit, cursor, 10,
					 &lines, &n, &f->next, &f->err),
			0);
		free(cursor);
		for (size_t i = 0; i < n; i++) {
			assert_true(lines[i]->seq < last);
			last = lines[i]->seq;
		}
		seen += n;
		zong_audit_free(lines, n);
		cursor = f->next;
		f->next = NULL;
	} while (cursor);
	return seen;
}

static void what_is_asked_for_must_hold_together(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(count(f, (struct zong_audit){.subject = "token:1"}), 36);
	assert_int_equal(count(f, (struct zong_audit){.subject = "示例乙"}), 36);
	assert_int_equal(
		count(f, (struct zong_audit){.subject = "token:1", .verb = "case.open"}), 12);
	assert_int_equal(count(f, (struct zong_audit){.verb = "case.*", .object = "case/A-*"}), 72);
	assert_int_equal(count(f, (struct zong_audit){.object = "case/A-7"}), 1);
	assert_int_equal(count(f, (struct zong_audit){.words = "诉讼"}), 18);
	assert_int_equal(count(f, (struct zong_audit){.origin = "10.0.*", .subject = ""}), 72);
	assert_int_equal(count(f, (struct zong_audit){.subject = "token"}), 0);
}

static void days_and_instants_bound_it(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		count(f, (struct zong_audit){.from = "2020-01-02", .to = "2020-01-02"}), 24);
	assert_int_equal(count(f, (struct zong_audit){.to = "2020-01-01"}), 24);
	assert_int_equal(
		count(f, (struct zong_audit){.from = "2020-01-03", .object = "case/A-*"}), 24);
	assert_int_equal(count(f, (struct zong_audit){.from = "2020-01-01T08:30:00+08:00",
					  .to = "2020-01-01T02:30:00Z"}),
		3);
	assert_int_equal(
		count(f, (struct zong_audit){.from = "2020-01-02", .to = "2020-01-01"}), 0);
}

static void a_table_holds_the_same_lines_oldest_first(void **state)
{
	struct fixture *f = *state;
	struct zong_audit audit = {.verb = "case.open", .object = "case/A-*"};
	uint64_t len;
	char *text, *at;
	size_t rows = 0;
	bool first_is_first;
	int fd;

	assert_int_equal(
		zong_audit_export(f->archive, &f->administrator, &audit, NULL, &fd, &len, &f->err),
		0);
	text = calloc(1, (size_t)len + 1);
	assert_non_null(text);
	assert_int_equal(zong_file_read_at(fd, text, (size_t)len, 0), 0);
	close(fd);
	for (at = text; (at = strstr(at, "\r\n")) != NULL; at += 2)
		rows++;
	first_is_first = strstr(text, "case/A-0,") < strstr(text, "case/A-69,");
	free(text);
	assert_int_equal(rows, 1 + 24);
	assert_true(first_is_first);
	assert_int_equal(fixture_log(f, "log.export", NULL, NULL), 1);
}

static void it_is_for_administrators_and_says_what_is_wrong(void **state)
{
	struct fixture *f = *state;
	struct zong_audit audit = {.from = "yesterday"};
	Zong__LogRecord **lines;
	uint64_t len;
	size_t n;
	int fd;

	assert_int_equal(zong_audit_list(f->archive, &f->administrator, &audit, NULL, 10, &lines,
				 &n, &f->next, &f->err),
		ZONG_EDATE);
	assert_string_equal(f->err.subject, "yesterday");
	audit.from = NULL;
	assert_int_equal(zong_audit_list(f->archive, &f->archivist, &audit, NULL, 10, &lines, &n,
				 &f->next, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(zong_audit_list(f->archive, &f->administrator, &audit, "x", 10, &lines, &n,
				 &f->next, &f->err),
		ZONG_ECURSOR);
	assert_int_equal(zong_audit_export(f->archive, &f->tax, &audit, NULL, &fd, &len, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(zong_audit_export(f->archive, &f->administrator, &audit, "latin1", &fd,
				 &len, &f->err),
		ZONG_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_is_asked_for_must_hold_together, fixture_clear),
		cmocka_unit_test_teardown(days_and_instants_bound_it, fixture_clear),
		cmocka_unit_test_teardown(a_table_holds_the_same_lines_oldest_first, fixture_clear),
		cmocka_unit_test_teardown(
			it_is_for_administrators_and_says_what_is_wrong, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
