/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/file.h>
#include <zong/time.h>

#include "fixture.h"
#include "log_tree.h"
#include "row.h"
#include "tlog.h"

#define HOUR (3600 * ZONG_SECOND)

static void set_conf(struct fixture *f, const char *text)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/zong.conf", f->dir);
	assert_int_equal(zong_file_replace(path, text, strlen(text), 0600), 0);
	fixture_reopen(f, true);
}

static void without_an_authority_there_is_nothing_to_ask(void **state)
{
	struct fixture *f = *state;
	struct zong_buf note = ZONG_BUF_INIT(ZONG_NOTE_MAX);

	assert_null(zong_tlog_stamp_url(f->archive));
	assert_int_equal(zong_tlog_stamped(f->archive, &note, NULL), ZONG_ENOENT);
	zong_buf_release(&note);
}

static void a_wrong_setting_is_named(void **state)
{
	struct zong_archive_options options = {.worker = "none", .workers = 1, .paused = true};
	static const char *const wrong[] = {"log-timestamp-url = ftp://a.example/\n",
		"log-timestamp-hours = 0\n", "log-timestamp-hours = often\n"};
	struct fixture *f = *state;
	char path[300];

	snprintf(path, sizeof(path), "%s/zong.conf", f->dir);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		zong_archive_close(f->archive);
		f->archive = NULL;
		assert_int_equal(zong_file_replace(path, wrong[i], strlen(wrong[i]), 0600), 0);
		assert_int_equal(
			zong_archive_open(f->dir, &options, &f->archive, &f->err), ZONG_EINVAL);
		assert_non_null(strstr(f->err.subject, "log-timestamp"));
	}
	set_conf(f, "");
}

static void it_is_asked_again_when_the_time_has_come(void **state)
{
	struct fixture *f = *state;
	struct zong_buf note = ZONG_BUF_INIT(ZONG_NOTE_MAX), stamp = ZONG_BUF_INIT(100);
	int64_t now = zong_time_now(), due = 0;
	struct zong_tlog_stamping stamping;
	struct zong_digest imprint;
	struct zong_note parts;
	uint64_t size;

	set_conf(f, "log-timestamp-url = https://authority.example/\nlog-timestamp-hours = 2\n");
	assert_int_equal(zong_tlog_stamp_begin(f->archive, now, &stamping, &due), 0);
	size = stamping.size;
	assert_int_equal(size, fixture_counter(f, ZONG_COUNT_LOG));
	assert_int_equal(
		zong_note_split(zong_buf_str(&stamping.note), stamping.note.len, &parts), 0);
	assert_int_equal(zong_note_verify(&parts, &f->archive->tlog->signer.key, NULL), 0);
	zong_digest_of(stamping.note.data, stamping.note.len, &imprint);
	assert_int_equal(stamping.imprint.hash, ZONG_TIMESTAMP_SHA256);
	assert_memory_equal(imprint.bytes, stamping.imprint.digest.bytes, sizeof(imprint.bytes));
	assert_int_equal(zong_tlog_stamp_put(f->archive, &stamping, "answer", 6, now), 0);
	assert_int_equal(fixture_log(f, "log.stamp", NULL, NULL), 1);
	assert_int_equal(zong_tlog_stamped(f->archive, &note, &stamp), 0);
	assert_string_equal(zong_buf_str(&note), zong_buf_str(&stamping.note));
	assert_string_equal(zong_buf_str(&stamp), "answer");
	zong_tlog_stamping_release(&stamping);
	/* it was stamped, not witnessed */
	zong_buf_clear(&note);
	assert_int_equal(zong_tlog_checkpoint(f->archive, true, &note), ZONG_ENOENT);
	now = zong_time_now();
	assert_int_equal(zong_tlog_stamp_begin(f->archive, now, &stamping, &due), ZONG_EEND);
	assert_true(due > now + HOUR && due <= now + 2 * HOUR);
	assert_int_equal(zong_tlog_stamp_begin(f->archive, due, &stamping, &due), 0);
	assert_int_equal(stamping.size, size + 1);
	zong_tlog_stamping_release(&stamping);
	/* a clock that was put back */
	assert_int_equal(zong_tlog_stamp_begin(f->archive, now - 99 * HOUR, &stamping, &due), 0);
	zong_tlog_stamping_release(&stamping);
	zong_buf_release(&note);
	zong_buf_release(&stamp);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_paused, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_an_authority_there_is_nothing_to_ask),
		TEST(a_wrong_setting_is_named),
		TEST(it_is_asked_again_when_the_time_has_come),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
