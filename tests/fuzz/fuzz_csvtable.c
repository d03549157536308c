/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A table as somebody's spreadsheet may have written it: rows in order, cells that are text, an end. */

#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "csvtable.h"
#include "fuzz.h"

static void look_at(const struct zong_csvtable_row *row)
{
	size_t stored =
		row->count < ZONG_LIMIT_TABLE_COLUMNS ? row->count : ZONG_LIMIT_TABLE_COLUMNS;

	for (size_t i = 0; i < stored; i++)
		must_hold(zong_utf8_valid(row->cell[i], strlen(row->cell[i])));
}

/* The first byte chooses the encoding. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const encodings[] = {NULL, "utf-8", "gb18030", "utf-16"};
	_cleanup_close_ int fd = memfd_create("table", MFD_CLOEXEC);
	struct zong_csvtable *table = NULL;
	struct zong_csvtable_row row;
	struct zong_digest digest, whole;
	struct zong_err err = {0};
	uint64_t line;
	int code;

	if (len == 0)
		return 0;
	must_hold(fd >= 0);
	must_hold(zong_file_write_all(fd, bytes + 1, len - 1) == 0);
	code = zong_csvtable_open(fd, len - 1, encodings[bytes[0] % 4], &table, &err);
	if (code) {
		must_hold(code == ZONG_ETABLE && !table);
		return 0;
	}
	look_at(zong_csvtable_columns(table));
	line = zong_csvtable_columns(table)->line;
	while ((code = zong_csvtable_next(table, &row)) == 0) {
		must_hold(row.line > line);
		line = row.line;
		must_hold(row.code == 0 || row.code == ZONG_ETABLE || row.code == ZONG_EENCODING);
		look_at(&row);
	}
	must_hold(code == ZONG_EEND);
	must_hold(zong_csvtable_next(table, &row) == ZONG_EEND);
	zong_csvtable_digest(table, &digest);
	zong_digest_of(bytes + 1, len - 1, &whole);
	must_hold(zong_digest_equal(&digest, &whole));
	zong_csvtable_close(table);
	return 0;
}
