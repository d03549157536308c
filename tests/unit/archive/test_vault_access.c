/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>
#include <zong/vault_access.h>

#include "fixture.h"
#include "row.h"

#define MEMBER "示例税务甲"
#define PASSWORD "correct horse battery"
#define UNIT "370786001001GB00001F00010001"

static struct zong_vault_paper sheet; /* of the tax department's vault, which the first test makes */
static struct zong_vault_entered entered;
static bool inside;

static int clear(void **state)
{
	struct fixture *f = *state;

	if (inside)
		zong_vault_leave(f->archive, &entered);
	inside = false;
	return fixture_clear(state);
}

static int teardown(void **state)
{
	zong_vault_paper_release(&sheet);
	return fixture_teardown(state);
}

static void enter(struct fixture *f, const struct zong_subject *who)
{
	int code = zong_vault_enter(f->archive, who, "tax", &entered);

	if (code == ZONG_ESEALED) {
		assert_int_equal(
			zong_vault_unlock(f->archive, who, "tax", MEMBER, PASSWORD, &f->err), 0);
		code = zong_vault_enter(f->archive, who, "tax", &entered);
	}
	assert_int_equal(code, 0);
	inside = true;
}

/* A document into the vault, under a case that is brought there. */
static int add(struct fixture *f, const char *no, const char *pages, struct zong_receipt *receipt)
{
	struct zong_intake intake = {
		.case_no = no, .type = "申报表", .file_name = "扫描件.pdf", .scope = ""};
	int code = zong_vault_bring_case(f->archive, &f->tax, &entered, no, &f->err);

	if (code)
		return code;
	intake.fd = memfd_create("document", MFD_CLOEXEC);
	assert_true(intake.fd >= 0);
	assert_int_equal(zong_file_write_all(intake.fd, "%PDF-1.4\n", 9), 0);
	assert_int_equal(zong_file_write_all(intake.fd, pages, strlen(pages)), 0);
	intake.len = 9 + strlen(pages);
	zong_receipt_release(receipt);
	code = zong_intake_run(
		entered.archive, &entered.who, &intake, NULL, NULL, receipt, &f->err);
	close(intake.fd);
	return code;
}

static void its_department_makes_it_and_nobody_else_hears_of_it(void **state)
{
	struct fixture *f = *state;
	struct zong_vault_paper other;

	assert_int_equal(zong_vault_make(f->archive, &f->housing, "tax", MEMBER, PASSWORD, &other,
				 &f->err),
		ZONG_ENOENT);
	assert_int_equal(zong_vault_make(f->archive, &f->administrator, "tax", MEMBER, PASSWORD,
				 &other, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(
		zong_vault_make(f->archive, &f->tax, "tax", MEMBER, "short", &other, &f->err),
		ZONG_EINVAL);
	assert_int_equal(
		zong_vault_make(f->archive, &f->tax, "tax", MEMBER, PASSWORD, &sheet, &f->err), 0);
	assert_int_equal(strlen(sheet.text), ZONG_VAULT_SHEET_TEXT - 1);
	assert_int_equal(
		zong_vault_make(f->archive, &f->tax, "tax", MEMBER, PASSWORD, &other, &f->err),
		ZONG_EEXIST);
	assert_int_equal(fixture_log(f, "vault.make", "vault/tax", NULL), 1);
	/* who may not try hears the same of one that is there and of one that is not */
	for (int i = 0; i < 2; i++) {
		const char *department = i ? "tax" : "none";

		assert_int_equal(zong_vault_unlock(f->archive, &f->housing, department, MEMBER,
					 PASSWORD, &f->err),
			ZONG_ENOENT);
		assert_int_equal(zong_vault_unlock(f->archive, &f->administrator, department,
					 MEMBER, PASSWORD, &f->err),
			ZONG_EFORBIDDEN);
		assert_int_equal(zong_vault_unlock(f->archive, &f->lookup, department, MEMBER,
					 PASSWORD, &f->err),
			ZONG_EFORBIDDEN);
	}
	/* and so does who may try, without the password */
	assert_int_equal(zong_vault_unlock(f->archive, &f->archivist, "housing", MEMBER, PASSWORD,
				 &f->err),
		ZONG_EKEY);
	assert_int_equal(zong_vault_unlock(f->archive, &f->archivist, "tax", MEMBER,
				 "another password", &f->err),
		ZONG_EKEY);
	assert_int_equal(fixture_log(f, "vault.refused", "vault/tax", NULL), 1);
}

static void what_is_filed_in_it_is_read_and_found_there_alone(void **state)
{
	struct fixture *f = *state;
	uint64_t materials = fixture_counter(f, ZONG_COUNT_MATERIALS);
	uint64_t bytes = fixture_counter(f, ZONG_COUNT_BYTES_STORED);
	struct zong_vault_entered again;
	Zong__Material *row = NULL;
	struct zong_status status;
	uint64_t seen = 0;
	char id[ZONG_ID_TEXT];

	assert_int_equal(zong_vault_enter(f->archive, &f->tax, "tax", &entered), ZONG_ESEALED);
	fixture_case(f, "vault-1");
	/* the case is the department's to see only once something of it was delivered */
	enter(f, &f->tax);
	assert_int_equal(add(f, "vault-1", "text 私\n", &f->receipt), ZONG_ENOCASE);
	assert_int_equal(fixture_add(f, "vault-1", "", "text 公\n", "tax", &f->other), 0);
	materials++;
	bytes = fixture_counter(f, ZONG_COUNT_BYTES_STORED);
	assert_int_equal(add(f, "vault-1", "text 私\n", &f->receipt), 0);
	assert_int_equal(f->receipt.deliveries, 0);
	snprintf(id, sizeof(id), "%s", fixture_id(&f->receipt.material->id));
	do {
		zong_status_peek(entered.archive, &status);
		zong_archive_wait(entered.archive, &seen, ZONG_SECOND / 20);
	} while (status.jobs_waiting || status.jobs_running);
	assert_int_equal(zong_material_reading(entered.archive, &entered.who, id, 1, &row,
				 &f->reading, &f->err),
		0);
	assert_string_equal(row->title, "扫描件");
	zong__material__free_unpacked(row, NULL);
	/* nothing of it outside: no material, no byte, no line but that somebody came in */
	assert_int_equal(
		zong_material_get(f->archive, &f->archivist, id, &f->material, &f->err),
		ZONG_ENOENT);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_MATERIALS), materials);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_BYTES_STORED), bytes);
	assert_int_equal(fixture_log(f, "vault.unlock", "vault/tax", NULL), 1);
	/* not to another session of the same department either */
	assert_int_equal(zong_vault_enter(f->archive, &f->archivist, "tax", &again), ZONG_ESEALED);
}

