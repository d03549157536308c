/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "inside.h"
#include "opening.h"
#include "scale.h"

void scale_take_in(struct zong_archive *archive, uint64_t first, size_t count, size_t len,
	struct zong_ingest **ret_ingest)
{
	uint8_t *bytes = malloc(len);
	int fd = memfd_create("material", MFD_CLOEXEC);

	bench_must(bytes ? 0 : ZONG_ENOMEM, "memory");
	for (size_t i = 0; i < count; i++) {
		bench_noise(bytes, len, first + i + 1);
		memcpy(bytes, "II*\0", 4);
		bench_must(pwrite(fd, bytes, len, 0) == (ssize_t)len ? 0 : ZONG_EIO, "memory file");
		bench_must(zong_ingest_begin(archive->store, fd, len, ZONG_MEDIA_TIFF, NULL, NULL,
				   NULL, &ret_ingest[i]),
			"taking in");
	}
	close(fd);
	free(bytes);
}

int scale_open_case(struct zong_txn *txn, const struct zong_archive *archive,
	const struct zong_subject *who, const char *no)
{
	static char kind[] = "转移登记";
	Zong__Case cas = ZONG__CASE__INIT;
	struct zong_opening opening = {.who = who, .judge = &archive->judge, .entry = &cas};
	int r;

	cas.no = (char *)(uintptr_t)no;
	cas.kind = kind;
	r = zong_opening_change(txn, &opening);
	zong_opening_release(&opening);
	return r;
}
