/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <new>

#include <unistd.h>

#include "memory.h"
#include "process.h"

/* poppler and Tesseract are C++: their allocations throw where nobody catches. */
static void exit_short()
{
	_exit(ZONG_PROCESS_EXIT_MEMORY);
}

void zong_memory_exit_when_short(void)
{
	std::set_new_handler(exit_short);
}
