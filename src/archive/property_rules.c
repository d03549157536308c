/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "property.h"

/* All that is taken in: a hall that keeps less says so. */
#define USUAL_MEDIA "tiff pdf jpeg png"

static int read_media(const char *setting, uint32_t *ret_media)
{
	static const struct {
		const char *name;
		enum zong_media media;
	} known[] = {
		{"tiff", ZONG_MEDIA_TIFF},
		{"pdf", ZONG_MEDIA_PDF},
		{"jpeg", ZONG_MEDIA_JPEG},
		{"png", ZONG_MEDIA_PNG},
	};
	uint32_t media = 0;

	while (*setting) {
		size_t len = strcspn(setting, " ,\t"), i = 0;

		while (len && i < 4 &&
			(strlen(known[i].name) != len || strncmp(known[i].name, setting, len) != 0))
			i++;
		if (i == 4)
			return ZONG_EINVAL;
		if (len)
			media |= UINT32_C(1) << known[i].media;
		setting += len + (setting[len] != '\0');
	}
	*ret_media = media;
	return media ? 0 : ZONG_EINVAL;
}

int zong_property_rules_load(const struct zong_config *config,
	struct zong_property_rules *ret_rules, struct zong_err *err)
{
	const char *scanner = zong_config_str(config, "virus-scanner", NULL);
	int64_t seconds;
	int code = zong_config_int(config, "virus-seconds", 1, ZONG_SCANNER_SECONDS_MAX,
		ZONG_SCANNER_SECONDS, &seconds, err);

	if (code)
		return code;
	if (read_media(zong_config_str(config, "property-media", USUAL_MEDIA), &ret_rules->media))
		return zong_err_set(err, ZONG_EINVAL, "property-media: tiff pdf jpeg png");
	code = zong_scanner_init(&ret_rules->scanner, scanner, (unsigned int)seconds);
	return code ? zong_err_set(err, code, "virus-scanner") : 0;
}
