/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/cleanup.h>
#include <zong/file.h>

#include "form_file.h"

int zong_form_file(struct zong_archive *archive, struct zong_form *form, int *ret_fd,
	uint64_t *ret_len, struct zong_err *err)
{
	_cleanup_close_ int fd = -1;
	int code = archive->pool ? zong_file_spool(archive->spool, &fd) : ZONG_ENOTREADY;

	if (code)
		zong_err_set(err, code, NULL);
	else
		code = zong_pool_draw(archive->pool, form, fd, ret_len, err);
	zong_form_release(form);
	if (!code)
		*ret_fd = take_fd(fd);
	return code;
}
