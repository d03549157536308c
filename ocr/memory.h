/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_MEMORY_H
#define ZONG_OCR_MEMORY_H

#ifdef __cplusplus
extern "C" {
#endif

/* From now on a C++ allocation that finds no memory ends the process with
 * ZONG_PROCESS_EXIT_MEMORY, so that the server can tell it from a crash. */
void zong_memory_exit_when_short(void);

#ifdef __cplusplus
}
#endif

#endif
