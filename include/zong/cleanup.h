/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_CLEANUP_H
#define ZONG_CLEANUP_H

/* Cleanup attributes: a variable marked with one is released when it goes out of scope.
 * `take_ptr(p)` and `take_fd(fd)` move the value out and leave nothing to release. */

#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))

static inline void zong_cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void zong_cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define _cleanup_free_ _cleanup_(zong_cleanup_free)
#define _cleanup_close_ _cleanup_(zong_cleanup_close)

#define take_ptr(p) \
	({ \
		__auto_type taken_ = (p); \
		(p) = NULL; \
		taken_; \
	})

static inline int take_fd_(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}
#define take_fd(fd) take_fd_(&(fd))

#endif
