/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/time.h>

#include "format_pdf.h"
#include "pdf_file.h"
#include "pdf_font.h"
#include "pdf_page.h"
#include "pdf_profile.h"
#include "row.h"

#define PRODUCER "zong " PACKAGE_VERSION
#define CONTENT_MAX (32 << 20) /* ZONG_LIMIT_WORDS words */
#define A4_WIDTH 2480	       /* of a page that is not there, at 300 dpi */
#define A4_HEIGHT 3508
#define A4_DPI 300.0F

struct document {
	const struct zong_format_pdf *source;
	struct zong_pdf_file *file;
	struct zong_pdf_font font;
	uint32_t catalog, tree, info, metadata, profile, font_object;
	uint32_t *page;
	struct zong_buf content;
};

static const char *title_of(const Zong__Material *material)
{
	if (material->title && *material->title)
		return material->title;
	return material->file_name ? material->file_name : "";
}

/* -- what it is -- */

static void add_time(struct zong_buf *buf, const char *name, int64_t time)
{
	char text[ZONG_TIME_TEXT];

	zong_time_format(time, text);
	zong_buf_add_format(buf, "<xmp:%s>%.19s+00:00</xmp:%s>", name, text, name);
}

/* XMP, ISO 16684-1; where Info tells the same, both must agree (ISO 19005-1 §6.7.3). */
static void write_metadata(struct document *document)
{
	const Zong__Material *material = document->source->material;
	_cleanup_(zong_buf_release) struct zong_buf buf = ZONG_BUF_INIT(64 * 1024);
	const char *title = title_of(material);

	zong_buf_add_str(&buf,
		"<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
		"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
		"<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
		"<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">"
		"<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
		"</rdf:Description>\n"
		"<rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">");
	add_time(&buf, "CreateDate", material->received);
	add_time(&buf, "ModifyDate", material->received);
	zong_buf_add_str(&buf,
		"</rdf:Description>\n"
		"<rdf:Description rdf:about=\"\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">"
		"<pdf:Producer>" PRODUCER "</pdf:Producer></rdf:Description>\n"
		"<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
		"<dc:format>application/pdf</dc:format>");
	if (*title) {
		zong_buf_add_str(&buf, "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
		zong_buf_add_xml(&buf, title, strlen(title));
		zong_buf_add_str(&buf, "</rdf:li></rdf:Alt></dc:title>");
	}
	zong_buf_add_str(
		&buf, "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>");
	if (buf.err)
		zong_pdf_fail(document->file, buf.err);
	zong_pdf_stream(document->file, document->metadata, "/Type /Metadata /Subtype /XML",
		buf.data, buf.len, false);
}

static void write_info(struct document *document)
{
	const Zong__Material *material = document->source->material;
	_cleanup_(zong_buf_release) struct zong_buf buf = ZONG_BUF_INIT(64 * 1024);
	char time[ZONG_TIME_TEXT], date[32];

	zong_time_format(material->received, time);
	snprintf(date, sizeof(date), "D:%.4s%.2s%.2s%.2s%.2s%.2s+00'00'", time, time + 5, time + 8,
		time + 11, time + 14, time + 17);
	zong_buf_add_format(
		&buf, "<</Producer (" PRODUCER ") /CreationDate (%s) /ModDate (%s)", date, date);
	if (*title_of(material)) {
		zong_buf_add_str(&buf, " /Title ");
		zong_pdf_text_string(&buf, title_of(material));
	}
	zong_buf_add_str(&buf, ">>");
	if (buf.err)
		zong_pdf_fail(document->file, buf.err);
	zong_pdf_object(document->file, document->info);
	zong_pdf_add(document->file, buf.data, buf.len);
	zong_pdf_object_end(document->file);
}

static void write_catalog(struct document *document)
{
	struct zong_pdf_file *file = document->file;
	_cleanup_(zong_buf_release) struct zong_buf profile = ZONG_BUF_INIT(64 * 1024);
	uint32_t i;

	if (zong_pdf_profile(&profile))
		zong_pdf_fail(file, ZONG_ENOMEM);
	zong_pdf_stream(file, document->profile, "/N 3", profile.data, profile.len, true);
	zong_pdf_object(file, document->tree);
	zong_pdf_format(file, "<</Type /Pages /Count %u /Kids [", document->source->pages);
	for (i = 0; i < document->source->pages; i++)
		zong_pdf_format(file, "%u 0 R\n", document->page[i]);
	zong_pdf_format(file, "]>>");
	zong_pdf_object_end(file);
	zong_pdf_object(file, document->catalog);
	zong_pdf_format(file,
		"<</Type /Catalog /Pages %u 0 R /Metadata %u 0 R /OutputIntents [<</Type "
		"/OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1) "
		"/RegistryName (http://www.color.org) /Info (sRGB IEC61966-2.1) "
		"/DestOutputProfile %u 0 R>>]>>",
		document->tree, document->metadata, document->profile);
	zong_pdf_object_end(file);
}

/* -- pages -- */

static struct zong_pdf_size size_of(const struct zong_image *image)
{
	bool turned = image->orientation >= 5;

	return zong_pdf_size(turned ? image->height : image->width,
		turned ? image->width : image->height, image->dpi_x, image->dpi_y);
}

static void write_page(struct document *document, uint32_t number, const struct zong_image *image,
	uint32_t first, struct zong_pdf_size size)
{
	struct zong_pdf_file *file = document->file;
	_cleanup_(zong_buf_release) struct zong_buf box = ZONG_BUF_INIT(256);
	uint32_t content = zong_pdf_reserve(file), i;

	zong_pdf_number(&box, size.width);
	zong_buf_add_char(&box, ' ');
	zong_pdf_number(&box, size.height);
	if (document->content.err || box.err)
		zong_pdf_fail(file, document->content.err ? document->content.err : box.err);
	zong_pdf_stream(file, content, "", document->content.data, document->content.len, true);
	zong_pdf_object(file, document->page[number - 1]);
	zong_pdf_format(file,
		"<</Type /Page /Parent %u 0 R /MediaBox [0 0 %s] /Contents %u 0 R /Resources "
		"<</Font <</F %u 0 R>> /XObject <<",
		document->tree, zong_buf_str(&box), content, document->font_object);
	for (i = 0; i < image->strips; i++)
		zong_pdf_format(file, "/I%u %u 0 R\n", i, first + i);
	zong_pdf_format(file, ">>>>>>");
	zong_pdf_object_end(file);
}

static int add_page(struct document *document, uint32_t number)
{
	const struct zong_format_pdf *source = document->source;
	_cleanup_(zong_arena_release) struct zong_arena arena = {.max = 2 * ZONG_LIMIT_RENDER};
	_cleanup_row_ Zong__Reading *reading = NULL;
	struct zong_image image = {0};
	struct zong_pdf_size size;
	uint32_t first = 0;
	int err = source->image(source->ctx, number, &arena, &image);

	zong_buf_clear(&document->content);
	if (err == ZONG_EDAMAGED) {
		image = (struct zong_image){.orientation = 1};
		size = zong_pdf_size(A4_WIDTH, A4_HEIGHT, A4_DPI, A4_DPI);
	} else if (err) {
		return err;
	} else {
		size = size_of(&image);
		zong_pdf_image_write(document->file, &image, source->fd, &first);
		zong_pdf_image_content(&document->content, &image, size);
	}
	err = source->reading(source->ctx, number, &reading);
	if (err && err != ZONG_ENOTREADY)
		return err;
	if (reading)
		zong_pdf_text_content(&document->content, reading, size, &document->font);
	write_page(document, number, &image, first, size);
	return zong_pdf_error(document->file);
}

static int write_all(struct document *document, uint64_t *ret_size, struct zong_digest *ret_digest)
{
	const Zong__Material *material = document->source->material;
	uint8_t id[ZONG_PDF_ID] = {0};
	uint32_t *const number[] = {&document->catalog, &document->tree, &document->info,
		&document->metadata, &document->profile, &document->font_object};
	uint32_t i;
	int err = 0;

	for (i = 0; i < sizeof(number) / sizeof(*number); i++)
		*number[i] = zong_pdf_reserve(document->file);
	for (i = 0; i < document->source->pages; i++)
		document->page[i] = zong_pdf_reserve(document->file);
	for (i = 1; i <= document->source->pages && !err; i++)
		err = add_page(document, i);
	if (err)
		return err;
	zong_pdf_font_write(&document->font, document->file, document->font_object);
	write_metadata(document);
	write_info(document);
	write_catalog(document);
	memcpy(id, material->file.data,
		material->file.len < sizeof(id) ? material->file.len : sizeof(id));
	return zong_pdf_file_end(
		document->file, document->catalog, document->info, id, ret_size, ret_digest);
}

int zong_format_pdf_write(const struct zong_format_pdf *source, int out, uint64_t *ret_size,
	struct zong_digest *ret_digest)
{
	struct document document = {.source = source, .content = ZONG_BUF_INIT(CONTENT_MAX)};
	int err;

	document.page = calloc((size_t)source->pages + 1, sizeof(*document.page));
	err = document.page ? zong_pdf_font_init(&document.font) : ZONG_ENOMEM;
	if (!err)
		err = zong_pdf_file_begin(out, &document.file);
	if (!err)
		err = write_all(&document, ret_size, ret_digest);
	zong_pdf_file_free(document.file);
	zong_pdf_font_release(&document.font);
	zong_buf_release(&document.content);
	free(document.page);
	return err;
}
