/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The settings of an archive, as somebody may have written them. */

#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include <zong/cleanup.h>
#include <zong/config.h>
#include <zong/file.h>
#include <zong/utf8.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const known[] = {"listen", "workers", "title", NULL};
	_cleanup_close_ int fd = memfd_create("zong.conf", MFD_CLOEXEC);
	struct zong_config *config = NULL;
	struct zong_err err = {0};
	char path[64];
	int64_t value = 0;

	must_hold(fd >= 0);
	must_hold(zong_file_write_all(fd, bytes, len) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (zong_config_load(path, known, &config, &err) != 0) {
		must_hold(config == NULL && err.code != 0 && strchr(err.subject, ':'));
		must_hold(zong_utf8_valid(err.subject, strlen(err.subject)));
		return 0;
	}
	must_hold(zong_config_str(config, "listen", "x") != NULL);
	if (zong_config_int(config, "workers", 1, 64, 2, &value, &err) == 0)
		must_hold(value >= 1 && value <= 64);
	zong_config_free(config);
	return 0;
}
