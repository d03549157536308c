/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_DESCRIPTION_H
#define ZONG_HTTP_DESCRIPTION_H

/* openapi.yaml, taken into the program when it is built, so that it describes this very one. */

#include <stddef.h>

extern const unsigned char zong_description[];
extern const size_t zong_description_size;

#endif
