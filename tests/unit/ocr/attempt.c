/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What makes of the worker one for tests: zong-ocr-attempt is zong-ocr, linked so that a document whose
 * last bytes are "zong-attempt WHEN WHAT\n" has it try WHAT, as somebody would who has taken it over by
 * that document. WHEN is probe (a page is decoded) or read (only when it is to be read).
 *
 * An attempt that is refused gives the page up as damaged. One that succeeds ends the worker with a
 * status of its own, so that nobody takes that for a refusal. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "decode.h"

#define SUCCEEDED 77
#define MARK "zong-attempt "
#define MARK_MAX 64
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct zong_decoder *__real_zong_decoder_of(enum zong_media media);
const struct zong_decoder *__wrap_zong_decoder_of(enum zong_media media);

struct document {
	const struct zong_decoder *decoder;
	void *state;
	int fd;
	char wanted[MARK_MAX + 1];
};

/* -- attempts: true when it worked -- */

static bool open_it(const char *path, int flags)
{
	return open(path, flags, 0600) >= 0;
}

static bool try_file(const struct document *document)
{
	(void)document;
	return open_it("/etc/passwd", O_RDONLY) || open_it("/proc/self/mem", O_RDWR) ||
	       open_it("/proc/self/environ", O_RDONLY);
}

static bool try_write(const struct document *document)
{
	(void)document;
	return open_it("/tmp/zong-attempt", O_WRONLY | O_CREAT) ||
	       open_it("/usr/share/fonts/zong-attempt", O_WRONLY | O_CREAT);
}

static bool try_document(const struct document *document)
{
	void *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, document->fd, 0);

	return map != MAP_FAILED || lseek(document->fd, 0, SEEK_SET) != 0 ||
	       write(document->fd, "x", 1) == 1;
}

static bool try_socket(const struct document *document)
{
	(void)document;
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool try_fork(const struct document *document)
{
	(void)document;
	return fork() >= 0;
}

static bool try_exec(const struct document *document)
{
	(void)document;
	execl("/bin/sh", "sh", "-c", "exit 77", (char *)NULL);
	return false;
}

static bool try_kill(const struct document *document)
{
	(void)document;
	return kill(getppid(), SIGTERM) == 0;
}

static bool try_memory(const struct document *document)
{
	uint64_t most = 4 * ZONG_WORKER_MEMORY, got;
	size_t piece = 64 << 20;

	(void)document;
	for (got = 0; got < most; got += piece) {
		char *memory = malloc(piece);

		if (!memory)
			return false;
		memory[0] = 1;
	}
	return true;
}

static bool try_stack(const struct document *document)
{
	volatile char room[4096];

	room[0] = document->fd >= 0;
	return !room[0] || (try_stack(document) && room[0]);
}

static bool try_loop(const struct document *document)
{
	volatile const struct document *never = document;

	while (never)
		continue;
	return true;
}

static bool try_crash(const struct document *document)
{
	*(volatile char *)(uintptr_t)(document->fd < 0) = 1;
	return true;
}

static const struct {
	const char *name;
	bool (*attempt)(const struct document *document);
} attempts[] = {
	{"file", try_file},
	{"write", try_write},
	{"document", try_document},
	{"socket", try_socket},
	{"fork", try_fork},
	{"exec", try_exec},
	{"kill", try_kill},
	{"memory", try_memory},
	{"stack", try_stack},
	{"loop", try_loop},
	{"crash", try_crash},
};

/* 0: nothing is to be tried now. */
static int attempt(const struct document *document, const char *when)
{
	size_t len = strlen(when), i;

	if (strncmp(document->wanted, when, len) != 0 || document->wanted[len] != ' ')
		return 0;
	for (i = 0; i < COUNT(attempts); i++) {
		if (strcmp(document->wanted + len + 1, attempts[i].name) != 0)
			continue;
		if (attempts[i].attempt(document))
			_exit(SUCCEEDED);
		return ZONG_EDAMAGED;
	}
	_exit(SUCCEEDED);
}

/* -- a decoder around the real one -- */

static void find_mark(struct document *document)
{
	uint64_t size = zong_decode_size(document->fd);
	char end[MARK_MAX + 1] = "";
	char *mark;

	if (size > MARK_MAX)
		zong_decode_read(document->fd, end, MARK_MAX, size - MARK_MAX);
	mark = memmem(end, MARK_MAX, MARK, strlen(MARK));
	if (mark)
		snprintf(document->wanted, sizeof(document->wanted), "%s", mark + strlen(MARK));
	document->wanted[strcspn(document->wanted, "\n")] = '\0';
}

static int try_open(
	const struct zong_decoder *decoder, int fd, void **ret_state, uint32_t *ret_pages)
{
	struct document *document = calloc(1, sizeof(*document));
	int err;

	if (!document)
		return ZONG_EWORKER_MEMORY;
	document->decoder = decoder;
	document->fd = fd;
	err = decoder->open(fd, &document->state, ret_pages);
	if (err) {
		free(document);
		return err;
	}
	find_mark(document);
	*ret_state = document;
	return 0;
}

static int open_tiff(int fd, void **ret_state, uint32_t *ret_pages)
{
	return try_open(&zong_decoder_tiff, fd, ret_state, ret_pages);
}

static int page(void *state, uint32_t number, struct zong_page *ret_page)
{
	struct document *document = state;
	int err = attempt(document, "probe");

	return err ? err : document->decoder->page(document->state, number, ret_page);
}

static int text(
	void *state, uint32_t number, struct zong_arena *arena, struct zong_reading *ret_reading)
{
	struct document *document = state;

	(void)number;
	(void)arena;
	ret_reading->source = ZONG_TEXT_NONE;
	return attempt(document, "read");
}

static void close_document(void *state)
{
	struct document *document = state;

	document->decoder->close(document->state);
	free(document);
}

const struct zong_decoder *__wrap_zong_decoder_of(enum zong_media media)
{
	static const struct zong_decoder trying = {
		.open = open_tiff, .page = page, .text = text, .close = close_document};

	return media == ZONG_MEDIA_TIFF ? &trying : __real_zong_decoder_of(media);
}
