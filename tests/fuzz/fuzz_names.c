/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of places as somebody may have written them down, and a page that is mended by them. */

#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/utf8.h>

#include "fuzz.h"
#include "names.h"
#include "sample_reading.h"

static void mend(const struct zong_names *names)
{
	Zong__Reading *page = sample_reading("山东省|昌虽市?\n示侧?|花园\n\n昌\n虽市");
	size_t mended, again;

	must_hold(zong_names_mend(names, page, &mended) == 0);
	must_hold(mended <= 5);
	for (size_t i = 0; i < page->n_lines; i++)
		for (size_t w = 0; w < page->lines[i]->n_words; w++) {
			const char *text = page->lines[i]->words[w]->text;

			must_hold(zong_utf8_valid(text, strlen(text)));
		}
	must_hold(zong_names_mend(names, page, &again) == 0);
	sample_free(page);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	_cleanup_close_ int fd = memfd_create("names.list", MFD_CLOEXEC);
	struct zong_names *names = NULL;
	struct zong_err err = {0};
	char path[64];

	must_hold(fd >= 0);
	must_hold(zong_file_write_all(fd, bytes, len) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (zong_names_load(path, &names, &err) != 0) {
		must_hold(names == NULL && err.code != 0 && strchr(err.subject, ':'));
		must_hold(zong_utf8_valid(err.subject, strlen(err.subject)));
		return 0;
	}
	mend(names);
	zong_names_free(names);
	return 0;
}
