/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdbool.h>
#include <string.h>

#include <lcms2.h>

#include <zong/error.h>

#include "pdf_profile.h"

#define VERSION 2.1
#define DATE_AT 24 /* ICC.1:2001-04 §6.1: six numbers of 16 bits */
#define DATE_LEN 12

static bool save(cmsHPROFILE profile, struct zong_buf *buf)
{
	static const uint8_t date[DATE_LEN] = {0x07, 0xE8, 0, 1, 0, 1};
	cmsUInt32Number len = 0;
	uint8_t *room;

	if (!cmsSaveProfileToMem(profile, NULL, &len))
		return false;
	room = zong_buf_room(buf, len);
	if (!room || !cmsSaveProfileToMem(profile, room, &len))
		return false;
	/* When it was made does not matter, that it is the same each time does. */
	memcpy(room + DATE_AT, date, sizeof(date));
	buf->len += len;
	return true;
}

int zong_pdf_profile(struct zong_buf *buf)
{
	cmsContext context = cmsCreateContext(NULL, NULL);
	cmsHPROFILE profile = context ? cmsCreate_sRGBProfileTHR(context) : NULL;
	bool saved = false;

	if (profile) {
		cmsSetProfileVersion(profile, VERSION);
		saved = save(profile, buf);
		cmsCloseProfile(profile);
	}
	if (context)
		cmsDeleteContext(context);
	return saved ? 0 : ZONG_ENOMEM;
}
