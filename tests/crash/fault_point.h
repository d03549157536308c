/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_FAULT_POINT_H
#define ZONG_TEST_FAULT_POINT_H

/* What a call asks before it is made: fault_calls.c. */

#include <limits.h>
#include <stdbool.h>

enum fault_kind {
	FAULT_WRITE,
	FAULT_SYNC,
	FAULT_ROOM,   /* a new name or a new length */
	FAULT_REMOVE, /* needs no room */
};

enum fault_verdict {
	FAULT_PASS,
	FAULT_FAIL,  /* with errno, which is set */
	FAULT_SHORT, /* a write: only a part of it */
	FAULT_KILL,  /* a write: perhaps a part of it, then fault_die_now */
	FAULT_POWER,
};

/* Does this descriptor | name lie below the folder, and is this the process that is watched? */
bool fault_fd(int fd, char ret_path[PATH_MAX]);
bool fault_path(int dir, const char *path, char ret_path[PATH_MAX]);

/* Around the point and the call. */
void fault_enter(void);
void fault_leave(void);
/* Does not return where the process is to end, but for FAULT_WRITE. */
enum fault_verdict fault_point(enum fault_kind kind);
void fault_die_now(enum fault_verdict verdict) __attribute__((noreturn));
bool fault_fails_with_io(void); /* EIO rather than ENOSPC */

#endif