/* Standard error, where the program's log goes, into @path from now on. */
static int hold_log(const char *path)
{
	int kept = dup(STDERR_FILENO), file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(kept >= 0 && file >= 0);
	assert_int_equal(dup2(file, STDERR_FILENO), STDERR_FILENO);
	close(file);
	return kept;
}

static void a_page_that_is_put_aside_is_told_of_inside_alone(void **state)
{
	struct zong_buf log = ZONG_BUF_INIT(65536);
	struct fixture *f = *state;
	struct zong_status status;
	uint64_t seen = 0;
	char path[300];
	int kept, code, outside;

	fixture_case(f, "vault-torn");
	assert_int_equal(fixture_add(f, "vault-torn", "", "text 公开\n", "tax", &f->other), 0);
	assert_true(fixture_settle(f));
	enter(f, &f->tax);
	snprintf(path, sizeof(path), "%s/log.txt", f->dir);
	kept = hold_log(path);
	code = add(f, "vault-torn", "torn 私\n", &f->receipt);
	do {
		zong_status_peek(entered.archive, &status);
		zong_archive_wait(entered.archive, &seen, ZONG_SECOND / 20);
	} while (status.jobs_waiting || status.jobs_running);
	zong_receipt_release(&f->other);
	outside = fixture_add(f, "vault-torn", "", "torn 公\n", "tax", &f->other);
	fixture_settle(f);
	assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
	close(kept);
	assert_int_equal(code, 0);
	assert_int_equal(outside, 0);
	assert_int_equal(status.jobs_parked, 1);
	assert_int_equal(zong_file_read(path, &log), 0);
	/* of the two pages the one outside */
	assert_non_null(strstr(zong_buf_str(&log), "was put aside"));
	assert_null(strstr(strstr(zong_buf_str(&log), "was put aside") + 1, "was put aside"));
	assert_int_equal(unlink(path), 0);
	zong_buf_release(&log);
}

