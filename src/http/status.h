/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_STATUS_H
#define ZONG_HTTP_STATUS_H

/* The HTTP status that each code of error.h is answered with; the only place that knows.
 * 500 for a number that is no code. */
unsigned int zong_status_of(int code);

#endif
