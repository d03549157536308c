/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/description.h"

const unsigned char zong_description[] = {
#include "http/description.inc"
};
const size_t zong_description_size = sizeof(zong_description);
