/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_FORM_FILE_H
#define ZONG_ARCHIVE_FORM_FILE_H

/* A form drawn into a file without a name. Threads: any. */

#include <zong/form.h>

#include "inside.h"

/* The form is released in any case. The file is the caller's. ZONG_ENOTREADY (no workers), and those of zong_pool_draw. */
int zong_form_file(struct zong_archive *archive, struct zong_form *form, int *ret_fd,
	uint64_t *ret_len, struct zong_err *err);

#endif
