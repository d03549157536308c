/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_READER_H
#define ZONG_STORE_READER_H

#include "state.h"

/* Reads the whole file against its digest. 0, ZONG_ECORRUPT, ZONG_EIO, ZONG_ENOMEM. */
int zong_reader_verify(struct zong_reader *reader);

#endif