static void what_is_shared_later_goes_to_whom_it_is_shared_with_and_is_on_record(void **state)
{
	static const char *const to[] = {"housing"};
	struct fixture *f = *state;
	char id[ZONG_ID_TEXT];

	fixture_case(f, "vault-2");
	assert_int_equal(fixture_add(f, "vault-2", "", "text 公二\n", "tax", &f->other), 0);
	enter(f, &f->tax);
	assert_int_equal(add(f, "vault-2", "text 私二\n", &f->receipt), 0);
	snprintf(id, sizeof(id), "%s", fixture_id(&f->receipt.material->id));
	assert_int_equal(zong_vault_share(f->archive, &f->tax, &entered, "tax", id, to, 1, "",
				 &f->other, &f->err),
		ZONG_EINVAL);
	assert_int_equal(zong_vault_share(f->archive, &f->tax, &entered, "tax", id, to, 0,
				 "示例理由", &f->other, &f->err),
		ZONG_EINVAL);
	zong_receipt_release(&f->other);
	assert_int_equal(zong_vault_share(f->archive, &f->tax, &entered, "tax", id, to, 1,
				 "示例理由", &f->other, &f->err),
		0);
	assert_int_equal(f->other.deliveries, 1);
	assert_string_equal(f->other.delivery[0]->department, "housing");
	assert_int_equal(zong_material_get(f->archive, &f->housing,
				 fixture_id(&f->other.material->id), &f->material, &f->err),
		0);
	assert_int_equal(f->material->file.len, f->receipt.material->file.len);
	assert_memory_equal(
		f->material->file.data, f->receipt.material->file.data, f->material->file.len);
	assert_int_equal(fixture_log(f, "vault.share", "vault/tax", NULL), 1);
	/* a case that the asker cannot see is none */
	fixture_case(f, "vault-3");
	assert_int_equal(fixture_add(f, "vault-3", "", "text 公三\n", "tax", &f->other), 0);
	assert_int_equal(add(f, "vault-3", "text 私三\n", &f->receipt), 0);
	assert_int_equal(zong_vault_share(f->archive, &f->housing, &entered, "tax",
				 fixture_id(&f->receipt.material->id), to, 1, "示例理由",
				 &f->other, &f->err),
		ZONG_ENOCASE);
	assert_int_equal(fixture_log(f, "vault.share", "vault/tax", NULL), 1);
}

static void members_come_and_go_and_the_key_is_made_anew(void **state)
{
	const struct zong_vault_by by = {MEMBER, PASSWORD}, wrong = {MEMBER, "another password"};
	struct zong_vault_keys *keys;
	struct fixture *f = *state;
	char secret[ZONG_VAULT_SECRET_TEXT];

	assert_int_equal(zong_vault_set_member(f->archive, &f->tax, "tax", &wrong, "示例税务乙",
				 "a second password", &f->err),
		ZONG_EKEY);
	assert_int_equal(zong_vault_set_member(f->archive, &f->tax, "tax", &by, "示例税务乙",
				 "a second password", &f->err),
		0);
	assert_int_equal(zong_vault_set_service(
				 f->archive, &f->tax, "tax", &by, "示例系统", secret, &f->err),
		0);
	assert_int_equal(zong_vault_unlock_service(
				 f->archive, &f->tax, "tax", "示例系统", "AAAA", &f->err),
		ZONG_EKEY);
	assert_int_equal(zong_vault_unlock_service(
				 f->archive, &f->tax, "tax", "示例系统", secret, &f->err),
		0);
	assert_int_equal(zong_vault_keys_of(f->archive, &f->tax, "tax", &keys), 0);
	assert_non_null(zong_vault_keys_lock(keys, 3));
	assert_null(zong_vault_keys_lock(keys, 4));
	assert_int_equal(zong_vault_keys_generation(keys), 1);
	zong_vault_keys_free(keys);
	assert_int_equal(zong_vault_renew(f->archive, &f->tax, "tax", &by, &f->err), ZONG_EVAULTOPEN);
	assert_int_equal(zong_vault_lock(f->archive, &f->tax, "tax"), 0);
	assert_int_equal(zong_vault_lock(f->archive, &f->tax, "tax"), 0);
	assert_int_equal(zong_vault_remove(f->archive, &f->tax, "tax", &by, "member", "示例税务乙",
				 &f->err),
		0);
	assert_int_equal(zong_vault_remove(f->archive, &f->tax, "tax", &by, "member", "示例税务乙",
				 &f->err),
		ZONG_ENOENT);
	assert_int_equal(zong_vault_renew(f->archive, &f->tax, "tax", &by, &f->err), 0);
	assert_int_equal(zong_vault_unlock(f->archive, &f->tax, "tax", "示例税务乙",
				 "a second password", &f->err),
		ZONG_EKEY);
	/* who gets another password, or goes, is out at once */
	assert_int_equal(zong_vault_set_member(f->archive, &f->tax, "tax", &by, "示例税务乙",
				 "a second password", &f->err),
		0);
	assert_int_equal(zong_vault_unlock(f->archive, &f->archivist, "tax", "示例税务乙",
				 "a second password", &f->err),
		0);
	assert_int_equal(zong_vault_enter(f->archive, &f->archivist, "tax", &entered), 0);
	zong_vault_leave(f->archive, &entered);
	assert_int_equal(zong_vault_remove(f->archive, &f->tax, "tax", &by, "member", "示例税务乙",
				 &f->err),
		0);
	assert_int_equal(zong_vault_enter(f->archive, &f->archivist, "tax", &entered), ZONG_ESEALED);
	enter(f, &f->tax);
	assert_int_equal(zong_vault_keys_of(f->archive, &f->tax, "tax", &keys), 0);
	assert_int_equal(zong_vault_keys_generation(keys), 2);
	zong_vault_keys_free(keys);
	assert_int_equal(fixture_log(f, "vault.renew", "vault/tax", NULL), 1);
	assert_int_equal(fixture_log(f, "vault.lock", "vault/tax", NULL), 1);
}

