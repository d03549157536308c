/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/vaults.h>

#include "steps.h"

#define DEPARTMENT "tax"
#define MEMBER "示例甲"
#define PASSWORD "correct horse"
#define SESSION "session"
#define IDLE INT64_MAX

/* A vault is made, files are put into it, it gets a new key, and more files. All that was promised opens by the member's password
 * whatever has happened. */

static int open_vaults(struct house *house, struct zong_vaults **ret_vaults)
{
	int code = zong_vaults_new(house->archive, IDLE, ret_vaults);

	if (code)
		wrong("vaults: %s", zong_error_slug(code));
	return code;
}

static int make(struct house *house, struct zong_vaults *vaults)
{
	static const struct zong_vault_cost cheap = {.operations = 1, .memory = 8192};
	uint8_t sheet[ZONG_VAULT_SHEET];
	int code;

	do
		code = zong_vaults_create(vaults, DEPARTMENT, MEMBER, PASSWORD, &cheap, 1, sheet);
	while (code && code != ZONG_EEXIST && house_trouble(house, code));
	/* It is there where only the last sync of an attempt failed: that promised nothing. */
	if (!code)
		house_tell(house, "v");
	return code == ZONG_EEXIST ? 0 : code;
}

static int unlock(struct house *house, struct zong_vaults *vaults, struct zong_vaults_use *ret_use)
{
	int code;

	do
		code = zong_vaults_unlock(vaults, DEPARTMENT, MEMBER, PASSWORD, SESSION, 1);
	while (code && house_trouble(house, code));
	return code ? code : zong_vaults_use(vaults, DEPARTMENT, SESSION, 1, ret_use);
}

static void lock(struct zong_vaults *vaults, const struct zong_vaults_use *use)
{
	if (use->store)
		zong_vaults_done(vaults, use);
	zong_vaults_leave(vaults, NULL, SESSION);
}

static int put_recipe(struct zong_txn *txn, void *ctx)
{
	bool known;

	return zong_ingest_put(ctx, txn, &known);
}

static int put_once(struct zong_store *store, unsigned int number)
{
	struct zong_ingest *ingest = NULL;
	size_t len;
	int fd = paper_open(number, &len);
	int code;

	if (fd < 0)
		return ZONG_EINVAL;
	code = zong_ingest_begin(store, fd, len, ZONG_MEDIA_UNKNOWN, NULL, NULL, NULL, &ingest);
	if (!code)
		code = zong_store_write_file(store, ingest, put_recipe, ingest);
	zong_ingest_free(ingest);
	close(fd);
	return code;
}

static int put(struct house *house, struct zong_store *store, unsigned int number)
{
	int code;

	do
		code = put_once(store, number);
	while (code && house_trouble(house, code));
	if (!code)
		house_tell(house, "F %u", number);
	return code;
}

static int put_some(
	struct house *house, struct zong_vaults *vaults, unsigned int first, unsigned int last)
{
	struct zong_vaults_use use = {0};
	int code = unlock(house, vaults, &use);

	for (; !code && first <= last; first++)
		code = put(house, use.store, first);
	lock(vaults, &use);
	return code;
}

static int renew(struct house *house, struct zong_vaults *vaults)
{
	int code;

	do
		code = zong_vaults_renew(vaults, DEPARTMENT, MEMBER, PASSWORD, NULL, NULL);
	while (code && house_trouble(house, code));
	return code;
}

int run_vault(struct house *house)
{
	struct zong_vaults *vaults;
	int code = open_vaults(house, &vaults);

	if (code)
		return code;
	code = make(house, vaults);
	if (!code)
		code = put_some(house, vaults, 1, 3);
	if (!code)
		code = renew(house, vaults);
	if (!code)
		code = put_some(house, vaults, 4, 5);
	zong_vaults_free(vaults);
	return code;
}

int step_vault_put(struct house *house, unsigned int paper)
{
	struct zong_vaults *vaults;
	int code = open_vaults(house, &vaults);

	if (code)
		return code;
	code = put_some(house, vaults, paper, paper);
	zong_vaults_free(vaults);
	return code;
}

/* For what is to be backed up. */
int make_vaulted(struct house *house)
{
	struct zong_vaults *vaults;
	int code = open_vaults(house, &vaults);

	if (code)
		return code;
	code = make(house, vaults);
	if (!code)
		code = put_some(house, vaults, 1, 2);
	zong_vaults_free(vaults);
	return code;
}

/* ---- what is left ---- */

static void check_paper(struct zong_store *store, const char *line)
{
	struct zong_reader *reader;
	struct zong_digest digest;
	FILE *nowhere;
	int code;

	paper_digest((unsigned int)strtoul(line + 2, NULL, 10), &digest);
	code = zong_reader_open(store, &digest, &reader);
	if (code) {
		wrong("file %s of the vault is gone: %s", line + 2, zong_error_slug(code));
		return;
	}
	nowhere = fopen("/dev/null", "w");
	code = nowhere ? zong_reader_copy(reader, fileno(nowhere)) : ZONG_ENOMEM;
	if (code)
		wrong("file %s of the vault: %s", line + 2, zong_error_slug(code));
	if (nowhere)
		fclose(nowhere);
	zong_reader_close(reader);
}

static void check_files(struct house *house, struct zong_store *store)
{
	uint64_t files, broken = 0;
	char **lines;
	size_t count, i;
	int code;

	lines = house_ledger(house, &count);
	for (i = 0; i < count; i++)
		if (lines[i][0] == 'F')
			check_paper(store, lines[i]);
	house_ledger_free(lines, count);
	code = zong_store_verify(store, &files, &broken);
	if (code || broken)
		wrong("the vault has %llu broken files (%s)", (unsigned long long)broken,
			zong_error_slug(code));
}

int after_vault(struct house *house)
{
	struct zong_vaults_use use = {0};
	struct zong_vaults *vaults;
	char keys[1200];
	bool told = false;
	char **lines;
	size_t count, i;
	int code;

	lines = house_ledger(house, &count);
	for (i = 0; i < count; i++)
		told = told || lines[i][0] == 'v';
	house_ledger_free(lines, count);
	snprintf(keys, sizeof(keys), "%s/vaults/" DEPARTMENT "/vault.keys", house->archive);
	if (!told && access(keys, F_OK) != 0)
		return 0; /* nothing was promised, and none is there */
	code = open_vaults(house, &vaults);
	if (code)
		return code;
	code = zong_vaults_unlock(vaults, DEPARTMENT, MEMBER, PASSWORD, SESSION, 1);
	if (!code)
		code = zong_vaults_use(vaults, DEPARTMENT, SESSION, 1, &use);
	if (code)
		wrong("the vault does not open: %s", zong_error_slug(code));
	else
		check_files(house, use.store);
	lock(vaults, &use);
	zong_vaults_free(vaults);
	return code;
}
