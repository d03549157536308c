/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <unistd.h>

#include "bench_page.h"

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