static void two_officers_together_break_the_glass_and_leave_records(void **state)
{
	const struct zong_vault_by by = {MEMBER, PASSWORD};
	struct zong_vault_paper one = {0}, other = {0};
	struct fixture *f = *state;
	int alone, wrong, both;

	assert_int_equal(
		zong_vault_new_officers(f->archive, &f->tax, "tax", &by, &one, &other, &f->err), 0);
	alone = zong_vault_recover(f->archive, &f->archivist, "tax", one.text, one.text,
		"示例局长", "in an emergency", &f->err);
	wrong = zong_vault_recover(f->archive, &f->archivist, "tax", one.text, "AAAA",
		"示例局长", "in an emergency", &f->err);
	both = zong_vault_recover(f->archive, &f->archivist, "tax", other.text, one.text,
		"示例局长", "in an emergency", &f->err);
	zong_vault_paper_release(&one);
	zong_vault_paper_release(&other);
	assert_int_equal(alone, ZONG_EKEY);
	assert_int_equal(wrong, ZONG_EINVAL);
	assert_int_equal(both, 0);
	assert_int_equal(fixture_log(f, "vault.break", "vault/tax", NULL), 2);
	assert_int_equal(zong_vault_unlock(f->archive, &f->archivist, "tax", "示例局长",
				 "in an emergency", &f->err),
		0);
	assert_int_equal(zong_vault_lock(f->archive, &f->archivist, "tax"), 0);
	/* the sheet from the safe by itself, after the key was made anew */
	assert_int_equal(zong_vault_recover(f->archive, &f->archivist, "tax", sheet.text, NULL,
				 "示例税务丙", "a third password", &f->err),
		0);
	assert_int_equal(fixture_log(f, "vault.recover", "vault/tax", NULL), 1);
}

static void who_tries_too_often_waits(void **state)
{
	struct fixture *f = *state;
	int code = ZONG_EKEY;

	for (int i = 0; i < 8 && code == ZONG_EKEY; i++)
		code = zong_vault_unlock(
			f->archive, &f->tax, "tax", "示例丁", "another password", &f->err);
	assert_int_equal(code, ZONG_ETHROTTLED);
	/* which shuts out nobody else */
	enter(f, &f->tax);
}

static void a_session_that_signs_out_locks_it(void **state)
{
	struct fixture *f = *state;

	enter(f, &f->tax);
	zong_vault_leave(f->archive, &entered);
	inside = false;
	zong_vault_forget(f->archive, &f->tax);
	assert_int_equal(zong_vault_enter(f->archive, &f->tax, "tax", &entered), ZONG_ESEALED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			its_department_makes_it_and_nobody_else_hears_of_it, clear),
		cmocka_unit_test_teardown(what_is_filed_in_it_is_read_and_found_there_alone, clear),
		cmocka_unit_test_teardown(a_page_that_is_put_aside_is_told_of_inside_alone, clear),
		cmocka_unit_test_teardown(
			what_is_shared_later_goes_to_whom_it_is_shared_with_and_is_on_record,
			clear),
		cmocka_unit_test_teardown(members_come_and_go_and_the_key_is_made_anew, clear),
		cmocka_unit_test_teardown(
			two_officers_together_break_the_glass_and_leave_records, clear),
		cmocka_unit_test_teardown(who_tries_too_often_waits, clear),
		cmocka_unit_test_teardown(a_session_that_signs_out_locks_it, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, teardown);
}
