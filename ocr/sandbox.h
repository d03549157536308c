/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_SANDBOX_H
#define ZONG_OCR_SANDBOX_H

/* How zong-ocr shuts itself in, for good: limits of the kernel (address space, files, processes),
 * no privileges, Landlock (only fonts and the tables of poppler may be opened, read-only; no
 * network) and a seccomp list of the calls that decoding and reading need; any other ends the process. */

#include <stdbool.h>
#include <stdint.h>

/* To be called before models are loaded: limits, death with the parent, no core dumps.
 * Returns 0 or ZONG_EIO. */
int zong_sandbox_limit(void);
/* To be called when all is loaded. @allow_no_landlock: go on when the kernel has none; then nothing
 * can be opened at all, so that a PDF that lacks its fonts is drawn without them.
 * @ret_landlock: the version of Landlock in force, 0: none. Returns 0 or ZONG_EIO. */
int zong_sandbox_close(bool allow_no_landlock, uint32_t *ret_landlock);

#endif
