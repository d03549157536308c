/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/file.h>

#include "tlog.h"

static int make(
	const char *folder, const char *path, const char *name, struct zong_note_signer *ret_signer)
{
	struct zong_note_signer signer;
	char text[ZONG_NOTE_KEY];
	size_t len;
	int err = zong_file_make_dir(folder, 0700);

	if (err && err != ZONG_EEXIST)
		return err;
	err = zong_note_signer_new(name, ZONG_NOTE_SIGNATURE, &signer);
	if (err)
		return err;
	zong_note_signer_format(&signer, text);
	len = strlen(text);
	text[len] = '\n';
	err = zong_file_replace(path, text, len + 1, 0600);
	sodium_memzero(text, sizeof(text));
	if (!err)
		*ret_signer = signer;
	zong_note_signer_wipe(&signer);
	return err;
}

static int read_key(const char *path, struct zong_note_signer *ret_signer)
{
	struct zong_buf text = ZONG_BUF_INIT(2 * ZONG_NOTE_KEY);
	int err = zong_file_read(path, &text);

	if (!err) {
		char *line = text.data ? (char *)text.data : NULL;

		if (line)
			line[strcspn(line, "\r\n")] = '\0';
		err = zong_note_signer_parse(line ? line : "", ret_signer);
	}
	if (text.data)
		sodium_memzero(text.data, text.cap);
	zong_buf_release(&text);
	return err == ZONG_ELIMIT ? ZONG_EINVAL : err;
}

int zong_tlog_key_load(const char *dir, const char *name, struct zong_note_signer *ret_signer,
	bool *ret_made, struct zong_err *err)
{
	_cleanup_free_ char *folder = NULL;
	_cleanup_free_ char *path = NULL;
	struct zong_note_signer signer;
	int code;

	if (asprintf(&folder, "%s/keys", dir) < 0)
		folder = NULL;
	if (asprintf(&path, "%s/keys/log.key", dir) < 0)
		path = NULL;
	if (!folder || !path)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = read_key(path, &signer);
	*ret_made = code == ZONG_ENOENT;
	if (code == ZONG_ENOENT)
		code = make(folder, path, name, &signer);
	if (!code && signer.key.kind != ZONG_NOTE_SIGNATURE)
		code = ZONG_EINVAL;
	if (code)
		return zong_err_set(err, code, "%s", path);
	if (strcmp(signer.key.name, name) != 0) {
		code = zong_err_set(err, ZONG_EINVAL, "log-origin = %s, keys/log.key: %s", name,
			signer.key.name);
		zong_note_signer_wipe(&signer);
		return code;
	}
	*ret_signer = signer;
	zong_note_signer_wipe(&signer);
	return 0;
}
