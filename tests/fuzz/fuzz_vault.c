/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file of keys of a vault, and what somebody types off a recovery sheet. */

#include <string.h>

#include <zong/vault.h>

#include "fuzz.h"

static void check_file(const uint8_t *bytes, size_t len)
{
	static const uint8_t sheet[ZONG_VAULT_SHEET] = {1};
	struct zong_vault_keys *keys;
	struct zong_vault_key *key;
	size_t i;

	if (zong_vault_keys_parse(bytes, len, &keys))
		return;
	must_hold(zong_vault_keys_generation(keys) > 0);
	for (i = 0; zong_vault_keys_lock(keys, i); i++)
		must_hold(zong_vault_keys_lock(keys, i)->public_key.len == ZONG_VAULT_PUBLIC);
	must_hold(i > 0 && i <= ZONG_VAULT_LOCKS);
	/* Not by a password: that would measure Argon2id. */
	must_hold(zong_vault_keys_open_recovery(keys, sheet, &key) != 0);
	must_hold(zong_vault_keys_open_service(keys, "scanner", sheet, &key) != 0);
	must_hold(zong_vault_keys_open_officers(keys, sheet, sheet, &key) != 0);
	zong_vault_keys_free(keys);
}

static void check_sheet(const uint8_t *bytes, size_t len)
{
	char text[ZONG_VAULT_SHEET_TEXT], *typed = malloc(len + 1);
	uint8_t sheet[ZONG_VAULT_SHEET], again[ZONG_VAULT_SHEET];
	unsigned int group = 0;

	if (!typed)
		return;
	memcpy(typed, bytes, len);
	typed[len] = 0;
	if (zong_vault_sheet_parse(typed, sheet, &group)) {
		must_hold(group >= 1 && group <= ZONG_VAULT_SHEET_GROUPS + 1);
	} else {
		zong_vault_sheet_format(sheet, text);
		must_hold(zong_vault_sheet_parse(text, again, &group) == 0);
		must_hold(memcmp(sheet, again, sizeof(sheet)) == 0);
	}
	free(typed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	check_file(bytes, len);
	check_sheet(bytes, len);
	return 0;
}
