/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "clean.h"
#include "probe.h"

void zong_probe_reduce(struct zong_page *page, enum zong_media media)
{
	zong_raster_reduce(&page->raster);
	/* A PDF does not say; what its page needs is what it has. */
	if (media == ZONG_MEDIA_PDF)
		page->bits = page->raster.bits;
}

static int survey(const struct zong_page *page, struct zong_probe_room *room,
	struct zong_probe_page *probe)
{
	bool any = false;
	int err = zong_clean_survey(&page->raster, page->dpi_x, &probe->blank, &any, &room->look,
		&probe->quality);

	if (!err && any) {
		probe->look = room->packed;
		probe->look_len = zong_look_pack(&room->look, room->packed);
	}
	return err;
}

void zong_probe_take(const struct zong_page *page, struct zong_probe_room *room,
	struct zong_probe_page *ret_probe)
{
	struct zong_probe_page probe = {
		.width = page->raster.width,
		.height = page->raster.height,
		.dpi_x = page->dpi_x,
		.dpi_y = page->dpi_y,
		.bits = page->bits,
		.text_layer = page->text_layer,
		.colour = zong_raster_colour(&page->raster),
	};
	int err = zong_raster_digest(&page->raster, &probe.raster);

	if (!err && !probe.text_layer)
		err = survey(page, room, &probe);
	if (!err && !probe.blank) {
		err = zong_sheet_look(&page->raster, &room->marks);
		probe.patch = room->marks.patch;
		probe.sheet = *room->marks.code ? room->marks.code : NULL;
	}
	*ret_probe = err ? (struct zong_probe_page){.err = err} : probe;
}
