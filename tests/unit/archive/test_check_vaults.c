/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>
#include <zong/vault_access.h>

#include "sample_check.h"
#include "scrub.h"

#define MEMBER "示例税务甲"
#define PASSWORD "correct horse battery"

static const struct zong_check_vault tax = {"tax", MEMBER, PASSWORD};

static int add(struct fixture *f, struct zong_vault_entered *in, const char *no, const char *pages)
{
	struct zong_intake intake = {
		.case_no = no, .type = "申报表", .file_name = "扫描件.pdf", .scope = ""};
	int code = zong_vault_bring_case(f->archive, &f->archivist, in, no, &f->err);

	if (code)
		return code;
	intake.fd = memfd_create("document", MFD_CLOEXEC);
	assert_true(intake.fd >= 0);
	assert_int_equal(zong_file_write_all(intake.fd, "%PDF-1.4\n", 9), 0);
	assert_int_equal(zong_file_write_all(intake.fd, pages, strlen(pages)), 0);
	intake.len = 9 + strlen(pages);
	code = zong_intake_run(in->archive, &in->who, &intake, NULL, NULL, &f->receipt, &f->err);
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

/* Two vaults, the tax department's with a document in it that has been read; closed. */
static int setup(void **state)
{
	char pages[8000] = "text 私";
	struct zong_vault_paper paper;
	struct zong_vault_entered in;
	struct fixture *f;
	size_t len = strlen(pages);

	if (fixture_setup(state))
		return -1;
	f = *state;
	for (unsigned int i = 1; len < 6000; i = i * 1103515245u + 12345u)
		len += (size_t)snprintf(pages + len, sizeof(pages) - len, " %u", i);
	snprintf(pages + len, sizeof(pages) - len, "\nblank\n");
	fixture_case(f, "checked-1");
	assert_int_equal(
		zong_vault_make(f->archive, &f->tax, "tax", MEMBER, PASSWORD, &paper, &f->err), 0);
	zong_vault_paper_release(&paper);
	assert_int_equal(zong_vault_make(f->archive, &f->housing, "housing", MEMBER, PASSWORD,
				 &paper, &f->err),
		0);
	zong_vault_paper_release(&paper);
	assert_int_equal(
		zong_vault_unlock(f->archive, &f->archivist, "tax", MEMBER, PASSWORD, &f->err), 0);
	assert_int_equal(zong_vault_enter(f->archive, &f->archivist, "tax", &in), 0);
	assert_int_equal(add(f, &in, "checked-1", pages), 0);
	settle(in.archive);
	zong_vault_leave(f->archive, &in);
	zong_archive_close(f->archive);
	f->archive = NULL;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	fixture_reopen(f, true);
	return fixture_teardown(state);
}

struct seen {
	int code;
	char found[8000];
	uint64_t materials;
	struct zong_check_result result;
	const struct zong_check_vault *vault;
	bool repair;
	const char *from, *after;
	char at[ZONG_LIMIT_DEPARTMENT_ID + 1];
};

static int note(void *ctx, const struct zong_finding *finding)
{
	struct seen *seen = ctx;
	size_t len = strlen(seen->found);

	snprintf(seen->found + len, sizeof(seen->found) - len, "%s %.60s (%s)%s\n",
		zong_finding_slug(finding->kind), finding->object, finding->detail,
		finding->repaired ? " repaired" : "");
	seen->materials += finding->material_count;
	return 0;
}

static void run(struct fixture *f, struct seen *seen)
{
	const struct zong_check_options options = {.vault = seen->vault,
		.repair = seen->repair,
		.from = seen->from,
		.vaults_after = seen->after,
		.vault_at = seen->at,
		.found = note,
		.ctx = seen};

	seen->found[0] = '\0';
	seen->materials = 0;
	memset(&f->err, 0, sizeof(f->err));
	seen->code = zong_check_run(f->dir, &options, &seen->result, &f->err);
}

static void path_of(struct fixture *f, const char *name, char ret_path[400])
{
	snprintf(ret_path, 400, "%s/vaults/tax/%s", f->dir, name);
}

static void without_a_key_all_vaults_are_looked_at_from_outside(void **state)
{
	struct fixture *f = *state;
	struct seen seen = {0};

	run(f, &seen);
	assert_int_equal(seen.code, 0);
	assert_string_equal(seen.found, "");
	assert_int_equal(seen.result.vaults, 2);
	assert_true(seen.result.boxes > 4 && seen.result.box_bytes > 10000);
	assert_string_equal(seen.at, "tax");
	/* whoever was killed by the one goes on behind it */
	seen = (struct seen){.after = "housing"};
	run(f, &seen);
	assert_int_equal(seen.result.vaults, 1);
}

static void with_the_key_one_is_checked_as_any_archive_is(void **state)
{
	const struct zong_check_vault wrong = {"tax", MEMBER, "another password"};
	const struct zong_check_vault none = {"none", MEMBER, PASSWORD};
	const struct zong_check_vault outside = {"../x", MEMBER, PASSWORD};
	struct fixture *f = *state;
	struct seen seen = {.vault = &tax};

	run(f, &seen);
	assert_int_equal(seen.code, 0);
	assert_string_equal(seen.found, "");
	assert_int_equal(seen.result.files, 1);
	assert_true(seen.result.segments > 0 && seen.result.log > 1 && seen.result.rows > 10);
	assert_int_equal(seen.result.documents_waiting, 0);
	assert_true(seen.result.counters_compared);
	assert_int_equal(seen.result.vaults, 0);
	seen.vault = &wrong;
	run(f, &seen);
	assert_int_equal(seen.code, ZONG_EKEY);
	assert_string_equal(f->err.subject, "tax");
	seen.vault = &none;
	run(f, &seen);
	assert_int_equal(seen.code, ZONG_EKEY);
	seen.vault = &outside;
	run(f, &seen);
	assert_int_equal(seen.code, ZONG_EKEY);
	seen.vault = &tax;
	seen.from = f->dir;
	run(f, &seen);
	assert_int_equal(seen.code, ZONG_EINVAL);
}

static struct zong_store *open_vault(struct fixture *f)
{
	struct zong_vault_keys *keys;
	struct zong_vault_key *key;
	struct zong_store *store;
	char path[400];

	path_of(f, "vault.keys", path);
	assert_int_equal(zong_vault_keys_load(path, &keys), 0);
	assert_int_equal(zong_vault_keys_open(keys, MEMBER, PASSWORD, &key), 0);
	zong_vault_keys_free(keys);
	path_of(f, "store-1", path);
	const struct zong_store_options options = {.key = zong_vault_key_bytes(key)};

	assert_int_equal(zong_store_open(path, &options, &store, NULL), 0);
	zong_vault_key_free(key);
	return store;
}

static int count_lines(struct zong_txn *txn, void *ctx)
{
	uint64_t *lines = ctx;

	return zong_txn_counter(txn, ZONG_COUNT_LOG, lines);
}

static void what_is_derived_is_made_anew_unless_somebody_has_it_open(void **state)
{
	const struct harm harm = {.table = ZONG_TABLE_MATERIALS_BY_CASE};
	struct fixture *f = *state;
	struct seen seen = {.vault = &tax};
	struct zong_store *store = open_vault(f);
	uint64_t before, after;

	assert_int_equal(zong_store_write(store, sample_harm_first, (void *)(uintptr_t)&harm), 0);
	assert_int_equal(zong_store_write(store, count_lines, &before), 0);
	seen.repair = true;
	run(f, &seen);
	assert_int_equal(seen.code, ZONG_EVAULTOPEN);
	zong_store_close(store);
	seen.repair = false;
	run(f, &seen);
	assert_int_equal(seen.code, 0);
	assert_int_equal(seen.result.findings, 1);
	assert_non_null(strstr(seen.found, "index-missing "));
	seen.repair = true;
	run(f, &seen);
	assert_int_equal(seen.code, 0);
	assert_int_equal(seen.result.repaired, 1);
	seen.repair = false;
	run(f, &seen);
	assert_string_equal(seen.found, "");
	/* which has a line in the vault's own log */
	store = open_vault(f);
	assert_int_equal(zong_store_write(store, count_lines, &after), 0);
	zong_store_close(store);
	assert_int_equal(after, before + 1);
}

/* Does no stretch of 64 bytes look like anything but noise? */
static bool is_noise(const uint8_t *bytes, size_t len)
{
	for (size_t at = 0; at + 64 <= len; at += 64) {
		bool seen[256] = {false};
		unsigned int kinds = 0;

		for (size_t i = at; i < at + 64; i++) {
			kinds += !seen[bytes[i]];
			seen[bytes[i]] = true;
		}
		if (kinds < 36)
			return false;
	}
	return true;
}

/* In the middle of each box, also of those that are only left over in pages that nobody reads. */
static size_t harm_boxes(uint8_t *bytes, size_t len, bool blank)
{
	size_t places = 0;

	for (size_t at = 0; at + 2048 <= len; at += 64) {
		if (!is_noise(bytes + at, 2048))
			continue;
		if (blank)
			memset(bytes + at + 800, 0, 128);
		else
			bytes[at + 1024] ^= 1;
		places++;
		at += 4096;
	}
	return places;
}

static void a_bit_that_flips_shows_with_the_key_and_a_lost_sector_without(void **state)
{
	struct fixture *f = *state;
	struct zong_buf whole = ZONG_BUF_INIT(64 << 20), data = ZONG_BUF_INIT(64 << 20);
	struct seen seen = {0};
	char path[400];

	path_of(f, "store-1/segments/data.mdb", path);
	assert_int_equal(zong_file_read(path, &whole), 0);
	assert_int_equal(zong_file_read(path, &data), 0);
	assert_true(harm_boxes(data.data, data.len, false) > 0);
	assert_int_equal(zong_file_replace(path, data.data, data.len, 0600), 0);
	run(f, &seen);
	assert_int_equal(seen.code, 0);
	assert_string_equal(seen.found, "");
	seen.vault = &tax;
	run(f, &seen);
	assert_int_equal(seen.code, 0);
	assert_non_null(strstr(seen.found, "segment-damaged "));
	assert_int_equal(seen.materials, 1);
	assert_int_equal(zong_file_read(path, &data), 0);
	assert_true(harm_boxes(data.data, data.len, true) > 0);
	assert_int_equal(zong_file_replace(path, data.data, data.len, 0600), 0);
	seen.vault = NULL;
	run(f, &seen);
	assert_int_equal(seen.code, 0);
	assert_non_null(strstr(seen.found, "vault-damaged vault/tax (segments, box "));
	assert_non_null(strstr(seen.found, "part of it is blank"));
	assert_int_equal(zong_file_replace(path, whole.data, whole.len, 0600), 0);
	run(f, &seen);
	assert_string_equal(seen.found, "");
	zong_buf_release(&whole);
	zong_buf_release(&data);
}

static void keys_and_files_that_are_gone_are_named_and_the_other_vault_is_looked_at(void **state)
{
	struct fixture *f = *state;
	struct zong_buf keys = ZONG_BUF_INIT(1 << 20);
	struct seen seen = {0};
	char path[400], store[400], away[400];

	path_of(f, "vault.keys", path);
	assert_int_equal(zong_file_read(path, &keys), 0);
	assert_int_equal(zong_file_replace(path, keys.data, keys.len / 2, 0600), 0);
	run(f, &seen);
	assert_int_equal(seen.code, 0);
	assert_string_equal(seen.found,
		"vault-damaged vault/tax (who comes to its key cannot be read: nobody does)\n");
	assert_int_equal(seen.result.vaults, 2);
	assert_true(seen.result.boxes > 0);
	seen.vault = &tax;
	run(f, &seen);
	assert_int_equal(seen.code, ZONG_ECORRUPT);
	/* one that is not made to its end is none */
	assert_int_equal(unlink(path), 0);
	seen.vault = NULL;
	run(f, &seen);
	assert_string_equal(seen.found, "");
	assert_int_equal(seen.result.vaults, 1);
	assert_int_equal(zong_file_replace(path, keys.data, keys.len, 0600), 0);
	path_of(f, "store-1", store);
	path_of(f, "away", away);
	assert_int_equal(rename(store, away), 0);
	run(f, &seen);
	assert_string_equal(seen.found, "vault-damaged vault/tax (its archive is missing)\n");
	assert_int_equal(rename(away, store), 0);
	/* what a renewal of the key that was cut short has left is no fault either */
	path_of(f, "store-2", away);
	assert_int_equal(mkdir(away, 0700), 0);
	path_of(f, "vault.keys.next", store);
	assert_int_equal(zong_file_replace(store, keys.data, keys.len / 3, 0600), 0);
	run(f, &seen);
	assert_string_equal(seen.found, "");
	assert_int_equal(unlink(store), 0);
	assert_int_equal(rmdir(away), 0);
	/* what is found is told in both languages, with what helps */
	const struct zong_finding finding = {
		.kind = ZONG_FINDING_VAULT_DAMAGED, .table = "vaults", .object = "vault/tax"};
	const struct zong_finding segment = {.kind = ZONG_FINDING_SEGMENT_DAMAGED, .sealed = true};

	zong_buf_clear(&keys);
	assert_int_equal(zong_finding_text(&keys, &finding, "en"), 0);
	assert_string_equal(zong_buf_str(&keys),
		"vault/tax is damaged, which shows without its key; only a backup has it");
	zong_buf_clear(&keys);
	assert_int_equal(zong_finding_text(&keys, &segment, "zh"), 0);
	assert_null(strstr(zong_buf_str(&keys), "--from"));
	zong_buf_release(&keys);
}

static int note_line(struct zong_txn *txn, void *ctx)
{
	struct zong_iter iter;
	char *detail = ctx;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOG, NULL, NULL, false);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__LogRecord *row = zong__log_record__unpack(NULL, iter.value_len, iter.value);

		assert_non_null(row);
		if (strcmp(row->verb, "scrub.found") == 0)
			snprintf(detail, 200, "%s %s", row->object, row->detail);
		zong__log_record__free_unpacked(row, NULL);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* What the program's log says meanwhile, which is its standard error. */
static int hold_log(struct fixture *f, char ret_path[400])
{
	int kept = dup(STDERR_FILENO), file;

	snprintf(ret_path, 400, "%s/scrub.txt", f->dir);
	file = open(ret_path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(kept >= 0 && file >= 0);
	assert_int_equal(dup2(file, STDERR_FILENO), STDERR_FILENO);
	close(file);
	return kept;
}

static void give_log_back(int kept)
{
	assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
	close(kept);
}

static void the_scrub_goes_over_an_open_one_and_tells_its_members_alone(void **state)
{
	struct zong_archive archive = {0};
	struct fixture *f = *state;
	struct zong_scrub_state kept = {0};
	struct zong_buf whole = ZONG_BUF_INIT(64 << 20), data = ZONG_BUF_INIT(64 << 20);
	struct zong_scrub *scrub;
	struct zong_txn *txn;
	char path[400], log_path[400], detail[200] = "";
	uint64_t found[2] = {1, 0};
	int kept_log = hold_log(f, log_path);

	path_of(f, "store-1/segments/data.mdb", path);
	assert_int_equal(zong_file_read(path, &whole), 0);
	assert_int_equal(zong_file_read(path, &data), 0);
	for (int damaged = 0; damaged < 2; damaged++) {
		if (damaged) {
			assert_true(harm_boxes(data.data, data.len, false) > 0);
			assert_int_equal(zong_file_replace(path, data.data, data.len, 0600), 0);
		}
		archive.store = open_vault(f);
		kept.last_ended = 0;
		int64_t began = zong_time_now(), last = 0;

		assert_int_equal(zong_scrub_start(&archive, ZONG_SECOND / 4, &scrub), 0);
		for (int i = 0; i < 2000 && last < began; i++) {
			usleep(5000);
			assert_int_equal(zong_store_read_begin(archive.store, &txn), 0);
			assert_int_equal(zong_scrub_read(txn, &kept), 0);
			zong_txn_end(txn);
			last = kept.last_ended;
		}
		zong_scrub_stop(scrub);
		if (damaged)
			zong_store_write(archive.store, note_line, detail);
		zong_store_close(archive.store);
		if (last < began)
			break;
		found[damaged] = kept.last_found;
	}
	give_log_back(kept_log);
	assert_int_equal(zong_file_replace(path, whole.data, whole.len, 0600), 0);
	assert_int_equal(found[0], 0);
	assert_true(found[1] > 0);
	assert_non_null(strstr(detail, "segment/sha256:"));
	assert_non_null(strstr(detail, "material/"));
	/* the program's own log does not say what */
	assert_int_equal(zong_file_read(log_path, &data), 0);
	assert_non_null(strstr(zong_buf_str(&data), "something is damaged in "));
	assert_null(strstr(zong_buf_str(&data), "segment/"));
	assert_null(strstr(zong_buf_str(&data), "checked-1"));
	assert_null(strstr(zong_buf_str(&data), "扫描件"));
	assert_int_equal(unlink(log_path), 0);
	zong_buf_release(&whole);
	zong_buf_release(&data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_key_all_vaults_are_looked_at_from_outside),
		cmocka_unit_test(with_the_key_one_is_checked_as_any_archive_is),
		cmocka_unit_test(what_is_derived_is_made_anew_unless_somebody_has_it_open),
		cmocka_unit_test(a_bit_that_flips_shows_with_the_key_and_a_lost_sector_without),
		cmocka_unit_test(
			keys_and_files_that_are_gone_are_named_and_the_other_vault_is_looked_at),
		cmocka_unit_test(the_scrub_goes_over_an_open_one_and_tells_its_members_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
