/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int output_open(struct output *output, const char *name, bool binary)
{
	output->name = name;
	output->temporary = (struct zong_buf)ZONG_BUF_INIT(8192);
	output->fd = STDOUT_FILENO;
	if (!name || strcmp(name, "-") == 0) {
		output->name = NULL;
		if (binary && isatty(STDOUT_FILENO))
			return usage_error(
				"%s", T("the file would fill the screen with signs; give -o FILE",
					      "文件不能显示在屏幕上，请加 -o 文件名"));
		return CLI_OK;
	}
	zong_buf_add_format(&output->temporary, "%s.part", name);
	output->fd = open(
		zong_buf_str(&output->temporary), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (output->fd < 0) {
		fprintf(stderr, "zong: %s: %s\n", name, strerror(errno));
		return CLI_FAILED;
	}
	return CLI_OK;
}

int output_close(struct output *output, bool keep)
{
	int result = keep ? CLI_OK : CLI_FAILED;

	if (output->name && output->fd >= 0) {
		if (keep && (fsync(output->fd) ||
				    rename(zong_buf_str(&output->temporary), output->name))) {
			fprintf(stderr, "zong: %s: %s\n", output->name, strerror(errno));
			result = CLI_FAILED;
		}
		close(output->fd);
		if (result)
			unlink(zong_buf_str(&output->temporary));
	}
	zong_buf_release(&output->temporary);
	return result;
}

int output_save(struct cli *cli, const struct words *words, const char *path, bool binary)
{
	char digest[80], etag[80];
	struct output output;
	int failed = output_open(&output, words_value(words, "output"), binary);

	if (!failed)
		failed = client_fetch(cli->client, path, output.fd, digest, etag);
	return output_close(&output, !failed) ? (failed ? failed : CLI_FAILED) : CLI_OK;
}
