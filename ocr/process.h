/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_PROCESS_H
#define ZONG_OCR_PROCESS_H

/* One zong-ocr as the server sees it: started with an almost empty environment, descriptor 3 its
 * end of the conversation, standard error ours, nothing else inherited; ended by SIGKILL.
 * Threads: one at a time. A worker asks the kernel to die with the thread that started it, so that
 * thread has to live as long as the worker. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct zong_process {
	pid_t pid; /* 0: none */
	int sock;  /* -1: none */
};

#define ZONG_PROCESS_INIT                                                                          \
	{                                                                                          \
		.sock = -1                                                                         \
	}

/* Statuses with which a worker ends itself. */
#define ZONG_PROCESS_EXIT_MEMORY 86
#define ZONG_PROCESS_EXIT_SANDBOX 87
#define ZONG_PROCESS_EXIT_MODEL 88
#define ZONG_PROCESS_EXIT_PROTOCOL 89
#define ZONG_PROCESS_EXIT_EXEC 90

/* @allow_no_landlock: told to the worker. Returns 0, ZONG_ENOMEM, ZONG_EIO. */
int zong_process_start(
	const char *program, bool allow_no_landlock, struct zong_process *ret_process);
/* Kills and reaps. @ret_why (may be NULL): how it ended, e.g. "signal 11 (Segmentation fault)".
 * Returns how it had ended by itself before: ZONG_EWORKER, ZONG_EWORKER_MEMORY, or 0 when it was
 * still alive and our kill ended it. */
int zong_process_end(struct zong_process *process, char *ret_why, size_t why_size);

/* Bytes of memory that it holds just now; 0 where that cannot be told. */
uint64_t zong_process_memory(const struct zong_process *process);

#endif
