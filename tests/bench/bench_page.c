/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>

#include "bench_page.h"

#define PATH_MOST 4096

static int is_page(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && (!strcmp(dot, ".png") || !strcmp(dot, ".tif") || !strcmp(dot, ".jpg"));
}

char **bench_list_pages(const char *dir, size_t *ret_count)
{
	struct dirent **entry;
	int i, n = scandir(dir, &entry, is_page, alphasort);
	char **file = n > 0 ? calloc((size_t)n, sizeof(*file)) : NULL;

	*ret_count = file ? (size_t)n : 0;
	for (i = 0; i < n; i++) {
		if (file)
			file[i] = strdup(entry[i]->d_name);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	return file;
}

int bench_read_text(const char *dir, const char *file, struct zong_buf *text)
{
	char path[PATH_MOST];

	snprintf(path, sizeof(path), "%s/%.*s.txt", dir, (int)(strrchr(file, '.') - file), file);
	return zong_file_read(path, text);
}

enum zong_media bench_media_of(int fd)
{
	char head[1024];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	return n > 0 ? zong_media_of(head, (size_t)n) : ZONG_MEDIA_UNKNOWN;
}

void bench_add_text(struct zong_buf *text, const struct zong_reading *reading)
{
	uint32_t i, j;

	for (i = 0; i < reading->lines; i++) {
		for (j = 0; j < reading->line[i].count; j++) {
			const struct zong_word *word = &reading->word[reading->line[i].first + j];

			if (word->blank_before)
				zong_buf_add_char(text, ' ');
			zong_buf_add_str(text, word->text);
		}
		zong_buf_add_char(text, '\n');
	}
}
